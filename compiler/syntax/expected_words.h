#pragma once
// The words that could have gone on with a sentence.

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/choose.h"

namespace clausal::syntax {

// Up to six of them, as one argument in both languages.
Argument expected_words(const Cut& cut, bool is_chinese);

}  // namespace clausal::syntax
