#include "runtime/events/read_sources.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>

#include "runtime/events/event_writer.h"
#include "runtime/events/file_notes.h"
#include "runtime/events/generic_source.h"
#include "runtime/events/limits.h"
#include "runtime/events/row_evaluator.h"
#include "runtime/events/table_file.h"

namespace clausal {

bool ReadReport::ok() const {
    return std::none_of(findings.begin(), findings.end(),
        [](const DataFinding& each) { return is_error(each.kind); });
}

namespace {

constexpr std::uint64_t kRowsBetweenProgress = 8192;
constexpr Microseconds kFarOff = 7'258'118'400 * kSecond;  // the year 2200: nobody plans for it
constexpr Microseconds kBeginning = std::numeric_limits<Microseconds>::min() + 1;
const Type kTextType{TypeKind::text, 0, {}, {}, false};
const Type kInstantType{TypeKind::instant, 0, {}, {}, false};

class Reading {
public:
    Reading(const Schema& schema, const ReadOptions& options, EventData& data, ReadReport& report)
        : schema_(schema), options_(options), data_(data), report_(report), writer_(schema, data) {}

    void run(const std::vector<SourceFileInput>& files) {
        std::error_code error;
        for (const SourceFileInput& file : files)
            if (const auto size = std::filesystem::file_size(file.path, error); !error)
                bytes_total_ += size;
        if (options_.read_registers) {
            for (std::uint32_t i = 0; i < schema_.registers.size(); ++i)
                for (const SourceFileInput& file : files)
                    if (file.declared == schema_.registers[i].source.file)
                        read_register(schema_.registers[i], file);
            sort_registers();
        }
        // Each declared file once, for all sources over it; in the order of the declarations.
        std::vector<bool> done(schema_.sources.size(), false);
        std::int32_t next_rank = 0;
        for (std::size_t i = 0; i < schema_.sources.size(); ++i) {
            next_rank = std::max(next_rank, schema_.sources[i].rank + 1);
            if (done[i]) continue;
            std::vector<const SourceSpec*> together;
            for (std::size_t k = i; k < schema_.sources.size(); ++k) {
                const SourceSpec& other = schema_.sources[k];
                const SourceSpec& first = schema_.sources[i];
                if (other.file != first.file || other.format != first.format ||
                    other.separator != first.separator || other.has_header != first.has_header ||
                    other.rank != first.rank)
                    continue;
                together.push_back(&other);
                done[k] = true;
            }
            for (const SourceFileInput& file : files)
                if (!file.declared.empty() && file.declared == together[0]->file)
                    read_declared(together, file);
        }
        for (const SourceFileInput& file : files)
            if (file.declared.empty()) read_generic(file, next_rank);
    }

private:
    struct Source {
        const SourceSpec* spec = nullptr;
        std::unique_ptr<Zone> zone;
        std::map<std::string, Zone> zones;
        std::vector<std::uint32_t> columns;  // node -> place among the wanted cells
        std::unique_ptr<RowEvaluator> evaluator;
        std::uint64_t taken = 0;  // rows that its filters let through
    };

    bool open_zone(const std::string& name, const std::string& path, std::optional<Zone>* out) {
        *out = name.empty() ? Zone::utc() : Zone::open(name);
        if (*out) return true;
        report_.findings.push_back({DataKind::zone_unknown, path, 0, {}, {{"zone", name}}});
        return false;
    }

    // Zones and wanted columns of a source; false after a finding.
    bool prepare(const SourceSpec& spec, const std::string& path, bool optional_columns,
        std::vector<WantedColumn>* wanted, Source* out) {
        out->spec = &spec;
        std::optional<Zone> zone;
        if (!open_zone(spec.zone.empty() ? schema_.zone : spec.zone, path, &zone)) return false;
        out->zone = std::make_unique<Zone>(*zone);
        out->columns.assign(spec.nodes.size(), kNone);
        for (std::uint32_t i = 0; i < spec.nodes.size(); ++i) {
            const SourceNode& node = spec.nodes[i];
            if (node.kind == SourceNode::Kind::zoned && !out->zones.contains(node.text)) {
                if (!open_zone(node.text, path, &zone)) return false;
                out->zones.emplace(node.text, *zone);
            }
            if (node.kind != SourceNode::Kind::column) continue;
            const WantedColumn column{
                node.text, node.text.empty() ? node.number.coefficient : 0, optional_columns};
            const auto same = [&](const WantedColumn& other) {
                return other.name == column.name && other.place == column.place;
            };
            auto found = std::find_if(wanted->begin(), wanted->end(), same);
            if (found == wanted->end()) found = wanted->insert(wanted->end(), column);
            out->columns[i] = static_cast<std::uint32_t>(found - wanted->begin());
        }
        return true;
    }

