#include "runtime/engine/unit_edges.h"

namespace clausal::engine {

Microseconds next_edge(const Zone& zone, CalendarUnit unit, Microseconds from) {
    const auto index = unit_of(zone, unit, from, nullptr);
    if (!index) return kForever;
    const Microseconds start = unit_start(zone, unit, *index, nullptr);
    return start >= from ? start : unit_start(zone, unit, *index + 1, nullptr);
}

int weekday_of(std::int64_t day) {
    const std::int64_t modulo = (day + 3) % 7;  // 1970-01-01 was a Thursday
    return static_cast<int>(modulo < 0 ? modulo + 7 : modulo);
}

bool is_daily(
    std::int64_t day, std::uint8_t unit, std::int64_t count, const WorkCalendar* calendar) {
    if (count == 0) count = 1;
    switch (static_cast<CalendarUnit>(unit)) {
    case CalendarUnit::week: return weekday_of(day) + 1 == count;
    case CalendarUnit::month: {
        const Zone utc = Zone::utc();
        const auto month = unit_of(utc, CalendarUnit::month, day * kDay, nullptr);
        return month &&
               day - utc.day_of(unit_start(utc, CalendarUnit::month, *month, nullptr)) + 1 == count;
    }
    case CalendarUnit::working_day:
        if (calendar == nullptr) return weekday_of(day) < 5;
        return calendar->is_working(day).value_or(false);
    case CalendarUnit::hour:
    case CalendarUnit::day:
    case CalendarUnit::year: return true;
    }
    return true;
}

}  // namespace clausal::engine
