#pragma once
// Puts firings, as code wrote them, into the order of outcomes (semantics, section 8).

#include "runtime/engine/firing_list.h"
#include "runtime/engine/run_groups.h"

namespace clausal::engine {

// In `written`, the rules of a record with a count above 1 are at the address `values`.
FiringList in_order_of_outcomes(const RunRequest& request, FiringRecords written);

// Adds the firings to the counts of their rules.
void count_firings(const FiringList& firings, std::vector<RuleSummary>* rules);

}  // namespace clausal::engine
