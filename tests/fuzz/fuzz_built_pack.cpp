// A built pack of any bytes: refused, never a crash.
#include <cstdint>
#include <string_view>

#include "compiler/driver/pack_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    clausal::BuiltPack pack;
    (void)clausal::read_built_pack({reinterpret_cast<const char*>(data), size}, &pack);
    return 0;
}
