// Decision tables: the first row whose cells all match gives the value.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {
namespace {

core::CompareOp compare_op(Op op) {
    switch (op) {
    case Op::lt: return core::CompareOp::lt;
    case Op::le: return core::CompareOp::le;
    case Op::ne: return core::CompareOp::ne;
    case Op::ge: return core::CompareOp::ge;
    case Op::gt: return core::CompareOp::gt;
    default: return core::CompareOp::eq;
    }
}

}  // namespace

// Whether `none` stands here for a missing value, and not for a declared choice of that name.
bool Elaborator::is_none(Id id, const Type& beside) const {
    if (id == kNoNode) return false;
    const syntax::Node& node = at(id);
    if (node.kind != SyntaxKind::missing && node.kind != SyntaxKind::name) return false;
    const std::string folded = names::fold(node.text);
    if (folded != "none" && folded != "无") return false;
    if (node.kind == SyntaxKind::name) {
        for (const names::Symbol& symbol : pack_.find(node.text)) {
            const bool value =
                symbol.kind == SymbolKind::parameter || symbol.kind == SymbolKind::term ||
                symbol.kind == SymbolKind::table || symbol.kind == SymbolKind::field ||
                symbol.kind == SymbolKind::subject;
            if (value) return false;
        }
    }
    return std::none_of(beside.choices.begin(), beside.choices.end(),
        [&](const std::string& choice) { return names::fold(choice) == folded; });
}

// A word that stands without quotes.
bool Elaborator::is_bare_word(Id id) const {
    const syntax::Node& node = at(id);
    return node.kind == SyntaxKind::name ||
           (node.kind == SyntaxKind::text && node.span.end - node.span.begin == node.text.size());
}

// The value of a cell: a word without quotes may name a parameter, unless its column has it as a choice.
Result Elaborator::cell_value(Id id, const Result& argument) {
    const std::vector<std::string>& choices = argument.type.choices;
    const std::string folded = names::fold(at(id).text);
    const bool is_choice = std::any_of(choices.begin(), choices.end(),
        [&](const std::string& choice) { return names::fold(choice) == folded; });
    if (!is_choice && is_bare_word(id)) {
        if (const names::Symbol* symbol = pack_.find(at(id).text, SymbolKind::parameter))
            return parameter(symbol->index, at(id).span);
    }
    Scope scope;
    scope.expected = &argument.type;
    return value(id, scope);
}

// `属于 远省`, `is one of remote`, or the name of a list alone.
std::optional<Result> Elaborator::cell_in_list(Id cell, const Result& argument) {
    if (!is_bare_word(cell)) return std::nullopt;
    struct Sign {
        std::string_view words;
        bool negated, sure;
    };
    static constexpr Sign kSigns[] = {{"不属于", true, true}, {"属于", false, true},
        {"is not one of ", true, true}, {"is one of ", false, true}, {"is not in ", true, false},
        {"not in ", true, false}, {"is in ", false, false}, {"in ", false, false}};
    std::string name = names::fold(at(cell).text);
    const Sign* said = nullptr;
    for (const Sign& sign : kSigns) {
        if (!name.starts_with(sign.words)) continue;
        said = &sign;
        name.erase(0, sign.words.size());
        name.erase(0, std::min(name.find_first_not_of(' '), name.size()));
        break;
    }
    const names::Symbol* list = pack_.find(name, SymbolKind::list);
    if (list == nullptr) {
        if (said == nullptr || !said->sure) return std::nullopt;
        report(kind::unknown_name, at(cell).span, {{"name", name, ""}, {"wanted", "list", "名单"}});
        return fail();
    }
    core::Node node = make(CoreKind::member, {argument.node});
    node.list = list_of(cell, argument.type, list);
    if (node.list == kNone) return fail();
    NodeId id = add(std::move(node), at(cell).span);
    if (said != nullptr && said->negated) id = add(make(CoreKind::not_, {id}), at(cell).span);
    return state_result(id, at(cell).span);
}

