#include "runtime/store/store.h"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>

#include <doctest/doctest.h>
#include <sqlite3.h>

#include "runtime/engine/outcome.h"
#include "runtime/events/format_value.h"
#include "runtime/store/database.h"
#include "runtime/store/event_tables.h"
#include "tests/unit/events/build_source.h"

using namespace clausal;
using namespace clausal::testing;
using NK = SourceNode::Kind;

namespace {

// One event with a field of every type, and one plain event of the same name as its subject.
struct Orders {
    PackBuilder pack{"订单"};
    std::uint32_t order, simple;
    Folder folder;
    Orders() {
        Type level = type(TypeKind::choice);
        level.choices = {"低", "it's", "高"};
        order = pack.event(
            "订单", {{"note \"quoted\"", type(TypeKind::text)}, {"tags", type(TypeKind::texts)},
                        {"n", type(TypeKind::number, 6)}, {"i", type(TypeKind::integer)},
                        {"amount", type(TypeKind::money, 4, "CNY")},
                        {"rate", type(TypeKind::percent, 6)}, {"stay", type(TypeKind::duration)},
                        {"time", type(TypeKind::instant)}, {"day", type(TypeKind::date)},
                        {"urgent", type(TypeKind::boolean)}, {"level", level}});
        simple = pack.event("visit");
        SourceSpec spec;
        spec.file = "orders.csv";
        Nodes n{spec};
        SourceEvent event;
        event.event = order;
        event.bindings = {{0, n.column("key")}, {kNone, n.column("at")}};
        for (std::uint32_t i = 1; i < pack.schema.events[order].fields.size(); ++i)
            event.bindings.push_back({i, n.column("f" + std::to_string(i))});
        event.id = n.column("id");
        spec.events.push_back(event);
        pack.schema.sources.push_back(spec);
        pack.schema.subjects[0].fields = {
            {"size", type(TypeKind::integer)}, {"tags", type(TypeKind::texts)}};
        pack.schema.subjects[0].register_source = 0;
        RegisterSpec reg;
        reg.source.file = "register.csv";
        Nodes r{reg.source};
        reg.key_values = {r.column("key")};
        SourceEvent row;
        row.bindings = {{0, r.column("size")}, {1, r.column("tags")}};
        reg.source.events = {row};
        pack.schema.registers.push_back(reg);
    }
    std::string header() const { return "id,key,at,f1,f2,f3,f4,f5,f6,f7,f8,f9,f10,f11\n"; }
    std::string full_row(
        const std::string& id, const std::string& key, const std::string& at) const {
        return id + "," + key + "," + at +
               ",\"a, b\",x;y,-1.5,7,12.34,65%,90 s,2026-01-01T00:00:00.000001Z,2026-02-03,yes,it's\n";
    }
    ImportReport import(Store& store, const std::string& name, const std::string& rows) {
        return import_files(
            store, pack.schema, {{"orders.csv", folder.write(name, header() + rows)}}, {});
    }
    std::optional<Store> open(std::vector<DataFinding>* findings,
        StoreMode mode = StoreMode::create, const std::string& name = "s.db") {
        StoreOptions options;
        options.mode = mode;
        options.busy_milliseconds = 10;
        return Store::open(
            name == ":memory:" ? name : folder.path(name), pack.schema, options, findings);
    }
};

std::string sql_text(const std::string& path, const std::string& sql) {
    sqlite3* handle = nullptr;
    sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr);
    std::string out;
    sqlite3_exec(
        handle, sql.c_str(),
        [](void* to, int count, char** values, char**) {
            auto& text = *static_cast<std::string*>(to);
            for (int i = 0; i < count; ++i)
                text += std::string(i > 0 ? "|" : "") + (values[i] != nullptr ? values[i] : "-");
            text += "\n";
            return 0;
        },
        &out, nullptr);
    sqlite3_close(handle);
    return out;
}

