// The values that an example gives to fields, and whose subjects they are.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/print.h"
#include "compiler/names/resolver.h"
#include "compiler/names/units.h"
#include "compiler/names/words.h"

namespace clausal::names {

std::optional<core::ExampleValue> Resolver::value(
    const Tree& tree, SyntaxId id, const Field& field, ExampleState& state) {
    const syntax::Node& node = tree[id];
    core::ExampleValue out;
    Decimal number = node.number;
    bool negative = false;
    const syntax::Node* at = &node;
    if (node.kind == SyntaxKind::negative && !node.children.empty()) {
        at = &tree[node.children[0]];
        number = at->number;
        negative = true;
    }
    const auto misfit = [&]() -> std::optional<core::ExampleValue> {
        std::string words = at->text;
        if (at->has_number)
            words = to_string(at->number) + (at->kind == SyntaxKind::percent ? "%"
                                                : at->text.empty()           ? ""
                                                                             : " " + at->text);
        sink_.report(kind::value_does_not_fit, node.span,
            {{"value", words, ""}, {"field", field.name, ""},
                {"type", type_words(field.type, false), type_words(field.type, true)}});
        return std::nullopt;
    };
    const auto scaled = [&](std::int64_t factor_numerator, std::int64_t factor_denominator,
                            int decimals) -> std::optional<core::ExampleValue> {
        Rational value;
        if (make_rational(static_cast<Int128>(negative ? -number.coefficient : number.coefficient) *
                              factor_numerator,
                static_cast<Int128>(power_of_ten(std::clamp(number.decimals, 0, 18))) *
                    factor_denominator,
                &value) != Fault::none ||
            to_scaled(value, decimals, Rounding::half_up, &out.value) != Fault::none) {
            return misfit();
        }
        return out;
    };
    if (at->kind == SyntaxKind::error) return std::nullopt;
    if (at->kind == SyntaxKind::missing) return out;
    switch (field.type.kind) {
    case TypeKind::text:
        if (at->kind == SyntaxKind::text || at->kind == SyntaxKind::name)
            out.text = at->text;
        else if (at->kind == SyntaxKind::number)
            out.text = to_string(at->number);
        else
            return misfit();
        out.value = 0;
        return out;
    case TypeKind::texts:
        if (at->kind == SyntaxKind::text || at->kind == SyntaxKind::name)
            out.texts.push_back(at->text);
        else if (at->kind == SyntaxKind::items) {
            for (const SyntaxId item : at->children) {
                if (item != kNoNode) out.texts.push_back(tree[item].text);
            }
        } else
            return misfit();
        out.value = 0;
        return out;
    case TypeKind::number:
    case TypeKind::integer:
        // A whole number is not rounded to be one.
        if (field.type.kind == TypeKind::integer && at->has_number && number.decimals > 0 &&
            number.decimals <= 18 && number.coefficient % power_of_ten(number.decimals) != 0)
            return misfit();
        if (at->kind == SyntaxKind::number) return scaled(1, 1, field.type.decimals);
        if (at->kind == SyntaxKind::quantity && unit_code(at->text) == field.type.unit)
            return scaled(1, 1, field.type.decimals);
        return misfit();
    case TypeKind::money:
        if (at->kind == SyntaxKind::number) return scaled(1, 1, field.type.decimals);
        if (at->kind == SyntaxKind::money && currency_code(at->text) == field.type.unit)
            return scaled(1, 1, field.type.decimals);
        return misfit();
    case TypeKind::percent:
        if (at->kind != SyntaxKind::percent) return misfit();
        return scaled(1,
            at->op == Op::permyriad  ? 10'000
            : at->op == Op::permille ? 1'000
                                     : 100,
            field.type.decimals);
    case TypeKind::duration: {
        const auto length = duration_of(*at);
        if (!length) return misfit();
        out.value = negative ? -*length : *length;
        return out;
    }
    case TypeKind::instant: {
        if (at->kind != SyntaxKind::moment) return misfit();
        // The date of a field's value does not move the date of the events.
        ExampleState copy;
        copy.last = state.last;
        const auto t = moment(tree, id, copy);
        if (!t) return std::nullopt;
        out.value = *t;
        return out;
    }
    case TypeKind::date: {
        if (at->kind != SyntaxKind::moment) return misfit();
        ExampleState copy;
        copy.last = state.last;
        if (!moment(tree, id, copy)) return std::nullopt;
        out.value = days_of(copy.last);
        return out;
    }
    case TypeKind::boolean:
        if (at->kind != SyntaxKind::truth) return misfit();
        out.value = at->op == Op::yes ? 1 : 0;
        return out;
    case TypeKind::choice:
        for (std::size_t i = 0; i < field.type.choices.size(); ++i) {
            if (fold(field.type.choices[i]) == fold(at->text)) {
                out.value = static_cast<std::int64_t>(i);
                return out;
            }
        }
        return misfit();
    }
    return misfit();
}

namespace {

// Which values are further texts of the value before them: `labels "x", "y"`, or `"x", "y"` where
// the field after the one of several texts takes no text.
template <typename FieldCalled>
std::vector<bool> more_texts(const syntax::SyntaxTree& tree, const std::vector<SyntaxId>& nodes,
    const std::vector<Field>& fields, const std::vector<bool>& keys,
    const FieldCalled& field_called) {
    std::vector<bool> out(nodes.size(), false);
    std::size_t next = 0;
    std::size_t current = fields.size();
    bool by_name = false;
    const auto skip_keys = [&] {
        while (next < fields.size() && next < keys.size() && keys[next]) ++next;
    };
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        const syntax::Node& node = tree[nodes[n]];
        if (node.kind == SyntaxKind::assignment && !node.text.empty()) {
            current = field_called(node.text);
            by_name = true;
            continue;
        }
        skip_keys();
        const bool takes_text =
            next < fields.size() &&
            (fields[next].type.kind == TypeKind::text || fields[next].type.kind == TypeKind::texts);
        if (node.kind == SyntaxKind::text && current < fields.size() &&
            fields[current].type.kind == TypeKind::texts && (by_name || !takes_text)) {
            out[n] = true;
            continue;
        }
        current = next < fields.size() ? next++ : fields.size();
        by_name = false;
    }
    return out;
}

}  // namespace

