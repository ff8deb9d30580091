#include "compiler/core/condition_words.h"

#include <fmt/format.h>

#include "compiler/core/readings.h"
#include "runtime/base/decimal.h"

namespace clausal::core {
namespace {

constexpr int kDeepest = 6;
constexpr std::size_t kLongest = 160;  // longer conditions are not repeated in a reading

class Speaker {
public:
    Speaker(const CorePack& pack, std::uint32_t event)
        : pack_(pack), event_(pack.schema.events[event]) {}

    std::optional<ConditionWords> state(NodeId id, int depth = 0) const {
        if (id == kNone || depth > kDeepest) return std::nullopt;
        const Node& n = pack_[id];
        switch (n.kind) {
        case NodeKind::compare: {
            const auto left = value(n.inputs[0], n.inputs[1]);
            const auto right = value(n.inputs[1], n.inputs[0]);
            if (!left || !right) return std::nullopt;
            static constexpr const char* kSigns[] = {"<", "≤", "=", "≠", "≥", ">"};
            const char* sign = kSigns[static_cast<std::size_t>(n.compare)];
            return ConditionWords{fmt::format("{} {} {}", left->english, sign, right->english),
                fmt::format("{} {} {}", left->chinese, sign, right->chinese)};
        }
        case NodeKind::is_true: {
            const auto of = value(n.inputs[0], kNone);
            if (!of) return std::nullopt;
            return ConditionWords{of->english, of->chinese};
        }
        case NodeKind::is_missing: {
            const auto of = value(n.inputs[0], kNone);
            if (!of) return std::nullopt;
            return ConditionWords{of->english + " is missing", of->chinese + " 缺失"};
        }
        case NodeKind::not_: {
            const auto of = state(n.inputs[0], depth + 1);
            if (!of) return std::nullopt;
            return ConditionWords{
                fmt::format("not ({})", of->english), fmt::format("非（{}）", of->chinese)};
        }
        case NodeKind::contains: {
            const auto of = value(n.inputs[0], kNone);
            if (!of) return std::nullopt;
            ConditionWords out{of->english + " contains ", of->chinese + " 包含 "};
            for (std::size_t i = 0; i < n.words.size(); ++i) {
                out.english += (i > 0 ? " or \"" : "\"") + n.words[i] + "\"";
                out.chinese += (i > 0 ? "、\"" : "\"") + n.words[i] + "\"";
            }
            return out;
        }
        case NodeKind::and_:
        case NodeKind::or_: {
            const bool both = n.kind == NodeKind::and_;
            ConditionWords out;
            for (const NodeId part : n.inputs) {
                const auto next = state(part, depth + 1);
                if (!next) return std::nullopt;
                const bool first = part == n.inputs.front();
                const bool mixed =
                    pack_[part].kind == NodeKind::and_ || pack_[part].kind == NodeKind::or_;
                out.english += first ? "" : both ? " and " : " or ";
                out.chinese += first ? "" : both ? " 且 " : " 或 ";
                out.english += mixed ? "(" + next->english + ")" : next->english;
                out.chinese += mixed ? "（" + next->chinese + "）" : next->chinese;
            }
            return out;
        }
        default: return std::nullopt;
        }
    }

private:
    // `beside`: what it is compared with, whose type says how a code is called.
    std::optional<ConditionWords> value(NodeId id, NodeId beside) const {
        const Node& n = pack_[id];
        const auto same = [](std::string text) { return ConditionWords{text, text}; };
        if (n.kind == NodeKind::time_of && n.frame == Frame::self)
            return ConditionWords{"its time", "它的时间"};
        if (n.kind == NodeKind::now) return ConditionWords{"now", "此刻"};
        if (n.kind == NodeKind::date_of) {
            const auto of = value(n.inputs[0], kNone);
            if (!of) return std::nullopt;
            return ConditionWords{"the day of " + of->english, of->chinese + " 那天"};
        }
        if (n.kind == NodeKind::field) {
            if (n.frame != Frame::self || n.slot >= event_.fields.size()) return std::nullopt;
            return same(event_.fields[n.slot].name);
        }
        if (n.kind != NodeKind::constant) return std::nullopt;
        switch (n.type.kind) {
        case TypeKind::number:
        case TypeKind::integer: return same(to_string(n.number, 6));
        case TypeKind::money: return same(to_string(n.number, 6) + " " + n.type.unit);
        case TypeKind::percent: {
            Rational hundredfold;
            if (multiply(n.number, Rational{100, 1}, &hundredfold) != Fault::none)
                return std::nullopt;
            return same(to_string(hundredfold, 6) + "%");
        }
        case TypeKind::duration: {
            if (n.number.denominator != 1) return std::nullopt;
            const auto length = static_cast<Microseconds>(n.number.numerator);
            return ConditionWords{duration_words(length, false), duration_words(length, true)};
        }
        case TypeKind::text: return same("\"" + n.text + "\"");
        case TypeKind::choice: {
            const Type& type =
                beside == kNone || pack_[beside].type.choices.empty() ? n.type : pack_[beside].type;
            const auto place = static_cast<std::size_t>(n.code);
            if (n.code < 0 || place >= type.choices.size()) return std::nullopt;
            return same(type.choices[place]);
        }
        default: return std::nullopt;
        }
    }

    const CorePack& pack_;
    const EventType& event_;
};

}  // namespace

std::optional<ConditionWords> condition_words(
    const CorePack& pack, NodeId condition, std::uint32_t event) {
    if (event >= pack.schema.events.size()) return std::nullopt;
    auto words = Speaker(pack, event).state(condition);
    if (words && (words->english.size() > kLongest || words->chinese.size() > kLongest))
        return std::nullopt;
    return words;
}

}  // namespace clausal::core
