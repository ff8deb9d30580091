// `any line's utilisation < 65%`, `each machine …`: over the values of a field that tells the parts of
// a subject apart. Each part counts with its last event in the window (SEMANTICS 9).

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "compiler/core/bounds.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {
namespace {

// A test of one part reads its last event only: nothing that looks over time, which would mix the parts.
bool reads_one_event(const core::CorePack& pack, NodeId root) {
    const std::vector<NodeId> all = core::reachable(pack, root);
    return std::all_of(all.begin(), all.end(), [&](NodeId id) {
        switch (pack[id].kind) {
        case CoreKind::constant:
        case CoreKind::missing:
        case CoreKind::field:
        case CoreKind::subject_field:
        case CoreKind::compare:
        case CoreKind::is_true:
        case CoreKind::not_:
        case CoreKind::and_:
        case CoreKind::or_:
        case CoreKind::is_missing:
        case CoreKind::member:
        case CoreKind::contains:
        case CoreKind::overlaps:
        case CoreKind::arithmetic:
        case CoreKind::negative:
        case CoreKind::choose:
        case CoreKind::time_of:
        case CoreKind::date_of:
        case CoreKind::add_days:
        case CoreKind::add_working_time:
        case CoreKind::weekday:
        case CoreKind::keyword_density:
        case CoreKind::key_part: return true;
        default: return false;
        }
    });
}

}  // namespace

// Whether `latest X` speaks of the event whose parts are looked at.
bool Elaborator::is_keyed(Id owner, const Occurrence& self) const {
    if (owner == kNoNode) return false;
    if (at(owner).kind == SyntaxKind::latest) owner = child(owner, 0);
    if (owner == kNoNode || at(owner).kind != SyntaxKind::name) return false;
    const names::Symbol* event = pack_.find(at(owner).text, SymbolKind::event);
    return event != nullptr && event->index == self.event;
}

// The one event of the subject that has the key and every field that the condition names.
std::optional<std::uint32_t> Elaborator::keyed_event(
    Id condition, const std::string& key, Span span) {
    std::vector<std::string> fields;
    std::optional<std::uint32_t> named;
    const std::function<void(Id, int)> look = [&](Id part, int depth) {
        if (part == kNoNode || depth > 100) return;
        const syntax::Node& node = at(part);
        if (node.kind == SyntaxKind::field_of) fields.push_back(node.text);
        if (node.kind == SyntaxKind::name) {
            const names::Symbol* event = pack_.find(node.text, SymbolKind::event);
            const bool field = pack_.find(node.text, SymbolKind::field) != nullptr;
            if (event != nullptr && !field) named = event->index;
            if (field && pack_.find(node.text, SymbolKind::parameter) == nullptr &&
                pack_.find(node.text, SymbolKind::choice) == nullptr)
                fields.push_back(node.text);
        }
        for (const Id inner : node.children) look(inner, depth + 1);
    };
    look(condition, 0);
    std::vector<std::uint32_t> with_key;
    std::vector<std::uint32_t> all;
    for (const std::uint32_t event : events_with(key)) {
        const auto& references = pack_.schema.events[event].subjects;
        const bool ours = references.empty() ||
                          std::any_of(references.begin(), references.end(),
                              [&](const SubjectReference& r) { return r.kind == subject_; });
        if (!ours || (named && *named != event)) continue;
        with_key.push_back(event);
        if (std::all_of(fields.begin(), fields.end(), [&](const std::string& field) {
                return pack_.field_of_event(event, field) != kNone;
            }))
            all.push_back(event);
    }
    if (all.size() == 1) return all[0];
    if (with_key.size() == 1 && fields.empty()) return with_key[0];
    if (with_key.size() == 1) {
        // The field of another event says nothing of these parts.
        const std::uint32_t event = with_key[0];
        for (const std::string& field : fields) {
            if (pack_.field_of_event(event, field) != kNone) continue;
            Occurrence known;
            known.shown = pack_.schema.events[event].name;
            for (const Field& one : pack_.schema.events[event].fields) {
                known.slots.push_back({one.name, one.type});
            }
            unknown_field(field, span, known);
            return std::nullopt;
        }
    }
    if (with_key.empty()) {
        Diagnostic& finding = report(kind::part_unknown, span,
            {{"key", key, ""}, {"subject", pack_.schema.subjects[subject_].name, ""}});
        finding.help.push_back({"",
            fmt::format(
                "declare it as a text field of the event that is meant: `event … ({}, {} text, …)`",
                pack_.schema.subjects[subject_].name, key),
            fmt::format("请在所指的事件里把它声明为文本字段：「事件 …（{}，{} 文本，…）」",
                pack_.schema.subjects[subject_].name, key)});
        return std::nullopt;
    }
    std::string owners;
    for (const std::uint32_t event : all.empty() ? with_key : all) {
        owners += (owners.empty() ? "" : ", ") + pack_.schema.events[event].name;
    }
    report(kind::ambiguous_field, span, {{"name", key, ""}, {"owners", owners, ""}});
    return std::nullopt;
}

