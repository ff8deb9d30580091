// Comparisons of every form, counts as conditions, and words that pick one event.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/build.h"

namespace clausal::syntax {

Op comparison_of(Tok sign) {
    if (sign == Tok::LT) return Op::lt;
    if (sign == Tok::LE || sign == Tok::ATMOST) return Op::le;
    if (sign == Tok::NE) return Op::ne;
    if (sign == Tok::GE || sign == Tok::ATLEAST) return Op::ge;
    if (sign == Tok::GT) return Op::gt;
    return Op::eq;
}

NodeId Build::copy(NodeId id) {
    if (id == kNoNode) {
        return kNoNode;
    }
    Node node = at(id);
    for (NodeId& each : node.children) {
        each = copy(each);
    }
    out_.nodes.push_back(std::move(node));
    return static_cast<NodeId>(out_.nodes.size() - 1);
}

NodeId Build::wrong(Kind kind, Span where, std::vector<Argument> arguments) {
    sink_.report(kind, where, std::move(arguments));
    return make(NodeKind::error, where);
}

// Whether the node is an event as far as its names tell, whatever is said of it.
bool Build::names_event(NodeId id) const {
    while (id != kNoNode) {
        const Node& node = out_.nodes[id];
        switch (node.kind) {
        case NodeKind::name: return is_event(node.text) && !words_.has_kind(node.text, "field");
        case NodeKind::where:
        case NodeKind::same:
        case NodeKind::occurs:
        case NodeKind::witness:
        case NodeKind::latest:
        case NodeKind::previous:
        case NodeKind::next:
        case NodeKind::first_of: id = node.children.front(); break;
        case NodeKind::logical_or:  // (A or B)
            return std::all_of(node.children.begin(), node.children.end(),
                [&](NodeId each) { return names_event(each); });
        default: return false;
        }
    }
    return false;
}

NodeId Build::comparison_tail(NodeId left, View v) {
    const View sign = v.child(Rule::comparison);
    const NodeId right = sum(v.child(Rule::sum));
    const Span where{out_.file, at(left).span.begin, v.end()};
    return make(
        NodeKind::compare, where, {left, right}, "", comparison_of(sign.first_token()->type));
}

// f ≥ 3 · 10 MW ≤ f ≤ 20 MW · f ≥ 10 MW and < 20 MW · f is "a" or "b" · f is mid or higher
NodeId Build::compared(NodeId left, View v) {
    const View more = v.child(Rule::comparedMore);
    const Span where{out_.file, at(left).span.begin, v.end()};
    const Op op = comparison_of(v.first_token()->type);
    if (v.has(Tok::BEFORE_THIS)) {  // 金额 > 此前 近 30 天 下单 金额 最大
        const NodeId right = sum(v.child(Rule::sum));
        if (more || v.child(Rule::sum, 1)) {
            return wrong(kind::no_effect, span(*v.tok(Tok::BEFORE_THIS)),
                {{"text", std::string(sources_.text(span(*v.tok(Tok::BEFORE_THIS)))), ""}});
        }
        const Span value{out_.file, v.tok(Tok::BEFORE_THIS)->begin, v.end()};
        return make(
            NodeKind::compare, where, {left, make(NodeKind::before_this, value, {right})}, "", op);
    }
    if (const View last = v.child(Rule::sum, 1)) {
        const Op second = comparison_of(v.at(2).token().type);
        return in_order(where, op, second, left, sum(v.child(Rule::sum)), sum(last));
    }
    if (!more) {
        const NodeId right = sum(v.child(Rule::sum));
        return make(NodeKind::compare, where, {left, right}, "", op);
    }
    if (more.has(Tok::OR_MORE) || more.has(Tok::OR_LESS)) {
        const Op wide = more.has(Tok::OR_MORE) ? Op::ge : Op::le;
        if (op != Op::eq && op != wide) {
            return wrong(kind::range_of_two_directions, where,
                {{"text", std::string(sources_.text(where)), ""}});
        }
        return make(NodeKind::compare, where, {left, sum(v.child(Rule::sum))}, "", wide);
    }
    if (more.has(Tok::TEXT)) {
        return one_of_texts(left, more.toks(Tok::TEXT), sum(v.child(Rule::sum)), op, where);
    }
    if (const View absent = more.child(Rule::refs)) {  // 客户 超过 30 天 没有 缴费
        return for_subject(left, quiet(op, sum(v.child(Rule::sum)), refs(absent), where));
    }
    const Op second = comparison_of(more.child(Rule::comparison).first_token()->type);
    const NodeId middle = sum(v.child(Rule::sum));
    const NodeId last = sum(more.child(Rule::sum));
    const NodeId one = make(NodeKind::compare, where, {left, middle}, "", op);
    const NodeId two = make(NodeKind::compare, where, {copy(left), last}, "", second);
    return make(
        more.has(Tok::AND) ? NodeKind::logical_and : NodeKind::logical_or, where, {one, two});
}

// 10 MW ≤ f < 20 MW: both signs point the same way.
NodeId Build::in_order(Span where, Op op, Op second, NodeId left, NodeId middle, NodeId last) {
    if (op == Op::le && second == Op::le) {
        return make(NodeKind::between, where, {middle, left, last});
    }
    if (op == Op::ge && second == Op::ge) {
        return make(NodeKind::between, where, {middle, last, left});
    }
    const NodeId one = make(NodeKind::compare, where, {left, middle}, "", op);
    const NodeId two = make(NodeKind::compare, where, {copy(middle), last}, "", second);
    return make(NodeKind::logical_and, where, {one, two});
}

// f is "a" or "b", f is not "a" or "b" (neither)
NodeId Build::one_of_texts(
    NodeId left, const std::vector<const Token*>& more, NodeId first, Op op, Span where) {
    if ((op != Op::eq && op != Op::ne) || !is(first, NodeKind::text)) {
        return wrong(kind::unexpected, span(*more.front()),
            {{"found", std::string(sources_.text(span(*more.front()))), ""},
                {"expected", "one text", "一个文本"}});
    }
    std::vector<NodeId> items = {first};
    for (const Token* each : more) {
        items.push_back(text(*each));
    }
    const NodeId set = make(NodeKind::items, where, std::move(items));
    const NodeId id = make(NodeKind::member, where, {left, set});
    return op == Op::ne ? make(NodeKind::logical_not, where, {id}) : id;
}

// `tier is silver or gold`: the last parts are values of the comparison before them.
void Build::choices(std::vector<NodeId>& parts) {
    const auto is_value = [&](NodeId id) {
        if (!is(id, NodeKind::name)) {
            return false;
        }
        const auto& declared = words_.named(at(id).text);
        return !declared.empty() &&
               std::all_of(declared.begin(), declared.end(), [](const DeclaredName* each) {
                   return each->kind == "choice" || each->kind == "value";
               });
    };
    for (std::size_t i = 1; i < parts.size(); ++i) {
        NodeId before = parts[i - 1];
        const NodeId whole = before;
        if (is(before, NodeKind::logical_and)) {  // neither silver nor gold, so far
            before = at(before).children.back();
        }
        const bool same = is(before, NodeKind::compare) && is_value(at(before).children[1]) &&
                          (at(before).op == Op::ne || (at(before).op == Op::eq && whole == before));
        if (!same || !is_value(parts[i])) {
            continue;
        }
        const Op op = at(before).op;
        const Span where{out_.file, at(before).span.begin, at(parts[i]).span.end};
        const NodeId next =
            make(NodeKind::compare, where, {copy(at(before).children[0]), parts[i]}, "", op);
        parts[i] = next;
        if (op == Op::ne) {  // is not silver or gold: neither
            std::vector<NodeId> both = {whole, next};
            if (whole != before) {
                both = at(whole).children;
                both.push_back(next);
            }
            parts[i] = make(NodeKind::logical_and, where, std::move(both));
            parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i - 1));
            --i;
        }
    }
}

