// Events with filters, correlations, alternatives; streaks and consecutive units over them.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

Result Elaborator::occurrence(Id id, const Scope& scope) {
    if (id == kNoNode) return fail();
    Result result = expression(id, scope, Want::occurrence);
    if (!result.ok() || result.form == Form::occurrence) return result;
    Diagnostic& finding = wrong(kind::event_wanted, result, id);
    if (result.form == Form::state) {
        finding.help.push_back(
            {"", "a state becomes an event by `becomes`", "状态加上「变为真」就成为一件发生的事"});
    }
    return fail();
}

// `complaint where amount > 5` although only sales have an amount.
void Elaborator::warn_of_other_event(Id part, const Occurrence& self, const Scope& scope) {
    const SyntaxKind kind = at(part).kind;
    if (kind != SyntaxKind::compare && kind != SyntaxKind::between && kind != SyntaxKind::member &&
        kind != SyntaxKind::contains)
        return;
    const Id left = child(part, 0);
    if (left == kNoNode || at(left).kind != SyntaxKind::name || self.event == kNone) return;
    const std::string& name = at(left).text;
    const auto has = [](const Occurrence* one, const std::string& field) {
        return one != nullptr &&
               std::any_of(one->slots.begin(), one->slots.end(),
                   [&](const Slot& slot) { return names::fold(slot.name) == names::fold(field); });
    };
    const auto reads_own = [&](const auto& again, Id id) -> bool {
        if (id == kNoNode) return false;
        if (at(id).kind == SyntaxKind::name && has(&self, at(id).text)) return true;
        return std::any_of(at(id).children.begin(), at(id).children.end(),
            [&](Id inner) { return again(again, inner); });
    };
    for (const SymbolKind other : {SymbolKind::term, SymbolKind::parameter, SymbolKind::table}) {
        if (pack_.find(name, other) != nullptr) return;
    }
    const std::vector<std::uint32_t> events = events_with(name);
    if (events.size() != 1 || has(scope.first, name) || reads_own(reads_own, part)) return;
    if (pack_.field_of_subject(subject_, name) != kNone) return;
    const std::string& event = pack_.schema.events[events[0]].name;
    Diagnostic& finding = report(kind::field_of_another_event, at(left).span,
        {{"event", self.shown, ""}, {"field", name, ""}, {"other", event, ""}});
    finding.help.push_back(
        {"", fmt::format("if that is meant, write `{} and {}'s {} …`", self.shown, event, name),
            fmt::format("若本意如此，请写「{} 且 {} 的 {} …」", self.shown, event, name)});
}

