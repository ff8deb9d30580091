// Files into the store: read into memory as for a dry run, then added in one transaction.

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "runtime/base/sha256.h"
#include "runtime/events/byte_stream.h"
#include "runtime/events/format_value.h"
#include "runtime/events/limits.h"
#include "runtime/events/time_text.h"
#include "runtime/store/database.h"
#include "runtime/store/event_tables.h"
#include "runtime/store/store.h"

namespace clausal {

using store::Database;
using store::Statement;
using store::Transaction;

namespace store {
bool load_dictionary(Database& database, Dictionary* dictionary);
}

namespace {

constexpr std::size_t kHashPiece = std::size_t{1} << 20;
constexpr int kRankShift = 40;

constexpr int kPrefixesTried = 4;  // earlier imports that a file may be longer than

// SHA-256 over the SHA-256 of each MiB: large files need no more memory than small ones. `first`: of
// that many bytes only, "" when they do not end a line or there are no more.
std::string content_hash(
    const std::string& path, std::optional<std::uint64_t> first = std::nullopt) {
    const ReadBytes read = bytes_of_file(path, nullptr);
    if (!read) return {};
    std::vector<char> piece(kHashPiece);
    std::string hashes;
    std::uint64_t left = first.value_or(std::numeric_limits<std::uint64_t>::max());
    char last = 0;
    while (left > 0) {
        std::size_t size = 0;
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), left));
        while (size < wanted) {
            const std::size_t got = read(piece.data() + size, wanted - size);
            if (got == 0) break;
            size += got;
        }
        if (size == 0) break;
        hashes += sha256_hex({piece.data(), size});
        left -= size;
        last = piece[size - 1];
    }
    if (first) {
        char next = 0;
        if (left > 0 || read(&next, 1) == 0) return {};
        if (last != '\n' && next != '\n' && next != '\r') return {};
    }
    return sha256_hex(hashes);
}

class Import {
public:
    Import(Store& store, const Schema& schema, ImportReport& report)
        : database_(store.database()), schema_(schema), report_(report) {}

    bool run(const std::vector<SourceFileInput>& files, ReadOptions options) {
        if (database_.read_only()) {
            report_.read.findings.push_back(
                {DataKind::store_read_only, database_.path(), 0, {}, {}});
            return false;
        }
        Transaction transaction(database_);
        if (!transaction.begun()) return failed();
        std::vector<SourceFileInput> fresh;
        std::vector<DataFinding> known;
        for (const SourceFileInput& file : files) {
            std::error_code error;
            if (const auto status = std::filesystem::status(file.path, error);
                std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
                !std::filesystem::is_directory(status)) {
                // It is read twice: for its hash, and for its rows.
                report_.read.findings.push_back({DataKind::file_not_regular, file.path, 0, {}, {}});
                return false;
            }
            const std::string hash = content_hash(file.path);
            Statement find = database_.prepare(
                "SELECT 1 FROM clausal_import WHERE declared = ? AND content_hash = ?");
            find.bind(1, file.declared).bind(2, hash);
            if (find.step() || !hashes_.emplace(file.declared, hash).second) {
                ++report_.files_known;
                known.push_back({DataKind::file_already_imported, file.path, 0, {}, {}});
                continue;
            }
            hash_of_[{file.declared, file.path}] = hash;
            fresh.push_back(file);
            look_for_growth(file, options);
        }
        EventData data(schema_);
        if (!store::load_dictionary(database_, &data.dictionary)) return failed();
        texts_before_ = data.dictionary.size();
        sets_before_ = static_cast<std::size_t>(
            database_.integer("SELECT count(*) FROM clausal_text_set").value_or(0));
        Statement ranks = database_.prepare("SELECT source_rank, row_count FROM clausal_rank");
        while (ranks.step())
            options.rows_before[static_cast<std::int32_t>(ranks.integer(0))] =
                static_cast<std::uint64_t>(ranks.integer(1));
        options.keep_event_ids = true;
        report_.read = read_sources(schema_, fresh, options, data);
        report_.duplicates = report_.read.duplicates;
        known.insert(known.end(), grown_.begin(), grown_.end());
        report_.read.findings.insert(report_.read.findings.begin(), known.begin(), known.end());
        if (has_events_without_id())
            report_.read.findings.insert(
                report_.read.findings.end(), changed_.begin(), changed_.end());
        if (!report_.read.ok()) return false;
        clock_ = database_.integer("SELECT clock FROM clausal_cursor");
        for (std::uint32_t type = 0; type < schema_.events.size(); ++type)
            if (!schema_.events[type].is_action && !add_events(data, type)) return failed();
        report_conflicts(options.strict);
        if (!report_.read.ok()) return false;
        if (!add_registers(data) || !add_texts(data) || !add_files() || !add_findings())
            return failed();
        if (report_.late > 0)
            report_.read.findings.push_back({DataKind::events_late, database_.path(), 0, {},
                {{"count", std::to_string(report_.late)}}});
        return transaction.commit() || failed();
    }

private:
    // A log that is imported again after it grew: its old rows are known by their bytes.
    void look_for_growth(const SourceFileInput& file, ReadOptions& options) {
        if (is_register(file.declared)) return;
        Statement before = database_.prepare(
            "SELECT path, bytes, content_hash, row_count FROM clausal_import"
            " WHERE declared = ? ORDER BY bytes DESC");
        before.bind(1, file.declared);
        bool same_path = false;
        for (int tried = 0; before.step();) {
            same_path |= before.text(0) == file.path;
            const auto bytes = static_cast<std::uint64_t>(before.integer(1));
            if (bytes == 0 || tried >= kPrefixesTried || torn(before.text(0))) continue;
            ++tried;
            if (content_hash(file.path, bytes) != before.text(2)) continue;
            const auto rows = static_cast<std::uint64_t>(before.integer(3));
            if (rows == 0) continue;
            options.rows_known[file.path] = rows;
            grown_.push_back(
                {DataKind::file_grown, file.path, 0, {}, {{"count", std::to_string(rows)}}});
            return;
        }
        if (same_path) changed_.push_back({DataKind::file_changed, file.path, 0, {}, {}});
    }

