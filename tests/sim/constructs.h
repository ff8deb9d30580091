#pragma once
// What random packs and traces are made of, finer than kinds of nodes: each pick, window, unit, mode and
// optional part of the language's constructs. A run over many pairs must have met every one of them.

#include <string>
#include <vector>

#include "tests/sim/random_case.h"

namespace clausal::sim {

// Names of all constructs, in a fixed order.
const std::vector<std::string>& construct_names();

// By place in construct_names(): whether the pack and its trace have it.
std::vector<bool> constructs_in(const Case& one);

// The same of the ways in which the compiled execution keeps state (paths.cpp).
const std::vector<std::string>& path_names();
std::vector<bool> paths_in(const core::CorePack& pack);

}  // namespace clausal::sim
