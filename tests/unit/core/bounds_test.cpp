#include <doctest/doctest.h>

#include "compiler/core/bounds.h"

using namespace clausal;
using namespace clausal::core;

namespace {

struct Packed {
    CorePack pack;
    Builder builder{pack};
    NodeId event;

    Packed() {
        pack.schema.events.push_back({"a", {}, {}, false});
        Node node;
        node.kind = NodeKind::event;
        node.inputs = {kNone};
        node.event = 0;
        event = builder.add(node, {});
    }
    NodeId add(NodeKind kind, std::vector<NodeId> inputs, Microseconds high = 0) {
        Node node;
        node.kind = kind;
        node.inputs = std::move(inputs);
        node.high = high;
        return builder.add(node, {});
    }
};

}  // namespace

TEST_CASE("a count that is only compared with a constant needs that many times") {
    Packed p;
    Node count;
    count.kind = NodeKind::aggregate;
    count.inputs = {p.event, kNone};
    count.window.kind = Window::Kind::sliding;
    count.window.length = 7 * kDay;
    const NodeId of = p.builder.add(count, {});
    Node five;
    five.kind = NodeKind::constant;
    five.type.kind = TypeKind::integer;
    five.number = {5, 1};
    const NodeId limit = p.builder.add(five, {});
    CHECK(bound_of(p.pack, p.add(NodeKind::compare, {of, limit})).kind == BoundClass::constant);
    // Compared with another count it has to be known exactly.
    count.window.length = 14 * kDay;
    const NodeId other = p.builder.add(count, {});
    const Bound bound = bound_of(p.pack, p.add(NodeKind::compare, {of, other}));
    CHECK(bound.kind == BoundClass::by_rate);
    CHECK(bound.length == 14 * kDay);
}

TEST_CASE("a correlation without an end is without bound") {
    Packed p;
    Node sequence;
    sequence.kind = NodeKind::sequence;
    sequence.inputs = {p.event, p.event, kNone, kNone};
    sequence.high = kForever;
    CHECK(bound_of(p.pack, p.builder.add(sequence, {})).kind == BoundClass::constant);
    sequence.correlation.push_back({0, 0});
    const NodeId id = p.builder.add(sequence, {});
    CHECK(bound_of(p.pack, id).kind == BoundClass::unbounded);
    CHECK(bound_of(p.pack, id).node == id);
    sequence.high = kDay;
    CHECK(bound_of(p.pack, p.builder.add(sequence, {})).kind == BoundClass::by_rate);
}

TEST_CASE("an exact distance cannot be merged into intervals") {
    Packed p;
    Node sequence;
    sequence.kind = NodeKind::sequence;
    sequence.inputs = {p.event, p.event, kNone, kNone};
    sequence.low = kDay;
    sequence.high = kDay;
    CHECK(bound_of(p.pack, p.builder.add(sequence, {})).kind == BoundClass::by_rate);
}

TEST_CASE("only a pair, a correlation or the first one of each needs all the earlier occurrences") {
    Packed p;
    Node sequence;
    sequence.kind = NodeKind::sequence;
    sequence.inputs = {p.event, p.event, kNone, kNone};
    sequence.high = kDay;
    CHECK(pair_memory(sequence) == PairMemory::latest);
    sequence.pick = Pick::first_only;
    CHECK(pair_memory(sequence) == PairMemory::all);
    sequence.pick = Pick::any;
    sequence.low = kHour;
    CHECK(pair_memory(sequence) == PairMemory::merged);
    CHECK_FALSE(looks_back(p.pack, p.builder.add(sequence, {})));
    sequence.inputs[3] = p.event;
    CHECK(pair_memory(sequence) == PairMemory::all);
    const auto back = looks_back(p.pack, p.builder.add(sequence, {}));
    REQUIRE(back);
    CHECK(back->of == p.event);
    CHECK(back->reach == kDay);
}

TEST_CASE("running values look back at nothing, values in a moving window do") {
    Packed p;
    Node sum;
    sum.kind = NodeKind::aggregate;
    sum.aggregate = AggregateOp::sum;
    sum.inputs = {p.event, p.add(NodeKind::constant, {})};
    CHECK_FALSE(looks_back(p.pack, p.builder.add(sum, {})));
    sum.window.kind = Window::Kind::this_unit;
    CHECK_FALSE(looks_back(p.pack, p.builder.add(sum, {})));
    sum.aggregate = AggregateOp::percentile;
    CHECK(looks_back(p.pack, p.builder.add(sum, {}))->reach == 2 * kDay);
    sum.aggregate = AggregateOp::sum;
    sum.window = {Window::Kind::sliding, kWeek, kDay, Unit::day, kNone};
    CHECK(looks_back(p.pack, p.builder.add(sum, {}))->reach == 8 * kDay);
}

TEST_CASE("distinct values need a duration") {
    Packed p;
    Node distinct;
    distinct.kind = NodeKind::aggregate;
    distinct.aggregate = AggregateOp::distinct;
    distinct.inputs = {p.event, p.event};
    CHECK(bound_of(p.pack, p.builder.add(distinct, {})).kind == BoundClass::unbounded);
    distinct.aggregate = AggregateOp::sum;
    CHECK(bound_of(p.pack, p.builder.add(distinct, {})).kind == BoundClass::constant);
}

TEST_CASE("reachable gives inputs before users, each once") {
    Packed p;
    const NodeId silence = p.add(NodeKind::silence, {p.event}, kDay);
    const NodeId both = p.add(NodeKind::and_, {silence, silence});
    CHECK(reachable(p.pack, both) == std::vector<NodeId>{p.event, silence, both});
}
