// Comparisons and tests of one value: units agree, choices are known, literals get their type.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/core/readings.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/print.h"
#include "compiler/names/units.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {
namespace {

bool plain(const Type& type) {
    return type.kind == TypeKind::number || type.kind == TypeKind::integer;
}

bool holds(core::CompareOp op, int order) {
    switch (op) {
    case core::CompareOp::lt: return order < 0;
    case core::CompareOp::le: return order <= 0;
    case core::CompareOp::eq: return order == 0;
    case core::CompareOp::ne: return order != 0;
    case core::CompareOp::ge: return order >= 0;
    case core::CompareOp::gt: return order > 0;
    }
    return false;
}

std::string hundredfold(const std::string& number) {
    const auto parsed = parse_decimal(number);
    if (!parsed || parsed->coefficient > 9'000'000'000'000'000 ||
        parsed->coefficient < -9'000'000'000'000'000)
        return number + "00";
    return to_string(Decimal{parsed->coefficient * 100, parsed->decimals});
}

}  // namespace

core::CompareOp Elaborator::comparison(Op op) {
    switch (op) {
    case Op::lt: return core::CompareOp::lt;
    case Op::le: return core::CompareOp::le;
    case Op::ne: return core::CompareOp::ne;
    case Op::ge: return core::CompareOp::ge;
    case Op::gt: return core::CompareOp::gt;
    default: return core::CompareOp::eq;
    }
}

std::string Elaborator::type_text(const Result& result, bool chinese) const {
    if (result.form == Form::state) return chinese ? "条件" : "a condition";
    if (result.form == Form::occurrence) return chinese ? "发生的事" : "something that happens";
    if (result.literal == Result::Literal::number)
        return chinese ? "没有单位的数" : "a bare number";
    if (result.working) return chinese ? "工时" : "working time";
    static const char* const kArticles[] = {"text", "texts", "a number", "an integer", "money",
        "a percentage", "a duration", "a time", "a date", "yes or no", "a choice"};
    static const char* const kChinese[] = {
        "文本", "多个文本", "数", "整数", "钱", "百分比", "时长", "时刻", "日期", "是否", "选项"};
    const auto place = static_cast<std::size_t>(result.type.kind);
    std::string text = chinese ? kChinese[place] : kArticles[place];
    if (!result.type.unit.empty())
        text += chinese ? "（" + names::unit_in_chinese(unit_words(result.type.unit)) + "）"
                        : " in " + unit_words(result.type.unit);
    return text;
}

// Gives a bare number the type of what stands beside it, or says why it has none.
bool Elaborator::adapt(Result& literal, const Result& typed, const std::string& typed_text,
    const std::string& literal_text) {
    switch (typed.type.kind) {
    case TypeKind::money: {
        if (typed.type.unit.empty()) return true;
        note(literal.span,
            fmt::format("{} is read as {} {}", literal.text, literal.text, typed.type.unit),
            fmt::format("{} 按 {} {} 理解", literal.text, literal.text, typed.type.unit));
        const std::string text = literal.text;
        literal = constant(literal.constant, typed.type, literal.span);
        literal.text = text;
        return true;
    }
    case TypeKind::percent: {
        Diagnostic& finding = report(kind::number_beside_percent, literal.span,
            {{"number", literal.text, ""}, {"hundredfold", hundredfold(literal.text), ""}});
        if (!(literal.written == literal.span))
            finding.labels.push_back(
                {literal.written, "its value is written here", "它的值写在这里"});
        finding.fixes.push_back({literal.written, literal.text + "%", false});
        finding.fixes.push_back({literal.written, hundredfold(literal.text) + "%", false});
        return false;
    }
    case TypeKind::duration: {
        // 0 is 0 in every unit.
        if (literal.constant.numerator == 0) {
            literal = constant(literal.constant, typed.type, literal.span);
            return true;
        }
        Diagnostic& finding = report(kind::duration_without_unit, literal.span,
            {{"name", typed_text, ""}, {"number", literal.text, ""}});
        const bool english =
            !typed_text.empty() && static_cast<unsigned char>(typed_text[0]) < 0x80;
        if (!(literal.written == literal.span))
            finding.labels.push_back(
                {literal.written, "its value is written here", "它的值写在这里"});
        finding.fixes.push_back(
            {literal.written, literal.text + (english ? " seconds" : " 秒"), false});
        finding.fixes.push_back(
            {literal.written, literal.text + (english ? " minutes" : " 分钟"), false});
        return false;
    }
    case TypeKind::number:
    case TypeKind::integer:
        if (!typed.type.unit.empty() && literal.type.unit.empty()) {
            note(literal.span,
                fmt::format("{} is read in the unit of `{}`: {}", literal_text, typed_text,
                    unit_words(typed.type.unit)),
                fmt::format("{} 按 `{}` 的单位 {} 理解", literal_text, typed_text,
                    names::unit_in_chinese(unit_words(typed.type.unit))));
        }
        return true;
    default: return true;
    }
}

// A number that counts days, beside a length of time: the two are written differently.
void Elaborator::days_beside_length(
    Diagnostic& finding, const Result& number, const Result& length, const std::string& name) {
    const auto unit = names::unit_length(number.type.unit);
    Rational count;
    if (!plain(number.type) || !unit || length.type.kind != TypeKind::duration ||
        !length.is_constant || divide(length.constant, Rational{*unit, 1}, &count) != Fault::none)
        return;
    const std::string text = to_string(count, 6);
    finding.help.push_back({"",
        fmt::format("`{}` is a number that counts {}s: write `{}`; or declare it as a `duration`",
            name, number.type.unit, text),
        fmt::format("`{}` 是以{}计的数：请写 `{}`；或把它声明为「时长」", name,
            names::unit_in_chinese(number.type.unit), text)});
    finding.fixes.push_back({length.span, text, false});
}

bool Elaborator::unify(Result& left, Result& right, Span span, const std::string& left_text,
    const std::string& right_text) {
    const auto mismatch = [&]() {
        Diagnostic& finding = report(kind::type_mismatch, span,
            {{"left", left_text, ""}, {"left_type", type_text(left, false), type_text(left, true)},
                {"right", right_text, ""},
                {"right_type", type_text(right, false), type_text(right, true)}});
        // `stock < 14 days`: for how long will it last?
        const auto amount = [](const Result& one) {
            return (one.type.kind == TypeKind::integer || one.type.kind == TypeKind::number) &&
                   !one.is_constant && !names::unit_length(one.type.unit);
        };
        const bool left_lasts = amount(left) && right.type.kind == TypeKind::duration;
        if ((left_lasts || (amount(right) && left.type.kind == TypeKind::duration)) &&
            (left.is_constant || right.is_constant)) {
            const Result& length = left_lasts ? right : left;
            const Rational days{length.constant.numerator, length.constant.denominator * kDay};
            const Int128 whole = days.numerator / days.denominator;
            if (days.numerator % days.denominator == 0 && whole > 0 && whole < 100'000) {
                finding.help.push_back({"",
                    fmt::format(
                        "if it is to last so long, divide by what is used in a day: `{0} ÷ (sum of … in the last 28 days ÷ 28) … {1}`",
                        left_lasts ? left_text : right_text, static_cast<std::int64_t>(whole)),
                    fmt::format(
                        "若指够用多久，请除以每天的用量：「{0} ÷（近 28 天 … 合计 ÷ 28）… {1}」",
                        left_lasts ? left_text : right_text, static_cast<std::int64_t>(whole))});
            }
        }
        days_beside_length(finding, left, right, left_text);
        days_beside_length(finding, right, left, right_text);
        return false;
    };
    if (is_numeric(left.type.kind) && is_numeric(right.type.kind)) {
        const bool left_number = left.literal == Result::Literal::number;
        const bool right_number = right.literal == Result::Literal::number;
        if (right_number && !left_number && !adapt(right, left, left_text, right_text))
            return false;
        if (left_number && !right_number && !adapt(left, right, right_text, left_text))
            return false;
        // A named constant written without a unit meets a percentage.
        if (plain(left.type) && plain(right.type)) {
            if (left.type.unit == right.type.unit || left.type.unit.empty() ||
                right.type.unit.empty()) {
                if (left.literal == Result::Literal::quantity &&
                    right.literal == Result::Literal::none && right.type.unit.empty())
                    return mismatch();
                if (right.literal == Result::Literal::quantity &&
                    left.literal == Result::Literal::none && left.type.unit.empty())
                    return mismatch();
                return true;
            }
            const bool right_is_literal = right.literal == Result::Literal::quantity;
            const Result& given = right_is_literal ? right : left;
            const Result& wanted = right_is_literal ? left : right;
            Diagnostic& finding = report(kind::unit_mismatch, given.span,
                {{"name", right_is_literal ? left_text : right_text, ""},
                    {"wanted", unit_words(wanted.type.unit), ""},
                    {"given", given.text.empty() ? unit_words(given.type.unit) : given.text, ""}});
            if (given.type.unit == "kWh" && wanted.type.unit == "C" &&
                given.literal == Result::Literal::quantity &&
                sources_.text(given.span).find("度") != std::string_view::npos) {
                const std::string number = given.text.substr(0, given.text.find(' '));
                finding.help.push_back({"", "`度` is a kilowatt-hour here; write `摄氏度`",
                    "「度」在这里是千瓦时；温度请写「摄氏度」"});
                finding.fixes.push_back({given.span, number + "摄氏度", false});
                return false;
            }
            const std::size_t cut = given.text.rfind(' ');
            const std::string spelled =
                cut == std::string::npos ? given.type.unit : given.text.substr(cut + 1);
            if (const auto factor = names::conversion(given.type.unit, wanted.type.unit)) {
                finding.help.push_back({"",
                    fmt::format("1 {} = {} {}: write one of them", spelled, *factor,
                        unit_words(wanted.type.unit)),
                    fmt::format("1 {} = {} {}：请写其中一种", spelled, *factor,
                        unit_words(wanted.type.unit))});
            }
            return false;
        }
        // A ratio beside a percentage: 0.5 is 50%.
        if ((left.type.kind == TypeKind::percent && is_ratio(right)) ||
            (right.type.kind == TypeKind::percent && is_ratio(left)))
            return true;
        if (left.type.kind != right.type.kind) return mismatch();
        if (left.type.kind == TypeKind::money && left.type.unit != right.type.unit) {
            report(kind::currency_mismatch, span,
                {{"left", left.type.unit, ""}, {"right", right.type.unit, ""}})
                .help.push_back({"",
                    fmt::format("write both in {}; amounts of different currencies are kept apart",
                        left.type.unit),
                    fmt::format("请都用 {}；不同币种的金额不能混在一起", left.type.unit)});
            return false;
        }
        if (left.type.kind == TypeKind::duration && left.working != right.working) {
            const Result& literal = right.literal == Result::Literal::quantity ? right : left;
            const bool left_is_literal = &literal == &left;
            Rational hours;
            std::string number = "?";
            if (literal.is_constant &&
                divide(literal.constant, Rational{kHour, 1}, &hours) == Fault::none)
                number = to_string(hours, 3);
            const std::string& name = left_is_literal ? right_text : left_text;
            // The literal's own kind is what does not fit.
            Diagnostic& finding =
                report(literal.working ? kind::elapsed_time_here : kind::unlike_units, literal.span,
                    {{"name", name, ""}, {"number", number, ""}});
            const bool english = !name.empty() && static_cast<unsigned char>(name[0]) < 0x80;
            const char* unit = literal.working ? (english ? " hours" : " 小时")
                                               : (english ? " working hours" : " 个工作小时");
            finding.fixes.push_back({literal.span, number + unit, false});
            return false;
        }
        return true;
    }
    for (Result* side : {&left, &right}) {
        Result& other = side == &left ? right : left;
        const bool word =
            side->literal == Result::Literal::name || side->literal == Result::Literal::text;
        if (word && other.type.kind == TypeKind::choice) {
            for (std::size_t i = 0; i < other.type.choices.size(); ++i) {
                if (names::fold(other.type.choices[i]) == names::fold(side->text)) {
                    *side = code_constant(static_cast<std::int64_t>(i), other.type, side->span);
                    return true;
                }
            }
            std::string choices;
            for (const std::string& choice : other.type.choices)
                choices += (choices.empty() ? "" : ", ") + choice;
            Diagnostic& finding = report(kind::unknown_choice, side->span,
                {{"value", side->text, ""}, {"name", side == &left ? right_text : left_text, ""},
                    {"choices", choices, ""}});
            for (const std::string& choice : other.type.choices) {
                if (names::distance(choice, side->text) <= 1)
                    finding.fixes.push_back({side->span, choice, false});
            }
            return false;
        }
    }
    // A time of day beside a date would be lost without a word.
    for (const Result* side : {&left, &right}) {
        const Result& other = side == &left ? right : left;
        if (side->is_constant && side->type.kind == TypeKind::instant &&
            other.type.kind == TypeKind::date)
            return mismatch();
        if (side->is_constant && side->type.kind == TypeKind::date &&
            other.type.kind == TypeKind::instant) {
            note(span, fmt::format("compared by local day of zone {}", pack_.schema.zone),
                fmt::format("按时区 {} 的当地日期比较", pack_.schema.zone));
        }
    }
    if (left.type.kind == TypeKind::date && right.type.kind == TypeKind::instant) {
        core::Node node = make(CoreKind::date_of, {right.node});
        node.type = left.type;
        right = value_result(add(std::move(node), span), left.type, span);
        return true;
    }
    if (left.type.kind == TypeKind::instant && right.type.kind == TypeKind::date) {
        core::Node node = make(CoreKind::date_of, {left.node});
        node.type = right.type;
        left = value_result(add(std::move(node), span), right.type, span);
        return true;
    }
    if (left.type.kind != right.type.kind) return mismatch();
    if (left.type.kind == TypeKind::choice && left.type.choices != right.type.choices)
        return mismatch();
    return true;
}

Result Elaborator::compare_results(core::CompareOp op, Result left, Result right, Span span,
    const std::string& left_text, const std::string& right_text) {
    if (!unify(left, right, span, left_text, right_text)) return fail();
    const bool by_order = op != core::CompareOp::eq && op != core::CompareOp::ne;
    const TypeKind kind = left.type.kind;
    if (by_order && kind == TypeKind::choice && !left.type.ordered) {
        std::string choices;
        for (const std::string& choice : left.type.choices)
            choices += (choices.empty() ? "" : "<") + choice;
        report(kind::choice_without_order, span,
            {{"name", left.is_constant ? right_text : left_text, ""}, {"choices", choices, ""}});
        return fail();
    }
    if (by_order &&
        (kind == TypeKind::text || kind == TypeKind::texts || kind == TypeKind::boolean)) {
        report(kind::type_mismatch, span,
            {{"left", left_text, ""}, {"left_type", type_text(left, false), type_text(left, true)},
                {"right", right_text, ""},
                {"right_type", type_text(right, false), type_text(right, true)}});
        return fail();
    }
    if (left.is_constant && right.is_constant) {
        const bool truth = holds(op, clausal::compare(left.constant, right.constant));
        report(kind::constant_condition, span,
            {{"truth", truth ? "true" : "false", truth ? "真" : "假"}})
            .help.push_back({"", "both sides are fixed: leave it out, or compare with a field",
                "两边都是固定的值：请去掉它，或改为与字段比较"});
        return fail();
    }
    if (left.node == right.node && out_.core.nodes[left.node].kind != CoreKind::now) {
        const bool truth = holds(op, 0);
        report(kind::constant_condition, span,
            {{"truth", truth ? "true" : "false", truth ? "真" : "假"}})
            .help.push_back({"", "both sides are the same: compare with something else",
                "两边相同：请改为与别的值比较"});
        return fail();
    }
    if (kind == TypeKind::boolean && (left.is_constant || right.is_constant)) {
        const Result& known = left.is_constant ? left : right;
        const NodeId is =
            add(make(CoreKind::is_true, {left.is_constant ? right.node : left.node}), span);
        const bool wanted = (known.constant.numerator == 1) == (op == core::CompareOp::eq);
        return state_result(wanted ? is : add(make(CoreKind::not_, {is}), span), span);
    }
    // The running value of an open unit can still grow: what needs it small is never certain.
    const bool needs_small =
        op == core::CompareOp::lt || op == core::CompareOp::le || op == core::CompareOp::eq;
    const bool needs_large =
        op == core::CompareOp::gt || op == core::CompareOp::ge || op == core::CompareOp::eq;
    if (left.running && needs_small) return from_above(*left.running, span);
    if (right.running && needs_large) return from_above(*right.running, span);
    core::Node node = make(CoreKind::compare, {left.node, right.node});
    node.compare = op;
    return state_result(add(std::move(node), span), span);
}

Result Elaborator::from_above(const Span& window, Span span) {
    const std::string_view text = sources_.text(window);
    const bool chinese = std::any_of(text.begin(), text.end(),
        [](char letter) { return static_cast<unsigned char>(letter) >= 0x80; });
    Diagnostic& finding =
        report(kind::running_from_above, span, {{"window", std::string(text), ""}});
    finding.help.push_back({"",
        "`so far` takes the value up to now as it stands; `last month`, `yesterday` the closed one",
        "「至今」取到此刻为止的值；「上月」「昨天」取已结束的"});
    finding.fixes.push_back({window, std::string(text) + (chinese ? "至今" : " so far"), false});
    struct Closed {
        const char* open;
        const char* closed;
    };
    static constexpr Closed kClosed[] = {{"今天", "昨天"}, {"今日", "昨日"}, {"本日", "昨日"},
        {"本周", "上周"}, {"这周", "上周"}, {"本月", "上月"}, {"当月", "上月"}, {"今年", "去年"},
        {"本年", "去年"}, {"today", "yesterday"}, {"this day", "yesterday"}, {"this ", "last "}};
    for (const Closed& one : kClosed) {
        const std::size_t place = text.find(one.open);
        if (place == std::string_view::npos) continue;
        std::string closed(text);
        closed.replace(place, std::string_view(one.open).size(), one.closed);
        finding.fixes.push_back({window, std::move(closed), false});
        break;
    }
    return fail();
}

Result Elaborator::compare_with_earlier_window(Id id, const Scope& scope) {
    // `sum … in the last 28 days < 60% × the 28 days before`
    const Id scaled = child(id, 1);
    const Id left_id = child(id, 0);
    const Result left = value(left_id, scope);
    std::optional<Window> earlier;
    Id factor = kNoNode;
    for (const Id part : children(scaled)) {
        const SyntaxKind kind = at(part).kind;
        if (kind == SyntaxKind::window_last || kind == SyntaxKind::window_unit ||
            kind == SyntaxKind::window_since)
            earlier = window(part);
        else
            factor = part;
    }
    if (!left.ok() || !earlier) return fail();
    if (earlier->offset == 0) earlier->offset = earlier->length;
    core::Node node = out_.core.nodes[left.node];
    if (node.kind != CoreKind::aggregate) {
        report(kind::not_supported, at(scaled).span, {{"text", shown(left_id), ""}});
        return fail();
    }
    node.window = *earlier;
    const Type type = node.type;
    Result right = value_result(add(std::move(node), at(scaled).span), type, at(scaled).span);
    if (factor != kNoNode) {
        const Result by = value(factor, scope);
        if (!by.ok()) return fail();
        right = combine(Op::times, by, right, at(scaled).span, factor, scaled);
        if (!right.ok()) return fail();
    }
    return compare_results(
        comparison(at(id).op), left, right, at(id).span, shown(left_id), shown(scaled));
}

Result Elaborator::compare(Id id, const Scope& scope) {
    const Id left_id = child(id, 0);
    const Id right_id = child(id, 1);
    if (left_id == kNoNode || right_id == kNoNode) return unsupported(id);
    if (auto timed = compare_own_time(id, scope)) return *timed;
    if (at(right_id).kind == SyntaxKind::window_scaled && !is_day(right_id))
        return compare_with_earlier_window(id, scope);
    if (at(left_id).kind == SyntaxKind::before_this || at(right_id).kind == SyntaxKind::before_this)
        return compare_with_before(id, scope);
    Scope inner = scope;
    inner.expected = nullptr;
    Result left = value(left_id, inner);
    if (!left.ok()) {
        value(right_id, inner);  // for its own findings
        return fail();
    }
    if (is_day(right_id) && left.type.kind != TypeKind::date && left.type.kind != TypeKind::instant)
        return compare_with_earlier_window(id, scope);
    if (is_none(right_id, left.type) && (at(id).op == Op::eq || at(id).op == Op::ne)) {
        const NodeId missing = add(make(CoreKind::is_missing, {left.node}), at(id).span);
        return state_result(
            at(id).op == Op::eq ? missing : add(make(CoreKind::not_, {missing}), at(id).span),
            at(id).span);
    }
    if (left.literal == Result::Literal::none) inner.expected = &left.type;
    Result right = value(right_id, inner);
    if (!right.ok()) return fail();
    if (left.literal == Result::Literal::name && right.literal == Result::Literal::none) {
        inner.expected = &right.type;
        left = value(left_id, inner);
        if (!left.ok()) return fail();
    }
    // The whole sentence says more than the operand: `12 km` beside a field.
    return compare_results(comparison(at(id).op), std::move(left), std::move(right), at(id).span,
        shown(left_id), shown(right_id));
}

Result Elaborator::between(Id id, const Scope& scope) {
    const Result of = value(child(id, 0), scope);
    Scope inner = scope;
    inner.expected = of.ok() ? &of.type : nullptr;
    const Result low = value(child(id, 1), inner);
    const Result high = value(child(id, 2), inner);
    if (!of.ok() || !low.ok() || !high.ok()) return fail();
    const std::string text = shown(child(id, 0));
    if (low.is_constant && high.is_constant && clausal::compare(low.constant, high.constant) > 0) {
        report(kind::never_true, at(id).span,
            {{"reason", fmt::format("{} is above {}", shown(child(id, 1)), shown(child(id, 2))),
                fmt::format("{} 大于 {}", shown(child(id, 1)), shown(child(id, 2)))}})
            .help.push_back({"", "exchange the two", "请把两者对调"});
        return fail();
    }
    // `number of … between 0 and 2`: only the upper bound says something.
    if (low.is_constant && low.constant.numerator == 0 && never_negative(of.node))
        return compare_results(
            core::CompareOp::le, of, high, at(id).span, text, shown(child(id, 2)));
    const Result above =
        compare_results(core::CompareOp::ge, of, low, at(id).span, text, shown(child(id, 1)));
    const Result below =
        compare_results(core::CompareOp::le, of, high, at(id).span, text, shown(child(id, 2)));
    if (!above.ok() || !below.ok()) return fail();
    return state_result(all_of({above.node, below.node}, at(id).span), at(id).span);
}

Result Elaborator::is_missing(Id id, const Scope& scope) {
    const Result of = value(child(id, 0), scope);
    if (!of.ok()) return fail();
    return state_result(add(make(CoreKind::is_missing, {of.node}), at(id).span), at(id).span);
}

Result Elaborator::member(Id id, const Scope& scope) {
    const Result of = value(child(id, 0), scope);
    if (!of.ok() || child(id, 1) == kNoNode) return fail();
    core::Node node = make(CoreKind::member, {of.node});
    node.list = list_of(child(id, 1), of.type);
    if (node.list == kNone) return fail();
    return state_result(add(std::move(node), at(id).span), at(id).span);
}

Result Elaborator::matches(Id id, const Scope& scope) {
    const Result of = value(child(id, 0), scope);
    const Id against = child(id, 1);
    if (!of.ok() || against == kNoNode) return fail();
    const names::Symbol* table = pack_.find(at(against).text, SymbolKind::table);
    if (table == nullptr) return member(id, scope);
    // A table is matched by its first column.
    core::ConstantList list;
    list.name = at(against).text;
    list.type = of.type;
    {
        const TreeSwitch in(*this, pack_.tables[table->index].at.tree);
        for (const Id row : children(pack_.tables[table->index].at.node)) {
            if (at(row).kind != SyntaxKind::table_row || at(row).op == Op::otherwise) continue;
            const Id cell = child(row, 0);
            if (cell != kNoNode &&
                (at(cell).kind == SyntaxKind::text || at(cell).kind == SyntaxKind::name))
                list.texts.push_back(at(cell).text);
        }
    }
    if (of.type.kind != TypeKind::text) {
        report(kind::not_supported, at(id).span, {{"text", shown(against), ""}});
        return fail();
    }
    core::Node node = make(CoreKind::member, {of.node});
    node.list = static_cast<std::uint32_t>(out_.core.lists.size());
    out_.core.lists.push_back(std::move(list));
    return state_result(add(std::move(node), at(id).span), at(id).span);
}

Result Elaborator::keyword_density(Id id, const Scope& scope) {
    const Result of = value(child(id, 0), scope);
    if (!of.ok()) return fail();
    if (of.type.kind != TypeKind::text) {
        report(kind::type_mismatch, at(id).span,
            {{"left", shown(child(id, 0)), ""},
                {"left_type", type_text(of, false), type_text(of, true)}, {"right", "…", ""},
                {"right_type", "text", "文本"}});
        return fail();
    }
    core::Node node = make(CoreKind::keyword_density, {of.node});
    for (const Id word : children(id, 1)) node.words.push_back(at(word).text);
    node.type = Type{TypeKind::number, 6, "", {}, false};
    Type type = node.type;
    return value_result(add(std::move(node), at(id).span), std::move(type), at(id).span);
}

}  // namespace clausal::types
