// + − × ÷ with units: what may be combined and what it gives.

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_types.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {
namespace {

bool plain(const Type& type) {
    return type.kind == TypeKind::number || type.kind == TypeKind::integer;
}

Type number_type(const std::string& unit = {}) {
    return Type{TypeKind::number, 6, unit, {}, false};
}

}  // namespace

Result Elaborator::combine(Op op, Result left, Result right, Span span, Id left_id, Id right_id) {
    const std::string left_text = shown(left_id);
    const std::string right_text = shown(right_id);
    const auto built = [&](core::ArithmeticOp kind, Type type) {
        core::Node node = make(CoreKind::arithmetic, {left.node, right.node});
        node.arithmetic = kind;
        node.type = type;
        // Constants are folded, so that proofs and thresholds see one number.
        if (left.is_constant && right.is_constant && is_numeric(left.type.kind) &&
            is_numeric(right.type.kind)) {
            Rational value;
            Fault fault = Fault::none;
            if (kind == core::ArithmeticOp::add)
                fault = clausal::add(left.constant, right.constant, &value);
            if (kind == core::ArithmeticOp::subtract)
                fault = subtract(left.constant, right.constant, &value);
            if (kind == core::ArithmeticOp::multiply)
                fault = multiply(left.constant, right.constant, &value);
            if (kind == core::ArithmeticOp::divide)
                fault = divide(left.constant, right.constant, &value);
            if (fault != Fault::none) {
                report(kind::number_out_of_range, span,
                    {{"text", fmt::format("{} … {}", left_text, right_text), ""},
                        {"wanted", "the result has too many digits to compute with",
                            "结果的位数超出可计算的范围"}});
                return fail();
            }
            Result folded = constant(value, type, span);
            folded.working = left.working || right.working;
            return folded;
        }
        Result result = value_result(add(std::move(node), span), std::move(type), span);
        result.working = left.working || right.working;
        result.running = left.running ? left.running : right.running;
        return result;
    };
    if (op == Op::plus || op == Op::minus) {
        const core::ArithmeticOp kind =
            op == Op::plus ? core::ArithmeticOp::add : core::ArithmeticOp::subtract;
        if (left.type.kind == TypeKind::date &&
            (plain(right.type) || right.type.kind == TypeKind::duration)) {
            // Days or working days after a date.
            Result days = right;
            if (right.type.kind == TypeKind::duration) {
                if (!right.is_constant || right.constant.denominator != 1 ||
                    right.constant.numerator % kDay != 0) {
                    report(kind::type_mismatch, span,
                        {{"left", left_text, ""}, {"left_type", "a date", "日期"},
                            {"right", right_text, ""},
                            {"right_type", "not a whole number of days", "不是整天数"}});
                    return fail();
                }
                days = constant({right.constant.numerator / kDay, 1},
                    Type{TypeKind::integer, 0, "", {}, false}, span);
            }
            core::Node node = make(CoreKind::add_days, {left.node, days.node});
            if (right.type.unit == "working_day") {
                node.calendar = the_calendar(span);
                if (node.calendar == kNone) return fail();
            } else if (!right.type.unit.empty() && right.type.kind != TypeKind::duration) {
                report(kind::calendar_unit, span,
                    {{"number", right.text, ""}, {"unit", right.type.unit, ""}});
                return fail();
            }
            if (op == Op::minus) {
                core::Node negated = make(CoreKind::negative, {days.node});
                negated.type = days.type;
                node.inputs[1] = add(std::move(negated), span);
            }
            node.type.kind = TypeKind::date;
            Type type = node.type;
            return value_result(add(std::move(node), span), std::move(type), span);
        }
        if (left.type.kind == TypeKind::instant && right.type.kind == TypeKind::duration &&
            !right.working)
            return built(kind, left.type);
        if (left.type.kind == TypeKind::instant && right.type.kind == TypeKind::instant &&
            op == Op::minus) {
            Type type;
            type.kind = TypeKind::duration;
            return built(kind, type);
        }
        if (left.type.kind == TypeKind::date && right.type.kind == TypeKind::date &&
            op == Op::minus) {  // whole days
            Type type;
            type.kind = TypeKind::duration;
            return built(kind, type);
        }
        if (!is_numeric(left.type.kind) || !is_numeric(right.type.kind)) {
            report(kind::type_mismatch, span,
                {{"left", left_text, ""},
                    {"left_type", type_text(left, false), type_text(left, true)},
                    {"right", right_text, ""},
                    {"right_type", type_text(right, false), type_text(right, true)}});
            return fail();
        }
        if (!unify(left, right, span, left_text, right_text)) return fail();
        Type type = left.type;
        if (plain(left.type) && plain(right.type)) {
            if (right.type.kind == TypeKind::number) type.kind = TypeKind::number;
            if (type.unit.empty()) type.unit = right.type.unit;
        }
        return built(kind, type);
    }
    const auto refuse = [&]() {
        report(kind::bad_product, span,
            {{"left", type_text(left, false), type_text(left, true)},
                {"right", type_text(right, false), type_text(right, true)}});
        return fail();
    };
    if (!is_numeric(left.type.kind) || !is_numeric(right.type.kind)) return refuse();
    // A percent is a pure factor.
    const bool left_pure =
        left.type.kind == TypeKind::percent || (plain(left.type) && left.type.unit.empty());
    const bool right_pure =
        right.type.kind == TypeKind::percent || (plain(right.type) && right.type.unit.empty());
    if (op == Op::times) {
        if (left_pure && right_pure) {
            const bool both_percent =
                left.type.kind == TypeKind::percent && right.type.kind == TypeKind::percent;
            const bool whole =
                left.type.kind == TypeKind::integer && right.type.kind == TypeKind::integer;
            return built(core::ArithmeticOp::multiply, both_percent ? left.type
                                                       : whole      ? left.type
                                                                    : number_type());
        }
        if (left_pure || right_pure) {
            Type type = left_pure ? right.type : left.type;
            if (type.kind == TypeKind::integer) type = number_type(type.unit);
            return built(core::ArithmeticOp::multiply, type);
        }
        if (plain(left.type) && plain(right.type))
            return built(
                core::ArithmeticOp::multiply, number_type(left.type.unit + "*" + right.type.unit));
        return refuse();
    }
    if (right.is_constant && right.constant.numerator == 0) {
        report(kind::divides_by_zero, span);
        return fail();
    }
    if (right_pure) {
        if (left_pure && left.type.kind != TypeKind::percent)
            return built(core::ArithmeticOp::divide, number_type());
        Type type = left.type;
        if (type.kind == TypeKind::integer) type = number_type(type.unit);
        if (left.type.kind == TypeKind::percent && right.type.kind == TypeKind::percent)
            type = number_type();
        return built(core::ArithmeticOp::divide, type);
    }
    if (left.type.kind == right.type.kind && left.type.kind == TypeKind::money) {
        if (left.type.unit != right.type.unit) {
            report(kind::currency_mismatch, span,
                {{"left", left.type.unit, ""}, {"right", right.type.unit, ""}})
                .help.push_back({"",
                    fmt::format("write both in {}; amounts of different currencies are kept apart",
                        left.type.unit),
                    fmt::format("请都用 {}；不同币种的金额不能混在一起", left.type.unit)});
            return fail();
        }
        return built(core::ArithmeticOp::divide, number_type());
    }
    if (left.type.kind == TypeKind::duration && right.type.kind == TypeKind::duration)
        return built(core::ArithmeticOp::divide, number_type());
    if (plain(left.type) && plain(right.type)) {
        return built(
            core::ArithmeticOp::divide, number_type(left.type.unit == right.type.unit
                                                        ? std::string()
                                                        : left.type.unit + "/" + right.type.unit));
    }
    return refuse();
}

// A number without a unit that comes of a division: a share, which may be written in percent.
bool Elaborator::is_ratio(const Result& result) const {
    return plain(result.type) && result.type.unit.empty() && divides(result.node, 0);
}

bool Elaborator::divides(NodeId id, int depth) const {
    if (id == kNone || depth > 100) return false;
    const core::Node& node = out_.core.nodes[id];
    switch (node.kind) {
    case CoreKind::arithmetic:
        return node.arithmetic == core::ArithmeticOp::divide ||
               divides(node.inputs[0], depth + 1) || divides(node.inputs[1], depth + 1);
    case CoreKind::negative:
    case CoreKind::round: return divides(node.inputs[0], depth + 1);
    default: return false;
    }
}

// What is counted, and how far values are apart, is at least 0.
bool Elaborator::never_negative(NodeId value) const {
    const core::Node& node = out_.core.nodes[value];
    return node.kind == CoreKind::aggregate && (node.aggregate == core::AggregateOp::count ||
                                                   node.aggregate == core::AggregateOp::distinct ||
                                                   node.aggregate == core::AggregateOp::range ||
                                                   node.aggregate == core::AggregateOp::deviation);
}

// A sum or difference of what is counted in a window and what is counted since the beginning.
void Elaborator::mixed_windows(Id id, NodeId left, NodeId right) {
    const auto totals = [&](NodeId value) {
        const core::Node& node = out_.core.nodes[value];
        return node.kind == CoreKind::aggregate &&
               (node.aggregate == core::AggregateOp::count ||
                   node.aggregate == core::AggregateOp::sum ||
                   node.aggregate == core::AggregateOp::distinct);
    };
    if (!totals(left) || !totals(right)) return;
    const bool left_all = out_.core.nodes[left].window.kind == Window::Kind::all;
    const bool right_all = out_.core.nodes[right].window.kind == Window::Kind::all;
    if (left_all == right_all) return;
    const Id open = child(id, left_all ? 0 : 1);
    const Id closed = child(id, left_all ? 1 : 0);
    Diagnostic& finding =
        report(kind::mixed_windows, at(open).span, {{"unbounded", shown(open), ""}});
    finding.labels.push_back({at(closed).span, "this has a window", "这里有期间"});
    Id window = at(closed).kind == SyntaxKind::windowed ? child(closed, 0) : kNoNode;
    for (const Id part : children(closed)) {
        const SyntaxKind kind = at(part).kind;
        if (kind == SyntaxKind::window_last || kind == SyntaxKind::window_unit ||
            kind == SyntaxKind::window_since)
            window = part;
    }
    if (window == kNoNode) return;
    const bool behind = at(window).span.begin > at(closed).span.begin;
    finding.fixes.push_back({at(open).span,
        behind ? shown(open) + " " + shown(window) : shown(window) + " " + shown(open), false});
}

Result Elaborator::arithmetic(Id id, const Scope& scope) {
    Scope inner = scope;
    inner.expected = nullptr;
    const Result left = value(child(id, 0), inner);
    const Result right = value(child(id, 1), inner);
    if (!left.ok() || !right.ok()) return fail();
    if (at(id).op == Op::plus || at(id).op == Op::minus) mixed_windows(id, left.node, right.node);
    return combine(at(id).op, left, right, at(id).span, child(id, 0), child(id, 1));
}

Result Elaborator::negative(Id id, const Scope& scope) {
    Result of = value(child(id, 0), scope);
    if (!of.ok()) return fail();
    if (!is_numeric(of.type.kind)) {
        report(kind::number_wanted, at(id).span,
            {{"text", shown(child(id, 0)), ""},
                {"what", type_text(of, false), type_text(of, true)}});
        return fail();
    }
    if (of.is_constant) {
        Rational value = of.constant;
        value.numerator = -value.numerator;
        Result result = constant(value, of.type, at(id).span);
        result.literal = of.literal;
        result.text = "-" + of.text;
        return result;
    }
    core::Node node = make(CoreKind::negative, {of.node});
    node.type = of.type;
    return value_result(add(std::move(node), at(id).span), of.type, at(id).span);
}

Result Elaborator::rounded(Id id, const Scope& scope) {
    Result of = value(child(id, 0), scope);
    if (!of.ok()) return fail();
    if (!is_numeric(of.type.kind)) {
        report(kind::number_wanted, at(id).span,
            {{"text", shown(child(id, 0)), ""},
                {"what", type_text(of, false), type_text(of, true)}});
        return fail();
    }
    core::Node node = make(CoreKind::round, {of.node});
    node.rounding = at(id).op == Op::up     ? Rounding::up
                    : at(id).op == Op::down ? Rounding::down
                                            : Rounding::half_up;
    node.round_decimals =
        at(id).has_number ? static_cast<std::int32_t>(at(id).number.coefficient) : 0;
    if (node.round_decimals < 0 || node.round_decimals > 12) {
        report(kind::measure_out_of_range, at(id).span,
            {{"number", std::to_string(node.round_decimals), ""},
                {"what", "a number of decimals", "小数位数"}, {"wanted", "0 to 12", " 0 到 12"}});
        return fail();
    }
    node.type = of.type;
    if (node.round_decimals == 0 && node.type.kind == TypeKind::number) {
        node.type.kind = TypeKind::integer;
        node.type.decimals = 0;
    }
    Type type = node.type;
    return value_result(add(std::move(node), at(id).span), std::move(type), at(id).span);
}

}  // namespace clausal::types
