#pragma once
// Core rules -> plan. Keeps a pointer to the pack.

#include "compiler/plan/plan.h"

namespace clausal::plan {

Plan make_plan(const core::CorePack& pack);

}  // namespace clausal::plan
