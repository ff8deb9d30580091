#pragma once
// The host's side of one rule group while it runs: its state by subject, its clock by subject (timers
// evaluated lazily, before the subject's next event and at the end), its firings. Generated code
// reaches it through Context::machine; host functions are in nodes_*.cpp.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/abi/specs.h"
#include "runtime/calendar/calendar.h"
#include "runtime/engine/outcome.h"
#include "runtime/engine/run_groups.h"
#include "runtime/events/event_data.h"
#include "runtime/events/schema.h"

namespace clausal::engine {

// What all groups of a run share.
struct RunData {
    const Schema* schema = nullptr;
    const EventData* data = nullptr;
    const std::vector<WorkCalendar>* calendars = nullptr;
    Zone zone = Zone::utc();
    Microseconds end = 0;          // U
    std::uint32_t remembered = 0;  // the cap
    std::vector<abi::TableView> tables;
    std::vector<std::vector<const std::int64_t*>> columns;
    std::vector<std::vector<const std::uint32_t*>> references;
    std::vector<std::int64_t> constants;      // texts of the pack, by constant slot
    std::vector<abi::RuleCounters> counters;  // by rule
    std::vector<std::vector<std::uint32_t>>
        action_values;  // by rule: words where its actions begin
    // Per subject kind, the event of each subject's birth (filled when some group needs it).
    std::vector<std::vector<EventReference>> births;
};

struct GroupCode {
    abi::RunFunction run = nullptr;
    abi::StepFunction event = nullptr;  // the event of Context::reference
    abi::StepFunction birth = nullptr;  // birth by an event that the group does not read
    abi::StepFunction expiry = nullptr;
    abi::StepFunction deadline = nullptr;
    abi::StepFunction output = nullptr;  // null: no rule reads firings
    abi::DueFunction due = nullptr;      // null: timers go through the host
};

class Machine {
public:
    Machine(RunData& run, abi::GroupSpec spec, GroupCode code);
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    // Runs events in order; `references` are type << 32 | row.
    void run(const std::uint64_t* references, const std::int64_t* times,
        const std::uint32_t* subjects, std::uint64_t count);
    void finish();  // timers up to the end, and what is pending

    // --- for host functions -----------------------------------------------------------------------
    abi::Context context{};
    abi::Pool pool{};
    RunData& data;
    abi::GroupSpec spec;
    GroupCode code;
    std::vector<std::uint64_t> broadcasts;  // of the run, in order
    std::vector<std::int64_t> output;
    FiringRecords firings;  // cut to size by finish
    std::vector<Overrun> overruns;
    std::vector<RuleFault> faults;
    std::vector<std::int64_t> scratch;                // frame that a host function gives back
    std::vector<std::vector<std::int64_t>> text_ids;  // by text spec: words as ids (lists)
    bool view_before = false;  // of the aggregate or latest whose elapsed is computed

    struct Closing {
        std::uint32_t absence;
        std::int64_t base_step, outcome;
        bool released;
        std::vector<std::int64_t> frame;  // with AbsenceSpec::keeps_closed
    };
    std::array<abi::UnitCache, 6> units{};  // by CalendarUnit
    std::vector<std::int64_t> ranges;       // Context::ranges
    // Times of emitted firings of rules that keep none in the state: by subject << 32 | rule.
    std::unordered_map<std::uint64_t, abi::LogHead> limits;
    std::vector<Closing> closings;  // of the current step
    struct Fired {
        std::uint32_t rule;
        std::uint64_t values;
    };
    std::vector<Fired> fired, fired_next;  // at this depth, and to be seen at the next
    std::vector<std::vector<std::int64_t>> fired_frames;

    void advance(std::uint8_t* state, std::uint32_t subject, std::uint64_t reference);
    std::int64_t next(const std::uint8_t* state, std::uint32_t subject, Microseconds from) const;
    void output_steps(std::uint8_t* state);
    std::uint8_t* state_of(std::uint32_t subject) {
        return first_state_ + std::size_t{subject} * spec.state_bytes;
    }
    bool is_before(std::uint64_t a, std::uint64_t b) const;  // places in the total order
    Microseconds time_of(std::uint64_t reference) const;
    // past(x) of the present: x lies before it, or at its instant and it is no event step.
    bool past(Microseconds x, bool before) const;
    const WorkCalendar* calendar(std::uint32_t index) const;
    // By the calendar, where it reaches so far.
    std::optional<Microseconds> by_calendar(
        const abi::AbsenceSpec& absence, Microseconds start) const;
    // The instant at which an absence that started then is decided.
    Microseconds decided_at(const abi::AbsenceSpec& absence, Microseconds start) const;
    // The current subject has one occurrence too many for what `node` looks back at.
    void overrun(std::uint32_t node);
    // Entries of a log that its readers under the cap have forgotten.
    std::uint32_t forgotten(const abi::LogHead& head) const {
        return head.count > data.remembered ? head.count - data.remembered : 0;
    }

private:
    static constexpr std::uint64_t kNoReference = ~std::uint64_t{0};
    void replay(std::uint8_t* state, std::uint64_t reference, bool reads, bool is_birth);
    void catch_up(std::uint8_t* state, std::uint32_t subject, std::uint64_t reference);
    void finish_timers();
    std::uint64_t count_open(const abi::AbsenceSpec& absence) const;
    void count_ranges();
    void finish_subject(std::uint32_t subject, std::vector<std::uint64_t>* open);
    void run_timers(std::uint8_t* state, Microseconds instant);
    void touch(std::uint8_t* state) const;
    Microseconds next_daily(const abi::DailySpec& daily, Microseconds from) const;

    struct Free {
        void operator()(std::uint8_t* states) const { std::free(states); }
    };
    std::unique_ptr<std::uint8_t, Free> states_;  // zeroed when first touched
    std::uint8_t* first_state_ = nullptr;
    std::size_t subjects_ = 0;
    std::set<std::pair<std::uint32_t, std::uint32_t>> overrun_;  // rules and subjects
};

inline Machine& machine_of(const abi::Context* context) {
    return *static_cast<Machine*>(context->machine);
}

// Fills `tables` and what belongs to it from data.
void bind_tables(RunData& run);
// Births of the subjects of one kind, up to the end.
std::vector<EventReference> find_births(const RunData& run, std::uint32_t kind);

}  // namespace clausal::engine
