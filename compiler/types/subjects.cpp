// Which subject a rule is about (SEMANTICS 9).

#include <algorithm>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

void Elaborator::mentioned(
    TreeRef ref, Mentioned& out, std::set<std::uint32_t>& terms, int depth) const {
    if (ref.node == kNoNode || depth > 300) return;
    const syntax::Node& node = pack_.node(ref);
    if (node.kind == SyntaxKind::also || node.kind == SyntaxKind::text) return;
    if (node.kind == SyntaxKind::name || node.kind == SyntaxKind::field_of ||
        node.kind == SyntaxKind::call) {
        out.words.insert(names::fold(node.text));
        bool is_event = false;
        std::vector<std::uint32_t> owners;
        bool other = false;
        std::uint32_t subject = kNone;
        for (const names::Symbol& symbol : pack_.find(node.text)) {
            if (symbol.kind == SymbolKind::event && node.kind == SyntaxKind::name) {
                out.events.insert(symbol.index);
                is_event = true;
            }
            if (symbol.kind == SymbolKind::action && node.kind == SyntaxKind::name)
                out.actions.insert(symbol.index);
            if (symbol.kind == SymbolKind::subject) subject = symbol.index;
            if (symbol.kind == SymbolKind::parameter) other = true;
            if (symbol.kind == SymbolKind::term) {
                other = true;
                if (terms.insert(symbol.index).second)
                    mentioned(pack_.terms[symbol.index].at, out, terms, depth + 1);
            }
            if (symbol.kind == SymbolKind::field && symbol.owner_kind == SymbolKind::event &&
                !pack_.event_key_field[symbol.owner][symbol.index])
                owners.push_back(symbol.owner);
        }
        if (subject != kNone && !is_event) out.subjects.insert(subject);
        // A bare field stands for the only event that has it.
        const bool owned =
            node.kind == SyntaxKind::field_of && !node.children.empty() &&
            node.children[0] != kNoNode &&
            pack_.find(pack_.node({ref.tree, node.children[0]}).text, SymbolKind::event) != nullptr;
        if (!is_event && !other && !owned && owners.size() == 1) out.events.insert(owners[0]);
    }
    if (node.kind == SyntaxKind::for_subject) {
        if (const names::Symbol* subject = pack_.find(node.text, SymbolKind::subject))
            out.subjects.insert(subject->index);
        out.words.insert(names::fold(node.text));  // perhaps a role
    }
    for (const Id inner : node.children) mentioned({ref.tree, inner}, out, terms, depth + 1);
}

bool Elaborator::has_role(std::uint32_t kind, const std::string& folded) const {
    for (const EventType& event : pack_.schema.events) {
        for (const SubjectReference& reference : event.subjects) {
            if (reference.kind == kind && !reference.role.empty() &&
                names::fold(reference.role) == folded)
                return true;
        }
    }
    return false;
}

// The roles that are stated as such (`payer customer has …`), not those that are read as fields.
void Elaborator::stated_roles(TreeRef ref, std::set<std::string>& out, int depth) const {
    if (ref.node == kNoNode || depth > 300) return;
    const syntax::Node& node = pack_.node(ref);
    if (node.kind == SyntaxKind::for_subject) {
        const std::string folded = names::fold(node.text);
        for (std::uint32_t kind = 0; kind < pack_.schema.subjects.size(); ++kind) {
            if (has_role(kind, folded)) out.insert(folded);
        }
    }
    for (const Id inner : node.children) stated_roles({ref.tree, inner}, out, depth + 1);
}