void same(const Schema& schema, const EventData& a, const EventData& b) {
    REQUIRE(a.order == b.order);
    for (std::size_t t = 0; t < a.tables.size(); ++t) {
        CHECK(a.tables[t].time == b.tables[t].time);
        CHECK(a.tables[t].sequence == b.tables[t].sequence);
        for (std::size_t f = 0; f < a.tables[t].columns.size(); ++f)
            for (std::size_t r = 0; r < a.tables[t].size(); ++r)
                CHECK(format_value(schema.events[t].fields[f].type, a.tables[t].columns[f][r],
                          a.dictionary, Zone::utc()) ==
                      format_value(schema.events[t].fields[f].type, b.tables[t].columns[f][r],
                          b.dictionary, Zone::utc()));
        for (std::size_t s = 0; s < a.tables[t].subjects.size(); ++s)
            for (std::size_t r = 0; r < a.tables[t].size(); ++r)
                CHECK(subject_text(a, 0, a.tables[t].subjects[s][r]) ==
                      subject_text(b, 0, b.tables[t].subjects[s][r]));
    }
}

}  // namespace

TEST_CASE("what is imported is loaded, as if read from the file; in a file and in memory") {
    Orders orders;
    const std::string rows = orders.full_row("1", "K1", "2026-01-02") +
                             "2,K2,2026-01-01,,,,,,,,,,,\n" + ",K1,2026-02-30,,,,,,,,,,,\n";
    const std::string file = orders.folder.write("orders.csv", orders.header() + rows);
    const std::string reg = orders.folder.write("register.csv", "key,size,tags\nK2,5,x;z\nK3,6,\n");
    EventData direct(orders.pack.schema);
    const std::vector<SourceFileInput> files{{"orders.csv", file}, {"register.csv", reg}};
    REQUIRE(read_sources(orders.pack.schema, files, {}, direct).ok());
    for (const char* name : {"s.db", ":memory:"}) {
        std::vector<DataFinding> findings;
        auto store = orders.open(&findings, StoreMode::create, name);
        REQUIRE(store);
        const ImportReport report = import_files(*store, orders.pack.schema, files, {});
        CHECK(report.ok());
        CHECK(report.events == 2);
        CHECK(report.read.put_aside == 1);
        const auto loaded = load_events(*store, orders.pack.schema, &findings);
        REQUIRE(loaded);
        same(orders.pack.schema, direct, *loaded);
        const auto keys_only =
            load_events(*store, orders.pack.schema, &findings, {std::vector<bool>(12, false)});
        REQUIRE(keys_only);
        CHECK(keys_only->order == direct.order);
        CHECK(subject_text(*keys_only, 0, keys_only->tables[0].subjects[0][0]) == "K1");
        CHECK(keys_only->tables[0].columns[5][0] == kMissing);
        std::size_t versions = 0;
        for (std::uint32_t s = 0; s < loaded->subjects[0].registers.size(); ++s)
            for (const RegisterVersion& version : loaded->subjects[0].registers[s]) {
                ++versions;
                const bool k2 = subject_text(*loaded, 0, s) == "K2";
                CHECK(version.values[0] == (k2 ? 5 : 6));
                CHECK((version.values[1] == kMissing) == !k2);
            }
        CHECK(versions == 2);
    }
}

TEST_CASE("the sqlite3 shell can read it") {
    Orders orders;
    std::vector<DataFinding> findings;
    auto store = orders.open(&findings);
    REQUIRE(store);
    orders.import(*store, "a.csv",
        orders.full_row("1", "K1", "2026-01-02 03:04:05") + "x,K2,2026-02-30,,,,,,,,,,,\n");
    store.reset();
    const std::string path = orders.folder.path("s.db");
    CHECK(
        sql_text(path, "SELECT * FROM \"订单\"") ==
        "2026-01-02T03:04:05.000000Z|K1|a, b|x、y|-1.5|7|12.34|0.65|90.0|2026-01-01T00:00:00.000001Z|2026-02-03|1|it's\n");
    CHECK(sql_text(
              path, "SELECT typeof(\"amount\"), \"amount\", clausal_sequence FROM \"订单:rows\"") ==
          "integer|123400|16\n");
    CHECK(sql_text(
              path, "SELECT line, column_name, kind, value FROM clausal_finding WHERE rejected") ==
          "3|at|date_does_not_exist|2026-02-30\n");
    CHECK(sql_text(path, "PRAGMA journal_mode; PRAGMA integrity_check; PRAGMA foreign_key_check") ==
          "wal\nok\n");
    CHECK(sql_text(path, "SELECT events, put_aside FROM clausal_import") == "1|1\n");
}

