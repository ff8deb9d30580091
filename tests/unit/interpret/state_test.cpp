#include <doctest/doctest.h>

#include "tests/unit/interpret/hand_pack.h"

using namespace clausal;
using namespace clausal::test;
using core::CompareOp;
using core::UnitMode;

TEST_CASE(
    "windows: (t-T, t], and no firing because an old visit expires before the new one counts") {
    HandPack p;
    p.rule(p.compare(p.count(p.event('A'), 7), CompareOp::lt, p.number(7)));
    std::vector<HandEvent> hourly;
    for (std::int64_t hour = 0; hour < 20; ++hour) hourly.push_back({hour, 'A'});
    // True for the newborn; false from the seventh visit on, and stays false.
    CHECK(p.run(hourly) == "r0@0");
    CHECK(p.run(hourly, 30) == "r0@0 r0@20x");
}

TEST_CASE("counts with unknown filters are intervals") {
    HandPack p;
    const NodeId low = p.event('A', p.value_below(5));
    p.rule(p.compare(p.count(low, 100), CompareOp::ge, p.number(2)));
    const Outcomes o = p.outcomes({{0, 'A', 1}, {1, 'A'}, {2, 'A', 1}});
    REQUIRE(o.firings.size() == 1);
    CHECK(o.firings[0].step.time == 2 * kHour);
    CHECK(o.rules[0].undecided == 1);
}

TEST_CASE("a state fires at each rise, is armed by false only") {
    HandPack p;
    const NodeId latest = p.add(NodeKind::latest, {p.event('A'), p.field(kValue)});
    p.rule(p.compare(latest, CompareOp::lt, p.number(5)));
    CHECK(p.run({{0, 'A', 1}, {1, 'A'}, {2, 'A', 2}, {3, 'A', 7}, {4, 'A', 3}}) == "r0@0 r0@4");
}

TEST_CASE("streaks go by the order of the base events") {
    HandPack p;
    const NodeId low = p.event('A', p.value_below(5));
    p.rule(p.add(NodeKind::streak, {low}, [](Node& n) { n.count = 3; }));
    CHECK(p.run({{0, 'A', 1}, {1, 'A', 1}, {2, 'B'}, {3, 'A', 1}, {4, 'A', 1}, {5, 'A', 9}}) ==
          "r0@3");
    CHECK(p.run({{0, 'A', 1}, {1, 'A', 9}, {3, 'A', 1}, {4, 'A', 1}, {5, 'A', 1}}) == "r0@5");
    CHECK(p.run({{0, 'A', 1}, {1, 'A'}, {3, 'A', 1}, {4, 'A', 1}, {5, 'A', 1}}) == "r0@5");
}

TEST_CASE("three consecutive unopened mails") {
    HandPack p;
    const NodeId unopened =
        p.absence(p.event('A'), p.event('B'), 72, [](Node& n) { n.correlation = {{kId, kId}}; });
    p.rule(p.add(NodeKind::streak, {unopened}, [](Node& n) { n.count = 3; }));
    const std::vector<HandEvent> mails = {{0, 'A', 1, "1"}, {24, 'A', 1, "2"}, {48, 'A', 1, "3"}};
    CHECK(p.run(mails, 200) == "r0@120d");
    std::vector<HandEvent> opened = mails;
    opened.push_back({50, 'B', 1, "2"});
    CHECK(p.run(opened, 200) == "");
    // The second, opened late, breaks the run although it is decided before the first.
    std::vector<HandEvent> five = opened;
    five.push_back({60, 'A', 1, "4"});
    five.push_back({61, 'A', 1, "5"});
    CHECK(p.run(five, 200) == "r0@133d");
}

TEST_CASE("streaks: negated, broken by another event") {
    HandPack p;
    const NodeId low = p.event('A', p.value_below(5));
    p.rule(p.add(NodeKind::streak, {low}, [](Node& n) {
        n.count = 2;
        n.negated = true;
    }));
    p.rule(p.add(NodeKind::streak, {low, p.event('B')}, [](Node& n) { n.count = 2; }));
    CHECK(p.run({{0, 'A', 9}, {1, 'A', 8}, {2, 'A', 1}, {3, 'A', 1}}) == "r0@1 r1@3");
    CHECK(p.run({{0, 'A', 1}, {1, 'B'}, {2, 'A', 1}, {3, 'A', 1}}) == "r1@3");
}

