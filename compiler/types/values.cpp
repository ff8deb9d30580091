// Literals, lengths of time, elapsed time, and fitting a value to a declared type.

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/print.h"
#include "compiler/names/units.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

namespace {

constexpr std::int64_t kMostDays = 100'000'000;  // of a length of time: what microseconds can hold

}  // namespace

bool Elaborator::decimal_value(const syntax::Node& node, Rational* out) {
    if (node.number.decimals < 0 || node.number.decimals > 18 ||
        make_rational(node.number.coefficient, power_of_ten(node.number.decimals), out) !=
            Fault::none) {
        report(kind::number_out_of_range, node.span,
            {{"text", to_string(node.number), ""},
                {"wanted", "a number has at most 18 digits behind the point",
                    "小数点后最多 18 位"}});
        return false;
    }
    return true;
}

Result Elaborator::constant(Rational value, Type type, Span span) {
    core::Node node = make(CoreKind::constant);
    node.number = value;
    node.type = type;
    Result result = value_result(add(std::move(node), span), std::move(type), span);
    result.is_constant = true;
    result.constant = value;
    result.written = span;
    return result;
}

Result Elaborator::code_constant(std::int64_t code, Type type, Span span) {
    core::Node node = make(CoreKind::constant);
    node.code = code;
    node.type = type;
    Result result = value_result(add(std::move(node), span), std::move(type), span);
    result.is_constant = true;
    result.constant = {code, 1};
    return result;
}

Result Elaborator::text_constant(std::string text, Span span) {
    core::Node node = make(CoreKind::constant);
    node.text = text;
    node.type.kind = TypeKind::text;
    Result result =
        value_result(add(std::move(node), span), Type{TypeKind::text, 0, "", {}, false}, span);
    result.text = std::move(text);
    result.literal = Result::Literal::text;
    return result;
}

Result Elaborator::truth_literal(Id id) {
    Type type;
    type.kind = TypeKind::boolean;
    return code_constant(at(id).op == Op::yes ? 1 : 0, type, at(id).span);
}

Result Elaborator::literal(Id id) {
    const syntax::Node& node = at(id);
    Rational value;
    switch (node.kind) {
    case SyntaxKind::truth: return truth_literal(id);
    case SyntaxKind::text: return text_constant(node.text, node.span);
    case SyntaxKind::number: {
        if (!decimal_value(node, &value)) return fail();
        Type type;
        type.kind = value.denominator == 1 ? TypeKind::integer : TypeKind::number;
        type.decimals = type.kind == TypeKind::number ? 6 : 0;
        Result result = constant(value, type, node.span);
        result.literal = Result::Literal::number;
        result.text = to_string(node.number);
        return result;
    }
    case SyntaxKind::percent: {
        if (!decimal_value(node, &value)) return fail();
        const std::int64_t base = node.op == Op::permyriad  ? 10'000
                                  : node.op == Op::permille ? 1'000
                                                            : 100;
        if (divide(value, Rational{base, 1}, &value) != Fault::none) return fail();
        Result result = constant(value, Type{TypeKind::percent, 6, "", {}, false}, node.span);
        result.literal = Result::Literal::percent;
        result.text = to_string(node.number) + "%";
        return result;
    }
    case SyntaxKind::money: {
        if (!decimal_value(node, &value)) return fail();
        const std::string code = names::currency_code(node.text);
        Result result = constant(value, Type{TypeKind::money, 4, code, {}, false}, node.span);
        result.literal = Result::Literal::money;
        result.text = to_string(node.number) + " " + code;
        return result;
    }
    case SyntaxKind::quantity: {
        if (!decimal_value(node, &value)) return fail();
        if (names::unit_length(node.text)) {
            Rational micros;
            if (multiply(value, Rational{*names::unit_length(node.text), 1}, &micros) !=
                    Fault::none ||
                clausal::compare(micros, {Int128{kMostDays} * kDay, 1}) > 0) {
                report(kind::number_out_of_range, node.span,
                    {{"text", shown(id), ""},
                        {"wanted", fmt::format("a length of time is at most {} days", kMostDays),
                            fmt::format("时长最多 {} 天", kMostDays)}});
                return fail();
            }
            Type type;
            type.kind = TypeKind::duration;
            if (node.text == "working_hour") type.unit = "working";
            Result result = constant(micros, type, node.span);
            result.literal = Result::Literal::quantity;
            result.working = node.text == "working_hour";
            result.text = to_string(node.number) + " " + node.text;
            return result;
        }
        Type type;
        type.kind = value.denominator == 1 ? TypeKind::integer : TypeKind::number;
        type.decimals = type.kind == TypeKind::number ? 6 : 0;
        // A number of calendar units may be added to a date; anything else refuses it by its unit.
        type.unit = names::is_calendar_unit(node.text) ? node.text : names::unit_code(node.text);
        Result result = constant(value, type, node.span);
        result.literal = type.unit.empty() ? Result::Literal::number : Result::Literal::quantity;
        result.text = to_string(node.number) + (type.unit.empty() ? "" : " " + node.text);
        return result;
    }
    default: return unsupported(id);
    }
}

