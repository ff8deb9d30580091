#include "runtime/events/read_sources.h"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

#include "runtime/events/data_finding.h"
#include "runtime/events/format_value.h"
#include "runtime/events/limits.h"
#include "tests/unit/events/build_source.h"

using namespace clausal;
using namespace clausal::testing;
using NK = SourceNode::Kind;

namespace {

// One log with all activities: two sources over one file, as the packs on fines have it.
struct Fines {
    PackBuilder pack{"fine"};
    std::uint32_t sent, paid;
    Fines() {
        sent = pack.event("sent");
        paid = pack.event("payment", {{"amount", type(TypeKind::money, 4, "EUR")}});
        add(sent, "Send Fine", false);
        add(paid, "Payment", true);
    }
    void add(std::uint32_t event, const std::string& activity, bool amount) {
        SourceSpec spec;
        spec.file = "fines.csv";
        Nodes n{spec};
        SourceEvent out;
        out.event = event;
        out.bindings = {{0, n.column("case")}, {kNone, n.column("time")}};
        if (amount) out.bindings.push_back({1, n.column("paid")});
        spec.filter = n.add(NK::equal, {n.column("activity"), n.text(activity)});
        spec.events.push_back(out);
        pack.schema.sources.push_back(spec);
    }
    EventData read(const std::string& path, ReadReport* report, ReadOptions options = {}) {
        EventData data(pack.schema);
        *report = read_sources(pack.schema, {{"fines.csv", path}}, options, data);
        return data;
    }
};

const char* kFines =
    "case,activity,time,paid\n"
    "A1,Send Fine,2026-01-02 00:00:00,\n"
    "A1,Payment,2026-01-02 00:00:00,35.00\n"
    "A2,Payment,2026-01-01 00:00:00,NaN\n"
    ",Payment,2026-01-01 00:00:00,1\n"
    "A3,Payment,2026-02-29 00:00:00,1\n"
    "A4,Payment,2026-01-03,2,extra\n"
    "A5,Other,nonsense,\n"
    "A6,Payment,2026-01-01 10:00:00,7\n";

}  // namespace

TEST_CASE("one file, several sources: one rank, rows put aside with their place") {
    Fines fines;
    Folder folder;
    const std::string path = folder.write("fines.csv", kFines);
    ReadReport report;
    const EventData data = fines.read(path, &report);
    CHECK(report.ok());
    CHECK(report.rows == 8);
    CHECK(report.events == 3);
    CHECK(report.put_aside == 4);
    REQUIRE(report.rejected.size() == 4);
    const auto& r = report.rejected;
    CHECK(r[0].kind == DataKind::value_not_number);
    CHECK(r[0].line == 4);
    CHECK(r[0].column == "paid");
    CHECK(argument(r[0], "value") == "NaN");
    CHECK(r[0].file == path);
    CHECK(r[1].kind == DataKind::key_missing);
    CHECK(r[2].kind == DataKind::date_does_not_exist);
    CHECK(r[2].column == "time");
    CHECK(r[3].kind == DataKind::row_ragged);
    // Rows out of time order are sorted; within an instant the row decides, across event types.
    REQUIRE(data.order.size() == 3);
    CHECK(data.order[0] == EventReference{fines.paid, 1});
    CHECK(data.order[1] == EventReference{fines.sent, 0});
    CHECK(data.order[2] == EventReference{fines.paid, 0});
    CHECK(data.tables[fines.sent].sequence[0] == (1U << 4U));
    CHECK(data.tables[fines.paid].columns[1][0] == 350'000);

    ReadOptions strict;
    strict.strict = true;
    fines.read(path, &report, strict);
    CHECK_FALSE(report.ok());
    CHECK(has(report.findings, DataKind::strict_refused));

    ReadOptions until;
    until.until = 20455LL * kDay;  // 2026-01-02 00:00
    CHECK(fines.read(path, &report, until).order.size() == 3);
    until.until -= 1;
    CHECK(fines.read(path, &report, until).order.size() == 1);
    CHECK(has(report.findings, DataKind::events_after_until));
}

TEST_CASE("a column that does not exist names the nearest and all") {
    Fines fines;
    Folder folder;
    ReadReport report;
    fines.read(
        folder.write("fines.csv", "case,activity,time,amount,paymentamount,points\n"), &report);
    CHECK_FALSE(report.ok());
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].kind == DataKind::column_unknown);
    CHECK(report.findings[0].column == "paid");
    CHECK(argument(report.findings[0], "nearest") == "paymentamount");
    CHECK(argument(report.findings[0], "columns") ==
          "case, activity, time, amount, paymentamount, points");
    fines.read(folder.write("fines.csv", "case,case,activity,time,paid\n"), &report);
    CHECK(has(report.findings, DataKind::column_ambiguous));
}