TEST_CASE("importing again changes nothing, more rows go on, ids are known across imports") {
    Orders orders;
    std::vector<DataFinding> findings;
    auto store = orders.open(&findings);
    REQUIRE(store);
    const std::string first =
        orders.full_row("1", "K1", "2026-01-02") + ",K1,2026-01-02,,,,,,,,,,,\n";
    CHECK(orders.import(*store, "a.csv", first).events == 2);
    ImportReport again = orders.import(*store, "b.csv", first);  // the same content by another name
    CHECK(again.events == 0);
    CHECK(again.files_known == 1);
    CHECK(has(again.read.findings, DataKind::file_already_imported));
    again = orders.import(*store, "c.csv",
        orders.full_row("3", "K3", "2026-01-05") + first +
            orders.full_row("1", "K9", "2026-01-02"));
    CHECK(again.ok());
    CHECK(again.duplicates == 1);      // id 1 with equal values
    CHECK(again.events == 2);          // the row without id and id 3
    CHECK(again.read.put_aside == 1);  // id 1 of K9
    CHECK(has(again.read.rejected, DataKind::event_conflict));
    const ImportReport conflict =
        orders.import(*store, "d.csv", orders.full_row("3", "K3", "2026-01-06"));
    CHECK(conflict.events == 0);
    REQUIRE(conflict.read.rejected.size() == 1);
    CHECK(conflict.read.rejected[0].kind == DataKind::event_conflict);
    CHECK(conflict.read.rejected[0].line == 2);
    CHECK(conflict.read.rejected[0].file == orders.folder.path("d.csv"));
    const auto data = load_events(*store, orders.pack.schema, &findings);
    REQUIRE(data);
    CHECK(data->order.size() == 4);
    std::map<std::uint64_t, int> sequences;
    for (const std::uint64_t each : data->tables[orders.order].sequence) ++sequences[each];
    CHECK(sequences.size() == 4);  // rows of later files have later numbers
    CHECK(data->tables[orders.order].sequence[2] > data->tables[orders.order].sequence[1]);
}

TEST_CASE("a file that has grown gives its new rows only") {
    Orders orders;
    std::vector<DataFinding> findings;
    auto store = orders.open(&findings);
    REQUIRE(store);
    const std::string row = ",K1,2026-01-02,,,,,,,,,,,\n";  // no id
    CHECK(orders.import(*store, "a.csv", row + row).events == 2);
    ImportReport grown =
        orders.import(*store, "a.csv", row + row + row + ",K2,2026-01-03,,,,,,,,,,,\n");
    CHECK(grown.ok());
    CHECK(grown.events == 2);
    CHECK(grown.read.rows == 2);
    REQUIRE(has(grown.read.findings, DataKind::file_grown));
    CHECK_FALSE(has(grown.read.findings, DataKind::file_changed));
    // And once more: the rows of both imports are known.
    grown = orders.import(*store, "a.csv",
        row + row + row + ",K2,2026-01-03,,,,,,,,,,,\n,K3,2026-01-04,,,,,,,,,,,\n");
    CHECK(grown.events == 1);
    for (const DataFinding& each : grown.read.findings)
        if (each.kind == DataKind::file_grown) CHECK(argument(each, "count") == "4");
    const auto data = load_events(*store, orders.pack.schema, &findings);
    REQUIRE(data);
    CHECK(data->order.size() == 5);
    std::map<std::uint64_t, int> sequences;
    for (const std::uint64_t each : data->tables[orders.order].sequence) ++sequences[each];
    CHECK(sequences.size() == 5);
    // Another beginning under the same name: all rows, and a warning. With ids nothing counts twice.
    const ImportReport changed =
        orders.import(*store, "a.csv", ",K9,2026-01-01,,,,,,,,,,,\n" + row);
    CHECK(changed.events == 2);
    CHECK(has(changed.read.findings, DataKind::file_changed));
    CHECK_FALSE(has(changed.read.findings, DataKind::file_grown));
    CHECK(orders.import(*store, "b.csv", orders.full_row("1", "K1", "2026-01-02")).events == 1);
    const ImportReport named = orders.import(*store, "b.csv",
        orders.full_row("2", "K1", "2026-01-02") + orders.full_row("1", "K1", "2026-01-02"));
    CHECK(named.events == 1);
    CHECK(named.duplicates == 1);
    CHECK_FALSE(has(named.read.findings, DataKind::file_changed));
}