void Resolver::values(const Tree& tree, const std::vector<SyntaxId>& nodes,
    const std::vector<Field>& fields, const std::vector<bool>& keys, const std::string& owner,
    ExampleState& state, std::vector<core::ExampleValue>& out, std::vector<bool>* given) {
    out.resize(fields.size());
    if (given != nullptr) given->resize(fields.size(), false);
    std::size_t next = 0;
    const auto is_key = [&](std::size_t i) { return i < keys.size() && keys[i]; };
    const std::size_t plain = [&] {
        std::size_t n = 0;
        for (std::size_t i = 0; i < fields.size(); ++i) n += is_key(i) ? 0 : 1;
        return n;
    }();
    const auto field_called = [&](const std::string& name) {
        for (std::size_t i = fields.size(); i-- > 0;) {
            if (fold(fields[i].name) == fold(name)) return i;
        }
        for (const Symbol& symbol : pack_.find(name)) {
            if (symbol.kind == SymbolKind::field && symbol.index < fields.size() &&
                fold(fields[symbol.index].name) == fold(symbol.name))
                return std::size_t{symbol.index};
        }
        return fields.size();
    };
    std::size_t positional = 0;
    std::vector<bool> named(fields.size(), false), filled(fields.size(), false);
    bool after_named = false;
    SyntaxId stray = kNoNode;  // the first value without a name after one with a name
    const std::vector<bool> more = more_texts(tree, nodes, fields, keys, field_called);
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        const SyntaxId id = nodes[n];
        if (more[n]) continue;
        if (tree[id].kind != SyntaxKind::assignment || tree[id].text.empty()) {
            ++positional;
            if (after_named && stray == kNoNode) stray = id;
            continue;
        }
        const std::size_t i = field_called(tree[id].text);
        if (i >= fields.size()) continue;
        named[i] = true;
        after_named = after_named || !is_key(i);
    }
    if (stray != kNoNode) {
        // Such a value can only stand for a field that is not named; which one, is said if several are.
        std::size_t left = 0;
        std::string names;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            if (named[i] || is_key(i)) continue;
            ++left;
            names += (names.empty() ? "" : ", ") + fields[i].name;
        }
        if (left != positional) {
            Diagnostic& finding =
                sink_.report(kind::value_after_named, tree[stray].span, {{"name", owner, ""}});
            if (names.empty())
                finding.help.push_back(
                    {"", "all its fields are given by name already", "它的字段都已按名称给出"});
            else
                finding.help.push_back(
                    {"", "not given by name: " + names, "未按名称给出的字段：" + names});
            finding.help.push_back(
                {"", "write the field before the value, or values without a name first",
                    "请在值之前写出字段名，或把不写字段名的值放在前面"});
            return;
        }
    }
    std::size_t last = fields.size();  // the field of the value before
    for (std::size_t n = 0; n < nodes.size(); ++n) {
        const SyntaxId id = nodes[n];
        const syntax::Node& node = tree[id];
        if (more[n]) {
            if (last < fields.size()) out[last].texts.push_back(node.text);
            continue;
        }
        std::size_t place = fields.size();
        SyntaxId value_node = id;
        if (node.kind == SyntaxKind::assignment) {
            if (node.children.empty() || node.children[0] == kNoNode) continue;
            value_node = node.children[0];
            if (!node.text.empty()) {
                place = field_called(node.text);
                if (place == fields.size()) {
                    unknown_field(node.text, node.span, owner, fields);
                    continue;
                }
            }
        }
        if (place == fields.size()) {
            while (next < fields.size() && (is_key(next) || (stray != kNoNode && named[next])))
                ++next;
            if (next >= fields.size()) {
                sink_.report(kind::too_many_values, node.span,
                    {{"name", owner, ""}, {"most", std::to_string(plain), ""},
                        {"given", std::to_string(positional), ""}});
                return;
            }
            place = next++;
        }
        if (filled[place]) {
            sink_.report(kind::given_twice, node.span,
                {{"what", "`" + fields[place].name + "`", "`" + fields[place].name + "` "}});
            continue;
        }
        filled[place] = true;
        last = place;
        if (const auto parsed = value(tree, value_node, fields[place], state)) {
            out[place] = *parsed;
            if (given != nullptr) (*given)[place] = true;
        }
    }
}

