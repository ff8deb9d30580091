// Proposals compile: what is proposed for a usual phrase is applied, and the sentence is accepted.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/driver/load.h"
#include "compiler/driver/rewrites.h"

using namespace clausal;

namespace {

constexpr const char* kChinese =
    "规则包 店 版本 1.0.0，时区 Asia/Shanghai，币种 CNY。\n主体 客户。\n"
    "事件 下单（客户，订单号 文本，金额 钱，渠道 线上|门店，品类 文本，地区 文本，备注 文本）。\n"
    "事件 付款（客户，订单号 文本，付款额 钱）。\n事件 退货（客户，原因 文本）。\n"
    "事件 投诉（客户，等级 低<中<高）。\n事件 到店（客户，预约 时间）。\n"
    "事件 读数（客户，温度 数 摄氏度，状态 运行|停止|故障）。\n"
    "名单 敏感词 = \"急\"、\"退\"。\n术语 高温 = 温度>80摄氏度。\n动作 提醒（客户）。\n";
constexpr const char* kEnglish =
    "pack shop version 1.0.0, time zone UTC, currency USD.\nsubject customer.\n"
    "event order (customer, order no text, amount money, channel online|shop, region text, due time).\n"
    "event payment (customer, paid money).\nevent refund (customer).\n"
    "event complaint (customer, note text).\nevent answer (customer).\n"
    "event reading (customer, temperature number in celsius, state running|idle|fault).\n"
    "action warn (customer).\n";

LoadedPack load(const std::string& text) { return load_texts({{"test.clausal", text}}); }

const Diagnostic* first_error(const LoadedPack& pack) {
    for (const Diagnostic& one : pack.sink.all()) {
        if (kind_info(one.kind).severity == Severity::error) return &one;
    }
    return nullptr;
}

// The whole text once the first fix is made; "" without one.
std::string fixed(const std::string& text) {
    const LoadedPack pack = load(text);
    const Diagnostic* one = first_error(pack);
    if (one == nullptr || one->fixes.empty()) return "";
    std::string out = text;
    const Fix& fix = one->fixes.front();
    return out.replace(fix.span.begin, fix.span.end - fix.span.begin, fix.replacement);
}

std::string findings(const LoadedPack& pack) {
    return render_text(pack.sink.sorted(), pack.sources, Language::english, false);
}

}  // namespace

TEST_CASE("usual Chinese phrases are proposed in a form that compiles") {
    for (const char* sentence :
        {"客户首次下单且金额>100元", "非首次下单", "再次下单", "退货之后3天内再次下单",
            "下单后7天内退货且再次下单", "7天没有下单且没有付款", "下单满3天且没有付款",
            "下单3天后没有付款", "到店晚于预约30分钟", "近30天同一品类的下单次数≥3", "线上下单",
            "近7天线上下单次数≥3", "下单其中地区为华东", "下单其中备注包含急",
            "下单其中备注包含敏感词", "近7天下单或付款次数≥3", "近7天下单次数占付款次数≥50%",
            "温度上升超过5摄氏度", "付款2小时后下单", "周一至周五下单", "工作日下单",
            "退货其中原因=\"质量\"、\"尺寸\"", "自下单以来付款次数≥2", "大约3天没有下单",
            "近7天下单笔数≥3", "任一下单金额>100元", "连续3次投诉等级为高", "近7天没有任何下单",
            "近7天至少下单3次", "只要下单", "近1小时高温变为真次数≥3", "高温变为不成立",
            "温度连续10分钟超过80摄氏度", "状态由运行变为故障", "状态变为停止或故障",
            "状态为故障超过1小时", "连续3天下单", "连续3天每天下单次数≥2", "近7天下但次数≥3"}) {
        const std::string text =
            std::string(kChinese) + "规则 甲：当" + sentence + "时触发提醒。\n";
        const std::string better = fixed(text);
        CHECK_MESSAGE(!better.empty(), sentence, "\n", findings(load(text)));
        CHECK_MESSAGE(load(better).ok(), better, findings(load(better)));
    }
}

TEST_CASE("usual English phrases are proposed in a form that compiles") {
    for (const char* sentence : {"complaint is not answered within 24 hours",
             "complaint without answer within 24 hours", "order and no payment within 3 days",
             "no answer within 24 hours of complaint", "2 refunds within 30 days",
             "at least 2 refunds in 30 days", "refund twice within 30 days",
             "complaint more than 3 days after order", "complaint between 3 and 7 days after order",
             "complaint within 3 days of order", "order with no payment after 3 days",
             "order on a weekend where amount > 100 USD", "order on weekdays", "order via online",
             "online order", "amount falls below 100 USD", "last order was more than 30 days ago",
             "another complaint in the last 7 days", "another order within 7 days",
             "customer known for less than 30 days", "3 orders where amount > 100 USD in a row",
             "number of orders ≥ 2 on 3 consecutive days",
             "number of orders in the last minute ≥ 2", "orders in the last 7 days ≥ 2",
             "customer's first order", "order where region is north",
             "complaint where note contains urgent", "state becomes idle or fault",
             "state becomes not running", "state has been fault for 1 hour", "temperature > 80C",
             "temperature stays above 80 celsius for 10 minutes", "state changes to fault",
             "order more than 2 hours later than due", "odrer where amount > 100 USD",
             "order where chanel = online", "number of orders or payments in the last 7 days ≥ 2",
             "order, payment within 3 days", "any order where amount > 100 USD",
             "complaint after order"}) {
        const std::string text =
            std::string(kEnglish) + "rule r: when " + sentence + " then trigger warn.\n";
        const std::string better = fixed(text);
        CHECK_MESSAGE(!better.empty(), sentence, "\n", findings(load(text)));
        CHECK_MESSAGE(load(better).ok(), better, findings(load(better)));
    }
}

TEST_CASE("what is no slip is not proposed") {
    for (const char* sentence : {"下单失占", "晚上下单", "下单单笔超过100元", "22:00以后下单"}) {
        const std::string text =
            std::string(kChinese) + "规则 甲：当" + sentence + "时触发提醒。\n";
        CHECK_MESSAGE(fixed(text).empty(), fixed(text));
    }
    for (const char* sentence :
        {"order at night", "all orders > 100 USD", "order picket within 3"}) {
        const std::string text =
            std::string(kEnglish) + "rule r: when " + sentence + " then trigger warn.\n";
        CHECK_MESSAGE(fixed(text).empty(), fixed(text));
    }
}

TEST_CASE("hostile sentences do not keep the search busy") {
    syntax::NameTable names;
    std::string text(3900, ' ');
    for (std::size_t i = 0; i < text.size(); i += 2) text[i] = 'n';
    CHECK(rewrites_of(text, names, {}, 8).empty());
    CHECK(rewrites_of(std::string(100000, 'x'), names, {}, 8).empty());
}