NodeId Build::between(NodeId left, View v) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    return make(
        NodeKind::between, where, {left, sum(v.child(Rule::sum)), sum(v.child(Rule::sum, 1))});
}

// 在 10 兆瓦 到 20 兆瓦 之间, 在 2026-01-01 之后, 在 5 万元 以上
NodeId Build::place(NodeId left, View v) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    const View end = v.child(Rule::place);
    const NodeId first = sum(v.child(Rule::sum));
    if (const View last = end.child(Rule::sum)) {
        return make(NodeKind::between, where, {left, first, sum(last)});
    }
    const Op op = end.has(Tok::AFTER)     ? Op::gt
                  : end.has(Tok::BEFORE)  ? Op::lt
                  : end.has(Tok::OR_MORE) ? Op::ge
                                          : Op::le;
    return make(NodeKind::compare, where, {left, first}, "", op);
}

NodeId Build::is_tail(NodeId left, View v) {
    const bool negated = v.has(Tok::NOT);
    const Span where{out_.file, at(left).span.begin, v.end()};
    const auto maybe = [&](NodeId id) {
        return negated ? make(NodeKind::logical_not, where, {id}) : id;
    };
    if (const View test = v.child(Rule::compared)) {
        return maybe(compared(left, test));
    }
    if (v.has(Tok::MISSING)) {
        return maybe(make(NodeKind::is_missing, where, {left}));
    }
    if (v.has(Tok::BELONGS)) {
        return maybe(make(NodeKind::member, where, {left, member_set(v.child(Rule::memberSet))}));
    }
    if (v.has(Tok::IN)) {
        return maybe(make(NodeKind::member, where, {left, name(*v.tok(Tok::NAME))}));
    }
    if (const View range = v.child(Rule::between)) {
        return maybe(between(left, range));
    }
    const NodeId right = sum(v.child(Rule::sum));
    if (v.has(Tok::TEXT)) {
        return one_of_texts(left, v.toks(Tok::TEXT), right, negated ? Op::ne : Op::eq, where);
    }
    Op op = negated ? Op::ne : Op::eq;
    if (v.has(Tok::OR_MORE) || v.has(Tok::OR_LESS) || v.has(Tok::LATER_THAN) ||
        v.has(Tok::EARLIER_THAN)) {
        op = v.has(Tok::OR_MORE)      ? Op::ge
             : v.has(Tok::OR_LESS)    ? Op::le
             : v.has(Tok::LATER_THAN) ? Op::gt
                                      : Op::lt;
        return maybe(make(NodeKind::compare, where, {left, right}, "", op));
    }
    return make(NodeKind::compare, where, {left, right}, "", op);
}

