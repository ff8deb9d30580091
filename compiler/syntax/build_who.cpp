// Who a condition is of, the filters that take a name too many, and words that would have no effect.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/build.h"

namespace clausal::syntax {

bool Build::names_subject(NodeId id) const {
    if (!is(id, NodeKind::name)) {
        return false;
    }
    const std::string& text = out_.nodes[id].text;
    return (is_subject(text) || is_role(text)) && !is_event(text);
}

// What stands where the subject may stand; all else than a subject is judged with the types.
NodeId Build::for_subject(NodeId who, NodeId inner) {
    if (names_subject(who)) {
        return make(NodeKind::for_subject, at(inner).span, {inner}, at(who).text);
    }
    const Span where{
        out_.file, std::min(at(who).span.begin, at(inner).span.begin), at(inner).span.end};
    return make(NodeKind::for_subject, where, {inner, who});
}

// The last part of a filter's condition, where it names who the words behind the filter are of:
// `complaint where level = high and customer` | `known for 30 days`. Gives the filter without it
// (kNoNode: nothing is left), `who` and how it was joined.
NodeId Build::take_last(NodeId filter, NodeId* who, NodeKind* joined) {
    Node& node = at(filter);
    if (node.kind == NodeKind::quantity) {  // E where c and 4 hours | no B
        *who = filter;
        return kNoNode;
    }
    if (node.kind == NodeKind::name) {
        const std::string& text = node.text;
        const bool subject = is_subject(text) || words_.has_kind(text, "role");
        const bool value = words_.has_kind(text, "field") || words_.has_kind(text, "term");
        if ((subject && !is_event(text)) || (is_event(text) && !value)) {
            *who = filter;
            return kNoNode;
        }
        return filter;
    }
    if (node.kind == NodeKind::logical_not) {
        const NodeId rest = take_last(node.children.front(), who, joined);
        if (rest == kNoNode) {
            *joined = NodeKind::logical_not;
        }
        return *who != kNoNode ? rest : filter;
    }
    if (node.kind != NodeKind::logical_and && node.kind != NodeKind::logical_or) {
        return filter;
    }
    const NodeId last = node.children.back();
    const bool bracket = at(last).span.end != node.span.end;
    const NodeId rest = bracket ? last : take_last(last, who, joined);
    if (*who == kNoNode) {
        return filter;
    }
    Node& now = at(filter);
    if (now.kind == NodeKind::logical_or) {
        *joined = NodeKind::logical_or;
    }
    if (rest == kNoNode) {
        now.children.pop_back();
    } else {
        now.children.back() = rest;
    }
    now.span.end = at(now.children.back()).span.end;
    return now.children.size() == 1 ? now.children.front() : filter;
}

// Takes the last part out of the filter that `left` ends with; `first` is what is left of `left`.
std::pair<NodeId, NodeId> Build::split_filter(NodeId left, NodeKind* joined) {
    std::vector<NodeId> path;
    for (NodeId id = left; id != kNoNode;) {
        path.push_back(id);
        const Node& node = at(id);
        if (node.kind == NodeKind::where) {
            break;
        }
        const bool events = node.kind == NodeKind::sequence ||
                            node.kind == NodeKind::absence_after ||
                            node.kind == NodeKind::absence_before ||
                            node.kind == NodeKind::precedence || node.kind == NodeKind::occurs ||
                            node.kind == NodeKind::silence || node.kind == NodeKind::logical_or;
        NodeId next = kNoNode;
        for (const NodeId each : node.children) {
            if (events && each != kNoNode && at(each).span.end == node.span.end) {
                next = each;
            }
        }
        id = next;
    }
    if (path.empty() || !is(path.back(), NodeKind::where)) {
        return {left, kNoNode};
    }
    NodeId who = kNoNode;
    const NodeId filter = path.back();
    const NodeId condition = at(filter).children[1];
    if (at(condition).span.end != at(filter).span.end) {
        return {left, kNoNode};  // where (a and b): the bracket ends it
    }
    const NodeId rest = take_last(condition, &who, joined);
    if (who == kNoNode) {
        return {left, kNoNode};
    }
    if (rest == kNoNode) {
        const Node event = at(at(filter).children[0]);
        at(filter) = event;
    } else {
        at(filter).children[1] = rest;
        at(filter).span.end = at(rest).span.end;
    }
    const std::uint32_t end = at(filter).span.end;
    for (const NodeId id : path) {
        at(id).span.end = end;
    }
    return {left, who};
}

// Whether a bracket closes between what stands left and what follows it.
bool Build::closed_before(NodeId left, View v) {
    const Span between{out_.file, at(left).span.end, v.begin()};
    if (between.begin >= between.end) {
        return false;
    }
    const std::string_view text = sources_.text(between);
    return text.find(')') != std::string_view::npos || text.find("）") != std::string_view::npos ||
           text.find("」") != std::string_view::npos;
}

NodeId Build::joined_to(NodeId rest, NodeKind joined, NodeId last) {
    const Span where{out_.file, at(rest).span.begin, at(last).span.end};
    if (joined == NodeKind::logical_not) {
        last = make(NodeKind::logical_not, at(last).span, {last});
        joined = NodeKind::logical_and;
    }
    split_or_ = split_or_ || joined == NodeKind::logical_or;
    return make(joined, where, {rest, last});
}

// A whole condition or value: all that is written in it must be in its tree.
NodeId Build::whole(View v) {
    const NodeId id = expr(v);
    nothing_lost(v, id);
    return id;
}

// Reports the names, texts and numbers of an expression that its tree does not have.
void Build::nothing_lost(View v, NodeId id) {
    std::vector<NodeId> nodes;
    std::vector<NodeId> open = {id};
    while (!open.empty()) {
        const NodeId each = open.back();
        open.pop_back();
        if (each == kNoNode) {
            continue;
        }
        if (is(each, NodeKind::error)) {
            return;  // reported already
        }
        nodes.push_back(each);
        open.insert(open.end(), at(each).children.begin(), at(each).children.end());
    }
    const auto has = [&](const Token& token) {
        return std::any_of(nodes.begin(), nodes.end(), [&](NodeId each) {
            const Node& node = at(each);
            const bool inside = node.span.begin <= token.begin && token.end <= node.span.end;
            if (token.type == Tok::NUM) {
                const bool same = node.number.coefficient == token.number.coefficient &&
                                  node.number.decimals == token.number.decimals;
                return inside && node.has_number && (same || node.kind == NodeKind::quantity);
            }
            return node.text == token.text && (inside || node.kind == NodeKind::for_subject);
        });
    };
    std::vector<View> views = {v};
    while (!views.empty()) {
        const View each = views.back();
        views.pop_back();
        if (!each.is_token()) {
            for (std::size_t i = each.size(); i-- > 0;) {
                views.push_back(each.at(i));
            }
            continue;
        }
        const Token& token = each.token();
        const bool counts =
            token.type == Tok::NAME || token.type == Tok::TEXT || token.type == Tok::NUM;
        if (counts && !token.too_large && !spoken_for_.contains(token.begin) && !has(token)) {
            Diagnostic& finding = sink_.report(kind::no_effect, span(token),
                {{"text", std::string(sources_.text(span(token))), ""}});
            finding.help.push_back(
                {"help", "leave it out, or say what holds for it behind `where` or `and`",
                    "请删去它，或用 `其中`、`且` 写明对它的要求"});
        }
    }
}

}  // namespace clausal::syntax