TEST_CASE("a line that was cut off is no known row") {
    Orders orders;
    std::vector<DataFinding> findings;
    auto store = orders.open(&findings);
    REQUIRE(store);
    CHECK(orders.import(*store, "a.csv", ",K1,2026-01-02,,,,,,,,,,,").events == 1);  // no line end
    const ImportReport longer = orders.import(*store, "a.csv", ",K1,2026-01-02,,,,,,,,,,,x\n");
    CHECK_FALSE(has(longer.read.findings, DataKind::file_grown));
    CHECK(has(longer.read.findings, DataKind::file_changed) == (longer.events > 0));
}

TEST_CASE("all or nothing") {
    Orders orders;
    std::vector<DataFinding> findings;
    auto store = orders.open(&findings);
    REQUIRE(store);
    ReadOptions strict;
    strict.strict = true;
    const std::string file = orders.folder.write(
        "a.csv", orders.header() + orders.full_row("1", "K1", "2026-01-02") + "bad\n");
    const ImportReport report =
        import_files(*store, orders.pack.schema, {{"orders.csv", file}}, strict);
    CHECK_FALSE(report.ok());
    CHECK(report.events == 0);
    const auto data = load_events(*store, orders.pack.schema, &findings);
    REQUIRE(data);
    CHECK(data->order.empty());
    CHECK(data->dictionary.size() == 0);
    CHECK(import_files(*store, orders.pack.schema, {{"orders.csv", file}}, {}).events ==
          1);  // not known as imported
}

