// The yardsticks must mean what the rules say: hand-written against brute force on small traces that
// are dense in ties and boundary hits.

#include <filesystem>

#include <doctest/doctest.h>

#include "bench/generate.h"
#include "bench/hand_written/hand_written.h"
#include "bench/scan.h"
#include "bench/tests/brute_force.h"

using namespace clausal;
using namespace clausal::bench;

namespace {

EventData small(std::uint64_t seed) {
    GenerateOptions options;
    options.events = 4'000;
    options.subjects = 30;
    options.seed = seed;
    return generate(options);
}

// Coarser times than the generator's, so that one instant holds many events of one subject, and
// windows end exactly at events.
EventData coarse(std::uint64_t seed) {
    EventData data = small(seed);
    for (EventTable& table : data.tables) {
        for (Microseconds& time : table.time) time -= time % (kHour * 4);
    }
    return data;
}

// One instant every nine days: all windows of days run empty, several values expire at once.
EventData stretched(std::uint64_t seed) {
    EventData data = small(seed);
    for (EventTable& table : data.tables) {
        for (Microseconds& time : table.time) time = time / kDay * 9 * kDay;
    }
    return data;
}

}  // namespace

TEST_CASE("the generator is deterministic and its rows are in order") {
    const EventData a = small(7), b = small(7), c = small(8);
    CHECK(a.order == b.order);
    CHECK(a.tables[kLineReport].columns == b.tables[kLineReport].columns);
    CHECK_FALSE(a.order == c.order);
    for (std::size_t i = 0; i < a.order.size(); ++i) {
        const EventReference event = a.order[i];
        REQUIRE(a.tables[event.type].sequence[event.row] == i);
        if (i == 0) continue;
        const EventReference before = a.order[i - 1];
        REQUIRE(a.tables[before.type].time[before.row] <= a.tables[event.type].time[event.row]);
    }
}

TEST_CASE("hand-written rules fire exactly as their definition") {
    std::size_t fired[6] = {};
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        for (const EventData& data : {small(seed), coarse(seed), stretched(seed)}) {
            const Firings w1 = hand_written_w1(data), w2 = hand_written_w2(data),
                          w3 = hand_written_w3(data), w4 = hand_written_w4(data),
                          w5 = hand_written_w5(data);
            CHECK(w1 == brute_force_w1(data));
            CHECK(w2 == brute_force_w2(data));
            CHECK(w3 == brute_force_w3(data));
            CHECK(w4 == brute_force_w4(data));
            CHECK(w5 == brute_force_w5(data));
            fired[0] += w1.size();
            fired[1] += w2.size();
            fired[2] += w3.size();
            fired[3] += w4.size();
            fired[4] += w5.size();
        }
    }
    for (std::size_t i = 0; i < 5; ++i) {
        CAPTURE(i);
        CHECK(fired[i] >= 50);
    }
}

TEST_CASE("hand-written thresholds fire exactly as their definition") {
    std::size_t fired = 0;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        CAPTURE(seed);
        for (const EventData& data : {small(seed), coarse(seed), stretched(seed)}) {
            std::vector<ThresholdRule> rules = many_rules(15);
            for (ThresholdRule& rule : rules)
                rule.threshold += 140'000;  // where small traces have values
            const Firings firings = hand_written_w6(data, rules);
            CHECK(firings == brute_force_w6(data, rules));
            fired += firings.size();
        }
    }
    CHECK(fired >= 200);
}

TEST_CASE("rows of SQLite give the same firings") {
    namespace fs = std::filesystem;
    const fs::path path = fs::temp_directory_path() / "clausal_bench_test.db";
    fs::remove(path);
    const EventData data = small(3);
    REQUIRE_FALSE(write_sqlite(data, bench_schema(), path.string()));
    CHECK(bare_scan(path.string(), bench_schema(), true).rows == data.order.size());
    EventData read;
    REQUIRE_FALSE(read_sqlite(path.string(), bench_schema(), &read));
    // Subjects have other numbers there, so the instants are compared.
    const auto times = [](const Firings& firings) {
        std::vector<Microseconds> result;
        for (const Fired& fired : firings) result.push_back(fired.time);
        return result;
    };
    CHECK(times(hand_written_w1(read)) == times(hand_written_w1(data)));
    CHECK(times(hand_written_w2(read)) == times(hand_written_w2(data)));
    CHECK(times(hand_written_w3(read)) == times(hand_written_w3(data)));
    CHECK(times(hand_written_w4(read)) == times(hand_written_w4(data)));
    CHECK(times(hand_written_w5(read)) == times(hand_written_w5(data)));
    fs::remove(path);
}

TEST_CASE("the state of W1 to W5 is small") {
    CHECK(state_bytes_w1() + state_bytes_w2() + state_bytes_w3() + state_bytes_w4() +
              state_bytes_w5() <=
          200);
}
