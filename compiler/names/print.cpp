#include "compiler/names/print.h"

#include <fmt/format.h>

namespace clausal::names {
namespace {

struct TypeWords {
    const char* english;
    const char* chinese;
};
constexpr TypeWords kTypeWords[] = {{"text", "文本"}, {"texts", "多个文本"}, {"number", "数"},
    {"integer", "整数"}, {"money", "钱"}, {"percent", "百分比"}, {"duration", "时长"},
    {"time", "时刻"}, {"date", "日期"}, {"yes/no", "是否"}, {"choice", "选项"}};

void fields(std::string& out, const std::vector<Field>& list, const std::vector<bool>& keys) {
    for (std::size_t i = 0; i < list.size(); ++i) {
        out += fmt::format("  {} : {}{}\n", list[i].name, type_words(list[i].type, false),
            i < keys.size() && keys[i] ? " key" : "");
    }
}

void source(std::string& out, const Schema& schema, const SourceSpec& spec) {
    out += fmt::format("source \"{}\" rank {}\n", spec.file, spec.rank);
    for (std::size_t i = 0; i < spec.nodes.size(); ++i) {
        const SourceNode& node = spec.nodes[i];
        out += fmt::format("  s{} = {} \"{}\" {}", i, static_cast<int>(node.kind), node.text,
            to_string(node.number));
        for (const std::uint32_t input : node.inputs) out += fmt::format(" s{}", input);
        out += '\n';
    }
    if (spec.filter != kNone) out += fmt::format("  only s{}\n", spec.filter);
    for (const SourceEvent& event : spec.events) {
        out += fmt::format("  as {}\n", schema.events[event.event].name);
        for (const SourceBinding& binding : event.bindings) {
            out += fmt::format("    {} = s{}\n",
                binding.field == kNone ? "time"
                                       : schema.events[event.event].fields[binding.field].name,
                binding.value);
        }
    }
}

}  // namespace

std::string type_words(const Type& type, bool chinese) {
    const TypeWords& words = kTypeWords[static_cast<std::size_t>(type.kind)];
    std::string out = chinese ? words.chinese : words.english;
    if (!type.unit.empty()) out += " " + type.unit;
    if (type.kind == TypeKind::choice) {
        out += chinese ? "（" : " (";
        for (std::size_t i = 0; i < type.choices.size(); ++i) {
            if (i > 0) out += type.ordered ? "<" : "|";
            out += type.choices[i];
        }
        out += chinese ? "）" : ")";
    }
    return out;
}

std::string print(const ResolvedPack& pack) {
    const Schema& schema = pack.schema;
    std::string out = fmt::format("pack {} version {} zone {} currency {}\n", schema.pack,
        schema.version, schema.zone, schema.currency);
    for (const SubjectKind& subject : schema.subjects) {
        out += "subject " + subject.name + " key";
        for (const std::string& key : subject.keys) out += " " + key;
        out += '\n';
        fields(out, subject.fields, {});
    }
    for (std::size_t i = 0; i < schema.events.size(); ++i) {
        out += "event " + schema.events[i].name;
        for (const SubjectReference& reference : schema.events[i].subjects) {
            out += " of " + schema.subjects[reference.kind].name +
                   (reference.role.empty() ? "" : " as " + reference.role);
        }
        out += '\n';
        fields(out, schema.events[i].fields, pack.event_key_field[i]);
    }
    for (std::size_t i = 0; i < schema.actions.size(); ++i) {
        out += "action " + schema.actions[i].name + '\n';
        fields(out, schema.actions[i].fields, pack.action_key_field[i]);
    }
    for (const SourceSpec& spec : schema.sources) source(out, schema, spec);
    for (const CalendarSpec& calendar : schema.calendars) {
        out += fmt::format(
            "calendar {} {}-{}\n", calendar.name, calendar.begin_minute, calendar.end_minute);
    }
    const auto declared = [&](const char* what, const std::vector<Declared>& list) {
        for (const Declared& entry : list)
            out += fmt::format("{} {}{}\n", what, entry.name.empty() ? "-" : entry.name,
                entry.imported ? " imported" : "");
    };
    declared("parameter", pack.parameters);
    declared("list", pack.lists);
    declared("table", pack.tables);
    declared("term", pack.terms);
    declared("rule", pack.rules);
    for (const core::Example& example : pack.examples) {
        out += fmt::format("example {}\n", example.name);
        for (const core::ExampleEvent& event : example.events)
            out += fmt::format("  {} {}\n", event.time, schema.events[event.event].name);
        for (const core::Expectation& expectation : example.expectations) {
            out += fmt::format("  {} {}\n", expectation.must ? "expect" : "expect no",
                schema.actions[expectation.action].name);
        }
    }
    return out;
}

}  // namespace clausal::names
