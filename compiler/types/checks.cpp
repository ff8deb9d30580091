// What can be said of a whole rule with a proof: never true, always true, true at birth, its own
// witness, without bound (SEMANTICS 10, 15, 33, 34). Sound, and incomplete.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/core/bounds.h"
#include "compiler/core/readings.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {
namespace {

using core::CompareOp;

CompareOp turned(CompareOp op) {
    switch (op) {
        case CompareOp::lt: return CompareOp::gt;
        case CompareOp::le: return CompareOp::ge;
        case CompareOp::gt: return CompareOp::lt;
        case CompareOp::ge: return CompareOp::le;
        case CompareOp::eq:
        case CompareOp::ne: break;
    }
    return op;
}

// The values that conjuncts leave for one expression.
struct Interval {
    std::optional<Rational> low, high;
    bool low_open = false, high_open = false;
    std::vector<Rational> excluded;

    void above(const Rational& value, bool open) {
        const int order = low ? clausal::compare(value, *low) : 1;
        if (order > 0) {
            low = value;
            low_open = open;
        } else if (order == 0) {
            low_open = low_open || open;
        }
    }
    void below(const Rational& value, bool open) {
        const int order = high ? clausal::compare(value, *high) : -1;
        if (order < 0) {
            high = value;
            high_open = open;
        } else if (order == 0) {
            high_open = high_open || open;
        }
    }
    void add(CompareOp op, const Rational& value) {
        if (op == CompareOp::lt || op == CompareOp::le) below(value, op == CompareOp::lt);
        if (op == CompareOp::gt || op == CompareOp::ge) above(value, op == CompareOp::gt);
        if (op == CompareOp::eq) {
            above(value, false);
            below(value, false);
        }
        if (op == CompareOp::ne) excluded.push_back(value);
    }
    bool empty(bool whole) const {
        if (!low || !high) return false;
        const int order = clausal::compare(*low, *high);
        if (order > 0 || (order == 0 && (low_open || high_open))) return true;
        if (order == 0) {
            return std::any_of(excluded.begin(), excluded.end(),
                [&](const Rational& value) { return clausal::compare(value, *low) == 0; });
        }
        if (!whole) return false;
        // Between two bounds no whole number may be left.
        Int128 first = low->numerator / low->denominator;
        if (low->numerator > 0 && low->numerator % low->denominator != 0) ++first;
        if (low->denominator == 1 && low_open) ++first;
        Int128 last = high->numerator / high->denominator;
        if (high->numerator < 0 && high->numerator % high->denominator != 0) --last;
        if (high->denominator == 1 && high_open) --last;
        return first > last;
    }
};

struct Comparison {
    NodeId of;
    CompareOp op;
    Rational value;
};

std::optional<Comparison> with_constant(const core::CorePack& pack, NodeId id) {
    const core::Node& node = pack[id];
    if (node.kind != CoreKind::compare) return std::nullopt;
    const auto known = [&](NodeId side) -> std::optional<Rational> {
        const core::Node& value = pack[side];
        if (value.kind != CoreKind::constant) return std::nullopt;
        if (is_numeric(value.type.kind)) return value.number;
        if (value.type.kind == TypeKind::choice
            || value.type.kind == TypeKind::date
            || value.type.kind == TypeKind::instant) return Rational{value.code, 1};
        return std::nullopt;
    };
    if (const auto right = known(node.inputs[1])) return Comparison{node.inputs[0], node.compare,
        *right};
    if (const auto left = known(node.inputs[0])) return Comparison{node.inputs[1],
        turned(node.compare), *left};
    return std::nullopt;
}

bool is_whole(const core::Node& node) { return node.type.kind == TypeKind::integer
    || node.type.kind == TypeKind::choice; }

void natural_bounds(const core::Node& node, Interval& interval) {
    if (node.kind == CoreKind::aggregate && (node.aggregate == core::AggregateOp::count
        || node.aggregate == core::AggregateOp::keys
        || node.aggregate == core::AggregateOp::distinct)) {
        interval.above({0, 1}, false);
    }
    if (node.kind == CoreKind::aggregate && (node.aggregate == core::AggregateOp::range
        || node.aggregate == core::AggregateOp::deviation)) {
        interval.above({0, 1}, false);
    }
    if (node.kind == CoreKind::elapsed || node.kind == CoreKind::keyword_density) interval.above({0,
        1}, false);
    if (node.type.kind == TypeKind::choice && !node.type.choices.empty()) {
        interval.above({0, 1}, false);
        interval.below({static_cast<Int128>(node.type.choices.size()) - 1, 1}, false);
    }
}

void conjuncts(const core::CorePack& pack, NodeId id, std::vector<NodeId>& out) {
    if (id == kNone) return;
    if (pack[id].kind != CoreKind::and_) {
        out.push_back(id);
        return;
    }
    for (const NodeId part : pack[id].inputs) conjuncts(pack, part, out);
}

// All states that must hold together where node `id` does.
std::vector<NodeId> together(const core::CorePack& pack, NodeId id) {
    std::vector<NodeId> out;
    const core::Node& node = pack[id];
    if (node.kind == CoreKind::and_ || node.kind == CoreKind::compare) conjuncts(pack, id, out);
    if (node.kind == CoreKind::event) conjuncts(pack, node.inputs[0], out);
    if (node.kind == CoreKind::filtered) {
        conjuncts(pack, node.inputs[1], out);
        NodeId of = node.inputs[0];
        while (pack[of].kind == CoreKind::filtered) {
            conjuncts(pack, pack[of].inputs[1], out);
            of = pack[of].inputs[0];
        }
        if (pack[of].kind == CoreKind::event) conjuncts(pack, pack[of].inputs[0], out);
    }
    return out;
}

enum Kleene : int { kFalse = 0, kTrue = 1, kUnknown = 2 };

// What is known of nodes before anything has happened: work per node, however often it is used.
struct Known {
    std::map<NodeId, int> states;
    std::map<NodeId, std::optional<Rational>> values;
};

std::optional<Rational> new_value(const core::CorePack& pack, NodeId id, Known& known, int depth);
int new_state(const core::CorePack& pack, NodeId id, Known& known, int depth);

std::optional<Rational> empty_value(const core::CorePack& pack, NodeId id, Known& known,
    int depth) {
    if (id == kNone || depth > 200) return std::nullopt;
    const auto found = known.values.find(id);
    if (found != known.values.end()) return found->second;
    return known.values[id] = new_value(pack, id, known, depth);
}

int empty_state(const core::CorePack& pack, NodeId id, Known& known, int depth) {
    if (id == kNone || depth > 200) return kUnknown;
    const auto found = known.states.find(id);
    if (found != known.states.end()) return found->second;
    return known.states[id] = new_state(pack, id, known, depth);
}

// The value of an expression before anything has happened.
std::optional<Rational> new_value(const core::CorePack& pack, NodeId id, Known& known, int depth) {
    const core::Node& node = pack[id];
    if (node.kind == CoreKind::constant && is_numeric(node.type.kind)) return node.number;
    if (node.kind == CoreKind::aggregate) {
        const bool zero = node.aggregate == core::AggregateOp::count
            || node.aggregate == core::AggregateOp::sum
            || node.aggregate == core::AggregateOp::keys
            || node.aggregate == core::AggregateOp::distinct;
        if (zero && node.window.offset == 0
            && node.window.kind != Window::Kind::previous_unit) return Rational{0, 1};
        return std::nullopt;
    }
    if (node.kind == CoreKind::arithmetic) {
        const auto a = empty_value(pack, node.inputs[0], known, depth + 1);
        const auto b = empty_value(pack, node.inputs[1], known, depth + 1);
        if (!a || !b) return std::nullopt;
        Rational out;
        Fault fault = Fault::overflow;
        if (node.arithmetic == core::ArithmeticOp::add) fault = clausal::add(*a, *b, &out);
        if (node.arithmetic == core::ArithmeticOp::subtract) fault = subtract(*a, *b, &out);
        if (node.arithmetic == core::ArithmeticOp::multiply) fault = multiply(*a, *b, &out);
        if (node.arithmetic == core::ArithmeticOp::divide) fault = divide(*a, *b, &out);
        if (fault != Fault::none) return std::nullopt;
        return out;
    }
    return std::nullopt;
}

int new_state(const core::CorePack& pack, NodeId id, Known& known, int depth) {
    const core::Node& node = pack[id];
    switch (node.kind) {
        case CoreKind::truth: return static_cast<int>(node.truth);
        case CoreKind::compare: {
            const auto a = empty_value(pack, node.inputs[0], known, depth + 1);
            const auto b = empty_value(pack, node.inputs[1], known, depth + 1);
            if (!a || !b) return kUnknown;
            const int order = clausal::compare(*a, *b);
            switch (node.compare) {
                case CompareOp::lt: return order < 0;
                case CompareOp::le: return order <= 0;
                case CompareOp::eq: return order == 0;
                case CompareOp::ne: return order != 0;
                case CompareOp::ge: return order >= 0;
                case CompareOp::gt: return order > 0;
            }
            return kUnknown;
        }
        case CoreKind::not_: {
            const int of = empty_state(pack, node.inputs[0], known, depth + 1);
            return of == kUnknown ? kUnknown : 1 - of;
        }
        case CoreKind::and_: {
            int out = kTrue;
            for (const NodeId part : node.inputs) {
                const int of = empty_state(pack, part, known, depth + 1);
                if (of == kFalse) return kFalse;
                if (of == kUnknown) out = kUnknown;
            }
            return out;
        }
        case CoreKind::or_: {
            int out = kFalse;
            for (const NodeId part : node.inputs) {
                const int of = empty_state(pack, part, known, depth + 1);
                if (of == kTrue) return kTrue;
                if (of == kUnknown) out = kUnknown;
            }
            return out;
        }
        case CoreKind::not_true: return empty_state(pack, node.inputs[0], known, depth + 1) == kTrue
            ? kFalse : kTrue;
        case CoreKind::streak: case CoreKind::consecutive: case CoreKind::silence: case CoreKind::known_for:
        case CoreKind::hold: case CoreKind::exists_around: return kFalse;
        default: return kUnknown;
    }
}

}  // namespace

