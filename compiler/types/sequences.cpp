// Two events and the time between them: sequences, absences, precedence.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/core/readings.h"
#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

bool Elaborator::bounds_agree(const EventBounds& bounds, Span span) {
    const Microseconds low = bounds.low;
    const Microseconds high = bounds.high;
    if (high <= 0 && bounds.high_days == 0) {
        report(kind::empty_period, span);
        return false;
    }
    const Argument exchange{"", "make the first shorter than the second, or exchange the two",
        "请让前一个短于后一个，或把两者对调"};
    if (bounds.high_days > 0 && bounds.low_days > bounds.high_days) {
        const auto days = [](std::int64_t count) { return std::to_string(count); };
        report(kind::contradictory_bounds, span,
            {{"low", days(bounds.low_days) + " working days", days(bounds.low_days) + " 个工作日"},
                {"high", days(bounds.high_days) + " working days",
                    days(bounds.high_days) + " 个工作日"}})
            .help.push_back(exchange);
        return false;
    }
    if (bounds.high_work > 0 && bounds.low_work > bounds.high_work) {
        const auto hours = [](Microseconds time, const char* after) {
            return fmt::format("{}{}", time / kHour, after);
        };
        report(kind::contradictory_bounds, span,
            {{"low", hours(bounds.low_work, " working hours"),
                 hours(bounds.low_work, " 个工作小时")},
                {"high", hours(bounds.high_work, " working hours"),
                    hours(bounds.high_work, " 个工作小时")}});
        return false;
    }
    if (low <= high) return true;
    const auto words = [](Microseconds length, bool chinese) {
        if (length % kDay == 0)
            return fmt::format("{} {}", length / kDay,
                chinese          ? "天"
                : length == kDay ? "day"
                                 : "days");
        return core::duration_words(length, chinese);
    };
    report(kind::contradictory_bounds, span,
        {{"low", words(low, false), words(low, true)},
            {"high", words(high, false), words(high, true)}})
        .help.push_back(exchange);
    return false;
}

// Fields of the other end that the rule's actions, or the conditions beside it, read become fields of the
// sequence; the latter by their name, where its own event has none of it.
void Elaborator::wished_fields(
    core::Node& node, const Occurrence& first, Occurrence& anchor, Span span) {
    const auto has = [](const Occurrence& one, const std::string& name) {
        return std::any_of(one.slots.begin(), one.slots.end(),
            [&](const Slot& slot) { return names::fold(slot.name) == name; });
    };
    for (const auto& [witness, field] : wished_) {
        if (witness.empty()) {
            if (!has(first, field) || has(anchor, field)) continue;
            const Result read = field_in(first, Frame::first, field, span);
            if (!read.ok()) continue;
            node.derived.push_back(read.node);
            node.derived_types.push_back(read.type);
            anchor.slots.push_back({field, read.type});
            continue;
        }
        if (witness != first.witness && !is_called(first, witness)) continue;
        if (witness == anchor.witness || (first.witness != witness && is_called(anchor, witness)))
            continue;
        const Result read = field_in(first, Frame::first, field, span);
        if (!read.ok()) continue;
        node.derived.push_back(read.node);
        node.derived_types.push_back(read.type);
        wished_slots_.emplace_back(witness + "\n" + field, anchor.slots.size());
        anchor.slots.push_back({"", read.type});
    }
}

// Whether a field is called as remarks are, which name nothing.
static bool is_free_text(const std::string& field) {
    static constexpr std::string_view kNames[] = {"备注", "说明", "描述", "内容", "原因", "正文",
        "留言", "意见", "标题", "note", "notes", "remark", "remarks", "comment", "comments",
        "description", "text", "message", "reason", "body", "title", "content"};
    const std::string folded = names::fold(field);
    return std::find(std::begin(kNames), std::end(kNames), folded) != std::end(kNames);
}

