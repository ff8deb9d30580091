#include <cstdio>
#include <iostream>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/pack.h"
#include "cli/table.h"
#include "runtime/events/read_sources.h"

namespace clausal::cli {
namespace {

std::string files_table(const ReadReport& report, bool chinese) {
    Table table(
        chinese ? std::vector<std::string>{"文件", "行", "事件", "搁置", "重复"}
                : std::vector<std::string>{"file", "rows", "events", "put aside", "duplicates"});
    for (const FileReport& file : report.files) {
        table.add({file.path, fmt::format("{}", file.rows), fmt::format("{}", file.events),
            fmt::format("{}", file.put_aside), fmt::format("{}", file.duplicates)});
    }
    return table.text({1, 2, 3, 4});
}

}  // namespace

int dry_run(const DryRunOptions& options) {
    Pack pack = open_pack(options.common, options.pack);
    print_findings_to_errors(options.common, pack);
    if (!pack.usable()) return kExitFindings;
    const bool chinese = pack.language == Language::chinese;
    std::vector<WorkCalendar> calendars;
    RunOptions run_options;
    run_options.remembered = options.remember;
    if (!load_calendars(options.common, pack, options.data, &calendars)) return kExitFindings;
    if (!parse_until(pack, options.until, &run_options.until)) return kExitUsage;

    if (options.data.empty() && pack.core().schema.sources.empty()) {
        fmt::print(stderr, "{}\n",
            chinese
                ? "错误：规则包没有声明来源，无法知道读哪些文件；请用 --data 给出数据文件或文件夹"
                : "error: the pack declares no source, so there is no telling which files to read; name files or folders with --data");
        return kExitUsage;
    }
    EventData data(pack.core().schema);
    std::vector<DataFinding> findings;
    const auto files = match_files(pack.core().schema, options.data, pack.loaded.folder, &findings);
    print_data_findings(findings, options.common, pack);
    for (const DataFinding& finding : findings)
        if (is_error(finding.kind)) return kExitFindings;
    ReadReport report;
    {
        Progress progress("reading", "读取", pack.language);
        ReadOptions read_options;
        read_options.strict = options.strict;
        if (run_options.until != kMissing) read_options.until = run_options.until;
        read_options.progress = [&](std::uint64_t done, std::uint64_t total) {
            progress.at(done, total);
        };
        report = read_sources(pack.core().schema, files, read_options, data);
    }
    print_data_findings(report.findings, options.common, pack);
    print_rejected(report, options.common, pack);
    if (!write_put_aside(options.put_aside, report, pack) || !report.ok()) return kExitFindings;

    warn_of_calendar_years(options.common, pack, calendars, data);
    const Outcomes outcomes = run_pack(pack, data, calendars, run_options, options.reference);
    if (options.firings.empty()) {
        std::cout << files_table(report, chinese) << "\n" << summary(pack, data, outcomes);
    } else {
        const FiringFormat format = options.firings == "csv"      ? FiringFormat::csv
                                    : options.firings == "ndjson" ? FiringFormat::ndjson
                                                                  : FiringFormat::table;
        write_firings(std::cout, format, pack.core().schema, rule_labels(pack.core()), data,
            outcomes, Zone::open(pack.core().schema.zone).value_or(Zone::utc()));
    }
    std::cout.flush();
    return print_run_findings(outcomes, run_options, data, options.common, pack) ? kExitFindings
                                                                                 : kExitFine;
}

}  // namespace clausal::cli
