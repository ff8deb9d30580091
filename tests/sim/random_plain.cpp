// Rules of the shapes that most packs have, and nothing beside them: the compiled execution keeps less
// state for them than for the same constructs among others.

#include <fmt/format.h>

#include "tests/sim/random_pack.h"

namespace clausal::sim {

using core::AggregateOp;
using core::CompareOp;

// An event without added fields, of few types, so that rules share them.
NodeId PackMaker::bare_event(bool with_filter) {
    const std::vector<std::uint32_t> types = kind_ == 0
                                                 ? std::vector<std::uint32_t>{0, 0, 1, 1, 2, 3, 5}
                                                 : std::vector<std::uint32_t>{2, 2, 4, 4, 5};
    Node made = node(NodeKind::event, {kNone});
    made.event = random_.pick(types);
    const auto& references = case_.pack.schema.events[made.event].subjects;
    for (std::uint32_t r = 0; r < references.size(); ++r) {
        if (references[r].kind == kind_ && (made.reference == kNone || random_.chance(30)))
            made.reference = r;
    }
    Slots slots;
    for (const Field& field : case_.pack.schema.events[made.event].fields)
        slots.push_back(field.type);
    if (with_filter) made.inputs[0] = plain_compare({&slots});
    return add_occurrence(made, slots);
}

// A field of the context against a constant.
NodeId PackMaker::plain_compare(const Scope& scope) {
    const std::vector<TypeKind> kinds = {TypeKind::number, TypeKind::integer, TypeKind::percent,
        TypeKind::money, TypeKind::choice, TypeKind::duration, TypeKind::text};
    const TypeKind type = random_.pick(kinds);
    const NodeId field = value_of(NodeKind::field, type, 0, scope);
    if (field == kNone) return state(0, scope);
    Node made = node(NodeKind::compare, {field, constant(type, {})});
    made.compare =
        type == TypeKind::text ? CompareOp::eq : static_cast<CompareOp>(random_.below(6));
    return add(made);
}

NodeId PackMaker::plain_absence() {
    Node made = node(NodeKind::absence_after, {bare_event(random_.chance(20))});
    made.inputs.push_back(random_.chance(85) ? bare_event(random_.chance(20)) : kNone);
    made.inputs.resize(5, kNone);
    if (made.inputs[1] != kNone && random_.chance(50))
        made.correlation = {{random_.chance(80) ? 5U : 6U, 5U}};
    if (!made.correlation.empty()) made.correlation[0].second_slot = made.correlation[0].first_slot;
    made.high = span(1, 6);
    if (random_.chance(5)) made.high = kForever;
    return add_occurrence(made, slots(made.inputs[0]));
}

NodeId PackMaker::plain_window_value() {
    Node made = node(NodeKind::aggregate, {bare_event(random_.chance(30))});
    made.type = type_of(TypeKind::integer);
    made.window.kind = core::Window::Kind::sliding;
    made.window.length = span(1, 8);
    if (random_.chance(45)) return add(made);
    const std::vector<TypeKind> kinds = {
        TypeKind::number, TypeKind::integer, TypeKind::duration, TypeKind::percent};
    made.type = type_of(random_.pick(kinds));
    if (random_.chance(35)) {
        made.kind = NodeKind::latest;
        if (random_.chance(50)) made.window = {};
    } else {
        made.aggregate = random_.pick(std::vector<AggregateOp>{
            AggregateOp::minimum, AggregateOp::maximum, AggregateOp::average, AggregateOp::sum});
        if (random_.chance(30)) {
            made.window = {};
            if (random_.chance(50)) made.window.kind = core::Window::Kind::this_unit;
        }
    }
    const Slots self = slots(made.inputs[0]);
    made.inputs.push_back(value_of(NodeKind::field, made.type.kind, 0, {&self}));
    return add(made);
}

NodeId PackMaker::plain_state(int depth) {
    switch (random_.below(depth > 0 ? 7 : 5)) {
    case 0: {
        Node made = node(
            NodeKind::streak, {random_.chance(50) ? plain_absence() : bare_event(true), kNone});
        made.count = random_.chance(10) ? random_.between(5, 12) : random_.between(1, 4);
        made.negated = random_.chance(20);
        return add(made);
    }
    case 1:
    case 2: {
        const NodeId read = plain_window_value();
        Node made = node(NodeKind::compare, {read, constant(case_.pack[read].type.kind, {})});
        if (random_.chance(20)) std::swap(made.inputs[0], made.inputs[1]);
        made.compare = static_cast<CompareOp>(random_.below(6));
        return add(made);
    }
    case 3: {
        Node made = node(NodeKind::silence, {bare_event(random_.chance(30))});
        made.high = span(1, 6);
        return add(made);
    }
    case 4: {
        const NodeId of = bare_event(false);
        const Slots self = slots(of);
        Node made = node(NodeKind::consecutive, {of, plain_compare({&self})});
        made.count = random_.between(1, 3);
        made.unit = random_.chance(60) ? core::Unit::day : core::Unit::hour;
        made.mode = static_cast<core::UnitMode>(random_.below(3));
        return add(made);
    }
    case 5: {
        Node made = node(NodeKind::hold, {plain_state(depth - 1)});
        made.high = span(1, 5);
        return add(made);
    }
    default: {
        Node made = node(random_.chance(60) ? NodeKind::and_ : NodeKind::or_,
            {plain_state(depth - 1), plain_state(depth - 1)});
        if (!random_.chance(25)) return add(made);
        // Many smallest and greatest values: more than are looked at with each event.
        made.inputs.clear();
        const NodeId of = bare_event(false);
        const Slots self = slots(of);
        for (int i = 0; i < 6; ++i) {
            Node least = node(
                NodeKind::aggregate, {of, value_of(NodeKind::field, TypeKind::number, 0, {&self})});
            least.type = type_of(TypeKind::number);
            least.aggregate = random_.chance(50) ? AggregateOp::minimum : AggregateOp::maximum;
            least.window.kind = core::Window::Kind::sliding;
            least.window.length = span(1, 3) + i * case_.grid;
            Node compared = node(NodeKind::compare, {add(least), constant(TypeKind::number, {})});
            compared.compare = static_cast<CompareOp>(random_.below(4));
            made.inputs.push_back(add(compared));
        }
        return add(made);
    }
    }
}

NodeId PackMaker::plain_condition() {
    switch (random_.below(8)) {
    case 0: return bare_event(true);
    case 1: return plain_absence();
    case 2: {
        const NodeId of = random_.chance(50) ? plain_absence() : bare_event(false);
        const Slots self = slots(of);
        const NodeId test = random_.chance(50) ? plain_compare({&self}) : plain_state(0);
        return add_occurrence(node(NodeKind::filtered, {of, test}), self);
    }
    case 3:
    case 4: {
        const bool sequence = random_.chance(70);
        const NodeId one = bare_event(random_.chance(20)), other = bare_event(random_.chance(40));
        Node made = node(sequence ? NodeKind::sequence : NodeKind::absence_before,
            sequence ? std::vector<NodeId>{one, other, kNone, kNone}
                     : std::vector<NodeId>{other, one, kNone});
        if (random_.chance(40)) made.correlation = {{5, 5}};
        made.low = random_.chance(50) ? span(1, 3) : 0;
        made.high = random_.chance(20) ? kForever : made.low + span(0, 5);
        return add_occurrence(made, slots(other));
    }
    default: return plain_state(2);
    }
}

void PackMaker::make_plain(std::uint32_t kind) {
    kind_ = kind;
    core::Rule rule;
    rule.id = fmt::format(
        "rule {}{}", static_cast<char>('a' + random_.below(26)), case_.pack.rules.size());
    rule.subject = kind;
    rule.condition = plain_condition();
    const bool occurs = core::sort_of(case_.pack[rule.condition].kind) == core::Sort::occurrence;
    const Slots self = occurs ? slots(rule.condition) : Slots{};
    const std::int64_t actions = random_.below(3);
    if (actions == 1) {  // nothing but the subject
        Node key = node(NodeKind::key_part);
        key.type = type_of(TypeKind::text);
        rule.actions.push_back({kTell, {add(key)}});
    }
    if (actions == 2) rule.actions = random_actions(occurs ? Scope{&self} : Scope{});
    if (random_.chance(15)) {
        rule.limit.count = random_.between(1, 3);
        rule.limit.length = random_.chance(70) ? span(1, 8) : 0;
    }
    case_.pack.rules.push_back(rule);
}

}  // namespace clausal::sim
