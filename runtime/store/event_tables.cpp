#include "runtime/store/event_tables.h"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/base/decimal.h"

namespace clausal::store {

namespace {

std::string literal(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += '\'';
        out += c;
    }
    return out + "'";
}

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

bool reserved(std::string_view name) {
    const std::string lower = lower_ascii(name);
    return lower.starts_with("sqlite_") || lower.starts_with("clausal_") || name.empty();
}

std::string instant_sql(const std::string& column) {
    return fmt::format(
        "strftime('%Y-%m-%dT%H:%M:%S', ({0} - (({0} % 1000000) + 1000000) % 1000000) / 1000000, 'unixepoch')"
        " || printf('.%06dZ', (({0} % 1000000) + 1000000) % 1000000)",
        column);
}

// How a person wants to read a column of ids and scaled integers.
std::string readable_sql(const Type& type, const std::string& column) {
    switch (type.kind) {
    case TypeKind::text:
        return fmt::format("(SELECT text FROM clausal_text WHERE id = {})", column);
    case TypeKind::texts:
        return fmt::format(
            "(SELECT group_concat(t.text, '、') FROM clausal_text_set AS s, json_each(s.members) AS m"
            " JOIN clausal_text AS t ON t.id = m.value WHERE s.id = {})",
            column);
    case TypeKind::number:
    case TypeKind::money:
    case TypeKind::percent:
        return type.decimals == 0 ? column
                                  : fmt::format("{} / {}.0", column, power_of_ten(type.decimals));
    case TypeKind::duration: return fmt::format("{} / 1000000.0", column);
    case TypeKind::instant: return instant_sql(column);
    case TypeKind::date: return fmt::format("date({} * 86400, 'unixepoch')", column);
    case TypeKind::integer:
    case TypeKind::boolean: return column;
    case TypeKind::choice: {
        if (type.choices.empty()) return column;
        std::string out = "CASE " + column;
        for (std::size_t i = 0; i < type.choices.size(); ++i)
            out += fmt::format(" WHEN {} THEN {}", i, literal(type.choices[i]));
        return out + " END";
    }
    }
    return column;
}

// One table of rows and its view.
struct Shape {
    std::string table, view, owner;
    std::string head_sql;  // columns before the fields, in CREATE TABLE
    std::string tail_sql;  // and after them
    std::vector<Field> fields;
    std::vector<std::string> view_head;  // readable columns before the fields
    bool has_ids = false;
};

Shape event_shape(const EventType& event) {
    Shape out{rows_table(event), event.name, event.name, {}, {}, event.fields, {}, true};
    out.head_sql = "clausal_sequence INTEGER PRIMARY KEY, clausal_time INTEGER NOT NULL";
    out.tail_sql = ", clausal_late INTEGER NOT NULL DEFAULT 0, clausal_id TEXT";
    const bool taken = std::any_of(event.fields.begin(), event.fields.end(),
        [](const Field& field) { return lower_ascii(field.name) == "time"; });
    out.view_head = {instant_sql("clausal_time") + (taken ? " AS clausal_time" : " AS \"time\"")};
    return out;
}

Shape register_shape(const SubjectKind& kind) {
    Shape out{register_table(kind), kind.name + " (register)", kind.name, {}, {}, {}, {}, false};
    out.head_sql = "clausal_row INTEGER PRIMARY KEY, clausal_valid_from INTEGER NOT NULL";
    for (const std::string& key : kind.keys)
        out.fields.push_back({"key:" + key, Type{TypeKind::text, 0, {}, {}, false}});
    for (const Field& field : kind.fields) out.fields.push_back(field);
    // The beginning of time is shown as nothing.
    out.view_head = {"CASE WHEN clausal_valid_from > -9000000000000000000 THEN " +
                     instant_sql("clausal_valid_from") + " END AS valid_from"};
    return out;
}

bool make_view(Database& database, const Shape& shape) {
    std::string sql = "CREATE VIEW " + quoted(shape.view) + " AS SELECT ";
    for (const std::string& column : shape.view_head) sql += column + ", ";
    for (std::size_t i = 0; i < shape.fields.size(); ++i)
        sql += readable_sql(shape.fields[i].type, quoted(shape.fields[i].name)) + " AS " +
               quoted(shape.fields[i].name) + ", ";
    sql.resize(sql.size() - 2);
    sql += " FROM " + quoted(shape.table);
    return database.run("DROP VIEW IF EXISTS " + quoted(shape.view)) && database.run(sql);
}

bool prepare_table(
    Database& database, const Shape& shape, bool may_write, std::vector<DataFinding>* findings) {
    for (const Field& field : shape.fields) {
        if (!reserved(field.name)) continue;
        findings->push_back(
            {DataKind::store_name_reserved, database.path(), 0, {}, {{"event", field.name}}});
        return false;
    }
    if (reserved(shape.owner)) {
        findings->push_back(
            {DataKind::store_name_reserved, database.path(), 0, {}, {{"event", shape.owner}}});
        return false;
    }
    std::vector<std::pair<std::string, std::string>> stored;
    Statement read =
        database.prepare("SELECT name, type FROM clausal_field WHERE owner = ? ORDER BY position");
    read.bind(1, shape.table);
    while (read.step()) stored.emplace_back(read.text(0), read.text(1));
    // A pack that does not know the last fields yet still runs: it leaves them missing.
    const std::size_t known = std::min(stored.size(), shape.fields.size());
    for (std::size_t i = 0; i < known; ++i) {
        if (stored[i].first == shape.fields[i].name &&
            stored[i].second == type_text(shape.fields[i].type))
            continue;
        findings->push_back({DataKind::store_declaration_changed, database.path(), 0, {},
            {{"event", shape.owner}, {"field", stored[i].first}}});
        return false;
    }
    auto exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
    exists.bind(1, shape.table);
    const bool made = exists.step();
    exists.reset();
    if (made && stored.size() >= shape.fields.size()) return true;
    if (!may_write) {
        findings->push_back({DataKind::store_declaration_changed, database.path(), 0, {},
            {{"event", shape.owner},
                {"field", stored.size() < shape.fields.size() ? shape.fields[stored.size()].name
                                                              : shape.owner}}});
        return false;
    }
    if (!made) {
        std::string sql = "CREATE TABLE " + quoted(shape.table) + " (" + shape.head_sql;
        for (const Field& field : shape.fields) sql += ", " + quoted(field.name) + " INTEGER";
        sql += shape.tail_sql + ") STRICT";
        if (!database.run(sql)) return false;
        // Ids are unique per source, and the rank of a source is the upper part of the sequence.
        if (shape.has_ids &&
            !database.run("CREATE UNIQUE INDEX " + quoted(shape.table + ":id") + " ON " +
                          quoted(shape.table) +
                          " (clausal_id, clausal_sequence >> 40) WHERE clausal_id IS NOT NULL"))
            return false;
        // Nearly always empty: whether a table has late rows at all is known without looking at them.
        if (shape.has_ids &&
            !database.run("CREATE INDEX " + quoted(shape.table + ":late") + " ON " +
                          quoted(shape.table) + " (clausal_late) WHERE clausal_late = 1"))
            return false;
    } else {
        for (std::size_t i = stored.size(); i < shape.fields.size(); ++i)
            if (!database.run("ALTER TABLE " + quoted(shape.table) + " ADD COLUMN " +
                              quoted(shape.fields[i].name) + " INTEGER"))
                return false;
    }
    Statement write = database.prepare(
        "INSERT INTO clausal_field (owner, position, name, type) VALUES (?, ?, ?, ?)");
    for (std::size_t i = stored.size(); i < shape.fields.size(); ++i) {
        write.bind(1, shape.table)
            .bind(2, static_cast<std::int64_t>(i))
            .bind(3, shape.fields[i].name)
            .bind(4, type_text(shape.fields[i].type));
        if (!write.execute()) return false;
    }
    return make_view(database, shape);
}

}  // namespace

