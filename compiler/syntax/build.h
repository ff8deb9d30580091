#pragma once
// The syntax tree of one statement from its concrete tree. One method per grammar rule, in files by
// construct: build_declarations, build_sources, build_rules, build_examples, build_conditions,
// build_values.

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/antlr/grammar.h"
#include "compiler/syntax/dictionary.h"
#include "compiler/syntax/tokens.h"
#include "compiler/syntax/tree.h"

namespace clausal::syntax {

// One node of the concrete tree, with its tokens.
class View {
public:
    View() = default;
    View(const ConcreteTree& tree, const std::vector<Token>& tokens, std::uint32_t id)
        : tree_(&tree), tokens_(&tokens), id_(id) {}

    explicit operator bool() const { return tree_ != nullptr; }
    bool is_token() const { return node().rule == Rule::count_; }
    Rule rule() const { return node().rule; }
    const Token& token() const { return (*tokens_)[node().token]; }  // of a leaf
    std::size_t size() const { return node().children.size(); }
    View at(std::size_t i) const { return {*tree_, *tokens_, node().children[i]}; }
    View child(Rule rule, std::size_t n = 0) const;  // empty if there is none
    std::vector<View> all(Rule rule) const;
    const Token* tok(Tok type, std::size_t n = 0) const;  // of a direct child, or null
    std::vector<const Token*> toks(Tok type) const;
    bool has(Tok type) const { return tok(type) != nullptr; }
    const Token* first_token() const;
    std::uint32_t begin() const;
    std::uint32_t end() const;

private:
    const ConcreteTree::Node& node() const { return tree_->nodes[id_]; }
    const ConcreteTree* tree_ = nullptr;
    const std::vector<Token>* tokens_ = nullptr;
    std::uint32_t id_ = 0;
};

Op comparison_of(Tok sign);

class Build {
public:
    Build(SyntaxTree& out, const SourceSet& sources, const Dictionary& words, Sink& sink)
        : out_(out), sources_(sources), words_(words), sink_(sink) {}

    // The statement node of a parsed statement.
    NodeId statement(View root);

private:
    // ---- nodes ---------------------------------------------------------------------------------
    NodeId make(NodeKind kind, Span span, std::vector<NodeId> children = {}, std::string text = {},
        Op op = Op::none);
    NodeId make(NodeKind kind, View at, std::vector<NodeId> children = {}, std::string text = {},
        Op op = Op::none) {
        return make(kind, span(at), std::move(children), std::move(text), op);
    }
    NodeId error(View at) { return make(NodeKind::error, at); }
    Span span(View at) const { return {out_.file, at.begin(), at.end()}; }
    Span span(const Token& token) const { return {out_.file, token.begin, token.end}; }
    NodeId leaf(NodeKind kind, const Token& token, Op op = Op::none);
    void set_number(NodeId id, const Token& token);
    Node& at(NodeId id) { return out_.nodes[id]; }
    bool is(NodeId id, NodeKind kind) const { return id != kNoNode && out_.nodes[id].kind == kind; }

    // ---- declarations --------------------------------------------------------------------------
    NodeId declaration(View v);
    NodeId pack(View v);
    NodeId pack_setting(View v);
    NodeId import(View v);
    NodeId with_fields(View v, NodeKind kind);
    void fields(View list, std::vector<NodeId>& out);
    NodeId field(View v);
    NodeId field_type(View v);
    void aliases(View v, std::vector<NodeId>& out);
    NodeId parameter(View v);
    NodeId list(View v);
    NodeId table(View v);
    NodeId table_row(View v, std::size_t columns);
    NodeId cell_value(View v);
    NodeId term(View v);
    NodeId calendar(View v);

    // ---- sources -------------------------------------------------------------------------------
    NodeId source(View v);
    NodeId source_event(View v);
    NodeId register_part(View v);
    NodeId binding(View v);
    NodeId source_sum(View v);
    NodeId source_product(View v);
    NodeId source_join(View v);
    NodeId source_atom(View v);
    NodeId source_date(View v);
    NodeId column(View v);

