#include "runtime/events/csv.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/events/limits.h"

using namespace clausal;

namespace {

struct Row {
    std::vector<std::string> cells;
    std::uint64_t line;
    DataKind problem = DataKind::none;
};

// `chunk`: the stream gives that many bytes at a time, so that every cut of the window occurs.
std::vector<Row> read(std::string_view text, std::size_t chunk = 1 << 20, char separator = ',') {
    ReadBytes whole = bytes_of(text);
    ByteStream stream([&](char* to, std::size_t size) { return whole(to, std::min(size, chunk)); });
    stream.begins_with_utf16();
    CsvReader reader(stream, separator);
    std::vector<Row> out;
    for (;;) {
        const auto status = reader.next();
        if (status == CsvReader::Status::end) return out;
        Row row{{}, reader.line(), DataKind::none};
        if (status == CsvReader::Status::broken)
            row.problem = reader.problem();
        else
            row.cells.assign(reader.cells().begin(), reader.cells().end());
        out.push_back(row);
    }
}

}  // namespace

TEST_CASE("cells, quotes and line ends") {
    const std::string text = "a,b\r\n1,\"x, \"\"y\"\"\"\n\n3,\"two\nlines\"\r4,\n\"\",5\"\"6";
    for (const std::size_t chunk :
        {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{1} << 20}) {
        CAPTURE(chunk);
        const auto rows = read(text, chunk);
        REQUIRE(rows.size() == 5);
        CHECK(rows[0].cells == std::vector<std::string>{"a", "b"});
        CHECK(rows[1].cells == std::vector<std::string>{"1", "x, \"y\""});
        CHECK(rows[2].cells == std::vector<std::string>{"3", "two\nlines"});
        CHECK(rows[2].line == 4);  // the empty line counts as a line, not as a row
        CHECK(rows[3].cells == std::vector<std::string>{"4", ""});
        CHECK(rows[3].line == 6);
        CHECK(rows[4].cells == std::vector<std::string>{"", "5\"\"6"});
    }
}

TEST_CASE("byte order mark, other separators, no line end at the end") {
    CHECK(read("\xEF\xBB\xBF"
               "a;b\n1;2",
              1, ';')[0]
              .cells == std::vector<std::string>{"a", "b"});
    CHECK(read("a\tb", 1, '\t')[0].cells.size() == 2);
    CHECK(read("").empty());
    CHECK(read("\n\r\n\n").empty());
    ByteStream utf16(
        bytes_of(std::string_view("\xFF\xFE"
                                  "a\0",
            4)));
    CHECK(utf16.begins_with_utf16());
}

TEST_CASE("a broken row costs one line") {
    const auto open = read("a,b\n1,\"never closed\n2,3\n4,5\n");
    REQUIRE(open.size() == 4);
    CHECK(open[1].problem == DataKind::row_unclosed_quote);
    CHECK(open[1].line == 2);
    CHECK(open[2].cells == std::vector<std::string>{"2", "3"});
    CHECK(open[3].line == 4);

    const auto text_after = read("a,b\n\"x\"y,1\n2,3\n");
    CHECK(text_after[1].problem == DataKind::row_text_after_quote);
    CHECK(text_after[2].cells[0] == "2");

    const auto nul = read(std::string_view("a,b\n1,\0\n2,3\n", 12));
    CHECK(nul[1].problem == DataKind::row_nul);
    CHECK(nul[2].cells[0] == "2");

    const auto latin = read("a,b\n1,caf\xE9\n2,3\n");
    CHECK(latin[1].problem == DataKind::row_not_utf8);
    CHECK(latin[2].cells[0] == "2");
}

TEST_CASE("long rows are put aside, also those of one open quote") {
    const std::string plain = "a\n" + std::string(limits::kMaxRecordBytes + 10, 'x') + "\nok\n";
    auto rows = read(plain);
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].problem == DataKind::row_too_long);
    CHECK(rows[2].cells[0] == "ok");
    std::string quoted = "a\n\"open\n";
    while (quoted.size() < 3 * limits::kMaxRecordBytes) quoted += "x\n";
    rows = read(quoted);
    CHECK(rows[1].problem == DataKind::row_unclosed_quote);
    CHECK(rows[2].cells[0] == "x");
}

TEST_CASE("a closed quoted cell beyond the limit is a long row") {
    auto rows = read("a\n\"" + std::string(2 * limits::kMaxRecordBytes, 'x') + "\"\nok\n");
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].problem == DataKind::row_too_long);
    CHECK(rows[2].cells[0] == "ok");
    CHECK(rows[2].line == 3);
    std::string lines;
    while (lines.size() < 3 * limits::kMaxRecordBytes) lines += "xxx\n";
    rows = read("a\n\"" + lines + "\"\nok\n");  // the whole record is put aside
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].problem == DataKind::row_too_long);
    CHECK(rows[2].cells[0] == "ok");
    CHECK(rows[2].line == 3 + lines.size() / 4);
    while (lines.size() < 2 * limits::kMaxOpenQuoteBytes) lines += lines;
    rows = read("a\n\"" + lines);
    CHECK(rows[1].problem == DataKind::row_unclosed_quote);
    CHECK(rows[2].cells[0] == "xxx");
}

TEST_CASE("UTF-8") {
    CHECK(is_utf8("plain, 中文, é, 😀, and more than eight bytes"));
    for (const char* bad : {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
             "\xF5", "abc\xE4\xB8", "12345678\xFF"})
        CHECK_FALSE(is_utf8(bad));
}
