#include "compiler/source/source_file.h"

#include <algorithm>

#include <utf8proc.h>

namespace clausal {

namespace {

// One code point of `text` at `at`; moves `at` past it. Broken bytes count as one character each.
std::int32_t next_code_point(std::string_view text, std::size_t& at) {
    utf8proc_int32_t code_point = -1;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at;
    const auto left = static_cast<utf8proc_ssize_t>(text.size() - at);
    const utf8proc_ssize_t used = utf8proc_iterate(bytes, left, &code_point);
    at += used > 0 ? static_cast<std::size_t>(used) : 1;
    return used > 0 ? code_point : -1;
}

// Signs of East Asian ambiguous width that terminals with Chinese fonts draw two columns wide.
bool is_ambiguous_wide(std::int32_t c) {
    switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x201C:
    case 0x201D:
    case 0x2026:
    case 0x2014:
    case 0x00D7:
    case 0x00F7:
    case 0x2264:
    case 0x2265:
    case 0x2260:
    case 0x2192:
    case 0x2030:
    case 0x00B7: return true;
    default: return false;
    }
}

std::uint32_t width_of(std::int32_t c) {
    if (c == '\t') {
        return 4;
    }
    if (c < 0) {
        return 1;
    }
    if (is_ambiguous_wide(c)) {
        return 2;
    }
    const int width = utf8proc_charwidth(c);
    return width > 0 ? static_cast<std::uint32_t>(width) : 0;
}

}  // namespace

FileId SourceSet::add(std::string path, std::string text) {
    SourceFile file;
    file.path = std::move(path);
    if (text.size() >= 3 && text.compare(0, 3, "\xEF\xBB\xBF") == 0) {
        text.erase(0, 3);
    }
    file.text = std::move(text);
    file.line_starts.push_back(0);
    for (std::size_t i = 0; i < file.text.size(); ++i) {
        if (file.text[i] == '\n') {
            file.line_starts.push_back(static_cast<std::uint32_t>(i + 1));
        }
    }
    files_.push_back(std::move(file));
    return static_cast<FileId>(files_.size() - 1);
}

std::string_view SourceSet::text(Span span) const {
    if (span.file >= files_.size()) {
        return {};
    }
    const std::string& all = files_[span.file].text;
    const std::size_t begin = std::min<std::size_t>(span.begin, all.size());
    const std::size_t end = std::min<std::size_t>(std::max(span.end, span.begin), all.size());
    return std::string_view(all).substr(begin, end - begin);
}

Place SourceSet::place(FileId id, std::uint32_t offset) const {
    Place place;
    if (id >= files_.size()) {
        return place;
    }
    const SourceFile& source = files_[id];
    const auto after =
        std::upper_bound(source.line_starts.begin(), source.line_starts.end(), offset);
    const auto index = static_cast<std::size_t>(after - source.line_starts.begin()) - 1;
    place.line = static_cast<std::uint32_t>(index + 1);
    const std::size_t stop = std::min<std::size_t>(offset, source.text.size());
    std::size_t at = source.line_starts[index];
    while (at < stop) {
        const std::int32_t c = next_code_point(source.text, at);
        ++place.character;
        place.display_column += width_of(c);
    }
    return place;
}

std::string_view SourceSet::line(FileId id, std::uint32_t line) const {
    if (id >= files_.size() || line == 0 || line > files_[id].line_starts.size()) {
        return {};
    }
    const SourceFile& source = files_[id];
    const std::size_t begin = source.line_starts[line - 1];
    std::size_t end =
        line < source.line_starts.size() ? source.line_starts[line] : source.text.size();
    while (end > begin && (source.text[end - 1] == '\n' || source.text[end - 1] == '\r')) {
        --end;
    }
    return std::string_view(source.text).substr(begin, end - begin);
}

std::uint32_t display_width(std::string_view text) {
    std::uint32_t width = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        width += width_of(next_code_point(text, at));
    }
    return width;
}

}  // namespace clausal
