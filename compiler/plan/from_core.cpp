#include "compiler/plan/from_core.h"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

#include "compiler/plan/group_maker.h"

namespace clausal::plan {

namespace {

void find_reads(Plan& plan) {
    const core::CorePack& pack = *plan.pack;
    plan.reads.assign(pack.nodes.size(), std::vector<bool>(pack.schema.events.size(), false));
    plan.reads_rules.assign(pack.nodes.size(), {});
    plan.momentary.assign(pack.nodes.size(), false);
    const auto merge = [](std::vector<bool>& to, const std::vector<bool>& from) {
        if (to.size() < from.size()) to.resize(from.size(), false);
        for (std::size_t i = 0; i < from.size(); ++i) to[i] = to[i] || from[i];
    };
    const std::function<bool(NodeId)> open_elapsed = [&](NodeId value) -> bool {
        if (value == kNone || is_occurrence(pack, value)) return false;
        const Node& node = pack[value];
        if (node.kind == NodeKind::elapsed) return node.open;
        if (node.kind == NodeKind::latest || node.kind == NodeKind::aggregate) return false;
        return std::any_of(node.inputs.begin(), node.inputs.end(), open_elapsed);
    };
    for (NodeId id = 0; id < pack.nodes.size(); ++id) {
        const Node& node = pack[id];
        if (node.kind == NodeKind::event) plan.reads[id][node.event] = true;
        if (node.kind == NodeKind::rule_output) {
            plan.reads_rules[id].assign(pack.rules.size(), false);
            plan.reads_rules[id][node.rule] = true;
        }
        for_each_child(node, [&](NodeId child) {
            merge(plan.reads[id], plan.reads[child]);
            merge(plan.reads_rules[id], plan.reads_rules[child]);
        });
        bool momentary = false;
        switch (node.kind) {
        case NodeKind::now:
        case NodeKind::before_this: momentary = true; break;
        case NodeKind::elapsed: momentary = node.open; break;
        case NodeKind::latest:
        case NodeKind::aggregate:
            momentary = (node.kind == NodeKind::latest && node.before) ||
                        open_elapsed(input_of(node, 1)) ||
                        (input_of(node, 2) != kNone && plan.momentary[input_of(node, 2)]);
            break;
        case NodeKind::hold:
        case NodeKind::streak:
        case NodeKind::consecutive:
        case NodeKind::shift: break;
        default:
            if (is_occurrence(pack, id)) break;
            for (const NodeId input : node.inputs) {
                if (input != kNone && !is_occurrence(pack, input) && plan.momentary[input])
                    momentary = true;
            }
        }
        plan.momentary[id] = momentary;
    }
}

}  // namespace

Plan make_plan(const core::CorePack& pack) {
    Plan plan;
    plan.pack = &pack;
    find_reads(plan);
    // Rules of one group: the same subject kind and event types, or one reads the other's firings.
    std::vector<std::uint32_t> leader(pack.rules.size());
    std::iota(leader.begin(), leader.end(), 0U);
    const std::function<std::uint32_t(std::uint32_t)> find = [&](std::uint32_t rule) {
        while (leader[rule] != rule) rule = leader[rule] = leader[leader[rule]];
        return rule;
    };
    std::map<std::pair<std::uint32_t, std::vector<bool>>, std::uint32_t> by_types;
    for (std::uint32_t rule = 0; rule < pack.rules.size(); ++rule) {
        std::vector<bool> types(pack.schema.events.size(), false);
        const auto read = [&](NodeId node) {
            if (node == kNone) return;
            for (std::size_t i = 0; i < types.size(); ++i)
                types[i] = types[i] || plan.reads[node][i];
            const auto& rules = plan.reads_rules[node];
            for (std::uint32_t i = 0; i < rules.size(); ++i) {
                if (rules[i]) leader[find(rule)] = find(i);
            }
        };
        read(pack.rules[rule].condition);
        for (const auto& call : pack.rules[rule].actions) {
            for (const NodeId value : call.values) read(value);
        }
        const auto [place, added] = by_types.try_emplace({pack.rules[rule].subject, types}, rule);
        if (!added) leader[find(rule)] = find(place->second);
    }
    std::map<std::uint32_t, std::size_t> group_of;
    for (std::uint32_t rule = 0; rule < pack.rules.size(); ++rule) {
        const auto [place, added] = group_of.try_emplace(find(rule), plan.groups.size());
        if (added) {
            plan.groups.emplace_back();
            plan.groups.back().spec.index = static_cast<std::uint32_t>(place->second);
            plan.groups.back().spec.subject_kind = pack.rules[rule].subject;
        }
        plan.groups[place->second].rules.push_back(rule);
    }
    for (Group& group : plan.groups) {
        Group fresh;
        fresh.spec.index = group.spec.index;
        fresh.spec.subject_kind = group.spec.subject_kind;
        fresh.rules = group.rules;
        GroupMaker first(plan, group);
        first.make();
        const GroupMaker::Known known = first.known();
        if (!known.one_absence && !known.headless) continue;
        group = std::move(fresh);
        GroupMaker(plan, group, known).make();
    }
    return plan;
}

}  // namespace clausal::plan
