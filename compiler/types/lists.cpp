// Lists of constants: written out, declared, or kept in a file.

#include <algorithm>
#include <set>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

// What makes two items of a list the same.
std::string Elaborator::list_item_key(Id item) const {
    const syntax::Node& node = at(item);
    std::string key = node.has_number ? to_string(node.number) + " " : std::string();
    key += node.kind == SyntaxKind::text ? node.text : names::fold(node.text);
    return key;
}

void Elaborator::list_twice(const std::vector<Id>& items, const std::string& list) {
    std::map<std::string, Id> seen;
    for (const Id item : items) {
        if (at(item).kind == SyntaxKind::also || at(item).kind == SyntaxKind::setting) continue;
        const auto [first, fresh] = seen.emplace(list_item_key(item), item);
        if (fresh) continue;
        Diagnostic& finding = report(
            kind::list_item_twice, at(item).span, {{"item", shown(item), ""}, {"list", list, ""}});
        finding.labels.push_back({at(first->second).span, "the first one", "第一个"});
    }
}

// The items of a declared list are of one kind, and each stands there once.
void Elaborator::check_list(std::uint32_t index) {
    const names::Declared& list = pack_.lists[index];
    const TreeSwitch in(*this, list.at.tree);
    const std::vector<Id> items = children(list.at.node);
    const auto kind_of = [&](Id item) -> std::string {
        switch (at(item).kind) {
        case SyntaxKind::text:
        case SyntaxKind::name: return "text";
        case SyntaxKind::number: return "number";
        case SyntaxKind::percent: return "percent";
        case SyntaxKind::money: return "money";
        case SyntaxKind::quantity: return "quantity";
        default: return {};
        }
    };
    Id first = kNoNode;
    for (const Id item : items) {
        const std::string kind = kind_of(item);
        if (kind.empty()) continue;
        if (first == kNoNode) first = item;
        if (kind == kind_of(first)) continue;
        Diagnostic& finding = report(kind::list_item_type, at(item).span,
            {{"item", shown(item), ""}, {"list", list.name, ""}});
        finding.labels.push_back({at(first).span, "the first item", "第一项"});
        finding.help.push_back(
            {"", "the items of a list are all texts, all numbers, or all of one unit",
                "名单的各项须都是文本、都是数，或都是同一单位的数量"});
        return;
    }
    list_twice(items, list.name);
}

// The lines of a list file, as the type wants them.
bool Elaborator::list_from_file(Id item, std::uint32_t in_tree, core::ConstantList* list) {
    const auto* files = pack_.list_files.at(in_tree);
    if (files == nullptr) return false;
    const auto found = files->find(at(item).text);
    if (found == files->end()) return false;  // reported by the loader
    std::size_t begin = 0;
    std::set<std::string> seen;
    while (begin <= found->second.size()) {
        std::size_t end = found->second.find('\n', begin);
        if (end == std::string::npos) end = found->second.size();
        std::string line = found->second.substr(begin, end - begin);
        begin = end + 1;
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
            line.pop_back();
        if (line.rfind("\xef\xbb\xbf", 0) == 0) line.erase(0, 3);
        if (line.empty()) continue;
        if (!seen.insert(line).second &&
            checked_list_files_.insert(line + "\n" + list->name).second) {
            report(kind::list_item_twice, at(item).span,
                {{"item", line, ""}, {"list", list->name, ""}});
        }
        if (list->type.kind == TypeKind::text || list->type.kind == TypeKind::texts) {
            list->texts.push_back(line);
            continue;
        }
        Rational value;
        const auto number = parse_decimal(line);
        const bool plain_number = list->type.kind == TypeKind::number ||
                                  list->type.kind == TypeKind::integer ||
                                  list->type.kind == TypeKind::money;
        if (!plain_number || !number || number->decimals < 0 || number->decimals > 18 ||
            make_rational(number->coefficient, power_of_ten(number->decimals), &value) !=
                Fault::none) {
            report(kind::list_item_type, at(item).span,
                {{"item", line, ""}, {"list", list->name, ""}});
            return false;
        }
        list->numbers.push_back(value);
    }
    return true;
}