void Elaborator::warn_uncorrelated(const Occurrence& first, const Occurrence& second, Span span) {
    if (first.event == kNone || second.event == kNone) return;
    const EventType& a = pack_.schema.events[first.event];
    const EventType& b = pack_.schema.events[second.event];
    for (std::size_t i = 0; i < a.fields.size(); ++i) {
        if (a.fields[i].type.kind != TypeKind::text || pack_.event_key_field[first.event][i])
            continue;
        const std::uint32_t other = pack_.field_of_event(second.event, a.fields[i].name);
        if (other == kNone || b.fields[other].type.kind != TypeKind::text ||
            is_free_text(a.fields[i].name))
            continue;
        Diagnostic& finding = report(kind::uncorrelated_absence, span,
            {{"first", a.name, ""}, {"second", b.name, ""}, {"field", a.fields[i].name, ""}});
        finding.help.push_back(
            {"", fmt::format("write `{} of the same {}`", b.name, a.fields[i].name),
                fmt::format("请写「同一{}的 {}」", a.fields[i].name, b.name)});
        return;
    }
}

// Two changes of a field that follow each other cannot agree in it.
void Elaborator::never_the_same(const core::Node& node, Span span) {
    if (node.pick != core::Pick::next_only || node.inputs[0] != node.inputs[1]) return;
    const core::CorePack& pack = out_.core;
    const core::Node& event = pack[node.inputs[0]];
    if (event.kind != CoreKind::event || event.inputs[0] == kNone) return;
    const auto changes = [&](std::uint32_t slot) {
        const core::Node& test = pack[event.inputs[0]];
        if (test.kind != CoreKind::compare || test.compare != core::CompareOp::ne) return false;
        for (const std::size_t side : {0U, 1U}) {
            const core::Node& now = pack[test.inputs[side]];
            const core::Node& before = pack[test.inputs[1 - side]];
            if (now.kind != CoreKind::field || now.slot != slot ||
                before.kind != CoreKind::latest || !before.before ||
                before.window.kind != Window::Kind::all)
                continue;
            const core::Node& of = pack[before.inputs[0]];
            const core::Node& value = pack[before.inputs[1]];
            if (of.kind == CoreKind::event && of.event == event.event && of.inputs[0] == kNone &&
                value.kind == CoreKind::field && value.slot == slot)
                return true;
        }
        return false;
    };
    for (const Correlation& same : node.correlation) {
        if (same.first_slot != same.second_slot || !changes(same.first_slot)) continue;
        const std::string& field = pack.schema.events[event.event].fields[same.first_slot].name;
        Diagnostic& finding = report(kind::never_true, span,
            {{"reason",
                fmt::format(
                    "`same {0}` equates `{0}` with `{0}`, and each of the two is a change of it",
                    field),
                fmt::format("「同一 {0}」要求两次的 `{0}` 相等，而每一次都是它的变化", field)}});
        finding.help.push_back({"",
            "to compare different fields name the events: `A as first … A as second, where second's x = first's y`",
            "要比较不同的字段，请给事件起名：「A（甲）…A（乙），其中 乙.x = 甲.y」"});
        return;
    }
}