std::optional<std::int64_t> Elaborator::whole_count(Id id, std::int64_t limit) {
    const syntax::Node& node = at(id);
    if (!node.has_number) return 1;
    Rational number;
    if (decimal_value(node, &number) && number.denominator == 1 && number.numerator >= 1 &&
        number.numerator <= limit)
        return static_cast<std::int64_t>(number.numerator);
    report(kind::whole_count_wanted, node.span,
        {{"number", to_string(node.number), ""}, {"limit", std::to_string(limit), ""}});
    return std::nullopt;
}

// A date or a time in a condition or an action: a day, or an instant of the pack's zone.
Result Elaborator::moment(Id id) {
    using namespace date;
    const syntax::Node& node = at(id);
    const syntax::MomentParts& parts = node.moment;
    if (parts.year < 0 || parts.month < 0 || parts.day < 0) {
        report(kind::first_moment_incomplete, node.span);
        return fail();
    }
    const year_month_day ymd{year{parts.year}, month{static_cast<unsigned>(parts.month)},
        day{static_cast<unsigned>(parts.day)}};
    if (!ymd.ok() || parts.hour > 24) {
        for (const Diagnostic& other : sink_.all()) {
            if (other.kind == kind::bad_moment && other.span == node.span) return fail();
        }
        report(kind::impossible_date, node.span,
            {{"date", fmt::format("{:04}-{:02}-{:02}", parts.year, parts.month, parts.day), ""}});
        return fail();
    }
    const std::int64_t days = sys_days(ymd).time_since_epoch().count();
    Type type;
    type.kind = parts.hour < 0 ? TypeKind::date : TypeKind::instant;
    std::int64_t code = days;
    if (type.kind == TypeKind::instant) {
        const Microseconds local =
            days * kDay + parts.hour * kHour + std::max(parts.minute, 0) * kMinute +
            std::max(parts.second, 0) * kSecond + std::max(parts.microsecond, 0);
        const auto zone = Zone::open(pack_.schema.zone);
        code = local - parts.offset_minutes * kMinute;
        if (!parts.has_offset && zone) zone->to_instant(local, &code);
    }
    Result result = code_constant(code, type, node.span);
    result.written = node.span;
    result.text = std::string(sources_.text(node.span));
    return result;
}