// `more than 30 days without X` is read as the moment at which the 30 days are full.
NodeId Build::quiet(Op op, NodeId length, NodeId absent, Span where) {
    if ((op != Op::gt && op != Op::ge) || !is(length, NodeKind::quantity)) {
        return wrong(kind::range_of_two_directions, where,
            {{"text", std::string(sources_.text(where)), ""}});
    }
    return make(NodeKind::silence, where, {absent, length});
}

// at least 3 X within 7 days, 3 or more X this month, 超过 30 天 没有 X
NodeId Build::many(View v) {
    const View sign = v.child(Rule::comparison);
    const Op op = sign ? comparison_of(sign.first_token()->type) : Op::ge;
    if (v.has(Tok::NO)) {
        return quiet(op, quantity(v.child(Rule::quantity)), refs(v.child(Rule::refs)), span(v));
    }
    const View within = v.child(Rule::manyWindow);
    NodeId window = kNoNode;
    if (const View length = within.child(Rule::quantity)) {
        window = make(NodeKind::window_last, within, {quantity(length), kNoNode});
    } else {
        window = english_window(within.child(Rule::englishWindow));
    }
    const NodeId stream = ref(v.child(Rule::ref));
    const NodeId count = make(NodeKind::aggregate, v, {stream, kNoNode, window}, "", Op::count);
    const NodeId number = make(NodeKind::number, span(*v.tok(Tok::NUM)));
    set_number(number, *v.tok(Tok::NUM));
    return make(NodeKind::compare, v, {count, number}, "", op);
}