Result Elaborator::sequence(Id id, const Scope& scope) {
    (void)scope;
    const Span span = at(id).span;
    Result first = occurrence(child(id, 0), {});
    core::Pick pick = at(id).op == Op::next    ? core::Pick::next_only
                      : at(id).op == Op::first ? core::Pick::first_only
                                               : core::Pick::any;
    Id second_id = child(id, 1);
    // `the next B`, `the first B` may stand inside a filter or a witness name.
    for (Id look = second_id; look != kNoNode; look = child(look, 0)) {
        const SyntaxKind kind = at(look).kind;
        if (kind == SyntaxKind::next) pick = core::Pick::next_only;
        if (kind == SyntaxKind::first_of) pick = core::Pick::first_only;
        if (kind != SyntaxKind::next && kind != SyntaxKind::first_of && kind != SyntaxKind::where &&
            kind != SyntaxKind::witness && kind != SyntaxKind::same)
            break;
    }
    Scope inner;
    if (first.ok()) inner.first = &first.occurrence;
    inner.next = pick == core::Pick::next_only;
    Result second = occurrence(second_id, inner);
    EventBounds limits;
    const bool bounded = read_bounds(child(id, 2), child(id, 3), &limits);
    Result without;
    const Id without_id = child(id, 4);
    if (without_id != kNoNode) without = occurrence(without_id, {});
    if (!first.ok() || !second.ok() || !bounded || (without_id != kNoNode && !without.ok()))
        return fail();
    if (!bounds_agree(limits, span)) return fail();
    core::Node node = make(CoreKind::sequence,
        {first.node, second.node, kNone, without_id == kNoNode ? kNone : without.node});
    node.low = limits.low;
    node.high = limits.high;
    node.pick = pick;
    if (pick == core::Pick::next_only) {
        // The next one is the next whatever its fields; `where` then judges it. `of the same f` chooses.
        second.occurrence.pair.insert(second.occurrence.pair.end(),
            second.occurrence.pair_equal.begin(), second.occurrence.pair_equal.end());
        second.occurrence.pair_same.clear();
    }
    if (!correlate(first.occurrence, second.occurrence, &node.correlation, &node.inputs[2], span))
        return fail();
    apply_days(node, limits, span);
    never_the_same(node, span);
    const std::vector<Slot> own = second.occurrence.slots;
    wished_fields(node, first.occurrence, second.occurrence, span);
    Occurrence out = second.occurrence;
    out.other = first.occurrence.shown;
    for (std::size_t i = 0; i < first.occurrence.slots.size(); ++i) {
        const bool equal = std::any_of(node.correlation.begin(), node.correlation.end(),
            [&](const Correlation& pair) { return pair.first_slot == i; });
        const bool key = first.occurrence.event != kNone &&
                         i < pack_.event_key_field[first.occurrence.event].size() &&
                         pack_.event_key_field[first.occurrence.event][i];
        // Only what both have is in doubt.
        const std::string name = names::fold(first.occurrence.slots[i].name);
        const bool both = std::any_of(own.begin(), own.end(),
            [&](const Slot& slot) { return names::fold(slot.name) == name; });
        if (!equal && !key && both)
            out.other_fields.push_back(names::fold(first.occurrence.slots[i].name));
    }
    out.bare = false;
    return occurrence_result(add(std::move(node), span), std::move(out), span);
}

Result Elaborator::absence_after(Id id, const Scope& scope) {
    (void)scope;
    const auto part = [&](std::size_t place) { return child(id, place); };
    return absence_from(
        occurrence(child(id, 0), {}), {part(1), part(2), part(3), part(4), part(5)}, at(id).span);
}

