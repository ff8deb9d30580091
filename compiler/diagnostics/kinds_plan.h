#pragma once
// The kinds of kinds_plan.def as constants: kind::<slug>.

#include "compiler/diagnostics/diagnostic.h"

namespace clausal::kind {

#define CLAUSAL_KIND(code, slug, severity, en, zh) inline constexpr Kind slug{code};
#include "compiler/diagnostics/kinds_plan.def"
#undef CLAUSAL_KIND

}  // namespace clausal::kind