std::optional<Microseconds> Elaborator::length(Id id) {
    if (id == kNoNode) return std::nullopt;
    const syntax::Node& node = at(id);
    if (node.kind == SyntaxKind::error) return std::nullopt;
    if (node.kind == SyntaxKind::quantity && node.text == "working_hour") {
        Diagnostic& finding =
            report(kind::working_hours_here, node.span, {{"number", to_string(node.number), ""}});
        finding.help.push_back({"",
            "working hours can stand between two events (`A is followed by B within 8 working hours`, or not), or be a bound of `time from A to B, in office time`; else write hours",
            "工作小时可写在两个事件之间（「A 之后 8 个工作小时内 有 B」或「没有 B」），或与「A 到 B 的 用时，按 工时」相比；否则请写小时"});
        return std::nullopt;
    }
    if (node.kind == SyntaxKind::quantity && names::is_calendar_unit(node.text)) {
        struct UnitName {
            const char* code;
            const char* chinese;
        };
        static constexpr UnitName kNames[] = {
            {"month", "个月"}, {"year", "年"}, {"working_day", "个工作日"}};
        std::string chinese = node.text;
        for (const UnitName& name : kNames) {
            if (node.text == name.code) chinese = name.chinese;
        }
        std::string english = node.text == "working_day" ? "working day" : node.text;
        for (const Diagnostic& other : sink_.all()) {
            // `近3月` has been asked about already.
            if (other.kind == kind::month_or_months && other.span.file == node.span.file &&
                other.span.begin <= node.span.begin && other.span.end >= node.span.end)
                return std::nullopt;
        }
        if (node.text == "working_day") {
            const bool one = node.number == Decimal{1, 0};
            Diagnostic& finding = report(kind::working_days_here, node.span,
                {{"number", to_string(node.number), ""},
                    {"unit", one ? "working day" : "working days", "个工作日"}});
            finding.help.push_back({"",
                "between two events write `A not followed by B within 3 working days`; for a window write days",
                "两个事件之间写「A 之后 3 个工作日内 没有 B」；一段时间请写天数"});
            return std::nullopt;
        }
        Diagnostic& finding = report(kind::calendar_unit, node.span,
            {{"number", to_string(node.number), ""}, {"unit", english, chinese}});
        if (node.text == "month") {
            finding.help.push_back({"",
                fmt::format("{} months are about {} days", to_string(node.number),
                    node.number.coefficient * 30),
                fmt::format(
                    "{} 个月约 {} 天", to_string(node.number), node.number.coefficient * 30)});
        }
        return std::nullopt;
    }
    if (const auto result = names::duration_of(node)) return result;
    // A declared parameter may be a length.
    const Result result = expression(id, {}, Want::value);
    if (!result.ok()) return std::nullopt;
    if (result.is_constant && result.working) {
        Rational hours;
        if (divide(result.constant, {kHour, 1}, &hours) == Fault::none) {
            report(kind::working_hours_here, node.span, {{"number", to_string(hours, 6), ""}});
        }
        return std::nullopt;
    }
    if (result.is_constant && result.type.kind == TypeKind::duration &&
        result.constant.denominator == 1 && result.constant.numerator < kForever / 4) {
        return static_cast<Microseconds>(result.constant.numerator);
    }
    if (result.literal == Result::Literal::number) {
        Diagnostic& finding = report(kind::duration_without_unit, node.span,
            {{"name", shown(id), ""}, {"number", result.text, ""}});
        finding.fixes.push_back({node.span, result.text + " 秒", false});
        finding.fixes.push_back({node.span, result.text + " 分钟", false});
        return std::nullopt;
    }
    report(kind::length_wanted, node.span,
        {{"text", shown(id), ""}, {"what", type_text(result, false), type_text(result, true)}})
        .help.push_back({"", "write a length such as `3 days`, or a parameter that holds one",
            "请写时长，如「3 天」，或表示时长的参数"});
    return std::nullopt;
}

std::optional<Microseconds> Elaborator::positive_length(Id id) {
    const auto out = length(id);
    if (!out || *out > 0) return out;
    report(kind::empty_period, at(id).span);
    return std::nullopt;
}

std::optional<Microseconds> Elaborator::optional_length(Id id, Microseconds otherwise) {
    if (id == kNoNode) return otherwise;
    return length(id);
}

Result Elaborator::value(Id id, const Scope& scope) {
    Result result = expression(id, scope, Want::value);
    if (!result.ok()) return fail();
    if (result.form == Form::value) return settle(std::move(result), scope);
    if (result.form == Form::state) {
        // A condition as a yes/no value.
        Type type;
        type.kind = TypeKind::boolean;
        const NodeId yes = code_constant(1, type, result.span).node;
        const NodeId no = code_constant(0, type, result.span).node;
        core::Node node = make(CoreKind::choose, {result.node, yes, no});
        node.type = type;
        return value_result(add(std::move(node), result.span), type, result.span);
    }
    wrong(kind::value_wanted, result, id);
    return fail();
}

Result Elaborator::settle(Result result, const Scope& scope) {
    if (!result.per_start) return result;
    if (scope.self != nullptr && scope.self->event == result.per_start->event &&
        scope.self->event != kNone) {
        result.per_start.reset();
        return result;
    }
    Result start = occurrence_result(result.start, *result.per_start, result.span);
    const bool working = result.working;
    Result latest = latest_value(start, result.start_value, result.type, scope, false, result.span);
    latest.working = working;
    return latest;
}

