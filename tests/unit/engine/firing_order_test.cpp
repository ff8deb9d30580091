// Firings in the order of outcomes, however many rules a record holds: compared with sorting each
// firing by itself.

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <tuple>

#include "runtime/engine/firing_order.h"

namespace clausal::engine {
namespace {

constexpr std::uint32_t kRules = 24, kSubjects = 3, kRows = 4;

struct World {
    EventData data;
    std::vector<RuleOutline> rules{kRules};
    RunRequest request;
    std::mt19937 random;

    explicit World(std::uint32_t seed) : random(seed) {
        data.subjects.resize(2);  // two kinds with the same keys
        for (SubjectTable& table : data.subjects) {
            for (const char* key : {"c", "a", "b"}) table.intern({data.dictionary.intern(key)});
        }
        data.tables.resize(1);
        for (std::uint32_t row = 0; row < kRows; ++row) {
            data.tables[0].time.push_back(row / 2);
            data.tables[0].sequence.push_back(kRows - row);
        }
        for (std::uint32_t i = 0; i < kRules; ++i) {
            rules[i].id = "K" + std::to_string(10 + (i * 7) % kRules);
            rules[i].priority = static_cast<std::int32_t>(below(2));
            rules[i].subject = i % 2;
            rules[i].stores = i % 5 == 0;
        }
        request.data = &data;
        request.rules = &rules;
    }
    std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>(random() % bound);
    }

    FiringRecord step() {
        FiringRecord out{};
        const std::uint32_t row = below(kRows + 1);
        out.reference = row == kRows ? -1 : std::int64_t{row};
        out.time = row == kRows ? below(2) : data.tables[0].time[row];
        out.kind = row == kRows ? 1 : (below(2) * 2) & 3U;
        out.depth = below(2) & 1U;
        out.subject = below(kSubjects);
        out.count = 1;
        return out;
    }

    auto place(const FiringRecord& firing) const {
        const RuleOutline& rule = rules[firing.rule];
        const std::int64_t sequence =
            firing.reference < 0
                ? -1
                : static_cast<std::int64_t>(
                      data.tables[0].sequence[static_cast<std::size_t>(firing.reference)]);
        const std::int64_t key = data.subjects[rule.subject].keys[firing.subject][0];
        return std::make_tuple(firing.time, static_cast<int>(firing.kind), sequence,
            data.dictionary.text(key), static_cast<int>(firing.depth), -rule.priority, rule.id);
    }
};

auto shown(const FiringRecord& firing, const World& world) {
    return std::make_tuple(world.place(firing), firing.rule, firing.subject, firing.reference,
        world.rules[firing.rule].stores ? firing.values : 0, firing.count);
}

TEST_CASE("records of one rule and of several give the order of single firings") {
    std::size_t joined = 0, split = 0;
    for (std::uint32_t seed = 1; seed <= 400; ++seed) {
        World world(seed);
        // Families: rules of one kind that store nothing, with ranks in any order.
        std::vector<std::vector<std::uint32_t>> families(2);
        for (std::uint32_t i = 0; i < kRules; ++i) {
            if (!world.rules[i].stores) families[i % 2].push_back(i);
        }
        const std::uint32_t shape = world.below(3);
        for (auto& family : families) {
            std::sort(family.begin(), family.end(), [&](std::uint32_t a, std::uint32_t b) {
                const auto key = [&](std::uint32_t i) {
                    return std::make_pair(-world.rules[i].priority, world.rules[i].id);
                };
                return key(a) < key(b);
            });
            if (shape == 1) std::reverse(family.begin(), family.end());
            if (shape == 2) std::shuffle(family.begin(), family.end(), world.random);
        }
        FiringRecords written;
        std::vector<FiringRecord> singles;
        const bool only_singles = seed % 4 == 0;
        for (std::uint32_t step = 0; step < 6; ++step) {
            const FiringRecord common = world.step();
            const bool seen = std::any_of(singles.begin(), singles.end(), [&](const auto& other) {
                return other.time == common.time && other.kind == common.kind &&
                       other.reference == common.reference && other.subject == common.subject &&
                       other.depth == common.depth;
            });
            if (seen) continue;  // a rule fires once at a step
            for (const auto& family : families) {
                for (std::uint32_t at = 0; at < family.size();) {
                    const std::uint32_t count = only_singles ? 1 : 1 + world.below(4);
                    const std::uint32_t end =
                        std::min(at + count, static_cast<std::uint32_t>(family.size()));
                    if (world.below(3) != 0) {
                        FiringRecord record = common;
                        record.rule = family[at];
                        record.count = end - at;
                        if (end - at > 1)
                            record.values = reinterpret_cast<std::uint64_t>(family.data() + at);
                        written.push_back(record);
                        for (; at < end; ++at) {
                            FiringRecord single = common;
                            single.rule = family[at];
                            singles.push_back(single);
                        }
                    }
                    at = end;
                }
            }
            for (std::uint32_t i = 0; i < kRules; ++i) {
                if (!world.rules[i].stores || world.below(2) == 0) continue;
                FiringRecord single = common;
                single.rule = i;
                single.values = 100 * step + i;
                written.push_back(single);
                singles.push_back(single);
            }
        }
        if (seed % 2 == 0) std::shuffle(written.begin(), written.end(), world.random);
        std::stable_sort(singles.begin(), singles.end(),
            [&](const auto& a, const auto& b) { return world.place(a) < world.place(b); });
        const FiringList list = in_order_of_outcomes(world.request, written);
        REQUIRE(list.size() == singles.size());
        std::size_t at = 0;
        for (const FiringRecord firing : list) {
            REQUIRE(at < singles.size());
            REQUIRE(shown(firing, world) == shown(singles[at], world));
            ++at;
        }
        CHECK(at == singles.size());
        // Longer than any record that was written; and one cut by a firing with values.
        const FiringRecords& steps = list.steps();
        for (const FiringRecord& step : steps) joined += step.count > 4 ? 1 : 0;
        for (std::size_t i = 2; i < steps.size(); ++i) {
            const bool between = world.rules[steps[i - 1].rule].stores && steps[i - 2].count > 1;
            split += between && steps[i].count > 1 && steps[i].time == steps[i - 2].time ? 1 : 0;
        }
        std::vector<RuleSummary> counts(kRules), expected(kRules);
        count_firings(list, &counts);
        for (const FiringRecord& firing : singles) ++expected[firing.rule].firings;
        CHECK(counts == expected);
    }
    CHECK(joined > 20);
    CHECK(split > 20);
}

TEST_CASE("a list without firings is empty") {
    World world(1);
    const FiringList list = in_order_of_outcomes(world.request, {});
    CHECK(list.empty());
    CHECK(list.begin() == list.end());
}

}  // namespace
}  // namespace clausal::engine
