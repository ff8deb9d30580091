#include "runtime/events/event_data.h"

#include <algorithm>
#include <limits>

namespace clausal {

std::int64_t Dictionary::intern(std::string_view text) {
    if (const auto found = ids_.find(text); found != ids_.end()) return found->second;
    const auto id = static_cast<std::int64_t>(texts_.size());
    const auto place = ids_.emplace(std::string(text), id).first;
    texts_.push_back(&place->first);
    return id;
}

std::int64_t Dictionary::find(std::string_view text) const {
    const auto found = ids_.find(text);
    return found == ids_.end() ? -1 : found->second;
}

std::int64_t Dictionary::intern_set(std::vector<std::int64_t> ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    const auto [place, added] =
        set_ids_.emplace(std::move(ids), static_cast<std::int64_t>(sets_.size()));
    if (added) sets_.push_back(place->first);
    return place->second;
}

std::int64_t Dictionary::find_set(std::vector<std::int64_t> ids) const {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    const auto found = set_ids_.find(ids);
    return found == set_ids_.end() ? -1 : found->second;
}

std::uint32_t SubjectTable::intern(const std::vector<std::int64_t>& key) {
    const auto [place, added] = ids.emplace(key, static_cast<std::uint32_t>(keys.size()));
    if (added) keys.push_back(key);
    return place->second;
}

EventData::EventData(const Schema& schema)
    : subjects(schema.subjects.size()), tables(schema.events.size()) {
    for (std::size_t i = 0; i < tables.size(); ++i) {
        tables[i].columns.resize(schema.events[i].fields.size());
        tables[i].subjects.resize(schema.events[i].subjects.size());
    }
}

Microseconds EventData::last_time() const {
    if (order.empty()) return std::numeric_limits<Microseconds>::min();
    const EventReference last = order.back();
    return tables[last.type].time[last.row];
}

bool is_in_order(const EventTable& table) {
    // Without a branch on values: ties are frequent.
    std::uint64_t wrong = 0;
    for (std::size_t row = 1; row < table.size(); ++row) {
        const bool earlier = table.time[row] < table.time[row - 1];
        const bool tie = table.time[row] == table.time[row - 1];
        wrong |= static_cast<std::uint64_t>(earlier) |
                 (static_cast<std::uint64_t>(tie) &
                     static_cast<std::uint64_t>(table.sequence[row] < table.sequence[row - 1]));
    }
    return wrong == 0;
}

void sort_order(EventData& data) {
    struct Entry {
        Microseconds time;
        std::uint64_t sequence;
        EventReference event;
        bool operator<(const Entry& other) const {
            return time != other.time ? time < other.time : sequence < other.sequence;
        }
    };
    std::size_t total = 0;
    data.rows_in_order = true;
    for (const EventTable& table : data.tables) total += table.size();
    std::vector<Entry> entries;
    entries.reserve(total);
    std::vector<std::size_t> runs{0};  // sorted runs, one per table that has rows
    for (std::uint32_t type = 0; type < data.tables.size(); ++type) {
        const EventTable& table = data.tables[type];
        if (table.size() == 0) continue;
        for (std::uint32_t row = 0; row < table.size(); ++row) {
            entries.push_back({table.time[row], table.sequence[row], {type, row}});
        }
        // Most files are in time order already: then one table costs a check and its part of the merge.
        const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(runs.back());
        if (!std::is_sorted(begin, entries.end())) {
            std::stable_sort(begin, entries.end());
            data.rows_in_order = false;
        }
        runs.push_back(entries.size());
    }
    // Neighbours pairwise, so that each entry moves log(tables) times.
    std::vector<Entry> merged;
    if (runs.size() > 2) merged.resize(total);
    while (runs.size() > 2) {
        std::vector<std::size_t> longer{0};
        const auto at = [&](std::size_t place) {
            return entries.begin() + static_cast<std::ptrdiff_t>(place);
        };
        auto out = merged.begin();
        for (std::size_t i = 0; i + 1 < runs.size(); i += 2) {
            const std::size_t end = i + 2 < runs.size() ? runs[i + 2] : runs[i + 1];
            out = std::merge(at(runs[i]), at(runs[i + 1]), at(runs[i + 1]), at(end), out);
            longer.push_back(end);
        }
        entries.swap(merged);
        runs = std::move(longer);
    }
    data.order.clear();
    data.order.reserve(total);
    for (const Entry& entry : entries) data.order.push_back(entry.event);
}

}  // namespace clausal