TEST_CASE("firings once, the clock, and late events") {
    Orders orders;
    std::vector<DataFinding> findings;
    auto store = orders.open(&findings);
    REQUIRE(store);
    orders.import(*store, "a.csv", orders.full_row("1", "K1", "2026-01-02"));
    auto data = load_events(*store, orders.pack.schema, &findings);
    REQUIRE(data);
    orders.pack.schema.actions.push_back({"act", {{"v", type(TypeKind::money, 4, "CNY")}}});
    Outcomes outcomes;
    Firing firing;
    firing.step = {data->tables[orders.order].time[0], Step::Kind::event, {orders.order, 0}};
    firing.actions = {{0, {5}}};
    outcomes.firings = {firing};
    firing.step.kind = Step::Kind::deadline;
    outcomes.firings.push_back(firing);
    const std::vector<RuleLabel> rules{{"r1", 0}};
    CHECK_FALSE(store_clock(*store));
    const Microseconds clock = data->last_time();
    auto written = write_firings(*store, orders.pack.schema, rules, *data, outcomes, Zone::utc(),
        {"1.0.0", "aa"}, clock, clock, &findings);
    REQUIRE(written);
    CHECK(written->added == 2);
    written = write_firings(*store, orders.pack.schema, rules, *data, outcomes, Zone::utc(),
        {"1.0.0", "aa"}, clock, clock - 1, &findings);
    REQUIRE(written);
    CHECK(written->added == 0);
    CHECK(written->known == 2);
    CHECK(store_clock(*store) == clock);
    const auto firings = read_firings(*store, &findings);
    REQUIRE(firings.size() == 2);
    CHECK(firings[0].subject == "K1");
    CHECK(firings[0].actions == R"([{"action":"act","values":{"v":0.0005}}])");
    CHECK(firings[1].step == "deadline");
    CHECK(firings[1].pack_version == "1.0.0");
    CHECK(firings[1].pack_hash == "aa");
    CHECK_FALSE(has(findings, DataKind::firings_of_other_packs));
    // After a run, what lies at or before the clock is late: stored, and not read.
    const ImportReport late = orders.import(*store, "b.csv",
        orders.full_row("7", "K1", "2026-01-02") + orders.full_row("8", "K1", "2026-01-03"));
    CHECK(late.late == 1);
    CHECK(has(late.read.findings, DataKind::events_late));
    data = load_events(*store, orders.pack.schema, &findings);
    REQUIRE(data);
    CHECK(data->order.size() == 2);
    CHECK(sql_text(orders.folder.path("s.db"),
              "SELECT count(*), sum(clausal_late) FROM \"订单:rows\"") == "3|1\n");
    CHECK(sql_text(orders.folder.path("s.db"), "SELECT time FROM clausal_firings LIMIT 1") ==
          "2026-01-02T00:00:00.000000Z\n");
}

TEST_CASE("firings of another version of the pack stay and are counted") {
    Orders orders;
    std::vector<DataFinding> findings;
    auto store = orders.open(&findings);
    REQUIRE(store);
    orders.import(*store, "a.csv",
        orders.full_row("1", "K1", "2026-01-02") + orders.full_row("2", "K1", "2026-01-03"));
    auto data = load_events(*store, orders.pack.schema, &findings);
    REQUIRE(data);
    orders.pack.schema.actions.push_back({"act", {{"v", type(TypeKind::money, 4, "CNY")}}});
    const auto firing = [&](std::uint32_t rule, std::uint32_t row, std::int64_t value) {
        Firing out;
        out.rule = rule;
        out.step = {data->tables[orders.order].time[row], Step::Kind::event, {orders.order, row}};
        out.actions = {{0, {value}}};
        return out;
    };
    const std::vector<RuleLabel> rules{{"kept", 0}, {"gone", 0}};
    const Microseconds clock = data->last_time();
    const auto write = [&](const PackLabel& pack, std::vector<Firing> firings,
                           Microseconds reached) {
        Outcomes outcomes;
        outcomes.firings = std::move(firings);
        findings.clear();
        return write_firings(*store, orders.pack.schema, rules, *data, outcomes, Zone::utc(), pack,
            reached, clock, &findings);
    };
    REQUIRE(write({"1.0.0", "aa"}, {firing(0, 0, 5), firing(1, 0, 5), firing(1, 1, 5)}, clock));
    CHECK(findings.empty());
    // The next version has another value for one and does not give the others.
    auto written = write({"1.1.0", "bb"}, {firing(0, 0, 6), firing(0, 1, 6)}, clock);
    REQUIRE(written);
    CHECK(written->added == 1);
    CHECK(written->known == 3);
    REQUIRE(findings.size() == 3);
    CHECK(findings[0].kind == DataKind::firings_of_other_packs);
    CHECK(argument(findings[0], "count") == "3");
    CHECK(argument(findings[0], "versions") == "1.0.0 (aa): 3");
    CHECK(findings[1].kind == DataKind::firings_not_given);
    CHECK(argument(findings[1], "rule") == "gone");
    CHECK(argument(findings[1], "count") == "2");
    CHECK(findings[2].kind == DataKind::firings_differ);
    CHECK(argument(findings[2], "rule") == "kept");
    const auto firings = read_firings(*store, &findings);
    REQUIRE(firings.size() == 4);
    CHECK(firings[0].actions == R"([{"action":"act","values":{"v":0.0005}}])");
    CHECK(firings[0].pack_version == "1.0.0");
    CHECK(firings[3].pack_version == "1.1.0");
    CHECK(sql_text(orders.folder.path("s.db"),
              "SELECT count(*) FROM clausal_firings WHERE pack_version = '1.1.0'") == "1\n");
    // A run that stops earlier says nothing of what comes later.
    REQUIRE(write(
        {"1.0.0", "aa"}, {firing(0, 0, 5), firing(1, 0, 5)}, data->tables[orders.order].time[0]));
    CHECK_FALSE(has(findings, DataKind::firings_not_given));
    CHECK(has(findings, DataKind::firings_of_other_packs));
}

