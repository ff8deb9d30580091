#pragma once
// The sentences of kinds_<phase>.def. `{name}` is an argument; `{name|row|rows}` is a count and the
// word that goes with it, "1 row", "3 rows"; `{name?was|were}` is that word alone.

#include <string>
#include <string_view>

namespace clausal {

// The sentence for lists of findings, where nothing is filled in: `{name} rows`.
std::string unfilled(std::string_view pattern);

// "1 row", "3 rows".
std::string counted(std::string_view count, std::string_view one, std::string_view many);

}  // namespace clausal
