#pragma once
// Types of fields, and how their values are held: every value of a field is one 64-bit integer.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace clausal {

enum class TypeKind : std::uint8_t {
    text,      // id in the Dictionary
    texts,     // id of a set of texts in the Dictionary
    number,    // scaled by 10^decimals, default 6; `unit` or ""
    integer,   // decimals 0; `unit` or ""
    money,     // scaled by 10^decimals, default 4; `unit` = ISO currency
    percent,   // scaled: 65 % is 0.65 × 10^decimals, default decimals 6
    duration,  // microseconds
    instant,   // microseconds since 1970-01-01T00:00:00Z
    date,      // days since 1970-01-01
    boolean,   // 0 or 1
    choice,    // index into `choices`
};

struct Type {
    TypeKind kind = TypeKind::number;
    std::int32_t decimals = 0;         // number, money, percent
    std::string unit;                  // unit or currency
    std::vector<std::string> choices;  // choice: names in declared order
    bool ordered = false;              // choice: comparisons by order allowed
    bool operator==(const Type&) const = default;
};

inline constexpr std::int64_t kMissing =
    std::numeric_limits<std::int64_t>::min();  // a missing value
using Microseconds = std::int64_t;
inline constexpr Microseconds kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute,
                              kDay = 24 * kHour, kWeek = 7 * kDay;
inline constexpr Microseconds kForever = std::numeric_limits<std::int64_t>::max();

inline constexpr std::uint32_t kNone = 0xffffffffU;

}  // namespace clausal
