#pragma once
// The LLVM bitcode of kernels.cpp, as bytes of this program.

#include <string_view>

namespace clausal::kernels {

std::string_view bitcode();

}  // namespace clausal::kernels
