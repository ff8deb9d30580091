// error[CL512]: title
//  --> file:line:column
// 4 | source line
//   |     ^^^^ label
//   = help
#include <algorithm>

#include <fmt/format.h>

#include "compiler/diagnostics/diagnostic.h"

namespace clausal {

namespace {

std::string_view severity_word(Severity severity, Language language) {
    const bool zh = language == Language::chinese;
    switch (severity) {
    case Severity::error: return zh ? "错误" : "error";
    case Severity::warning: return zh ? "警告" : "warning";
    case Severity::note: return zh ? "提示" : "note";
    }
    return "error";
}

std::string_view colour_of(Severity severity) {
    switch (severity) {
    case Severity::error: return "\x1b[1;31m";
    case Severity::warning: return "\x1b[1;33m";
    case Severity::note: return "\x1b[1;36m";
    }
    return "";
}

// Tabs become four spaces and control characters a replacement sign, so that carets stay in place.
std::string printable(std::string_view line) {
    std::string result;
    for (const char c : line) {
        if (c == '\t') {
            result += "    ";
        } else if (static_cast<unsigned char>(c) < 0x20U || c == 0x7f) {
            result += '?';
        } else {
            result += c;
        }
    }
    return result;
}

constexpr std::size_t kMaxShownLine = 400;

// The source line under `span` with carets below and `label` after them.
void add_snippet(std::string& out, const SourceSet& sources, Span span, char mark,
    std::string_view label, std::size_t gutter) {
    const Place from = sources.place(span.file, span.begin);
    std::string_view line = sources.line(span.file, from.line);
    const std::size_t line_start = sources.file(span.file).line_starts.at(from.line - 1);
    std::size_t first = std::min<std::size_t>(span.begin - line_start, line.size());
    std::size_t last = std::clamp<std::size_t>(span.end - line_start, first, line.size());
    std::string cut_mark;
    if (line.size() > kMaxShownLine) {  // show a piece around the place
        std::size_t begin = first > 120 ? first - 120 : 0;
        while (begin > 0 && (static_cast<unsigned char>(line[begin]) & 0xC0U) == 0x80U) {
            --begin;
        }
        std::size_t end = std::min(line.size(), begin + kMaxShownLine);
        while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) {
            ++end;
        }
        line = line.substr(begin, end - begin);
        first -= begin;
        last = std::min(last - begin, line.size());
        cut_mark = begin > 0 ? "…" : "";
    }
    const std::uint32_t before =
        display_width(printable(line.substr(0, first))) + display_width(cut_mark);
    const std::uint32_t width =
        std::max(1U, display_width(printable(line.substr(first, last - first))));
    out += fmt::format("{:>{}} | {}{}\n", from.line, gutter, cut_mark, printable(line));
    out += fmt::format("{:>{}} | {}{}{}{}\n", "", gutter, std::string(before, ' '),
        std::string(width, mark), label.empty() ? "" : " ", label);
}

std::size_t gutter_of(const Diagnostic& d, const SourceSet& sources) {
    std::uint32_t line = sources.place(d.span.file, d.span.begin).line;
    for (const Label& label : d.labels) {
        if (label.span.file < sources.size()) {
            line = std::max(line, sources.place(label.span.file, label.span.begin).line);
        }
    }
    return std::to_string(line).size();
}

void add_places(std::string& out, const Diagnostic& d, const SourceSet& sources, Language language,
    std::size_t gutter) {
    const Place place = sources.place(d.span.file, d.span.begin);
    out += fmt::format("{:>{}}--> {}:{}:{}\n", "", gutter, sources.file(d.span.file).path,
        place.line, place.character);
    add_snippet(out, sources, d.span, '^', "", gutter);
    FileId shown = d.span.file;
    for (const Label& label : d.labels) {
        if (label.span.file >= sources.size()) {
            continue;
        }
        if (label.span.file != shown) {
            const Place at = sources.place(label.span.file, label.span.begin);
            out += fmt::format("{:>{}}--> {}:{}:{}\n", "", gutter,
                sources.file(label.span.file).path, at.line, at.character);
            shown = label.span.file;
        }
        add_snippet(out, sources, label.span, '-',
            language == Language::chinese ? label.chinese : label.english, gutter);
    }
}

}  // namespace

std::string render_text(const std::vector<Diagnostic>& diagnostics, const SourceSet& sources,
    Language language, bool colour) {
    const bool zh = language == Language::chinese;
    std::string out;
    for (const Diagnostic& d : diagnostics) {
        const KindInfo& info = kind_info(d.kind);
        const std::string head =
            fmt::format("{}[CL{}]", severity_word(info.severity, language), info.code);
        out += colour ? fmt::format("{}{}\x1b[0m", colour_of(info.severity), head) : head;
        out += fmt::format("{}{}\n", zh ? "：" : ": ", message(d, language));
        std::size_t gutter = 1;
        if (d.span.file < sources.size()) {
            gutter = gutter_of(d, sources);
            add_places(out, d, sources, language, gutter);
        }
        for (const Argument& help : d.help) {
            const std::string& text = zh && !help.value_zh.empty() ? help.value_zh : help.value;
            out += fmt::format("{:>{}} = {}\n", "", gutter, text);
        }
        for (const Fix& fix : d.fixes) {
            const std::string_view old = sources.text(fix.span);
            if (old.empty()) {
                out += fmt::format(
                    "{:>{}} = {}`{}`\n", "", gutter, zh ? "插入：" : "insert: ", fix.replacement);
            } else {
                out += fmt::format("{:>{}} = {}`{}`{}`{}`\n", "", gutter, zh ? "把 " : "replace ",
                    old, zh ? " 改为 " : " by ", fix.replacement);
            }
        }
    }
    return out;
}

}  // namespace clausal
