// clausal_generate FILE.csv [events [subjects [seed]]]: writes the events that bench/rules read.

#include <cstdio>
#include <cstdlib>

#include "bench/generate.h"

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("usage: clausal_generate FILE.csv [events [subjects [seed]]]\n", stderr);
        return 2;
    }
    clausal::bench::GenerateOptions options;
    if (argc > 2) options.events = std::strtoull(argv[2], nullptr, 10);
    if (argc > 3) options.subjects = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
    if (argc > 4) options.seed = std::strtoull(argv[4], nullptr, 10);
    if (!clausal::bench::write_csv(clausal::bench::generate(options), argv[1])) {
        std::fprintf(stderr, "%s cannot be written.\n", argv[1]);
        return 1;
    }
    return 0;
}
