#pragma once
// Traditional characters that occur in the words of the language and in common business words.

namespace clausal::syntax {

// The simplified form, or the character itself.
char32_t simplified_of(char32_t c);

}  // namespace clausal::syntax
