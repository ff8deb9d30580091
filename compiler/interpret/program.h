#pragma once
// What the definition needs to know of a pack beside the nodes: what each reads, which states depend
// on the step itself, and at which distances from an occurrence time alone changes something.

#include <optional>
#include <vector>

#include "compiler/core/bounds.h"
#include "compiler/core/core.h"

namespace clausal::interpret {

struct Reads {
    std::vector<bool> events;  // by event type
    std::vector<bool> rules;
    void add(const Reads& other);
};

// One subject kind's part of a pack.
struct Program {
    const core::CorePack* pack = nullptr;
    std::uint32_t kind = 0;
    std::vector<std::uint32_t> rules;          // of the kind
    std::vector<core::NodeId> nodes;           // reachable from them, inputs first
    std::vector<Reads> reads;                  // by node
    std::vector<bool> momentary, looks_ahead;  // by node; looks_ahead: has `elapsed` in its value
    std::vector<bool> sampled;                 // states under rise and hold
    std::vector<bool> relevant;                // event types that some node reads
    std::vector<std::vector<Microseconds>>
        edges;                              // by occurrence or sampled state: delays of expiries
    std::vector<Microseconds> birth_edges;  // delays from birth
    std::vector<core::Unit> units;          // whose starts are expiries
    std::vector<core::NodeId> daily;
    std::vector<core::NodeId> streaks;
    std::vector<std::optional<core::LookBack>> looks_back;  // by node
    bool registers = false;                                 // some node reads a register field
};

Program make_program(const core::CorePack& pack, std::uint32_t kind);

inline core::NodeId input_of(const core::Node& node, std::size_t place) {
    return place < node.inputs.size() ? node.inputs[place] : kNone;
}

// Calls visit(NodeId) for inputs, derived fields and the window's `since`.
template <typename Visit>
void for_each_child(const core::Node& node, Visit visit) {
    for (const core::NodeId id : node.inputs) {
        if (id != kNone) visit(id);
    }
    for (const core::NodeId id : node.derived) {
        if (id != kNone) visit(id);
    }
    if (node.window.since != kNone) visit(node.window.since);
}

// Every node from which nothing leads further than to itself: `roots` and what they reach.
std::vector<bool> reachable_from(
    const core::CorePack& pack, const std::vector<core::NodeId>& roots);

}  // namespace clausal::interpret
