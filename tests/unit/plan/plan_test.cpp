// What a plan keeps of the past, and which rules share a group.

#include <doctest/doctest.h>

#include "compiler/plan/empty_history.h"
#include "compiler/plan/from_core.h"
#include "compiler/plan/print.h"
#include "runtime/kernels/family_cells.h"
#include "runtime/kernels/kernels.h"
#include "tests/unit/interpret/hand_pack.h"

namespace clausal {
namespace {

using core::CompareOp;
using core::NodeId;
using test::HandPack;

TEST_CASE("rules that read the same event types share a group, others do not") {
    HandPack hand;
    hand.rule(hand.event('A'));
    hand.rule(hand.event('A', hand.value_below(3)));
    hand.rule(hand.event('B'));
    const plan::Plan plan = plan::make_plan(hand.pack);
    REQUIRE(plan.groups.size() == 2);
    CHECK(plan.groups[0].rules == std::vector<std::uint32_t>{0, 1});
}

TEST_CASE("a count that is compared needs only the last few times") {
    HandPack hand;
    hand.rule(hand.compare(hand.count(hand.event('A'), 168), CompareOp::ge, hand.number(5)));
    const plan::Plan plan = plan::make_plan(hand.pack);
    REQUIRE(plan.groups[0].spec.counts.size() == 1);
    CHECK(plan.groups[0].spec.counts[0].size == 5);
    CHECK(plan.groups[0].spec.logs.empty());
    CHECK(plan.state_bytes() <= 64);
    CHECK(plan::print(plan).find("group 0") == 0);
}

TEST_CASE("sums since the beginning are running ones, and silence keeps the latest: no log") {
    HandPack hand;
    const core::NodeId sum = hand.add(core::NodeKind::aggregate,
        {hand.event('A'), hand.field(test::kValue)}, [](core::Node& node) {
            node.aggregate = core::AggregateOp::sum;
            node.type.kind = TypeKind::integer;
        });
    hand.rule(hand.compare(sum, CompareOp::ge, hand.number(5)));
    hand.rule(hand.add(
        core::NodeKind::silence, {hand.event('A')}, [](core::Node& node) { node.high = kHour; }));
    const plan::Plan plan = plan::make_plan(hand.pack);
    REQUIRE(plan.groups.size() == 1);
    CHECK(plan.groups[0].spec.logs.empty());
    CHECK(plan.groups[0].spec.runnings.size() == 1);
    CHECK(plan.groups[0].spec.marks.size() == 1);
}

TEST_CASE("bounds of comparisons of a count") {
    using Bounds = std::vector<std::int64_t>;
    CHECK(plan::count_bounds(CompareOp::ge, {5, 1}) == Bounds{5});
    CHECK(plan::count_bounds(CompareOp::gt, {5, 1}) == Bounds{6});
    CHECK(plan::count_bounds(CompareOp::lt, {9, 2}) == Bounds{5});
    CHECK(plan::count_bounds(CompareOp::le, {9, 2}) == Bounds{5});
    CHECK(plan::count_bounds(CompareOp::eq, {2, 1}) == Bounds{2, 3});
    CHECK_FALSE(plan::count_bounds(CompareOp::ge, {1000, 1}));
}

TEST_CASE("a rule that may hold at birth keeps births") {
    HandPack few, many;
    few.rule(few.compare(few.count(few.event('A'), 5), CompareOp::lt, few.number(2)));
    many.rule(many.compare(many.count(many.event('A'), 5), CompareOp::ge, many.number(2)));
    CHECK(plan::truths_when_empty(few.pack, few.pack.rules[0].condition) == plan::kMayBeTrue);
    CHECK(plan::make_plan(few.pack).groups[0].spec.births);
    CHECK_FALSE(plan::make_plan(many.pack).groups[0].spec.births);
}

NodeId streak_below(
    HandPack& hand, std::int64_t bound, std::int64_t count = 3, bool negated = false) {
    return hand.add(core::NodeKind::streak, {hand.event('A', hand.value_below(bound)), kNone},
        [&](core::Node& n) {
            n.count = count;
            n.negated = negated;
        });
}

TEST_CASE("rules that differ in one constant are a family with one position") {
    HandPack few, many;
    for (std::int64_t i = 0; i < 3; ++i) few.rule(streak_below(few, 50 - i));
    for (std::int64_t i = 0; i < 300; ++i) many.rule(streak_below(many, 50 + (i * 7) % 300));
    const plan::Plan small = plan::make_plan(few.pack), large = plan::make_plan(many.pack);
    REQUIRE(large.groups[0].families.size() == 1);
    const plan::Family& family = large.groups[0].families[0];
    CHECK(family.places.size() == 300);
    CHECK(compare(family.numbers.front(), Rational{50, 1}) == 0);
    CHECK(compare(family.numbers.back(), Rational{349, 1}) == 0);
    CHECK(large.groups[0].spec.streaks.empty());
    CHECK(large.state_bytes() == small.state_bytes());
    CHECK(plan::print(large).find("family 0 of 300 rules") != std::string::npos);
}

TEST_CASE("families need the same value, direction, and count") {
    HandPack hand;
    hand.rule(streak_below(hand, 10));
    hand.rule(streak_below(hand, 11, 4));
    hand.rule(streak_below(hand, 12, 3, true));  // not below: above
    hand.rule(hand.event('A', hand.value_below(10)));
    hand.rule(
        hand.event('A', hand.compare(hand.field(test::kValue), CompareOp::eq, hand.number(3))));
    hand.rule(
        hand.event('A', hand.compare(hand.field(test::kValue), CompareOp::eq, hand.number(4))));
    CHECK(plan::make_plan(hand.pack).groups[0].families.empty());
    hand.rule(
        hand.event('A', hand.compare(hand.number(20), CompareOp::ge, hand.field(test::kValue))));
    const plan::Plan plan = plan::make_plan(hand.pack);
    REQUIRE(plan.groups[0].families.size() == 1);
    CHECK(plan.groups[0].families[0].places == std::vector<std::uint32_t>{3, 6});
    CHECK(plan.groups[0].families[0].inclusive == std::vector<std::uint8_t>{0, 1});
}

TEST_CASE("positions of a family") {
    const std::int64_t thresholds[] = {10, 20, 20, 30};
    CHECK(kernels::ck_level(thresholds, 4, 5) == 0);
    CHECK(kernels::ck_level(thresholds, 4, 10) == 1);
    CHECK(kernels::ck_level(thresholds, 4, 20) == 3);
    CHECK(kernels::ck_level(thresholds, 4, 30) == 4);
    std::int64_t streak[2] = {};
    CHECK(kernels::ck_family_streak(streak, 2, 4) == (std::int64_t{4} << 32 | 4));
    kernels::ck_family_streak_push(streak, 2, 3, 3);
    kernels::ck_family_streak_push(streak, 2, 4, 0);  // unknown
    CHECK(kernels::ck_family_streak(streak, 2, 4) == (std::int64_t{4} << 32 | 3));
    std::int64_t units[2] = {};
    kernels::ck_family_units_push(units, 100, 0, 2, 1);
    kernels::ck_family_units_push(units, 100, 0, 2, 3);
    kernels::ck_family_units_push(units, 101, 0, 2, 2);
    CHECK(kernels::ck_family_units(units, 101, 0, 2, 2, 4) == 3);
    CHECK(kernels::ck_family_units(units, 102, 0, 2, 2, 4) == 3);
    CHECK(kernels::ck_family_units(units, 103, 0, 2, 2, 4) == 4);
}

TEST_CASE("a ring of times gives the n-th latest") {
    std::int64_t cell[4] = {};  // three times, and two bytes
    CHECK(kernels::ck_ring_nth(cell, 3, 1) == kMissing);
    for (const std::int64_t time : {10, 20, 30, 40}) kernels::ck_ring_push(cell, 3, time);
    CHECK(kernels::ck_ring_nth(cell, 3, 1) == 40);
    CHECK(kernels::ck_ring_nth(cell, 3, 3) == 20);
}

}  // namespace
}  // namespace clausal
