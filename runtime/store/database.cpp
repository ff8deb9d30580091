#include "runtime/store/database.h"

#include <filesystem>

#include <sqlite3.h>

#include "runtime/base/types.h"

namespace clausal::store {

namespace {

// A store's own statements are small; whatever exceeds these is not ours. Columns and variables stay
// at what a wide event needs, attaching and triggers are not used at all.
constexpr int kMaxSqlBytes = 4'000'000;
constexpr int kMaxValueBytes = 64'000'000;
constexpr int kMaxExpressionDepth = 200;
constexpr int kMaxAttached = 0;
constexpr int kMaxTriggerDepth = 1;

DataKind kind_of(int code) {
    switch (code & 0xFF) {
    case SQLITE_NOTADB: return DataKind::store_not_a_database;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return DataKind::store_locked;
    case SQLITE_READONLY: return DataKind::store_read_only;
    case SQLITE_CORRUPT: return DataKind::store_damaged;
    case SQLITE_CANTOPEN:
    case SQLITE_PERM: return DataKind::store_cannot_open;
    default: return DataKind::store_write_failed;
    }
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
Database::Database() : collector_(std::make_unique<Collector>()) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;
void Statement::Finalize::operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }

void Database::note(int code) {
    if (code_ != 0 || code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    code_ = code;
    message_ = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
}

DataFinding Database::take_failure() {
    DataFinding out{kind_of(code_), path_, 0, {}, {{"reason", message_}}};
    code_ = 0;
    message_.clear();
    return out;
}

std::optional<Database> Database::open(
    const std::string& path, Access access, int busy_milliseconds, DataFinding* finding) {
    std::error_code error;
    const bool memory = path == ":memory:";
    if (!memory && std::filesystem::is_directory(path, error)) {
        *finding = {DataKind::store_is_folder, path, 0, {}, {}};
        return std::nullopt;
    }
    const auto folder = std::filesystem::path(path).parent_path();
    if (!memory && access == Access::create && !folder.empty() &&
        !std::filesystem::exists(folder, error)) {
        *finding = {DataKind::store_folder_missing, path, 0, {}, {}};
        return std::nullopt;
    }
    if (!memory && access != Access::create && !std::filesystem::exists(path, error)) {
        *finding = {DataKind::store_not_found, path, 0, {}, {}};
        return std::nullopt;
    }
    Database out;
    out.path_ = path;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (access == Access::read && !memory)
        flags |= SQLITE_OPEN_READONLY;
    else
        flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    out.handle_.reset(handle);
    if (code != SQLITE_OK) {
        out.note(code);
        *finding = out.take_failure();
        finding->kind = DataKind::store_cannot_open;
        return std::nullopt;
    }
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, kMaxSqlBytes);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
    sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, kMaxExpressionDepth);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, kMaxAttached);
    sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, kMaxTriggerDepth);
    sqlite3_create_function_v2(handle, "clausal_collect", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
        out.collector_.get(), nullptr, collect_row, collect_end, nullptr);
    sqlite3_busy_timeout(handle, busy_milliseconds);
    out.read_only_ = sqlite3_db_readonly(handle, "main") == 1;
    // The first read tells whether it is a database at all.
    out.integer("PRAGMA schema_version");
    out.run("PRAGMA foreign_keys = ON");
    out.run("PRAGMA cell_size_check = ON");
    out.run("PRAGMA mmap_size = 0");
    out.run("PRAGMA temp_store = MEMORY");
    out.run("PRAGMA cache_size = -65536");
    if (out.failed()) {
        *finding = out.take_failure();
        return std::nullopt;
    }
    return out;
}

bool Database::run(const std::string& sql) {
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    note(code);
    return code == SQLITE_OK;
}

Statement Database::prepare(const std::string& sql) {
    sqlite3_stmt* handle = nullptr;
    note(sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
        SQLITE_PREPARE_PERSISTENT, &handle, nullptr));
    return {this, handle};
}

std::optional<std::int64_t> Database::integer(const std::string& sql) {
    Statement statement = prepare(sql);
    if (!statement.valid() || !statement.step() || statement.is_null(0)) return std::nullopt;
    return statement.integer(0);
}

// The step of an aggregate that only keeps what it is given.
void Database::collect_row(sqlite3_context* context, int count, sqlite3_value** values) {
    auto* out = static_cast<Collector*>(sqlite3_user_data(context))->out;
    if (out == nullptr || out->size() != static_cast<std::size_t>(count)) return;
    for (int i = 0; i < count; ++i) {
        std::int64_t value = sqlite3_value_int64(values[i]);
        // NULL reads as 0: only then the type has to be asked for.
        if (value == 0 && sqlite3_value_type(values[i]) == SQLITE_NULL) value = kMissing;
        (*out)[static_cast<std::size_t>(i)].push_back(value);
    }
}

void Database::collect_end(sqlite3_context* context) { sqlite3_result_null(context); }

bool Database::collect(const std::vector<std::string>& columns, const std::string& rest,
    std::vector<std::vector<std::int64_t>>* out) {
    constexpr std::size_t kMaxArguments = 100;  // SQLite allows 127 to a function
    out->resize(columns.size());
    std::string list;
    for (const std::string& column : columns) list += (list.empty() ? "" : ", ") + column;
    if (columns.size() > kMaxArguments) {
        Statement rows = prepare("SELECT " + list + " FROM " + rest);
        while (rows.step())
            for (std::size_t i = 0; i < columns.size(); ++i)
                (*out)[i].push_back(rows.is_null(static_cast<int>(i))
                                        ? kMissing
                                        : rows.integer(static_cast<int>(i)));
        return !failed();
    }
    collector_->out = out;
    Statement rows = prepare("SELECT clausal_collect(" + list + ") FROM " + rest);
    rows.execute();
    collector_->out = nullptr;
    return !failed();
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_.get()); }

Statement& Statement::bind(int place, std::int64_t value) {
    if (handle_) database_->note(sqlite3_bind_int64(handle_.get(), place, value));
    return *this;
}

Statement& Statement::bind(int place, std::string_view text) {
    // A null pointer would bind NULL instead of the empty text.
    const char* data = text.data() == nullptr ? "" : text.data();
    if (handle_)
        database_->note(sqlite3_bind_text64(
            handle_.get(), place, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind_null(int place) {
    if (handle_) database_->note(sqlite3_bind_null(handle_.get(), place));
    return *this;
}

bool Statement::step() {
    if (!handle_) return false;
    const int code = sqlite3_step(handle_.get());
    database_->note(code);
    return code == SQLITE_ROW;
}

bool Statement::execute() {
    if (!handle_) return false;
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(handle_.get());
    database_->note(code);
    sqlite3_reset(handle_.get());
    return code == SQLITE_DONE;
}

void Statement::reset() {
    if (handle_) sqlite3_reset(handle_.get());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(handle_.get(), column);
}
bool Statement::is_null(int column) const {
    return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::string_view Statement::text(int column) const {
    const auto* text = sqlite3_column_text(handle_.get(), column);
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(text),
        static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

Transaction::Transaction(Database& database) : database_(database) {
    open_ = database_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    if (!open_) return;
    // After an error SQLite may have rolled back by itself; then this fails harmlessly.
    sqlite3_exec(database_.handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Transaction::commit() {
    if (!open_ || database_.failed() || !database_.run("COMMIT")) return false;
    open_ = false;
    return true;
}

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

}  // namespace clausal::store
