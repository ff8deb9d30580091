// What a name is where it stands: an event, a term, a parameter, a field of something.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {
namespace {

struct FormWords {
    const char* english;
    const char* chinese;
};
FormWords form_words(Form form) {
    switch (form) {
    case Form::occurrence: return {"something that happens", "发生的事"};
    case Form::state: return {"a condition", "条件"};
    case Form::value: return {"a value", "值"};
    case Form::error: break;
    }
    return {"something else", "别的东西"};
}

bool is_time_word(std::string_view name) {
    const std::string folded = names::fold(name);
    return folded == "time" || folded == "时间" || folded == "时刻";
}

}  // namespace

// The instant of an occurrence itself.
Result Elaborator::own_time(Frame frame, Span span) {
    core::Node node = make(CoreKind::time_of);
    node.frame = frame;
    node.type.kind = TypeKind::instant;
    Type type = node.type;
    return value_result(add(std::move(node), span), std::move(type), span);
}

Diagnostic& Elaborator::wrong(Kind kind, const Result& result, Id id) {
    const FormWords words = form_words(result.form);
    return report(
        kind, at(id).span, {{"text", shown(id), ""}, {"what", words.english, words.chinese}});
}

bool Elaborator::is_called(const Occurrence& occurrence, const std::string& folded) const {
    if (!occurrence.witness.empty() && occurrence.witness == folded) return true;
    return std::find(occurrence.called.begin(), occurrence.called.end(), folded) !=
           occurrence.called.end();
}

Result Elaborator::field_in(
    const Occurrence& occurrence, Frame frame, std::string_view name, Span span) {
    const std::string folded = names::fold(name);
    std::size_t place = occurrence.slots.size();
    for (std::size_t i = occurrence.slots.size(); i-- > 0;) {
        // A derived field hides an event's field of the same name.
        if (names::fold(occurrence.slots[i].name) == folded) {
            place = i;
            break;
        }
    }
    if (place == occurrence.slots.size() && occurrence.event != kNone) {
        const std::uint32_t other = pack_.field_of_event(occurrence.event, name);
        if (other != kNone) place = other;
    }
    if (place >= occurrence.slots.size()) return fail();
    core::Node node = make(CoreKind::field);
    node.frame = frame;
    node.slot = static_cast<std::uint32_t>(place);
    node.type = occurrence.slots[place].type;
    Result result = value_result(add(node, span), node.type, span);
    result.working = node.type.kind == TypeKind::duration && node.type.unit == "working";
    result.text = occurrence.slots[place].name;
    return result;
}

std::vector<std::uint32_t> Elaborator::events_with(std::string_view field) const {
    std::vector<std::uint32_t> out;
    for (std::uint32_t event = 0; event < pack_.schema.events.size(); ++event) {
        const std::uint32_t place = pack_.field_of_event(event, field);
        if (place != kNone && !pack_.event_key_field[event][place]) out.push_back(event);
    }
    return out;
}

