#pragma once
// What a state can be for a subject that has just been born and has no event that the state reads.

#include "compiler/core/core.h"

namespace clausal::plan {

inline constexpr unsigned kMayBeFalse = 1, kMayBeUnknown = 2, kMayBeTrue = 4, kMayBeAny = 7;

// A set of the above; never too small.
unsigned truths_when_empty(const core::CorePack& pack, core::NodeId state);

}  // namespace clausal::plan
