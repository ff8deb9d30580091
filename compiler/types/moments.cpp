// Occurrences made by time, windows that hang on a time field, changes and clusters.

#include <fmt/format.h>

#include "compiler/core/readings.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

Result Elaborator::reaches(Id id, const Scope& scope) {
    (void)scope;
    const Id start = child(id, 0);
    if (start != kNoNode && at(start).kind == SyntaxKind::name &&
        pack_.find(at(start).text, SymbolKind::event) == nullptr &&
        pack_.find(at(start).text, SymbolKind::term) == nullptr &&
        pack_.find(at(start).text, SymbolKind::action) == nullptr &&
        !events_with(at(start).text).empty()) {
        Diagnostic& finding =
            report(kind::time_after_field, at(start).span, {{"field", at(start).text, ""}});
        const std::string length = shown(child(id, 1));
        finding.help.push_back({"",
            fmt::format("ask at a time of the day: `every day at 6:00, when {} + {} < now`",
                at(start).text, length),
            fmt::format(
                "请在每天的某个时刻问：「每天 6:00，当 {} + {} < 现在」", at(start).text, length)});
        return fail();
    }
    const Result of = occurrence(start, {});
    EventBounds limits;
    if (!read_bounds(kNoNode, child(id, 1), &limits) || !of.ok() ||
        !nothing_same(of.occurrence, at(id).span))
        return fail();
    if (limits.high <= 0 && limits.high_days == 0) {
        report(kind::empty_period, at(id).span);
        return fail();
    }
    core::Node node = make(CoreKind::absence_after, {of.node, kNone, kNone, kNone, kNone});
    node.high = limits.high;
    apply_days(node, limits, at(id).span);
    Occurrence out = of.occurrence;
    out.bare = false;
    return occurrence_result(add(std::move(node), at(id).span), std::move(out), at(id).span);
}

