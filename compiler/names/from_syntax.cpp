#include "compiler/names/from_syntax.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/names/resolver.h"
#include "compiler/names/words.h"

namespace clausal::names {
namespace {

constexpr int kMaxDepth = 400;  // of syntax nodes; the parser allows less

template <typename Visit>
void each_statement(const std::vector<TreeInput>& inputs, Visit visit) {
    for (std::uint32_t i = 0; i < inputs.size(); ++i) {
        const Tree& tree = *inputs[i].tree;
        if (tree.root == kNoNode) continue;
        for (const SyntaxId id : tree[tree.root].children) {
            if (id != kNoNode) visit(i, tree, id);
        }
    }
}

}  // namespace

void Resolver::run(const std::vector<TreeInput>& inputs) {
    inputs_ = inputs;
    for (const TreeInput& input : inputs) {
        pack_.trees.push_back(input.tree);
        pack_.list_files.push_back(input.files);
        folder_of_[input.tree] = input.folder;
    }
    each_statement(inputs, [&](std::uint32_t, const Tree& tree, SyntaxId id) {
        pack_.has_broken_statements |= tree[id].kind == SyntaxKind::error;
    });
    // Later declarations refer to earlier kinds: one walk for each.
    all_settings();
    each_statement(inputs, [&](std::uint32_t, const Tree& tree, SyntaxId id) {
        if (tree[id].kind == SyntaxKind::subject) subject(tree, id);
        if (tree[id].kind == SyntaxKind::calendar) calendar(tree, id);
    });
    each_statement(inputs, [&](std::uint32_t, const Tree& tree, SyntaxId id) {
        if (tree[id].kind == SyntaxKind::event) event(tree, id);
        if (tree[id].kind == SyntaxKind::action) action(tree, id);
    });
    each_statement(inputs, [&](std::uint32_t i, const Tree& tree, SyntaxId id) {
        const bool imported = inputs[i].imported;
        switch (tree[id].kind) {
        case SyntaxKind::parameter:
            named(pack_.parameters, SymbolKind::parameter, i, id, imported);
            parameter_type(tree, id);
            break;
        case SyntaxKind::list: named(pack_.lists, SymbolKind::list, i, id, imported); break;
        case SyntaxKind::table: named(pack_.tables, SymbolKind::table, i, id, imported); break;
        case SyntaxKind::term: named(pack_.terms, SymbolKind::term, i, id, imported); break;
        case SyntaxKind::rule:
            if (!tree[id].text.empty())
                declare(SymbolKind::rule, static_cast<std::uint32_t>(pack_.rules.size()), tree, id);
            pack_.rules.push_back({tree[id].text, {i, id}, tree[id].span, imported});
            break;
        default: break;
        }
    });
    // Words that only tables and lists hold are values wherever one is compared with them.
    each_statement(inputs, [&](std::uint32_t, const Tree& tree, SyntaxId id) {
        const auto value = [&](SyntaxId cell) {
            if (cell == kNoNode || tree[cell].text.empty() ||
                (tree[cell].kind != SyntaxKind::text && tree[cell].kind != SyntaxKind::name))
                return;
            std::vector<Symbol>& list = pack_.symbols[fold(tree[cell].text)];
            const bool known = std::any_of(list.begin(), list.end(),
                [](const Symbol& symbol) { return symbol.kind == SymbolKind::choice; });
            if (!known)
                list.push_back({SymbolKind::choice, 0, SymbolKind::table, kNone, tree[cell].text,
                    tree[cell].span});
        };
        if (tree[id].kind == SyntaxKind::list) {
            for (const SyntaxId item : tree[id].children) value(item);
        }
        if (tree[id].kind != SyntaxKind::table) return;
        for (const SyntaxId row : tree[id].children) {
            if (row == kNoNode || tree[row].kind != SyntaxKind::table_row) continue;
            for (const SyntaxId cell : tree[row].children) value(cell);
        }
    });
    each_statement(inputs, [&](std::uint32_t, const Tree& tree, SyntaxId id) {
        if (tree[id].kind == SyntaxKind::source) source(tree, id);
        if (tree[id].kind != SyntaxKind::subject) return;
        const Symbol* symbol = pack_.find(tree[id].text, SymbolKind::subject);
        for (const SyntaxId child : tree[id].children) {
            if (symbol != nullptr && child != kNoNode &&
                tree[child].kind == SyntaxKind::register_source)
                register_source(tree, child, symbol->index);
        }
    });
    look_alikes();
    check_terms();
    check_outputs();
    zone_ = Zone::open(pack_.schema.zone);
    if (!zone_) zone_ = Zone::utc();
    each_statement(inputs, [&](std::uint32_t, const Tree& tree, SyntaxId id) {
        if (tree[id].kind != SyntaxKind::example) return;
        for (const SyntaxId child : tree[id].children) {
            if (child != kNoNode && tree[child].kind == SyntaxKind::as_example) {
                base_examples_.insert(fold(tree[child].text));
            }
        }
    });
    each_statement(inputs, [&](std::uint32_t i, const Tree& tree, SyntaxId id) {
        if (tree[id].kind == SyntaxKind::example && !inputs[i].imported) examples(i, id);
    });
}

// Terms that the expression at `at` mentions.
void Resolver::terms_in(TreeRef at, std::vector<std::uint32_t>& out, int depth) const {
    if (at.node == kNoNode || depth > kMaxDepth) return;
    const syntax::Node& node = pack_.node(at);
    if (node.kind == SyntaxKind::name) {
        if (const Symbol* symbol = pack_.find(node.text, SymbolKind::term))
            out.push_back(symbol->index);
    }
    for (const SyntaxId child : node.children) terms_in({at.tree, child}, out, depth + 1);
}

void Resolver::check_terms() {
    const std::size_t count = pack_.terms.size();
    std::vector<std::vector<std::uint32_t>> uses(count);
    for (std::size_t i = 0; i < count; ++i) {
        const TreeRef at = pack_.terms[i].at;
        for (const SyntaxId child : pack_.node(at).children) {
            if (child == kNoNode || pack_.node({at.tree, child}).kind == SyntaxKind::also) continue;
            terms_in({at.tree, child}, uses[i], 0);
        }
        // `term X = field X of …` names the field: a term is never its own direct operand.
        const bool other_kind = pack_.find(pack_.terms[i].name).size() > 1;
        if (other_kind) std::erase(uses[i], static_cast<std::uint32_t>(i));
    }
    std::vector<int> state(count, 0);
    for (std::uint32_t start = 0; start < count; ++start) {
        // Depth-first without recursion: hostile packs chain thousands of terms.
        std::vector<std::pair<std::uint32_t, std::size_t>> stack;
        if (state[start] == 0) stack.emplace_back(start, 0);
        while (!stack.empty()) {
            auto& [term, next] = stack.back();
            state[term] = 1;
            if (next == uses[term].size()) {
                state[term] = 2;
                stack.pop_back();
                continue;
            }
            const std::uint32_t to = uses[term][next++];
            if (state[to] == 0) {
                stack.emplace_back(to, 0);
            } else if (state[to] == 1) {
                std::string path;
                bool in = false;
                for (const auto& entry : stack) {
                    in = in || entry.first == to;
                    if (in) path += pack_.terms[entry.first].name + " → ";
                }
                path += pack_.terms[to].name;
                sink_
                    .report(kind::cyclic_term, pack_.terms[to].span,
                        {{"name", pack_.terms[to].name, ""}, {"path", path, ""}})
                    .help.push_back({"", "say one of them without the others",
                        "请让其中一个术语的定义不再用到其他几个"});
            }
        }
    }
}

// Actions that rules name, and fields that they give.
void Resolver::check_outputs() {
    for (const Declared& rule : pack_.rules) {
        const Tree& tree = *pack_.trees[rule.at.tree];
        for (const SyntaxId child : tree[rule.at.node].children) {
            if (child == kNoNode || tree[child].kind != SyntaxKind::trigger) continue;
            const syntax::Node& trigger = tree[child];
            const Symbol* action = pack_.find(trigger.text, SymbolKind::action);
            if (action == nullptr) {
                unknown(trigger.text, trigger.span, {SymbolKind::action}, "an action", "动作");
                continue;
            }
            for (const SyntaxId inner : trigger.children) {
                if (inner == kNoNode || tree[inner].kind != SyntaxKind::assignment ||
                    tree[inner].text.empty())
                    continue;
                if (pack_.field_of_action(action->index, tree[inner].text) == kNone) {
                    unknown_field(tree[inner].text, tree[inner].span, trigger.text,
                        pack_.schema.actions[action->index].fields);
                }
            }
        }
    }
}

ResolvedPack resolve(const std::vector<TreeInput>& trees, Sink& sink) {
    ResolvedPack pack;
    Resolver(pack, sink).run(trees);
    return pack;
}

}  // namespace clausal::names