TEST_CASE("what is refused") {
    Orders orders;
    std::vector<DataFinding> findings;
    const auto refused = [&](const std::string& name, StoreMode mode = StoreMode::create) {
        findings.clear();
        CHECK_FALSE(orders.open(&findings, mode, name));
        return findings.empty() ? DataKind::none : findings[0].kind;
    };
    orders.folder.write("text.db", std::string(5000, 'x'));
    CHECK(refused("text.db") == DataKind::store_not_a_database);
    CHECK(refused("none.db", StoreMode::write) == DataKind::store_not_found);
    CHECK(refused("none.db", StoreMode::read) == DataKind::store_not_found);
    CHECK(refused("no/such/folder.db") == DataKind::store_folder_missing);
    CHECK(refused("") == DataKind::store_is_folder);
    CHECK(refused(std::string(300, 'x')) == DataKind::store_cannot_open);  // too long a name

    const auto foreign = [&](const std::string& name, const std::string& sql) {
        sqlite3* handle = nullptr;
        sqlite3_open(orders.folder.path(name).c_str(), &handle);
        sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr);
        sqlite3_close(handle);
    };
    foreign("foreign.db", "CREATE TABLE t (a)");
    CHECK(refused("foreign.db") == DataKind::store_foreign);
    CHECK(sql_text(orders.folder.path("foreign.db"),
              "PRAGMA journal_mode; SELECT count(*) FROM sqlite_schema") == "delete\n1\n");

    {
        REQUIRE(orders.open(&findings, StoreMode::create, "ours.db"));
        REQUIRE(orders.open(&findings, StoreMode::read, "ours.db"));
    }
    foreign("ours.db", "PRAGMA user_version = 99");
    CHECK(refused("ours.db") == DataKind::store_newer);
    foreign("ours.db",
        "PRAGMA user_version = 2; UPDATE clausal_meta SET value = 'another' WHERE key = 'pack'");
    CHECK(refused("ours.db") == DataKind::store_other_pack);
    CHECK(argument(findings[0], "found") == "another");
    foreign("ours.db", "UPDATE clausal_meta SET value = 'test' WHERE key = 'pack'");
    {
        auto reader = orders.open(&findings, StoreMode::read, "ours.db");
        REQUIRE(reader);
        const ImportReport report = orders.import(*reader, "a.csv", "");
        CHECK(has(report.read.findings, DataKind::store_read_only));
        findings.clear();
        CHECK_FALSE(write_firings(*reader, orders.pack.schema, {}, EventData(orders.pack.schema),
            {}, Zone::utc(), {}, 0, 0, &findings));
        CHECK(has(findings, DataKind::store_read_only));
    }
    {  // somebody else writes
        sqlite3* handle = nullptr;
        sqlite3_open(orders.folder.path("ours.db").c_str(), &handle);
        sqlite3_exec(handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
        CHECK(refused("ours.db") == DataKind::store_locked);
        sqlite3_close(handle);
    }
    Orders changed;
    changed.pack.schema.events[0].fields[5].type.unit = "EUR";
    StoreOptions options;
    findings.clear();
    CHECK_FALSE(
        Store::open(orders.folder.path("ours.db"), changed.pack.schema, options, &findings));
    REQUIRE(!findings.empty());
    CHECK(findings[0].kind == DataKind::store_declaration_changed);
    CHECK(argument(findings[0], "field") == "amount");
    Orders reserved;
    reserved.pack.schema.events[1].name = "Clausal_text";
    CHECK_FALSE(Store::open(":memory:", reserved.pack.schema, options, &findings));
    CHECK(has(findings, DataKind::store_name_reserved));
}