Result Elaborator::absence_from(Result start, const AbsenceParts& parts, Span span) {
    const Id absent_id = parts.absent;
    Scope inner;
    if (start.ok()) inner.first = &start.occurrence;
    if (absent_id != kNoNode && at(absent_id).kind == SyntaxKind::logical_and) {
        report(kind::none_of_both, at(absent_id).span);
        return fail();
    }
    Result absent = occurrence(absent_id, inner);
    const Id high_id = parts.high;
    const Id until_id = parts.until;
    const Id unless_id = parts.unless;
    Result until;
    Result unless;
    if (until_id != kNoNode)
        until = at(until_id).kind == SyntaxKind::truth ? start : occurrence(until_id, {});
    if (unless_id != kNoNode) unless = occurrence(unless_id, inner);
    if (high_id == kNoNode) {
        // The parser says so where the sentence shows it.
        const bool said =
            std::any_of(sink_.all().begin(), sink_.all().end(), [&](const Diagnostic& other) {
                return other.kind == kind::absence_without_end && other.span.file == span.file &&
                       other.span.begin < span.end && span.begin < other.span.end;
            });
        if (!said) report(kind::absence_without_end, span);
        return fail();
    }
    EventBounds limits;
    const bool bounded = read_bounds(parts.low, high_id, &limits);
    if (!start.ok() || !absent.ok() || !bounded || (until_id != kNoNode && !until.ok()) ||
        (unless_id != kNoNode && !unless.ok()))
        return fail();
    if (!bounds_agree(limits, span)) return fail();
    core::Node node = make(CoreKind::absence_after,
        {start.node, absent.node, kNone, unless_id == kNoNode ? kNone : unless.node,
            until_id == kNoNode ? kNone : until.node});
    node.low = limits.low;
    node.high = limits.high;
    if (!correlate(start.occurrence, absent.occurrence, &node.correlation, &node.inputs[2], span))
        return fail();
    if (unless_id != kNoNode) {
        NodeId pair = kNone;
        Occurrence from = start.occurrence;
        from.same.clear();
        if (!correlate(from, unless.occurrence, &node.unless_correlation, &pair, span))
            return fail();
        if (pair != kNone) node.inputs.push_back(pair);
    }
    const bool related = !node.correlation.empty() || node.inputs[2] != kNone;
    apply_days(node, limits, span);
    if (!related) warn_uncorrelated(start.occurrence, absent.occurrence, span);
    Occurrence out = start.occurrence;
    out.bare = false;
    out.same.clear();
    return occurrence_result(add(std::move(node), span), std::move(out), span);
}

// How many working days a bound says; nullopt: it is none of working days (or is wrong, and reported).
std::optional<std::int64_t> Elaborator::working_days_of(Id id) {
    if (id == kNoNode || at(id).kind != SyntaxKind::quantity || at(id).text != "working_day")
        return std::nullopt;
    constexpr std::int64_t kMost = 1'000;
    return whole_count(id, kMost);
}

// Bounds by the calendar: the later day is at most, or at least, so many working days after the other.
void Elaborator::working_days(core::Node& node, std::int64_t days, bool upper, Span span) {
    const std::uint32_t calendar = the_calendar(span);
    if (calendar == kNone) return;
    if (upper) {
        // No calendar rests for more than sixty days on top of its weekends.
        node.high = (3 * days + 60) * kDay;
        node.count = days;
        node.unit = core::Unit::working_day;
        node.calendar = calendar;
        if (node.kind == CoreKind::absence_after) return;  // the deadline itself
    }
    const auto day_of = [&](Frame frame) {
        core::Node time = make(CoreKind::time_of);
        time.frame = frame;
        time.type.kind = TypeKind::instant;
        core::Node day = make(CoreKind::date_of, {add(std::move(time), span)});
        day.type.kind = TypeKind::date;
        return add(std::move(day), span);
    };
    const Result number = constant({days, 1}, Type{TypeKind::integer, 0, "", {}, false}, span);
    core::Node end = make(CoreKind::add_days, {day_of(Frame::first), number.node});
    end.calendar = calendar;
    end.type.kind = TypeKind::date;
    core::Node test = make(CoreKind::compare, {day_of(Frame::self), add(std::move(end), span)});
    test.compare = upper ? core::CompareOp::le : core::CompareOp::ge;
    const NodeId bound = add(std::move(test), span);
    node.inputs[2] = node.inputs[2] == kNone ? bound : all_of({node.inputs[2], bound}, span);
}

