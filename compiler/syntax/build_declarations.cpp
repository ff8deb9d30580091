#include "compiler/syntax/build.h"

namespace clausal::syntax {

NodeId Build::pack(View v) {
    std::vector<NodeId> settings;
    if (const View version = v.child(Rule::versionNo)) {
        const std::string text(version.first_token()->text);
        settings.push_back(make(NodeKind::setting, version, {}, text, Op::version));
    }
    for (const View each : v.all(Rule::packSetting)) {
        settings.push_back(pack_setting(each));
    }
    return make(NodeKind::pack, v, std::move(settings), v.tok(Tok::LABEL)->text);
}

NodeId Build::pack_setting(View v) {
    if (const Token* zone = v.tok(Tok::ZONE_ID)) {
        return make(NodeKind::setting, v, {}, zone->text, Op::zone);
    }
    if (v.has(Tok::LANGUAGE)) {
        return make(NodeKind::setting, v, {}, v.at(1).token().text, Op::language);
    }
    if (const Token* currency = v.tok(Tok::CURRENCY_UNIT)) {
        return make(NodeKind::setting, v, {}, currency->text, Op::currency);
    }
    if (v.has(Tok::LATENESS)) {
        return make(NodeKind::setting, v, {quantity(v.child(Rule::quantity))}, "", Op::lateness);
    }
    if (v.has(Tok::IMPORT)) {
        return make(NodeKind::import, v, {}, v.tok(Tok::LABEL)->text);
    }
    std::vector<NodeId> words;
    for (const Token* each : v.toks(Tok::TEXT)) {
        words.push_back(text(*each));
    }
    return make(NodeKind::setting, v, std::move(words), "", Op::filler);
}

NodeId Build::import(View v) {
    // Several packs in one statement: the first is the node, the others its children.
    const std::vector<const Token*> labels = v.toks(Tok::LABEL);
    std::vector<NodeId> others;
    for (std::size_t i = 1; i < labels.size(); ++i) {
        others.push_back(leaf(NodeKind::import, *labels[i]));
    }
    return make(NodeKind::import, v, std::move(others), labels.front()->text);
}

NodeId Build::with_fields(View v, NodeKind kind) {
    std::vector<NodeId> children;
    const View registered = v.child(Rule::registerPart);
    if (kind == NodeKind::subject) {
        children.push_back(registered ? register_part(registered) : kNoNode);
    }
    if (const View list = v.child(Rule::fieldList)) {
        fields(list, children);
    }
    if (registered && registered.child(Rule::fieldList)) {
        fields(registered.child(Rule::fieldList), children);
    }
    aliases(v, children);
    return make(kind, v, std::move(children), v.tok(Tok::NAME)->text);
}

void Build::fields(View list, std::vector<NodeId>& out) {
    for (const View each : list.all(Rule::field)) {
        out.push_back(field(each));
    }
}

NodeId Build::field(View v) {
    const std::vector<const Token*> names = v.toks(Tok::NAME);
    std::vector<NodeId> children;
    std::string text = names.front()->text;
    const View type = v.child(Rule::fieldType);
    children.push_back(type ? field_type(type) : kNoNode);
    if (names.size() > 1) {  // a role, then its subject
        text = names.back()->text;
        children.push_back(leaf(NodeKind::role, *names.front()));
    }
    aliases(v, children);
    return make(NodeKind::field, v, std::move(children), text);
}

NodeId Build::field_type(View v) {
    Op op = Op::none;
    switch (v.first_token()->type) {
    case Tok::T_TEXT: op = Op::text; break;
    case Tok::T_TEXTS: op = Op::texts; break;
    case Tok::T_NUMBER: op = Op::number; break;
    case Tok::T_INTEGER: op = Op::integer; break;
    case Tok::T_MONEY: op = Op::money; break;
    case Tok::T_PERCENT: op = Op::percent; break;
    case Tok::T_DURATION: op = Op::duration; break;
    case Tok::TIME: op = Op::instant; break;
    case Tok::DATE: op = Op::date; break;
    case Tok::T_YESNO: op = Op::boolean; break;
    default: op = v.has(Tok::LT) ? Op::choice_ordered : Op::choice; break;
    }
    std::vector<NodeId> choices;
    for (const Token* each : v.toks(Tok::CELL)) {
        choices.push_back(leaf(NodeKind::choice, *each));
    }
    std::string unit;
    if (const View word = v.child(Rule::unitWord)) {
        unit = word.first_token()->text;
    } else if (const Token* currency = v.tok(Tok::CURRENCY_UNIT)) {
        unit = currency->text;
    }
    const NodeId id = make(NodeKind::type, v, std::move(choices), unit, op);
    if (const View decimals = v.child(Rule::decimals)) {
        set_number(id, *decimals.tok(Tok::NUM));
    }
    return id;
}

void Build::aliases(View v, std::vector<NodeId>& out) {
    for (const View each : v.all(Rule::alias)) {
        const Op op = each.has(Tok::IN_ENGLISH)   ? Op::in_english
                      : each.has(Tok::IN_CHINESE) ? Op::in_chinese
                                                  : Op::also;
        out.push_back(make(NodeKind::also, each, {}, each.at(each.size() - 1).token().text, op));
    }
}

NodeId Build::parameter(View v) {
    std::vector<NodeId> children = {sum(v.child(Rule::sum))};
    aliases(v, children);
    return make(NodeKind::parameter, v, std::move(children), v.tok(Tok::NAME)->text);
}

NodeId Build::list(View v) {
    std::vector<NodeId> items;
    if (v.has(Tok::FILE_WORD)) {
        items.push_back(make(NodeKind::setting, v, {}, v.tok(Tok::TEXT)->text, Op::file));
    }
    for (const View each : v.all(Rule::listItem)) {
        if (const View length = each.child(Rule::quantity)) {
            items.push_back(quantity(length));
            continue;
        }
        const Token& token = each.at(0).token();
        if (token.type == Tok::PERCENT) {
            items.push_back(percent(token));
        } else if (token.type == Tok::NUM) {
            items.push_back(leaf(NodeKind::number, token));
            at(items.back()).text.clear();
            set_number(items.back(), token);
        } else {
            items.push_back(text(token));
        }
    }
    return make(NodeKind::list, v, std::move(items), v.tok(Tok::NAME)->text);
}

NodeId Build::table(View v) {
    std::vector<NodeId> children;
    const Token* hit = v.tok(Tok::HIT_FIRST);
    children.push_back(
        hit != nullptr ? make(NodeKind::setting, span(*hit), {}, "", Op::first) : kNoNode);
    const std::vector<const Token*> names = v.toks(Tok::NAME);
    for (std::size_t i = 1; i < names.size(); ++i) {
        children.push_back(leaf(NodeKind::table_column, *names[i]));
    }
    for (const View row : v.all(Rule::tableRow)) {
        children.push_back(table_row(row, names.size() - 2));
    }
    return make(NodeKind::table, v, std::move(children), names.front()->text);
}

// Cells go to the columns in order; a column without a cell takes anything (kNoNode).
NodeId Build::table_row(View v, std::size_t columns) {
    std::vector<NodeId> cells;
    for (const View cell : v.all(Rule::tableCell)) {
        if (cell.has(Tok::ANY_CELL)) {
            cells.push_back(kNoNode);
        } else if (cell.child(Rule::comparison)) {
            const NodeId right = cell_value(cell.child(Rule::cellValue));
            cells.push_back(make(NodeKind::compare, cell, {kNoNode, right}));
            at(cells.back()).op = Op::none;
            const Tok sign = cell.child(Rule::comparison).first_token()->type;
            at(cells.back()).op = sign == Tok::LT                           ? Op::lt
                                  : sign == Tok::LE || sign == Tok::ATMOST  ? Op::le
                                  : sign == Tok::NE                         ? Op::ne
                                  : sign == Tok::GE || sign == Tok::ATLEAST ? Op::ge
                                  : sign == Tok::GT                         ? Op::gt
                                                                            : Op::eq;
        } else if (cell.has(Tok::TO)) {
            cells.push_back(make(NodeKind::between, cell,
                {kNoNode, cell_value(cell.child(Rule::cellValue)),
                    cell_value(cell.child(Rule::cellValue, 1))}));
        } else {
            cells.push_back(cell_value(cell.child(Rule::cellValue)));
        }
    }
    const bool is_rest = v.has(Tok::REST);
    while (!is_rest && cells.size() < columns) {
        cells.push_back(kNoNode);
    }
    cells.push_back(cell_value(v.child(Rule::cellValue)));
    return make(NodeKind::table_row, v, std::move(cells), "", is_rest ? Op::otherwise : Op::none);
}

NodeId Build::cell_value(View v) {
    if (const Token* cell = v.tok(Tok::CELL)) {
        std::string lower = cell->text;
        for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower == "none" || lower == "无") return leaf(NodeKind::missing, *cell);
        return text(*cell);
    }
    const NodeId inner = literal(v.child(Rule::literal));
    return v.has(Tok::MINUS) ? make(NodeKind::negative, v, {inner}) : inner;
}

NodeId Build::term(View v) {
    std::vector<NodeId> children = {whole(v.child(Rule::expr))};
    for (const View each : v.all(Rule::withField)) {
        children.push_back(make(NodeKind::with_field, each, {whole(each.child(Rule::expr))},
            each.tok(Tok::NAME)->text));
    }
    aliases(v, children);
    return make(NodeKind::term, v, std::move(children), v.tok(Tok::NAME)->text);
}

NodeId Build::calendar(View v) {
    std::vector<NodeId> children;
    for (const Token* file : v.toks(Tok::TEXT)) {
        children.push_back(make(NodeKind::setting, span(*file), {}, file->text, Op::file));
    }
    for (const View each : v.all(Rule::workingTime)) {
        const std::vector<const Token*> clocks = each.toks(Tok::CLOCK);
        const NodeId from = moment_of(*clocks[0]);
        const NodeId to = moment_of(*clocks[1]);
        const NodeId range = make(NodeKind::moment_range, each, {from, to});
        children.push_back(make(NodeKind::setting, each, {range}, "", Op::working_days));
    }
    aliases(v, children);
    return make(NodeKind::calendar, v, std::move(children), v.tok(Tok::NAME)->text);
}

}  // namespace clausal::syntax
