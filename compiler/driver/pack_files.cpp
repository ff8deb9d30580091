#include "compiler/driver/pack_files.h"

#include <date/date.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/names/words.h"

namespace clausal {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    std::ifstream in(path, std::ios::binary);
    std::ostringstream bytes;
    if (!in || !(bytes << in.rdbuf()) || in.bad()) return std::nullopt;
    return std::move(bytes).str();
}

// Where a file of the pack may lie.
std::vector<fs::path> places(
    const LoadedPack& pack, const std::string& file, const std::vector<std::string>& data) {
    std::vector<fs::path> out{fs::path(pack.folder) / file};
    for (const std::string& given : data) {
        std::error_code error;
        if (fs::is_directory(given, error)) {
            if (!file.starts_with("..")) out.push_back(fs::path(given) / file);
            out.push_back(fs::path(given) / fs::path(file).filename());
        } else if (fs::path(given).filename() == fs::path(file).filename()) {
            out.emplace_back(given);
        }
    }
    return out;
}

// The statement that declares it; no place for a pack without its text.
Span declared_at(const LoadedPack& pack, syntax::NodeKind kind, const std::string& name) {
    for (const syntax::SyntaxTree& tree : pack.trees) {
        for (const syntax::Node& node : tree.nodes) {
            if (node.kind == kind && names::fold(node.text) == names::fold(name)) return node.span;
        }
    }
    return {};
}

bool uses(const core::CorePack& pack, std::uint32_t calendar) {
    return std::any_of(pack.nodes.begin(), pack.nodes.end(), [&](const core::Node& node) {
        return node.calendar == calendar || node.window.unit == core::Unit::working_day;
    });
}

}  // namespace

bool load_calendars(const LoadedPack& pack, const std::vector<std::string>& data,
    std::vector<WorkCalendar>* calendars, Sink& sink) {
    bool good = true;
    for (const CalendarSpec& spec : pack.core->schema.calendars) {
        const Span span = declared_at(pack, syntax::NodeKind::calendar, spec.name);
        std::vector<WorkCalendar::File> files;
        bool complete = true;
        for (const std::string& file : spec.files) {
            bool found = false;
            for (const fs::path& place : places(pack, file, data)) {
                auto content = read_file(place);
                if (!content) continue;
                files.push_back({place.string(), std::move(*content)});
                found = true;
                break;
            }
            if (!found) sink.report(kind::calendar_file_missing, span, {{"path", file, ""}});
            complete = complete && found;
        }
        good = good && complete;
        if (!complete) continue;
        std::string error;
        std::string error_zh;
        auto calendar =
            WorkCalendar::load(files, spec.begin_minute, spec.end_minute, &error, &error_zh);
        if (!calendar) {
            const auto bare = [](std::string text, std::string_view stop) {
                if (text.ends_with(stop)) text.resize(text.size() - stop.size());
                return text;
            };
            sink.report(kind::calendar_file_wrong, span,
                {{"name", spec.name, ""}, {"reason", bare(error, "."), bare(error_zh, "。")}});
            good = false;
            continue;
        }
        calendars->push_back(std::move(*calendar));
    }
    return good;
}

void report_missing_years(const LoadedPack& pack, const std::vector<WorkCalendar>& calendars,
    Microseconds from, Microseconds to, bool of_examples, Sink& sink) {
    constexpr int kMostYears = 5;  // that are named
    const Schema& schema = pack.core->schema;
    const Zone zone = Zone::open(schema.zone).value_or(Zone::utc());
    const auto year_of = [&](Microseconds t) {
        const date::year_month_day day{date::sys_days{date::days{zone.day_of(t)}}};
        return static_cast<int>(day.year());
    };
    for (std::uint32_t i = 0; i < calendars.size() && i < schema.calendars.size(); ++i) {
        if (!uses(*pack.core, i)) continue;
        std::string years;
        int named = 0;
        for (int year = year_of(from); year <= year_of(to) && named < kMostYears; ++year) {
            const std::int64_t day =
                date::sys_days{date::year{year} / 1 / 1}.time_since_epoch().count();
            if (calendars[i].is_working(day)) continue;
            years += (named == 0 ? "" : ", ") + std::to_string(year);
            ++named;
        }
        if (named == 0) continue;
        sink.report(kind::calendar_year_missing,
            declared_at(pack, syntax::NodeKind::calendar, schema.calendars[i].name),
            {{"name", schema.calendars[i].name, ""}, {"years", years, ""},
                {"what", of_examples ? "the examples" : "the data",
                    of_examples ? "示例" : "数据"}});
    }
}

void check_pack_files(LoadedPack& pack, const std::vector<std::string>& data) {
    if (!pack.core) return;
    std::vector<WorkCalendar> calendars;
    const bool loaded = load_calendars(pack, data, &calendars, pack.sink);
    const Schema& schema = pack.core->schema;
    for (const SubjectKind& subject : schema.subjects) {
        if (subject.register_source == kNone) continue;
        const std::string& file = schema.registers.at(subject.register_source).source.file;
        const std::vector<fs::path> all = places(pack, file, data);
        std::error_code error;
        if (std::any_of(all.begin(), all.end(),
                [&](const fs::path& place) { return fs::exists(place, error); }))
            continue;
        pack.sink.report(kind::register_file_missing,
            declared_at(pack, syntax::NodeKind::subject, subject.name),
            {{"path", file, ""}, {"subject", subject.name, ""}});
    }
    Microseconds from = std::numeric_limits<Microseconds>::max();
    Microseconds to = std::numeric_limits<Microseconds>::min();
    for (const core::Example& example : pack.core->examples) {
        for (const core::ExampleEvent& event : example.events) {
            from = std::min(from, event.time);
            to = std::max(to, event.time);
        }
    }
    if (loaded && from <= to) report_missing_years(pack, calendars, from, to, true, pack.sink);
}

}  // namespace clausal
