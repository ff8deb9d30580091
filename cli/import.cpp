#include <cstdio>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/pack.h"
#include "runtime/store/store.h"

namespace clausal::cli {

int import(const ImportOptions& options) {
    Pack pack = open_pack(options.common, options.pack);
    print_findings_to_errors(options.common, pack);
    if (!pack.usable()) return kExitFindings;
    const bool chinese = pack.language == Language::chinese;
    const Schema& schema = pack.core().schema;

    std::vector<DataFinding> findings;
    const auto files = match_files(schema, options.files, pack.loaded.folder, &findings);
    bool refused = false;
    for (const DataFinding& finding : findings) refused = refused || is_error(finding.kind);
    std::optional<Store> store;
    if (!names_a_file(options.store)) {
        findings.push_back({DataKind::store_needs_name, {}, 0, {}, {}});
        refused = true;
    }
    if (!refused) store = Store::open(options.store, schema, {}, &findings);
    print_data_findings(findings, options.common, pack);
    if (!store) return kExitFindings;

    ImportReport report;
    {
        Progress progress("importing", "导入", pack.language);
        ReadOptions read_options;
        read_options.strict = options.strict;
        read_options.progress = [&](std::uint64_t done, std::uint64_t total) {
            progress.at(done, total);
        };
        report = import_files(*store, schema, files, read_options);
    }
    print_data_findings(report.read.findings, options.common, pack);
    print_rejected(report.read, options.common, pack);
    const bool written = write_put_aside(options.put_aside, report.read, pack);
    if (!report.ok()) {
        store->discard_if_new();
        return kExitFindings;
    }
    if (chinese) {
        fmt::print(
            "导入 {} 个事件（{} 行，{} 行搁置，{} 个重复，{} 个迟到，{} 个文件此前已导入）\n",
            report.events, report.read.rows, report.read.put_aside, report.duplicates, report.late,
            report.files_known);
    } else {
        fmt::print("imported {} ({}, {} put aside, {}, {} late, {} imported before)\n",
            counted(report.events, "event"), counted(report.read.rows, "row"),
            report.read.put_aside, counted(report.duplicates, "duplicate"), report.late,
            counted(report.files_known, "file"));
    }
    return written ? kExitFine : kExitFindings;
}

}  // namespace clausal::cli
