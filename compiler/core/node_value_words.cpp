// Values in words.
#include <date/date.h>
#include <fmt/format.h>

#include "compiler/core/node_words.h"
#include "compiler/core/readings.h"
#include "runtime/base/decimal.h"
#include "runtime/calendar/calendar.h"

namespace clausal::core {

namespace {

constexpr const char* kOps[] = {"number", "sum", "average", "minimum", "maximum", "range",
    "deviation", "number of different values", "percentile", "number of values"};
constexpr const char* kOpsZh[] = {
    "次数", "合计", "平均", "最小", "最大", "极差", "标准差", "不同值个数", "百分位", "取值个数"};

std::string day_text(std::int64_t day) {
    using namespace date;
    if (day < -1'000'000 || day > 4'000'000) return std::to_string(day);
    const year_month_day ymd{sys_days{days{day}}};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
        static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

}  // namespace

Words NodeWords::window(const Window& w) {
    const UnitWords& unit = unit_words(w.unit);
    switch (w.kind) {
    case Window::Kind::all: return {};
    case Window::Kind::sliding:
        if (w.offset != 0)
            return {fmt::format(" in the {} that ended {} ago", duration_words(w.length, false),
                        duration_words(w.offset, false)),
                fmt::format("{} 前结束的 {} 内 ", duration_words(w.offset, true),
                    duration_words(w.length, true))};
        return {" in the last " + duration_words(w.length, false),
            "近 " + duration_words(w.length, true) + " "};
    case Window::Kind::this_unit:
        return {std::string(" in the current ") + unit.english, std::string(unit.current) + " "};
    case Window::Kind::previous_unit:
        return {std::string(" in the last closed ") + unit.english, std::string(unit.last) + " "};
    case Window::Kind::closed_units:
        return {std::string(" in all closed ") + unit.plural,
            std::string("所有已结束的") + unit.chinese + " "};
    case Window::Kind::since: {
        const Words since = occurrence(w.since);
        return {" since the latest " + since.english, "自最近一次 " + since.chinese + " 以来 "};
    }
    }
    return {};
}

Words NodeWords::constant(const Node& n, NodeId beside) const {
    const auto same = [](std::string text) { return Words{text, text}; };
    switch (n.type.kind) {
    case TypeKind::number:
    case TypeKind::integer:
        return same(to_string(n.number, 6) + (n.type.unit.empty() ? "" : " " + n.type.unit));
    case TypeKind::money: return same(to_string(n.number, 6) + " " + n.type.unit);
    case TypeKind::percent: {
        Rational hundredfold;
        if (multiply(n.number, Rational{100, 1}, &hundredfold) != Fault::none)
            return same(to_string(n.number, 6));
        return same(to_string(hundredfold, 6) + "%");
    }
    case TypeKind::duration: {
        if (n.number.denominator != 1) return same(to_string(n.number, 6) + " µs");
        const auto length = static_cast<Microseconds>(n.number.numerator);
        return {duration_words(length, false), duration_words(length, true)};
    }
    case TypeKind::text: return same("\"" + n.text + "\"");
    case TypeKind::texts: return quoted(n.words);
    case TypeKind::choice: {
        const Type& type =
            beside == kNone || pack_[beside].type.choices.empty() ? n.type : pack_[beside].type;
        const auto place = static_cast<std::size_t>(n.code);
        if (n.code < 0 || place >= type.choices.size()) return same(std::to_string(n.code));
        return same(type.choices[place]);
    }
    case TypeKind::boolean: return n.code != 0 ? Words{"yes", "是"} : Words{"no", "否"};
    case TypeKind::date: return same(day_text(n.code));
    case TypeKind::instant: {
        const auto zone = Zone::open(pack_.schema.zone);
        const std::int64_t day = zone ? zone->day_of(n.code) : n.code / kDay;
        const Microseconds rest = n.code - (zone ? zone->day_start(day) : day * kDay);
        return same(day_text(day) + " " + duration_clock(rest));
    }
    }
    return same("?");
}

Words NodeWords::field(const Node& n, Frames frames) {
    NodeId of = n.frame == Frame::self ? frames.self : frames.first;
    Words owner;
    if (n.frame == Frame::first)
        owner = frames.in_time ? Words{" of the earlier one", "前一次的 "}
                               : Words{" of the one beside it", "旁边那次的 "};
    // Added fields come behind those of the input that gives the frame.
    std::vector<NodeId> chain;
    while (of != kNone && chain.size() < 48) {
        chain.push_back(of);
        const Node& node = pack_[of];
        const bool end = node.kind == NodeKind::event || node.kind == NodeKind::rule_output ||
                         node.kind == NodeKind::rise || node.kind == NodeKind::daily;
        if (end || node.inputs.empty()) break;
        of = node.kind == NodeKind::sequence ? node.inputs[1] : node.inputs[0];
    }
    if (chain.empty()) return {fmt::format("field {}", n.slot), fmt::format("字段 {}", n.slot)};
    const Node& base = pack_[chain.back()];
    std::size_t slot = n.slot;
    const std::vector<Field>* fields = nullptr;
    if (base.kind == NodeKind::event) fields = &pack_.schema.events[base.event].fields;
    if (base.kind == NodeKind::rule_output && base.rule < pack_.rules.size() &&
        base.slot < pack_.rules[base.rule].actions.size())
        fields = &pack_.schema.actions[pack_.rules[base.rule].actions[base.slot].action].fields;
    if (fields != nullptr && slot < fields->size())
        return {(*fields)[slot].name + owner.english, owner.chinese + (*fields)[slot].name};
    slot -= fields == nullptr ? 0 : fields->size();
    for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
        const Node& node = pack_[*at];
        if (slot < node.derived.size()) {
            const Frames inner = node.kind == NodeKind::sequence
                                     ? Frames{node.inputs[1], node.inputs[0]}
                                     : Frames{*at, kNone};
            // A field that is its own input would not end.
            const Words of_it = value(node.derived[slot], inner);
            return {"(" + of_it.english + ")" + owner.english,
                owner.chinese + "（" + of_it.chinese + "）"};
        }
        slot -= node.derived.size();
    }
    return {fmt::format("field {}", n.slot), fmt::format("字段 {}", n.slot)};
}

Words NodeWords::aggregate(const Node& n, Frames frames) {
    const auto op = static_cast<std::size_t>(n.aggregate);
    const Words of = occurrence(n.inputs[0]);
    const Words fields = same(n.correlation, n.inputs[0]);
    const Words pair = such_that(n, 2, {n.inputs[0], frames.self, false});
    const Words w = window(n.window);
    std::string name = kOps[op];
    std::string name_zh = kOpsZh[op];
    if (n.aggregate == AggregateOp::percentile) {
        name = fmt::format("percentile {}", n.percentile);
        name_zh = fmt::format("{} 百分位", n.percentile);
    }
    Words out{name, ""};
    if (has(n, 1)) {
        const Words inner = value(n.inputs[1], {n.inputs[0], kNone});
        out.english += " of " + inner.english;
        out.chinese = "的 " + inner.chinese + " ";
    }
    out.english += " of " + of.english + fields.english + pair.english + w.english;
    out.chinese =
        w.chinese + fields.chinese + of.chinese + pair.chinese + " " + out.chinese + name_zh;
    if (has(n, 3)) {
        const Words test = state(n.inputs[3], {n.inputs[0], kNone});
        out.english += ", of whose latest one " + test.english;
        out.chinese += "（其最近一次 " + test.chinese + "）";
    }
    return out;
}

Words NodeWords::calculated(const Node& n, Frames frames) {
    static constexpr const char* kSigns[] = {"+", "-", "×", "÷", "min", "max"};
    switch (n.kind) {
    case NodeKind::arithmetic: {
        const Words a = value(n.inputs[0], frames);
        const Words b = value(n.inputs[1], frames);
        const char* sign = kSigns[static_cast<std::size_t>(n.arithmetic)];
        if (n.arithmetic == ArithmeticOp::minimum || n.arithmetic == ArithmeticOp::maximum)
            return {fmt::format("{}({}, {})", sign, a.english, b.english),
                fmt::format("{}（{}，{}）", sign, a.chinese, b.chinese)};
        return {fmt::format("({} {} {})", a.english, sign, b.english),
            fmt::format("（{} {} {}）", a.chinese, sign, b.chinese)};
    }
    case NodeKind::negative: {
        const Words of = value(n.inputs[0], frames);
        return {"-" + of.english, "-" + of.chinese};
    }
    case NodeKind::round: {
        const Words of = value(n.inputs[0], frames);
        static constexpr const char* kWays[] = {"to the nearest", "up", "down"};
        static constexpr const char* kWaysZh[] = {"四舍五入", "向上取整", "向下取整"};
        const auto way = static_cast<std::size_t>(n.rounding);
        return {
            fmt::format("{} rounded {} to {} decimals", of.english, kWays[way], n.round_decimals),
            fmt::format("{} {}到 {} 位小数", of.chinese, kWaysZh[way], n.round_decimals)};
    }
    case NodeKind::choose: {
        const Words condition = state(n.inputs[0], frames);
        const Words then = value(n.inputs[1], frames);
        const Words otherwise = value(n.inputs[2], frames, n.inputs[1]);
        return {
            fmt::format("(if {}: {}, else {})", condition.english, then.english, otherwise.english),
            fmt::format(
                "（若 {}：{}，否则 {}）", condition.chinese, then.chinese, otherwise.chinese)};
    }
    case NodeKind::keyword_density: {
        const Words of = value(n.inputs[0], frames);
        const Words words = quoted(n.words);
        return {fmt::format("density of {} in {}", words.english, of.english),
            fmt::format("{} 中 {} 的密度", of.chinese, words.chinese)};
    }
    default: return dated(n, frames);
    }
}

Words NodeWords::dated(const Node& n, Frames frames) {
    switch (n.kind) {
    case NodeKind::time_of:
        return n.frame == Frame::self ? Words{"its time", "它的时间"}
               : frames.in_time       ? Words{"the time of the earlier one", "前一次的时间"}
                                      : Words{"the time of the one beside it", "旁边那次的时间"};
    case NodeKind::now: return {"now", "此刻"};
    case NodeKind::closed_units:
        return {fmt::format("the number of closed {}", unit_words(n.unit).plural),
            fmt::format("已结束的{}数", unit_words(n.unit).chinese)};
    case NodeKind::date_of: {
        const Words of = value(n.inputs[0], frames);
        return {"the day of " + of.english, of.chinese + " 那天"};
    }
    case NodeKind::add_days: {
        const Words date = value(n.inputs[0], frames);
        const Words count = value(n.inputs[1], frames);
        if (n.calendar == kNone)
            return {fmt::format("{} + {} days", date.english, count.english),
                fmt::format("{} + {} 天", date.chinese, count.chinese)};
        return {fmt::format("{} + {} working days of calendar {}", date.english, count.english,
                    calendar(n.calendar)),
            fmt::format(
                "{} + 日历 {} 的 {} 个工作日", date.chinese, calendar(n.calendar), count.chinese)};
    }
    case NodeKind::add_working_time: {
        const Words at = value(n.inputs[0], frames);
        const Words length = value(n.inputs[1], frames);
        return {fmt::format("{} + {} of the working time of calendar {}", at.english,
                    length.english, calendar(n.calendar)),
            fmt::format(
                "{} + 按日历 {} 的工作时间 {}", at.chinese, calendar(n.calendar), length.chinese)};
    }
    case NodeKind::weekday: {
        const Words of = value(n.inputs[0], frames);
        return {"the weekday of " + of.english + " (1 Monday … 7 Sunday)",
            of.chinese + " 是周几（1 周一 … 7 周日）"};
    }
    default: return {"?", "?"};
    }
}

Words NodeWords::elapsed(const Node& n, Frames frames) {
    const Words to = occurrence(n.inputs[0]);
    const Words fields = same(n.correlation, n.inputs[0]);
    const Words pair = such_that(n, 1, {n.inputs[0], frames.self});
    Words out{"time to the first later " + to.english + fields.english + pair.english,
        "到其后第一次 " + fields.chinese + to.chinese + pair.chinese + " 的用时"};
    if (n.calendar != kNone) {
        out.english += " by the working time of calendar " + calendar(n.calendar);
        out.chinese += "（按日历 " + calendar(n.calendar) + " 的工作时间）";
    }
    if (n.open) {
        out.english += ", open ones up to now";
        out.chinese += "（未完成的算到此刻）";
    }
    return out;
}

Words NodeWords::value(NodeId id, Frames frames, NodeId beside) {
    if (id == kNone || --left_ < 0 || depth_ > 48) {
        left_ = id == kNone ? left_ : -1;
        return {"…", "…"};
    }
    ++depth_;
    const Node& n = pack_[id];
    Words out;
    switch (n.kind) {
    case NodeKind::constant: out = constant(n, beside); break;
    case NodeKind::missing: out = {"none", "无"}; break;
    case NodeKind::field: out = field(n, frames); break;
    case NodeKind::subject_field:
    case NodeKind::key_part: {
        const SubjectKind* kind =
            subject_ < pack_.schema.subjects.size() ? &pack_.schema.subjects[subject_] : nullptr;
        std::string name = std::to_string(n.slot);
        if (kind != nullptr && n.kind == NodeKind::subject_field && n.slot < kind->fields.size())
            name = kind->fields[n.slot].name;
        if (kind != nullptr && n.kind == NodeKind::key_part && n.slot < kind->keys.size())
            name = kind->keys[n.slot];
        const std::string of = kind != nullptr ? kind->name : std::string("?");
        out = {fmt::format("{}'s {}", of, name), fmt::format("{}的{}", of, name)};
        break;
    }
    case NodeKind::latest: {
        const Words of = occurrence(n.inputs[0]);
        const Words inner = value(n.inputs[1], {n.inputs[0], kNone}, beside);
        const Words fields = same(n.correlation, n.inputs[0]);
        const Words pair = such_that(n, 2, {n.inputs[0], frames.self, false});
        const Words w = window(n.window);
        out = {fmt::format("{} of the {} {}{}{}{}", inner.english, n.before ? "previous" : "latest",
                   of.english, fields.english, pair.english, w.english),
            fmt::format("{}{}一次 {}{}{} 的 {}", w.chinese, n.before ? "上" : "最近",
                fields.chinese, of.chinese, pair.chinese, inner.chinese)};
        break;
    }
    case NodeKind::aggregate: out = aggregate(n, frames); break;
    case NodeKind::elapsed: out = elapsed(n, frames); break;
    default: out = calculated(n, frames); break;
    }
    --depth_;
    return out;
}

Words NodeWords::shift(const Node& n) {
    const Words of = occurrence(n.inputs[0]);
    const bool is_state = has(n, 1) && sort_of(pack_[n.inputs[1]].kind) == Sort::state;
    const Words inner = !has(n, 1) ? Words{"it", "它"}
                        : is_state ? state(n.inputs[1], {n.inputs[0], kNone})
                                   : value(n.inputs[1], {n.inputs[0], kNone});
    const char* way = n.direction == Direction::up     ? " up"
                      : n.direction == Direction::down ? " down"
                                                       : "";
    const char* way_zh = n.direction == Direction::up     ? "向上"
                         : n.direction == Direction::down ? "向下"
                                                          : "";
    Words out{inner.english, inner.chinese};
    if (n.window.kind != Window::Kind::all) {
        const auto op = static_cast<std::size_t>(n.aggregate);
        out.english = fmt::format("{} of {}{}", kOps[op], out.english, window(n.window).english);
        out.chinese = fmt::format("{}{} 的 {}", window(n.window).chinese, out.chinese, kOpsZh[op]);
    }
    return {fmt::format("{} of {} shifts{} by {} deviations against the {} before", out.english,
                of.english, way, to_string(n.deviations), duration_words(n.high, false)),
        fmt::format("{} 的 {} 与此前 {} 相比{}偏移 {} 倍标准差", of.chinese, out.chinese,
            duration_words(n.high, true), way_zh, to_string(n.deviations))};
}

}  // namespace clausal::core
