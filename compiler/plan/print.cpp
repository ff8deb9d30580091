#include "compiler/plan/print.h"

#include <fmt/format.h>

namespace clausal::plan {

namespace {

std::string duration(Microseconds span) {
    if (span == kForever) return "for ever";
    if (span % kDay == 0 && span != 0) return fmt::format("{}d", span / kDay);
    if (span % kHour == 0 && span != 0) return fmt::format("{}h", span / kHour);
    if (span % kMinute == 0 && span != 0) return fmt::format("{}min", span / kMinute);
    return fmt::format("{}us", span);
}

}  // namespace

std::string print(const Plan& plan) {
    const core::CorePack& pack = *plan.pack;
    std::string out;
    const auto line = [&](int indent, const std::string& text) {
        out += std::string(static_cast<std::size_t>(indent) * 2, ' ') + text + "\n";
    };
    for (const Group& group : plan.groups) {
        const abi::GroupSpec& spec = group.spec;
        line(0, fmt::format("group {} of subject {}: {} bytes per subject{}", spec.index,
                    pack.schema.subjects[spec.subject_kind].name, spec.state_bytes,
                    spec.births ? ", keeps births" : ""));
        std::string types;
        for (const std::uint32_t type : spec.types) types += " " + pack.schema.events[type].name;
        for (const std::uint32_t type : spec.broadcasts)
            types += " " + pack.schema.events[type].name + " (broadcast)";
        line(1, "reads" + types);
        for (std::size_t i = 0; i < spec.logs.size(); ++i) {
            const auto& log = spec.logs[i];
            line(1, fmt::format("log {} of n{} at {}: {} words an entry, kept {}, last {}{}", i,
                        log.node, log.head, log.words, duration(log.retain), log.keep_last,
                        log.all ? "" : ", under the cap"));
        }
        for (const auto& mark : spec.marks)
            line(1, fmt::format("latest n{} at {}", mark.node, mark.cell));
        for (const auto& running : spec.runnings) {
            line(1, fmt::format("n{} {} at {}: running, {} words", running.node,
                        core::name_of(pack[running.node].kind), running.cell,
                        running.words * (running.twice ? 2U : 1U) + 1));
        }
        for (const auto& reader : spec.readers) {
            line(1, fmt::format("n{} {} reads log {}{}", reader.node,
                        core::name_of(pack[reader.node].kind), reader.log,
                        reader.before ? " before the step" : ""));
        }
        for (const auto& pair : spec.pairs) {
            line(1, fmt::format("n{} {} at {}: ring of {} words, kept {}", pair.node,
                        core::name_of(pack[pair.node].kind), pair.head, pair.words,
                        duration(pair.high)));
        }
        for (const auto& absence : spec.absences) {
            line(1, fmt::format("n{} absence at {}: open instances of {} words, for {}",
                        absence.node, absence.head, absence.words, duration(absence.high)));
        }
        for (const auto& streak : spec.streaks) {
            line(1, fmt::format("n{} streak at {}: the last {} outcomes", streak.node, streak.head,
                        streak.count));
        }
        for (const auto& consecutive : spec.consecutives) {
            line(1, fmt::format(
                        "n{} consecutive at {}: run lengths", consecutive.node, consecutive.cell));
        }
        for (const auto& hold : spec.holds) {
            line(1, fmt::format("n{} hold at {}: true since", hold.node, hold.cell));
        }
        for (const auto& extreme : spec.extremes) {
            line(1, fmt::format("n{} {} at {}: queue of candidates, {}", extreme.node,
                        extreme.greatest ? "maximum" : "minimum", extreme.cell,
                        duration(extreme.length)));
        }
        for (std::size_t i = 0; i < group.families.size(); ++i) {
            const Family& family = group.families[i];
            std::string counted;
            if (family.counted != kNone) {
                counted = fmt::format(", {} of {} at {}", core::name_of(pack[family.counted].kind),
                    spec.families[i].count, spec.families[i].cell);
            }
            line(1,
                fmt::format("family {} of {} rules: n{} {} thresholds{}{}", i, family.places.size(),
                    family.value, family.greater ? "above" : "below", counted,
                    family.is_state ? fmt::format(", position at {}", spec.families[i].position)
                                    : ""));
        }
        for (std::size_t i = 0; i < group.rules.size(); ++i) {
            if (group.family_of[i] != kNone) {
                line(1, fmt::format("rule {} of family {}", pack.rules[group.rules[i]].id,
                            group.family_of[i]));
                continue;
            }
            const core::Rule& rule = pack.rules[group.rules[i]];
            line(1, fmt::format("rule {} on n{}{}", rule.id, rule.condition,
                        group.rule_disarmed[i] == kNone
                            ? ""
                            : fmt::format(", armed at {}", group.rule_disarmed[i])));
        }
    }
    return out;
}

}  // namespace clausal::plan
