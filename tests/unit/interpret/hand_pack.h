#pragma once
// Packs and traces written by hand for tests: one subject kind, event types A B C (own) and Z
// (broadcast), all with the fields key (text), value (integer), id (text). Times are in hours.

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/core/core.h"
#include "compiler/core/intern_constants.h"
#include "compiler/interpret/run_reference.h"

namespace clausal::test {

using core::Node;
using core::NodeId;
using core::NodeKind;

inline constexpr std::uint32_t kValue = 1, kId = 2;

struct HandEvent {
    std::int64_t hour;
    char type;  // A B C Z
    std::optional<std::int64_t> value = std::nullopt;
    std::string id = "";  // "" missing
    std::string subject = "s";
};

class HandPack {
public:
    HandPack() : builder_(pack) {
        pack.schema.zone = "UTC";
        pack.schema.subjects.push_back({"subject", {"key"}, {}, kNone});
        for (const char* name : {"A", "B", "C", "Z"}) {
            EventType type;
            type.name = name;
            type.fields = {{"key", {TypeKind::text, 0, "", {}, false}},
                {"value", {TypeKind::integer, 0, "", {}, false}},
                {"id", {TypeKind::text, 0, "", {}, false}}};
            if (type.name != "Z") type.subjects = {{0, "", {0}}};
            pack.schema.events.push_back(type);
        }
        pack.schema.actions.push_back({"act", {{"value", {TypeKind::integer, 0, "", {}, false}}}});
    }

    NodeId add(NodeKind kind, std::vector<NodeId> inputs = {},
        const std::function<void(Node&)>& set = {}) {
        Node node;
        node.kind = kind;
        node.inputs = std::move(inputs);
        if (set) set(node);
        return builder_.add(std::move(node), {});
    }
    NodeId event(char type, NodeId filter = kNone) {
        return add(NodeKind::event, {filter}, [&](Node& n) {
            n.event = type == 'Z' ? 3 : static_cast<std::uint32_t>(type - 'A');
            if (type != 'Z') n.reference = 0;
        });
    }
    NodeId number(std::int64_t value) {
        return add(NodeKind::constant, {}, [&](Node& n) {
            n.type.kind = TypeKind::integer;
            n.number = Rational{value, 1};
        });
    }
    NodeId field(std::uint32_t slot, core::Frame frame = core::Frame::self) {
        return add(NodeKind::field, {}, [&](Node& n) {
            n.slot = slot;
            n.frame = frame;
            n.type.kind = slot == kValue ? TypeKind::integer : TypeKind::text;
        });
    }
    NodeId compare(NodeId left, core::CompareOp op, NodeId right) {
        return add(NodeKind::compare, {left, right}, [&](Node& n) { n.compare = op; });
    }
    NodeId value_below(std::int64_t bound) {
        return compare(field(kValue), core::CompareOp::lt, number(bound));
    }
    NodeId count(NodeId of, std::int64_t hours) {
        return add(NodeKind::aggregate, {of}, [&](Node& n) {
            n.window.kind = core::Window::Kind::sliding;
            n.window.length = hours * kHour;
            n.type.kind = TypeKind::integer;
        });
    }
    NodeId absence(NodeId start, NodeId absent, std::int64_t hours,
        const std::function<void(Node&)>& set = {}) {
        return add(NodeKind::absence_after, {start, absent}, [&](Node& n) {
            n.high = hours * kHour;
            if (set) set(n);
        });
    }
    core::Rule& rule(NodeId condition) {
        core::Rule rule;
        rule.id = fmt::format("r{}", pack.rules.size());
        rule.condition = condition;
        pack.rules.push_back(rule);
        return pack.rules.back();
    }

    EventData data(const std::vector<HandEvent>& events) const {
        EventData result(pack.schema);
        std::uint64_t sequence = 0;
        for (const HandEvent& event : events) {
            const std::size_t type =
                event.type == 'Z' ? 3 : static_cast<std::size_t>(event.type - 'A');
            EventTable& table = result.tables[type];
            table.time.push_back(event.hour * kHour);
            table.sequence.push_back(sequence++);
            const std::int64_t key = result.dictionary.intern(event.subject);
            table.columns[0].push_back(key);
            table.columns[1].push_back(event.value.value_or(kMissing));
            table.columns[2].push_back(
                event.id.empty() ? kMissing : result.dictionary.intern(event.id));
            if (event.type != 'Z') table.subjects[0].push_back(result.subjects[0].intern({key}));
        }
        core::intern_constants(pack, result.dictionary);
        sort_order(result);
        return result;
    }

    Outcomes outcomes(const std::vector<HandEvent>& events, std::int64_t until = -1) const {
        RunOptions options;
        if (until >= 0) options.until = until * kHour;
        return interpret::run_reference(pack, data(events), {}, options);
    }

    // Firings as "r0@5 r1@7x r0@9d": hour, then x for an expiry, d for a deadline step; values in brackets.
    std::string run(const std::vector<HandEvent>& events, std::int64_t until = -1) const {
        std::string text;
        for (const Firing& firing : outcomes(events, until).firings) {
            if (!text.empty()) text += ' ';
            text += fmt::format("{}@{}{}", pack.rules[firing.rule].id, firing.step.time / kHour,
                firing.step.kind == Step::Kind::event    ? ""
                : firing.step.kind == Step::Kind::expiry ? "x"
                                                         : "d");
            for (const FiredAction& action : firing.actions) {
                for (const std::int64_t value : action.values) {
                    text += value == kMissing ? "(?)" : fmt::format("({})", value);
                }
            }
        }
        return text;
    }

    core::CorePack pack;

private:
    core::Builder builder_;
};

}  // namespace clausal::test
