#pragma once
// The only door to ANTLR: the grammar as a plain automaton (for the cut), and the parse of a row of
// tokens into a concrete tree of rules and tokens.

#include <array>
#include <cstdint>
#include <vector>

#include "compiler/syntax/tokens.h"

namespace clausal::syntax {

// The generated parser's transition network without its empty moves. A state is "after this token
// or this finished rule"; it may read tokens, enter rules, and may end its rule. No rule is empty.
struct Automaton {
    struct Shift {
        Tok token;
        std::uint16_t next;
    };
    struct Call {
        std::uint16_t rule;
        std::uint16_t next;
    };
    struct State {
        std::vector<Shift> shifts;
        std::vector<Call> calls;
        std::uint16_t rule = 0;
        bool ends_rule = false;
        TokSet first;  // tokens that may come next while this state's rule lasts
    };
    std::vector<State> states;
    std::vector<std::uint16_t> rule_start;  // by rule
    std::vector<TokSet> rule_first;         // by rule
};

// Built once from the generated parser, then never changed.
const Automaton& grammar_automaton();

// A concrete tree: nodes in one vector, the root last. A leaf has a token.
struct ConcreteTree {
    struct Node {
        Rule rule = Rule::count_;
        std::uint32_t token = 0;  // index, for leaves (rule == count_)
        std::uint32_t first = 0;  // tokens covered
        std::uint32_t last = 0;   // one past
        std::vector<std::uint32_t> children;
    };
    std::vector<Node> nodes;
    bool ok = false;
};

// Who decides between alternatives: the next few tokens where they are enough (lookahead.h), or ANTLR
// always, which the tests compare with.
enum class Prediction : std::uint8_t { own, antlr };

// Parses tokens of one statement (SLL first, then LL). `ok` is false when they are no statement.
ConcreteTree parse_tokens(
    const std::vector<Token>& tokens, Prediction prediction = Prediction::own);

}  // namespace clausal::syntax
