// States that need only what is true at the view: logic, comparisons, texts, lists.

#include <algorithm>

#include "compiler/interpret/subject_trace.h"

namespace clausal::interpret {

using core::CompareOp;
using core::Node;
using core::NodeId;
using core::NodeKind;

State SubjectTrace::state(NodeId id, View view, const Context& context) {
    const Node& node = pack_[id];
    switch (node.kind) {
    case NodeKind::truth: return node.truth == 2 ? unknown_state() : truth_of(node.truth == 1);
    case NodeKind::compare: return compare_values(node, view, context);
    case NodeKind::is_true: {
        const Value of = value(node.inputs.at(0), view, context);
        return of.known() ? truth_of(of.code != 0) : unknown_state(of.fault);
    }
    case NodeKind::not_: return negate(state(node.inputs.at(0), view, context));
    case NodeKind::and_: {
        State all = truth_of(true);
        for (const NodeId input : node.inputs) all = both(all, state(input, view, context));
        return all;
    }
    case NodeKind::or_: {
        State any;
        for (const NodeId input : node.inputs) any = any_of(any, state(input, view, context));
        return any;
    }
    case NodeKind::not_true:
        return truth_of(state(node.inputs.at(0), view, context).truth != Truth::yes);
    case NodeKind::is_missing: return truth_of(!value(node.inputs.at(0), view, context).known());
    case NodeKind::member: return state_member(node, view, context);
    case NodeKind::contains: return state_contains(node, view, context);
    case NodeKind::overlaps: return state_overlaps(node, view, context);
    case NodeKind::streak: return state_streak(id, view);
    case NodeKind::consecutive: return state_consecutive(node, view);
    case NodeKind::hold: return state_hold(node, view);
    case NodeKind::silence: return state_silence(node, view);
    case NodeKind::known_for: {
        if (!born(view)) return {};
        Microseconds at = 0;
        if (__builtin_add_overflow(birth_time_, node.high, &at)) return {};
        return truth_of(time_of(view) >= at);
    }
    case NodeKind::before_this: return state(node.inputs.at(0), {view.step, true}, context);
    case NodeKind::exists_around: return state_exists_around(node, view, context);
    case NodeKind::shift: return state_shift(node, view);
    case NodeKind::cluster: return state_cluster(node, view);
    default: return unknown_state();
    }
}

State SubjectTrace::compare_values(const Node& node, View view, const Context& context) {
    const Value left = value(node.inputs.at(0), view, context);
    const Value right = value(node.inputs.at(1), view, context);
    if (!left.known() || !right.known()) {
        return unknown_state(worse(fault_of(left), fault_of(right)));
    }
    // With intervals: what holds for all pairs is true, what holds for none is false.
    const bool codes = left.kind == Value::Kind::code && right.kind == Value::Kind::code;
    const auto ends = [&](const Value& value, bool high) {
        if (value.kind == Value::Kind::code) return Rational{value.code, 1};
        return high ? value.high : value.low;
    };
    const auto order = [&](bool left_high, bool right_high) {
        if (codes) return left.code < right.code ? -1 : left.code > right.code ? 1 : 0;
        return compare(ends(left, left_high), ends(right, right_high));
    };
    const int largest = order(true, false), smallest = order(false, true);  // of left against right
    const auto decide = [](bool all, bool none) {
        return all ? truth_of(true) : none ? truth_of(false) : unknown_state();
    };
    switch (node.compare) {
    case CompareOp::lt: return decide(largest < 0, smallest >= 0);
    case CompareOp::le: return decide(largest <= 0, smallest > 0);
    case CompareOp::gt: return decide(smallest > 0, largest <= 0);
    case CompareOp::ge: return decide(smallest >= 0, largest < 0);
    case CompareOp::eq:
    case CompareOp::ne: {
        const State equal = decide(largest == 0 && smallest == 0, largest < 0 || smallest > 0);
        return node.compare == CompareOp::eq ? equal : negate(equal);
    }
    }
    return unknown_state();
}

State SubjectTrace::state_member(const Node& node, View view, const Context& context) {
    const Value of = value(node.inputs.at(0), view, context);
    if (!of.exact()) return unknown_state(fault_of(of));
    const core::ConstantList& list = pack_.lists.at(node.list);
    bool found = false;
    if (of.kind == Value::Kind::number) {
        for (const Rational& number : list.numbers) found = found || compare(number, of.low) == 0;
    } else if (list.type.kind == TypeKind::text) {
        for (const std::string& text : list.texts) {
            found = found || (of.code >= 0 && data_.dictionary.find(text) == of.code);
        }
    } else {
        for (const std::int64_t code : list.codes) found = found || code == of.code;
    }
    return truth_of(found);
}

State SubjectTrace::state_contains(const Node& node, View view, const Context& context) {
    const Value of = value(node.inputs.at(0), view, context);
    if (!of.known()) return unknown_state(of.fault);
    if (of.code < 0) return {};
    const std::string& text = data_.dictionary.text(of.code);
    return truth_of(std::any_of(node.words.begin(), node.words.end(),
        [&](const std::string& word) { return text.find(word) != std::string::npos; }));
}

State SubjectTrace::state_overlaps(const Node& node, View view, const Context& context) {
    std::vector<std::int64_t> sets[2];
    for (std::size_t side = 0; side < 2; ++side) {
        const NodeId input = node.inputs.at(side);
        const Value of = value(input, view, context);
        if (!of.known()) {
            const Value other = value(node.inputs.at(1), view, context);
            return unknown_state(worse(fault_of(of), fault_of(other)));
        }
        if (of.code < 0) continue;
        if (pack_[input].type.kind == TypeKind::texts) {
            const auto ids = data_.dictionary.set(of.code);
            sets[side].assign(ids.begin(), ids.end());
        } else {
            sets[side].push_back(of.code);
        }
    }
    return truth_of(std::any_of(sets[0].begin(), sets[0].end(), [&](std::int64_t id) {
        return std::find(sets[1].begin(), sets[1].end(), id) != sets[1].end();
    }));
}

}  // namespace clausal::interpret