// Whether each subject of the event is named in its brackets or spoken of by the example; what is
// not is reported, once for an example.
bool Resolver::subjects_known(std::uint32_t event, const Tree& tree,
    const std::vector<SyntaxId>& given, ExampleState& state, Span span) {
    const EventType& type = pack_.schema.events[event];
    bool known = true;
    for (const SubjectReference& reference : type.subjects) {
        const bool spoken = std::any_of(state.example.subjects.begin(),
            state.example.subjects.end(),
            [&](const core::ExampleSubject& subject) { return subject.kind == reference.kind; });
        const bool named = std::any_of(given.begin(), given.end(), [&](SyntaxId id) {
            if (tree[id].kind != SyntaxKind::assignment) return false;
            const std::string folded = fold(tree[id].text);
            return std::any_of(reference.key_fields.begin(), reference.key_fields.end(),
                [&](std::uint32_t key) { return fold(type.fields[key].name) == folded; });
        });
        if (spoken || named) continue;
        known = false;
        if (!state.unknown_subjects.insert(reference.kind).second) continue;
        const std::string& name = pack_.schema.subjects[reference.kind].name;
        const std::string& field = type.fields[reference.key_fields.front()].name;
        Diagnostic& finding =
            sink_.report(kind::example_subject_missing, span, {{"subject", name, ""}});
        finding.help.push_back({"", fmt::format("write `{} ({} \"…\", …)`", type.name, field),
            fmt::format("请写「{}（{} \"…\"，…）」", type.name, field)});
    }
    return known;
}

void Resolver::fill_keys(std::uint32_t event, std::vector<core::ExampleValue>& fields,
    const ExampleState& state, Span span) {
    const EventType& type = pack_.schema.events[event];
    for (const SubjectReference& reference : type.subjects) {
        bool filled = true;
        for (const std::uint32_t key : reference.key_fields)
            filled = filled && !fields[key].text.empty();
        if (filled) continue;
        const core::ExampleSubject* subject = nullptr;
        for (std::size_t i = state.example.subjects.size(); i-- > 0;) {
            // The one spoken of last, else the last of this kind.
            if (state.example.subjects[i].kind == reference.kind) {
                subject = &state.example.subjects[i];
                if (state.subject != kNone &&
                    state.example.subjects[state.subject].kind == reference.kind)
                    subject = &state.example.subjects[state.subject];
                break;
            }
        }
        if (subject == nullptr) {
            const std::string& name = pack_.schema.subjects[reference.kind].name;
            sink_.report(kind::example_subject_missing, span, {{"subject", name, ""}});
            continue;
        }
        for (std::size_t i = 0; i < reference.key_fields.size() && i < subject->key.size(); ++i) {
            core::ExampleValue& field = fields[reference.key_fields[i]];
            field.text = subject->key[i];
            field.value = 0;
        }
    }
}

}  // namespace clausal::names
