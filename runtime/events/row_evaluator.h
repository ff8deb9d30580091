#pragma once
// The little expressions of a source declaration, evaluated for one row after the other.

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "runtime/calendar/calendar.h"
#include "runtime/events/cell_value.h"
#include "runtime/events/json_row.h"
#include "runtime/events/schema.h"

namespace clausal {

class RowEvaluator {
public:
    // `columns[i]` is the place in a row's cells of the column of node i (kNone for other nodes).
    // `zones` has an open zone for every `zoned` node's text; `zone` is that of other local times.
    RowEvaluator(const SourceSpec& spec, std::vector<std::uint32_t> columns, const Zone& zone,
        const std::map<std::string, Zone>& zones, Dictionary& dictionary);

    // Begins a row; `cells` must live until the next one.
    void begin_row(const std::vector<Cell>& cells);
    // Begins an event of the row: `field` nodes name its fields or its time.
    void begin_event(const SourceEvent& event, const std::vector<Field>& fields);

    // Three-valued: 1, 0, or -1 for unknown. kNone counts as true.
    bool test(std::uint32_t node, int* out, RowProblem* problem);
    // The value of binding `index` of the event in the type of its field (time: instant).
    bool binding(std::size_t index, std::int64_t* out, RowProblem* problem);
    // A value of a given type outside the bindings: keys, valid-from.
    bool value(std::uint32_t node, const Type& type, std::int64_t* out, RowProblem* problem);
    // A text as written, "" when missing: event ids.
    bool text(std::uint32_t node, std::string* out, RowProblem* problem);

    // The column that a field of the event comes from (kNone: its time), "" when it is computed.
    std::string column_of(std::uint32_t field) const;

    // Notes of the conversions since begin_row.
    const ConversionNotes& notes() const { return converter_.notes; }
    // Field whose value was rounded first, kRoundedTime for the time of the event, kNone if none.
    static constexpr std::uint32_t kRoundedTime = kNone - 1;
    std::uint32_t rounded_field() const { return rounded_field_; }

private:
    bool evaluate(std::uint32_t node, int depth, CellValue* out, RowProblem* problem);
    bool column(const SourceNode& node, std::uint32_t index, CellValue* out);
    bool field(const std::string& name, int depth, CellValue* out, RowProblem* problem);
    bool joined(const SourceNode& node, int depth, CellValue* out, RowProblem* problem);
    bool time_at(const SourceNode& node, int depth, CellValue* out, RowProblem* problem);
    bool date_of(const SourceNode& node, int depth, CellValue* out, RowProblem* problem);
    bool arithmetic(const SourceNode& node, int depth, CellValue* out, RowProblem* problem);
    bool percentage(const SourceNode& node, int depth, CellValue* out, RowProblem* problem);
    bool zoned(const SourceNode& node, int depth, CellValue* out, RowProblem* problem);
    bool condition(const SourceNode& node, int depth, CellValue* out, RowProblem* problem);
    bool compare(const CellValue& a, const CellValue& b, int* out, RowProblem* problem);
    bool binding_at(std::size_t index, int depth, std::int64_t* out, RowProblem* problem);
    const Type& binding_type(std::size_t index) const;
    // A date or local time from a cell that still is text.
    bool as_time(CellValue* value, RowProblem* problem);
    std::string column_name(std::uint32_t node) const;

    const SourceSpec& spec_;
    std::vector<std::uint32_t> columns_;
    const std::map<std::string, Zone>& zones_;
    Dictionary& dictionary_;
    CellConverter converter_;
    const std::vector<Cell>* cells_ = nullptr;
    const SourceEvent* event_ = nullptr;
    const std::vector<Field>* fields_ = nullptr;
    std::vector<std::int64_t> computed_;
    enum class Progress : std::uint8_t { none, running, done };
    std::vector<Progress> progress_;
    std::deque<std::string> joined_;     // texts made for this row
    std::uint32_t last_column_ = kNone;  // node of the column read last, for messages
    std::uint32_t rounded_field_ = kNone;
};

}  // namespace clausal