Result Elaborator::quantified(Id id, const Scope& scope) {
    const syntax::Node& node = at(id);
    const Span span = node.span;
    const bool any = node.op == Op::any;
    const Id key_id = child(id, 0);
    Id condition_id = child(id, 1);
    if (key_id == kNoNode || condition_id == kNoNode) return fail();
    const std::string& key = at(key_id).text;
    // The window stands in front of the condition, behind it, or in front of the whole.
    std::optional<Window> in = scope.window;
    Id window_id = child(id, 2);
    if (window_id == kNoNode && at(condition_id).kind == SyntaxKind::exists_in) {
        window_id = child(condition_id, 1);
        condition_id = child(condition_id, 0);
    }
    if (window_id != kNoNode) {
        in = window(window_id);
        if (!in) return fail();
    }
    const auto event = keyed_event(condition_id, key, at(key_id).span);
    if (!event) return fail();
    const Result of = event_occurrence(*event, span);
    if (!of.ok()) return fail();
    const Result part = field_in(of.occurrence, Frame::self, key, at(key_id).span);
    if (!part.ok() || part.type.kind == TypeKind::texts) {
        unknown_field(key, at(key_id).span, of.occurrence);
        return fail();
    }
    Scope inner;
    inner.self = &of.occurrence;
    inner.keyed = &of.occurrence;
    const Result test = condition(condition_id, inner);
    if (!test.ok()) return fail();
    if (test.form != Form::state || !reads_one_event(out_.core, test.node)) {
        const std::string& subject = pack_.schema.subjects[subject_].name;
        Diagnostic& finding = report(kind::part_over_time, span, {{"key", key, ""}});
        finding.help.push_back({"",
            fmt::format(
                "give each {} rules of its own: declare `subject … ({}, {})` and let its events belong to it",
                key, subject, key),
            fmt::format("请让每个{}有自己的规则：声明「主体 …（{}，{}）」，并让相应的事件属于它",
                key, subject, key)});
        return fail();
    }
    if (!in || in->kind == Window::Kind::all) {
        Diagnostic& finding = report(kind::part_without_window, span, {{"key", key, ""}});
        finding.help.push_back({"", fmt::format("write `any {} … in the last 7 days`", key),
            fmt::format("请写「任一 {} 近 7 天 …」", key)});
        return fail();
    }
    const auto count_of = [&](NodeId passes) {
        core::Node count = make(CoreKind::aggregate, {of.node, part.node, kNone, passes});
        count.aggregate = core::AggregateOp::keys;
        count.window = *in;
        count.type = Type{TypeKind::integer, 0, "", {}, false};
        Type type = count.type;
        return value_result(add(std::move(count), span), std::move(type), span);
    };
    const auto constant_of = [&](std::int64_t value) {
        return constant({value, 1}, Type{TypeKind::integer, 0, "", {}, false}, span);
    };
    const std::string& name = pack_.schema.events[*event].name;
    note(span,
        fmt::format("{} {} counts with its last {} in that time", any ? "any" : "each", key, name),
        fmt::format("{}{}按其在这段时间里的最近一次 {} 计", any ? "任一" : "每个", key, name));
    const Result passing = count_of(test.node);
    const Result some =
        compare_results(core::CompareOp::ge, passing, constant_of(1), span, shown(id), "1");
    if (!some.ok() || any) return some;
    const Result failing = count_of(add(make(CoreKind::not_, {test.node}), span));
    const Result none =
        compare_results(core::CompareOp::eq, failing, constant_of(0), span, shown(id), "0");
    if (!none.ok()) return fail();
    return state_result(all_of({some.node, none.node}, span), span);
}

}  // namespace clausal::types
