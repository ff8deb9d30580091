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

}  // namespace clausal::types
