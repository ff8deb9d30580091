#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/print.h"
#include "compiler/names/resolver.h"
#include "compiler/names/units.h"
#include "compiler/names/words.h"

namespace clausal::names {
namespace {

constexpr std::size_t kMostExampleEvents = 100'000;  // a daily range over centuries is a slip

bool is_when(SyntaxKind kind) {
    return kind == SyntaxKind::when_list || kind == SyntaxKind::moment ||
           kind == SyntaxKind::moment_range;
}

}  // namespace

void Resolver::example_subject(const Tree& tree, SyntaxId id, ExampleState& state) {
    const syntax::Node& node = tree[id];
    std::uint32_t kind = 0;
    if (pack_.schema.subjects.empty()) {
        sink_.report(kind::pack_without_subject, node.span);
        return;
    }
    if (!node.text.empty()) {
        const Symbol* symbol = pack_.find(node.text, SymbolKind::subject);
        if (symbol == nullptr) {
            unknown(node.text, node.span, {SymbolKind::subject}, "a subject", "主体");
            return;
        }
        kind = symbol->index;
    }
    const SubjectKind& subject = pack_.schema.subjects[kind];
    core::ExampleSubject out;
    out.kind = kind;
    std::vector<SyntaxId> assigned;
    for (const SyntaxId child : node.children) {
        if (child == kNoNode) continue;
        const syntax::Node& part = tree[child];
        if (part.kind == SyntaxKind::assignment) {
            assigned.push_back(child);
        } else if (out.key.size() < subject.keys.size()) {
            std::string key =
                part.text.empty() && part.has_number ? to_string(part.number) : part.text;
            // A key of two parts may be written with > between them.
            if (subject.keys.size() > 1) {
                std::size_t cut = std::string::npos;
                std::size_t width = 1;
                for (const char* sign : {">", "＞", "→"}) {
                    cut = key.find(sign);
                    width = std::string_view(sign).size();
                    if (cut != std::string::npos) break;
                }
                while (cut != std::string::npos && out.key.size() + 1 < subject.keys.size()) {
                    out.key.push_back(key.substr(0, cut));
                    key.erase(0, cut + width);
                    cut = key.find('>');
                    width = 1;
                }
            }
            out.key.push_back(key);
        } else {
            assigned.push_back(child);
        }
    }
    if (out.key.size() != subject.keys.size()) {
        sink_
            .report(kind::key_parts, node.span,
                {{"name", subject.name, ""}, {"parts", std::to_string(subject.keys.size()), ""},
                    {"given", std::to_string(out.key.size()), ""}})
            .help.push_back({"", fmt::format("write `{} (\"…\", \"…\")`", subject.name),
                fmt::format("请写「{}（\"…\"，\"…\"）」", subject.name)});
        out.key.resize(subject.keys.size());
    }
    if (node.text.empty() && out.key.size() == 1 &&
        pack_.find(out.key[0], SymbolKind::subject) != nullptr) {
        sink_.report(kind::key_like_its_kind, node.span, {{"name", out.key[0], ""}})
            .help.push_back(
                {"", "write `" + out.key[0] + " A1: …`", "请写「" + out.key[0] + " A1：…」"});
    }
    values(tree, assigned, subject.fields, {}, subject.name, state, out.fields, nullptr);
    for (std::uint32_t i = 0; i < state.example.subjects.size(); ++i) {
        if (state.example.subjects[i].kind == kind && state.example.subjects[i].key == out.key) {
            state.subject = i;
            if (!assigned.empty()) state.example.subjects[i].fields = out.fields;
            return;
        }
    }
    state.subject = static_cast<std::uint32_t>(state.example.subjects.size());
    state.example.subjects.push_back(std::move(out));
}

// Its number; kNone when there is none of that name, which is reported.
std::uint32_t Resolver::event_named(const syntax::Node& node) {
    const Symbol* symbol = pack_.find(node.text, SymbolKind::event);
    if (symbol != nullptr) return symbol->index;
    unknown(node.text, node.span, {SymbolKind::event}, "an event", "事件");
    return kNone;
}

void Resolver::example_event(const Tree& tree, SyntaxId id, ExampleState& state) {
    const syntax::Node& node = tree[id];
    const std::uint32_t index = event_named(node);
    if (index == kNone) return;
    const EventType& event = pack_.schema.events[index];
    std::vector<Microseconds> times;
    std::vector<SyntaxId> given;
    for (const SyntaxId child : node.children) {
        if (child == kNoNode) continue;
        if (is_when(tree[child].kind) &&
            (tree[child].kind != SyntaxKind::moment || times.empty())) {
            const std::vector<Microseconds> more =
                moments(tree, child, state, node.op == Op::daily);
            times.insert(times.end(), more.begin(), more.end());
        } else {
            given.push_back(child);
        }
    }
    if (times.empty()) {
        if (!state.wrong_moment) sink_.report(kind::moment_missing, node.span);
        state.wrong_moment = false;
        return;
    }
    core::ExampleEvent out;
    out.event = index;
    out.span = node.span;
    // Without its subjects nothing can be said of the values in the brackets.
    if (subjects_known(index, tree, given, state, node.span)) {
        values(tree, given, event.fields, pack_.event_key_field[index], event.name, state,
            out.fields, nullptr);
        fill_keys(index, out.fields, state, node.span);
    } else {
        out.fields.resize(event.fields.size());
    }
    for (const Microseconds t : times) {
        if (state.example.events.size() >= kMostExampleEvents) {
            sink_.report(kind::too_many_example_events, node.span,
                {{"limit", std::to_string(kMostExampleEvents), ""}});
            return;
        }
        out.time = t;
        state.example.events.push_back(out);
    }
}

void Resolver::remove_events(const Tree& tree, SyntaxId id, ExampleState& state) {
    const syntax::Node& node = tree[id];
    std::uint32_t event = kNone;  // without a name: whatever happens
    if (!node.text.empty() && (event = event_named(node)) == kNone) return;
    std::vector<Microseconds> times;
    bool whole_days = true;
    for (const SyntaxId child : node.children) {
        if (child == kNoNode) continue;
        if (tree[child].kind == SyntaxKind::moment && tree[child].moment.hour >= 0)
            whole_days = false;
        for (const SyntaxId inner : tree[child].children) {
            if (inner != kNoNode && tree[inner].moment.hour >= 0) whole_days = false;
        }
        const std::vector<Microseconds> more = moments(tree, child, state, false);
        times.insert(times.end(), more.begin(), more.end());
    }
    const std::size_t removed =
        std::erase_if(state.example.events, [&](const core::ExampleEvent& e) {
            if (event != kNone && e.event != event) return false;
            if (times.empty()) return true;
            return std::any_of(times.begin(), times.end(), [&](Microseconds t) {
                return whole_days ? zone_->day_of(e.time) == zone_->day_of(t) : e.time == t;
            });
        });
    if (removed == 0)
        sink_.report(kind::example_matches_nothing, node.span, {{"name", state.example.name, ""}});
}

void Resolver::change_events(const Tree& tree, SyntaxId id, ExampleState& state) {
    const syntax::Node& node = tree[id];
    std::uint32_t event = kNone;  // without a name: whatever happens
    if (!node.text.empty() && (event = event_named(node)) == kNone) return;
    std::vector<Microseconds> times;
    std::vector<SyntaxId> given;
    bool whole_day = false;
    for (const SyntaxId child : node.children) {
        if (child == kNoNode) continue;
        if (is_when(tree[child].kind) && times.empty()) {
            const syntax::Node* first = &tree[child];
            if (first->kind == SyntaxKind::when_list && !first->children.empty() &&
                first->children[0] != kNoNode)
                first = &tree[first->children[0]];
            whole_day = first->moment.hour < 0 && first->kind == SyntaxKind::moment;
            times = moments(tree, child, state, false);
        } else {
            given.push_back(child);
        }
    }
    if (given.empty()) {
        // Only a new moment: the last such event moves.
        for (std::size_t i = state.example.events.size(); i-- > 0 && !times.empty();) {
            if (event == kNone || state.example.events[i].event == event) {
                state.example.events[i].time = times[0];
                return;
            }
        }
        sink_.report(kind::example_matches_nothing, node.span, {{"name", state.example.name, ""}});
        return;
    }
    bool found = false;
    core::ExampleEvent* only = nullptr;
    std::size_t candidates = 0;
    for (core::ExampleEvent& e : state.example.events) {
        if (event != kNone && e.event != event) continue;
        ++candidates;
        only = &e;
        const bool hit = std::any_of(times.begin(), times.end(), [&](Microseconds t) {
            return whole_day ? zone_->day_of(e.time) == zone_->day_of(t) : e.time == t;
        });
        if (!times.empty() && !hit) continue;
        const EventType& type = pack_.schema.events[e.event];
        std::vector<core::ExampleValue> changed;
        std::vector<bool> set;
        // Values are given from the end: `05-13 改为 65%` changes the last field of (line, utilisation).
        std::vector<bool> skip = pack_.event_key_field[e.event];
        std::size_t plain = static_cast<std::size_t>(std::count(skip.begin(), skip.end(), false));
        for (std::size_t i = 0; i < skip.size() && plain > given.size(); ++i) {
            if (!skip[i]) {
                skip[i] = true;
                --plain;
            }
        }
        values(tree, given, type.fields, skip, type.name, state, changed, &set);
        for (std::size_t i = 0; i < set.size(); ++i) {
            if (set[i]) e.fields[i] = changed[i];
        }
        found = true;
    }
    if (!found && candidates == 1 && times.size() == 1) {
        // `响应 改 11:00 (…)`: the only one of its kind moves and changes.
        only->time = times[0];
        found = true;
    }
    if (!found)
        sink_.report(kind::example_matches_nothing, node.span, {{"name", state.example.name, ""}});
}

void Resolver::expectation(const Tree& tree, SyntaxId id, ExampleState& state) {
    const syntax::Node& node = tree[id];
    const auto about = [&] {
        return state.subject != kNone && !state.example.subjects.empty()
                   ? state.example.subjects[state.subject].key
                   : std::vector<std::string>();
    };
    if (node.text.empty()) {  // nothing at all
        for (std::uint32_t i = 0; i < pack_.schema.actions.size(); ++i) {
            core::Expectation none;
            none.action = i;
            none.must = false;
            none.span = node.span;
            none.time = kMissing;
            none.fields.resize(pack_.schema.actions[i].fields.size());
            none.checked.resize(pack_.schema.actions[i].fields.size(), false);
            none.key = about();
            state.example.expectations.push_back(std::move(none));
        }
        return;
    }
    const Symbol* symbol = pack_.find(node.text, SymbolKind::action);
    if (symbol == nullptr) {
        state.broken = true;
        unknown(node.text, node.span, {SymbolKind::action}, "an action", "动作");
        return;
    }
    const ActionType& action = pack_.schema.actions[symbol->index];
    core::Expectation out;
    out.action = symbol->index;
    out.must = node.op != Op::must_not;
    out.span = node.span;
    if (node.has_number) out.times = node.number.coefficient;
    std::vector<SyntaxId> given;
    std::vector<std::pair<Microseconds, Microseconds>> times;
    // The moment first: dates of values are read beside it.
    for (const SyntaxId child : node.children) {
        if (child == kNoNode) continue;
        if (is_when(tree[child].kind))
            times = expected_moments(tree, child, state);
        else
            given.push_back(child);
    }
    // `A（日期 05-16）`: a moment may also be the value of a field.
    values(tree, given, action.fields, pack_.action_key_field[symbol->index], action.name, state,
        out.fields, &out.checked);
    out.key = about();
    if (times.empty()) times.emplace_back(kMissing, kMissing);
    for (const auto& [time, day_end] : times) {
        out.time = time;
        out.day_end = day_end;
        state.example.expectations.push_back(out);
    }
}

// `the same list`: the events or the expectations of the example it varies, or of the one before.
void Resolver::same_list(const Tree& tree, SyntaxId id, ExampleState& state) {
    const syntax::Node& node = tree[id];
    if (pack_.examples.empty()) {
        state.broken = true;
        sink_.report(kind::no_list_before, node.span);
        return;
    }
    const std::size_t place = state.base == kNone ? pack_.examples.size() - 1 : state.base;
    const core::Example& from = pack_.examples[place];
    const bool expected = node.op == Op::must;
    if (expected ? from.expectations.empty() : from.events.empty()) {
        state.broken = true;
        sink_.report(kind::no_list_before, node.span);
        return;
    }
    if (expected) {
        for (core::Expectation one : from.expectations) {
            one.span = node.span;
            if (state.subject != kNone && !state.example.subjects.empty())
                one.key = state.example.subjects[state.subject].key;
            state.example.expectations.push_back(std::move(one));
        }
        return;
    }
    for (core::ExampleEvent one : from.events) {
        one.span = node.span;
        // What happened to the subject of that example happens to this one here.
        for (const SubjectReference& reference : pack_.schema.events[one.event].subjects) {
            for (const std::uint32_t key : reference.key_fields) one.fields[key] = {};
        }
        fill_keys(one.event, one.fields, state, node.span);
        state.example.events.push_back(std::move(one));
    }
    state.last = example_last_[place];
}

void Resolver::example_items(const Tree& tree, SyntaxId id, ExampleState& state) {
    const syntax::Node& node = tree[id];
    switch (node.kind) {
    case SyntaxKind::example_subject: example_subject(tree, id, state); break;
    case SyntaxKind::example_event: example_event(tree, id, state); break;
    case SyntaxKind::minus: remove_events(tree, id, state); break;
    case SyntaxKind::change_event: change_events(tree, id, state); break;
    case SyntaxKind::expect: expectation(tree, id, state); break;
    case SyntaxKind::same_list: same_list(tree, id, state); break;
    default: break;
    }
}

void Resolver::examples(std::uint32_t tree_index, SyntaxId id) {
    const Tree& tree = *pack_.trees[tree_index];
    const syntax::Node& node = tree[id];
    ExampleState state;
    for (const SyntaxId child : node.children) {
        if (child == kNoNode || tree[child].kind != SyntaxKind::as_example) continue;
        const auto base = std::find_if(example_places_.begin(), example_places_.end(),
            [&](const auto& entry) { return entry.first == fold(tree[child].text); });
        if (base == example_places_.end()) {
            unknown(
                tree[child].text, tree[child].span, {SymbolKind::example}, "an example", "示例");
            return;
        }
        state.example = pack_.examples[base->second];
        state.base = base->second;
        state.last = example_last_[base->second];
        state.example.expectations.clear();
        if (!state.example.subjects.empty())
            state.subject = static_cast<std::uint32_t>(state.example.subjects.size() - 1);
    }
    state.example.name = node.text;
    state.example.span = node.span;
    declare(
        SymbolKind::example, static_cast<std::uint32_t>(pack_.examples.size()), tree, id, false);
    for (const SyntaxId child : node.children) {
        if (child != kNoNode && tree[child].kind != SyntaxKind::as_example)
            example_items(tree, child, state);
    }
    // One that others build upon may expect nothing itself.
    if (state.example.expectations.empty() && !state.broken &&
        !base_examples_.contains(fold(node.text))) {
        sink_.report(kind::example_expects_nothing, node.span, {{"name", node.text, ""}});
    }
    std::stable_sort(state.example.events.begin(), state.example.events.end(),
        [](const auto& a, const auto& b) { return a.time < b.time; });
    example_places_.emplace_back(
        fold(node.text), static_cast<std::uint32_t>(pack_.examples.size()));
    example_last_.push_back(state.last);
    pack_.examples.push_back(std::move(state.example));
}

}  // namespace clausal::names
