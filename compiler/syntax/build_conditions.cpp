#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/build.h"

namespace clausal::syntax {

bool Build::mixes_and_or(View v) {
    bool has_and = false;
    std::size_t parts = 0;
    for (std::size_t i = 0; i < v.size(); ++i) {
        const View each = v.at(i);
        if (!each.is_token()) {
            ++parts;
            has_and = has_and || each.has(Tok::AND);
        }
    }
    return parts > 1 && has_and;
}

void Build::report_mixed(View v) {
    Diagnostic& finding = sink_.report(kind::mixed_and_or, span(v));
    finding.help.push_back({"help", "write `(a and b) or c`, or `a and (b or c)`",
        "写成 `（甲 且 乙）或 丙`，或 `甲 且（乙 或 丙）`"});
}

NodeId Build::expr(View v) {
    if (mixes_and_or(v)) {
        report_mixed(v);
    }
    std::vector<NodeId> parts;
    std::vector<Part> written;
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (!v.at(i).is_token()) {
            parts.push_back(conjunction(v.at(i)));
            written.push_back(part_of(v.at(i), parts.back()));
        }
    }
    if (ask_scope(written) || ask_part(written)) {
        return error(v);
    }
    choices(parts);
    return parts.size() == 1 ? parts.front() : make(NodeKind::logical_or, v, std::move(parts));
}

NodeId Build::conjunction(View v) {
    std::vector<NodeId> parts;
    std::vector<Part> written;
    for (std::size_t i = 0; i < v.size(); ++i) {
        if (!v.at(i).is_token()) {
            parts.push_back(negation(v.at(i)));
            written.push_back(part_of(v.at(i), parts.back()));
        }
    }
    if (ask_part(written)) {
        return error(v);
    }
    if (parts.size() > 1 && split_or_) {  // E where a or customer known for T, and b
        report_mixed(v);
    }
    split_or_ = false;
    return parts.size() == 1 ? parts.front() : make(NodeKind::logical_and, v, std::move(parts));
}

NodeId Build::negation(View v) {
    if (v.has(Tok::NOT)) {
        return negated(v, negation(v.at(1)));
    }
    const std::vector<NodeId> outer = std::exchange(pending_, {});
    const View inner = v.at(0);
    NodeId id = condition(inner);
    std::vector<std::string> said;
    for (const NodeId who : std::exchange(pending_, outer)) {
        const std::string& text = at(who).text;
        const bool again =
            names_subject(who) && std::find(said.begin(), said.end(), text) != said.end();
        if (!again) {
            said.push_back(text);
            id = for_subject(who, id);
        }
    }
    return id;
}

NodeId Build::condition(View v) {
    if (v.has(Tok::BEFORE_THIS)) {
        return make(NodeKind::before_this, v, {condition(v.at(1))});
    }
    if (const View count = v.child(Rule::onCount)) {
        return consecutive(span(v), condition(v.at(1)), count);
    }
    if (v.has(Tok::HOLD)) {
        return held(v, condition(v.at(v.size() - 1)), span(v));
    }
    if (v.has(Tok::WITHIN)) {  // within 2 hours after A, (no) B
        const NodeId first = happening(v.child(Rule::happening));
        const NodeId high = length(v.child(Rule::length));
        return after_event(first, v.child(Rule::afterEvent), {kNoNode, high}, kNoNode, span(v));
    }
    if (const View days = v.child(Rule::weekdays)) {
        const NodeId day = weekdays(days);
        const View rest = v.child(Rule::condition);
        return rest ? on_day(v, condition(rest), day) : day;
    }
    if (v.has(Tok::EACH) || v.has(Tok::ANY)) {
        NodeId window = kNoNode;
        if (const View given = v.child(Rule::keyWindow)) {
            window =
                make(NodeKind::window_last, given, {length(given.child(Rule::length)), kNoNode});
        }
        return make(NodeKind::quantified, v,
            {name(*v.tok(Tok::NAME)), condition(v.at(v.size() - 1)), window}, "",
            v.has(Tok::ANY) ? Op::any : Op::each);
    }
    NodeId left = kNoNode;
    if (v.has(Tok::HAVE) && v.has(Tok::NO)) {  // there has been no X for 30 days
        const NodeId of = refs(v.child(Rule::refsBefore));
        if (const View length = v.child(Rule::quantity)) {
            const View sign = v.child(Rule::comparison);
            return quiet(sign ? comparison_of(sign.first_token()->type) : Op::ge, quantity(length),
                of, span(v));
        }
        return make(NodeKind::none_in, v, {of, english_window(v.child(Rule::englishWindow))});
    }
    if (v.has(Tok::HAVE)) {
        if (const View count = v.child(Rule::many)) {
            return many(count);
        }
        if (const Token* number = v.tok(Tok::NUM)) {  // there are 3 consecutive X
            const NodeId of =
                v.has(Tok::IN_A_ROW) ? name(*v.tok(Tok::NAME)) : ref(v.child(Rule::ref));
            const NodeId id = make(NodeKind::streak, v, {of, without(v.child(Rule::without))});
            set_number(id, *number);
            return id;
        }
        return make(NodeKind::exists_in, v,
            {ref(v.child(Rule::ref)), english_window(v.child(Rule::englishWindow))});
    }
    if (v.has(Tok::HAPPENS)) {
        left = ref(v.child(Rule::ref));
        if (const View test = v.child(Rule::filter)) {
            left = make(NodeKind::where, v, {left, expr(test.child(Rule::filterExpr))});
        }
        left = make(NodeKind::occurs, v, {left});
    } else if (v.has(Tok::LP)) {
        return expr(v.child(Rule::expr));
    } else {
        left = sum(v.child(Rule::sum));
    }
    for (std::size_t i = 1; i < v.size(); ++i) {
        const View each = v.at(i);
        if (each.is_token() || each.rule() == Rule::ref || each.rule() == Rule::filter) {
            continue;
        }
        if (each.rule() == Rule::englishWindow) {
            NodeKind joined = NodeKind::logical_and;
            const auto [rest, who] =
                closed_before(left, each) ? std::pair{left, kNoNode} : split_filter(left, &joined);
            const NodeId of = who != kNoNode ? who : left;
            const Span where{out_.file, at(of).span.begin, each.end()};
            const NodeId window = english_window(each);
            const NodeId some = is(of, NodeKind::first_of)
                                    ? first_in(at(of).children.front(), window, where)
                                    : make(NodeKind::exists_in, where, {of, window});
            left = who != kNoNode ? joined_to(rest, joined, some) : some;
        } else {
            left = tail(left, each);
        }
    }
    return first_ever(left);
}

