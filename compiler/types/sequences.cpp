// Two events and the time between them: sequences, absences, precedence.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/core/readings.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

bool Elaborator::bounds_agree(Microseconds low, Microseconds high, Span span) {
    if (low <= high) return true;
    const auto words = [](Microseconds length, bool chinese) {
        if (length % kDay == 0) return fmt::format("{} {}", length / kDay, chinese ? "天"
            : length == kDay ? "day" : "days");
        return core::duration_words(length, chinese);
    };
    report(Kind::contradictory_bounds, span, {{"low", words(low, false), words(low, true)},
        {"high", words(high, false), words(high, true)}});
    return false;
}

// Fields of the other end that the rule's actions read become fields of the sequence.
void Elaborator::wished_fields(core::Node& node, const Occurrence& first, Occurrence& anchor,
    Span span) {
    for (const auto& [witness, field] : wished_) {
        if (witness != first.witness && !is_called(first, witness)) continue;
        if (witness == anchor.witness || (first.witness != witness
            && is_called(anchor, witness))) continue;
        const Result read = field_in(first, Frame::first, field, span);
        if (!read.ok()) continue;
        node.derived.push_back(read.node);
        node.derived_types.push_back(read.type);
        wished_slots_.emplace_back(witness + "\n" + field, anchor.slots.size());
        anchor.slots.push_back({"", read.type});
    }
}

void Elaborator::warn_uncorrelated(const Occurrence& first, const Occurrence& second, Span span) {
    if (first.event == kNone || second.event == kNone) return;
    const EventType& a = pack_.schema.events[first.event];
    const EventType& b = pack_.schema.events[second.event];
    for (std::size_t i = 0; i < a.fields.size(); ++i) {
        if (a.fields[i].type.kind != TypeKind::text
            || pack_.event_key_field[first.event][i]) continue;
        const std::uint32_t other = pack_.field_of_event(second.event, a.fields[i].name);
        if (other == kNone || b.fields[other].type.kind != TypeKind::text) continue;
        Diagnostic& finding = report(Kind::uncorrelated_absence, span,
            {{"first", a.name, ""}, {"second", b.name, ""}, {"field", a.fields[i].name, ""}});
        finding.help.push_back({"", fmt::format("write `{} of the same {}`", b.name,
            a.fields[i].name), fmt::format("请写「同一{}的 {}」", a.fields[i].name, b.name)});
        return;
    }
}

Result Elaborator::sequence(Id id, const Scope& scope) {
    (void)scope;
    const Span span = at(id).span;
    Result first = occurrence(child(id, 0), {});
    core::Pick pick = at(id).op == Op::next ? core::Pick::next_only : at(id).op == Op::first
        ? core::Pick::first_only : core::Pick::any;
    Id second_id = child(id, 1);
    // `the next B`, `the first B` may stand inside a filter or a witness name.
    for (Id look = second_id; look != kNoNode; look = child(look, 0)) {
        const SyntaxKind kind = at(look).kind;
        if (kind == SyntaxKind::next) pick = core::Pick::next_only;
        if (kind == SyntaxKind::first_of) pick = core::Pick::first_only;
        if (kind != SyntaxKind::next && kind != SyntaxKind::first_of && kind != SyntaxKind::where
            && kind != SyntaxKind::witness && kind != SyntaxKind::same) break;
    }
    Scope inner;
    if (first.ok()) inner.first = &first.occurrence;
    Result second = occurrence(second_id, inner);
    const auto low = optional_length(child(id, 2), 0);
    const auto high = optional_length(child(id, 3), kForever);
    Result without;
    const Id without_id = child(id, 4);
    if (without_id != kNoNode) without = occurrence(without_id, {});
    if (!first.ok() || !second.ok() || !low || !high || (without_id != kNoNode
        && !without.ok())) return fail();
    if (!bounds_agree(*low, *high, span)) return fail();
    core::Node node = make(CoreKind::sequence, {first.node, second.node, kNone,
        without_id == kNoNode ? kNone : without.node});
    node.low = *low;
    node.high = *high;
    node.pick = pick;
    if (pick == core::Pick::next_only) {
        // The next one is the next whatever its fields; `where` then judges it. `of the same f` chooses.
        second.occurrence.pair.insert(second.occurrence.pair.end(),
            second.occurrence.pair_equal.begin(), second.occurrence.pair_equal.end());
        second.occurrence.pair_same.clear();
    }
    if (!correlate(first.occurrence, second.occurrence, &node.correlation, &node.inputs[2],
        span)) return fail();
    wished_fields(node, first.occurrence, second.occurrence, span);
    Occurrence out = second.occurrence;
    out.bare = false;
    return occurrence_result(add(std::move(node), span), std::move(out), span);
}

