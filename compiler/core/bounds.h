#pragma once
// How much a rule must remember per subject (SEMANTICS 33). Comes from a core rule, gives its class
// and, where it is not constant, the node that decides it. Sound for "constant" and "by rate".

#include <vector>

#include "compiler/core/core.h"

namespace clausal::core {

enum class BoundClass : std::uint8_t {
    constant,   // a fixed number of words
    by_rate,    // at most the events of one subject within `length`
    unbounded,  // grows with the history: refused
};

struct Bound {
    BoundClass kind = BoundClass::constant;
    NodeId node = kNone;         // what makes it so
    Microseconds length = 0;     // by rate: the longest such duration
};

Bound bound_of(const CorePack& pack, NodeId root);

// The nodes that `root` reads, each once, inputs before users.
std::vector<NodeId> reachable(const CorePack& pack, NodeId root);
// The same for a rule: its condition and the values of its actions.
std::vector<NodeId> reachable(const CorePack& pack, const Rule& rule);

}  // namespace clausal::core
