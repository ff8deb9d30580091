#include "runtime/base/decimal.h"

#include <array>
#include <limits>

#include "runtime/base/wide.h"

namespace clausal {
namespace {

// The range of a Rational's parts: symmetric, so that negation never overflows.
constexpr Uint128 kLargest = (Uint128{1} << 127) - 1;

Uint128 magnitude(Int128 value) {
    return value < 0 ? Uint128{0} - static_cast<Uint128>(value) : static_cast<Uint128>(value);
}

Fault set_rational(bool negative, Uint128 numerator, Uint128 denominator, Rational* out) {
    if (numerator > kLargest || denominator > kLargest) return Fault::overflow;
    out->numerator = negative ? -static_cast<Int128>(numerator) : static_cast<Int128>(numerator);
    out->denominator = static_cast<Int128>(denominator);
    return Fault::none;
}

bool fits_64(Int128 value) {
    return value >= -std::numeric_limits<std::int64_t>::max() &&
           value <= std::numeric_limits<std::int64_t>::max();
}

// |a| × 10^exponent / b with quotient and remainder; false when the quotient needs more than 128 bits.
bool scaled_quotient(Uint128 a, int exponent, Uint128 b, Uint128* quotient, Uint128* remainder) {
    const Uint256 product = multiply_wide(a, static_cast<Uint128>(power_of_ten(exponent)));
    const Uint256 result = divide_wide(product, b, remainder);
    *quotient = result.low;
    return result.high == 0;
}

Fault add_signed(const Rational& a, const Rational& b, bool subtract_b, Rational* out) {
    const Int128 b_numerator = subtract_b ? -b.numerator : b.numerator;
    if (a.denominator == b.denominator && fits_64(a.numerator) && fits_64(b_numerator)) {
        return make_rational(a.numerator + b_numerator, a.denominator, out);
    }
    if (fits_64(a.numerator) && fits_64(b_numerator) && a.denominator <= 0x3fffffffffffffffLL &&
        b.denominator <= 0x3fffffffffffffffLL) {
        return make_rational(a.numerator * b.denominator + b_numerator * a.denominator,
            a.denominator * b.denominator, out);
    }
    const auto ad = static_cast<Uint128>(a.denominator), bd = static_cast<Uint128>(b.denominator);
    const Uint128 common = greatest_common_divisor(ad, bd);
    const Uint256 left = multiply_wide(magnitude(a.numerator), bd / common);
    const Uint256 right = multiply_wide(magnitude(b_numerator), ad / common);
    const bool left_negative = a.numerator < 0, right_negative = b_numerator < 0;
    Uint256 sum;
    bool negative = left_negative;
    if (left_negative == right_negative) {
        sum = add_wide(left, right);
    } else if (compare_wide(left, right) >= 0) {
        sum = subtract_wide(left, right);
    } else {
        sum = subtract_wide(right, left);
        negative = right_negative;
    }
    if (sum == Uint256{}) {
        *out = Rational{};
        return Fault::none;
    }
    // Only a divisor of `common` can still divide both parts.
    Uint128 rest = 0;
    divide_wide(sum, common, &rest);
    const Uint128 shared = greatest_common_divisor(common, rest);
    const Uint256 numerator = divide_wide(sum, shared, &rest);
    const Uint256 denominator = multiply_wide(ad / common, bd / shared);
    if (numerator.high != 0 || denominator.high != 0) return Fault::overflow;
    return set_rational(negative, numerator.low, denominator.low, out);
}

Fault multiply_parts(bool negative, Uint128 an, Uint128 ad, Uint128 bn, Uint128 bd, Rational* out) {
    if (an == 0 || bn == 0) {
        *out = Rational{};
        return Fault::none;
    }
    const Uint128 first = greatest_common_divisor(an, bd), second = greatest_common_divisor(bn, ad);
    const Uint256 numerator = multiply_wide(an / first, bn / second);
    const Uint256 denominator = multiply_wide(ad / second, bd / first);
    if (numerator.high != 0 || denominator.high != 0) return Fault::overflow;
    return set_rational(negative, numerator.low, denominator.low, out);
}

std::string digits_of(Uint128 value) {
    std::string text;
    do {
        text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
        value /= 10;
    } while (value != 0);
    return text;
}

std::string with_point(std::string digits, int decimals, bool negative, bool trim) {
    if (decimals > 0) {
        const auto places = static_cast<std::size_t>(decimals);
        if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
        digits.insert(digits.size() - places, ".");
        if (trim) {
            while (digits.back() == '0') digits.pop_back();
            if (digits.back() == '.') digits.pop_back();
        }
    }
    if (negative && digits.find_first_not_of("0.") != std::string::npos) digits.insert(0, "-");
    return digits;
}

}  // namespace

std::int64_t power_of_ten(int exponent) {
    static constexpr auto powers = [] {
        std::array<std::int64_t, 19> table{};
        table[0] = 1;
        for (std::size_t i = 1; i < table.size(); ++i) table[i] = table[i - 1] * 10;
        return table;
    }();
    if (exponent < 0) exponent = 0;
    if (exponent > 18) exponent = 18;
    return powers[static_cast<std::size_t>(exponent)];
}

std::optional<Decimal> parse_decimal(std::string_view text) {
    bool negative = false;
    std::size_t place = 0;
    if (place < text.size() && (text[place] == '-' || text[place] == '+')) {
        negative = text[place] == '-';
        ++place;
    }
    std::uint64_t digits = 0;
    std::int32_t decimals = 0;
    bool any = false, point = false;
    for (; place < text.size(); ++place) {
        const char c = text[place];
        if (c == '.') {
            if (point || !any) return std::nullopt;
            point = true;
            continue;
        }
        if (c < '0' || c > '9') return std::nullopt;
        any = true;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        constexpr auto largest =
            static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
        if (digits > (largest - digit) / 10) return std::nullopt;
        digits = digits * 10 + digit;
        if (point && ++decimals > 18) return std::nullopt;
    }
    if (!any || text.back() == '.') return std::nullopt;
    const auto value = static_cast<std::int64_t>(digits);
    return Decimal{negative ? -value : value, decimals};
}

std::string to_string(Decimal value) {
    return with_point(
        digits_of(magnitude(value.coefficient)), value.decimals, value.coefficient < 0, false);
}

Fault make_rational(Int128 numerator, Int128 denominator, Rational* out) {
    if (denominator == 0) return Fault::division_by_zero;
    const bool negative = (numerator < 0) != (denominator < 0);
    const Uint128 n = magnitude(numerator), d = magnitude(denominator);
    const Uint128 common = greatest_common_divisor(n, d);
    return set_rational(negative, n / common, d / common, out);
}

Fault add(const Rational& a, const Rational& b, Rational* out) {
    return add_signed(a, b, false, out);
}
Fault subtract(const Rational& a, const Rational& b, Rational* out) {
    return add_signed(a, b, true, out);
}

Fault multiply(const Rational& a, const Rational& b, Rational* out) {
    return multiply_parts((a.numerator < 0) != (b.numerator < 0), magnitude(a.numerator),
        magnitude(a.denominator), magnitude(b.numerator), magnitude(b.denominator), out);
}

Fault divide(const Rational& a, const Rational& b, Rational* out) {
    if (b.numerator == 0) return Fault::division_by_zero;
    return multiply_parts((a.numerator < 0) != (b.numerator < 0), magnitude(a.numerator),
        magnitude(a.denominator), magnitude(b.denominator), magnitude(b.numerator), out);
}

int compare(const Rational& a, const Rational& b) {
    if (a.denominator == b.denominator) {
        return a.numerator < b.numerator ? -1 : a.numerator > b.numerator ? 1 : 0;
    }
    const bool a_negative = a.numerator < 0, b_negative = b.numerator < 0;
    if (a_negative != b_negative) return a_negative ? -1 : 1;
    const int order = compare_wide(multiply_wide(magnitude(a.numerator), magnitude(b.denominator)),
        multiply_wide(magnitude(b.numerator), magnitude(a.denominator)));
    return a_negative ? -order : order;
}

Fault to_scaled(const Rational& value, int decimals, Rounding rounding, std::int64_t* out) {
    if (decimals > 18 || decimals < -18) return Fault::overflow;
    const bool negative = value.numerator < 0;
    Uint128 divisor = magnitude(value.denominator);
    if (decimals < 0) {
        const Uint256 wide = multiply_wide(divisor, static_cast<Uint128>(power_of_ten(-decimals)));
        if (wide.high !=
            0) {  // the divisor is beyond 10^38: nothing of the value is left but its sign
            *out = rounding == Rounding::up && value.numerator != 0 ? (negative ? -1 : 1) : 0;
            return Fault::none;
        }
        divisor = wide.low;
        decimals = 0;
    }
    Uint128 quotient = 0, rest = 0;
    if (!scaled_quotient(magnitude(value.numerator), decimals, divisor, &quotient, &rest)) {
        return Fault::overflow;
    }
    const bool away = rounding == Rounding::up        ? rest != 0
                      : rounding == Rounding::half_up ? rest >= divisor - rest
                                                      : false;
    if (away) ++quotient;
    if (quotient > static_cast<Uint128>(std::numeric_limits<std::int64_t>::max())) {
        return Fault::overflow;
    }
    const auto result = static_cast<std::int64_t>(quotient);
    *out = negative ? -result : result;
    return Fault::none;
}

Rational from_scaled(std::int64_t value, int decimals) {
    Rational result;
    if (decimals >= 0) {
        make_rational(value, power_of_ten(decimals), &result);
    } else {
        result.numerator = static_cast<Int128>(value) * power_of_ten(-decimals);
    }
    return result;
}

Fault square_root(const Rational& value, int decimals, Rational* out) {
    if (value.numerator < 0 || decimals < 0 || decimals > 9) return Fault::overflow;
    Uint128 square = 0, rest = 0;
    if (!scaled_quotient(magnitude(value.numerator), 2 * decimals, magnitude(value.denominator),
            &square, &rest)) {
        return Fault::overflow;
    }
    Uint128 root = 0;
    for (int bit = 63; bit >= 0; --bit) {
        const Uint128 candidate = root | (Uint128{1} << bit);
        if (candidate * candidate <= square) root = candidate;
    }
    return make_rational(static_cast<Int128>(root), power_of_ten(decimals), out);
}

std::string to_string(const Rational& value, int max_decimals) {
    Uint128 quotient = 0, rest = 0;
    const Uint128 divisor = magnitude(value.denominator);
    int decimals = max_decimals < 0 ? 0 : max_decimals > 18 ? 18 : max_decimals;
    while (!scaled_quotient(magnitude(value.numerator), decimals, divisor, &quotient, &rest)) {
        --decimals;  // a huge value: fewer decimals fit; with none the quotient always fits
    }
    if (rest >= divisor - rest && rest != 0) ++quotient;
    return with_point(digits_of(quotient), decimals, value.numerator < 0, true);
}

}  // namespace clausal
