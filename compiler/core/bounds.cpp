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

// Whether a value has an elapsed (or the one given) that belongs to the occurrence it is the value of.
bool holds_elapsed(const CorePack& pack, NodeId value, NodeId one = kNone) {
    const Node& node = pack.nodes[value];
    if (node.kind == NodeKind::elapsed) return one == kNone || one == value;
    if (node.kind != NodeKind::arithmetic && node.kind != NodeKind::negative &&
        node.kind != NodeKind::round && node.kind != NodeKind::choose)
        return false;
    return std::any_of(node.inputs.begin(), node.inputs.end(), [&](NodeId input) {
        return sort_of(pack.nodes[input].kind) == Sort::value && holds_elapsed(pack, input, one);
    });
}

// Whether an aggregate or latest takes all occurrences of its window: no correlation, no pair.
bool alike(const Node& node) {
    return node.correlation.empty() && (node.inputs.size() < 3 || node.inputs[2] == kNone);
}

// The class of one node by itself.
Bound own(const CorePack& pack, NodeId id) {
    const Node& node = pack.nodes[id];
    const auto per_start = [&](Microseconds length) {
        return Bound{length == kForever ? BoundClass::unbounded : BoundClass::by_rate, id, length};
    };
    switch (node.kind) {
    case NodeKind::absence_after:
        // Every start waits for its own decision.
        return per_start(node.high);
    case NodeKind::sequence:
    case NodeKind::absence_before:
        return pair_memory(node) != PairMemory::all ? Bound{} : per_start(node.high);
    case NodeKind::exists_around: return per_start(node.high);
    case NodeKind::latest: return alike(node) ? Bound{} : per_start(reach(node.window));
    case NodeKind::aggregate: {
        return is_running(pack, node) ? Bound{} : per_start(reach(node.window));
    }
    case NodeKind::shift:
    case NodeKind::cluster: return per_start(node.low + node.high);
    case NodeKind::elapsed: {
        // Open starts are bounded by the window that reads them, which is checked at the reader.
        return {};
    }
    case NodeKind::event:
    case NodeKind::filtered:
    case NodeKind::either:
    case NodeKind::rise:
    case NodeKind::daily:
    case NodeKind::rule_output:
    case NodeKind::truth:
    case NodeKind::compare:
    case NodeKind::is_true:
    case NodeKind::not_:
    case NodeKind::and_:
    case NodeKind::or_:
    case NodeKind::not_true:
    case NodeKind::is_missing:
    case NodeKind::member:
    case NodeKind::contains:
    case NodeKind::overlaps:
    case NodeKind::streak:
    case NodeKind::consecutive:
    case NodeKind::hold:
    case NodeKind::silence:
    case NodeKind::known_for:
    case NodeKind::before_this:
    case NodeKind::constant:
    case NodeKind::missing:
    case NodeKind::field:
    case NodeKind::subject_field:
    case NodeKind::arithmetic:
    case NodeKind::negative:
    case NodeKind::round:
    case NodeKind::choose:
    case NodeKind::time_of:
    case NodeKind::now:
    case NodeKind::closed_units:
    case NodeKind::date_of:
    case NodeKind::add_days:
    case NodeKind::add_working_time:
    case NodeKind::weekday:
    case NodeKind::keyword_density:
    case NodeKind::key_part: return {};
    }
    return {};
}

