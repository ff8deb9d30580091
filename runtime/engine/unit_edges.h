#pragma once
// Edges of calendar units, and the days of a daily moment.

#include "runtime/calendar/calendar.h"

namespace clausal::engine {

// The first start of a unit that is not before `from`.
Microseconds next_edge(const Zone& zone, CalendarUnit unit, Microseconds from);
// Whether a moment of this unit (a CalendarUnit) falls on the local day.
// `count`: the day of the week (1 = Monday) or month; 0: the first.
bool is_daily(
    std::int64_t day, std::uint8_t unit, std::int64_t count, const WorkCalendar* calendar);
// Monday = 0.
int weekday_of(std::int64_t day);

}  // namespace clausal::engine