NodeId Build::tail(NodeId left, View v) {
    if (!v.at(0).is_token() && v.at(0).rule() == Rule::plainTail) {
        return tail(left, v.at(0));
    }
    if (v.rule() == Rule::conditionTail && !closed_before(left, v)) {
        // A filter takes all it can; what follows such a name is of it, not of the filtered event.
        NodeKind joined = NodeKind::logical_and;
        const auto [rest, who] = split_filter(left, &joined);
        if (who != kNoNode) {
            const Span before = at(rest).span;
            const NodeId last = tail_of(who, v);
            if (joined == NodeKind::logical_or &&
                ask_scope({{rest, before, false}, {last, at(last).span, false}})) {
                return error(v);
            }
            return joined_to(rest, joined, last);
        }
    }
    return tail_of(left, v);
}

NodeId Build::tail_of(NodeId left, View v) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    const auto negate = [&](NodeId id, bool negated) {
        return negated ? make(NodeKind::logical_not, where, {id}) : id;
    };
    const View first = v.at(0);
    if (!first.is_token() && first.rule() == Rule::slotted) {
        return for_subject(left, slotted(first));
    }
    if (!first.is_token()) {
        switch (first.rule()) {
        case Rule::onCount: return consecutive(where, left, first);
        case Rule::compared: return compared(left, first);
        case Rule::between: return between(left, first);
        default: break;  // 金额 5 万元 以上
        }
        return make(NodeKind::compare, where, {left, literal(first)}, "",
            v.has(Tok::OR_MORE) ? Op::ge : Op::le);
    }
    if (v.has(Tok::NOT) && v.child(Rule::plainRefs)) {  // A and not B within 2 hours
        const NodeId absent = refs(v.child(Rule::plainRefs));
        const NodeId high = length(v.child(Rule::length));
        if (ask_window(left, v, v.child(Rule::length))) {
            return error(v);
        }
        if (!names_event(left)) {
            const NodeId state = make(NodeKind::silence, v, {absent, high}, "", Op::still);
            return make(NodeKind::logical_and, where, {left, state});
        }
        return make(
            NodeKind::absence_after, where, {left, absent, kNoNode, high, kNoNode, kNoNode});
    }
    if (first.token().type == Tok::IN) {
        return make(NodeKind::member, where, {left, member_set(v)});
    }
    if (const View days = v.child(Rule::weekdays)) {  // A on a Saturday
        return make(NodeKind::logical_and, where, {left, weekdays(days)});
    }
    if (v.has(Tok::FOLLOWED)) {
        return followed(left, v.child(Rule::followedTail), v.has(Tok::NOT));
    }
    if (v.has(Tok::PRECEDED)) {
        return preceded(left, v.child(Rule::precededTail), v.has(Tok::NOT));
    }
    switch (first.token().type) {
    case Tok::NOT:
        if (v.has(Tok::MISSING)) {
            return negate(make(NodeKind::is_missing, where, {left}), true);
        }
        if (const View range = v.child(Rule::between)) {
            return negate(between(left, range), true);
        }
        if (v.child(Rule::place)) {
            return negate(place(left, v), true);
        }
        return negate(compared(left, v.child(Rule::compared)), true);
    case Tok::AT: return place(left, v);
    case Tok::STILL_NO:
    case Tok::COMMA:
    case Tok::AND: return still_no(left, v);
    case Tok::IS: return is_tail(left, v.child(Rule::isTail));
    case Tok::HAVE: return for_subject(left, condition(v.child(Rule::condition)));
    case Tok::HAPPENS: {
        const View of = v.child(Rule::ref);
        return of ? for_subject(left, make(NodeKind::occurs, v, {ref(of)}))
                  : make(NodeKind::occurs, where, {left});
    }
    case Tok::OCCURS: {
        if (const View test = v.child(Rule::filter)) {
            left = make(NodeKind::where, where, {left, expr(test.child(Rule::filterExpr))});
        }
        if (is(left, NodeKind::streak)) {  // two consecutive X occur
            return left;
        }
        return make(NodeKind::occurs, where, {left});
    }
    case Tok::MISSING: return make(NodeKind::is_missing, where, {left});
    case Tok::NOT_MISSING: return negate(make(NodeKind::is_missing, where, {left}), true);
    case Tok::BELONGS:
    case Tok::NOT_BELONGS:
        return negate(make(NodeKind::member, where, {left, member_set(v.child(Rule::memberSet))}),
            v.has(Tok::NOT_BELONGS));
    case Tok::CONTAINS:
    case Tok::NOT_CONTAINS: {
        std::vector<NodeId> children = {left};
        for (const Token* word : v.toks(Tok::TEXT)) {
            children.push_back(text(*word));
        }
        return negate(
            make(NodeKind::contains, where, std::move(children)), v.has(Tok::NOT_CONTAINS));
    }
    case Tok::MATCHES: return make(NodeKind::matches, where, {left, name(*v.tok(Tok::NAME))});
    case Tok::VERSUS:
    case Tok::OVERLAP: return make(NodeKind::overlaps, where, {left, sum(v.child(Rule::sum))});
    case Tok::BECOMES: {
        const View value = v.child(Rule::sum);
        return make(NodeKind::becomes, where, {left, value ? sum(value) : kNoNode});
    }
    case Tok::CONSECUTIVE: return consecutive_tail(left, v);
    case Tok::HOLD: {
        NodeId inner = left;
        if (v.child(Rule::sum)) {
            const View sign = v.at(v.size() - 2);
            inner = make(NodeKind::compare, where, {left, sum(v.child(Rule::sum))}, "",
                comparison_of(sign.first_token()->type));
        }
        return held(v, inner, where);
    }
    case Tok::FOR:
        if (const Token* subject = v.tok(Tok::NAME)) {  // for payer customer: the role says it
            const Token* kind = v.tok(Tok::NAME, 1);
            if (kind != nullptr && is_role(subject->text) && is_subject(kind->text)) {
                spoken_for_.insert(kind->begin);
            }
            return make(NodeKind::for_subject, where, {left}, subject->text);
        }
        return held(v, left, where);
    case Tok::FULL: return make(NodeKind::reaches, where, {left, length(v.child(Rule::length))});
    case Tok::LATER_THAN: {  // 60 days after A; A after its promised time
        const NodeId of = happening(v.child(Rule::happening));
        if (names_event(left) && !names_event(of)) {
            return make(NodeKind::compare, where, {left, of}, "", Op::gt);
        }
        return make(NodeKind::reaches, where, {of, left});
    }
    case Tok::KNOWN_FOR: {
        const NodeId length = quantity(v.child(Rule::quantity));
        if (names_subject(left)) {
            return make(NodeKind::known_for, where, {left, length});
        }
        return for_subject(left, make(NodeKind::known_for, v, {kNoNode, length}));
    }
    case Tok::AFTER: return after(left, v.child(Rule::afterTail));
    case Tok::BEFORE: return before(left, v);
    case Tok::WITHIN: {
        const NodeId high = length(v.child(Rule::length));
        if (const View start = v.child(Rule::happening)) {  // B within 2 hours after A
            return sequence(where, happening(start), left, {kNoNode, high}, kNoNode);
        }
        return near_before(sum(v.child(Rule::sum)), high, left, where);
    }
    case Tok::MUST:
    case Tok::PRECEDES: return precedes(left, v);
    case Tok::NO: {
        const NodeId absent = refs(v.child(Rule::refs));
        if (is(left, NodeKind::reaches)) {  // A 满 30 分钟 还没有 B
            const NodeId start = at(left).children[0];
            const NodeId high = at(left).children[1];
            return make(
                NodeKind::absence_after, where, {start, absent, kNoNode, high, kNoNode, kNoNode});
        }
        if (names_event(left) || (is(left, NodeKind::name) && is_subject(at(left).text))) {
            return without_time(left, absent, where);
        }
        return make(NodeKind::silence, where, {absent, left});
    }
    case Tok::SHIFTS: return shift(left, v);
    case Tok::CLUSTERS: return cluster(left, v);
    default: return left;
    }
}

