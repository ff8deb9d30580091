// Random packs as text: declarations, terms that build on terms, and rules.

#include "tests/sim/random_text.h"

#include <fmt/format.h>

namespace clausal::sim {

namespace {

Texts operator+(const Texts& a, const Texts& b) { return {a.zh + b.zh, a.en + b.en}; }
Texts same(const std::string& text) { return {text, text}; }

// Without the comma that some clauses end with.
Texts closed(Texts a) {
    if (a.zh.ends_with("，")) a.zh.resize(a.zh.size() - std::string_view("，").size());
    if (a.en.ends_with(",")) a.en.pop_back();
    return a;
}
Texts in_brackets(const Texts& open) {
    const Texts a = closed(open);
    return {"（" + a.zh + "）", "(" + a.en + ")"};
}

struct Event {
    Texts name;
};

const Texts kDeclarations = {
    "规则包 随机 版本 1.0.0，时区 Asia/Shanghai，币种 CNY。\n"
    "日历 工时 = 工作日 9:00 至 18:00。\n"
    "主体 客户：名册 csv \"客户.csv\"（评分 数）。\n"
    "参数 界限 = 2。\n"
    "名单 关注 = \"x\"、\"z\"。\n",
    "pack random version 1.0.0, time zone Asia/Shanghai, currency CNY.\n"
    "calendar office = working days 9:00 to 18:00.\n"
    "subject customer: register csv \"customers.csv\" (score number).\n"
    "parameter bound = 2.\n"
    "list watched = \"x\", \"z\".\n"};

const Texts kFields = {
    "单号 文本，重量 数，件数 整数，金额 钱 CNY，比例 百分比，耗时 时长，约定 时刻，到期 日期，加急 是否，"
    "等级 低<中<高，标签 多个文本，正文 文本",
    "case text, weight number, pieces integer, amount money CNY, ratio percent, effort duration, "
    "appointment time, due date, rush yes/no, grade low<mid<high, labels texts, body text"};

const Texts kActions = {
    "动作 通知（客户）。\n动作 记录（客户，值 数，次 整数）。\n动作 复核（客户，单号 文本）。\n",
    "action inform (customer).\naction note (customer, value number, times integer).\n"
    "action review (customer, case text).\n"};

class TextMaker {
public:
    TextMaker(std::uint64_t seed, Microseconds grid)
        : random_(seed ^ 0x74657874ULL), hours_(grid / kHour) {}