// 近 7 天 (投诉 ≥ 3 次 | 投诉 3 次以上 | 至少 3 次 投诉); 近 7 天 投诉 3 次 is asked about.
NodeId Build::counted(View v, NodeId stream, NodeId window) {
    Span where = span(v);
    where.begin = std::min(where.begin, at(stream).span.begin);
    if (window != kNoNode) {
        where.begin = std::min(where.begin, at(window).span.begin);
    }
    const View sign = v.child(Rule::comparison);
    const Token& given = *v.tok(Tok::NUM);
    if (!sign && !v.has(Tok::OR_MORE)) {
        const std::string number(sources_.text(span(given)));
        Diagnostic& finding = sink_.report(kind::exactly_or_at_least, where,
            {{"text", std::string(sources_.text(where)), ""}, {"number", number, ""}});
        std::string plain;
        if (window != kNoNode) {
            plain = std::string(sources_.text(at(window).span)) + " ";
        }
        plain += std::string(sources_.text(at(stream).span)) + " 次数 ";
        for (const char* op : {"≥ ", "= "}) {
            finding.fixes.push_back({where, plain + op + number, false});
        }
        finding.help.push_back(
            {"help", fmt::format("write `{0}≥ {1}` or `{0}= {1}`", plain, number),
                fmt::format("写成 `{0}≥ {1}` 或 `{0}= {1}`", plain, number)});
        return make(NodeKind::error, where);
    }
    const Op op = sign ? comparison_of(sign.first_token()->type) : Op::ge;
    const NodeId count = make(NodeKind::aggregate, where, {stream, kNoNode, window}, "", Op::count);
    const NodeId number = make(NodeKind::number, span(given));
    set_number(number, given);
    return make(NodeKind::compare, where, {count, number}, "", op);
}

// 7 天内 (再次 X | 没有 X | X 次数 | 最近一次 X 的 f)
NodeId Build::inside(View v, NodeId length, View body) {
    Span where = span(body);
    where.begin = std::min(where.begin, at(length).span.begin);
    if (body.has(Tok::NO)) {
        return make(
            NodeKind::silence, where, {refs(body.child(Rule::refs)), length}, "", Op::within);
    }
    if (body.has(Tok::AGAIN)) {
        const NodeId one = ref(body.child(Rule::ref));
        return sequence(where, one, copy(one), {kNoNode, length}, kNoNode);
    }
    const NodeId window = make(NodeKind::window_last, v, {length, kNoNode});
    at(window).span = at(length).span;
    return window_body(body, window);
}

// `再次`, `another` say nothing new before the event that comes first; before any other they would.
void Build::check_again(NodeId first, NodeId second, View v) {
    const Token* word = v.tok(Tok::AGAIN);
    if (word == nullptr) {
        return;
    }
    const auto base = [&](NodeId id) {
        while (id != kNoNode && !is(id, NodeKind::name) && !at(id).children.empty()) {
            id = at(id).children.front();
        }
        return id == kNoNode ? std::string() : at(id).text;
    };
    if (base(first) != base(second)) {
        sink_.report(kind::again_of_another, span(*word),
            {{"word", std::string(sources_.text(span(*word))), ""}});
    }
}

