#include "cli/pack.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

#include "cli/table.h"
#include "compiler/core/intern_constants.h"
#include "compiler/driver/data_diagnostics.h"
#include "compiler/driver/pack_file.h"
#include "compiler/driver/pack_files.h"
#include "compiler/interpret/run_reference.h"
#include "compiler/llvm/run_compiled.h"
#include "runtime/events/format_value.h"
#include "runtime/events/time_text.h"

namespace clausal::cli {
namespace {

std::optional<std::string> read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream bytes;
    bytes << in.rdbuf();
    if (in.bad()) return std::nullopt;
    return std::move(bytes).str();
}

bool begins_like_built_pack(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return false;
    std::ifstream in(path, std::ios::binary);
    std::string head(8, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    return is_built_pack(head);
}

void say(Language language, const std::string& english, const std::string& chinese) {
    fmt::print(stderr, "{}\n", language == Language::chinese ? chinese : english);
}

void open_built_pack(const std::string& path, Pack* pack) {
    const auto bytes = read_file(path);
    BuiltPack built;
    const BuiltPackError error = bytes ? read_built_pack(*bytes, &built) : BuiltPackError::damaged;
    if (error == BuiltPackError::none) {
        pack->loaded.core = std::move(built.core);
        pack->loaded.folder = built.folder;
        pack->object = std::move(built.object);
        return;
    }
    pack->refused = true;
    if (error == BuiltPackError::other_version) {
        say(pack->language,
            fmt::format(
                "error: `{}` was built by another version of clausal; build it again from its rule files",
                path),
            fmt::format("错误：`{}` 由另一版本的 clausal 编译；请用规则文件重新编译", path));
    } else {
        say(pack->language,
            fmt::format("error: `{}` is damaged; build it again from its rule files", path),
            fmt::format("错误：`{}` 已损坏；请用规则文件重新编译", path));
    }
}

}  // namespace

Pack open_pack(const Common& common, const std::string& path) {
    Pack pack;
    if (begins_like_built_pack(path)) {
        pack.language = language_of(common, {});
        open_built_pack(path, &pack);
        if (pack.loaded.core) pack.language = language_of(common, {pack.loaded.core->schema.pack});
        return pack;
    }
    if (path == "-") {  // rule text on standard input
        const LoadOptions options;
        std::string text(options.most_bytes + 1, '\0');
        std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(std::cin.gcount()));
        pack.loaded = load_texts({{path, std::move(text)}}, options);
    } else {
        pack.loaded = load_pack(path, {});
    }
    std::vector<std::string> texts;
    for (FileId id = 0; id < pack.loaded.sources.size(); ++id)
        texts.push_back(pack.loaded.sources.file(id).text);
    pack.language = language_of(common, texts);
    return pack;
}

namespace {
std::string rendered(const Common& common, const Pack& pack, const Sink& sink, bool colour) {
    const auto findings = sink.sorted();
    if (common.format == "json") return render_json(findings, pack.loaded.sources, pack.language);
    if (common.format == "sarif") return render_sarif(findings, pack.loaded.sources, pack.language);
    return render_text(findings, pack.loaded.sources, pack.language, colour);
}
}  // namespace

void print_findings(const Common& common, const Pack& pack) {
    fmt::print("{}", rendered(common, pack, pack.loaded.sink, output_in_colour()));
}

void print_findings_to_errors(const Common& common, const Pack& pack) {
    if (pack.loaded.sink.all().empty()) return;
    fmt::print(stderr, "{}", rendered(common, pack, pack.loaded.sink, errors_in_colour()));
}

void print_more_findings(const Common& common, const Pack& pack, const Sink& sink) {
    if (sink.all().empty()) return;
    fmt::print(stderr, "{}", rendered(common, pack, sink, errors_in_colour()));
}

void print_readings(const Pack& pack) {
    std::string rule;
    for (const auto& line : pack.loaded.readings) {
        if (line.rule != rule) {
            rule = line.rule;
            fmt::print("{}\n", rule);
        }
        fmt::print("  {}\n", pack.language == Language::chinese ? line.chinese : line.english);
    }
}

bool load_calendars(const Common& common, const Pack& pack, const std::vector<std::string>& data,
    std::vector<WorkCalendar>* calendars) {
    Sink sink;
    const bool good = clausal::load_calendars(pack.loaded, data, calendars, sink);
    print_more_findings(common, pack, sink);
    return good;
}

void warn_of_calendar_years(const Common& common, const Pack& pack,
    const std::vector<WorkCalendar>& calendars, const EventData& data) {
    if (data.order.empty()) return;
    Sink sink;
    const auto& first = data.order.front();
    report_missing_years(pack.loaded, calendars, data.tables[first.type].time[first.row],
        data.last_time(), false, sink);
    print_more_findings(common, pack, sink);
}