Result Elaborator::event_occurrence(std::uint32_t event, Span span) {
    const EventType& type = pack_.schema.events[event];
    core::Node node = make(CoreKind::event, {kNone});
    node.event = event;
    if (!type.subjects.empty()) {
        std::vector<std::uint32_t> references;
        for (std::uint32_t i = 0; i < type.subjects.size(); ++i) {
            if (type.subjects[i].kind == subject_ &&
                (role_.empty() || type.subjects[i].role.empty() ||
                    names::fold(type.subjects[i].role) == role_))
                references.push_back(i);
        }
        if (references.empty()) {
            std::string kinds;
            for (const SubjectReference& reference : type.subjects)
                kinds += (kinds.empty() ? "" : ", ") + pack_.schema.subjects[reference.kind].name;
            const std::string& subject = pack_.schema.subjects[subject_].name;
            Diagnostic& finding = report(kind::no_common_subject, span,
                {{"event", type.name, ""}, {"kinds", kinds, ""}, {"subject", subject, ""}});
            finding.labels.push_back({pack_.event_spans[event], "declared here", "在这里声明"});
            finding.help.push_back({"",
                fmt::format(
                    "add `{}` to the fields of `{}`, or to those of the other event what they share",
                    subject, type.name),
                fmt::format(
                    "给 `{}` 加上 `{}`，或让另一个事件带上两者共有的主体", type.name, subject)});
            return fail();
        }
        if (references.size() > 1) {
            std::string roles;
            for (const std::uint32_t i : references)
                roles += (roles.empty() ? "" : ", ") +
                         (type.subjects[i].role.empty() ? pack_.schema.subjects[subject_].name
                                                        : type.subjects[i].role);
            const std::string& subject = pack_.schema.subjects[subject_].name;
            Diagnostic& finding = report(kind::which_role, span,
                {{"event", type.name, ""}, {"subject", subject, ""}, {"roles", roles, ""}});
            for (const std::uint32_t i : references) {
                const std::string& role = type.subjects[i].role;
                if (role.empty()) continue;
                finding.help.push_back({"",
                    fmt::format("for each {0}: `{0} {1} has …`, or `… for {0} {1}`", role, subject),
                    fmt::format("对每个{0}：写「{0}{1} …」", role, subject)});
            }
            return fail();
        }
        node.reference = references[0];
    }
    Occurrence occurrence;
    occurrence.event = event;
    occurrence.bare = true;
    occurrence.shown = type.name;
    for (const Field& field : type.fields) occurrence.slots.push_back({field.name, field.type});
    occurrence.called.push_back(names::fold(type.name));
    return occurrence_result(add(std::move(node), span), std::move(occurrence), span);
}

Result Elaborator::output_occurrence(std::uint32_t action, Span span) {
    const auto found = outputs_.find(action);
    const ActionType& type = pack_.schema.actions[action];
    if (found == outputs_.end() || found->second.empty()) {
        report(kind::event_wanted, span,
            {{"text", type.name, ""},
                {"what", "an action that no rule triggers", "没有规则触发的动作"}});
        return fail();
    }
    std::vector<NodeId> parts;
    for (const auto& [from, call] : found->second) {
        core::Node node = make(CoreKind::rule_output);
        node.rule = from;
        node.slot = call;
        parts.push_back(add(std::move(node), span));
        feeds_.emplace(rule_index_, from);
    }
    Occurrence occurrence;
    occurrence.shown = type.name;
    occurrence.called.push_back(names::fold(type.name));
    for (const Field& field : type.fields) occurrence.slots.push_back({field.name, field.type});
    if (parts.size() == 1) return occurrence_result(parts[0], std::move(occurrence), span);
    occurrence.slots.clear();  // firings of several rules have no field in common
    return occurrence_result(add(make(CoreKind::either, parts), span), std::move(occurrence), span);
}

Result Elaborator::parameter(std::uint32_t index, Span span) {
    const names::Declared& declared = pack_.parameters[index];
    const TreeSwitch in(*this, declared.at.tree);
    Result result = expression(child(declared.at.node, 0), {}, Want::value);
    if (result.ok() && result.form != Form::value) {
        wrong(kind::value_wanted, result, child(declared.at.node, 0));
        return fail();
    }
    // A bare number stays a number whose unit the neighbour may decide.
    result.span = span;
    return result;
}

