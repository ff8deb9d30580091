#include "compiler/syntax/antlr/grammar.h"

#include <map>
#include <memory>
#include <set>

#include "Clausal.h"
#include "antlr4-runtime.h"
#include "compiler/syntax/antlr/lookahead.h"

namespace clausal::syntax {

namespace {

using antlr4::atn::ATNState;
using antlr4::atn::Transition;

// Turns the ATN into an Automaton: one state per ATN state that follows a token or a rule.
class AutomatonMaker {
public:
    explicit AutomatonMaker(const antlr4::atn::ATN& atn) : atn_(atn) {}

    Automaton make() {
        for (antlr4::atn::RuleStartState* start : atn_.ruleToStartState) {
            out_.rule_start.push_back(state_of(start));
        }
        for (std::size_t i = 0; i < sources_.size(); ++i) {
            fill(i);
        }
        fill_first();
        return std::move(out_);
    }

private:
    std::uint16_t state_of(ATNState* state) {
        const auto found = numbers_.find(state);
        if (found != numbers_.end()) {
            return found->second;
        }
        const auto number = static_cast<std::uint16_t>(sources_.size());
        numbers_[state] = number;
        sources_.push_back(state);
        return number;
    }
    void fill(std::size_t index) {
        Automaton::State result;
        result.rule = static_cast<std::uint16_t>(sources_[index]->ruleIndex);
        std::set<ATNState*> seen;
        std::vector<ATNState*> work = {sources_[index]};
        while (!work.empty()) {
            ATNState* state = work.back();
            work.pop_back();
            if (!seen.insert(state).second) {
                continue;
            }
            if (state->getStateType() == ATNState::RULE_STOP) {
                result.ends_rule = true;
                continue;
            }
            for (const Transition* move : state->transitions) {
                follow(*move, result, work);
            }
        }
        out_.states.push_back(std::move(result));
    }
    void follow(const Transition& move, Automaton::State& result, std::vector<ATNState*>& work) {
        if (move.getSerializationType() == Transition::RULE) {
            const auto& call = static_cast<const antlr4::atn::RuleTransition&>(move);
            result.calls.push_back(
                {static_cast<std::uint16_t>(call.target->ruleIndex), state_of(call.followState)});
            return;
        }
        if (move.isEpsilon()) {
            work.push_back(move.target);
            return;
        }
        for (std::size_t token = 1; token < kTokens; ++token) {
            if (move.matches(token, 1, kTokens)) {
                result.shifts.push_back({static_cast<Tok>(token), state_of(move.target)});
            }
        }
        if (move.matches(antlr4::Token::EOF, 0, kTokens)) {
            work.push_back(move.target);  // the end of the statement is the end of the lattice
        }
    }
    void fill_first() {
        out_.rule_first.resize(out_.rule_start.size());
        bool changed = true;
        while (changed) {
            changed = false;
            for (Automaton::State& state : out_.states) {
                TokSet first = state.first;
                for (const auto& shift : state.shifts) {
                    first.set(static_cast<std::size_t>(shift.token));
                }
                for (const auto& call : state.calls) {
                    first |= out_.rule_first[call.rule];
                }
                changed = changed || first != state.first;
                state.first = first;
            }
            for (std::size_t rule = 0; rule < out_.rule_start.size(); ++rule) {
                out_.rule_first[rule] = out_.states[out_.rule_start[rule]].first;
            }
        }
    }

    const antlr4::atn::ATN& atn_;
    Automaton out_;
    std::map<ATNState*, std::uint16_t> numbers_;
    std::vector<ATNState*> sources_;
};

// Hands our tokens to ANTLR. Recovery never runs (errors bail out), but ANTLR asks for a source.
class RowSource : public antlr4::TokenSource {
public:
    explicit RowSource(const std::vector<Token>& tokens) : tokens_(tokens) {}

