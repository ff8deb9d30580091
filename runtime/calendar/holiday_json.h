#pragma once
// The holiday-cn JSON form: {"year": 2026, "days": [{"name", "date": "2026-01-01", "isOffDay": true}]}.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clausal {

struct HolidayFile {
    std::int32_t year = 0;
    std::vector<std::pair<std::int64_t, bool>> days;  // day since 1970-01-01, is it off
};

// Strict: repeated keys, NUL characters, numbers that are not years, impossible dates and deep nesting
// are refused. *error says in English what is wrong (*error_zh in Chinese).
bool parse_holiday_json(
    std::string_view text, HolidayFile* out, std::string* error, std::string* error_zh);

}  // namespace clausal
