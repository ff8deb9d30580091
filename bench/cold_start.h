#pragma once
// From process start to the end of a run, by the clock on the wall.

#include <string>
#include <vector>

#include "bench/measure.h"

namespace clausal::bench {

// Runs a program with output thrown away; its exit code, or -1 when it cannot be started.
int run_process(const std::vector<std::string>& arguments);

// Wall times of `repetitions` runs after one that is not counted; empty when a run does not exit with 0.
Timing time_process(const std::vector<std::string>& arguments, int repetitions);

}  // namespace clausal::bench
