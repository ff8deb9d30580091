#include "runtime/base/wide.h"

namespace clausal {

Uint256 multiply_wide(Uint128 a, Uint128 b) {
    const Uint128 mask = ~std::uint64_t{0};
    const Uint128 a0 = a & mask, a1 = a >> 64, b0 = b & mask, b1 = b >> 64;
    const Uint128 low = a0 * b0;
    const Uint128 middle1 = a1 * b0 + (low >> 64);
    const Uint128 middle2 = a0 * b1 + (middle1 & mask);
    return {a1 * b1 + (middle1 >> 64) + (middle2 >> 64), (middle2 << 64) | (low & mask)};
}

Uint256 add_wide(Uint256 a, Uint256 b) {
    const Uint128 low = a.low + b.low;
    return {a.high + b.high + (low < a.low ? 1 : 0), low};
}

Uint256 subtract_wide(Uint256 a, Uint256 b) {
    return {a.high - b.high - (a.low < b.low ? 1 : 0), a.low - b.low};
}

int compare_wide(const Uint256& a, const Uint256& b) {
    if (a.high != b.high) return a.high < b.high ? -1 : 1;
    if (a.low != b.low) return a.low < b.low ? -1 : 1;
    return 0;
}

Uint256 divide_wide(Uint256 a, Uint128 divisor, Uint128* remainder) {
    if (a.high == 0) {
        *remainder = a.low % divisor;
        return {0, a.low / divisor};
    }
    Uint256 quotient{a.high / divisor, 0};
    Uint128 rest = a.high % divisor;
    for (int bit = 127; bit >= 0; --bit) {
        const bool carry = (rest >> 127) != 0;
        rest = (rest << 1) | ((a.low >> bit) & 1);
        if (carry || rest >= divisor) {
            rest -= divisor;
            quotient.low |= Uint128{1} << bit;
        }
    }
    *remainder = rest;
    return quotient;
}

Uint128 greatest_common_divisor(Uint128 a, Uint128 b) {
    while (b != 0) {
        if ((a >> 64) == 0 && (b >> 64) == 0) {
            auto x = static_cast<std::uint64_t>(a), y = static_cast<std::uint64_t>(b);
            while (y != 0) {
                const std::uint64_t rest = x % y;
                x = y;
                y = rest;
            }
            return x;
        }
        const Uint128 rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

}  // namespace clausal