Result Elaborator::term(std::uint32_t index, Span span) {
    const auto key = std::make_tuple(index, subject_, role_);
    const auto known = terms_.find(key);
    if (known != terms_.end()) {
        Result result = known->second;
        result.span = span;
        return result;
    }
    if (!open_terms_.insert(index).second) return fail();  // cyclic: already reported
    const names::Declared& declared = pack_.terms[index];
    Result result;
    {
        const TreeSwitch in(*this, declared.at.tree);
        const Scope plain;
        result = expression(child(declared.at.node, 0), plain, Want::any);
        if (result.form == Form::occurrence) {
            core::Node node = out_.core.nodes[result.node];
            bool added = false;
            for (const Id part : children(declared.at.node, 1)) {
                if (at(part).kind != SyntaxKind::with_field) continue;
                Scope inside;
                inside.self = &result.occurrence;
                const Result value_of = value(child(part, 0), inside);
                if (value_of.form != Form::value) continue;
                node.derived.push_back(value_of.node);
                node.derived_types.push_back(value_of.type);
                result.occurrence.slots.push_back({at(part).text, value_of.type});
                added = true;
            }
            if (added) result.node = add(std::move(node), declared.span);
            result.occurrence.called.push_back(names::fold(declared.name));
            result.occurrence.shown = declared.name;
        } else {
            for (const Id part : children(declared.at.node, 1)) {
                if (at(part).kind == SyntaxKind::with_field && result.ok()) {
                    wrong(kind::event_wanted, result, child(declared.at.node, 0));
                    break;
                }
            }
        }
    }
    // What a term has is what its own event has.
    result.occurrence.other_fields.clear();
    average_of_days(declared.name, result, declared.span);
    open_terms_.erase(index);
    if (result.literal == Result::Literal::name) result = fail();
    terms_[key] = result;
    result.span = span;
    return result;
}

// A name that says per day, for what is an average per event.
void Elaborator::average_of_days(const std::string& name, const Result& result, Span span) {
    if (result.form != Form::value || result.node == kNone) return;
    const core::Node& node = out_.core.nodes[result.node];
    if (node.kind != CoreKind::aggregate || node.aggregate != core::AggregateOp::average ||
        node.window.kind != Window::Kind::sliding)
        return;
    struct Word {
        const char* text;
        const char* english;
        const char* chinese;
        Microseconds length;
    };
    static constexpr Word kWords[] = {{"日均", "day", "日", kDay}, {"每日", "day", "日", kDay},
        {"每天", "day", "日", kDay}, {"daily", "day", "日", kDay}, {"per day", "day", "日", kDay},
        {"周均", "week", "周", kWeek}, {"weekly", "week", "周", kWeek}};
    const std::string folded = names::fold(name);
    for (const Word& word : kWords) {
        if (folded.find(word.text) == std::string::npos) continue;
        const Microseconds units = node.window.length / word.length;
        Diagnostic& finding = report(kind::average_per_event, span,
            {{"term", name, ""}, {"unit", word.english, word.chinese}});
        finding.help.push_back({"",
            fmt::format("per {}: `sum … ÷ {}`, or `mean per {} of sum …`", word.english, units,
                word.english),
            fmt::format("每{}的平均写成「合计 ÷ {}」，或「每{} … 合计 的 平均」", word.chinese,
                units, std::string(word.chinese) == "日" ? "天" : word.chinese)});
        return;
    }
}

Result Elaborator::key_part(std::uint32_t slot, Span span) {
    core::Node node = make(CoreKind::key_part);
    node.slot = slot;
    node.type.kind = TypeKind::text;
    return value_result(add(std::move(node), span), Type{TypeKind::text, 0, "", {}, false}, span);
}

Result Elaborator::subject_value(const std::string& field, Span span) {
    const SubjectKind& subject = pack_.schema.subjects[subject_];
    const std::uint32_t place = pack_.field_of_subject(subject_, field);
    if (place != kNone) {
        core::Node node = make(CoreKind::subject_field);
        node.slot = place;
        node.type = subject.fields[place].type;
        Type type = node.type;
        return value_result(add(std::move(node), span), std::move(type), span);
    }
    for (std::uint32_t i = 0; i < subject.keys.size(); ++i) {
        if (names::fold(subject.keys[i]) == names::fold(field)) return key_part(i, span);
    }
    return fail();
}

