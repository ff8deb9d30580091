// Occurrence nodes at the present (last) step.

#include <algorithm>
#include <limits>

#include "compiler/interpret/subject_trace.h"

namespace clausal::interpret {

using core::Node;
using core::NodeId;
using core::NodeKind;
using core::Pick;

namespace {

Microseconds clamped_add(Microseconds a, Microseconds b) {
    Microseconds sum = 0;
    if (!__builtin_add_overflow(a, b, &sum)) return sum;
    return b < 0 ? std::numeric_limits<Microseconds>::min() : kForever;
}

// The event type whose fields a frame of the node begins with; kNone: none.
std::uint32_t frame_type(const core::CorePack& pack, NodeId id) {
    const Node& node = pack[id];
    switch (node.kind) {
    case NodeKind::event: return node.event;
    case NodeKind::filtered:
    case NodeKind::absence_after:
    case NodeKind::absence_before: return frame_type(pack, node.inputs.at(0));
    case NodeKind::sequence: return frame_type(pack, node.inputs.at(1));
    case NodeKind::either: {
        const std::uint32_t type = frame_type(pack, node.inputs.at(0));
        for (const NodeId input : node.inputs) {
            if (frame_type(pack, input) != type) return kNone;
        }
        return type;
    }
    default: return kNone;
    }
}

}  // namespace

Occurrence SubjectTrace::timed_occurrence(State state) const {
    Occurrence result;
    result.step = steps_.size() - 1;
    result.time = steps_.back().step.time;
    result.state = state;
    result.frame.step = result.step;
    result.frame.time = result.time;
    result.frame.anchor = steps_.back().step.event;
    return result;
}

Occurrence SubjectTrace::occur(NodeId id) {
    const Node& node = pack_[id];
    Occurrence result;
    switch (node.kind) {
    case NodeKind::event: result = occur_event(node); break;
    case NodeKind::filtered: result = occur_filtered(node); break;
    case NodeKind::either: result = occur_either(node); break;
    case NodeKind::sequence: return occur_sequence(id, node);
    case NodeKind::absence_after: return occur_absence_after(id, node);
    case NodeKind::absence_before: result = occur_absence_before(id, node); break;
    case NodeKind::rise: result = occur_rise(id, node); break;
    case NodeKind::daily: result = occur_daily(node); break;
    case NodeKind::rule_output: result = occur_rule_output(node); break;
    default: break;
    }
    if (result.state.truth != Truth::no) {
        result.step = result.frame.step = steps_.size() - 1;
        result.time = result.frame.time = steps_.back().step.time;
        add_derived(node, result.frame, &result.frame, nullptr);
    }
    return result;
}

void SubjectTrace::add_derived(
    const Node& node, Frame& frame, const Frame* self, const Frame* first) {
    const View view{frame.step, false};
    std::vector<Value> values;
    for (const NodeId id : node.derived) {
        Value derived = id == kNone ? unknown_value() : value(id, view, {self, first, view});
        derived.fault = Fault::none;
        values.push_back(std::move(derived));
    }
    frame.extra.insert(frame.extra.end(), values.begin(), values.end());
}

Occurrence SubjectTrace::occur_event(const Node& node) {
    const TraceStep& at = steps_.back();
    if (at.depth > 0 || at.step.kind != Step::Kind::event || at.step.event.type != node.event)
        return {};
    if (node.reference != kNone &&
        data_.tables[node.event].subjects.at(node.reference)[at.step.event.row] != subject_) {
        return {};
    }
    Occurrence result = timed_occurrence(truth_of(true));
    result.frame.event = at.step.event;
    if (const NodeId filter = input_of(node, 0); filter != kNone) {
        const View view{result.step, false};
        result.state = state(filter, view, {&result.frame, nullptr, view});
    }
    return result;
}

Occurrence SubjectTrace::occur_filtered(const Node& node) {
    const std::size_t now = steps_.size() - 1;
    const Occurrence* of = occurrence_at(node.inputs.at(0), now);
    if (of == nullptr) return {};
    Occurrence result = *of;
    const View view{now, false};
    result.state = both(of->state, state(node.inputs.at(1), view, {&of->frame, nullptr, view}));
    return result;
}

Occurrence SubjectTrace::occur_either(const Node& node) {
    const std::size_t now = steps_.size() - 1;
    const Occurrence* chosen = nullptr;
    State all;
    bool one_type = true;
    for (const NodeId input : node.inputs) {
        // Fields are seen only where every input has them.
        one_type = one_type && frame_type(pack_, input) == frame_type(pack_, node.inputs[0]);
        const Occurrence* at = occurrence_at(input, now);
        if (at == nullptr) continue;
        all = any_of(all, at->state);
        if (chosen == nullptr ||
            (chosen->state.truth != Truth::yes && at->state.truth == Truth::yes)) {
            chosen = at;
        }
    }
    if (chosen == nullptr) return {};
    Occurrence result = *chosen;
    result.state = all;
    result.frame.extra.clear();
    if (!one_type) result.frame.event = {kNone, kNone};
    return result;
}

State SubjectTrace::no_step_between(NodeId node, std::size_t from, std::size_t to) const {
    State found;
    if (node == kNone) return truth_of(true);
    const std::vector<Occurrence>& all = occurrences_[node];
    for (auto at = all.rbegin(); at != all.rend() && at->step > from; ++at) {
        if (at->step < to) found = any_of(found, {at->state.truth, Fault::none});
    }
    return negate(found);
}

// Does `second` (at its step) match `first`? All but whether `first` comes earlier.
State SubjectTrace::match(
    const Node& node, const Occurrence& first, const Occurrence& second, Fault* pair_fault) {
    *pair_fault = Fault::none;
    const Microseconds lag = second.time - first.time;
    if (lag < node.low || lag > node.high) return {};
    if (!correlated(node.correlation, first.frame, second.frame)) return {};
    State result = both({first.state.truth, Fault::none}, {second.state.truth, Fault::none});
    result = both(result, no_step_between(input_of(node, 3), first.step, second.step));
    if (const NodeId pair = input_of(node, 2); pair != kNone && result.truth != Truth::no) {
        const View view{second.step, false};
        const State paired = state(pair, view, {&second.frame, &first.frame, view});
        *pair_fault = fault_of(paired);
        result = both(result, {paired.truth, Fault::none});
    }
    return result;
}

Occurrence SubjectTrace::occur_sequence(NodeId id, const Node& node) {
    const std::size_t now = steps_.size() - 1;
    const NodeId first_node = node.inputs.at(0), second_node = node.inputs.at(1);
    const Occurrence* second = occurrence_at(second_node, now);
    if (second == nullptr) return {};
    const Occurrence* witness = nullptr;
    State all;
    Fault fault = Fault::none, ignored = Fault::none;
    const std::vector<Occurrence>& firsts = occurrences_[first_node];
    const std::vector<Occurrence>& seconds = occurrences_[second_node];
    std::size_t seen = 0;
    for (auto first = firsts.rbegin(); first != firsts.rend(); ++first) {
        if (first->step >= now) continue;
        if (second->time - first->time > node.high) break;
        if (program_.looks_back[id] && seen++ == run_.remembered) {
            // The latest of those that are forgotten.
            if (witness == nullptr) witness = &*first;
            all = any_of(all, both({second->state.truth, Fault::none}, unknown_state()));
            break;
        }
        Fault pair_fault = Fault::none;
        State bracket = match(node, *first, *second, &pair_fault);
        if (bracket.truth == Truth::no) continue;
        if (node.pick != Pick::any) {
            State earlier;
            for (auto between = seconds.rbegin(); between != seconds.rend(); ++between) {
                if (between->step >= now) continue;
                if (between->step <= first->step) break;
                const State matches = node.pick == Pick::first_only
                                          ? match(node, *first, *between, &ignored)
                                      : correlated(node.correlation, first->frame, between->frame)
                                          ? State{between->state.truth, Fault::none}
                                          : State{};
                earlier = any_of(earlier, matches);
            }
            bracket = both(bracket, negate(earlier));
        }
        if (bracket.truth == Truth::no) continue;
        if (bracket.truth == Truth::unknown) fault = worse(fault, pair_fault);
        if (witness == nullptr || (all.truth != Truth::yes && bracket.truth == Truth::yes)) {
            witness = &*first;
        }
        all = any_of(all, bracket);
    }
    if (all.truth == Truth::no) return {};
    Occurrence result = *second;
    result.state = {all.truth};
    if (all.truth == Truth::unknown) result.state.fault = worse(fault, fault_of(second->state));
    Frame plain = result.frame;
    add_derived(node, result.frame, &plain, &witness->frame);
    result.frame.witnesses.insert(result.frame.witnesses.begin(), witness->frame.anchor);
    return result;
}

void SubjectTrace::advance_instance(const Node& node, Instance& instance) {
    const std::size_t now = steps_.size() - 1;
    const Microseconds time = steps_.back().step.time;
    if (instance.start >= now || time > instance.deadline) return;
    const Microseconds started = steps_[instance.start].step.time;
    if (const NodeId absent = input_of(node, 1); absent != kNone && time - started >= node.low) {
        const Occurrence* at = occurrence_at(absent, now);
        if (at != nullptr && correlated(node.correlation, instance.frame, at->frame)) {
            State found{at->state.truth, Fault::none};
            if (const NodeId pair = input_of(node, 2); pair != kNone) {
                const View view{now, false};
                found = both(found, state(pair, view, {&at->frame, &instance.frame, view}));
            }
            if (found.truth == Truth::yes) {
                instance.status = Instance::Status::failed;
                instance.closed = now;
                return;
            }
            instance.maybe = instance.maybe || found.truth == Truth::unknown;
        }
    }
    if (const NodeId unless = input_of(node, 3); unless != kNone) {
        const Occurrence* at = occurrence_at(unless, now);
        if (at != nullptr && correlated(node.unless_correlation, instance.frame, at->frame)) {
            State found{at->state.truth, Fault::none};
            if (const NodeId pair = input_of(node, 5); pair != kNone) {
                const View view{now, false};
                found = both(found, state(pair, view, {&at->frame, &instance.frame, view}));
            }
            if (found.truth == Truth::yes) {
                instance.status = Instance::Status::released;
                instance.closed = now;
                return;
            }
            instance.maybe = instance.maybe || found.truth == Truth::unknown;
        }
    }
    if (const NodeId until = input_of(node, 4); until != kNone) {
        const Occurrence* at = occurrence_at(until, now);
        if (at != nullptr && at->state.truth == Truth::yes) {
            instance.status = Instance::Status::decided;
            instance.closed = now;
        }
    }
}

Occurrence SubjectTrace::occur_absence_after(NodeId id, const Node& node) {
    const std::size_t now = steps_.size() - 1;
    const TraceStep& at = steps_.back();
    std::vector<Instance>& instances = instances_[id];
    for (Instance& instance : instances) {
        if (instance.status == Instance::Status::open) advance_instance(node, instance);
    }
    if (const Occurrence* start = occurrence_at(node.inputs.at(0), now)) {
        Instance instance;
        instance.start = now;
        instance.deadline = node.high == kForever ? kForever : clamped_add(start->time, node.high);
        if (node.count > 0) {
            const WorkCalendar& work = *calendar(node.calendar);
            const auto end = node.unit == core::Unit::working_day
                                 ? work.end_of_working_days(run_.zone, start->time, node.count)
                                 : work.after_working_time(run_.zone, start->time, node.count);
            if (end) instance.deadline = *end;
            instance.maybe = !end;  // the calendar does not reach so far
        }
        instance.started = start->state.truth;
        instance.frame = start->frame;
        const EventReference anchor = start->frame.anchor;
        const bool own_step = deadlines_begun_ && instance.deadline == at.step.time;
        if (instance.deadline != kForever && !own_step) {
            const std::uint64_t place =
                anchor.type == kNone ? 0 : run_.place[anchor.type][anchor.row] + 1;
            deadlines_.insert({instance.deadline, place, anchor});
        }
        instances.push_back(std::move(instance));
    }
    if (at.depth == 0 && at.step.kind == Step::Kind::deadline) {
        for (Instance& instance : instances) {
            if (instance.status == Instance::Status::open && instance.deadline == at.step.time &&
                instance.frame.anchor == at.step.event) {
                instance.status = Instance::Status::decided;
                instance.closed = now;
            }
        }
    }
    Instance* chosen = nullptr;
    for (auto instance = instances.rbegin(); instance != instances.rend(); ++instance) {
        if (instance->status != Instance::Status::decided || instance->closed != now) continue;
        const bool sure = instance->started == Truth::yes && !instance->maybe;
        instance->outcome = sure ? Truth::yes : Truth::unknown;
        instance->frame.step = now;
        instance->frame.time = at.step.time;
        Frame plain = instance->frame;
        add_derived(node, instance->frame, &plain, nullptr);
        if (chosen == nullptr ||
            (chosen->outcome != Truth::yes && instance->outcome == Truth::yes)) {
            chosen = &*instance;
        }
    }
    if (chosen == nullptr) return {};
    Occurrence result = timed_occurrence({chosen->outcome, Fault::none});
    result.frame = chosen->frame;
    return result;
}

Occurrence SubjectTrace::occur_absence_before(NodeId id, const Node& node) {
    const std::size_t now = steps_.size() - 1;
    const Occurrence* event = occurrence_at(node.inputs.at(0), now);
    if (event == nullptr) return {};
    State found;
    Fault fault = Fault::none;
    const std::vector<Occurrence>& candidates = occurrences_[node.inputs.at(1)];
    std::size_t seen = 0;
    for (auto absent = candidates.rbegin(); absent != candidates.rend(); ++absent) {
        if (absent->step >= now) continue;
        const Microseconds lag = event->time - absent->time;
        if (lag > node.high) break;
        if (program_.looks_back[id] && seen++ == run_.remembered) {
            found = any_of(found, unknown_state());  // the latest of those that are forgotten
            break;
        }
        if (lag < node.low || !correlated(node.correlation, absent->frame, event->frame)) continue;
        State one{absent->state.truth, Fault::none};
        if (const NodeId pair = input_of(node, 2); pair != kNone) {
            const View view{now, false};
            const State paired = state(pair, view, {&event->frame, &absent->frame, view});
            one = both(one, {paired.truth, Fault::none});
            if (one.truth == Truth::unknown) fault = worse(fault, fault_of(paired));
        }
        found = any_of(found, one);
    }
    Occurrence result = *event;
    result.state = both({event->state.truth, Fault::none}, negate(found));
    if (result.state.truth == Truth::unknown) {
        result.state.fault = worse(fault, fault_of(event->state));
    }
    return result;
}

Occurrence SubjectTrace::occur_rise(NodeId id, const Node& node) {
    const std::vector<Observation>& seen = observations_[node.inputs.at(0)];
    if (seen.empty() || seen.back().step != steps_.size() - 1) return {};
    bool& armed = armed_.emplace(id, true).first->second;
    const Truth truth = seen.back().truth;
    const bool rises = armed && truth == Truth::yes;
    if (truth != Truth::unknown) armed = truth == Truth::no;
    return timed_occurrence(truth_of(rises));
}

Occurrence SubjectTrace::occur_daily(const Node& node) {
    const TraceStep& at = steps_.back();
    if (at.depth > 0 || at.step.kind != Step::Kind::deadline || at.step.event.type != kNone)
        return {};
    if (birth_ == kNoStep || !is_moment(node, at.step.time)) return {};
    return timed_occurrence(truth_of(true));
}

Occurrence SubjectTrace::occur_rule_output(const Node& node) {
    const TraceStep& at = steps_.back();
    if (std::find(at.fired.begin(), at.fired.end(), node.rule) == at.fired.end()) return {};
    Occurrence result = timed_occurrence(truth_of(true));
    for (auto firing = firings_.rbegin(); firing != firings_.rend(); ++firing) {
        if (firing->firing.rule != node.rule) continue;
        if (node.slot >= firing->firing.actions.size()) break;
        const FiredAction& action = firing->firing.actions[node.slot];
        const std::vector<Field>& fields = pack_.schema.actions[action.action].fields;
        for (std::size_t f = 0; f < fields.size(); ++f) {
            result.frame.extra.push_back(stored_value(action.values[f], fields[f].type));
        }
        break;
    }
    return result;
}

// --- streaks -----------------------------------------------------------------------------------

Truth SubjectTrace::base_at(NodeId id) {
    const Node& node = pack_[id];
    const std::size_t now = steps_.size() - 1;
    const auto of = [&](NodeId input) {
        const Occurrence* at = occurrence_at(input, now);
        return at == nullptr ? Truth::no : at->state.truth;
    };
    switch (node.kind) {
    case NodeKind::event: {
        const TraceStep& at = steps_.back();
        const bool here =
            at.depth == 0 && at.step.kind == Step::Kind::event &&
            at.step.event.type == node.event &&
            (node.reference == kNone || data_.tables[node.event].subjects.at(
                                            node.reference)[at.step.event.row] == subject_);
        return here ? Truth::yes : Truth::no;
    }
    case NodeKind::filtered: return base_at(node.inputs.at(0));
    case NodeKind::absence_after:
    case NodeKind::absence_before: return of(node.inputs.at(0));
    case NodeKind::sequence: return of(node.inputs.at(1));
    default: return Truth::no;
    }
}

void SubjectTrace::record_base(NodeId streak) {
    const NodeId of = pack_[streak].inputs.at(0);
    const Truth base = base_at(of);
    if (base == Truth::no) return;
    NodeId bottom = of;
    while (pack_[bottom].kind == NodeKind::filtered) bottom = pack_[bottom].inputs.at(0);
    const std::size_t now = steps_.size() - 1;
    Base element{now, Truth::no, kNoStep};
    if (pack_[bottom].kind == NodeKind::absence_after) {
        element.instance = instances_[bottom].size() - 1;
    } else {
        const Occurrence* at = occurrence_at(of, now);
        element.outcome = at == nullptr ? Truth::no : at->state.truth;
        if (base == Truth::unknown) element.outcome = Truth::unknown;
    }
    bases_[streak].push_back(element);
}

}  // namespace clausal::interpret
