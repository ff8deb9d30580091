// The law of absences (semantics, section 4) on random traces, against an independent computation.

#include <doctest/doctest.h>

#include <random>
#include <set>

#include "tests/unit/interpret/hand_pack.h"

using namespace clausal;
using namespace clausal::test;

namespace {

struct Expected {
    std::multiset<std::pair<std::int64_t, std::size_t>>
        fired;  // hour of the deadline, place of the start
    std::uint64_t undecided = 0, pending = 0, witnessed = 0;
};

// For each start whose deadline lies within the run exactly one holds: a witness, a firing, undecided.
Expected law(const std::vector<HandEvent>& events, std::int64_t within, std::int64_t until) {
    Expected expected;
    for (std::size_t i = 0; i < events.size() && events[i].hour <= until; ++i) {
        if (events[i].type != 'A') continue;
        bool sure = false, maybe = false;
        for (std::size_t j = i + 1; j < events.size(); ++j) {
            const HandEvent& later = events[j];
            if (later.type != 'B' || later.hour > until || later.hour > events[i].hour + within)
                continue;
            if (events[i].id.empty() || later.id != events[i].id) continue;
            if (!later.value)
                maybe = true;
            else if (*later.value < 3)
                sure = true;
        }
        if (sure)
            ++expected.witnessed;
        else if (events[i].hour + within > until)
            ++expected.pending;
        else if (maybe)
            ++expected.undecided;
        else
            expected.fired.emplace(events[i].hour + within, i);
    }
    return expected;
}

}  // namespace

TEST_CASE("each start is witnessed, fires, is undecided or is pending") {
    std::mt19937 random(20260301);
    const auto draw = [&](int bound) {
        return static_cast<int>(random() % static_cast<unsigned>(bound));
    };
    std::uint64_t undecided = 0, pending = 0, fired = 0, witnessed = 0;
    for (int round = 0; round < 400; ++round) {
        const std::int64_t within = 1 + draw(6);
        HandPack p;
        p.rule(p.absence(p.event('A'), p.event('B', p.value_below(3)), within,
            [](Node& n) { n.correlation = {{kId, kId}}; }));
        std::vector<HandEvent> events;
        std::int64_t hour = 0;
        for (int i = draw(25); i >= 0; --i) {
            hour += draw(3);
            HandEvent event{hour, draw(2) == 0 ? 'A' : 'B', std::nullopt, "", "s"};
            if (draw(5) != 0) event.value = draw(6);
            if (draw(6) != 0) event.id = draw(2) == 0 ? "x" : "y";
            events.push_back(event);
        }
        const std::int64_t until = std::max<std::int64_t>(0, hour + draw(8) - 3);
        const Expected expected = law(events, within, until);
        const Outcomes outcomes = p.outcomes(events, until);
        std::multiset<std::pair<std::int64_t, std::size_t>> got;
        for (const Firing& firing : outcomes.firings) {
            // Rows of A, in order, are the starts.
            std::size_t place = 0;
            for (std::uint32_t seen = 0; place < events.size(); ++place) {
                if (events[place].type == 'A' && seen++ == firing.step.event.row) break;
            }
            CHECK(firing.step.kind == Step::Kind::deadline);
            got.emplace(firing.step.time / kHour, place);
        }
        CHECK(got == expected.fired);
        CHECK(outcomes.rules[0].undecided == expected.undecided);
        CHECK(outcomes.rules[0].pending == expected.pending);
        fired += got.size();
        undecided += expected.undecided;
        pending += expected.pending;
        witnessed += expected.witnessed;
    }
    CHECK(fired > 100);
    CHECK(undecided > 20);
    CHECK(pending > 20);
    CHECK(witnessed > 100);
}
