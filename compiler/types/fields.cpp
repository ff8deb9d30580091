// Findings about fields: unknown ones, and those that share their name with something else.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

void Elaborator::unknown_field(std::string_view name, Span span, const Occurrence& occurrence) {
    if (occurrence.event == kNone && !occurrence.mixed.empty()) {
        // Of several events: the first that has no such field, else they do not agree about it.
        for (const std::uint32_t event : occurrence.mixed) {
            if (pack_.field_of_event(event, name) != kNone) continue;
            Occurrence part;
            part.event = event;
            part.shown = pack_.schema.events[event].name;
            for (const Field& field : pack_.schema.events[event].fields)
                part.slots.push_back({field.name, field.type});
            unknown_field(name, span, part);
            return;
        }
        report(kind::field_places_differ, span,
            {{"events", occurrence.shown, ""}, {"field", std::string(name), ""}})
            .help.push_back({"",
                "declare the field at the same place of each, with one type; or write the condition at each event",
                "请在各事件中把该字段声明在同一位置、用同一类型；或在每个事件处各写条件"});
        return;
    }
    std::string fields;
    const Slot* nearest = nullptr;
    std::size_t best = names::code_points(name).size() / 3 + 2;
    for (const Slot& slot : occurrence.slots) {
        if (slot.name.empty()) continue;
        if (!fields.empty()) fields += ", ";
        fields += slot.name;
        const std::size_t far = names::distance(names::fold(name), names::fold(slot.name));
        if (far < best) {
            best = far;
            nearest = &slot;
        }
    }
    Diagnostic& finding = report(kind::unknown_field, span,
        {{"owner", occurrence.shown, ""}, {"name", std::string(name), ""},
            {"fields", fields.empty() ? "-" : fields, ""}});
    if (nearest != nullptr) finding.fixes.push_back({span, nearest->name, false});
}

// A parameter and a field that both could be meant: said, with what to write.
bool Elaborator::parameter_or_field(const std::string& name, const Scope& scope, Span span) {
    if (pack_.find(name, SymbolKind::field) == nullptr) return false;
    std::string owner;
    for (const Occurrence* beside : {scope.self, scope.first}) {
        if (beside == nullptr || !owner.empty()) continue;
        const bool has = std::any_of(beside->slots.begin(), beside->slots.end(),
            [&](const Slot& slot) { return names::fold(slot.name) == names::fold(name); });
        if (has) owner = beside->shown;
    }
    if (owner.empty()) {
        if (scope.self != nullptr || pack_.schema.subjects.empty()) return false;
        if (subject_value(name, span).ok()) owner = pack_.schema.subjects[subject_].name;
    }
    if (owner.empty()) return false;
    Diagnostic& finding =
        report(kind::parameter_or_field, span, {{"name", name, ""}, {"owner", owner, ""}});
    for (const names::Symbol& symbol : pack_.find(name)) {
        if (symbol.kind == SymbolKind::parameter)
            finding.labels.push_back({symbol.span, "the parameter", "参数"});
        if (symbol.kind == SymbolKind::field)
            finding.labels.push_back({symbol.span, "the field", "字段"});
    }
    const bool english = static_cast<unsigned char>(owner[0]) < 0x80;
    finding.fixes.push_back({span,
        english ? fmt::format("the {}'s {}", owner, name) : fmt::format("{} 的 {}", owner, name),
        false});
    finding.help.push_back(
        {"", "if the parameter is meant, give it another name where it is declared",
            "若指参数，请在声明处给它换一个名称"});
    return true;
}

Result Elaborator::latest_value(
    const Result& of, NodeId value, Type type, const Scope& scope, bool before, Span span) {
    core::Node node = make(CoreKind::latest, {of.node, value});
    node.before = before;
    if (scope.window) node.window = *scope.window;
    node.type = type;
    Occurrence second = of.occurrence;
    NodeId pair = kNone;
    if (scope.self != nullptr) {
        if (!correlate(*scope.self, second, &node.correlation, &pair, span)) return fail();
    } else if (!second.same.empty()) {
        report(kind::same_needs_two, span, {{"field", second.same[0], ""}});
        return fail();
    }
    if (pair != kNone) node.inputs.push_back(pair);
    Result result = value_result(add(std::move(node), span), std::move(type), span);
    result.working = result.type.kind == TypeKind::duration && result.type.unit == "working";
    return result;
}

Result Elaborator::latest_field(
    const Result& of, std::string_view field, const Scope& scope, bool before, Span span) {
    const Result inner = field_in(of.occurrence, Frame::self, field, span);
    if (!inner.ok()) {
        const std::string folded = names::fold(field);
        if (folded == "time" || folded == "时间" || folded == "时刻") {
            core::Node node = make(CoreKind::time_of);
            node.type.kind = TypeKind::instant;
            return latest_value(of, add(node, span), node.type, scope, before, span);
        }
        unknown_field(field, span, of.occurrence);
        return fail();
    }
    Result result = latest_value(of, inner.node, inner.type, scope, before, span);
    result.text = inner.text;
    return result;
}

// `f of the first X`: of the one that no other came before.
Result Elaborator::first_field(Id id, const Scope& scope) {
    const Id owner = child(id, 0);
    Id stream = child(owner, 0);
    std::optional<Window> in = scope.window;
    if (stream != kNoNode && at(stream).kind == SyntaxKind::windowed) {
        in = window(child(stream, 0));
        if (!in) return fail();
        stream = child(stream, 1);
    }
    if (in && in->kind != Window::Kind::all) {
        Diagnostic& finding = report(kind::not_supported, at(id).span, {{"text", shown(id), ""}});
        finding.help.push_back({"", "a field of the first one ever can be read: leave the window out; that it is the first of a time is asked by `the first X in the last 7 days`",
            "可以读有史以来首次的字段：请去掉时间范围；要问是不是一段时间内的首次，写成「近 7 天 首次 X」"});
        return fail();
    }
    Scope inner = scope;
    inner.window.reset();
    inner.first = scope.self;
    inner.self = nullptr;
    Result of = occurrence(stream, inner);
    if (!of.ok()) return fail();
    if (!of.occurrence.same.empty() || !of.occurrence.pair.empty() ||
        !of.occurrence.pair_same.empty()) {
        Diagnostic& finding =
            report(kind::not_supported, at(owner).span, {{"text", shown(owner), ""}});
        finding.help.push_back({"", "the first one ever can be read: leave `same …` out",
            "可以读有史以来的首次：请去掉「同一 …」"});
        return fail();
    }
    core::Node first = make(CoreKind::absence_before, {of.node, of.node, kNone});
    first.high = kForever;
    of.node = add(std::move(first), at(owner).span);
    Scope plain;
    return latest_field(of, at(id).text, plain, false, at(id).span);
}

}  // namespace clausal::types
