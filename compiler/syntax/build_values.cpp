#include <array>

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/build.h"

namespace clausal::syntax {

NodeId Build::sum(View v) {
    NodeId left = product(v.child(Rule::product));
    Op op = Op::plus;
    for (std::size_t i = 1; i < v.size(); ++i) {
        const View each = v.at(i);
        if (each.is_token()) {
            op = each.token().type == Tok::PLUS ? Op::plus : Op::minus;
        } else {
            const NodeId right = product(each);
            left = make(
                NodeKind::arithmetic, {out_.file, v.begin(), each.end()}, {left, right}, "", op);
        }
    }
    return left;
}

NodeId Build::product(View v) {
    NodeId left = factor(v.child(Rule::factor));
    Op op = Op::times;
    for (std::size_t i = 1; i < v.size(); ++i) {
        const View each = v.at(i);
        if (each.is_token()) {
            op = each.token().type == Tok::MULTIPLY ? Op::times : Op::divide;
            continue;
        }
        const NodeId right = factor(each);
        const Span where{out_.file, v.begin(), each.end()};
        if (is(right, NodeKind::window_scaled) && op == Op::times) {
            at(right).children[0] = left;
            at(right).span = where;
            left = right;
        } else {
            left = make(NodeKind::arithmetic, where, {left, right}, "", op);
        }
    }
    return left;
}

NodeId Build::factor(View v) {
    if (const Token* part = v.has(Tok::OF) ? v.tok(Tok::PERCENT) : nullptr) {  // 120% of f
        return make(NodeKind::arithmetic, v, {percent(*part), factor(v.child(Rule::factor))}, "",
            Op::times);
    }
    if (v.has(Tok::MINUS)) {
        return make(NodeKind::negative, v, {factor(v.child(Rule::factor))});
    }
    const NodeId of = value(v.child(Rule::value));
    if (!v.has(Tok::POSS)) {
        return of;
    }
    NodeId part = kNoNode;  // f 的 50%, f 的 1.5 倍
    if (const Token* share = v.tok(Tok::PERCENT)) {
        part = percent(*share);
    } else {
        part = make(NodeKind::number, span(*v.tok(Tok::NUM)));
        set_number(part, *v.tok(Tok::NUM));
    }
    return make(NodeKind::arithmetic, v, {part, of}, "", Op::times);
}

NodeId Build::value(View v) {
    const View first = v.at(0);
    if (!first.is_token()) {
        switch (first.rule()) {
        case Rule::literal: return literal(first);
        case Rule::column: return column(first);
        case Rule::englishAggregate: return english_aggregate(first);
        case Rule::refValue: return ref_value(first);
        case Rule::many: return many(first);
        case Rule::slotted: return slotted(first);
        case Rule::quantity: {  // the 28 days before
            const NodeId length = quantity(first);
            if (const View moment = v.child(Rule::sum)) {  // 3 days before its due date
                return make(NodeKind::before_field, v, {sum(moment), length, kNoNode});
            }
            if (const View body = v.child(Rule::insideBody)) {
                return inside(first, length, body);
            }
            const NodeId window = make(NodeKind::window_last, v, {length, quantity(first)});
            return make(NodeKind::window_scaled, v, {kNoNode, window});
        }
        case Rule::window: {
            const NodeId id = window(first);
            const View body = v.child(Rule::windowBody);
            return body ? window_body(body, id) : make(NodeKind::window_scaled, v, {kNoNode, id});
        }
        default: return error(v);
        }
    }
    switch (first.token().type) {
    case Tok::NUM: {
        if (v.has(Tok::IN_A_ROW)) {
            const NodeId id = make(NodeKind::streak, v, {name(*v.tok(Tok::NAME)), kNoNode});
            set_number(id, first.token());
            return id;
        }
        const NodeId id =
            make(NodeKind::streak, v, {ref(v.child(Rule::ref)), without(v.child(Rule::without))});
        set_number(id, first.token());
        return id;
    }
    case Tok::CONSECUTIVE: {
        const View count = v.child(Rule::unitCount);
        if (!count) {
            const NodeId id = make(
                NodeKind::streak, v, {ref(v.child(Rule::ref)), without(v.child(Rule::without))});
            set_number(id, *v.tok(Tok::NUM));
            return id;
        }
        return consecutive(span(v), condition(v.child(Rule::condition)), count);
    }
    case Tok::EACH:
        if (v.has(Tok::AVERAGE)) {  // 每天 X 次数 平均
            const std::string unit = v.tok(Tok::UNIT)->text;
            const Op op = unit == "week" ? Op::week : unit == "month" ? Op::month : Op::day;
            return make(
                NodeKind::per_unit, v, {aggregate_of(v.child(Rule::aggregateOf), kNoNode)}, "", op);
        }
        return each_unit(v, aggregate_of(v.child(Rule::aggregateOf), kNoNode), v.tok(Tok::UNIT));
    case Tok::FULL:  // 满 30 天 没有 X
        return make(
            NodeKind::silence, v, {refs(v.child(Rule::refs)), quantity(v.child(Rule::quantity))});
    case Tok::MEAN_PER: {
        const std::string unit = first.token().text;
        const Op op = unit == "week" ? Op::week : unit == "month" ? Op::month : Op::day;
        return make(
            NodeKind::per_unit, v, {aggregate_of(v.child(Rule::aggregateOf), kNoNode)}, "", op);
    }
    case Tok::LP:
    case Tok::LQ: return any_of(v);
    case Tok::NOW: return make(NodeKind::unit, v, {}, "now");
    case Tok::NEXT_DAY: {
        const NodeId day = make(NodeKind::unit, v, {}, "day");
        return make(NodeKind::next, v, {day});
    }
    case Tok::DAY_DATE:
    case Tok::INSTANT: return moment(v);
    case Tok::NO: {
        const NodeId of = refs(v.child(Rule::refsBefore));
        if (const View length = v.child(Rule::quantity)) {
            const View sign = v.child(Rule::comparison);
            const Op op = sign ? comparison_of(sign.first_token()->type) : Op::ge;
            return quiet(op, quantity(length), of, span(v));
        }
        if (const View given = v.child(Rule::length)) {
            const NodeId within = length(given);
            if (const View start = v.child(Rule::happening)) {  // no B within 2 hours after A
                return make(NodeKind::absence_after, v,
                    {happening(start), of, kNoNode, within, kNoNode, kNoNode});
            }
            if (const View end = v.child(Rule::sum)) {
                return none_before(sum(end), within, of, span(v));
            }
            const std::string text(sources_.text(at(of).span));
            const std::string time(sources_.text(at(within).span));
            Diagnostic& finding = sink_.report(
                kind::within_of_what, span(v), {{"text", std::string(sources_.text(span(v))), ""}});
            finding.help.push_back({"help",
                fmt::format(
                    "after an event it is `A is not followed by {0} within {1}`, up to now `no {0} in the last {1}`",
                    text, time),
                fmt::format(
                    "某事之后写成 `A is not followed by {0} within {1}`，到现在为止写成 `no {0} in the last {1}`",
                    text, time)});
            return error(v);
        }
        return make(NodeKind::none_in, v, {of, english_window(v.child(Rule::englishWindow))});
    }
    case Tok::KEYWORD_DENSITY: {
        std::vector<NodeId> children = {ref(v.child(Rule::ref))};
        for (const Token* word : v.toks(Tok::TEXT)) {
            children.push_back(text(*word));
        }
        return make(NodeKind::keyword_density, v, std::move(children));
    }
    case Tok::
        TIME: {  // its time, time of X; time from A to B, in office time, open cases up to now
        if (!v.has(Tok::FROM)) {
            const View owner = v.child(Rule::ref);
            return make(NodeKind::field_of, v, {owner ? ref(owner) : kNoNode}, "time");
        }
        const NodeId from = ref(v.child(Rule::ref));
        const NodeId to = ref(v.child(Rule::ref, 1));
        const Token* calendar = v.tok(Tok::NAME);
        const Token* open = v.tok(Tok::UP_TO_NOW);
        return make(NodeKind::elapsed, v,
            {from, to, calendar != nullptr ? name(*calendar) : kNoNode,
                open != nullptr ? make(NodeKind::truth, span(*open), {}, "", Op::yes) : kNoNode});
    }
    default: return error(v);
    }
}

NodeId Build::window_body(View v, NodeId window) {
    const Span where{out_.file, at(window).span.begin, v.end()};
    if (v.has(Tok::NO)) {
        return make(NodeKind::none_in, where, {refs(v.child(Rule::refs)), window});
    }
    if (v.has(Tok::HAVE)) {
        return make(NodeKind::exists_in, where, {ref(v.child(Rule::ref)), window});
    }
    if (v.has(Tok::FIRST)) {
        NodeId event = ref(v.child(Rule::ref));
        if (const View fields = v.child(Rule::sameFields)) {
            std::vector<NodeId> children = {event};
            for (const Token* field : fields.toks(Tok::NAME)) {
                children.push_back(name(*field));
            }
            event = make(NodeKind::same, where, std::move(children));
        }
        return first_in(event, window, where);
    }
    if (const View latest = v.child(Rule::latestOf)) {
        NodeId inner = ref(latest.child(Rule::ref));
        // latest applies to the event, the field is asked of it
        NodeId* place = &inner;
        if (is(inner, NodeKind::field_of)) {
            const NodeId event = make(NodeKind::latest, latest, {at(inner).children[0]});
            at(inner).children[0] = event;
        } else {
            *place = make(NodeKind::latest, latest, {inner});
        }
        return make(NodeKind::windowed, where, {window, inner});
    }
    if (const View times = v.child(Rule::timesOf)) {
        return counted(times, ref(times.child(Rule::ref)), window);
    }
    const View of = v.child(Rule::aggregateOf);
    const NodeId inner = aggregate_of(of, window);
    at(inner).span = where;
    if (v.has(Tok::EACH) || v.has(Tok::MEAN_PER)) {
        const std::string unit =
            v.has(Tok::EACH) ? v.tok(Tok::UNIT)->text : v.tok(Tok::MEAN_PER)->text;
        const Op op = unit == "week" ? Op::week : unit == "month" ? Op::month : Op::day;
        if (is(inner, NodeKind::compare)) {  // 近 30 天 日均 投诉 ≥ 3 次
            const NodeId mean = make(NodeKind::per_unit, where, {at(inner).children[0]}, "", op);
            at(inner).children[0] = mean;
            return inner;
        }
        return make(NodeKind::per_unit, where, {inner}, "", op);
    }
    return inner;
}

// (A or B) where c, as what is counted.
NodeId Build::any_of(View v) {
    const NodeId inner = expr(v.child(Rule::expr));
    const View test = v.child(Rule::filter);
    if (!test) {
        return inner;
    }
    const NodeId condition = expr(test.child(Rule::filterExpr));
    if (!is(inner, NodeKind::logical_or)) {
        return make(NodeKind::where, v, {inner, condition});
    }
    std::vector<NodeId> parts = at(inner).children;  // each event has the condition for itself
    for (NodeId& part : parts) {
        part =
            make(NodeKind::where, v, {part, part == parts.front() ? condition : copy(condition)});
    }
    return make(NodeKind::logical_or, v, std::move(parts));
}

NodeId Build::aggregate_of(View v, NodeId window) {
    if (v.child(Rule::expr)) {
        return aggregate(v, any_of(v), Op::count, window, nullptr);
    }
    NodeId inner = ref(v.child(Rule::ref));
    if (v.has(Tok::COUNT)) {
        return aggregate(v, inner, Op::count, window, nullptr);
    }
    if (const View times = v.child(Rule::howOftenTail)) {
        return counted(times, inner, window);
    }
    for (const auto& [word, op] : {std::pair{Tok::SUM, Op::sum}, {Tok::AVERAGE, Op::average},
             {Tok::MAXIMUM, Op::maximum}, {Tok::MINIMUM, Op::minimum}}) {
        if (v.has(word)) {  // 近 7 天 平均 投诉 金额
            return aggregate(v, inner, op, window, nullptr);
        }
    }
    if (const Token* field = v.tok(Tok::NAME)) {
        inner = make(NodeKind::field_of, v, {inner}, field->text);
    }
    const View word = v.child(Rule::aggregateWord);
    return word ? aggregate_word(v, inner, word, window)
                : make(NodeKind::windowed, v, {window, inner});
}

NodeId Build::aggregate_word(View where, NodeId inner, View word, NodeId window) {
    if (const Token* rank = word.tok(Tok::NUM)) {
        return aggregate(where, inner, Op::percentile, window, rank);
    }
    switch (word.first_token()->type) {
    case Tok::SUM: return aggregate(where, inner, Op::sum, window, nullptr);
    case Tok::AVERAGE: return aggregate(where, inner, Op::average, window, nullptr);
    case Tok::MAXIMUM: return aggregate(where, inner, Op::maximum, window, nullptr);
    case Tok::MINIMUM: return aggregate(where, inner, Op::minimum, window, nullptr);
    case Tok::SPREAD: return aggregate(where, inner, Op::spread, window, nullptr);
    case Tok::DISTINCT: return aggregate(where, inner, Op::distinct, window, nullptr);
    case Tok::DEVIATION: return aggregate(where, inner, Op::deviation, window, nullptr);
    default: break;
    }
    // 占比: the share of the events of the stream that pass its filter
    if (is(inner, NodeKind::where)) {
        const std::vector<NodeId> parts = at(inner).children;
        return make(NodeKind::share, where, {parts[0], parts[1], window});
    }
    return make(NodeKind::share, where, {inner, kNoNode, window});
}

// `X 的 f 合计`: stream X, value f; a count has no value.
NodeId Build::aggregate(View where, NodeId inner, Op op, NodeId window, const Token* rank) {
    NodeId stream = inner;
    NodeId value = kNoNode;
    if (is(inner, NodeKind::field_of) && op != Op::count) {
        stream = at(inner).children[0];
        const std::string field = at(inner).text;
        value = make(NodeKind::name, at(inner).span, {}, field);
    }
    const NodeId id = make(NodeKind::aggregate, where, {stream, value, window}, "", op);
    at(id).span.begin = std::min(at(id).span.begin, at(inner).span.begin);
    if (rank != nullptr) {
        set_number(id, *rank);
    }
    return id;
}

// 每天 X 次数: one value of each day, which only a shift can read.
NodeId Build::each_unit(View v, NodeId inner, const Token* unit) {
    if (unit == nullptr) {
        return inner;
    }
    const Op op = unit->text == "week" ? Op::week : unit->text == "month" ? Op::month : Op::day;
    std::vector<NodeId> children = {inner};
    if (op == Op::day && unit->text != "day") {  // asked about by its own name
        children.push_back(make(NodeKind::unit, span(*unit), {}, unit->text));
    }
    return make(NodeKind::per_unit, v, std::move(children), "each", op);
}

NodeId Build::english_aggregate(View v) {
    if (const View inner = v.child(Rule::englishAggregate)) {  // mean per day of number of X …
        const Token* mean = v.tok(Tok::MEAN_PER);              // else: daily
        const std::string unit = mean != nullptr ? mean->text : "day";
        const Op op = unit == "week" ? Op::week : unit == "month" ? Op::month : Op::day;
        return make(
            NodeKind::per_unit, v, {english_aggregate(inner)}, mean != nullptr ? "" : "each", op);
    }
    const Token* per = v.has(Tok::PER) ? v.tok(Tok::UNIT) : nullptr;
    NodeId inner = v.child(Rule::expr) ? any_of(v) : ref(v.child(Rule::ref));
    const View given = v.child(Rule::englishWindow);
    NodeId window = kNoNode;
    if (given) {
        window = english_window(given);
    } else if (is(inner, NodeKind::windowed)) {  // sum of f of the latest …
        const std::vector<NodeId> parts = at(inner).children;
        window = parts[0];
        inner = parts[1];
    }
    if (v.has(Tok::NUMBER_OF)) {
        if (v.has(Tok::DISTINCT)) {
            const NodeId value = name(*v.tok(Tok::NAME));
            return make(NodeKind::aggregate, v, {inner, value, window}, "", Op::distinct);
        }
        return each_unit(v, aggregate(v, inner, Op::count, window, nullptr), per);
    }
    const Token* rank = v.tok(Tok::NUM);
    const std::array<std::pair<Tok, Op>, 7> ops = {
        {{Tok::SUM, Op::sum}, {Tok::AVERAGE, Op::average}, {Tok::MAXIMUM, Op::maximum},
            {Tok::MINIMUM, Op::minimum}, {Tok::SPREAD, Op::spread}, {Tok::DEVIATION, Op::deviation},
            {Tok::PERCENTILE, Op::percentile}}};
    for (const auto& [token, op] : ops) {
        if (v.has(token)) {
            const NodeId all = each_unit(v, aggregate(v, inner, op, window, rank), per);
            return v.has(Tok::BEFORE_THIS) ? make(NodeKind::before_this, v, {all}) : all;
        }
    }
    NodeId share = kNoNode;
    if (is(inner, NodeKind::where)) {
        const std::vector<NodeId> parts = at(inner).children;
        share = make(NodeKind::share, v, {parts[0], parts[1], window});
    } else {
        share = make(NodeKind::share, v, {inner, kNoNode, window});
    }
    return share;
}

NodeId Build::literal(View v) {
    if (const View length = v.child(Rule::quantity)) {
        return quantity(length);
    }
    if (const Token* currency = v.tok(Tok::CURRENCY_UNIT)) {
        const NodeId id = make(NodeKind::money, v, {}, currency->text);
        set_number(id, *v.tok(Tok::NUM));
        return id;
    }
    const Token& token = v.at(0).token();
    switch (token.type) {
    case Tok::PERCENT: return percent(token);
    case Tok::TEXT: return text(token);
    case Tok::TRUTH:
        return make(NodeKind::truth, v, {}, "", token.text == "yes" ? Op::yes : Op::no);
    case Tok::NUM:
        if (v.has(Tok::TIMES)) {  // 次数 ≥ 3 次
            const NodeId id = make(NodeKind::quantity, v, {}, "times");
            set_number(id, token);
            return id;
        }
        [[fallthrough]];
    default: {
        const NodeId id = make(NodeKind::number, v);
        set_number(id, token);
        return id;
    }
    }
}

NodeId Build::percent(const Token& token) {
    const Op op = token.text == "permille"    ? Op::permille
                  : token.text == "permyriad" ? Op::permyriad
                                              : Op::percent;
    const NodeId id = make(NodeKind::percent, span(token), {}, "", op);
    set_number(id, token);
    return id;
}

NodeId Build::quantity_of(const Token& number, View unit) {
    const NodeId id = make(NodeKind::quantity, span(number), {}, unit.first_token()->text);
    set_number(id, number);
    return id;
}

NodeId Build::length(View v) {
    const View counted = v.child(Rule::quantity);
    return counted ? quantity(counted) : name(*v.tok(Tok::NAME));
}

NodeId Build::quantity(View v) {
    const std::vector<const Token*> numbers = v.toks(Tok::NUM);
    const std::vector<View> units = v.all(Rule::unitWord);
    const NodeId id = make(NodeKind::quantity, v, {}, units.front().first_token()->text);
    set_number(id, *numbers.front());
    // 1 天 12 小时: all in the smaller unit.
    const auto in_seconds = [](const std::string& unit) -> std::int64_t {
        if (unit == "second") return 1;
        if (unit == "minute") return 60;
        if (unit == "hour") return 3600;
        if (unit == "day") return 86'400;
        if (unit == "week") return 604'800;
        return 0;
    };
    for (std::size_t i = 1; i < numbers.size(); ++i) {
        const std::string next = units[i].first_token()->text;
        const std::int64_t big = in_seconds(at(id).text);
        const std::int64_t small = in_seconds(next);
        const Decimal more = numbers[i]->number;
        std::int64_t total = 0;
        if (small == 0 || big <= small || at(id).number.decimals != 0 || more.decimals != 0 ||
            __builtin_mul_overflow(at(id).number.coefficient, big / small, &total) ||
            __builtin_add_overflow(total, more.coefficient, &total)) {
            sink_.report(kind::unexpected, span(units[i]),
                {{"found", std::string(sources_.text(span(units[i]))), ""},
                    {"expected", "a smaller unit", "更小的单位"}});
            break;
        }
        at(id).number = {total, 0};
        at(id).text = next;
    }
    return id;
}

NodeId Build::unit_node(const Token& token) {
    return make(NodeKind::unit, span(token), {}, token.text);
}

}  // namespace clausal::syntax
