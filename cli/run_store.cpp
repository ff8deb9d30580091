#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/pack.h"
#include "runtime/base/sha256.h"
#include "runtime/store/store.h"

namespace clausal::cli {

namespace {

// Packs of equal rules have equal hashes, whatever their layout, comments and version.
PackLabel pack_label(const core::CorePack& core) {
    return {core.schema.version, sha256_hex(core::print(core))};
}

}  // namespace

int run_store(const RunStoreOptions& options) {
    Pack pack = open_pack(options.common, options.pack);
    print_findings_to_errors(options.common, pack);
    if (!pack.usable()) return kExitFindings;
    const bool chinese = pack.language == Language::chinese;
    const Schema& schema = pack.core().schema;
    std::vector<WorkCalendar> calendars;
    RunOptions run_options;
    run_options.remembered = options.remember;
    if (!load_calendars(options.common, pack, {}, &calendars)) return kExitFindings;
    if (!parse_until(pack, options.until, &run_options.until)) return kExitUsage;

    std::vector<DataFinding> findings;
    StoreOptions store_options;
    store_options.mode = StoreMode::write;
    std::optional<Store> store;
    if (names_a_file(options.store))
        store = Store::open(options.store, schema, store_options, &findings);
    else
        findings.push_back({DataKind::store_needs_name, {}, 0, {}, {}});
    std::optional<EventData> data;
    if (store) data = load_events(*store, schema, &findings);
    if (!data) {
        print_data_findings(findings, options.common, pack);
        return kExitFindings;
    }
    warn_of_calendar_years(options.common, pack, calendars, *data);
    const Outcomes outcomes = run_pack(pack, *data, calendars, run_options, false);
    const Microseconds reached = run_options.until != kMissing ? run_options.until
                                 : data->order.empty()
                                     ? std::numeric_limits<Microseconds>::min() + 1
                                     : data->last_time();
    const Microseconds clock = std::max(reached, store_clock(*store).value_or(reached));
    const auto written = write_firings(*store, schema, rule_labels(pack.core()), *data, outcomes,
        Zone::open(schema.zone).value_or(Zone::utc()), pack_label(pack.core()), reached, clock,
        &findings);
    print_data_findings(findings, options.common, pack);
    if (!written) return kExitFindings;
    fmt::print("{}\n", summary(pack, *data, outcomes, run_options.until));
    if (chinese) {
        fmt::print("写入 {} 次触发（{} 次此前已有）\n", written->added, written->known);
    } else {
        fmt::print("wrote {} ({} {} there before)\n", counted(written->added, "firing"),
            written->known, written->known == 1 ? "was" : "were");
    }
    return print_run_findings(outcomes, run_options, *data, options.common, pack) ? kExitFindings
                                                                                  : kExitFine;
}

}  // namespace clausal::cli
