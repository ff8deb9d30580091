#include <fmt/format.h>

#include <map>

#include "compiler/core/core.h"

namespace clausal::core {
namespace {

const char* const kCompare[] = {"<", "<=", "=", "!=", ">=", ">"};
const char* const kArithmetic[] = {"+", "-", "*", "/", "min", "max"};
const char* const kAggregate[] = {"count", "sum", "average", "minimum", "maximum", "range",
    "deviation", "distinct", "percentile", "keys"};
const char* const kUnit[] = {"hour", "day", "week", "month", "year", "working_day"};
const char* const kMode[] = {"plain", "with_data", "complete"};
const char* const kPick[] = {"any", "first_only", "next_only"};
const char* const kDirection[] = {"any", "up", "down"};
const char* const kType[] = {"text", "texts", "number", "integer", "money", "percent", "duration",
    "instant", "date", "boolean", "choice"};
const char* const kRounding[] = {"half_up", "up", "down"};

template <typename T>
std::size_t at(T value) {
    return static_cast<std::size_t>(value);
}

std::string span_text(Microseconds length) {
    if (length == kForever) return "forever";
    if (length == 0) return "0";
    struct Step {
        Microseconds size;
        const char* name;
    };
    static constexpr Step kSteps[] = {
        {kDay, "d"}, {kHour, "h"}, {kMinute, "min"}, {kSecond, "s"}, {1'000, "ms"}, {1, "us"}};
    for (const Step& step : kSteps) {
        if (length % step.size == 0) return fmt::format("{}{}", length / step.size, step.name);
    }
    return {};
}

class Printer {
public:
    Printer(const CorePack& pack, bool by_place) : pack_(pack), by_place_(by_place) {}

    std::string run() {
        for (NodeId id = 0; id < pack_.nodes.size(); ++id) node(id);
        for (std::size_t i = 0; i < pack_.lists.size(); ++i) list(i);
        for (std::size_t i = 0; i < pack_.rules.size(); ++i) rule(i);
        return std::move(out_);
    }

private:
    std::string quoted(const std::string& text) {
        if (!by_place_) return fmt::format("\"{}\"", text);
        const auto [found, fresh] = texts_.emplace(text, texts_.size());
        (void)fresh;
        return fmt::format("text{}", found->second);
    }
    std::string event_name(std::uint32_t event) const {
        if (event >= pack_.schema.events.size()) return "?";
        return by_place_ ? fmt::format("event{}", event)
                         : fmt::format("`{}`", pack_.schema.events[event].name);
    }
    std::string type_name(const Type& type) {
        std::string text = kType[at(type.kind)];
        if (!type.unit.empty()) {
            text += ' ';
            text += type.kind == TypeKind::money || !by_place_ ? type.unit : quoted(type.unit);
        }
        if (type.kind == TypeKind::choice && !by_place_) {
            text += '(';
            for (std::size_t i = 0; i < type.choices.size(); ++i) {
                if (i > 0) text += type.ordered ? '<' : '|';
                text += type.choices[i];
            }
            text += ')';
        }
        return text;
    }
    std::string window_text(const Window& window) const {
        switch (window.kind) {
        case Window::Kind::all: return "all";
        case Window::Kind::sliding:
            return "sliding " + span_text(window.length) +
                   (window.offset != 0 ? " before " + span_text(window.offset) : "");
        case Window::Kind::this_unit: return std::string("this ") + kUnit[at(window.unit)];
        case Window::Kind::previous_unit: return std::string("previous ") + kUnit[at(window.unit)];
        case Window::Kind::closed_units:
            return std::string("closed ") + kUnit[at(window.unit)] + "s";
        case Window::Kind::since: return fmt::format("since n{}", window.since);
        }
        return {};
    }
    void correlation(const char* name, const std::vector<Correlation>& pairs) {
        if (pairs.empty()) return;
        out_ += fmt::format(" {}", name);
        for (const Correlation& pair : pairs)
            out_ += fmt::format(" {}={}", pair.first_slot, pair.second_slot);
    }
    void bounds(const Node& n) {
        if (n.low != 0 || n.high != 0)
            out_ += fmt::format(" [{}, {}]", span_text(n.low), span_text(n.high));
    }

    void node(NodeId id) {
        const Node& n = pack_.nodes[id];
        out_ += fmt::format("n{} = {}(", id, name_of(n.kind));
        for (std::size_t i = 0; i < n.inputs.size(); ++i) {
            if (i > 0) out_ += ", ";
            out_ += n.inputs[i] == kNone ? std::string("-") : fmt::format("n{}", n.inputs[i]);
        }
        out_ += ')';
        attributes(n);
        if (!n.derived.empty()) {
            out_ += " derived";
            for (const NodeId value : n.derived) out_ += fmt::format(" n{}", value);
        }
        if (sort_of(n.kind) == Sort::value) out_ += " : " + type_name(n.type);
        out_ += '\n';
    }

    void attributes(const Node& n) {
        if (n.event != kNone) out_ += ' ' + event_name(n.event);
        if (n.reference != kNone) out_ += fmt::format(" ref {}", n.reference);
        if (n.rule != kNone) out_ += fmt::format(" rule {}", n.rule);
        switch (n.kind) {
        case NodeKind::field:
            out_ += fmt::format(" {} slot {}", n.frame == Frame::self ? "self" : "first", n.slot);
            break;
        case NodeKind::subject_field:
        case NodeKind::key_part:
        case NodeKind::rule_output: out_ += fmt::format(" slot {}", n.slot); break;
        case NodeKind::time_of: out_ += n.frame == Frame::self ? " self" : " first"; break;
        case NodeKind::compare: out_ += fmt::format(" {}", kCompare[at(n.compare)]); break;
        case NodeKind::arithmetic: out_ += fmt::format(" {}", kArithmetic[at(n.arithmetic)]); break;
        case NodeKind::aggregate:
            out_ += fmt::format(" {}", kAggregate[at(n.aggregate)]);
            if (n.aggregate == AggregateOp::percentile) out_ += fmt::format(" {}", n.percentile);
            out_ += " window " + window_text(n.window);
            break;
        case NodeKind::latest:
            out_ += " window " + window_text(n.window);
            if (n.before) out_ += " before";
            break;
        case NodeKind::sequence: out_ += fmt::format(" pick {}", kPick[at(n.pick)]); break;
        case NodeKind::absence_after:
            if (n.count > 0)
                out_ += n.unit == Unit::working_day ? fmt::format(" {} working days", n.count)
                                                    : " working " + span_text(n.count);
            break;
        case NodeKind::streak:
            out_ += fmt::format(" {}{}", n.count, n.negated ? " negated" : "");
            break;
        case NodeKind::consecutive:
            out_ += fmt::format(" {} {} {}", n.count, kUnit[at(n.unit)], kMode[at(n.mode)]);
            break;
        case NodeKind::shift:
            out_ += fmt::format(" {} {}", kDirection[at(n.direction)], to_string(n.deviations));
            if (n.window.kind != Window::Kind::all)
                out_ +=
                    fmt::format(" {} of {}", kAggregate[at(n.aggregate)], window_text(n.window));
            break;
        case NodeKind::cluster: out_ += fmt::format(" level {}", to_string(n.deviations)); break;
        case NodeKind::daily:
            out_ += fmt::format(" {} at {:02}:{:02}", kUnit[at(n.unit)], n.minute_of_day / 60,
                n.minute_of_day % 60);
            if (n.unit != Unit::day) out_ += fmt::format(" number {}", n.count);
            break;
        case NodeKind::closed_units: out_ += fmt::format(" {}", kUnit[at(n.unit)]); break;
        case NodeKind::round:
            out_ += fmt::format(" {} {}", kRounding[at(n.rounding)], n.round_decimals);
            break;
        case NodeKind::truth: out_ += fmt::format(" {}", n.truth); break;
        case NodeKind::constant: constant(n); break;
        case NodeKind::member: out_ += fmt::format(" list {}", n.list); break;
        case NodeKind::elapsed: out_ += n.open ? " open" : ""; break;
        case NodeKind::event:
        case NodeKind::filtered:
        case NodeKind::either:
        case NodeKind::absence_before:
        case NodeKind::rise:
        case NodeKind::is_true:
        case NodeKind::not_:
        case NodeKind::and_:
        case NodeKind::or_:
        case NodeKind::not_true:
        case NodeKind::is_missing:
        case NodeKind::contains:
        case NodeKind::overlaps:
        case NodeKind::hold:
        case NodeKind::silence:
        case NodeKind::known_for:
        case NodeKind::before_this:
        case NodeKind::exists_around:
        case NodeKind::missing:
        case NodeKind::negative:
        case NodeKind::choose:
        case NodeKind::now:
        case NodeKind::date_of:
        case NodeKind::add_days:
        case NodeKind::add_working_time:
        case NodeKind::weekday:
        case NodeKind::keyword_density: break;
        }
        bounds(n);
        if (n.calendar != kNone) out_ += fmt::format(" calendar {}", n.calendar);
        correlation("same", n.correlation);
        correlation("unless_same", n.unless_correlation);
        if (n.kind != NodeKind::constant) {
            for (const std::string& word : n.words) out_ += ' ' + quoted(word);
        }
    }

    void constant(const Node& n) {
        if (is_numeric(n.type.kind)) {
            if (n.type.kind == TypeKind::duration && n.number.denominator == 1) {
                out_ += ' ' + span_text(static_cast<Microseconds>(n.number.numerator));
            } else {
                out_ += fmt::format(" {}", to_string(n.number, 12));
            }
        } else if (n.type.kind == TypeKind::text) {
            out_ += ' ' + quoted(n.text);
        } else if (n.type.kind == TypeKind::texts) {
            for (const std::string& word : n.words) out_ += ' ' + quoted(word);
        } else {
            out_ += fmt::format(" #{}", n.code);
        }
    }

    void list(std::size_t index) {
        const ConstantList& l = pack_.lists[index];
        out_ += fmt::format("list {}", index);
        if (!by_place_) out_ += fmt::format(" `{}`", l.name);
        out_ += " : " + type_name(l.type);
        for (const Rational& number : l.numbers) out_ += ' ' + to_string(number, 12);
        for (const std::string& text : l.texts) out_ += ' ' + quoted(text);
        for (const std::int64_t code : l.codes) out_ += fmt::format(" #{}", code);
        out_ += '\n';
    }

    void rule(std::size_t index) {
        const Rule& r = pack_.rules[index];
        out_ += fmt::format("rule {}", index);
        if (!by_place_) out_ += fmt::format(" `{}`", r.id);
        out_ += by_place_ ? fmt::format(" for subject{}", r.subject)
                          : fmt::format(" for `{}`", pack_.schema.subjects[r.subject].name);
        out_ += fmt::format(" when n{}", r.condition);
        if (r.limit.count > 0) {
            out_ += fmt::format(" at most {} per {}", r.limit.count,
                r.limit.length > 0 ? span_text(r.limit.length)
                                   : std::string("calendar ") + kUnit[at(r.limit.unit)]);
        }
        if (r.priority != 0) out_ += fmt::format(" priority {}", r.priority);
        if (r.from != std::numeric_limits<Microseconds>::min())
            out_ += fmt::format(" from {}", r.from);
        if (r.until != kForever) out_ += fmt::format(" until {}", r.until);
        out_ += '\n';
        for (const ActionCall& call : r.actions) {
            out_ += by_place_ ? fmt::format("  action{}", call.action)
                              : fmt::format("  `{}`", pack_.schema.actions[call.action].name);
            for (const NodeId value : call.values)
                out_ += value == kNone ? std::string(" -") : fmt::format(" n{}", value);
            out_ += '\n';
        }
    }

    const CorePack& pack_;
    bool by_place_;
    std::string out_;
    std::map<std::string, std::size_t> texts_;
};

}  // namespace

std::string print(const CorePack& pack, bool by_place) { return Printer(pack, by_place).run(); }

}  // namespace clausal::core
