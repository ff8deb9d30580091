// Times that stand for themselves: that of an event, now, today, and the days before a date.

#include <fmt/format.h>

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

bool is_moment(const Type& type) {
    return type.kind == TypeKind::instant || type.kind == TypeKind::date;
}

}  // namespace

// `today`, `yesterday` on their own: not the window of something.
bool Elaborator::is_day(Id id) const {
    if (at(id).kind != SyntaxKind::window_scaled || child(id, 0) != kNoNode) return false;
    const Id window = child(id, 1);
    return window != kNoNode && at(window).kind == SyntaxKind::window_unit &&
           at(window).text == "day" && children(window).empty();
}

Result Elaborator::clock_value(Id id, const Scope& scope) {
    (void)scope;
    const syntax::Node& node = at(id);
    const bool day = is_day(id);
    if (!day && (node.kind != SyntaxKind::unit || node.text != "now")) return unsupported(id);
    core::Node now = make(CoreKind::now);
    now.type.kind = TypeKind::instant;
    const NodeId instant = add(now, node.span);
    if (!day) return value_result(instant, now.type, node.span);
    core::Node today = make(CoreKind::date_of, {instant});
    today.type.kind = TypeKind::date;
    NodeId date = add(today, node.span);
    if (at(child(id, 1)).op == Op::previous) {
        Type integer;
        integer.kind = TypeKind::integer;
        core::Node before =
            make(CoreKind::add_days, {date, constant({-1, 1}, integer, node.span).node});
        before.type.kind = TypeKind::date;
        date = add(std::move(before), node.span);
    }
    return value_result(date, today.type, node.span);
}

// The event whose own time an operand reads (`签收时间`), if it is the only one.
Elaborator::Id Elaborator::whose_time(Id id) const {
    if (id == kNoNode) return kNoNode;
    const syntax::Node& node = at(id);
    if (node.kind == SyntaxKind::field_of && names::fold(node.text) == "time") {
        const Id owner = child(id, 0);
        if (owner == kNoNode || at(owner).kind != SyntaxKind::name) return kNoNode;
        const names::Symbol* event = pack_.find(at(owner).text, SymbolKind::event);
        return event != nullptr && pack_.field_of_event(event->index, node.text) == kNone ? owner
                                                                                          : kNoNode;
    }
    if (node.kind != SyntaxKind::arithmetic && node.kind != SyntaxKind::negative &&
        node.kind != SyntaxKind::compare)
        return kNoNode;
    Id found = kNoNode;
    for (const Id part : children(id)) {
        const Id owner = whose_time(part);
        if (owner == kNoNode) continue;
        if (found != kNoNode && names::fold(at(found).text) != names::fold(at(owner).text))
            return kNoNode;
        found = owner;
    }
    return found;
}

// `签收时间 晚于 承诺时间`, `delivered later than promised by`: each such event, by its own time.
std::optional<Result> Elaborator::compare_own_time(Id id, const Scope& scope) {
    const Id left_id = child(id, 0);
    const Id right_id = child(id, 1);
    const Span span = at(id).span;
    Id base = left_id;
    while ((at(base).kind == SyntaxKind::where || at(base).kind == SyntaxKind::same ||
               at(base).kind == SyntaxKind::witness) &&
           child(base, 0) != kNoNode)
        base = child(base, 0);
    const bool bare = at(base).kind == SyntaxKind::name &&
                      pack_.find(at(base).text, SymbolKind::event) != nullptr &&
                      pack_.find(at(base).text, SymbolKind::field) == nullptr &&
                      pack_.find(at(base).text, SymbolKind::parameter) == nullptr;
    // The moment that the event itself is compared with; none: it is no moment.
    const auto by_event = [&](const Scope& inside) -> std::optional<Result> {
        Scope plain = inside;
        plain.expected = nullptr;
        const Result right = value(right_id, plain);
        if (!right.ok()) return fail();
        if (!is_moment(right.type)) return std::nullopt;
        return compare_results(compare_op(at(id).op), own_time(Frame::self, at(left_id).span),
            right, span, shown(left_id), shown(right_id));
    };
    if (scope.self != nullptr) {
        if (bare && base == left_id && !scope.over_time &&
            is_called(*scope.self, names::fold(at(base).text)))
            return by_event(scope);
        return std::nullopt;
    }
    const Id owner = bare ? left_id : whose_time(id);
    if (owner == kNoNode) return std::nullopt;
    Scope outer;
    outer.first = scope.first;
    Result of = occurrence(owner, outer);
    if (!of.ok()) return fail();
    Scope inside;
    inside.first = scope.first;
    inside.self = &of.occurrence;
    const std::optional<Result> test = bare ? by_event(inside) : compare(id, inside);
    if (!test) return std::nullopt;
    if (!test->ok()) return fail();
    Result out = filtered(std::move(of), {test->node}, span);
    out.span = span;
    return out;
}

// `合同到期 前 30 天`: true on that day.
Result Elaborator::days_before(Id id) {
    const Span span = at(id).span;
    const Id field_id = child(id, 0);
    const Id length_id = child(id, 1);
    if (field_id == kNoNode || length_id == kNoNode) return fail();
    Result moment = value(field_id, {});
    const Result length = value(length_id, {});
    if (!moment.ok() || !length.ok()) return fail();
    if (!is_moment(moment.type)) {
        report(kind::type_mismatch, at(field_id).span,
            {{"left", shown(field_id), ""},
                {"left_type", type_text(moment, false), type_text(moment, true)},
                {"right", shown(id), ""}, {"right_type", "a day before a date", "日期之前的一天"}});
        return fail();
    }
    if (length.type.kind == TypeKind::duration && length.is_constant &&
        (length.working || length.constant.denominator != 1 ||
            length.constant.numerator % kDay != 0)) {
        Diagnostic& finding = report(kind::days_before_only, at(length_id).span,
            {{"field", shown(field_id), ""}, {"length", shown(length_id), ""}});
        finding.help.push_back({"",
            "rules wait for a length of time after something happens, not until a moment that a field names; the day can be asked for: `each day at 9:00, when 1 day before …`",
            "规则能等「某事之后多久」，不能等到字段所写的那一刻；可以按天判断：「每天 9:00，当 … 前 1 天」"});
        return fail();
    }
    if (moment.type.kind == TypeKind::instant) {
        core::Node date = make(CoreKind::date_of, {moment.node});
        date.type.kind = TypeKind::date;
        Type type = date.type;
        moment = value_result(add(std::move(date), span), std::move(type), at(field_id).span);
    }
    const Result day = combine(Op::minus, moment, length, span, field_id, length_id);
    if (!day.ok()) return fail();
    core::Node now = make(CoreKind::now);
    now.type.kind = TypeKind::instant;
    core::Node today = make(CoreKind::date_of, {add(std::move(now), span)});
    today.type.kind = TypeKind::date;
    Type type = today.type;
    const Result current = value_result(add(std::move(today), span), std::move(type), span);
    return compare_results(core::CompareOp::eq, day, current, span, shown(id), shown(id));
}

}  // namespace clausal::types
