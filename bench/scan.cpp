#include "bench/scan.h"

#include <memory>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "bench/generate.h"

namespace clausal::bench {
namespace {

struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

Database open(const std::string& path, int flags) {
    sqlite3* db = nullptr;
    const int status = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
    Database owner(db);
    return status == SQLITE_OK ? std::move(owner) : nullptr;
}
Statement prepare(const Database& db, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(db.get(), sql.c_str(), -1, &statement, nullptr);
    return Statement(statement);
}
bool run(const Database& db, const std::string& sql) {
    return sqlite3_exec(db.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

// SELECT of what rules need from one table: place in the order, time, and all fields.
std::string select(const EventType& type) {
    std::string sql = "SELECT clausal_sequence, clausal_time";
    for (const Field& field : type.fields) sql += fmt::format(", \"{}\"", field.name);
    return sql + fmt::format(" FROM \"{}:rows\"", type.name);
}

bool write_table(const Database& db, const EventType& type, const EventTable& table) {
    std::string columns;
    std::string marks;
    for (const Field& field : type.fields) {
        columns += fmt::format("\"{}\" INTEGER, ", field.name);
        marks += "?,";
    }
    if (!run(db,
            fmt::format(
                "CREATE TABLE IF NOT EXISTS \"{}:rows\"(clausal_sequence INTEGER PRIMARY KEY, clausal_time "
                "INTEGER NOT NULL, {} clausal_late INTEGER, clausal_id TEXT) STRICT",
                type.name, columns))) {
        return false;
    }
    const Statement insert =
        prepare(db, fmt::format("INSERT INTO \"{}:rows\" VALUES(?,?,{}0,NULL)", type.name, marks));
    if (insert == nullptr) return false;
    for (std::size_t row = 0; row < table.size(); ++row) {
        sqlite3_bind_int64(insert.get(), 1, static_cast<std::int64_t>(table.sequence[row] << 4U));
        sqlite3_bind_int64(insert.get(), 2, table.time[row]);
        for (std::size_t field = 0; field < table.columns.size(); ++field) {
            const std::int64_t value = table.columns[field][row];
            const int place = static_cast<int>(field) + 3;
            if (value == kMissing) {
                sqlite3_bind_null(insert.get(), place);
            } else {
                sqlite3_bind_int64(insert.get(), place, value);
            }
        }
        if (sqlite3_step(insert.get()) != SQLITE_DONE) return false;
        sqlite3_reset(insert.get());
    }
    return true;
}

}  // namespace

std::optional<std::string> write_sqlite(
    const EventData& data, const Schema& schema, const std::string& path) {
    if (schema.events.size() < kEventTypes)
        return "The rules declare other events than the generator's.";
    for (std::uint32_t type = 0; type < kEventTypes; ++type) {
        if (schema.events[type].fields.size() != data.tables[type].columns.size()) {
            return "The rules declare other fields than the generator's.";
        }
    }
    const Database db = open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    if (db == nullptr) return fmt::format("{} cannot be opened.", path);
    if (!run(db,
            "PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF; BEGIN;"
            "CREATE TABLE IF NOT EXISTS clausal_text(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")) {
        return fmt::format("{} cannot be written: {}.", path, sqlite3_errmsg(db.get()));
    }
    const Statement text = prepare(db, "INSERT OR REPLACE INTO clausal_text VALUES(?,?)");
    for (std::size_t id = 0; id < data.dictionary.size(); ++id) {
        const std::string& content = data.dictionary.text(static_cast<std::int64_t>(id));
        sqlite3_bind_int64(text.get(), 1, static_cast<std::int64_t>(id));
        sqlite3_bind_text(
            text.get(), 2, content.data(), static_cast<int>(content.size()), SQLITE_STATIC);
        sqlite3_step(text.get());
        sqlite3_reset(text.get());
    }
    for (std::uint32_t type = 0; type < kEventTypes; ++type) {
        if (!write_table(db, schema.events[type], data.tables[type])) {
            return fmt::format("{} cannot be written: {}.", path, sqlite3_errmsg(db.get()));
        }
    }
    if (!run(db, "COMMIT")) return fmt::format("{} cannot be written.", path);
    return std::nullopt;
}

Scan bare_scan(const std::string& path, const Schema& schema, bool read_columns) {
    Scan scan;
    const Database db = open(path, SQLITE_OPEN_READONLY);
    if (db == nullptr) {
        scan.error = fmt::format("{} cannot be opened.", path);
        return scan;
    }
    for (std::uint32_t type = 0; type < kEventTypes; ++type) {
        const Statement statement = prepare(db, select(schema.events[type]));
        if (statement == nullptr) {
            scan.error = sqlite3_errmsg(db.get());
            return scan;
        }
        const int columns = sqlite3_column_count(statement.get());
        while (sqlite3_step(statement.get()) == SQLITE_ROW) {
            ++scan.rows;
            for (int i = 0; read_columns && i < columns; ++i) {
                scan.checksum += sqlite3_column_int64(statement.get(), i);
            }
        }
    }
    return scan;
}

std::optional<std::string> read_sqlite(
    const std::string& path, const Schema& schema, EventData* out) {
    const Database db = open(path, SQLITE_OPEN_READONLY);
    if (db == nullptr) return fmt::format("{} cannot be opened.", path);
    const Statement texts = prepare(db, "SELECT max(id) FROM clausal_text");
    if (texts == nullptr || sqlite3_step(texts.get()) != SQLITE_ROW)
        return sqlite3_errmsg(db.get());
    const auto text_count = static_cast<std::size_t>(sqlite3_column_int64(texts.get(), 0)) + 1;
    std::vector<std::uint32_t> dense[2] = {std::vector<std::uint32_t>(text_count, kNone),
        std::vector<std::uint32_t>(text_count, kNone)};
    std::uint32_t subjects[2] = {0, 0};

    out->subjects.assign(2, {});
    out->tables.assign(kEventTypes, {});
    EventReference last{kNone, 0};
    for (std::uint32_t type = 0; type < kEventTypes; ++type) {
        const Statement statement = prepare(db, select(schema.events[type]));
        if (statement == nullptr) return sqlite3_errmsg(db.get());
        const std::uint32_t kind = schema.events[type].subjects[0].kind;
        EventTable& table = out->tables[type];
        const std::size_t fields = schema.events[type].fields.size();
        table.subjects.resize(1);
        table.columns.resize(fields);
        while (sqlite3_step(statement.get()) == SQLITE_ROW) {
            table.sequence.push_back(
                static_cast<std::uint64_t>(sqlite3_column_int64(statement.get(), 0)));
            table.time.push_back(sqlite3_column_int64(statement.get(), 1));
            const auto key = static_cast<std::size_t>(sqlite3_column_int64(statement.get(), 2));
            std::uint32_t& subject = dense[kind].at(key);
            if (subject == kNone) subject = subjects[kind]++;
            table.subjects[0].push_back(subject);
            if (fields > 1) {
                const bool missing = sqlite3_column_type(statement.get(), 3) == SQLITE_NULL;
                table.columns[1].push_back(
                    missing ? kMissing : sqlite3_column_int64(statement.get(), 3));
            }
        }
        if (table.time.empty()) continue;
        const EventReference candidate{type, static_cast<std::uint32_t>(table.size() - 1)};
        if (last.type == kNone || table.time.back() >= out->tables[last.type].time[last.row])
            last = candidate;
    }
    // The hand-written rules read only the sizes of these, and the last event of the order.
    for (std::uint32_t kind = 0; kind < 2; ++kind) out->subjects[kind].keys.resize(subjects[kind]);
    if (last.type != kNone) out->order.assign(1, last);
    return std::nullopt;
}

}  // namespace clausal::bench