    void read_declared(const std::vector<const SourceSpec*>& specs, const SourceFileInput& file) {
        for (const SourceSpec* spec : specs)
            for (const SourceEvent& event : spec->events)
                if (std::none_of(event.bindings.begin(), event.bindings.end(),
                        [](const SourceBinding& each) { return each.field == kNone; }))
                    report_.findings.push_back({DataKind::source_without_time, spec->file, 0, {},
                        {{"event", schema_.events[event.event].name}}});
        auto table = TableFile::open(specs[0]->format, file.path, specs[0]->separator,
            specs[0]->has_header, &report_.findings);
        if (!table) return;
        std::vector<WantedColumn> wanted;
        std::vector<Source> sources(specs.size());
        for (std::size_t i = 0; i < specs.size(); ++i)
            if (!prepare(*specs[i], file.path, false, &wanted, &sources[i])) return;
        table->want(wanted, false, &report_.findings);
        if (read_rows(*table, sources, nullptr, file, specs[0]->rank))
            absent_columns(*table, wanted, sources);
    }

    void read_generic(const SourceFileInput& file, std::int32_t rank) {
        const std::string extension = std::filesystem::path(file.path).extension().string();
        // Nothing names the form of a pipe: a table, as programs write.
        std::error_code error;
        const bool pipe = std::filesystem::exists(file.path, error) &&
                          !std::filesystem::is_regular_file(file.path, error) &&
                          !std::filesystem::is_directory(file.path, error);
        const bool csv = extension == ".csv" || extension == ".CSV" || (pipe && extension.empty());
        if (!csv && extension != ".ndjson" && extension != ".jsonl" && extension != ".json") {
            report_.findings.push_back({DataKind::generic_unknown_format, file.path, 0, {}, {}});
            return;
        }
        const auto format = csv ? SourceSpec::Format::csv : SourceSpec::Format::ndjson;
        auto table = TableFile::open(format, file.path, ',', true, &report_.findings);
        if (!table) return;
        const GenericSource generic = generic_source(schema_, format, file.path, table->header(),
            table->named_at_start(), rank, &report_.findings);
        if (report_.ok() && csv)
            check_generic_columns(schema_, file.path, table->header(), &report_.findings);
        if (!report_.ok()) return;
        std::vector<WantedColumn> wanted;
        std::vector<Source> sources(1);
        if (!prepare(generic.spec, file.path, true, &wanted, &sources[0])) return;
        add_generic_aliases(&wanted);
        table->want(wanted, true, &report_.findings);
        if (!read_rows(*table, sources, &generic, file, rank)) return;
        if (!csv && !table->names().empty()) {
            const auto lacks = [&](std::uint32_t node) {
                return node != kNone && !table->occurs(sources[0].columns[node]);
            };
            if (lacks(generic.time_column))
                report_.findings.push_back({DataKind::generic_no_time, file.path, 0, {},
                    {{"columns", column_list(table->names())}}});
            if (generic.event_names.size() != 1 && lacks(generic.event_column))
                report_.findings.push_back({DataKind::generic_no_event, file.path, 0, {},
                    {{"columns", column_list(table->names())}}});
            check_generic_columns(schema_, file.path, table->names(), &report_.findings);
        }
        if (report_.ok())
            check_unused_columns(
                schema_, file.path, table->names(), types_read_, &report_.findings);
    }

