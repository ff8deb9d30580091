#pragma once
// Packs with one option changed: what each option means must show in the outcomes of some random pair,
// or a mistake in it would not be noticed either.

#include <string>
#include <vector>

#include "tests/sim/random_case.h"

namespace clausal::sim {

struct Mutation {
    std::string name;
    // Changes the pack in one place that has the option; false: it has none.
    bool (*change)(core::CorePack& pack, Microseconds grid, Random& random);
};

const std::vector<Mutation>& mutations();

}  // namespace clausal::sim
