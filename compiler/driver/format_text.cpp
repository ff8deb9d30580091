#include "compiler/driver/format_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace clausal {
namespace {

constexpr std::string_view kIndent = "    ";

std::string_view trim(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// Lines of `text`, trimmed, empty ones left out, joined with the continuation indent.
void append_lines(std::string& out, std::string_view text) {
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
        out += line;
        first = false;
    }
}

}  // namespace

std::string format_text(const SourceSet& sources, const syntax::SyntaxTree& tree) {
    const std::string_view text = sources.file(tree.file).text;
    std::vector<Span> statements;
    for (const syntax::NodeId id : tree[tree.root].children) statements.push_back(tree[id].span);
    std::sort(statements.begin(), statements.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
    std::string out;
    std::size_t position = 0;
    // What stands between two statements: the end mark of the first, and blank lines.
    const auto gap = [&](std::size_t end) {
        const std::string_view between = text.substr(position, end - position);
        const std::size_t first_break = between.find('\n');
        const std::string_view same_line = trim(between.substr(0, first_break));
        out += same_line;
        if (first_break != std::string_view::npos) {
            const std::string_view rest = between.substr(first_break + 1);
            const std::string_view words = trim(rest);
            const bool blank_before = rest.substr(0, rest.find_first_not_of(" \t\r\n")).find('\n') != std::string_view::npos;
            if (!out.empty()) out += '\n';
            if (blank_before && !out.empty()) out += '\n';
            if (!words.empty()) {
                append_lines(out, words);
                out += '\n';
            }
        } else if (!out.empty()) {
            out += '\n';
        }
    };
    for (const Span& span : statements) {
        if (span.begin < position) continue;   // a statement inside another's span
        gap(span.begin);
        append_lines(out, text.substr(span.begin, span.end - span.begin));
        position = span.end;
    }
    gap(text.size());
    while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
    if (!out.empty()) out += '\n';
    return out;
}

}  // namespace clausal
