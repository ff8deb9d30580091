#pragma once
// The functions of this program that generated code may call, by name. Objects refer to them by name
// only; they are linked when an object is loaded.

#include <string_view>
#include <utility>
#include <vector>

namespace clausal::abi {

std::vector<std::pair<std::string_view, void*>> host_symbols();

}  // namespace clausal::abi
