// Threshold families: comparison with exact numbers, and the counters of all their rules at the end.

#include <algorithm>

#include "runtime/engine/host_functions.h"
#include "runtime/engine/machine.h"
#include "runtime/engine/numbers.h"

namespace clausal::engine {

using namespace abi;

extern "C" {

// The first threshold above the value (or equal, where that is enough); below 0: unknown, its truth negated.
std::int64_t ch_family_level(Context* ctx, Index index, const Number* value) noexcept {
    const FamilySpec& family = machine_of(ctx).spec.families[index];
    if (value->status != kKnown) return -unknown_truth(value->status);
    Rational number = rational_of(*value);
    if (family.negative) number.numerator = -number.numerator;
    std::size_t low = 0, high = family.numbers.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        const int order = compare(number, family.numbers[middle]);
        if (order < 0 || (order == 0 && family.inclusive[middle] != 0)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return static_cast<std::int64_t>(low);
}

void ch_family_fault(Context* ctx, Index index, std::int64_t maybe, std::int64_t sure,
    std::int64_t truth, std::int64_t subject, std::int64_t time) noexcept {
    const FamilySpec& family = machine_of(ctx).spec.families[index];
    for (std::int64_t i = maybe; i < sure; ++i)
        ch_fault(ctx, family.rules[static_cast<std::size_t>(i)], truth, subject, time);
}

}  // extern "C"

void Machine::count_ranges() {
    for (const FamilySpec& family : spec.families) {
        const std::int64_t* steps = ranges.data() + family.ranges;
        std::int64_t undecided = 0;
        for (std::size_t i = 0; i < family.rules.size(); ++i) {
            undecided += steps[i];
            data.counters[family.rules[i]].undecided += static_cast<std::uint64_t>(undecided);
        }
    }
}

}  // namespace clausal::engine
