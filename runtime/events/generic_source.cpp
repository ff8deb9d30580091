#include "runtime/events/generic_source.h"

#include <algorithm>

#include "runtime/events/json_row.h"

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
    Builder(SourceSpec* spec, const std::vector<std::string>& header, bool known) : spec_(spec), known_(known) {
        for (const std::string& name : header) header_.push_back(normalised_name(name));
    }
    bool has(std::string_view name) const {
        return !known_ || std::find(header_.begin(), header_.end(), normalised_name(name)) != header_.end();
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

GenericSource generic_source(const Schema& schema, SourceSpec::Format format, const std::string& path,
                             const std::vector<std::string>& header, bool known, std::int32_t rank,
                             std::vector<DataFinding>* findings) {
    GenericSource out;
    out.spec.format = format;
    out.spec.file = path;
    out.spec.rank = rank;
    Builder builder(&out.spec, header, known);
    const std::uint32_t time = builder.first_of(time_names());
    const std::uint32_t event = builder.first_of(event_names());
    const std::uint32_t id = builder.first_of(id_names());
    if (time == kNone) findings->push_back({DataKind::generic_no_time, path, 0, {}, {}});
    std::size_t declared = 0;
    for (const EventType& type : schema.events) declared += type.is_action ? 0 : 1;
    if (event == kNone && declared != 1) findings->push_back({DataKind::generic_no_event, path, 0, {}, {}});
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
        const bool is_field = id != kNone && std::any_of(source.bindings.begin(), source.bindings.end(),
            [&](const SourceBinding& binding) { return binding.value == id; });
        source.id = is_field ? kNone : id;
        out.events.emplace(normalised_name(type.name), static_cast<std::uint32_t>(out.spec.events.size()));
        out.event_names.push_back(type.name);
        out.spec.events.push_back(std::move(source));
    }
    out.event_column = event;
    return out;
}

void add_generic_aliases(std::vector<WantedColumn>* wanted) {
    for (WantedColumn& column : *wanted)
        for (const auto* names : {&time_names(), &event_names(), &id_names()})
            if (column.name == names->front()) column.aliases = *names;
}

}  // namespace clausal
