#include <cctype>
#include <cstdio>

#include <fmt/format.h>

#include "cli/commands.h"
#include "compiler/diagnostics/sentence.h"

namespace clausal::cli {

int explain(const ExplainOptions& options) {
    const Language language = language_of(options.common, {});
    std::string wanted = options.code;
    for (char& c : wanted) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    for (const KindInfo& info : all_kinds()) {
        const std::string code = fmt::format("CL{}", info.code);
        std::string slug(info.slug);
        for (char& c : slug) c = c == '_' ? '-' : c;
        if (wanted != code && options.code != slug) continue;
        fmt::print("{} {}\n\n{}\n{}\n", code, slug,
            unfilled(language == Language::chinese ? info.chinese : info.english),
            unfilled(language == Language::chinese ? info.english : info.chinese));
        return kExitFine;
    }
    fmt::print(stderr, "{}\n",
        language == Language::chinese
            ? fmt::format("错误：没有代码 `{}`；代码的形式是 CL301", options.code)
            : fmt::format("error: there is no code `{}`; codes look like CL301", options.code));
    return kExitUsage;
}

}  // namespace clausal::cli
