#include <doctest/doctest.h>

#include "tests/unit/interpret/hand_pack.h"

using namespace clausal;
using namespace clausal::test;
using core::CompareOp;

TEST_CASE("events, filters, unknown filters") {
    HandPack p;
    p.rule(p.event('A', p.value_below(5)));
    CHECK(p.run({{1, 'A', 3}, {2, 'A', 5}, {3, 'A'}, {4, 'A', 4}}) == "r0@1 r0@4");
    CHECK(p.outcomes({{1, 'A', 3}, {3, 'A'}}).rules[0].undecided == 1);
}

TEST_CASE("absence after: exactly at the deadline counts, the deadline belongs to its start") {
    HandPack p;
    p.rule(p.absence(p.event('A'), p.event('B'), 72));
    CHECK(p.run({{0, 'A'}, {72, 'B'}}) == "");
    CHECK(p.run({{0, 'A'}, {73, 'B'}}) == "r0@72d");
    CHECK(p.run({{0, 'A'}, {10, 'A'}, {100, 'C'}}) == "r0@72d r0@82d");
    CHECK(p.run({{0, 'A'}, {72, 'C'}}) == "r0@72d");
    CHECK(p.run({{0, 'A'}, {71, 'C'}}) == "");
    CHECK(p.outcomes({{0, 'A'}, {71, 'C'}}).rules[0].pending == 1);
    CHECK(p.run({{0, 'B'}, {0, 'A'}}, 72) == "r0@72d");
    CHECK(p.run({{0, 'A'}, {0, 'B'}}, 72) == "");
}

TEST_CASE("absence after: correlation, unless, until, lag") {
    {
        HandPack p;
        p.rule(p.absence(
            p.event('A'), p.event('B'), 5, [](Node& n) { n.correlation = {{kId, kId}}; }));
        CHECK(p.run({{0, 'A', 1, "x"}, {1, 'A', 1, "y"}, {2, 'B', 1, "y"}, {3, 'B', 1, ""}}, 9) ==
              "r0@5d");
        CHECK(p.run({{0, 'A', 1, ""}, {3, 'B', 1, ""}}, 9) == "r0@5d");
    }
    {
        HandPack p;
        p.rule(p.add(NodeKind::absence_after, {p.event('A'), p.event('B'), kNone, p.event('C')},
            [](Node& n) { n.high = 5 * kHour; }));
        CHECK(p.run({{0, 'A'}, {5, 'C'}}, 9) == "");
        CHECK(p.run({{0, 'A'}, {6, 'C'}}, 9) == "r0@5d");
    }
    {
        HandPack p;
        const NodeId a = p.event('A');
        p.rule(p.add(NodeKind::absence_after, {a, p.event('B'), kNone, kNone, a},
            [](Node& n) { n.high = 5 * kHour; }));
        CHECK(p.run({{0, 'A'}, {2, 'A'}, {3, 'B'}}, 9) == "r0@2");
        CHECK(p.run({{0, 'A'}, {1, 'B'}, {2, 'A'}}, 9) == "r0@7d");
    }
    {
        HandPack p;
        p.rule(p.absence(p.event('A'), p.event('B'), 5, [](Node& n) { n.low = 2 * kHour; }));
        CHECK(p.run({{0, 'A'}, {1, 'B'}}, 9) == "r0@5d");
        CHECK(p.run({{0, 'A'}, {2, 'B'}}, 9) == "");
    }
}

TEST_CASE("the law of absences: a witness, a firing, or undecided") {
    HandPack p;
    p.rule(p.absence(p.event('A'), p.event('B', p.value_below(5)), 5));
    Outcomes o = p.outcomes({{0, 'A'}, {2, 'B'}}, 9);
    CHECK(o.firings.empty());
    CHECK(o.rules[0].undecided == 1);
    o = p.outcomes({{0, 'A'}, {2, 'B'}, {3, 'B', 1}}, 9);
    CHECK(o.firings.empty());
    CHECK(o.rules[0].undecided == 0);
    CHECK(p.run({{0, 'A'}, {2, 'B', 7}}, 9) == "r0@5d");
}

TEST_CASE("a moment after an event, and an absence before one") {
    HandPack p;
    p.rule(p.add(NodeKind::absence_after, {p.event('A')}, [](Node& n) { n.high = 60 * kHour; }));
    p.rule(p.add(NodeKind::absence_before, {p.event('B'), p.event('A')},
        [](Node& n) { n.high = 10 * kHour; }));
    CHECK(p.run({{0, 'A'}, {10, 'B'}, {11, 'B'}}, 70) == "r1@11 r0@60d");
    CHECK(p.run({{0, 'B'}, {1, 'A'}}, 2) == "r1@0");
}

