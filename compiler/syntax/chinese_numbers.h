#pragma once
// Numbers in Chinese signs.

#include <cstdint>
#include <optional>
#include <string_view>

namespace clausal::syntax {

// 10 for 十 … 100,000,000 for 亿; 0 for any other sign.
std::int64_t chinese_power(char32_t c);
// A sign of a number: 一 … 九, 零, 十 … 亿.
bool is_numeral(char32_t c);
// The value of such signs; nullopt when they are no number.
std::optional<std::int64_t> chinese_number(std::u32string_view text);

}  // namespace clausal::syntax
