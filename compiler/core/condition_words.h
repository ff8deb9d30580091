#pragma once
// A plain condition on the fields of an event in words, for readings.

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/core/core.h"

namespace clausal::core {

struct ConditionWords {
    std::string english;
    std::string chinese;
};

// nullopt: it reads more than fields of the event and constants.
std::optional<ConditionWords> condition_words(
    const CorePack& pack, NodeId condition, std::uint32_t event);

}  // namespace clausal::core
