#pragma once
// Source text as the cut sees it: NFKC with case folded, code point by code point (together with its
// combining marks), each output code point with the source bytes that it came from.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace clausal::syntax {

struct NormalText {
    std::u32string chars;
    std::vector<std::uint32_t> begin;  // source byte where the character's cluster begins
    std::vector<std::uint32_t> end;    // and ends

    std::uint32_t byte_at(std::size_t position, std::uint32_t size) const {
        return position < begin.size() ? begin[position] : size;
    }
};

NormalText normalise(std::string_view text);
std::u32string fold(std::string_view text);  // the characters of normalise()
std::string to_utf8(std::u32string_view text);

bool is_space(char32_t c);
bool is_digit(char32_t c);
bool is_latin(char32_t c);  // letter, digit or underscore of an alphabetic script
bool is_han(char32_t c);    // ideograph, kana or CJK sign
bool is_cjk_letter(char32_t c);

// `text` folded, blanks collapsed to one and dropped between Han and other scripts: what two
// spellings of one name have in common.
std::u32string name_key(std::string_view text);

}  // namespace clausal::syntax