// kNone node in an ok result: the cell matches everything.
Result Elaborator::table_cell(Id cell, const Result& argument, const std::string& text) {
    Result any = state_result(kNone, cell == kNoNode ? Span{} : at(cell).span);
    if (cell == kNoNode) return any;
    const syntax::Node& node = at(cell);
    if (node.op == Op::any && node.children.empty()) return any;
    if (is_none(cell, argument.type)) {
        return state_result(add(make(CoreKind::is_missing, {argument.node}), node.span), node.span);
    }
    if (const auto member = cell_in_list(cell, argument)) return *member;
    if (node.kind == SyntaxKind::compare || node.kind == SyntaxKind::between) {
        const std::vector<Id> parts = children(cell);
        if (parts.empty()) return any;
        const Id last = parts.back();
        const Result right = cell_value(last, argument);
        if (!right.ok()) return fail();
        if (node.kind == SyntaxKind::compare)
            return compare_results(
                compare_op(node.op), argument, right, node.span, text, shown(last));
        if (parts.size() < 2) return fail();
        const Result low = cell_value(parts[parts.size() - 2], argument);
        if (!low.ok()) return fail();
        const Result above = compare_results(
            core::CompareOp::ge, argument, low, node.span, text, shown(parts[parts.size() - 2]));
        const Result below =
            compare_results(core::CompareOp::le, argument, right, node.span, text, shown(last));
        if (!above.ok() || !below.ok()) return fail();
        return state_result(all_of({above.node, below.node}, node.span), node.span);
    }
    Result right;
    if (node.kind == SyntaxKind::missing ||
        (node.kind == SyntaxKind::name && argument.type.kind == TypeKind::text &&
            pack_.find(node.text, SymbolKind::parameter) == nullptr))
        right = text_constant(node.text, node.span);
    else
        right = cell_value(cell, argument);
    if (!right.ok()) return fail();
    return compare_results(core::CompareOp::eq, argument, right, node.span, text, shown(cell));
}

// Cells go to the columns in order; one that cannot belong to its column by type goes to the first
// free one that it fits, so that `≥50 kW → …` needs no empty cell before it.
std::vector<Elaborator::Id> Elaborator::place_cells(
    const std::vector<Id>& cells, const std::vector<Result>& arguments) const {
    const auto fits = [&](Id cell, const Type& type) {
        Id look = cell;
        if (at(cell).kind == SyntaxKind::compare || at(cell).kind == SyntaxKind::between)
            look = children(cell).empty() ? cell : children(cell).back();
        if (at(look).kind == SyntaxKind::negative && child(look, 0) != kNoNode)
            look = child(look, 0);
        if (is_none(look, type)) return true;
        if (is_bare_word(look) && (pack_.find(at(look).text, SymbolKind::parameter) != nullptr ||
                                      pack_.find(at(look).text, SymbolKind::list) != nullptr))
            return true;
        const bool word = at(look).kind == SyntaxKind::text || at(look).kind == SyntaxKind::name ||
                          at(look).kind == SyntaxKind::missing;
        if (type.kind == TypeKind::choice) {
            return word && std::any_of(type.choices.begin(), type.choices.end(),
                               [&](const std::string& choice) {
                                   return names::fold(choice) == names::fold(at(look).text);
                               });
        }
        return is_numeric(type.kind)
                   ? !word
                   : word || at(look).kind == SyntaxKind::truth || type.kind == TypeKind::boolean;
    };
    std::vector<Id> straight(arguments.size(), kNoNode);
    bool all = true;
    for (std::size_t i = 0; i < cells.size() && i < arguments.size(); ++i) {
        straight[i] = cells[i];
        all = all && (cells[i] == kNoNode || fits(cells[i], arguments[i].type));
    }
    if (all) return straight;
    std::vector<Id> placed(arguments.size(), kNoNode);
    for (const Id cell : cells) {
        if (cell == kNoNode) continue;
        std::size_t to = arguments.size();
        for (std::size_t i = 0; i < arguments.size() && to == arguments.size(); ++i) {
            if (placed[i] == kNoNode && fits(cell, arguments[i].type)) to = i;
        }
        if (to == arguments.size()) return straight;  // its own finding says why
        placed[to] = cell;
    }
    return placed;
}

