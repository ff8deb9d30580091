// Conditions: states and occurrences, and how they combine (SEMANTICS 13).

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "compiler/core/bounds.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

Result Elaborator::as_condition(Result result, Id id) {
    if (result.form == Form::value) {
        result = settle(std::move(result), {});
        if (!result.ok()) return fail();
        if (result.type.kind == TypeKind::boolean && result.literal == Result::Literal::none) {
            if (result.is_constant) {
                report(kind::constant_condition, at(id).span,
                    {{"truth", result.constant.numerator == 1 ? "true" : "false",
                        result.constant.numerator == 1 ? "真" : "假"}});
                return fail();
            }
            return state_result(
                add(make(CoreKind::is_true, {result.node}), result.span), result.span);
        }
        report(kind::condition_wanted, at(id).span,
            {{"text", shown(id), ""}, {"what", type_text(result, false), type_text(result, true)}});
        return fail();
    }
    return result;
}

Result Elaborator::condition(Id id, const Scope& scope) {
    return as_condition(expression(id, scope, Want::condition), id);
}

Result Elaborator::state(Id id, const Scope& scope) {
    Result result = condition(id, scope);
    if (result.form != Form::occurrence) return result;
    Diagnostic& finding = report(kind::state_wanted, at(id).span, {{"text", shown(id), ""}});
    finding.help.push_back(
        {"", "write `… in the last 30 days` or `no … in the last 30 days` to ask about a time",
            "请写「近 30 天 有 …」或「近 30 天 没有 …」来问一段时间"});
    return fail();
}

void Elaborator::flatten(Id id, SyntaxKind kind, std::vector<Id>& out) const {
    if (id == kNoNode) return;
    if (at(id).kind != kind) {
        out.push_back(id);
        return;
    }
    for (const Id part : at(id).children) flatten(part, kind, out);
}

NodeId Elaborator::all_of(std::vector<NodeId> states, Span span) {
    std::vector<NodeId> flat;
    for (const NodeId state : states) {
        const core::Node& node = out_.core.nodes[state];
        if (node.kind == CoreKind::and_)
            flat.insert(flat.end(), node.inputs.begin(), node.inputs.end());
        else
            flat.push_back(state);
    }
    std::vector<NodeId> unique;
    for (const NodeId state : flat) {
        if (std::find(unique.begin(), unique.end(), state) == unique.end()) unique.push_back(state);
    }
    if (unique.size() == 1) return unique[0];
    return add(make(CoreKind::and_, unique), span);
}

Result Elaborator::filtered(Result of, std::vector<NodeId> states, Span span) {
    if (states.empty()) return of;
    const NodeId filter = all_of(std::move(states), span);
    of.node = add(make(CoreKind::filtered, {of.node, filter}), span);
    of.occurrence.bare = false;
    return of;
}

// Two occurrences that are anchored in the same event are one with both conditions.
std::optional<Result> Elaborator::merged(const Result& a, const Result& b, Span span) {
    if (a.occurrence.event == kNone || a.occurrence.event != b.occurrence.event)
        return std::nullopt;
    const auto try_into = [&](const Result& base, const Result& other) -> std::optional<Result> {
        const core::Node node = out_.core.nodes[other.node];
        if (node.kind == CoreKind::event && node.derived.empty()) {
            if (node.inputs[0] == kNone) return base;
            return filtered(base, {node.inputs[0]}, span);
        }
        const std::size_t pivot = node.kind == CoreKind::sequence ? 1 : 0;
        if ((node.kind != CoreKind::sequence && node.kind != CoreKind::absence_before) ||
            !node.derived.empty())
            return std::nullopt;
        const core::Node& inner = out_.core.nodes[node.inputs[pivot]];
        if (inner.kind != CoreKind::event || !inner.derived.empty()) return std::nullopt;
        Result start = base;
        if (inner.inputs[0] != kNone) start = filtered(base, {inner.inputs[0]}, span);
        core::Node copy = node;
        copy.inputs[pivot] = start.node;
        Result out = base;
        out.node = add(std::move(copy), span);
        out.occurrence.bare = false;
        return out;
    };
    const CoreKind a_kind = out_.core.nodes[a.node].kind;
    const CoreKind b_kind = out_.core.nodes[b.node].kind;
    const bool a_late = a_kind == CoreKind::absence_after;
    const bool b_late = b_kind == CoreKind::absence_after;
    // decided at different instants
    if (a_late != b_late || (a_late && b_late)) return std::nullopt;
    if (auto out = try_into(a, b)) return out;
    return try_into(b, a);
}

