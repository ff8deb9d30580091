// The core rules W1..W6 under the reference evaluator give the firings of the hand-written rules: the
// yardstick and the language mean the same.

#include <doctest/doctest.h>

#include "bench/core_rules.h"
#include "bench/generate.h"
#include "bench/hand_written/hand_written.h"
#include "compiler/core/intern_constants.h"
#include "compiler/interpret/run_reference.h"

using namespace clausal;
using namespace clausal::bench;

namespace {

EventData small(std::uint64_t seed, bool coarse) {
    GenerateOptions options;
    options.events = 1'500;
    options.subjects = 12;
    options.seed = seed;
    EventData data = generate(options);
    for (EventTable& table : data.tables) {
        for (Microseconds& time : table.time) time -= coarse ? time % (4 * kHour) : 0;
    }
    return data;
}

Firings by_reference(const core::CorePack& pack, EventData& data) {
    core::intern_constants(pack, data.dictionary);
    Firings firings;
    for (const Firing& firing : interpret::run_reference(pack, data, {}, {}).firings) {
        firings.push_back({firing.step.time, firing.subject, firing.rule});
    }
    return firings;
}

}  // namespace

TEST_CASE("core rules and hand-written rules fire alike") {
    using HandWritten = Firings (*)(const EventData&);
    const HandWritten by_hand[] = {
        hand_written_w1, hand_written_w2, hand_written_w3, hand_written_w4, hand_written_w5};
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        for (const bool coarse : {false, true}) {
            EventData data = small(seed, coarse);
            for (int number = 1; number <= 5; ++number) {
                CAPTURE(seed);
                CAPTURE(number);
                CHECK(by_reference(core_rules({number}), data) == by_hand[number - 1](data));
            }
            std::vector<ThresholdRule> rules = many_rules(9);
            for (ThresholdRule& rule : rules) rule.threshold += 140'000;
            CHECK(by_reference(core_many_rules(rules), data) == hand_written_w6(data, rules));
        }
    }
}
