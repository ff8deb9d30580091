#pragma once
// Predicts which alternative of a decision of the grammar the next few tokens leave. ANTLR's own
// prediction (SLL) gives the same answers, but while a grammar is still cold it spends most of the time that
// a small pack takes to start; it is asked only where a few tokens do not decide.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "antlr4-runtime.h"
#include "compiler/syntax/antlr/grammar.h"

namespace clausal::syntax {

class Lookahead {
public:
    explicit Lookahead(const antlr4::atn::ATN& atn);

    // 1 for the first alternative; 0: not decided here. `token` gives the type of the n-th token from
    // here, 1 for the next one.
    std::size_t alternative(
        std::size_t decision, const std::function<std::size_t(std::size_t)>& token);

private:
    static constexpr std::size_t kMostTokens = 8;
    static constexpr std::size_t kMostNodes = 1U << 16U;
    static constexpr std::uint16_t kOpen = 0xffff;

    // One move of the grammar's network.
    struct Move {
        std::uint32_t target = 0;
        bool calls = false;  // a rule, after which it goes on at `next`
        bool takes = false;  // one of `tokens`
        std::uint32_t next = 0;
        TokSet tokens;
    };
    struct State {
        std::vector<Move> moves;
        std::uint32_t rule = 0;
        bool is_stop = false;
        TokSet first;       // what can come from here on, within the rule
        bool ends = false;  // the end of the rule can come without a token
    };
    // A place in the network that an alternative may have led to. `stack`: calls since the decision, 0
    // where the caller may be any.
    struct Place {
        std::uint32_t state, stack;
        std::uint16_t alternative;
    };
    struct Call {
        std::uint32_t next, caller, depth;
    };

    void find_first();
    bool may_begin(std::uint32_t state, std::size_t bit) const {
        return states_[state].ends || states_[state].first.test(bit);
    }
    std::uint32_t called(std::uint32_t next, std::uint32_t caller);
    void advance(std::size_t bit);
    std::uint16_t simulate(std::size_t decision, const std::vector<std::size_t>& bits);

    std::vector<State> states_;
    std::vector<std::vector<std::uint32_t>> callers_;    // by rule: where it goes on after a call
    std::vector<std::vector<std::uint32_t>> decisions_;  // where alternatives begin

    // What was found out, by token types: a tree whose roots are the decisions.
    std::mutex mutex_;
    std::vector<std::uint16_t> found_;
    std::unordered_map<std::uint64_t, std::uint32_t> after_;  // node << 16 | token: node

    // Of one simulation.
    std::vector<Place> places_, work_;
    std::vector<Call> calls_;
    bool exact_ = true;  // no call was forgotten
    std::unordered_map<std::uint64_t, std::uint32_t> call_numbers_;
    std::unordered_map<std::uint64_t, std::uint64_t> seen_;
};

// ANTLR's prediction with that before it, for the mode SLL.
class Simulator : public antlr4::atn::ParserATNSimulator {
public:
    Simulator(antlr4::Parser* of, const ParserATNSimulator& other, Lookahead& lookahead,
        antlr4::atn::PredictionContextCache& cache)
        : ParserATNSimulator(of, other.atn, other.decisionToDFA, cache), lookahead_(lookahead) {}

    std::size_t adaptivePredict(antlr4::TokenStream* input, std::size_t decision,
        antlr4::ParserRuleContext* outer) override {
        const std::size_t alternative = lookahead_.alternative(
            decision, [&](std::size_t n) { return input->LA(static_cast<ssize_t>(n)); });
        return alternative != 0 ? alternative
                                : ParserATNSimulator::adaptivePredict(input, decision, outer);
    }

private:
    Lookahead& lookahead_;
};

}  // namespace clausal::syntax