bool Elaborator::may_happen(Id id) {
    switch (at(id).kind) {
    case SyntaxKind::name: {
        if (pack_.find(at(id).text, SymbolKind::event) != nullptr ||
            pack_.find(at(id).text, SymbolKind::action) != nullptr)
            return true;
        const names::Symbol* symbol = pack_.find(at(id).text, SymbolKind::term);
        return symbol != nullptr && term(symbol->index, at(id).span).form == Form::occurrence;
    }
    case SyntaxKind::where:
    case SyntaxKind::occurs:
    case SyntaxKind::witness:
    case SyntaxKind::same:
    case SyntaxKind::sequence:
    case SyntaxKind::absence_after:
    case SyntaxKind::absence_before:
    case SyntaxKind::precedence:
    case SyntaxKind::reaches:
    case SyntaxKind::each_day:
    case SyntaxKind::becomes:
    case SyntaxKind::next:
    case SyntaxKind::first_of:
    case SyntaxKind::logical_or: return true;
    case SyntaxKind::for_subject:
        // 下单 30 分钟 未 付款; of the subject, what is said of it
        return child(id, 1) != kNoNode
                   ? child(id, 0) != kNoNode && at(child(id, 0)).kind == SyntaxKind::silence
                   : child(id, 0) != kNoNode && may_happen(child(id, 0));
    default: return false;
    }
}

Result Elaborator::logical_and(Id id, const Scope& scope) {
    std::vector<Id> operands;
    flatten(id, SyntaxKind::logical_and, operands);
    const Span span = at(id).span;
    // `A and no B within T`: after an event, it is awaited.
    const auto wait = std::find_if(
        operands.begin(), operands.end(), [&](Id operand) { return awaited(operand) != kNoNode; });
    const bool begun =
        wait != operands.end() &&
        std::any_of(operands.begin(), wait, [&](Id operand) { return may_happen(operand); });
    if (!begun) return conjunction(operands, scope, span, nullptr);
    const std::vector<Id> ahead(operands.begin(), wait);
    const Id shared = shared_start(operands);
    std::vector<AbsenceParts> waits;
    std::vector<Id> rest;
    for (const Id operand : operands) {
        const Id absent = awaited(operand);
        const bool behind = absent != kNoNode;
        if (behind) {
            AbsenceParts parts;
            parts.absent = child(absent, 0);
            parts.high = child(absent, 1);
            waits.push_back(parts);
        } else if (operand != shared) {
            rest.push_back(operand);
        }
    }
    Span before = at(operands.front()).span;
    before.end = at(*(wait - 1)).span.end;
    if (shared != kNoNode) {
        waits.insert(waits.begin(), {child(shared, 1), child(shared, 2), child(shared, 3),
                                        child(shared, 4), child(shared, 5)});
        const Result all =
            absences_of_one_start(occurrence(child(shared, 0), {}), waits, span, at(shared).span);
        if (!all.ok() || rest.empty()) return all;
        return conjunction(rest, scope, span, &all);
    }
    if (waits.size() > 1) {
        const Result start = conjunction(ahead, scope, before, nullptr);
        if (!start.ok()) return fail();
        if (start.form == Form::occurrence) {
            const Result all = absences_of_one_start(start, waits, span);
            rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(ahead.size()));
            if (!all.ok() || rest.empty()) return all;
            return conjunction(rest, scope, span, &all);
        }
    }
    const Result start =
        conjunction(std::vector<Id>(operands.begin(), wait), scope, before, nullptr);
    if (!start.ok()) return fail();
    return conjunction(std::vector<Id>(wait, operands.end()), scope, span, &start);
}

