#pragma once
// Stable text form of resolved names, for --dump=names.

#include <string>

#include "compiler/names/resolved.h"

namespace clausal::names {

std::string print(const ResolvedPack& pack);
std::string type_words(const Type& type, bool chinese);  // "money CNY" / "钱 CNY"

}  // namespace clausal::names