Result Elaborator::where(Id id, const Scope& scope) {
    Result of = expression(child(id, 0), scope, Want::occurrence);
    if (!of.ok()) return fail();
    if (of.form != Form::occurrence) {
        wrong(kind::event_wanted, of, child(id, 0));
        return fail();
    }
    std::vector<Id> parts;
    flatten(child(id, 1), SyntaxKind::logical_and, parts);
    std::vector<NodeId> own;
    bool failed = false;
    const Occurrence self = of.occurrence;
    const auto narrow = [&](Span span, Span filter_span) {
        if (own.empty()) return;
        of.occurrence.bare = false;
        core::Node node = out_.core.nodes[of.node];
        if (node.kind == CoreKind::event && node.derived.empty()) {
            if (node.inputs[0] != kNone) own.insert(own.begin(), node.inputs[0]);
            node.inputs[0] = all_of(own, filter_span);
            of.node = add(std::move(node), span);
        } else {
            of = filtered(std::move(of), own, span);
        }
        own.clear();
    };
    const Span filter = at(child(id, 1)).span;
    std::vector<AbsenceParts> waits;
    bool waited = false;
    for (const Id part : parts) {
        const Id absent = awaited(part);
        if (absent == kNoNode) continue;
        AbsenceParts wait;
        wait.absent = child(absent, 0);
        wait.high = child(absent, 1);
        waits.push_back(wait);
    }
    for (const Id part : parts) {
        if (const Id absent = awaited(part); absent != kNoNode) {
            // `complaint where level = high and no reply within 24 hours`
            if (waited) continue;  // with the first of them
            const Span upto{filter.file, at(id).span.begin, at(part).span.begin};
            narrow(upto, {filter.file, filter.begin, upto.end});
            Occurrence plain = of.occurrence;
            if (waits.size() > 1) {
                of.occurrence.same.clear();
                of = absences_of_one_start(std::move(of), std::exchange(waits, {}), at(id).span);
                waited = true;
            } else {
                of = awaited_after(std::move(of), absent, at(id).span);
            }
            if (!of.ok()) return fail();
            of.occurrence.same = std::move(plain.same);
            of.occurrence.pair = std::move(plain.pair);
            of.occurrence.pair_same = std::move(plain.pair_same);
            of.occurrence.pair_equal = std::move(plain.pair_equal);
            continue;
        }
        bool used_first = false;
        Scope inner;
        inner.self = &self;
        inner.first = scope.first;
        inner.used_first = &used_first;
        const Result result = state(part, inner);
        if (!result.ok()) {
            failed = true;
            continue;
        }
        if (part != parts.front() &&
            ask_direction(self, at(child(id, 0)).span, part, result.node)) {
            failed = true;
            continue;
        }
        if (!used_first) {
            warn_of_other_event(part, self, scope);
            if (scope.next) {  // the next one is the next, whatever it is like
                of.occurrence.pair.push_back(result.node);
                note(at(part).span,
                    fmt::format("the next {} decides, whether `{}` holds for it or not", self.shown,
                        shown(part)),
                    fmt::format(
                        "由紧接着的那次 {} 决定，不论它是否符合「{}」", self.shown, shown(part)));
            } else {
                own.push_back(result.node);
            }
            continue;
        }
        // A condition on both events; an equality of fields is a correlation.
        const core::Node& node = out_.core.nodes[result.node];
        bool equality = false;
        if (node.kind == CoreKind::compare && node.compare == core::CompareOp::eq) {
            const core::Node& a = out_.core.nodes[node.inputs[0]];
            const core::Node& b = out_.core.nodes[node.inputs[1]];
            if (a.kind == CoreKind::field && b.kind == CoreKind::field && a.frame != b.frame &&
                a.type.kind == b.type.kind && a.type.decimals == b.type.decimals) {
                const core::Node& first = a.frame == Frame::first ? a : b;
                const core::Node& second = a.frame == Frame::first ? b : a;
                of.occurrence.pair_same.push_back({first.slot, second.slot});
                of.occurrence.pair_equal.push_back(result.node);
                equality = true;
            }
        }
        if (!equality) of.occurrence.pair.push_back(result.node);
    }
    if (failed) return fail();
    of.span = at(id).span;
    narrow(at(id).span, filter);
    return of;
}

Result Elaborator::same(Id id, const Scope& scope) {
    Result of = expression(child(id, 0), scope, Want::occurrence);
    if (of.form != Form::occurrence) {
        if (of.ok()) wrong(kind::event_wanted, of, child(id, 0));
        return fail();
    }
    for (const Id field : children(id, 1)) of.occurrence.same.push_back(at(field).text);
    of.span = at(id).span;
    return of;
}

Result Elaborator::witness(Id id, const Scope& scope) {
    Result of = expression(child(id, 0), scope, Want::occurrence);
    if (of.form != Form::occurrence) {
        if (of.ok()) wrong(kind::event_wanted, of, child(id, 0));
        return fail();
    }
    of.occurrence.witness = names::fold(at(id).text);
    return of;
}

