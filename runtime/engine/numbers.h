#pragma once
// Between the exact numbers of code (abi::Number) and of the host (Rational).

#include "runtime/abi/context.h"
#include "runtime/base/decimal.h"

namespace clausal::engine {

__extension__ using Uint128 = unsigned __int128;

inline Rational rational_of(const abi::Number& number) {
    const auto join = [](const std::uint64_t* words) {
        return static_cast<Int128>((static_cast<Uint128>(words[1]) << 64U) | words[0]);
    };
    return {join(number.numerator), join(number.denominator)};
}

inline void set_number(abi::Number* out, const Rational& value) {
    const auto split = [](Int128 whole, std::uint64_t* words) {
        words[0] = static_cast<std::uint64_t>(whole);
        words[1] = static_cast<std::uint64_t>(static_cast<Uint128>(whole) >> 64U);
    };
    split(value.numerator, out->numerator);
    split(value.denominator, out->denominator);
    out->status = abi::kKnown;
}

// What no number is: the reason.
inline std::int64_t status_of(Fault fault) {
    return fault == Fault::none       ? abi::kKnown
           : fault == Fault::overflow ? abi::kOverflowNumber
                                      : abi::kDividedNumber;
}
inline Fault fault_of(std::int64_t status) {
    return status == abi::kDividedNumber    ? Fault::division_by_zero
           : status == abi::kOverflowNumber ? Fault::overflow
                                            : Fault::none;
}

// value rounded down to a whole number.
inline Int128 floor_of(const Rational& value) {
    const Int128 quotient = value.numerator / value.denominator;
    return value.numerator % value.denominator < 0 ? quotient - 1 : quotient;
}

}  // namespace clausal::engine