// A and still no B within T
NodeId Build::still_no(NodeId left, View v) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    const NodeId absent = refs(v.child(Rule::refs));
    const NodeId length = quantity(v.child(Rule::quantity));
    if (ask_window(left, v, v.child(Rule::quantity))) {
        return error(v);
    }
    if (!names_event(left)) {  // A and f > 3 and still no B within T: of the event before
        const NodeId state = make(NodeKind::silence, v, {absent, length}, "", Op::still);
        return make(NodeKind::logical_and, where, {left, state});
    }
    return make(NodeKind::absence_after, where, {left, absent, kNoNode, length, kNoNode, kNoNode});
}

// 持续 至少 30 分钟; `more than` is read as the moment at which they are full.
NodeId Build::held(View v, NodeId inner, Span where) {
    const NodeId length = quantity(v.child(Rule::quantity));
    const View sign = v.at(1);
    if (!sign.is_token() && sign.rule() == Rule::comparison) {
        const Op op = comparison_of(sign.first_token()->type);
        if (op != Op::gt && op != Op::ge) {
            return wrong(kind::range_of_two_directions, where,
                {{"text", std::string(sources_.text(where)), ""}});
        }
    }
    return make(NodeKind::hold, where, {length, inner});
}

// 周六、周日, on a weekend: the days as digits in order.
NodeId Build::weekdays(View v) {
    std::string days;
    for (const Token* day : v.toks(Tok::WEEKDAY)) {
        days += day->text == "weekend" ? "67" : day->text;
    }
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    return make(NodeKind::on_weekday, v, {}, days);
}

// 近 7 天 首次 X: X, and no other in the window before it.
NodeId Build::first_in(NodeId event, NodeId window, Span where) {
    NodeId stream = event;
    while (is(stream, NodeKind::where) || is(stream, NodeKind::witness)) {
        stream = at(stream).children.front();
    }
    if (is(event, NodeKind::field_of)) {
        return make(NodeKind::windowed, where,
            {window, make(NodeKind::field_of, where,
                         {make(NodeKind::first_of, where, {at(event).children.front()})},
                         at(event).text)});
    }
    if (is(window, NodeKind::window_unit) && at(window).op == Op::this_one &&
        at(window).children.empty()) {
        at(window).children = {make(NodeKind::truth, at(window).span, {}, "", Op::yes)};
    }
    if (is(stream, NodeKind::same)) {
        // Counted up to and with this one.
        const NodeId count =
            make(NodeKind::aggregate, where, {copy(event), kNoNode, window}, "", Op::count);
        const NodeId one = make(NodeKind::number, where);
        at(one).number = {1, 0};
        at(one).has_number = true;
        const NodeId test = make(NodeKind::compare, where, {count, one}, "", Op::eq);
        const NodeId plain = at(stream).children.front();
        return make(NodeKind::where, where, {plain, test});
    }
    const NodeId none = make(NodeKind::none_in, where, {copy(event), window});
    return make(NodeKind::logical_and, where, {event, make(NodeKind::before_this, where, {none})});
}

// 首次 X alone in a condition: X, and before it no X was ever seen.
NodeId Build::first_ever(NodeId id) {
    NodeId first = id;
    if (is(first, NodeKind::occurs)) {
        first = at(first).children.front();
    }
    if (!is(first, NodeKind::first_of)) {
        return id;
    }
    const Span where = at(first).span;
    const NodeId event = at(first).children.front();
    if (is(event, NodeKind::unit)) {
        return id;
    }
    if (is(event, NodeKind::same)) {
        return first_in(event, kNoNode, where);
    }
    const NodeId count =
        make(NodeKind::aggregate, where, {copy(event), kNoNode, kNoNode}, "", Op::count);
    const NodeId none = make(NodeKind::number, where);
    at(none).number = {0, 0};
    at(none).has_number = true;
    const NodeId test = make(NodeKind::compare, where, {count, none}, "", Op::eq);
    return make(NodeKind::logical_and, where, {event, make(NodeKind::before_this, where, {test})});
}

}  // namespace clausal::syntax