// How much working time a bound says; nullopt: it is none (or is wrong, and reported).
std::optional<Microseconds> Elaborator::working_time_of(Id id) {
    if (id == kNoNode || at(id).kind != SyntaxKind::quantity || at(id).text != "working_hour")
        return std::nullopt;
    const Result length = literal(id);
    if (!length.ok() || the_calendar(at(id).span) == kNone) return std::nullopt;
    constexpr std::int64_t kMost = 1'000;
    if (length.constant.denominator != 1 || length.constant.numerator < 1 ||
        length.constant.numerator > kMost * kDay) {
        report(kind::measure_out_of_range, at(id).span,
            {{"number", shown(id), ""},
                {"what", "a length of working time to wait", "等待的工作时长"},
                {"wanted", fmt::format("at most {} hours", kMost * 24),
                    fmt::format("不超过 {} 小时的工作时长", kMost * 24)}});
        return std::nullopt;
    }
    return static_cast<Microseconds>(length.constant.numerator);
}

// Bounds in working time: the later is at most, or at least, so much of it after the other.
void Elaborator::working_time(core::Node& node, Microseconds length, bool upper, Span span) {
    const CalendarSpec& hours = pack_.schema.calendars[0];
    if (upper) {
        const Microseconds day = std::max(hours.end_minute - hours.begin_minute, 1) * kMinute;
        node.calendar = 0;
        node.unit = core::Unit::hour;
        node.count = length;
        node.high = (3 * (length / day + 1) + 60) * kDay;
        if (node.kind == CoreKind::absence_after) return;  // the deadline itself
    }
    const auto time = [&](Frame frame) {
        core::Node out = make(CoreKind::time_of);
        out.frame = frame;
        out.type.kind = TypeKind::instant;
        return add(std::move(out), span);
    };
    const Result amount = constant({length, 1}, Type{TypeKind::duration, 0, "", {}, false}, span);
    core::Node end = make(CoreKind::add_working_time, {time(Frame::first), amount.node});
    end.calendar = 0;
    end.type.kind = TypeKind::instant;
    core::Node test = make(CoreKind::compare, {time(Frame::self), add(std::move(end), span)});
    test.compare = upper ? core::CompareOp::le : core::CompareOp::ge;
    const NodeId bound = add(std::move(test), span);
    node.inputs[2] = node.inputs[2] == kNone ? bound : all_of({node.inputs[2], bound}, span);
}

// Reads the bounds of two events; those of a calendar are added to the node once it has its pair.
bool Elaborator::read_bounds(Id low_id, Id high_id, EventBounds* out) {
    const auto counted = [&](Id id, const char* unit) {
        return id != kNoNode && at(id).kind == SyntaxKind::quantity && at(id).text == unit;
    };
    const auto by_calendar = [&](Id id, std::int64_t* days, Microseconds* work) {
        if (counted(id, "working_hour")) return (*work = working_time_of(id).value_or(0)) > 0;
        *days = working_days_of(id).value_or(0);
        return *days > 0 && the_calendar(at(id).span) != kNone;
    };
    const auto read = [&](Id id, std::int64_t* days, Microseconds* work, Microseconds* length,
                          Microseconds missing) {
        if (counted(id, "working_hour") || counted(id, "working_day"))
            return by_calendar(id, days, work);
        const auto plain = optional_length(id, *length = missing);
        if (plain) *length = *plain;
        return plain.has_value();
    };
    const bool low = read(low_id, &out->low_days, &out->low_work, &out->low, 0);
    return low && read(high_id, &out->high_days, &out->high_work, &out->high, kForever);
}

void Elaborator::apply_days(core::Node& node, const EventBounds& bounds, Span span) {
    if (bounds.low_days > 0) working_days(node, bounds.low_days, false, span);
    if (bounds.low_work > 0) working_time(node, bounds.low_work, false, span);
    if (bounds.high_days > 0) working_days(node, bounds.high_days, true, span);
    if (bounds.high_work > 0) working_time(node, bounds.high_work, true, span);
}