    bool is_register(const std::string& declared) const {
        return !declared.empty() &&
               std::any_of(schema_.registers.begin(), schema_.registers.end(),
                   [&](const RegisterSpec& each) { return each.source.file == declared; });
    }

    // Whether an import of the path ended within a quoted cell: its rows are others once the file goes on.
    bool torn(std::string_view path) {
        Statement find = database_.prepare(
            "SELECT 1 FROM clausal_finding WHERE path = ? AND kind = 'row_unclosed_quote'");
        find.bind(1, path);
        return find.step();
    }

    bool has_events_without_id() const {
        for (const auto& ids : report_.read.event_ids)
            for (const std::string& id : ids)
                if (id.empty()) return true;
        return false;
    }

    bool failed() {
        report_.read.findings.push_back(database_.failed()
                                            ? database_.take_failure()
                                            : DataFinding{DataKind::store_damaged, database_.path(),
                                                  0, {}, {{"reason", "clausal_text"}}});
        return false;
    }

    bool add_events(const EventData& data, std::uint32_t type) {
        const EventType& event = schema_.events[type];
        const EventTable& table = data.tables[type];
        if (table.size() == 0) return true;
        const std::string name = store::quoted(store::rows_table(event));
        std::string columns;
        std::string places;
        for (const Field& field : event.fields) {
            columns += ", " + store::quoted(field.name);
            places += ", ?";
        }
        Statement insert = database_.prepare(
            "INSERT INTO " + name + " (clausal_sequence, clausal_time, clausal_late, clausal_id" +
            columns + ") VALUES (?, ?, ?, ?" + places + ")");
        Statement find = database_.prepare("SELECT clausal_time" + columns + " FROM " + name +
                                           " WHERE clausal_id = ? AND clausal_sequence >> 40 = ?");
        const bool had_rows = database_.integer("SELECT 1 FROM " + name + " LIMIT 1").has_value();
        const auto& ids = report_.read.event_ids[type];
        for (std::size_t row = 0; row < table.size(); ++row) {
            const auto sequence = static_cast<std::int64_t>(table.sequence[row]);
            const std::string& id = ids[row];
            if (!id.empty() && had_rows) {
                find.bind(1, id).bind(2, sequence >> kRankShift);
                bool known = false;
                if (find.step()) {
                    known = true;
                    bool equal = find.integer(0) == table.time[row];
                    for (std::size_t i = 0; i < event.fields.size(); ++i) {
                        const int column = static_cast<int>(i) + 1;
                        const std::int64_t stored =
                            find.is_null(column) ? kMissing : find.integer(column);
                        equal = equal && stored == table.columns[i][row];
                    }
                    if (equal) {
                        ++report_.duplicates;
                    } else {
                        conflict(sequence, report_.read.event_lines[type][row], id);
                    }
                }
                find.reset();
                if (known) continue;
            }
            const bool late = clock_ && table.time[row] <= *clock_;
            insert.bind(1, sequence).bind(2, table.time[row]).bind(3, late ? 1 : 0);
            if (id.empty())
                insert.bind_null(4);
            else
                insert.bind(4, id);
            int place = 5;
            for (const auto& column : table.columns) {
                if (column[row] == kMissing)
                    insert.bind_null(place++);
                else
                    insert.bind(place++, column[row]);
            }
            if (!insert.execute()) return false;
            ++report_.events;
            if (late) ++report_.late;
        }
        return true;
    }