bool parse_until(const Pack& pack, const std::optional<std::string>& given, Microseconds* until) {
    *until = kMissing;
    if (!given) return true;
    const std::string& text = *given;
    TimeText time;
    const Zone zone = Zone::open(pack.core().schema.zone).value_or(Zone::utc());
    if (parse_time(text, &time) != TimeStatus::ok) {
        say(pack.language,
            fmt::format(
                "error: `{}` is no instant; write 2026-03-01, 2026-03-01 09:00 or 2026-03-01T09:00:00Z",
                text),
            fmt::format(
                "错误：`{}` 不是时刻；请写 2026-03-01、2026-03-01 09:00 或 2026-03-01T09:00:00Z",
                text));
        return false;
    }
    if (time.kind == TimeText::Kind::instant) {
        *until = time.instant();
    } else {
        zone.to_instant(time.local(), until);
    }
    return true;
}

bool names_a_file(const std::string& store) { return !store.empty() && store != ":memory:"; }

std::vector<RuleLabel> rule_labels(const core::CorePack& pack) {
    std::vector<RuleLabel> labels;
    for (const core::Rule& rule : pack.rules) labels.push_back({rule.id, rule.subject});
    return labels;
}

Outcomes run_pack(Pack& pack, EventData& data, const std::vector<WorkCalendar>& calendars,
    const RunOptions& options, bool reference) {
    core::intern_constants(pack.core(), data.dictionary);
    if (reference) return interpret::run_reference(pack.core(), data, calendars, options);
    if (!pack.compiled) {
        // Optimising pays from about this many events on; below it the fast tier is done sooner.
        constexpr std::size_t kEventsWorthOptimising = 200'000;
        compiled::CompileOptions compile_options;
        compile_options.optimise = data.order.size() >= kEventsWorthOptimising;
        pack.compiled = std::make_shared<const compiled::CompiledPack>(
            pack.object.empty() ? compiled::CompiledPack::compile(pack.core(), compile_options)
                                : compiled::CompiledPack::load(pack.core(), pack.object));
        if (!pack.compiled->error().empty()) throw std::runtime_error(pack.compiled->error());
    }
    return pack.compiled->run(data, calendars, options);
}

std::string summary(
    const Pack& pack, const EventData& data, const Outcomes& outcomes, Microseconds until) {
    const bool chinese = pack.language == Language::chinese;
    const core::CorePack& core = pack.core();
    const Zone zone = Zone::open(core.schema.zone).value_or(Zone::utc());
    const auto time_of = [&](const EventReference& event) {
        return data.tables[event.type].time[event.row];
    };
    const auto end =
        until == kMissing
            ? data.order.end()
            : std::partition_point(data.order.begin(), data.order.end(),
                  [&](const EventReference& event) { return time_of(event) <= until; });
    const auto events = static_cast<std::size_t>(end - data.order.begin());
    std::string out;
    if (events == 0) {
        out += chinese ? "没有事件\n\n" : "no events\n\n";
    } else {
        const std::string first = format_instant(time_of(data.order.front()), zone);
        const std::string last = format_instant(time_of(*(end - 1)), zone);
        out += chinese ? fmt::format(
                             "{} 个事件，{} 至 {}（{}）\n\n", events, first, last, core.schema.zone)
                       : fmt::format("{}, {} to {} ({})\n\n", counted(events, "event"), first, last,
                             core.schema.zone);
    }
    Table table(chinese ? std::vector<std::string>{"规则", "触发", "主体", "首次", "末次", "未知",
                              "待决", "受限", "故障"}
                        : std::vector<std::string>{"rule", "firings", "subjects", "first", "last",
                              "undecided", "pending", "suppressed", "faults"});
    for (std::size_t r = 0; r < core.rules.size(); ++r) {
        std::vector<std::uint32_t> subjects;
        Microseconds first = 0;
        Microseconds last = 0;
        std::uint64_t count = 0;
        for (const Firing& firing : outcomes.firings) {
            if (firing.rule != r) continue;
            if (count == 0) first = firing.step.time;
            last = firing.step.time;
            ++count;
            subjects.push_back(firing.subject);
        }
        std::sort(subjects.begin(), subjects.end());
        subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
        const RuleSummary row = r < outcomes.rules.size() ? outcomes.rules[r] : RuleSummary{};
        table.add({core.rules[r].id, fmt::format("{}", count), fmt::format("{}", subjects.size()),
            count == 0 ? "-" : format_instant(first, zone),
            count == 0 ? "-" : format_instant(last, zone), fmt::format("{}", row.undecided),
            fmt::format("{}", row.pending), fmt::format("{}", row.suppressed),
            fmt::format("{}", row.faults)});
    }
    return out + table.text({1, 2, 5, 6, 7, 8});
}

