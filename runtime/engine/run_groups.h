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

// `function` finds generated code by name.
Outcomes run_groups(const RunRequest& request, const std::function<void*(const std::string&)>& function);

}  // namespace clausal::engine
