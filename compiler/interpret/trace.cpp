// Steps of a subject's trace, and what rules do at them.

#include <algorithm>
#include <limits>

#include "compiler/interpret/subject_trace.h"

namespace clausal::interpret {

using core::NodeId;
using core::NodeKind;

namespace {

CalendarUnit calendar_unit(core::Unit unit) { return static_cast<CalendarUnit>(unit); }

bool adds(Microseconds a, Microseconds b, Microseconds* sum) {
    return !__builtin_add_overflow(a, b, sum);
}

}  // namespace

SubjectTrace::SubjectTrace(const Program& program, const RunData& run, std::uint32_t subject,
    const std::vector<EventReference>& events, const std::vector<Microseconds>& extra_expiries)
    : program_(program),
      pack_(*program.pack),
      run_(run),
      data_(*run.data),
      subject_(subject),
      boundaries_(extra_expiries.begin(), extra_expiries.end()) {
    occurrences_.resize(pack_.nodes.size());
    observations_.resize(pack_.nodes.size());
    rule_states_.resize(program.rules.size());
    summaries_.resize(program.rules.size());
    // Events that nothing reads change nothing; only the first own one matters, as the birth.
    bool has_birth = false;
    for (const EventReference event : events) {
        const bool is_birth = !has_birth && gives_birth(event);
        has_birth = has_birth || is_birth;
        if (is_birth || program.relevant[event.type]) events_.push_back(event);
    }
}

void SubjectTrace::run() {
    std::size_t next = 0;
    while (true) {
        Microseconds now = kForever;
        if (next < events_.size()) now = data_.tables[events_[next].type].time[events_[next].row];
        if (!boundaries_.empty()) now = std::min(now, *boundaries_.begin());
        if (!deadlines_.empty()) now = std::min(now, deadlines_.begin()->time);
        if (now == kForever || now > run_.end) break;
        deadlines_begun_ = false;
        while (next < events_.size() &&
               data_.tables[events_[next].type].time[events_[next].row] == now) {
            add_step({now, Step::Kind::event, events_[next++]});
        }
        bool expiry = false;
        while (!boundaries_.empty() && *boundaries_.begin() <= now) {
            boundaries_.erase(boundaries_.begin());
            expiry = true;
        }
        if (expiry && birth_ != kNoStep) {
            add_step({now, Step::Kind::expiry, {kNone, kNone}});
            for (const core::Unit unit : program_.units) add_unit_boundary(unit, now);
        }
        deadlines_begun_ = true;
        while (!deadlines_.empty() && deadlines_.begin()->time == now) {
            const Deadline deadline = *deadlines_.begin();
            deadlines_.erase(deadlines_.begin());
            add_step({now, Step::Kind::deadline, deadline.event});
            if (deadline.place == 0) {
                for (const NodeId id : program_.daily) {
                    if (birth_ != kNoStep && is_moment(pack_[id], now)) add_moment(id, now + 1);
                }
            }
        }
    }
    find_overruns();
    for (std::size_t i = 0; i < program_.rules.size(); ++i) {
        if (birth_ == kNoStep) break;
        const std::vector<bool> reached =
            reachable_from(pack_, {pack_.rules[program_.rules[i]].condition});
        for (const auto& [id, instances] : instances_) {
            if (!reached[id]) continue;
            for (const Instance& instance : instances) {
                if (instance.status == Instance::Status::open) ++summaries_[i].pending;
            }
        }
    }
}

std::size_t SubjectTrace::forgotten(NodeId of, std::size_t step) const {
    const std::vector<Occurrence>& all = occurrences_[of];
    const auto end = std::upper_bound(all.begin(), all.end(), step,
        [](std::size_t s, const Occurrence& o) { return s < o.step; });
    const auto count = static_cast<std::size_t>(end - all.begin());
    return count > run_.remembered ? count - run_.remembered : 0;
}

// Where an occurrence comes, so many others lie within the reach of a node that looks back at them.
void SubjectTrace::find_overruns() {
    if (birth_ == kNoStep) return;
    std::vector<Microseconds> first(pack_.nodes.size(), kForever);
    for (const NodeId id : program_.nodes) {
        const auto& back = program_.looks_back[id];
        if (!back) continue;
        const std::vector<Occurrence>& all = occurrences_[back->of];
        for (std::size_t i = run_.remembered; i < all.size() && first[id] == kForever; ++i) {
            if (all[i].time - all[i - run_.remembered].time <= back->reach) first[id] = all[i].time;
        }
    }
    for (const std::uint32_t rule : program_.rules) {
        Microseconds time = kForever;
        for (const NodeId id : core::reachable(pack_, pack_.rules[rule]))
            time = std::min(time, first[id]);
        if (time != kForever) overruns_.push_back({rule, subject_, time});
    }
}

void SubjectTrace::add_step(const Step& step) {
    steps_.push_back({step, 0, {}});
    if (birth_ == kNoStep && step.kind == Step::Kind::event && gives_birth(step.event)) be_born();
    std::vector<std::uint32_t> fired = evaluate_step();
    for (std::uint32_t depth = 1; !fired.empty(); ++depth) {
        steps_.push_back({step, depth, std::move(fired)});
        fired = evaluate_step();
    }
}

// An own event does; so does any event of the trace once the subject stands in its register.
bool SubjectTrace::gives_birth(EventReference event) const {
    if (!pack_.schema.events[event.type].subjects.empty()) return true;
    const auto& registers = data_.subjects[program_.kind].registers;
    return subject_ < registers.size() && !registers[subject_].empty() &&
           registers[subject_].front().valid_from <= data_.tables[event.type].time[event.row];
}

void SubjectTrace::be_born() {
    birth_ = steps_.size() - 1;
    birth_time_ = steps_.back().step.time;
    for (const Microseconds delay : program_.birth_edges) add_boundary(birth_time_, delay);
    for (const core::Unit unit : program_.units) add_unit_boundary(unit, birth_time_);
    for (const NodeId id : program_.daily) add_moment(id, birth_time_);
    if (program_.registers) {
        const auto& registers = data_.subjects[program_.kind].registers;
        if (subject_ < registers.size()) {
            for (const RegisterVersion& version : registers[subject_]) {
                if (version.valid_from > birth_time_) boundaries_.insert(version.valid_from);
            }
        }
    }
}

void SubjectTrace::add_boundary(Microseconds time, Microseconds delay) {
    Microseconds at = 0;
    if (adds(time, delay, &at)) boundaries_.insert(at);
}

void SubjectTrace::add_unit_boundary(core::Unit unit, Microseconds after) {
    const auto index = unit_of(run_.zone, calendar_unit(unit), after, nullptr);
    if (!index) return;
    // Where clocks are set back a unit may seem to begin earlier than `after`.
    for (std::int64_t i = *index + 1; i < *index + 4; ++i) {
        const Microseconds start = unit_start(run_.zone, calendar_unit(unit), i, nullptr);
        if (start > after) {
            boundaries_.insert(start);
            return;
        }
    }
}

std::optional<Microseconds> SubjectTrace::moment_of_day(
    const core::Node& node, std::int64_t day) const {
    bool wanted = true;
    if (node.unit == core::Unit::week) {
        const std::int64_t weekday = ((day - 4) % 7 + 7) % 7 + 1;
        wanted = weekday == (node.count == 0 ? 1 : node.count);
    } else if (node.unit == core::Unit::month) {
        const auto month =
            unit_of(run_.zone, CalendarUnit::month, run_.zone.day_start(day), nullptr);
        const Microseconds first = unit_start(run_.zone, CalendarUnit::month, *month, nullptr);
        wanted = day - run_.zone.day_of(first) + 1 == (node.count == 0 ? 1 : node.count);
    } else if (node.unit == core::Unit::working_day) {
        static const WorkCalendar kPlain;
        const WorkCalendar* calendar = this->calendar(node.calendar);
        wanted = (calendar == nullptr ? kPlain : *calendar).is_working(day).value_or(false);
    }
    if (!wanted) return std::nullopt;
    Microseconds time = 0;
    run_.zone.to_instant(day * kDay + node.minute_of_day * kMinute, &time);
    return time;
}

bool SubjectTrace::is_moment(const core::Node& node, Microseconds time) const {
    const std::int64_t day = run_.zone.day_of(time);
    for (std::int64_t d = day - 1; d <= day + 1; ++d) {
        if (moment_of_day(node, d) == time) return true;
    }
    return false;
}

void SubjectTrace::add_moment(NodeId node, Microseconds from) {
    const std::int64_t day = run_.zone.day_of(from);
    const std::int64_t last = run_.zone.day_of(run_.end) + 1;
    for (std::int64_t d = day - 1; d <= last; ++d) {
        const auto time = moment_of_day(pack_[node], d);
        if (time && *time >= from) {
            deadlines_.insert({*time, 0, {kNone, kNone}});
            return;
        }
    }
}

std::vector<std::uint32_t> SubjectTrace::evaluate_step() {
    const std::size_t now = steps_.size() - 1;
    const Microseconds time = steps_.back().step.time;
    for (const NodeId id : program_.nodes) {
        const core::Node& node = pack_[id];
        const core::Sort sort = core::sort_of(node.kind);
        if (sort == core::Sort::occurrence) {
            Occurrence occurrence = occur(id);
            if (occurrence.state.truth == Truth::no) continue;
            occurrences_[id].push_back(std::move(occurrence));
            for (const Microseconds delay : program_.edges[id]) add_boundary(time, delay);
        } else if (sort == core::Sort::state) {
            if (node.kind == NodeKind::streak) record_base(id);
            if (program_.sampled[id] && observed(id, now)) {
                observations_[id].push_back({now, state(id, {now, false}, {}).truth});
                for (const Microseconds delay : program_.edges[id]) add_boundary(time, delay);
            }
        }
    }
    return decide_rules();
}

bool SubjectTrace::observed(NodeId node, std::size_t step) const {
    if (birth_ == kNoStep || step < birth_) return false;
    const TraceStep& at = steps_[step];
    const Reads& reads = program_.reads[node];
    if (at.depth > 0) {
        return std::any_of(at.fired.begin(), at.fired.end(),
            [&](std::uint32_t rule) { return reads.rules[rule]; });
    }
    if (step == birth_) return true;
    if (at.step.kind == Step::Kind::event) return reads.events[at.step.event.type];
    return !program_.momentary[node];
}

std::vector<std::uint32_t> SubjectTrace::decide_rules() {
    std::vector<std::uint32_t> fired;
    if (birth_ == kNoStep) return fired;
    const std::size_t now = steps_.size() - 1;
    const TraceStep at = steps_.back();
    for (std::size_t i = 0; i < program_.rules.size(); ++i) {
        const core::Rule& rule = pack_.rules[program_.rules[i]];
        RuleSummary& summary = summaries_[i];
        const Frame* self = nullptr;
        if (core::sort_of(pack_[rule.condition].kind) == core::Sort::occurrence) {
            const Occurrence* occurrence = occurrence_at(rule.condition, now);
            if (occurrence == nullptr) continue;
            if (occurrence->state.truth == Truth::unknown) {
                ++summary.undecided;
                note_fault(i, fault_of(occurrence->state), kNone);
                continue;
            }
            self = &occurrence->frame;
        } else {
            if (!observed(rule.condition, now)) continue;
            const State result = state(rule.condition, {now, false}, {});
            if (result.truth == Truth::unknown) {
                const bool counts = at.depth == 0 && at.step.kind == Step::Kind::event &&
                                    program_.reads[rule.condition].events[at.step.event.type];
                if (counts) ++summary.undecided;
                if (counts) note_fault(i, fault_of(result), kNone);
                continue;
            }
            RuleState& memory = rule_states_[i];
            const bool rises = memory.armed && result.truth == Truth::yes;
            memory.armed = result.truth == Truth::no;
            if (!rises) continue;
        }
        if (at.step.time < rule.from || at.step.time >= rule.until) continue;
        if (limited(rule, rule_states_[i])) {
            ++summary.suppressed;
            continue;
        }
        emit(static_cast<std::uint32_t>(i), self);
        fired.push_back(program_.rules[i]);
    }
    return fired;
}

bool SubjectTrace::limited(const core::Rule& rule, const RuleState& memory) const {
    if (rule.limit.count <= 0) return false;
    const Microseconds now = steps_.back().step.time;
    const core::Unit unit =
        rule.limit.unit == core::Unit::working_day ? core::Unit::day : rule.limit.unit;
    std::int64_t count = 0;
    for (const Microseconds time : memory.emitted) {
        if (rule.limit.length > 0) {
            Microseconds bound = 0;
            if (!adds(time, rule.limit.length, &bound) || bound > now) ++count;
        } else if (unit_of(run_.zone, calendar_unit(unit), time, nullptr) ==
                   unit_of(run_.zone, calendar_unit(unit), now, nullptr)) {
            ++count;
        }
    }
    return count >= rule.limit.count;
}

// `value`: the word of the action's value that could not be computed; kNone: the condition.
void SubjectTrace::note_fault(std::size_t place, Fault reason, std::uint32_t value) {
    if (reason == Fault::none) return;
    ++summaries_[place].faults;
    faults_.push_back({program_.rules[place], subject_, steps_.back().step.time, reason, value});
}

std::int64_t SubjectTrace::stored(const Value& value, const Type& type, Fault* fault) const {
    if (!value.exact()) {
        *fault = fault_of(value);
        return kMissing;
    }
    if (!core::is_numeric(type.kind)) {
        return value.kind == Value::Kind::code ? value.code : kMissing;
    }
    const bool scaled = type.kind != TypeKind::integer && type.kind != TypeKind::duration;
    std::int64_t result = 0;
    *fault = to_scaled(as_number(value), scaled ? type.decimals : 0, Rounding::half_up, &result);
    return *fault == Fault::none ? result : kMissing;
}

void SubjectTrace::emit(std::uint32_t place, const Frame* self) {
    const std::size_t now = steps_.size() - 1;
    const std::uint32_t index = program_.rules[place];
    const core::Rule& rule = pack_.rules[index];
    rule_states_[place].emitted.push_back(steps_[now].step.time);
    ++summaries_[place].firings;
    TraceFiring firing;
    firing.firing = {index, subject_, steps_[now].step, {}};
    firing.depth = steps_[now].depth;
    firing.step = now;
    std::uint32_t word = 0;
    for (const core::ActionCall& call : rule.actions) {
        FiredAction action{call.action, {}};
        const std::vector<Field>& fields = pack_.schema.actions[call.action].fields;
        for (std::size_t f = 0; f < fields.size(); ++f, ++word) {
            const NodeId id = f < call.values.size() ? call.values[f] : kNone;
            Fault fault = Fault::none;
            action.values.push_back(
                id == kNone ? kMissing
                            : stored(value(id, {now, false}, {self, nullptr, {now, false}}),
                                  fields[f].type, &fault));
            note_fault(place, fault, word);
        }
        firing.firing.actions.push_back(std::move(action));
    }
    firings_.push_back(std::move(firing));
}

const Occurrence* SubjectTrace::occurrence_at(NodeId node, std::size_t step) const {
    const std::vector<Occurrence>& all = occurrences_[node];
    const auto found = std::lower_bound(all.begin(), all.end(), step,
        [](const Occurrence& o, std::size_t s) { return o.step < s; });
    return found != all.end() && found->step == step ? &*found : nullptr;
}

bool SubjectTrace::past(View view, Microseconds time) const {
    const TraceStep& at = steps_[view.step];
    if (at.step.time != time) return at.step.time > time;
    const bool after_events = at.step.kind != Step::Kind::event;
    if (!view.before || at.depth > 0) return after_events;
    return at.step.kind == Step::Kind::deadline;
}

}  // namespace clausal::interpret
