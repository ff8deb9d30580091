#pragma once
// The second form of a pack: declarations as data (Schema), symbol tables, and references into the
// syntax trees for what still has to be typed (parameters, lists, tables, terms, rules). Examples are
// already complete. It differs from the syntax tree in that every declared thing has an index and
// every kind of name its own table. Made by from_syntax.h, read by types/.

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/core/core.h"
#include "compiler/syntax/tree.h"
#include "runtime/events/schema.h"

namespace clausal::names {

enum class SymbolKind : std::uint8_t {
    subject,
    event,
    action,
    field,
    parameter,
    list,
    table,
    term,
    rule,
    example,
    calendar,
    choice,
};
inline constexpr std::size_t kSymbolKinds = 12;

// A place in one of the syntax trees.
struct TreeRef {
    std::uint32_t tree = 0;
    syntax::NodeId node = syntax::kNoNode;
};

struct Symbol {
    SymbolKind kind{};
    std::uint32_t index = 0;  // into the vector of its kind
    // field, choice: what has it
    SymbolKind owner_kind = SymbolKind::event;
    std::uint32_t owner = 0;
    std::string name;
    Span span;
};

// A declaration that is typed later.
struct Declared {
    std::string name;
    TreeRef at;  // its syntax node
    Span span;
    bool imported = false;
};

struct ResolvedPack {
    std::vector<const syntax::SyntaxTree*> trees;
    Schema schema;
    std::vector<Declared> parameters, lists, tables, terms, rules;
    std::vector<core::Example> examples;
    std::vector<Span> subject_spans, event_spans, action_spans;
    // Fields of events and actions that are key parts: filled from the subject.
    std::vector<std::vector<bool>> event_key_field, action_key_field;
    std::unordered_map<std::string, std::vector<Symbol>> symbols;  // by folded name
    // unit code -> as the pack spells it
    std::unordered_map<std::string, std::string> unit_spellings;

    bool has_broken_statements =
        false;  // the parser reported some: names they declare are missing here
    std::vector<const std::map<std::string, std::string>*> list_files;  // by tree; may be nullptr

    const syntax::Node& node(TreeRef ref) const { return (*trees.at(ref.tree))[ref.node]; }
    // All symbols called `name`.
    const std::vector<Symbol>& find(std::string_view name) const;
    // The one of a kind, nullptr if there is none.
    const Symbol* find(std::string_view name, SymbolKind kind) const;
    // The field of an event, subject or action; kNone if there is none.
    std::uint32_t field_of_event(std::uint32_t event, std::string_view name) const;
    std::uint32_t field_of_subject(std::uint32_t subject, std::string_view name) const;
    std::uint32_t field_of_action(std::uint32_t action, std::string_view name) const;
    // The declared spelling nearest to `name` among symbols of the wanted kinds (all if empty).
    const Symbol* nearest(std::string_view name, const std::vector<SymbolKind>& wanted = {}) const;
};

// What a kind of symbol is called, in English and Chinese.
const char* english(SymbolKind kind);
const char* chinese(SymbolKind kind);

}  // namespace clausal::names
