#include "runtime/base/statistics.h"

#include <cmath>

namespace clausal {
namespace {

double to_double(Decimal value) {
    return static_cast<double>(value.coefficient) /
           static_cast<double>(power_of_ten(value.decimals));
}

}  // namespace

Fault sample_variance(
    std::int64_t n, const Rational& sum, const Rational& sum_squares, Rational* out) {
    Rational square, mean_square, difference;
    if (const Fault fault = multiply(sum, sum, &square); fault != Fault::none) return fault;
    if (const Fault fault = divide(square, Rational{n, 1}, &mean_square); fault != Fault::none) {
        return fault;
    }
    if (const Fault fault = subtract(sum_squares, mean_square, &difference); fault != Fault::none) {
        return fault;
    }
    return divide(difference, Rational{n - 1, 1}, out);
}

int shifts(const Rational& x, std::int64_t n, const Rational& sum, const Rational& sum_squares,
    const Rational& k, int direction, Fault* fault) {
    Rational variance, mean, distance, squared, bound;
    *fault = sample_variance(n, sum, sum_squares, &variance);
    if (*fault != Fault::none) return -1;
    if (variance.numerator == 0) return -1;
    *fault = divide(sum, Rational{n, 1}, &mean);
    if (*fault == Fault::none) *fault = subtract(x, mean, &distance);
    if (*fault == Fault::none) *fault = multiply(distance, distance, &squared);
    if (*fault == Fault::none) *fault = multiply(k, k, &bound);
    if (*fault == Fault::none) *fault = multiply(bound, variance, &bound);
    if (*fault != Fault::none) return -1;
    if (direction == 1 && distance.numerator <= 0) return 0;
    if (direction == 2 && distance.numerator >= 0) return 0;
    return compare(squared, bound) > 0 ? 1 : 0;
}

double poisson_tail(std::int64_t count, double mean) {
    if (count <= 0) return 1.0;
    const auto log_term = [mean](double k) {
        return k * std::log(mean) - mean - std::lgamma(k + 1.0);
    };
    const auto n = static_cast<double>(count);
    if (n > mean) {  // the terms from `count` on fall: sum them until they no longer matter
        double term = std::exp(log_term(n)), sum = 0.0;
        for (double k = n; term > 0.0 && term > sum * 1e-18; k += 1.0) {
            sum += term;
            term *= mean / (k + 1.0);
        }
        return sum < 1.0 ? sum : 1.0;
    }
    double term = std::exp(log_term(n - 1.0)),
           sum = 0.0;  // 1 - the terms below `count`, which fall downwards
    for (double k = n - 1.0; k >= 0.0 && term > 0.0 && term > sum * 1e-18; k -= 1.0) {
        sum += term;
        term *= k / mean;
    }
    const double tail = 1.0 - sum;
    return tail > 0.0 ? tail : 0.0;
}

bool poisson_significant(std::int64_t count, std::int64_t baseline, std::int64_t short_window,
    std::int64_t baseline_window, Decimal level) {
    const double mean = static_cast<double>(baseline) * static_cast<double>(short_window) /
                        static_cast<double>(baseline_window);
    return poisson_tail(count, mean) <= to_double(level);
}

}  // namespace clausal
