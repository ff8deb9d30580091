#pragma once
// JSON lines as rows: one object per line, nested objects as dotted columns ("order.amount"), lists
// of scalars as several texts. Numbers keep their digits; nothing goes through binary floating point.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/events/data_finding.h"

namespace clausal {

// A cell of a row of any format.
struct Cell {
    enum class Kind : std::uint8_t { missing, text, number, boolean, list, nested };
    Kind kind = Kind::missing;
    std::string text;                // number: its digits; boolean: "true" or "false"
    std::vector<std::string> items;  // list
};

struct JsonProblem {
    DataKind kind = DataKind::json_invalid;
    std::size_t offset = 0;  // byte
    std::string key;         // json_duplicate_key; value_out_of_range
    std::string value;       // value_out_of_range
};

// Whether `text` is one JSON document (RFC 8259) within our limits; duplicate keys are allowed if
// said so, as the RFC leaves them to the reader.
std::optional<JsonProblem> check_json(std::string_view text, bool allow_duplicate_keys);

// Reads the columns asked for from one line after the other.
class JsonRowReader {
public:
    // `normalise`: keys are compared without case, with _ and - as a space.
    JsonRowReader(std::vector<std::string> columns, bool normalise);
    // Another key for a column; keys asked for already keep their meaning.
    void add_alias(std::size_t column, const std::string& key);
    // nullopt: cells() has the row.
    std::optional<JsonProblem> read(std::string_view line);
    const std::vector<Cell>& cells() const { return cells_; }
    bool seen(std::size_t column) const { return seen_[column]; }  // in any row so far
    const std::vector<std::string>& keys_seen() const { return keys_; }

private:
    friend class JsonRowHandler;
    static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
    std::size_t place_of(const std::string& key) const;  // kNowhere: nobody asked for it
    std::vector<std::string> columns_;
    bool normalise_;
    std::unordered_map<std::string, std::size_t> slots_;
    std::vector<Cell> cells_;
    std::vector<bool> seen_;
    std::vector<std::string> keys_;  // the first few keys, for messages
};

// "Quote_Email " -> "quote email": how the generic form compares names of columns and events.
std::string normalised_name(std::string_view name);

}  // namespace clausal
