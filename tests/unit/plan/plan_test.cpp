// What a plan keeps of the past, and which rules share a group.

#include <doctest/doctest.h>

#include "compiler/plan/empty_history.h"
#include "compiler/plan/from_core.h"
#include "compiler/plan/print.h"
#include "runtime/kernels/kernels.h"
#include "tests/unit/interpret/hand_pack.h"

namespace clausal {
namespace {

using core::CompareOp;
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
    const core::NodeId sum = hand.add(core::NodeKind::aggregate, {hand.event('A'), hand.field(test::kValue)}, [](core::Node& node) {
        node.aggregate = core::AggregateOp::sum;
        node.type.kind = TypeKind::integer;
    });
    hand.rule(hand.compare(sum, CompareOp::ge, hand.number(5)));
    hand.rule(hand.add(core::NodeKind::silence, {hand.event('A')}, [](core::Node& node) { node.high = kHour; }));
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

TEST_CASE("a ring of times gives the n-th latest") {
    std::int64_t cell[4] = {};   // three times, and two bytes
    CHECK(kernels::ck_ring_nth(cell, 3, 1) == kMissing);
    for (const std::int64_t time : {10, 20, 30, 40}) kernels::ck_ring_push(cell, 3, time);
    CHECK(kernels::ck_ring_nth(cell, 3, 1) == 40);
    CHECK(kernels::ck_ring_nth(cell, 3, 3) == 20);
}

}  // namespace
}  // namespace clausal
