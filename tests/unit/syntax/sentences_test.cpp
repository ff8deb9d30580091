// The sentences that must compile as they stand, and their English twins.
#include <doctest/doctest.h>

#include <regex>

#include "tests/unit/syntax/parsing.h"

using namespace clausal;
using namespace clausal::syntax;

namespace {

// The shape of a tree: names of the two languages differ, everything else must not.
std::string shape(const std::string& tree) {
    return std::regex_replace(tree,
        std::regex("(name|text|trigger|assignment|rule|term|field_of|for_subject) \"[^\"]*\""),
        "$1 \"\"");
}

const std::string kCareZh =
    "主体 客户。动作 关怀电话（客户）。事件 报价邮件（客户，邮件号 文本）。事件 打开报价邮件（客户，邮件号 文本）。"
    "事件 官网访问（客户，停留时长 时长）。\n"
    "术语 未打开报价邮件 = 报价邮件 之后 72 小时内 没有 同一邮件号的 打开报价邮件。"
    "术语 官网停留 = 近 7 天 最近一次 官网访问 的 停留时长。\n";
const std::string kCareEn =
    "subject customer. action care call (customer). event quote email (customer, mail id text). "
    "event quote email opened (customer, mail id text). event website visit (customer, stay duration).\n"
    "term unopened quote email = quote email not followed by quote email opened of the same mail id within 72 hours. "
    "term website stay = stay of the latest website visit in the last 7 days.\n";

}  // namespace

TEST_CASE("sentence 1 in both languages gives one tree") {
    const Parsed zh(kCareZh + "当客户连续3次未打开报价邮件且官网停留<15秒时触发关怀电话");
    const Parsed en(
        kCareEn +
        "when a customer has 3 consecutive unopened quote emails and website stay < 15 s then trigger care call");
    CHECK_MESSAGE(!zh.sink.has_errors(), zh.findings());
    CHECK_MESSAGE(!en.sink.has_errors(), en.findings());
    CHECK(zh.last() ==
          "  rule\n"
          "    logical_and\n"
          "      for_subject \"客户\"\n"
          "        streak 3\n"
          "          name \"未打开报价邮件\"\n"
          "          -\n"
          "      compare lt\n"
          "        name \"官网停留\"\n"
          "        quantity \"second\" 15\n"
          "    trigger \"关怀电话\"\n");
    CHECK(shape(zh.last()) == shape(en.last()));
    const std::string in_a_row =
        "when a customer has 3 unopened quote emails in a row and website stay < 15 s then trigger care call";
    CHECK(Parsed(kCareEn + in_a_row).last() == en.last());
}

TEST_CASE("the terms of sentence 1 in both languages give one tree") {
    CHECK(shape(Parsed(kCareZh).last()) == shape(Parsed(kCareEn).last()));
}

TEST_CASE("sentence 2: a parameter, fillers, a quoted action, an alias") {
    const Parsed zh(
        "主体 客户。参数 阈值 = 65%。事件 产线日报（客户，产线 文本，稼动率 百分比）。动作 免费远程诊断服务（客户）。"
        "动作 服务日程（客户，日期 日期）又称「同步至服务团队日程」。\n"
        "当系统监测到客户稼动率连续5天低于阈值,自动触发‘免费远程诊断服务’并同步至服务团队日程");
    CHECK_MESSAGE(!zh.sink.has_errors(), zh.findings());
    CHECK(zh.last() ==
          "  rule\n"
          "    consecutive plain \"day\" 5\n"
          "      compare lt\n"
          "        field_of \"稼动率\"\n"
          "          name \"客户\"\n"
          "        name \"阈值\"\n"
          "    trigger \"免费远程诊断服务\"\n"
          "    trigger \"服务日程\"\n");
    bool said = false;
    for (const Reading& reading : zh.tree.readings) {
        said = said || (reading.kind == Reading::Kind::filler && reading.chosen == "监测到");
    }
    CHECK(said);
}

TEST_CASE("sentences 3 and 8") {
    const Parsed three(
        "主体 节点。事件 探测（节点，耗时 时长）。术语 超时 = 探测 其中 耗时 > 3 秒。动作 根因分析（节点）。\n"
        "当节点连续3次超时时启动根因分析");
    CHECK_MESSAGE(!three.sink.has_errors(), three.findings());
    CHECK(three.last().find("streak 3\n        name \"超时\"") != std::string::npos);
    const Parsed eight(
        "主体 客户。事件 加急订单（客户）。事件 项目评审（客户，项目阶段风险等级 低<中<高）。\n"
        "术语 紧急 = 近90天加急订单次数≥3 或 项目阶段风险等级≥高");
    const Parsed twin(
        "subject customer. event rush order (customer). event project review (customer, stage risk low<medium<high).\n"
        "term urgent = number of rush orders in the last 90 days ≥ 3 or stage risk ≥ high");
    CHECK_MESSAGE(!eight.sink.has_errors(), eight.findings());
    CHECK(shape(eight.last()) == shape(twin.last()));
    CHECK(eight.last().find("logical_or") != std::string::npos);
}

TEST_CASE("languages may be mixed, and forms may be full-width") {
    const Parsed zh(kCareZh + "当客户连续３次未打开报价邮件 且 官网停留＜１５秒 时 触发关怀电话");
    const Parsed half(kCareZh + "当客户连续三次未打开报价邮件且官网停留<15秒时触发关怀电话");
    const Parsed mixed(
        kCareZh +
        "when 客户 has 3 consecutive 未打开报价邮件 and 官网停留 < 15 s then trigger 关怀电话");
    CHECK_MESSAGE(!zh.sink.has_errors(), zh.findings());
    CHECK(zh.last() == half.last());
    CHECK_MESSAGE(!mixed.sink.has_errors(), mixed.findings());
    CHECK(mixed.last() == half.last());
}

TEST_CASE("numbers in all their spellings") {
    const auto value = [](const std::string& text) {
        const Parsed parsed("参数 甲数 = " + text);
        return parsed.sink.has_errors() ? parsed.findings() : parsed.last();
    };
    CHECK(value("5万") == "  parameter \"甲数\"\n    number 50000\n");
    CHECK(value("1.5 亿元") == "  parameter \"甲数\"\n    money \"CNY\" 150000000\n");
    CHECK(value("百分之六十五") == "  parameter \"甲数\"\n    percent percent 65\n");
    CHECK(value("0.5‰") == "  parameter \"甲数\"\n    percent permille 0.5\n");
    CHECK(value("万分之五") == "  parameter \"甲数\"\n    percent permyriad 5\n");
    CHECK(value("三十天") == "  parameter \"甲数\"\n    quantity \"day\" 30\n");
    CHECK(value("半小时") == "  parameter \"甲数\"\n    quantity \"hour\" 0.5\n");
    CHECK(value("1 天 12 小时") == "  parameter \"甲数\"\n    quantity \"hour\" 36\n");
    CHECK(value("一百二十个工作日") == "  parameter \"甲数\"\n    quantity \"working_day\" 120\n");
    CHECK(value("1,234.50 EUR") == "  parameter \"甲数\"\n    money \"EUR\" 1234.50\n");
}
