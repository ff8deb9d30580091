#pragma once
// What several subcommands do with a pack: load it from rule files or from a built pack, print its
// findings, load its calendars, and run it.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "compiler/driver/load.h"
#include "runtime/calendar/calendar.h"
#include "runtime/engine/outcome.h"
#include "runtime/events/data_finding.h"
#include "runtime/events/event_data.h"
#include "runtime/events/read_sources.h"
#include "runtime/events/write_firings.h"

namespace clausal::compiled {
class CompiledPack;
}

namespace clausal::cli {

struct Pack {
    LoadedPack loaded;
    Language language = Language::english;
    std::string object;                                      // machine code of a built pack
    std::shared_ptr<const compiled::CompiledPack> compiled;  // made by the first run
    bool refused = false;  // what was opened is no usable pack, and it was said
    const core::CorePack& core() const { return *loaded.core; }
    bool usable() const { return !refused && loaded.core.has_value() && !loaded.sink.has_errors(); }
};

// Opens rule files or a built pack. Never throws for what the user's files hold.
Pack open_pack(const Common& common, const std::string& path);

// Findings of the rule text; to standard output for `check`, else to standard error.
void print_findings(const Common& common, const Pack& pack);
void print_findings_to_errors(const Common& common, const Pack& pack);
// Findings made later, to standard error.
void print_more_findings(const Common& common, const Pack& pack, const Sink& sink);
void print_readings(const Pack& pack);

// Calendars of the pack, by Schema::calendars; false when one could not be loaded (which was said).
bool load_calendars(const Common& common, const Pack& pack, const std::vector<std::string>& data,
    std::vector<WorkCalendar>* calendars);
// Says which years of the data a calendar does not have.
void warn_of_calendar_years(const Common& common, const Pack& pack,
    const std::vector<WorkCalendar>& calendars, const EventData& data);

// Parses an instant of the command line (2026-03-01, 2026-03-01 09:00, RFC 3339) in the pack's zone;
// false when it is none (which was said).
bool parse_until(const Pack& pack, const std::optional<std::string>& given, Microseconds* until);

// Whether a store of that name outlives the program: SQLite gives others without a file as well.
bool names_a_file(const std::string& store);

std::vector<RuleLabel> rule_labels(const core::CorePack& pack);
Outcomes run_pack(Pack& pack, EventData& data, const std::vector<WorkCalendar>& calendars,
    const RunOptions& options, bool reference);

// The summary that a person reads after a dry run or a run.
// Events after `until` (kMissing: none) took no part and are not counted.
std::string summary(const Pack& pack, const EventData& data, const Outcomes& outcomes,
    Microseconds until = kMissing);

// Rows put aside: the first ones one by one, the others counted.
void print_rejected(const ReadReport& report, const Common& common, const Pack& pack);
// All rows put aside as CSV: file, line, column, code, reason. False when it cannot be written, which
// was said.
bool write_put_aside(const std::string& path, const ReadReport& report, const Pack& pack);
// What a run could not compute (a finding for each rule and reason), and rules that had to look back too
// far; whether there are any of the latter, which are errors.
bool print_run_findings(const Outcomes& outcomes, const RunOptions& options, const EventData& data,
    const Common& common, const Pack& pack);
void print_data_findings(
    const std::vector<DataFinding>& findings, const Common& common, const Pack& pack);

}  // namespace clausal::cli
