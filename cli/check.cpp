#include <cstdio>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/pack.h"
#include "compiler/core/readings.h"
#include "compiler/driver/pack_files.h"

namespace clausal::cli {

int check(const CheckOptions& options) {
    Pack pack = open_pack(options.common, options.pack);
    check_pack_files(pack.loaded, options.data);
    print_findings(options.common, pack);
    const bool text = options.common.format == "text";
    if (options.readings && text && pack.loaded.trees.empty() && pack.usable()) {
        pack.loaded.readings = core::readings(pack.core());  // a built pack has its core only
    }
    if (options.readings && text) print_readings(pack);
    if (!pack.loaded.core || pack.loaded.sink.has_errors()) return kExitFindings;
    if (text) {
        const auto& core = *pack.loaded.core;
        const std::string& name = core.schema.pack.empty() ? options.pack : core.schema.pack;
        if (pack.language == Language::chinese) {
            fmt::print("{}：{} 条规则，{} 种事件，{} 个示例；没有错误\n", name, core.rules.size(),
                core.schema.events.size(), core.examples.size());
        } else {
            fmt::print("{}: {}, {}, {}; no errors\n", name, counted(core.rules.size(), "rule"),
                counted(core.schema.events.size(), "event"),
                counted(core.examples.size(), "example"));
        }
    }
    return kExitFine;
}

}  // namespace clausal::cli
