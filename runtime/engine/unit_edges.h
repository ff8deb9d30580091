#pragma once
// Edges of calendar units, and the days of a daily moment.

#include "runtime/calendar/calendar.h"

namespace clausal::engine {

// The first start of a unit that is not before `from`.
Microseconds next_edge(const Zone& zone, CalendarUnit unit, Microseconds from);
// Whether a moment of this unit (a CalendarUnit) falls on the local day.
bool is_daily(std::int64_t day, std::uint8_t unit, const WorkCalendar* calendar);
// Monday = 0.
int weekday_of(std::int64_t day);

}  // namespace clausal::engine
