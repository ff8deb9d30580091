#pragma once
// What the host functions that read logs and marks share.

#include "runtime/base/statistics.h"
#include "runtime/engine/machine.h"

namespace clausal::engine {

// A mark as it is, or as it was just before the step.
inline const abi::MarkCell& mark_at(
    const Machine& machine, const std::uint8_t* state, std::uint32_t index, bool before) {
    const auto* cells =
        reinterpret_cast<const abi::MarkCell*>(state + machine.spec.marks[index].cell);
    return before && cells[0].any_step == machine.context.step + 1 ? cells[1] : cells[0];
}

inline const abi::LogHead& head_of(const std::uint8_t* state, const abi::LogSpec& log) {
    return *reinterpret_cast<const abi::LogHead*>(state + log.head);
}

// The lowest instant where the difference is out of range.
inline Microseconds minus(Microseconds a, Microseconds b) {
    Microseconds out = 0;
    return __builtin_sub_overflow(a, b, &out) ? kMissing : out;
}

inline bool is_born(const abi::Context* ctx, bool before) {
    return ctx->born != 0 && !(before && ctx->birth_step != 0);
}

// A sum that remembers its first fault.
struct Sum {
    Rational total;
    Fault fault = Fault::none;
    void add_value(const Rational& value) {
        if (fault == Fault::none) fault = add(total, value, &total);
    }
};

// The value that a reader takes from an entry, as it is remembered.
void value_at(Machine& machine, std::uint8_t* state, const abi::ReaderSpec& reader,
    const std::int64_t* entry, bool before, abi::Number* out);

}  // namespace clausal::engine