// `bill or payment where amount > 5`: the filter is of the last one only, or of each that has the
// fields. Said, unless brackets or the fields leave one reading.
bool Elaborator::where_of_which(const std::vector<Id>& operands) {
    if (operands.size() < 2 || at(operands.back()).kind != SyntaxKind::where) return false;
    const Id last = operands.back();
    const Id named = child(last, 0);
    if (named == kNoNode || at(named).kind != SyntaxKind::name) return false;
    const names::Symbol* event = pack_.find(at(named).text, SymbolKind::event);
    if (event == nullptr || at(last).span.file >= sources_.size()) return false;
    const Span span = at(last).span;
    const std::string_view before =
        std::string_view(sources_.file(span.file).text).substr(0, span.begin);
    const std::size_t end = before.find_last_not_of(" \t\r\n");
    if (end != std::string_view::npos &&
        (before[end] == '(' || before.substr(0, end + 1).ends_with("（")))
        return false;
    std::set<std::string> fields;
    const std::function<void(Id)> look = [&](Id part) {
        if (part == kNoNode) return;
        if (at(part).kind == SyntaxKind::name &&
            pack_.field_of_event(event->index, at(part).text) != kNone)
            fields.insert(at(part).text);
        if (at(part).kind == SyntaxKind::field_of) return;
        for (const Id inner : at(part).children) look(inner);
    };
    look(child(last, 1));
    if (fields.empty()) return false;
    std::string condition(sources_.text(at(child(last, 1)).span));
    const bool english = static_cast<unsigned char>(at(named).text[0]) < 0x80;
    const char* word = english ? " where " : " 其中 ";
    std::string each;
    std::string one;
    for (const Id operand : operands) {
        if (operand == last) break;
        const names::Symbol* other = at(operand).kind == SyntaxKind::name
                                         ? pack_.find(at(operand).text, SymbolKind::event)
                                         : nullptr;
        if (other == nullptr) return false;
        for (const std::string& field : fields) {
            if (pack_.field_of_event(other->index, field) == kNone) return false;
        }
        one += shown(operand) + (english ? " or " : " 或 ");
        each += "(" + shown(operand) + word + condition + ")" + (english ? " or " : " 或 ");
    }
    const std::string filtered = "(" + shown(named) + word + condition + ")";
    Span whole = span;
    whole.begin = at(operands.front()).span.begin;
    Diagnostic& finding = report(kind::where_of_which, whole, {{"last", shown(named), ""}});
    finding.fixes.push_back({whole, one + filtered, false});
    finding.fixes.push_back({whole, each + filtered, false});
    return true;
}

// Any of several: one occurrence, with the fields that all have in the same place.
Result Elaborator::any_of(Id id, const Scope& scope) {
    std::vector<Id> operands;
    flatten(id, SyntaxKind::logical_or, operands);
    if (where_of_which(operands)) return fail();
    std::vector<NodeId> nodes;
    Occurrence all;
    bool failed = false;
    for (const Id operand : operands) {
        const Result of = occurrence(operand, scope);
        if (!of.ok()) {
            failed = true;
            continue;
        }
        if (nodes.empty()) {
            all = of.occurrence;
            if (all.event != kNone) all.mixed = {all.event};
        } else {
            if (of.occurrence.event != kNone) all.mixed.push_back(of.occurrence.event);
            all.other_fields.clear();
            if (all.event != of.occurrence.event) all.event = kNone;
            all.bare = all.bare && of.occurrence.bare && all.event != kNone;
            if (all.same.empty()) all.same = of.occurrence.same;
            all.pair.insert(all.pair.end(), of.occurrence.pair.begin(), of.occurrence.pair.end());
            all.pair_same.insert(all.pair_same.end(), of.occurrence.pair_same.begin(),
                of.occurrence.pair_same.end());
            all.shown += (static_cast<unsigned char>(all.shown[0]) < 0x80 ? " or " : " 或 ") +
                         of.occurrence.shown;
            std::size_t common = std::min(all.slots.size(), of.occurrence.slots.size());
            for (std::size_t i = 0; i < common; ++i) {
                if (names::fold(all.slots[i].name) != names::fold(of.occurrence.slots[i].name) ||
                    !(all.slots[i].type == of.occurrence.slots[i].type))
                    all.slots[i].name.clear();
            }
            all.slots.resize(common);
            all.called.clear();
        }
        nodes.push_back(of.node);
    }
    if (failed || nodes.empty()) return fail();
    if (nodes.size() == 1) return occurrence_result(nodes[0], std::move(all), at(id).span);
    return occurrence_result(
        add(make(CoreKind::either, nodes), at(id).span), std::move(all), at(id).span);
}

