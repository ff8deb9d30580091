#include "compiler/driver/format_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace clausal {
namespace {

constexpr std::string_view kIndent = "    ";
constexpr std::string_view kWideSpace = "\u3000";

bool begins(std::string_view text, std::size_t at, std::string_view sign) {
    return text.compare(at, sign.size(), sign) == 0;
}

// The blank at `at`, 0 if there is none.
std::size_t blank(std::string_view text, std::size_t at) {
    if (at >= text.size()) return 0;
    if (text[at] == ' ' || text[at] == '\t' || text[at] == '\r') return 1;
    return begins(text, at, kWideSpace) ? kWideSpace.size() : 0;
}

std::string_view trim(std::string_view text) {
    const auto inner = [&](std::string_view rest) {
        while (!rest.empty()) {
            const std::size_t size = rest.front() == '\n' ? 1 : blank(rest, 0);
            if (size == 0) break;
            rest.remove_prefix(size);
        }
        return rest;
    };
    text = inner(text);
    while (!text.empty()) {
        if (text.ends_with(kWideSpace))
            text.remove_suffix(kWideSpace.size());
        else if (text.back() == '\n' || blank(text, text.size() - 1) == 1)
            text.remove_suffix(1);
        else
            break;
    }
    return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c); }

// How a sign stands between its neighbours.
enum class Spacing : std::uint8_t { none, after, both, opening, closing, equal };

struct Sign {
    std::string_view text;
    Spacing spacing;
};

// Longer ones first.
constexpr std::array<Sign, 31> kSigns = {{{"->", Spacing::both}, {"=>", Spacing::both},
    {">=", Spacing::both}, {"<=", Spacing::both}, {"!=", Spacing::both}, {"<>", Spacing::both},
    {"==", Spacing::both}, {"＞＝", Spacing::both}, {"＜＝", Spacing::both},
    {"！＝", Spacing::both}, {"→", Spacing::both}, {"≥", Spacing::both}, {"≤", Spacing::both},
    {"≠", Spacing::both}, {"×", Spacing::both}, {"÷", Spacing::both}, {"=", Spacing::both},
    {"＝", Spacing::both}, {"，", Spacing::none}, {"。", Spacing::none}, {"；", Spacing::none},
    {"：", Spacing::none}, {"、", Spacing::none}, {"（", Spacing::none}, {"）", Spacing::none},
    {",", Spacing::after}, {";", Spacing::after}, {"(", Spacing::opening}, {")", Spacing::closing},
    {"<", Spacing::equal}, {">", Spacing::equal}}};

const Sign* sign_at(std::string_view line, std::size_t at) {
    for (const Sign& sign : kSigns) {
        if (begins(line, at, sign.text)) return &sign;
    }
    return nullptr;
}

// The size of a quoted piece that begins at `at`; 0 if none does, or if it is not closed.
std::size_t quoted(std::string_view line, std::size_t at) {
    struct Quote {
        std::string_view open, close;
    };
    static constexpr std::array<Quote, 5> kQuotes = {
        {{"\"", "\""}, {"“", "”"}, {"「", "」"}, {"‘", "’"}, {"'", "'"}}};
    for (const Quote& quote : kQuotes) {
        if (!begins(line, at, quote.open)) continue;
        if (quote.open == "'" && at > 0 && is_letter(line[at - 1])) return 0;  // a possessive
        const std::size_t end = line.find(quote.close, at + quote.open.size());
        return end == std::string_view::npos ? 0 : end + quote.close.size() - at;
    }
    return 0;
}