    // ---- rules ---------------------------------------------------------------------------------
    NodeId rule(View v);
    NodeId each_day(View v, NodeId condition);
    void doing(View v, std::vector<NodeId>& out);
    NodeId invocation(View v);
    NodeId rule_tail(View v);
    NodeId moment(View v);
    NodeId moment_of(const Token& token);

    // ---- examples ------------------------------------------------------------------------------
    NodeId example(View v);
    NodeId example_subject(View v);
    void example_item(View v, std::vector<NodeId>& out);
    NodeId example_event(View event, NodeId when);
    NodeId when_list(View v);
    NodeId english_when(View v);
    void change(View v, std::vector<NodeId>& out);
    void expectation(View v, std::vector<NodeId>& out);
    void arguments(View v, std::vector<NodeId>& out);
    NodeId example_value(View v);

    // ---- conditions ----------------------------------------------------------------------------
    NodeId expr(View v);         // expr and filterExpr
    NodeId conjunction(View v);  // conjunction and filterAnd
    NodeId negation(View v);
    NodeId condition(View v);
    NodeId tail(NodeId left, View v);
    NodeId is_tail(NodeId left, View v);
    NodeId comparison_tail(NodeId left, View v);
    NodeId compared(NodeId left, View v);
    NodeId in_order(Span where, Op op, Op second, NodeId left, NodeId middle, NodeId last);
    NodeId one_of_texts(
        NodeId left, const std::vector<const Token*>& more, NodeId first, Op op, Span where);
    NodeId between(NodeId left, View v);
    NodeId place(NodeId left, View v);
    NodeId many(View v);
    NodeId quiet(Op op, NodeId length, NodeId absent, Span where);
    NodeId still_no(NodeId left, View v);
    void check_again(NodeId first, NodeId second, View v);
    NodeId first_ever(NodeId id);
    NodeId first_in(NodeId event, NodeId window, Span where);
    NodeId held(View v, NodeId inner, Span where);
    NodeId weekdays(View v);
    NodeId near_before(NodeId anchor, NodeId length, NodeId of, Span where);
    NodeId none_before(NodeId anchor, NodeId length, NodeId of, Span where);
    void choices(std::vector<NodeId>& parts);
    NodeId copy(NodeId id);
    NodeId wrong(Kind kind, Span where, std::vector<Argument> arguments = {});
    bool names_event(NodeId id) const;
    NodeId consecutive_tail(NodeId left, View v);
    NodeId consecutive(Span where, NodeId test, View count);
    NodeId followed(NodeId left, View v, bool negated);
    NodeId preceded(NodeId left, View v, bool negated);
    NodeId after(NodeId left, View v);
    NodeId before(NodeId left, View v);
    NodeId precedes(NodeId left, View v);
    NodeId shift(NodeId left, View v);
    NodeId cluster(NodeId left, View v);
    NodeId member_set(View v);
    NodeId refs(View v);
    NodeId without(View v);
    NodeId happening(View v);
    struct Bounds {
        NodeId low = kNoNode;
        NodeId high = kNoNode;
    };
    Bounds bounds(View v);
    NodeId sequence(Span where, NodeId first, NodeId second, Bounds bounds, NodeId broken_by);
    NodeId after_event(NodeId first, View event, Bounds bounds, NodeId until, Span where);
    void no_end(View v);
    NodeId without_time(NodeId left, NodeId absent, Span where);
    bool mixes_and_or(View v);
    // A part of an and/or, with its brackets; `inside`: brackets are all around it.
    struct Part {
        NodeId id = kNoNode;
        Span whole;
        bool inside = false;
    };
    // What a scope is asked about: from..to of the text, and where the brackets of a group go.
    struct Asked {
        std::uint32_t from = 0;
        std::uint32_t to = 0;
        Span relation;
        Span near{};
        std::vector<std::pair<std::uint32_t, std::string>> edits{};
        std::uint32_t moved_to = 0;
        std::vector<Span> filtered{};
    };
    Part part_of(View v, NodeId id) const;
    NodeId without_subject(NodeId id) const;
    bool relates(NodeId id) const;
    bool happens_alone(NodeId id) const;
    bool reads_field(NodeId id) const;
    bool ask_scope(const std::vector<Part>& parts);
    void report_scope(const Asked& asked);
    bool ask_part(const std::vector<Part>& parts);
    bool ask_window(NodeId left, View v, View window);
    NodeId negated(View v, NodeId inner);
    NodeId on_day(View v, NodeId condition, NodeId day);

