#pragma once
// Events in memory: one columnar table per event type, subjects as dense integers, text interned,
// and one total order. Filled by the readers or from the store, read by both executions.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/base/types.h"
#include "runtime/events/schema.h"

namespace clausal {

// Text <-> id. Ids are dense from 0. Sets of texts (type `texts`) are interned as sorted id lists.
class Dictionary {
public:
    std::int64_t intern(std::string_view text);
    std::int64_t find(std::string_view text) const;  // -1 when unknown
    const std::string& text(std::int64_t id) const {
        return *texts_.at(static_cast<std::size_t>(id));
    }
    std::size_t size() const { return texts_.size(); }
    void reserve(std::size_t count) {
        ids_.reserve(count);
        texts_.reserve(count);
    }
    std::int64_t intern_set(std::vector<std::int64_t> ids);      // sorts, drops repeats
    std::int64_t find_set(std::vector<std::int64_t> ids) const;  // -1 when unknown
    std::span<const std::int64_t> set(std::int64_t id) const {
        return sets_.at(static_cast<std::size_t>(id));
    }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> ids_;
    std::vector<const std::string*> texts_;
    std::map<std::vector<std::int64_t>, std::int64_t> set_ids_;
    std::vector<std::vector<std::int64_t>> sets_;
};

// Register values of one subject from `valid_from` on.
struct RegisterVersion {
    Microseconds valid_from = 0;
    std::vector<std::int64_t> values;  // by SubjectKind::fields, kMissing where unknown
};

struct SubjectTable {
    std::vector<std::vector<std::int64_t>> keys;  // per subject, text id per key part
    std::map<std::vector<std::int64_t>, std::uint32_t> ids;
    std::vector<std::vector<RegisterVersion>>
        registers;  // per subject, by valid_from; may be shorter than keys
    std::uint32_t intern(const std::vector<std::int64_t>& key);
    std::size_t size() const { return keys.size(); }
};

struct EventTable {
    std::vector<Microseconds> time;
    std::vector<std::uint64_t> sequence;               // place in the total order of arrival
    std::vector<std::vector<std::int64_t>> columns;    // per field, kMissing where missing
    std::vector<std::vector<std::uint32_t>> subjects;  // per SubjectReference, dense subject ids
    std::size_t size() const { return time.size(); }
};

// One entry of the total order.
struct EventReference {
    std::uint32_t type = 0;
    std::uint32_t row = 0;
    bool operator==(const EventReference&) const = default;
};

struct EventData {
    Dictionary dictionary;
    std::vector<SubjectTable> subjects;  // by SubjectKind
    std::vector<EventTable> tables;      // by EventType
    std::vector<EventReference> order;   // sorted by (time, source rank, sequence)
    bool rows_in_order = false;          // known of all tables: their rows are in the total order

    explicit EventData(const Schema& schema);
    EventData() = default;
    Microseconds last_time() const;  // of the last event in order; lowest value if none
};

// Whether the rows of a table are in the total order.
bool is_in_order(const EventTable& table);

// Sorts `order` over all rows by (time, sequence); sequences carry source rank and row number.
void sort_order(EventData& data);

}  // namespace clausal