// A condition on two events with the two exchanged; nullopt where it reads more than their fields.
std::optional<NodeId> Elaborator::turned(NodeId id) {
    core::Node node = out_.core.nodes[id];
    const bool of_context = !node.correlation.empty() || node.kind == CoreKind::elapsed ||
                            node.kind == CoreKind::exists_around ||
                            ((node.kind == CoreKind::latest || node.kind == CoreKind::aggregate) &&
                                node.inputs.size() > 2);
    if (of_context) return std::nullopt;
    if (node.kind == CoreKind::field || node.kind == CoreKind::time_of) {
        node.frame = node.frame == Frame::self ? Frame::first : Frame::self;
    } else if (node.kind != CoreKind::latest && node.kind != CoreKind::aggregate) {
        for (NodeId& input : node.inputs) {
            if (input == kNone ||
                core::sort_of(out_.core.nodes[input].kind) == core::Sort::occurrence)
                continue;
            const std::optional<NodeId> other = turned(input);
            if (!other) return std::nullopt;
            input = *other;
        }
    }
    const Span span = out_.core.spans[id];
    return add(std::move(node), span);
}

Result Elaborator::absence_before(Id id, const Scope& scope) {
    (void)scope;
    const Span span = at(id).span;
    Result event = occurrence(child(id, 0), {});
    const Id absent_id = child(id, 1);
    if (absent_id != kNoNode && at(absent_id).kind == SyntaxKind::logical_and) {
        report(kind::none_of_both, at(absent_id).span);
        return fail();
    }
    // The absent one is the earlier: `first`; a filter on it that reads the event is turned round.
    Scope inner;
    if (event.ok()) inner.first = &event.occurrence;
    Result absent = occurrence(absent_id, inner);
    EventBounds limits;
    if (!read_bounds(kNoNode, child(id, 2), &limits) || !event.ok() || !absent.ok()) return fail();
    core::Node node = make(CoreKind::absence_before, {event.node, absent.node, kNone});
    node.high = limits.high;
    std::vector<Correlation> exchanged;
    NodeId pair = kNone;
    if (!correlate(event.occurrence, absent.occurrence, &exchanged, &pair, span)) return fail();
    if (pair != kNone) {
        const std::optional<NodeId> other_way = turned(pair);
        if (!other_way) {
            report(kind::not_supported, at(absent_id).span, {{"text", shown(absent_id), ""}});
            return fail();
        }
        node.inputs[2] = *other_way;
    }
    for (const Correlation& one : exchanged)
        node.correlation.push_back({one.second_slot, one.first_slot});
    apply_days(node, limits, span);
    if (node.correlation.empty()) warn_uncorrelated(event.occurrence, absent.occurrence, span);
    Occurrence out = event.occurrence;
    out.bare = false;
    out.same.clear();
    return occurrence_result(add(std::move(node), span), std::move(out), span);
}

Result Elaborator::precedence(Id id, const Scope& scope) {
    (void)scope;
    const Span span = at(id).span;
    Result first = occurrence(child(id, 0), {});
    Scope inner;
    if (first.ok()) inner.first = &first.occurrence;
    Result second = occurrence(child(id, 1), inner);
    EventBounds limits;
    if (!read_bounds(child(id, 2), child(id, 3), &limits) || !first.ok() || !second.ok() ||
        !bounds_agree(limits, span))
        return fail();
    const bool must = at(id).op == Op::must;
    core::Node node = must ? make(CoreKind::absence_before, {second.node, first.node, kNone})
                           : make(CoreKind::sequence, {first.node, second.node, kNone, kNone});
    node.low = limits.low;
    node.high = limits.high;
    if (!correlate(first.occurrence, second.occurrence, &node.correlation, &node.inputs[2], span))
        return fail();
    apply_days(node, limits, span);
    if (node.high == kForever && node.correlation.empty()) {
        report(kind::satisfied_for_ever, span, {{"name", first.occurrence.shown, ""}});
    }
    Occurrence out = second.occurrence;
    if (!must) wished_fields(node, first.occurrence, out, span);
    out.bare = false;
    return occurrence_result(add(std::move(node), span), std::move(out), span);
}

}  // namespace clausal::types