TEST_CASE("consecutive days rise at the value that completes them and fall as they should") {
    HandPack p;
    const NodeId of = p.event('A'), good = p.value_below(65);
    for (const UnitMode mode : {UnitMode::plain, UnitMode::with_data, UnitMode::complete}) {
        p.rule(p.add(NodeKind::consecutive, {of, good}, [&](Node& n) {
            n.count = 3;
            n.mode = mode;
        }));
    }
    const auto on_days = [&](const std::vector<std::pair<std::int64_t, std::int64_t>>& values) {
        std::vector<HandEvent> events;
        for (const auto& [hour, value] : values) events.push_back({hour, 'A', value});
        return p.run(events, 24 * 8);
    };
    // r0 plain, r1 days with data, r2 complete days.
    CHECK(on_days({{23, 60}, {47, 60}, {71, 60}}) == "r0@71 r1@71 r2@72x");
    CHECK(on_days({{23, 60}, {47, 65}, {71, 60}}) == "");
    CHECK(on_days({{23, 60}, {47, 60}, {50, 60}, {71, 80}}) == "r0@50 r1@50");
    // It stays true over midnight while the new day has no value: one firing.
    CHECK(on_days({{1, 60}, {25, 60}, {49, 60}, {73, 60}, {97, 60}}) == "r0@49 r1@49 r2@72x");
    // An empty day breaks plain days, not days with data.
    CHECK(on_days({{1, 60}, {25, 60}, {73, 60}}) == "r1@73");
    CHECK(on_days({{1, 60}, {25, 60}, {49, 60}, {121, 60}, {145, 60}, {169, 60}}) ==
          "r0@49 r1@49 r2@72x r0@169 r2@192x");
}

TEST_CASE("hold: true throughout, still true after the events of the last instant") {
    HandPack p;
    const NodeId latest = p.add(NodeKind::latest, {p.event('A'), p.field(kValue)});
    p.rule(p.add(NodeKind::hold, {p.compare(latest, CompareOp::lt, p.number(5))},
        [](Node& n) { n.high = 5 * kHour; }));
    CHECK(p.run({{0, 'A', 1}}, 9) == "r0@5x");
    CHECK(p.run({{0, 'A', 1}, {5, 'A', 9}}, 9) == "");
    CHECK(p.run({{0, 'A', 1}, {3, 'A', 9}, {4, 'A', 1}}, 9) == "r0@9x");
    CHECK(p.run({{0, 'A', 1}, {3, 'A'}, {4, 'A', 1}}, 9) == "r0@9x");
    CHECK(p.run({{0, 'A', 1}, {3, 'A', 2}}, 9) == "r0@5x");
}

TEST_CASE("silence counts from birth or the last one, and ends with the next") {
    HandPack p;
    p.rule(p.add(NodeKind::silence, {p.event('A')}, [](Node& n) { n.high = 30 * kHour; }));
    CHECK(p.run({{0, 'B'}}, 99) == "r0@30x");
    CHECK(p.run({{0, 'B'}, {10, 'A'}}, 99) == "r0@40x");
    CHECK(p.run({{0, 'A'}, {30, 'A'}, {61, 'A'}}, 99) == "r0@60x r0@91x");
}

TEST_CASE("the returning customer: before this") {
    HandPack p;
    const NodeId visit = p.event('A');
    const NodeId silent = p.add(NodeKind::silence, {visit}, [](Node& n) { n.high = 30 * kHour; });
    p.rule(p.add(NodeKind::filtered, {visit, p.add(NodeKind::before_this, {silent})}));
    CHECK(p.run({{0, 'A'}, {30, 'A'}, {61, 'A'}, {62, 'A'}}) == "r0@61");
}

TEST_CASE("known for, offset windows, since windows") {
    HandPack p;
    const NodeId a = p.event('A');
    p.rule(p.add(NodeKind::known_for, {}, [](Node& n) { n.high = 10 * kHour; }));
    const NodeId earlier = p.add(NodeKind::aggregate, {a}, [](Node& n) {
        n.window.kind = core::Window::Kind::sliding;
        n.window.length = 5 * kHour;
        n.window.offset = 10 * kHour;
    });
    p.rule(p.compare(earlier, CompareOp::eq, p.number(0)));
    const NodeId since = p.add(NodeKind::aggregate, {a}, [&](Node& n) {
        n.window.kind = core::Window::Kind::since;
        n.window.since = p.event('B');
    });
    p.rule(p.compare(since, CompareOp::eq, p.number(2)));
    // Unknown before hour 15; then (0, 5] has the A at 1; empty from 16 (1, 6].
    CHECK(p.run({{0, 'C'}, {1, 'A'}, {2, 'B'}, {3, 'A'}, {4, 'A'}}, 40) == "r2@4 r0@10x r1@19x");
}

