// Mistakes and what is said about them: the kind, the place, the fixes.
#include <doctest/doctest.h>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_plan.h"
#include "compiler/diagnostics/kinds_types.h"
#include "tests/unit/types/compiled.h"

using namespace clausal;

namespace {

// Exactly this kind is reported as an error, at these words.
void mistake(const LoadedPack& pack, Kind kind, const std::string& words) {
    CAPTURE(findings(pack));
    CHECK_FALSE(pack.ok());
    const Diagnostic* found = finding(pack, kind);
    REQUIRE(found != nullptr);
    CHECK(text_at(pack, found->span).find(words) != std::string::npos);
    CHECK(pack.sink.error_count() == 1);
    CHECK_FALSE(message(*found, Language::chinese).empty());
    CHECK(message(*found, Language::english).find('{') == std::string::npos);
    CHECK(message(*found, Language::chinese).find('{') == std::string::npos);
}

bool has_fix(const LoadedPack& pack, Kind kind, const std::string& replacement) {
    const Diagnostic* found = finding(pack, kind);
    if (found == nullptr) return false;
    for (const Fix& fix : found->fixes) {
        if (fix.replacement == replacement) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a duration beside a bare number") {
    const LoadedPack pack = rule_zh(
        "术语 官网停留 = 最近一次 官网访问 的 停留时长。\n规则 甲：当官网停留<15时触发提醒。");
    mistake(pack, kind::duration_without_unit, "15");
    CHECK(has_fix(pack, kind::duration_without_unit, "15 秒"));
    CHECK(has_fix(pack, kind::duration_without_unit, "15 分钟"));
}

TEST_CASE("a percentage beside a bare number, written or declared") {
    LoadedPack pack = rule_zh("规则 甲：当稼动率<65时触发提醒。");
    mistake(pack, kind::number_beside_percent, "65");
    CHECK(has_fix(pack, kind::number_beside_percent, "65%"));
    CHECK(has_fix(pack, kind::number_beside_percent, "6500%"));
    pack = rule_zh("参数 阈值 = 65。\n规则 甲：当稼动率<阈值时触发提醒。");
    CHECK(finding(pack, kind::number_beside_percent) != nullptr);
}

TEST_CASE("currencies, dimensions and units do not mix") {
    mistake(rule_zh("规则 甲：当消费其中金额>5美元时触发提醒。"), kind::currency_mismatch,
        "金额>5美元");
    mistake(
        rule_zh("规则 甲：当消费其中金额+3天>5元时触发提醒。"), kind::type_mismatch, "金额+3天");
    mistake(rule_zh("规则 甲：当消费其中金额×金额>5时触发提醒。"), kind::bad_product, "金额×金额");
    const LoadedPack unit = rule_zh("规则 甲：当消费其中重量>5吨时触发提醒。");
    mistake(unit, kind::unit_mismatch, "5吨");
    CHECK(finding(unit, kind::unit_mismatch)->help[0].value.find("1e+03") == std::string::npos);
}

TEST_CASE("a bare number beside money is of the pack's currency, and is said") {
    const LoadedPack pack = rule_zh("规则 甲：当消费其中金额>5万时触发提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    bool said = false;
    for (const core::ReadingLine& line : pack.readings)
        said = said || line.english.find("CNY") != std::string::npos;
    CHECK(said);
}

TEST_CASE("working time and elapsed time are two things") {
    const std::string start =
        "规则包 测试 版本 1.0.0，时区 UTC。\n日历 工时 = 文件 \"cn.json\"，工作日 9:00 至 18:00。\n主体 客户。\n"
        "事件 工单（客户，停留 时长）。\n事件 响应（客户）。\n动作 提醒（客户）。\n"
        "术语 首响用时 = 工单 到 首次响应 的 用时，按 工时。\n";
    const LoadedPack work = compiled(start + "规则 甲：当近7天首响用时平均>4小时时触发提醒。");
    mistake(work, kind::unlike_units, "4小时");
    CHECK(has_fix(work, kind::unlike_units, "4 个工作小时"));
    const LoadedPack plain = compiled(start + "规则 甲：当工单其中停留>4个工作小时时触发提醒。");
    mistake(plain, kind::elapsed_time_here, "4个工作小时");
    CHECK(has_fix(plain, kind::elapsed_time_here, "4 小时"));
}

TEST_CASE("text quotes around an action are understood, with a note") {
    const LoadedPack pack = rule_zh("规则 甲：当消费时触发“提醒”。");
    CHECK_MESSAGE(pack.ok(), findings(pack));
    CHECK(finding(pack, kind::event_text_note) != nullptr);
    CHECK(finding(rule_zh("规则 甲：当消费时触发「提醒」。"), kind::event_text_note) == nullptr);
}

TEST_CASE("tables: overlaps are a warning, a gap is an error") {
    const std::string start = "决策表 档（渠道，件数 → 奖）：";
    const std::string rule =
        "\n动作 奖励（客户，奖 文本）。\n规则 甲：当消费时触发奖励（奖 = 档（消费.渠道，消费.件数））。";
    const LoadedPack overlap =
        rule_zh(start + "线上 且 ≥5 → \"金\"；任意 且 ≤8 → \"银\"；其余 → \"无\"。" + rule);
    CHECK_MESSAGE(overlap.ok(), findings(overlap));
    CHECK(finding(overlap, kind::table_rows_overlap) != nullptr);
    const LoadedPack nested =
        rule_zh(start + "线上 且 ≥5 → \"金\"；线上 → \"银\"；其余 → \"无\"。" + rule);
    CHECK(finding(nested, kind::table_rows_overlap) == nullptr);
    const LoadedPack gap = rule_zh(start + "线上 且 ≥5 → \"金\"；线上 → \"银\"。" + rule);
    CHECK(finding(gap, kind::table_gap) != nullptr);
}

TEST_CASE("calendar units are no durations") {
    const LoadedPack pack = rule_zh("规则 甲：当近3个月消费次数≥3时触发提醒。");
    mistake(pack, kind::calendar_unit, "3个月");
}

TEST_CASE("choices: unknown ones and order that was not declared") {
    mistake(rule_zh("规则 甲：当消费其中渠道≥门店时触发提醒。"), kind::choice_without_order,
        "渠道≥门店");
    mistake(rule_zh("规则 甲：当消费其中渠道=\"网店\"时触发提醒。"), kind::unknown_choice, "网店");
}

TEST_CASE("states and occurrences") {
    mistake(
        rule_zh("规则 甲：当消费且官网访问时触发提醒。"), kind::two_occurrences, "消费且官网访问");
    mistake(rule_zh("规则 甲：当消费或近 7 天 官网访问 次数 ≥ 3时触发提醒。"),
        kind::occurrence_or_state, "消费或");
    mistake(rule_zh("规则 甲：当非 消费时触发提醒。"), kind::negated_occurrence, "非 消费");
}

TEST_CASE("a streak needs an event that can fail") {
    const LoadedPack pack = rule_zh("规则 甲：当连续3次消费时触发提醒。");
    mistake(pack, kind::streak_of_bare_event, "连续3次消费");
    CHECK(finding(pack, kind::streak_of_bare_event)->help.size() == 2);
    const LoadedPack broken = rule_zh("规则 甲：当连续3次消费，中间没有官网访问，时触发提醒。");
    CHECK_MESSAGE(broken.ok(), findings(broken));
}

TEST_CASE("bounds that exclude each other") {
    const LoadedPack pack = rule_zh("规则 甲：当报价邮件之后至少5天、3天内消费时触发提醒。");
    CHECK_FALSE(pack.ok());
    const LoadedPack english = rule_en(
        "rule a: when quote email is followed by purchase at least 5 days and at most 3 days then trigger reminder.");
    CAPTURE(findings(english));
    CHECK(finding(english, kind::contradictory_bounds) != nullptr);
}

TEST_CASE("conditions that are always or never true") {
    mistake(rule_zh("规则 甲：当消费其中件数>5且件数<3时触发提醒。"), kind::never_true,
        "件数>5且件数<3");
    mistake(rule_zh("规则 甲：当消费其中件数>5且件数<6时触发提醒。"), kind::never_true, "件数>5");
    mistake(
        rule_zh("规则 甲：当消费其中渠道=线上且渠道=门店时触发提醒。"), kind::never_true, "渠道");
    mistake(
        rule_zh("规则 甲：当近 7 天 消费 次数 ≥ 0时触发提醒。"), kind::constant_condition, "≥ 0");
    mistake(rule_zh("规则 甲：当近 7 天 消费 次数 < 0时触发提醒。"), kind::never_true, "< 0");
    mistake(rule_zh("规则 甲：当消费其中件数>3或件数≤3时触发提醒。"), kind::constant_condition,
        "件数>3或件数≤3");
    mistake(rule_zh("参数 上限 = 5。\n规则 甲：当消费且上限>3时触发提醒。"),
        kind::constant_condition, "上限>3");
    // Weight is no whole number: between 5 and 6 there is some.
    const LoadedPack between = rule_zh("规则 甲：当消费其中重量>5千克且重量<6千克时触发提醒。");
    CHECK_MESSAGE(between.ok(), findings(between));
}

TEST_CASE("fields: unknown, ambiguous, of another subject") {
    const LoadedPack unknown = rule_zh("规则 甲：当消费其中消费.停留时长>3秒时触发提醒。");
    CHECK(finding(unknown, kind::unknown_field) != nullptr);
    const LoadedPack ambiguous = rule_zh("规则 甲：当邮件号=\"1\"时触发提醒。");
    mistake(ambiguous, kind::ambiguous_field, "邮件号");
    CHECK(finding(ambiguous, kind::ambiguous_field)->labels.size() == 2);
    const LoadedPack other = compiled(
        "规则包 测试 版本 1.0.0，时区 UTC。\n主体 机场。\n主体 航班。\n事件 气象（机场，能见度 数）。\n事件 起飞（航班）。\n"
        "动作 归因（航班）。\n规则 甲：当起飞且近 3 小时 有 气象时触发归因。");
    CHECK_MESSAGE(finding(other, kind::no_common_subject) != nullptr, findings(other));
}

TEST_CASE("actions need their fields") {
    const LoadedPack pack = rule_zh("动作 通知（客户，原因 文本）。\n规则 甲：当消费时触发通知。");
    mistake(pack, kind::unfilled_field, "通知");
    CHECK(text_at(pack, finding(pack, kind::unfilled_field)->labels[0].span).find("原因") !=
          std::string::npos);
    mistake(rule_zh("动作 通知（客户，原因 文本）。\n规则 甲：当消费时触发通知（原因 = 5 元）。"),
        kind::type_mismatch, "5 元");
}

TEST_CASE("names: twice, alike, in a circle") {
    CHECK(finding(rule_zh("事件 消费（客户）。"), kind::duplicate_name) != nullptr);
    CHECK(finding(rule_zh("事件 末付款（客户）。\n事件 未付款（客户）。"),
              kind::look_alike_names) != nullptr);
    const LoadedPack cycle = rule_zh(
        "术语 甲 = 乙 且 近 7 天 有 消费。\n术语 乙 = 甲 且 近 3 天 有 消费。\n规则 丙：当甲时触发提醒。");
    REQUIRE_MESSAGE(finding(cycle, kind::cyclic_term) != nullptr, findings(cycle));
    // A subject and an event of one name may coexist.
    const LoadedPack both = compiled(
        "规则包 测试 版本 1.0.0，时区 UTC。\n主体 订单。\n事件 订单（订单，金额 钱 CNY）。\n动作 提醒（订单）。\n规则 甲：当订单其中金额>5元时触发提醒。");
    CHECK_MESSAGE(both.ok(), findings(both));
}

TEST_CASE("imports: found, unknown, in a circle") {
    const std::string base =
        "规则包 词汇 版本 1.0.0，时区 UTC。\n主体 客户。\n事件 消费（客户，金额 钱 CNY）。\n动作 提醒（客户）。\n规则 别处：当消费时触发提醒。\n";
    const LoadedPack good = load_texts(
        {{"main.clausal",
             "规则包 主包 版本 1.0.0。\n导入 词汇。\n规则 甲：当消费其中金额>5元时触发提醒。\n"},
            {"words.clausal", base}});
    REQUIRE_MESSAGE(good.ok(), findings(good));
    REQUIRE(good.core->rules.size() == 2);  // those of the import run as well
    CHECK(good.core->rules[0].id == "别处");
    CHECK(good.core->schema.zone == "UTC");  // what the pack leaves open comes from it
    CHECK(good.core->schema.pack == "主包");
    const LoadedPack unknown =
        load_texts({{"main.clausal", "规则包 主包 版本 1.0.0。\n导入 没人。\n主体 客户。\n"}});
    CHECK(finding(unknown, kind::unknown_pack) != nullptr);
    const LoadedPack cycle =
        load_texts({{"a.clausal", "规则包 甲包 版本 1.0.0，时区 UTC。\n导入 乙包。\n主体 客户。\n"},
            {"b.clausal", "规则包 乙包 版本 1.0.0，时区 UTC。\n导入 甲包。\n"}});
    CHECK(finding(cycle, kind::import_cycle) != nullptr);
}

TEST_CASE("state that cannot be bounded is refused") {
    const LoadedPack pack =
        rule_zh("规则 甲：当报价邮件早于同一邮件号的打开报价邮件≥3天时触发提醒。");
    CAPTURE(findings(pack));
    CHECK(finding(pack, kind::unbounded_state) != nullptr);
}

TEST_CASE("rules that feed each other in a circle") {
    const LoadedPack pack = rule_zh(
        "动作 通知（客户）。\n规则 甲：当近 7 天 通知 次数 ≥ 2时触发提醒。\n规则 乙：当近 7 天 提醒 次数 ≥ 2时触发通知。");
    CHECK_MESSAGE(finding(pack, kind::output_cycle) != nullptr, findings(pack));
    const LoadedPack chain = rule_zh(
        "动作 通知（客户）。\n规则 甲：当消费时触发提醒。\n规则 乙：当近 7 天 提醒 次数 ≥ 2时触发通知。");
    CHECK_MESSAGE(chain.ok(), findings(chain));
}

TEST_CASE("warnings do not stop a pack") {
    const LoadedPack newborn = rule_zh("规则 甲：当近 30 天 官网访问 次数 < 2时触发提醒。");
    CHECK_MESSAGE(newborn.ok(), findings(newborn));
    CHECK(finding(newborn, kind::true_at_birth) != nullptr);
    const LoadedPack own = rule_zh("规则 甲：当官网访问且30天没有官网访问时触发提醒。");
    CHECK(finding(own, kind::reads_itself) != nullptr);
    const LoadedPack before = rule_zh("规则 甲：当官网访问且此前30天没有官网访问时触发提醒。");
    CHECK_MESSAGE(before.ok(), findings(before));
    CHECK(finding(before, kind::reads_itself) == nullptr);
    const LoadedPack ever = rule_zh("规则 甲：当报价邮件必须早于消费时触发提醒。");
    CHECK(finding(ever, kind::satisfied_for_ever) != nullptr);
    const LoadedPack loose = rule_zh("规则 甲：当报价邮件之后3天内没有打开报价邮件时触发提醒。");
    CHECK(finding(loose, kind::uncorrelated_absence) != nullptr);
    const LoadedPack tied =
        rule_zh("规则 甲：当报价邮件之后3天内没有同一邮件号的打开报价邮件时触发提醒。");
    CHECK(finding(tied, kind::uncorrelated_absence) == nullptr);
}

TEST_CASE("a path without rule files is a finding") {
    const LoadedPack pack = load_pack("no/such/place");
    CHECK_FALSE(pack.ok());
    CHECK(finding(pack, kind::pack_not_found) != nullptr);
}

TEST_CASE("one wrong statement does not hide the findings of others") {
    const LoadedPack pack = rule_zh(
        "规则 甲：当消费其中金额>5美元时触发提醒。\n规则 乙：当稼动率<65时触发提醒。\n规则 丙：当消费时触发提醒。");
    CHECK(finding(pack, kind::currency_mismatch) != nullptr);
    CHECK(finding(pack, kind::number_beside_percent) != nullptr);
    CHECK(pack.sink.error_count() == 2);
}
