// Which ways of keeping state the plan of a pack takes: a run over many pairs must have met each.

#include <algorithm>

#include "compiler/plan/from_core.h"
#include "tests/sim/constructs.h"

namespace clausal::sim {

namespace {

using plan::Group;

template <typename Specs, typename Is>
bool any_of(const Specs& specs, Is is) {
    return std::any_of(specs.begin(), specs.end(), is);
}

struct Path {
    const char* name;
    bool (*in)(const Group&);
};

const std::vector<Path> kPaths = {
    {"plan: births kept", [](const Group& g) { return g.spec.births; }},
    {"plan: no births kept", [](const Group& g) { return !g.spec.births; }},
    {"plan: several rules", [](const Group& g) { return g.rules.size() > 1; }},
    {"plan: one absence only", [](const Group& g) { return g.spec.one_absence; }},
    {"plan: an absence among others",
        [](const Group& g) { return !g.spec.absences.empty() && !g.spec.one_absence; }},
    {"plan: delayed absence",
        [](const Group& g) {
            return any_of(g.spec.absences, [](const auto& a) { return a.delayed; });
        }},
    {"plan: compact absence, correlated",
        [](const Group& g) {
            return any_of(g.spec.absences,
                [](const auto& a) { return a.compact && !a.delayed && !a.match_name.empty(); });
        }},
    {"plan: run lengths over an absence",
        [](const Group& g) {
            return any_of(g.spec.absences, [](const auto& a) { return !a.run_streaks.empty(); });
        }},
    {"plan: absence with a streak of its own",
        [](const Group& g) {
            return any_of(g.spec.absences, [](const auto& a) { return a.has_streak; });
        }},
    {"plan: streak as run lengths",
        [](const Group& g) {
            return any_of(g.spec.streaks, [](const auto& s) { return s.runs_only; });
        }},
    {"plan: streak as a ring",
        [](const Group& g) {
            return any_of(g.spec.streaks, [](const auto& s) { return !s.runs_only; });
        }},
    {"plan: pair as the latest time",
        [](const Group& g) {
            return any_of(g.spec.pairs, [](const auto& p) { return p.latest_only; });
        }},
    {"plan: pair, all kept",
        [](const Group& g) {
            return any_of(
                g.spec.pairs, [](const auto& p) { return p.keep == abi::PairSpec::Keep::all; });
        }},
    {"plan: pair, the latest kept",
        [](const Group& g) {
            return any_of(g.spec.pairs, [](const auto& p) {
                return !p.latest_only && p.keep == abi::PairSpec::Keep::latest;
            });
        }},
    {"plan: pair, merged",
        [](const Group& g) {
            return any_of(g.spec.pairs, [](const auto& p) {
                return !p.latest_only && p.keep == abi::PairSpec::Keep::merged;
            });
        }},
    {"plan: delays before events",
        [](const Group& g) {
            return any_of(g.spec.delays, [](const auto& d) { return !d.after_events; });
        }},
    {"plan: idle types", [](const Group& g) { return !g.spec.idle.empty(); }},
    {"plan: time only makes states fall", [](const Group& g) { return g.spec.falls_only; }},
    {"plan: arm flags as one word", [](const Group& g) { return g.spec.armed_bytes > 0; }},
    {"plan: running sums", [](const Group& g) { return !g.running_of.empty(); }},
    {"plan: running sums, before the step",
        [](const Group& g) {
            return any_of(g.spec.runnings, [](const auto& r) { return r.twice; });
        }},
    {"plan: latest as a word", [](const Group& g) { return !g.latest_cells.empty(); }},
    {"plan: count as a ring of times", [](const Group& g) { return !g.count_of.empty(); }},
    {"plan: count with possible ones",
        [](const Group& g) {
            return any_of(g.spec.counts, [](const auto& c) { return c.possible != kNone; });
        }},
    {"plan: sliding extreme as a queue", [](const Group& g) { return !g.extreme_of.empty(); }},
    {"plan: more extremes than are looked at",
        [](const Group& g) { return g.extreme_of.size() > abi::kMostLooks; }},
    {"plan: reader with a match",
        [](const Group& g) {
            return any_of(g.spec.readers, [](const auto& r) { return !r.match_name.empty(); });
        }},
    {"plan: reader before the step",
        [](const Group& g) {
            return any_of(g.spec.readers, [](const auto& r) { return r.before; });
        }},
    {"plan: log of the last ones only",
        [](const Group& g) {
            return any_of(g.spec.logs, [](const auto& l) { return l.keep_last > 0; });
        }},
    {"plan: log under the cap",
        [](const Group& g) {
            return any_of(g.spec.logs, [](const auto& l) { return !l.readers.empty(); });
        }},
    {"plan: family of plain thresholds",
        [](const Group& g) {
            return any_of(g.spec.families,
                [](const auto& f) { return f.kind == abi::FamilySpec::Kind::plain; });
        }},
    {"plan: family over a streak",
        [](const Group& g) {
            return any_of(g.spec.families,
                [](const auto& f) { return f.kind == abi::FamilySpec::Kind::streak; });
        }},
    {"plan: family over units",
        [](const Group& g) {
            return any_of(g.spec.families,
                [](const auto& f) { return f.kind == abi::FamilySpec::Kind::units; });
        }},
    {"plan: family of states",
        [](const Group& g) {
            return any_of(g.families, [](const auto& f) { return f.is_state; });
        }},
    {"plan: rule that stores nothing",
        [](const Group& g) { return any_of(g.spec.rules, [](const auto& r) { return r.plain; }); }},
    {"plan: key parts filled at the end",
        [](const Group& g) {
            return any_of(g.spec.rules, [](const auto& r) { return !r.key_values.empty(); });
        }},
    {"plan: outputs of rules", [](const Group& g) { return g.spec.outputs; }},
    {"plan: registers", [](const Group& g) { return g.spec.reads_registers; }},
    {"plan: broadcasts", [](const Group& g) { return !g.spec.broadcasts.empty(); }},
};

}  // namespace

const std::vector<std::string>& path_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out;
        for (const Path& path : kPaths) out.emplace_back(path.name);
        return out;
    }();
    return names;
}

std::vector<bool> paths_in(const core::CorePack& pack) {
    const plan::Plan plan = plan::make_plan(pack);
    std::vector<bool> out(kPaths.size(), false);
    for (std::size_t i = 0; i < kPaths.size(); ++i) out[i] = any_of(plan.groups, kPaths[i].in);
    return out;
}

}  // namespace clausal::sim