// Conditions joined by `and`, behind those that gave `begun`.
Result Elaborator::conjunction(
    const std::vector<Id>& operands, const Scope& scope, Span span, const Result* begun) {
    // Occurrences first: the states beside one may read its fields.
    std::vector<Result> occurrences;
    std::vector<Span> occurrence_spans;
    std::vector<NodeId> states;
    std::vector<Id> later;
    bool failed = false;
    const auto take = [&](Result result, Id operand) {
        if (result.form == Form::occurrence) {
            occurrences.push_back(std::move(result));
            occurrence_spans.push_back(at(operand).span);
        } else if (result.form == Form::state) {
            states.push_back(result.node);
        } else {
            failed = true;
        }
    };
    const bool event_begun = begun != nullptr && begun->form == Form::occurrence;
    if (begun != nullptr && !event_begun) states.push_back(begun->node);
    if (event_begun && std::none_of(operands.begin(), operands.end(),
                           [&](Id operand) { return awaited(operand) != kNoNode; }))
        take(*begun, operands.front());
    for (const Id operand : operands) {
        const Id absent = awaited(operand);
        if (event_begun && absent != kNoNode)
            take(
                awaited_after(*begun, absent, {span.file, begun->span.begin, at(operand).span.end}),
                operand);
        else if (may_happen(operand))
            take(condition(operand, scope), operand);
        else
            later.push_back(operand);
    }
    Scope beside = scope;
    // A later occurrence must not move the first one, which `beside` reads.
    occurrences.reserve(occurrences.size() + later.size());
    if (!occurrences.empty() && scope.self == nullptr) beside.self = &occurrences[0].occurrence;
    for (const Id operand : later) {
        // Without the event beside it nothing can be said of its fields.
        if (failed && occurrences.empty() && at(operand).kind == SyntaxKind::before_field) continue;
        Result of = condition(operand, beside);
        if (!occurrences.empty()) {
            const bool asked =
                of.form == Form::state &&
                (ask_direction(occurrences[0].occurrence, occurrence_spans[0], operand, of.node) ||
                    ask_field_of_absent(occurrences[0], operands, operand));
            failed = failed || asked;
            warn_window_ahead(occurrences[0].occurrence, operand);
        }
        take(std::move(of), operand);
    }
    if (failed) return fail();
    goes_with(operands);
    if (occurrences.empty()) return state_result(all_of(std::move(states), span), span);
    // Counted from a moment after the event, a window is nobody's slip.
    if (out_.core.nodes[occurrences[0].node].kind != CoreKind::absence_after)
        window_beside_field(occurrences[0].occurrence, later, states);
    Result out = occurrences[0];
    for (std::size_t i = 1; i < occurrences.size(); ++i) {
        const auto both = merged(out, occurrences[i], span);
        if (!both) {
            Diagnostic& finding = report(kind::two_occurrences, span);
            finding.labels.push_back({occurrence_spans[0], "this happens", "这件事发生"});
            finding.labels.push_back({occurrence_spans[i], "and this happens", "这件事也发生"});
            finding.help.push_back({"",
                "say which comes first: `A followed by B within 3 days`; or ask about a time: `an A in the last 3 days and B occurs`; or write two rules",
                "请说明先后：「A 之后 3 天内 B」；或问一段时间：「B 且 近 3 天 有 A」；或写成两条规则"});
            return fail();
        }
        out = *both;
    }
    out = filtered(std::move(out), std::move(states), span);
    out.span = span;
    return out;
}

// The first window up to now that a condition says itself.
Elaborator::Id Elaborator::window_within(Id id) const {
    if (id == kNoNode) return kNoNode;
    if (at(id).kind == SyntaxKind::window_last) return child(id, 1) == kNoNode ? id : kNoNode;
    for (const Id part : at(id).children) {
        if (const Id found = window_within(part); found != kNoNode) return found;
    }
    return kNoNode;
}

