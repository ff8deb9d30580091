#pragma once
// What random packs are made of, finer than kinds of nodes: each pick, window, unit, mode and optional
// part of the language's constructs. A run over many pairs must have met every one of them.

#include <string>
#include <vector>

#include "compiler/core/core.h"

namespace clausal::sim {

// Names of all constructs, in a fixed order.
const std::vector<std::string>& construct_names();

// By place in construct_names(): whether the pack has it.
std::vector<bool> constructs_in(const core::CorePack& pack);

}  // namespace clausal::sim
