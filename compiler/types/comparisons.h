#pragma once
// Inside types/: what proofs about conditions share (checks.cpp, contradictions.cpp).

#include <optional>
#include <vector>

#include "compiler/core/core.h"

namespace clausal::types {

// A comparison of an expression with a number, choice, date or instant that is known now.
struct Comparison {
    core::NodeId of = 0;
    core::CompareOp op{};
    Rational value;
};

// The comparison that the node is, turned so that the constant stands on the right.
std::optional<Comparison> with_constant(const core::CorePack& pack, core::NodeId id);

// The states that a conjunction joins; the state itself if it is none.
void conjuncts(const core::CorePack& pack, core::NodeId id, std::vector<core::NodeId>& out);

}  // namespace clausal::types