// `leaves 3 quote emails in a row unopened`: the event in the slot must be the one of the term.
Result Elaborator::slotted(Id id, const Scope& scope) {
    const Id event_id = child(id, 1);
    const names::Symbol* symbol = pack_.find(at(id).text, SymbolKind::term);
    const names::Symbol* event = pack_.find(at(event_id).text, SymbolKind::event);
    if (symbol != nullptr) {
        const Result whole = term(symbol->index, at(id).span);
        if (!whole.ok()) return fail();
        if (whole.form != Form::occurrence || event == nullptr ||
            whole.occurrence.event != event->index) {
            Diagnostic& finding = report(kind::slot_event, at(event_id).span,
                {{"event", at(event_id).text, ""}, {"term", at(id).text, ""}});
            if (whole.form == Form::occurrence && whole.occurrence.event != kNone) {
                const std::string& wanted = pack_.schema.events[whole.occurrence.event].name;
                finding.fixes.push_back({at(event_id).span, wanted, false});
            }
            return fail();
        }
    }
    return expression(child(id, 0), scope, Want::any);
}

// Where there is no second event, `of the same f` says nothing.
bool Elaborator::nothing_same(const Occurrence& of, Span span) {
    if (of.same.empty()) return true;
    report(kind::same_needs_two, span, {{"field", of.same[0], ""}});
    return false;
}

// Turns `same f` and conditions on both events into core correlations; `second` has none left then.
bool Elaborator::correlate(const Occurrence& first, Occurrence& second,
    std::vector<Correlation>* out, NodeId* pair, Span span) {
    std::vector<std::string> wanted = second.same;
    for (const std::string& name : first.same) {
        if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) wanted.push_back(name);
    }
    const auto slot_of = [&](const Occurrence& occurrence,
                             const std::string& name) -> std::optional<std::uint32_t> {
        for (std::size_t i = occurrence.slots.size(); i-- > 0;) {
            if (!occurrence.slots[i].name.empty() &&
                names::fold(occurrence.slots[i].name) == names::fold(name))
                return static_cast<std::uint32_t>(i);
        }
        if (occurrence.event != kNone) {
            const std::uint32_t place = pack_.field_of_event(occurrence.event, name);
            if (place != kNone) return place;
        }
        return std::nullopt;
    };
    for (const std::string& name : wanted) {
        // The same subject is what a rule speaks of anyway.
        const names::Symbol* subject = pack_.find(name, SymbolKind::subject);
        if (subject != nullptr && subject->index == subject_) continue;
        const auto a = slot_of(first, name);
        const auto b = slot_of(second, name);
        if (!a || !b) {
            unknown_field(name, span, a ? second : first);
            return false;
        }
        if (first.slots[*a].type.kind != second.slots[*b].type.kind) {
            Result left = value_result(kNone, first.slots[*a].type, span);
            Result right = value_result(kNone, second.slots[*b].type, span);
            report(kind::type_mismatch, span,
                {{"left", first.shown + "." + name, ""},
                    {"left_type", type_text(left, false), type_text(left, true)},
                    {"right", second.shown + "." + name, ""},
                    {"right_type", type_text(right, false), type_text(right, true)}});
            return false;
        }
        out->push_back({*a, *b});
    }
    out->insert(out->end(), second.pair_same.begin(), second.pair_same.end());
    if (!second.pair.empty()) *pair = all_of(second.pair, span);
    second.same.clear();
    second.pair.clear();
    second.pair_same.clear();
    second.pair_equal.clear();
    return true;
}