    // Columns that no line of an NDJSON file had. An absent key is a missing value, so most are only
    // worth a warning, or nothing when no line was meant for the source that wants them.
    void absent_columns(const TableFile& table, const std::vector<WantedColumn>& wanted,
        const std::vector<Source>& sources) {
        std::uint64_t all_taken = 0;
        for (const Source& source : sources) all_taken += source.taken;
        const bool nothing_read = file_.events + file_.duplicates + file_.after_until == 0;
        for (std::uint32_t i = 0; i < wanted.size(); ++i) {
            if (wanted[i].optional || wanted[i].name.empty() || table.occurs(i)) continue;
            bool taken = false;
            bool filters = false;
            for (const Source& source : sources) {
                const auto column = std::find(source.columns.begin(), source.columns.end(), i);
                if (column == source.columns.end()) continue;
                taken |= source.taken > 0;
                filters |= in_filter(
                    *source.spec, static_cast<std::uint32_t>(column - source.columns.begin()));
            }
            const bool slip = std::any_of(
                table.names().begin(), table.names().end(), [&](const std::string& key) {
                    const bool used = std::any_of(wanted.begin(), wanted.end(),
                        [&](const WantedColumn& other) { return other.name == key; });
                    return !used && looks_like(wanted[i].name, key);
                });
            if ((filters && all_taken == 0) || (taken && nothing_read) ||
                (slip && (taken || filters)))
                report_.findings.push_back(
                    unknown_column(file_.path, wanted[i].name, table.names()));
            else if (taken)
                report_.findings.push_back(
                    {DataKind::column_never_seen, file_.path, 0, wanted[i].name, {}});
        }
    }

    static bool in_filter(const SourceSpec& spec, std::uint32_t column) {
        std::vector<std::uint32_t> open{spec.filter};
        for (const SourceEvent& event : spec.events) open.push_back(event.filter);
        while (!open.empty()) {
            const std::uint32_t node = open.back();
            open.pop_back();
            if (node == kNone) continue;
            if (node == column) return true;
            open.insert(open.end(), spec.nodes[node].inputs.begin(), spec.nodes[node].inputs.end());
        }
        return false;
    }

    // false: there were errors before, nothing was read.
    bool read_rows(TableFile& table, std::vector<Source>& sources, const GenericSource* generic,
        const SourceFileInput& file, std::int32_t rank) {
        if (!report_.ok()) return false;
        types_read_.assign(schema_.events.size(), false);
        for (Source& source : sources)
            source.evaluator = std::make_unique<RowEvaluator>(
                *source.spec, source.columns, *source.zone, source.zones, data_.dictionary);
        begin_file(file, rank, false);
        std::uint64_t row = 0;
        if (const auto found = options_.rows_before.find(rank); found != options_.rows_before.end())
            row = found->second;
        if (const auto found = rows_by_rank_.find(rank); found != rows_by_rank_.end())
            row = found->second;
        file_.rows_before = row;
        const auto read_before = options_.rows_known.find(file.path);
        const std::uint64_t known =
            read_before == options_.rows_known.end() ? 0 : read_before->second;
        for (;;) {
            const TableFile::Status status = table.next();
            if (status == TableFile::Status::end) break;
            if (file_.rows_known < known) {
                ++file_.rows_known;
                continue;
            }
            ++file_.rows;
            ++row;
            if (file_.rows % kRowsBetweenProgress == 0 && options_.progress)
                options_.progress(bytes_done_ + table.bytes_read(), bytes_total_);
            if (status == TableFile::Status::broken) {
                reject(table.problem());
                continue;
            }
            RowProblem problem;
            if (!read_row(table, sources, generic, &problem) ||
                !append_row(rank, row, table.line(), &problem))
                reject({problem.kind, file.path, table.line(), problem.column,
                    std::move(problem.arguments)});
        }
        rows_by_rank_[rank] = row;
        end_file(table);
        return true;
    }

