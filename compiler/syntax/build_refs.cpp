// Events, terms and fields of them, with what is said of them.
#include <fmt/format.h>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/build.h"

namespace clausal::syntax {

NodeId Build::ref_value(View v) {
    const NodeId inner = ref(v.child(Rule::ref));
    const View rest = v.child(Rule::refTail);
    return rest ? ref_tail(inner, rest) : inner;
}

NodeId Build::ref_tail(NodeId inner, View v) {
    const Span where{out_.file, at(inner).span.begin, v.end()};
    if (v.has(Tok::COUNT)) {
        const NodeId id = aggregate(v, inner, Op::count, kNoNode, nullptr);
        at(id).span = where;
        return id;
    }
    if (v.has(Tok::ELAPSED)) {
        const NodeId to = ref(v.child(Rule::ref));
        const std::vector<const Token*> names = v.toks(Tok::NAME);
        const bool has_calendar = v.has(Tok::BY_CALENDAR);
        const Token* open = v.tok(Tok::UP_TO_NOW);
        NodeId base = to;
        while (!is(base, NodeKind::name) && !at(base).children.empty()) {
            base = at(base).children.front();
        }
        if (names.size() > (has_calendar ? 1U : 0U) && names.back()->text == at(base).text) {
            spoken_for_.insert(names.back()->begin);  // 未结案计到现在: the same event again
        }
        return make(NodeKind::elapsed, where,
            {inner, to, has_calendar ? name(*names.front()) : kNoNode,
                open != nullptr ? make(NodeKind::truth, span(*open), {}, "", Op::yes) : kNoNode});
    }
    if (v.has(Tok::TIME)) {  // 签收时间
        return make(NodeKind::field_of, where, {inner}, "time");
    }
    if (const View w = v.child(Rule::window)) {
        pending_.push_back(inner);
        const NodeId id = window(w);
        return window_body(v.child(Rule::windowBody), id);
    }
    if (const View length = v.child(Rule::quantity)) {
        if (v.has(Tok::AFTER)) {
            if (!v.has(Tok::NO)) {  // 下单 3 天 后
                return make(NodeKind::reaches, where, {inner, quantity(length)});
            }
            no_end(v);
            return error(v);
        }
        if (const View body = v.child(Rule::insideBody)) {
            if (body.has(Tok::AGAIN) && !names_subject(inner)) {  // 下单 7 天内 再次 下单
                const NodeId second = ref(body.child(Rule::ref));
                check_again(inner, second, body);
                return sequence(where, inner, second, {kNoNode, quantity(length)}, kNoNode);
            }
            const NodeId state = inside(length, quantity(length), body);
            if (is(state, NodeKind::silence)) {
                return for_subject(inner, state);
            }
            pending_.push_back(inner);
            return state;
        }
        const Span state{out_.file, length.begin(), v.end()};
        return for_subject(
            inner, make(NodeKind::silence, state, {refs(v.child(Rule::refs)), quantity(length)}, "",
                       v.has(Tok::INSIDE) ? Op::within : Op::none));
    }
    if (v.has(Tok::KEYWORD_DENSITY)) {
        std::vector<NodeId> children = {inner};
        for (const Token* word : v.toks(Tok::TEXT)) {
            children.push_back(text(*word));
        }
        return make(NodeKind::keyword_density, where, std::move(children));
    }
    if (v.has(Tok::LP)) {
        if (names_event(inner)) {  // order (channel "online"): only a decision table has arguments
            Diagnostic& finding = sink_.report(
                kind::no_effect, span(v), {{"text", std::string(sources_.text(span(v))), ""}});
            finding.help.push_back({"help",
                fmt::format("a condition on {0} is written `{0} where … = …`", at(inner).text),
                fmt::format("对 {0} 的要求写成 `{0} 其中 … = …`", at(inner).text)});
            return error(v);
        }
        std::vector<NodeId> arguments;
        for (const View each : v.all(Rule::callArgument)) {
            arguments.push_back(sum(each.child(Rule::sum)));
        }
        return make(NodeKind::call, where, std::move(arguments), at(inner).text);
    }
    NodeId value = inner;
    if (const Token* field = v.tok(Tok::NAME)) {
        value = make(NodeKind::field_of, where, {inner}, field->text);
    }
    const View word = v.child(Rule::aggregateWord);
    return word ? aggregate_word(v, value, word, kNoNode) : value;
}

// [最近一次] [同一 f 的] NAME [的 f]… [（甲）] [of …] [其中 …] [的 f]
NodeId Build::ref(View v) {
    const Token* head = v.tok(Tok::NAME);
    NodeId id = name(*head);
    std::vector<std::string> path;  // fields asked of it
    const auto take_step = [&](const Token& word, bool joined, bool bare) {
        const bool first = path.empty() && is(id, NodeKind::name) && joined;
        const bool after_role = first && is_role(at(id).text);
        const bool names_subject = first && (is_subject(at(id).text) || after_role) &&
                                   is_event(word.text) && !words_.has_kind(word.text, "field");
        if (after_role && is_subject(word.text)) {
            spoken_for_.insert(word.begin);
            return;  // 付款方 客户: the role says it all
        }
        if (bare && path.empty() && is(id, NodeKind::name) && !may_own(at(id).text)) {
            sink_.report(kind::unexpected, span(word),
                {{"found", std::string(sources_.text(span(word))), ""},
                    {"expected", "`'s` or an operator", "`的` 或运算符"}});
        }
        if (names_subject) {  // 客户 投诉: the event, of the subject that is named
            pending_.push_back(id);
            id = name(word);
        } else {
            path.push_back(word.text);
        }
    };
    for (const View step : v.all(Rule::step)) {
        const Token& word = step.at(step.size() - 1).token();
        take_step(word, !step.has(Tok::DOT), step.size() == 1);
    }
    const Token* trailing = v.tok(Tok::NAME, 1);
    const View of = v.child(Rule::ofPart);
    if (const View witness = v.child(Rule::witness)) {
        const Token& word = *witness.tok(Tok::NAME);
        const bool is_call =
            words_.has_kind(at(id).text, "table") && !words_.has_kind(word.text, "witness");
        if (!is_call && !words_.has_kind(word.text, "witness")) {  // 下单（线上）
            return no_witness(v, word);
        }
        id = is_call ? make(NodeKind::call, v, {name(word)}, at(id).text)
                     : make(NodeKind::witness, v, {id}, word.text);
    }
    const auto same = [&](View part) {
        std::vector<NodeId> children = {id};
        for (const Token* field : part.toks(Tok::NAME)) {
            children.push_back(name(*field));
        }
        id = make(NodeKind::same, v, std::move(children));
    };
    if (const View fields = v.child(Rule::sameFields)) {
        same(fields);
    }
    if (of && of.has(Tok::SAME)) {
        same(of);
    }
    const auto apply_path = [&] {
        for (const std::string& field : path) {
            id = make(NodeKind::field_of, v, {id}, field);
        }
        path.clear();
    };
    const auto apply_prefix = [&] {
        if (v.has(Tok::LATEST)) id = make(NodeKind::latest, v, {id});
        if (v.has(Tok::PREVIOUS)) id = make(NodeKind::previous, v, {id});
        if (v.has(Tok::NEXT)) id = make(NodeKind::next, v, {id});
        if (v.has(Tok::FIRST)) id = make(NodeKind::first_of, v, {id});
    };
    if (of && !of.has(Tok::SAME)) {  // f of the latest X
        const NodeId owner = ref(of.child(Rule::ref));
        id = make(NodeKind::field_of, v, {owner}, at(id).text);
        if (const View w = of.child(Rule::latestWindow)) {
            const NodeId last =
                make(NodeKind::window_last, w, {length(w.child(Rule::length)), kNoNode});
            id = make(NodeKind::windowed, v, {last, id});
        }
    }
    if (const View condition = v.child(Rule::filter)) {
        const bool before_fields = trailing != nullptr || path.empty();
        if (!before_fields) {
            apply_prefix();
            apply_path();
        }
        const NodeId test = expr(condition.child(Rule::filterExpr));
        id = make(NodeKind::where, v, {id, test});
        if (!before_fields) {
            return id;
        }
    }
    apply_prefix();
    apply_path();
    if (trailing != nullptr) {
        id = make(NodeKind::field_of, v, {id}, trailing->text);
    }
    return id;
}

// order (online): a bracket gives a name to the event, and nothing asks for this one.
NodeId Build::no_witness(View v, const Token& word) {
    const std::string text(sources_.text(span(word)));
    const std::string& event = v.tok(Tok::NAME)->text;
    Diagnostic& finding = sink_.report(kind::no_effect, span(word), {{"text", text, ""}});
    finding.help.push_back(
        {"help", fmt::format("a condition on {0} is written `{0} where … = {1}`", event, text),
            fmt::format("对 {0} 的要求写成 `{0} 其中 … = {1}`", event, text)});
    return error(v);
}

// The term of both sides, once or so many times in a row; the event inside must be the term's.
NodeId Build::slotted(View v) {
    const Token& end = *v.tok(Tok::SLOT_END);
    NodeId id = make(NodeKind::name, span(end), {}, end.text);
    if (const Token* count = v.tok(Tok::NUM)) {
        id = make(NodeKind::streak, v, {id, kNoNode});
        set_number(id, *count);
    }
    return make(NodeKind::slotted, v, {id, name(*v.tok(Tok::NAME))}, end.text);
}

}  // namespace clausal::syntax