TEST_CASE("files that cannot be read at all") {
    Fines fines;
    Folder folder;
    ReadReport report;
    const auto kind = [&](std::string_view text) {
        fines.read(folder.write("fines.csv", text), &report);
        return report.findings.empty() ? DataKind::none : report.findings[0].kind;
    };
    CHECK(kind("") == DataKind::file_empty);
    CHECK(kind("\n\n") == DataKind::file_empty);
    CHECK(kind(std::string_view("\xFF\xFE"
                                "c\0a\0",
              6)) == DataKind::file_utf16);
    CHECK(kind("\xB0\xB8\xBC\xFE,activity,time,paid\n") == DataKind::file_not_utf8);  // GBK
    CHECK(kind("\x7F"
               "ELF\x02\x01\x01\x00\x00") == DataKind::column_unknown);
    CHECK(kind("\"case,activity\n") == DataKind::header_unreadable);
    fines.read(folder.path("absent.csv"), &report);
    CHECK(report.findings[0].kind == DataKind::file_not_found);
    fines.read(folder.path(), &report);
    REQUIRE_FALSE(report.ok());
    CHECK(report.findings[0].kind == DataKind::file_unreadable);  // a folder
}

// What the compiler refuses before; a built pack may bring it all the same.
TEST_CASE("declarations that cannot be read by") {
    Folder folder;
    const std::string path = folder.write("fines.csv", kFines);
    const auto kind = [&](auto&& change) {
        Fines fines;
        change(fines.pack.schema.sources[0]);
        ReadReport report;
        fines.read(path, &report);
        for (const DataFinding& one : report.findings)
            if (is_error(one.kind)) return one.kind;
        return DataKind::none;
    };
    CHECK(kind([](SourceSpec&) {}) == DataKind::none);
    CHECK(kind([](SourceSpec& spec) { spec.format = SourceSpec::Format::sqlite; }) ==
          DataKind::format_unsupported);
    CHECK(kind([](SourceSpec& spec) { spec.zone = "Asia/Nowhere"; }) == DataKind::zone_unknown);
    CHECK(kind([](SourceSpec& spec) { spec.events[0].bindings.pop_back(); }) ==
          DataKind::source_without_time);
    CHECK(kind([](SourceSpec& spec) { spec.events[0].bindings[0].value = Nodes{spec}.place(9); }) ==
          DataKind::column_place_unknown);
}

TEST_CASE("a row that gives too many events is put aside") {
    Fines fines;
    SourceSpec& spec = fines.pack.schema.sources[0];
    spec.events.resize(limits::kMaxEventsPerRow + 1, spec.events[0]);
    Folder folder;
    ReadReport report;
    fines.read(folder.write("fines.csv", kFines), &report);
    CHECK(std::any_of(report.rejected.begin(), report.rejected.end(), [](const DataFinding& one) {
        return one.kind == DataKind::row_too_many_events && one.line == 2;
    }));
}

