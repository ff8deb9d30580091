// States that look back over the trace: streaks, units, holds, silence, shifts, clusters.

#include <algorithm>
#include <limits>

#include "compiler/interpret/subject_trace.h"
#include "runtime/base/statistics.h"

namespace clausal::interpret {

using core::Node;
using core::NodeId;
using core::NodeKind;

namespace {

bool adds(Microseconds a, Microseconds b, Microseconds* sum) {
    return !__builtin_add_overflow(a, b, sum);
}

}  // namespace

// The outcome of a streak's element as seen from a view; nullopt: undecided.
std::optional<Truth> SubjectTrace::base_outcome(
    const Node& streak, const Base& base, View view, bool* released) {
    *released = false;
    Truth outcome = base.outcome;
    if (base.instance != kNoStep) {
        // Below filters lies an absence: its outcome, then the filters where it was decided.
        std::vector<NodeId> filters;
        NodeId bottom = streak.inputs.at(0);
        while (pack_[bottom].kind == NodeKind::filtered) {
            filters.push_back(bottom);
            bottom = pack_[bottom].inputs.at(0);
        }
        const Instance& instance = instances_.at(bottom).at(base.instance);
        if (instance.status == Instance::Status::open || !sees(view, instance.closed))
            return std::nullopt;
        *released = instance.status == Instance::Status::released;
        outcome = Truth::no;
        if (instance.status == Instance::Status::decided) {
            State result{instance.outcome, Fault::none};
            Frame frame = instance.frame;
            for (auto filter = filters.rbegin(); filter != filters.rend(); ++filter) {
                const View at{instance.closed, false};
                result =
                    both(result, state(pack_[*filter].inputs.at(1), at, {&frame, nullptr, at}));
                const Frame plain = frame;
                add_derived(pack_[*filter], frame, &plain, nullptr);
            }
            outcome = result.truth;
        }
        if (instance.started == Truth::unknown) outcome = Truth::unknown;
    }
    if (streak.negated && outcome != Truth::unknown) {
        outcome = outcome == Truth::yes ? Truth::no : Truth::yes;
    }
    return outcome;
}

State SubjectTrace::state_streak(NodeId id, View view) {
    const Node& node = pack_[id];
    // From the latest decided element backwards, without the released ones.
    const auto bases = bases_.find(id);
    if (bases == bases_.end()) return {};
    std::int64_t taken = 0;
    bool decided = false, doubtful = false;
    std::size_t first_step = 0;
    for (auto base = bases->second.rbegin(); base != bases->second.rend() && taken < node.count;
        ++base) {
        if (!sees(view, base->step)) continue;
        bool released = false;
        const std::optional<Truth> outcome = base_outcome(node, *base, view, &released);
        if (released || (!outcome && !decided)) continue;
        decided = true;
        if (outcome == Truth::no) return {};
        if (!outcome || outcome == Truth::unknown) doubtful = true;
        first_step = base->step;
        ++taken;
    }
    if (taken < node.count) return {};
    if (const NodeId without = input_of(node, 1); without != kNone) {
        const std::vector<Occurrence>& breaks = occurrences_[without];
        for (auto broken = breaks.rbegin(); broken != breaks.rend() && broken->step > first_step;
            ++broken) {
            if (!sees(view, broken->step)) continue;
            if (broken->state.truth == Truth::yes) return {};
            doubtful = true;
        }
    }
    return doubtful ? unknown_state() : truth_of(true);
}

State SubjectTrace::state_consecutive(const Node& node, View view) {
    const auto unit = static_cast<CalendarUnit>(node.unit);
    const WorkCalendar* work = calendar(node.calendar);
    const bool working = node.unit == core::Unit::working_day;
    static const WorkCalendar kPlain;
    const WorkCalendar& days = work == nullptr ? kPlain : *work;
    const std::int64_t today = run_.zone.day_of(time_of(view));
    if (working && !days.is_working(today)) return unknown_state();
    const std::optional<std::int64_t> current = unit_of(run_.zone, unit, time_of(view), work);
    const std::int64_t last = current ? *current : days.last_working_index(today);

    // Units with a known value, the latest first; good unless one violates.
    std::vector<std::pair<std::int64_t, bool>> units;
    const std::vector<Occurrence>& items = occurrences_[node.inputs.at(0)];
    for (auto item = items.rbegin(); item != items.rend(); ++item) {
        if (!sees(view, item->step) || item->state.truth != Truth::yes) continue;
        const auto index = unit_of(run_.zone, unit, item->time, work);
        if (!index) continue;
        if (static_cast<std::int64_t>(units.size()) > node.count + 1 &&
            *index != units.back().first)
            break;
        const View at{item->step, false};
        const Truth good = state(node.inputs.at(1), at, {&item->frame, nullptr, at}).truth;
        if (good == Truth::unknown) continue;
        const auto found = std::find_if(
            units.begin(), units.end(), [&](const auto& u) { return u.first == *index; });
        if (found == units.end()) {
            units.emplace_back(*index, good == Truth::yes);
        } else {
            found->second = found->second && good == Truth::yes;
        }
    }
    const auto quality = [&](std::int64_t index) {  // 0 empty, 1 good, 2 bad
        for (const auto& [at, good] : units) {
            if (at == index) return good ? 1 : 2;
        }
        return 0;
    };
    if (node.mode == core::UnitMode::with_data) {
        if (static_cast<std::int64_t>(units.size()) < node.count) return {};
        for (std::size_t i = 0; i < static_cast<std::size_t>(node.count); ++i) {
            if (!units[i].second) return {};
        }
        return truth_of(true);
    }
    // `last` is the current unit, or (outside the calendar) the one before.
    std::int64_t end = last;
    if (current && (node.mode == core::UnitMode::complete || quality(last) == 0)) --end;
    for (std::int64_t index = end; index > end - node.count; --index) {
        if (quality(index) != 1) return {};
    }
    return truth_of(true);
}

State SubjectTrace::state_hold(const Node& node, View view) {
    const std::vector<Observation>& seen = observations_[node.inputs.at(0)];
    auto at = seen.rbegin();
    while (at != seen.rend() && !sees(view, at->step)) ++at;
    if (at == seen.rend() || at->truth == Truth::no) return {};
    const bool now_true = at->truth == Truth::yes;
    bool all_true = true;
    std::size_t true_since = at->step, not_false_since = at->step;
    for (; at != seen.rend() && at->truth != Truth::no; ++at) {
        all_true = all_true && at->truth == Truth::yes;
        if (all_true) true_since = at->step;
        not_false_since = at->step;
    }
    Microseconds bound = 0;
    if (now_true && adds(steps_[true_since].step.time, node.high, &bound) && past(view, bound)) {
        return truth_of(true);
    }
    if (adds(steps_[not_false_since].step.time, node.high, &bound) && past(view, bound)) {
        return unknown_state();
    }
    return {};
}

State SubjectTrace::state_silence(const Node& node, View view) {
    if (!born(view)) return {};
    Microseconds sure = birth_time_, possible = birth_time_;
    for (const Occurrence& occurrence : occurrences_[node.inputs.at(0)]) {
        if (!sees(view, occurrence.step)) break;
        possible = std::max(possible, occurrence.time);
        if (occurrence.state.truth == Truth::yes) sure = std::max(sure, occurrence.time);
    }
    Microseconds bound = 0;
    if (adds(possible, node.high, &bound) && past(view, bound)) return truth_of(true);
    if (adds(sure, node.high, &bound) && past(view, bound)) return unknown_state();
    return {};
}

State SubjectTrace::state_exists_around(const Node& node, View view, const Context& context) {
    const Value at = value(node.inputs.at(1), view, context);
    if (!at.known()) return unknown_state(at.fault);
    if (!at.exact()) return unknown_state();
    const auto bound = [&](Microseconds distance) {
        Microseconds result = 0;
        if (!__builtin_sub_overflow(at.code, distance, &result)) return result;
        return distance > 0 ? std::numeric_limits<Microseconds>::min() : kForever;
    };
    const Microseconds from = bound(node.high), to = bound(node.low);
    State found;
    Fault fault = Fault::none;
    const std::vector<Occurrence>& all = occurrences_[node.inputs.at(0)];
    const std::size_t first = forgotten(node.inputs.at(0), view.step);
    if (!node.correlation.empty() && context.self == nullptr) return found;
    if (first > 0 && all[first - 1].time >= from) found = unknown_state();
    for (std::size_t i = first; i < all.size(); ++i) {
        const Occurrence& occurrence = all[i];
        if (!sees(view, occurrence.step)) break;
        if (context.self != nullptr && context.self->step == occurrence.step) continue;
        if (occurrence.time < from || occurrence.time > to) continue;
        if (!node.correlation.empty() &&
            (context.self == nullptr ||
                !correlated(node.correlation, *context.self, occurrence.frame))) {
            continue;
        }
        State one{occurrence.state.truth, Fault::none};
        if (const NodeId pair = input_of(node, 2); pair != kNone) {
            const State paired =
                state(pair, view, {&occurrence.frame, context.self, context.present});
            one = both(one, {paired.truth, Fault::none});
            if (one.truth == Truth::unknown) fault = worse(fault, fault_of(paired));
        }
        found = any_of(found, one);
    }
    if (found.truth == Truth::unknown) found.fault = fault;
    return found;
}

// The value, or 1 and 0 of a state, of one occurrence at its own step.
Value SubjectTrace::item_number(NodeId id, NodeId of, std::size_t index, View view) {
    if (core::sort_of(pack_[id].kind) == core::Sort::value) return item_value(id, of, index, view);
    const Occurrence& item = occurrences_[of][index];
    const View at{item.step, false};
    const State test = state(id, at, {&item.frame, nullptr, at});
    return test.truth == Truth::unknown
               ? unknown_value()
               : number_value(Rational{test.truth == Truth::yes ? 1 : 0, 1});
}

State SubjectTrace::shift_of(
    const Node& node, const Rational& x, const std::vector<Rational>& baseline) const {
    if (baseline.size() < 8) return unknown_state();
    Rational sum, squares, square, k;
    Fault fault = Fault::none;
    for (const Rational& value : baseline) {
        if (fault == Fault::none) fault = add(sum, value, &sum);
        if (fault == Fault::none) fault = multiply(value, value, &square);
        if (fault == Fault::none) fault = add(squares, square, &squares);
    }
    if (fault != Fault::none) return unknown_state(fault);
    make_rational(node.deviations.coefficient, power_of_ten(node.deviations.decimals), &k);
    const int result = shifts(x, static_cast<std::int64_t>(baseline.size()), sum, squares, k,
        static_cast<int>(node.direction), &fault);
    if (fault != Fault::none) return unknown_state(fault);
    return result < 0 ? unknown_state() : truth_of(result == 1);
}

// The aggregate of the last closed unit against those of the units before it.
State SubjectTrace::state_unit_shift(const Node& node, View view) {
    const NodeId of = node.inputs.at(0);
    const auto unit = static_cast<CalendarUnit>(node.window.unit);
    const auto unit_at = [&](Microseconds time) {
        return *unit_of(run_.zone, unit, time, nullptr);
    };
    const std::int64_t last = unit_at(time_of(view)) - 1;
    const Microseconds edge = unit_start(run_.zone, unit, last, nullptr) - node.high;
    struct One {
        bool unknown = false;
        std::int64_t known = 0;
        Rational sum;
    };
    std::map<std::int64_t, One> units;
    Fault fault = Fault::none;
    const std::vector<Occurrence>& items = occurrences_[of];
    const std::size_t first = forgotten(of, view.step);
    if (first > 0 && items[first - 1].time >= edge) return unknown_state();
    for (std::size_t i = first; i < items.size() && sees(view, items[i].step); ++i) {
        const std::int64_t index = unit_at(items[i].time);
        if (index > last || unit_start(run_.zone, unit, index, nullptr) < edge) continue;
        One& one = units[index];
        if (items[i].state.truth != Truth::yes) {
            one.unknown = true;
            continue;
        }
        Rational more{1, 1};
        if (node.aggregate != core::AggregateOp::count) {
            const Value value = item_number(node.inputs.at(1), of, i, view);
            if (!value.exact()) continue;
            more = as_number(value);
        }
        ++one.known;
        if (fault == Fault::none) fault = add(one.sum, more, &one.sum);
    }
    if (fault != Fault::none) return unknown_state(fault);
    std::optional<Rational> x;
    std::vector<Rational> baseline;
    bool unknown = false;
    for (const auto& [index, one] : units) {
        unknown = unknown || one.unknown;
        if (one.known == 0) continue;
        Rational value = one.sum;
        if (node.aggregate == core::AggregateOp::average) {
            std::int64_t scaled = 0;
            fault = divide(one.sum, Rational{one.known, 1}, &value);
            if (fault == Fault::none) fault = to_scaled(value, 6, Rounding::half_up, &scaled);
            if (fault != Fault::none) return unknown_state(fault);
            value = from_scaled(scaled, 6);
        }
        if (index == last) {
            x = value;
        } else {
            baseline.push_back(value);
        }
    }
    return x && !unknown ? shift_of(node, *x, baseline) : unknown_state();
}

State SubjectTrace::state_shift(const Node& node, View view) {
    if (node.window.kind == core::Window::Kind::previous_unit) return state_unit_shift(node, view);
    const NodeId of = node.inputs.at(0);
    const std::vector<Occurrence>& items = occurrences_[of];
    std::size_t latest = items.size();
    const std::size_t first = forgotten(of, view.step);
    while (latest > 0 && !sees(view, items[latest - 1].step)) --latest;
    if (latest == 0 || items[latest - 1].state.truth != Truth::yes) return unknown_state();
    const Occurrence& last = items[latest - 1];
    const Value x = item_value(node.inputs.at(1), of, latest - 1, view);
    if (!x.exact()) return unknown_state();
    if (first > 0 && last.time - items[first - 1].time <= node.high) return unknown_state();
    std::vector<Rational> baseline;
    for (std::size_t i = latest - 1; i-- > first;) {
        const Occurrence& item = items[i];
        if (item.time >= last.time) continue;
        if (last.time - item.time > node.high) break;
        if (item.state.truth == Truth::unknown) return unknown_state();
        const Value value = item_value(node.inputs.at(1), of, i, view);
        if (value.exact()) baseline.push_back(as_number(value));
    }
    return shift_of(node, as_number(x), baseline);
}

State SubjectTrace::state_cluster(const Node& node, View view) {
    const Microseconds now = time_of(view);
    Microseconds begin = 0, middle = 0;
    if (!born(view) || __builtin_sub_overflow(now, node.low, &middle) ||
        __builtin_sub_overflow(middle, node.high, &begin) || begin < birth_time_) {
        return unknown_state();
    }
    std::int64_t sure[2] = {0, 0}, possible[2] = {0, 0};
    const std::vector<Occurrence>& items = occurrences_[node.inputs.at(0)];
    if (const std::size_t first = forgotten(node.inputs.at(0), view.step);
        first > 0 && items[first - 1].time > begin) {
        return unknown_state();
    }
    for (auto item = items.rbegin(); item != items.rend() && item->time > begin; ++item) {
        if (!sees(view, item->step)) continue;
        const std::size_t window = item->time > middle ? 0 : 1;
        ++possible[window];
        if (item->state.truth == Truth::yes) ++sure[window];
    }
    if (sure[1] == 0) return unknown_state();
    if (poisson_significant(sure[0], possible[1], node.low, node.high, node.deviations))
        return truth_of(true);
    if (!poisson_significant(possible[0], sure[1], node.low, node.high, node.deviations)) return {};
    return unknown_state();
}

}  // namespace clausal::interpret
