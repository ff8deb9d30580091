#include "tests/sim/constructs.h"

#include <algorithm>
#include <set>

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

// Whether a node of the kind is at or below this one.
bool reaches(const CorePack& pack, NodeId id, NodeKind kind) {
    std::vector<NodeId> todo{id};
    std::vector<bool> seen(pack.nodes.size(), false);
    while (!todo.empty()) {
        const NodeId here = todo.back();
        todo.pop_back();
        if (here == kNone || seen[here]) continue;
        seen[here] = true;
        const Node& node = pack[here];
        if (node.kind == kind) return true;
        todo.insert(todo.end(), node.inputs.begin(), node.inputs.end());
        todo.insert(todo.end(), node.derived.begin(), node.derived.end());
        todo.push_back(node.window.since);
    }
    return false;
}

bool in_unit(const Node& node, Unit unit) {
    return node.window.kind == Window::Kind::this_unit && node.window.unit == unit;
}

bool is_count(const CorePack& pack, NodeId id) {
    return pack[id].kind == NodeKind::aggregate && pack[id].aggregate == core::AggregateOp::count;
}

// How many occurrences (or states) stand one in another, at most.
int nesting(const CorePack& pack, core::Sort sort) {
    std::vector<int> depth(pack.nodes.size(), 0);
    int most = 0;
    for (std::size_t i = 0; i < pack.nodes.size(); ++i) {
        const Node& node = pack.nodes[i];
        const auto look = [&](NodeId id) {
            if (id != kNone) depth[i] = std::max(depth[i], depth[id]);
        };
        for (const NodeId id : node.inputs) look(id);
        for (const NodeId id : node.derived) look(id);
        look(node.window.since);
        if (core::sort_of(node.kind) == sort) ++depth[i];
        most = std::max(most, depth[i]);
    }
    return most;
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
    {"absence after: unless, condition on the pair", NodeKind::absence_after,
        CLAUSAL_YES(has(n, 5))},
    {"absence after: working days", NodeKind::absence_after,
        CLAUSAL_YES(n.count > 0 && n.unit == Unit::working_day)},
    {"absence after: working time", NodeKind::absence_after,
        CLAUSAL_YES(n.count > 0 && n.unit != Unit::working_day)},
    {"absence after: without end", NodeKind::absence_after, CLAUSAL_YES(n.high == kForever)},
    {"absence after: another's firing", NodeKind::absence_after,
        CLAUSAL_YES(pack[n.inputs[0]].kind == NodeKind::rule_output)},
    {"absence after: a rise", NodeKind::absence_after,
        CLAUSAL_YES(pack[n.inputs[0]].kind == NodeKind::rise)},
    {"absence after: a time of day", NodeKind::absence_after,
        CLAUSAL_YES(pack[n.inputs[0]].kind == NodeKind::daily)},
    {"absence after: an absence", NodeKind::absence_after,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::absence_after))},
    {"absence after: of an absence", NodeKind::absence_after,
        CLAUSAL_YES(has(n, 1) && reaches(pack, n.inputs[1], NodeKind::absence_after))},
    {"absence after: of one event", NodeKind::absence_after,
        CLAUSAL_YES(has(n, 1) && n.inputs[0] == n.inputs[1])},
    {"absence after: two same fields", NodeKind::absence_after,
        CLAUSAL_YES(n.correlation.size() > 1)},
    {"sequence: of one event", NodeKind::sequence, CLAUSAL_YES(n.inputs[0] == n.inputs[1])},
    {"sequence: exactly", NodeKind::sequence, CLAUSAL_YES(n.low > 0 && n.low == n.high)},
    {"sequence: the first, same field", NodeKind::sequence,
        CLAUSAL_YES(n.pick == core::Pick::first_only && !n.correlation.empty())},
    {"sequence: the next, same field", NodeKind::sequence,
        CLAUSAL_YES(n.pick == core::Pick::next_only && !n.correlation.empty())},
    {"sequence: of sequences", NodeKind::sequence,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::sequence))},
    {"sequence: after an absence", NodeKind::sequence,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::absence_after))},
    {"either: with fields", NodeKind::either,
        CLAUSAL_YES(std::all_of(n.inputs.begin(), n.inputs.end(),
            [&](NodeId input) {
                return pack[input].kind == NodeKind::event &&
                       pack[input].event == pack[n.inputs[0]].event;
            }))},
    {"rise: of a count", NodeKind::rise,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::aggregate))},
    {"rise: added fields", NodeKind::rise, CLAUSAL_YES(!n.derived.empty())},
    {"moment: working day of a calendar", NodeKind::daily, CLAUSAL_YES(n.calendar != kNone)},
    {"moment: a day of the month", NodeKind::daily,
        CLAUSAL_YES(n.unit == Unit::month && n.count > 0)},
    {"absence before: of one event", NodeKind::absence_before,
        CLAUSAL_YES(n.inputs[0] == n.inputs[1])},
    {"absence before: condition on the pair", NodeKind::absence_before, CLAUSAL_YES(has(n, 2))},
    {"absence before: from … to", NodeKind::absence_before, CLAUSAL_YES(n.low > 0)},
    {"absence before: without end", NodeKind::absence_before, CLAUSAL_YES(n.high == kForever)},
    {"absence before: same field", NodeKind::absence_before, CLAUSAL_YES(!n.correlation.empty())},
    {"moment: every day", NodeKind::daily, CLAUSAL_YES(n.unit == Unit::day)},
    {"moment: every week", NodeKind::daily, CLAUSAL_YES(n.unit == Unit::week)},
    {"moment: every month", NodeKind::daily, CLAUSAL_YES(n.unit == Unit::month)},
    {"moment: every working day", NodeKind::daily, CLAUSAL_YES(n.unit == Unit::working_day)},
    {"output: of a later action", NodeKind::rule_output, CLAUSAL_YES(n.slot > 0)},
    {"compare: durations", NodeKind::compare,
        CLAUSAL_YES(pack[n.inputs[0]].type.kind == TypeKind::duration)},
    {"compare: money", NodeKind::compare,
        CLAUSAL_YES(pack[n.inputs[0]].type.kind == TypeKind::money)},
    {"compare: percentages", NodeKind::compare,
        CLAUSAL_YES(pack[n.inputs[0]].type.kind == TypeKind::percent)},
    {"compare: dates", NodeKind::compare,
        CLAUSAL_YES(pack[n.inputs[0]].type.kind == TypeKind::date)},
    {"compare: moments", NodeKind::compare,
        CLAUSAL_YES(pack[n.inputs[0]].type.kind == TypeKind::instant)},
    {"compare: texts", NodeKind::compare,
        CLAUSAL_YES(pack[n.inputs[0]].type.kind == TypeKind::text)},
    {"compare: choices", NodeKind::compare,
        CLAUSAL_YES(pack[n.inputs[0]].type.kind == TypeKind::choice)},
    {"compare: two counts", NodeKind::compare,
        CLAUSAL_YES(is_count(pack, n.inputs[0]) && is_count(pack, n.inputs[1]))},
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
    {"streak: of sequences, failures", NodeKind::streak,
        CLAUSAL_YES(n.negated&& pack[n.inputs[0]].kind == NodeKind::sequence)},
    {"streak: of absences after, failures", NodeKind::streak,
        CLAUSAL_YES(n.negated&& pack[n.inputs[0]].kind == NodeKind::absence_after)},
    {"streak: of absences after, broken by", NodeKind::streak,
        CLAUSAL_YES(has(n, 1) && pack[n.inputs[0]].kind == NodeKind::absence_after)},
    {"streak: of filtered absences", NodeKind::streak,
        CLAUSAL_YES(pack[n.inputs[0]].kind == NodeKind::filtered &&
                    pack[pack[n.inputs[0]].inputs[0]].kind == NodeKind::absence_after)},
    {"streak: long", NodeKind::streak, CLAUSAL_YES(n.count > 4)},
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
    {"shift: of sums of units", NodeKind::shift,
        CLAUSAL_YES(
            n.window.kind == Window::Kind::previous_unit && n.aggregate == core::AggregateOp::sum)},
    {"shift: of counts of units", NodeKind::shift,
        CLAUSAL_YES(n.window.kind == Window::Kind::previous_unit &&
                    n.aggregate == core::AggregateOp::count)},
    {"shift: of shares of units", NodeKind::shift,
        CLAUSAL_YES(n.window.kind == Window::Kind::previous_unit &&
                    core::sort_of(pack[n.inputs[1]].kind) == core::Sort::state)},
    {"shift: up", NodeKind::shift, CLAUSAL_YES(n.direction == core::Direction::up)},
    {"shift: down", NodeKind::shift, CLAUSAL_YES(n.direction == core::Direction::down)},
    {"latest: before this", NodeKind::latest, CLAUSAL_YES(n.before)},
    {"latest: same field", NodeKind::latest, CLAUSAL_YES(!n.correlation.empty())},
    {"latest: condition on the pair", NodeKind::latest, CLAUSAL_YES(has(n, 2))},
    {"latest: before this, same field", NodeKind::latest,
        CLAUSAL_YES(n.before && !n.correlation.empty())},
    {"latest: in the window before", NodeKind::latest, CLAUSAL_YES(n.window.offset > 0)},
    {"latest: since the latest", NodeKind::latest,
        CLAUSAL_YES(n.window.kind == Window::Kind::since)},
    {"latest: in this unit", NodeKind::latest,
        CLAUSAL_YES(n.window.kind == Window::Kind::this_unit)},
    {"latest: in the unit before", NodeKind::latest,
        CLAUSAL_YES(n.window.kind == Window::Kind::previous_unit)},
    {"latest: of texts", NodeKind::latest, CLAUSAL_YES(n.type.kind == TypeKind::text)},
    {"latest: several texts", NodeKind::latest, CLAUSAL_YES(n.type.kind == TypeKind::texts)},
    {"latest: of a moment", NodeKind::latest, CLAUSAL_YES(n.type.kind == TypeKind::instant)},
    {"latest: of a latest", NodeKind::latest,
        CLAUSAL_YES(reaches(pack, n.inputs[1], NodeKind::latest))},
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
    {"aggregate: keys", NodeKind::aggregate, CLAUSAL_YES(n.aggregate == core::AggregateOp::keys)},
    {"aggregate: keys, condition on the pair", NodeKind::aggregate,
        CLAUSAL_YES(n.aggregate == core::AggregateOp::keys && has(n, 2))},
    {"aggregate: count, condition on the pair", NodeKind::aggregate,
        CLAUSAL_YES(n.aggregate == core::AggregateOp::count && has(n, 2))},
    {"aggregate: of a value, condition on the pair", NodeKind::aggregate,
        CLAUSAL_YES(n.aggregate != core::AggregateOp::keys && has(n, 1) && has(n, 2))},
    {"aggregate: of moments", NodeKind::aggregate, CLAUSAL_YES(n.type.kind == TypeKind::instant)},
    {"aggregate: of dates", NodeKind::aggregate, CLAUSAL_YES(n.type.kind == TypeKind::date)},
    {"aggregate: of choices", NodeKind::aggregate, CLAUSAL_YES(n.type.kind == TypeKind::choice)},
    {"aggregate: of money", NodeKind::aggregate, CLAUSAL_YES(n.type.kind == TypeKind::money)},
    {"aggregate: of durations", NodeKind::aggregate,
        CLAUSAL_YES(n.type.kind == TypeKind::duration)},
    {"aggregate: of texts", NodeKind::aggregate,
        CLAUSAL_YES(n.aggregate == core::AggregateOp::distinct &&
                    pack[n.inputs[1]].type.kind == TypeKind::text)},
    {"aggregate: in a filter", NodeKind::event,
        CLAUSAL_YES(has(n, 0) && reaches(pack, n.inputs[0], NodeKind::aggregate))},
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
    {"window: this hour", NodeKind::aggregate, CLAUSAL_YES(in_unit(n, Unit::hour))},
    {"window: this day", NodeKind::aggregate, CLAUSAL_YES(in_unit(n, Unit::day))},
    {"window: this week", NodeKind::aggregate, CLAUSAL_YES(in_unit(n, Unit::week))},
    {"window: this month", NodeKind::aggregate, CLAUSAL_YES(in_unit(n, Unit::month))},
    {"window: this year", NodeKind::aggregate, CLAUSAL_YES(in_unit(n, Unit::year))},
    {"window: since another's firing", NodeKind::aggregate,
        CLAUSAL_YES(
            n.window.since != kNone && reaches(pack, n.window.since, NodeKind::rule_output))},
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
    {"add working time", NodeKind::add_working_time, CLAUSAL_YES(n.calendar != kNone)},
    {"day of the week", NodeKind::weekday, CLAUSAL_YES(!n.inputs.empty())},
    {"elapsed: open ones count", NodeKind::elapsed, CLAUSAL_YES(n.open)},
    {"elapsed: only finished ones", NodeKind::elapsed, CLAUSAL_YES(!n.open)},
    {"elapsed: in working time", NodeKind::elapsed, CLAUSAL_YES(n.calendar != kNone)},
    {"elapsed: condition on the pair", NodeKind::elapsed, CLAUSAL_YES(has(n, 1))},
    {"elapsed: same field", NodeKind::elapsed, CLAUSAL_YES(!n.correlation.empty())},
    {"field: of the earlier one", NodeKind::field, CLAUSAL_YES(n.frame == core::Frame::first)},
    {"before this: of a hold", NodeKind::before_this,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::hold))},
    {"before this: of a streak", NodeKind::before_this,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::streak))},
    {"before this: of a count", NodeKind::before_this,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::aggregate))},
    {"before this: of silence", NodeKind::before_this,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::silence))},
    {"before this: of consecutive units", NodeKind::before_this,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::consecutive))},
    {"hold: of silence", NodeKind::hold,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::silence))},
    {"hold: of a count", NodeKind::hold,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::aggregate))},
    {"hold: of a hold", NodeKind::hold, CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::hold))},
    {"silence: of a sequence", NodeKind::silence,
        CLAUSAL_YES(reaches(pack, n.inputs[0], NodeKind::sequence))},
    {"cluster: of filtered events", NodeKind::cluster,
        CLAUSAL_YES(pack[n.inputs[0]].kind == NodeKind::event && has(pack[n.inputs[0]], 0))},
    {"closed units: years", NodeKind::closed_units, CLAUSAL_YES(n.unit == Unit::year)},
    {"register: several texts", NodeKind::subject_field,
        CLAUSAL_YES(n.type.kind == TypeKind::texts)},
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
    {"rule: at most, per hour",
        [](const CorePack&, const Rule& r) {
            return r.limit.count > 0 && r.limit.length == 0 && r.limit.unit == Unit::hour;
        }},
    {"rule: at most, per month",
        [](const CorePack&, const Rule& r) {
            return r.limit.count > 0 && r.limit.length == 0 && r.limit.unit == Unit::month;
        }},
    {"rule: of the second kind of subject",
        [](const CorePack&, const Rule& r) { return r.subject == 1; }},
    {"rule: priority", [](const CorePack&, const Rule& r) { return r.priority != 0; }},
    {"rule: in force from", [](const CorePack&, const Rule& r) { return r.from > Rule{}.from; }},
    {"rule: in force until", [](const CorePack&, const Rule& r) { return r.until != kForever; }},
};

