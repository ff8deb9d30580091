#pragma once
// Events as rows of SQLite tables, in the layout of the store (one table "<event>:rows" per event
// type, in the total order), and the bare scan of the columns that W1..W5 need: the yardstick for
// running from rows. The only file of bench/ behind which SQLite is seen.

#include <optional>
#include <string>

#include "runtime/events/event_data.h"

namespace clausal::bench {

// Writes the tables, named as in `schema` (of one of the rule files), to a new file or an empty store. An error message, or nothing.
std::optional<std::string> write_sqlite(
    const EventData& data, const Schema& schema, const std::string& path);

struct Scan {
    std::uint64_t rows = 0;
    std::int64_t checksum = 0;
    std::string error;
};
// Steps through all rows of all nine tables; with `read_columns` each value is also fetched.
Scan bare_scan(const std::string& path, const Schema& schema, bool read_columns);

// Reads the rows into columns of dense ids, as the hand-written rules want them: what a specialist
// does who starts from SQLite. Texts keep their ids; subjects are numbered by first appearance.
std::optional<std::string> read_sqlite(
    const std::string& path, const Schema& schema, EventData* out);

}  // namespace clausal::bench
