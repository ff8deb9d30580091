// Values over the occurrences of a window.

#include <algorithm>
#include <limits>

#include "compiler/interpret/subject_trace.h"
#include "runtime/base/statistics.h"

namespace clausal::interpret {

using core::AggregateOp;
using core::Node;
using core::NodeId;
using core::Window;

SubjectTrace::Items SubjectTrace::items_in_window(
    const Node& node, View view, bool strictly_before, bool capped, const Context& context) {
    Items items;
    const Window& window = node.window;
    const Microseconds now = time_of(view);
    const View seen = strictly_before ? View{view.step, true} : view;
    constexpr Microseconds kLowest = std::numeric_limits<Microseconds>::min();
    Microseconds after = kLowest, upto = kForever;  // times in (after, upto]
    bool any_time = true;
    std::size_t after_step = kNoStep;  // steps strictly after
    switch (window.kind) {
    case Window::Kind::all: break;
    case Window::Kind::sliding:
        any_time = false;
        upto = now - window.offset;
        if (__builtin_sub_overflow(upto, window.length, &after)) after = kLowest;
        if (window.offset > 0 && (!born(view) || after < birth_time_)) {
            items.unknown = true;
            return items;
        }
        break;
    case Window::Kind::this_unit:
    case Window::Kind::previous_unit: {
        any_time = false;
        const auto unit = static_cast<CalendarUnit>(window.unit);
        const auto index = unit_of(run_.zone, unit, now, nullptr);
        const bool previous = window.kind == Window::Kind::previous_unit;
        if (previous) {
            if (!born(view) || !(unit_of(run_.zone, unit, birth_time_, nullptr) < index)) {
                items.unknown = true;
                return items;
            }
            upto = unit_start(run_.zone, unit, *index, nullptr) - 1;
        }
        after = unit_start(run_.zone, unit, *index - (previous ? 1 : 0), nullptr) - 1;
        break;
    }
    case Window::Kind::closed_units: {
        if (!born(view)) {
            items.unknown = true;
            return items;
        }
        any_time = false;
        const auto unit = static_cast<CalendarUnit>(window.unit);
        after = birth_time_ - 1;
        upto = unit_start(run_.zone, unit, *unit_of(run_.zone, unit, now, nullptr), nullptr) - 1;
        break;
    }
    case Window::Kind::since: {
        for (const Occurrence& since : occurrences_[window.since]) {
            if (!sees(seen, since.step)) break;
            items.certain_from = since.step + 1;
            if (since.state.truth == Truth::yes) {
                after_step = since.step;
                items.doubtful = false;
            } else {
                items.doubtful = true;
            }
        }
        break;
    }
    }
    const std::vector<Occurrence>& all = occurrences_[node.inputs.at(0)];
    std::size_t first = 0;
    if (capped) first = forgotten(node.inputs.at(0), view.step);
    if (first > 0) {
        const Occurrence& lost = all[first - 1];
        items.forgotten = (any_time || after == kLowest || lost.time > after) &&
                          (after_step == kNoStep || lost.step > after_step);
    }
    for (std::size_t i = all.size(); i-- > first;) {
        const Occurrence& item = all[i];
        if (!sees(seen, item.step) || (!any_time && item.time > upto)) continue;
        if (!any_time && item.time <= after && after != kLowest) break;
        if (after_step != kNoStep && item.step <= after_step) break;
        if (!node.correlation.empty() &&
            (context.self == nullptr || !correlated(node.correlation, *context.self, item.frame))) {
            continue;
        }
        State found{item.state.truth, Fault::none};
        if (const NodeId pair = input_of(node, 2); pair != kNone) {
            if (context.self == nullptr) continue;
            found = both(found, state(pair, view, {&item.frame, context.self, context.present}));
            if (found.truth == Truth::no) continue;
        }
        items.indices.push_back(i);
        items.truths.push_back(found.truth);
    }
    std::reverse(items.indices.begin(), items.indices.end());
    std::reverse(items.truths.begin(), items.truths.end());
    return items;
}

// A value of an occurrence belongs to its own step; it is kept, unless `elapsed` looks ahead of it.
Value SubjectTrace::item_value(NodeId id, NodeId of, std::size_t index, View view) {
    const Occurrence& item = occurrences_[of][index];
    const View at{item.step, false};
    if (program_.looks_ahead[id]) {
        Value result = value(id, at, {&item.frame, nullptr, view});
        result.fault = Fault::none;
        return result;
    }
    auto& kept = item_values_[{of, id}];
    if (kept.size() <= index) kept.resize(occurrences_[of].size());
    if (!kept[index]) {
        Value result = value(id, at, {&item.frame, nullptr, at});
        result.fault = Fault::none;
        item_values_[{of, id}][index] = result;
        return result;
    }
    return *kept[index];
}

Value SubjectTrace::value_latest(NodeId id, const Node& node, View view, const Context& context) {
    const NodeId of = node.inputs.at(0);
    const Items items =
        items_in_window(node, view, node.before, program_.looks_back[id].has_value(), context);
    if (items.unknown || items.doubtful || items.indices.empty()) return unknown_value();
    const std::size_t last = items.indices.back();
    if (items.truths.back() != Truth::yes) return unknown_value();
    return item_value(node.inputs.at(1), of, last, view);
}

Value SubjectTrace::value_aggregate(
    NodeId id, const Node& node, View view, const Context& context) {
    const NodeId of = node.inputs.at(0);
    const Items items =
        items_in_window(node, view, false, program_.looks_back[id].has_value(), context);
    if (items.unknown || items.forgotten) return unknown_value();
    if (node.aggregate == AggregateOp::count) {
        std::int64_t sure = 0, possible = 0;
        for (std::size_t i = 0; i < items.indices.size(); ++i) {
            const Occurrence& item = occurrences_[of][items.indices[i]];
            ++possible;
            if (items.truths[i] == Truth::yes &&
                (!items.doubtful || item.step >= items.certain_from))
                ++sure;
        }
        Value result = number_value(Rational{sure, 1});
        result.high = Rational{possible, 1};
        return result;
    }
    if (items.doubtful) return unknown_value();
    std::vector<Value> values;
    if (node.aggregate == AggregateOp::keys) return key_count(node, items, view);
    for (std::size_t i = 0; i < items.indices.size(); ++i) {
        if (items.truths[i] != Truth::yes) return unknown_value();
        Value value = item_value(node.inputs.at(1), of, items.indices[i], view);
        if (value.exact()) values.push_back(std::move(value));
    }
    if (values.empty()) {
        return node.aggregate == AggregateOp::sum ? number_value(Rational{}) : unknown_value();
    }
    const auto n = static_cast<std::int64_t>(values.size());
    Rational sum, squares, result;
    Fault fault = Fault::none;
    if (node.aggregate == AggregateOp::sum || node.aggregate == AggregateOp::average ||
        node.aggregate == AggregateOp::deviation) {
        for (const Value& value : values) {
            const Rational x = as_number(value);
            if (fault == Fault::none) fault = add(sum, x, &sum);
            if (node.aggregate != AggregateOp::deviation || fault != Fault::none) continue;
            fault = multiply(x, x, &result);
            if (fault == Fault::none) fault = add(squares, result, &squares);
        }
    }
    std::sort(values.begin(), values.end(),
        [](const Value& a, const Value& b) { return order_of(a, b) < 0; });
    switch (node.aggregate) {
    case AggregateOp::count:
    case AggregateOp::keys: break;
    case AggregateOp::sum: result = sum; break;
    case AggregateOp::average:
        if (fault == Fault::none) fault = divide(sum, Rational{n, 1}, &result);
        break;
    case AggregateOp::deviation:
        if (n < 2) return unknown_value();
        if (fault == Fault::none) fault = sample_variance(n, sum, squares, &result);
        if (fault == Fault::none) fault = square_root(result, 6, &result);
        break;
    case AggregateOp::minimum: return values.front();
    case AggregateOp::maximum: return values.back();
    case AggregateOp::range:
        fault = subtract(as_number(values.back()), as_number(values.front()), &result);
        break;
    case AggregateOp::distinct: {
        std::int64_t different = 1;
        for (std::size_t i = 1; i < values.size(); ++i) {
            if (order_of(values[i - 1], values[i]) != 0) ++different;
        }
        result = Rational{different, 1};
        break;
    }
    case AggregateOp::percentile: {
        const std::int64_t rank = (node.percentile * n + 99) / 100;
        return values[static_cast<std::size_t>(std::clamp<std::int64_t>(rank, 1, n) - 1)];
    }
    }
    return fault == Fault::none ? number_value(result) : unknown_value(fault);
}

// How many values have a last occurrence that passes the test.
Value SubjectTrace::key_count(const Node& node, const SubjectTrace::Items& items, View view) {
    const NodeId of = node.inputs.at(0);
    std::vector<Value> seen;
    std::int64_t sure = 0, possible = 0;
    for (std::size_t i = items.indices.size(); i-- > 0;) {
        const std::size_t index = items.indices[i];
        Value key = item_value(node.inputs.at(1), of, index, view);
        if (!key.exact()) continue;
        if (std::any_of(seen.begin(), seen.end(),
                [&](const Value& other) { return order_of(key, other) == 0; })) {
            continue;
        }
        seen.push_back(std::move(key));
        const Occurrence& item = occurrences_[of][index];
        const View at{item.step, false};
        const State test = state(node.inputs.at(3), at, {&item.frame, nullptr, at});
        const State outcome = items.truths[i] == Truth::yes ? test : unknown_state();
        if (outcome.truth == Truth::yes) ++sure;
        if (outcome.truth != Truth::no) ++possible;
    }
    Value result = number_value(Rational{sure, 1});
    result.high = Rational{possible, 1};
    return result;
}

}  // namespace clausal::interpret