// A field without an owner: of the event beside it, of the subject, else of the latest event that has it.
Result Elaborator::bare_field(
    const std::string& name, const Scope& scope, Span span, bool complain) {
    if (scope.over_time) {
        if (auto result = latest_of_own(name, scope, span)) return *result;
    }
    if (scope.self != nullptr && !scope.over_time) {
        Result result = field_in(*scope.self, Frame::self, name, span);
        const std::vector<std::string>& others = scope.self->other_fields;
        if (result.ok() &&
            std::find(others.begin(), others.end(), names::fold(name)) != others.end()) {
            if (!complain) return fail();
            const std::string& later = scope.self->shown;
            const std::string& earlier = scope.self->other;
            Diagnostic& finding = report(kind::ambiguous_field, span,
                {{"name", name, ""}, {"owners", earlier + ", " + later, ""}});
            const bool english = static_cast<unsigned char>(later[0]) < 0x80;
            finding.fixes.push_back({span,
                english ? fmt::format("the {}'s {}", later, name)
                        : fmt::format("{} 的 {}", later, name),
                false});
            finding.help.push_back({"",
                fmt::format("for the other one, write its condition behind it: `{} where {} …`",
                    earlier, name),
                fmt::format("若指另一个，请把条件写在它后面：「{} 其中 {} …」", earlier, name)});
            return fail();
        }
        if (result.ok()) return result;
    }
    if (scope.first != nullptr && !scope.over_time) {
        Result result = field_in(*scope.first, Frame::first, name, span);
        if (result.ok()) {
            if (scope.used_first != nullptr) *scope.used_first = true;
            return result;
        }
    }
    std::vector<std::uint32_t> near;
    const std::vector<std::uint32_t> all = events_with(name);
    for (const std::uint32_t event : all) {
        const auto& references = pack_.schema.events[event].subjects;
        const bool ours = references.empty() ||
                          std::any_of(references.begin(), references.end(),
                              [&](const SubjectReference& r) { return r.kind == subject_; });
        if (ours) near.push_back(event);
    }
    Result own = pack_.schema.subjects.empty() ? fail() : subject_value(name, span);
    if (near.size() == 1 && !own.ok()) {
        const Result event = event_occurrence(near[0], span);
        if (!event.ok()) return fail();
        note(span,
            fmt::format("`{}` is read from the latest {}", name, pack_.schema.events[near[0]].name),
            fmt::format("`{}` 取自最近一次 {}", name, pack_.schema.events[near[0]].name));
        return latest_field(event, name, scope, false, span);
    }
    if (near.empty()) {
        if (own.ok()) return own;
        if (complain && !all.empty()) {
            // Only events of other subjects have it.
            event_occurrence(all[0], span);
        }
        return fail();
    }
    if (complain) {
        std::string owners = own.ok() ? pack_.schema.subjects[subject_].name : std::string();
        for (const std::uint32_t event : near)
            owners += (owners.empty() ? "" : ", ") + pack_.schema.events[event].name;
        Diagnostic& finding =
            report(kind::ambiguous_field, span, {{"name", name, ""}, {"owners", owners, ""}});
        for (const std::uint32_t event : near)
            finding.labels.push_back(
                {pack_.event_spans[event], "it has the field", "它有这个字段"});
    }
    return fail();
}

