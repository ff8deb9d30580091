#pragma once
// Values on their way from a cell to a field: what source expressions compute with, and how such a
// value becomes the 64-bit integer of a typed field.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/decimal.h"
#include "runtime/base/types.h"
#include "runtime/calendar/calendar.h"
#include "runtime/events/data_finding.h"
#include "runtime/events/event_data.h"

namespace clausal {

struct CellValue {
    enum class Kind : std::uint8_t {
        missing,
        text,
        number,
        percent,
        boolean,
        list,
        duration,  // a = microseconds
        date,      // a = days
        local,     // a = days, b = microseconds since that day's midnight, which may leave the day
        instant,   // a = microseconds UTC
    };
    Kind kind = Kind::missing;
    std::int64_t a = 0;  // number, percent: coefficient; boolean: 0 or 1
    std::int64_t b = 0;
    std::int32_t decimals = 0;                        // number, percent
    std::string_view text;                            // text; also the text a number was read from
    const std::vector<std::string>* items = nullptr;  // list
};

// Why a row is put aside. `column` says where the value came from.
struct RowProblem {
    DataKind kind = DataKind::none;
    std::string column;
    std::vector<DataArgument> arguments;
};

enum class NumberStatus : std::uint8_t { ok, rounded, unreadable, out_of_range };
// "-12.50", "1e3", ".5": exactly as long as 64 bits hold its digits.
NumberStatus parse_number(std::string_view text, Decimal* out);
// value × 10^decimals, rounded half away from zero.
NumberStatus scale_number(const Decimal& value, int decimals, std::int64_t* out);

// Counts of what happened to values without putting their row aside.
struct ConversionNotes {
    bool rounded = false;
    bool ambiguous = false;  // a local time that occurs twice
};

// Converts values of one row; borrows everything.
class CellConverter {
public:
    CellConverter(Dictionary& dictionary, const Zone& zone)
        : dictionary_(dictionary), zone_(zone) {}

    // The value of a field of `type`, kMissing for a missing one. On false *problem says why.
    bool convert(const CellValue& value, const Type& type, std::int64_t* out, RowProblem* problem);
    // The other way round, for expressions that use a field computed before.
    static CellValue from_field(std::int64_t value, const Type& type, const Dictionary& dictionary);
    // The instant of a local time in `zone`.
    bool to_instant(const Zone& zone, Microseconds local, Microseconds* out, RowProblem* problem);
    bool to_number(const CellValue& value, Decimal* out, RowProblem* problem);

    ConversionNotes notes;

private:
    bool time(const CellValue& value, const Type& type, std::int64_t* out, RowProblem* problem);
    bool percent(const CellValue& value, const Type& type, std::int64_t* out, RowProblem* problem);
    bool money(std::string_view text, const Type& type, Decimal* out, RowProblem* problem);
    bool scaled(const Decimal& value, std::string_view text, int decimals, std::int64_t* out,
        RowProblem* problem);
    bool texts(const CellValue& value, std::int64_t* out, RowProblem* problem);

    Dictionary& dictionary_;
    const Zone& zone_;
};

bool fail(RowProblem* problem, DataKind kind, std::string_view value);
std::string_view trimmed(std::string_view text);
// Whether a text has nothing but spaces and line ends, also full-width and no-break spaces.
bool is_blank(std::string_view text);
// Without spaces, tabs, line ends, no-break and ideographic spaces around it.
std::string_view without_outer_blanks(std::string_view text);

}  // namespace clausal