struct OfCase {
    const char* name;
    bool (*in)(const Case&);
};

bool some_pair(const Case& one, bool (*is)(const TraceRow&, const TraceRow&)) {
    for (std::size_t i = 1; i < one.rows.size(); ++i) {
        if (is(one.rows[i - 1], one.rows[i])) return true;
    }
    return false;
}

const std::vector<OfCase> kOfCases = {
    {"pack: occurrences three deep",
        [](const Case& c) { return nesting(c.pack, core::Sort::occurrence) >= 3; }},
    {"pack: occurrences five deep",
        [](const Case& c) { return nesting(c.pack, core::Sort::occurrence) >= 5; }},
    {"pack: states three deep",
        [](const Case& c) { return nesting(c.pack, core::Sort::state) >= 3; }},
    {"pack: states five deep",
        [](const Case& c) { return nesting(c.pack, core::Sort::state) >= 5; }},
    {"trace: two events of one instant",
        [](const Case& c) {
            return some_pair(
                c, [](const TraceRow& a, const TraceRow& b) { return a.time == b.time; });
        }},
    {"trace: two events of one type and instant",
        [](const Case& c) {
            return some_pair(c, [](const TraceRow& a, const TraceRow& b) {
                return a.time == b.time && a.type == b.type;
            });
        }},
    {"trace: an earlier event stands later",
        [](const Case& c) {
            return some_pair(
                c, [](const TraceRow& a, const TraceRow& b) { return b.time < a.time; });
        }},
    {"trace: off the grid",
        [](const Case& c) {
            return std::any_of(c.rows.begin(), c.rows.end(),
                [&](const TraceRow& row) { return (row.time - c.begin) % c.grid != 0; });
        }},
    {"trace: a missing value",
        [](const Case& c) {
            return std::any_of(c.rows.begin(), c.rows.end(), [](const TraceRow& row) {
                return std::any_of(row.cells.begin(), row.cells.end(),
                    [](const Cell& cell) { return cell.missing; });
            });
        }},
    {"trace: many events", [](const Case& c) { return c.rows.size() > 100; }},
    {"trace: many subjects",
        [](const Case& c) {
            std::set<std::string> keys;
            for (const TraceRow& row : c.rows) keys.insert(row.cells[0].text);
            return keys.size() > 20;
        }},
    {"trace: one subject twice in an event",
        [](const Case& c) {
            return std::any_of(c.rows.begin(), c.rows.end(), [&](const TraceRow& row) {
                return c.pack.schema.events[row.type].name == "D" &&
                       row.cells[0].text == row.cells[1].text;
            });
        }},
    {"trace: a register changes at an event",
        [](const Case& c) {
            return std::any_of(
                c.registers.begin(), c.registers.end(), [&](const RegisterRow& version) {
                    return std::any_of(c.rows.begin(), c.rows.end(),
                        [&](const TraceRow& row) { return row.time == version.valid_from; });
                });
        }},
    {"trace: a register without events",
        [](const Case& c) {
            return std::any_of(
                c.registers.begin(), c.registers.end(), [&](const RegisterRow& version) {
                    return std::none_of(c.rows.begin(), c.rows.end(), [&](const TraceRow& row) {
                        return row.cells[0].text == version.key || row.cells[1].text == version.key;
                    });
                });
        }},
    {"trace: the clock runs on",
        [](const Case& c) {
            return !c.rows.empty() && c.options.until != kMissing &&
                   c.options.until > c.rows.back().time;
        }},
    {"trace: it ends before its last event",
        [](const Case& c) {
            return !c.rows.empty() && c.options.until != kMissing &&
                   c.options.until < c.rows.back().time;
        }},
    {"trace: little is remembered", [](const Case& c) { return c.options.remembered < 10; }},
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
        for (const OfCase& one : kOfCases) out.emplace_back(one.name);
        return out;
    }();
    return names;
}

std::vector<bool> constructs_in(const Case& one) {
    const CorePack& pack = one.pack;
    const std::size_t cases = construct_names().size() - kOfCases.size();
    const std::size_t kinds = cases - kOfNodes.size() - kOfRules.size();
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
    for (std::size_t i = 0; i < kOfCases.size(); ++i) out[cases + i] = kOfCases[i].in(one);
    return out;
}

}  // namespace clausal::sim
