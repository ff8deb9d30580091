#include <algorithm>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/build.h"

namespace clausal::syntax {

NodeId Build::rule(View v) {
    const Token* label = v.tok(Tok::LABEL);
    const View body = v.child(Rule::ruleBody);
    std::vector<NodeId> children;
    const View condition = body.child(Rule::expr);
    NodeId when = condition ? whole(condition) : kNoNode;
    if (const View daily = body.child(Rule::eachDay)) {
        when = each_day(daily, when);
    }
    children.push_back(when);
    doing(body.child(Rule::doing), children);
    for (const View each : v.all(Rule::ruleTail)) {
        children.push_back(rule_tail(each));
    }
    if (const View version = v.child(Rule::versionNo)) {
        children.push_back(make(NodeKind::rule_version, version, {}, version.first_token()->text));
    }
    return make(NodeKind::rule, v, std::move(children), label != nullptr ? label->text : "");
}

NodeId Build::each_day(View v, NodeId condition) {
    const NodeId clock = moment_of(*v.tok(Tok::CLOCK));
    std::string text = "day";
    const std::vector<const Token*> days = v.toks(Tok::WEEKDAY);
    if (days.size() > 1 || (!days.empty() && (v.has(Tok::NUM) || days[0]->text.size() > 1))) {
        // 每周一、三、五: every day, if it is one of them
        std::string all;
        for (const Token* day : days) {
            all += day->text == "weekend" ? "67" : day->text;
        }
        for (const Token* day : v.toks(Tok::NUM)) {
            if (day->number.decimals != 0 || day->number.coefficient < 1 ||
                day->number.coefficient > 6) {
                return wrong(kind::unexpected, span(*day),
                    {{"found", std::string(sources_.text(span(*day))), ""},
                        {"expected", "a day of the week", "星期几"}});
            }
            all += std::to_string(day->number.coefficient);
        }
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        const NodeId chosen = make(NodeKind::on_weekday, v, {}, all);
        const NodeId both =
            condition == kNoNode ? chosen : make(NodeKind::logical_and, v, {chosen, condition});
        return make(NodeKind::each_day, v, {clock, both}, "day");
    }
    if (!days.empty()) {
        text = "weekday_" + days[0]->text;
    } else if (const Token* unit = v.tok(Tok::UNIT)) {
        text = unit->text;
    }
    const NodeId id = make(NodeKind::each_day, v, {clock, condition}, text);
    if (const Token* day = v.tok(Tok::NUM)) {  // 每月 1 日 9:00
        set_number(id, *day);
    }
    return id;
}

void Build::doing(View v, std::vector<NodeId>& out) {
    for (const View each : v.all(Rule::invocation)) {
        out.push_back(invocation(each));
    }
}

NodeId Build::invocation(View v) {
    std::vector<NodeId> children;
    for (const View each : v.all(Rule::assignment)) {
        if (!each.child(Rule::expr)) {  // 触发 复核（供应商）: the subject, by its role
            children.push_back(make(NodeKind::assignment, each, {}, each.tok(Tok::NAME)->text));
            continue;
        }
        NodeId value = whole(each.child(Rule::expr));
        if (const View rounding = each.child(Rule::rounding)) {
            const Op op = rounding.has(Tok::ROUND_UP)     ? Op::up
                          : rounding.has(Tok::ROUND_DOWN) ? Op::down
                                                          : Op::nearest;
            value = make(NodeKind::round, each, {value}, "", op);
            if (const Token* decimals = rounding.tok(Tok::NUM)) {
                set_number(value, *decimals);
            }
        }
        children.push_back(make(NodeKind::assignment, each, {value}, each.tok(Tok::NAME)->text));
    }
    return make(NodeKind::trigger, v, std::move(children), v.tok(Tok::NAME)->text);
}

NodeId Build::rule_tail(View v) {
    const View often = v.child(Rule::howOften);
    const View period = v.child(Rule::period);
    const View within = v.child(Rule::quantity);
    if (period || within) {
        NodeId length = kNoNode;
        if (const View given = within ? within : period.child(Rule::quantity)) {
            length = quantity(given);
        } else {
            length = unit_node(*period.tok(Tok::UNIT));
        }
        const NodeId id = make(NodeKind::limit, v, {length});
        const Token* count = often ? often.tok(Tok::NUM) : v.tok(Tok::NUM);
        if (count != nullptr) {
            set_number(id, *count);
        } else {
            const Token* word = often ? often.tok(Tok::ONCE) : nullptr;
            at(id).number = {word != nullptr && word->text == "2" ? 2 : 1, 0};
            at(id).has_number = true;
        }
        return id;
    }
    if (often) {
        const std::string written(sources_.text(span(v)));
        Diagnostic& finding =
            sink_.report(kind::limit_without_time, span(v), {{"text", written, ""}});
        finding.help.push_back({"help",
            "write `at most once every 30 days`, or `once per run` for once in each run of a condition that stays true",
            "写成 `每 30 天 最多 1 次`；条件持续成立期间只触发一次，写成 `每段一次`"});
        return error(v);
    }
    if (v.has(Tok::ONCE_PER_RUN)) {
        return make(NodeKind::once_per_run, v);
    }
    if (v.has(Tok::EFFECTIVE)) {
        NodeId from = kNoNode;
        NodeId until = kNoNode;
        bool after_to = false;
        for (std::size_t i = 0; i < v.size(); ++i) {
            const View each = v.at(i);
            if (each.is_token()) {
                after_to =
                    after_to || each.token().type == Tok::TO || each.token().type == Tok::UNTIL;
            } else {
                (after_to ? until : from) = moment(each);
            }
        }
        return make(NodeKind::effective, v, {from, until});
    }
    if (v.has(Tok::PRIORITY)) {
        const NodeId id = make(NodeKind::priority, v);
        set_number(id, *v.tok(Tok::NUM));
        return id;
    }
    if (v.has(Tok::PURPOSE)) {
        return make(NodeKind::purpose, v, {}, v.tok(Tok::TEXT)->text);
    }
    if (v.has(Tok::REST)) {
        std::vector<NodeId> children;
        doing(v.child(Rule::doing), children);
        return make(NodeKind::otherwise, v, std::move(children));
    }
    return make(NodeKind::rule_version, v, {}, v.child(Rule::versionNo).first_token()->text);
}

NodeId Build::moment_of(const Token& token) {
    const NodeId id = make(NodeKind::moment, span(token), {}, token.text);
    at(id).moment = token.moment;
    const MomentParts& parts = token.moment;
    const bool bad_clock = parts.hour > 24 || parts.minute > 59 || parts.second > 59 ||
                           (parts.hour == 24 && (parts.minute > 0 || parts.second > 0));
    const bool bad_date = parts.month == 0 || parts.month > 12 || parts.day == 0 || parts.day > 31;
    if (bad_clock || bad_date) {
        sink_.report(kind::bad_moment, span(token), {{"text", token.text, ""}});
    }
    return id;
}

NodeId Build::moment(View v) {
    MomentParts parts;
    for (std::size_t i = 0; i < v.size(); ++i) {
        const Token& token = v.at(i).token();
        if (token.type == Tok::NEXT_DAY) {
            continue;
        }
        const MomentParts& more = token.moment;
        parts.year = more.year >= 0 ? more.year : parts.year;
        parts.month = more.month >= 0 ? more.month : parts.month;
        parts.day = more.day >= 0 ? more.day : parts.day;
        parts.hour = more.hour >= 0 ? more.hour : parts.hour;
        parts.minute = more.minute >= 0 ? more.minute : parts.minute;
        parts.second = more.second >= 0 ? more.second : parts.second;
        parts.microsecond = more.microsecond >= 0 ? more.microsecond : parts.microsecond;
        parts.has_offset = parts.has_offset || more.has_offset;
        parts.offset_minutes += more.offset_minutes;
    }
    Token joined;
    joined.begin = v.begin();
    joined.end = v.end();
    joined.text = std::string(sources_.text(span(v)));
    joined.moment = parts;
    return moment_of(joined);
}

}  // namespace clausal::syntax