Result Elaborator::table_value(std::uint32_t index, const std::vector<Result>& arguments,
    const std::vector<std::string>& texts, Span span) {
    const names::Declared& table = pack_.tables[index];
    const TreeSwitch in(*this, table.at.tree);
    struct Row {
        NodeId condition;
        Result result;
    };
    std::vector<Row> rows;
    Result otherwise;
    bool failed = false;
    // A missing value has no type of its own until the other results give it one.
    const auto is_missing = [&](const Result& result) {
        return result.ok() && out_.core.nodes[result.node].kind == CoreKind::missing;
    };
    const auto missing = [&](Type type, Span at_span) {
        core::Node node = make(CoreKind::missing);
        node.type = type;
        return value_result(add(std::move(node), at_span), std::move(type), at_span);
    };
    for (const Id row : children(table.at.node)) {
        if (at(row).kind != SyntaxKind::table_row) continue;
        const auto& cells = at(row).children;
        if (cells.empty() || cells.back() == kNoNode) continue;
        const Id result_id = cells.back();
        const std::vector<names::Symbol>& known = pack_.find(at(result_id).text);
        const bool word =
            at(result_id).kind == SyntaxKind::name ||
            (at(result_id).kind == SyntaxKind::missing &&
                std::any_of(known.begin(), known.end(), [](const names::Symbol& symbol) {
                    return symbol.kind == SymbolKind::choice &&
                           symbol.owner_kind != SymbolKind::table;
                }));
        Result result = word ? text_constant(at(result_id).text, at(result_id).span)
                        : at(result_id).kind == SyntaxKind::missing
                            ? missing(Type{TypeKind::text, 0, "", {}, false}, at(result_id).span)
                            : value(result_id, {});
        if (!result.ok()) {
            failed = true;
            continue;
        }
        if (at(row).op == Op::otherwise) {
            otherwise = result;
            continue;
        }
        std::vector<NodeId> tests;
        const std::vector<Id> placed = place_cells({cells.begin(), cells.end() - 1}, arguments);
        for (std::size_t i = 0; i < placed.size(); ++i) {
            const Result test = table_cell(placed[i], arguments[i], texts[i]);
            if (!test.ok())
                failed = true;
            else if (test.node != kNone)
                tests.push_back(test.node);
        }
        if (tests.empty()) {
            otherwise = result;
            break;
        }
        rows.push_back({all_of(tests, at(row).span), result});
    }
    if (failed) return fail();
    if (!otherwise.ok()) {
        // Without such a row the last one stands only if it was proved complete (check_table).
        if (rows.empty()) return fail();
        otherwise = rows.back().result;
        rows.pop_back();
    }
    Result out = otherwise;
    for (std::size_t i = rows.size(); i-- > 0;) {
        Result then = rows[i].result;
        if (is_missing(out))
            out = missing(then.type, out.span);
        else if (is_missing(then))
            then = missing(out.type, then.span);
        else if (!unify(then, out, span, table.name, table.name))
            return fail();
        core::Node node = make(CoreKind::choose, {rows[i].condition, then.node, out.node});
        node.type = out.type;
        if (then.type.kind == TypeKind::number) node.type = then.type;
        Type type = node.type;
        out = value_result(add(std::move(node), span), std::move(type), span);
    }
    out.literal = Result::Literal::none;
    return out;
}

// The names of the columns that are looked up; the last one is the result.
std::vector<std::string> Elaborator::table_columns(std::uint32_t index) {
    const names::Declared& table = pack_.tables[index];
    std::vector<std::string> columns;
    const TreeSwitch in(*this, table.at.tree);
    for (const Id part : children(table.at.node)) {
        if (at(part).kind == SyntaxKind::table_column) columns.push_back(at(part).text);
    }
    if (!columns.empty()) columns.pop_back();
    return columns;
}