NodeId Build::member_set(View v) {
    if (const Token* list = v.tok(Tok::NAME)) {
        return name(*list);
    }
    std::vector<NodeId> items;
    for (const View each : v.all(Rule::setItem)) {
        items.push_back(
            each.has(Tok::CELL) ? text(*each.tok(Tok::CELL)) : literal(each.child(Rule::literal)));
    }
    return make(NodeKind::items, v, std::move(items));
}

// 连续 N 次 X · f 连续 N 天 < v · f < v on N consecutive days
NodeId Build::consecutive_tail(NodeId left, View v) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    if (v.has(Tok::TIMES)) {
        const NodeId id =
            make(NodeKind::streak, v, {ref(v.child(Rule::ref)), without(v.child(Rule::without))});
        set_number(id, *v.tok(Tok::NUM));
        return for_subject(left, id);
    }
    const View count = v.child(Rule::unitCount);
    if (const View right = v.child(Rule::sum, 1)) {  // 机场 连续 5 小时 能见度 < 1 英里
        const NodeId inner = sum(v.child(Rule::sum));
        const NodeId test = make(NodeKind::compare, v, {inner, sum(right)}, "",
            comparison_of(v.child(Rule::comparison).first_token()->type));
        return for_subject(left, consecutive(span(v), test, count));
    }
    return consecutive(where, comparison_tail(left, v), count);
}