TEST_CASE("around a moment in a field") {
    HandPack p;
    // `value` of B is an hour: some A within 3 hours before it.
    const NodeId at = p.add(NodeKind::arithmetic, {p.field(kValue), p.number(kHour)}, [](Node& n) {
        n.arithmetic = core::ArithmeticOp::multiply;
        n.type.kind = TypeKind::instant;
    });
    const NodeId around =
        p.add(NodeKind::exists_around, {p.event('A'), at}, [](Node& n) { n.high = 3 * kHour; });
    p.rule(p.event('B', around));
    CHECK(p.run({{7, 'A'}, {20, 'B', 10}, {20, 'B', 11}, {20, 'B', 6}, {20, 'B'}}) == "r0@20");
}

TEST_CASE("shift and cluster") {
    HandPack p;
    const NodeId a = p.event('A');
    p.rule(p.add(NodeKind::shift, {a, p.field(kValue)}, [](Node& n) {
        n.deviations = {3, 0};
        n.high = 100 * kHour;
        n.direction = core::Direction::up;
    }));
    std::vector<HandEvent> events;
    for (std::int64_t i = 0; i < 8; ++i) events.push_back({i, 'A', 10 + i % 2});
    std::vector<HandEvent> up = events, down = events;
    up.push_back({8, 'A', 20});
    down.push_back({8, 'A', 1});
    CHECK(p.run(up) == "r0@8");
    CHECK(p.run(down) == "");
    CHECK(p.outcomes(down).rules[0].undecided == 8);

    HandPack q;
    q.rule(q.add(NodeKind::cluster, {q.event('A')}, [](Node& n) {
        n.low = 2 * kHour;
        n.high = 100 * kHour;
        n.deviations = {1, 3};
    }));
    std::vector<HandEvent> burst;
    for (std::int64_t i = 0; i <= 110; i += 10) burst.push_back({i, 'A'});
    for (int i = 0; i < 6; ++i) burst.push_back({115, 'A'});
    CHECK(q.run(burst) == "r0@115");
}

TEST_CASE("faults are counted once per step at which they leave a rule undecided") {
    HandPack p;
    const NodeId zero = p.compare(p.add(NodeKind::arithmetic, {p.number(1), p.field(kValue)},
                                      [](Node& n) {
                                          n.arithmetic = core::ArithmeticOp::divide;
                                          n.type.kind = TypeKind::number;
                                      }),
        CompareOp::lt, p.number(1));
    p.rule(p.event('A', zero));
    p.rule(p.event(
        'A', p.add(NodeKind::or_, {zero, p.compare(p.field(kValue), CompareOp::eq, p.number(0))})));
    const Outcomes o = p.outcomes({{0, 'A', 0}, {1, 'A', 2}, {2, 'A'}});
    CHECK(o.rules[0].faults == 1);
    CHECK(o.rules[0].undecided == 2);
    CHECK(o.rules[1].faults == 0);
    CHECK(o.rules[1].firings == 2);
    CHECK(o.faults == std::vector<RuleFault>{{0, 0, 0, Fault::division_by_zero, kNone}});
}

TEST_CASE("elapsed: open cases count to now, and are asked for again later") {
    HandPack p;
    const NodeId a = p.event('A'), b = p.event('B');
    const NodeId time = p.add(NodeKind::elapsed, {b}, [](Node& n) {
        n.open = true;
        n.correlation = {{kId, kId}};
        n.type.kind = TypeKind::duration;
    });
    const NodeId mean = p.add(NodeKind::aggregate, {a, time}, [](Node& n) {
        n.aggregate = core::AggregateOp::average;
        n.window.kind = core::Window::Kind::sliding;
        n.window.length = 100 * kHour;
    });
    p.rule(p.add(
        NodeKind::filtered, {p.event('C'), p.compare(mean, CompareOp::gt, p.number(4 * kHour))}));
    CHECK(p.run({{0, 'A', 1, "x"}, {4, 'C'}, {5, 'C'}, {6, 'B', 1, "x"}, {8, 'A', 1, "y"}, {9, 'C'},
              {12, 'C'}}) == "r0@5 r0@12");
}
