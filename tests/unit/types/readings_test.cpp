// What check --readings says of a rule.
#include <doctest/doctest.h>

#include "compiler/diagnostics/kinds_types.h"
#include "tests/unit/types/compiled.h"

using namespace clausal;

namespace {

bool says(const LoadedPack& pack, const std::string& english, const std::string& chinese) {
    for (const core::ReadingLine& line : pack.readings) {
        if (line.english.find(english) != std::string::npos &&
            line.chinese.find(chinese) != std::string::npos)
            return true;
    }
    return false;
}

std::string all(const LoadedPack& pack) {
    std::string out;
    for (const core::ReadingLine& line : pack.readings)
        out += line.rule + ": " + line.english + " / " + line.chinese + "\n";
    return out;
}

}  // namespace

TEST_CASE("bounds, bases, ages and classes are said in both languages") {
    const LoadedPack pack = rule_zh(
        "术语 未打开报价邮件 = 报价邮件 之后 72 小时内 没有 同一邮件号的 打开报价邮件。\n"
        "规则 关怀：当客户连续3次未打开报价邮件且停留时长<15秒时触发提醒，每 30 天最多 1 次。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    CAPTURE(all(pack));
    CHECK(says(pack, "up to and including 72:00:00", "含恰好 72:00:00"));
    CHECK(says(pack, "of the latest 官网访问, however old", "无论多久以前"));
    CHECK(says(pack, "the last 3 decided", "按 报价邮件 自身的先后"));
    CHECK(says(pack, "fires when the condition becomes true", "变为真时触发一次"));
    CHECK(says(pack, "at most 1 per 30 days", "最多 1 次"));
    CHECK(says(pack, "memory per subject: at most its events within 72 hours", "72 小时"));
}

TEST_CASE("an absence without a shared field serves all starts") {
    const LoadedPack pack = rule_zh("规则 甲：当消费之后3天内没有官网访问时触发提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    CHECK_MESSAGE(says(pack, "one 官网访问 serves all 消费", "一次 官网访问"), all(pack));
}

TEST_CASE("consecutive days are calendar days of the zone") {
    const LoadedPack pack = rule_zh("规则 甲：当稼动率连续5天<65%时触发提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    CHECK_MESSAGE(
        says(pack, "5 calendar days of zone Asia/Shanghai", "时区 Asia/Shanghai 的连续 5 天"),
        all(pack));
    CHECK(finding(pack, kind::consecutive_reading) != nullptr);
}

TEST_CASE("breaking events, periods of effect, priorities and whole days are read out") {
    const LoadedPack pack = rule_en(
        "rule a: when 3 consecutive purchase without quote email in between then trigger reminder, "
        "effective from 2026-01-01 to 2026-12-31, priority 5.\n"
        "rule b: when purchase not followed by website visit within 30 days then trigger reminder.\n"
        "rule c: every monday at 9:00, when count of purchase in the last 30 days > 3 then trigger reminder.");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    CHECK_MESSAGE(says(pack, "a quote email breaks the run", "quote email 会打断"), all(pack));
    CHECK_MESSAGE(
        says(pack, "in force until just before 2027-01-01 00:00", "2027-01-01 00:00 之前有效"),
        all(pack));
    CHECK_MESSAGE(says(pack, "priority 5", "优先级 5"), all(pack));
    CHECK_MESSAGE(says(pack, "up to and including 30 days", "含恰好 30 天"), all(pack));
    CHECK_MESSAGE(says(pack, "every Monday at 09:00", "每周一 09:00"), all(pack));
}

TEST_CASE("terms that use the former twice are proved once per node") {
    std::string text = "术语 阶0 = 近 1 天 消费 次数 ≥ 1。\n";
    for (int i = 1; i <= 40; ++i) {
        text += "术语 阶" + std::to_string(i) + " = 近 " + std::to_string(i + 1) +
                " 天 消费 次数 ≥ 1 且 (阶" + std::to_string(i - 1) + " 或 阶" +
                std::to_string(i - 1) + ")。\n";
    }
    const LoadedPack pack = rule_zh(text + "规则 甲：当阶40时触发提醒。");
    CHECK_MESSAGE(pack.ok(), findings(pack));
}
