// Random statements of the whole grammar, as rows of tokens: deciding by the next few tokens gives the
// trees that ANTLR's own prediction gives.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "compiler/syntax/antlr/grammar.h"

using namespace clausal;
using namespace clausal::syntax;

namespace {

constexpr std::uint32_t kFar = 1000000;

// Walks the automaton of the grammar at random, and by the shortest way once a row is long.
class Sentences {
public:
    Sentences() : grammar_(grammar_automaton()), least_(grammar_.states.size(), kFar) {
        for (bool changed = true; changed;) {
            changed = false;
            for (std::size_t i = 0; i < least_.size(); ++i) {
                const Automaton::State& state = grammar_.states[i];
                std::uint32_t least = state.ends_rule ? 0 : kFar;
                for (const auto& shift : state.shifts) least = std::min(least, cost(shift));
                for (const auto& call : state.calls) least = std::min(least, cost(call));
                changed = changed || least != least_[i];
                least_[i] = least;
            }
        }
    }
    std::vector<Token> make(std::uint32_t seed, std::size_t length) {
        random_.seed(seed);
        length_ = length;
        row_.clear();
        derive(grammar_.rule_start[0]);
        return row_;
    }

private:
    std::uint32_t cost(const Automaton::Shift& shift) const { return 1 + least_[shift.next]; }
    std::uint32_t cost(const Automaton::Call& call) const {
        return least_[grammar_.rule_start[call.rule]] + least_[call.next];
    }
    void derive(std::uint16_t start) {
        std::uint16_t at = start;
        while (true) {
            const Automaton::State& state = grammar_.states[at];
            const std::size_t shifts = state.shifts.size(), calls = state.calls.size();
            const std::size_t ways = shifts + calls + (state.ends_rule ? 1 : 0);
            std::size_t way = random_() % ways;
            if (row_.size() >= length_) {
                if (state.ends_rule) return;
                std::uint32_t least = kFar;
                for (std::size_t i = 0; i < shifts + calls; ++i) {
                    const std::uint32_t here =
                        i < shifts ? cost(state.shifts[i]) : cost(state.calls[i - shifts]);
                    if (here >= least) continue;
                    least = here;
                    way = i;
                }
            }
            if (way < shifts) {
                Token token{};
                token.type = state.shifts[way].token;
                row_.push_back(token);
                at = state.shifts[way].next;
            } else if (way < shifts + calls) {
                derive(grammar_.rule_start[state.calls[way - shifts].rule]);
                at = state.calls[way - shifts].next;
            } else {
                return;
            }
        }
    }
    const Automaton& grammar_;
    std::vector<std::uint32_t> least_;  // tokens from a state to the end of its rule
    std::mt19937 random_;
    std::size_t length_ = 0;
    std::vector<Token> row_;
};

bool same(const ConcreteTree& a, const ConcreteTree& b) {
    if (a.ok != b.ok || a.nodes.size() != b.nodes.size()) return false;
    for (std::size_t i = 0; i < a.nodes.size(); ++i) {
        const ConcreteTree::Node &x = a.nodes[i], &y = b.nodes[i];
        if (x.rule != y.rule || x.token != y.token || x.first != y.first || x.last != y.last ||
            x.children != y.children)
            return false;
    }
    return true;
}

TEST_CASE("the next few tokens decide as ANTLR's prediction does") {
    Sentences sentences;
    std::size_t parsed = 0, broken = 0;
    for (std::uint32_t seed = 1; seed <= 1500; ++seed) {
        std::vector<Token> row = sentences.make(seed, 3 + seed % 24);
        // One in three is a statement no more.
        if (seed % 3 == 0 && row.size() > 2)
            row.erase(row.begin() + static_cast<std::ptrdiff_t>(1 + seed % (row.size() - 1)));
        const ConcreteTree own = parse_tokens(row), antlr = parse_tokens(row, Prediction::antlr);
        CAPTURE(seed);
        CHECK(same(own, antlr));
        ++(own.ok ? parsed : broken);
    }
    CHECK(parsed > 900);
    CHECK(broken > 200);
}

}  // namespace