    Texts make() {
        Texts out = kDeclarations;
        const std::vector<Texts> own = {
            {"询价", "enquiry"}, {"下单", "order"}, {"付款", "payment"}, {"投诉", "complaint"}};
        for (const Texts& name : own) {
            out = out + Texts{fmt::format("事件 {}（客户，{}）。\n", name.zh, kFields.zh),
                            fmt::format("event {} (customer, {}).\n", name.en, kFields.en)};
            events_.push_back({name});
        }
        out = out + Texts{fmt::format("事件 公告（{}）。\n", kFields.zh),
                        fmt::format("event notice ({}).\n", kFields.en)};
        out = out + Texts{"事件 读数（客户，温度 数，状态 差<平<好）。\n",
                        "event reading (customer, temperature number, status bad<fair<good).\n"};
        if (random_.chance(40)) events_.push_back({{"公告", "notice"}});
        out = out + kActions;
        out = out + table();
        const std::vector<Texts> names = {
            {"情形甲", "alpha"}, {"情形乙", "beta"}, {"情形丙", "gamma"}, {"情形丁", "delta"}};
        const std::int64_t terms = random_.between(0, 4);
        for (std::int64_t i = 0; i < terms; ++i) {
            const Texts& name = names[static_cast<std::size_t>(i)];
            out = out + Texts{"术语 " + name.zh + " = ", "term " + name.en + " = "};
            Texts body = occurrence();
            if (random_.chance(20)) {
                body = event() + filter();
                if (random_.chance(50))
                    body = body + Texts{"，附 点数 = 件数", ", with points = pieces"};
            }
            out = out + closed(body) + Texts{"。\n", ".\n"};
            events_.push_back({name});
        }
        if (random_.chance(40)) {
            const Texts from = event(), to = event();
            const bool office = random_.chance(30), open = random_.chance(50);
            out =
                out +
                Texts{
                    fmt::format("术语 首响用时 = {} 到 同一单号的 首次{} 的 用时{}{}。\n", from.zh,
                        to.zh, office ? "，按 工时" : "", open ? "，未" + to.zh + "算到现在" : ""),
                    fmt::format(
                        "term first response = time from {} to the first {} of the same case{}{}.\n",
                        from.en, to.en, office ? ", in office time" : "",
                        open ? ", open cases up to now" : "")};
            has_elapsed_ = true;
            by_office_ = office;
        }
        const std::int64_t rules = random_.between(1, 3);
        for (std::int64_t i = 0; i < rules; ++i) out = out + rule(i);
        return out;
    }

private:
    // --- small parts
    Texts pick(const std::vector<Texts>& from) { return random_.pick(from); }
    Texts number(std::int64_t low, std::int64_t high) {
        return same(std::to_string(random_.between(low, high)));
    }
    Texts length(std::int64_t low, std::int64_t high) {
        const std::int64_t hours = random_.between(low, high) * hours_;
        if (hours % 24 == 0) {
            const std::int64_t days = hours / 24;
            return {
                fmt::format("{} 天", days), fmt::format("{} day{}", days, days == 1 ? "" : "s")};
        }
        return {
            fmt::format("{} 小时", hours), fmt::format("{} hour{}", hours, hours == 1 ? "" : "s")};
    }
    Texts sign() {
        return pick({same("<"), same("≤"), same(">"), same("≥"), same("="), same("≠"),
            {"低于", " is below "}, {"超过", " is more than "}, {"不低于", " is at least "}});
    }
    Texts relation() { return pick({same("<"), same("≤"), same(">"), same("≥")}); }
    Texts event() { return random_.pick(events_).name; }
    Texts event_at(std::size_t place) { return events_[place].name; }

    // A comparison of a field of the event beside it.
    Texts field_test() {
        switch (random_.below(13)) {
        case 0: return Texts{"重量", "weight"} + sign() + number(0, 5);
        case 1: return Texts{"件数", "pieces"} + sign() + pick({number(0, 4), {"界限", "bound"}});
        case 2: {
            const std::string money = std::to_string(random_.between(0, 4));
            return Texts{"金额", "amount"} + sign() + Texts{money + " 元", money + " CNY"};
        }
        case 3:
            return Texts{"比例", "ratio"} + relation() +
                   same(fmt::format("{}%", random_.below(11) * 10));
        case 4: return Texts{"耗时", "effort"} + relation() + length(1, 5);
        case 5:
            return Texts{"等级", "grade"} + pick({same("≥"), same("="), same("<")}) +
                   pick({{"中", "mid"}, {"高", "high"}});
        case 6: return {"加急", "rush"};
        case 7:
            return pick({{"单号 属于 关注", "case is one of watched"},
                {"单号 不属于 关注", "case is not one of watched"}});
        case 8:
            return pick({{"正文 包含 \"集采\"", "body contains \"集采\""},
                {"正文 不包含 \"a\" 或 \"骨科\"", "body does not contain \"a\" or \"骨科\""}});
        case 9:
            return pick(
                {{"重量 缺失", "weight is missing"}, {"单号 非缺失", "case is not missing"}});
        case 10:
            return Texts{"重量 介于 ", "weight is between "} + number(0, 2) +
                   Texts{" 与 ", " and "} + number(3, 5);
        case 11:
            return Texts{"正文 关键词密度(\"集采\"，\"a\")",
                       "keyword density (\"集采\", \"a\") of body"} +
                   relation() + number(0, 500);
        default:
            return Texts{"档次（等级，件数）", "tier (grade, pieces)"} +
                   pick({same("="), same("≠")}) + same("\"甲\"");
        }
    }
    Texts filter() {
        Texts test = field_test();
        if (random_.chance(30)) {
            const bool both = random_.chance(60);
            test = test + (both ? Texts{"且", " and "} : Texts{"或", " or "}) + field_test();
        }
        if (random_.chance(10)) test = Texts{"非", "not "} + in_brackets(test);
        return Texts{"其中", " where "} + in_brackets(test);
    }
    Texts filtered(int percent) {
        const Texts name = event();
        return random_.chance(percent) ? name + filter() : name;
    }
    Texts same_case(int percent) {
        same_ = random_.chance(percent);
        return same_ ? Texts{"同一单号的", ""} : Texts{};
    }
    Texts same_after() { return same_ ? Texts{"", " of the same case"} : Texts{}; }
    Texts table() {
        return {
            "决策表 档次（等级，件数 → 档），首个命中：高 且 ≥2 → \"甲\"；中 → \"乙\"；低 且 0 至 1 → \"甲\"；其余 → 无。\n",
            "decision table tier (grade, pieces → level), first match: high and ≥ 2 → \"甲\"; mid → \"乙\"; low and 0 to 1 → \"甲\"; otherwise → none.\n"};
    }

