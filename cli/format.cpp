#include <cstdio>
#include <iostream>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/pack.h"
#include "compiler/driver/format_text.h"
#include "compiler/syntax/parse.h"

namespace clausal::cli {
namespace {

// The shape of a tree without places: two texts with equal shapes mean the same.
bool same_meaning(const Pack& pack, const syntax::SyntaxTree& tree, const std::string& formatted) {
    SourceSet sources;
    Sink sink;
    const FileId file = sources.add("formatted", formatted);
    const syntax::SyntaxTree again = syntax::parse_file(sources, file, pack.loaded.names, sink);
    return !sink.has_errors() && syntax::print(again) == syntax::print(tree);
}

}  // namespace

int format(const FormatOptions& options) {
    Pack pack = open_pack(options.common, options.pack);
    const bool chinese = pack.language == Language::chinese;
    if (pack.refused || pack.loaded.sink.has_errors()) {
        print_findings_to_errors(options.common, pack);
        return kExitFindings;
    }
    if (pack.loaded.trees.empty()) {
        fmt::print(stderr, "{}\n",
            chinese ? fmt::format("错误：`{}` 是编译好的规则包，没有可排版的文本", options.pack)
                    : fmt::format(
                          "error: `{}` is a built pack; it has no text to format", options.pack));
        return kExitFindings;
    }
    int code = kExitFine;
    const bool piped = options.pack == "-";  // from standard input to standard output
    for (const syntax::SyntaxTree& tree : pack.loaded.trees) {
        const SourceFile& file = pack.loaded.sources.file(tree.file);
        if (!pack.loaded.owns(tree.file)) continue;  // imported packs are not ours to change
        std::string formatted = format_text(pack.loaded.sources, tree);
        if (formatted != file.text && !same_meaning(pack, tree, formatted))
            formatted = format_text(pack.loaded.sources, tree, false);
        const bool left = formatted != file.text && !same_meaning(pack, tree, formatted);
        if (piped && !options.check) {
            std::cout << (left ? file.text : formatted) << std::flush;
            continue;
        }
        if (formatted == file.text) continue;
        if (left) {
            fmt::print(stderr, "{}\n",
                chinese
                    ? fmt::format("{}: 排版后读法会变，保持原样", file.path)
                    : fmt::format("{}: left as it is: its layout settles a reading", file.path));
            continue;
        }
        if (options.check) {
            fmt::print("{}\n", chinese ? fmt::format("需要排版: {}", file.path)
                                       : fmt::format("would change: {}", file.path));
            code = kExitFindings;
        } else if (!write_whole_file(file.path, formatted)) {
            say_cannot_write(file.path, pack.language);
            code = kExitFindings;
        } else {
            fmt::print("{}\n", chinese ? fmt::format("已排版: {}", file.path)
                                       : fmt::format("formatted: {}", file.path));
        }
    }
    return code;
}

}  // namespace clausal::cli