TEST_CASE("computed local times, joined columns, durations, fields of the row") {
    PackBuilder pack("airport");
    const std::uint32_t departure = pack.event(
        "departure", {{"flight", type(TypeKind::text)}, {"delay", type(TypeKind::duration)},
                         {"schedule", type(TypeKind::instant)}});
    SourceSpec spec;
    spec.file = "flights.csv";
    spec.missing_marks = {"NA"};
    Nodes n{spec};
    SourceEvent event;
    event.event = departure;
    const auto date = n.add(NK::date_of, {n.column("year"), n.column("month"), n.column("day")});
    const auto clock = n.add(NK::time_at, {date, n.column("hour"), n.column("minute")});
    const auto wrapped = n.add(NK::wrapped_day, {n.add(NK::subtract, {clock, n.field("delay")})});
    const auto schedule = n.add(NK::zoned, {wrapped}, "America/New_York");
    event.bindings = {{kNone, n.add(NK::add, {n.field("schedule"), n.field("delay")})},
        {3, schedule}, {2, n.add(NK::to_duration, {n.column("dep_delay")}, {}, {kMinute, 0})},
        {0, n.column("origin")}, {1, n.add(NK::joined, {n.column("carrier"), n.column("flight")})}};
    spec.filter = n.add(NK::not_, {n.add(NK::missing, {n.column("dep_time")})});
    spec.events.push_back(event);
    pack.schema.sources.push_back(spec);
    Folder folder;
    const std::string path = folder.write("flights.csv",
        "year,month,day,dep_time,dep_delay,carrier,flight,origin,hour,minute\n"
        "2013,1,1,517,2,UA,1545,EWR,5,17\n"
        "2013,7,1,10,30,AA,1,JFK,0,10\n"    // 00:10, 30 late: 23:40 by the same date
        "2013,1,1,NA,NA,AA,2,JFK,,\n"       // cancelled: filtered
        "2013,3,10,240,10,AA,3,JFK,2,40\n"  // schedule 02:30 does not exist
        "2013,1,1,1,5,AA,4,JFK,25,0\n"      // no such hour
        "2013,2,29,1,5,AA,5,JFK,1,0\n"
        "2013,11,3,150,10,AA,6,JFK,1,40\n");  // 01:30 occurs twice
    EventData data(pack.schema);
    const ReadReport report = read_sources(pack.schema, {{"flights.csv", path}}, {}, data);
    CHECK(report.ok());
    const auto& table = data.tables[departure];
    REQUIRE(table.size() == 3);
    const Zone utc = Zone::utc();
    CHECK(cell(data, pack.schema, departure, 1, 0) == "UA1545");
    CHECK(table.columns[2][0] == 2 * kMinute);
    CHECK(format_rfc3339(table.columns[3][0], utc) == "2013-01-01T10:15:00Z");
    CHECK(format_rfc3339(table.time[0], utc) == "2013-01-01T10:17:00Z");
    CHECK(format_rfc3339(table.columns[3][1], utc) == "2013-07-02T03:40:00Z");
    CHECK(format_rfc3339(table.columns[3][2], utc) == "2013-11-03T05:30:00Z");  // the earlier one
    REQUIRE(report.rejected.size() == 3);
    CHECK(report.rejected[0].kind == DataKind::time_in_gap);
    CHECK(argument(report.rejected[0], "zone") == "America/New_York");
    CHECK(report.rejected[1].kind == DataKind::date_does_not_exist);
    CHECK(report.rejected[1].column == "hour");
    CHECK(report.rejected[2].kind == DataKind::date_does_not_exist);
    CHECK(has(report.findings, DataKind::time_ambiguous));
}

