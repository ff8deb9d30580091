#pragma once
// The generic form of event files, which needs no source declaration: columns named as the fields,
// `time`/`时间`, `event`/`事件` (not needed when the pack has one event), and optionally `id`/`事件号`.
// It becomes an ordinary SourceSpec, so that one way of reading does everything.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/events/data_finding.h"
#include "runtime/events/schema.h"
#include "runtime/events/table_file.h"

namespace clausal {

struct GenericSource {
    SourceSpec spec;
    std::uint32_t event_column = kNone;                     // node; kNone: always events[0]
    std::uint32_t time_column = kNone;                      // node
    std::unordered_map<std::string, std::uint32_t> events;  // normalised name -> SourceSpec::events
    std::vector<std::string> event_names;
};

// `header` has the names of a CSV file's columns; `known` is false for NDJSON, whose keys show only
// while reading: then every column may occur.
GenericSource generic_source(const Schema& schema, SourceSpec::Format format,
    const std::string& path, const std::vector<std::string>& header, bool known, std::int32_t rank,
    std::vector<DataFinding>* findings);

// Finds fields that no column gives although a column looks like them, and keys of the subjects that
// no column gives. `header` has the names of all columns; other columns that mean nothing are fine.
void check_generic_columns(const Schema& schema, const std::string& path,
    const std::vector<std::string>& header, std::vector<DataFinding>* findings);

// Warns of columns that no field is called, when fields of the events that the file gave
// (`read`, by event type) have no column: such a pair may be one name written in two ways.
void check_unused_columns(const Schema& schema, const std::string& path,
    const std::vector<std::string>& header, const std::vector<bool>& read,
    std::vector<DataFinding>* findings);

// Gives the wanted columns time, event and id their other names, which NDJSON keys may use.
void add_generic_aliases(std::vector<WantedColumn>* wanted);

}  // namespace clausal
