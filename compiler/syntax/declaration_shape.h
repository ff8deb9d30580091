#pragma once
// The shape of a declaration, read without a dictionary: quotes, brackets, chunks, aliases, and the
// recording of what is found. Base of the reader in declarations.cpp.

#include <algorithm>
#include <array>

#include "compiler/syntax/dictionary.h"
#include "compiler/syntax/statements.h"

namespace clausal::syntax {

inline constexpr std::size_t kNone = std::u32string::npos;

struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool empty() const { return begin >= end; }
};

// Spellings that follow a declared name: 又称「…」, also "…", in English "…".
inline constexpr std::array<std::u32string_view, 7> kAliasWords = {
    U"又称", U"又名", U"英文", U"中文", U"also", U"in english", U"in chinese"};

class ShapeReader {
public:
    ShapeReader(const SourceSet& sources, FileId file, const NormalText& text, Statement& statement)
        : source_(sources.file(file).text),
          file_(file),
          text_(text),
          chars_(text.chars),
          statement_(statement) {}

protected:
    // ---- characters ----------------------------------------------------------------------------
    std::size_t head_length() const {
        std::size_t at = statement_.begin;
        if (statement_.keyword == Tok::none) {
            return at;
        }
        for (const TableWord& word : table_words()) {
            if (word.type == statement_.keyword) {
                const std::u32string folded = fold(word.word);
                if (chars_.compare(at, folded.size(), folded) == 0) {
                    return at + folded.size();
                }
            }
        }
        return at;
    }
    bool starts(std::size_t at, std::u32string_view word) const {
        return at + word.size() <= statement_.end && chars_.compare(at, word.size(), word) == 0;
    }
    Range trim(Range range) const {
        while (range.begin < range.end && is_space(chars_[range.begin])) {
            ++range.begin;
        }
        while (range.begin < range.end && is_space(chars_[range.end - 1])) {
            --range.end;
        }
        return range;
    }
    static char32_t closing(char32_t open) {
        switch (open) {
        case U'"': return U'"';
        case U'“': return U'”';
        case U'「': return U'」';
        case U'‘': return U'’';
        case U'\'': return U'\'';
        default: return 0;
        }
    }
    // The end of a quote that opens at `at`, else `at`.
    std::size_t quote_end(std::size_t at, std::size_t end) const {
        const char32_t close = closing(chars_[at]);
        if (close == 0) {
            return at;
        }
        if (chars_[at] == '\'' && at > 0 && is_latin(chars_[at - 1])) {
            return at;  // a possessive
        }
        for (std::size_t i = at + 1; i < end; ++i) {
            if (chars_[i] == close && !(close == '\'' && i + 1 < end && is_latin(chars_[i + 1]))) {
                return i;
            }
        }
        return at;
    }
    // The first of `signs` outside quotes and brackets.
    std::size_t find_sign(Range range, std::u32string_view signs) const {
        int depth = 0;
        for (std::size_t i = range.begin; i < range.end; ++i) {
            if (depth == 0 && signs.find(chars_[i]) != kNone) {
                return i;
            }
            i = quote_end(i, range.end);
            depth += chars_[i] == '(' ? 1 : 0;
            depth -= chars_[i] == ')' && depth > 0 ? 1 : 0;
        }
        return kNone;
    }
    // A word at any depth outside quotes; English words stand alone.
    std::size_t find_word(Range range, std::u32string_view word) const {
        for (std::size_t i = range.begin; i + word.size() <= range.end; ++i) {
            if (chars_.compare(i, word.size(), word) == 0 && apart(i, word)) {
                return i;
            }
            i = quote_end(i, range.end);
        }
        return kNone;
    }
    bool apart(std::size_t at, std::u32string_view word) const {
        const bool before = at == 0 || !is_latin(chars_[at - 1]) || !is_latin(word.front());
        const std::size_t next = at + word.size();
        const bool after =
            next >= chars_.size() || !is_latin(chars_[next]) || !is_latin(word.back());
        return before && after;
    }
    // Splits at `signs` outside quotes and brackets.
    std::vector<Range> split(Range range, std::u32string_view signs) const {
        std::vector<Range> parts;
        while (true) {
            const std::size_t at = find_sign(range, signs);
            if (at == kNone) {
                parts.push_back(trim(range));
                return parts;
            }
            parts.push_back(trim({range.begin, at}));
            range.begin = at + 1;
        }
    }
    // White-space separated chunks; quotes stay whole.
    std::vector<Range> chunks(Range range) const {
        std::vector<Range> parts;
        std::size_t i = range.begin;
        while (i < range.end) {
            if (is_space(chars_[i])) {
                ++i;
                continue;
            }
            const std::size_t begin = i;
            while (i < range.end && !is_space(chars_[i])) {
                i = quote_end(i, range.end) + 1;
            }
            parts.push_back({begin, i});
        }
        return parts;
    }
    Range without_quotes(Range range) const {
        range = trim(range);
        if (range.end > range.begin + 1 && closing(chars_[range.begin]) != 0 &&
            quote_end(range.begin, range.end) == range.end - 1) {
            return {range.begin + 1, range.end - 1};
        }
        return range;
    }
    std::u32string_view view(Range range) const {
        return std::u32string_view(chars_).substr(range.begin, range.end - range.begin);
    }
    // The source text of a range, blanks collapsed.
    std::string raw(Range range) const {
        range = trim(range);
        if (range.empty()) {
            return {};
        }
        const std::uint32_t from = text_.begin[range.begin];
        const std::uint32_t to = text_.end[range.end - 1];
        std::string out;
        bool blank = false;
        for (const char c : std::string_view(source_).substr(from, to - from)) {
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                blank = true;
                continue;
            }
            if (blank) {
                out += ' ';
            }
            blank = false;
            out += c;
        }
        return out;
    }
    Span span(Range range) const {
        if (range.empty()) {
            return {file_, 0, 0};
        }
        return {file_, text_.begin[range.begin], text_.end[range.end - 1]};
    }

    // ---- recording -----------------------------------------------------------------------------
    std::size_t declare(Range range, std::string kind) {
        const Range inner = without_quotes(range);
        statement_.names.push_back({raw(inner), {}, std::move(kind), span(inner)});
        return statement_.names.size() - 1;
    }
    void piece(Range range, Tok type) {
        range = trim(range);
        if (!range.empty()) {
            statement_.pieces.push_back({range.begin, range.end, type, raw(without_quotes(range))});
        }
    }
    void declare_piece(Range range, const char* kind, Tok type) {
        range = trim(range);
        if (!range.empty()) {
            declare(range, kind);
            piece(range, type);
        }
    }

    // The place of the first alias word of `range`, or its end.
    std::size_t alias_start(Range range) const {
        std::size_t first = range.end;
        int depth = 0;
        for (std::size_t i = range.begin; i < range.end; ++i) {
            for (const std::u32string_view word : kAliasWords) {
                if (depth == 0 && starts(i, word) && apart(i, word)) {
                    std::size_t next = i + word.size();
                    while (next < range.end && is_space(chars_[next])) {
                        ++next;
                    }
                    if (next < range.end && closing(chars_[next]) != 0) {
                        first = std::min(first, i);
                    }
                }
            }
            if (first < range.end) {
                return first;
            }
            i = quote_end(i, range.end);
            depth += chars_[i] == '(' ? 1 : 0;
            depth -= chars_[i] == ')' && depth > 0 ? 1 : 0;
        }
        return first;
    }
    // Aliases in `range` belong to the declared name `owner`.
    void read_aliases(Range range, std::size_t owner) {
        while (true) {
            const std::size_t at = alias_start(range);
            if (at >= range.end) {
                return;
            }
            std::size_t open = at;
            while (open < range.end && closing(chars_[open]) == 0) {
                ++open;
            }
            const std::size_t close = quote_end(open, range.end);
            if (close <= open) {
                return;
            }
            const Range inner{open + 1, close};
            statement_.names[owner].also.push_back(raw(inner));
            statement_.pieces.push_back({open, close + 1, Tok::TEXT, raw(inner)});
            range.begin = close + 1;
        }
    }
    // The name between the keyword and the first of `signs` or alias; returns what follows it.
    Range head_name(Range rest, std::u32string_view signs, const char* kind, Tok type) {
        const std::size_t stop = std::min({find_sign(rest, signs), alias_start(rest), rest.end});
        Range name = trim({rest.begin, stop});
        if (name.end > name.begin && chars_[name.end - 1] == ',') {
            name = trim({name.begin, name.end - 1});
        }
        declare_piece(name, kind, type);
        return {stop, rest.end};
    }

    const std::string& source_;
    FileId file_;
    const NormalText& text_;
    const std::u32string& chars_;
    Statement& statement_;
};

}  // namespace clausal::syntax