std::uint32_t Elaborator::list_of(Id id, const Type& type, const names::Symbol* declared) {
    core::ConstantList list;
    list.type = type;
    std::vector<Id> items;
    std::uint32_t in_tree = tree_index_;
    if (declared != nullptr || at(id).kind == SyntaxKind::name) {
        const names::Symbol* symbol =
            declared != nullptr ? declared : pack_.find(at(id).text, SymbolKind::list);
        if (symbol == nullptr) {
            report(kind::unknown_name, at(id).span,
                {{"name", at(id).text, ""}, {"wanted", "list", "名单"}});
            return kNone;
        }
        list.name = pack_.lists[symbol->index].name;
        in_tree = pack_.lists[symbol->index].at.tree;
        const TreeSwitch in(*this, in_tree);
        items = children(pack_.lists[symbol->index].at.node);
    } else {
        items = children(id);
    }
    const TreeSwitch in(*this, in_tree);
    if (list.name.empty()) list_twice(items, "…");  // declared ones were looked at once
    for (const Id item : items) {
        if (at(item).kind == SyntaxKind::also) continue;
        const std::string text = at(item).text;
        bool fits = false;
        if (at(item).kind == SyntaxKind::setting) {
            if (!list_from_file(item, in_tree, &list)) return kNone;
            continue;
        }
        if (type.kind == TypeKind::text || type.kind == TypeKind::texts) {
            fits = at(item).kind == SyntaxKind::text || at(item).kind == SyntaxKind::name;
            if (at(item).kind == SyntaxKind::number) {  // codes written without quotes
                list.texts.push_back(to_string(at(item).number));
                continue;
            }
            if (fits) list.texts.push_back(text);
        } else if (type.kind == TypeKind::choice) {
            for (std::size_t i = 0; i < type.choices.size(); ++i) {
                if (names::fold(type.choices[i]) == names::fold(text)) {
                    list.codes.push_back(static_cast<std::int64_t>(i));
                    fits = true;
                }
            }
        } else if (is_numeric(type.kind)) {
            Result typed = value_result(kNone, type, at(item).span);
            Result given = literal(item);
            if (given.ok() && given.is_constant && is_numeric(given.type.kind)) {
                fits = unify(typed, given, at(item).span, list.name, shown(item));
                if (!fits) return kNone;
                list.numbers.push_back(given.constant);
            }
        }
        if (!fits) {
            report(kind::list_item_type, at(item).span,
                {{"item", shown(item), ""}, {"list", list.name.empty() ? "…" : list.name, ""}});
            return kNone;
        }
    }
    for (std::uint32_t i = 0; i < out_.core.lists.size(); ++i) {
        const core::ConstantList& other = out_.core.lists[i];
        const bool same_numbers =
            other.numbers.size() == list.numbers.size() &&
            std::equal(other.numbers.begin(), other.numbers.end(), list.numbers.begin(),
                [](const Rational& a, const Rational& b) { return clausal::compare(a, b) == 0; });
        if (other.name == list.name && other.type == list.type && other.texts == list.texts &&
            other.codes == list.codes && same_numbers)
            return i;
    }
    out_.core.lists.push_back(std::move(list));
    return static_cast<std::uint32_t>(out_.core.lists.size() - 1);
}

Result Elaborator::contains(Id id, const Scope& scope) {
    const Result of = value(child(id, 0), scope);
    if (!of.ok()) return fail();
    if (of.type.kind != TypeKind::text && of.type.kind != TypeKind::texts) {
        report(kind::type_mismatch, at(id).span,
            {{"left", shown(child(id, 0)), ""},
                {"left_type", type_text(of, false), type_text(of, true)}, {"right", "…", ""},
                {"right_type", "text", "文本"}});
        return fail();
    }
    core::Node node = make(CoreKind::contains, {of.node});
    for (const Id word : children(id, 1)) {
        if (at(word).kind == SyntaxKind::items) {
            for (const Id inner : children(word)) node.words.push_back(at(inner).text);
        } else {
            node.words.push_back(at(word).text);
        }
    }
    for (const std::string& word : node.words) {
        if (!word.empty()) continue;
        report(kind::constant_condition, at(id).span, {{"truth", "true", "真"}});
        return fail();
    }
    if (of.type.kind == TypeKind::texts) {  // one of the texts is one of the words
        core::Node words = make(CoreKind::constant);
        words.type.kind = TypeKind::texts;
        words.words = std::move(node.words);
        node = make(CoreKind::overlaps, {of.node, add(std::move(words), at(id).span)});
    }
    return state_result(add(std::move(node), at(id).span), at(id).span);
}

Result Elaborator::overlaps(Id id, const Scope& scope) {
    const Result left = value(child(id, 0), scope);
    const Result right = value(child(id, 1), scope);
    if (!left.ok() || !right.ok()) return fail();
    if (left.type.kind != TypeKind::texts || right.type.kind != TypeKind::texts) {
        report(kind::type_mismatch, at(id).span,
            {{"left", shown(child(id, 0)), ""},
                {"left_type", type_text(left, false), type_text(left, true)},
                {"right", shown(child(id, 1)), ""},
                {"right_type", type_text(right, false), type_text(right, true)}});
        return fail();
    }
    return state_result(
        add(make(CoreKind::overlaps, {left.node, right.node}), at(id).span), at(id).span);
}

}  // namespace clausal::types
