#pragma once
// The generator of packs: typed, by recursive descent, in contexts as the core rules define them.

#include <algorithm>
#include <map>
#include <optional>

#include "tests/sim/random_case.h"

namespace clausal::sim {

using core::Node;
using core::NodeId;
using core::NodeKind;

using Slots = std::vector<Type>;
inline constexpr std::uint32_t kTell = 2;  // the action with one text only

// What a state or value may read.
struct Scope {
    const Slots* self = nullptr;
    const Slots* first = nullptr;
    bool elapsed = false;  // a value of aggregate or latest
    bool huge = false;     // large numbers may occur (not where they are added up)
};

class PackMaker {
public:
    PackMaker(std::uint64_t seed, NodeKind force);
    Case make();

private:
    void make_schema();
    void make_rule(std::uint32_t kind, std::optional<NodeKind> force);

    // --- random_families.cpp
    void make_family(std::uint32_t kind);
    NodeId threshold_of(NodeId value);
    NodeId threshold_filter(const Scope& scope);
    NodeId threshold_condition();
    NodeId with_constant(NodeId id, NodeId comparison, NodeId constant, core::CompareOp op);
    std::vector<core::ActionCall> random_actions(const Scope& scope);

    // --- random_plain.cpp
    void make_plain(std::uint32_t kind);
    NodeId plain_condition();
    NodeId plain_state(int depth);
    NodeId plain_absence();
    NodeId plain_window_value();
    NodeId plain_compare(const Scope& scope);
    NodeId bare_event(bool with_filter);

    NodeId occurrence(int depth);
    NodeId occurrence_of(NodeKind kind, int depth);
    NodeId event_node(bool with_filter, int depth);
    NodeId streak_base(int depth);
    NodeId state(int depth, const Scope& scope);
    NodeId state_of(NodeKind kind, int depth, const Scope& scope);
    NodeId value(TypeKind type, int depth, const Scope& scope);
    NodeId value_of(NodeKind kind, TypeKind type, int depth, const Scope& scope);
    NodeId leaf(TypeKind type, const Scope& scope);
    NodeId pair_state(const Slots& context, const Slots& item);
    NodeId constant(TypeKind type, const Scope& scope);
    NodeId compare_of(TypeKind type, int depth, const Scope& scope);
    core::Window window(int depth, bool may_be_since);
    std::vector<core::Correlation> correlation(
        const Slots& first, const Slots& second, int percent);
    void add_derived(Node& node, Slots& slots, int depth, const Scope& scope);
    NodeId add(Node node);
    NodeId add_occurrence(Node node, Slots slots);
    Node node(NodeKind kind, std::vector<NodeId> inputs = {}) const;
    Microseconds span(std::int64_t low, std::int64_t high) {
        return random_.between(low, high) * case_.grid;
    }
    // Below windows and pairs: mostly one level more, at times two.
    int below(int depth) { return std::min(depth, random_.chance(12) ? 2 : 1); }
    const Slots& slots(NodeId id) const { return slots_.at(id); }
    Type type_of(TypeKind kind) const;
    std::optional<std::uint32_t> slot_of(const Slots* slots, TypeKind kind);

    Random random_;
    NodeKind force_;
    Case case_;
    core::Builder builder_;
    std::uint32_t kind_ = 0;         // of the rule that is being made
    std::map<NodeId, Slots> slots_;  // of occurrences
};

}  // namespace clausal::sim