int Elaborator::at_birth(NodeId id) const {
    Known known;
    return empty_state(out_.core, id, known, 0);
}

void Elaborator::never(const core::Rule& rule) {
    const core::CorePack& pack = out_.core;
    std::set<NodeId> covered;  // compares that a larger conjunction has spoken of
    for (const NodeId id : core::reachable(pack, rule)) {
        // Alternatives of one expression that leave no value out.
        const core::Node& node = pack[id];
        if (node.kind != CoreKind::or_) continue;
        std::map<NodeId, Interval> left;
        for (const NodeId part : node.inputs) {
            const auto comparison = with_constant(pack, part);
            if (!comparison || comparison->op == CompareOp::eq) continue;
            static constexpr CompareOp kContrary[] = {CompareOp::ge, CompareOp::gt, CompareOp::ne,
                CompareOp::eq, CompareOp::lt, CompareOp::le};
            Interval& interval = left.try_emplace(comparison->of).first->second;
            interval.add(kContrary[static_cast<std::size_t>(comparison->op)], comparison->value);
            if (interval.empty(is_whole(pack[comparison->of]))) {
                report(Kind::constant_condition, pack.spans[id], {{"truth", "true", "真"}});
                covered.insert(node.inputs.begin(), node.inputs.end());
                break;
            }
        }
    }
    // Inputs come before users: the smallest conjunction that fails is the one that is shown.
    for (const NodeId id : core::reachable(pack, rule)) {
        const std::vector<NodeId> all = together(pack, id);
        if (std::any_of(all.begin(), all.end(), [&](NodeId part) { return covered.contains(part);
            })) continue;
        // A comparison alone is looked at within its conjunction.
        if (all.empty()) continue;
        std::map<NodeId, Interval> intervals;
        std::set<NodeId> positive;
        std::map<NodeId, std::string> texts;
        bool reported = false;
        const auto say_never = [&](const std::string& reason, const std::string& reason_zh) {
            if (!reported) report(Kind::never_true, pack.spans[id],
                {{"reason", reason, reason_zh}});
            reported = true;
            covered.insert(all.begin(), all.end());
        };
        for (const NodeId part : all) {
            positive.insert(part);
            if (pack[part].kind == CoreKind::compare && pack[part].compare == CompareOp::eq) {
                for (const std::size_t side : {0U, 1U}) {
                    const core::Node& word = pack[pack[part].inputs[side]];
                    if (word.kind != CoreKind::constant
                        || word.type.kind != TypeKind::text) continue;
                    const auto known = texts.try_emplace(pack[part].inputs[1 - side], word.text);
                    if (known.first->second != word.text) say_never("one text cannot equal two",
                        "同一文本不能等于两个不同的文本");
                }
            }
            const auto comparison = with_constant(pack, part);
            if (!comparison) continue;
            Interval& interval = intervals.try_emplace(comparison->of).first->second;
            natural_bounds(pack[comparison->of], interval);
            interval.add(comparison->op, comparison->value);
            if (interval.empty(is_whole(pack[comparison->of]))) say_never("its bounds leave no value", "各个界限之间没有可取的值");
        }
        for (const NodeId part : all) {
            if (pack[part].kind == CoreKind::not_
                && positive.contains(pack[part].inputs[0])) say_never("it is joined with its own negation", "它与自己的否定同时要求成立");
        }
        if (reported) continue;
        // Always true: the natural bounds alone imply it.
        for (const NodeId part : all) {
            const auto comparison = with_constant(pack, part);
            if (!comparison || covered.contains(part)) continue;
            const bool bounded = pack[comparison->of].kind == CoreKind::aggregate;
            if (!bounded) continue;
            Interval natural;
            natural_bounds(pack[comparison->of], natural);
            if (!natural.low) continue;
            const int order = clausal::compare(*natural.low, comparison->value);
            const bool always = (comparison->op == CompareOp::ge && order >= 0)
                || (comparison->op == CompareOp::gt && order > 0);
            if (always) {
                report(Kind::constant_condition, pack.spans[part], {{"truth", "true", "真"}});
                covered.insert(part);
            }
        }
    }
}

