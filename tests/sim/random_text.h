#pragma once
// Random packs as text, in Chinese and in English at once: both must give one core, and its two
// executions the same.

#include <string>

#include "tests/sim/random_case.h"

namespace clausal::sim {

// The same text in both languages.
struct Texts {
    std::string zh, en;
};

// A pack whose lengths of time are multiples of `grid`.
Texts random_texts(std::uint64_t seed, Microseconds grid);

}  // namespace clausal::sim
