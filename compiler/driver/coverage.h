#pragma once
// Which conditions of the rules the examples exercise: one that never held, or never failed, in any
// example is a condition whose meaning nobody has tried. Computed by the reference evaluator.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/core/core.h"
#include "compiler/driver/examples.h"
#include "runtime/calendar/calendar.h"

namespace clausal {

struct ConditionCoverage {
    std::uint32_t rule = 0;     // index into CorePack::rules
    core::NodeId node = kNone;  // a comparison, streak, window, absence … of its condition
    Span span;                  // where it stands in the rule text
    bool held = false;          // true at some step of some example
    bool failed = false;        // false at some step of some example
};

// Conditions that stand alone inside a rule's logic, in the order of the text.
std::vector<ConditionCoverage> condition_coverage(
    const core::CorePack& pack, const std::vector<WorkCalendar>& calendars);

}  // namespace clausal
