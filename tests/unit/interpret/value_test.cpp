#include <doctest/doctest.h>

#include "tests/unit/interpret/hand_pack.h"

using namespace clausal;
using namespace clausal::test;
using core::AggregateOp;
using core::ArithmeticOp;
using core::CompareOp;

namespace {

// The action's value at each A of a trace, as "1 2 ?".
std::string values(HandPack& p, NodeId value, const std::vector<HandEvent>& events) {
    core::Rule& rule = p.rule(p.event('A'));
    rule.actions = {{0, {value}}};
    std::string text;
    for (const Firing& firing : p.outcomes(events).firings) {
        const std::int64_t stored = firing.actions.at(0).values.at(0);
        text += (text.empty() ? "" : " ") +
                (stored == kMissing ? std::string("?") : std::to_string(stored));
    }
    return text;
}

NodeId aggregate(HandPack& p, AggregateOp op, std::int64_t hours, std::int32_t percentile = 0) {
    return p.add(NodeKind::aggregate, {p.event('A'), p.field(kValue)}, [&](Node& n) {
        n.aggregate = op;
        n.percentile = percentile;
        n.window.kind = core::Window::Kind::sliding;
        n.window.length = hours * kHour;
        n.type.kind = TypeKind::number;
    });
}

NodeId text(HandPack& p, const std::string& content) {
    return p.add(NodeKind::constant, {}, [&](Node& n) {
        n.type.kind = TypeKind::text;
        n.text = content;
    });
}

}  // namespace

TEST_CASE("aggregates over a window") {
    const std::vector<HandEvent> events = {
        {0, 'A', 4}, {1, 'A'}, {2, 'A', 1}, {3, 'A', 9}, {3, 'A', 4}, {13, 'A'}};
    const auto of = [&](AggregateOp op, std::int32_t percentile = 0) {
        HandPack p;
        return values(p, aggregate(p, op, 10, percentile), events);
    };
    CHECK(of(AggregateOp::count) == "1 2 3 4 5 1");
    CHECK(of(AggregateOp::sum) == "4 4 5 14 18 0");
    CHECK(of(AggregateOp::average) == "4 4 3 5 5 ?");  // 2.5 and 14/3 and 4.5, half away from zero
    CHECK(of(AggregateOp::minimum) == "4 4 1 1 1 ?");
    CHECK(of(AggregateOp::maximum) == "4 4 4 9 9 ?");
    CHECK(of(AggregateOp::range) == "0 0 3 8 8 ?");
    CHECK(of(AggregateOp::distinct) == "1 1 2 3 3 ?");
    CHECK(of(AggregateOp::percentile, 50) == "4 4 1 4 4 ?");
    CHECK(of(AggregateOp::percentile, 100) == "4 4 4 9 9 ?");
    CHECK(of(AggregateOp::deviation) == "? ? 2 4 3 ?");  // 2.12 4.04 3.31
}

TEST_CASE("windows of calendar units") {
    const auto run = [](core::Window::Kind kind) {
        HandPack p;
        const NodeId count = p.add(NodeKind::aggregate, {p.event('A')}, [&](Node& n) {
            n.window.kind = kind;
            n.window.unit = core::Unit::day;
        });
        return values(p, count, {{1, 'A'}, {23, 'A'}, {24, 'A'}, {30, 'A'}, {72, 'A'}});
    };
    CHECK(run(core::Window::Kind::this_unit) == "1 2 1 2 1");
    CHECK(run(core::Window::Kind::previous_unit) == "? ? 2 2 0");
    CHECK(run(core::Window::Kind::closed_units) == "0 0 2 2 4");
    HandPack p;
    const NodeId days =
        p.add(NodeKind::closed_units, {}, [](Node& n) { n.unit = core::Unit::day; });
    CHECK(values(p, days, {{1, 'A'}, {23, 'A'}, {24, 'A'}, {72, 'A'}}) == "? ? 1 3");
}

TEST_CASE("arithmetic, rounding, choice") {
    HandPack p;
    const NodeId half = p.add(NodeKind::arithmetic, {p.field(kValue), p.number(2)}, [](Node& n) {
        n.arithmetic = ArithmeticOp::divide;
        n.type.kind = TypeKind::number;
    });
    const NodeId down = p.add(NodeKind::round, {half}, [](Node& n) {
        n.rounding = Rounding::down;
        n.type.kind = TypeKind::number;
    });
    const NodeId chosen =
        p.add(NodeKind::choose, {p.value_below(5), down, p.add(NodeKind::negative, {p.number(1)})});
    CHECK(values(p, chosen, {{0, 'A', 3}, {1, 'A', -3}, {2, 'A', 7}, {3, 'A'}}) == "1 -1 -1 -1");
}

TEST_CASE("latest, before, times") {
    HandPack p;
    const NodeId before =
        p.add(NodeKind::latest, {p.event('A'), p.field(kValue)}, [](Node& n) { n.before = true; });
    CHECK(values(p, before, {{0, 'A', 3}, {0, 'A', 5}, {2, 'A'}, {3, 'A', 1}}) == "? 3 5 ?");
    HandPack q;
    const NodeId since = q.add(NodeKind::arithmetic,
        {q.add(NodeKind::now), q.add(NodeKind::latest, {q.event('B'), q.add(NodeKind::time_of)})},
        [](Node& n) {
            n.arithmetic = ArithmeticOp::subtract;
            n.type.kind = TypeKind::duration;
        });
    const NodeId hours = q.add(NodeKind::arithmetic, {since, q.number(kHour)}, [](Node& n) {
        n.arithmetic = ArithmeticOp::divide;
        n.type.kind = TypeKind::number;
    });
    CHECK(values(q, hours, {{0, 'A'}, {1, 'B'}, {5, 'A'}}) == "? 4");
}

