// Input that nobody should write: a finding each time, never a crash.
#include <doctest/doctest.h>

#include "compiler/diagnostics/kinds_source.h"
#include "compiler/diagnostics/kinds_syntax.h"
#include "tests/unit/syntax/parsing.h"

using namespace clausal;
using namespace clausal::syntax;

namespace {

std::string repeat(const std::string& text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
}

}  // namespace

TEST_CASE("files that are not rule files") {
    CHECK(Parsed("").has(kind::empty_file));
    CHECK(Parsed(std::string("规则 甲\0甲", 14)).has(kind::not_text));
    CHECK(Parsed("规则 \xff\xfe").has(kind::invalid_utf8));
    CHECK(Parsed(std::string(50U << 20U, 'x')).has(kind::file_too_large));
    CHECK(Parsed("主体 客\xE2\x80\xAE户").has(kind::bidirectional_control));
    CHECK(!Parsed("\xEF\xBB\xBF主体 客户").sink.has_errors());
    CHECK(!Parsed("主体 客户\r\n事件 询价（客户）\r\n").sink.has_errors());
    std::string random;
    unsigned state = 1;
    for (int i = 0; i < 4000; ++i) {
        state = state * 1103515245U + 12345U;
        random += static_cast<char>(1 + (state >> 16U) % 127U);
    }
    CHECK(Parsed(random).sink.has_errors());
}

TEST_CASE("deep nesting is refused") {
    const std::string head = "主体 客户。动作 做（客户）。事件 甲（客户，乙 数）。\n当";
    CHECK(Parsed(head + repeat("（", 5000) + "乙>1" + repeat("）", 5000) + "时触发做")
            .has(kind::nested_too_deeply));
    CHECK(Parsed(head + repeat("非 ", 5000) + "乙>1时触发做").sink.has_errors());
    CHECK(Parsed(head + repeat("- ", 8000) + "乙>1时触发做").sink.has_errors());
    CHECK(!Parsed(head + repeat("（", 50) + "乙>1" + repeat("）", 50) + "时触发做")
            .sink.has_errors());
    CHECK(Parsed(head + repeat("「", 3000)).sink.has_errors());
}

TEST_CASE("more cuts than can be looked at are refused") {
    std::string text = "主体 客户。动作 做（客户）。\n";
    for (std::size_t i = 1; i <= 60; ++i) text += "事件 " + repeat("甲", i) + "（客户）。\n";
    CHECK(Parsed(text + "规则 一：当" + repeat("甲", 20000) + "时触发做。")
            .has(kind::too_many_readings));
}

TEST_CASE("endless statements are refused") {
    CHECK(Parsed("规则 甲：当" + repeat("甲", 60000)).sink.has_errors());
    CHECK(Parsed("规则 甲：当" + repeat("1", 60000)).sink.has_errors());
    CHECK(Parsed("参数 甲 = 99999999999999999999999").has(kind::number_too_large));
    CHECK(Parsed("规则 甲：当" + repeat("甲 > 1 且 ", 100000)).has(kind::statement_too_long));
    CHECK(Parsed(repeat("参数 甲 = 1。\n", 200001)).has(kind::too_many_statements));
}

TEST_CASE("findings name the place and help") {
    const std::string head =
        "主体 客户。动作 升级（客户）。事件 打开报价邮件（客户，停留 时长）。\n";
    const Parsed typo(head + "当近7天打开报价邮箱次数≥3时触发升级");
    REQUIRE(typo.has(kind::unknown_word));
    CHECK(typo.sources.text(typo.sink.all().front().span) == "打开报价邮箱");
    REQUIRE(!typo.sink.all().front().fixes.empty());
    CHECK(typo.sink.all().front().fixes.front().replacement == "打开报价邮件");
    CHECK(Parsed(head + "当停留>3秒且停留<9秒或停留=1秒时触发升级").has(kind::mixed_and_or));
    CHECK(Parsed(head + "当近3月打开报价邮件次数≥3时触发升级").has(kind::month_or_months));
    CHECK(Parsed(head + "当30天没有打开报价邮件和打开报价邮件时触发升级").has(kind::none_of_both));
    CHECK(Parsed(head + "当打开报价邮件60天后没有打开报价邮件时触发升级")
            .has(kind::absence_without_end));
    CHECK(Parsed(head + "当停留>3秒时触发").has(kind::unexpected_end));
    CHECK(Parsed(head + "当停留>（3秒时触发升级").has(kind::unclosed_bracket));
    CHECK(Parsed(head + "当停留=\"三时触发升级").has(kind::unclosed_quote));
    CHECK(Parsed(head + "停留").has(kind::unexpected_end));
    CHECK(Parsed("示例 甲：主体 K：2026-13-01 甲。").sink.has_errors());
}