namespace {

std::string subject_label(
    const core::CorePack& core, const EventData& data, std::uint32_t rule, std::uint32_t subject) {
    std::string key;
    for (const std::int64_t part : data.subjects[core.rules[rule].subject].keys[subject])
        key += (key.empty() ? "" : " ") + data.dictionary.text(part);
    return fmt::format("`{}`", key);
}

// A finding for each rule, place and reason, with the first fault and how many there are.
void add_faults(const Outcomes& outcomes, const EventData& data, const core::CorePack& core,
    const Zone& zone, std::vector<DataFinding>* findings) {
    std::map<std::tuple<std::uint32_t, std::uint32_t, Fault>,
        std::pair<const RuleFault*, std::size_t>>
        by_place;
    for (const RuleFault& fault : outcomes.faults) {
        auto& [first, count] = by_place[{fault.rule, fault.value + 1, fault.reason}];
        if (count++ == 0) first = &fault;
    }
    for (const auto& [place, faults] : by_place) {
        const RuleFault& first = *faults.first;
        const bool divided = first.reason == Fault::division_by_zero;
        DataFinding finding;
        finding.kind =
            divided ? DataKind::condition_divided_by_zero : DataKind::condition_overflowed;
        finding.arguments = {{"rule", fmt::format("`{}`", core.rules[first.rule].id)},
            {"subject", subject_label(core, data, first.rule, first.subject)},
            {"time", format_instant(first.time, zone)},
            {"count", fmt::format("{}", faults.second)}};
        if (first.value != kNone) {
            finding.kind = divided ? DataKind::value_divided_by_zero : DataKind::value_overflowed;
            std::size_t word = first.value;
            for (const core::ActionCall& call : core.rules[first.rule].actions) {
                const auto& action = core.schema.actions[call.action];
                if (word < action.fields.size()) {
                    finding.arguments.push_back(
                        {"field", fmt::format("`{}`", action.fields[word].name)});
                    finding.arguments.push_back({"action", fmt::format("`{}`", action.name)});
                    break;
                }
                word -= action.fields.size();
            }
        }
        findings->push_back(std::move(finding));
    }
}

}  // namespace

bool print_run_findings(const Outcomes& outcomes, const RunOptions& options, const EventData& data,
    const Common& common, const Pack& pack) {
    const core::CorePack& core = pack.core();
    const Zone zone = Zone::open(core.schema.zone).value_or(Zone::utc());
    std::vector<DataFinding> findings;
    add_faults(outcomes, data, core, zone, &findings);
    std::vector<bool> told(core.rules.size(), false);
    for (const Overrun& first : outcomes.overruns) {
        if (told[first.rule]) continue;
        told[first.rule] = true;
        const auto count = std::count_if(outcomes.overruns.begin(), outcomes.overruns.end(),
            [&](const Overrun& other) { return other.rule == first.rule; });
        DataFinding finding;
        finding.kind = DataKind::remembered_too_many;
        finding.arguments = {{"rule", fmt::format("`{}`", core.rules[first.rule].id)},
            {"limit", fmt::format("{}", options.remembered)},
            {"subject", subject_label(core, data, first.rule, first.subject)},
            {"time", format_instant(first.time, zone)}, {"count", fmt::format("{}", count)}};
        findings.push_back(std::move(finding));
    }
    print_data_findings(findings, common, pack);
    return !outcomes.overruns.empty();
}

void print_data_findings(
    const std::vector<DataFinding>& findings, const Common& common, const Pack& pack) {
    if (findings.empty()) return;
    fmt::print(stderr, "{}",
        render_data_findings(
            findings, pack.language, common.format == "sarif" ? "json" : common.format));
}

bool write_put_aside(const std::string& path, const ReadReport& report, const Pack& pack) {
    if (path.empty()) return true;
    std::string out = "file,line,column,code,reason\n";
    for (const DataFinding& row : report.rejected) {
        out += fmt::format("{},{},{},CL{},{}\n", csv_cell(row.file), row.line, csv_cell(row.column),
            static_cast<int>(row.kind), csv_cell(message(row, pack.language)));
    }
    if (write_whole_file(path, out)) return true;
    say_cannot_write(path, pack.language);
    return false;
}

// How many rows put aside are shown one by one; all are counted.
constexpr std::size_t kRejectedShown = 20;

void print_rejected(const ReadReport& report, const Common& common, const Pack& pack) {
    const std::size_t shown = std::min(report.rejected.size(), kRejectedShown);
    print_data_findings(
        {report.rejected.begin(), report.rejected.begin() + static_cast<std::ptrdiff_t>(shown)},
        common, pack);
    if (report.put_aside > shown) {
        fmt::print(stderr, "{}\n",
            pack.language == Language::chinese
                ? fmt::format(
                      "…… 另有 {} 行被搁置（--put-aside 文件 写出全部）", report.put_aside - shown)
                : fmt::format("… and {} more {} put aside (--put-aside FILE writes all)",
                      report.put_aside - shown, report.put_aside - shown == 1 ? "row" : "rows"));
    }
}

}  // namespace clausal::cli
