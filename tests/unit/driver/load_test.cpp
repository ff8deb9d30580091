// Rule files that cannot be loaded: a finding each, none of them read into memory first.
#include <doctest/doctest.h>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_source.h"
#include "compiler/driver/load.h"
#include "tests/unit/events/build_source.h"

using namespace clausal;

namespace {

bool has(const LoadedPack& pack, Kind kind) {
    for (const Diagnostic& one : pack.sink.all())
        if (one.kind == kind) return true;
    return false;
}

}  // namespace

TEST_CASE("rule files that cannot be read") {
    const testing::Folder folder;
    LoadOptions options;
    options.most_bytes = 1000;
    const std::string large = folder.write("large.clausal", std::string(1001, ' '));
    CHECK(has(load_pack(large, options), kind::rule_file_too_large));
    CHECK(!has(load_pack(large, {}), kind::rule_file_too_large));
    CHECK(has(load_pack("/dev/null", options), kind::rule_file_unreadable));
    CHECK(has(load_pack(folder.path("none.clausal"), options), kind::pack_not_found));
    const std::string empty = folder.write("empty.clausal", "");
    CHECK(has(load_pack(empty, options), kind::empty_file));
    CHECK(load_pack(empty, options).sink.has_errors());
}
