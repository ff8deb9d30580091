#pragma once
// Bare pointers to the columns that one rule reads.

#include "bench/generate.h"
#include "bench/hand_written/hand_written.h"

namespace clausal::bench {

struct Columns {
    const Microseconds* time;
    const std::uint64_t* sequence;
    const std::uint32_t* subject;
    const std::int64_t* value;  // the second column, where there is one
    std::uint32_t size;

    Columns(const EventData& data, Event type)
        : time(data.tables[type].time.data()),
          sequence(data.tables[type].sequence.data()),
          subject(data.tables[type].subjects[0].data()),
          value(
              data.tables[type].columns.size() > 1 ? data.tables[type].columns[1].data() : nullptr),
          size(static_cast<std::uint32_t>(data.tables[type].size())) {}
    // Beyond the end: later than everything.
    Microseconds time_at(std::uint32_t row) const { return row < size ? time[row] : kForever; }
};

inline Microseconds last_event(const EventData& data) {
    const EventReference& last = data.order.back();
    return data.tables[last.type].time[last.row];
}

}  // namespace clausal::bench
