// Who a state is of: `customer known for 30 days`, `客户 近 7 天 …`. Only a subject (or a term that tells
// subjects apart) stands there; an event there is the start of what is awaited, or a mistake.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

// Whether the name is the rule's subject or a role of it; else reported.
bool Elaborator::is_subject_here(const std::string& name, Span span) {
    if (pack_.schema.subjects.empty()) return true;
    const names::Symbol* subject = pack_.find(name, SymbolKind::subject);
    if (subject != nullptr && subject->index == subject_) return true;
    const std::string folded = names::fold(name);
    for (const EventType& event : pack_.schema.events) {
        for (const SubjectReference& reference : event.subjects) {
            if (reference.kind == subject_ && names::fold(reference.role) == folded) return true;
        }
    }
    const std::string& mine = pack_.schema.subjects[subject_].name;
    Diagnostic& finding =
        report(kind::other_subject, span, {{"name", name, ""}, {"subject", mine, ""}});
    if (sources_.text(span) == name) finding.fixes.push_back({span, mine, false});
    finding.help.push_back(
        {"", fmt::format("write `{}`, or a rule of its own for each {}", mine, name),
            fmt::format("请写「{}」，或为每个 {} 另写一条规则", mine, name)});
    return false;
}

// The silence that is awaited where an event comes before it: `no B within T`; kNoNode: none.
Elaborator::Id Elaborator::awaited(Id id) const {
    if (id != kNoNode && at(id).kind == SyntaxKind::for_subject && child(id, 1) == kNoNode) {
        const names::Symbol* subject = pack_.find(at(id).text, SymbolKind::subject);
        if (subject != nullptr && subject->index == subject_) id = child(id, 0);
    }
    const bool waits = id != kNoNode && at(id).kind == SyntaxKind::silence &&
                       (at(id).op == Op::within || at(id).op == Op::still);
    return waits ? id : kNoNode;
}

Result Elaborator::awaited_after(Result start, Id silence, Span span) {
    AbsenceParts parts;
    parts.absent = child(silence, 0);
    parts.high = child(silence, 1);
    const std::string event = start.occurrence.shown;
    Result out = absence_from(std::move(start), parts, span);
    if (!out.ok()) return fail();
    note(span,
        fmt::format(
            "read as: {0}, and then no {1} until {2} after it; decided when the {2} are full",
            event, shown(parts.absent), shown(parts.high)),
        fmt::format("按「{0} 之后 {2} 内没有 {1}」理解，满 {2} 时判定", event, shown(parts.absent),
            shown(parts.high)));
    return out;
}

Result Elaborator::event_as_who(const Result& event, Id who, Id state) {
    const bool known = at(state).kind == SyntaxKind::known_for;
    const std::string& subject = pack_.schema.subjects.empty()
                                     ? event.occurrence.shown
                                     : pack_.schema.subjects[subject_].name;
    Diagnostic& finding = report(kind::event_as_who, at(who).span,
        {{"event", event.occurrence.shown, ""}, {"subject", subject, ""}});
    const Span between{at(who).span.file, at(who).span.end, at(state).span.begin};
    const std::string text(sources_.text(at(who).span));
    const std::string rest(sources_.text(at(state).span));
    const bool chinese = std::any_of(rest.begin(), rest.end(),
        [](char letter) { return static_cast<unsigned char>(letter) >= 0x80; });
    const std::string joint =
        chinese ? (known ? "且" + subject : "且") : (known ? " and " + subject + " " : " and ");
    if (between.begin <= between.end) finding.fixes.push_back({between, joint, false});
    finding.help.push_back(
        {"", fmt::format("for both at that moment write `{}{}{}`", text, joint, rest),
            fmt::format("若要两者在那一刻同时成立，请写「{}{}{}」", text, joint, rest)});
    if (known) {
        const std::string length = shown(child(state, 1));
        finding.help.push_back(
            {"", fmt::format("for the moment {1} after it write `{1} after {0}`", text, length),
                fmt::format("若指它发生后满 {1} 的时刻，请写「{0} 满 {1}」", text, length)});
    }
    return fail();
}

Result Elaborator::for_subject(Id id, const Scope& scope, Want want) {
    const Id inner = child(id, 0);
    const Id who = child(id, 1);
    if (inner == kNoNode) return fail();
    if (who == kNoNode) {
        if (!is_subject_here(at(id).text, at(id).span)) return fail();
        const std::string role = names::fold(at(id).text);
        const bool subject = pack_.find(at(id).text, SymbolKind::subject) != nullptr;
        if (subject || !has_role(subject_, role)) return expression(inner, scope, want);
        const std::string outer = std::exchange(role_, role);
        Result result = expression(inner, scope, want);
        role_ = outer;
        return result;
    }
    Result left = expression(who, {}, Want::condition);
    if (!left.ok()) return fail();
    const bool truth = left.form == Form::value && left.type.kind == TypeKind::boolean &&
                       left.literal == Result::Literal::none && !left.is_constant;
    if (truth) left = as_condition(std::move(left), who);
    if (left.form == Form::value) {
        const std::string& subject =
            pack_.schema.subjects.empty() ? std::string("…") : pack_.schema.subjects[subject_].name;
        report(
            kind::value_as_who, at(who).span, {{"text", shown(who), ""}, {"subject", subject, ""}});
        return fail();
    }
    if (left.form == Form::occurrence && at(inner).kind == SyntaxKind::silence)
        return awaited_after(std::move(left), inner, at(id).span);
    if (left.form == Form::occurrence) return event_as_who(left, who, inner);
    // A term that tells subjects apart: both hold.
    const Result of = expression(inner, scope, want);
    if (of.form == Form::state)
        return state_result(all_of({left.node, of.node}, at(id).span), at(id).span);
    if (of.form == Form::occurrence) return filtered(of, {left.node}, at(id).span);
    if (of.ok()) wrong(kind::condition_wanted, of, inner);
    return fail();
}

// What lasts, or was so before, is not of the event at hand: its field is read of the latest such event.
std::optional<Result> Elaborator::latest_of_own(
    const std::string& name, const Scope& scope, Span span) {
    for (const Occurrence* own : {scope.self, scope.first}) {
        if (own == nullptr) continue;
        Result of;
        if (own->event != kNone && pack_.field_of_event(own->event, name) != kNone) {
            of = event_occurrence(own->event, span);
        } else if (field_in(*own, Frame::self, name, span).ok()) {
            for (const std::string& called : own->called) {
                const names::Symbol* symbol = pack_.find(called, SymbolKind::term);
                if (symbol != nullptr) of = term(symbol->index, span);
            }
        } else {
            continue;
        }
        if (of.form != Form::occurrence || !field_in(of.occurrence, Frame::self, name, span).ok())
            continue;
        note(span,
            fmt::format(
                "`{}` is read from the latest {} of the time spoken of: before this, the one before this step; in a hold, the one of each moment",
                name, of.occurrence.shown),
            fmt::format(
                "`{}` 取自所说的那时的最近一次 {}：此前指这一步之前的那次，持续指其间每一刻的那次",
                name, of.occurrence.shown));
        return latest_field(of, name, scope, false, span);
    }
    return std::nullopt;
}

}  // namespace clausal::types