Result Elaborator::absence_after(Id id, const Scope& scope) {
    (void)scope;
    const Span span = at(id).span;
    Result start = occurrence(child(id, 0), {});
    const Id absent_id = child(id, 1);
    Scope inner;
    if (start.ok()) inner.first = &start.occurrence;
    if (absent_id != kNoNode && at(absent_id).kind == SyntaxKind::logical_and) {
        report(Kind::neither_or_not_both, at(absent_id).span);
        return fail();
    }
    Result absent = occurrence(absent_id, inner);
    const auto low = optional_length(child(id, 2), 0);
    const Id high_id = child(id, 3);
    const Id until_id = child(id, 4);
    const Id unless_id = child(id, 5);
    Result until;
    Result unless;
    if (until_id != kNoNode) until = at(until_id).kind == SyntaxKind::truth ? start
        : occurrence(until_id, {});
    if (unless_id != kNoNode) unless = occurrence(unless_id, inner);
    if (high_id == kNoNode) {
        // The parser says so where the sentence shows it.
        const bool said = std::any_of(sink_.all().begin(), sink_.all().end(),
            [&](const Diagnostic& other) {
                return other.kind == Kind::absence_without_end && other.span.file == span.file
                    && other.span.begin < span.end && span.begin < other.span.end;
            });
        if (!said) report(Kind::absence_needs_end, span);
        return fail();
    }
    const auto high = length(high_id);
    if (!start.ok() || !absent.ok() || !low || !high || (until_id != kNoNode && !until.ok())
        || (unless_id != kNoNode && !unless.ok())) return fail();
    if (!bounds_agree(*low, *high, span)) return fail();
    core::Node node = make(CoreKind::absence_after, {start.node, absent.node, kNone,
        unless_id == kNoNode ? kNone : unless.node, until_id == kNoNode ? kNone : until.node});
    node.low = *low;
    node.high = *high;
    if (!correlate(start.occurrence, absent.occurrence, &node.correlation, &node.inputs[2],
        span)) return fail();
    if (unless_id != kNoNode) {
        NodeId pair = kNone;
        Occurrence from = start.occurrence;
        from.same.clear();
        if (!correlate(from, unless.occurrence, &node.unless_correlation, &pair,
            span)) return fail();
        if (pair != kNone) {
            report(Kind::not_supported, at(unless_id).span, {{"text", shown(unless_id), ""}});
            return fail();
        }
    }
    if (node.correlation.empty() && node.inputs[2] == kNone) warn_uncorrelated(start.occurrence,
        absent.occurrence, span);
    Occurrence out = start.occurrence;
    out.bare = false;
    out.same.clear();
    return occurrence_result(add(std::move(node), span), std::move(out), span);
}

Result Elaborator::absence_before(Id id, const Scope& scope) {
    (void)scope;
    const Span span = at(id).span;
    Result event = occurrence(child(id, 0), {});
    const Id absent_id = child(id, 1);
    if (absent_id != kNoNode && at(absent_id).kind == SyntaxKind::logical_and) {
        report(Kind::neither_or_not_both, at(absent_id).span);
        return fail();
    }
    // The absent one is the earlier: `first`; a filter on it that reads the event is turned round.
    Scope inner;
    if (event.ok()) inner.first = &event.occurrence;
    Result absent = occurrence(absent_id, inner);
    const auto high = optional_length(child(id, 2), kForever);
    if (!event.ok() || !absent.ok() || !high) return fail();
    core::Node node = make(CoreKind::absence_before, {event.node, absent.node, kNone});
    node.high = *high;
    std::vector<Correlation> turned;
    NodeId pair = kNone;
    if (!correlate(event.occurrence, absent.occurrence, &turned, &pair, span)) return fail();
    if (pair != kNone) {
        report(Kind::not_supported, at(absent_id).span, {{"text", shown(absent_id), ""}});
        return fail();
    }
    for (const Correlation& one : turned) node.correlation.push_back({one.second_slot,
        one.first_slot});
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
    const auto low = optional_length(child(id, 2), 0);
    const auto high = optional_length(child(id, 3), kForever);
    if (!first.ok() || !second.ok() || !low || !high || !bounds_agree(*low, *high,
        span)) return fail();
    const bool must = at(id).op == Op::must;
    core::Node node = must ? make(CoreKind::absence_before, {second.node, first.node, kNone})
        : make(CoreKind::sequence, {first.node, second.node, kNone, kNone});
    node.low = *low;
    node.high = *high;
    if (!correlate(first.occurrence, second.occurrence, &node.correlation, &node.inputs[2],
        span)) return fail();
    if (*high == kForever && node.correlation.empty()) {
        report(Kind::satisfied_for_ever, span, {{"name", first.occurrence.shown, ""}});
    }
    Occurrence out = second.occurrence;
    if (!must) wished_fields(node, first.occurrence, out, span);
    out.bare = false;
    return occurrence_result(add(std::move(node), span), std::move(out), span);
}

}  // namespace clausal::types