    // Events of one row into pending_.
    bool read_row(const TableFile& table, std::vector<Source>& sources,
        const GenericSource* generic, RowProblem* problem) {
        pending_count_ = 0;
        for (Source& source : sources) {
            RowEvaluator& evaluator = *source.evaluator;
            evaluator.begin_row(table.cells());
            int taken = 0;
            if (!evaluator.test(source.spec->filter, &taken, problem)) return false;
            if (taken != 1) continue;
            if (generic != nullptr) {
                std::uint32_t only = 0;
                if (generic->event_column != kNone &&
                    !generic_event(evaluator, *generic, &only, problem))
                    return false;
                const SourceEvent& event = source.spec->events[only];
                ++source.taken;
                evaluator.begin_event(event, schema_.events[event.event].fields);
                if (!read_event(evaluator, event, table.line(), problem)) return false;
            } else {
                for (const SourceEvent& event : source.spec->events) {
                    evaluator.begin_event(event, schema_.events[event.event].fields);
                    if (!evaluator.test(event.filter, &taken, problem)) return false;
                    if (taken != 1) continue;
                    ++source.taken;
                    if (!read_event(evaluator, event, table.line(), problem)) return false;
                }
            }
            if (evaluator.notes().ambiguous) notes_.ambiguous.add(table.line());
        }
        return true;
    }

    bool generic_event(RowEvaluator& evaluator, const GenericSource& generic, std::uint32_t* out,
        RowProblem* problem) {
        std::string name;
        if (!evaluator.text(generic.event_column, &name, problem)) return false;
        if (name.empty() && generic.spec.events.size() == 1) return true;
        const auto found = generic.events.find(normalised_name(name));
        if (found != generic.events.end()) {
            *out = found->second;
            return true;
        }
        problem->column = generic.spec.nodes[generic.event_column].text;
        if (is_blank(name)) {
            problem->kind = DataKind::event_name_missing;
            return false;
        }
        problem->arguments.push_back({"nearest", nearest_name(name, generic.event_names)});
        return fail(problem, DataKind::event_name_unknown, name);
    }

    bool read_event(RowEvaluator& evaluator, const SourceEvent& source, std::uint64_t line,
        RowProblem* problem) {
        if (pending_count_ == limits::kMaxEventsPerRow) {
            problem->kind = DataKind::row_too_many_events;
            problem->arguments.push_back({"limit", std::to_string(limits::kMaxEventsPerRow)});
            return false;
        }
        if (pending_count_ == pending_.size()) pending_.emplace_back();
        NewEvent& event = pending_[pending_count_];
        const EventType& type = schema_.events[source.event];
        event.type = source.event;
        event.time = kMissing;
        event.id.clear();
        event.values.assign(type.fields.size(), kMissing);
        for (std::size_t i = 0; i < source.bindings.size(); ++i) {
            std::int64_t value = kMissing;
            if (!evaluator.binding(i, &value, problem)) return false;
            const std::uint32_t field = source.bindings[i].field;
            if (field == kNone)
                event.time = value;
            else
                event.values[field] = value;
        }
        if (source.id != kNone && !evaluator.text(source.id, &event.id, problem)) return false;
        event.lacks_id = source.id != kNone && event.id.empty();
        if (event.time == kMissing) {
            problem->kind = DataKind::time_missing;
            problem->column = evaluator.column_of(kNone);
            return false;
        }
        for (const SubjectReference& reference : type.subjects)
            for (const std::uint32_t field : reference.key_fields)
                if (type.fields[field].type.kind == TypeKind::text)
                    event.values[field] = trimmed_key(event.values[field]);
        if (const std::uint32_t field = writer_.missing_key(event); field != kNone) {
            problem->kind = DataKind::key_missing;
            problem->column = evaluator.column_of(field);
            problem->arguments.push_back({"field", type.fields[field].name});
            return false;
        }
        if (evaluator.notes().rounded &&
            (evaluator.rounded_field() < type.fields.size() ||
                evaluator.rounded_field() == RowEvaluator::kRoundedTime))
            notes_.rounded[{source.event, evaluator.rounded_field()}].add(line);
        ++pending_count_;
        return true;
    }

    // " C1" and "C1" are one subject.
    std::int64_t trimmed_key(std::int64_t value) {
        if (value == kMissing) return value;
        const std::string& text = data_.dictionary.text(value);
        const std::string_view bare = without_outer_blanks(text);
        return bare.size() == text.size() ? value : data_.dictionary.intern(std::string(bare));
    }

