#pragma once
// Plan -> LLVM IR, as text.

#include <string>

#include "compiler/plan/plan.h"

namespace clausal::compiled {

// `sabotage`: see CompileOptions.
std::string emit_ir(const plan::Plan& plan, const std::string& sabotage = "");

}  // namespace clausal::compiled