std::uint32_t Elaborator::the_calendar(Span span) {
    if (pack_.schema.calendars.size() == 1) return 0;
    Diagnostic& finding = report(
        kind::which_calendar, span, {{"count", std::to_string(pack_.schema.calendars.size()), ""}});
    if (pack_.schema.calendars.empty()) {
        finding.help.push_back({"",
            "declare one: `calendar office = file \"cn2026.json\", working days 9:00 to 18:00.`",
            "请声明一个：「日历 工时 = 文件 \"cn2026.json\"，工作日 9:00 至 18:00。」"});
    }
    return kNone;
}

// Time from one event to the first later other one: a value of each start.
Result Elaborator::elapsed(Id id, const Scope& scope) {
    const Span span = at(id).span;
    Result from = occurrence(child(id, 0), {});
    if (!from.ok()) return fail();
    Id to_id = child(id, 1);
    while (to_id != kNoNode &&
           (at(to_id).kind == SyntaxKind::first_of || at(to_id).kind == SyntaxKind::next))
        to_id = child(to_id, 0);
    Scope inner;
    inner.first = &from.occurrence;
    Result to = occurrence(to_id, inner);
    if (!to.ok()) return fail();
    core::Node node = make(CoreKind::elapsed, {to.node, kNone});
    node.type.kind = TypeKind::duration;
    NodeId pair = kNone;
    if (!correlate(from.occurrence, to.occurrence, &node.correlation, &pair, span)) return fail();
    node.inputs[1] = pair;
    const Id calendar = child(id, 2);
    if (calendar != kNoNode) {
        const names::Symbol* symbol = pack_.find(at(calendar).text, SymbolKind::calendar);
        node.calendar = symbol != nullptr ? symbol->index : the_calendar(at(calendar).span);
        if (node.calendar == kNone) return fail();
        node.type.unit = "working";
    }
    node.open = child(id, 3) != kNoNode || at(id).op == Op::yes;
    (void)scope;
    Result result = value_result(add(node, span), node.type, span);
    result.working = node.calendar != kNone;
    result.per_start = from.occurrence;
    result.start = from.node;
    result.start_value = result.node;
    return result;
}

Result Elaborator::next_day(Id id) {
    const syntax::Node& node = at(id);
    if (node.kind != SyntaxKind::next || at(child(id, 0)).text != "day") return unsupported(id);
    core::Node now = make(CoreKind::now);
    now.type.kind = TypeKind::instant;
    core::Node today = make(CoreKind::date_of, {add(now, node.span)});
    today.type.kind = TypeKind::date;
    Type integer;
    integer.kind = TypeKind::integer;
    const NodeId one = constant({1, 1}, integer, node.span).node;
    core::Node next = make(CoreKind::add_days, {add(today, node.span), one});
    next.type.kind = TypeKind::date;
    return value_result(add(next, node.span), next.type, node.span);
}

