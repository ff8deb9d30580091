#pragma once
// Units and currencies: one code for all spellings, in Chinese and English, and conversions that
// messages mention. A unit that is not in the table is its own code.

#include <optional>
#include <string>
#include <string_view>

#include "compiler/syntax/tree.h"
#include "runtime/base/types.h"

namespace clausal::names {

std::string unit_code(std::string_view unit);
std::string currency_code(std::string_view currency);

// How many `to` one `from` is, as text with three digits; nullopt for units of different kinds.
std::optional<std::string> conversion(std::string_view from, std::string_view to);

// Microseconds of a unit of elapsed time (second … week); nullopt for calendar and other units.
std::optional<Microseconds> unit_length(std::string_view unit);
// A quantity or zero as a duration; nullopt when it is none or does not fit.
std::optional<Microseconds> duration_of(const syntax::Node& node);
bool is_calendar_unit(std::string_view unit);  // month, year, working_day

// How Chinese messages call a unit of time; any other unit is called as it is written.
std::string unit_in_chinese(std::string_view unit);

}  // namespace clausal::names
