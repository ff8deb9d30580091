// Files that are not what their declaration says: each is named with its reason, none is taken for
// a file of missing values.
#include "runtime/events/read_sources.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <thread>

#include <doctest/doctest.h>

#include "runtime/events/data_finding.h"
#include "tests/unit/events/build_source.h"

using namespace clausal;
using namespace clausal::testing;

namespace {

// A sale per row: customer, time, amount.
struct Sales {
    PackBuilder pack{"customer"};
    Folder folder;
    explicit Sales() {
        pack.event(
            "sale", {{"amount", type(TypeKind::number, 6)}, {"pieces", type(TypeKind::integer)},
                        {"share", type(TypeKind::percent, 6)}});
    }
    ReadReport read(const std::string& path, EventData* data) const {
        *data = EventData(pack.schema);
        return read_sources(pack.schema, {{"", path}}, {}, *data);
    }
    ReadReport read(const std::string& name, std::string_view text, EventData* data) const {
        return read(folder.write(name, text), data);
    }
};

// Places of a file without a header: 1 the customer, 2 the time, `amount` the amount.
ReadReport read_places(std::int64_t amount, const std::string& text, EventData* data) {
    Sales sales;
    SourceSpec spec;
    spec.file = "s.csv";
    spec.has_header = false;
    Nodes n{spec};
    SourceEvent event;
    event.bindings = {{0, n.place(1)}, {kNone, n.place(2)}, {1, n.place(amount)}};
    spec.events.push_back(event);
    sales.pack.schema.sources.push_back(spec);
    *data = EventData(sales.pack.schema);
    return read_sources(
        sales.pack.schema, {{"s.csv", sales.folder.write("s.csv", text)}}, {}, *data);
}

}  // namespace

TEST_CASE("a place that a file without a header does not have") {
    EventData data;
    ReadReport report = read_places(9, "C1,2026-01-01,12\nC2,2026-01-02,13\n", &data);
    CHECK_FALSE(report.ok());
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].kind == DataKind::column_place_unknown);
    CHECK(argument(report.findings[0], "place") == "9");
    CHECK(argument(report.findings[0], "count") == "3");
    // A first row that cannot be read says nothing; the next one does.
    report = read_places(9, "C1,\"2026\"x,12\nC2,2026-01-02,13\n", &data);
    CHECK(has(report.findings, DataKind::column_place_unknown));
    report = read_places(0, "C1,2026-01-01,12\n", &data);
    CHECK(has(report.findings, DataKind::column_place_unknown));
    report = read_places(3, "C1,2026-01-01,12\nC2,2026-01-02,13\n", &data);
    CHECK(report.ok());
    CHECK(report.events == 2);
    CHECK(read_places(3, "", &data).ok());  // no rows, no event
}

TEST_CASE("JSON that is not one object per line") {
    Sales sales;
    EventData data;
    const std::string row = R"({"time":"2026-01-01","customer":"C1","amount":1})";
    for (const std::string& text : {"[" + row + "]", "[\n" + row + "\n]\n", "  {\n" + row,
             std::string("{\r\n\"time\": \"2026-01-01\"}"), "\n[ " + row + "," + row + "]"}) {
        CAPTURE(text);
        const ReadReport report = sales.read("a.json", text, &data);
        REQUIRE(report.findings.size() == 1);
        CHECK(report.findings[0].kind == DataKind::file_not_lines);
    }
    // One wrong line among others is that line's matter.
    const ReadReport report = sales.read("a.json", row + "\n[1]\n{}\n", &data);
    CHECK(report.ok());
    CHECK(report.events == 1);
    CHECK(report.put_aside == 2);
}

TEST_CASE("values of a wrong kind say so") {
    Sales sales;
    EventData data;
    const ReadReport report = sales.read("a.ndjson",
        R"({"time":"2026-01-01","customer":{"id":"C1"},"amount":1})"
        "\n"
        R"({"time":"2026-01-01","customer":"C1","amount":1e400})"
        "\n"
        R"({"time":"2026-01-01","customer":"C1","pieces":3.7})"
        "\n"
        R"({"customer":"C1"})"
        "\n"
        R"({"time":"2026-01-01"})"
        "\n"
        R"({"time":"2026-01-01","customer":"C1","share":"1.2345678%"})"
        "\n",
        &data);
    REQUIRE(report.rejected.size() == 5);
    const auto expect = [&](std::size_t i, DataKind kind, const char* column, const char* value) {
        CAPTURE(i);
        CHECK(report.rejected[i].kind == kind);
        CHECK(report.rejected[i].line == i + 1);
        CHECK(report.rejected[i].column == column);
        CHECK(argument(report.rejected[i], "value") == value);
    };
    expect(0, DataKind::value_wrong_kind, "customer", "");
    expect(1, DataKind::value_out_of_range, "amount", "1e400");
    expect(2, DataKind::value_not_whole, "pieces", "3.7");
    expect(3, DataKind::time_missing, "time", "");
    expect(4, DataKind::key_missing, "customer", "");
    // The decimals of a percentage are those that it shows.
    bool rounded = false;
    for (const DataFinding& each : report.findings) {
        if (each.kind != DataKind::value_rounded) continue;
        rounded = true;
        CHECK(argument(each, "decimals") == "4");
    }
    CHECK(rounded);
}

TEST_CASE("files of the generic form are one source: order and ids go on") {
    Sales sales;
    const std::string first =
        sales.folder.write("a.csv", "id,time,customer\n1,2026-01-01,C1\n2,2026-01-02,C2\n");
    const std::string second = sales.folder.write(
        "b.csv", "id,time,customer\n2,2026-01-02,C2\n1,2026-01-01,C9\n3,2026-01-01,C3\n");
    EventData data(sales.pack.schema);
    const ReadReport report =
        read_sources(sales.pack.schema, {{"", first}, {"", second}}, {}, data);
    CHECK(report.events == 3);
    CHECK(report.duplicates == 1);
    REQUIRE(report.rejected.size() == 1);
    CHECK(report.rejected[0].kind == DataKind::event_conflict);
    CHECK(report.rejected[0].line == 3);
    std::string order;
    for (const EventReference& each : data.order)
        order += cell(data, sales.pack.schema, 0, 0, each.row);
    CHECK(order == "C1C3C2");
}

TEST_CASE("a pipe gives all of its bytes") {
    Sales sales;
    const std::string path = sales.folder.path("pipe");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    std::thread writer([&] {
        std::ofstream(path) << "time,customer,amount\n2026-01-01,C1,12\n2026-01-02,C2,13\n";
    });
    EventData data;
    const ReadReport report = sales.read(path, &data);
    writer.join();
    CHECK(report.ok());
    CHECK(report.events == 2);
}
