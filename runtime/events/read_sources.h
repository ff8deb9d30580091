#pragma once
// Files -> events, as the sources of a pack declare it, or in the generic form of README.md.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/events/data_finding.h"
#include "runtime/events/event_data.h"
#include "runtime/events/schema.h"

namespace clausal {

// A file to read: `declared` is a source's or register's file as the pack writes it; "" means the
// generic form.
struct SourceFileInput {
    std::string declared;
    std::string path;
};

struct ReadOptions {
    bool strict = false;            // a row put aside refuses everything
    Microseconds until = kForever;  // later events are put aside and counted
    bool keep_event_ids = false;    // fill ReadReport::event_ids
    bool read_registers = true;
    std::map<std::int32_t, std::uint64_t> rows_before;  // per rank: rows of earlier readings
    std::map<std::string, std::uint64_t>
        rows_known;  // per path: leading rows that were read before
    // Called now and then with bytes read of all files and of the current one.
    std::function<void(std::uint64_t done, std::uint64_t total)> progress;
};

struct FileReport {
    std::string declared;
    std::string path;
    std::int32_t rank = 0;
    bool is_register = false;
    std::uint64_t bytes = 0;
    std::uint64_t rows_before = 0;  // of the rank, in earlier files and readings
    std::uint64_t rows_known = 0;   // leading rows that were left out as read before
    std::uint64_t rows = 0;         // the others, without the header, with those put aside
    std::uint64_t events = 0;       // taken (registers: versions)
    std::uint64_t put_aside = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t after_until = 0;
};

struct ReadReport {
    std::vector<DataFinding> findings;  // about files; errors refuse the reading
    std::vector<DataFinding> rejected;  // rows put aside, up to limits::kMaxRejectedKept
    std::vector<FileReport> files;
    std::uint64_t put_aside = 0, duplicates = 0, rows = 0, events = 0;
    std::vector<std::vector<std::string>> event_ids;      // per event type and row, "" = none
    std::vector<std::vector<std::uint64_t>> event_lines;  // where they stand, filled like event_ids
    bool ok() const;                                      // no errors: the data may be used
};

// Reads all files into `data` (made from the same schema; may hold events and texts already) and
// sorts its order. On errors `data` holds a part and is to be thrown away.
ReadReport read_sources(const Schema& schema, const std::vector<SourceFileInput>& files,
    const ReadOptions& options, EventData& data);

// Which file serves which source. `given` are files and folders named by the user; without any, the
// files are looked for beside the pack. Files that fit no source are read in the generic form.
std::vector<SourceFileInput> match_files(const Schema& schema,
    const std::vector<std::string>& given, const std::string& pack_folder,
    std::vector<DataFinding>* findings);

// The entry of `names` that looks most like `name`; "" when there is none.
std::string nearest_name(const std::string& name, const std::vector<std::string>& names);

// Whether one name may be a slip of the other: a third of the characters differ at most, or one is
// in the other and at least half of it.
bool looks_like(const std::string& a, const std::string& b);

}  // namespace clausal
