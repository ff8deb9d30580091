#include "runtime/events/generic_source.h"

#include <algorithm>
#include <set>

#include "runtime/events/json_row.h"
#include "runtime/events/read_sources.h"

namespace clausal {

namespace {

const std::vector<std::string>& time_names() {
    static const std::vector<std::string> names{"time", "时间", "时刻"};
    return names;
}
const std::vector<std::string>& event_names() {
    static const std::vector<std::string> names{"event", "事件"};
    return names;
}
const std::vector<std::string>& id_names() {
    static const std::vector<std::string> names{"id", "event id", "事件号"};
    return names;
}

class Builder {
public:
    Builder(SourceSpec* spec, const std::vector<std::string>& header, bool known)
        : spec_(spec), known_(known) {
        for (const std::string& name : header) header_.push_back(normalised_name(name));
    }
    bool has(std::string_view name) const {
        return !known_ ||
               std::find(header_.begin(), header_.end(), normalised_name(name)) != header_.end();
    }
    std::uint32_t column(std::string_view name) {
        for (std::uint32_t i = 0; i < spec_->nodes.size(); ++i)
            if (spec_->nodes[i].text == name) return i;
        SourceNode node;
        node.kind = SourceNode::Kind::column;
        node.text = name;
        spec_->nodes.push_back(node);
        return static_cast<std::uint32_t>(spec_->nodes.size() - 1);
    }
    // The first of the names that the file has; of NDJSON the first, whose column has aliases.
    std::uint32_t first_of(const std::vector<std::string>& names) {
        for (const std::string& name : names)
            if (has(name)) return column(name);
        return kNone;
    }

private:
    SourceSpec* spec_;
    bool known_;
    std::vector<std::string> header_;
};

}  // namespace

GenericSource generic_source(const Schema& schema, SourceSpec::Format format,
    const std::string& path, const std::vector<std::string>& header, bool known, std::int32_t rank,
    std::vector<DataFinding>* findings) {
    GenericSource out;
    out.spec.format = format;
    out.spec.file = path;
    out.spec.rank = rank;
    Builder builder(&out.spec, header, known);
    const std::uint32_t time = builder.first_of(time_names());
    const std::uint32_t event = builder.first_of(event_names());
    const std::uint32_t id = builder.first_of(id_names());
    if (auto other = other_separator(path, header); other && time == kNone) {
        findings->push_back(std::move(*other));
        return out;
    }
    const std::vector<DataArgument> columns{{"columns", column_list(header)}};
    if (time == kNone) findings->push_back({DataKind::generic_no_time, path, 0, {}, columns});
    std::size_t declared = 0;
    for (const EventType& type : schema.events) declared += type.is_action ? 0 : 1;
    if (event == kNone && declared != 1)
        findings->push_back({DataKind::generic_no_event, path, 0, {}, columns});
    for (std::uint32_t i = 0; i < schema.events.size(); ++i) {
        const EventType& type = schema.events[i];
        if (type.is_action) continue;
        SourceEvent source;
        source.event = i;
        for (std::uint32_t field = 0; field < type.fields.size(); ++field)
            if (builder.has(type.fields[field].name))
                source.bindings.push_back({field, builder.column(type.fields[field].name)});
        if (time != kNone) source.bindings.push_back({kNone, time});
        // A field of the event called like the id column is the field.
        const bool is_field =
            id != kNone && std::any_of(source.bindings.begin(), source.bindings.end(),
                               [&](const SourceBinding& binding) { return binding.value == id; });
        source.id = is_field ? kNone : id;
        out.events.emplace(
            normalised_name(type.name), static_cast<std::uint32_t>(out.spec.events.size()));
        out.event_names.push_back(type.name);
        out.spec.events.push_back(std::move(source));
    }
    out.event_column = event;
    out.time_column = time;
    return out;
}

void check_generic_columns(const Schema& schema, const std::string& path,
    const std::vector<std::string>& header, std::vector<DataFinding>* findings) {
    std::set<std::string> given;
    for (const std::string& name : header) given.insert(normalised_name(name));
    std::vector<std::string> known;    // all that a column can mean
    std::vector<std::string> missing;  // fields without a column
    const auto declare = [&](const std::string& name) {
        const std::string plain = normalised_name(name);
        if (std::find(known.begin(), known.end(), plain) != known.end()) return;
        known.push_back(plain);
        if (!given.contains(plain)) missing.push_back(name);
    };
    bool any_keys = false;  // an event whose key fields all have columns
    std::string lost_key;
    for (const EventType& type : schema.events) {
        if (type.is_action) continue;
        bool keys = true;
        for (const Field& field : type.fields) declare(field.name);
        for (const SubjectReference& reference : type.subjects) {
            for (const std::uint32_t field : reference.key_fields) {
                if (given.contains(normalised_name(type.fields[field].name))) continue;
                keys = false;
                if (lost_key.empty()) lost_key = type.fields[field].name;
            }
        }
        any_keys |= keys;
    }
    std::vector<std::string> extra;
    for (const auto* names : {&time_names(), &event_names(), &id_names()})
        for (const std::string& name : *names) known.push_back(normalised_name(name));
    for (const std::string& name : header)
        if (std::find(known.begin(), known.end(), normalised_name(name)) == known.end())
            extra.push_back(name);
    std::set<std::string> reported;
    for (const std::string& name : extra) {
        // A column nearest to one that the file has is not a slip of another.
        const std::string nearest = nearest_name(normalised_name(name), known);
        for (const std::string& field : missing) {
            const std::string plain = normalised_name(field);
            if (plain != nearest || !looks_like(normalised_name(name), plain) ||
                !reported.insert(field).second)
                continue;
            findings->push_back(unknown_column(path, field, header));
            findings->back().arguments[0].value = name;
        }
    }
    if (any_keys || lost_key.empty() || reported.contains(lost_key)) return;
    findings->push_back(unknown_column(path, lost_key, header));
    if (!extra.empty()) findings->back().arguments[0].value = nearest_name(lost_key, extra);
}

void check_unused_columns(const Schema& schema, const std::string& path,
    const std::vector<std::string>& header, const std::vector<bool>& read,
    std::vector<DataFinding>* findings) {
    constexpr std::size_t kNamesShown = 20;
    std::set<std::string> given;
    std::set<std::string> known;
    for (const std::string& name : header) given.insert(normalised_name(name));
    for (const auto* names : {&time_names(), &event_names(), &id_names()})
        for (const std::string& name : *names) known.insert(normalised_name(name));
    std::vector<std::string> missing;
    for (std::size_t type = 0; type < schema.events.size(); ++type) {
        for (const Field& field : schema.events[type].fields) {
            known.insert(normalised_name(field.name));
            if (type < read.size() && read[type] && !given.contains(normalised_name(field.name)) &&
                std::find(missing.begin(), missing.end(), field.name) == missing.end())
                missing.push_back(field.name);
        }
    }
    std::vector<std::string> extra;
    for (const std::string& name : header)
        if (!known.contains(normalised_name(name))) extra.push_back(name);
    if (missing.empty() || extra.empty()) return;
    const auto list = [](const std::vector<std::string>& names) {
        std::string out;
        for (std::size_t i = 0; i < names.size() && i < kNamesShown; ++i)
            out += (i > 0 ? ", `" : "`") + names[i] + "`";
        return names.size() > kNamesShown ? out + ", …" : out;
    };
    findings->push_back({DataKind::columns_unused, path, 0, {},
        {{"columns", list(extra)}, {"fields", list(missing)}}});
}

void add_generic_aliases(std::vector<WantedColumn>* wanted) {
    for (WantedColumn& column : *wanted)
        for (const auto* names : {&time_names(), &event_names(), &id_names()})
            if (column.name == names->front()) column.aliases = *names;
}

}  // namespace clausal
