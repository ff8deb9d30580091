#include "runtime/events/event_writer.h"

#include <algorithm>

#include "runtime/events/cell_value.h"

namespace clausal {

EventWriter::EventWriter(const Schema& schema, EventData& data)
    : schema_(schema), data_(data), single_keys_(schema.subjects.size()) {}

std::uint32_t EventWriter::missing_key(const NewEvent& event) const {
    const EventType& type = schema_.events[event.type];
    for (const SubjectReference& reference : type.subjects) {
        for (const std::uint32_t field : reference.key_fields) {
            const std::int64_t value = event.values[field];
            if (value == kMissing) return field;
            if (type.fields[field].type.kind == TypeKind::text &&
                is_blank(data_.dictionary.text(value)))
                return field;
        }
    }
    return kNone;
}

std::string EventWriter::id_key(const NewEvent& event, std::int32_t rank) {
    std::string key = std::to_string(rank);
    key += ' ';
    key += std::to_string(event.type);
    key += ' ';
    return key += event.id;
}

EventWriter::Known EventWriter::known(const NewEvent& event, std::int32_t rank) const {
    if (event.id.empty()) return Known::no;
    const auto found = ids_.find(id_key(event, rank));
    if (found == ids_.end()) return Known::no;
    const EventTable& table = data_.tables[event.type];
    if (table.time[found->second] != event.time) return Known::different;
    for (std::size_t i = 0; i < event.values.size(); ++i)
        if (table.columns[i][found->second] != event.values[i]) return Known::different;
    return Known::equal;
}

std::uint32_t EventWriter::subject(std::uint32_t kind, const std::vector<std::int64_t>& key) {
    // Nearly all subjects have one key part: an array by its text id spares the ordered map.
    if (key.size() != 1) return data_.subjects[kind].intern(key);
    auto& cache = single_keys_[kind];
    const auto text = static_cast<std::size_t>(key[0]);
    if (text >= cache.size())
        cache.resize(std::max<std::size_t>(data_.dictionary.size(), text + 1), kNone);
    if (cache[text] == kNone) cache[text] = data_.subjects[kind].intern(key);
    return cache[text];
}

bool EventWriter::subjects(std::uint32_t type, std::size_t index) {
    EventTable& table = data_.tables[type];
    const SubjectReference& reference = schema_.events[type].subjects[index];
    auto& out = table.subjects[index];
    out.reserve(table.size());
    for (std::size_t row = out.size(); row < table.size(); ++row) {
        key_.clear();
        for (const std::uint32_t field : reference.key_fields) {
            key_.push_back(table.columns[field][row]);
            if (key_.back() == kMissing) return false;
        }
        out.push_back(subject(reference.kind, key_));
    }
    return true;
}

void EventWriter::append(const NewEvent& event, std::int32_t rank, std::uint64_t sequence) {
    EventTable& table = data_.tables[event.type];
    const EventType& type = schema_.events[event.type];
    if (!event.id.empty())
        ids_.emplace(id_key(event, rank), static_cast<std::uint32_t>(table.size()));
    table.time.push_back(event.time);
    table.sequence.push_back(sequence);
    for (std::size_t i = 0; i < event.values.size(); ++i)
        table.columns[i].push_back(event.values[i]);
    for (std::size_t i = 0; i < type.subjects.size(); ++i) {
        key_.clear();
        for (const std::uint32_t field : type.subjects[i].key_fields)
            key_.push_back(event.values[field]);
        table.subjects[i].push_back(subject(type.subjects[i].kind, key_));
    }
}

}  // namespace clausal
