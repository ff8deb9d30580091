#include "runtime/events/json_row.h"

#include <doctest/doctest.h>

#include "runtime/events/limits.h"

using namespace clausal;

TEST_CASE("columns of a line") {
    JsonRowReader reader({"a", "order.amount", "tags", "flag", "n", "absent", "deep"}, false);
    REQUIRE_FALSE(
        reader.read(R"({"a":"中","order":{"amount":12.5000000000000000001,"x":[1,{"a":"no"}]},
                                  "tags":["x","y",3],"flag":true,"n":null,"deep":[{"k":1}]})"));
    const auto& cells = reader.cells();
    CHECK(cells[0].text == "中");
    CHECK(cells[1].text == "12.5000000000000000001");  // digits, not a double
    CHECK(cells[2].items == std::vector<std::string>{"x", "y", "3"});
    CHECK(cells[3].kind == Cell::Kind::boolean);
    CHECK(cells[4].kind == Cell::Kind::missing);
    CHECK(cells[5].kind == Cell::Kind::missing);
    CHECK(cells[6].kind == Cell::Kind::nested);
    CHECK(reader.seen(4));
    CHECK_FALSE(reader.seen(5));
    REQUIRE_FALSE(reader.read(R"({"a":123456789012345678901234567890})"));
    CHECK(cells[0].text == "123456789012345678901234567890");
    CHECK(cells[1].kind == Cell::Kind::missing);  // nothing is left of the row before
}

TEST_CASE("what is put aside") {
    JsonRowReader reader({"a"}, false);
    const auto kind = [&](std::string_view line) {
        const auto problem = reader.read(line);
        return problem ? problem->kind : DataKind::none;
    };
    CHECK(kind(R"({"a":1,"a":2})") == DataKind::json_duplicate_key);
    CHECK(kind(R"({"b":{"a":1,"a":2}})") == DataKind::json_duplicate_key);
    CHECK(kind(R"({"b":{"a":1},"c":{"a":2}})") == DataKind::none);
    CHECK(kind(std::string_view("{\"a\":1}\0rest", 12)) == DataKind::row_nul);
    CHECK(kind(R"({"a":"x\u0000y"})") == DataKind::row_nul);
    CHECK(kind(R"({"a":1} {"a":2})") == DataKind::json_invalid);
    CHECK(kind(R"({"a":01})") == DataKind::json_invalid);
    CHECK(kind(R"({"a":NaN})") == DataKind::json_invalid);
    CHECK(kind(R"([1])") == DataKind::json_not_object);
    CHECK(kind("12") == DataKind::json_not_object);
    CHECK(kind("{\"a\":\"\xC3\"}") == DataKind::row_not_utf8);
    std::string many = "{";
    for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":1,";
    CHECK(kind(many + "\"k7\":2}") == DataKind::json_duplicate_key);
    CHECK(kind(many + "\"a\":2}") == DataKind::none);
    const std::string deep(limits::kMaxJsonDepth + 1, '[');
    CHECK(kind("{\"b\":" + deep + std::string(limits::kMaxJsonDepth + 1, ']') + "}") ==
          DataKind::json_too_deep);
    CHECK(kind("{\"b\":" + std::string(500'000, '[')) == DataKind::json_too_deep);
}