// `count … ≥ k` over a window remembers the last k times only.
bool counts_to_a_constant(const CorePack& pack, NodeId user, NodeId aggregate) {
    const Node& node = pack.nodes[user];
    if (node.kind != NodeKind::compare) return false;
    const Node& inner = pack.nodes[aggregate];
    if (inner.kind != NodeKind::aggregate || inner.aggregate != AggregateOp::count ||
        !inner.correlation.empty() || inner.inputs.size() > 2)
        return false;
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
        if (bound.kind > result.kind || (bound.kind == result.kind && bound.length > result.length))
            result = bound;
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

Microseconds longest_reach(const Window& window) {
    // With room for changes of the zone.
    const auto longest = [](Unit unit) -> Microseconds {
        switch (unit) {
        case Unit::hour: return 3 * kHour;
        case Unit::day:
        case Unit::working_day: return 2 * kDay;
        case Unit::week: return 8 * kDay;
        case Unit::month: return 33 * kDay;
        case Unit::year: return 368 * kDay;
        }
        return kForever;
    };
    if (window.kind == Window::Kind::this_unit) return longest(window.unit);
    if (window.kind == Window::Kind::previous_unit) return 2 * longest(window.unit);
    return reach(window);
}

bool is_running(const CorePack& pack, const Node& aggregate) {
    if (!alike(aggregate) || aggregate.window.kind == Window::Kind::sliding) return false;
    if (aggregate.inputs.size() > 1 && aggregate.inputs[1] != kNone &&
        holds_elapsed(pack, aggregate.inputs[1])) {
        return false;
    }
    return aggregate.aggregate != AggregateOp::distinct &&
           aggregate.aggregate != AggregateOp::percentile &&
           aggregate.aggregate != AggregateOp::keys;
}

PairMemory pair_memory(const Node& node) {
    const bool sequence = node.kind == NodeKind::sequence;
    const auto has = [&](std::size_t place) {
        return place < node.inputs.size() && node.inputs[place] != kNone;
    };
    if (!node.correlation.empty() || has(2)) return PairMemory::all;
    // With no gap the latest one decides: what an earlier one allows it allows too.
    if (node.low == 0 && !(sequence && node.pick == Pick::first_only)) return PairMemory::latest;
    // The bounds [A + low, A + high] of neighbours merge.
    const bool plain = !sequence || (!has(3) && node.derived.empty() && node.pick == Pick::any);
    return plain && node.low < node.high ? PairMemory::merged : PairMemory::all;
}

bool is_sliding_extreme(const CorePack& pack, const Node& node) {
    return node.kind == NodeKind::aggregate &&
           (node.aggregate == AggregateOp::minimum || node.aggregate == AggregateOp::maximum) &&
           node.window.kind == Window::Kind::sliding && node.window.offset == 0 && alike(node) &&
           (node.inputs.size() < 4 || node.inputs[3] == kNone) &&
           !holds_elapsed(pack, node.inputs[1]);
}

std::optional<LookBack> looks_back(const CorePack& pack, NodeId id) {
    const Node& node = pack.nodes[id];
    const NodeId of = node.inputs.empty() ? kNone : node.inputs[0];
    switch (node.kind) {
    case NodeKind::latest: {
        const bool last = node.window.offset == 0 &&
                          node.window.kind != Window::Kind::previous_unit &&
                          node.window.kind != Window::Kind::closed_units;
        if (alike(node) && last) return std::nullopt;
        return LookBack{of, longest_reach(node.window)};
    }
    case NodeKind::aggregate:
        if (is_running(pack, node)) return std::nullopt;
        if (node.aggregate == AggregateOp::count && alike(node)) return std::nullopt;
        if (is_sliding_extreme(pack, node)) return std::nullopt;
        return LookBack{of, longest_reach(node.window)};
    case NodeKind::exists_around: return LookBack{of, kForever};
    case NodeKind::shift: {
        const bool units = node.window.kind == Window::Kind::previous_unit;
        return LookBack{of, node.high + (units ? longest_reach(node.window) : 0)};
    }
    case NodeKind::cluster: return LookBack{of, node.low + node.high};
    case NodeKind::elapsed: {
        // As far as the starts that some window reads.
        Microseconds reach = 0;
        for (const Node& reader : pack.nodes) {
            if (reader.kind != NodeKind::latest && reader.kind != NodeKind::aggregate) continue;
            if (reader.inputs.size() < 2 || reader.inputs[1] == kNone) continue;
            if (holds_elapsed(pack, reader.inputs[1], id))
                reach = std::max(reach, longest_reach(reader.window));
        }
        return LookBack{of, reach};
    }
    case NodeKind::sequence:
        if (pair_memory(node) != PairMemory::all) return std::nullopt;
        return LookBack{of, node.high};
    case NodeKind::absence_before:
        if (pair_memory(node) != PairMemory::all) return std::nullopt;
        return LookBack{node.inputs[1], node.high};
    default: return std::nullopt;
    }
}

Bound bound_of(const CorePack& pack, NodeId root) { return worst(pack, reachable(pack, root)); }

}  // namespace clausal::core