Result Elaborator::before_field(Id id, const Scope& scope) {
    const Span span = at(id).span;
    const Id field_id = child(id, 0);
    if (child(id, 2) == kNoNode) {
        Occurrence none;
        none.shown = shown(id);
        const Result state = days_before(id);
        if (!state.ok()) return fail();
        core::Node daily = make(CoreKind::daily);
        daily.count = 1;
        return filtered(occurrence_result(add(std::move(daily), span), std::move(none), span),
            {state.node}, span);
    }
    const auto high = positive_length(child(id, 1));
    Result moment;
    if (field_id != kNoNode && scope.self != nullptr) {
        moment = at(field_id).kind == SyntaxKind::name
                     ? field_in(*scope.self, Frame::self, at(field_id).text, at(field_id).span)
                     : value(field_id, scope);
    }
    if (!moment.ok() || moment.type.kind != TypeKind::instant) {
        Diagnostic& finding = report(kind::moment_needs_field,
            field_id == kNoNode ? span : at(field_id).span, {{"field", shown(field_id), ""}});
        if (scope.self != nullptr) {
            for (const Slot& slot : scope.self->slots) {
                if (slot.type.kind == TypeKind::instant)
                    finding.help.push_back({"", "a time field of it is `" + slot.name + "`",
                        "它的时刻字段有 `" + slot.name + "`"});
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
        report(kind::no_such_day, node.span, {{"number", to_string(node.number), ""}});
        return fail();
    }
    if (node.text.rfind("weekday_", 0) == 0) {
        static const char* const kDays[] = {
            "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
        const std::string day = node.text.substr(8);
        out.unit = core::Unit::week;
        for (std::size_t i = 0; i < 7; ++i) {
            if (day == kDays[i] || day == std::to_string(i + 1))
                out.count = static_cast<std::int64_t>(i) + 1;
        }
    } else {
        const std::optional<core::Unit> in = unit(node.text.empty() ? "day" : node.text, node.span);
        if (!in) return fail();
        out.unit = *in;
        if (out.unit == core::Unit::month && out.count > 28)
            report(kind::short_months, node.span, {{"number", std::to_string(out.count), ""}});
    }
    if (out.unit == core::Unit::working_day && pack_.schema.calendars.empty()) {
        note(node.span,
            "working days are Monday to Friday, holidays included: no calendar is declared",
            "工作日指周一至周五，节假日也算：没有声明日历");
    } else if (out.unit == core::Unit::working_day) {
        out.calendar = the_calendar(node.span);
        if (out.calendar == kNone) return fail();
    }
    const Id moment = child(id, 0);
    if (moment != kNoNode) {
        out.minute_of_day =
            std::max(at(moment).moment.hour, 0) * 60 + std::max(at(moment).moment.minute, 0);
    }
    if (out.minute_of_day >= 24 * 60) out.minute_of_day = 0;
    Occurrence occurrence;
    occurrence.shown = shown(id);
    Result result =
        occurrence_result(add(std::move(out), node.span), std::move(occurrence), node.span);
    const Id condition_id = child(id, 1);
    if (condition_id == kNoNode) return result;
    // `每天 9:00，当合同到期前 30 天`: the hour is given.
    const bool ahead =
        at(condition_id).kind == SyntaxKind::before_field && child(condition_id, 2) == kNoNode;
    const Result also = ahead ? days_before(condition_id) : state(condition_id, scope);
    if (!also.ok()) return fail();
    return filtered(std::move(result), {also.node}, node.span);
}

// A value made of fields of the latest occurrences of one event, as a value of each of them. `of` is
// kNone until an event is met.
std::optional<NodeId> Elaborator::of_each(NodeId id, NodeId& of) {
    core::Node node = out_.core.nodes[id];
    switch (node.kind) {
    case CoreKind::constant: return id;
    case CoreKind::latest:
        if (node.before || !node.correlation.empty() || node.inputs.size() > 2 ||
            node.window.kind != Window::Kind::all)
            return std::nullopt;
        if (of != kNone && of != node.inputs[0]) return std::nullopt;
        of = node.inputs[0];
        return node.inputs[1];
    case CoreKind::arithmetic:
    case CoreKind::negative:
    case CoreKind::round:
    case CoreKind::keyword_density:
    case CoreKind::date_of: break;
    default: return std::nullopt;
    }
    const Span span = out_.core.spans[id];
    for (NodeId& input : node.inputs) {
        const std::optional<NodeId> inner = of_each(input, of);
        if (!inner) return std::nullopt;
        input = *inner;
    }
    return add(std::move(node), span);
}

// `daily share of X where c`, `每天 X 次数`: one value of each closed day.
std::optional<core::Node> Elaborator::daily_values(Id id) {
    core::Node out = make(CoreKind::shift);
    out.window.kind = Window::Kind::previous_unit;
    out.window.unit = at(id).op == Op::week    ? core::Unit::week
                      : at(id).op == Op::month ? core::Unit::month
                                               : core::Unit::day;
    const Id inner = child(id, 0);
    if (inner == kNoNode) return std::nullopt;
    const syntax::Node& node = at(inner);
    const Id window_id = child(inner, 2);
    if (window_id != kNoNode) return std::nullopt;
    if (node.kind == SyntaxKind::share) {
        const Result of = occurrence(child(inner, 0), {});
        if (!of.ok() || child(inner, 1) == kNoNode) return std::nullopt;
        Scope inside;
        inside.self = &of.occurrence;
        const Result test = state(child(inner, 1), inside);
        if (!test.ok()) return std::nullopt;
        out.aggregate = core::AggregateOp::average;
        out.inputs = {of.node, test.node};
        return out;
    }
    if (node.kind != SyntaxKind::aggregate) return std::nullopt;
    const Result whole = aggregate(inner, {});
    if (!whole.ok()) return std::nullopt;
    const core::Node& read = out_.core.nodes[whole.node];
    const bool fits = read.aggregate == core::AggregateOp::count ||
                      read.aggregate == core::AggregateOp::sum ||
                      read.aggregate == core::AggregateOp::average;
    if (!fits || !read.correlation.empty()) return std::nullopt;
    out.aggregate = read.aggregate;
    out.inputs = {read.inputs[0], read.inputs[1]};
    return out;
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
    core::Node out;
    const auto refuse = [&] {
        Diagnostic& finding =
            report(kind::shift_operand, node.span, {{"text", shown(value_id), ""}});
        finding.help.push_back({"",
            "write a field of one event, an expression of its fields, or a value of each day: `daily share of X where …`",
            "请写一个事件的字段、由它的字段算出的式子，或每天的值：「每天 X 其中 … 占比」"});
        return fail();
    };
    if (value_id != kNoNode && at(value_id).kind == SyntaxKind::per_unit) {
        const std::size_t errors = sink_.error_count();
        const std::optional<core::Node> days = daily_values(value_id);
        if (!days) return sink_.error_count() > errors ? fail() : refuse();
        out = *days;
        note(node.span,
            "one value of each closed day; the last one is compared with those before it",
            "每个已结束的日取一个值；用最近一个与之前的相比");
    } else {
        const Result read = value(value_id, {});
        if (!read.ok()) return fail();
        NodeId of = kNone;
        const std::optional<NodeId> each = of_each(read.node, of);
        if (!each || of == kNone || !is_numeric(read.type.kind)) return refuse();
        out = make(CoreKind::shift, {of, *each});
    }
    out.direction = node.op == Op::up     ? core::Direction::up
                    : node.op == Op::down ? core::Direction::down
                                          : core::Direction::any;
    const Id deviations = child(id, 1);
    out.deviations = deviations != kNoNode && at(deviations).has_number ? at(deviations).number
                     : node.has_number                                  ? node.number
                                                                        : Decimal{3, 0};
    const auto high = optional_length(child(id, 2),
        baseline && baseline->kind == Window::Kind::sliding ? baseline->length : 30 * kDay);
    if (!high) return fail();
    out.high = *high;
    if (out.deviations.coefficient <= 0) {
        report(kind::measure_out_of_range, deviations == kNoNode ? node.span : at(deviations).span,
            {{"number", to_string(out.deviations), ""},
                {"what", "a number of standard deviations", "标准差的倍数"},
                {"wanted", "a number greater than 0, for example 3", "大于 0 的数，例如 3"}});
        return fail();
    }
    return state_result(add(std::move(out), node.span), node.span);
}

Result Elaborator::cluster(Id id, const Scope& scope) {
    (void)scope;
    const Result of = occurrence(child(id, 0), {});
    const auto low = optional_length(child(id, 1), kDay);
    const auto high = optional_length(child(id, 2), 28 * kDay);
    if (!of.ok() || !low || !high || !nothing_same(of.occurrence, at(id).span)) return fail();
    core::Node out = make(CoreKind::cluster, {of.node});
    out.low = *low;
    out.high = *high;
    out.deviations = {1, 3};
    const Id level = child(id, 3);
    if (level != kNoNode && at(level).has_number) {
        out.deviations = at(level).number;
        if (at(level).kind == SyntaxKind::percent) out.deviations.decimals += 2;
        Rational share;
        const bool fits = out.deviations.decimals >= 0 && out.deviations.decimals <= 18 &&
                          make_rational(out.deviations.coefficient,
                              power_of_ten(out.deviations.decimals), &share) == Fault::none &&
                          share.numerator > 0 && clausal::compare(share, Rational{1, 1}) < 0;
        if (!fits) {
            report(kind::measure_out_of_range, at(level).span,
                {{"number", to_string(at(level).number), ""},
                    {"what", "a level of probability", "显著性水平"},
                    {"wanted", "a number between 0 and 1, for example 0.01",
                        "0 与 1 之间的数，例如 0.01"}});
            return fail();
        }
    }
    if (*low <= 0 || *high <= 0) {
        report(kind::empty_period, at(id).span);
        return fail();
    }
    if (*low > *high) {
        report(kind::window_beyond_baseline, at(id).span,
            {{"window", core::duration_words(*low, false), core::duration_words(*low, true)},
                {"baseline", core::duration_words(*high, false),
                    core::duration_words(*high, true)}});
        return fail();
    }
    return state_result(add(std::move(out), at(id).span), at(id).span);
}

}  // namespace clausal::types
