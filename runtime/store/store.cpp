#include "runtime/store/store.h"

#include <filesystem>
#include <iterator>
#include <span>

#include "runtime/events/event_writer.h"
#include "runtime/events/format_value.h"
#include "runtime/store/database.h"
#include "runtime/store/event_tables.h"
#include "runtime/store/migrations.h"

namespace clausal {

using store::Database;
using store::register_table;
using store::rows_table;
using store::Statement;
using store::Transaction;

namespace {

constexpr std::int64_t kApplicationId = 0x434C534C;  // "CLSL"
constexpr auto kSchemaVersion = static_cast<std::int64_t>(std::size(store::kMigrations));

// Brings an own or empty database to the present schema; a finding when it is neither.
bool migrate(Database& database, bool may_write, bool may_create, DataFinding* finding) {
    const auto application = database.integer("PRAGMA application_id").value_or(0);
    const auto version = database.integer("PRAGMA user_version").value_or(0);
    const auto tables = database.integer("SELECT count(*) FROM sqlite_schema").value_or(0);
    if (database.failed()) {
        *finding = database.take_failure();
        return false;
    }
    if (application != kApplicationId && (application != 0 || tables != 0 || version != 0)) {
        *finding = {DataKind::store_foreign, database.path(), 0, {}, {}};
        return false;
    }
    if (version == 0 && !may_create) {  // an empty file
        *finding = {DataKind::store_not_a_database, database.path(), 0, {}, {}};
        return false;
    }
    if (version > kSchemaVersion) {
        *finding = {DataKind::store_newer, database.path(), 0, {},
            {{"found", std::to_string(version)}, {"known", std::to_string(kSchemaVersion)}}};
        return false;
    }
    if (version == kSchemaVersion) return true;
    if (!may_write) {
        *finding = {DataKind::store_read_only, database.path(), 0, {}, {}};
        return false;
    }
    Transaction transaction(database);
    for (auto i = version; i < kSchemaVersion && !database.failed(); ++i)
        database.run(store::kMigrations[i]);
    database.run("PRAGMA application_id = " + std::to_string(kApplicationId));
    database.run("PRAGMA user_version = " + std::to_string(kSchemaVersion));
    if (transaction.commit()) return true;
    *finding = database.take_failure();
    return false;
}

// The pack's name is written once and has to stay.
bool check_pack(Database& database, const Schema& schema, bool may_write, DataFinding* finding) {
    std::optional<std::string> found;
    {
        Statement read = database.prepare("SELECT value FROM clausal_meta WHERE key = 'pack'");
        if (read.step()) found = std::string(read.text(0));
    }
    if (found && *found != schema.pack) {
        *finding = {DataKind::store_other_pack, database.path(), 0, {},
            {{"found", *found}, {"expected", schema.pack}}};
        return false;
    }
    if (may_write && !database.failed()) {
        Statement write = database.prepare(
            "INSERT INTO clausal_meta (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value");
        for (const auto& [key, value] : {std::pair{"pack", schema.pack},
                 std::pair{"pack_version", schema.version}, std::pair{"zone", schema.zone}})
            write.bind(1, std::string_view(key)).bind(2, std::string_view(value)).execute();
    }
    if (!database.failed()) return true;
    *finding = database.take_failure();
    return false;
}

bool load_texts(Database& database, Dictionary* dictionary) {
    std::vector<std::int64_t> ids;
    dictionary->reserve(static_cast<std::size_t>(
        database.integer("SELECT max(id) + 1 FROM clausal_text").value_or(0)));
    Statement texts = database.prepare("SELECT id, text FROM clausal_text ORDER BY id");
    while (texts.step())
        if (dictionary->intern(texts.text(1)) != texts.integer(0)) return false;
    Statement sets = database.prepare("SELECT id, members FROM clausal_text_set ORDER BY id");
    Statement members = database.prepare("SELECT value FROM json_each(?)");
    while (sets.step()) {
        ids.clear();
        members.bind(1, sets.text(1));
        while (members.step()) ids.push_back(members.integer(0));
        members.reset();
        for (const std::int64_t id : ids)
            if (id < 0 || static_cast<std::size_t>(id) >= dictionary->size()) return false;
        if (dictionary->intern_set(ids) != sets.integer(0)) return false;
    }
    return !database.failed();
}

// Whether stored values can be of the type: a damaged file must not index out of bounds.
bool plausible(
    const Type& type, std::span<const std::int64_t> values, std::int64_t texts, std::int64_t sets) {
    std::int64_t end = 0;
    switch (type.kind) {
    case TypeKind::text: end = texts; break;
    case TypeKind::texts: end = sets; break;
    case TypeKind::choice: end = static_cast<std::int64_t>(type.choices.size()); break;
    case TypeKind::boolean: end = 2; break;
    case TypeKind::number:
    case TypeKind::integer:
    case TypeKind::money:
    case TypeKind::percent:
    case TypeKind::duration:
    case TypeKind::instant:
    case TypeKind::date: return true;
    }
    bool good = true;
    for (const std::int64_t value : values)
        good = good & ((value == kMissing) | ((value >= 0) & (value < end)));
    return good;
}

bool is_needed(
    const EventType& event, std::uint32_t type, std::uint32_t field, const NeededFields& needed) {
    if (type >= needed.size() || field >= needed[type].size() || needed[type][field]) return true;
    for (const SubjectReference& reference : event.subjects)
        for (const std::uint32_t key : reference.key_fields)
            if (key == field) return true;
    return false;
}

}  // namespace

Store::Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

std::optional<Store> Store::open(const std::string& path, const Schema& schema,
    const StoreOptions& options, std::vector<DataFinding>* findings) {
    DataFinding finding;
    const auto access = options.mode == StoreMode::read    ? Database::Access::read
                        : options.mode == StoreMode::write ? Database::Access::write
                                                           : Database::Access::create;
    std::error_code error;
    const bool is_new = options.mode == StoreMode::create && path != ":memory:" &&
                        !std::filesystem::exists(path, error) && !error;
    auto database = Database::open(path, access, options.busy_milliseconds, &finding);
    if (!database) {
        findings->push_back(std::move(finding));
        return std::nullopt;
    }
    Store out;
    out.database_ = std::make_unique<Database>(std::move(*database));
    out.created_ = is_new;
    if (out.prepare(schema, options, findings)) return out;
    out.discard_if_new();
    return std::nullopt;
}

bool Store::prepare(
    const Schema& schema, const StoreOptions& options, std::vector<DataFinding>* findings) {
    DataFinding finding;
    Database& opened = *database_;
    const bool may_write = options.mode != StoreMode::read;
    if (may_write && opened.read_only()) {
        findings->push_back({DataKind::store_read_only, opened.path(), 0, {}, {}});
        return false;
    }
    if (!migrate(opened, may_write, options.mode == StoreMode::create, &finding) ||
        !check_pack(opened, schema, false, &finding)) {
        findings->push_back(std::move(finding));
        return false;
    }
    if (!may_write) return prepare_tables(opened, schema, false, findings);
    // Only for a store that is ours: a foreign file is left exactly as it was.
    opened.run("PRAGMA journal_mode = WAL");
    opened.run("PRAGMA synchronous = FULL");
    Transaction transaction(opened);
    if (!transaction.begun() || !check_pack(opened, schema, true, &finding)) {
        findings->push_back(opened.failed() ? opened.take_failure() : std::move(finding));
        return false;
    }
    if (!prepare_tables(opened, schema, true, findings)) return false;
    if (!transaction.commit()) {
        findings->push_back(opened.take_failure());
        return false;
    }
    return true;
}

void Store::discard_if_new() {
    if (!created_ || !database_) return;
    created_ = false;
    if (database_->integer("SELECT 1 FROM clausal_import LIMIT 1")) return;
    const std::string path = database_->path();
    database_.reset();
    std::error_code error;
    for (const char* part : {"", "-wal", "-shm", "-journal"})
        std::filesystem::remove(path + part, error);
}

std::optional<EventData> load_events(Store& store, const Schema& schema,
    std::vector<DataFinding>* findings, const NeededFields& needed) {
    Database& database = store.database();
    EventData data(schema);
    const auto damaged = [&](const std::string& where) {
        findings->push_back(database.failed() ? database.take_failure()
                                              : DataFinding{DataKind::store_damaged,
                                                    database.path(), 0, {}, {{"reason", where}}});
        return std::nullopt;
    };
    if (!load_texts(database, &data.dictionary)) return damaged("clausal_text");
    const auto texts = static_cast<std::int64_t>(data.dictionary.size());
    const std::int64_t sets = database.integer("SELECT count(*) FROM clausal_text_set").value_or(0);
    EventWriter writer(schema, data);
    for (std::uint32_t type = 0; type < schema.events.size(); ++type) {
        const EventType& event = schema.events[type];
        if (event.is_action) continue;
        EventTable& table = data.tables[type];
        const std::string name = rows_table(event);
        const bool has_late =
            database
                .integer("SELECT 1 FROM " + store::quoted(name) + " WHERE clausal_late = 1 LIMIT 1")
                .has_value();
        const auto count = static_cast<std::size_t>(
            database.integer("SELECT count(*) FROM " + store::quoted(name)).value_or(0));
        std::vector<std::string> names{"clausal_time", "clausal_sequence"};
        std::vector<std::uint32_t> loaded;
        for (std::uint32_t i = 0; i < event.fields.size(); ++i) {
            if (!is_needed(event, type, i, needed)) continue;
            loaded.push_back(i);
            names.push_back(store::quoted(event.fields[i].name));
        }
        std::vector<std::vector<std::int64_t>> columns(names.size());
        for (auto& column : columns) column.reserve(count);
        if (!database.collect(
                names, store::quoted(name) + (has_late ? " WHERE clausal_late = 0" : ""), &columns))
            return damaged(name);
        table.time = std::move(columns[0]);
        table.sequence.assign(columns[1].begin(), columns[1].end());
        for (std::size_t i = 0; i < loaded.size(); ++i) {
            table.columns[loaded[i]] = std::move(columns[i + 2]);
            if (!plausible(event.fields[loaded[i]].type, table.columns[loaded[i]], texts, sets))
                return damaged(name);
        }
        for (auto& column : table.columns) column.resize(table.size(), kMissing);
        for (std::size_t i = 0; i < event.subjects.size(); ++i)
            if (!writer.subjects(type, i)) return damaged(name);
    }
    for (std::uint32_t kind = 0; kind < schema.subjects.size(); ++kind) {
        const SubjectKind& subject = schema.subjects[kind];
        if (subject.register_source == kNone) continue;
        const std::string name = register_table(subject);
        std::string sql = "SELECT clausal_valid_from";
        for (const std::string& part : subject.keys) sql += ", " + store::quoted("key:" + part);
        for (const Field& field : subject.fields) sql += ", " + store::quoted(field.name);
        Statement rows = database.prepare(
            sql + " FROM " + store::quoted(name) + " ORDER BY clausal_valid_from, clausal_row");
        while (rows.step()) {
            std::vector<std::int64_t> key;
            RegisterVersion version;
            version.valid_from = rows.integer(0);
            int column = 1;
            for (std::size_t i = 0; i < subject.keys.size(); ++i, ++column) {
                key.push_back(rows.integer(column));
                if (key.back() < 0 || key.back() >= texts) return damaged(name);
            }
            for (const Field& field : subject.fields) {
                const std::int64_t value = rows.is_null(column) ? kMissing : rows.integer(column);
                ++column;
                if (!plausible(field.type, std::span(&value, 1), texts, sets)) return damaged(name);
                version.values.push_back(value);
            }
            const std::uint32_t id = writer.subject(kind, key);
            auto& registers = data.subjects[kind].registers;
            if (registers.size() <= id) registers.resize(id + 1);
            registers[id].push_back(std::move(version));
        }
        if (database.failed()) return damaged(name);
    }
    sort_order(data);
    return data;
}

std::optional<Microseconds> store_clock(Store& store) {
    return store.database().integer("SELECT clock FROM clausal_cursor");
}

namespace store {
bool load_dictionary(Database& database, Dictionary* dictionary) {
    return load_texts(database, dictionary);
}
}  // namespace store

}  // namespace clausal
