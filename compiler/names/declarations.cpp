#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/names/print.h"
#include "compiler/names/resolver.h"
#include "compiler/names/units.h"
#include "compiler/names/words.h"

namespace clausal::names {
namespace {

constexpr std::size_t kMostFields =
    1000;  // of one declaration; a table of the store holds 2,000 columns

}  // namespace

void Resolver::unknown(std::string_view name, Span span, const std::vector<SymbolKind>& wanted,
    const char* wanted_en, const char* wanted_zh) {
    const std::vector<Symbol>& others = pack_.find(name);
    if (!others.empty()) {
        Diagnostic& finding = sink_.report(kind::wrong_kind, span,
            {{"name", std::string(name), ""},
                {"what", english(others[0].kind), chinese(others[0].kind)},
                {"wanted", wanted_en, wanted_zh}});
        finding.labels.push_back({others[0].span, "declared here", "在这里声明"});
        return;
    }
    // The statement that declares it has been reported already.
    if (pack_.has_broken_statements) return;
    std::string bare = wanted_en;
    if (bare.rfind("an ", 0) == 0) bare.erase(0, 3);
    if (bare.rfind("a ", 0) == 0) bare.erase(0, 2);
    Diagnostic& finding = sink_.report(
        kind::unknown_name, span, {{"name", std::string(name), ""}, {"wanted", bare, wanted_zh}});
    if (const Symbol* near = pack_.nearest(name, wanted)) {
        finding.labels.push_back({near->span, fmt::format("nearest: `{}`", near->name),
            fmt::format("最接近的是 `{}`", near->name)});
        finding.fixes.push_back({span, near->name, false});
    }
}

std::string Resolver::words(const std::vector<Field>& fields) const {
    std::string out;
    for (const Field& field : fields) {
        if (!out.empty()) out += ", ";
        out += field.name;
    }
    return out.empty() ? "-" : out;
}

void Resolver::unknown_field(
    std::string_view name, Span span, const std::string& owner, const std::vector<Field>& fields) {
    Diagnostic& finding = sink_.report(kind::unknown_field, span,
        {{"owner", owner, ""}, {"name", std::string(name), ""}, {"fields", words(fields), ""}});
    const Field* best = nullptr;
    std::size_t near = code_points(name).size() / 3 + 2;
    for (const Field& field : fields) {
        const std::size_t far = distance(fold(name), fold(field.name));
        if (far < near) {
            near = far;
            best = &field;
        }
    }
    if (best != nullptr) finding.fixes.push_back({span, best->name, false});
}

void Resolver::add_symbol(Symbol symbol, const std::string& spelling) {
    std::vector<Symbol>& list = pack_.symbols[fold(spelling)];
    // What is used by its bare name alone has the name for itself.
    const auto bare = [](SymbolKind kind) {
        return kind == SymbolKind::parameter || kind == SymbolKind::list ||
               kind == SymbolKind::term || kind == SymbolKind::table;
    };
    for (const Symbol& other : list) {
        if (other.kind != symbol.kind && bare(other.kind) && bare(symbol.kind)) {
            Diagnostic& finding = sink_.report(kind::duplicate_name, symbol.span,
                {{"name", spelling, ""},
                    {"what", fmt::format("{} and as {}", english(other.kind), english(symbol.kind)),
                        fmt::format("{}和{}", chinese(other.kind), chinese(symbol.kind))}});
            finding.labels.push_back({other.span, "declared here before", "先在这里声明"});
            finding.help.push_back(
                {"", "give one of the two another name", "请给其中一个换个名称"});
            return;
        }
        if (other.kind != symbol.kind) continue;
        if ((symbol.kind == SymbolKind::field || symbol.kind == SymbolKind::choice) &&
            (other.owner_kind != symbol.owner_kind || other.owner != symbol.owner)) {
            continue;
        }
        if (other.index == symbol.index) return;
        Diagnostic& finding = sink_.report(kind::duplicate_name, symbol.span,
            {{"name", spelling, ""}, {"what", english(symbol.kind), chinese(symbol.kind)}});
        finding.labels.push_back({other.span, "declared here before", "先在这里声明"});
        finding.help.push_back({"", "give one of the two another name", "请给其中一个换个名称"});
        return;
    }
    list.push_back(std::move(symbol));
}

void Resolver::declare(
    SymbolKind kind, std::uint32_t index, const Tree& tree, SyntaxId id, bool with_also) {
    const syntax::Node& node = tree[id];
    Symbol symbol{kind, index, SymbolKind::event, 0, node.text, node.span};
    add_symbol(symbol, node.text);
    if (!with_also) return;
    for (const SyntaxId child : node.children) {
        if (child == kNoNode || tree[child].kind != SyntaxKind::also) continue;
        if (fold(tree[child].text) != fold(node.text)) add_symbol(symbol, tree[child].text);
    }
}

void Resolver::named(
    std::vector<Declared>& list, SymbolKind kind, std::uint32_t tree, SyntaxId id, bool imported) {
    const Tree& t = *pack_.trees[tree];
    declare(kind, static_cast<std::uint32_t>(list.size()), t, id);
    list.push_back({t[id].text, {tree, id}, t[id].span, imported});
}

std::string Resolver::inherited(const std::string& pack, std::string PackSettings::* setting,
    std::set<std::string>& seen) const {
    const auto found = packs_.find(pack);
    if (found == packs_.end() || !seen.insert(pack).second) return {};
    if (!(found->second.*setting).empty()) return found->second.*setting;
    for (const std::string& other : found->second.imports) {
        std::string value = inherited(other, setting, seen);
        if (!value.empty()) return value;
    }
    return {};
}

const Resolver::PackSettings& Resolver::settings_of(const Tree& tree) const {
    return packs_.at(pack_of_.at(&tree));
}

std::string Resolver::foreign_zone(const Tree& tree) const {
    const std::string& zone = settings_of(tree).zone;
    return zone == pack_.schema.zone ? std::string() : zone;
}

// Settings of this pack and of each imported one: an imported declaration means what it means there.
void Resolver::all_settings() {
    packs_[""];
    for (const TreeInput& input : inputs_) {
        const Tree& tree = *input.tree;
        std::string& key = pack_of_[&tree];
        if (tree.root == kNoNode) continue;
        for (const SyntaxId id : tree[tree.root].children) {
            if (input.imported && id != kNoNode && tree[id].kind == SyntaxKind::pack) {
                key = fold(tree[id].text);
            }
        }
        PackSettings& own = packs_[key];
        for (const SyntaxId id : tree[tree.root].children) {
            if (id == kNoNode) continue;
            own.has_rules |= tree[id].kind == SyntaxKind::rule;
            if (tree[id].kind == SyntaxKind::import) own.imports.push_back(fold(tree[id].text));
            if (tree[id].kind == SyntaxKind::pack) settings(tree, id, input.imported);
        }
    }
    std::map<std::string, PackSettings> complete = packs_;
    for (auto& [name, own] : complete) {
        std::set<std::string> zones, currencies;
        own.zone = inherited(name, &PackSettings::zone, zones);
        own.currency = inherited(name, &PackSettings::currency, currencies);
    }
    const PackSettings& main = complete[""];
    if (!main.zone.empty()) pack_.schema.zone = main.zone;
    pack_.schema.currency = main.currency;
    for (auto& [name, own] : complete) {
        if (own.zone.empty()) own.zone = pack_.schema.zone;
        if (own.currency.empty()) own.currency = pack_.schema.currency;
        if (own.has_rules && own.zone != pack_.schema.zone && own.zone_span.file != Span::kNoFile)
            sink_.report(kind::imported_zone, own.zone_span,
                {{"zone", own.zone, ""}, {"own", pack_.schema.zone, ""}});
    }
    packs_ = std::move(complete);
}

void Resolver::settings(const Tree& tree, SyntaxId id, bool imported) {
    const syntax::Node& node = tree[id];
    if (!imported) {
        if (has_pack_ && fold(node.text) != fold(pack_.schema.pack)) {
            Diagnostic& finding = sink_.report(kind::second_pack, node.span);
            finding.labels.push_back({pack_span_, "the first one", "第一个声明"});
            return;
        }
        has_pack_ = true;
        pack_span_ = node.span;
        pack_.schema.pack = node.text;
    }
    for (const SyntaxId child : node.children) {
        if (child == kNoNode || tree[child].kind != SyntaxKind::setting) continue;
        const syntax::Node& setting = tree[child];
        std::string text = setting.text;
        const SyntaxId value = setting.children.empty() ? kNoNode : setting.children[0];
        if (text.empty() && value != kNoNode) text = tree[value].text;
        text = normalised(text);
        PackSettings& own = packs_[pack_of_.at(&tree)];
        if (setting.op == Op::zone) {
            own.zone = text;
            own.zone_span = setting.span;
            if (!Zone::open(text))
                sink_.report(kind::unknown_zone, setting.span, {{"name", text, ""}});
        } else if (setting.op == Op::version && !imported) {
            pack_.schema.version = text;
        } else if (setting.op == Op::currency) {
            own.currency = currency_code(text);
        } else if (setting.op == Op::lateness && !imported && value != kNoNode) {
            const auto length = duration_of(tree[value]);
            if (length) pack_.schema.lateness = *length;
        }
    }
}

std::string Resolver::data_file(const Tree& tree, const std::string& written) const {
    const std::string& folder = folder_of_.at(&tree);
    if (folder.empty() || written.empty() || written.front() == '/') return written;
    return (std::filesystem::path(folder) / written).lexically_normal().string();
}

void Resolver::calendar(const Tree& tree, SyntaxId id) {
    const syntax::Node& node = tree[id];
    CalendarSpec spec;
    spec.name = node.text;
    const auto minute = [&](const syntax::Node& n) {
        return std::max(n.moment.hour, 0) * 60 + std::max(n.moment.minute, 0);
    };
    for (const SyntaxId child : node.children) {
        if (child == kNoNode || tree[child].kind != SyntaxKind::setting) continue;
        const syntax::Node& setting = tree[child];
        if (setting.op == Op::file) {
            if (!setting.text.empty()) spec.files.push_back(data_file(tree, setting.text));
            for (const SyntaxId value : setting.children) {
                if (value != kNoNode) spec.files.push_back(data_file(tree, tree[value].text));
            }
        } else {
            std::vector<std::int32_t> minutes;
            for (const SyntaxId value : setting.children) {
                if (value == kNoNode) continue;
                if (tree[value].kind == SyntaxKind::moment) minutes.push_back(minute(tree[value]));
                for (const SyntaxId inner : tree[value].children) {
                    if (inner != kNoNode && tree[inner].kind == SyntaxKind::moment)
                        minutes.push_back(minute(tree[inner]));
                }
            }
            if (minutes.size() >= 2) {
                spec.begin_minute = minutes[0];
                spec.end_minute = minutes[1];
            }
        }
    }
    declare(
        SymbolKind::calendar, static_cast<std::uint32_t>(pack_.schema.calendars.size()), tree, id);
    pack_.schema.calendars.push_back(std::move(spec));
}

std::optional<Type> Resolver::type_of(const Tree& tree, SyntaxId id, const std::string& field) {
    const syntax::Node& node = tree[id];
    Type type;
    switch (node.op) {
    case Op::text: type.kind = TypeKind::text; break;
    case Op::texts: type.kind = TypeKind::texts; break;
    case Op::number:
        type.kind = TypeKind::number;
        type.decimals = 6;
        break;
    case Op::integer: type.kind = TypeKind::integer; break;
    case Op::money:
        type.kind = TypeKind::money;
        type.decimals = 4;
        break;
    case Op::percent:
        type.kind = TypeKind::percent;
        type.decimals = 6;
        break;
    case Op::duration: type.kind = TypeKind::duration; break;
    case Op::instant: type.kind = TypeKind::instant; break;
    case Op::date: type.kind = TypeKind::date; break;
    case Op::boolean: type.kind = TypeKind::boolean; break;
    case Op::choice:
    case Op::choice_ordered: type.kind = TypeKind::choice; break;
    default: return std::nullopt;
    }
    if (type.kind == TypeKind::number || type.kind == TypeKind::integer) {
        type.unit = unit_code(node.text);
        if (!type.unit.empty()) pack_.unit_spellings.emplace(type.unit, node.text);
    }
    if (type.kind == TypeKind::money) {
        type.unit = node.text.empty() ? settings_of(tree).currency : currency_code(node.text);
        // A statement that was not understood may have declared it.
        if (type.unit.empty() && !pack_.has_broken_statements)
            sink_.report(kind::currency_missing, node.span, {{"name", field, ""}});
    }
    if (node.has_number && (type.kind == TypeKind::number || type.kind == TypeKind::money ||
                               type.kind == TypeKind::percent)) {
        type.decimals =
            static_cast<std::int32_t>(std::clamp<std::int64_t>(node.number.coefficient, 0, 12));
    }
    if (type.kind == TypeKind::choice) {
        type.ordered = node.op == Op::choice_ordered;
        for (const SyntaxId child : node.children) {
            if (child == kNoNode) continue;
            if (std::find(type.choices.begin(), type.choices.end(), tree[child].text) !=
                type.choices.end()) {
                sink_.report(kind::duplicate_name, tree[child].span,
                    {{"name", tree[child].text, ""}, {"what", "a choice", "选项"}});
                continue;
            }
            type.choices.push_back(tree[child].text);
        }
    }
    return type;
}

void Resolver::reference_field(
    const Tree& tree, SyntaxId id, SymbolKind owner_kind, std::uint32_t owner, std::uint32_t kind) {
    const syntax::Node& node = tree[id];
    const SubjectKind& subject = pack_.schema.subjects[kind];
    std::string role;
    for (const SyntaxId child : node.children) {
        if (child != kNoNode && tree[child].kind == SyntaxKind::role) role = tree[child].text;
    }
    std::vector<Field>& fields = owner_kind == SymbolKind::event
                                     ? pack_.schema.events[owner].fields
                                     : pack_.schema.actions[owner].fields;
    std::vector<bool>& keys = owner_kind == SymbolKind::event ? pack_.event_key_field[owner]
                                                              : pack_.action_key_field[owner];
    SubjectReference reference{kind, role, {}};
    for (const std::string& part : subject.keys) {
        std::string name = part;
        if (!role.empty()) name = subject.keys.size() == 1 ? role : role + " " + part;
        const auto place = static_cast<std::uint32_t>(fields.size());
        reference.key_fields.push_back(place);
        fields.push_back({name, Type{TypeKind::text, 0, "", {}, false}});
        keys.push_back(true);
        add_symbol({SymbolKind::field, place, owner_kind, owner, name, node.span}, name);
    }
    if (owner_kind == SymbolKind::event) {
        for (const SubjectReference& other : pack_.schema.events[owner].subjects) {
            if (other.kind == kind && other.role == role) {
                sink_.report(kind::duplicate_name, node.span,
                    {{"name", node.text, ""},
                        {"what", "a subject of this event", "这个事件的主体"}});
                return;
            }
        }
        pack_.schema.events[owner].subjects.push_back(std::move(reference));
    }
}

void Resolver::fields_of(
    const Tree& tree, SyntaxId id, SymbolKind owner_kind, std::uint32_t owner) {
    // The brackets before a register hold the parts of the key, those after it the fields.
    std::uint32_t register_begin = tree[id].span.end;
    std::size_t count = 0;
    for (const SyntaxId child : tree[id].children) {
        if (child != kNoNode && tree[child].kind == SyntaxKind::register_source)
            register_begin = tree[child].span.begin;
    }
    for (const SyntaxId child : tree[id].children) {
        if (child == kNoNode || tree[child].kind != SyntaxKind::field) continue;
        const syntax::Node& node = tree[child];
        if (++count > kMostFields) {
            sink_.report(kind::too_many_fields, node.span,
                {{"owner", tree[id].text, ""}, {"limit", std::to_string(kMostFields), ""}});
            break;
        }
        SyntaxId type_node = kNoNode;
        for (const SyntaxId inner : node.children) {
            if (inner != kNoNode && tree[inner].kind == SyntaxKind::type) type_node = inner;
        }
        if (type_node == kNoNode) {
            if (owner_kind == SymbolKind::subject) {
                pack_.schema.subjects[owner].keys.push_back(node.text);
                continue;
            }
            const Symbol* subject = pack_.find(node.text, SymbolKind::subject);
            if (subject == nullptr) {
                Diagnostic& finding =
                    sink_.report(kind::field_without_type, node.span, {{"name", node.text, ""}});
                if (const Symbol* near = pack_.nearest(node.text, {SymbolKind::subject}))
                    finding.fixes.push_back({node.span, near->name, false});
                continue;
            }
            reference_field(tree, child, owner_kind, owner, subject->index);
            continue;
        }
        const std::optional<Type> type = type_of(tree, type_node, node.text);
        if (!type) continue;
        if (owner_kind == SymbolKind::subject && node.span.begin < register_begin) {
            Diagnostic& finding = sink_.report(kind::key_part_with_type, node.span,
                {{"name", node.text, ""},
                    {"type", type_words(*type, false), type_words(*type, true)}});
            finding.help.push_back({"",
                fmt::format("if the name itself ends in that word, write 「{} {}」", node.text,
                    type_words(*type, false)),
                fmt::format(
                    "若名称本身以该词结尾，请写「{}{}」", node.text, type_words(*type, true))});
            continue;
        }
        std::vector<Field>& fields =
            owner_kind == SymbolKind::subject ? pack_.schema.subjects[owner].fields
            : owner_kind == SymbolKind::event ? pack_.schema.events[owner].fields
                                              : pack_.schema.actions[owner].fields;
        const auto place = static_cast<std::uint32_t>(fields.size());
        fields.push_back({node.text, *type});
        if (owner_kind == SymbolKind::event) pack_.event_key_field[owner].push_back(false);
        if (owner_kind == SymbolKind::action) pack_.action_key_field[owner].push_back(false);
        Symbol symbol{SymbolKind::field, place, owner_kind, owner, node.text, node.span};
        add_symbol(symbol, node.text);
        for (const SyntaxId inner : node.children) {
            if (inner != kNoNode && tree[inner].kind == SyntaxKind::also)
                add_symbol(symbol, tree[inner].text);
        }
        for (std::uint32_t i = 0; i < type->choices.size(); ++i) {
            Symbol choice{SymbolKind::choice, i, owner_kind, owner * 1000 + place, type->choices[i],
                tree[type_node].span};
            pack_.symbols[fold(type->choices[i])].push_back(choice);
        }
    }
}

void Resolver::subject(const Tree& tree, SyntaxId id) {
    const auto index = static_cast<std::uint32_t>(pack_.schema.subjects.size());
    declare(SymbolKind::subject, index, tree, id);
    pack_.schema.subjects.push_back({tree[id].text, {}, {}, kNone});
    pack_.subject_spans.push_back(tree[id].span);
    fields_of(tree, id, SymbolKind::subject, index);
    if (pack_.schema.subjects[index].keys.empty())
        pack_.schema.subjects[index].keys.push_back(tree[id].text);
}

void Resolver::event(const Tree& tree, SyntaxId id) {
    const auto index = static_cast<std::uint32_t>(pack_.schema.events.size());
    declare(SymbolKind::event, index, tree, id);
    EventType type;
    type.name = tree[id].text;
    pack_.schema.events.push_back(std::move(type));
    pack_.event_spans.push_back(tree[id].span);
    pack_.event_key_field.emplace_back();
    fields_of(tree, id, SymbolKind::event, index);
}

void Resolver::action(const Tree& tree, SyntaxId id) {
    const auto index = static_cast<std::uint32_t>(pack_.schema.actions.size());
    declare(SymbolKind::action, index, tree, id);
    pack_.schema.actions.push_back({tree[id].text, {}});
    pack_.action_spans.push_back(tree[id].span);
    pack_.action_key_field.emplace_back();
    fields_of(tree, id, SymbolKind::action, index);
}

void Resolver::look_alikes() {
    std::map<std::string, const Symbol*> seen;
    std::vector<const std::vector<Symbol>*> lists;
    for (const auto& [key, list] : pack_.symbols) {
        (void)key;
        const bool only_values = std::all_of(list.begin(), list.end(),
            [](const Symbol& symbol) { return symbol.kind == SymbolKind::choice; });
        if (!only_values) lists.push_back(&list);
    }
    std::sort(lists.begin(), lists.end(),
        [](const auto* a, const auto* b) { return a->front().name < b->front().name; });
    for (const auto* list : lists) {
        // What the name stands for besides a value of a choice.
        const Symbol& symbol = *std::find_if(list->begin(), list->end(),
            [](const Symbol& one) { return one.kind != SymbolKind::choice; });
        const auto [place, fresh] = seen.emplace(skeleton(symbol.name), &symbol);
        if (fresh || fold(place->second->name) == fold(symbol.name)) continue;
        const bool later = symbol.span.file != place->second->span.file ||
                           symbol.span.begin >= place->second->span.begin;
        const Symbol& at = later ? symbol : *place->second;
        const Symbol& other = later ? *place->second : symbol;
        if (at.kind == other.kind && at.index == other.index && at.owner == other.owner) continue;
        Diagnostic& finding = sink_.report(
            kind::look_alike_names, at.span, {{"name", at.name, ""}, {"other", other.name, ""}});
        finding.labels.push_back({other.span, "declared here", "在这里声明"});
        finding.help.push_back({"", "give one of the two a name that nobody takes for the other",
            "请给其中一个换个不会看错的名称"});
    }
}

// `parameter qty integer = 2.5`: a type is written where the name is.
void Resolver::parameter_type(const Tree& tree, SyntaxId id) {
    static constexpr std::string_view kWords[] = {"integer", "percent", "texts", "整数", "数",
        "文本", "钱", "百分比", "时长", "日期", "时刻"};
    const syntax::Node& node = tree[id];
    const std::string name = fold(node.text);
    const std::size_t space = name.rfind(' ');
    constexpr std::string_view kWhole = "整数";  // blanks between Chinese words are not kept
    if (name.size() > kWhole.size() && name.ends_with(kWhole)) {
        sink_.report(kind::parameter_with_type, node.span, {{"word", std::string(kWhole), ""}});
        return;
    }
    if (space == std::string::npos) return;
    for (const std::string_view word : kWords) {
        if (std::string_view(name).substr(space + 1) == word)
            sink_.report(kind::parameter_with_type, node.span, {{"word", std::string(word), ""}});
    }
}

}  // namespace clausal::names
