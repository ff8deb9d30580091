#pragma once
// Dates, times and durations written as text, both ways. Local times become instants elsewhere,
// through a Zone.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/types.h"

namespace clausal {

// A date, a local time, or an instant, as the text had it.
struct TimeText {
    enum class Kind : std::uint8_t { date, local, instant };
    Kind kind = Kind::local;
    std::int64_t day = 0;     // since 1970-01-01; instant: of the offset written
    Microseconds of_day = 0;  // 0 … 24 h; 24:00 is the end of the day
    Microseconds offset = 0;  // instant: local − UTC
    bool rounded = false;     // digits beyond microseconds were not all 0
    Microseconds local() const { return day * kDay + of_day; }
    Microseconds instant() const { return local() - offset; }
};

enum class TimeStatus : std::uint8_t { ok, unreadable, does_not_exist };

// ISO 8601 and its relatives: 2026-03-01, 2026/3/1 9:05, 2026.03.01T09:00:00.123456Z,
// 20260301T090000+0800, 2026年3月1日 9时5分. Digits beyond microseconds are rounded.
TimeStatus parse_time(std::string_view text, TimeText* out);

// By a pattern of yyyy yy MM M dd d HH H hh h mm m ss s S… a Z ('quoted' and other characters stand
// for themselves).
TimeStatus parse_time(std::string_view text, std::string_view pattern, TimeText* out);

// A duration with its unit: ISO 8601 (PT1H30M, P3D), 1:30:00, "90 min", "1h 30m", 15秒, 2 小时 30 分.
// Units are those of fixed length up to the week.
std::optional<Microseconds> parse_duration(std::string_view text);

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar; nullopt when there is none.
std::optional<std::int64_t> days_from_date(std::int64_t year, std::int64_t month, std::int64_t day);
struct CivilDate {
    std::int64_t year;
    int month;
    int day;
};
CivilDate date_from_days(std::int64_t days);

std::string format_date(std::int64_t days);                  // 2026-03-01
std::string format_local(Microseconds local, char between);  // 2026-03-01 09:00:00[.ffffff]
std::string format_duration(Microseconds duration);          // PT1H30M, P3D, -PT0.5S

}  // namespace clausal
