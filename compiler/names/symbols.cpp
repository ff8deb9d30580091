#include <algorithm>

#include "compiler/names/resolved.h"
#include "compiler/names/words.h"

namespace clausal::names {
namespace {

struct KindWords {
    const char* english;
    const char* chinese;
};
constexpr KindWords kKindWords[kSymbolKinds] = {
    {"a subject", "主体"},
    {"an event", "事件"},
    {"an action", "动作"},
    {"a field", "字段"},
    {"a parameter", "参数"},
    {"a list", "名单"},
    {"a decision table", "决策表"},
    {"a term", "术语"},
    {"a rule", "规则"},
    {"an example", "示例"},
    {"a calendar", "日历"},
    {"a choice", "选项"},
};

std::uint32_t place_of(const std::vector<Field>& fields, std::string_view name) {
    const std::string wanted = fold(name);
    for (std::uint32_t i = 0; i < fields.size(); ++i) {
        if (fold(fields[i].name) == wanted) return i;
    }
    return kNone;
}

}  // namespace

const char* english(SymbolKind kind) { return kKindWords[static_cast<std::size_t>(kind)].english; }
const char* chinese(SymbolKind kind) { return kKindWords[static_cast<std::size_t>(kind)].chinese; }

const std::vector<Symbol>& ResolvedPack::find(std::string_view name) const {
    static const std::vector<Symbol> kNoSymbols;
    const auto found = symbols.find(fold(name));
    return found == symbols.end() ? kNoSymbols : found->second;
}

const Symbol* ResolvedPack::find(std::string_view name, SymbolKind kind) const {
    for (const Symbol& symbol : find(name)) {
        if (symbol.kind == kind) return &symbol;
    }
    return nullptr;
}

namespace {

// A field may be written with one of its other spellings.
std::uint32_t place_by_symbol(
    const ResolvedPack& pack, SymbolKind owner_kind, std::uint32_t owner, std::string_view name) {
    for (const Symbol& symbol : pack.find(name)) {
        if (symbol.kind == SymbolKind::field && symbol.owner_kind == owner_kind &&
            symbol.owner == owner)
            return symbol.index;
    }
    return kNone;
}

}  // namespace

std::uint32_t ResolvedPack::field_of_event(std::uint32_t event, std::string_view name) const {
    const std::uint32_t place = place_of(schema.events.at(event).fields, name);
    return place != kNone ? place : place_by_symbol(*this, SymbolKind::event, event, name);
}

std::uint32_t ResolvedPack::field_of_subject(std::uint32_t subject, std::string_view name) const {
    const std::uint32_t place = place_of(schema.subjects.at(subject).fields, name);
    return place != kNone ? place : place_by_symbol(*this, SymbolKind::subject, subject, name);
}

std::uint32_t ResolvedPack::field_of_action(std::uint32_t action, std::string_view name) const {
    const std::uint32_t place = place_of(schema.actions.at(action).fields, name);
    return place != kNone ? place : place_by_symbol(*this, SymbolKind::action, action, name);
}

const Symbol* ResolvedPack::nearest(
    std::string_view name, const std::vector<SymbolKind>& wanted) const {
    const std::string folded = fold(name);
    const std::size_t length = code_points(folded).size();
    const Symbol* best = nullptr;
    std::size_t best_distance = std::max<std::size_t>(1, length / 3) + 1;
    for (const auto& [key, list] : symbols) {
        for (const Symbol& symbol : list) {
            if (!wanted.empty() &&
                std::find(wanted.begin(), wanted.end(), symbol.kind) == wanted.end())
                continue;
            const std::size_t far = distance(folded, key);
            if (far == 0) continue;
            // The spelling decides between equally near ones, so that the answer is stable.
            if (far < best_distance ||
                (best != nullptr && far == best_distance && symbol.name < best->name)) {
                best = &symbol;
                best_distance = far;
            }
        }
    }
    return best;
}

}  // namespace clausal::names
