#include "runtime/kernels/bitcode.h"

extern "C" {
extern const char clausal_kernels_bitcode[];
extern const char clausal_kernels_bitcode_end[];
}

namespace clausal::kernels {

std::string_view bitcode() {
    return {clausal_kernels_bitcode,
        static_cast<std::size_t>(clausal_kernels_bitcode_end - clausal_kernels_bitcode)};
}

}  // namespace clausal::kernels