    // --- what happens
    Texts occurrence() {
        const Texts a = filtered(25), b = event();
        const Texts within = length(1, 6);
        const Texts correlated = same_case(40);
        switch (random_.below(11)) {
        case 0:
            return pick(
                {Texts{"发生", ""} + a + Texts{"", random_.chance(50) ? " occurs" : ""}, a});
        case 1:
            return Texts{a.zh + "之后" + within.zh + "内" + correlated.zh + b.zh,
                a.en + " is followed by " + b.en + same_after().en + " within " + within.en};
        case 2: {
            const std::int64_t low = random_.between(1, 2);
            const Texts from = length(low, low), to = length(low + 1, low + 4);
            return Texts{a.zh + "之后至少" + from.zh + "、" + to.zh + "内" + correlated.zh + b.zh,
                a.en + " is followed by " + b.en + same_after().en + " after at least " + from.en +
                    ", within " + to.en};
        }
        case 3:
            return Texts{a.zh + "之后" + within.zh + "内首个" + b.zh,
                a.en + " is followed by the first " + b.en + " within " + within.en};
        case 4: {
            const Texts c = event();
            return Texts{a.zh + "之后" + within.zh + "内" + b.zh + "，其间没有" + c.zh + "，",
                a.en + " is followed by " + b.en + " within " + within.en + " without " + c.en +
                    " in between"};
        }
        case 5:
        case 6: {
            Texts out = {a.zh + "之后" + within.zh + "内没有" + correlated.zh + b.zh,
                a.en + " is not followed by " + b.en + same_after().en + " within " + within.en};
            if (random_.chance(25)) {
                const Texts y = filtered(20);
                out = out + Texts{"，除非期间" + y.zh + "，", ", unless " + y.en + " meanwhile,"};
            }
            return out;
        }
        case 7: {
            const Texts plain = event();
            return Texts{
                plain.zh + "之后" + within.zh + "内或下一个" + plain.zh + "之前没有" + b.zh,
                plain.en + " is not followed by " + b.en + " within " + within.en +
                    " or until the next " + plain.en};
        }
        case 8: return before(a, b, within);
        case 9: return Texts{a.zh + "满" + within.zh, within.en + " after " + a.en};
        default: {
            const std::int64_t days = random_.between(1, 3);
            const bool absent = random_.chance(60);
            return Texts{fmt::format("{}之后{}个工作日内{}{}{}", a.zh, days, absent ? "没有" : "有",
                             correlated.zh, b.zh),
                fmt::format("{} is {}followed by {}{} within {} working day{}", a.en,
                    absent ? "not " : "", b.en, same_after().en, days, days == 1 ? "" : "s")};
        }
        }
    }
    Texts before(const Texts& a, const Texts& b, const Texts& within) {
        if (random_.chance(30)) {
            const std::int64_t least = random_.between(1, 3);
            const Texts by = length(least, least);
            const bool must = random_.chance(50);
            return Texts{a.zh + (must ? "必须早于" : "早于") + b.zh + "≥" + by.zh,
                a.en + (must ? " must precede " : " precedes ") + b.en + " by ≥ " + by.en};
        }
        return Texts{b.zh + "之前" + within.zh + "内没有" + a.zh,
            b.en + " is not preceded by " + a.en + " within " + within.en};
    }

