// Rules that differ in one constant only, as threshold families are: of the shapes that are executed
// together, and of others that must not be.

#include <fmt/format.h>

#include "tests/sim/random_pack.h"

namespace clausal::sim {

using core::CompareOp;

// A comparison of a number that most often has a threshold to vary.
NodeId PackMaker::threshold_of(NodeId value) {
    Node made = node(NodeKind::compare, {value, constant(case_.pack[value].type.kind, {})});
    if (random_.chance(20)) std::swap(made.inputs[0], made.inputs[1]);
    made.compare = random_.chance(90) ? random_.pick(std::vector<CompareOp>{CompareOp::lt,
                                            CompareOp::le, CompareOp::ge, CompareOp::gt})
                                      : CompareOp::ne;
    const NodeId compared = add(made);
    return random_.chance(10) ? add(node(NodeKind::not_, {compared})) : compared;
}

// A filter with a threshold, perhaps beside another state.
NodeId PackMaker::threshold_filter(const Scope& scope) {
    const std::vector<TypeKind> kinds = {TypeKind::number, TypeKind::number, TypeKind::percent,
        TypeKind::integer, TypeKind::money, TypeKind::duration};
    const TypeKind type = random_.pick(kinds);
    NodeId read =
        random_.chance(75) ? value_of(NodeKind::field, type, 0, scope) : value(type, 1, scope);
    if (read == kNone || case_.pack[read].kind == NodeKind::constant)
        read = value_of(NodeKind::aggregate, type, 1, {});
    if (read == kNone) read = value(type, 1, scope);
    const NodeId compared = threshold_of(read);
    if (!random_.chance(25)) return compared;
    Node made =
        node(random_.chance(50) ? NodeKind::and_ : NodeKind::or_, {compared, state(1, scope)});
    if (random_.chance(30)) std::swap(made.inputs[0], made.inputs[1]);
    return add(made);
}

NodeId PackMaker::threshold_condition() {
    const NodeId event = event_node(random_.chance(20), 1);
    const Slots self = slots(event);
    // An event's filter does not see the event's derived fields.
    const Slots fields(
        self.begin(), self.end() - static_cast<std::ptrdiff_t>(case_.pack[event].derived.size()));
    NodeId out = kNone;
    switch (random_.below(7)) {
    case 0:
    case 1: {
        const bool filtered = random_.chance(30);
        Node of = filtered ? node(NodeKind::filtered, {event, threshold_filter({&self})})
                           : case_.pack[event];
        if (!filtered) of.inputs[0] = threshold_filter({&fields});
        Node made = node(NodeKind::streak,
            {add_occurrence(of, self), random_.chance(10) ? occurrence(1) : kNone});
        made.count = random_.between(1, 4);
        made.negated = random_.chance(25);
        out = add(made);
        break;
    }
    case 2: {
        const std::vector<core::Unit> units = {core::Unit::hour, core::Unit::day, core::Unit::day,
            core::Unit::week, core::Unit::working_day};
        Node made = node(NodeKind::consecutive, {event, threshold_filter({&self})});
        made.count = random_.between(1, 3);
        made.unit = random_.pick(units);
        made.mode = static_cast<core::UnitMode>(random_.below(3));
        out = add(made);
        break;
    }
    case 3: {
        const std::vector<TypeKind> kinds = {
            TypeKind::number, TypeKind::integer, TypeKind::duration, TypeKind::percent};
        Node made = node(NodeKind::aggregate);
        made.type = type_of(random_.pick(kinds));
        made.aggregate = random_.pick(std::vector<core::AggregateOp>{core::AggregateOp::minimum,
            core::AggregateOp::maximum, core::AggregateOp::average, core::AggregateOp::sum});
        made.window.kind = core::Window::Kind::sliding;
        made.window.length = span(1, 8);
        made.inputs = {event, value_of(NodeKind::field, made.type.kind, 0, {&self})};
        out = threshold_of(add(made));
        break;
    }
    case 4: {
        Node made = node(NodeKind::aggregate, {event});
        made.type = type_of(TypeKind::integer);
        made.window.kind = core::Window::Kind::sliding;
        made.window.length = span(1, 8);
        out = threshold_of(add(made));
        break;
    }
    case 5: {
        Node of = case_.pack[event];
        of.inputs[0] = threshold_filter({&fields});
        return add_occurrence(of, self);
    }
    default: {
        const NodeId of = occurrence(1);
        const Slots there = slots(of);
        return add_occurrence(node(NodeKind::filtered, {of, threshold_filter({&there})}), there);
    }
    }
    if (!random_.chance(25)) return out;
    Node made = node(random_.chance(50) ? NodeKind::and_ : NodeKind::or_, {out, state(1, {})});
    return add(made);
}

// A copy of the node in which the comparison has another constant.
NodeId PackMaker::with_constant(NodeId id, NodeId comparison, NodeId constant, CompareOp op) {
    Node copy = case_.pack[id];
    if (id == comparison) {
        for (NodeId& input : copy.inputs) {
            if (case_.pack[input].kind == NodeKind::constant) input = constant;
        }
        copy.compare = op;
        return add(copy);
    }
    for (NodeId& input : copy.inputs) {
        if (input != kNone) input = with_constant(input, comparison, constant, op);
    }
    for (NodeId& value : copy.derived) value = with_constant(value, comparison, constant, op);
    const bool occurs = core::sort_of(copy.kind) == core::Sort::occurrence;
    return occurs ? add_occurrence(copy, slots(id)) : add(copy);
}

// 2 to 12 rules that are one rule with different (or equal) constants.
void PackMaker::make_family(std::uint32_t kind) {
    make_rule(kind, std::nullopt);
    core::Rule first = case_.pack.rules.back();
    case_.pack.rules.pop_back();
    const bool of_random_rule = random_.chance(15);
    if (!of_random_rule) first.condition = threshold_condition();
    const bool occurs = core::sort_of(case_.pack[first.condition].kind) == core::Sort::occurrence;
    const Slots self = occurs ? slots(first.condition) : Slots{};
    if (!of_random_rule) first.actions = random_actions(occurs ? Scope{&self} : Scope{});
    std::vector<NodeId> comparisons, todo{first.condition};
    while (!todo.empty()) {
        const NodeId id = todo.back();
        todo.pop_back();
        if (id == kNone) continue;
        const Node& here = case_.pack[id];
        if (here.kind == NodeKind::compare && here.inputs[0] != here.inputs[1] &&
            (case_.pack[here.inputs[0]].kind == NodeKind::constant) !=
                (case_.pack[here.inputs[1]].kind == NodeKind::constant)) {
            comparisons.push_back(id);
        }
        todo.insert(todo.end(), here.inputs.begin(), here.inputs.end());
    }
    if (comparisons.empty()) return;
    const NodeId comparison = random_.chance(80) ? comparisons.front() : random_.pick(comparisons);
    const Node varied = case_.pack[comparison];
    const NodeId old = case_.pack[varied.inputs[0]].kind == NodeKind::constant ? varied.inputs[0]
                                                                               : varied.inputs[1];
    const bool same_actions = random_.chance(60);
    for (std::int64_t i = random_.between(2, 12); i > 0; --i) {
        core::Rule rule = first;
        rule.id = fmt::format(
            "rule {}{}", static_cast<char>('a' + random_.below(26)), case_.pack.rules.size());
        CompareOp op = varied.compare;
        if (random_.chance(20) && op != CompareOp::eq && op != CompareOp::ne) {
            const bool below = op == CompareOp::lt || op == CompareOp::le;
            op = below ? (op == CompareOp::lt ? CompareOp::le : CompareOp::lt)
                       : (op == CompareOp::gt ? CompareOp::ge : CompareOp::gt);
        }
        rule.condition =
            with_constant(first.condition, comparison, constant(case_.pack[old].type.kind, {}), op);
        if (!same_actions) rule.actions = random_actions(occurs ? Scope{&self} : Scope{});
        if (random_.chance(15)) rule.limit.count = random_.between(0, 2);
        if (rule.limit.count > 0 && rule.limit.length == 0 && random_.chance(50))
            rule.limit.length = span(1, 8);
        if (random_.chance(15)) rule.from = case_.begin + span(0, 20);
        if (random_.chance(15)) rule.until = case_.begin + span(10, 40);
        if (random_.chance(15)) rule.priority = static_cast<std::int32_t>(random_.below(3));
        case_.pack.rules.push_back(rule);
    }
}

}  // namespace clausal::sim
