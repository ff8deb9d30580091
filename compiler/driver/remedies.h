#pragma once
// Proposals are tried before they are shown: a fix whose text does not compile further than before is
// dropped, and a usual phrase that the language says otherwise gets that form as a fix.

#include "compiler/driver/load.h"

namespace clausal {

// Tries the fixes of all findings of a pack and drops those that do not help; then proposes for each
// statement in error what grammar/phrases.def knows. Bounded work, whatever the pack.
void try_remedies(LoadedPack& pack);

}  // namespace clausal
