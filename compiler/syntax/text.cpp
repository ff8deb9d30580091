#include "compiler/syntax/text.h"

#include <array>
#include <cstdlib>

#include <utf8proc.h>

namespace clausal::syntax {

namespace {

bool is_mark(std::int32_t c) {
    if (c < 0x300) {
        return false;
    }
    const utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
}

// Appends NFKC + case fold of one cluster.
void add_cluster(NormalText& out, std::string_view text, std::size_t from, std::size_t to) {
    constexpr auto kOptions = static_cast<utf8proc_option_t>(
        UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STABLE);
    std::array<utf8proc_int32_t, 64> buffer{};
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + from;
    utf8proc_ssize_t count = utf8proc_decompose(bytes, static_cast<utf8proc_ssize_t>(to - from),
        buffer.data(), buffer.size() - 1, kOptions);
    if (count > 0 && count < static_cast<utf8proc_ssize_t>(buffer.size())) {
        count = utf8proc_normalize_utf32(buffer.data(), count, kOptions);
    } else {
        count = 1;
        buffer[0] = 0xFFFD;
    }
    for (utf8proc_ssize_t i = 0; i < count; ++i) {
        out.chars.push_back(static_cast<char32_t>(buffer.at(static_cast<std::size_t>(i))));
        out.begin.push_back(static_cast<std::uint32_t>(from));
        out.end.push_back(static_cast<std::uint32_t>(to));
    }
}

}  // namespace

NormalText normalise(std::string_view text) {
    NormalText out;
    out.chars.reserve(text.size() / 2);
    out.begin.reserve(text.size() / 2);
    out.end.reserve(text.size() / 2);
    std::size_t at = 0;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    while (at < text.size()) {
        utf8proc_int32_t c = -1;
        utf8proc_ssize_t used =
            utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &c);
        if (used <= 0) {
            used = 1;
            c = 0xFFFD;
        }
        std::size_t end = at + static_cast<std::size_t>(used);
        std::size_t marks = 0;
        while (end < text.size() && marks < 8 && static_cast<unsigned char>(text[end]) >= 0xCC) {
            utf8proc_int32_t mark = -1;
            const utf8proc_ssize_t more = utf8proc_iterate(
                bytes + end, static_cast<utf8proc_ssize_t>(text.size() - end), &mark);
            if (more <= 0 || !is_mark(mark)) {
                break;
            }
            end += static_cast<std::size_t>(more);
            ++marks;
        }
        if (marks == 0 && (c < 0x80 || (c >= 0x3400 && c <= 0x9FFF))) {
            const bool upper = c >= 'A' && c <= 'Z';
            out.chars.push_back(static_cast<char32_t>(upper ? c + 32 : c));
            out.begin.push_back(static_cast<std::uint32_t>(at));
            out.end.push_back(static_cast<std::uint32_t>(end));
        } else if (c == 0xFFFD && used == 1) {
            out.chars.push_back(0xFFFD);
            out.begin.push_back(static_cast<std::uint32_t>(at));
            out.end.push_back(static_cast<std::uint32_t>(end));
        } else {
            add_cluster(out, text, at, end);
        }
        at = end;
    }
    return out;
}

std::u32string fold(std::string_view text) { return normalise(text).chars; }

std::string to_utf8(std::u32string_view text) {
    std::string out;
    for (const char32_t c : text) {
        std::array<utf8proc_uint8_t, 4> buffer{};
        const utf8proc_ssize_t used =
            utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), buffer.data());
        out.append(reinterpret_cast<const char*>(buffer.data()), static_cast<std::size_t>(used));
    }
    return out;
}

bool is_space(char32_t c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xA0 || c == 0x3000 ||
           c == 0x200B || c == 0xFEFF || c == 0x0B || c == 0x0C;
}

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

bool is_latin(char32_t c) {
    if (c < 0x80) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
    }
    if (c >= 0x2E80 || c < 0xAA) {
        return false;
    }
    const utf8proc_category_t category = utf8proc_category(static_cast<utf8proc_int32_t>(c));
    return category == UTF8PROC_CATEGORY_LU || category == UTF8PROC_CATEGORY_LL ||
           category == UTF8PROC_CATEGORY_LT || category == UTF8PROC_CATEGORY_LM ||
           category == UTF8PROC_CATEGORY_LO || category == UTF8PROC_CATEGORY_ND ||
           category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC;
}

bool is_han(char32_t c) { return c >= 0x2E80 && !(c >= 0xFF00 && c <= 0xFFEF) && c != 0xFFFD; }

bool is_cjk_letter(char32_t c) {
    return is_han(c) && !(c >= 0x3000 && c <= 0x303F && c != 0x3005 && c != 0x3007);
}

std::u32string name_key(std::string_view text) {
    const std::u32string folded = fold(text);
    std::u32string key;
    for (std::size_t i = 0; i < folded.size(); ++i) {
        if (!is_space(folded[i])) {
            key.push_back(folded[i]);
            continue;
        }
        std::size_t next = i;
        while (next < folded.size() && is_space(folded[next])) {
            ++next;
        }
        const bool inside = !key.empty() && next < folded.size();
        if (inside && is_han(key.back()) == is_han(folded[next])) {
            key.push_back(' ');
        }
        i = next - 1;
    }
    return key;
}

}  // namespace clausal::syntax