    bool append_row(std::int32_t rank, std::uint64_t row, std::uint64_t line, RowProblem* problem) {
        for (std::size_t i = 0; i < pending_count_; ++i) {
            if (writer_.known(pending_[i], rank) != EventWriter::Known::different) continue;
            problem->kind = DataKind::event_conflict;
            problem->arguments.push_back({"id", pending_[i].id});
            return false;
        }
        std::uint64_t place = 0;
        for (std::size_t i = 0; i < pending_count_; ++i) {
            const NewEvent& event = pending_[i];
            if (writer_.known(event, rank) == EventWriter::Known::equal) {
                ++file_.duplicates;
                continue;
            }
            if (event.time > options_.until) {
                ++file_.after_until;
                continue;
            }
            const std::uint64_t sequence =
                (static_cast<std::uint64_t>(static_cast<std::uint32_t>(rank)) << 40U) |
                (row << 4U) | place++;
            writer_.append(event, rank, sequence);
            if (event.time >= kFarOff) notes_.far_off.add(line);
            if (event.lacks_id) notes_.without_id.add(line);
            notes_.any_id |= !event.id.empty();
            ++file_.events;
            types_read_[event.type] = true;
            if (options_.keep_event_ids) {
                if (report_.event_ids.size() <= event.type)
                    report_.event_ids.resize(schema_.events.size());
                auto& ids = report_.event_ids[event.type];
                ids.resize(data_.tables[event.type].size());
                ids.back() = event.id;
                if (report_.event_lines.size() <= event.type)
                    report_.event_lines.resize(schema_.events.size());
                auto& lines = report_.event_lines[event.type];
                lines.resize(ids.size());
                lines.back() = line;
            }
        }
        return true;
    }

    void read_register(const RegisterSpec& spec, const SourceFileInput& file) {
        auto table = TableFile::open(spec.source.format, file.path, spec.source.separator,
            spec.source.has_header, &report_.findings);
        if (!table || spec.source.events.empty()) return;
        std::vector<WantedColumn> wanted;
        Source source;
        if (!prepare(spec.source, file.path, false, &wanted, &source)) return;
        table->want(wanted, false, &report_.findings);
        if (!report_.ok()) return;
        source.evaluator = std::make_unique<RowEvaluator>(
            spec.source, source.columns, *source.zone, source.zones, data_.dictionary);
        begin_file(file, spec.source.rank, true);
        for (;;) {
            const TableFile::Status status = table->next();
            if (status == TableFile::Status::end) break;
            ++file_.rows;
            if (status == TableFile::Status::broken) {
                reject(table->problem());
                continue;
            }
            RowProblem problem;
            if (!register_row(spec, *source.evaluator, table->cells(), table->line(), &problem))
                reject({problem.kind, file.path, table->line(), problem.column,
                    std::move(problem.arguments)});
        }
        for (std::size_t i = 0; i < wanted.size(); ++i)
            if (!wanted[i].name.empty() && !table->occurs(i))
                report_.findings.push_back(
                    unknown_column(file.path, wanted[i].name, table->names()));
        end_file(*table);
    }