    // ---- values --------------------------------------------------------------------------------
    NodeId sum(View v);
    NodeId product(View v);
    NodeId factor(View v);
    NodeId value(View v);
    NodeId ref_value(View v);
    NodeId ref_tail(NodeId ref, View v);
    NodeId ref(View v);
    NodeId window(View v);
    NodeId window_body(View v, NodeId window);
    NodeId aggregate_of(View v, NodeId window);
    NodeId any_of(View v);
    NodeId counted(View v, NodeId stream, NodeId window);
    NodeId inside(View v, NodeId length, View body);
    NodeId aggregate(View at, NodeId ref, Op op, NodeId window, const Token* percentile);
    NodeId aggregate_word(View at, NodeId ref, View word, NodeId window);
    NodeId english_aggregate(View v);
    NodeId each_unit(View v, NodeId inner, const Token* unit);
    NodeId english_window(View v);
    NodeId last_unit(View v, const Token& unit);
    NodeId literal(View v);
    NodeId quantity(View v);
    NodeId slotted(View v);
    NodeId no_witness(View v, const Token& word);
    NodeId length(View v);
    std::vector<NodeId> so_far(View v);
    NodeId quantity_of(const Token& number, View unit);
    NodeId percent(const Token& token);
    NodeId text(const Token& token) { return leaf(NodeKind::text, token); }
    NodeId name(const Token& token) { return leaf(NodeKind::name, token); }
    NodeId unit_node(const Token& token);
    bool is_event(const std::string& name) const;
    bool is_subject(const std::string& name) const { return words_.has_kind(name, "subject"); }
    bool is_role(const std::string& name) const {
        const auto& declared = words_.named(name);
        return words_.has_kind(name, "role") ||
               std::all_of(declared.begin(), declared.end(), [](const DeclaredName* each) {
                   return each->kind == "example" || each->kind == "rule" || each->kind == "pack";
               });
    }
    // Whether another name may follow without 的: 客户 稼动率, 招标文件 正文, 甲 团队.
    bool may_own(const std::string& name) const {
        return is_subject(name) || is_role(name) || is_event(name) ||
               words_.has_kind(name, "witness") || words_.has_kind(name, "table");
    }
    NodeId joined_to(NodeId rest, NodeKind joined, NodeId last);
    NodeId tail_of(NodeId left, View v);
    void report_mixed(View v);
    NodeId whole(View v);
    void nothing_lost(View v, NodeId id);
    bool closed_before(NodeId left, View v);
    NodeId for_subject(NodeId who, NodeId condition);
    bool names_subject(NodeId id) const;
    std::pair<NodeId, NodeId> split_filter(NodeId left, NodeKind* joined);
    NodeId take_last(NodeId filter, NodeId* who, NodeKind* joined);

    SyntaxTree& out_;
    const SourceSet& sources_;
    const Dictionary& words_;
    Sink& sink_;
    NodeId last_when_ = kNoNode;          // of the example event before
    std::vector<NodeId> pending_;         // who a condition is of, named within it
    std::set<std::uint32_t> spoken_for_;  // names that only repeat what a role says
    bool split_or_ = false;               // the alternative was taken out of a filter
};

}  // namespace clausal::syntax
