#include "tests/sim/mutations.h"

namespace clausal::sim {

using core::AggregateOp;
using core::ArithmeticOp;
using core::CompareOp;
using core::CorePack;
using core::Direction;
using core::Node;
using core::NodeId;
using core::NodeKind;
using core::Pick;
using core::Rule;
using core::Unit;
using core::UnitMode;
using core::Window;

namespace {

bool has(const Node& node, std::size_t place) {
    return place < node.inputs.size() && node.inputs[place] != kNone;
}

// Changes a random one of the nodes of a kind that pass the test.
template <typename Test, typename Change>
bool change_node(CorePack& pack, Random& random, NodeKind kind, Test test, Change change) {
    std::vector<NodeId> found;
    for (NodeId id = 0; id < pack.nodes.size(); ++id) {
        if (pack.nodes[id].kind == kind && test(pack.nodes[id])) found.push_back(id);
    }
    if (found.empty()) return false;
    change(pack.nodes[random.pick(found)]);
    return true;
}

template <typename Test, typename Change>
bool change_rule(CorePack& pack, Random& random, Test test, Change change) {
    std::vector<std::uint32_t> found;
    for (std::uint32_t i = 0; i < pack.rules.size(); ++i) {
        if (test(pack.rules[i])) found.push_back(i);
    }
    if (found.empty()) return false;
    change(pack.rules[random.pick(found)]);
    return true;
}

bool in_window(const Node& n, Window::Kind kind) { return n.window.kind == kind; }

// NAME, kind, which nodes n, what is done to them (grid: the step of the times).
#define CLAUSAL_NODE(name, kind, test, change)                                                     \
    {name, [](CorePack& pack, [[maybe_unused]] Microseconds grid, Random& random) {                \
         return change_node(                                                                       \
             pack, random, NodeKind::kind, [=]([[maybe_unused]] const Node& n) { return (test); }, \
             [&]([[maybe_unused]] Node& n) { change; });                                           \
     }}
#define CLAUSAL_RULE(name, test, change)                                            \
    {name, [](CorePack& pack, [[maybe_unused]] Microseconds grid, Random& random) { \
         return change_rule(                                                        \
             pack, random, [=]([[maybe_unused]] const Rule& r) { return (test); },  \
             [&]([[maybe_unused]] Rule& r) { change; });                            \
     }}

const std::vector<Mutation> kMutations = {
    CLAUSAL_NODE("event: no filter", event, has(n, 0), n.inputs[0] = kNone),
    CLAUSAL_NODE("event: the other role", event, n.reference == 1, n.reference = 0),
    CLAUSAL_NODE("either: the first only", either, true, n.inputs.resize(1)),
    CLAUSAL_NODE(
        "sequence: the first as any", sequence, n.pick == Pick::first_only, n.pick = Pick::any),
    CLAUSAL_NODE(
        "sequence: the next as any", sequence, n.pick == Pick::next_only, n.pick = Pick::any),
    CLAUSAL_NODE(
        "sequence: any as the first", sequence, n.pick == Pick::any, n.pick = Pick::first_only),
    CLAUSAL_NODE("sequence: the first as the next", sequence, n.pick == Pick::first_only,
        n.pick = Pick::next_only),
    CLAUSAL_NODE("sequence: no condition on the pair", sequence, has(n, 2), n.inputs[2] = kNone),
    CLAUSAL_NODE("sequence: no without", sequence, has(n, 3), n.inputs[3] = kNone),
    CLAUSAL_NODE("sequence: no least distance", sequence, n.low > 0, n.low = 0),
    CLAUSAL_NODE("sequence: least distance not included", sequence, n.low > 0, n.low += 1),
    CLAUSAL_NODE("sequence: end not included", sequence, n.high != kForever, n.high -= 1),
    CLAUSAL_NODE("sequence: no end", sequence, n.high != kForever, n.high = kForever),
    CLAUSAL_NODE("sequence: an end", sequence, n.high == kForever, n.high = n.low + grid),
    CLAUSAL_NODE(
        "sequence: no same field", sequence, !n.correlation.empty(), n.correlation.clear()),
    CLAUSAL_NODE(
        "absence after: no condition on the pair", absence_after, has(n, 2), n.inputs[2] = kNone),
    CLAUSAL_NODE("absence after: no unless", absence_after, has(n, 3), n.inputs[3] = kNone),
    CLAUSAL_NODE("absence after: no until", absence_after, has(n, 4), n.inputs[4] = kNone),
    CLAUSAL_NODE("absence after: unless, no condition on the pair", absence_after, has(n, 5),
        n.inputs[5] = kNone),
    CLAUSAL_NODE("absence after: from the start", absence_after, n.low > 0, n.low = 0),
    CLAUSAL_NODE("absence after: end not included", absence_after,
        n.high != kForever && n.count == 0 && n.high > 0, n.high -= 1),
    CLAUSAL_NODE("absence after: an end", absence_after, n.high == kForever, n.high = grid),
    CLAUSAL_NODE("absence after: no same field", absence_after, !n.correlation.empty(),
        n.correlation.clear()),
    CLAUSAL_NODE("absence after: unless, no same field", absence_after,
        !n.unless_correlation.empty(), n.unless_correlation.clear()),
    CLAUSAL_NODE("absence after: one more working day", absence_after,
        n.count > 0 && n.unit == Unit::working_day, n.count += 1),
    CLAUSAL_NODE("absence after: one more hour of work", absence_after,
        n.count > 0 && n.unit != Unit::working_day, n.count += kHour),
    CLAUSAL_NODE(
        "absence before: no condition on the pair", absence_before, has(n, 2), n.inputs[2] = kNone),
    CLAUSAL_NODE("absence before: no least distance", absence_before, n.low > 0, n.low = 0),
    CLAUSAL_NODE(
        "absence before: end not included", absence_before, n.high != kForever, n.high -= 1),
    CLAUSAL_NODE("absence before: an end", absence_before, n.high == kForever, n.high = grid),
    CLAUSAL_NODE("absence before: no same field", absence_before, !n.correlation.empty(),
        n.correlation.clear()),
    CLAUSAL_NODE("moment: an hour later", daily, n.minute_of_day < 23 * 60, n.minute_of_day += 60),
    CLAUSAL_NODE("moment: weekly as daily", daily, n.unit == Unit::week, n.unit = Unit::day),
    CLAUSAL_NODE("moment: monthly as daily", daily, n.unit == Unit::month, n.unit = Unit::day),
    CLAUSAL_NODE(
        "moment: working days as days", daily, n.unit == Unit::working_day, n.unit = Unit::day),
    CLAUSAL_NODE("moment: no calendar", daily, n.calendar != kNone, n.calendar = kNone),
    CLAUSAL_NODE("compare: < as ≤", compare, n.compare == CompareOp::lt, n.compare = CompareOp::le),
    CLAUSAL_NODE("compare: ≤ as <", compare, n.compare == CompareOp::le, n.compare = CompareOp::lt),
    CLAUSAL_NODE("compare: > as ≥", compare, n.compare == CompareOp::gt, n.compare = CompareOp::ge),
    CLAUSAL_NODE("compare: ≥ as >", compare, n.compare == CompareOp::ge, n.compare = CompareOp::gt),
    CLAUSAL_NODE("compare: = as ≠", compare, n.compare == CompareOp::eq, n.compare = CompareOp::ne),
    CLAUSAL_NODE("compare: ≠ as =", compare, n.compare == CompareOp::ne, n.compare = CompareOp::eq),
    CLAUSAL_NODE("and as or", and_, true, n.kind = NodeKind::or_),
    CLAUSAL_NODE("or as and", or_, true, n.kind = NodeKind::and_),
    CLAUSAL_NODE("not as otherwise", not_, true, n.kind = NodeKind::not_true),
    CLAUSAL_NODE("otherwise as not", not_true, true, n.kind = NodeKind::not_),
    CLAUSAL_NODE("contains: another word", contains, true, n.words = {"a"}),
    CLAUSAL_NODE("streak: one more", streak, true, n.count += 1),
    CLAUSAL_NODE("streak: failures as successes", streak, n.negated, n.negated = false),
    CLAUSAL_NODE("streak: nothing breaks it", streak, has(n, 1), n.inputs[1] = kNone),
    CLAUSAL_NODE("consecutive: one more", consecutive, true, n.count += 1),
    CLAUSAL_NODE("consecutive: plain as with data", consecutive, n.mode == UnitMode::plain,
        n.mode = UnitMode::with_data),
    CLAUSAL_NODE("consecutive: plain as complete", consecutive, n.mode == UnitMode::plain,
        n.mode = UnitMode::complete),
    CLAUSAL_NODE("consecutive: with data as plain", consecutive, n.mode == UnitMode::with_data,
        n.mode = UnitMode::plain),
    CLAUSAL_NODE("consecutive: complete as plain", consecutive, n.mode == UnitMode::complete,
        n.mode = UnitMode::plain),
    CLAUSAL_NODE("consecutive: working days as days", consecutive, n.unit == Unit::working_day,
        n.unit = Unit::day),
    CLAUSAL_NODE("consecutive: no calendar", consecutive, n.calendar != kNone, n.calendar = kNone),
    CLAUSAL_NODE(
        "consecutive: weeks as days", consecutive, n.unit == Unit::week, n.unit = Unit::day),
    CLAUSAL_NODE(
        "consecutive: months as weeks", consecutive, n.unit == Unit::month, n.unit = Unit::week),
    CLAUSAL_NODE("hold: a little longer", hold, true, n.high += 1),
    CLAUSAL_NODE("silence: a little longer", silence, true, n.high += 1),
    CLAUSAL_NODE("known for: a little longer", known_for, true, n.high += 1),
    CLAUSAL_NODE(
        "exists around: no condition on the pair", exists_around, has(n, 2), n.inputs[2] = kNone),
    CLAUSAL_NODE("exists around: no same field", exists_around, !n.correlation.empty(),
        n.correlation.clear()),
    CLAUSAL_NODE("exists around: end not included", exists_around, true, n.high -= 1),
    CLAUSAL_NODE("exists around: beginning not included", exists_around, true, n.low += 1),
    CLAUSAL_NODE(
        "shift: up as any", shift, n.direction == Direction::up, n.direction = Direction::any),
    CLAUSAL_NODE(
        "shift: down as any", shift, n.direction == Direction::down, n.direction = Direction::any),
    CLAUSAL_NODE("shift: twice as much", shift, true, n.deviations.coefficient *= 2),
    CLAUSAL_NODE("shift: shorter baseline", shift, n.high > 20 * grid, n.high = 20 * grid),
    CLAUSAL_NODE("cluster: a longer window", cluster, true, n.low += grid),
    CLAUSAL_NODE("cluster: a longer baseline", cluster, true, n.high += grid),
    CLAUSAL_NODE("cluster: a smaller level", cluster, true, n.deviations.decimals += 2),
    CLAUSAL_NODE("latest: before this as latest", latest, n.before, n.before = false),
    CLAUSAL_NODE("latest: latest as before this", latest, !n.before, n.before = true),
    CLAUSAL_NODE("latest: no same field", latest, !n.correlation.empty(), n.correlation.clear()),
    CLAUSAL_NODE("latest: no condition on the pair", latest, has(n, 2), n.inputs.resize(2)),
    CLAUSAL_NODE("latest: no window", latest, !in_window(n, Window::Kind::all), n.window = {}),
    CLAUSAL_NODE("aggregate: minimum as maximum", aggregate, n.aggregate == AggregateOp::minimum,
        n.aggregate = AggregateOp::maximum),
    CLAUSAL_NODE("aggregate: maximum as minimum", aggregate, n.aggregate == AggregateOp::maximum,
        n.aggregate = AggregateOp::minimum),
    CLAUSAL_NODE("aggregate: sum as average", aggregate, n.aggregate == AggregateOp::sum,
        n.aggregate = AggregateOp::average),
    CLAUSAL_NODE("aggregate: average as sum", aggregate, n.aggregate == AggregateOp::average,
        n.aggregate = AggregateOp::sum),
    CLAUSAL_NODE("aggregate: range as deviation", aggregate, n.aggregate == AggregateOp::range,
        n.aggregate = AggregateOp::deviation),
    CLAUSAL_NODE("aggregate: deviation as range", aggregate, n.aggregate == AggregateOp::deviation,
        n.aggregate = AggregateOp::range),
    CLAUSAL_NODE("aggregate: another percentile", aggregate, n.aggregate == AggregateOp::percentile,
        n.percentile = 101 - n.percentile),
    CLAUSAL_NODE(
        "aggregate: no same field", aggregate, !n.correlation.empty(), n.correlation.clear()),
    CLAUSAL_NODE("aggregate: no condition on the pair", aggregate, has(n, 2), n.inputs[2] = kNone),
    CLAUSAL_NODE("window: edge included", aggregate,
        in_window(n, Window::Kind::sliding) && n.window.offset == 0, n.window.length += 1),
    CLAUSAL_NODE("window: no offset", aggregate,
        in_window(n, Window::Kind::sliding) && n.window.offset > 0, n.window.offset = 0),
    CLAUSAL_NODE("window: sliding as all", aggregate,
        in_window(n, Window::Kind::sliding) && n.window.offset == 0, n.window = {}),
    CLAUSAL_NODE("window: this unit as all", aggregate, in_window(n, Window::Kind::this_unit),
        n.window = {}),
    CLAUSAL_NODE("window: the unit before as this", aggregate,
        in_window(n, Window::Kind::previous_unit), n.window.kind = Window::Kind::this_unit),
    CLAUSAL_NODE("window: closed units as all", aggregate, in_window(n, Window::Kind::closed_units),
        n.window = {}),
    CLAUSAL_NODE(
        "window: since as all", aggregate, in_window(n, Window::Kind::since), n.window = {}),
    CLAUSAL_NODE("arithmetic: + as −", arithmetic, n.arithmetic == ArithmeticOp::add,
        n.arithmetic = ArithmeticOp::subtract),
    CLAUSAL_NODE("arithmetic: − as +", arithmetic,
        n.arithmetic == ArithmeticOp::subtract && n.type.kind == TypeKind::number,
        n.arithmetic = ArithmeticOp::add),
    CLAUSAL_NODE("arithmetic: × as ÷", arithmetic, n.arithmetic == ArithmeticOp::multiply,
        n.arithmetic = ArithmeticOp::divide),
    CLAUSAL_NODE("arithmetic: ÷ as ×", arithmetic, n.arithmetic == ArithmeticOp::divide,
        n.arithmetic = ArithmeticOp::multiply),
    CLAUSAL_NODE("arithmetic: minimum as maximum", arithmetic,
        n.arithmetic == ArithmeticOp::minimum, n.arithmetic = ArithmeticOp::maximum),
    CLAUSAL_NODE("arithmetic: maximum as minimum", arithmetic,
        n.arithmetic == ArithmeticOp::maximum, n.arithmetic = ArithmeticOp::minimum),
    CLAUSAL_NODE(
        "round: up as down", round, n.rounding == Rounding::up, n.rounding = Rounding::down),
    CLAUSAL_NODE("round: down as half up", round, n.rounding == Rounding::down,
        n.rounding = Rounding::half_up),
    CLAUSAL_NODE(
        "round: half up as up", round, n.rounding == Rounding::half_up, n.rounding = Rounding::up),
    CLAUSAL_NODE("round: coarser", round, true, n.round_decimals -= 1),
    CLAUSAL_NODE("time of: the earlier as the later", time_of, n.frame == core::Frame::first,
        n.frame = core::Frame::self),
    CLAUSAL_NODE("closed units: another unit", closed_units, true,
        n.unit = n.unit == Unit::day ? Unit::hour : Unit::day),
    CLAUSAL_NODE("add days: no calendar", add_days, n.calendar != kNone, n.calendar = kNone),
    CLAUSAL_NODE("elapsed: open ones do not count", elapsed, n.open, n.open = false),
    CLAUSAL_NODE("elapsed: no calendar", elapsed, n.calendar != kNone, n.calendar = kNone),
    CLAUSAL_NODE("elapsed: no condition on the pair", elapsed, has(n, 1), n.inputs[1] = kNone),
    CLAUSAL_NODE("elapsed: no same field", elapsed, !n.correlation.empty(), n.correlation.clear()),
    CLAUSAL_NODE("density: fewer words", keyword_density, n.words.size() > 1, n.words.resize(1)),
    CLAUSAL_NODE("key part: another", key_part, n.slot == 1, n.slot = 0),
    CLAUSAL_RULE("rule: no limit", r.limit.count > 0, r.limit.count = 0),
    CLAUSAL_RULE("rule: one more within the limit", r.limit.count > 0, r.limit.count += 1),
    CLAUSAL_RULE(
        "rule: a longer limit", r.limit.count > 0 && r.limit.length > 0, r.limit.length += 1),
    CLAUSAL_RULE("rule: limit of another unit", r.limit.count > 0 && r.limit.length == 0,
        r.limit.unit = r.limit.unit == Unit::day ? Unit::hour : Unit::day),
    CLAUSAL_RULE("rule: no priority", r.priority != 0, r.priority = 0),
    CLAUSAL_RULE("rule: in force from the beginning", r.from > Rule{}.from, r.from = Rule{}.from),
    CLAUSAL_RULE("rule: in force a little later", r.from > Rule{}.from, r.from += 1),
    CLAUSAL_RULE("rule: in force for ever", r.until != kForever, r.until = kForever),
    CLAUSAL_RULE("rule: in force a little longer", r.until != kForever, r.until += 1),
};

#undef CLAUSAL_NODE
#undef CLAUSAL_RULE

}  // namespace

const std::vector<Mutation>& mutations() { return kMutations; }

}  // namespace clausal::sim