Result Elaborator::call(Id id, const Scope& scope) {
    const syntax::Node& node = at(id);
    const names::Symbol* table = pack_.find(node.text, SymbolKind::table);
    if (table == nullptr) return unsupported(id);
    const std::vector<std::string> columns = table_columns(table->index);
    std::string all;
    for (const std::string& column : columns) all += (all.empty() ? "" : ", ") + column;
    const auto column_of = [&](const std::string& name) {
        std::size_t i = 0;
        while (i < columns.size() && names::fold(columns[i]) != names::fold(name)) ++i;
        return i;
    };
    const std::vector<Id> given = children(id);
    if (given.size() != columns.size()) {
        report(kind::table_arguments, node.span,
            {{"table", node.text, ""}, {"wanted", std::to_string(columns.size()), ""},
                {"given", std::to_string(given.size()), ""}});
        return fail();
    }
    std::vector<Result> arguments;
    std::vector<std::string> texts;
    bool failed = false;
    for (const Id argument : given) {
        const std::size_t place = arguments.size();
        const std::size_t other =
            at(argument).kind == SyntaxKind::name ? column_of(at(argument).text) : columns.size();
        if (other != place && other < columns.size()) {
            report(kind::table_argument_order, at(argument).span,
                {{"name", shown(argument), ""}, {"column", columns[place], ""},
                    {"table", node.text, ""}, {"columns", all, ""}});
            return fail();
        }
        Result result = value(argument, scope);
        failed = failed || !result.ok();
        arguments.push_back(std::move(result));
        texts.push_back(shown(argument));
    }
    if (failed) return fail();
    return table_value(table->index, arguments, texts, node.span);
}

// A table without brackets takes its columns from what is called like them here.
Result Elaborator::bare_table(std::uint32_t index, const Scope& scope, Span span) {
    const names::Declared& table = pack_.tables[index];
    const std::vector<std::string> columns = table_columns(index);
    std::vector<Result> arguments;
    for (const std::string& column : columns) {
        Result result = bare_field(column, scope, span, false);
        if (!result.ok()) {
            if (const names::Symbol* known = pack_.find(column, SymbolKind::term))
                result = settle(term(known->index, span), scope);
        }
        if (!result.ok()) result = subject_value(column, span);
        if (result.form != Form::value) {
            report(kind::table_column_unknown, span,
                {{"column", column, ""}, {"table", table.name, ""}});
            return fail();
        }
        arguments.push_back(std::move(result));
    }
    return table_value(index, arguments, columns, span);
}

// The only ordered choice that has all these words, if there is one.
const Type* Elaborator::choice_of_words(const std::vector<std::string>& words) const {
    if (words.empty()) return nullptr;
    const Type* found = nullptr;
    bool several = false;
    const auto look = [&](const std::vector<Field>& fields) {
        for (const Field& field : fields) {
            if (field.type.kind != TypeKind::choice || !field.type.ordered) continue;
            const bool all = std::all_of(words.begin(), words.end(), [&](const std::string& word) {
                return std::any_of(field.type.choices.begin(), field.type.choices.end(),
                    [&](const std::string& choice) { return names::fold(choice) == word; });
            });
            if (!all) continue;
            several = several || (found != nullptr && found->choices != field.type.choices);
            found = &field.type;
        }
    };
    for (const EventType& event : pack_.schema.events) look(event.fields);
    for (const SubjectKind& subject : pack_.schema.subjects) look(subject.fields);
    return several ? nullptr : found;
}