    bool register_row(const RegisterSpec& spec, RowEvaluator& evaluator,
        const std::vector<Cell>& cells, std::uint64_t line, RowProblem* problem) {
        const SourceEvent& row = spec.source.events[0];
        const SubjectKind& kind = schema_.subjects[row.event];
        evaluator.begin_row(cells);
        int taken = 0;
        if (!evaluator.test(spec.source.filter, &taken, problem)) return false;
        if (taken != 1) return true;
        evaluator.begin_event(row, kind.fields);
        if (!evaluator.test(row.filter, &taken, problem)) return false;
        if (taken != 1) return true;
        std::vector<std::int64_t> key(spec.key_values.size(), kMissing);
        for (std::size_t i = 0; i < key.size(); ++i) {
            if (!evaluator.value(spec.key_values[i], kTextType, &key[i], problem)) return false;
            key[i] = trimmed_key(key[i]);
            if (key[i] != kMissing && !is_blank(data_.dictionary.text(key[i]))) continue;
            problem->kind = DataKind::key_missing;
            problem->arguments.push_back(
                {"field", i < kind.keys.size() ? kind.keys[i] : kind.name});
            return false;
        }
        RegisterVersion version;
        version.valid_from = kBeginning;
        bool from_beginning = false;
        version.values.assign(kind.fields.size(), kMissing);
        for (std::size_t i = 0; i < row.bindings.size(); ++i)
            if (row.bindings[i].field < kind.fields.size() &&
                !evaluator.binding(i, &version.values[row.bindings[i].field], problem))
                return false;
        if (spec.valid_from != kNone) {
            if (!evaluator.value(spec.valid_from, kInstantType, &version.valid_from, problem))
                return false;
            from_beginning = version.valid_from == kMissing;
            if (from_beginning) version.valid_from = kBeginning;
        }
        const std::uint32_t subject = writer_.subject(row.event, key);
        auto& registers = data_.subjects[row.event].registers;
        if (registers.size() <= subject) registers.resize(subject + 1);
        for (const RegisterVersion& other : registers[subject]) {
            if (other.valid_from != version.valid_from) continue;
            if (other.values == version.values) {
                ++file_.duplicates;
                return true;
            }
            std::string shown;
            for (const std::int64_t part : key)
                shown += (shown.empty() ? "" : " / ") + data_.dictionary.text(part);
            problem->kind = DataKind::register_conflict;
            problem->arguments.push_back({"key", shown});
            return false;
        }
        registers[subject].push_back(std::move(version));
        ++file_.events;
        if (from_beginning) notes_.from_beginning.add(line);
        return true;
    }

    void sort_registers() {
        for (SubjectTable& table : data_.subjects)
            for (auto& versions : table.registers)
                std::sort(versions.begin(), versions.end(),
                    [](const RegisterVersion& a, const RegisterVersion& b) {
                        return a.valid_from < b.valid_from;
                    });
    }

    void begin_file(const SourceFileInput& file, std::int32_t rank, bool is_register) {
        file_ = {};
        file_.declared = file.declared;
        file_.path = file.path;
        file_.rank = rank;
        file_.is_register = is_register;
        notes_ = {};
    }

    void reject(DataFinding finding) {
        ++file_.put_aside;
        if (report_.rejected.size() < limits::kMaxRejectedKept)
            report_.rejected.push_back(std::move(finding));
    }

    void end_file(const TableFile& table) {
        file_.bytes = table.bytes_read();
        bytes_done_ += file_.bytes;
        notes_.report(file_, schema_, options_.strict, &report_.findings);
        report_.rows += file_.rows;
        report_.events += file_.is_register ? 0 : file_.events;
        report_.put_aside += file_.put_aside;
        report_.duplicates += file_.duplicates;
        report_.files.push_back(file_);
        if (options_.progress) options_.progress(bytes_done_, bytes_total_);
    }

    const Schema& schema_;
    const ReadOptions& options_;
    EventData& data_;
    ReadReport& report_;
    EventWriter writer_;
    std::vector<NewEvent> pending_;  // events of the row; the first pending_count_
    std::size_t pending_count_ = 0;
    FileReport file_;
    std::vector<bool> types_read_;  // event types that the file gave
    FileNotes notes_;
    std::map<std::int32_t, std::uint64_t> rows_by_rank_;
    std::uint64_t bytes_total_ = 0, bytes_done_ = 0;
};

}  // namespace

ReadReport read_sources(const Schema& schema, const std::vector<SourceFileInput>& files,
    const ReadOptions& options, EventData& data) {
    ReadReport report;
    Reading reading(schema, options, data, report);
    reading.run(files);
    if (options.keep_event_ids) {
        report.event_ids.resize(schema.events.size());
        report.event_lines.resize(schema.events.size());
        for (std::size_t i = 0; i < data.tables.size(); ++i) {
            report.event_ids[i].resize(data.tables[i].size());
            report.event_lines[i].resize(data.tables[i].size());
        }
    }
    if (report.ok()) sort_order(data);
    return report;
}

}  // namespace clausal
