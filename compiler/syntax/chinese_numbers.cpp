#include "compiler/syntax/chinese_numbers.h"

namespace clausal::syntax {

namespace {

int chinese_digit(char32_t c) {
    switch (c) {
    case U'零':
    case U'〇': return 0;
    case U'一': return 1;
    case U'二':
    case U'两': return 2;
    case U'三': return 3;
    case U'四': return 4;
    case U'五': return 5;
    case U'六': return 6;
    case U'七': return 7;
    case U'八': return 8;
    case U'九': return 9;
    default: return -1;
    }
}

}  // namespace

std::int64_t chinese_power(char32_t c) {
    switch (c) {
    case U'十': return 10;
    case U'百': return 100;
    case U'千': return 1000;
    case U'万': return 10'000;
    case U'亿': return 100'000'000;
    default: return 0;
    }
}

bool is_numeral(char32_t c) { return chinese_digit(c) >= 0 || chinese_power(c) > 0; }

// 三十, 一百二十, 两万五 (25,000): nullopt when the signs are no number, and for 三五 (3 to 5).
std::optional<std::int64_t> chinese_number(std::u32string_view text) {
    constexpr std::int64_t kMost = 1'000'000'000'000'000;
    std::int64_t total = 0;  // finished groups of 万 and 亿
    std::int64_t group = 0;  // below 万
    std::int64_t digit = -1;
    std::int64_t last = 0;  // the power before, 0 at the start of a group
    std::int64_t most = 0;  // the least of 万 and 亿 so far
    bool has_power = false;
    bool zero = false;       // 零 before the digit
    std::int64_t plain = 0;  // 二〇二六 written digit by digit
    bool digits_only = true;
    bool fits = true;  // as a number with powers
    for (const char32_t c : text) {
        if (const int value = chinese_digit(c); value >= 0) {
            fits = fits && (digit < 0 || zero);
            zero = zero || value == 0;
            digit = value;
            plain = plain * 10 + value;
            if (plain > kMost) {
                return std::nullopt;
            }
            continue;
        }
        digits_only = false;
        const std::int64_t power = chinese_power(c);
        has_power = true;
        if (power < 10'000) {
            fits = fits && (last == 0 || power < last) && digit != 0 && (digit > 0 || power == 10);
            group += (digit < 0 ? 1 : digit) * power;
        } else {
            group += digit < 0 ? 0 : digit;
            const bool again = group == 0 && digit < 0 && last >= 10'000;  // 万亿
            fits = fits && (again || most == 0 || power < most || power == 100'000'000);
            if (group == 0 && total == 0) {
                return std::nullopt;
            }
            if (most != 0 && power < most) {
                group *= power;
                total += group;
            } else {
                total = (total + group) * power;
            }
            group = 0;
            most = power;
        }
        last = power;
        zero = false;
        digit = -1;
        if (!fits || total > kMost || group > kMost) {
            return std::nullopt;
        }
    }
    if (digits_only) {
        const bool written_out = text.size() == 1 || text.size() > 3 || zero;
        return written_out ? std::optional(plain) : std::nullopt;
    }
    if (!fits || !has_power) {
        return std::nullopt;
    }
    if (digit > 0 && !zero && last > 10) {  // 三千五: the digit counts the next power
        digit *= last / 10;
    }
    return total + group + (digit < 0 ? 0 : digit);
}

}  // namespace clausal::syntax
