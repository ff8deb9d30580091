#pragma once
// Exact numbers. Decimal is a literal as written: coefficient × 10^-decimals. Rational is what rules
// compute with: an exact fraction of 128-bit integers in lowest terms; overflow is a fault that the
// caller records, never undefined behaviour.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace clausal {

__extension__ using Int128 = __int128;

struct Decimal {
    std::int64_t coefficient = 0;
    std::int32_t decimals = 0;
    bool operator==(const Decimal&) const = default;
};

// Powers of ten 10^0 … 10^18.
std::int64_t power_of_ten(int exponent);

// Parses "-12.50"; nullopt when not a plain decimal number or out of 64 bits.
std::optional<Decimal> parse_decimal(std::string_view text);
std::string to_string(Decimal value);

// numerator / denominator, denominator > 0, in lowest terms.
struct Rational {
    Int128 numerator = 0;
    Int128 denominator = 1;
};

// The worse of two comes later: it is the reason that both together have.
enum class Fault : std::uint8_t { none, overflow, division_by_zero };
constexpr Fault worse(Fault a, Fault b) { return a < b ? b : a; }

// Each gives Fault::none and sets *out, or a fault and leaves *out unchanged.
Fault make_rational(Int128 numerator, Int128 denominator, Rational* out);
Fault add(const Rational& a, const Rational& b, Rational* out);
Fault subtract(const Rational& a, const Rational& b, Rational* out);
Fault multiply(const Rational& a, const Rational& b, Rational* out);
Fault divide(const Rational& a, const Rational& b, Rational* out);
// -1, 0, 1; exact for all inputs (256-bit inside).
int compare(const Rational& a, const Rational& b);

enum class Rounding : std::uint8_t {
    half_up,
    up,
    down
};  // up = away from zero, down = to zero; half_up = half away from zero
// value × 10^decimals as an integer; overflow when it does not fit 64 bits.
Fault to_scaled(const Rational& value, int decimals, Rounding rounding, std::int64_t* out);
Rational from_scaled(std::int64_t value, int decimals);
// Square root of a value >= 0, rounded down to `decimals` (0..9) places.
Fault square_root(const Rational& value, int decimals, Rational* out);
// Decimal notation, rounded half away from zero, without trailing zeros.
std::string to_string(const Rational& value, int max_decimals);

}  // namespace clausal
