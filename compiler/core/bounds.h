#pragma once
// How much a rule must remember per subject (SEMANTICS 33). Comes from a core rule, gives its class
// and, where it is not constant, the node that decides it. Sound for "constant" and "by rate".

#include <optional>
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
    NodeId node = kNone;      // what makes it so
    Microseconds length = 0;  // by rate: the longest such duration
};

Bound bound_of(const CorePack& pack, NodeId root);

// A node that looks back at the occurrences of `of` one by one, as far as `reach`: for each subject it
// sees the RunOptions::remembered latest of them, and has forgotten the others. nullopt: what it needs
// is a fixed number of words, or is owed to the outcome of every start (absences, counts, sliding minima and maxima).
struct LookBack {
    NodeId of = kNone;
    Microseconds reach = 0;
};
std::optional<LookBack> looks_back(const CorePack& pack, NodeId id);
// How far back a window can begin at most; kForever without an end.
Microseconds longest_reach(const Window& window);
// Whether a running value is enough for an aggregate.
bool is_running(const CorePack& pack, const Node& aggregate);
// A minimum or maximum in a sliding window: only what can still become it is kept, as long as it can.
bool is_sliding_extreme(const CorePack& pack, const Node& aggregate);
// Of a sequence or an absence before without a condition on the pair: whether few of the earlier
// occurrences can decide (which ones: see abi::PairSpec::Keep).
enum class PairMemory : std::uint8_t { all, latest, merged };
PairMemory pair_memory(const Node& node);

// The nodes that `root` reads, each once, inputs before users.
std::vector<NodeId> reachable(const CorePack& pack, NodeId root);
// The same for a rule: its condition and the values of its actions.
std::vector<NodeId> reachable(const CorePack& pack, const Rule& rule);

}  // namespace clausal::core