// One line: blanks made one, and set or left out around signs. Quoted pieces stay as they are; words
// keep a blank between them where there was one, for it may tell two readings apart.
std::string spaced(std::string_view line) {
    std::string out;
    bool gap = false;   // a blank was read and not yet written
    bool glue = false;  // the last sign takes no blank after it
    bool want = false;  // the last sign wants one
    const auto write = [&](std::string_view piece, bool before, bool never) {
        if (!out.empty() && !never && (before || want || (gap && !glue))) out += ' ';
        out += piece;
        gap = glue = want = false;
    };
    for (std::size_t at = 0; at < line.size();) {
        if (const std::size_t size = blank(line, at)) {
            gap = true;
            at += size;
            continue;
        }
        if (const std::size_t size = quoted(line, at)) {
            write(line.substr(at, size), false, false);
            at += size;
            continue;
        }
        const Sign* sign = sign_at(line, at);
        if (sign == nullptr) {
            std::size_t end = at + 1;  // the whole code point
            while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U)
                ++end;
            write(line.substr(at, end - at), false, false);
            at = end;
            continue;
        }
        const std::size_t next = at + sign->text.size();
        const bool gap_after = blank(line, next) > 0;
        switch (sign->spacing) {
        case Spacing::none:
            write(sign->text, false, true);
            glue = true;
            break;
        case Spacing::after: {
            const bool in_number = !gap && !gap_after && !out.empty() && is_digit(out.back()) &&
                                   next < line.size() && is_digit(line[next]);  // 10,000
            write(sign->text, false, true);
            want = !in_number;
            break;
        }
        case Spacing::both:
            write(sign->text, !glue, false);
            want = true;
            break;
        case Spacing::opening:
            write(sign->text, false, false);
            glue = true;
            break;
        case Spacing::closing: write(sign->text, false, true); break;
        case Spacing::equal: {  // a<b and a < b stay, a <b becomes a < b
            const bool both = gap || gap_after || want;
            write(sign->text, both, false);
            want = both;
            break;
        }
        }
        at = next;
    }
    return out;
}

// Lines of `text`, trimmed, empty ones left out, joined with the continuation indent.
void append_lines(std::string& out, std::string_view text, bool spacing) {
    bool first = true;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = trim(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (line.empty()) continue;
        if (!first) {
            out += '\n';
            out += kIndent;
        }
        out += spacing ? spaced(line) : std::string(line);
        first = false;
    }
}

}  // namespace

std::string format_text(const SourceSet& sources, const syntax::SyntaxTree& tree, bool spacing) {
    const std::string_view text = sources.file(tree.file).text;
    struct Piece {
        Span span;
        bool is_note;
    };
    std::vector<Piece> statements;
    for (const syntax::NodeId id : tree[tree.root].children) {
        statements.push_back({tree[id].span, tree[id].kind == syntax::NodeKind::note});
    }
    std::sort(statements.begin(), statements.end(),
        [](const Piece& a, const Piece& b) { return a.span.begin < b.span.begin; });
    std::string out;
    std::size_t position = 0;
    // What stands between two statements: the end mark of the first, and blank lines. A note stays on
    // the line of what it follows.
    const auto gap = [&](std::size_t end, bool before_note) {
        const std::string_view between = text.substr(position, end - position);
        const std::size_t first_break = between.find('\n');
        const std::string_view same_line = trim(between.substr(0, first_break));
        out += same_line;
        if (first_break != std::string_view::npos) {
            const std::string_view rest = between.substr(first_break + 1);
            const std::string_view words = trim(rest);
            const bool blank_before =
                rest.substr(0, rest.find_first_not_of(" \t\r\n")).find('\n') !=
                std::string_view::npos;
            if (!out.empty()) out += '\n';
            if (blank_before && !out.empty()) out += '\n';
            if (!words.empty()) {
                append_lines(out, words, false);
                out += '\n';
            }
        } else if (!out.empty()) {
            out += before_note ? ' ' : '\n';
        }
    };
    for (const auto& [span, is_note] : statements) {
        if (span.begin < position) continue;  // a statement inside another's span
        gap(span.begin, is_note);
        append_lines(out, text.substr(span.begin, span.end - span.begin), spacing && !is_note);
        position = span.end;
    }
    gap(text.size(), false);
    while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
    if (!out.empty()) out += '\n';
    return out;
}

}  // namespace clausal
