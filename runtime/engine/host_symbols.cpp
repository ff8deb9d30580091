// The table of host functions by name, for linking objects.

#include <cstring>

#include "runtime/abi/host.h"
#include "runtime/engine/host_functions.h"
#include "runtime/kernels/family_cells.h"
#include "runtime/kernels/kernels.h"

namespace clausal::abi {

std::vector<std::pair<std::string_view, void*>> host_symbols() {
    return {
#define CLAUSAL_HOST(name, result, parameters) {#name, reinterpret_cast<void*>(&engine::name)},
#include "runtime/abi/host_functions.def"
#undef CLAUSAL_HOST
#define CLAUSAL_KERNEL(name, result, parameters) {#name, reinterpret_cast<void*>(&kernels::name)},
#include "runtime/kernels/kernels.def"
#undef CLAUSAL_KERNEL
        {"memcpy", reinterpret_cast<void*>(
                       static_cast<void* (*)(void*, const void*, std::size_t)>(&std::memcpy))},
        {"memset",
            reinterpret_cast<void*>(static_cast<void* (*)(void*, int, std::size_t)>(&std::memset))},
        {"memmove", reinterpret_cast<void*>(
                        static_cast<void* (*)(void*, const void*, std::size_t)>(&std::memmove))},
    };
}

}  // namespace clausal::abi