TEST_CASE("no header, places, percentages, patterns, one row as several events, membership") {
    PackBuilder pack("line");
    const std::uint32_t start = pack.event("start", {{"rate", type(TypeKind::percent, 6)}});
    const std::uint32_t stop = pack.event("stop", {{"share", type(TypeKind::percent, 6)}});
    SourceSpec spec;
    spec.file = "lines.txt";
    spec.has_header = false;
    spec.separator = ';';
    spec.zone = "Asia/Shanghai";
    Nodes n{spec};
    const auto key = n.place(1);
    SourceEvent first;
    first.event = start;
    first.bindings = {{0, key}, {kNone, n.add(NK::parsed_date, {n.place(2)}, "dd.MM.yyyy HH:mm")},
        {1, n.add(NK::as_percent, {n.place(4)})}};
    SourceEvent second;
    second.event = stop;
    second.bindings = {{0, key}, {kNone, n.add(NK::parsed_date, {n.place(3)}, "dd.MM.yyyy HH:mm")},
        {1, n.add(NK::as_fraction, {n.place(4)})}};
    second.filter = n.add(NK::not_, {n.add(NK::missing, {n.place(3)})});
    spec.events = {first, second};
    spec.filter = n.add(NK::member, {key, n.text("L1"), n.text("L2")});
    pack.schema.sources.push_back(spec);
    Folder folder;
    const std::string path = folder.write("lines.txt",
        "L1;01.03.2026 09:00;01.03.2026 10:00;0.5\r\nL2;01.03.2026 08:00;;65%\r\nL9;x;y;z\r\n");
    EventData data(pack.schema);
    const ReadReport report = read_sources(pack.schema, {{"lines.txt", path}}, {}, data);
    CHECK(report.ok());
    CHECK(report.put_aside == 0);
    REQUIRE(data.tables[start].size() == 2);
    REQUIRE(data.tables[stop].size() == 1);
    CHECK(data.tables[start].columns[1][0] == 5'000);    // 0.5 %
    CHECK(data.tables[stop].columns[1][0] == 500'000);   // 50 %
    CHECK(data.tables[start].columns[1][1] == 650'000);  // the cell says % itself
    CHECK(format_rfc3339(data.tables[start].time[0], Zone::utc()) == "2026-03-01T01:00:00Z");
    CHECK(data.tables[start].sequence[0] == (1U << 4U));
    CHECK(data.tables[stop].sequence[0] == ((1U << 4U) | 1U));
    pack.schema.sources[0].nodes[key].number = {9, 0};
    EventData again(pack.schema);
    const ReadReport refused = read_sources(pack.schema, {{"lines.txt", path}}, {}, again);
    CHECK(has(refused.findings, DataKind::column_place_unknown));  // the first row decides
}

TEST_CASE("event ids: equal rows dropped, different ones in conflict") {
    Fines fines;
    SourceSpec& spec = fines.pack.schema.sources[1];
    Nodes n{spec};
    spec.events[0].id = n.column("id");
    Folder folder;
    const std::string path = folder.write("fines.csv",
        "id,case,activity,time,paid\n"
        "1,A1,Payment,2026-01-01,5\n1,A1,Payment,2026-01-01,5.0\n1,A1,Payment,2026-01-01,6\n,A1,Payment,2026-01-01,5\n,A1,Payment,2026-01-01,5\n");
    ReadReport report;
    const EventData data = fines.read(path, &report);
    CHECK(data.tables[fines.paid].size() == 3);  // without an id nothing is deduplicated
    CHECK(report.duplicates == 1);
    REQUIRE(report.rejected.size() == 1);
    CHECK(report.rejected[0].kind == DataKind::event_conflict);
    CHECK(argument(report.rejected[0], "id") == "1");
}

TEST_CASE("a key of blanks is a missing key") {
    Fines fines;
    Folder folder;
    ReadReport report;
    const EventData data =
        fines.read(folder.write("fines.csv",
                       "case,activity,time,paid\n   ,Payment,2026-01-01,1\n"
                       "\"\u3000\u00A0\t\",Payment,2026-01-01,1\n a ,Payment,2026-01-01,1\n"),
            &report);
    REQUIRE(report.rejected.size() == 2);
    CHECK(report.rejected[0].kind == DataKind::key_missing);
    CHECK(report.rejected[1].kind == DataKind::key_missing);
    CHECK(data.tables[fines.paid].size() == 1);
}

TEST_CASE("times beyond microseconds are rounded and noted") {
    Fines fines;
    Folder folder;
    ReadReport report;
    const EventData data = fines.read(
        folder.write("fines.csv",
            "case,activity,time,paid\nA,Payment,2026-01-01 00:00:00.1234560,1\n"
            "A,Payment,2026-01-01 00:00:00.1234565,1\nA,Payment,2026-01-01T00:00:00.1234567Z,1\n"),
        &report);
    CHECK(data.tables[fines.paid].time[1] == data.tables[fines.paid].time[0] + 1);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].kind == DataKind::value_rounded);
    CHECK(report.findings[0].line == 3);
    CHECK(argument(report.findings[0], "count") == "2");
    CHECK(argument(report.findings[0], "decimals") == "6");
}

TEST_CASE("NDJSON sources") {
    PackBuilder pack;
    const std::uint32_t order = pack.event(
        "order", {{"amount", type(TypeKind::money, 4, "CNY")}, {"tags", type(TypeKind::texts)}});
    SourceSpec spec;
    spec.format = SourceSpec::Format::ndjson;
    spec.file = "orders.ndjson";
    Nodes n{spec};
    SourceEvent event;
    event.event = order;
    event.bindings = {{0, n.column("customer.id")}, {kNone, n.column("at")},
        {1, n.column("amount")}, {2, n.column("tags")}};
    spec.events.push_back(event);
    pack.schema.sources.push_back(spec);
    Folder folder;
    const auto run = [&](std::string_view text, EventData* data) {
        return read_sources(
            pack.schema, {{"orders.ndjson", folder.write("orders.ndjson", text)}}, {}, *data);
    };
    EventData data(pack.schema);
    ReadReport report = run(
        "{\"customer\":{\"id\":\"C1\"},\"at\":\"2026-01-01T00:00:00Z\",\"amount\":12.34,\"tags\":[\"b\",\"a\",\"b\"]}\r\n\n"
        "{\"customer\":{\"id\":7},\"at\":\"2026-01-02\",\"amount\":null}\n"
        "{\"customer\":{\"id\":\"C2\"},\"at\":\"2026-01-02\",\"amount\":[1]}\n"
        "not json\n{\"customer\":{\"id\":\"C3\"},\"at\":true}",
        &data);
    CHECK(report.ok());
    REQUIRE(data.tables[order].size() == 2);
    CHECK(data.tables[order].columns[1][0] == 123'400);
    CHECK(data.dictionary.set(data.tables[order].columns[2][0]).size() == 2);
    CHECK(cell(data, pack.schema, order, 0, 1) == "7");
    REQUIRE(report.rejected.size() == 3);
    CHECK(report.rejected[0].kind == DataKind::value_wrong_kind);
    CHECK(report.rejected[1].kind == DataKind::json_invalid);
    CHECK(report.rejected[1].line == 5);
    CHECK(report.rejected[2].kind == DataKind::value_not_time);
    EventData other(pack.schema);
    report = run(
        "{\"customer\":{\"id\":\"C1\"},\"at\":\"2026-01-01\",\"amout\":1,\"tags\":[]}\n", &other);
    CHECK(has(report.findings, DataKind::column_unknown));
    CHECK(argument(report.findings.back(), "nearest") == "amout");
}

TEST_CASE("an NDJSON log of several sources may have lines for only some of them") {
    PackBuilder pack("machine");
    const std::uint32_t service = pack.event("service", {{"cost", type(TypeKind::integer)}});
    const std::uint32_t fault = pack.event("fault", {{"shift", type(TypeKind::text)}});
    const auto source = [&](std::uint32_t event, const std::string& kind,
                            const std::string& field) {
        SourceSpec spec;
        spec.format = SourceSpec::Format::ndjson;
        spec.file = "log.ndjson";
        Nodes n{spec};
        SourceEvent out;
        out.event = event;
        out.bindings = {{0, n.column("machine")}, {kNone, n.column("at")}, {1, n.column(field)}};
        spec.filter = n.add(NK::equal, {n.column("kind"), n.text(kind)});
        spec.events.push_back(out);
        pack.schema.sources.push_back(spec);
    };
    source(service, "service", "cost");
    source(fault, "fault", "shift");
    Folder folder;
    const auto read = [&](std::string_view text) {
        EventData data(pack.schema);
        return read_sources(
            pack.schema, {{"log.ndjson", folder.write("log.ndjson", text)}}, {}, data);
    };
    const std::string service_line =
        "{\"kind\":\"service\",\"machine\":\"M1\",\"at\":\"2026-01-01\",\"cost\":5}\n";
    ReadReport report = read(service_line);
    CHECK(report.findings.empty());
    CHECK(report.events == 1);
    // Lines of other kinds alone are no events and no mistake.
    report = read("{\"kind\":\"other\",\"machine\":\"M1\",\"at\":\"2026-01-01\"}\n");
    CHECK(report.findings.empty());
    CHECK(report.events == 0);
    // A key that is left out everywhere is missing, and said; one that looks like it is a slip.
    report = read(service_line + "{\"kind\":\"fault\",\"machine\":\"M1\",\"at\":\"2026-01-01\"}\n");
    CHECK(report.ok());
    CHECK(report.events == 2);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].kind == DataKind::column_never_seen);
    CHECK(report.findings[0].column == "shift");
    report =
        read(service_line +
             "{\"kind\":\"fault\",\"machine\":\"M1\",\"at\":\"2026-01-01\",\"shifts\":\"A\"}\n");
    CHECK(has(report.findings, DataKind::column_unknown));
    // A filter over a key that no line has takes nothing: the key is wrong.
    report = read("{\"type\":\"service\",\"machine\":\"M1\",\"at\":\"2026-01-01\",\"cost\":5}\n");
    CHECK(has(report.findings, DataKind::column_unknown));
    CHECK_FALSE(report.ok());
}

