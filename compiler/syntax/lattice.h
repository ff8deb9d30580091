#pragma once
// All ways to cut one statement: a graph over the places between its characters. Each edge is a
// possible token; fillers are edges without one.

#include <cstdint>
#include <vector>

#include "compiler/syntax/dictionary.h"
#include "compiler/syntax/statements.h"
#include "compiler/syntax/tokens.h"

namespace clausal::syntax {

struct Edge {
    std::uint32_t from = 0;   // node
    std::uint32_t to = 0;     // node
    std::uint32_t begin = 0;  // characters
    std::uint32_t end = 0;
    std::uint32_t cost = 0;
    bool is_filler = false;
    bool is_name = false;
    bool is_loose = false;  // “text” taken as a name, or a plural: never a reason for two readings
    Token token;
};

struct Lattice {
    std::vector<std::uint32_t> positions;         // of the nodes, ascending; the last is the end
    std::vector<std::vector<std::uint32_t>> out;  // edges that leave a node
    std::vector<Edge> edges;
    bool too_large = false;
    bool reaches_end = false;
    std::uint32_t furthest = 0;   // the last node reachable from the first
    bool is_single_path = false;  // exactly one cut, and it has no filler

    std::uint32_t end_node() const { return static_cast<std::uint32_t>(positions.size() - 1); }
};

inline constexpr std::uint32_t kTokenCost = 1000;

// Cuts characters [statement.begin, statement.end). With `gaps`, every place is a node, also
// those that no edge reaches (for messages only).
Lattice make_lattice(const FileText& text, const Statement& statement, const Dictionary& words,
    const std::string& source, bool gaps);

}  // namespace clausal::syntax
