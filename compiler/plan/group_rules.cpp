// Rules of a group, what time alone can do to it, and its arm flags.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>

#include "compiler/core/bounds.h"
#include "compiler/plan/group_maker.h"
#include "runtime/kernels/kernels.h"

namespace clausal::plan {

void GroupMaker::add_rule(std::uint32_t index) {
    const core::Rule& rule = pack_.rules[index];
    abi::RuleSpec spec;
    spec.rule = index;
    spec.from = rule.from;
    spec.until = rule.until;
    spec.limit_count = rule.limit.count;
    spec.limit_length = rule.limit.length;
    spec.limit_unit = static_cast<std::uint8_t>(rule.limit.unit);
    const bool in_family = group_.family_of[spec_.rules.size()] != kNone;
    if (rule.limit.count > 0) spec.limit_head = in_family ? kNone : take(sizeof(abi::LogHead));
    for (const auto& call : rule.actions) {
        spec.action_words.push_back(spec.values);
        for (std::uint32_t i = 0; i < call.values.size(); ++i) {
            if (call.values[i] == kNone || pack_[call.values[i]].kind != NodeKind::key_part ||
                spec_.outputs)
                continue;
            spec.key_values.emplace_back(spec.values + i, pack_[call.values[i]].slot);
        }
        spec.values += static_cast<std::uint32_t>(call.values.size());
    }
    spec.stores = spec.key_values.size() != spec.values;
    spec.plain = !spec.stores && rule.limit.count == 0 && rule.until == kForever &&
                 !spec_.outputs && rule.from == std::numeric_limits<std::int64_t>::min();
    std::vector<bool> seen(pack_.nodes.size(), false);
    std::vector<NodeId> todo{rule.condition};
    while (!todo.empty()) {
        const NodeId id = todo.back();
        todo.pop_back();
        if (seen[id]) continue;
        seen[id] = true;
        if (const auto found = group_.absence_of.find(id); found != group_.absence_of.end()) {
            spec.absences.push_back(found->second);
        }
        for_each_child(pack_[id], [&](NodeId child) { todo.push_back(child); });
    }
    for (const NodeId id : core::reachable(pack_, rule)) {
        if (core::looks_back(pack_, id)) spec.looks_back.push_back(id);
    }
    spec_.rules.push_back(std::move(spec));
}

bool GroupMaker::only_falls(NodeId id, bool* forgets) const {
    const Node& node = pack_[id];
    switch (node.kind) {
    case NodeKind::compare:
        for (const std::size_t place : {std::size_t{0}, std::size_t{1}}) {
            if (group_.extreme_of.count(node.inputs[place]) != 0) return extreme_falls(id);
            if (group_.count_of.count(node.inputs[place]) == 0) continue;
            const core::CompareOp op = place == 0 ? node.compare : mirrored(node.compare);
            return op == core::CompareOp::ge || op == core::CompareOp::gt;
        }
        break;
    case NodeKind::streak: return true;
    case NodeKind::consecutive:
        return node.mode != core::UnitMode::complete && node.unit != core::Unit::working_day;
    case NodeKind::and_:
    case NodeKind::or_: {
        bool all = true, some = false;
        for (const NodeId input : node.inputs) all = only_falls(input, &some) && all;
        *forgets = *forgets || some;
        return all && !(some && node.kind == NodeKind::or_);
    }
    default: break;
    }
    return is_steady(id, forgets);
}

bool GroupMaker::is_steady(NodeId id, bool* forgets) const {
    const Node& node = pack_[id];
    if (node.kind == NodeKind::consecutive || group_.count_of.count(id) != 0 ||
        group_.extreme_of.count(id) != 0) {
        return false;
    }
    if (const auto cell = group_.latest_cells.find(id); cell != group_.latest_cells.end()) {
        if (cell->second.length != kForever) *forgets = true;
        return true;
    }
    return std::all_of(node.inputs.begin(), node.inputs.end(), [&](NodeId input) {
        return input == kNone || is_occurrence(pack_, input) || is_steady(input, forgets);
    });
}

void GroupMaker::settle_timers() {
    const bool others = has_other_timers(spec_);
    const bool family_units = std::any_of(spec_.families.begin(), spec_.families.end(),
        [](const abi::FamilySpec& family) { return family.kind == abi::FamilySpec::Kind::units; });
    const bool small_timers = !spec_.counts.empty() || !spec_.consecutives.empty() ||
                              !spec_.extremes.empty() || family_units;
    spec_.observes_time = others || !spec_.absences.empty() || small_timers;
    if (spec_.births || spec_.outputs || others) return;
    spec_.one_absence = spec_.absences.size() == 1 && spec_.absences[0].simple &&
                        !spec_.absences[0].has_streak && spec_.absences[0].high != kForever &&
                        !small_timers && spec_.absences[0].keyed &&
                        spec_.absences[0].run_streaks.size() <= 1;
    if (spec_.one_absence) {
        abi::AbsenceSpec& absence = spec_.absences[0];
        absence.delayed = pack_[absence.node].correlation.empty() && absence.run_streaks.empty() &&
                          is_plain(pack_[absence.node].inputs[0]);
    }
    spec_.falls_only =
        spec_.observes_time && spec_.absences.empty() && spec_.extremes.size() <= abi::kMostLooks;
    for (const NodeId id : group_.nodes) {
        bool forgets = false;
        if (pack_[id].kind == NodeKind::rise && !only_falls(pack_[id].inputs[0], &forgets))
            spec_.falls_only = false;
    }
    const auto check = [&](NodeId condition) {
        bool forgets = false;
        if (!is_occurrence(pack_, condition) && !only_falls(condition, &forgets))
            spec_.falls_only = false;
    };
    for (std::size_t i = 0; i < group_.rules.size(); ++i) {
        if (group_.family_of[i] == kNone) check(pack_.rules[group_.rules[i]].condition);
    }
    for (const Family& family : group_.families) check(family.condition);
}

bool GroupMaker::is_plain(NodeId id) const {
    if (!is_sure(id)) return false;
    const auto& references = pack_.schema.events[pack_[id].event].subjects;
    return std::count_if(
               references.begin(), references.end(), [&](const SubjectReference& reference) {
                   return reference.kind == spec_.subject_kind;
               }) == 1;
}

void GroupMaker::settle_delays() {
    const auto add = [&](NodeId node, NodeId start, Microseconds by, bool after_events) {
        spec_.delays.push_back({pack_[start].event, by, after_events, node});
    };
    for (const abi::PairSpec& pair : spec_.pairs) {
        if (pair.latest_only && pair.low > 0)
            add(pair.node, pack_[pair.node].inputs[0], pair.low, false);
    }
    if (spec_.one_absence && spec_.absences[0].delayed) {
        const NodeId node = spec_.absences[0].node;
        add(node, pack_[node].inputs[0], spec_.absences[0].high, true);
    }
    if (spec_.delays.empty()) return;
    std::copy_if(spec_.types.begin(), spec_.types.end(), std::back_inserter(spec_.idle),
        [&](std::uint32_t type) { return is_idle(type); });
}

bool GroupMaker::is_idle(std::uint32_t type) const {
    const auto is_delay = [&](NodeId node, NodeId event) {
        return std::any_of(spec_.delays.begin(), spec_.delays.end(),
                   [&](const abi::DelaySpec& delay) {
                       return delay.node == node && pack_[node].inputs[0] == event;
                   }) &&
               std::count(pack_[node].inputs.begin(), pack_[node].inputs.end(), event) == 1;
    };
    for (const NodeId id : group_.nodes) {
        const Node& node = pack_[id];
        if (node.kind == NodeKind::rise && plan_.reads[id][type]) return false;
        if (node.kind != NodeKind::event || node.event != type) continue;
        if (!node.derived.empty() || group_.log_of.count(id) != 0) return false;
        const auto users = users_.find(id);
        if (users != users_.end() && !std::all_of(users->second.begin(), users->second.end(),
                                         [&](NodeId user) { return is_delay(user, id); })) {
            return false;
        }
    }
    for (const Family& family : group_.families) {
        if (plan_.reads[family.condition][type]) return false;
    }
    return std::none_of(group_.rules.begin(), group_.rules.end(), [&](std::uint32_t rule) {
        const NodeId condition = pack_.rules[rule].condition;
        const bool is_event =
            pack_[condition].kind == NodeKind::event && pack_[condition].event == type;
        return is_event || (!is_occurrence(pack_, condition) && plan_.reads[condition][type]);
    });
}

std::size_t GroupMaker::flags() const {
    std::size_t out = 0;
    for (const NodeId id : group_.nodes) out += pack_[id].kind == NodeKind::rise ? 1 : 0;
    for (std::size_t i = 0; i < group_.rules.size(); ++i) {
        if (group_.family_of[i] != kNone) continue;
        out += is_occurrence(pack_, pack_.rules[group_.rules[i]].condition) ? 0 : 1;
    }
    for (const Family& family : group_.families) out += family.is_state ? sizeof(std::uint16_t) : 0;
    return out;
}

std::optional<std::uint32_t> GroupMaker::spare_bytes() const {
    if (!spec_.falls_only || !known_.headless || flags() > sizeof(kernels::UnitRun::before))
        return std::nullopt;
    for (const abi::ConsecutiveSpec& consecutive : spec_.consecutives) {
        if (consecutive.unit == static_cast<std::uint8_t>(core::Unit::working_day) ||
            consecutive.mode == static_cast<std::uint8_t>(core::UnitMode::complete))
            continue;
        return consecutive.cell + static_cast<std::uint32_t>(offsetof(kernels::UnitRun, before));
    }
    return std::nullopt;
}

void GroupMaker::add_bytes() {
    const std::optional<std::uint32_t> spare = spare_bytes();
    std::uint32_t at = spare.value_or(bytes_);
    spec_.armed_at = at;
    for (const NodeId id : group_.nodes) {
        if (pack_[id].kind == NodeKind::rise) group_.disarmed[id] = at++;
    }
    for (std::size_t i = 0; i < group_.rules.size(); ++i) {
        const bool state = group_.family_of[i] == kNone &&
                           !is_occurrence(pack_, pack_.rules[group_.rules[i]].condition);
        group_.rule_disarmed.push_back(state ? at++ : kNone);
    }
    for (std::size_t i = 0; i < group_.families.size(); ++i) {
        spec_.families[i].position = at;
        if (group_.families[i].is_state) at += sizeof(std::uint16_t);
    }
    bytes_ = std::max(bytes_, at);
}

}  // namespace clausal::plan
