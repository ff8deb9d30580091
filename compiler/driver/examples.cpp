#include "compiler/driver/examples.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/core/intern_constants.h"
#include "runtime/calendar/calendar.h"
#include "runtime/events/format_value.h"
#include "runtime/events/time_text.h"

namespace clausal {
namespace {

std::int64_t stored_value(
    const Type& type, const core::ExampleValue& value, Dictionary& dictionary) {
    if (type.kind == TypeKind::text) {
        return value.text.empty() && value.value == kMissing ? kMissing
                                                             : dictionary.intern(value.text);
    }
    if (type.kind == TypeKind::texts) {
        if (value.texts.empty()) return kMissing;
        std::vector<std::int64_t> ids;
        for (const std::string& text : value.texts) ids.push_back(dictionary.intern(text));
        return dictionary.intern_set(std::move(ids));
    }
    return value.value;
}

std::vector<std::int64_t> interned_key(
    const std::vector<std::string>& key, Dictionary& dictionary) {
    std::vector<std::int64_t> ids;
    for (const std::string& part : key) ids.push_back(dictionary.intern(part));
    return ids;
}

// Does a fired action satisfy the values that the expectation names?
bool values_match(const core::CorePack& pack, const core::Expectation& expectation,
    const FiredAction& fired, const Dictionary& dictionary) {
    const ActionType& action = pack.schema.actions.at(expectation.action);
    for (std::size_t i = 0; i < action.fields.size() && i < expectation.fields.size(); ++i) {
        if (i >= expectation.checked.size() || !expectation.checked[i]) continue;
        const core::ExampleValue& wanted = expectation.fields[i];
        const std::int64_t got = fired.values.at(i);
        const TypeKind kind = action.fields[i].type.kind;
        if (kind == TypeKind::text) {
            if (got == kMissing || dictionary.text(got) != wanted.text) return false;
        } else if (kind == TypeKind::texts) {
            if (got == kMissing) return false;
            std::vector<std::int64_t> ids;
            for (const std::string& text : wanted.texts) ids.push_back(dictionary.find(text));
            std::sort(ids.begin(), ids.end());
            const auto set = dictionary.set(got);
            if (!std::equal(ids.begin(), ids.end(), set.begin(), set.end())) return false;
        } else if (got != wanted.value) {
            return false;
        }
    }
    return true;
}

// Is the step at the moment, or within the day, that the expectation names?
bool time_matches(const core::Expectation& expectation, Microseconds time) {
    if (expectation.time == kMissing) return true;
    if (expectation.day_end == kMissing) return time == expectation.time;
    return time >= expectation.time && time < expectation.day_end;
}

struct Match {
    const Firing* firing = nullptr;
    const FiredAction* action = nullptr;
};

// Firings of the expectation's action for its subject; `exact` also compares time and values.
std::vector<Match> matching(const core::CorePack& pack, const core::Expectation& expectation,
    const Outcomes& outcomes, const EventData& data, bool exact) {
    std::vector<Match> matches;
    for (const Firing& firing : outcomes.firings) {
        const core::Rule& rule = pack.rules.at(firing.rule);
        if (!expectation.key.empty()) {
            const SubjectTable& table = data.subjects.at(rule.subject);
            std::vector<std::string> key;
            for (const std::int64_t id : table.keys.at(firing.subject))
                key.push_back(data.dictionary.text(id));
            if (key != expectation.key) continue;
        }
        for (const FiredAction& action : firing.actions) {
            if (action.action != expectation.action) continue;
            if (exact && !time_matches(expectation, firing.step.time)) continue;
            if (exact && !values_match(pack, expectation, action, data.dictionary)) continue;
            matches.push_back({&firing, &action});
        }
    }
    return matches;
}

std::string describe(
    const core::CorePack& pack, const EventData& data, const std::vector<Match>& matches) {
    const Zone zone = Zone::open(pack.schema.zone).value_or(Zone::utc());
    std::string text;
    for (const Match& match : matches) {
        if (!text.empty()) text += "; ";
        const ActionType& action = pack.schema.actions.at(match.action->action);
        text += fmt::format("`{}`", action.name);
        std::string values;
        for (std::size_t i = 0; i < action.fields.size(); ++i) {
            if (!values.empty()) values += ", ";
            values += fmt::format("{} = {}", action.fields[i].name,
                format_value(
                    action.fields[i].type, match.action->values.at(i), data.dictionary, zone));
        }
        if (!values.empty()) text += " (" + values + ")";
        text += " " + format_instant(match.firing->step.time, zone);
    }
    return text;
}

void check(const core::CorePack& pack, const core::Expectation& expectation, std::size_t index,
    const Outcomes& outcomes, const EventData& data, std::vector<ExampleFailure>& failures) {
    const std::string& action = pack.schema.actions.at(expectation.action).name;
    const auto exact = matching(pack, expectation, outcomes, data, true);
    const auto any = matching(pack, expectation, outcomes, data, false);
    const std::string got = describe(pack, data, any);
    if (!expectation.must) {
        if (!exact.empty()) {
            failures.push_back({index, fmt::format("`{}` must not fire, but did: {}", action, got),
                fmt::format("不应触发 `{}`，实际触发: {}", action, got)});
        }
        return;
    }
    if (expectation.times >= 0 && static_cast<std::int64_t>(any.size()) != expectation.times) {
        failures.push_back({index,
            fmt::format("`{}` should fire {} times, fired {} times: {}", action, expectation.times,
                any.size(), got),
            fmt::format(
                "`{}` 应触发 {} 次，实际 {} 次: {}", action, expectation.times, any.size(), got)});
        return;
    }
    if (!exact.empty()) return;
    const Zone zone = Zone::open(pack.schema.zone).value_or(Zone::utc());
    std::string english;
    std::string chinese;
    if (expectation.day_end != kMissing) {
        const std::string day = format_date(zone.day_of(expectation.time));
        english = " on " + day;
        chinese = "于 " + day + " ";
    } else if (expectation.time != kMissing) {
        const std::string moment = format_instant(expectation.time, zone);
        english = " at " + moment;
        chinese = "于 " + moment + " ";
    }
    if (any.empty()) {
        failures.push_back(
            {index, fmt::format("`{}` should fire{}, but never did", action, english),
                fmt::format("`{}` 应{}触发，实际没有触发", action, chinese)});
    } else {
        failures.push_back({index,
            fmt::format(
                "`{}` should fire{} with the values given; it fired: {}", action, english, got),
            fmt::format("`{}` 应{}按所给的值触发，实际触发: {}", action, chinese, got)});
    }
}

}  // namespace

EventData example_data(const core::CorePack& pack, const core::Example& example) {
    EventData data(pack.schema);
    for (const core::ExampleSubject& subject : example.subjects) {
        SubjectTable& table = data.subjects.at(subject.kind);
        const std::uint32_t id = table.intern(interned_key(subject.key, data.dictionary));
        const SubjectKind& kind = pack.schema.subjects.at(subject.kind);
        RegisterVersion version{std::numeric_limits<Microseconds>::min(), {}};
        for (std::size_t i = 0; i < kind.fields.size(); ++i) {
            version.values.push_back(
                i < subject.fields.size()
                    ? stored_value(kind.fields[i].type, subject.fields[i], data.dictionary)
                    : kMissing);
        }
        if (table.registers.size() <= id) table.registers.resize(id + 1);
        if (!version.values.empty()) table.registers[id] = {std::move(version)};
    }
    std::uint64_t sequence = 0;
    for (const core::ExampleEvent& event : example.events) {
        const EventType& type = pack.schema.events.at(event.event);
        EventTable& table = data.tables.at(event.event);
        std::vector<std::int64_t> row;
        for (std::size_t i = 0; i < type.fields.size(); ++i) {
            row.push_back(i < event.fields.size()
                              ? stored_value(type.fields[i].type, event.fields[i], data.dictionary)
                              : kMissing);
            table.columns.at(i).push_back(row.back());
        }
        table.time.push_back(event.time);
        table.sequence.push_back(sequence++);
        for (std::size_t s = 0; s < type.subjects.size(); ++s) {
            std::vector<std::int64_t> key;
            for (const std::uint32_t field : type.subjects[s].key_fields)
                key.push_back(row.at(field));
            table.subjects.at(s).push_back(data.subjects.at(type.subjects[s].kind).intern(key));
        }
    }
    sort_order(data);
    return data;
}

Microseconds decision_horizon(const core::CorePack& pack) {
    // A chain of delays can be as long as their sum; each node counts once because nodes are shared.
    Microseconds total = 0;
    for (const core::Node& node : pack.nodes) {
        const bool waits =
            node.kind == core::NodeKind::absence_after || node.kind == core::NodeKind::hold ||
            node.kind == core::NodeKind::silence || node.kind == core::NodeKind::known_for ||
            node.kind == core::NodeKind::sequence;
        if (waits && node.high < 400 * kDay) total += node.high;
    }
    return std::min(total, 4000 * kDay);
}

Microseconds example_end(
    const core::Example& example, const EventData& data, Microseconds horizon) {
    const Microseconds last = data.order.empty() ? 0 : data.last_time();
    Microseconds end = last + horizon;
    for (const core::Expectation& expectation : example.expectations) {
        if (expectation.day_end != kMissing)
            end = std::max(end, expectation.day_end - 1);
        else if (expectation.time != kMissing)
            end = std::max(end, expectation.time);
    }
    return end;
}

std::vector<ExampleResult> run_examples(const core::CorePack& pack, const Executor& run) {
    std::vector<ExampleResult> results;
    const Microseconds horizon = decision_horizon(pack);
    for (std::size_t e = 0; e < pack.examples.size(); ++e) {
        const core::Example& example = pack.examples[e];
        EventData data = example_data(pack, example);
        core::intern_constants(pack, data.dictionary);
        RunOptions options;
        options.until = example_end(example, data, horizon);
        ExampleResult result{e, {}, run(pack, data, options)};
        for (std::size_t i = 0; i < example.expectations.size(); ++i) {
            check(pack, example.expectations[i], i, result.outcomes, data, result.failures);
        }
        results.push_back(std::move(result));
    }
    return results;
}

std::vector<RuleCoverage> rule_coverage(
    const core::CorePack& pack, const std::vector<ExampleResult>& results) {
    std::vector<RuleCoverage> coverage;
    for (std::size_t r = 0; r < pack.rules.size(); ++r) {
        const core::Rule& rule = pack.rules[r];
        RuleCoverage row;
        row.rule = rule.id;
        for (const ExampleResult& result : results) {
            const std::uint64_t firings =
                r < result.outcomes.rules.size() ? result.outcomes.rules[r].firings : 0;
            row.firings += firings;
            for (const core::Expectation& expectation :
                pack.examples[result.example].expectations) {
                const bool about = std::any_of(
                    rule.actions.begin(), rule.actions.end(), [&](const core::ActionCall& call) {
                        return call.action == expectation.action;
                    });
                // Another rule may have done what was demanded.
                if (!about || (expectation.must && firings == 0)) continue;
                (expectation.must ? row.expected_to_fire : row.expected_silent) = true;
            }
        }
        coverage.push_back(std::move(row));
    }
    return coverage;
}

}  // namespace clausal
