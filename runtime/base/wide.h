#pragma once
// 256-bit unsigned intermediates for exact 128-bit rationals. Small and slow: only reached when a
// product does not fit 128 bits.

#include <cstdint>

#include "runtime/base/decimal.h"

namespace clausal {

__extension__ using Uint128 = unsigned __int128;

struct Uint256 {
    Uint128 high = 0;
    Uint128 low = 0;
    bool operator==(const Uint256&) const = default;
};

// a × b, exactly.
Uint256 multiply_wide(Uint128 a, Uint128 b);
// a + b; the sum of two products of 127-bit numbers never carries out of 256 bits.
Uint256 add_wide(Uint256 a, Uint256 b);
// a - b, for a >= b.
Uint256 subtract_wide(Uint256 a, Uint256 b);
int compare_wide(const Uint256& a, const Uint256& b);
// Quotient and remainder by a divisor > 0.
Uint256 divide_wide(Uint256 a, Uint128 divisor, Uint128* remainder);
Uint128 greatest_common_divisor(Uint128 a, Uint128 b);

}  // namespace clausal
