#pragma once
// Numbers, percentages, dates, times of day, versions and zones at a place of the folded text.

#include <string>
#include <vector>

#include "compiler/syntax/text.h"
#include "compiler/syntax/tokens.h"

namespace clausal::syntax {

struct Literal {
    std::size_t end = 0;  // position after it
    Token token;          // without byte places
};

// Every literal that begins at `at`; several where more than one reading exists (5 and 5万).
std::vector<Literal> literals_at(
    const NormalText& text, std::size_t at, std::size_t stop, const std::string& source);

}  // namespace clausal::syntax