TEST_CASE("dates and working days") {
    HandPack p;
    // 1970-01-01 is a Thursday.
    const NodeId today = p.add(
        NodeKind::date_of, {p.add(NodeKind::now)}, [](Node& n) { n.type.kind = TypeKind::date; });
    const NodeId later = p.add(NodeKind::add_days, {today, p.field(kValue)},
        [](Node& n) { n.type.kind = TypeKind::date; });
    p.pack.schema.actions[0].fields[0].type.kind = TypeKind::date;
    CHECK(values(p, later, {{0, 'A', 3}, {47, 'A', -1}, {48, 'A'}}) == "3 0 ?");
}

TEST_CASE("texts: contains, keyword density, membership, key") {
    HandPack p;
    core::ConstantList list;
    list.name = "list";
    list.type.kind = TypeKind::text;
    list.texts = {"x", "心脏支架集采集采"};
    p.pack.lists.push_back(std::move(list));
    const NodeId member = p.add(NodeKind::member, {p.field(kId)}, [](Node& n) { n.list = 0; });
    const NodeId contains =
        p.add(NodeKind::contains, {p.field(kId)}, [](Node& n) { n.words = {"集采", "骨科"}; });
    p.rule(p.event('A', member));
    p.rule(p.event('A', contains));
    p.rule(p.event('A', p.compare(p.add(NodeKind::key_part), CompareOp::eq, text(p, "t"))));
    p.rule(p.event('A', p.add(NodeKind::is_missing, {p.field(kId)})));
    CHECK(p.run({{0, 'A', 1, "心脏支架集采集采"}, {1, 'A', 1, "x"}, {2, 'A', 1, "骨科"},
              {3, 'A', 1, ""}, {4, 'A', 1, "y", "t"}}) == "r0@0 r1@0 r0@1 r1@2 r3@3 r2@4");
    HandPack q;
    const NodeId density = q.add(NodeKind::keyword_density, {q.field(kId)}, [](Node& n) {
        n.words = {"集采", "支架"};
        n.type.kind = TypeKind::number;
    });
    CHECK(
        values(q, density,
            {{0, 'A', 1, "心脏支架集采集采"}, {1, 'A', 1, "aaaa"}, {2, 'A', 1, ""}}) == "375 0 ?");
}

TEST_CASE("register values are those in force at the step") {
    HandPack p;
    p.pack.schema.subjects[0].fields = {{"level", {TypeKind::integer, 0, "", {}, false}}};
    p.rule(p.compare(
        p.add(NodeKind::subject_field, {}, [](Node& n) { n.type.kind = TypeKind::integer; }),
        CompareOp::ge, p.number(2)));
    EventData data = p.data({{0, 'A'}, {9, 'A'}});
    data.subjects[0].registers = {{{0, {1}}, {5 * kHour, {2}}}};
    const Outcomes outcomes = interpret::run_reference(p.pack, data, {}, {});
    REQUIRE(outcomes.firings.size() == 1);
    CHECK(outcomes.firings[0].step.time == 5 * kHour);
    CHECK(outcomes.firings[0].step.kind == Step::Kind::expiry);
}

TEST_CASE("witnesses name the events that a result rests on") {
    HandPack p;
    const NodeId sequence = p.add(
        NodeKind::sequence, {p.event('A'), p.event('B')}, [](Node& n) { n.high = 9 * kHour; });
    const NodeId count = p.count(p.event('A'), 100);
    p.rule(p.add(NodeKind::filtered, {sequence, p.compare(count, CompareOp::ge, p.number(1))}));
    const EventData data = p.data({{0, 'A'}, {1, 'A'}, {2, 'B'}});
    const std::vector<WorkCalendar> calendars;
    const interpret::RunData run = interpret::make_run_data(p.pack, data, calendars, {});
    const interpret::Program program = interpret::make_program(p.pack, 0);
    interpret::SubjectTrace trace(program, run, 0, interpret::events_by_subject(p.pack, run, 0)[0]);
    trace.run();
    REQUIRE(trace.firings().size() == 1);
    const interpret::View view{trace.firings()[0].step, false};
    const std::vector<EventReference> seen = trace.witnesses(sequence, view);
    REQUIRE(seen.size() == 2);
    CHECK(seen[0] == EventReference{1, 0});
    CHECK(seen[1] == EventReference{0, 1});
    CHECK(trace.witnesses(count, view).size() == 2);
    CHECK(trace.value(count, view, {}).low.numerator == 2);
}

TEST_CASE("windows of the same field: correlated with the occurrence that asks") {
    HandPack p;
    const NodeId same =
        p.add(NodeKind::aggregate, {p.event('B')}, [](Node& n) { n.correlation = {{kId, kId}}; });
    const std::vector<HandEvent> events = {{0, 'B', 1, "x"}, {1, 'B', 2, "y"}, {2, 'B', 3, "x"},
        {3, 'A', 0, "x"}, {4, 'A', 0, "y"}, {5, 'A', 0, "z"}, {6, 'A', 0, ""}};
    CHECK(values(p, same, events) == "2 1 0 0");
    HandPack q;
    const NodeId again = q.add(NodeKind::latest, {q.event('B'), q.field(kValue)},
        [](Node& n) { n.correlation = {{kId, kId}}; });
    CHECK(values(q, again, events) == "3 2 ? ?");
}
