#include "compiler/syntax/build.h"

namespace clausal::syntax {

namespace {

Op format_of(View v) {
    return v.has(Tok::NDJSON) ? Op::ndjson : v.has(Tok::SQLITE) ? Op::sqlite : Op::csv;
}

}  // namespace

NodeId Build::source(View v) {
    std::vector<NodeId> children;
    for (const View each : v.all(Rule::sourceOption)) {
        if (each.has(Tok::NO_HEADER)) {
            children.push_back(make(NodeKind::setting, each, {}, "no", Op::header));
        } else if (each.has(Tok::SEPARATOR)) {
            children.push_back(
                make(NodeKind::setting, each, {}, each.tok(Tok::TEXT)->text, Op::separator));
        } else if (each.has(Tok::ZONE)) {
            children.push_back(
                make(NodeKind::setting, each, {}, each.tok(Tok::ZONE_ID)->text, Op::zone));
        } else {
            children.push_back(make(NodeKind::setting, each, {}, "", Op::rank));
            set_number(children.back(), *each.tok(Tok::NUM));
        }
    }
    for (const View each : v.all(Rule::sourceEvent)) {
        children.push_back(source_event(each));
    }
    return make(NodeKind::source, v, std::move(children), v.tok(Tok::TEXT)->text, format_of(v));
}

NodeId Build::source_event(View v) {
    std::vector<NodeId> children;
    if (const View filter = v.child(Rule::expr)) {
        children.push_back(make(NodeKind::source_filter, filter, {expr(filter)}));
    }
    for (const View each : v.all(Rule::binding)) {
        children.push_back(binding(each));
    }
    return make(NodeKind::source_event, v, std::move(children), v.tok(Tok::NAME)->text);
}

NodeId Build::register_part(View v) {
    std::vector<NodeId> bindings;
    for (const View each : v.all(Rule::binding)) {
        bindings.push_back(binding(each));
    }
    return make(
        NodeKind::register_source, v, std::move(bindings), v.tok(Tok::TEXT)->text, format_of(v));
}

NodeId Build::binding(View v) {
    if (v.has(Tok::MISSING_MARK) || v.has(Tok::MISSING)) {
        std::vector<NodeId> marks;
        for (const Token* each : v.toks(Tok::TEXT)) {
            marks.push_back(text(*each));
        }
        return make(NodeKind::missing_marks, v, std::move(marks));
    }
    const View zone = v.child(Rule::zoneClause);
    const View value = v.child(Rule::sourceSum);
    if (!value) {
        return make(NodeKind::setting, v, {}, zone.tok(Tok::ZONE_ID)->text, Op::zone);
    }
    NodeId inner = source_sum(value);
    if (zone) {
        inner = make(NodeKind::zoned, v, {inner}, zone.tok(Tok::ZONE_ID)->text);
    }
    const Token* field = v.tok(Tok::NAME);
    const Op op = v.has(Tok::TIME) ? Op::time : v.has(Tok::EVENT_ID) ? Op::id : Op::none;
    return make(NodeKind::binding, v, {inner}, field != nullptr ? field->text : "", op);
}

NodeId Build::source_sum(View v) {
    NodeId left = source_product(v.child(Rule::sourceProduct));
    Op op = Op::plus;
    for (std::size_t i = 1; i < v.size(); ++i) {
        const View each = v.at(i);
        if (each.is_token()) {
            op = each.token().type == Tok::PLUS ? Op::plus : Op::minus;
        } else {
            left = make(NodeKind::arithmetic, v, {left, source_product(each)}, "", op);
        }
    }
    return left;
}

NodeId Build::source_product(View v) {
    NodeId left = source_join(v.child(Rule::sourceJoin));
    Op op = Op::times;
    for (std::size_t i = 1; i < v.size(); ++i) {
        const View each = v.at(i);
        if (each.is_token()) {
            op = each.token().type == Tok::MULTIPLY ? Op::times : Op::divide;
        } else {
            left = make(NodeKind::arithmetic, v, {left, source_join(each)}, "", op);
        }
    }
    return left;
}

NodeId Build::source_join(View v) {
    std::vector<NodeId> parts;
    for (const View each : v.all(Rule::sourceAtom)) {
        parts.push_back(source_atom(each));
    }
    return parts.size() == 1 ? parts.front() : make(NodeKind::joined, v, std::move(parts));
}

NodeId Build::source_atom(View v) {
    const std::vector<View> columns = v.all(Rule::column);
    if (columns.size() > 1) {
        std::vector<NodeId> items;
        for (const View each : columns) {
            items.push_back(column(each));
        }
        return make(NodeKind::items, v, std::move(items));
    }
    if (columns.size() == 1) {
        const NodeId inner = column(columns.front());
        const View format = v.child(Rule::columnFormat);
        if (!format) {
            return inner;
        }
        const Op op = format.has(Tok::AS_FRACTION)  ? Op::as_fraction
                      : format.has(Tok::AS_PERCENT) ? Op::as_percent
                                                    : Op::none;
        std::string word;
        if (format.has(Tok::TEXT)) {
            word = format.tok(Tok::TEXT)->text;
        } else if (op == Op::none) {
            word = format.first_token()->text;
        }
        return make(NodeKind::column_format, v, {inner}, word, op);
    }
    if (v.has(Tok::DATE) || v.has(Tok::UNIT)) {
        return source_date(v);
    }
    if (const Token* field = v.tok(Tok::NAME)) {
        return name(*field);
    }
    if (const View inner = v.child(Rule::literal)) {
        return literal(inner);
    }
    return source_sum(v.child(Rule::sourceSum));
}

// 日期（y，m，d）的（h 时 m 分 − delay，按 24 小时回绕）
NodeId Build::source_date(View v) {
    const std::vector<View> parts = v.all(Rule::sourceSum);
    const NodeId date = make(
        NodeKind::date_of, v, {source_sum(parts[0]), source_sum(parts[1]), source_sum(parts[2])});
    const View clock = v.child(Rule::sourceClock);
    if (!clock) {
        return date;
    }
    const auto plain = [&](View atom) {  // `列 minute 分` is a number here, not a duration
        const NodeId id = source_atom(atom);
        return is(id, NodeKind::column_format) && at(id).op == Op::none ? at(id).children.front()
                                                                        : id;
    };
    std::vector<NodeId> time = {date};
    NodeId result = kNoNode;
    Op op = Op::none;
    for (std::size_t i = 0; i < clock.size(); ++i) {
        const View each = clock.at(i);
        if (each.is_token()) {
            const bool adds = each.token().type == Tok::PLUS || each.token().type == Tok::MINUS;
            op = !adds ? Op::none : each.token().type == Tok::PLUS ? Op::plus : Op::minus;
        } else if (op == Op::none) {
            time.push_back(plain(each));
        } else {
            if (result == kNoNode) {
                result = make(NodeKind::time_at, clock, time);
            }
            result = make(NodeKind::arithmetic, clock, {result, source_atom(each)}, "", op);
        }
    }
    if (result == kNoNode) {
        result = make(NodeKind::time_at, clock, time);
    }
    if (v.child(Rule::wrap)) {
        result = make(NodeKind::wrapped, v, {result});
    }
    return result;
}

NodeId Build::column(View v) {
    const Token& token = v.at(1).token();
    const NodeId id = make(NodeKind::column, v, {}, token.type == Tok::NUM ? "" : token.text);
    if (token.type == Tok::NUM) {
        set_number(id, token);
    }
    return id;
}

}  // namespace clausal::syntax
