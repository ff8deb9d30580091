// Cuts that must come out right: a declared name stands beside words of the language that it shares
// characters with.
#include <doctest/doctest.h>

#include "compiler/diagnostics/kinds_syntax.h"
#include "tests/unit/syntax/parsing.h"

using namespace clausal;
using namespace clausal::syntax;

namespace {

// Declares `names` (events by default; f: field, v: value, t: term) and returns the cut of `rule`.
std::string cut(const std::vector<std::string>& names, const std::string& condition) {
    std::string text = "主体 主。动作 做（主）。事件 底（主，底数 数）。\n";
    for (const std::string& name : names) {
        const std::string word = name.substr(2);
        if (name[0] == 'f') {
            text += "事件 含" + word + "件（主，" + word + " 数）。\n";
        } else if (name[0] == 'v') {
            text += "事件 选" + word + "件（主，选" + word + "项 " + word + "|别" + word + "）。\n";
        } else if (name[0] == 't') {
            text += "术语 " + word + " = 底 其中 底数 > 3。\n";
        } else {
            text += "事件 " + word + "（主）。\n";
        }
    }
    const Parsed parsed(text + "当" + condition + "时触发做");
    if (parsed.sink.has_errors()) {
        return parsed.findings();
    }
    const std::string all = parsed.tokens();
    std::string last = all.substr(all.rfind('\n', all.size() - 2) + 1);
    std::string out;  // only the words
    for (std::size_t i = last.find('`'); i != std::string::npos; i = last.find('`', i)) {
        const std::size_t end = last.find('`', i + 1);
        out += (out.empty() ? "" : "|") + last.substr(i + 1, end - i - 1);
        i = end + 1;
    }
    return out;
}

void right(const std::vector<std::string>& names, const std::string& condition,
    const std::string& expected) {
    CHECK(cut(names, condition) == "当|" + expected + "|时|触发|做");
}

}  // namespace

TEST_CASE("时") {
    right({"e:小时工", "e:工单"}, "近24小时工单次数≥3", "近|24|小时|工单|次数|≥|3");
    right({"t:超时", "f:时长上限", "f:停留"}, "停留超时长上限", "停留|超|时长上限");
    right({"t:超时"}, "连续3次超时", "连续|3|次|超时");
    right({"f:工时"}, "工时≥8", "工时|≥|8");
}

TEST_CASE("天") {
    right({"f:天气", "e:气温超限"}, "近3天气温超限次数≥1", "近|3|天|气温超限|次数|≥|1");
    right({"f:天数", "e:数据中断"}, "近5天数据中断次数≥1", "近|5|天|数据中断|次数|≥|1");
    right({"e:天猫订单"}, "近7天天猫订单次数≥1", "近|7|天|天猫订单|次数|≥|1");
    right({"f:未来7天销量预测"}, "未来7天销量预测≥9", "未来7天销量预测|≥|9");
}

TEST_CASE("次") {
    right({"t:数据异常"}, "连续3次数据异常", "连续|3|次|数据异常");
    right({"t:日志异常"}, "连续3次日志异常", "连续|3|次|日志异常");
    right({"f:投诉次数", "e:投诉"}, "近7天投诉次数≥5", "近|7|天|投诉|次数|≥|5");
    right({"e:再次投诉"}, "近7天再次投诉次数≥5", "近|7|天|再次投诉|次数|≥|5");
    right({"e:次品"}, "近7天次品次数≥5", "近|7|天|次品|次数|≥|5");
    right({"e:一次性付款"}, "近7天一次性付款次数≥5", "近|7|天|一次性付款|次数|≥|5");
}

TEST_CASE("日 and 内") {
    right({"e:历史查询"}, "近30日历史查询次数≥2", "近|30|日|历史查询|次数|≥|2");
    right({"e:日内交易", "e:开户"}, "开户后3日内日内交易", "开户|后|3|日|内|日内交易");
    right({"e:汽订单", "e:一汽订单"}, "近1周一汽订单次数≥1", "近|1|周|一汽订单|次数|≥|1");
    right({"v:内部", "e:部门投诉"}, "近90天内部门投诉次数≥1", "近|90|天|内|部门投诉|次数|≥|1");
    right({"f:内存", "e:存入保证金", "e:开户"}, "开户后5天内存入保证金",
        "开户|后|5|天|内|存入保证金");
    right({"e:内存告警", "e:开户"}, "开户后5天内内存告警", "开户|后|5|天|内|内存告警");
}

