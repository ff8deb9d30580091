#pragma once
// Threshold families: state and occurrence rules of one group whose conditions are equal but for the
// constant of one comparison, such as `< 64 %`, `< 65 %` and `<= 66 %` of the same value.
//
// Sorted by threshold, the comparisons that are true are a suffix, and those that are not false are a
// suffix too; and, or with what the rules share, a streak and consecutive units keep that. So one
// evaluation gives two positions in place of a truth per rule, and one position per subject is all that
// is remembered of which rules have fired.

#include <functional>
#include <vector>

#include "compiler/plan/plan.h"

namespace clausal::plan {

// The families among the rules of a group. Families have at least two rules; each rule is in one at most.
std::vector<Family> find_families(
    const core::CorePack& pack, const std::vector<std::uint32_t>& rules);

// What a family's evaluation reads besides its constants: shared nodes, laid out as any other.
void for_each_shared(
    const core::CorePack& pack, const Family& family, const std::function<void(NodeId)>& use);

}  // namespace clausal::plan
