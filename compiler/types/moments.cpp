// Occurrences made by time, windows that hang on a time field, changes and clusters.

#include <fmt/format.h>

#include "compiler/types/elaborate.h"

namespace clausal::types {

Result Elaborator::reaches(Id id, const Scope& scope) {
    (void)scope;
    const Result of = occurrence(child(id, 0), {});
    const auto high = length(child(id, 1));
    if (!of.ok() || !high) return fail();
    core::Node node = make(CoreKind::absence_after, {of.node, kNone, kNone, kNone, kNone});
    node.high = *high;
    Occurrence out = of.occurrence;
    out.bare = false;
    return occurrence_result(add(std::move(node), at(id).span), std::move(out), at(id).span);
}

Result Elaborator::before_field(Id id, const Scope& scope) {
    const Span span = at(id).span;
    const Id field_id = child(id, 0);
    const auto high = length(child(id, 1));
    Result moment;
    if (field_id != kNoNode && scope.self != nullptr) {
        moment = at(field_id).kind == SyntaxKind::name ? field_in(*scope.self, Frame::self,
            at(field_id).text, at(field_id).span) : value(field_id, scope);
    }
    if (!moment.ok() || moment.type.kind != TypeKind::instant) {
        Diagnostic& finding = report(Kind::moment_needs_field, field_id == kNoNode ? span
            : at(field_id).span, {{"field", shown(field_id), ""}});
        if (scope.self != nullptr) {
            for (const Slot& slot : scope.self->slots) {
                if (slot.type.kind == TypeKind::instant) finding.help.push_back({"",
                    "a time field of it is `" + slot.name + "`", "它的时刻字段有 `" + slot.name + "`"});
            }
        }
        return fail();
    }
    Scope inner;
    inner.first = scope.self;
    Result of = occurrence(child(id, 2), inner);
    if (!of.ok() || !high) return fail();
    core::Node node = make(CoreKind::exists_around, {of.node, moment.node, kNone});
    node.high = *high;
    Occurrence self = *scope.self;
    self.same.clear();
    if (!correlate(self, of.occurrence, &node.correlation, &node.inputs[2], span)) return fail();
    return state_result(add(std::move(node), span), span);
}

Result Elaborator::each_day(Id id, const Scope& scope) {
    const syntax::Node& node = at(id);
    core::Node out = make(CoreKind::daily);
    out.count = node.has_number ? node.number.coefficient : 1;  // ISO weekday, or day of the month
    if (node.has_number && (node.number.decimals != 0 || out.count < 1 || out.count > 31)) {
        report(Kind::no_such_day, node.span, {{"number", to_string(node.number), ""}});
        return fail();
    }
    if (node.text.rfind("weekday_", 0) == 0) {
        static const char* const kDays[] = {"monday", "tuesday", "wednesday", "thursday", "friday",
            "saturday", "sunday"};
        const std::string day = node.text.substr(8);
        out.unit = core::Unit::week;
        for (std::size_t i = 0; i < 7; ++i) {
            if (day == kDays[i]
                || day == std::to_string(i + 1)) out.count = static_cast<std::int64_t>(i) + 1;
        }
    } else {
        const std::optional<core::Unit> in = unit(node.text.empty() ? "day" : node.text, node.span);
        if (!in) return fail();
        out.unit = *in;
    }
    if (out.unit == core::Unit::working_day) {
        out.calendar = the_calendar(node.span);
        if (out.calendar == kNone) return fail();
    }
    const Id moment = child(id, 0);
    if (moment != kNoNode) {
        out.minute_of_day = std::max(at(moment).moment.hour,
            0) * 60 + std::max(at(moment).moment.minute, 0);
    }
    if (out.minute_of_day >= 24 * 60) out.minute_of_day = 0;
    Occurrence occurrence;
    occurrence.shown = shown(id);
    Result result = occurrence_result(add(std::move(out), node.span), std::move(occurrence),
        node.span);
    const Id condition_id = child(id, 1);
    if (condition_id == kNoNode) return result;
    const Result also = state(condition_id, scope);
    if (!also.ok()) return fail();
    return filtered(std::move(result), {also.node}, node.span);
}

Result Elaborator::shift(Id id, const Scope& scope) {
    const syntax::Node& node = at(id);
    Id value_id = child(id, 0);
    std::optional<Window> baseline = scope.window;
    if (value_id != kNoNode && at(value_id).kind == SyntaxKind::windowed) {
        baseline = window(child(value_id, 0));
        value_id = child(value_id, 1);
        if (!baseline) return fail();
    }
    Scope inner;
    const Result read = value(value_id, inner);
    if (!read.ok()) return fail();
    core::Node source = out_.core.nodes[read.node];
    if (source.kind != CoreKind::latest || source.before || !source.correlation.empty()
        || !is_numeric(read.type.kind)) {
        report(Kind::not_supported, node.span, {{"text", shown(value_id), ""}});
        return fail();
    }
    core::Node out = make(CoreKind::shift, {source.inputs[0], source.inputs[1]});
    out.direction = node.op == Op::up ? core::Direction::up : node.op == Op::down
        ? core::Direction::down : core::Direction::any;
    const Id deviations = child(id, 1);
    out.deviations = deviations != kNoNode && at(deviations).has_number ? at(deviations).number
        : node.has_number ? node.number : Decimal{3, 0};
    const auto high = optional_length(child(id, 2), baseline
        && baseline->kind == Window::Kind::sliding ? baseline->length : 30 * kDay);
    if (!high) return fail();
    out.high = *high;
    return state_result(add(std::move(out), node.span), node.span);
}

Result Elaborator::cluster(Id id, const Scope& scope) {
    (void)scope;
    const Result of = occurrence(child(id, 0), {});
    const auto low = optional_length(child(id, 1), kDay);
    const auto high = optional_length(child(id, 2), 28 * kDay);
    if (!of.ok() || !low || !high) return fail();
    core::Node out = make(CoreKind::cluster, {of.node});
    out.low = *low;
    out.high = *high;
    out.deviations = {1, 3};
    const Id level = child(id, 3);
    if (level != kNoNode && at(level).has_number) {
        out.deviations = at(level).number;
        if (at(level).kind == SyntaxKind::percent) out.deviations.decimals += 2;
    }
    return state_result(add(std::move(out), at(id).span), at(id).span);
}

}  // namespace clausal::types
