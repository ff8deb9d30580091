#include "compiler/core/bounds.h"

#include <algorithm>

namespace clausal::core {
namespace {

constexpr Microseconds kMonthAtMost = 31 * kDay;

void mark(const CorePack& pack, NodeId root, std::vector<bool>& seen) {
    std::vector<NodeId> stack;
    const auto push = [&](NodeId id) {
        if (id != kNone && !seen[id]) {
            seen[id] = true;
            stack.push_back(id);
        }
    };
    push(root);
    while (!stack.empty()) {
        const Node& node = pack.nodes[stack.back()];
        stack.pop_back();
        for (const NodeId input : node.inputs) push(input);
        for (const NodeId value : node.derived) push(value);
        if (node.window.kind == Window::Kind::since) push(node.window.since);
    }
}

std::vector<NodeId> listed(const std::vector<bool>& seen) {
    std::vector<NodeId> out;
    for (NodeId id = 0; id < seen.size(); ++id) {
        if (seen[id]) out.push_back(id);
    }
    return out;
}

Microseconds unit_at_most(Unit unit) {
    switch (unit) {
        case Unit::hour: return kHour;
        case Unit::day: return 25 * kHour;
        case Unit::week: return kWeek + kHour;
        case Unit::month: return kMonthAtMost;
        case Unit::year: return 366 * kDay;
        case Unit::working_day: return 25 * kHour;
    }
    return kDay;
}

// The longest reach into the past of a window; kForever without an end.
Microseconds reach(const Window& window) {
    switch (window.kind) {
        case Window::Kind::all:
        case Window::Kind::closed_units:
        case Window::Kind::since: return kForever;
        case Window::Kind::sliding: return window.length + window.offset;
        case Window::Kind::this_unit: return unit_at_most(window.unit);
        case Window::Kind::previous_unit: return 2 * unit_at_most(window.unit);
    }
    return kForever;
}

// The class of one node by itself.
Bound own(const CorePack& pack, NodeId id) {
    const Node& node = pack.nodes[id];
    const auto per_start = [&](Microseconds length) {
        return Bound{length == kForever ? BoundClass::unbounded : BoundClass::by_rate, id, length};
    };
    const auto input = [&](std::size_t place) { return place < node.inputs.size()
        ? node.inputs[place] : kNone; };
    switch (node.kind) {
        case NodeKind::sequence:
            // Without a condition on the pair the intervals [A + low, A + high] merge.
            if (node.correlation.empty() && input(2) == kNone && input(3) == kNone
                && node.low < node.high) return {};
            return per_start(node.high);
        case NodeKind::absence_after:
            // Every start waits for its own decision.
            return per_start(node.high);
        case NodeKind::absence_before:
            if (node.correlation.empty() && input(2) == kNone && node.low < node.high) return {};
            return per_start(node.high);
        case NodeKind::exists_around: return per_start(node.high);
        case NodeKind::latest:
            return node.correlation.empty() && input(2) == kNone ? Bound{} : per_start(reach(node.window));
        case NodeKind::aggregate: {
            const Microseconds length = reach(node.window);
            const bool running = node.aggregate == AggregateOp::count
                || node.aggregate == AggregateOp::sum ||
                                 node.aggregate == AggregateOp::average
                                     || node.aggregate == AggregateOp::deviation ||
                                 node.aggregate == AggregateOp::minimum
                                     || node.aggregate == AggregateOp::maximum ||
                                 node.aggregate == AggregateOp::range;
            if (!node.correlation.empty() || input(2) != kNone) return per_start(length);
            // Without a moving lower end a running value is enough.
            if (node.window.kind != Window::Kind::sliding && running) return {};
            return per_start(length);
        }
        case NodeKind::shift:
        case NodeKind::cluster: return per_start(node.low + node.high);
        case NodeKind::elapsed: {
            // Open starts are bounded by the window that reads them, which is checked at the reader.
            return {};
        }
        case NodeKind::event: case NodeKind::filtered: case NodeKind::either: case NodeKind::rise:
        case NodeKind::daily: case NodeKind::rule_output: case NodeKind::truth: case NodeKind::compare:
        case NodeKind::is_true: case NodeKind::not_: case NodeKind::and_: case NodeKind::or_:
        case NodeKind::not_true: case NodeKind::is_missing: case NodeKind::member:
        case NodeKind::contains: case NodeKind::overlaps: case NodeKind::streak:
        case NodeKind::consecutive: case NodeKind::hold: case NodeKind::silence:
        case NodeKind::known_for: case NodeKind::before_this: case NodeKind::constant:
        case NodeKind::missing: case NodeKind::field: case NodeKind::subject_field: case NodeKind::arithmetic:
        case NodeKind::negative: case NodeKind::round: case NodeKind::choose: case NodeKind::time_of:
        case NodeKind::now: case NodeKind::closed_units: case NodeKind::date_of: case NodeKind::add_days:
        case NodeKind::keyword_density: case NodeKind::key_part: return {};
    }
    return {};
}

// `count … ≥ k` over a window remembers the last k times only.
bool counts_to_a_constant(const CorePack& pack, NodeId user, NodeId aggregate) {
    const Node& node = pack.nodes[user];
    if (node.kind != NodeKind::compare) return false;
    const Node& inner = pack.nodes[aggregate];
    if (inner.kind != NodeKind::aggregate || inner.aggregate != AggregateOp::count
        || !inner.correlation.empty() || inner.inputs.size() > 2) return false;
    const NodeId other = node.inputs[0] == aggregate ? node.inputs[1] : node.inputs[0];
    return pack.nodes[other].kind == NodeKind::constant;
}

Bound worst(const CorePack& pack, const std::vector<NodeId>& nodes) {
    // aggregates that some user reads as a whole number
    std::vector<bool> wide(pack.nodes.size(), false);
    std::vector<bool> counted(pack.nodes.size(), false);
    for (const NodeId id : nodes) {
        for (const NodeId input : pack.nodes[id].inputs) {
            if (input == kNone || pack.nodes[input].kind != NodeKind::aggregate) continue;
            (counts_to_a_constant(pack, id, input) ? counted : wide)[input] = true;
        }
    }
    Bound result;
    for (const NodeId id : nodes) {
        if (counted[id] && !wide[id]) continue;
        const Bound bound = own(pack, id);
        if (bound.kind > result.kind || (bound.kind == result.kind
            && bound.length > result.length)) result = bound;
    }
    return result;
}

}  // namespace

std::vector<NodeId> reachable(const CorePack& pack, NodeId root) {
    std::vector<bool> seen(pack.nodes.size(), false);
    mark(pack, root, seen);
    return listed(seen);
}

std::vector<NodeId> reachable(const CorePack& pack, const Rule& rule) {
    std::vector<bool> seen(pack.nodes.size(), false);
    mark(pack, rule.condition, seen);
    for (const ActionCall& call : rule.actions) {
        for (const NodeId value : call.values) mark(pack, value, seen);
    }
    return listed(seen);
}

Bound bound_of(const CorePack& pack, NodeId root) { return worst(pack, reachable(pack, root)); }

}  // namespace clausal::core