// An absence that reads the very event of its own conjunction.
void Elaborator::own_witness(const core::Rule& rule) {
    const core::CorePack& pack = out_.core;
    for (const NodeId id : core::reachable(pack, rule)) {
        const core::Node& node = pack[id];
        if (node.kind != CoreKind::filtered) continue;
        NodeId anchor = node.inputs[0];
        while (pack[anchor].kind == CoreKind::filtered) anchor = pack[anchor].inputs[0];
        const core::Node& event = pack[anchor];
        if (event.kind != CoreKind::event) continue;
        std::vector<NodeId> parts;
        conjuncts(pack, node.inputs[1], parts);
        for (const NodeId part : parts) {
            const core::Node& state = pack[part];
            NodeId absent = kNone;
            if (state.kind == CoreKind::silence) absent = state.inputs[0];
            if (const auto comparison = with_constant(pack, part)) {
                const core::Node& of = pack[comparison->of];
                const bool zero = (comparison->op == CompareOp::eq
                    || comparison->op == CompareOp::le) && comparison->value.numerator == 0;
                const bool below_one = comparison->op == CompareOp::lt
                    && clausal::compare(comparison->value, Rational{1, 1}) <= 0;
                if (of.kind == CoreKind::aggregate && of.aggregate == core::AggregateOp::count
                    && of.window.offset == 0 && of.correlation.empty() && of.inputs.size() < 3 && (zero
                    || below_one)) absent = of.inputs[0];
            }
            if (absent == kNone) continue;
            const core::Node& other = pack[absent];
            if (other.kind != CoreKind::event || other.event != event.event
                || other.reference != event.reference) continue;
            if (other.inputs[0] != kNone && other.inputs[0] != event.inputs[0]) continue;
            const std::string& name = pack.schema.events[event.event].name;
            Diagnostic& finding = report(Kind::reads_itself, pack.spans[part],
                {{"event", name, ""}});
            finding.help.push_back({"", "write `before this` in front of the absence",
                "请在「没有」前面写「此前」"});
        }
    }
}

