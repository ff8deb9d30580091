#pragma once
// The meaning of a pack for one subject, computed as docs/language/semantics.md says it: all steps of
// the subject's trace are laid out, and every node is evaluated at a step by looking at all earlier
// steps. Nothing is incremental; only results of the past, which never change, are kept.
//
// After run() any node can be asked for at any step: this is what explanations are made from.

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "compiler/core/core.h"
#include "compiler/interpret/program.h"
#include "compiler/interpret/value.h"
#include "runtime/base/limits.h"
#include "runtime/calendar/calendar.h"
#include "runtime/engine/outcome.h"
#include "runtime/events/event_data.h"

namespace clausal::interpret {

// The data of a run with what is derived from it once for all subjects.
struct RunData {
    const EventData* data = nullptr;
    const std::vector<WorkCalendar>* calendars = nullptr;
    Zone zone = Zone::utc();
    Microseconds end = 0;
    std::vector<std::vector<std::uint64_t>> place;  // by type and row: place in the total order
    std::size_t remembered = limits::kMaxRemembered;
};

struct TraceStep {
    Step step;
    std::uint32_t depth = 0;
    std::vector<std::uint32_t> fired;  // depth > 0: the rules whose firing caused it
};

struct TraceFiring {
    Firing firing;
    std::uint32_t depth = 0;
    std::size_t step = 0;
};

// A view of the trace: at a step (after it), or just before it.
struct View {
    std::size_t step = 0;
    bool before = false;
};

struct Context {
    const Frame* self = nullptr;
    const Frame* first = nullptr;
    View present;  // what `elapsed` looks at
};

// One start of an absence and what became of it.
struct Instance {
    enum class Status : std::uint8_t { open, failed, released, decided } status = Status::open;
    std::size_t start = 0;  // step
    Microseconds deadline = 0;
    Truth started = Truth::yes;
    bool maybe = false;
    Truth outcome = Truth::no;  // of a decided one
    std::size_t closed = 0;     // step
    Frame frame;                // of its start; once decided with derived fields
};

class SubjectTrace {
public:
    // `events`: own and broadcast ones in total order; `extra_expiries`: instants at which an expiry step
    // is wanted although nothing lies there (they must not change anything; used by tests).
    SubjectTrace(const Program& program, const RunData& run, std::uint32_t subject,
        const std::vector<EventReference>& events,
        const std::vector<Microseconds>& extra_expiries = {});
    void run();

    const std::vector<TraceFiring>& firings() const { return firings_; }
    const std::vector<RuleSummary>& summaries() const { return summaries_; }  // by Program::rules
    const std::vector<Overrun>& overruns() const { return overruns_; }
    const std::vector<RuleFault>& faults() const { return faults_; }
    const std::vector<TraceStep>& steps() const { return steps_; }
    std::size_t birth_step() const { return birth_; }
    const std::vector<Occurrence>& occurrences(core::NodeId node) const {
        return occurrences_[node];
    }
    // None where no start was met.
    const std::vector<Instance>& instances(core::NodeId node) const {
        static const std::vector<Instance> kNothing;
        const auto found = instances_.find(node);
        return found == instances_.end() ? kNothing : found->second;
    }

    // A node at a step; context-free unless a context is given.
    State state(core::NodeId node, View view, const Context& context);
    Value value(core::NodeId node, View view, const Context& context);
    const Occurrence* occurrence_at(core::NodeId node, std::size_t step) const;
    // Events that a node's result at a step rests on, the latest first.
    std::vector<EventReference> witnesses(
        core::NodeId node, View view, const Context& context = {});
    // Is a state (or a state rule) looked at at this step?
    bool observed(core::NodeId node, std::size_t step) const;

private:
    struct Observation {
        std::size_t step;
        Truth truth;
    };
    struct Base {  // an element of a streak
        std::size_t step;
        Truth outcome;         // if decided at once
        std::size_t instance;  // else: of the absence
    };
    struct Deadline {
        Microseconds time;
        std::uint64_t place;  // 0: no starting event; else place + 1
        EventReference event;
        bool operator<(const Deadline& other) const {
            return time != other.time ? time < other.time : place < other.place;
        }
    };
    struct RuleState {
        bool armed = true;
        std::vector<Microseconds> emitted;
    };

    // trace.cpp: steps and firings
    void add_step(const Step& step);
    std::vector<std::uint32_t> evaluate_step();
    std::vector<std::uint32_t> decide_rules();
    void emit(std::uint32_t place, const Frame* self);
    std::int64_t stored(const Value& value, const Type& type, Fault* fault) const;
    bool limited(const core::Rule& rule, const RuleState& state) const;
    bool gives_birth(EventReference event) const;
    void be_born();
    void add_boundary(Microseconds time, Microseconds delay);
    void add_unit_boundary(core::Unit unit, Microseconds after);
    void add_moment(core::NodeId node, Microseconds from);
    bool is_moment(const core::Node& node, Microseconds time) const;
    std::optional<Microseconds> moment_of_day(const core::Node& node, std::int64_t day) const;

