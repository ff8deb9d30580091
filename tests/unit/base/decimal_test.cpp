#include "runtime/base/decimal.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

#include "runtime/base/sha256.h"
#include "runtime/base/statistics.h"
#include "runtime/base/types.h"

using namespace clausal;

namespace {

Rational rational(Int128 numerator, Int128 denominator) {
    Rational result;
    REQUIRE(make_rational(numerator, denominator, &result) == Fault::none);
    return result;
}

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("decimals are parsed and printed as written") {
    CHECK(to_string(*parse_decimal("-12.50")) == "-12.50");
    CHECK(to_string(*parse_decimal("0.05")) == "0.05");
    CHECK(*parse_decimal("9223372036854775807") == Decimal{kMax, 0});
    for (const char* bad :
        {"", "-", ".5", "5.", "1e3", "1.2.3", "9223372036854775808", " 1", "１"}) {
        CHECK_MESSAGE(!parse_decimal(bad), bad);
    }
}

TEST_CASE("rationals are exact and in lowest terms") {
    Rational sum;
    CHECK(add(rational(1, 6), rational(1, 10), &sum) == Fault::none);
    CHECK(sum.numerator == 4);
    CHECK(sum.denominator == 15);
    CHECK(divide(rational(1, 3), rational(0, 1), &sum) == Fault::division_by_zero);
    CHECK(compare(rational(1, 3), rational(333333333, 1000000000)) == 1);
    CHECK(compare(rational(-1, 3), rational(1, 3)) == -1);
    CHECK(to_string(rational(2, 3), 4) == "0.6667");
    CHECK(to_string(rational(-5, 2), 4) == "-2.5");
    CHECK(to_string(rational(-1, 1000), 2) == "0");
}

TEST_CASE("wide intermediates do not overflow, wide results are faults") {
    const Rational big = rational(static_cast<Int128>(kMax) * kMax, 7), other = rational(kMax, 3);
    Rational product, quotient, sum, back;
    CHECK(multiply(big, other, &product) == Fault::overflow);
    REQUIRE(divide(big, other, &quotient) == Fault::none);
    REQUIRE(multiply(quotient, other, &back) == Fault::none);
    CHECK(compare(back, big) == 0);
    REQUIRE(add(big, other, &sum) == Fault::none);
    REQUIRE(subtract(sum, other, &back) == Fault::none);
    CHECK(compare(back, big) == 0);
    CHECK(compare(sum, big) == 1);
    Rational largest = rational((static_cast<Int128>(1) << 126) - 1, 1);
    CHECK(add(largest, largest, &sum) == Fault::none);
    CHECK(add(sum, largest, &back) == Fault::overflow);
    REQUIRE(subtract(largest, rational(1, kMax), &sum) == Fault::overflow);
}

TEST_CASE("arithmetic obeys its laws on random numbers") {
    std::mt19937_64 random(7);
    const auto draw = [&] {
        const int bits = static_cast<int>(random() % 90);
        Int128 numerator = static_cast<Int128>(random() >> 1);
        if (bits > 63) numerator = numerator * static_cast<Int128>(random() >> (127 - bits));
        if (bits < 30) numerator %= 1000;
        return rational((random() & 1) != 0 ? numerator : -numerator,
            static_cast<Int128>(random() % 100000 + 1));
    };
    for (int i = 0; i < 20000; ++i) {
        const Rational a = draw(), b = draw();
        Rational sum, difference, product, quotient;
        if (add(a, b, &sum) == Fault::none && subtract(sum, b, &difference) == Fault::none) {
            CHECK(compare(difference, a) == 0);
            CHECK(compare(sum, a) == (b.numerator > 0 ? 1 : b.numerator < 0 ? -1 : 0));
        }
        if (b.numerator != 0 && multiply(a, b, &product) == Fault::none &&
            divide(product, b, &quotient) == Fault::none) {
            CHECK(compare(quotient, a) == 0);
        }
        CHECK(compare(a, b) == -compare(b, a));
    }
}

TEST_CASE("rounding to scaled integers") {
    std::int64_t out = 0;
    CHECK(to_scaled(rational(5, 1000), 2, Rounding::half_up, &out) == Fault::none);
    CHECK(out == 1);
    CHECK(to_scaled(rational(-5, 1000), 2, Rounding::half_up, &out) == Fault::none);
    CHECK(out == -1);
    CHECK(to_scaled(rational(1, 1000), 2, Rounding::up, &out) == Fault::none);
    CHECK(out == 1);
    CHECK(to_scaled(rational(-19, 10), 0, Rounding::down, &out) == Fault::none);
    CHECK(out == -1);
    CHECK(to_scaled(rational(kMax, 1), 1, Rounding::down, &out) == Fault::overflow);
    CHECK(to_scaled(rational(1250, 1), -2, Rounding::half_up, &out) == Fault::none);
    CHECK(out == 13);
    CHECK(compare(from_scaled(13, -2), rational(1300, 1)) == 0);
}

TEST_CASE("square roots and statistics") {
    Rational root, variance;
    REQUIRE(square_root(rational(2, 1), 6, &root) == Fault::none);
    CHECK(to_string(root, 6) == "1.414213");
    REQUIRE(sample_variance(4, rational(10, 1), rational(30, 1), &variance) == Fault::none);
    CHECK(compare(variance, rational(5, 3)) == 0);
    Fault fault = Fault::none;
    // 1 2 3 4: mean 2.5, deviation about 1.291
    CHECK(shifts(rational(6, 1), 4, rational(10, 1), rational(30, 1), rational(2, 1), 0, &fault) ==
          1);
    CHECK(shifts(rational(5, 1), 4, rational(10, 1), rational(30, 1), rational(2, 1), 0, &fault) ==
          0);
    CHECK(shifts(rational(-1, 1), 4, rational(10, 1), rational(30, 1), rational(2, 1), 1, &fault) ==
          0);
    CHECK(shifts(rational(6, 1), 4, rational(8, 1), rational(16, 1), rational(2, 1), 0, &fault) ==
          -1);
    CHECK(std::abs(poisson_tail(3, 1.0) - 0.0803013970713942) < 1e-14);
    CHECK(std::abs(poisson_tail(1, 10.0) - 0.9999546000702375) < 1e-14);
    CHECK(poisson_tail(0, 3.0) == 1.0);
    CHECK(poisson_significant(10, 20, kHour, 10 * kHour, Decimal{1, 3}));
}

TEST_CASE("hashes") {
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
