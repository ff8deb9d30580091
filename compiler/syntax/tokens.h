#pragma once
// Token types and grammar rules as enums of our own, so that only compiler/syntax/antlr/ sees ANTLR.
// Both lists come from grammar/: tokens.def by hand, the rule names from Clausal.g4 by the build.

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/source/source_file.h"
#include "compiler/syntax/tree.h"
#include "runtime/base/decimal.h"

namespace clausal::syntax {

enum class Tok : std::uint8_t {
    none = 0,
#define CLAUSAL_TOKEN(name) name,
#include "grammar/tokens.def"
#undef CLAUSAL_TOKEN
    count_  // not a token
};
inline constexpr std::size_t kTokens = static_cast<std::size_t>(Tok::count_);
using TokSet = std::bitset<kTokens>;
std::string_view token_name(Tok token);

enum class Rule : std::uint8_t {
#define CLAUSAL_RULE(name) name,
#include "clausal_rules.def"
#undef CLAUSAL_RULE
    count_  // not a rule
};

// One token as cut. Offsets are bytes of the file.
struct Token {
    Tok type = Tok::none;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string text;  // canonical name, unit, text value …
    Decimal number;
    bool has_number = false;
    bool too_large = false;  // a number beyond the digits that fit
    MomentParts moment;
};

}  // namespace clausal::syntax