std::optional<std::uint32_t> Elaborator::rule_subject(const names::Declared& rule, Span span) {
    const syntax::SyntaxTree& tree = *pack_.trees[rule.at.tree];
    Mentioned words;
    std::set<std::uint32_t> terms;
    const auto& parts = tree[rule.at.node].children;
    if (!parts.empty()) mentioned({rule.at.tree, parts[0]}, words, terms, 0);
    role_.clear();
    std::vector<std::uint32_t> candidates;
    for (std::uint32_t kind = 0; kind < pack_.schema.subjects.size(); ++kind)
        candidates.push_back(kind);
    std::uint32_t conflicting = kNone;
    for (const std::uint32_t event : words.events) {
        const auto& references = pack_.schema.events[event].subjects;
        if (references.empty()) continue;
        std::vector<std::uint32_t> left;
        for (const std::uint32_t kind : candidates) {
            if (std::any_of(references.begin(), references.end(),
                    [&](const SubjectReference& r) { return r.kind == kind; }))
                left.push_back(kind);
        }
        if (left.empty())
            conflicting = event;
        else
            candidates = left;
    }
    // A role that the rule states is that of all its events which are not spoken of in another one.
    std::set<std::string> roles;
    for (const Id part : parts) stated_roles({rule.at.tree, part}, roles, 0);
    if (roles.size() == 1) role_ = *roles.begin();
    if (!roles.empty()) {
        std::vector<std::uint32_t> left;
        for (const std::uint32_t kind : candidates) {
            if (std::all_of(roles.begin(), roles.end(),
                    [&](const std::string& role) { return has_role(kind, role); }))
                left.push_back(kind);
        }
        if (!left.empty()) candidates = left;
    }
    for (const std::uint32_t action : words.actions) {
        // A firing belongs to the subject whose key its action records.
        std::vector<std::uint32_t> left;
        for (const std::uint32_t kind : candidates) {
            const ActionType& type = pack_.schema.actions[action];
            for (std::size_t i = 0; i < type.fields.size(); ++i) {
                if (pack_.action_key_field[action][i] &&
                    names::fold(type.fields[i].name) ==
                        names::fold(pack_.schema.subjects[kind].keys[0])) {
                    left.push_back(kind);
                    break;
                }
            }
        }
        if (!left.empty()) candidates = left;
    }
    if (pack_.schema.subjects.empty()) {
        report(kind::pack_without_subject, span);
        return std::nullopt;
    }
    // A subject that the rule names decides among those that its events share.
    for (const std::uint32_t kind : words.subjects) {
        if (std::find(candidates.begin(), candidates.end(), kind) != candidates.end()) return kind;
    }
    if (candidates.size() == 1 || conflicting != kNone) return candidates.front();
    // Else the subject of its actions.
    std::vector<std::uint32_t> by_action;
    for (const std::uint32_t kind : candidates) {
        bool all = true;
        bool some = false;
        for (const Id part : parts) {
            if (part == kNoNode || tree[part].kind != SyntaxKind::trigger) continue;
            const names::Symbol* action = pack_.find(tree[part].text, SymbolKind::action);
            if (action == nullptr) continue;
            bool has = false;
            for (std::size_t i = 0; i < pack_.schema.actions[action->index].fields.size(); ++i) {
                has = has || (pack_.action_key_field[action->index][i] &&
                                 names::fold(pack_.schema.actions[action->index].fields[i].name) ==
                                     names::fold(pack_.schema.subjects[kind].keys[0]));
            }
            some = some || has;
            all = all && has;
        }
        if (some && all) by_action.push_back(kind);
    }
    if (by_action.size() == 1) return by_action[0];
    std::string choices;
    for (const std::uint32_t kind : candidates)
        choices += (choices.empty() ? "" : ", ") + pack_.schema.subjects[kind].name;
    Diagnostic& finding = report(kind::which_subject, span, {{"choices", choices, ""}});
    for (const std::uint32_t kind : candidates) {
        const std::string& name = pack_.schema.subjects[kind].name;
        finding.help.push_back({"", "for each " + name + ": `when a " + name + " has …`",
            "对每个 " + name + "：写「当 " + name + " 有 …」"});
    }
    return std::nullopt;
}

}  // namespace clausal::types
