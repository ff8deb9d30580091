#pragma once
// Stable text form of a typed pack, for --dump=types.

#include <string>

#include "compiler/types/typed.h"

namespace clausal::types {

std::string print(const TypedPack& pack);

}  // namespace clausal::types