// `甲 且 乙 持续 1 小时`: what the words behind the last part go with.
void Elaborator::goes_with(const std::vector<Id>& operands, bool any) {
    for (std::size_t i = 1; i < operands.size(); ++i) {
        const syntax::Node& node = at(operands[i]);
        const bool holds = node.kind == SyntaxKind::hold;
        if (!holds && (any || node.kind != SyntaxKind::becomes)) continue;
        const Id inner = child(operands[i], holds ? 1 : 0);
        // Written in front, the words say themselves what they go with.
        if (inner == kNoNode || at(inner).span.begin > node.span.begin ||
            at(inner).kind == SyntaxKind::logical_and || at(inner).kind == SyntaxKind::logical_or)
            continue;
        const std::string behind(
            sources_.text({node.span.file, at(inner).span.end, node.span.end}));
        note(node.span,
            fmt::format("[{}]{}: this goes with what is in brackets, not with what stands before "
                        "the `{}`",
                shown(inner), behind, any ? "or" : "and"),
            fmt::format("【{}】{}：只管方括号里的，不管「{}」之前的", shown(inner), behind,
                any ? "或" : "且"));
    }
}

// `近 3 小时` beside an event whose planned moment nobody reads: perhaps that moment is meant.
void Elaborator::window_beside_field(
    const Occurrence& event, const std::vector<Id>& operands, const std::vector<NodeId>& states) {
    if (event.event == kNone) return;
    for (const Id operand : operands) {
        const Id window_id = window_within(operand);
        if (window_id == kNoNode) continue;
        for (std::uint32_t slot = 0; slot < event.slots.size(); ++slot) {
            if (event.slots[slot].type.kind != TypeKind::instant || event.slots[slot].name.empty())
                continue;
            bool read = false;
            for (const NodeId state : states) {
                for (const NodeId id : core::reachable(out_.core, state)) {
                    const core::Node& node = out_.core.nodes[id];
                    read = read || (node.kind == CoreKind::field && node.slot == slot);
                }
            }
            if (read) continue;
            const std::string& name = pack_.schema.events[event.event].name;
            Diagnostic& finding = report(kind::window_not_at_field, at(window_id).span,
                {{"event", name, ""}, {"field", event.slots[slot].name, ""}});
            finding.help.push_back({"",
                fmt::format(
                    "if the moment of the field is meant, write `… within {} before its {}`",
                    shown(child(window_id, 0)), event.slots[slot].name),
                fmt::format("若指那个时刻，请写「{} 前 {}内 有 …」", event.slots[slot].name,
                    shown(child(window_id, 0)))});
            return;
        }
    }
}

Result Elaborator::logical_or(Id id, const Scope& scope) {
    std::vector<Id> operands;
    flatten(id, SyntaxKind::logical_or, operands);
    const Span span = at(id).span;
    std::vector<NodeId> states;
    std::vector<Result> occurrences;
    bool failed = false;
    Id a_state = kNoNode;
    Id an_occurrence = kNoNode;
    for (const Id operand : operands) {
        Result result = condition(operand, scope);
        if (result.form == Form::state) {
            states.push_back(result.node);
            a_state = operand;
        } else if (result.form == Form::occurrence) {
            occurrences.push_back(std::move(result));
            an_occurrence = operand;
        } else {
            failed = true;
        }
    }
    if (failed) return fail();
    if (!states.empty() && !occurrences.empty()) {
        Diagnostic& finding = report(kind::occurrence_or_state, span);
        finding.labels.push_back(
            {at(an_occurrence).span, "this happens at an instant", "这件事发生在一瞬间"});
        finding.labels.push_back({at(a_state).span, "this holds over time", "这是持续的状态"});
        finding.help.push_back({"", "write `becomes` after the state, or two rules",
            "请在状态后写「变为真」，或写成两条规则"});
        return fail();
    }
    if (occurrences.empty()) {
        goes_with(operands, true);
        if (states.size() == 1) return state_result(states[0], span);
        return state_result(add(make(CoreKind::or_, states), span), span);
    }
    return any_of(id, scope);
}

Result Elaborator::logical_not(Id id, const Scope& scope) {
    const Id inner = child(id, 0);
    const Result of = condition(inner, scope);
    if (!of.ok()) return fail();
    if (of.form == Form::occurrence) {
        Diagnostic& finding =
            report(kind::negated_occurrence, at(id).span, {{"text", shown(inner), ""}});
        finding.help.push_back({"",
            fmt::format(
                "write `no {} in the last 7 days`, or negate its condition", of.occurrence.shown),
            fmt::format("请写「近 7 天 没有 {}」，或否定它的条件", of.occurrence.shown)});
        return fail();
    }
    return state_result(add(make(CoreKind::not_, {of.node}), at(id).span), at(id).span);
}

