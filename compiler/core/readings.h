#pragma once
// Every bound and reading of each rule in words, in both languages, for `check --readings` and for
// explanations. Comes from core alone, so that it says what will run and not what was meant.

#include <string>
#include <vector>

#include "compiler/core/core.h"

namespace clausal::core {

struct ReadingLine {
    std::string rule;
    Span span;
    std::string english;
    std::string chinese;
};

// Lines of all rules, by rule, then by node.
std::vector<ReadingLine> readings(const CorePack& pack);

// "72 hours" / "72 小时".
std::string duration_words(Microseconds length, bool chinese);
// "72:00:00", hours beyond 24 not folded into days.
std::string duration_clock(Microseconds length);

}  // namespace clausal::core
