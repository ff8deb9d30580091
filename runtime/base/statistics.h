#pragma once
// The few statistics that conditions compute. Both executions call these, so that a result never
// depends on how a sum was arranged.

#include <cstdint>

#include "runtime/base/decimal.h"

namespace clausal {

// (sum of squares - sum² / n) / (n - 1), exactly; n >= 2.
Fault sample_variance(
    std::int64_t n, const Rational& sum, const Rational& sum_squares, Rational* out);

// `shift`: is |x - mean| (or the signed difference) more than k standard deviations? -1 unknown
// (deviation 0), 0, 1. direction: 0 any, 1 up, 2 down. *fault is set when the arithmetic overflows.
int shifts(const Rational& x, std::int64_t n, const Rational& sum, const Rational& sum_squares,
    const Rational& k, int direction, Fault* fault);

// P(X >= count) for a Poisson variable of mean `mean` > 0; 1 for count <= 0. Summed in one stated
// order (from the largest term outwards), so equal inputs give equal bits on one C library.
double poisson_tail(std::int64_t count, double mean);

// P(X >= count | mean = baseline × short / window) <= level, the test of `cluster`.
bool poisson_significant(std::int64_t count, std::int64_t baseline, std::int64_t short_window,
    std::int64_t baseline_window, Decimal level);

}  // namespace clausal