TEST_CASE("sequence: steps, bounds, picks, without") {
    {
        HandPack p;
        const NodeId a = p.event('A');
        p.rule(p.add(NodeKind::sequence, {a, p.event('B')}, [](Node& n) {
            n.low = 3 * kHour;
            n.high = 5 * kHour;
        }));
        p.rule(p.add(NodeKind::sequence, {a, a}, [](Node& n) { n.high = 5 * kHour; }));
        CHECK(p.run({{0, 'A'}, {2, 'B'}, {3, 'B'}, {5, 'B'}, {6, 'B'}}) == "r0@3 r0@5");
        CHECK(p.run({{0, 'A'}, {0, 'A'}}) == "r1@0");
        CHECK(p.run({{0, 'A'}}) == "");
    }
    for (const core::Pick pick : {core::Pick::first_only, core::Pick::next_only}) {
        HandPack p;
        p.rule(p.add(NodeKind::sequence, {p.event('A'), p.event('B')}, [&](Node& n) {
            n.high = 9 * kHour;
            n.low = 2 * kHour;
            n.pick = pick;
        }));
        // The B after 1 hour is the next one, but not the first within the bounds.
        CHECK(p.run({{0, 'A'}, {1, 'B'}, {3, 'B'}, {4, 'B'}}) ==
              (pick == core::Pick::first_only ? "r0@3" : ""));
        CHECK(p.run({{0, 'A'}, {3, 'B'}, {3, 'A'}, {5, 'B'}, {6, 'B'}}) == "r0@3 r0@5");
    }
    {
        HandPack p;
        p.rule(p.add(NodeKind::sequence,
            {p.event('A'), p.event('B'), kNone, p.event('C', p.value_below(5))},
            [](Node& n) { n.high = 9 * kHour; }));
        CHECK(p.run({{0, 'A'}, {1, 'C', 1}, {2, 'B'}}) == "");
        CHECK(p.run({{0, 'A'}, {1, 'C', 9}, {2, 'B'}}) == "r0@2");
        CHECK(p.run({{0, 'A'}, {1, 'C', 1}, {1, 'A'}, {2, 'B'}}) == "r0@2");
        CHECK(p.outcomes({{0, 'A'}, {1, 'C'}, {2, 'B'}}).rules[0].undecided == 1);
    }
}

TEST_CASE("ping-pong: derived fields, the next one, a pair condition") {
    HandPack p;
    const NodeId work = p.event('A');
    const NodeId previous =
        p.add(NodeKind::latest, {work, p.field(kId)}, [](Node& n) { n.before = true; });
    Node moved;
    const NodeId reassigned =
        p.add(NodeKind::event, {p.compare(p.field(kId), CompareOp::ne, previous)}, [&](Node& n) {
            n.event = 0;
            n.reference = 0;
            n.derived = {previous};
        });
    const NodeId pair = p.compare(p.field(kId), CompareOp::eq, p.field(3, core::Frame::first));
    p.rule(p.add(NodeKind::sequence, {reassigned, reassigned, pair}, [](Node& n) {
        n.high = 7 * 24 * kHour;
        n.pick = core::Pick::next_only;
    }));
    CHECK(p.run({{0, 'A', 1, "A"}, {24, 'A', 1, "B"}, {96, 'A', 1, "A"}}) == "r0@96");
    CHECK(p.run({{0, 'A', 1, "A"}, {24, 'A', 1, "B"}, {48, 'A', 1, "C"}, {72, 'A', 1, "A"}}) == "");
}

TEST_CASE("either, rises, daily moments") {
    HandPack p;
    const NodeId a = p.event('A'), b = p.event('B', p.value_below(5));
    p.rule(p.add(NodeKind::either, {a, b}));
    p.rule(p.add(NodeKind::rise, {p.compare(p.count(a, 10), CompareOp::ge, p.number(2))}));
    p.rule(p.add(NodeKind::daily, {}, [](Node& n) { n.minute_of_day = 6 * 60; }));
    CHECK(p.run({{1, 'A'}, {2, 'B', 3}, {3, 'B', 9}, {4, 'A'}, {5, 'A'}, {6, 'C'}}, 31) ==
          "r0@1 r0@2 r0@4 r1@4 r0@5 r2@6d r2@30d");
}

TEST_CASE("a rule sees another's firings one step later, also after limits") {
    HandPack p;
    const NodeId a = p.event('A');
    core::Rule& first = p.rule(a);
    first.actions = {{0, {p.field(kValue)}}};
    first.limit = {1, 10 * kHour, core::Unit::day};
    const NodeId output = p.add(NodeKind::rule_output, {}, [](Node& n) { n.rule = 0; });
    core::Rule& second = p.rule(p.add(NodeKind::filtered, {output, p.value_below(3)}));
    // The fields of an output are those of the action: slot 0 is its value.
    p.pack.rules[1].condition =
        p.add(NodeKind::filtered, {output, p.compare(p.field(0), CompareOp::lt, p.number(3))});
    p.pack.rules[1].actions = {{0, {p.field(0)}}};
    (void)second;
    p.rule(p.compare(p.count(output, 100), CompareOp::ge, p.number(2)));
    CHECK(p.run({{0, 'A', 1}, {1, 'A', 2}, {10, 'A', 7}, {11, 'A', 1}, {20, 'A', 2}}) ==
          "r0@0(1) r1@0(1) r0@10(7) r2@10 r0@20(2) r1@20(2)");
    CHECK(p.outcomes({{0, 'A', 1}, {1, 'A', 2}}).rules[0].suppressed == 1);
}

TEST_CASE("effective period, priority, order of outcomes") {
    HandPack p;
    const NodeId a = p.event('A');
    p.rule(a).from = 2 * kHour;
    p.pack.rules[0].until = 4 * kHour;
    p.rule(a).priority = 5;
    p.rule(p.compare(p.count(a, 1000), CompareOp::ge, p.number(1))).from = 2 * kHour;
    CHECK(p.run({{1, 'A'}, {2, 'A'}, {4, 'A'}}) == "r1@1 r1@2 r0@2 r1@4");
}

TEST_CASE("broadcast events reach every born subject, also those from before its birth") {
    HandPack p;
    p.rule(p.compare(p.count(p.event('Z'), 100), CompareOp::ge, p.number(1)));
    p.rule(p.event('Z'));
    CHECK(p.run({{0, 'Z'}, {1, 'A', 1, "", "s"}, {2, 'Z'}, {3, 'A', 1, "", "t"}}) ==
          "r0@1 r1@2 r0@3");
}
