#pragma once
// A rule file as bytes with a name, and places in it. Offsets are UTF-8 bytes from the start of the
// file. A SourceFile is immutable once loaded; SourceSet owns all files of one compilation.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace clausal {

using FileId = std::uint32_t;

// Bytes [begin, end) of file `file`. An empty span at 0 of kNoFile means "no place".
struct Span {
    static constexpr FileId kNoFile = 0xffffffffU;
    FileId file = kNoFile;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    bool operator==(const Span&) const = default;
};

// 1-based line, 1-based character in the line (code points), and 0-based display column
// (East Asian wide characters count two).
struct Place {
    std::uint32_t line = 1;
    std::uint32_t character = 1;
    std::uint32_t display_column = 0;
};

struct SourceFile {
    std::string path;                        // as the user wrote it
    std::string text;                        // UTF-8, no byte-order mark
    std::vector<std::uint32_t> line_starts;  // byte offset of each line
};

class SourceSet {
public:
    FileId add(std::string path, std::string text);
    const SourceFile& file(FileId id) const { return files_.at(id); }
    std::size_t size() const { return files_.size(); }
    std::string_view text(Span span) const;
    Place place(FileId file, std::uint32_t offset) const;
    std::string_view line(FileId file, std::uint32_t line) const;  // without its line break

private:
    std::vector<SourceFile> files_;
};

// Columns that `text` takes on a terminal with East Asian fonts.
std::uint32_t display_width(std::string_view text);

}  // namespace clausal
