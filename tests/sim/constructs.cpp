#include "tests/sim/constructs.h"

#include <algorithm>

namespace clausal::sim {

using core::CorePack;
using core::Node;
using core::NodeId;
using core::NodeKind;
using core::Rule;
using core::Unit;
using core::Window;

namespace {

bool has(const Node& node, std::size_t place) {
    return place < node.inputs.size() && node.inputs[place] != kNone;
}

struct OfNode {
    const char* name;
    NodeKind kind;
    bool (*in)(const CorePack&, const Node&);
};

#define CLAUSAL_IN [](const CorePack& pack, const Node& n) -> bool
#define CLAUSAL_YES(expression) \
    CLAUSAL_IN {                \
        (void)pack;             \
        return expression;      \
    }

const std::vector<OfNode> kOfNodes = {
    {"event: filter", NodeKind::event, CLAUSAL_YES(has(n, 0))},
    {"event: in its second role", NodeKind::event, CLAUSAL_YES(n.reference == 1)},
    {"event: broadcast", NodeKind::event,
        CLAUSAL_YES(pack.schema.events[n.event].subjects.empty())},
    {"event: added fields", NodeKind::event, CLAUSAL_YES(!n.derived.empty())},
    {"sequence: any", NodeKind::sequence, CLAUSAL_YES(n.pick == core::Pick::any)},
    {"sequence: the first", NodeKind::sequence, CLAUSAL_YES(n.pick == core::Pick::first_only)},
    {"sequence: the next", NodeKind::sequence, CLAUSAL_YES(n.pick == core::Pick::next_only)},
    {"sequence: condition on the pair", NodeKind::sequence, CLAUSAL_YES(has(n, 2))},
    {"sequence: without in between", NodeKind::sequence, CLAUSAL_YES(has(n, 3))},
    {"sequence: at least", NodeKind::sequence, CLAUSAL_YES(n.low > 0)},
    {"sequence: without end", NodeKind::sequence, CLAUSAL_YES(n.high == kForever)},
    {"sequence: same field", NodeKind::sequence, CLAUSAL_YES(!n.correlation.empty())},
    {"sequence: added fields", NodeKind::sequence, CLAUSAL_YES(!n.derived.empty())},
    {"absence after: moment", NodeKind::absence_after, CLAUSAL_YES(!has(n, 1))},
    {"absence after: condition on the pair", NodeKind::absence_after, CLAUSAL_YES(has(n, 2))},
    {"absence after: unless", NodeKind::absence_after, CLAUSAL_YES(has(n, 3))},
    {"absence after: unless, same field", NodeKind::absence_after,
        CLAUSAL_YES(!n.unless_correlation.empty())},
    {"absence after: until the next", NodeKind::absence_after, CLAUSAL_YES(has(n, 4))},
    {"absence after: from … to", NodeKind::absence_after, CLAUSAL_YES(n.low > 0)},
    {"absence after: same field", NodeKind::absence_after, CLAUSAL_YES(!n.correlation.empty())},
    {"absence after: added fields", NodeKind::absence_after, CLAUSAL_YES(!n.derived.empty())},
    {"absence before: condition on the pair", NodeKind::absence_before, CLAUSAL_YES(has(n, 2))},
    {"absence before: from … to", NodeKind::absence_before, CLAUSAL_YES(n.low > 0)},
    {"absence before: without end", NodeKind::absence_before, CLAUSAL_YES(n.high == kForever)},
    {"absence before: same field", NodeKind::absence_before, CLAUSAL_YES(!n.correlation.empty())},
    {"moment: every day", NodeKind::daily, CLAUSAL_YES(n.unit == Unit::day)},
    {"moment: every week", NodeKind::daily, CLAUSAL_YES(n.unit == Unit::week)},
    {"moment: every month", NodeKind::daily, CLAUSAL_YES(n.unit == Unit::month)},
    {"moment: every working day", NodeKind::daily, CLAUSAL_YES(n.unit == Unit::working_day)},
    {"output: of a later action", NodeKind::rule_output, CLAUSAL_YES(n.slot > 0)},
    {"compare: lt", NodeKind::compare, CLAUSAL_YES(n.compare == core::CompareOp::lt)},
    {"compare: le", NodeKind::compare, CLAUSAL_YES(n.compare == core::CompareOp::le)},
    {"compare: eq", NodeKind::compare, CLAUSAL_YES(n.compare == core::CompareOp::eq)},
    {"compare: ne", NodeKind::compare, CLAUSAL_YES(n.compare == core::CompareOp::ne)},
    {"compare: ge", NodeKind::compare, CLAUSAL_YES(n.compare == core::CompareOp::ge)},
    {"compare: gt", NodeKind::compare, CLAUSAL_YES(n.compare == core::CompareOp::gt)},
    {"streak: of events", NodeKind::streak, CLAUSAL_YES(pack[n.inputs[0]].kind == NodeKind::event)},
    {"streak: of filtered", NodeKind::streak,
        CLAUSAL_YES(pack[n.inputs[0]].kind == NodeKind::filtered)},
    {"streak: of absences after", NodeKind::streak,
        CLAUSAL_YES(pack[n.inputs[0]].kind == NodeKind::absence_after)},
    {"streak: of absences before", NodeKind::streak,
        CLAUSAL_YES(pack[n.inputs[0]].kind == NodeKind::absence_before)},
    {"streak: of sequences", NodeKind::streak,
        CLAUSAL_YES(pack[n.inputs[0]].kind == NodeKind::sequence)},
    {"streak: broken by", NodeKind::streak, CLAUSAL_YES(has(n, 1))},
    {"streak: of failures", NodeKind::streak, CLAUSAL_YES(n.negated)},
    {"consecutive: hours", NodeKind::consecutive, CLAUSAL_YES(n.unit == Unit::hour)},
    {"consecutive: days", NodeKind::consecutive, CLAUSAL_YES(n.unit == Unit::day)},
    {"consecutive: weeks", NodeKind::consecutive, CLAUSAL_YES(n.unit == Unit::week)},
    {"consecutive: months", NodeKind::consecutive, CLAUSAL_YES(n.unit == Unit::month)},
    {"consecutive: working days", NodeKind::consecutive,
        CLAUSAL_YES(n.unit == Unit::working_day && n.calendar == kNone)},
    {"consecutive: working days of a calendar", NodeKind::consecutive,
        CLAUSAL_YES(n.unit == Unit::working_day && n.calendar != kNone)},
    {"consecutive: plain", NodeKind::consecutive, CLAUSAL_YES(n.mode == core::UnitMode::plain)},
    {"consecutive: with data", NodeKind::consecutive,
        CLAUSAL_YES(n.mode == core::UnitMode::with_data)},
    {"consecutive: complete", NodeKind::consecutive,
        CLAUSAL_YES(n.mode == core::UnitMode::complete)},
    {"exists around: condition on the pair", NodeKind::exists_around, CLAUSAL_YES(has(n, 2))},
    {"exists around: same field", NodeKind::exists_around, CLAUSAL_YES(!n.correlation.empty())},
    {"exists around: after the moment", NodeKind::exists_around, CLAUSAL_YES(n.low < 0)},
    {"shift: any", NodeKind::shift, CLAUSAL_YES(n.direction == core::Direction::any)},
    {"shift: up", NodeKind::shift, CLAUSAL_YES(n.direction == core::Direction::up)},
    {"shift: down", NodeKind::shift, CLAUSAL_YES(n.direction == core::Direction::down)},
    {"latest: before this", NodeKind::latest, CLAUSAL_YES(n.before)},
    {"latest: same field", NodeKind::latest, CLAUSAL_YES(!n.correlation.empty())},
    {"latest: in a window", NodeKind::latest, CLAUSAL_YES(n.window.kind == Window::Kind::sliding)},
    {"aggregate: count", NodeKind::aggregate, CLAUSAL_YES(n.aggregate == core::AggregateOp::count)},
    {"aggregate: sum", NodeKind::aggregate, CLAUSAL_YES(n.aggregate == core::AggregateOp::sum)},
    {"aggregate: average", NodeKind::aggregate,
        CLAUSAL_YES(n.aggregate == core::AggregateOp::average)},
    {"aggregate: minimum", NodeKind::aggregate,
        CLAUSAL_YES(n.aggregate == core::AggregateOp::minimum)},
    {"aggregate: maximum", NodeKind::aggregate,
        CLAUSAL_YES(n.aggregate == core::AggregateOp::maximum)},
    {"aggregate: range", NodeKind::aggregate, CLAUSAL_YES(n.aggregate == core::AggregateOp::range)},
    {"aggregate: deviation", NodeKind::aggregate,
        CLAUSAL_YES(n.aggregate == core::AggregateOp::deviation)},
    {"aggregate: distinct", NodeKind::aggregate,
        CLAUSAL_YES(n.aggregate == core::AggregateOp::distinct)},
    {"aggregate: percentile", NodeKind::aggregate,
        CLAUSAL_YES(n.aggregate == core::AggregateOp::percentile)},
    {"aggregate: same field", NodeKind::aggregate, CLAUSAL_YES(!n.correlation.empty())},
    {"window: since the beginning", NodeKind::aggregate,
        CLAUSAL_YES(n.window.kind == Window::Kind::all)},
    {"window: the last", NodeKind::aggregate,
        CLAUSAL_YES(n.window.kind == Window::Kind::sliding && n.window.offset == 0)},
    {"window: the one before", NodeKind::aggregate,
        CLAUSAL_YES(n.window.kind == Window::Kind::sliding && n.window.offset > 0)},
    {"window: this unit", NodeKind::aggregate,
        CLAUSAL_YES(n.window.kind == Window::Kind::this_unit)},
    {"window: the unit before", NodeKind::aggregate,
        CLAUSAL_YES(n.window.kind == Window::Kind::previous_unit)},
    {"window: closed units", NodeKind::aggregate,
        CLAUSAL_YES(n.window.kind == Window::Kind::closed_units)},
    {"window: since the latest", NodeKind::aggregate,
        CLAUSAL_YES(n.window.kind == Window::Kind::since)},
    {"arithmetic: +", NodeKind::arithmetic, CLAUSAL_YES(n.arithmetic == core::ArithmeticOp::add)},
    {"arithmetic: −", NodeKind::arithmetic,
        CLAUSAL_YES(n.arithmetic == core::ArithmeticOp::subtract)},
    {"arithmetic: ×", NodeKind::arithmetic,
        CLAUSAL_YES(n.arithmetic == core::ArithmeticOp::multiply)},
    {"arithmetic: ÷", NodeKind::arithmetic,
        CLAUSAL_YES(n.arithmetic == core::ArithmeticOp::divide)},
    {"arithmetic: minimum", NodeKind::arithmetic,
        CLAUSAL_YES(n.arithmetic == core::ArithmeticOp::minimum)},
    {"arithmetic: maximum", NodeKind::arithmetic,
        CLAUSAL_YES(n.arithmetic == core::ArithmeticOp::maximum)},
    {"arithmetic: of moments", NodeKind::arithmetic, CLAUSAL_YES(n.type.kind == TypeKind::instant)},
    {"arithmetic: time between", NodeKind::arithmetic,
        CLAUSAL_YES(n.type.kind == TypeKind::duration)},
    {"round: half up", NodeKind::round, CLAUSAL_YES(n.rounding == Rounding::half_up)},
    {"round: up", NodeKind::round, CLAUSAL_YES(n.rounding == Rounding::up)},
    {"round: down", NodeKind::round, CLAUSAL_YES(n.rounding == Rounding::down)},
    {"add days: plain", NodeKind::add_days, CLAUSAL_YES(n.calendar == kNone)},
    {"add days: working days", NodeKind::add_days, CLAUSAL_YES(n.calendar != kNone)},
    {"elapsed: open ones count", NodeKind::elapsed, CLAUSAL_YES(n.open)},
    {"elapsed: only finished ones", NodeKind::elapsed, CLAUSAL_YES(!n.open)},
    {"elapsed: in working time", NodeKind::elapsed, CLAUSAL_YES(n.calendar != kNone)},
    {"elapsed: condition on the pair", NodeKind::elapsed, CLAUSAL_YES(has(n, 1))},
    {"elapsed: same field", NodeKind::elapsed, CLAUSAL_YES(!n.correlation.empty())},
    {"field: of the earlier one", NodeKind::field, CLAUSAL_YES(n.frame == core::Frame::first)},
    {"truth: true", NodeKind::truth, CLAUSAL_YES(n.truth == 1)},
    {"truth: unknown", NodeKind::truth, CLAUSAL_YES(n.truth == 2)},
    {"member: of numbers", NodeKind::member, CLAUSAL_YES(n.list == 0)},
    {"member: of texts", NodeKind::member, CLAUSAL_YES(n.list == 1)},
    {"member: of choices", NodeKind::member, CLAUSAL_YES(n.list == 2)},
};

#undef CLAUSAL_YES
#undef CLAUSAL_IN

struct OfRule {
    const char* name;
    bool (*in)(const CorePack&, const Rule&);
};

const std::vector<OfRule> kOfRules = {
    {"rule: on an occurrence",
        [](const CorePack& pack, const Rule& r) {
            return core::sort_of(pack[r.condition].kind) == core::Sort::occurrence;
        }},
    {"rule: on a state",
        [](const CorePack& pack, const Rule& r) {
            return core::sort_of(pack[r.condition].kind) == core::Sort::state;
        }},
    {"rule: several actions", [](const CorePack&, const Rule& r) { return r.actions.size() > 1; }},
    {"rule: at most, sliding",
        [](const CorePack&, const Rule& r) { return r.limit.count > 0 && r.limit.length > 0; }},
    {"rule: at most, per unit",
        [](const CorePack&, const Rule& r) { return r.limit.count > 0 && r.limit.length == 0; }},
    {"rule: priority", [](const CorePack&, const Rule& r) { return r.priority != 0; }},
    {"rule: in force from", [](const CorePack&, const Rule& r) { return r.from > Rule{}.from; }},
    {"rule: in force until", [](const CorePack&, const Rule& r) { return r.until != kForever; }},
};

}  // namespace

const std::vector<std::string>& construct_names() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> out;
#define CLAUSAL_CORE(kind, sort, inputs) out.emplace_back(core::name_of(NodeKind::kind));
#include "compiler/core/node_kinds.def"
#undef CLAUSAL_CORE
        for (const OfNode& one : kOfNodes) out.emplace_back(one.name);
        for (const OfRule& one : kOfRules) out.emplace_back(one.name);
        return out;
    }();
    return names;
}

std::vector<bool> constructs_in(const CorePack& pack) {
    const std::size_t kinds = construct_names().size() - kOfNodes.size() - kOfRules.size();
    std::vector<bool> out(construct_names().size(), false);
    for (const Node& node : pack.nodes) {
        out[static_cast<std::size_t>(node.kind)] = true;
        for (std::size_t i = 0; i < kOfNodes.size(); ++i) {
            if (kOfNodes[i].kind == node.kind && kOfNodes[i].in(pack, node)) out[kinds + i] = true;
        }
    }
    for (const Rule& rule : pack.rules) {
        for (std::size_t i = 0; i < kOfRules.size(); ++i) {
            if (kOfRules[i].in(pack, rule)) out[kinds + kOfNodes.size() + i] = true;
        }
    }
    return out;
}

}  // namespace clausal::sim
