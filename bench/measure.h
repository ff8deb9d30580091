#pragma once
// Timing of pairs: two ways of the same work take turns in one run, so that what else the machine
// does meets both, and results are ratios.

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <vector>

namespace clausal::bench {

// Processor time of this thread, in seconds: other programs on the machine do not count.
inline double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}
inline double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

struct Timing {
    std::vector<double> seconds;
    double least() const { return *std::min_element(seconds.begin(), seconds.end()); }
    double median() const {
        std::vector<double> sorted = seconds;
        std::sort(sorted.begin(), sorted.end());
        return sorted[sorted.size() / 2];
    }
};

// Each way once per repetition, in turn; one round first is not counted.
inline std::vector<Timing> take_turns(
    const std::vector<std::function<void()>>& ways, int repetitions) {
    std::vector<Timing> timings(ways.size());
    for (int round = -1; round < repetitions; ++round) {
        for (std::size_t i = 0; i < ways.size(); ++i) {
            const double before = thread_seconds();
            ways[i]();
            const double spent = thread_seconds() - before;
            if (round >= 0) timings[i].seconds.push_back(spent);
        }
    }
    return timings;
}

// How many times faster b's work goes in way a: below 1, a is slower. By the least times, and by the
// median of the rounds.
struct Ratio {
    double of_least = 0;
    double median = 0;
};
inline Ratio ratio(const Timing& a, const Timing& b) {
    Timing rounds;
    for (std::size_t i = 0; i < a.seconds.size(); ++i)
        rounds.seconds.push_back(b.seconds[i] / a.seconds[i]);
    return {b.least() / a.least(), rounds.median()};
}

}  // namespace clausal::bench
