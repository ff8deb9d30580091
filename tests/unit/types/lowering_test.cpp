// What each construct becomes in core.
#include <doctest/doctest.h>

#include "tests/unit/types/compiled.h"

using namespace clausal;
using core::NodeKind;

TEST_CASE("the first sentence becomes a streak over an absence beside a comparison") {
    const LoadedPack pack = rule_zh(
        "术语 未打开报价邮件 = 报价邮件 之后 72 小时内 没有 同一邮件号的 打开报价邮件。\n"
        "术语 官网停留 = 最近一次 官网访问 的 停留时长。\n"
        "当客户连续3次未打开报价邮件且官网停留<15秒时触发提醒");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    const core::CorePack& core = *pack.core;
    REQUIRE(core.rules.size() == 1);
    const core::Node& root = core[core.rules[0].condition];
    REQUIRE(root.kind == NodeKind::and_);
    const core::Node& streak = core[root.inputs[0]];
    REQUIRE(streak.kind == NodeKind::streak);
    CHECK(streak.count == 3);
    const core::Node& absence = core[streak.inputs[0]];
    REQUIRE(absence.kind == NodeKind::absence_after);
    CHECK(absence.high == 72 * kHour);
    REQUIRE(absence.correlation.size() == 1);
    CHECK(absence.correlation[0] == core::Correlation{1, 1});
    const core::Node& compare = core[root.inputs[1]];
    REQUIRE(compare.kind == NodeKind::compare);
    CHECK(core[compare.inputs[0]].kind == NodeKind::latest);
    CHECK(core[compare.inputs[1]].number.numerator == 15 * kSecond);
}

TEST_CASE("the second sentence: an unnamed owner, fillers, a parameter") {
    const LoadedPack pack = compiled(
        "规则包 诊断 版本 1.0.0，时区 Asia/Shanghai。\n主体 客户。\n参数 阈值 = 65%。\n"
        "事件 产线日报（客户，产线 文本，稼动率 百分比）。\n动作 免费远程诊断服务（客户）。\n"
        "动作 服务日程（客户）又称「同步至服务团队日程」。\n"
        "当系统监测到客户稼动率连续5天低于阈值,自动触发‘免费远程诊断服务’并同步至服务团队日程");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    const core::Node* node = node_of(pack, NodeKind::consecutive);
    REQUIRE(node != nullptr);
    CHECK(node->count == 5);
    CHECK(node->unit == core::Unit::day);
    CHECK(node->mode == core::UnitMode::plain);
    CHECK((*pack.core)[node->inputs[0]].kind == NodeKind::event);
    const core::Node& test = (*pack.core)[node->inputs[1]];
    CHECK(test.compare == core::CompareOp::lt);
    CHECK((*pack.core)[test.inputs[1]].number.numerator == 13);
    CHECK((*pack.core)[test.inputs[1]].number.denominator == 20);
    CHECK(pack.core->rules[0].actions.size() == 2);
}

