#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/names/print.h"
#include "compiler/names/resolver.h"
#include "compiler/names/units.h"
#include "compiler/names/words.h"

namespace clausal::names {
namespace {

constexpr int kMaxDepth = 100;

SourceSpec::Format format_of(Op op) {
    if (op == Op::ndjson) return SourceSpec::Format::ndjson;
    if (op == Op::sqlite) return SourceSpec::Format::sqlite;
    return SourceSpec::Format::csv;
}

std::uint32_t add_node(SourceSpec& spec, SourceNode node) {
    for (std::uint32_t i = 0; i < spec.nodes.size(); ++i) {
        if (spec.nodes[i] == node) return i;
    }
    spec.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(spec.nodes.size() - 1);
}

// A form of dates, like dd.MM.yyyy.
bool is_pattern(const std::string& text) {
    return text.find("yyyy") != std::string::npos ||
           (text.find_first_of("yMdHms") != std::string::npos &&
               text.find_first_of("-/: .年") != std::string::npos);
}

bool is_numeric_unit(TypeKind kind) {
    return kind == TypeKind::number || kind == TypeKind::integer;
}

}  // namespace

void Resolver::source_setting(const Tree& tree, SyntaxId id, SourceSpec& spec) {
    const syntax::Node& setting = tree[id];
    std::string text = setting.text;
    const SyntaxId value = setting.children.empty() ? kNoNode : setting.children[0];
    if (text.empty() && value != kNoNode) text = tree[value].text;
    if (setting.op == Op::zone) text = normalised(text);
    switch (setting.op) {
    case Op::zone:
        spec.zone = text;
        if (!Zone::open(text)) sink_.report(kind::unknown_zone, setting.span, {{"name", text, ""}});
        break;
    case Op::separator:
        if (text == "tab" || text == "\\t" || text == "制表符")
            spec.separator = '\t';
        else if (text.size() == 1 && text[0] > ' ' && text[0] < 0x7F && text[0] != '"')
            spec.separator = text[0];
        else
            sink_.report(kind::separator_wrong, setting.span, {{"text", text, ""}});
        break;
    case Op::header: spec.has_header = text != "no" && text != "无"; break;
    case Op::no: spec.has_header = false; break;
    case Op::rank:
        if (setting.has_number)
            spec.rank = static_cast<std::int32_t>(setting.number.coefficient);
        else if (value != kNoNode && tree[value].has_number)
            spec.rank = static_cast<std::int32_t>(tree[value].number.coefficient);
        break;
    default: break;
    }
}

std::uint32_t Resolver::source_number_as_duration(
    std::uint32_t value, Microseconds unit, SourceSpec& spec) {
    SourceNode node{SourceNode::Kind::to_duration, "", {unit, 0}, {value}};
    return add_node(spec, std::move(node));
}

void Resolver::check_source_unit(const Tree& tree, SyntaxId id, const Field& field, bool inside) {
    const syntax::Node& node = tree[id];
    if (node.kind == SyntaxKind::arithmetic) {
        for (const SyntaxId child : node.children) {
            if (child != kNoNode) check_source_unit(tree, child, field, true);
        }
        return;
    }
    if (node.kind != SyntaxKind::column_format || node.op == Op::as_fraction ||
        node.op == Op::as_percent || node.text.empty() || is_pattern(node.text))
        return;
    const Type& type = field.type;
    // Within a sum a length of time may be added to an instant.
    const bool is_time =
        type.kind == TypeKind::duration ||
        (inside && (type.kind == TypeKind::instant || type.kind == TypeKind::date));
    bool fits = false;
    if (unit_length(node.text))
        fits = is_time;
    else if (is_numeric_unit(type.kind))
        fits = unit_code(node.text) == type.unit;
    else if (type.kind == TypeKind::money)
        fits = currency_code(node.text) == type.unit;
    if (fits) return;
    sink_.report(kind::source_unit, node.span,
        {{"unit", node.text, unit_in_chinese(node.text)}, {"field", field.name, ""},
            {"type", type_words(type, false), type_words(type, true)}});
}

std::uint32_t Resolver::source_value(
    const Tree& tree, SyntaxId id, SourceSpec& spec, const EventType* event, int depth) {
    if (id == kNoNode || depth > kMaxDepth) return kNone;
    const syntax::Node& node = tree[id];
    SourceNode out;
    const auto inputs = [&](std::size_t least) {
        for (const SyntaxId child : node.children) {
            if (child == kNoNode) continue;
            const std::uint32_t input = source_value(tree, child, spec, event, depth + 1);
            if (input == kNone) return false;
            out.inputs.push_back(input);
        }
        return out.inputs.size() >= least;
    };
    const auto make = [&](SourceNode::Kind kind, std::size_t least) {
        out.kind = kind;
        return inputs(least) ? add_node(spec, std::move(out)) : kNone;
    };
    switch (node.kind) {
    case SyntaxKind::column:
        out.kind = SourceNode::Kind::column;
        out.text = node.text;
        if (node.has_number) out.number = node.number;
        return add_node(spec, std::move(out));
    case SyntaxKind::text:
        out.kind = SourceNode::Kind::text;
        out.text = node.text;
        return add_node(spec, std::move(out));
    case SyntaxKind::number:
    case SyntaxKind::percent:
    case SyntaxKind::money:
        out.kind = SourceNode::Kind::number;
        out.number = node.number;
        return add_node(spec, std::move(out));
    case SyntaxKind::quantity: {
        if (const auto length = duration_of(node)) {
            out.kind = SourceNode::Kind::duration;
            out.number = {*length, 0};
        } else {
            out.kind = SourceNode::Kind::number;
            out.number = node.number;
        }
        return add_node(spec, std::move(out));
    }
    case SyntaxKind::truth:
        out.kind = SourceNode::Kind::text;
        out.text = node.op == Op::yes ? "1" : "0";
        return add_node(spec, std::move(out));
    case SyntaxKind::name: {
        out.kind = SourceNode::Kind::field;
        out.text = node.text;
        const bool is_time = fold(node.text) == "time" || node.text == "时间";
        if (is_time)
            out.text = "time";
        else if (event != nullptr) {
            const auto place = std::find_if(event->fields.begin(), event->fields.end(),
                [&](const Field& f) { return fold(f.name) == fold(node.text); });
            if (place == event->fields.end()) {
                // A choice or another word that is compared with a cell is text.
                if (pack_.find(node.text, SymbolKind::choice) != nullptr ||
                    !pack_.find(node.text).empty()) {
                    out.kind = SourceNode::Kind::text;
                } else {
                    unknown_field(node.text, node.span, event->name, event->fields);
                    return kNone;
                }
            } else {
                out.text = place->name;
            }
        }
        return add_node(spec, std::move(out));
    }
    case SyntaxKind::joined: return make(SourceNode::Kind::joined, 1);
    case SyntaxKind::column_format: {
        if (node.op == Op::as_fraction) return make(SourceNode::Kind::as_fraction, 1);
        if (node.op == Op::as_percent) return make(SourceNode::Kind::as_percent, 1);
        const std::uint32_t input =
            node.children.empty() ? kNone
                                  : source_value(tree, node.children[0], spec, event, depth + 1);
        if (input == kNone) return kNone;
        if (const auto unit = unit_length(node.text))
            return source_number_as_duration(input, *unit, spec);
        // a unit that is none of time: the field has it
        if (!is_pattern(node.text)) return input;
        out.kind = SourceNode::Kind::parsed_date;
        out.text = node.text;
        out.inputs = {input};
        return add_node(spec, std::move(out));
    }
    case SyntaxKind::zoned:
        out.text = normalised(node.text);
        if (!Zone::open(out.text))
            sink_.report(kind::unknown_zone, node.span, {{"name", out.text, ""}});
        return make(SourceNode::Kind::zoned, 1);
    case SyntaxKind::date_of: return make(SourceNode::Kind::date_of, 3);
    case SyntaxKind::time_at: return make(SourceNode::Kind::time_at, 2);
    case SyntaxKind::wrapped: return make(SourceNode::Kind::wrapped_day, 1);
    case SyntaxKind::arithmetic:
        if (node.op == Op::plus) return make(SourceNode::Kind::add, 2);
        if (node.op == Op::minus) return make(SourceNode::Kind::subtract, 2);
        break;
    case SyntaxKind::logical_and: return make(SourceNode::Kind::and_, 1);
    case SyntaxKind::logical_or: return make(SourceNode::Kind::or_, 1);
    case SyntaxKind::logical_not: return make(SourceNode::Kind::not_, 1);
    case SyntaxKind::is_missing: return make(SourceNode::Kind::missing, 1);
    case SyntaxKind::items: {
        if (!inputs(1)) return kNone;
        if (out.inputs.size() == 1) return out.inputs[0];
        out.kind = SourceNode::Kind::joined;
        return add_node(spec, std::move(out));
    }
    case SyntaxKind::member: {
        // value, then each item
        out.kind = SourceNode::Kind::member;
        const std::uint32_t value = source_value(tree, node.children.at(0), spec, event, depth + 1);
        if (value == kNone || node.children.size() < 2 || node.children[1] == kNoNode) return kNone;
        out.inputs.push_back(value);
        const syntax::Node& set = tree[node.children[1]];
        std::vector<SyntaxId> items = set.children;
        if (set.kind == SyntaxKind::name) {
            if (const Symbol* list = pack_.find(set.text, SymbolKind::list))
                items = pack_.node(pack_.lists[list->index].at).children;
        }
        for (const SyntaxId item : items) {
            const std::uint32_t input = source_value(tree, item, spec, event, depth + 1);
            if (input != kNone) out.inputs.push_back(input);
        }
        return add_node(spec, std::move(out));
    }
    case SyntaxKind::compare:
        switch (node.op) {
        case Op::eq: return make(SourceNode::Kind::equal, 2);
        case Op::ne: return make(SourceNode::Kind::not_equal, 2);
        case Op::lt: return make(SourceNode::Kind::less, 2);
        case Op::le: return make(SourceNode::Kind::less_equal, 2);
        case Op::gt: return make(SourceNode::Kind::greater, 2);
        case Op::ge: return make(SourceNode::Kind::greater_equal, 2);
        default: break;
        }
        break;
    case SyntaxKind::error: return kNone;
    default: break;
    }
    sink_.report(kind::not_in_sources, node.span)
        .help.push_back({"",
            "here stand columns, constants, arithmetic, comparisons, `is in` and `is missing`; ask the rest in a term or a rule",
            "这里可以写列、固定的值、算术、比较、「属于」和「缺失」；其余请写在术语或规则里"});
    return kNone;
}

void Resolver::source_event(const Tree& tree, SyntaxId id, SourceSpec& spec) {
    const syntax::Node& node = tree[id];
    const Symbol* symbol = pack_.find(node.text, SymbolKind::event);
    if (symbol == nullptr) {
        unknown(node.text, node.span, {SymbolKind::event}, "an event", "事件");
        return;
    }
    const std::uint32_t event_index = symbol->index;
    const EventType& event = pack_.schema.events[event_index];
    SourceEvent out;
    out.event = event_index;
    bool has_time = false;
    std::vector<bool> bound(event.fields.size(), false);
    const auto bind = [&](std::uint32_t field, std::uint32_t value) {
        if (value == kNone) return;
        out.bindings.push_back({field, value});
        if (field == kNone)
            has_time = true;
        else
            bound[field] = true;
    };
    for (const SyntaxId child : node.children) {
        if (child == kNoNode) continue;
        const syntax::Node& part = tree[child];
        if (part.kind == SyntaxKind::source_filter) {
            out.filter =
                part.children.empty() ? kNone : source_value(tree, part.children[0], spec, &event);
            continue;
        }
        if (part.kind == SyntaxKind::setting) {
            if (part.op == Op::event_id || part.op == Op::id)
                out.id = part.children.empty() ? kNone
                                               : source_value(tree, part.children[0], spec, &event);
            else
                source_setting(tree, child, spec);
            continue;
        }
        if (part.kind == SyntaxKind::missing_marks) {
            for (const SyntaxId mark : part.children) {
                if (mark != kNoNode) spec.missing_marks.push_back(tree[mark].text);
            }
            continue;
        }
        if (part.kind != SyntaxKind::binding || part.children.empty() ||
            part.children[0] == kNoNode)
            continue;
        const SyntaxId value = part.children[0];
        if (part.op == Op::id || part.op == Op::event_id) {
            out.id = source_value(tree, value, spec, &event);
            continue;
        }
        if (part.op == Op::time || (part.text.empty() && part.op == Op::none)) {
            check_source_unit(tree, value, {"time", Type{TypeKind::instant, 0, "", {}, false}});
            bind(kNone, source_value(tree, value, spec, &event));
            continue;
        }
        const std::uint32_t field = pack_.field_of_event(event_index, part.text);
        if (field != kNone) {
            check_source_unit(tree, value, event.fields[field]);
            bind(field, source_value(tree, value, spec, &event));
            continue;
        }
        // A subject with several key parts: one column each, in brackets.
        const SubjectReference* reference = nullptr;
        for (const SubjectReference& candidate : event.subjects) {
            if (fold(candidate.role) == fold(part.text) ||
                fold(pack_.schema.subjects[candidate.kind].name) == fold(part.text))
                reference = &candidate;
        }
        if (reference == nullptr) {
            if (fold(part.text) == "time" || part.text == "时间")
                bind(kNone, source_value(tree, value, spec, &event));
            else
                unknown_field(part.text, part.span, event.name, event.fields);
            continue;
        }
        const syntax::Node& list = tree[value];
        const bool several = list.kind == SyntaxKind::items || list.kind == SyntaxKind::joined;
        const std::size_t given = several ? list.children.size() : 1;
        if (given != reference->key_fields.size()) {
            sink_
                .report(kind::key_parts, part.span,
                    {{"name", part.text, ""},
                        {"parts", std::to_string(reference->key_fields.size()), ""},
                        {"given", std::to_string(given), ""}})
                .help.push_back({"",
                    fmt::format("write `{} = (column 1, column 2)`, one for each part", part.text),
                    fmt::format("请写「{} = （列 1，列 2）」，每部分一列", part.text)});
            for (const std::uint32_t key : reference->key_fields) bound[key] = true;  // said once
            continue;
        }
        for (std::size_t i = 0; i < given; ++i) {
            bind(reference->key_fields[i],
                source_value(tree, several ? list.children[i] : value, spec, &event));
        }
    }
    if (!has_time)
        sink_.report(kind::binding_missing, node.span,
            {{"event", event.name, ""}, {"field", "time", "时间"}});
    for (const SubjectReference& reference : event.subjects) {
        for (const std::uint32_t key : reference.key_fields) {
            if (!bound[key])
                sink_.report(kind::binding_missing, node.span,
                    {{"event", event.name, ""}, {"field", event.fields[key].name, ""}});
        }
    }
    later_known(spec, out, node.span);
    spec.events.push_back(std::move(out));
}

// A field that is subtracted to get the time of its event is known only later: a rule at that time
// would know it too early.
void Resolver::later_known(const SourceSpec& spec, const SourceEvent& made, Span span) {
    const EventType& event = pack_.schema.events[made.event];
    const auto bound_to = [&](std::uint32_t value) {
        for (const SourceBinding& binding : made.bindings) {
            if (binding.field != kNone && binding.value == value)
                return event.fields[binding.field].name;
        }
        return spec.nodes[value].kind == SourceNode::Kind::field ? spec.nodes[value].text
                                                                 : std::string();
    };
    std::vector<std::string> taken, given;
    std::vector<std::uint32_t> todo;
    std::vector<bool> seen(spec.nodes.size(), false);
    for (const SourceBinding& binding : made.bindings) {
        if (binding.field == kNone) todo.push_back(binding.value);
    }
    while (!todo.empty()) {
        const std::uint32_t at = todo.back();
        todo.pop_back();
        if (at >= spec.nodes.size() || seen[at]) continue;
        seen[at] = true;
        const SourceNode& node = spec.nodes[at];
        if (node.kind == SourceNode::Kind::field) {
            for (const SourceBinding& binding : made.bindings) {
                if (binding.field != kNone &&
                    fold(event.fields[binding.field].name) == fold(node.text))
                    todo.push_back(binding.value);
            }
        }
        if (node.kind == SourceNode::Kind::subtract) taken.push_back(bound_to(node.inputs[1]));
        if (node.kind == SourceNode::Kind::add) {
            for (const std::uint32_t input : node.inputs) given.push_back(bound_to(input));
        }
        todo.insert(todo.end(), node.inputs.begin(), node.inputs.end());
    }
    for (const std::string& field : taken) {
        if (field.empty() || std::find(given.begin(), given.end(), field) != given.end()) continue;
        Diagnostic& finding = sink_.report(
            kind::later_known_field, span, {{"field", field, ""}, {"event", event.name, ""}});
        finding.help.push_back(
            {"", fmt::format("let the event happen when it is known: `time = … + {}`", field),
                fmt::format("让事件在知道它的时候发生：「时间 = … + {}」", field)});
    }
}

void Resolver::source(const Tree& tree, SyntaxId id) {
    const syntax::Node& node = tree[id];
    SourceSpec spec;
    spec.format = format_of(node.op);
    spec.file = data_file(tree, node.text);
    spec.zone = foreign_zone(tree);
    spec.rank = -1;
    std::vector<SyntaxId> loose;  // bindings written directly in the source
    for (const SyntaxId child : node.children) {
        if (child == kNoNode) continue;
        const syntax::Node& part = tree[child];
        if (part.kind == SyntaxKind::setting) source_setting(tree, child, spec);
        if (part.kind == SyntaxKind::missing_marks) {
            for (const SyntaxId mark : part.children) {
                if (mark != kNoNode) spec.missing_marks.push_back(tree[mark].text);
            }
        }
    }
    for (const SyntaxId child : node.children) {
        if (child == kNoNode) continue;
        const syntax::Node& part = tree[child];
        if (part.kind == SyntaxKind::source_filter && !part.children.empty())
            spec.filter = source_value(tree, part.children[0], spec, nullptr);
        if (part.kind == SyntaxKind::source_event) source_event(tree, child, spec);
    }
    refuse_sqlite(node);
    const bool said = std::any_of(packs_.begin(), packs_.end(),
        [](const auto& one) { return one.second.zone_span.file != Span::kNoFile; });
    const bool zoned = !spec.zone.empty() || said ||
                       std::any_of(spec.nodes.begin(), spec.nodes.end(), [](const SourceNode& one) {
                           return one.kind == SourceNode::Kind::zoned;
                       });
    if (!zoned && !spec.events.empty()) {
        const std::string& name = pack_.schema.events[spec.events[0].event].name;
        Diagnostic& finding =
            sink_.report(kind::source_without_zone, node.span, {{"event", name, ""}});
        finding.help.push_back({"",
            "say the zone behind the time (`time = column t in zone Asia/Shanghai`), or in the pack (`time zone Asia/Shanghai`)",
            "请在时间后写明（「时间 = 列 t 时区 Asia/Shanghai」），或写在规则包里（「时区 Asia/Shanghai」）"});
    }
    // Sources over one file share one rank; others follow the order of declaration.
    if (spec.rank < 0) {
        const auto [place, fresh] =
            ranks_.emplace(spec.file, static_cast<std::int32_t>(ranks_.size()));
        (void)fresh;
        spec.rank = place->second;
    }
    pack_.schema.sources.push_back(std::move(spec));
}

void Resolver::refuse_sqlite(const syntax::Node& node) {
    if (node.op != Op::sqlite) return;
    Diagnostic& finding = sink_.report(kind::sqlite_source, node.span);
    finding.help.push_back({"",
        "export the table as CSV (`sqlite3 -header -csv shop.db \"select * from orders\" > orders.csv`) and write `source csv \"orders.csv\" …`",
        "请把表导出为 CSV（`sqlite3 -header -csv shop.db \"select * from orders\" > orders.csv`），再写「来源 csv \"orders.csv\" …」"});
}

void Resolver::register_source(const Tree& tree, SyntaxId id, std::uint32_t subject_index) {
    const syntax::Node& node = tree[id];
    refuse_sqlite(node);
    RegisterSpec out;
    out.source.format = format_of(node.op);
    out.source.file = data_file(tree, node.text);
    out.source.zone = foreign_zone(tree);
    SubjectKind& subject = pack_.schema.subjects[subject_index];
    EventType as_event;  // so that expressions may use the subject's fields
    as_event.name = subject.name;
    as_event.fields = subject.fields;
    SourceEvent rows;
    rows.event = subject_index;
    out.key_values.assign(subject.keys.size(), kNone);
    std::vector<bool> bound(subject.fields.size(), false);
    for (const SyntaxId child : node.children) {
        if (child == kNoNode) continue;
        const syntax::Node& part = tree[child];
        if (part.kind == SyntaxKind::setting) source_setting(tree, child, out.source);
        if (part.kind == SyntaxKind::missing_marks) {
            for (const SyntaxId mark : part.children) {
                if (mark != kNoNode) out.source.missing_marks.push_back(tree[mark].text);
            }
        }
        if (part.kind != SyntaxKind::binding || part.children.empty()) continue;
        const std::uint32_t value = source_value(tree, part.children[0], out.source, &as_event);
        if (value == kNone) continue;
        if (part.op == Op::time) {
            out.valid_from = value;
            continue;
        }
        bool is_key = false;
        for (std::size_t i = 0; i < subject.keys.size(); ++i) {
            if (fold(subject.keys[i]) == fold(part.text)) {
                out.key_values[i] = value;
                is_key = true;
            }
        }
        if (is_key) continue;
        const std::uint32_t field = pack_.field_of_subject(subject_index, part.text);
        if (field == kNone) {
            unknown_field(part.text, part.span, subject.name, subject.fields);
            continue;
        }
        check_source_unit(tree, part.children[0], subject.fields[field]);
        rows.bindings.push_back({field, value});
        bound[field] = true;
    }
    // Without a binding the column is called like the field.
    for (std::size_t i = 0; i < subject.keys.size(); ++i) {
        if (out.key_values[i] == kNone)
            out.key_values[i] =
                add_node(out.source, {SourceNode::Kind::column, subject.keys[i], {}, {}});
    }
    for (std::uint32_t i = 0; i < subject.fields.size(); ++i) {
        if (!bound[i])
            rows.bindings.push_back({i,
                add_node(out.source, {SourceNode::Kind::column, subject.fields[i].name, {}, {}})});
    }
    out.source.events.push_back(std::move(rows));
    subject.register_source = static_cast<std::uint32_t>(pack_.schema.registers.size());
    pack_.schema.registers.push_back(std::move(out));
}

}  // namespace clausal::names
