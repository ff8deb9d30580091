#include "compiler/core/reading_words.h"

#include <fmt/format.h>

#include "compiler/core/node_words.h"
#include "compiler/core/readings.h"

namespace clausal::core {

namespace {

constexpr UnitWords kUnits[] = {{"hour", "hours", "小时", "本小时", "上一小时"},
    {"day", "days", "天", "今天", "前一天"}, {"week", "weeks", "周", "本周", "上周"},
    {"month", "months", "个月", "本月", "上月"}, {"year", "years", "年", "本年", "上一年"},
    {"working day", "working days", "个工作日", "本工作日", "上一个工作日"}};

constexpr std::size_t kLongest = 160;  // longer conditions are said once, with the whole

}  // namespace

const UnitWords& unit_words(Unit unit) { return kUnits[static_cast<std::size_t>(unit)]; }

std::string exact_length(Microseconds length, bool chinese) {
    return length != kForever && length >= 4 * kDay && length % kDay == 0
               ? duration_words(length, chinese)
               : duration_clock(length);
}

Words ReadingWords::with_condition(const Words& of, NodeId condition, NodeId self) const {
    NodeWords speaker(pack_, subject_);
    const Words words = speaker.state(condition, {self, kNone});
    if (speaker.is_cut() || words.english.size() > kLongest || words.chinese.size() > kLongest)
        return {of.english + " (with its condition)", of.chinese + "（符合其条件的）"};
    return {of.english + " where " + words.english, of.chinese + "（其中 " + words.chinese + "）"};
}

Words ReadingWords::name(NodeId id, int depth) const {
    if (id == kNone || depth > 8) return {"?", "?"};
    const Node& n = pack_[id];
    switch (n.kind) {
    case NodeKind::event: {
        const std::string& event = pack_.schema.events[n.event].name;
        const bool filtered = !n.inputs.empty() && n.inputs[0] != kNone;
        if (!filtered) return {event, event};
        return with_condition({event, event}, n.inputs[0], id);
    }
    case NodeKind::filtered: {
        return with_condition(name(n.inputs[0], depth + 1), n.inputs[1], n.inputs[0]);
    }
    case NodeKind::either: {
        Words out = name(n.inputs[0], depth + 1);
        for (std::size_t i = 1; i < n.inputs.size(); ++i) {
            const Words next = name(n.inputs[i], depth + 1);
            out.english += " or " + next.english;
            out.chinese += " 或 " + next.chinese;
        }
        return out;
    }
    case NodeKind::absence_after: {
        const Words start = name(n.inputs[0], depth + 1);
        if (n.inputs[1] == kNone) return NodeWords(pack_, subject_).occurrence(id);
        const Words absent = name(n.inputs[1], depth + 1);
        return {start.english + " not followed by " + absent.english,
            start.chinese + " 之后没有 " + absent.chinese};
    }
    case NodeKind::absence_before: return name(n.inputs[0], depth + 1);
    case NodeKind::sequence: return name(n.inputs[1], depth + 1);
    case NodeKind::rise:
    case NodeKind::daily: {
        NodeWords speaker(pack_, subject_);
        const Words words = speaker.occurrence(id);
        const bool long_one =
            speaker.is_cut() || words.english.size() > kLongest || words.chinese.size() > kLongest;
        return long_one ? Words{"becoming true", "变为真"} : words;
    }
    case NodeKind::rule_output:
        return {"firing of " + rule_id(n.rule), "规则「" + rule_id(n.rule) + "」的触发"};
    default: return {"?", "?"};
    }
}
std::string ReadingWords::rule_id(std::uint32_t index) const {
    return index < pack_.rules.size() ? pack_.rules[index].id : std::string("?");
}

std::vector<bool> read_at_the_step(const CorePack& pack, const Rule& rule) {
    std::vector<bool> out(pack.nodes.size(), false);
    std::vector<NodeId> open{rule.condition};
    for (const ActionCall& call : rule.actions)
        open.insert(open.end(), call.values.begin(), call.values.end());
    while (!open.empty()) {
        const NodeId id = open.back();
        open.pop_back();
        if (id == kNone || out[id]) continue;
        out[id] = true;
        const Node& n = pack[id];
        if (n.kind == NodeKind::before_this) continue;
        open.insert(open.end(), n.inputs.begin(), n.inputs.end());
        open.insert(open.end(), n.derived.begin(), n.derived.end());
        open.push_back(n.window.since);
    }
    return out;
}

Words ReadingWords::window(const Window& w, bool before) const {
    if (before) {
        Words words = window(w);
        const auto replace = [](std::string& text, const std::string& what, const std::string& by) {
            const std::size_t at = text.find(what);
            if (at == std::string::npos)
                text += by;
            else
                text.replace(at, what.size(), by);
        };
        replace(words.english, ", now is in", ", this step is out");
        replace(words.chinese, "，此刻的算", "，这一步的不算");
        return words;
    }
    switch (w.kind) {
    case Window::Kind::all: return {"since the subject began", "从该主体开始以来"};
    case Window::Kind::sliding:
        if (w.offset != 0) {
            return {
                fmt::format(
                    "the {} that ended {} ago; unknown before the subject has so long a history",
                    duration_words(w.length, false), duration_words(w.offset, false)),
                fmt::format("{} 前结束的那 {}；主体历史不够长时为未知",
                    duration_words(w.offset, true), duration_words(w.length, true))};
        }
        return {fmt::format("the last {}: exactly {} ago is out, now is in",
                    duration_words(w.length, false), duration_words(w.length, false)),
            fmt::format("最近 {}：恰好 {} 之前的不算，此刻的算", duration_words(w.length, true),
                duration_words(w.length, true))};
    case Window::Kind::this_unit:
        return {fmt::format("the current calendar {} of zone {} up to now",
                    unit_words(w.unit).english, pack_.schema.zone),
            fmt::format("时区 {} 的{}，到此刻为止", pack_.schema.zone, unit_words(w.unit).current)};
    case Window::Kind::previous_unit:
        return {fmt::format("the last closed calendar {} of zone {}", unit_words(w.unit).english,
                    pack_.schema.zone),
            fmt::format("时区 {} 已结束的{}", pack_.schema.zone, unit_words(w.unit).last)};
    case Window::Kind::closed_units:
        return {fmt::format("all closed calendar {} of zone {} since the subject began",
                    unit_words(w.unit).plural, pack_.schema.zone),
            fmt::format("从该主体开始以来、时区 {} 所有已结束的{}", pack_.schema.zone,
                unit_words(w.unit).chinese)};
    case Window::Kind::since: {
        const Words since = name(w.since);
        return {"since the latest " + since.english +
                    ", which itself does not count; since the subject began if there was none",
            "自最近一次 " + since.chinese + " 以来，它本身不算；从未发生时从主体开始算"};
    }
    }
    return {};
}

Words ReadingWords::same_fields(const std::vector<Correlation>& pairs, NodeId later) const {
    const Node* n = &pack_[later];
    for (int depth = 0; depth < 32 && n->kind != NodeKind::event && !n->inputs.empty(); ++depth) {
        const NodeId next = n->kind == NodeKind::sequence ? n->inputs[1] : n->inputs[0];
        if (next == kNone) break;
        n = &pack_[next];
    }
    std::string names;
    std::string names_zh;
    for (const Correlation& pair : pairs) {
        if (n->kind != NodeKind::event) break;
        const std::vector<Field>& fields = pack_.schema.events[n->event].fields;
        if (pair.second_slot >= fields.size()) continue;
        names += (names.empty() ? " of the same " : " and ") + fields[pair.second_slot].name;
        names_zh += (names_zh.empty() ? "同一 " : "、") + fields[pair.second_slot].name;
    }
    return {names, names_zh.empty() ? names_zh : names_zh + " 的 "};
}

Words ReadingWords::base_of(NodeId id) const {
    const Node* n = &pack_[id];
    for (int depth = 0; depth < 32; ++depth) {
        if (n->kind == NodeKind::event)
            return {pack_.schema.events[n->event].name, pack_.schema.events[n->event].name};
        if (n->inputs.empty()) break;
        const NodeId next = n->kind == NodeKind::sequence ? n->inputs[1] : n->inputs[0];
        if (next == kNone) break;
        n = &pack_[next];
    }
    return {"event", "事件"};
}

std::string duration_clock(Microseconds length) {
    if (length == kForever) return "∞";
    const Microseconds seconds = length / kSecond;
    const Microseconds micros = length % kSecond;
    std::string text =
        fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (micros != 0) text += fmt::format(".{:06}", micros);
    return text;
}

std::string duration_words(Microseconds length, bool chinese) {
    if (length == kForever) return chinese ? "任意久" : "any time";
    struct Step {
        Microseconds size;
        const char* english;
        const char* chinese;
    };
    static constexpr Step kSteps[] = {{kDay, "day", "天"}, {kHour, "hour", "小时"},
        {kMinute, "minute", "分钟"}, {kSecond, "second", "秒"}};
    for (const Step& step : kSteps) {
        // "72 hours" is not turned into "3 days": up to three days are said in hours.
        if (step.size == kDay && length % kDay == 0 && length < 4 * kDay) continue;
        if (length != 0 && length % step.size == 0) {
            const Microseconds n = length / step.size;
            return chinese ? fmt::format("{} {}", n, step.chinese)
                           : fmt::format("{} {}{}", n, step.english, n == 1 ? "" : "s");
        }
    }
    return duration_clock(length);
}

}  // namespace clausal::core