TEST_CASE("a pack that does not know the last fields yet still runs") {
    Orders now;
    std::vector<DataFinding> findings;
    {
        auto store = now.open(&findings);
        REQUIRE(store);
        CHECK(now.import(*store, "a.csv", now.full_row("1", "K1", "2026-01-02")).ok());
    }
    Schema before = now.pack.schema;
    before.events[now.order].fields.pop_back();
    before.sources[0].events[0].bindings.pop_back();
    auto store = Store::open(now.folder.path("s.db"), before, {}, &findings);
    REQUIRE(store);
    const auto data = load_events(*store, before, &findings);
    REQUIRE(data);
    CHECK(data->order.size() == 1);
    CHECK(data->tables[now.order].columns.size() == before.events[now.order].fields.size());
    const std::string row = now.full_row("2", "K2", "2026-01-03");
    CHECK(import_files(
        *store, before, {{"orders.csv", now.folder.write("b.csv", now.header() + row)}}, {})
            .ok());
    CHECK(findings.empty());
    // The column that it does not know is kept, and empty in its rows.
    CHECK(sql_text(now.folder.path("s.db"), "SELECT level FROM \"订单\" ORDER BY time")
              .find("it's") == 0);
}

TEST_CASE("a failed import leaves no new file behind, and never removes an older one") {
    Orders orders;
    std::vector<DataFinding> findings;
    const std::string path = orders.folder.path("s.db");
    const auto fail_import = [&] {
        auto store = orders.open(&findings);
        REQUIRE(store);
        const std::string file = orders.folder.write("bad.csv", "id,wrong\n1,2\n");
        CHECK_FALSE(import_files(*store, orders.pack.schema, {{"orders.csv", file}}, {}).ok());
        store->discard_if_new();
    };
    fail_import();
    for (const char* part : {"", "-wal", "-shm", "-journal"})
        CHECK_FALSE(std::filesystem::exists(path + part));
    {
        auto store = orders.open(&findings);
        REQUIRE(store);
        orders.import(*store, "a.csv", orders.full_row("1", "K1", "2026-01-02"));
        store->discard_if_new();  // something was imported
    }
    fail_import();
    CHECK(std::filesystem::exists(path));
    Orders reserved;
    reserved.pack.schema.events[1].name = "Clausal_text";
    CHECK_FALSE(reserved.open(&findings));
    CHECK_FALSE(std::filesystem::exists(reserved.folder.path("s.db")));
}

TEST_CASE("an empty file is no store, but may become one") {
    Orders orders;
    orders.folder.write("s.db", "");
    for (const StoreMode mode : {StoreMode::write, StoreMode::read}) {
        std::vector<DataFinding> findings;
        CHECK_FALSE(orders.open(&findings, mode));
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].kind == DataKind::store_not_a_database);
        CHECK(std::filesystem::file_size(orders.folder.path("s.db")) == 0);
    }
    std::vector<DataFinding> findings;
    CHECK(orders.open(&findings));
}

TEST_CASE("a pack may grow: new events and new fields") {
    Orders orders;
    std::vector<DataFinding> findings;
    {
        auto store = orders.open(&findings);
        REQUIRE(store);
        orders.import(*store, "a.csv", orders.full_row("1", "K1", "2026-01-02"));
    }
    orders.pack.event("new event");
    orders.pack.schema.events[orders.order].fields.push_back({"more", type(TypeKind::text)});
    CHECK_FALSE(orders.open(&findings, StoreMode::read));  // reading alone does not change a store
    findings.clear();
    auto store = orders.open(&findings);
    REQUIRE(store);
    const auto data = load_events(*store, orders.pack.schema, &findings);
    REQUIRE(data);
    CHECK(data->tables[orders.order].columns.back()[0] == kMissing);
    CHECK(sql_text(orders.folder.path("s.db"), "SELECT more FROM \"订单\"") == "-\n");
}

