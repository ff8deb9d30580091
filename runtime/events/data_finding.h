#pragma once
// What the readers and the store found wrong or worth saying, as plain data. The driver turns these
// into diagnostics: a DataKind has the code of its row in compiler/diagnostics/kinds_runtime.def.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace clausal {

enum class DataKind : std::uint16_t {
    none = 0,
    // files and declarations of sources: errors
    file_not_found = 801,
    file_unreadable,
    file_not_utf8,
    file_utf16,
    file_empty,
    column_unknown,
    column_place_unknown,
    column_ambiguous,
    source_not_given,
    format_unsupported,
    strict_refused,
    generic_no_event,
    generic_no_time,
    zone_unknown,
    generic_unknown_format,
    source_without_time,
    no_data_found,
    file_not_lines,
    file_not_regular,
    // rows put aside: warnings
    row_ragged = 820,
    row_unclosed_quote,
    row_text_after_quote,
    row_nul,
    row_not_utf8,
    row_too_long,
    json_invalid,
    json_duplicate_key,
    json_too_deep,
    json_not_object,
    value_not_number,
    value_out_of_range,
    value_not_time,
    date_does_not_exist,
    time_in_gap,
    value_not_duration,
    value_not_boolean,
    value_not_choice,
    value_percent_unmarked,
    value_other_currency,
    key_missing,
    time_missing,
    event_conflict,
    event_name_unknown,
    value_wrong_kind,
    register_conflict,
    row_too_many_events,
    event_name_missing,
    value_with_separator,
    value_not_whole,
    // notes on what was read
    time_ambiguous = 850,
    value_rounded,
    duplicates_dropped,
    rows_put_aside,
    events_after_until,
    file_already_imported,
    events_late,
    source_absent,
    columns_unused,
    column_never_seen,
    // the store: errors
    store_not_a_database = 860,
    store_newer,
    store_other_pack,
    store_read_only,
    store_locked,
    store_cannot_open,
    store_declaration_changed,
    store_damaged,
    store_write_failed,
    store_foreign,
    store_name_reserved,
    store_not_found,
    store_is_folder,
    store_folder_missing,
    // more on files and rows, not all of them errors
    event_id_missing,
    time_far_off,
    row_ragged_first,
    file_other_separator,
    header_unreadable,
    store_needs_name,
    // a run: what could not be computed
    condition_divided_by_zero = 881,
    condition_overflowed,
    value_divided_by_zero,
    value_overflowed,
    // errors beside its result
    remembered_too_many = 890,
    // more notes on what was read
    file_grown = 892,
    file_changed,
    register_rows_repeated = 895,
    register_from_beginning,
    // and on what a store holds
    firings_of_other_packs,
    firings_not_given,
    firings_differ,
};

// One argument of the sentence of a finding: `value` replaces {name}.
struct DataArgument {
    std::string name;
    std::string value;
    bool operator==(const DataArgument&) const = default;
};

// `line` is 1-based, 0 when no line is meant; `column` is a header name, a JSON key or a place.
// {file} and {column} of a sentence are these members; `arguments` has the others.
struct DataFinding {
    DataKind kind = DataKind::none;
    std::string file;
    std::uint64_t line = 0;
    std::string column;
    std::vector<DataArgument> arguments;
    bool operator==(const DataFinding&) const = default;
};

// The stable name of a kind, as in kinds_runtime.def: "row_ragged".
std::string_view slug(DataKind kind);
// Errors refuse the whole reading or writing; the others are reported beside a result.
bool is_error(DataKind kind);
// The argument `name` of a finding, "" when it has none.
std::string_view argument(const DataFinding& finding, std::string_view name);

}  // namespace clausal