TEST_CASE("spaces around a key do not make another subject") {
    PackBuilder pack("customer");
    const std::uint32_t order =
        pack.event("order", {{"code", type(TypeKind::text)}, {"tags", type(TypeKind::texts)}});
    Folder folder;
    EventData data(pack.schema);
    const ReadReport report = read_sources(pack.schema,
        {{"",
            folder.write("a.csv",
                "time,customer,code,tags\n2026-01-01,C1, x,\"[\"\"a,b\"\",\"\"c\"\"]\"\n2026-01-02, C1 ,y,\"a,b\"\n2026-01-03,\u3000C1\u00A0,z,[1]\n")}},
        {}, data);
    CHECK(report.ok());
    CHECK(data.subjects[0].keys.size() == 1);
    CHECK(cell(data, pack.schema, order, 0, 1) == "C1");
    CHECK(cell(data, pack.schema, order, 1, 0) == " x");  // other texts are as written
    REQUIRE(data.tables[order].size() == 3);
    // A JSON list of texts in a cell is a list; a comma alone separates nothing.
    const auto& tags = data.tables[order].columns[2];
    CHECK(data.dictionary.set(tags[0]).size() == 2);
    CHECK(data.dictionary.set(tags[1]).size() == 1);
    CHECK(data.dictionary.set(tags[2]).size() == 1);
}