TEST_CASE("what can be read only once is not imported") {
    Orders orders;
    std::vector<DataFinding> findings;
    auto store = orders.open(&findings);
    REQUIRE(store);
    const ImportReport report =
        import_files(*store, orders.pack.schema, {{"orders.csv", "/dev/null"}}, {});
    REQUIRE(report.read.findings.size() == 1);
    CHECK(report.read.findings[0].kind == DataKind::file_not_regular);
}

TEST_CASE("a full disk changes nothing") {
    Orders orders;
    std::vector<DataFinding> findings;
    const auto count = [&] {
        return sql_text(orders.folder.path("s.db"), "SELECT count(*) FROM \"visit\"");
    };
    {
        auto store = orders.open(&findings);
        REQUIRE(store);
    }
    std::string rows;
    for (int i = 0; i < 20000; ++i)
        rows += orders.full_row(std::to_string(i), "k" + std::to_string(i), "2026-01-01T00:00:00Z");
    const std::uintmax_t before = std::filesystem::file_size(orders.folder.path("s.db"));
    struct rlimit old{};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &old) == 0);
    auto* handler = std::signal(SIGXFSZ, SIG_IGN);
    auto store = orders.open(&findings, StoreMode::write);
    REQUIRE(store);
    const std::string path = orders.folder.write("big.csv", orders.header() + rows);
    struct rlimit small = old;
    small.rlim_cur = before + 200'000;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    const ImportReport report =
        import_files(*store, orders.pack.schema, {{"orders.csv", path}}, {});
    CHECK(setrlimit(RLIMIT_FSIZE, &old) == 0);
    std::signal(SIGXFSZ, handler);
    CHECK_FALSE(report.ok());
    CHECK(std::any_of(report.read.findings.begin(), report.read.findings.end(),
        [](const DataFinding& one) { return one.kind == DataKind::store_write_failed; }));
    store.reset();
    CHECK(count() == "0\n");
}

TEST_CASE("a damaged store is a finding") {
    Orders orders;
    std::vector<DataFinding> findings;
    {
        auto store = orders.open(&findings);
        orders.import(*store, "a.csv", orders.full_row("1", "K1", "2026-01-02"));
    }
    sqlite3* handle = nullptr;
    sqlite3_open(orders.folder.path("s.db").c_str(), &handle);
    sqlite3_exec(handle, "UPDATE \"订单:rows\" SET level = 77", nullptr, nullptr, nullptr);
    {
        auto store = orders.open(&findings);
        REQUIRE(store);
        CHECK_FALSE(load_events(*store, orders.pack.schema, &findings));
        CHECK(has(findings, DataKind::store_damaged));
    }
    sqlite3_exec(handle,
        "UPDATE \"订单:rows\" SET level = 1; DELETE FROM clausal_text WHERE id = 0", nullptr,
        nullptr, nullptr);
    sqlite3_close(handle);
    auto store = orders.open(&findings);
    REQUIRE(store);
    findings.clear();
    CHECK_FALSE(load_events(*store, orders.pack.schema, &findings));
    CHECK(has(findings, DataKind::store_damaged));
}

TEST_CASE("names cannot break out of their quotes") {
    CHECK(store::quoted("a\"b; DROP TABLE x; --") == "\"a\"\"b; DROP TABLE x; --\"");
    Orders orders;
    orders.pack.schema.events[orders.simple].name = "x\"; DROP TABLE clausal_meta; --";
    std::vector<DataFinding> findings;
    auto store = orders.open(&findings, StoreMode::create, ":memory:");
    REQUIRE(store);
    CHECK(store->database().integer("SELECT count(*) FROM clausal_meta").value_or(0) == 3);
}