void Elaborator::check_rule(const core::Rule& rule) {
    const std::size_t errors_before = sink_.error_count();
    never(rule);
    own_witness(rule);
    if (sink_.error_count() != errors_before) return;
    const core::Node& root = out_.core[rule.condition];
    const std::string& subject = out_.core.schema.subjects[rule.subject].name;
    if (core::sort_of(root.kind) == core::Sort::state && at_birth(rule.condition) == kTrue) {
        Diagnostic& finding = report(Kind::true_at_birth, out_.core.spans[rule.condition],
            {{"subject", subject, ""}});
        // As long a history as the condition looks back.
        Microseconds length = 0;
        for (const NodeId id : core::reachable(out_.core, rule.condition)) {
            const core::Node& part = out_.core[id];
            if (part.window.kind == Window::Kind::sliding) {
                length = std::max(length, part.window.length + part.window.offset);
            }
        }
        if (length == 0) length = 30 * kDay;
        const bool days = length % kDay == 0 && length > kDay;
        finding.help.push_back({"", fmt::format("add `and {} known for {}`", subject, days
            ? fmt::format("{} days", length / kDay) : core::duration_words(length, false)),
            fmt::format("加上「且 {} 已有 {} 历史」", subject, days
            ? fmt::format("{} 天", length / kDay) : core::duration_words(length, true))});
    }
    std::vector<NodeId> roots{rule.condition};
    for (const core::ActionCall& call : rule.actions) {
        for (const NodeId value : call.values) {
            if (value != kNone) roots.push_back(value);
        }
    }
    for (const NodeId one : roots) {
        const core::Bound bound = core::bound_of(out_.core, one);
        if (bound.kind != core::BoundClass::unbounded) continue;
        std::string name = "event";
        for (const NodeId id : core::reachable(out_.core, bound.node)) {
            if (out_.core[id].kind == CoreKind::event) name = out_.core.schema.events[out_.core[id].event].name;
        }
        Diagnostic& finding = report(Kind::unbounded_state, out_.core.spans[bound.node],
            {{"event", name, ""}});
        finding.help.push_back({"", "write `within 90 days` or `in the last 90 days`",
            "请写「90 天 内」或「近 90 天」"});
        break;
    }
}

}  // namespace clausal::types
