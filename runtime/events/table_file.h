#pragma once
// Rows of a file of either format as cells of the columns that a reader asked for.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/events/byte_stream.h"
#include "runtime/events/csv.h"
#include "runtime/events/data_finding.h"
#include "runtime/events/json_row.h"
#include "runtime/events/schema.h"

namespace clausal {

struct WantedColumn {
    std::string name;                       // or
    std::int64_t place = 0;                 // 1-based, when there is no name
    bool optional = false;                  // no error when the file lacks it
    std::vector<std::string> aliases = {};  // other keys that mean the same (NDJSON)
};

// The finding that `path` has no column `name` but those of `names`.
DataFinding unknown_column(
    const std::string& path, const std::string& name, const std::vector<std::string>& names);

// `a, b, c`, the first ones of many.
std::string column_list(const std::vector<std::string>& names);

// The finding that a header is one name with a separator in it: the file has another than was read.
std::optional<DataFinding> other_separator(
    const std::string& path, const std::vector<std::string>& header);

class TableFile {
public:
    virtual ~TableFile() = default;
    // Header names of a CSV file, empty without a header and for NDJSON.
    virtual const std::vector<std::string>& header() const = 0;
    // All names met so far: the header, or the keys of the NDJSON rows read.
    virtual const std::vector<std::string>& names() const { return header(); }
    virtual bool named_at_start() const = 0;  // whether header() says all there is
    // Says which cells next() fills. Findings: columns that do not exist.
    virtual void want(
        std::vector<WantedColumn> columns, bool normalise, std::vector<DataFinding>* findings) = 0;
    enum class Status : std::uint8_t { row, broken, end };
    virtual Status next() = 0;
    virtual const std::vector<Cell>& cells() const = 0;
    virtual std::uint64_t line() const = 0;
    virtual DataFinding problem() const = 0;  // of a broken row
    // Whether any row so far had the wanted column `index` (CSV: its header has been looked at).
    virtual bool occurs(std::size_t index) const = 0;
    virtual std::uint64_t bytes_read() const = 0;

    // nullptr and a finding when the file cannot be read at all.
    static std::unique_ptr<TableFile> open(SourceSpec::Format format, const std::string& path,
        char separator, bool has_header, std::vector<DataFinding>* findings);
};

}  // namespace clausal
