#pragma once
// ResolvedPack -> TypedPack: units, currencies, dimensions, states against occurrences, subjects of
// rules, and the lowering of every construct to core nodes. Reports all findings of kinds 4xx and
// 6xx, quoting `sources`; gives a pack in any case, `complete` only without errors.

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/names/resolved.h"
#include "compiler/source/source_file.h"
#include "compiler/types/typed.h"

namespace clausal::types {

TypedPack check_types(const names::ResolvedPack& pack, const SourceSet& sources, Sink& sink);

}  // namespace clausal::types