// Makes a value ready for a declared type (a field of an action); reports what does not fit.
Result Elaborator::fit(Result result, const Type& type, const std::string& name, Span span) {
    if (result.form != Form::value) return fail();
    const auto misfit = [&]() {
        Diagnostic& finding = report(kind::type_mismatch, span,
            {{"left", name, ""},
                {"left_type", names::type_words(type, false), names::type_words(type, true)},
                {"right", result.text.empty() ? std::string(sources_.text(span)) : result.text, ""},
                {"right_type", type_text(result, false), type_text(result, true)}});
        if (type.kind == TypeKind::percent && is_numeric(result.type.kind))
            finding.help.push_back(
                {"", "a ratio fills a percentage: divide by an amount in the same unit, `a ÷ b`",
                    "百分比可由比值得到：请除以同一单位的量，如「甲 ÷ 乙」"});
        return fail();
    };
    if (type.kind == TypeKind::choice) {
        if (result.type.kind == TypeKind::choice && result.type.choices == type.choices)
            return result;
        if (result.literal == Result::Literal::name || result.literal == Result::Literal::text) {
            for (std::size_t i = 0; i < type.choices.size(); ++i) {
                if (names::fold(type.choices[i]) == names::fold(result.text))
                    return code_constant(static_cast<std::int64_t>(i), type, span);
            }
            std::string choices;
            for (const std::string& choice : type.choices)
                choices += (choices.empty() ? "" : ", ") + choice;
            report(kind::unknown_choice, span,
                {{"value", result.text, ""}, {"name", name, ""}, {"choices", choices, ""}});
            return fail();
        }
        return misfit();
    }
    if (result.literal == Result::Literal::name) result.literal = Result::Literal::text;
    if (is_numeric(type.kind)) {
        if (!is_numeric(result.type.kind)) return misfit();
        if (type.kind == TypeKind::percent && is_ratio(result)) {
            note(span, fmt::format("`{}`: a ratio of 1 is 100%", name),
                fmt::format("`{}`：比值 1 即 100%", name));
            result.type = Type{TypeKind::percent, 6, "", {}, false};
        }
        Result wanted = value_result(kNone, type, span);
        if (result.literal == Result::Literal::number && !adapt(result, wanted, name, result.text))
            return fail();
        const bool plain =
            (type.kind == TypeKind::number || type.kind == TypeKind::integer) &&
            (result.type.kind == TypeKind::number || result.type.kind == TypeKind::integer);
        if (!plain && result.type.kind != type.kind) return misfit();
        if (type.kind == TypeKind::money && result.type.unit != type.unit) {
            report(kind::currency_mismatch, span,
                {{"left", type.unit, ""}, {"right", result.type.unit, ""}})
                .help.push_back({"",
                    fmt::format("write both in {}; amounts of different currencies are kept apart",
                        type.unit),
                    fmt::format("请都用 {}；不同币种的金额不能混在一起", type.unit)});
            return fail();
        }
        if (plain && !type.unit.empty() && !result.type.unit.empty() &&
            type.unit != result.type.unit)
            return misfit();
        const std::int32_t decimals =
            type.kind == TypeKind::integer || type.kind == TypeKind::duration ? 0 : type.decimals;
        const CoreKind kind = out_.core.nodes[result.node].kind;
        const bool exact = kind == CoreKind::field || kind == CoreKind::subject_field ||
                           kind == CoreKind::constant || kind == CoreKind::round ||
                           kind == CoreKind::latest;
        if (type.kind == TypeKind::integer && result.is_constant &&
            result.constant.denominator != 1) {
            Diagnostic& finding = report(kind::value_does_not_fit, span,
                {{"value", result.text, ""}, {"field", name, ""},
                    {"type", names::type_words(type, false), names::type_words(type, true)}});
            finding.help.push_back(
                {"", "write a whole number, or say how to round: `…, rounded up`",
                    "请写整数，或写明如何取整：「…，进位取整」"});
            return fail();
        }
        if (type.kind == TypeKind::integer && result.type.kind == TypeKind::number &&
            kind != CoreKind::round) {
            note(span, fmt::format("`{}` is rounded to whole numbers, half away from zero", name),
                fmt::format("`{}` 四舍五入取整", name));
        }
        if (!exact || (type.kind == TypeKind::integer && result.type.kind == TypeKind::number &&
                          kind != CoreKind::round)) {
            core::Node node = make(CoreKind::round, {result.node});
            node.rounding = Rounding::half_up;
            node.round_decimals = decimals;
            node.type = type;
            result.node = add(std::move(node), span);
            result.type = type;
        }
        return result;
    }
    if (type.kind == TypeKind::instant && result.type.kind == TypeKind::date &&
        result.is_constant) {
        const auto zone = Zone::open(pack_.schema.zone);
        if (!zone) return misfit();
        note(span, fmt::format("`{}` is the start of that day in zone {}", name, pack_.schema.zone),
            fmt::format("`{}` 取时区 {} 中那一天的开始", name, pack_.schema.zone));
        return code_constant(
            zone->day_start(static_cast<std::int64_t>(result.constant.numerator)), type, span);
    }
    if (type.kind == TypeKind::date && result.type.kind == TypeKind::instant) {
        core::Node node = make(CoreKind::date_of, {result.node});
        node.type = type;
        return value_result(add(std::move(node), span), type, span);
    }
    if (type.kind == TypeKind::text && result.type.kind == TypeKind::text) return result;
    if (type.kind != result.type.kind) return misfit();
    return result;
}

}  // namespace clausal::types
