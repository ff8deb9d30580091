#include "runtime/events/data_finding.h"

namespace clausal {

std::string_view slug(DataKind kind) {
    switch (kind) {
#define CLAUSAL_SLUG(name) \
    case DataKind::name: return #name
        CLAUSAL_SLUG(none);
        CLAUSAL_SLUG(file_not_found);
        CLAUSAL_SLUG(file_unreadable);
        CLAUSAL_SLUG(file_not_utf8);
        CLAUSAL_SLUG(file_utf16);
        CLAUSAL_SLUG(file_empty);
        CLAUSAL_SLUG(column_unknown);
        CLAUSAL_SLUG(column_place_unknown);
        CLAUSAL_SLUG(column_ambiguous);
        CLAUSAL_SLUG(source_not_given);
        CLAUSAL_SLUG(format_unsupported);
        CLAUSAL_SLUG(strict_refused);
        CLAUSAL_SLUG(generic_no_event);
        CLAUSAL_SLUG(generic_no_time);
        CLAUSAL_SLUG(zone_unknown);
        CLAUSAL_SLUG(generic_unknown_format);
        CLAUSAL_SLUG(source_without_time);
        CLAUSAL_SLUG(row_ragged);
        CLAUSAL_SLUG(row_unclosed_quote);
        CLAUSAL_SLUG(row_text_after_quote);
        CLAUSAL_SLUG(row_nul);
        CLAUSAL_SLUG(row_not_utf8);
        CLAUSAL_SLUG(row_too_long);
        CLAUSAL_SLUG(json_invalid);
        CLAUSAL_SLUG(json_duplicate_key);
        CLAUSAL_SLUG(json_too_deep);
        CLAUSAL_SLUG(json_not_object);
        CLAUSAL_SLUG(value_not_number);
        CLAUSAL_SLUG(value_out_of_range);
        CLAUSAL_SLUG(value_not_time);
        CLAUSAL_SLUG(date_does_not_exist);
        CLAUSAL_SLUG(time_in_gap);
        CLAUSAL_SLUG(value_not_duration);
        CLAUSAL_SLUG(value_not_boolean);
        CLAUSAL_SLUG(value_not_choice);
        CLAUSAL_SLUG(value_percent_unmarked);
        CLAUSAL_SLUG(value_other_currency);
        CLAUSAL_SLUG(key_missing);
        CLAUSAL_SLUG(time_missing);
        CLAUSAL_SLUG(event_conflict);
        CLAUSAL_SLUG(event_name_unknown);
        CLAUSAL_SLUG(value_wrong_kind);
        CLAUSAL_SLUG(register_conflict);
        CLAUSAL_SLUG(row_too_many_events);
        CLAUSAL_SLUG(time_ambiguous);
        CLAUSAL_SLUG(value_rounded);
        CLAUSAL_SLUG(duplicates_dropped);
        CLAUSAL_SLUG(rows_put_aside);
        CLAUSAL_SLUG(events_after_until);
        CLAUSAL_SLUG(file_already_imported);
        CLAUSAL_SLUG(events_late);
        CLAUSAL_SLUG(source_absent);
        CLAUSAL_SLUG(store_not_a_database);
        CLAUSAL_SLUG(store_newer);
        CLAUSAL_SLUG(store_other_pack);
        CLAUSAL_SLUG(store_read_only);
        CLAUSAL_SLUG(store_locked);
        CLAUSAL_SLUG(store_cannot_open);
        CLAUSAL_SLUG(store_declaration_changed);
        CLAUSAL_SLUG(store_damaged);
        CLAUSAL_SLUG(store_write_failed);
        CLAUSAL_SLUG(store_foreign);
        CLAUSAL_SLUG(store_name_reserved);
        CLAUSAL_SLUG(store_not_found);
        CLAUSAL_SLUG(event_name_missing);
        CLAUSAL_SLUG(no_data_found);
        CLAUSAL_SLUG(value_with_separator);
        CLAUSAL_SLUG(value_not_whole);
        CLAUSAL_SLUG(file_not_lines);
        CLAUSAL_SLUG(file_not_regular);
        CLAUSAL_SLUG(file_grown);
        CLAUSAL_SLUG(file_changed);
        CLAUSAL_SLUG(columns_unused);
        CLAUSAL_SLUG(column_never_seen);
        CLAUSAL_SLUG(register_rows_repeated);
        CLAUSAL_SLUG(register_from_beginning);
        CLAUSAL_SLUG(firings_of_other_packs);
        CLAUSAL_SLUG(firings_not_given);
        CLAUSAL_SLUG(firings_differ);
        CLAUSAL_SLUG(store_is_folder);
        CLAUSAL_SLUG(store_folder_missing);
        CLAUSAL_SLUG(event_id_missing);
        CLAUSAL_SLUG(time_far_off);
        CLAUSAL_SLUG(row_ragged_first);
        CLAUSAL_SLUG(file_other_separator);
        CLAUSAL_SLUG(header_unreadable);
        CLAUSAL_SLUG(store_needs_name);
        CLAUSAL_SLUG(condition_divided_by_zero);
        CLAUSAL_SLUG(condition_overflowed);
        CLAUSAL_SLUG(value_divided_by_zero);
        CLAUSAL_SLUG(value_overflowed);
        CLAUSAL_SLUG(remembered_too_many);
#undef CLAUSAL_SLUG
    }
    return "none";
}

bool is_error(DataKind kind) {
    const auto code = static_cast<std::uint16_t>(kind);
    return (code >= 801 && code < 820) || (code >= 860 && code < 874) ||
           (code >= 877 && code < 880) || code == 890;
}

std::string_view argument(const DataFinding& finding, std::string_view name) {
    for (const DataArgument& each : finding.arguments)
        if (each.name == name) return each.value;
    return {};
}

}  // namespace clausal
