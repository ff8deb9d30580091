#pragma once
// CSV rows: RFC 4180 with what real files do besides — LF, CR LF or CR, a byte order mark, any
// single-byte separator, quotes inside unquoted cells. A row that is broken is reported with its
// line, and reading goes on at the next line.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/events/byte_stream.h"
#include "runtime/events/data_finding.h"

namespace clausal {

class CsvReader {
public:
    CsvReader(ByteStream& stream, char separator) : stream_(stream), separator_(separator) {}

    enum class Status : std::uint8_t { row, broken, end };
    // The next row that is not an empty line. `broken`: problem() says why, and the row is skipped:
    // its first line only, so that one open quote does not cost the rest of the file.
    Status next();
    // Cells of the row; valid until the next call.
    const std::vector<std::string_view>& cells() const { return cells_; }
    std::uint64_t line() const { return row_line_; }  // 1-based line on which the row begins
    DataKind problem() const { return problem_; }
    std::size_t problem_cell() const { return problem_cell_; }  // 0-based

private:
    struct Bound {
        std::size_t begin, end;
        bool escapes;
    };
    enum class Scan : std::uint8_t { complete, incomplete, broken };
    Scan scan(std::string_view text, bool at_end, std::size_t* used, std::uint64_t* lines);
    Status broken(DataKind problem);

    ByteStream& stream_;
    char separator_;
    std::vector<Bound> bounds_;
    std::vector<std::string_view> cells_;
    std::string unescaped_;
    std::uint64_t line_ = 1, row_line_ = 1;
    DataKind problem_ = DataKind::none;
    std::size_t problem_cell_ = 0;
};

}  // namespace clausal
