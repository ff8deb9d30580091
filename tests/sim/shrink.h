#pragma once
// Makes a failing case smaller, step by step, as long as it still fails.

#include <functional>

#include "tests/sim/random_case.h"

namespace clausal::sim {

Case shrink(Case failing, const std::function<bool(const Case&)>& fails);

}  // namespace clausal::sim