    // An id that the store has with other values: the row is put aside like any that cannot be read.
    void conflict(std::int64_t sequence, std::uint64_t line, const std::string& id) {
        // Files of one rank count their rows on: the last that begins before the row has it.
        const auto row =
            (static_cast<std::uint64_t>(sequence) & ((std::uint64_t{1} << kRankShift) - 1)) >> 4U;
        FileReport* file = nullptr;
        for (FileReport& each : report_.read.files)
            if (!each.is_register && each.rank == sequence >> kRankShift && each.rows_before < row)
                file = &each;
        if (file == nullptr) return;
        ++file->put_aside;
        --file->events;
        ++report_.read.put_aside;
        in_conflict_.insert(file->path);
        if (report_.read.rejected.size() < limits::kMaxRejectedKept)
            report_.read.rejected.push_back(
                {DataKind::event_conflict, file->path, line, {}, {{"id", id}}});
    }

    // Counts the conflicts with the store in what is said of their files.
    void report_conflicts(bool strict) {
        const DataKind kind = strict ? DataKind::strict_refused : DataKind::rows_put_aside;
        auto& findings = report_.read.findings;
        for (const FileReport& file : report_.read.files) {
            if (!in_conflict_.contains(file.path)) continue;
            const auto said =
                std::find_if(findings.begin(), findings.end(), [&](const DataFinding& each) {
                    return each.kind == kind && each.file == file.path;
                });
            DataFinding finding{
                kind, file.path, 0, {}, {{"count", std::to_string(file.put_aside)}}};
            if (said != findings.end())
                *said = std::move(finding);
            else
                findings.push_back(std::move(finding));
        }
    }

    bool add_registers(const EventData& data) {
        for (std::uint32_t kind = 0; kind < schema_.subjects.size(); ++kind) {
            const SubjectKind& subject = schema_.subjects[kind];
            if (subject.register_source == kNone) continue;
            const std::string name = store::quoted(store::register_table(subject));
            std::string columns;
            std::string places;
            std::string same;
            for (const std::string& key : subject.keys) {
                columns += ", " + store::quoted("key:" + key);
                same += " AND " + store::quoted("key:" + key) + " = ?";
                places += ", ?";
            }
            for (const Field& field : subject.fields) {
                columns += ", " + store::quoted(field.name);
                places += ", ?";
            }
            // A later file may correct a version: the newest row of a subject and instant holds.
            Statement remove =
                database_.prepare("DELETE FROM " + name + " WHERE clausal_valid_from = ?" + same);
            Statement insert = database_.prepare("INSERT INTO " + name + " (clausal_valid_from" +
                                                 columns + ") VALUES (?" + places + ")");
            const SubjectTable& table = data.subjects[kind];
            for (std::size_t id = 0; id < table.registers.size(); ++id) {
                for (const RegisterVersion& version : table.registers[id]) {
                    remove.bind(1, version.valid_from);
                    insert.bind(1, version.valid_from);
                    int place = 2;
                    for (const std::int64_t part : table.keys[id]) {
                        remove.bind(place, part);
                        insert.bind(place++, part);
                    }
                    for (const std::int64_t value : version.values) {
                        if (value == kMissing)
                            insert.bind_null(place++);
                        else
                            insert.bind(place++, value);
                    }
                    if (!remove.execute() || !insert.execute()) return false;
                }
            }
        }
        return true;
    }