TEST_CASE("registers") {
    PackBuilder pack;
    pack.event("visit");
    pack.schema.subjects[0].fields = {{"level", type(TypeKind::integer)}};
    pack.schema.subjects[0].register_source = 0;
    RegisterSpec spec;
    spec.source.file = "customers.csv";
    Nodes n{spec.source};
    spec.key_values = {n.column("code")};
    spec.valid_from = n.column("from");
    SourceEvent row;
    row.event = 0;
    row.bindings = {{0, n.column("level")}};
    spec.source.events = {row};
    pack.schema.registers.push_back(spec);
    Folder folder;
    EventData data(pack.schema);
    const ReadReport report = read_sources(pack.schema,
        {{"customers.csv",
            folder.write("customers.csv",
                "code,level,from\nC1,3,2026-02-01\nC1,2,2026-01-01\nC1,1,\nC1,9,2026-02-01\nC1,3,2026-02-01\n,1,\nC2,x,\n")}},
        {}, data);
    CHECK(report.ok());
    REQUIRE(data.subjects[0].registers.size() >= 1);
    const auto& versions = data.subjects[0].registers[0];
    REQUIRE(versions.size() == 3);
    CHECK(versions[0].values[0] == 1);
    CHECK(versions[2].values[0] == 3);
    CHECK(versions[1].valid_from == 20454LL * kDay);
    CHECK(report.duplicates == 1);
    CHECK(has(report.findings, DataKind::register_rows_repeated));
    CHECK_FALSE(has(report.findings, DataKind::duplicates_dropped));
    const auto blank = std::find_if(report.findings.begin(), report.findings.end(),
        [](const DataFinding& each) { return each.kind == DataKind::register_from_beginning; });
    REQUIRE(blank != report.findings.end());
    CHECK(blank->line == 4);
    CHECK(argument(*blank, "count") == "1");
    REQUIRE(report.rejected.size() == 3);
    CHECK(report.rejected[0].kind == DataKind::register_conflict);
    CHECK(argument(report.rejected[0], "key") == "C1");
    CHECK(report.rejected[1].kind == DataKind::key_missing);
    CHECK(report.rejected[2].kind == DataKind::value_not_number);
}

