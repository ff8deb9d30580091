#pragma once
// The reference execution: what docs/language/semantics.md says, computed directly. Slow, and the judge.

#include <vector>

#include "compiler/core/core.h"
#include "compiler/interpret/subject_trace.h"
#include "runtime/calendar/calendar.h"
#include "runtime/engine/outcome.h"
#include "runtime/events/event_data.h"

namespace clausal::interpret {

// The texts of the pack must be in the dictionary (core::intern_constants).
Outcomes run_reference(const core::CorePack& pack, const EventData& data,
    const std::vector<WorkCalendar>& calendars, const RunOptions& options);

// The data of a run, for tracing single subjects (explanations).
RunData make_run_data(const core::CorePack& pack, const EventData& data,
    const std::vector<WorkCalendar>& calendars, const RunOptions& options);
// Own and broadcast events of every subject of a kind, up to the end.
std::vector<std::vector<EventReference>> events_by_subject(
    const core::CorePack& pack, const RunData& run, std::uint32_t kind);
// As run_reference, with expiry steps at further instants: the result must be the same (used by tests).
Outcomes run_reference_with_expiries(const core::CorePack& pack, const EventData& data,
    const std::vector<WorkCalendar>& calendars, const RunOptions& options,
    const std::vector<Microseconds>& expiries);

}  // namespace clausal::interpret