    // --- what holds
    Texts count(const std::string& window_zh, const std::string& window_en, const Texts& of) {
        return {window_zh + of.zh + "次数", "number of " + of.en + window_en};
    }
    Texts statistic() {
        const Texts of = random_.pick(events_).name;
        const Texts in = window();
        const Texts field = pick({{"重量", "weight"}, {"件数", "pieces"}});
        switch (random_.below(8)) {
        case 0:
            return {in.zh + of.zh + "的" + field.zh + "合计",
                "sum of " + field.en + " of " + of.en + in.en};
        case 1:
            return {in.zh + of.zh + "的" + field.zh + "平均",
                "average of " + field.en + " of " + of.en + in.en};
        case 2:
            return {in.zh + of.zh + "的" + field.zh + "最大",
                "maximum of " + field.en + " of " + of.en + in.en};
        case 3:
            return {in.zh + of.zh + "的" + field.zh + "最小",
                "minimum of " + field.en + " of " + of.en + in.en};
        case 4:
            return {in.zh + of.zh + "的" + field.zh + "极差",
                "range of " + field.en + " of " + of.en + in.en};
        case 5:
            return {
                in.zh + of.zh + "的 单号 去重数", "number of distinct case of " + of.en + in.en};
        case 6:
            return {in.zh + of.zh + "的" + field.zh + " 75 分位",
                "percentile 75 of " + field.en + " of " + of.en + in.en};
        default:
            return {in.zh + of.zh + "的" + field.zh + "标准差",
                "standard deviation of " + field.en + " of " + of.en + in.en};
        }
    }
    Texts window() {
        switch (random_.below(8)) {
        case 0:
            return pick({{"今天至今", " today so far"}, {"本周至今", " this week so far"},
                {"本月至今", " this month so far"}});
        case 1:
            return pick({{"昨天", " yesterday"}, {"上周", " last week"}, {"上月", " last month"}});
        case 2: {
            const Texts by = length(1, 3);
            return {"前一个" + by.zh, " in the " + by.en + " before"};
        }
        case 3: {
            const Texts since = event();
            return {"自最近一次" + since.zh + "以来", " since the latest " + since.en};
        }
        default: {
            const Texts by = length(1, 8);
            return {"近" + by.zh, " in the last " + by.en};
        }
        }
    }
    Texts counted() {
        const Texts in = window();
        return count(in.zh, in.en, filtered(25));
    }
    Texts state(int depth) {
        switch (random_.below(depth > 0 ? 17 : 13)) {
        case 0:
        case 1: return counted() + relation() + number(0, 4);
        case 2: return statistic() + relation() + number(0, 6);
        case 3: {
            const Texts of = filtered(0);
            return pick({Texts{"最近一次" + of.zh + "的重量", "weight of the latest " + of.en},
                       Texts{"首次" + of.zh + "的重量", "weight of the first " + of.en}}) +
                   relation() + number(0, 5);
        }
        case 4: {
            const std::int64_t times = random_.between(2, 3);
            const Texts of = event(), broken = event();
            Texts out = {fmt::format("连续{}次{}", times, of.zh),
                fmt::format("{} consecutive {}", times, of.en)};
            if (random_.chance(30))
                out = out + Texts{"，中间没有" + broken.zh + "，",
                                " without " + broken.en + " in between"};
            return out;
        }
        case 5: {
            const std::int64_t times = random_.between(2, 3);
            const Texts unit = pick({{"天", "days"}, {"个有数据的天", "days with data"},
                {"个整天", "complete days"}, {"个工作日", "working days"}, {"周", "weeks"}});
            const Texts sign = relation();
            const std::int64_t bound = random_.between(1, 5);
            return {fmt::format("温度连续{}{}{}{}", times, unit.zh, sign.zh, bound),
                fmt::format(
                    "temperature {} {} on {} consecutive {}", sign.en, bound, times, unit.en)};
        }
        case 6: {
            const Texts held = length(1, 4);
            const Texts test = relation() + number(0, 5);
            return {
                "温度" + test.zh + "持续" + held.zh, "temperature " + test.en + " for " + held.en};
        }
        case 7: {
            const Texts quiet = length(1, 6), of = event();
            return {quiet.zh + "没有" + of.zh, "no " + of.en + " for " + quiet.en};
        }
        case 8: {
            const Texts by = length(1, 6);
            return {"客户 已有" + by.zh + "历史", "customer known for " + by.en};
        }
        case 9: {
            const Texts direction = pick({same(""), {"上升", " up"}, {"下降", " down"}});
            const std::int64_t times = random_.between(1, 3);
            return {fmt::format("温度突变{}超过{}倍标准差（基线 60 天）", direction.zh, times),
                fmt::format(
                    "temperature shifts{} by more than {} standard deviation{} (baseline 60 days)",
                    direction.en, times, times == 1 ? "" : "s")};
        }
        case 10: {
            const Texts of = event(), by = length(1, 1), base = length(4, 8);
            return {of.zh + "聚集（窗口 " + by.zh + "，基线 " + base.zh + "，水平 0.3）",
                of.en + " clusters (window " + by.en + ", baseline " + base.en + ", level 0.3)"};
        }
        case 11: {
            const Texts of = event(), in = length(2, 8), test = field_test();
            return Texts{"近" + in.zh + of.zh + "其中" + in_brackets(test).zh + "占比",
                       "share of " + of.en + " where " + in_brackets(test).en + " in the last " +
                           in.en} +
                   relation() + same("50%");
        }
        case 12:
            if (has_elapsed_) {
                const Texts in = length(2, 8);
                const Texts bound =
                    by_office_ ? Texts{"4 个工作小时", "4 working hours"} : length(1, 2);
                return Texts{"近" + in.zh + "首响用时平均",
                           "average first response in the last " + in.en} +
                       relation() + bound;
            }
            return Texts{"客户.评分", "the customer's score"} + relation() + number(0, 5);
        case 13: return Texts{"非", "not "} + in_brackets(state(depth - 1));
        case 14:
            return in_brackets(state(depth - 1)) + Texts{"且", " and "} +
                   in_brackets(state(depth - 1));
        case 15:
            return in_brackets(state(depth - 1)) + Texts{"或", " or "} +
                   in_brackets(state(depth - 1));
        default: {
            const Texts by = length(2, 4), of = event();
            return {"近" + by.zh + of.zh + "的重量合计<60%×前一个" + by.zh + of.zh + "的重量合计",
                "sum of weight of " + of.en + " in the last " + by.en +
                    " < 60% × sum of weight of " + of.en + " in the " + by.en + " before"};
        }
        }
    }

