#include "compiler/syntax/antlr/lookahead.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace clausal::syntax {

namespace {

using antlr4::atn::ATNState;
using antlr4::atn::RuleTransition;
using antlr4::atn::Transition;

constexpr std::uint32_t kDeepest = 12;  // beyond, a caller may be any

// No token has the number 0: it stands for the end.
std::size_t bit_of(std::size_t token) {
    return token == antlr4::Token::EOF ? 0 : token == 0 || token >= kTokens ? kTokens : token;
}

std::uint32_t number(std::size_t value) { return static_cast<std::uint32_t>(value); }

}  // namespace

Lookahead::Lookahead(const antlr4::atn::ATN& atn)
    : states_(atn.states.size()), callers_(atn.ruleToStartState.size()) {
    for (ATNState* source : atn.states) {
        if (source == nullptr) continue;
        State& state = states_[source->stateNumber];
        state.rule = number(source->ruleIndex);
        state.is_stop = source->getStateType() == ATNState::RULE_STOP;
        if (state.is_stop) continue;  // its transitions lead wherever the rule is called
        for (const Transition* transition : source->transitions) {
            Move move;
            move.target = number(transition->target->stateNumber);
            if (transition->getSerializationType() == Transition::RULE) {
                const auto* call = static_cast<const RuleTransition*>(transition);
                move.calls = true;
                move.next = number(call->followState->stateNumber);
                callers_[transition->target->ruleIndex].push_back(move.next);
            } else if (!transition->isEpsilon()) {
                move.takes = true;
                for (std::size_t token = 1; token < kTokens; ++token) {
                    if (transition->matches(token, 1, kTokens)) move.tokens.set(token);
                }
                if (transition->matches(antlr4::Token::EOF, 0, kTokens)) move.tokens.set(0);
            }
            state.moves.push_back(move);
        }
    }
    find_first();
    for (const antlr4::atn::DecisionState* source : atn.decisionToState) {
        std::vector<std::uint32_t> begins;
        for (const Transition* transition : source->transitions)
            begins.push_back(number(transition->target->stateNumber));
        decisions_.push_back(std::move(begins));
    }
    found_.assign(decisions_.size(), kOpen);
}

void Lookahead::find_first() {
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = states_.size(); i-- > 0;) {
            State& state = states_[i];
            TokSet first = state.first;
            bool ends = state.is_stop;
            for (const Move& move : state.moves) {
                if (move.takes) {
                    first |= move.tokens;
                    continue;
                }
                const State& target = states_[move.target];
                first |= target.first;
                if (move.calls && target.ends) first |= states_[move.next].first;
                ends = ends || (target.ends && (!move.calls || states_[move.next].ends));
            }
            changed = changed || ends != state.ends || first != state.first;
            state.first = first;
            state.ends = ends;
        }
    }
}

std::uint32_t Lookahead::called(std::uint32_t next, std::uint32_t caller) {
    const std::uint32_t depth = calls_[caller].depth + 1;
    if (depth > kDeepest) {
        exact_ = false;
        return 0;
    }
    const auto [found, added] =
        call_numbers_.try_emplace(std::uint64_t{caller} << 32U | next, number(calls_.size()));
    if (added) calls_.push_back({next, caller, depth});
    return found->second;
}

// Takes one token from all places.
void Lookahead::advance(std::size_t bit) {
    work_.swap(places_);
    places_.clear();
    seen_.clear();
    const auto visit = [&](std::uint32_t state, std::uint32_t stack, std::uint16_t alternative) {
        if (may_begin(state, bit)) work_.push_back({state, stack, alternative});
    };
    while (!work_.empty()) {
        const Place place = work_.back();
        work_.pop_back();
        // Alternatives are 64 at most to be remembered so; others are visited more than once.
        if (place.alternative < 64) {
            std::uint64_t& seen = seen_[std::uint64_t{place.stack} << 32U | place.state];
            if ((seen >> place.alternative & 1U) != 0) continue;
            seen |= std::uint64_t{1} << place.alternative;
        }
        const State& state = states_[place.state];
        if (state.is_stop) {
            if (place.stack != 0) {
                visit(calls_[place.stack].next, calls_[place.stack].caller, place.alternative);
            } else {
                for (const std::uint32_t next : callers_[state.rule])
                    visit(next, 0, place.alternative);
            }
            continue;
        }
        for (const Move& move : state.moves) {
            if (move.takes) {
                if (move.tokens.test(bit))
                    places_.push_back({move.target, place.stack, place.alternative});
            } else if (!move.calls) {
                visit(move.target, place.stack, place.alternative);
            } else if (may_begin(move.target, bit)) {
                visit(move.target, called(move.next, place.stack), place.alternative);
            }
        }
    }
}

// The alternative that is left after the last of these tokens; 0: none, kOpen: several.
std::uint16_t Lookahead::simulate(std::size_t decision, const std::vector<std::size_t>& bits) {
    calls_.assign(1, Call{0, 0, 0});
    call_numbers_.clear();
    places_.clear();
    exact_ = true;
    const auto& begins = decisions_[decision];
    if (begins.size() >= 64) return 0;
    for (std::size_t i = 0; i < begins.size(); ++i)
        places_.push_back({begins[i], 0, static_cast<std::uint16_t>(i + 1)});
    for (const std::size_t bit : bits) advance(bit);
    if (places_.empty()) return 0;
    const auto order = [](const Place& place) {
        return std::make_tuple(place.state, place.stack, place.alternative);
    };
    std::sort(places_.begin(), places_.end(),
        [&](const Place& a, const Place& b) { return order(a) < order(b); });
    std::uint16_t least = kOpen, most = 0;
    for (const Place& place : places_) {
        least = std::min(least, place.alternative);
        most = std::max(most, place.alternative);
    }
    if (least == most) return least;
    if (!exact_) return kOpen;
    // The first alternative wins where it may have led wherever the others have: nothing later can tell
    // them apart.
    const Place* last = nullptr;
    for (const Place& place : places_) {
        const bool same =
            last != nullptr && last->state == place.state && last->stack == place.stack;
        if (!same && place.alternative != least) return kOpen;
        last = &place;
    }
    return least;
}

std::size_t Lookahead::alternative(
    std::size_t decision, const std::function<std::size_t(std::size_t)>& token) {
    const std::lock_guard lock(mutex_);
    std::uint32_t node = number(decision);
    std::vector<std::size_t> bits;
    while (found_[node] == kOpen) {
        const std::size_t bit = bit_of(token(bits.size() + 1));
        if (bit >= kTokens) return 0;
        bits.push_back(bit);
        const std::uint64_t key = std::uint64_t{node} << 16U | bit;
        if (const auto next = after_.find(key); next != after_.end()) {
            node = next->second;
            continue;
        }
        if (found_.size() >= kMostNodes) return 0;
        std::uint16_t result = simulate(decision, bits);
        if (result == kOpen && (bit == 0 || bits.size() == kMostTokens)) result = 0;
        node = number(found_.size());
        found_.push_back(result);
        after_.emplace(key, node);
    }
    return found_[node];
}

}  // namespace clausal::syntax
