#include "runtime/events/file_notes.h"

#include <string>

#include "runtime/events/row_evaluator.h"

namespace clausal {

namespace {

constexpr std::int32_t kDecimalsOfSecond = 6;     // of an instant
constexpr std::int32_t kDecimalsOfHundredth = 2;  // 12.5 % is kept as 0.125

}  // namespace

void FileNotes::report(const FileReport& file, const Schema& schema, bool strict,
    std::vector<DataFinding>* findings) const {
    const auto add = [&](DataKind kind, std::uint64_t line, std::uint64_t count) {
        findings->push_back({kind, file.path, line, {}, {{"count", std::to_string(count)}}});
    };
    if (file.put_aside > 0)
        add(strict ? DataKind::strict_refused : DataKind::rows_put_aside, 0, file.put_aside);
    if (file.duplicates > 0)
        add(file.is_register ? DataKind::register_rows_repeated : DataKind::duplicates_dropped, 0,
            file.duplicates);
    if (file.after_until > 0) add(DataKind::events_after_until, 0, file.after_until);
    if (ambiguous.count > 0) add(DataKind::time_ambiguous, ambiguous.line, ambiguous.count);
    if (from_beginning.count > 0)
        add(DataKind::register_from_beginning, from_beginning.line, from_beginning.count);
    if (far_off.count > 0) add(DataKind::time_far_off, far_off.line, far_off.count);
    // A column of ids that a plain file need not have says nothing when it is empty throughout.
    if (without_id.count > 0 && (any_id || !file.declared.empty()))
        add(DataKind::event_id_missing, without_id.line, without_id.count);
    for (const auto& [field, noted] : rounded) {
        std::string name = "time";
        std::int32_t decimals = kDecimalsOfSecond;
        if (field.second != RowEvaluator::kRoundedTime) {
            const Field& declared = schema.events[field.first].fields[field.second];
            name = declared.name;
            if (declared.type.kind != TypeKind::instant) decimals = declared.type.decimals;
            if (declared.type.kind == TypeKind::percent) decimals -= kDecimalsOfHundredth;
        }
        add(DataKind::value_rounded, noted.line, noted.count);
        findings->back().arguments.push_back({"field", name});
        findings->back().arguments.push_back({"decimals", std::to_string(decimals)});
    }
}

}  // namespace clausal
