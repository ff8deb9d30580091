#pragma once
// Runs all groups of a program over events, and puts what they give into the total order of outcomes.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/abi/specs.h"
#include "runtime/calendar/calendar.h"
#include "runtime/engine/firing_list.h"
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
    std::vector<std::pair<std::uint32_t, std::uint32_t>> key_values;  // word, key part
    bool stores = true;  // false: all values are key parts, nothing is stored
};

// Groups with the addresses of their code: made once per program, shared by its runs.
class BoundGroups {
public:
    // `function` finds generated code by name.
    BoundGroups(const std::vector<const abi::GroupSpec*>& groups,
        const std::function<void*(const std::string&)>& function);
    ~BoundGroups();
    struct Group;
    const std::vector<Group>& groups() const { return groups_; }

private:
    std::vector<Group> groups_;
};

struct RunRequest {
    const Schema* schema = nullptr;
    const EventData* data = nullptr;
    const std::vector<WorkCalendar>* calendars = nullptr;
    RunOptions options;
    std::vector<std::int64_t> constants;  // texts of the pack
    const std::vector<RuleOutline>* rules = nullptr;
    const BoundGroups* groups = nullptr;
};

// What a run gives, without a heap block per firing; in the order of outcomes. Action values that are
// parts of the subject's key are filled in by to_outcomes.
struct Records {
    FiringList firings;
    std::vector<std::int64_t> values;
    std::vector<RuleSummary> rules;
    std::vector<Overrun> overruns;
    std::vector<RuleFault> faults;
};

Records run_records(const RunRequest& request);
Outcomes to_outcomes(const RunRequest& request, const Records& records);
Outcomes run_groups(const RunRequest& request);

}  // namespace clausal::engine
