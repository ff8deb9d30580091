#pragma once
// Which tokens of a lattice take part in some sentence of the grammar, and the cheapest sentence.
// Earley's algorithm over the grammar's own automaton; exact, and without recursion.

#include <cstdint>
#include <vector>

#include "compiler/syntax/antlr/grammar.h"
#include "compiler/syntax/lattice.h"

namespace clausal::syntax {

struct Cut {
    bool complete = false;  // the whole lattice is a statement
    bool too_large = false;
    std::vector<std::uint32_t> best;    // edges of the cheapest sentence, in order, fillers too
    std::vector<char> useful;           // per edge: is on some complete sentence
    std::uint32_t furthest = 0;         // last node that the start of some sentence reaches
    TokSet expected;                    // tokens that could stand there
    std::vector<std::uint32_t> prefix;  // edges of the cheapest way to `furthest`
};

// `allowed` (empty: all) switches edges on.
Cut run_earley(const Lattice& lattice, const std::vector<char>& allowed);

}  // namespace clausal::syntax