Result Elaborator::streak(Id id, const Scope& scope) {
    const syntax::Node& node = at(id);
    Id of_id = child(id, 0);
    bool negated = false;
    while (of_id != kNoNode && at(of_id).kind == SyntaxKind::logical_not) {
        negated = !negated;
        of_id = child(of_id, 0);
    }
    Result of = occurrence(of_id, scope);
    Result without;
    const bool has_without = child(id, 1) != kNoNode;
    if (has_without) without = occurrence(child(id, 1), scope);
    if (!of.ok() || (has_without && !without.ok())) return fail();
    if (!nothing_same(of.occurrence, at(of_id).span) ||
        (has_without && !nothing_same(without.occurrence, at(child(id, 1)).span)))
        return fail();
    core::Node inner = out_.core.nodes[of.node];
    core::Node out = make(CoreKind::streak);
    const auto count = whole_count(id, 1'000'000);
    if (!count) return fail();
    out.count = *count;
    if (inner.kind == CoreKind::sequence) {
        // The base of `A followed by B` is A: n times so is n times not absent.
        if (inner.pick != core::Pick::any ||
            (inner.inputs.size() > 3 && inner.inputs[3] != kNone) || inner.high == kForever) {
            report(kind::streak_operand, at(of_id).span, {{"text", shown(of_id), ""}});
            return fail();
        }
        core::Node absence = make(CoreKind::absence_after,
            {inner.inputs[0], inner.inputs[1], inner.inputs[2], kNone, kNone});
        absence.low = inner.low;
        absence.high = inner.high;
        absence.count = inner.count;
        absence.calendar = inner.calendar;
        absence.unit = inner.unit;
        absence.correlation = inner.correlation;
        of.node = add(std::move(absence), at(of_id).span);
        negated = !negated;
        inner = out_.core.nodes[of.node];
    }
    const bool countable = inner.kind == CoreKind::event || inner.kind == CoreKind::filtered ||
                           inner.kind == CoreKind::absence_before ||
                           (inner.kind == CoreKind::absence_after && inner.inputs[1] != kNone);
    if (!countable) {
        report(kind::streak_operand, at(of_id).span, {{"text", shown(of_id), ""}});
        return fail();
    }
    if (of.occurrence.bare && inner.inputs[0] == kNone && !has_without) {
        Diagnostic& finding = report(kind::streak_of_bare_event, node.span,
            {{"name", of.occurrence.shown, ""}, {"count", std::to_string(out.count), ""}});
        finding.help.push_back({"",
            fmt::format("say what breaks the run: `{} consecutive {} without … in between`",
                out.count, of.occurrence.shown),
            fmt::format("请说明什么会打断：「连续 {} 次 {}，中间没有 …」", out.count,
                of.occurrence.shown)});
        finding.help.push_back({"",
            fmt::format("or declare a term for those that count: `term … = {} where …`",
                of.occurrence.shown),
            fmt::format("或声明一个术语说明哪些算：「术语 … = {} 其中 …」", of.occurrence.shown)});
        return fail();
    }
    out.inputs = {of.node, has_without ? without.node : kNone};
    out.negated = negated;
    // A filter belongs to what is counted.
    const bool filter = at(child(id, 0)).kind == SyntaxKind::where;
    const std::string counted = filter ? shown(child(id, 0)) : of.occurrence.shown;
    note(node.span,
        fmt::format("[{} consecutive ({})]: the number goes with {}, and with nothing after it",
            out.count, counted, filter ? "these" : counted),
        fmt::format("【连续 {} 次（{}）】：次数只管{}，不管其后的内容", out.count, counted,
            filter ? "这些" : " " + counted));
    return state_result(add(std::move(out), node.span), node.span);
}

