#pragma once
// Comparing names as the language does: NFKC, letters without case, one space between words; edit
// distance by code points; and a skeleton that is equal for names that look alike.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace clausal::names {

// The form in which names are compared.
std::string fold(std::string_view name);

// NFKC without case folding: `ＵＴＣ` is `UTC`.
std::string normalised(std::string_view text);

std::vector<char32_t> code_points(std::string_view text);

// Levenshtein distance in code points.
std::size_t distance(std::string_view a, std::string_view b);

// Equal for names that a reader can hardly tell apart (о and o, 曰 and 日, l and 1).
std::string skeleton(std::string_view name);

}  // namespace clausal::names
