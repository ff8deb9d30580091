#pragma once
// The files that a pack names besides its rules: calendars and registers. Whether they are there and
// can be read is a finding of `check`, not only of a run.

#include <string>
#include <vector>

#include "compiler/driver/load.h"
#include "runtime/calendar/calendar.h"

namespace clausal {

// Calendars of the pack, by Schema::calendars; false when one could not be loaded (which is reported).
// Files are looked for beside the pack and in `data`, files or folders.
bool load_calendars(const LoadedPack& pack, const std::vector<std::string>& data,
    std::vector<WorkCalendar>* calendars, Sink& sink);

// Calendars that the rules use and whose data ends before or begins after the time from `from` to `to`.
void report_missing_years(const LoadedPack& pack, const std::vector<WorkCalendar>& calendars,
    Microseconds from, Microseconds to, bool of_examples, Sink& sink);

// Everything that `check` says of these files, with the years that the examples need.
void check_pack_files(LoadedPack& pack, const std::vector<std::string>& data);

}  // namespace clausal