TEST_CASE("which file serves which source") {
    Fines fines;
    Folder folder;
    const std::string named = folder.write("fines.csv", "");
    const std::string other = folder.write("export.csv", "");
    const std::string json = folder.write("events.ndjson", "");
    std::vector<DataFinding> findings;
    auto files = match_files(fines.pack.schema, {named}, "/nowhere", &findings);
    REQUIRE(files.size() == 1);
    CHECK(files[0].declared == "fines.csv");
    files = match_files(fines.pack.schema, {folder.path()}, "/nowhere", &findings);
    REQUIRE(files.size() == 1);
    CHECK(files[0].path == named);
    files = match_files(
        fines.pack.schema, {other}, "/nowhere", &findings);  // the only one for the only source
    CHECK(files[0].declared == "fines.csv");
    files = match_files(fines.pack.schema, {json}, "/nowhere", &findings);
    REQUIRE(files.size() == 1);
    CHECK(files[0].declared.empty());
    const std::string again = folder.path() + "/./";  // the same file by another path is one file
    CHECK(match_files(fines.pack.schema, {named, named, again + "fines.csv", folder.path()},
              "/nowhere", &findings)
              .size() == 1);
    CHECK(match_files(fines.pack.schema, {json, again + "events.ndjson"}, "/nowhere", &findings)
              .size() == 1);
    files = match_files(fines.pack.schema, {other, again + "export.csv"}, "/nowhere", &findings);
    REQUIRE(files.size() == 1);
    CHECK(files[0].declared == "fines.csv");
    files = match_files(fines.pack.schema, {}, folder.path(), &findings);
    REQUIRE(files.size() == 1);
    CHECK(files[0].declared == "fines.csv");
    CHECK(findings.empty());
    files = match_files(fines.pack.schema, {}, "/nowhere", &findings);
    CHECK(has(findings, DataKind::source_not_given));
    findings.clear();
    fines.pack.schema.sources[0].file = "another.csv";
    files = match_files(fines.pack.schema, {named}, "/nowhere", &findings);  // said, but no error
    CHECK(files.size() == 1);
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].kind == DataKind::source_absent);
}

TEST_CASE("every kind of finding has its sentences") {
    std::map<int, std::string> rows;
#define CLAUSAL_KIND(code, slug, severity, english, chinese) rows[code] = #slug;
#include "compiler/diagnostics/kinds_runtime.def"
#undef CLAUSAL_KIND
    int matched = 0;
    for (int code = 801; code < 900; ++code) {
        if (code == 880) code = 892;  // between: kinds of the driver
        const auto name = slug(static_cast<DataKind>(code));
        if (name == "none") {
            CHECK_FALSE(rows.contains(code));
            continue;
        }
        CHECK_MESSAGE(rows[code] == name, code);
        ++matched;
    }
    CHECK(matched == 86);
}