TEST_CASE("one broken statement spoils no other") {
    const Parsed parsed(
        "主体 客户。\n动作 升级（客户）。\n规则 坏：当当当。\n事件 询价（客户）。\n规则 好：当发生询价时触发升级。\n");
    CHECK(parsed.sink.error_count() == 1);
    CHECK(parsed.last().find("rule \"好\"") != std::string::npos);
}

TEST_CASE("every prefix of a pack is read without a crash") {
    const std::string text =
        "规则包 甲 版本 1.0.0，时区 UTC。主体 客户：名册 csv \"a.csv\"（级 低<中<高）。事件 询价（客户，金额 钱 EUR，重 数 千克）。"
        "动作 做（客户，额 钱 EUR）又称「做做」。来源 csv \"f\" 只取 列 a = \"x\" 为 询价：客户 = 列 b，时间 = 列 c 时区 UTC。"
        "决策表 表（级 → 果）：低 → 甲果；其余 → 乙果。规则 一：每天 6:00，当近 7 天 询价 的 金额 合计 ≥ 5万 且 非（级=高）时触发做（额 = 3 EUR），每 3 天最多 2 次。"
        "示例 例：客户 K：2026-01-01 09:00 询价（3 EUR，2 千克）。应触发 做 于 01-02 09:00，共 1 次。";
    const Parsed whole(text);
    CHECK_MESSAGE(!whole.sink.has_errors(), whole.findings());
    for (std::size_t i = 0; i < text.size(); i += 7) {
        std::size_t end = i;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
        Parsed prefix(text.substr(0, end));
        Parsed suffix(text.substr(end));
        CHECK(prefix.tree.root != kNoNode);
        CHECK(suffix.tree.root != kNoNode);
    }
}

TEST_CASE("likely mistakes are told with what to write") {
    const auto help = [](const std::string& text) {
        std::string all;
        const Parsed parsed(text);
        for (const Diagnostic& each : parsed.sink.all()) {
            for (const Argument& line : each.help) all += line.value + "\n";
        }
        return all;
    };
    CHECK(Parsed("参数 之后 = 3").has(kind::name_is_keyword));
    CHECK(Parsed("parameter within = 3").has(kind::name_is_keyword));
    CHECK(!Parsed("action file (day date)").sink.has_errors());
    const std::string head =
        "主体 客户。动作 做（客户）。事件 天气预警（客户，团队 文本）。事件 答复（客户）。\n";
    CHECK(
        help(head + "事件 气（客户）。事件 气预警（客户）。\n当近5天气预警次数≥1时触发做").empty());
    CHECK(Parsed(
        "主体 客户。动作 做（客户）。事件 天气预警（客户，气 数，预警 数）。\n当近5天气预警次数≥1时触发做")
            .has(kind::unexpected));
    CHECK(
        Parsed(head + "术语 未答复 = 天气预警 其中 团队 = \"A\"").has(kind::name_reads_as_phrase));
    CHECK(help(head + "当客户两次天气预警时触发做").find("in a row") != std::string::npos);
    CHECK(help(head + "when 天气预警 where 团队 = A then trigger 做").find("\"A\"") !=
          std::string::npos);
    CHECK(help(head + "当第3次天气预警之后24小时内没有答复时触发做").find("third of what") !=
          std::string::npos);
    CHECK(
        help(head + "当去年同期天气预警次数≥1时触发做").find("364 days ago") != std::string::npos);
    CHECK(Parsed(head + "when 天气预警 is not followed by 答复 after 60 days then trigger 做")
            .has(kind::absence_without_end));
}

TEST_CASE("after a filter, followed by and 之后 belong to the event") {
    const Parsed en(
        "subject c. event complaint (c, amount money CNY). event answer (c). action act (c).\n"
        "when complaint where amount ≥ 1,000 CNY is not followed by answer within 24 hours then trigger act.");
    const Parsed zh(
        "主体 户。事件 投诉（户，金额 钱 CNY）。事件 答复（户）。动作 做（户）。\n"
        "当投诉其中金额≥1000元之后24小时内没有答复时触发做。");
    for (const Parsed* each : {&en, &zh}) {
        CHECK_MESSAGE(!each->sink.has_errors(), each->findings());
        CHECK(each->last().find("  rule\n    absence_after\n      where\n") == 0);
    }
}

TEST_CASE("two cuts into the same words are one reading; dates and 为 in conditions") {
    const std::string head = "主体 户。动作 做（户）。事件 访问（户，级别 低<高，起日 日期）。\n";
    for (const char* rule : {"每个工作日 9:00，当级别≥高时触发做", "当访问其中级别为高时触发做",
             "当起日=2026-05-01时触发做",
             "when there is a 访问 in the last 7 days then trigger 做"}) {
        const Parsed parsed(head + rule);
        CHECK_MESSAGE(!parsed.sink.has_errors(), parsed.findings());
        CHECK(parsed.last().find("witness") == std::string::npos);
        CHECK(parsed.last().find("minus") == std::string::npos);
    }
}