    std::unique_ptr<antlr4::Token> nextToken() override {
        const bool at_end = next_ >= tokens_.size();
        const std::size_t type =
            at_end ? antlr4::Token::EOF : static_cast<std::size_t>(tokens_[next_].type);
        auto token = std::make_unique<antlr4::CommonToken>(
            std::pair<antlr4::TokenSource*, antlr4::CharStream*>(this, nullptr), type,
            antlr4::Token::DEFAULT_CHANNEL, next_, next_);
        token->setText(at_end ? "<EOF>" : tokens_[next_].text);
        ++next_;
        return token;
    }
    std::size_t getLine() const override { return 1; }
    std::size_t getCharPositionInLine() override { return next_; }
    antlr4::CharStream* getInputStream() override { return nullptr; }
    std::string getSourceName() override { return "statement"; }
    antlr4::TokenFactory<antlr4::CommonToken>* getTokenFactory() override {
        return antlr4::CommonTokenFactory::DEFAULT.get();
    }

private:
    const std::vector<Token>& tokens_;
    std::size_t next_ = 0;
};

class TreeMaker {
public:
    explicit TreeMaker(ConcreteTree& out) : out_(out) {}

    std::uint32_t add(antlr4::tree::ParseTree* tree) {
        ConcreteTree::Node node;
        if (auto* leaf = dynamic_cast<antlr4::tree::TerminalNode*>(tree)) {
            node.token = static_cast<std::uint32_t>(leaf->getSymbol()->getTokenIndex());
            node.first = node.token;
            node.last = node.token + 1;
        } else if (auto* rule = dynamic_cast<antlr4::ParserRuleContext*>(tree)) {
            node.rule = static_cast<Rule>(rule->getRuleIndex());
            bool any = false;
            for (antlr4::tree::ParseTree* child : rule->children) {
                if (is_end(child)) {
                    continue;
                }
                const std::uint32_t id = add(child);
                if (!any) {
                    node.first = out_.nodes[id].first;
                }
                node.last = out_.nodes[id].last;
                any = true;
                node.children.push_back(id);
            }
        }
        out_.nodes.push_back(std::move(node));
        return static_cast<std::uint32_t>(out_.nodes.size() - 1);
    }

private:
    static bool is_end(antlr4::tree::ParseTree* tree) {
        auto* leaf = dynamic_cast<antlr4::tree::TerminalNode*>(tree);
        return leaf != nullptr && leaf->getSymbol()->getType() == antlr4::Token::EOF;
    }
    ConcreteTree& out_;
};

ConcreteTree parse_once(
    const std::vector<Token>& tokens, antlr4::atn::PredictionMode mode, Prediction prediction) {
    ConcreteTree out;
    RowSource source(tokens);
    antlr4::CommonTokenStream stream(&source);
    clausal_grammar::Clausal parser(&stream);
    parser.removeErrorListeners();
    parser.setErrorHandler(std::make_shared<antlr4::BailErrorStrategy>());
    auto* simulator = parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
    if (mode == antlr4::atn::PredictionMode::SLL && prediction == Prediction::own) {
        static Lookahead lookahead(parser.getATN());
        simulator =
            new Simulator(&parser, *simulator, lookahead, simulator->getSharedContextCache());
        parser.setInterpreter(simulator);  // which owns it
    }
    simulator->setPredictionMode(mode);
    try {
        antlr4::ParserRuleContext* tree = parser.statement();
        if (tree != nullptr && parser.getNumberOfSyntaxErrors() == 0) {
            TreeMaker(out).add(tree);
            out.ok = true;
        }
    } catch (...) {  // whatever ANTLR throws means: these tokens are no statement
        out = {};
    }
    return out;
}

}  // namespace

const Automaton& grammar_automaton() {
    static const Automaton automaton = [] {
        std::vector<Token> none;
        RowSource source(none);
        antlr4::CommonTokenStream stream(&source);
        clausal_grammar::Clausal parser(&stream);
        return AutomatonMaker(parser.getATN()).make();
    }();
    return automaton;
}

ConcreteTree parse_tokens(const std::vector<Token>& tokens, Prediction prediction) {
    ConcreteTree out = parse_once(tokens, antlr4::atn::PredictionMode::SLL, prediction);
    if (!out.ok) {
        out = parse_once(tokens, antlr4::atn::PredictionMode::LL, prediction);
    }
    return out;
}

}  // namespace clausal::syntax
