#pragma once
// SQLite in RAII. Errors are values: a failed call leaves the reason in the Database, and the first
// one wins until it is taken.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/events/data_finding.h"

struct sqlite3;
struct sqlite3_context;
struct sqlite3_stmt;
struct sqlite3_value;

namespace clausal::store {

class Statement;

class Database {
public:
    enum class Access : std::uint8_t { read, write, create };
    // Opened defensively (README.md). nullopt: *finding says why. ":memory:" is a database in memory.
    static std::optional<Database> open(
        const std::string& path, Access access, int busy_milliseconds, DataFinding* finding);
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    // Runs statements without results.
    bool run(const std::string& sql);
    Statement prepare(const std::string& sql);
    std::optional<std::int64_t> integer(const std::string& sql);  // first column of the first row
    // All rows of `columns` FROM `rest` ("table WHERE …") as integers, NULL as kMissing, appended by
    // column. Far faster than stepping: SQLite hands the rows over from inside its own loop.
    bool collect(const std::vector<std::string>& columns, const std::string& rest,
        std::vector<std::vector<std::int64_t>>* out);
    std::int64_t changes() const;
    bool read_only() const { return read_only_; }
    const std::string& path() const { return path_; }

    bool failed() const { return code_ != 0; }
    // The reason of the first failure as a finding; clears it.
    DataFinding take_failure();

private:
    friend class Statement;
    friend class Transaction;
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    struct Collector {
        std::vector<std::vector<std::int64_t>>* out = nullptr;
    };
    Database();
    void note(int code);
    static void collect_row(sqlite3_context* context, int count, sqlite3_value** values);
    static void collect_end(sqlite3_context* context);
    std::unique_ptr<Collector> collector_;  // its address is known to SQLite
    std::unique_ptr<sqlite3, Close> handle_;
    std::string path_;
    bool read_only_ = false;
    int code_ = 0;
    std::string message_;
};

class Statement {
public:
    Statement& bind(int place, std::int64_t value);
    Statement& bind(int place, std::string_view text);
    Statement& bind_null(int place);
    // True when there is a row; false at the end or on a failure (Database::failed()).
    bool step();
    // Runs to the end and resets; false on a failure.
    bool execute();
    void reset();
    std::int64_t integer(int column) const;
    bool is_null(int column) const;
    std::string_view text(int column) const;  // until the next step
    bool valid() const { return handle_ != nullptr; }

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const;
    };
    Statement(Database* database, sqlite3_stmt* handle) : database_(database), handle_(handle) {}
    Database* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// Rolls back unless committed.
class Transaction {
public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    bool begun() const { return open_; }
    bool commit();

private:
    Database& database_;
    bool open_ = false;
};

// "name" with quotes doubled: how the names of an analyst enter SQL, and the only way they do.
std::string quoted(std::string_view name);

}  // namespace clausal::store
