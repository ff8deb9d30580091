#pragma once
// The plan for people: groups, state layout, what is kept and for how long.

#include <string>

#include "compiler/plan/plan.h"

namespace clausal::plan {

std::string print(const Plan& plan);

}  // namespace clausal::plan
