#pragma once
// Usual phrases that are no sentence of the language, and how the language says them
// (grammar/phrases.def). Only proposals: whoever asks tries each before showing it.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/parse.h"

namespace clausal {

// One way to say a part of a sentence otherwise. No replacement: only a hint.
struct Rewrite {
    std::size_t begin = 0;  // bytes of the sentence
    std::size_t end = 0;
    std::string replacement;
    std::string english;
    std::string chinese;
};

// What the rows of the table make of a sentence, hints last, else in the order of the rows; at most `most`.
std::vector<Rewrite> rewrites_of(std::string_view sentence, const syntax::NameTable& names,
    const SourceSet& sources, std::size_t most);

}  // namespace clausal
