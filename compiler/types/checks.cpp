// What can be said of a whole rule with a proof: true at birth, its own witness, without bound
// (SEMANTICS 10, 15, 34). Sound, and incomplete; see contradictions.cpp too.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/core/bounds.h"
#include "compiler/core/readings.h"
#include "compiler/diagnostics/kinds_plan.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/types/comparisons.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {
namespace {

using core::CompareOp;

enum Kleene : int { kFalse = 0, kTrue = 1, kUnknown = 2 };

// What is known of nodes before anything has happened: work per node, however often it is used.
struct Known {
    std::map<NodeId, int> states;
    std::map<NodeId, std::optional<Rational>> values;
};

std::optional<Rational> new_value(const core::CorePack& pack, NodeId id, Known& known, int depth);
int new_state(const core::CorePack& pack, NodeId id, Known& known, int depth);

std::optional<Rational> empty_value(
    const core::CorePack& pack, NodeId id, Known& known, int depth) {
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
        const bool zero = node.aggregate == core::AggregateOp::count ||
                          node.aggregate == core::AggregateOp::sum ||
                          node.aggregate == core::AggregateOp::keys ||
                          node.aggregate == core::AggregateOp::distinct;
        if (zero && node.window.offset == 0 && node.window.kind != Window::Kind::previous_unit)
            return Rational{0, 1};
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
    case CoreKind::not_true:
        return empty_state(pack, node.inputs[0], known, depth + 1) == kTrue ? kFalse : kTrue;
    case CoreKind::streak:
    case CoreKind::consecutive:
    case CoreKind::silence:
    case CoreKind::known_for:
    case CoreKind::hold:
    case CoreKind::exists_around: return kFalse;
    default: return kUnknown;
    }
}

}  // namespace

int Elaborator::at_birth(NodeId id) const {
    Known known;
    return empty_state(out_.core, id, known, 0);
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
                const bool zero =
                    (comparison->op == CompareOp::eq || comparison->op == CompareOp::le) &&
                    comparison->value.numerator == 0;
                const bool below_one = comparison->op == CompareOp::lt &&
                                       clausal::compare(comparison->value, Rational{1, 1}) <= 0;
                if (of.kind == CoreKind::aggregate && of.aggregate == core::AggregateOp::count &&
                    of.window.offset == 0 && of.correlation.empty() && of.inputs.size() < 3 &&
                    (zero || below_one))
                    absent = of.inputs[0];
            }
            if (absent == kNone) continue;
            const core::Node& other = pack[absent];
            if (other.kind != CoreKind::event || other.event != event.event ||
                other.reference != event.reference)
                continue;
            if (other.inputs[0] != kNone && other.inputs[0] != event.inputs[0]) continue;
            const std::string& name = pack.schema.events[event.event].name;
            Diagnostic& finding =
                report(kind::reads_itself, pack.spans[part], {{"event", name, ""}});
            finding.help.push_back(
                {"", "write `before this` in front of the absence", "请在「没有」前面写「此前」"});
        }
    }
}

void Elaborator::check_rule(const core::Rule& rule) {
    const std::size_t errors_before = sink_.error_count();
    never(rule);
    own_witness(rule);
    unseen_clock(rule);
    if (sink_.error_count() != errors_before) return;
    const core::Node& root = out_.core[rule.condition];
    const std::string& subject = out_.core.schema.subjects[rule.subject].name;
    if (core::sort_of(root.kind) == core::Sort::state && at_birth(rule.condition) == kTrue) {
        Diagnostic& finding = report(
            kind::true_at_birth, out_.core.spans[rule.condition], {{"subject", subject, ""}});
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
        finding.help.push_back({"",
            fmt::format("add `and {} known for {}`", subject,
                days ? fmt::format("{} days", length / kDay) : core::duration_words(length, false)),
            fmt::format("加上「且 {} 已有 {} 历史」", subject,
                days ? fmt::format("{} 天", length / kDay) : core::duration_words(length, true))});
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
            if (out_.core[id].kind == CoreKind::event)
                name = out_.core.schema.events[out_.core[id].event].name;
        }
        Diagnostic& finding =
            report(kind::unbounded_state, out_.core.spans[bound.node], {{"event", name, ""}});
        finding.help.push_back({"", "write `within 90 days` or `in the last 90 days`",
            "请写「90 天 内」或「近 90 天」"});
        break;
    }
}

// A state that reads the clock would change while nothing is recorded, and nobody would look.
void Elaborator::unseen_clock(const core::Rule& rule) {
    std::vector<NodeId> open;
    for (const NodeId id : core::reachable(out_.core, rule)) {
        const CoreKind kind = out_.core.nodes[id].kind;
        if (kind == CoreKind::rise || kind == CoreKind::hold)
            open.push_back(out_.core.nodes[id].inputs[0]);
    }
    if (core::sort_of(out_.core.nodes[rule.condition].kind) == core::Sort::state)
        open.push_back(rule.condition);
    std::set<NodeId> seen;
    while (!open.empty()) {
        const NodeId id = open.back();
        open.pop_back();
        if (id == kNone || !seen.insert(id).second) continue;
        const core::Node& node = out_.core.nodes[id];
        if (core::sort_of(node.kind) == core::Sort::occurrence) continue;
        if (node.kind != CoreKind::now) {
            open.insert(open.end(), node.inputs.begin(), node.inputs.end());
            continue;
        }
        Span span = out_.core.spans[id];
        for (const auto& [place, where] : rule.places) {
            if (place == id) span = where;
        }
        Diagnostic& finding =
            report(kind::clock_in_state, span, {{"text", std::string(sources_.text(span)), ""}});
        finding.help.push_back(
            {"", "write `each day at 9:00, when …`, or an event beside it: `A and …`",
                "请写「每天 9:00，当 …」，或在旁边写一个事件：「甲 且 …」"});
        return;
    }
}

}  // namespace clausal::types