TEST_CASE("当, 且, 或, 非") {
    right({"v:当地", "f:地区", "v:非洲"}, "地区=非洲", "地区|=|非洲");
    CHECK(cut({"v:当地", "f:地区", "v:非洲"}, "地区=非洲").find("当|地区") == 0);
    CHECK(cut({"f:当日订单数", "f:日订单数"}, "日订单数≥100").find("当|日订单数") == 0);
    right({"e:零售", "e:售后"}, "零售后7天内售后", "零售|后|7|天|内|售后");
}

TEST_CASE("values of one character") {
    right({"f:等级", "v:高", "v:低"}, "等级高于3", "等级|高于|3");
    right({"f:等级", "v:高", "v:低"}, "等级低于3", "等级|低于|3");
    right({"f:等级", "v:高"}, "等级≥高", "等级|≥|高");
    right({"e:投诉", "v:有", "v:没", "f:等级"}, "近3天没有投诉", "近|3|天|没有|投诉");
}

TEST_CASE("numerals in names") {
    right({"e:7天无理由退货", "e:无理由退货"}, "近7天无理由退货次数≥1",
        "近|7|天|无理由退货|次数|≥|1");
    right({"e:30天账期", "e:账期逾期"}, "近30天账期逾期次数≥1", "近|30|天|账期逾期|次数|≥|1");
    right({"e:3D模型"}, "近7天3D模型次数≥1", "近|7|天|3D模型|次数|≥|1");
    right({"e:三方比价"}, "近7天三方比价次数≥1", "近|7|天|三方比价|次数|≥|1");
    right({"f:研究生", "e:生命起源"}, "近7天生命起源次数≥1", "近|7|天|生命起源|次数|≥|1");
}

TEST_CASE(
    "a declared negation beside its event is ambiguous where both parse, and one space settles it") {
    const std::string head =
        "主体 主。动作 催办（主）。事件 询价（主）。事件 报价邮件（主）。事件 打开报价邮件（主）。\n"
        "术语 未打开报价邮件 = 报价邮件 之后 3 天内 没有 打开报价邮件。\n";
    const Parsed both(head + "当询价后3天内未打开报价邮件时触发催办");
    CHECK(both.has(kind::negation_or_name));
    const Parsed absence(head + "当询价后3天内没有 打开报价邮件时触发催办");
    CHECK_MESSAGE(!absence.sink.has_errors(), absence.findings());
    CHECK(absence.last().find("absence_after") != std::string::npos);
    const Parsed name(head + "当询价后3天内「未打开报价邮件」时触发催办");
    CHECK_MESSAGE(!name.sink.has_errors(), name.findings());
    CHECK(name.last().find("sequence") != std::string::npos);
}

TEST_CASE("crossing cuts are an error that shows both") {
    const Parsed parsed(
        "主体 主。动作 做（主）。事件 南京市（主，长江大桥 数，江大桥 数）。事件 南京市长（主，江大桥 数，长江大桥 数）。\n"
        "当近 3 天 南京市长江大桥 平均 ≥ 3 时触发做");
    CHECK(parsed.has(kind::two_readings));
}

TEST_CASE("a space between two Han characters forces a cut") {
    const std::string head =
        "主体 主。动作 做（主）。事件 数据异常（主）。事件 异常（主，数据 数）。事件 数据（主，异常 数）。\n";
    CHECK(!Parsed(head + "当近 3 天 数据异常次数≥1时触发做").sink.has_errors());
    CHECK(Parsed(head + "当近 3 天 数据 异常 合计≥1时触发做").last().find("name \"数据\"") !=
          std::string::npos);
}

TEST_CASE("English: plurals, articles, words of the grammar inside names") {
    const std::string head =
        "subject case. action act (case). event Send Appeal to Prefecture (case). event Take in charge ticket (case). "
        "event Confirmation of receipt (case). event Release A (case). event re-inspection (case).\n";
    for (const char* name : {"Send Appeal to Prefecture", "take in charge ticket",
             "the Confirmation of receipt", "Release A", "re-inspection"}) {
        const Parsed parsed(head + "when " + name +
                            " is followed by re-inspection within 3 days then trigger act.");
        CHECK_MESSAGE(!parsed.sink.has_errors(), parsed.findings());
    }
    const Parsed many(
        head + "when number of take in charge tickets in the last 7 days ≥ 2 then trigger act.");
    CHECK_MESSAGE(!many.sink.has_errors(), many.findings());
    CHECK(many.last().find("name \"Take in charge ticket\"") != std::string::npos);
}

TEST_CASE("possessive and quoted text") {
    const Parsed parsed(
        "subject customer: register csv \"c.csv\" (stage text). event visit (customer). action act (customer).\n"
        "when visit and the customer's stage = \"won\" then trigger act.");
    CHECK_MESSAGE(!parsed.sink.has_errors(), parsed.findings());
    CHECK(parsed.last().find("field_of \"stage\"") != std::string::npos);
}