    // --- rules
    Texts condition() {
        switch (random_.below(9)) {
        case 0: return state(2);
        case 1: return Texts{"", ""} + in_brackets(state(1)) + Texts{"变为成立", " becomes true"};
        case 2: {
            anchored_ = true;
            const Texts of = event_at(static_cast<std::size_t>(random_.below(4))),
                        by = length(1, 4), other = event();
            return {of.zh + "，且其约定前" + by.zh + "内有" + other.zh + "，",
                of.en + ", and " + other.en + " within " + by.en + " before its appointment,"};
        }
        case 3: {
            anchored_ = true;
            const Texts of = event_at(static_cast<std::size_t>(random_.below(4))), other = event(),
                        by = length(1, 8);
            return Texts{of.zh + "且近" + by.zh + "同一单号的" + other.zh + "次数",
                       of.en + " and number of " + other.en + " of the same case in the last " +
                           by.en} +
                   relation() + number(0, 3);
        }
        case 4: {
            anchored_ = true;
            const Texts of = event_at(static_cast<std::size_t>(random_.below(4)));
            const Texts sign = relation();
            return {of.zh + "其中重量" + sign.zh + "上一次" + of.zh + "的重量",
                of.en + " where weight " + sign.en + " weight of the previous " + of.en};
        }
        case 5: {
            anchored_ = true;
            return in_brackets(occurrence()) + Texts{"且", " and "} + in_brackets(state(1));
        }
        case 6: {
            anchored_ = true;
            return event() + Texts{"且此前", " and before this "} + in_brackets(state(0));
        }
        case 7: {
            const Texts value = pick({{"好", "good"}, {"差", "bad"}});
            return {"状态变为" + value.zh, "status becomes " + value.en};
        }
        default: anchored_ = true; return occurrence();
        }
    }
    Texts actions() {
        Texts out = {"触发通知", "trigger inform"};
        if (anchored_ && random_.chance(30)) {
            out = {"触发复核", "trigger review"};
        } else if (random_.chance(40)) {
            const Texts times = counted();
            const Texts value =
                pick({statistic(), {"最近一次读数的温度", "temperature of the latest reading"},
                    {"最近一次读数的温度×2−1", "temperature of the latest reading × 2 − 1"}});
            out = {"触发记录（值 = " + value.zh + "，次 = " + times.zh + "）",
                "trigger note (value = " + value.en + ", times = " + times.en + ")"};
        }
        if (random_.chance(15)) out = out + Texts{"并通知", " and inform"};
        return out;
    }
    Texts rule(std::int64_t index) {
        const Texts name = {fmt::format("规则 第{}：", index == 0   ? "一"
                                                       : index == 1 ? "二"
                                                                    : "三"),
            fmt::format("rule {}: ", index == 0   ? "one"
                                     : index == 1 ? "two"
                                                  : "three")};
        anchored_ = false;
        Texts head = {"当", "when "};
        Texts tested;
        if (random_.chance(12)) {
            const Texts at = pick({{"每天 9:00，当", "every day at 9:00, when "},
                {"每周一 6:00，当", "every Monday at 6:00, when "}});
            head = at;
            tested = state(1);
        } else {
            tested = condition();
        }
        Texts out = name + head + tested + Texts{"时", " then "} + actions();
        if (random_.chance(12)) out = out + Texts{"，否则触发通知", ", otherwise trigger inform"};
        if (random_.chance(20)) {
            const Texts per = length(1, 6);
            out = out + Texts{"，每" + per.zh + "最多 1 次", ", at most once per " + per.en};
        }
        if (random_.chance(12))
            out = out + Texts{"，有效期 2026-03-01 至 2026-06-30",
                            ", effective from 2026-03-01 to 2026-06-30"};
        if (random_.chance(20)) {
            const std::string priority = std::to_string(random_.between(1, 5));
            out = out + Texts{"，优先级 " + priority, ", priority " + priority};
        }
        return out + Texts{"。\n", ".\n"};
    }

    Random random_;
    std::int64_t hours_;
    std::vector<Event> events_;
    bool has_elapsed_ = false, by_office_ = false, same_ = false;
    bool anchored_ = false;  // the rule's condition has the fields of an event
};

}  // namespace

Texts random_texts(std::uint64_t seed, Microseconds grid) { return TextMaker(seed, grid).make(); }

}  // namespace clausal::sim
