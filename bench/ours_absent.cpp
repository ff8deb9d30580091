// For builds without the compiler: nothing to measure, and the table says so.

#include "bench/ours.h"

namespace clausal::bench {

bool have_ours() { return false; }

std::unique_ptr<Ours> compile_ours(const std::string&, const std::vector<std::string>&, EventData&,
                                   std::string* error) {
    *error = "This build has no compiled execution.";
    return nullptr;
}

bool run_ours_from_rows(const std::string&, const std::string&, std::uint64_t*, double*, std::string* error) {
    *error = "This build has no compiled execution.";
    return false;
}

}  // namespace clausal::bench