TEST_CASE("precedence as a duty is an absence before, as a condition a sequence") {
    LoadedPack pack = rule_zh("规则 甲：当报价邮件必须早于消费≥3天时触发提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    const core::Node* duty = node_of(pack, NodeKind::absence_before);
    REQUIRE(duty != nullptr);
    CHECK(duty->low == 3 * kDay);
    CHECK(duty->high == kForever);
    CHECK((*pack.core)[duty->inputs[0]].event == 2);  // anchored at the purchase
    pack = rule_zh("规则 甲：当报价邮件早于消费≥3天且≤30天时触发提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    const core::Node* sequence = node_of(pack, NodeKind::sequence);
    REQUIRE(sequence != nullptr);
    CHECK(sequence->low == 3 * kDay);
    CHECK(sequence->high == 30 * kDay);
}

TEST_CASE("n times followed by is n times not unanswered") {
    const LoadedPack pack = rule_zh(
        "术语 回应 = 报价邮件 之后 2 天内 同一邮件号的 打开报价邮件。\n规则 甲：当连续3次回应时触发提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    const core::Node* streak = node_of(pack, NodeKind::streak);
    REQUIRE(streak != nullptr);
    CHECK(streak->negated);
    CHECK((*pack.core)[streak->inputs[0]].kind == NodeKind::absence_after);
}

TEST_CASE("two conditions on one event are one occurrence") {
    const LoadedPack pack =
        rule_zh("规则 甲：当消费其中件数>3且近 7 天 官网访问 次数 ≥ 2时触发提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    CHECK(
        core::sort_of((*pack.core)[pack.core->rules[0].condition].kind) == core::Sort::occurrence);
}

TEST_CASE("rules that differ in constants share their windows") {
    const LoadedPack pack = rule_zh(
        "规则 甲：当近 7 天 消费 次数 ≥ 5时触发提醒。\n规则 乙：当近 7 天 消费 次数 ≥ 9时触发提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    std::size_t aggregates = 0;
    for (const core::Node& node : pack.core->nodes)
        aggregates += node.kind == NodeKind::aggregate ? 1 : 0;
    CHECK(aggregates == 1);
}

TEST_CASE("running values of an open month are decided from below only") {
    const LoadedPack open = rule_zh("规则 甲：当本月消费次数<3且消费时触发提醒。");
    CHECK(open.sink.error_count() == 1);
    CHECK(rule_zh("规则 甲：当本月消费次数≥3时触发提醒。").ok());
    CHECK(rule_zh("规则 甲：当本月至今消费次数<3且消费时触发提醒。").ok());
}

TEST_CASE("a choice, a text and money get the type of the field") {
    const LoadedPack pack = rule_zh("规则 甲：当消费其中等级≥中且渠道=门店且金额>5万时触发提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    const std::string text = core::print(*pack.core);
    CHECK(text.find("#1 : choice") != std::string::npos);
    CHECK(text.find("50000 : money CNY") != std::string::npos);
}

TEST_CASE("actions are filled from the firing event and from the subject") {
    const LoadedPack pack = compiled(
        "规则包 测试 版本 1.0.0，时区 UTC。\n主体 会话（发信人，收信人）。\n事件 去信（会话，主题 文本）。\n"
        "动作 提醒（会话，主题 文本，期限 日期）。\n规则 甲：当去信时触发提醒（期限 = 次日）。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    const core::ActionCall& call = pack.core->rules[0].actions[0];
    REQUIRE(call.values.size() == 4);
    CHECK((*pack.core)[call.values[0]].kind == NodeKind::key_part);
    CHECK((*pack.core)[call.values[1]].slot == 1);
    CHECK((*pack.core)[call.values[2]].kind == NodeKind::field);
    CHECK((*pack.core)[call.values[3]].kind == NodeKind::add_days);
}

TEST_CASE("what is done otherwise is a rule over not true") {
    const LoadedPack pack = rule_zh("规则 甲：当消费其中件数>3时触发提醒，否则触发提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    REQUIRE(pack.core->rules.size() == 2);
    CHECK(node_of(pack, NodeKind::not_true) != nullptr);
}

TEST_CASE("limits, periods and priorities") {
    const LoadedPack pack = rule_zh(
        "规则 甲：当消费时触发提醒，每 30 天最多 2 次，有效期 2026-01-02 至 2026-01-04，优先级 5。\n规则 乙：当消费时触发提醒，每月最多 1 次。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    const core::Rule& first = pack.core->rules[0];
    CHECK(first.limit.count == 2);
    CHECK(first.limit.length == 30 * kDay);
    CHECK(first.priority == 5);
    CHECK(first.until - first.from == 3 * kDay);  // the last day included
    CHECK(pack.core->rules[1].limit.length == 0);
    CHECK(pack.core->rules[1].limit.unit == core::Unit::month);
}

TEST_CASE("rules without a name are named by their action") {
    const LoadedPack pack = rule_zh("当消费时触发提醒。\n当官网访问时触发提醒。");
    REQUIRE_MESSAGE(pack.ok(), findings(pack));
    CHECK(pack.core->rules[0].id == "提醒");
    CHECK(pack.core->rules[1].id == "提醒 2");
}
