// A CSV file of any bytes through the generic source: rows are taken or put aside, never a crash.
#include <cstdint>
#include <cstdio>
#include <string>

#include <unistd.h>

#include "runtime/events/read_sources.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace clausal;
    static const std::string path = "/tmp/clausal_fuzz_" + std::to_string(getpid()) + ".csv";
    if (std::FILE* file = std::fopen(path.c_str(), "wb")) {
        std::fwrite(data, 1, size, file);
        std::fclose(file);
    }
    Schema schema;
    schema.pack = "fuzz";
    schema.subjects.push_back({"customer", {"customer"}, {}, kNone});
    EventType event{"visit",
        {{"customer", {TypeKind::text, 0, "", {}, false}},
            {"stay", {TypeKind::duration, 0, "", {}, false}}},
        {{0, "", {0}}}, false};
    schema.events.push_back(event);
    EventData events(schema);
    (void)read_sources(schema, {{"", path}}, {}, events);
    return 0;
}
