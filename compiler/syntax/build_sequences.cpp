// Two events and the time between them.
#include <fmt/format.h>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/build.h"

namespace clausal::syntax {

// An event, or a group of them in brackets.
NodeId Build::happening(View v) {
    if (v.child(Rule::ref)) {
        return ref(v.child(Rule::ref));
    }
    const NodeId group = any_of(v);
    return v.has(Tok::NEXT)    ? make(NodeKind::next, v, {group})
           : v.has(Tok::FIRST) ? make(NodeKind::first_of, v, {group})
                               : group;
}

NodeId Build::without(View v) { return v ? happening(v.child(Rule::happening)) : kNoNode; }

Build::Bounds Build::bounds(View v) {
    Bounds result;
    if (!v) {
        return result;
    }
    const std::vector<View> lengths = v.all(Rule::quantity);
    const Token* number = v.tok(Tok::NUM);
    if (const View only = v.child(Rule::length)) {
        result.high = length(only);
        return result;
    }
    if (v.has(Tok::LATER_THAN) && !v.has(Tok::ATLEAST)) {  // after 60 days: no end
        result.low = quantity(lengths.front());
    } else if (v.has(Tok::ATLEAST)) {
        result.low = quantity(lengths.front());
        result.high = lengths.size() > 1 ? quantity(lengths[1]) : kNoNode;
    } else if (lengths.size() > 1) {
        result.low = quantity(lengths[0]);
        result.high = quantity(lengths[1]);
    } else {
        result.high = quantity(lengths.front());
        if (number != nullptr) {
            result.low = quantity_of(*number, lengths.front().child(Rule::unitWord));
        }
    }
    return result;
}

NodeId Build::sequence(Span where, NodeId first, NodeId second, Bounds limits, NodeId broken_by) {
    Op op = Op::plain;
    if (is(second, NodeKind::next) || is(second, NodeKind::first_of)) {
        op = is(second, NodeKind::next) ? Op::next : Op::first;
        second = at(second).children.front();
    }
    return make(
        NodeKind::sequence, where, {first, second, limits.low, limits.high, broken_by}, "", op);
}

NodeId Build::followed(NodeId left, View v, bool negated) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    const View events = v.child(Rule::refsBefore);
    if (!negated && events.has(Tok::AND)) {
        Diagnostic& finding = sink_.report(kind::both_awaited, span(events),
            {{"text", std::string(sources_.text(span(events))), ""}});
        finding.help.push_back(
            {"help", "write `or` for the first of them, or one rule for each of them",
                "其中任何一个发生写成 `或`；两个分别等待，写成两条规则"});
        return error(v);
    }
    const NodeId second = refs(events);
    check_again(left, second, v);
    const Bounds limits = bounds(v.child(Rule::bounds));
    const View next = v.child(Rule::ref);
    const NodeId until = next ? ref(next) : kNoNode;
    NodeId unless = kNoNode;
    if (const View clause = v.child(Rule::unless)) {
        unless = refs(clause.child(Rule::refs));
    }
    const View broken = v.child(Rule::without);
    if (!negated) {
        // followed by B, unless Y meanwhile: no Y between the two
        std::vector<NodeId> breaking;
        for (const NodeId each : {without(broken), unless, until}) {
            if (each != kNoNode) {
                breaking.push_back(each);
            }
        }
        const NodeId all = breaking.empty()       ? kNoNode
                           : breaking.size() == 1 ? breaking.front()
                                                  : make(NodeKind::logical_or, v, breaking);
        return sequence(where, left, second, limits, all);
    }
    if (broken) {  // not followed by B without Y in between
        const std::string other(sources_.text(span(broken.child(Rule::happening))));
        Diagnostic& finding = sink_.report(kind::no_effect, span(broken),
            {{"text", std::string(sources_.text(span(broken))), ""}});
        finding.help.push_back(
            {"help", fmt::format("if {0} ends the waiting, write `, unless {0} meanwhile`", other),
                fmt::format("若 {0} 使等待作废，请写成 `，除非期间 {0}`", other)});
        return error(v);
    }
    if (limits.high == kNoNode) {
        no_end(v);
        return error(v);
    }
    return make(
        NodeKind::absence_after, where, {left, second, limits.low, limits.high, until, unless});
}

// 下单 没有 付款, 客户 没有 付款: since when, and until when?
NodeId Build::without_time(NodeId left, NodeId absent, Span where) {
    const std::string first(sources_.text(at(left).span));
    const std::string second(sources_.text(at(absent).span));
    Diagnostic& finding = sink_.report(
        kind::none_without_time, where, {{"text", std::string(sources_.text(where)), ""}});
    if (names_event(left)) {
        finding.help.push_back({"help",
            fmt::format("write `{} is not followed by {} within 30 minutes`", first, second),
            fmt::format("写成 `{} 之后 30 分钟内 没有 {}`", first, second)});
    } else {
        finding.help.push_back({"help", fmt::format("write `no {} for 30 days`", second),
            fmt::format("写成 `30 天 没有 {}`", second)});
    }
    return make(NodeKind::error, where);
}

