#pragma once
// Local days of a time zone, calendar units, and working days from data. All functions are pure once
// loaded; the zone comes from the system's tz database (Howard Hinnant's date).

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/types.h"

namespace clausal {

// A time zone by IANA name. `open` gives nullopt for an unknown name.
class Zone {
public:
    static std::optional<Zone> open(std::string_view name);
    static Zone utc();
    // Days since 1970-01-01 of the local date at `t`.
    std::int64_t day_of(Microseconds t) const;
    // First instant of a local day (a day may start after 00:00 where midnight is skipped).
    Microseconds day_start(std::int64_t day) const;
    enum class Local : std::uint8_t { unique, ambiguous, nonexistent };
    // The instant of a wall-clock time given as microseconds since 1970-01-01 local. Ambiguous: the
    // earlier one; nonexistent: the instant of the gap.
    Local to_instant(Microseconds local, Microseconds* out) const;
    Microseconds to_local(Microseconds t) const;  // microseconds since 1970-01-01 of the wall clock
    const std::string& name() const;

private:
    struct Data;
    std::shared_ptr<const Data> data_;
};

// Working days from files in the holiday-cn JSON form (days: [{date, isOffDay}]), else Monday–Friday;
// only years that some file covers are known.
class WorkCalendar {
public:
    struct File {
        std::string path;
        std::string content;
    };
    // On failure returns nullopt and sets *error to what is wrong and where (English; zh in *error_zh).
    static std::optional<WorkCalendar> load(const std::vector<File>& files,
        std::int32_t begin_minute, std::int32_t end_minute, std::string* error,
        std::string* error_zh);
    std::optional<bool> is_working(std::int64_t day) const;  // nullopt: no data for that year
    std::optional<std::int64_t> add_working_days(std::int64_t day, std::int64_t count) const;
    // Working time in [from, to) with the working hours of each working day of `zone`.
    std::optional<Microseconds> working_time(
        const Zone& zone, Microseconds from, Microseconds to) const;
    // The first instant by which so much working time (> 0) has passed since `from`.
    std::optional<Microseconds> after_working_time(
        const Zone& zone, Microseconds from, Microseconds length) const;
    // The last microsecond of the count-th working day after the day of `from`.
    std::optional<Microseconds> end_of_working_days(
        const Zone& zone, Microseconds from, std::int64_t count) const;
    const std::string& hash() const { return hash_; }  // of the files' contents
    // Working days as consecutive numbers: of a working day (nullopt on others and without data), of the
    // last one at or before a day, and back.
    std::optional<std::int64_t> working_index(std::int64_t day) const;
    std::int64_t last_working_index(std::int64_t day) const;
    std::optional<std::int64_t> day_of_index(std::int64_t index) const;

private:
    std::vector<std::int64_t> off_days_, on_days_;  // sorted exceptions
    std::vector<std::int32_t> years_;               // covered; none: Monday–Friday of every year
    std::vector<std::int64_t> working_days_;        // of the covered years, sorted
    std::int32_t begin_minute_ = 0, end_minute_ = 24 * 60;
    std::string hash_;
};

// Index of the calendar unit that holds `t`: consecutive units have consecutive indices. Working days
// of `calendar` count only working days (an instant on another day belongs to no unit: nullopt).
enum class CalendarUnit : std::uint8_t { hour, day, week, month, year, working_day };
std::optional<std::int64_t> unit_of(
    const Zone& zone, CalendarUnit unit, Microseconds t, const WorkCalendar* calendar);
// First instant of unit `index`, and of the one after it (its end).
Microseconds unit_start(
    const Zone& zone, CalendarUnit unit, std::int64_t index, const WorkCalendar* calendar);

}  // namespace clausal