NodeId Build::consecutive(Span where, NodeId test, View count) {
    const Op op = count.has(Tok::WITH_DATA)  ? Op::with_data
                  : count.has(Tok::COMPLETE) ? Op::complete
                                             : Op::plain;
    const NodeId id = make(NodeKind::consecutive, where, {test}, count.tok(Tok::UNIT)->text, op);
    set_number(id, *count.tok(Tok::NUM));
    return id;
}

NodeId Build::refs(View v) {
    std::vector<View> parts = v.all(Rule::happening);
    if (parts.empty()) {
        parts = v.all(Rule::ref);
    }
    if (v.has(Tok::VERSUS) || v.has(Tok::AND)) {
        Diagnostic& finding = sink_.report(kind::none_of_both, span(v));
        finding.help.push_back(
            {"help", "write `no A or B` for neither, `not (A and B)` for not both",
                "都没有写成 `没有 A 也没有 B`；并非都有写成 `非（A 且 B）`"});
        return error(v);
    }
    std::vector<NodeId> all;
    for (const View each : parts) {
        all.push_back(each.rule() == Rule::ref ? ref(each) : happening(each));
    }
    return all.size() == 1 ? all.front() : make(NodeKind::logical_or, v, std::move(all));
}

NodeId Build::shift(NodeId left, View v) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    const NodeId deviations = make(NodeKind::number, span(*v.tok(Tok::NUM)));
    set_number(deviations, *v.tok(Tok::NUM));
    const View baseline = v.child(Rule::quantity);
    return make(NodeKind::shift, where, {left, deviations, baseline ? quantity(baseline) : kNoNode},
        "",
        v.has(Tok::UP)     ? Op::up
        : v.has(Tok::DOWN) ? Op::down
                           : Op::any);
}

NodeId Build::cluster(NodeId left, View v) {
    const Span where{out_.file, at(left).span.begin, v.end()};
    NodeId length = kNoNode;
    NodeId baseline = kNoNode;
    NodeId level = kNoNode;
    for (const View part : v.all(Rule::clusterPart)) {
        if (part.has(Tok::LEVEL)) {
            level = make(NodeKind::number, span(*part.tok(Tok::NUM)));
            set_number(level, *part.tok(Tok::NUM));
        } else {
            (part.has(Tok::WINDOW) ? length : baseline) = quantity(part.child(Rule::quantity));
        }
    }
    return make(NodeKind::cluster, where, {left, length, baseline, level});
}

}  // namespace clausal::syntax