void Build::no_end(View v) {
    Diagnostic& finding = sink_.report(kind::absence_without_end, span(v));
    finding.help.push_back({"help", "write `not followed by … within 60 days`",
        "写成 `之后 60 天内 没有 …`，或 `满 60 天` 时再判断"});
}

NodeId Build::preceded(NodeId left, View v, bool negated) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    const NodeId first = refs(v.child(Rule::refsBefore));
    const Bounds limits = bounds(v.child(Rule::bounds));
    if (negated) {
        return make(NodeKind::absence_before, where, {left, first, limits.high});
    }
    return sequence(where, first, left, limits, kNoNode);
}

// A 之后 [至少 lo] T 内 (没有 B | B)
NodeId Build::after(NodeId left, View v) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    Bounds limits;
    if (v.has(Tok::AFTER)) {  // 之后 60 天后 没有 B
        no_end(v);
        return error(v);
    }
    const std::vector<View> lengths = v.all(Rule::quantity);
    const View given = v.child(Rule::length);
    if (v.has(Tok::ATLEAST)) {
        if (v.has(Tok::UNIT)) {  // 至少 1 天 3 天内
            const NodeId low =
                make(NodeKind::quantity, span(*v.tok(Tok::NUM)), {}, v.tok(Tok::UNIT)->text);
            set_number(low, *v.tok(Tok::NUM));
            limits = {low, length(given)};
        } else {
            limits.low = quantity(lengths.front());
        }
    } else if (v.has(Tok::TO)) {
        limits.high = quantity(lengths.back());
        limits.low = v.has(Tok::NUM)
                         ? quantity_of(*v.tok(Tok::NUM), lengths.back().child(Rule::unitWord))
                         : quantity(lengths.front());
    } else if (given) {
        limits.high = length(given);
    } else if (!lengths.empty()) {
        limits.high = quantity(lengths.front());
    }
    const View what = v.child(Rule::afterEvent);
    const View until = v.child(Rule::ref);
    const bool absent = (what ? what : v).has(Tok::NO);
    if (absent && limits.high == kNoNode) {
        no_end(v);
        return error(v);
    }
    // 停电后 两小时 仍未 复电
    return after_event(
        left, what ? what : v, limits, absent && until ? ref(until) : kNoNode, where);
}

// What comes after `first`, or does not.
NodeId Build::after_event(NodeId first, View event, Bounds limits, NodeId until, Span where) {
    if (!event.has(Tok::NO)) {
        const NodeId second = happening(event.child(Rule::happening));
        check_again(first, second, event);
        return sequence(where, first, second, limits, without(event.child(Rule::without)));
    }
    NodeId unless = kNoNode;
    if (const View clause = event.child(Rule::unless)) {
        unless = refs(clause.child(Rule::refs));
    }
    return make(NodeKind::absence_after, where,
        {first, refs(event.child(Rule::refs)), limits.low, limits.high, until, unless});
}

// B 之前 T 内 没有 A · B 之前 T 内 有 A · <field> 前 T 内 有 A
NodeId Build::before(NodeId left, View v) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    const NodeId length = quantity(v.child(Rule::quantity));
    if (v.has(Tok::NO)) {
        return none_before(left, length, refs(v.child(Rule::refs)), where);
    }
    if (!v.has(Tok::HAVE)) {  // 合同到期 前 30 天
        return make(NodeKind::before_field, where, {left, length, kNoNode});
    }
    return near_before(left, length, happening(v.child(Rule::happening)), where);
}

// `of` in the time before an event, or before a moment that a field holds.
NodeId Build::near_before(NodeId anchor, NodeId length, NodeId of, Span where) {
    if (names_event(anchor)) {
        return sequence(where, of, anchor, {kNoNode, length}, kNoNode);
    }
    return make(NodeKind::before_field, where, {anchor, length, of});
}

NodeId Build::none_before(NodeId anchor, NodeId length, NodeId of, Span where) {
    if (names_event(anchor)) {
        return make(NodeKind::absence_before, where, {anchor, of, length});
    }
    return make(
        NodeKind::logical_not, where, {make(NodeKind::before_field, where, {anchor, length, of})});
}

NodeId Build::precedes(NodeId left, View v) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    const NodeId right = sum(v.child(Rule::sum));
    if (!v.has(Tok::MUST) && !v.child(Rule::lag) && !names_event(right)) {
        // 签收时间 早于 承诺时间
        return make(NodeKind::compare, where, {left, right}, "", Op::lt);
    }
    Bounds limits;
    for (const View lag : v.all(Rule::lag)) {
        const Op op = comparison_of(lag.child(Rule::comparison).first_token()->type);
        const bool upper = op == Op::le || op == Op::lt;
        (upper ? limits.high : limits.low) = quantity(lag.child(Rule::quantity));
    }
    return make(NodeKind::precedence, where, {left, right, limits.low, limits.high}, "",
        v.has(Tok::MUST) ? Op::must : Op::plain);
}

}  // namespace clausal::syntax
