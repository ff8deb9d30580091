#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/pack.h"
#include "compiler/core/core.h"
#include "compiler/driver/pack_file.h"
#include "compiler/llvm/run_compiled.h"
#include "compiler/plan/from_core.h"
#include "compiler/plan/print.h"
#include "compiler/syntax/parse.h"

namespace clausal::cli {
namespace {

void dump_own_files(const Pack& pack, bool tokens) {
    for (const syntax::SyntaxTree& tree : pack.loaded.trees) {
        if (!pack.loaded.owns(tree.file)) continue;
        fmt::print(
            "{}", tokens ? syntax::print_tokens(pack.loaded.sources, tree.file, pack.loaded.names)
                         : syntax::print(tree));
    }
}

}  // namespace

int build(const BuildOptions& options) {
    Pack pack = open_pack(options.common, options.pack);
    const bool chinese = pack.language == Language::chinese;
    print_findings_to_errors(options.common, pack);
    // Early forms exist for a pack with errors too: that is when one looks at them.
    if (options.dump == "tokens" || options.dump == "syntax") {
        dump_own_files(pack, options.dump == "tokens");
        return pack.loaded.sink.has_errors() ? kExitFindings : kExitFine;
    }
    if (options.dump == "names" || options.dump == "types") {
        fmt::print(
            "{}", options.dump == "names" ? pack.loaded.printed_names : pack.loaded.printed_types);
        return pack.loaded.sink.has_errors() ? kExitFindings : kExitFine;
    }
    if (!pack.usable()) return kExitFindings;
    if (options.dump == "core") {
        fmt::print("{}", core::print(pack.core(), options.by_place));
        return kExitFine;
    }
    if (options.dump == "plan") {
        fmt::print("{}", plan::print(plan::make_plan(pack.core())));
        return kExitFine;
    }
    if (options.dump == "llvm") {
        fmt::print("{}", compiled::print_ir(pack.core()));
        return kExitFine;
    }
    if (options.output.empty()) {
        fmt::print(stderr, "{}\n",
            chinese ? "错误：请用 -o 给出输出文件，或用 --dump 打印某一阶段"
                    : "error: name the output file with -o, or print a stage with --dump");
        return kExitUsage;
    }
    BuiltPack built;
    built.core = pack.core();
    const std::string& folder = pack.loaded.folder;
    built.folder = std::filesystem::absolute(folder.empty() ? "." : folder).string();
    const compiled::CompiledPack compiled = compiled::CompiledPack::compile(pack.core());
    if (!compiled.error().empty()) throw std::runtime_error(compiled.error());
    built.object = compiled.object();
    const std::string bytes = write_built_pack(built);
    if (!write_whole_file(options.output, bytes)) {
        say_cannot_write(options.output, pack.language);
        return kExitFindings;
    }
    fmt::print("{}\n",
        chinese ? fmt::format("{}：{} 条规则，{} 字节", options.output, built.core.rules.size(),
                      bytes.size())
                : fmt::format("{}: {}, {}", options.output,
                      counted(built.core.rules.size(), "rule"), counted(bytes.size(), "byte")));
    return kExitFine;
}

}  // namespace clausal::cli
