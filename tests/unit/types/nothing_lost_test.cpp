// What was written is in the core: beginnings times states, and behind events whatever may follow them.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/core/bounds.h"
#include "tests/unit/types/compiled.h"

using namespace clausal;

namespace {

constexpr const char* kChinese =
    "规则包 订单 版本 1.0.0，时区 Asia/Shanghai，币种 CNY。\n主体 客户。\n主体 店铺。\n"
    "事件 下单（客户，店铺，金额 钱，渠道 线上|门店）。\n事件 付款（客户，付款额 钱）。\n"
    "事件 投诉（客户，等级 低<中<高）。\n事件 公告（代码 文本）。\n动作 提醒（客户）。\n参数 阈值 = 3。\n"
    "术语 大单 = 下单 其中 金额>100元。\n";
constexpr const char* kEnglish =
    "pack orders version 1.0.0, time zone UTC, currency USD.\nsubject customer.\nsubject store.\n"
    "event order (customer, store, amount money, channel online|shop).\n"
    "event payment (customer, paid money).\nevent complaint (customer, level low<mid<high).\n"
    "event notice (code text).\naction remind (customer).\nparameter threshold = 3.\n"
    "term big order = order where amount > 100 USD.\n";

// What a word must leave in the core of the rule.
struct Trace {
    std::string_view word;
    std::vector<std::string_view> left;  // each of them
};

// The lines of the nodes that the first rule reads.
std::string core_of_rule(const core::CorePack& pack) {
    std::string out;
    const std::string all = "\n" + core::print(pack);
    for (const core::NodeId id : core::reachable(pack, pack.rules[0].condition)) {
        const std::string begin = "\nn" + std::to_string(id) + " = ";
        const std::size_t from = all.find(begin);
        if (from != std::string::npos) out += all.substr(from, all.find('\n', from + 1) - from);
    }
    return out;
}

// Accepted sentences keep every word; gives how many were accepted.
int accepted(const char* head, const std::vector<std::string>& beginnings,
    const std::vector<std::string>& ends, const std::vector<Trace>& traces, bool english) {
    int count = 0;
    for (const std::string& begin : beginnings) {
        for (const std::string& end : ends) {
            const std::string sentence = begin + (english ? " " : "") + end;
            const LoadedPack pack = compiled(
                std::string(head) + (english ? "rule a: when " + sentence + " then trigger remind."
                                             : "规则 甲：当" + sentence + "时触发提醒。"));
            if (!pack.ok()) continue;
            ++count;
            const std::string text = core_of_rule(*pack.core);
            for (const Trace& trace : traces) {
                if (sentence.find(trace.word) == std::string::npos) continue;
                for (const std::string_view left : trace.left)
                    CHECK_MESSAGE(text.find(left) != std::string::npos, sentence,
                        "\nlost: ", trace.word, text);
            }
        }
    }
    return count;
}

}  // namespace

TEST_CASE("no word before or behind a state is lost, Chinese") {
    const std::vector<std::string> beginnings = {"下单", "下单其中金额>100元", "大单", "公告",
        "付款", "客户", "店铺", "客户下单", "下单的客户", "阈值", "线上", "客户的下单",
        "下单（线上）", "下单（公告）", "首次下单", "最近一次下单", "上一次下单", "同一渠道的下单",
        "发生下单", "下单且客户", "下单其中金额>100元且客户", "下单其中渠道=线上或客户",
        "下单其中非（金额>100元）且客户", "没有下单且客户", "等级", "下单之后3天内付款"};
    const std::vector<std::string> states = {"近7天投诉次数≥3", "30天没有投诉", "近30天没有投诉",
        "连续3次投诉其中等级为高", "已有30天历史", "等级为高", "近7天投诉≥3次", "此前7天没有投诉",
        "此前投诉次数=0", "等级变为高", "等级为高持续2天", "7天内没有投诉", "超过7天没有投诉",
        "没有投诉", "未投诉", "投诉聚集", "投诉之后3天内没有付款", "，除非期间投诉",
        "，其间没有投诉", "（公告）", "（线上）", "其中渠道=线上", "满7天", "7天内再次下单"};
    const std::vector<Trace> traces = {{"下单", {"`下单`"}}, {"大单", {"`下单`", "100"}},
        {"100元", {"100"}}, {"付款", {"`付款`"}}, {"投诉", {"`投诉`"}}, {"公告", {"`公告`"}},
        {"为高", {"#2"}}, {"变为高", {"#2"}}, {"线上", {"#0"}}, {"阈值", {"() 3"}},
        {"店铺", {"ref 1"}}, {"30天", {"30d"}}, {"已有30天", {"known_for"}}};
    CHECK(accepted(kChinese, beginnings, states, traces, false) > 60);
}

TEST_CASE("no word before or behind a state is lost, English") {
    const std::vector<std::string> beginnings = {"order", "order where amount > 100 USD",
        "big order", "notice", "the customer", "store", "online", "order (online)",
        "order (notice)", "the previous order", "the latest order", "the first order",
        "order and customer", "order where amount > 100 USD and customer",
        "order where channel = online or the customer",
        "order where not (amount > 100 USD) and customer", "the order's customer", "threshold",
        "level", "order is followed by payment within 3 days",
        "order is not followed by payment within 3 days"};
    const std::vector<std::string> states = {"number of complaints in the last 7 days ≥ 3",
        "no complaint for 30 days", "has no complaint for 30 days",
        "has no complaint in the last 30 days", "has 3 consecutive complaints where level = high",
        "known for 30 days", "has been known for 30 days", "level = high",
        "has at least 3 complaints in the last 7 days", "before this no complaint for 7 days",
        "level becomes high", "complaint clusters (window 1 day, baseline 28 days)",
        "has a complaint", "for customer", "for store", "(high)", "of the same channel",
        "and still no complaint within 7 days", ", unless complaint meanwhile", "unless complaint",
        "without complaint in between", "where channel = online"};
    const std::vector<Trace> traces = {{"order", {"`order`"}}, {"big order", {"100"}},
        {"100 USD", {"100"}}, {"payment", {"`payment`"}}, {"complaint", {"`complaint`"}},
        {"notice", {"`notice`"}}, {"= high", {"#2"}}, {"becomes high", {"#2"}}, {"(high)", {"#2"}},
        {"online", {"#0"}}, {"threshold", {"() 3"}}, {"known for", {"known_for"}},
        {"30 days", {"30d"}}};
    CHECK(accepted(kEnglish, beginnings, states, traces, true) > 40);
}
