// Rules through the JIT, against results worked out by hand, unoptimised, optimised and from a saved
// object; and one construct after the other broken on purpose.

#include <doctest/doctest.h>

#include "compiler/llvm/run_compiled.h"
#include "tests/unit/interpret/hand_pack.h"

namespace clausal {
namespace {

using core::CompareOp;
using test::HandEvent;
using test::HandPack;

std::string text_of(const core::CorePack& pack, const Outcomes& outcomes) {
    std::string text;
    for (const Firing& firing : outcomes.firings) {
        if (!text.empty()) text += ' ';
        const char* kinds[] = {"", "x", "d"};
        text += fmt::format("{}@{}{}", pack.rules[firing.rule].id, firing.step.time / kHour,
            kinds[static_cast<int>(firing.step.kind)]);
        for (const FiredAction& action : firing.actions) {
            for (const std::int64_t value : action.values)
                text += value == kMissing ? "(?)" : fmt::format("({})", value);
        }
    }
    return text;
}

std::string run_with(const HandPack& hand, const std::vector<HandEvent>& events, std::int64_t until,
    const compiled::CompileOptions& compile_options, std::uint32_t batch) {
    RunOptions options;
    options.batch = batch;
    if (until >= 0) options.until = until * kHour;
    std::string error;
    const Outcomes out =
        compiled::run_compiled(hand.pack, hand.data(events), {}, options, compile_options, &error);
    return error.empty() ? text_of(hand.pack, out) : error;
}

// Both tiers and two batch sizes must give the expected text.
void check(const HandPack& hand, const std::vector<HandEvent>& events, const std::string& expected,
    std::int64_t until = -1) {
    for (const bool optimise : {false, true}) {
        CAPTURE(optimise);
        CHECK(run_with(hand, events, until, {optimise, ""}, 65536) == expected);
        CHECK(run_with(hand, events, until, {optimise, ""}, 1) == expected);
    }
}

TEST_CASE("an event with a filter fires at each that passes, with the action's values") {
    HandPack hand;
    auto& rule = hand.rule(hand.event('A', hand.value_below(10)));
    rule.actions.push_back({0, {hand.field(test::kValue)}});
    check(hand, {{1, 'A', 5}, {2, 'A', 10}, {3, 'A'}, {4, 'B', 1}, {5, 'A', 9, "", "t"}},
        "r0@1(5) r0@5(9)");
}

TEST_CASE("a count in a window rises, falls by time alone, and rises again") {
    HandPack hand;
    hand.rule(hand.compare(hand.count(hand.event('A'), 10), CompareOp::ge, hand.number(3)));
    check(hand, {{1, 'A'}, {2, 'A'}, {3, 'A'}, {4, 'A'}, {20, 'A'}, {21, 'A'}, {22, 'A'}},
        "r0@3 r0@22");
    // At 11 the first leaves as the fourth comes: it never was less than three.
    check(hand, {{1, 'A'}, {2, 'A'}, {3, 'A'}, {11, 'A'}}, "r0@3");
    check(hand, {{1, 'A'}, {2, 'A'}, {3, 'A'}, {12, 'A'}, {12, 'A'}}, "r0@3 r0@12");
}

TEST_CASE("a count falls at the very instant of another event, and rises again") {
    HandPack hand;
    const core::NodeId busy =
        hand.compare(hand.count(hand.event('A'), 8), CompareOp::gt, hand.number(1));
    auto& rule = hand.rule(hand.absence(hand.add(core::NodeKind::rise, {busy}), kNone, 1));
    // Read together with C; of no interest otherwise.
    rule.actions.push_back(
        {0, {hand.add(core::NodeKind::latest, {hand.event('C'), hand.field(test::kValue)},
                [](core::Node& node) { node.type.kind = TypeKind::integer; })}});
    check(hand, {{15, 'A'}, {19, 'A'}, {23, 'C', 7}, {26, 'A'}, {29, 'B'}}, "r0@20d(?) r0@27d(7)",
        30);
}

TEST_CASE("a count below a bound rises when time takes the last one away") {
    HandPack hand;
    hand.rule(hand.compare(hand.count(hand.event('A'), 5), CompareOp::lt, hand.number(1)));
    check(hand, {{1, 'A'}, {20, 'B'}}, "r0@6x");
}

TEST_CASE("an absence is decided at its deadline, and its law holds at the edges") {
    HandPack hand;
    hand.rule(hand.absence(hand.event('A'), hand.event('B'), 2));
    check(hand, {{1, 'A'}, {4, 'A'}, {6, 'B'}, {7, 'A'}, {7, 'A'}, {8, 'A'}},
        "r0@3d r0@9d r0@9d r0@10d", 20);
    check(hand, {{1, 'A'}, {4, 'A'}, {6, 'B'}, {7, 'A'}}, "r0@3d", 8);
}

TEST_CASE("the latest before this step, of the occurrence that is looked for") {
    // The condition on the pair is evaluated at Z; the B in question is the latest before that.
    HandPack hand;
    const core::NodeId b = hand.event('B');
    const core::NodeId latest =
        hand.add(core::NodeKind::latest, {b, hand.field(test::kValue)}, [](core::Node& node) {
            node.type.kind = TypeKind::integer;
            node.before = true;
            node.correlation = {{test::kId, test::kId}};
        });
    const core::NodeId around = hand.add(core::NodeKind::exists_around,
        {b,
            hand.add(
                core::NodeKind::now, {}, [](core::Node& n) { n.type.kind = TypeKind::instant; }),
            hand.compare(latest, CompareOp::lt, hand.number(3))},
        [](core::Node& node) { node.high = 4 * kHour; });
    hand.rule(hand.add(core::NodeKind::filtered, {hand.event('Z'), around}));
    check(hand, {{1, 'B', 2, "x"}, {3, 'Z'}}, "r0@3");
    check(hand, {{1, 'B', 3, "x"}, {3, 'Z'}}, "");
    check(hand, {{1, 'B', 2, "x"}, {2, 'B', 7, "y"}, {3, 'Z'}, {6, 'Z'}}, "r0@3");
    check(hand, {{1, 'B', 2}, {3, 'Z'}}, "");
}

TEST_CASE("a streak over correlated absences, and the latest value") {
    HandPack hand;
    const auto same = [](core::Node& node) { node.correlation = {{test::kId, test::kId}}; };
    const core::NodeId unopened = hand.absence(hand.event('A'), hand.event('B'), 5, same);
    const core::NodeId streak =
        hand.add(core::NodeKind::streak, {unopened}, [](core::Node& node) { node.count = 2; });
    const core::NodeId latest =
        hand.add(core::NodeKind::latest, {hand.event('C'), hand.field(test::kValue)},
            [](core::Node& node) { node.type.kind = TypeKind::integer; });
    const core::NodeId low = hand.compare(latest, CompareOp::lt, hand.number(15));
    hand.rule(hand.add(core::NodeKind::and_, {streak, low}));
    check(hand, {{1, 'A', 0, "m"}, {2, 'A', 0, "n"}, {3, 'C', 8}}, "r0@7d", 20);
    check(hand, {{1, 'A', 0, "m"}, {2, 'A', 0, "n"}, {3, 'C', 8}, {6, 'B', 0, "n"}}, "", 20);
    check(hand, {{1, 'A', 0, "m"}, {2, 'A', 0, "n"}, {3, 'C', 80}, {30, 'C', 8}}, "r0@30", 40);
}

TEST_CASE("a sequence needs a lag within its bounds") {
    HandPack hand;
    hand.rule(hand.add(
        core::NodeKind::sequence, {hand.event('A'), hand.event('B')}, [](core::Node& node) {
            node.low = 3 * kHour;
            node.high = 30 * kHour;
        }));
    check(hand, {{1, 'A'}, {3, 'B'}, {4, 'B'}, {31, 'B'}, {32, 'B'}, {33, 'A'}, {36, 'B'}},
        "r0@4 r0@31 r0@36");
}

TEST_CASE("consecutive days rise at the first satisfying value of the last day") {
    HandPack hand;
    const core::NodeId days = hand.add(core::NodeKind::consecutive,
        {hand.event('A'), hand.value_below(65)}, [](core::Node& node) { node.count = 3; });
    hand.rule(days);
    check(hand, {{1, 'A', 1}, {25, 'A', 1}, {49, 'A', 1}, {50, 'A', 1}, {73, 'A', 1}}, "r0@49");
    check(hand,
        {{1, 'A', 1}, {25, 'A', 1}, {26, 'A', 99}, {49, 'A', 1}, {73, 'A', 1}, {97, 'A', 1}},
        "r0@97");
    check(hand,
        {{1, 'A', 1}, {25, 'A', 1}, {49, 'A', 1}, {121, 'A', 1}, {145, 'A', 1}, {169, 'A', 1}},
        "r0@49 r0@169");
}

TEST_CASE("a filter above an absence is asked of each start that one step decides") {
    const auto in_a_row = [](bool negated) {
        HandPack hand;
        const core::NodeId absence = hand.add(core::NodeKind::absence_after,
            {hand.event('A'), kNone, kNone, kNone, hand.event('B')},
            [](core::Node& node) { node.high = 100 * kHour; });
        const core::NodeId small =
            hand.add(core::NodeKind::filtered, {absence, hand.value_below(10)});
        hand.rule(hand.add(core::NodeKind::streak, {small}, [&](core::Node& node) {
            node.count = 2;
            node.negated = negated;
        }));
        return hand;
    };
    check(in_a_row(false), {{1, 'A', 50}, {2, 'A', 5}, {3, 'B'}}, "");
    check(in_a_row(false), {{1, 'A', 7}, {2, 'A', 5}, {3, 'B'}}, "r0@3");
    check(in_a_row(true), {{1, 'A', 50}, {2, 'A', 5}, {3, 'B'}}, "");
    check(in_a_row(true), {{1, 'A', 50}, {2, 'A', 60}, {3, 'B'}}, "r0@3");
}

TEST_CASE(
    "complete days rise at the end of the day, also where another event comes at that instant") {
    HandPack hand;
    const core::NodeId days = hand.add(
        core::NodeKind::consecutive, {hand.event('A'), hand.value_below(65)}, [](core::Node& node) {
            node.count = 1;
            node.mode = core::UnitMode::complete;
        });
    auto& rule = hand.rule(days);
    rule.actions.push_back(
        {0, {hand.add(core::NodeKind::latest, {hand.event('B'), hand.field(test::kValue)},
                [](core::Node& node) { node.type.kind = TypeKind::integer; })}});
    check(hand, {{12, 'A', 1}, {40, 'B', 7}}, "r0@24x(?)", 60);
    check(hand, {{12, 'A', 1}, {24, 'B', 7}}, "r0@24x(7)", 60);
    check(hand, {{12, 'A', 1}, {24, 'B', 7}, {24, 'B', 8}, {48, 'B', 9}}, "r0@24x(8)", 90);
}

core::NodeId sum_of(HandPack& hand, const core::Window& window) {
    return hand.add(core::NodeKind::aggregate, {hand.event('A'), hand.field(test::kValue)},
        [&](core::Node& node) {
            node.aggregate = core::AggregateOp::sum;
            node.window = window;
            node.type.kind = TypeKind::integer;
        });
}

TEST_CASE(
    "running sums: since the beginning, in this day, in the day before, since another event") {
    HandPack all, today, yesterday, since;
    core::Window window;
    all.rule(all.compare(sum_of(all, window), CompareOp::ge, all.number(10)));
    check(
        all, {{1, 'A', 4}, {30, 'A', 5}, {60, 'A', 1}, {61, 'A', -9}, {62, 'A', 9}}, "r0@60 r0@62");
    window.kind = core::Window::Kind::this_unit;
    today.rule(today.compare(sum_of(today, window), CompareOp::ge, today.number(10)));
    check(today, {{1, 'A', 9}, {24, 'A', 9}, {25, 'A', 1}, {49, 'A', 10}}, "r0@25 r0@49");
    window.kind = core::Window::Kind::previous_unit;
    yesterday.rule(
        yesterday.compare(sum_of(yesterday, window), CompareOp::ge, yesterday.number(10)));
    check(
        yesterday, {{1, 'A', 9}, {24, 'A', 9}, {25, 'A', 1}, {50, 'A', 10}, {100, 'B'}}, "r0@48x");
    window.kind = core::Window::Kind::since;
    window.since = since.event('B');
    since.rule(since.compare(sum_of(since, window), CompareOp::ge, since.number(10)));
    check(since, {{1, 'A', 9}, {2, 'B'}, {3, 'A', 9}, {4, 'A', 1}, {5, 'B'}, {6, 'A', 10}},
        "r0@4 r0@6");
}

// Too many to look back at: in both executions, with the same record.
TEST_CASE(
    "what lies beyond the cap is unknown, and the overrun is recorded once per rule and subject") {
    HandPack hand;
    core::Window window;
    window.kind = core::Window::Kind::sliding;
    window.length = 10 * kHour;
    hand.rule(hand.compare(sum_of(hand, window), CompareOp::ge, hand.number(4)));
    hand.rule(hand.add(
        core::NodeKind::sequence, {hand.event('A'), hand.event('B')}, [](core::Node& node) {
            node.high = 10 * kHour;
            node.correlation = {{test::kId, test::kId}};
        }));
    const std::vector<HandEvent> events{{1, 'A', 1, "m"}, {2, 'A', 1, "n"}, {3, 'A', 1, "n"},
        {4, 'A', 1, "n"}, {5, 'B', 0, "m"}, {6, 'B', 0, "n"}, {20, 'A', 2}, {21, 'A', 2}};
    RunOptions options;
    for (const std::uint32_t remembered : {3U, 4U}) {
        CAPTURE(remembered);
        options.remembered = remembered;
        const EventData data = hand.data(events);
        const Outcomes expected = interpret::run_reference(hand.pack, data, {}, options);
        for (const std::uint32_t batch : {1U, 65536U}) {
            options.batch = batch;
            std::string error;
            const Outcomes out =
                compiled::run_compiled(hand.pack, data, {}, options, {false, ""}, &error);
            CHECK(error.empty());
            CHECK(out == expected);
            if (remembered == 4) {
                CHECK(out.overruns.empty());
                CHECK(text_of(hand.pack, out) == "r0@4 r1@5 r1@6 r0@21");
            } else {
                CHECK(out.overruns == std::vector<Overrun>{{0, 0, 4 * kHour}, {1, 0, 4 * kHour}});
                CHECK(text_of(hand.pack, out) == "r1@6 r0@21");
                CHECK(out.rules[0].faults == 1);
                CHECK(out.rules[1].undecided == 1);
            }
        }
    }
}

// By themselves, in a family of thresholds, and of both reasons at once.
TEST_CASE("a fault is recorded with rule, subject, time and reason, alike in both executions") {
    HandPack hand;
    const auto of = [&](core::ArithmeticOp op, core::NodeId left, core::NodeId right) {
        return hand.add(core::NodeKind::arithmetic, {left, right}, [&](core::Node& node) {
            node.arithmetic = op;
            node.type.kind = TypeKind::number;
        });
    };
    const core::NodeId value = hand.field(test::kValue);
    const core::NodeId share = of(core::ArithmeticOp::divide, hand.number(1), value);
    core::NodeId large = value;
    for (int i = 0; i < 3; ++i)
        large = of(core::ArithmeticOp::multiply, large, hand.number(4'000'000'000'000'000'000));
    const core::NodeId both = of(core::ArithmeticOp::add, share, large);
    hand.rule(hand.event('A', hand.compare(share, CompareOp::lt, hand.number(1))));
    hand.rule(hand.event('A', hand.compare(large, CompareOp::lt, hand.number(1))));
    hand.rule(hand.event('A', hand.compare(both, CompareOp::lt, hand.number(1))));
    for (int i = 0; i < 4; ++i)
        hand.rule(hand.event('B', hand.compare(share, CompareOp::lt, hand.number(i))));
    const EventData data = hand.data({{1, 'A', 0}, {2, 'A', 5}, {3, 'B', 0}, {4, 'B', 5}});
    const Outcomes expected = interpret::run_reference(hand.pack, data, {}, {});
    const Fault divided = Fault::division_by_zero, overflow = Fault::overflow;
    CHECK(
        expected.faults ==
        std::vector<RuleFault>{{0, 0, 1 * kHour, divided, kNone}, {2, 0, 1 * kHour, divided, kNone},
            {1, 0, 2 * kHour, overflow, kNone}, {2, 0, 2 * kHour, overflow, kNone},
            {3, 0, 3 * kHour, divided, kNone}, {4, 0, 3 * kHour, divided, kNone},
            {5, 0, 3 * kHour, divided, kNone}, {6, 0, 3 * kHour, divided, kNone}});
    for (const std::uint32_t batch : {1U, 65536U}) {
        RunOptions options;
        options.batch = batch;
        std::string error;
        CHECK(
            compiled::run_compiled(hand.pack, data, {}, options, {false, ""}, &error) == expected);
        CHECK(error.empty());
    }
}

TEST_CASE("a saved object gives the same without generating code") {
    HandPack hand;
    hand.rule(hand.absence(hand.event('A'), hand.event('B'), 2));
    const compiled::CompiledPack first = compiled::CompiledPack::compile(hand.pack);
    REQUIRE(first.error().empty());
    const compiled::CompiledPack second = compiled::CompiledPack::load(hand.pack, first.object());
    REQUIRE(second.error().empty());
    const EventData data = hand.data({{1, 'A'}, {4, 'A'}, {5, 'B'}, {9, 'C'}});
    CHECK(text_of(hand.pack, second.run(data, {}, {})) == "r0@3d");
    CHECK_FALSE(compiled::CompiledPack::load(hand.pack, "no object").error().empty());
}

TEST_CASE("code that is broken on purpose gives something else") {
    HandPack hand;
    hand.rule(hand.compare(hand.count(hand.event('A'), 10), CompareOp::ge, hand.number(3)));
    const std::vector<HandEvent> events{{1, 'A'}, {2, 'A'}, {3, 'A'}};
    CHECK(run_with(hand, events, -1, {true, ""}, 100) == "r0@3");
    CHECK(run_with(hand, events, -1, {true, "compare"}, 100) != "r0@3");
    CHECK(run_with(hand, events, -1, {false, "event"}, 100) != "r0@3");
}

}  // namespace
}  // namespace clausal