Result Elaborator::field_of(Id id, const Scope& scope) {
    const syntax::Node& node = at(id);
    const Id owner = child(id, 0);
    if (owner == kNoNode) {
        // `its time`: a field of that name, else the instant of the event itself.
        if (is_time_word(node.text) && events_with(node.text).empty()) {
            if (scope.self != nullptr && !scope.over_time) return own_time(Frame::self, node.span);
            Diagnostic& finding = report(kind::time_of_what, node.span, {{"text", shown(id), ""}});
            if (!pack_.schema.events.empty()) {
                const std::string& event = pack_.schema.events.front().name;
                finding.help.push_back({"", fmt::format("write `{}'s time`", event),
                    fmt::format("请写「{}的时间」", event)});
            }
            return fail();
        }
        return bare_field(node.text, scope, node.span, true);
    }
    const syntax::Node& of = at(owner);
    if (of.kind == SyntaxKind::error) return fail();
    if (scope.keyed != nullptr && scope.self != nullptr && is_keyed(owner, *scope.self)) {
        return bare_field(node.text, scope, node.span, true);
    }
    if (of.kind == SyntaxKind::first_of) return first_field(id, scope);
    if (of.kind == SyntaxKind::latest || of.kind == SyntaxKind::previous) {
        const bool before = of.kind == SyntaxKind::previous;
        Scope inner = scope;
        inner.window.reset();
        inner.first = scope.self;
        inner.self = nullptr;
        Id stream = child(owner, 0);
        Scope outer = scope;
        if (stream != kNoNode && at(stream).kind == SyntaxKind::windowed) {
            outer.window = window(child(stream, 0));
            stream = child(stream, 1);
        }
        if (child(owner, 1) != kNoNode) outer.window = window(child(owner, 1));
        const Result result = occurrence(stream, inner);
        if (!result.ok()) return fail();
        return latest_field(result, node.text, outer, before, node.span);
    }
    if (of.kind == SyntaxKind::name) {
        const std::string folded = names::fold(of.text);
        const auto framed = [&](const Occurrence* occurrence,
                                Frame frame) -> std::optional<Result> {
            if (occurrence == nullptr || scope.over_time || !is_called(*occurrence, folded))
                return std::nullopt;
            Result result = field_in(*occurrence, frame, node.text, node.span);
            if (!result.ok() && is_time_word(node.text)) {
                if (frame == Frame::first && scope.used_first != nullptr) *scope.used_first = true;
                return own_time(frame, node.span);
            }
            if (!result.ok()) {
                unknown_field(node.text, node.span, *occurrence);
                return fail();
            }
            if (frame == Frame::first && scope.used_first != nullptr) *scope.used_first = true;
            return result;
        };
        // A witness name is meant before an event of the same name.
        for (const bool by_witness : {true, false}) {
            for (const auto& [occurrence, frame] :
                {std::pair{scope.self, Frame::self}, std::pair{scope.first, Frame::first}}) {
                if (occurrence == nullptr || (by_witness && occurrence->witness != folded))
                    continue;
                if (auto result = framed(occurrence, frame)) return *result;
            }
        }
        // A field of the other end that a rule's action reads has become a field of the sequence.
        for (const auto& [key, slot] : wished_slots_) {
            if (scope.self != nullptr && !scope.over_time &&
                key == folded + "\n" + names::fold(node.text) && slot < scope.self->slots.size()) {
                core::Node read = make(CoreKind::field);
                read.slot = static_cast<std::uint32_t>(slot);
                read.type = scope.self->slots[slot].type;
                Type type = read.type;
                return value_result(add(std::move(read), node.span), std::move(type), node.span);
            }
        }
        const names::Symbol* subject = pack_.find(of.text, SymbolKind::subject);
        const names::Symbol* event = pack_.find(of.text, SymbolKind::event);
        if (subject != nullptr && subject->index == subject_) {
            Result result = subject_value(node.text, node.span);
            if (result.ok()) return result;
            // `the customer's utilisation`: the field of the latest event, the owner is the subject.
            if (event == nullptr || pack_.field_of_event(event->index, node.text) == kNone) {
                result = bare_field(node.text, scope, node.span, true);
                if (result.ok()) return result;
                if (!events_with(node.text).empty()) return fail();
                Occurrence none;
                none.shown = of.text;
                for (const Field& field : pack_.schema.subjects[subject_].fields)
                    none.slots.push_back({field.name, field.type});
                unknown_field(node.text, node.span, none);
                return fail();
            }
        }
        if (event == nullptr && pack_.find(of.text, SymbolKind::term) == nullptr &&
            pack_.find(of.text, SymbolKind::action) == nullptr) {
            report(kind::unknown_word, of.span, {{"name", of.text, ""}});
            return fail();
        }
    }
    Scope inner;
    inner.first = scope.self;
    const Result result = expression(owner, inner, Want::occurrence);
    if (!result.ok()) return fail();
    if (result.form == Form::value && result.per_start) return result;
    if (result.form != Form::occurrence) {
        wrong(kind::event_wanted, result, owner);
        return fail();
    }
    return latest_field(result, node.text, scope, false, node.span);
}