Result Elaborator::consecutive(Id id, const Scope& scope) {
    (void)scope;
    const syntax::Node& node = at(id);
    const Id condition_id = child(id, 0);
    if (condition_id == kNoNode) return fail();
    // The event whose field is compared.
    std::optional<std::uint32_t> event;
    bool several = false;
    const std::function<void(Id, int)> look = [&](Id part, int depth) {
        if (part == kNoNode || depth > 100) return;
        const syntax::Node& inner = at(part);
        const auto take = [&](std::uint32_t candidate) {
            if (event && *event != candidate) several = true;
            event = candidate;
        };
        const auto by_field = [&](const std::string& name) {
            std::vector<std::uint32_t> near;
            for (const std::uint32_t candidate : events_with(name)) {
                const auto& references = pack_.schema.events[candidate].subjects;
                if (references.empty() ||
                    std::any_of(references.begin(), references.end(),
                        [&](const SubjectReference& r) { return r.kind == subject_; }))
                    near.push_back(candidate);
            }
            if (near.size() == 1) take(near[0]);
        };
        if (inner.kind == SyntaxKind::field_of) {
            const Id owner = child(part, 0);
            if (owner != kNoNode && at(owner).kind == SyntaxKind::name) {
                const names::Symbol* symbol = pack_.find(at(owner).text, SymbolKind::event);
                if (symbol != nullptr && pack_.field_of_event(symbol->index, inner.text) != kNone) {
                    take(symbol->index);
                    return;
                }
            }
            by_field(inner.text);
            return;
        }
        if (inner.kind == SyntaxKind::name &&
            pack_.find(inner.text, SymbolKind::parameter) == nullptr)
            by_field(inner.text);
        for (const Id next : inner.children) look(next, depth + 1);
    };
    core::Node out = make(CoreKind::consecutive);
    const auto count = whole_count(id, 100'000);
    if (!count) return fail();
    out.count = *count;
    out.mode = node.op == Op::with_data  ? core::UnitMode::with_data
               : node.op == Op::complete ? core::UnitMode::complete
                                         : core::UnitMode::plain;
    const auto in = unit(node.text, node.span);
    if (!in) return fail();
    out.unit = *in;
    if (out.unit == core::Unit::working_day) {
        out.calendar = the_calendar(node.span);
        if (out.calendar == kNone) return fail();
    }
    // `5 consecutive days of low visibility`: a term with a condition of its own.
    if (at(condition_id).kind == SyntaxKind::name || at(condition_id).kind == SyntaxKind::where) {
        const bool is_event = at(condition_id).kind == SyntaxKind::where ||
                              pack_.find(at(condition_id).text, SymbolKind::term) != nullptr ||
                              pack_.find(at(condition_id).text, SymbolKind::event) != nullptr;
        if (is_event) {
            const Result of = occurrence(condition_id, {});
            if (!of.ok()) return fail();
            core::Node base = out_.core.nodes[of.node];
            if (base.kind == CoreKind::event && base.inputs[0] != kNone) {
                const NodeId filter = base.inputs[0];
                base.inputs[0] = kNone;
                base.derived.clear();
                base.derived_types.clear();
                out.inputs = {add(std::move(base), node.span), filter};
                return state_result(add(std::move(out), node.span), node.span);
            }
            report(kind::field_of_event_wanted, node.span);
            return fail();
        }
    }
    look(condition_id, 0);
    if (!event || several) {
        // Says which field is unknown or ambiguous, if that is the reason.
        const std::size_t before = sink_.error_count();
        condition(condition_id, {});
        if (sink_.error_count() == before) report(kind::field_of_event_wanted, node.span);
        return fail();
    }
    const Result of = event_occurrence(*event, node.span);
    if (!of.ok()) return fail();
    Scope inner;
    inner.self = &of.occurrence;
    const Result test = state(condition_id, inner);
    if (!test.ok()) return fail();
    out.inputs = {of.node, test.node};
    struct UnitName {
        const char* english;
        const char* chinese;
    };
    static constexpr UnitName kNames[] = {{"hour", "小时"}, {"day", "日"}, {"week", "周"},
        {"month", "月"}, {"year", "年"}, {"working day", "工作日"}};
    const UnitName& name = kNames[static_cast<std::size_t>(out.unit)];
    if (out.mode == core::UnitMode::plain)
        report(kind::consecutive_reading, node.span, {{"unit", name.english, name.chinese}});
    return state_result(add(std::move(out), node.span), node.span);
}

}  // namespace clausal::types
