#pragma once
// W1..W6 as core rules, built by hand: what the rule texts have to come down to. With them the engine
// can be measured and compared without the compiler's front.

#include <cstdint>
#include <vector>

#include "bench/rules/many_rules.h"
#include "compiler/core/core.h"

namespace clausal::bench {

// The rules of `numbers` (1..5), in that order; ids "W1".."W5".
core::CorePack core_rules(const std::vector<int>& numbers);

// One rule per threshold; ids "K0000", "K0001", …
core::CorePack core_many_rules(const std::vector<ThresholdRule>& rules);

}  // namespace clausal::bench
