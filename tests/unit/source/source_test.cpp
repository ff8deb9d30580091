#include <doctest/doctest.h>

#include "compiler/source/source_file.h"

using namespace clausal;

TEST_CASE("places count lines, characters and display columns") {
    SourceSet sources;
    const FileId id = sources.add("a", "\xEF\xBB\xBF主体 客户\r\nab“x”\n");
    CHECK(sources.file(id).text.substr(0, 3) == "主");
    const Place second = sources.place(id, 7);  // 客
    CHECK(second.line == 1);
    CHECK(second.character == 4);
    CHECK(second.display_column == 5);
    CHECK(sources.line(id, 1) == "主体 客户");
    CHECK(sources.line(id, 2) == "ab“x”");
    CHECK(sources.line(id, 9).empty());
    CHECK(sources.place(id, 100000).line == 3);
    CHECK(sources.text({id, 0, 6}) == "主体");
    CHECK(sources.text({id, 5, 1}).empty());
    CHECK(sources.text({}).empty());
}

TEST_CASE("display width") {
    CHECK(display_width("abc") == 3);
    CHECK(display_width("客户") == 4);
    CHECK(display_width("“x”") == 5);
    CHECK(display_width("e\xCC\x81") == 1);
    CHECK(display_width("\xff") == 1);
}