std::string rows_table(const EventType& event) { return event.name + ":rows"; }
std::string register_table(const SubjectKind& kind) { return kind.name + ":register"; }

std::string type_text(const Type& type) {
    static constexpr const char* kNames[] = {"text", "texts", "number", "integer", "money",
        "percent", "duration", "instant", "date", "boolean", "choice"};
    std::string out = kNames[static_cast<std::size_t>(type.kind)];
    if (type.kind == TypeKind::number || type.kind == TypeKind::money ||
        type.kind == TypeKind::percent)
        out += fmt::format("({})", type.decimals);
    if (type.kind == TypeKind::choice) {
        out += '(';
        for (std::size_t i = 0; i < type.choices.size(); ++i) {
            if (i > 0) out += type.ordered ? '<' : '|';
            out += type.choices[i];
        }
        out += ')';
    }
    if (!type.unit.empty()) out += " " + type.unit;
    return out;
}

bool prepare_tables(
    Database& database, const Schema& schema, bool may_write, std::vector<DataFinding>* findings) {
    std::vector<Shape> shapes;
    for (const EventType& event : schema.events)
        if (!event.is_action) shapes.push_back(event_shape(event));
    for (const SubjectKind& kind : schema.subjects)
        if (kind.register_source != kNone) shapes.push_back(register_shape(kind));
    for (const Shape& shape : shapes) {
        if (prepare_table(database, shape, may_write, findings)) continue;
        if (database.failed()) findings->push_back(database.take_failure());
        return false;
    }
    return true;
}

}  // namespace clausal::store
