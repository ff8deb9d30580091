#pragma once
// W1..W6 straight from their meaning: every step of every customer or region, each state computed from
// the whole trace before it. Slow, and shares nothing with hand_written/. For tests.

#include "bench/hand_written/hand_written.h"

namespace clausal::bench {

Firings brute_force_w1(const EventData& data);
Firings brute_force_w2(const EventData& data);
Firings brute_force_w3(const EventData& data);
Firings brute_force_w4(const EventData& data);
Firings brute_force_w5(const EventData& data);
Firings brute_force_w6(const EventData& data, const std::vector<ThresholdRule>& rules);

}  // namespace clausal::bench
