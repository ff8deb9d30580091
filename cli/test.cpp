#include <cstdio>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/pack.h"
#include "cli/table.h"
#include "compiler/driver/coverage.h"
#include "compiler/driver/examples.h"

namespace clausal::cli {
namespace {

std::string xml(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\n': out += "&#10;"; break;  // a bare one would be read as a space
        case '\t': out += "&#9;"; break;
        default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;  // XML has no others
        }
    }
    return out;
}

// Conditions that no example makes true, or none makes false.
void print_untried_conditions(const Pack& pack, const std::vector<WorkCalendar>& calendars) {
    const bool chinese = pack.language == Language::chinese;
    // A built pack has no text that could be shown.
    if (pack.loaded.trees.empty()) return;
    bool any = false;
    for (const ConditionCoverage& row : condition_coverage(pack.core(), calendars)) {
        if (row.held && row.failed) continue;
        // Rules of an imported pack are tried by its own examples.
        if (row.span.file < pack.loaded.sources.size() && !pack.loaded.owns(row.span.file))
            continue;
        const std::string& rule = pack.core().rules[row.rule].id;
        std::string words = fmt::format("n{}", row.node);
        std::string place;
        if (row.span.file != Span::kNoFile && row.span.file < pack.loaded.sources.size()) {
            words = std::string(pack.loaded.sources.text(row.span));
            place = fmt::format("{}:{}: ", pack.loaded.sources.file(row.span.file).path,
                pack.loaded.sources.place(row.span.file, row.span.begin).line);
        }
        if (!row.held) {
            fmt::print("{}{}\n", place,
                chinese ? fmt::format("`{}`：没有示例使 `{}` 成立", rule, words)
                        : fmt::format("`{}`: no example makes `{}` hold", rule, words));
            any = true;
        }
        if (!row.failed) {
            fmt::print("{}{}\n", place,
                chinese ? fmt::format("`{}`：没有示例使 `{}` 不成立", rule, words)
                        : fmt::format("`{}`: no example makes `{}` fail", rule, words));
            any = true;
        }
    }
    if (any) fmt::print("\n");
}

bool write_junit(
    const std::string& path, const Pack& pack, const std::vector<ExampleResult>& results) {
    const bool chinese = pack.language == Language::chinese;
    std::size_t failed = 0;
    for (const ExampleResult& result : results) failed += result.failures.empty() ? 0 : 1;
    std::string out = fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n",
        xml(pack.core().schema.pack), results.size(), failed);
    for (const ExampleResult& result : results) {
        out += fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
            xml(pack.core().schema.pack), xml(pack.core().examples[result.example].name));
        if (result.failures.empty()) {
            out += "/>\n";
            continue;
        }
        out += ">\n";
        for (const ExampleFailure& failure : result.failures) {
            out += fmt::format("      <failure message=\"{}\"/>\n",
                xml(chinese ? failure.chinese : failure.english));
        }
        out += "    </testcase>\n";
    }
    out += "  </testsuite>\n</testsuites>\n";
    return write_whole_file(path, out);
}

}  // namespace

int test(const TestOptions& options) {
    Pack pack = open_pack(options.common, options.pack);
    print_findings_to_errors(options.common, pack);
    if (!pack.usable()) return kExitFindings;
    const bool chinese = pack.language == Language::chinese;
    const core::CorePack& core = pack.core();
    std::vector<WorkCalendar> calendars;
    if (!load_calendars(options.common, pack, {}, &calendars)) return kExitFindings;
    if (core.examples.empty()) {
        fmt::print("{}\n", chinese ? "规则包没有示例；请加上 `示例 名：…`"
                                   : "the pack has no examples; add `example name: …`");
    }
    const auto results =
        run_examples(core, [&](const core::CorePack&, EventData& data, const RunOptions& run) {
            return run_pack(pack, data, calendars, run, options.reference);
        });
    std::size_t failed = 0;
    for (const ExampleResult& result : results) {
        const core::Example& example = core.examples[result.example];
        fmt::print("{} {}\n",
            result.failures.empty() ? (chinese ? "通过" : "ok    ") : (chinese ? "失败" : "FAILED"),
            example.name);
        if (result.failures.empty()) continue;
        ++failed;
        for (const ExampleFailure& failure : result.failures) {
            const Span span = example.expectations[failure.expectation].span;
            std::string place;
            if (span.file != Span::kNoFile && span.file < pack.loaded.sources.size()) {
                place = fmt::format("{}:{}: ", pack.loaded.sources.file(span.file).path,
                    pack.loaded.sources.place(span.file, span.begin).line);
            }
            fmt::print("    {}{}\n", place, chinese ? failure.chinese : failure.english);
        }
    }
    fmt::print("\n");
    Table table(chinese ? std::vector<std::string>{"规则", "触发", "有应触发示例", "有不触发示例"}
                        : std::vector<std::string>{
                              "rule", "firings", "expected to fire", "expected silent"});
    for (const RuleCoverage& row : rule_coverage(core, results)) {
        const auto mark = [&](bool yes) {
            return yes ? (chinese ? "是" : "yes") : (chinese ? "否" : "no");
        };
        table.add({row.rule, fmt::format("{}", row.firings), mark(row.expected_to_fire),
            mark(row.expected_silent)});
    }
    fmt::print("{}\n", table.text({1}));
    print_untried_conditions(pack, calendars);
    fmt::print("{}\n", chinese
                           ? fmt::format("{} 个通过，{} 个失败", results.size() - failed, failed)
                           : fmt::format("{} passed, {} failed", results.size() - failed, failed));
    if (!options.junit.empty() && !write_junit(options.junit, pack, results)) {
        say_cannot_write(options.junit, pack.language);
        return kExitFindings;
    }
    return failed == 0 ? kExitFine : kExitFindings;
}

}  // namespace clausal::cli