    bool add_texts(const EventData& data) {
        Statement text = database_.prepare("INSERT INTO clausal_text (id, text) VALUES (?, ?)");
        for (std::size_t id = texts_before_; id < data.dictionary.size(); ++id) {
            text.bind(1, static_cast<std::int64_t>(id))
                .bind(2, data.dictionary.text(static_cast<std::int64_t>(id)));
            if (!text.execute()) return false;
        }
        // Sets are dense as well; the highest one in use says how many there are.
        std::int64_t sets = 0;
        const auto use = [&](const Type& type, std::int64_t value) {
            if (type.kind == TypeKind::texts && value != kMissing) sets = std::max(sets, value + 1);
        };
        for (std::uint32_t type = 0; type < schema_.events.size(); ++type)
            for (std::size_t i = 0; i < schema_.events[type].fields.size(); ++i)
                if (schema_.events[type].fields[i].type.kind == TypeKind::texts)
                    for (const std::int64_t value : data.tables[type].columns[i])
                        use(schema_.events[type].fields[i].type, value);
        for (std::uint32_t kind = 0; kind < schema_.subjects.size(); ++kind)
            for (const auto& versions : data.subjects[kind].registers)
                for (const RegisterVersion& version : versions)
                    for (std::size_t i = 0; i < version.values.size(); ++i)
                        use(schema_.subjects[kind].fields[i].type, version.values[i]);
        Statement set =
            database_.prepare("INSERT INTO clausal_text_set (id, members) VALUES (?, ?)");
        for (auto id = static_cast<std::int64_t>(sets_before_); id < sets; ++id) {
            std::string members = "[";
            for (const std::int64_t member : data.dictionary.set(id)) {
                if (members.size() > 1) members += ',';
                members += std::to_string(member);
            }
            set.bind(1, id).bind(2, members + "]");
            if (!set.execute()) return false;
        }
        return true;
    }

    bool add_files() {
        Statement file = database_.prepare(
            "INSERT INTO clausal_import (declared, path, content_hash, bytes, source_rank, row_count, events, put_aside,"
            " duplicates, late, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (declared, content_hash) DO NOTHING");
        Statement rank = database_.prepare(
            "INSERT INTO clausal_rank (source_rank, row_count) VALUES (?, ?)"
            " ON CONFLICT (source_rank) DO UPDATE SET row_count = row_count + excluded.row_count");
        const std::string now =
            format_local(static_cast<Microseconds>(std::time(nullptr)) * kSecond, 'T') + "Z";
        for (const FileReport& each : report_.read.files) {
            const auto number = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };
            file.bind(1, each.declared)
                .bind(2, each.path)
                .bind(3, hash_of_[{each.declared, each.path}])
                .bind(4, number(each.bytes))
                .bind(5, each.rank)
                .bind(6, number(each.rows_known + each.rows))
                .bind(7, number(each.events))
                .bind(8, number(each.put_aside))
                .bind(9, number(each.duplicates))
                .bind(10, number(report_.late))
                .bind(11, now);
            if (!file.execute()) return false;
            if (each.is_register) continue;
            rank.bind(1, each.rank).bind(2, number(each.rows));
            if (!rank.execute()) return false;
        }
        return true;
    }

    bool add_findings() {
        Statement insert = database_.prepare(
            "INSERT INTO clausal_finding (path, line, column_name, code, kind, value, arguments, rejected)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        const auto add = [&](const DataFinding& finding, bool rejected) {
            std::string arguments = "{";
            for (const DataArgument& each : finding.arguments) {
                if (arguments.size() > 1) arguments += ',';
                arguments += json_text(each.name) + ":" + json_text(each.value);
            }
            insert.bind(1, finding.file)
                .bind(2, static_cast<std::int64_t>(finding.line))
                .bind(3, finding.column)
                .bind(4, static_cast<std::int64_t>(finding.kind))
                .bind(5, slug(finding.kind))
                .bind(6, argument(finding, "value"))
                .bind(7, arguments + "}")
                .bind(8, rejected ? 1 : 0);
            return insert.execute();
        };
        for (const DataFinding& finding : report_.read.rejected)
            if (!add(finding, true)) return false;
        for (const DataFinding& finding : report_.read.findings)
            if (finding.kind != DataKind::file_already_imported && !add(finding, false))
                return false;
        return true;
    }

    Database& database_;
    const Schema& schema_;
    ImportReport& report_;
    std::optional<Microseconds> clock_;
    std::size_t texts_before_ = 0, sets_before_ = 0;
    std::vector<DataFinding> grown_, changed_;
    std::set<std::string> in_conflict_;                                   // paths of files
    std::set<std::pair<std::string, std::string>> hashes_;                // of this import
    std::map<std::pair<std::string, std::string>, std::string> hash_of_;  // declared, path
};

}  // namespace

ImportReport import_files(Store& store, const Schema& schema,
    const std::vector<SourceFileInput>& files, const ReadOptions& options) {
    ImportReport report;
    Import import(store, schema, report);
    if (!import.run(files, options)) report.events = report.late = 0;
    return report;
}

}  // namespace clausal