// Overlaps and gaps, as far as the cells alone prove them.
void Elaborator::check_table(std::uint32_t index) {
    const names::Declared& table = pack_.tables[index];
    const TreeSwitch in(*this, table.at.tree);
    struct Range {
        bool any = true;
        bool is_text = false;
        std::string text;
        Op op = Op::eq;  // of a text
        std::optional<Rational> low, high;
        bool low_open = false, high_open = false;
        bool excluded = false;  // ≠
    };
    std::vector<std::vector<Range>> rows;
    std::vector<Span> places;
    bool has_otherwise = false;
    bool misplaced = false;
    Id otherwise = kNoNode;
    bool first_hit = false;
    std::size_t columns = 0;
    const auto range_of = [&](Id cell) {
        Range range;
        if (cell == kNoNode || (at(cell).op == Op::any && at(cell).children.empty())) return range;
        const syntax::Node& node = at(cell);
        const auto number = [&](Id part) -> std::optional<Rational> {
            const syntax::Node& inner = at(part);
            Rational value;
            if (!inner.has_number || inner.number.decimals < 0 || inner.number.decimals > 18 ||
                make_rational(inner.number.coefficient, power_of_ten(inner.number.decimals),
                    &value) != Fault::none)
                return std::nullopt;
            return value;
        };
        range.any = false;
        const std::vector<Id> parts = children(cell);
        if (node.kind == SyntaxKind::between && parts.size() >= 2) {
            range.low = number(parts[parts.size() - 2]);
            range.high = number(parts.back());
        } else if (node.kind == SyntaxKind::compare && !parts.empty()) {
            const auto value = number(parts.back());
            if (!value) {
                range.is_text = true;
                range.text = names::fold(at(parts.back()).text);
                range.op = node.op;
                range.excluded = node.op != Op::eq;
            } else if (node.op == Op::lt || node.op == Op::le) {
                range.high = value;
                range.high_open = node.op == Op::lt;
            } else if (node.op == Op::gt || node.op == Op::ge) {
                range.low = value;
                range.low_open = node.op == Op::gt;
            } else {
                range.low = range.high = value;
                range.excluded = node.op == Op::ne;
            }
        } else if (const auto value = number(cell)) {
            range.low = range.high = value;
        } else {
            range.is_text = true;
            range.text = names::fold(node.text);
        }
        return range;
    };
    for (const Id part : children(table.at.node)) {
        const syntax::Node& node = at(part);
        if (node.kind == SyntaxKind::table_column) ++columns;
        if (node.kind == SyntaxKind::setting || node.op == Op::first) first_hit = true;
        if (node.kind != SyntaxKind::table_row) continue;
        if (has_otherwise && !misplaced) {
            report(kind::otherwise_not_last, at(otherwise).span, {{"table", table.name, ""}});
            misplaced = true;
        }
        if (node.op == Op::otherwise) {
            has_otherwise = true;
            otherwise = part;
            continue;
        }
        std::vector<Range> row;
        for (std::size_t i = 0; i + 1 < node.children.size(); ++i)
            row.push_back(range_of(node.children[i]));
        row.resize(columns > 0 ? columns - 1 : row.size());
        rows.push_back(std::move(row));
        places.push_back(node.span);
    }
    // Words of an ordered choice are places in its order.
    for (std::size_t c = 0; c + 1 < columns; ++c) {
        std::vector<std::string> words;
        for (const std::vector<Range>& row : rows) {
            if (row[c].is_text) words.push_back(row[c].text);
        }
        const Type* choice = choice_of_words(words);
        if (choice == nullptr) continue;
        for (std::vector<Range>& row : rows) {
            Range& range = row[c];
            if (!range.is_text) continue;
            std::int64_t code = 0;
            while (names::fold(choice->choices[static_cast<std::size_t>(code)]) != range.text)
                ++code;
            const Rational value{code, 1};
            const bool below = range.op == Op::lt || range.op == Op::le;
            const bool above = range.op == Op::gt || range.op == Op::ge;
            range.is_text = false;
            range.excluded = range.op == Op::ne;
            if (!below) range.low = value;
            if (!above) range.high = value;
            range.low_open = range.op == Op::gt;
            range.high_open = range.op == Op::lt;
        }
    }
    if (!has_otherwise && !rows.empty()) {
        const bool last_matches_all = std::all_of(
            rows.back().begin(), rows.back().end(), [](const Range& range) { return range.any; });
        if (!last_matches_all) {
            Diagnostic& finding = report(kind::table_gap, table.span, {{"table", table.name, ""}});
            finding.help.push_back(
                {"", "add a last row `otherwise → …`", "请在最后加一行「其余 → …」"});
        }
    }
    const auto disjoint = [](const Range& a, const Range& b) {
        if (a.any || b.any || a.excluded || b.excluded) return false;
        if (a.is_text != b.is_text) return true;
        if (a.is_text) return a.text != b.text;
        const auto below = [](const Range& x, const Range& y) {
            if (!x.high || !y.low) return false;
            const int order = clausal::compare(*x.high, *y.low);
            return order < 0 || (order == 0 && (x.high_open || y.low_open));
        };
        return below(a, b) || below(b, a);
    };
    const auto narrower = [](const Range& a, const Range& b) {  // a ⊆ b
        if (b.any) return true;
        if (a.any || a.is_text != b.is_text) return false;
        if (a.is_text) return a.text == b.text && a.op == b.op && a.excluded == b.excluded;
        const bool low =
            !b.low ||
            (a.low && (clausal::compare(*a.low, *b.low) > 0 ||
                          (clausal::compare(*a.low, *b.low) == 0 && (a.low_open || !b.low_open))));
        const bool high = !b.high || (a.high && (clausal::compare(*a.high, *b.high) < 0 ||
                                                    (clausal::compare(*a.high, *b.high) == 0 &&
                                                        (a.high_open || !b.high_open))));
        return low && high && !a.excluded && !b.excluded;
    };
    const auto common_bound = [](const Range& a, const Range& b) -> const Rational* {
        if (a.any || b.any || a.excluded || b.excluded || a.is_text || b.is_text) return nullptr;
        const auto meet = [](const Range& x, const Range& y) {
            const auto longer = [](const Range& r) {
                return !r.low || !r.high || clausal::compare(*r.low, *r.high) < 0;
            };
            return x.high && y.low && !x.high_open && !y.low_open && longer(x) && longer(y) &&
                   clausal::compare(*x.high, *y.low) == 0;
        };
        if (meet(a, b)) return &*a.high;
        return meet(b, a) ? &*b.high : nullptr;
    };
    std::size_t reported = 0;
    std::set<std::size_t> unreached;
    for (std::size_t j = 0; j < rows.size(); ++j) {
        for (std::size_t i = 0; i < j; ++i) {
            bool covered = rows[j].size() == rows[i].size();
            for (std::size_t c = 0; covered && c < rows[i].size(); ++c)
                covered = narrower(rows[j][c], rows[i][c]);
            if (!covered) continue;
            Diagnostic& finding = report(kind::row_never_reached, places[j],
                {{"table", table.name, ""}, {"first", std::to_string(i + 1), ""},
                    {"row", std::to_string(j + 1), ""}});
            finding.labels.push_back({places[i], "it is taken here", "在这里已命中"});
            unreached.insert(j);
            break;
        }
    }
    // Neighbours that both take their common bound.
    for (std::size_t j = 0; j < rows.size(); ++j) {
        for (std::size_t i = 0; i < j; ++i) {
            const Rational* shared = nullptr;
            bool meet = rows[i].size() == rows[j].size();
            for (std::size_t c = 0; meet && c < rows[i].size(); ++c) {
                const Rational* bound = common_bound(rows[i][c], rows[j][c]);
                if (bound != nullptr && shared == nullptr) {
                    shared = bound;
                } else {
                    meet = !disjoint(rows[i][c], rows[j][c]);
                }
            }
            if (!meet || shared == nullptr) continue;
            report(kind::tiers_share_bound, places[j],
                {{"table", table.name, ""}, {"first", std::to_string(i + 1), ""},
                    {"second", std::to_string(j + 1), ""}, {"value", to_string(*shared, 6), ""}})
                .labels.push_back({places[i], "the other row", "另一行"});
            unreached.insert(j);
        }
    }
    if (first_hit) return;
    for (std::size_t j = 0; j < rows.size() && reported < 5; ++j) {
        for (std::size_t i = 0; i < j && reported < 5; ++i) {
            bool apart = false;
            bool special = true;  // the earlier row is the exception to the later one
            bool covered = true;  // the later row can never be reached
            for (std::size_t c = 0; c < rows[i].size() && c < rows[j].size(); ++c) {
                apart = apart || disjoint(rows[i][c], rows[j][c]);
                special = special && narrower(rows[i][c], rows[j][c]);
                covered = covered && narrower(rows[j][c], rows[i][c]);
            }
            if (apart || (special && !covered) || unreached.contains(i) || unreached.contains(j))
                continue;
            Diagnostic& finding = report(kind::table_rows_overlap, table.span,
                {{"table", table.name, ""}, {"first", std::to_string(i + 1), ""},
                    {"second", std::to_string(j + 1), ""}});
            finding.help.push_back({"", "write `first match` after the columns if that is meant",
                "若本意如此，请在列名后写「首个命中」"});
            ++reported;
        }
    }
}

}  // namespace clausal::types
