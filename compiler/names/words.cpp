#include "compiler/names/words.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>

namespace clausal::names {
namespace {

struct Pair {
    char32_t from;
    char32_t to;
};

// Signs that look like another one in usual fonts: our own short table.
constexpr Pair kLookAlikes[] = {
    // Cyrillic and Greek letters drawn like Latin ones
    {U'а', U'a'},
    {U'е', U'e'},
    {U'о', U'o'},
    {U'р', U'p'},
    {U'с', U'c'},
    {U'х', U'x'},
    {U'у', U'y'},
    {U'і', U'i'},
    {U'ј', U'j'},
    {U'ѕ', U's'},
    {U'һ', U'h'},
    {U'ԁ', U'd'},
    {U'ο', U'o'},
    {U'α', U'a'},
    {U'ν', U'v'},
    {U'ι', U'i'},
    {U'ρ', U'p'},
    {U'κ', U'k'},
    {U'τ', U't'},
    {U'υ', U'u'},
    {U'к', U'k'},
    {U'т', U't'},
    {U'м', U'm'},
    {U'в', U'b'},
    {U'н', U'h'},
    {U'ı', U'i'},
    // digits and letters
    {U'0', U'o'},
    {U'1', U'l'},
    {U'〇', U'o'},
    {U'○', U'o'},
    {U'|', U'l'},
    {U'ⅼ', U'l'},
    // Han characters
    {U'曰', U'日'},
    {U'末', U'未'},
    {U'士', U'土'},
    {U'已', U'己'},
    {U'巳', U'己'},
    {U'干', U'千'},
    {U'人', U'入'},
    {U'毌', U'母'},
    {U'毋', U'母'},
    {U'戌', U'戍'},
    {U'戊', U'戍'},
    {U'口', U'囗'},
    {U'冶', U'治'},
    {U'拔', U'拨'},
    {U'壸', U'壶'},
    {U'夭', U'天'},
    {U'于', U'千'},
    {U'工', U'エ'},
    {U'二', U'ニ'},
    {U'八', U'ハ'},
    {U'力', U'カ'},
    {U'卜', U'ト'},
    {U'一', U'ー'},
    {U'丫', U'Y'},
};

std::string mapped(std::string_view text, bool fold_case = true) {
    utf8proc_uint8_t* out = nullptr;
    const utf8proc_ssize_t length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
            static_cast<utf8proc_ssize_t>(text.size()), &out,
            static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                           UTF8PROC_IGNORE | (fold_case ? UTF8PROC_CASEFOLD : 0)));
    if (length < 0 || out == nullptr) return std::string(text);
    std::string result(reinterpret_cast<const char*>(out), static_cast<std::size_t>(length));
    std::free(out);  // allocated by the library
    return result;
}

void append(std::string& out, char32_t point) {
    utf8proc_uint8_t bytes[4];
    const utf8proc_ssize_t length =
        utf8proc_encode_char(static_cast<utf8proc_int32_t>(point), bytes);
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
}

bool is_han(char32_t point) {
    return (point >= 0x2E80 && point <= 0x9FFF) || (point >= 0xF900 && point <= 0xFAFF) ||
           point >= 0x20000;
}

}  // namespace

std::string normalised(std::string_view text) { return mapped(text, false); }

std::vector<char32_t> code_points(std::string_view text) {
    std::vector<char32_t> points;
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        utf8proc_int32_t point = 0;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &point);
        if (used <= 0) break;
        points.push_back(static_cast<char32_t>(point));
        at += used;
        left -= used;
    }
    return points;
}

std::string fold(std::string_view name) {
    const std::vector<char32_t> points = code_points(mapped(name));
    std::string out;
    bool space = false;
    char32_t last = 0;
    for (const char32_t point : points) {
        if (point == U' ' || point == U'\t' || point == U'\n' || point == U'\r') {
            space = true;
            continue;
        }
        // A space beside a Han character says nothing.
        if (space && last != 0 && !is_han(last) && !is_han(point)) out += ' ';
        space = false;
        append(out, point);
        last = point;
    }
    return out;
}

std::size_t distance(std::string_view a, std::string_view b) {
    const std::vector<char32_t> x = code_points(a);
    const std::vector<char32_t> y = code_points(b);
    std::vector<std::size_t> row(y.size() + 1);
    for (std::size_t j = 0; j <= y.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= x.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= y.size(); ++j) {
            const std::size_t above = row[j];
            row[j] =
                std::min({row[j] + 1, row[j - 1] + 1, diagonal + (x[i - 1] == y[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[y.size()];
}

std::string skeleton(std::string_view name) {
    std::string out;
    for (char32_t point : code_points(fold(name))) {
        for (const Pair& pair : kLookAlikes) {
            if (pair.from == point) {
                point = pair.to;
                break;
            }
        }
        if (point == U' ' || point == U'-' || point == U'_') continue;
        append(out, point);
    }
    return out;
}

}  // namespace clausal::names
