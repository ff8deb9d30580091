#include "compiler/syntax/build.h"
#include "compiler/diagnostics/kinds_syntax.h"

namespace clausal::syntax {

View View::child(Rule rule, std::size_t n) const {
    for (const std::uint32_t id : node().children) {
        if (tree_->nodes[id].rule == rule && n-- == 0) {
            return {*tree_, *tokens_, id};
        }
    }
    return {};
}

std::vector<View> View::all(Rule rule) const {
    std::vector<View> found;
    for (const std::uint32_t id : node().children) {
        if (tree_->nodes[id].rule == rule) {
            found.emplace_back(*tree_, *tokens_, id);
        }
    }
    return found;
}

const Token* View::tok(Tok type, std::size_t n) const {
    for (const std::uint32_t id : node().children) {
        const ConcreteTree::Node& each = tree_->nodes[id];
        if (each.rule == Rule::count_ && (*tokens_)[each.token].type == type && n-- == 0) {
            return &(*tokens_)[each.token];
        }
    }
    return nullptr;
}

std::vector<const Token*> View::toks(Tok type) const {
    std::vector<const Token*> found;
    for (const std::uint32_t id : node().children) {
        const ConcreteTree::Node& each = tree_->nodes[id];
        if (each.rule == Rule::count_ && (*tokens_)[each.token].type == type) {
            found.push_back(&(*tokens_)[each.token]);
        }
    }
    return found;
}

const Token* View::first_token() const {
    return node().first < tokens_->size() ? &(*tokens_)[node().first] : nullptr;
}

std::uint32_t View::begin() const {
    return node().first < tokens_->size() ? (*tokens_)[node().first].begin : 0;
}

std::uint32_t View::end() const {
    return node().last > 0 && node().last <= tokens_->size() ? (*tokens_)[node().last - 1].end : 0;
}

NodeId Build::make(
    NodeKind kind, Span where, std::vector<NodeId> children, std::string text, Op op) {
    Node node;
    node.kind = kind;
    node.op = op;
    node.span = where;
    node.text = std::move(text);
    node.children = std::move(children);
    out_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(out_.nodes.size() - 1);
}

NodeId Build::leaf(NodeKind kind, const Token& token, Op op) {
    return make(kind, span(token), {}, token.text, op);
}

void Build::set_number(NodeId id, const Token& token) {
    at(id).number = token.number;
    at(id).has_number = true;
    if (token.too_large) {
        sink_.report(kind::number_too_large, span(token),
            {{"text", std::string(sources_.text(span(token))), ""}});
    }
}

bool Build::is_event(const std::string& text) const {
    return words_.has_kind(text, "event") || words_.has_kind(text, "term");
}

NodeId Build::statement(View root) {
    const View v = root.child(Rule::declaration);
    return v && v.size() > 0 ? declaration(v.at(0)) : error(root);
}

NodeId Build::declaration(View v) {
    switch (v.rule()) {
    case Rule::packDecl: return pack(v);
    case Rule::importDecl: return import(v);
    case Rule::subjectDecl: return with_fields(v, NodeKind::subject);
    case Rule::eventDecl: return with_fields(v, NodeKind::event);
    case Rule::actionDecl: return with_fields(v, NodeKind::action);
    case Rule::sourceDecl: return source(v);
    case Rule::parameterDecl: return parameter(v);
    case Rule::listDecl: return list(v);
    case Rule::tableDecl: return table(v);
    case Rule::termDecl: return term(v);
    case Rule::calendarDecl: return calendar(v);
    case Rule::ruleDecl: return rule(v);
    case Rule::exampleDecl: return example(v);
    default: return error(v);
    }
}

}  // namespace clausal::syntax