Result Elaborator::by_name(Id id, const Scope& scope, Want want) {
    const syntax::Node& node = at(id);
    const std::string& name = node.text;
    const Span span = node.span;
    // A word that its neighbour has as a choice is that choice.
    if (scope.expected != nullptr && scope.expected->kind == TypeKind::choice) {
        for (std::size_t i = 0; i < scope.expected->choices.size(); ++i) {
            if (names::fold(scope.expected->choices[i]) == names::fold(name))
                return code_constant(static_cast<std::int64_t>(i), *scope.expected, span);
        }
    }
    const names::Symbol* event = pack_.find(name, SymbolKind::event);
    const names::Symbol* term_symbol = pack_.find(name, SymbolKind::term);
    if (want == Want::occurrence) {
        if (event != nullptr) return event_occurrence(event->index, span);
        if (term_symbol != nullptr) return term(term_symbol->index, span);
        if (const names::Symbol* action = pack_.find(name, SymbolKind::action))
            return output_occurrence(action->index, span);
    }
    if (want == Want::value || (event == nullptr && term_symbol == nullptr)) {
        if (const names::Symbol* symbol = pack_.find(name, SymbolKind::parameter)) {
            if (parameter_or_field(name, scope, span)) return fail();
            return parameter(symbol->index, span);
        }
        if (term_symbol != nullptr &&
            (scope.self == nullptr || !field_in(*scope.self, Frame::self, name, span).ok()))
            return term(term_symbol->index, span);
        const bool is_field = pack_.find(name, SymbolKind::field) != nullptr;
        if (is_field) {
            Result result = bare_field(name, scope, span, false);
            if (result.ok()) return result;
        }
        if (const names::Symbol* table = pack_.find(name, SymbolKind::table))
            return bare_table(table->index, scope, span);
        if (const names::Symbol* subject = pack_.find(name, SymbolKind::subject);
            subject != nullptr && subject->index == subject_ &&
            pack_.schema.subjects[subject_].keys.size() == 1 && event == nullptr) {
            return key_part(0, span);
        }
        if (is_field && pack_.find(name, SymbolKind::choice) == nullptr) {
            const std::size_t before = sink_.error_count();
            bare_field(name, scope, span, true);
            if (sink_.error_count() == before) {
                // A field of an action only, or of a subject that the rule is not about.
                report(kind::value_wanted, span,
                    {{"text", name, ""}, {"what", "a field of something else", "别处的字段"}});
            }
            return fail();
        }
        if (pack_.find(name, SymbolKind::choice) != nullptr) {
            Result result = text_constant(name, span);
            result.literal = Result::Literal::name;
            return result;
        }
    }
    if (event != nullptr) return event_occurrence(event->index, span);
    if (term_symbol != nullptr) return term(term_symbol->index, span);
    if (const names::Symbol* action = pack_.find(name, SymbolKind::action))
        return output_occurrence(action->index, span);
    const std::vector<names::Symbol>& others = pack_.find(name);
    const bool condition_wanted = want == Want::condition;
    const char* wanted = want == Want::occurrence ? "an event"
                         : condition_wanted       ? "a condition"
                                                  : "a value";
    const char* wanted_zh = want == Want::occurrence ? "事件" : condition_wanted ? "条件" : "值";
    if (!others.empty()) {
        report(kind::wrong_kind, span,
            {{"name", name, ""},
                {"what", names::english(others[0].kind), names::chinese(others[0].kind)},
                {"wanted", wanted, wanted_zh}});
    } else if (!pack_.has_broken_statements) {
        Diagnostic& finding = report(kind::unknown_name, span,
            {{"name", name, ""}, {"wanted",
                                     want == Want::occurrence ? "event"
                                     : condition_wanted       ? "condition"
                                                              : "value",
                                     wanted_zh}});
        if (const names::Symbol* near = pack_.nearest(name)) {
            finding.labels.push_back({near->span, fmt::format("nearest: `{}`", near->name),
                fmt::format("最接近的是 `{}`", near->name)});
            finding.fixes.push_back({span, near->name, false});
        }
    }
    return fail();
}

}  // namespace clausal::types
