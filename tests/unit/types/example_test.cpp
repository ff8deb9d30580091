// Examples: moments filled from the one before, values by place and by name, variations.
#include <doctest/doctest.h>

#include "compiler/diagnostics/kinds_names.h"
#include "tests/unit/types/compiled.h"

using namespace clausal;

namespace {

constexpr Microseconds kStart = 1'767'225'600LL * kSecond;  // 2026-01-01T00:00:00Z

LoadedPack fines(const std::string& examples) {
    return compiled(
        "规则包 罚单 版本 1.0.0，时区 UTC。\n主体 罚单。\n动作 加罚（罚单，原因 文本）。\n事件 送达通知（罚单）。\n"
        "事件 付款（罚单，金额 钱 EUR，方式 文本，延迟 时长）。\n规则 六十天：当付款时触发加罚（原因 = 方式）。\n" +
        examples);
}

}  // namespace

TEST_CASE("moments take year and date from the moment before") {
    const LoadedPack pack = fines(
        "示例 甲：罚单 A1：2026-01-01 00:00 送达通知；03-02 09:30 付款（35 欧元）；10:00 付款（1 欧元）。不触发 加罚 于 11:00。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    REQUIRE(pack.core->examples.size() == 1);
    const core::Example& example = pack.core->examples[0];
    REQUIRE(example.events.size() == 3);
    CHECK(example.events[0].time == kStart);
    CHECK(example.events[1].time == kStart + 60 * kDay + 9 * kHour + 30 * kMinute);
    CHECK(example.events[2].time == kStart + 60 * kDay + 10 * kHour);
    REQUIRE(example.expectations.size() == 1);
    CHECK_FALSE(example.expectations[0].must);
    CHECK(example.expectations[0].time == kStart + 60 * kDay + 11 * kHour);
    CHECK(example.events[0].fields[0].text == "A1");
}

TEST_CASE("values by place and by name, scaled as the field is") {
    const LoadedPack pack =
        fines("示例 甲：罚单 A1：2026-01-01 付款（35.5 欧元，延迟 70 分钟）。应触发 加罚。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    const core::ExampleEvent& event = pack.core->examples[0].events[0];
    CHECK(event.fields[1].value == 355'000);
    CHECK(event.fields[2].value == kMissing);
    CHECK(event.fields[3].value == 70 * kMinute);
}

TEST_CASE("a variation adds, removes and changes") {
    const std::string base =
        "示例 基：罚单 A1：2026-01-01 09:00 送达通知；01-02 09:00 付款（1 欧元）。应触发 加罚。\n";
    const LoadedPack pack = fines(
        base +
        "示例 加：同 基，加 01-03 12:00 付款（2 欧元）。应触发 加罚。\n示例 减：同 基，减 付款。不触发 加罚。\n示例 改：同 基，付款 改为 01-05 07:00。应触发 加罚。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    const auto& examples = pack.core->examples;
    REQUIRE(examples.size() == 4);
    CHECK(examples[1].events.size() == 3);
    CHECK(examples[1].expectations.size() == 1);
    CHECK(examples[2].events.size() == 1);
    CHECK(examples[3].events[1].time == kStart + 4 * kDay + 7 * kHour);
}

TEST_CASE("daily ranges give one event a day in the zone of the pack") {
    const LoadedPack pack = compiled(
        "规则包 日报 版本 1.0.0，时区 Asia/Shanghai。\n主体 客户。\n事件 日报（客户，稼动率 百分比）。\n动作 提醒（客户）。\n规则 甲：当稼动率连续5天<65%时触发提醒。\n"
        "示例 五天：客户 K1：2026-05-11 至 05-15 每天 23:00 日报（60%）。应触发 提醒 于 05-15 23:00，共 1 次。\n示例 正好：同 五天，05-13 改为 65%。不触发 提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    const core::Example& example = pack.core->examples[0];
    REQUIRE(example.events.size() == 5);
    CHECK(example.events[1].time - example.events[0].time == kDay);
    CHECK(example.events[0].time % kDay == 15 * kHour);
    CHECK(example.events[0].fields[1].value == 600'000);
    CHECK(example.expectations[0].times == 1);
    CHECK(pack.core->examples[1].events[2].fields[1].value == 650'000);
    CHECK(pack.core->examples[1].events[1].fields[1].value == 600'000);
}

TEST_CASE("what is wrong in an example is said") {
    CHECK(finding(fines("示例 甲：罚单 A1：03-02 付款（35 欧元）。不触发 加罚。"),
              kind::first_moment_incomplete) != nullptr);
    CHECK(finding(fines("示例 甲：罚单 A1：2026-01-01 送达通知（5）。不触发 加罚。"),
              kind::too_many_values) != nullptr);
    CHECK(finding(fines("示例 甲：罚单 A1：2026-01-01 付款（65%）。不触发 加罚。"),
              kind::value_does_not_fit) != nullptr);
    CHECK(finding(fines("示例 甲：罚单 A1：2026-02-29 送达通知。不触发 加罚。"),
              kind::impossible_date) != nullptr);
}