    // occurrences.cpp
    Occurrence occur(core::NodeId id);
    Occurrence occur_event(const core::Node& node);
    Occurrence occur_filtered(const core::Node& node);
    Occurrence occur_either(const core::Node& node);
    Occurrence occur_sequence(core::NodeId id, const core::Node& node);
    Occurrence occur_absence_after(core::NodeId id, const core::Node& node);
    Occurrence occur_absence_before(core::NodeId id, const core::Node& node);
    Occurrence occur_rise(core::NodeId id, const core::Node& node);
    Occurrence occur_daily(const core::Node& node);
    Occurrence occur_rule_output(const core::Node& node);
    Occurrence timed_occurrence(State state) const;
    State match(const core::Node& node, const Occurrence& first, const Occurrence& second,
        Fault* pair_fault);
    State no_step_between(core::NodeId node, std::size_t from, std::size_t to) const;
    void advance_instance(const core::Node& node, Instance& instance);
    void add_derived(const core::Node& node, Frame& frame, const Frame* self, const Frame* first);
    void record_base(core::NodeId streak);
    Truth base_at(core::NodeId id);

    // states.cpp and states_over_time.cpp
    State compare_values(const core::Node& node, View view, const Context& context);
    State state_member(const core::Node& node, View view, const Context& context);
    State state_contains(const core::Node& node, View view, const Context& context);
    State state_overlaps(const core::Node& node, View view, const Context& context);
    State state_streak(core::NodeId id, View view);
    State state_consecutive(const core::Node& node, View view);
    State state_hold(const core::Node& node, View view);
    State state_silence(const core::Node& node, View view);
    State state_exists_around(const core::Node& node, View view, const Context& context);
    State state_shift(const core::Node& node, View view);
    State state_unit_shift(const core::Node& node, View view);
    State shift_of(
        const core::Node& node, const Rational& x, const std::vector<Rational>& baseline) const;
    Value item_number(core::NodeId id, core::NodeId of, std::size_t index, View view);
    State state_cluster(const core::Node& node, View view);
    std::optional<Truth> base_outcome(
        const core::Node& streak, const Base& base, View view, bool* released);

    // values.cpp and windows.cpp
    Value value_field(const core::Node& node, const Context& context) const;
    Value value_constant(const core::Node& node) const;
    Value value_subject_field(const core::Node& node, View view) const;
    Value value_latest(core::NodeId id, const core::Node& node, View view, const Context& context);
    Value value_aggregate(
        core::NodeId id, const core::Node& node, View view, const Context& context);
    Value value_arithmetic(const core::Node& node, View view, const Context& context);
    Value value_elapsed(const core::Node& node, const Context& context);
    Value value_keyword_density(const core::Node& node, View view, const Context& context);
    Value stored_value(std::int64_t raw, const Type& type) const;
    Value item_value(core::NodeId value, core::NodeId of, std::size_t index, View view);
    Value slot(const Frame& frame, std::uint32_t place) const;
    struct Items {
        bool unknown = false, doubtful = false;
        bool forgotten = false;            // the window reaches back to forgotten ones
        std::size_t certain_from = 0;      // step: doubtful since: only later ones count surely
        std::vector<std::size_t> indices;  // into occurrences_[of], in step order
        std::vector<Truth> truths;         // of each, with the pair
    };
    Value key_count(const core::Node& node, const Items& items, View view);
    Items items_in_window(const core::Node& node, View view, bool strictly_before, bool capped,
        const Context& context);
    // How many of the first occurrences of a node, up to a step, one that looks back has forgotten.
    std::size_t forgotten(core::NodeId of, std::size_t step) const;
    void find_overruns();
    void note_fault(std::size_t place, Fault reason, std::uint32_t value);
    bool correlated(
        const std::vector<core::Correlation>& pairs, const Frame& first, const Frame& second) const;

    // views
    bool sees(View view, std::size_t step) const {
        return view.before ? step < view.step : step <= view.step;
    }
    Microseconds time_of(View view) const { return steps_[view.step].step.time; }
    bool born(View view) const {
        return birth_ != kNoStep && (view.before ? view.step > birth_ : view.step >= birth_);
    }
    bool past(View view, Microseconds time) const;
    const WorkCalendar* calendar(std::uint32_t index) const {
        return index == kNone ? nullptr : &run_.calendars->at(index);
    }

    static constexpr std::size_t kNoStep = static_cast<std::size_t>(-1);

    const Program& program_;
    const core::CorePack& pack_;
    const RunData& run_;
    const EventData& data_;
    const std::uint32_t subject_;
    std::vector<EventReference> events_;

    std::vector<TraceStep> steps_;
    std::size_t birth_ = kNoStep;
    Microseconds birth_time_ = 0;
    bool deadlines_begun_ = false;                             // at the current instant
    std::vector<std::vector<Occurrence>> occurrences_;         // by node
    std::vector<std::vector<Observation>> observations_;       // by sampled state
    std::map<core::NodeId, std::vector<Instance>> instances_;  // by absence_after
    std::map<core::NodeId, std::vector<Base>> bases_;          // by streak
    std::map<core::NodeId, bool> armed_;                       // by rise
    std::set<Microseconds> boundaries_;
    std::set<Deadline> deadlines_;
    std::vector<RuleState> rule_states_;  // by Program::rules
    std::vector<TraceFiring> firings_;
    std::vector<RuleSummary> summaries_;
    std::vector<Overrun> overruns_;
    std::vector<RuleFault> faults_;
    std::map<std::pair<core::NodeId, core::NodeId>, std::vector<std::optional<Value>>> item_values_;
};

}  // namespace clausal::interpret
