#pragma once
// Declared names that look like a piece of text.

#include <string>
#include <vector>

#include "compiler/syntax/dictionary.h"
#include "compiler/syntax/statements.h"

namespace clausal::syntax {

// Places in the normalised text of a file.
struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct Near {
    std::size_t distance = 0;
    std::size_t length = 0;
    Stretch place;
    std::u32string key;
};

// At most three names that nearly stand at the gap, the nearest first.
std::vector<Near> near_names(
    const std::u32string& chars, const Statement& statement, const Dictionary& words, Stretch gap);

// The place up to whole Latin words, without the blanks around it.
Stretch whole_words(const std::u32string& chars, const Statement& statement, Stretch place);

// Whether `written` is `key` with a slip of the pen: one letter of at least four, two of eight, two
// neighbours exchanged; one Chinese sign of at least three, or one that sounds or looks alike.
bool is_slip(const std::u32string& written, const std::u32string& key);

}  // namespace clausal::syntax
