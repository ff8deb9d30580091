#pragma once
// Runs all groups of a program over events, and puts what they give into the total order of outcomes.

#include <functional>
#include <string>
#include <vector>

#include "runtime/abi/specs.h"
#include "runtime/calendar/calendar.h"
#include "runtime/engine/outcome.h"
#include "runtime/events/event_data.h"

namespace clausal::engine {

struct ActionOutline {
    std::uint32_t action = 0, values = 0;
};

struct RuleOutline {
    std::string id;
    std::uint32_t subject = 0;
    std::int32_t priority = 0;
    std::vector<ActionOutline> actions;
};

struct RunRequest {
    const Schema* schema = nullptr;
    const EventData* data = nullptr;
    const std::vector<WorkCalendar>* calendars = nullptr;
    RunOptions options;
    std::vector<std::int64_t> constants;          // texts of the pack
    std::vector<RuleOutline> rules;
    std::vector<const abi::GroupSpec*> groups;
};

// One firing, flat. Its values are `values` words from Records::values[values] on, as RuleOutline says.
struct FiringRecord {
    std::uint32_t rule, subject;
    std::int64_t time, kind, reference, depth;   // reference: type << 32 | row; -1: none
    std::uint64_t values;
};

// What a run gives, without a heap block per firing; in the order of outcomes.
struct Records {
    std::vector<FiringRecord> firings;
    std::vector<std::int64_t> values;
    std::vector<RuleSummary> rules;
};

// `function` finds generated code by name.
Records run_records(const RunRequest& request, const std::function<void*(const std::string&)>& function);
Outcomes to_outcomes(const RunRequest& request, const Records& records);
Outcomes run_groups(const RunRequest& request, const std::function<void*(const std::string&)>& function);

}  // namespace clausal::engine
