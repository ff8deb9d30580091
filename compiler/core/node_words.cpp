// Occurrences and states in words.
#include "compiler/core/node_words.h"

#include <fmt/format.h>

#include "compiler/core/readings.h"

namespace clausal::core {

namespace {

std::string en(Microseconds length) { return duration_words(length, false); }
std::string zh(Microseconds length) { return duration_words(length, true); }

constexpr const char* kDays[] = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr const char* kDaysZh[] = {"一", "二", "三", "四", "五", "六", "日"};

}  // namespace

// One node deeper, while there is room.
class NodeWords::Deeper {
public:
    explicit Deeper(NodeWords& words) : words_(words) {
        ++words_.depth_;
        --words_.left_;
    }
    ~Deeper() { --words_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    bool stop() {
        if (words_.depth_ > 48) words_.left_ = -1;
        return words_.left_ < 0;
    }

private:
    NodeWords& words_;
};

Words NodeWords::whole(NodeId id) {
    if (id == kNone) return {"?", "?"};
    return sort_of(pack_[id].kind) == Sort::occurrence ? occurrence(id) : state(id, {});
}

std::string NodeWords::calendar(std::uint32_t index) const {
    return index < pack_.schema.calendars.size() ? pack_.schema.calendars[index].name
                                                 : std::string("?");
}

Words NodeWords::quoted(const std::vector<std::string>& words) const {
    Words out;
    for (const std::string& word : words) {
        out.english += (out.english.empty() ? "\"" : " or \"") + word + "\"";
        out.chinese += (out.chinese.empty() ? "\"" : "、\"") + word + "\"";
    }
    return out;
}

Words NodeWords::such_that(const Node& n, std::size_t input, Frames frames) {
    if (!has(n, input)) return {};
    const Words words = state(n.inputs[input], frames);
    return {" such that " + words.english, "（且 " + words.chinese + "）"};
}

Words NodeWords::same(const std::vector<Correlation>& pairs, NodeId later) const {
    Words out = ReadingWords(pack_).same_fields(pairs, later);
    if (out.english.empty() && !pairs.empty())
        return {fmt::format(" of the same {} fields", pairs.size()),
            fmt::format("{} 个字段相同的 ", pairs.size())};
    return out;
}

// How long after, up to `after`: by the calendar, or between two lengths.
Words NodeWords::within(const Node& n) const {
    if (n.count > 0) {
        const std::string name = calendar(n.calendar);
        if (n.unit == Unit::working_day)
            return {fmt::format("within {} working days of calendar {}", n.count, name),
                fmt::format("按日历 {} 的 {} 个工作日内", name, n.count)};
        return {fmt::format("within {} of the working time of calendar {}", en(n.count), name),
            fmt::format("按日历 {} 的工作时间 {} 内", name, zh(n.count))};
    }
    if (n.high == kForever && n.low == 0) return {};
    if (n.high == kForever)
        return {fmt::format("at least {}", en(n.low)), fmt::format("至少 {}", zh(n.low))};
    if (n.low > 0)
        return {fmt::format("{} to {}", en(n.low), en(n.high)),
            fmt::format("{} 至 {} 内", zh(n.low), zh(n.high))};
    return {"within " + en(n.high), zh(n.high) + " 内"};
}

Words NodeWords::occurrence(NodeId id) {
    Deeper deeper(*this);
    if (id == kNone || deeper.stop()) return {"…", "…"};
    const Node& n = pack_[id];
    switch (n.kind) {
    case NodeKind::event: {
        const EventType& type = pack_.schema.events[n.event];
        Words out{type.name, type.name};
        if (n.reference < type.subjects.size() && !type.subjects[n.reference].role.empty()) {
            out.english += " as " + type.subjects[n.reference].role;
            out.chinese += "（作为 " + type.subjects[n.reference].role + "）";
        }
        if (n.reference == kNone && !type.subjects.empty()) {
            out.english += " of anybody";
            out.chinese += "（不论谁的）";
        }
        if (!has(n, 0)) return out;
        const Words filter = condition(n.inputs[0], {id, kNone});
        return {out.english + " where " + filter.english,
            out.chinese + "（其中 " + filter.chinese + "）"};
    }
    case NodeKind::filtered: {
        const Words of = occurrence(n.inputs[0]);
        const Words filter = condition(n.inputs[1], {n.inputs[0], kNone});
        return {of.english + " where " + filter.english,
            of.chinese + "（其中 " + filter.chinese + "）"};
    }
    case NodeKind::either: {
        Words out;
        for (const NodeId part : n.inputs) {
            const Words next = occurrence(part);
            out.english += (out.english.empty() ? "(" : " or ") + next.english;
            out.chinese += (out.chinese.empty() ? "（" : " 或 ") + next.chinese;
        }
        return {out.english + ")", out.chinese + "）"};
    }
    case NodeKind::sequence: return sequence(n);
    case NodeKind::absence_after: return absence_after(n);
    case NodeKind::absence_before: return absence_before(n);
    case NodeKind::rise: {
        const Words of = state(n.inputs[0], {});
        return {"(" + of.english + ") becomes true", "（" + of.chinese + "）变为真"};
    }
    case NodeKind::daily: return daily(n);
    case NodeKind::rule_output: {
        if (n.rule >= pack_.rules.size()) return {"?", "?"};
        const Rule& rule = pack_.rules[n.rule];
        const std::string action = n.slot < rule.actions.size()
                                       ? pack_.schema.actions[rule.actions[n.slot].action].name
                                       : std::string("?");
        return {fmt::format("{} of rule {}", action, rule.id),
            fmt::format("规则「{}」的 {}", rule.id, action)};
    }
    default: return {"?", "?"};
    }
}

// In brackets when it has parts, for words may follow.
Words NodeWords::condition(NodeId id, Frames frames) {
    Words words = state(id, frames);
    const NodeKind kind = id == kNone ? NodeKind::truth : pack_[id].kind;
    if (kind == NodeKind::and_ || kind == NodeKind::or_) words.english = "(" + words.english + ")";
    return words;
}

Words NodeWords::sequence(const Node& n) {
    const Words first = occurrence(n.inputs[0]);
    const Words second = occurrence(n.inputs[1]);
    const Words fields = same(n.correlation, n.inputs[1]);
    const Words pair = such_that(n, 2, {n.inputs[1], n.inputs[0]});
    const Words time = within(n);
    const char* pick = n.pick == Pick::first_only  ? "the first "
                       : n.pick == Pick::next_only ? "the very next "
                                                   : "";
    const char* pick_zh = n.pick == Pick::first_only  ? "首次 "
                          : n.pick == Pick::next_only ? "紧接着的 "
                                                      : "";
    Words out{fmt::format("{}{}{} {}{}after {}{}", pick, second.english, fields.english,
                  time.english, time.english.empty() ? "" : " ", first.english, pair.english),
        fmt::format("{} 之后 {}{}{}{}{}{}", first.chinese, time.chinese,
            time.chinese.empty() ? "" : "的 ", pick_zh, fields.chinese, second.chinese,
            pair.chinese)};
    if (has(n, 3)) {
        const Words without = occurrence(n.inputs[3]);
        out.english += " without " + without.english + " in between";
        out.chinese += "，其间没有 " + without.chinese;
    }
    return {"(" + out.english + ")", "（" + out.chinese + "）"};
}

Words NodeWords::absence_after(const Node& n) {
    const Words start = occurrence(n.inputs[0]);
    if (!has(n, 1)) {
        if (n.count > 0 && n.unit == Unit::working_day)
            return {fmt::format("the end of working day number {} of calendar {} after {}", n.count,
                        calendar(n.calendar), start.english),
                fmt::format("{} 之后、日历 {} 的第 {} 个工作日结束时", start.chinese,
                    calendar(n.calendar), n.count)};
        if (n.count > 0)
            return {fmt::format("{} of the working time of calendar {} after {}", en(n.count),
                        calendar(n.calendar), start.english),
                fmt::format("{} 之后、按日历 {} 的工作时间满 {} 时", start.chinese,
                    calendar(n.calendar), zh(n.count))};
        return {en(n.high) + " after " + start.english, start.chinese + " 满 " + zh(n.high)};
    }
    const Words absent = occurrence(n.inputs[1]);
    const Words fields = same(n.correlation, n.inputs[1]);
    const Words pair = such_that(n, 2, {n.inputs[1], n.inputs[0]});
    const Words time = within(n);
    Words out{fmt::format("{} not followed by {}{}{} {}", start.english, absent.english,
                  fields.english, pair.english, time.english),
        fmt::format("{} 之后 {}没有 {}{}{}", start.chinese, time.chinese, fields.chinese,
            absent.chinese, pair.chinese)};
    if (has(n, 4)) {
        const Words until = occurrence(n.inputs[4]);
        out.english += " or until the next " + until.english;
        out.chinese += "（或到下一次 " + until.chinese + " 为止）";
    }
    if (has(n, 3)) {
        const Words unless = occurrence(n.inputs[3]);
        const Words other = same(n.unless_correlation, n.inputs[3]);
        const Words also = such_that(n, 5, {n.inputs[3], n.inputs[0]});
        out.english +=
            ", unless " + unless.english + other.english + also.english + " comes meanwhile";
        out.chinese += "，除非期间有 " + other.chinese + unless.chinese + also.chinese;
    }
    return {"(" + out.english + ")", "（" + out.chinese + "）"};
}

Words NodeWords::absence_before(const Node& n) {
    const Words event = occurrence(n.inputs[0]);
    const Words absent = occurrence(n.inputs[1]);
    const Words fields = same(n.correlation, n.inputs[0]);
    const Words pair = such_that(n, 2, {n.inputs[0], n.inputs[1]});
    const Words time = within(n);
    return {fmt::format("({} with no {}{}{} {}{}before it)", event.english, absent.english,
                fields.english, pair.english, time.english, time.english.empty() ? "" : " "),
        fmt::format("（{} 之前 {}没有 {}{}{}）", event.chinese, time.chinese, fields.chinese,
            absent.chinese, pair.chinese)};
}

Words NodeWords::daily(const Node& n) const {
    std::string day = unit_words(n.unit).english;
    std::string day_zh = unit_words(n.unit).chinese;
    if (n.unit == Unit::week && n.count >= 1 && n.count <= 7) {
        day = kDays[n.count - 1];
        day_zh = std::string("周") + kDaysZh[n.count - 1];
    } else if (n.unit == Unit::month) {
        day = fmt::format("month on day {}", n.count);
        day_zh = fmt::format("月 {} 日", n.count);
    }
    if (n.calendar != kNone) {
        day += " of calendar " + calendar(n.calendar);
        day_zh += "（日历 " + calendar(n.calendar) + "）";
    }
    return {fmt::format("every {} at {:02}:{:02}", day, n.minute_of_day / 60, n.minute_of_day % 60),
        fmt::format("每{} {:02}:{:02}", day_zh, n.minute_of_day / 60, n.minute_of_day % 60)};
}

Words NodeWords::compare(const Node& n, Frames frames) {
    static constexpr const char* kSigns[] = {"<", "≤", "=", "≠", "≥", ">"};
    const char* sign = kSigns[static_cast<std::size_t>(n.compare)];
    const Node& left = pack_[n.inputs[0]];
    const Node& right = pack_[n.inputs[1]];
    const std::int64_t day =
        right.number.denominator == 1 && right.number.numerator >= 1 && right.number.numerator <= 7
            ? static_cast<std::int64_t>(right.number.numerator)
            : 0;
    if (left.kind == NodeKind::weekday && right.kind == NodeKind::constant && day > 0) {
        const Node& date = pack_[left.inputs[0]];
        const bool today = date.kind == NodeKind::date_of &&
                           pack_[date.inputs[0]].kind == NodeKind::now &&
                           n.compare == CompareOp::eq;
        if (today)
            return {std::string("now is a ") + kDays[day - 1],
                std::string("此刻是周") + kDaysZh[day - 1]};
        const Words of = value(left.inputs[0], frames);
        return {fmt::format("the weekday of {} {} {}", of.english, sign, kDays[day - 1]),
            fmt::format("{} 是周几 {} 周{}", of.chinese, sign, kDaysZh[day - 1])};
    }
    const Words a = value(n.inputs[0], frames, n.inputs[1]);
    const Words b = value(n.inputs[1], frames, n.inputs[0]);
    return {fmt::format("{} {} {}", a.english, sign, b.english),
        fmt::format("{} {} {}", a.chinese, sign, b.chinese)};
}

Words NodeWords::joined(const Node& n, Frames frames) {
    const bool both = n.kind == NodeKind::and_;
    Words out;
    for (const NodeId part : n.inputs) {
        const Words next = state(part, frames);
        const NodeKind kind = pack_[part].kind;
        const bool mixed = kind == NodeKind::and_ || kind == NodeKind::or_;
        if (!out.english.empty()) {
            out.english += both ? " and " : " or ";
            out.chinese += both ? " 且 " : " 或 ";
        }
        out.english += mixed ? "(" + next.english + ")" : next.english;
        out.chinese += mixed ? "（" + next.chinese + "）" : next.chinese;
    }
    return out;
}

Words NodeWords::state(NodeId id, Frames frames) {
    Deeper deeper(*this);
    if (id == kNone || deeper.stop()) return {"…", "…"};
    const Node& n = pack_[id];
    switch (n.kind) {
    case NodeKind::truth:
        return n.truth == 0   ? Words{"false", "假"}
               : n.truth == 1 ? Words{"true", "真"}
                              : Words{"unknown", "未知"};
    case NodeKind::compare: return compare(n, frames);
    case NodeKind::is_true: return value(n.inputs[0], frames);
    case NodeKind::not_: {
        const Words of = state(n.inputs[0], frames);
        return {"not (" + of.english + ")", "非（" + of.chinese + "）"};
    }
    case NodeKind::not_true: {
        const Words of = state(n.inputs[0], frames);
        return {"otherwise, (" + of.english + ") being false or unknown",
            "否则，即（" + of.chinese + "）为假或未知"};
    }
    case NodeKind::and_:
    case NodeKind::or_: return joined(n, frames);
    case NodeKind::is_missing: {
        const Words of = value(n.inputs[0], frames);
        return {of.english + " is missing", of.chinese + " 缺失"};
    }
    case NodeKind::member: {
        const Words of = value(n.inputs[0], frames);
        const std::string list = n.list < pack_.lists.size() ? pack_.lists[n.list].name : "?";
        return {of.english + " is in " + list, of.chinese + " 属于 " + list};
    }
    case NodeKind::contains: {
        const Words of = value(n.inputs[0], frames);
        const Words words = quoted(n.words);
        return {of.english + " contains " + words.english, of.chinese + " 包含 " + words.chinese};
    }
    case NodeKind::overlaps: {
        const Words a = value(n.inputs[0], frames);
        const Words b = value(n.inputs[1], frames);
        return {a.english + " and " + b.english + " overlap",
            a.chinese + " 与 " + b.chinese + " 有交集"};
    }
    case NodeKind::before_this: {
        const Words of = state(n.inputs[0], frames);
        return {"before this step (" + of.english + ")", "此前（" + of.chinese + "）"};
    }
    default: return over_time(id, n, frames);
    }
}

Words NodeWords::over_time(NodeId id, const Node& n, Frames frames) {
    (void)id;
    switch (n.kind) {
    case NodeKind::streak: {
        const Words of = occurrence(n.inputs[0]);
        Words out{fmt::format(
                      "{} consecutive {}{}", n.count, n.negated ? "failures of " : "", of.english),
            fmt::format("连续 {} 次 {}{}", n.count, of.chinese, n.negated ? " 不成立" : "")};
        if (has(n, 1)) {
            const Words without = occurrence(n.inputs[1]);
            out.english += " without " + without.english + " in between";
            out.chinese += "，中间没有 " + without.chinese;
        }
        return out;
    }
    case NodeKind::consecutive: {
        const Words of = occurrence(n.inputs[0]);
        const Words condition = state(n.inputs[1], {n.inputs[0], kNone});
        const UnitWords& unit = unit_words(n.unit);
        const char* mode = n.mode == UnitMode::with_data  ? " with data"
                           : n.mode == UnitMode::complete ? " that are over"
                                                          : "";
        const char* mode_zh = n.mode == UnitMode::with_data  ? "有数据的"
                              : n.mode == UnitMode::complete ? "完整的"
                                                             : "";
        const std::string by = n.calendar == kNone ? "" : " of calendar " + calendar(n.calendar);
        const std::string by_zh = n.calendar == kNone ? "" : "按日历 " + calendar(n.calendar) + " ";
        return {fmt::format("each {} on {} consecutive {}{}{} has {}", of.english, n.count,
                    unit.plural, mode, by, condition.english),
            fmt::format("{}连续 {} {}{} 的每次 {} 都有 {}", by_zh, n.count, mode_zh, unit.chinese,
                of.chinese, condition.chinese)};
    }
    case NodeKind::hold: {
        const Words of = state(n.inputs[0], frames);
        return {fmt::format("({}) for {}", of.english, en(n.high)),
            fmt::format("（{}）持续 {}", of.chinese, zh(n.high))};
    }
    case NodeKind::silence: {
        const Words of = occurrence(n.inputs[0]);
        return {fmt::format("no {} for {}", of.english, en(n.high)),
            fmt::format("{} 没有 {}", zh(n.high), of.chinese)};
    }
    case NodeKind::known_for: {
        const std::string name = subject_ < pack_.schema.subjects.size()
                                     ? pack_.schema.subjects[subject_].name
                                     : std::string("?");
        return {fmt::format("{} known for {}", name, en(n.high)),
            fmt::format("{} 已有 {} 历史", name, zh(n.high))};
    }
    case NodeKind::exists_around: {
        const Words of = occurrence(n.inputs[0]);
        const Words at = value(n.inputs[1], frames);
        const Words fields = same(n.correlation, n.inputs[0]);
        const Words pair = such_that(n, 2, {n.inputs[0], frames.self, false});
        return {fmt::format("some {}{}{} from {} before to {} before {}", of.english,
                    fields.english, pair.english, en(n.high), en(n.low), at.english),
            fmt::format("{} 之前 {} 至 {} 有 {}{}{}", at.chinese, zh(n.high), zh(n.low),
                fields.chinese, of.chinese, pair.chinese)};
    }
    case NodeKind::shift: return shift(n);
    case NodeKind::cluster: {
        const Words of = occurrence(n.inputs[0]);
        return {fmt::format("{} clusters in the last {} against the {} before, level {}",
                    of.english, en(n.low), en(n.high), to_string(n.deviations)),
            fmt::format("{} 在最近 {} 相对此前 {} 聚集，水平 {}", of.chinese, zh(n.low), zh(n.high),
                to_string(n.deviations))};
    }
    default: return {"?", "?"};
    }
}

}  // namespace clausal::core
