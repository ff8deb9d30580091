#pragma once
// W1..W6 (rules/) by hand in C++, firing for firing the meaning of the text: what a specialist would
// write for exactly one rule over sorted columns of dense ids. The yardstick of the compiled rules.
// All expect what generate() gives: rows of each table in the total order, deadlines up to the last
// event of any type. Firings come in the order of SEMANTICS 8.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/rules/many_rules.h"
#include "runtime/events/event_data.h"

namespace clausal::bench {

struct Fired {
    Microseconds time = 0;
    std::uint32_t subject = 0;
    std::uint32_t rule = 0;  // W6: index of the rule; else 0
    bool operator==(const Fired&) const = default;
};
using Firings = std::vector<Fired>;

// Order-sensitive hash of firings.
std::uint64_t digest(const Firings& firings);

Firings hand_written_w1(
    const EventData& data);  // 3 consecutive unopened mails and short latest visit
Firings hand_written_w2(const EventData& data);  // at least 5 complaints in 7 days
Firings hand_written_w3(const EventData& data);  // enquiry not followed by upload within 2 h
Firings hand_written_w4(const EventData& data);  // utilisation < 65 % on 5 consecutive days
Firings hand_written_w5(const EventData& data);  // policy 3 to 30 days before a delay
// `rules` in any order; firings of one step come in the order of the rules.
Firings hand_written_w6(const EventData& data, const std::vector<ThresholdRule>& rules);

// Bytes of state a subject (customers: W1..W4; regions: W5). W1 needs 4 more per mail younger than 72 h.
std::size_t state_bytes_w1();
std::size_t state_bytes_w2();
std::size_t state_bytes_w3();
std::size_t state_bytes_w4();
std::size_t state_bytes_w5();

}  // namespace clausal::bench
