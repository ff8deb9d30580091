#pragma once
// Appends events to EventData: subjects by their keys, ids only once.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/events/event_data.h"
#include "runtime/events/schema.h"

namespace clausal {

// One event before it is appended.
struct NewEvent {
    std::uint32_t type = 0;
    Microseconds time = kMissing;
    std::vector<std::int64_t> values;  // by EventType::fields
    std::string id;                    // "" = none
    bool lacks_id = false;             // although its source says where ids stand
};

class EventWriter {
public:
    EventWriter(const Schema& schema, EventData& data);
    // Field of the first subject key that is missing, kNone when all are there.
    std::uint32_t missing_key(const NewEvent& event) const;
    enum class Known : std::uint8_t { no, equal, different };
    // Whether an event of this id came from the same rank before.
    Known known(const NewEvent& event, std::int32_t rank) const;
    void append(const NewEvent& event, std::int32_t rank, std::uint64_t sequence);
    // Fills the subjects of reference `index` for rows of `type` that have none yet; false when one
    // lacks a key.
    bool subjects(std::uint32_t type, std::size_t index);
    std::uint32_t subject(std::uint32_t kind, const std::vector<std::int64_t>& key);

private:
    static std::string id_key(const NewEvent& event, std::int32_t rank);
    const Schema& schema_;
    EventData& data_;
    std::vector<std::vector<std::uint32_t>> single_keys_;  // per kind: subject by text id
    std::unordered_map<std::string, std::uint32_t> ids_;   // rank, type, id -> row
    std::vector<std::int64_t> key_;
};

}  // namespace clausal
