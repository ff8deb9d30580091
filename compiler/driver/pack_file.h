#pragma once
// A built pack: core rules and machine code in one file, so that it starts without parsing and
// without code generation. Layout: magic, format version, engine version, core (archived), object
// code, and a SHA-256 over all of it. Reading checks everything and never trusts a length.

#include <optional>
#include <string>
#include <string_view>

#include "compiler/core/core.h"

namespace clausal {

struct BuiltPack {
    core::CorePack core;
    std::string object;  // what compiler/llvm saved; "" when there is none
    std::string folder;  // folder of the pack when it was built: data files are looked up there
};

// Bytes of a built pack file.
std::string write_built_pack(const BuiltPack& pack);

enum class BuiltPackError { none, not_a_pack, damaged, other_version };
BuiltPackError read_built_pack(std::string_view bytes, BuiltPack* out);

// True when the bytes begin like a built pack.
bool is_built_pack(std::string_view bytes);

}  // namespace clausal
