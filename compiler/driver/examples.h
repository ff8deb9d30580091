#pragma once
// Runs the examples of a pack as tests: builds the events of each example, runs the rules over them,
// and compares the firings with the expectations.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "compiler/core/core.h"
#include "runtime/engine/outcome.h"
#include "runtime/events/event_data.h"

namespace clausal {

// Events and registers of one example, in a total order by time, then by place in the text.
EventData example_data(const core::CorePack& pack, const core::Example& example);

// One expectation that did not hold.
struct ExampleFailure {
    std::size_t expectation = 0;  // index into Example::expectations
    std::string english;
    std::string chinese;
};

struct ExampleResult {
    std::size_t example = 0;  // index into CorePack::examples
    std::vector<ExampleFailure> failures;
    Outcomes outcomes;
};

// How rules are run over events: the compiled execution, or the reference evaluator.
using Executor = std::function<Outcomes(const core::CorePack&, EventData&, const RunOptions&)>;

// An example runs past its last event, so that every deadline it starts is decided; `horizon` is how
// far: the longest delay of the pack.
std::vector<ExampleResult> run_examples(const core::CorePack& pack, const Executor& run);

// Longest time after an event at which the pack can still decide something because of it.
Microseconds decision_horizon(const core::CorePack& pack);

// How far an example is run: as far as something may still be decided or is expected.
Microseconds example_end(const core::Example& example, const EventData& data, Microseconds horizon);

// What the examples say of a rule.
struct RuleCoverage {
    std::string rule;
    std::uint64_t firings = 0;      // over all examples
    bool expected_to_fire = false;  // it fired in an example that demands one of its actions
    bool expected_silent = false;   // some example forbids one of its actions
};
std::vector<RuleCoverage> rule_coverage(
    const core::CorePack& pack, const std::vector<ExampleResult>& results);

}  // namespace clausal
