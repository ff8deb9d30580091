#include "bench/rules/many_rules.h"

#include <fmt/format.h>

namespace clausal::bench {
namespace {

constexpr const char* kEnglish = R"(pack "many rules" version 1.0.0, time zone Asia/Shanghai.
subject customer.
subject region.
event quote email (customer, mail id text).
event quote email opened (customer, mail id text).
event website visit (customer, stay duration).
event complaint (customer).
event enquiry (customer).
event upload (customer).
event line report (customer, utilisation percent).
event policy document (region).
event logistics delay (region).
source csv "events.csv" only column event = "line report" as line report: customer = column subject, time = column time, utilisation = column utilisation.
action look (customer).
)";
constexpr const char* kChinese = R"(规则包 "many rules" 版本 1.0.0，时区 Asia/Shanghai。
主体 客户。
主体 区域。
事件 报价邮件（客户，邮件号 文本）。
事件 打开报价邮件（客户，邮件号 文本）。
事件 官网访问（客户，停留时长 时长）。
事件 投诉（客户）。
事件 询价（客户）。
事件 上传（客户）。
事件 产线日报（客户，稼动率 百分比）。
事件 政策文件（区域）。
事件 物流延迟（区域）。
来源 csv "events.csv" 只取 列 event = "line report" 为 产线日报：客户 = 列 subject，时间 = 列 time，稼动率 = 列 utilisation。
动作 查看（客户）。
)";

std::string rule_text(std::size_t index, const ThresholdRule& rule, bool chinese) {
    const std::string percent =
        fmt::format("{}.{:04}%", rule.threshold / 10'000, rule.threshold % 10'000);
    std::string condition;
    switch (rule.shape) {
    case Shape::streak:
        condition = chinese ? "连续3次产线日报其中稼动率<"
                            : "3 consecutive line reports where utilisation < ";
        break;
    case Shape::days:
        return chinese
                   ? fmt::format("规则 K{:04}：当稼动率连续5天<{}时触发查看。\n", index, percent)
                   : fmt::format(
                         "rule K{:04}: when utilisation < {} on 5 consecutive days then trigger look.\n",
                         index, percent);
    case Shape::minimum:
        condition =
            chinese ? "近7天产线日报的稼动率最低<" : "minimum of utilisation in the last 7 days < ";
        break;
    }
    return chinese ? fmt::format("规则 K{:04}：当{}{}时触发查看。\n", index, condition, percent)
                   : fmt::format(
                         "rule K{:04}: when {}{} then trigger look.\n", index, condition, percent);
}

}  // namespace

std::vector<ThresholdRule> many_rules(std::uint32_t count) {
    std::vector<ThresholdRule> rules;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::int64_t step = 120'000LL * i / count;
        rules.push_back({static_cast<Shape>(i % 3), 520'000 - step});
    }
    return rules;
}

std::string many_rules_text(const std::vector<ThresholdRule>& rules, bool chinese) {
    std::string text = chinese ? kChinese : kEnglish;
    for (std::size_t i = 0; i < rules.size(); ++i) text += rule_text(i, rules[i], chinese);
    return text;
}

}  // namespace clausal::bench