Result Elaborator::hold(Id id, const Scope& scope) {
    const auto high = positive_length(child(id, 0));
    Scope inner = scope;
    inner.over_time = true;
    const Result of = state(child(id, 1), inner);
    if (!high || !of.ok()) return fail();
    const core::Node& test = out_.core.nodes[of.node];
    if (test.kind == CoreKind::compare && out_.core.nodes[test.inputs[0]].kind == CoreKind::latest)
        report(kind::hold_of_readings, at(id).span);
    note_denied(id);
    core::Node node = make(CoreKind::hold, {of.node});
    node.high = *high;
    return state_result(add(std::move(node), at(id).span), at(id).span);
}

Result Elaborator::silence(Id id, const Scope& scope) {
    if (at(id).op == Op::still) {
        Diagnostic& finding =
            report(kind::awaited_without_event, at(id).span, {{"text", shown(id), ""}});
        finding.help.push_back({"", "write the event before it: `A and still no B within 3 days`",
            "请在前面写明事件：「A 之后 3 天内 没有 B」"});
        return fail();
    }
    const Result of = occurrence(child(id, 0), scope);
    const auto high = positive_length(child(id, 1));
    if (!of.ok() || !high) return fail();
    if (!of.occurrence.same.empty()) {
        report(kind::same_needs_two, at(id).span, {{"field", of.occurrence.same[0], ""}});
        return fail();
    }
    core::Node node = make(CoreKind::silence, {of.node});
    node.high = *high;
    return state_result(add(std::move(node), at(id).span), at(id).span);
}

Result Elaborator::none_or_some(Id id, const Scope& scope, bool some) {
    const auto in = window(child(id, 1));
    if (!in) return fail();
    const Result count =
        aggregate_of(id, scope, Op::count, child(id, 0), kNoNode, in, running_window(child(id, 1)));
    if (!count.ok()) return fail();
    const Type integer{TypeKind::integer, 0, "", {}, false};
    const Result limit = constant({some ? 1 : 0, 1}, integer, at(id).span);
    return compare_results(some ? core::CompareOp::ge : core::CompareOp::eq, count, limit,
        at(id).span, shown(id), some ? "1" : "0");
}

Result Elaborator::known_for(Id id) {
    const Id who = child(id, 0);
    if (who != kNoNode && !is_subject_here(at(who).text, at(who).span)) return fail();
    const auto high = positive_length(child(id, 1));
    if (!high) return fail();
    core::Node node = make(CoreKind::known_for);
    node.high = *high;
    return state_result(add(std::move(node), at(id).span), at(id).span);
}

Result Elaborator::becomes(Id id, const Scope& scope) {
    Result of;
    const Id left_id = child(id, 0);
    const Id right_id = child(id, 1);
    const Span span = at(id).span;
    const bool to_truth = right_id != kNoNode && at(right_id).kind == SyntaxKind::truth;
    if (right_id == kNoNode) {
        of = state(left_id, scope);
    } else {
        Result left = expression(left_id, scope, Want::value);
        if (!left.ok()) return fail();
        if (left.form == Form::state && to_truth) {
            of = at(right_id).op == Op::yes
                     ? left
                     : state_result(add(make(CoreKind::not_, {left.node}), span), span);
        } else {
            left = value(left_id, scope);
            Scope inner = scope;
            inner.expected = left.ok() ? &left.type : nullptr;
            const Result right = value(right_id, inner);
            if (!left.ok() || !right.ok()) return fail();
            of = compare_results(
                core::CompareOp::eq, left, right, span, shown(left_id), shown(right_id));
        }
    }
    if (!of.ok()) return fail();
    Occurrence occurrence;
    occurrence.shown = shown(left_id);
    return occurrence_result(
        add(make(CoreKind::rise, {of.node}), span), std::move(occurrence), span);
}

}  // namespace clausal::types
