#pragma once
// Values of fields as text: for people, and for files that are read back.

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/types.h"
#include "runtime/calendar/calendar.h"
#include "runtime/events/event_data.h"

namespace clausal {

// 2026-03-06 09:00:00, the wall clock of `zone`.
std::string format_instant(Microseconds time, const Zone& zone);
// RFC 3339 with the zone's offset: 2026-03-06T09:00:00+08:00, 2026-03-06T01:00:00.5Z.
std::string format_rfc3339(Microseconds time, const Zone& zone);
// value × 10^-decimals with all its digits and no more: -12.5
std::string format_decimal(std::int64_t value, int decimals);

// A value as a person reads it: exact decimals, 65%, choice names, local times without an offset,
// durations as PT1H30M, several texts joined by "、"; "" when missing.
std::string format_value(
    const Type& type, std::int64_t value, const Dictionary& dictionary, const Zone& zone);
// The same as one JSON value: numbers as exact decimal literals, times in RFC 3339, null if missing.
std::string format_json(
    const Type& type, std::int64_t value, const Dictionary& dictionary, const Zone& zone);

// A JSON string literal, and a CSV cell with quotes where needed.
std::string json_text(std::string_view text);
std::string csv_cell(std::string_view text);

}  // namespace clausal
