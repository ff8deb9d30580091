#include <doctest/doctest.h>

#include "compiler/names/units.h"
#include "compiler/names/words.h"

using namespace clausal;
using namespace clausal::names;

TEST_CASE("names are compared after NFKC, without case, with one space") {
    CHECK(fold("Quote  Email") == "quote email");
    CHECK(fold("ＡＢＣ") == "abc");
    CHECK(fold("3D 模型") == fold("3D模型"));
    CHECK(fold("quote email") != fold("quoteemail"));
}

TEST_CASE("distance counts characters, not bytes") {
    CHECK(distance("打开报价邮箱", "打开报价邮件") == 1);
    CHECK(distance("", "abc") == 3);
    CHECK(distance("kitten", "sitting") == 3);
}

TEST_CASE("look-alike names have one skeleton") {
    CHECK(skeleton("о") == skeleton("o"));  // Cyrillic
    CHECK(skeleton("末付款") == skeleton("未付款"));
    CHECK(skeleton("l0") == skeleton("1O"));
    CHECK(skeleton("甲") != skeleton("乙"));
}

TEST_CASE("units and currencies have one code in both languages") {
    CHECK(unit_code("英里") == unit_code("miles"));
    CHECK(unit_code("千瓦") == unit_code("kW"));
    CHECK(unit_code("箱") == "箱");
    CHECK(currency_code("元") == "CNY");
    CHECK(currency_code("dollars") == "USD");
    CHECK(currency_code("sek") == "SEK");
    CHECK(conversion("km", "mile").value() == "0.621");
    CHECK_FALSE(conversion("km", "kg").has_value());
}

TEST_CASE("a quantity is a length only in units of elapsed time") {
    syntax::Node node;
    node.kind = syntax::NodeKind::quantity;
    node.text = "hour";
    node.number = {15, 1};
    CHECK(duration_of(node) == 90 * kMinute);
    node.text = "month";
    CHECK_FALSE(duration_of(node).has_value());
    node.text = "day";
    node.number = {std::numeric_limits<std::int64_t>::max(), 0};
    CHECK_FALSE(duration_of(node).has_value());
}
