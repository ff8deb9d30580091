#include "runtime/events/read_sources.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "runtime/events/data_finding.h"
#include "tests/unit/events/build_source.h"

using namespace clausal;
using namespace clausal::testing;

TEST_CASE("the generic form") {
    PackBuilder pack("客户");
    const std::uint32_t mail = pack.event("报价邮件", {{"邮件号", type(TypeKind::text)}});
    const std::uint32_t visit = pack.event("Website Visit", {{"stay", type(TypeKind::duration)}});
    pack.schema.zone = "Asia/Shanghai";
    Folder folder;
    EventData data(pack.schema);
    const std::string csv = folder.write("events.csv",
        "\xEF\xBB\xBF时间,事件,客户,邮件号,stay\n2026-03-01 09:00,报价邮件,C1,1,\n"
        "2026-03-04 10:00,website_visit,C1,,8 秒\n2026-03-04 10:00,报价邮箱,C1,,\n");
    const std::string json = folder.write("more.ndjson",
        "{\"time\":\"2026-03-02T09:00:00+08:00\",\"event\":\"报价邮件\",\"客户\":\"C2\",\"邮件号\":\"2\"}\n"
        "{\"时间\":\"2026-03-02 09:00\",\"事件\":\"报价邮件\",\"客户\":\"C2\",\"邮件号\":\"3\"}\n");
    ReadReport report = read_sources(pack.schema, {{"", csv}, {"", json}}, {}, data);
    CHECK(report.ok());
    REQUIRE(data.tables[mail].size() == 3);
    REQUIRE(data.tables[visit].size() == 1);
    CHECK(data.tables[mail].time[1] == data.tables[mail].time[2]);
    CHECK(data.tables[visit].columns[1][0] == 8 * kSecond);
    REQUIRE(report.rejected.size() == 1);
    CHECK(report.rejected[0].kind == DataKind::event_name_unknown);
    CHECK(argument(report.rejected[0], "nearest") == "报价邮件");
    EventData none(pack.schema);
    report = read_sources(pack.schema, {{"", folder.write("x.csv", "a,b\n1,2\n")}}, {}, none);
    CHECK(has(report.findings, DataKind::generic_no_time));
    CHECK(has(report.findings, DataKind::generic_no_event));
    report = read_sources(pack.schema, {{"", folder.write("x.bin", "a")}}, {}, none);
    CHECK(has(report.findings, DataKind::generic_unknown_format));
}

TEST_CASE("the generic form: a misspelt column is an error, another extra column is not") {
    PackBuilder pack("customer");
    pack.event("order", {{"amount", type(TypeKind::integer)}, {"level", type(TypeKind::integer)}});
    pack.event("visit", {{"停留时间", type(TypeKind::duration)}});
    Folder folder;
    const auto read = [&](const std::string& name, std::string_view text) {
        EventData data(pack.schema);
        return read_sources(pack.schema, {{"", folder.write(name, text)}}, {}, data);
    };
    const auto missing = [&](const std::string& name, std::string_view text) {
        const ReadReport report = read(name, text);
        if (report.ok()) return std::string("-");
        CHECK(report.findings.size() == 1);
        CHECK(report.findings[0].kind == DataKind::column_unknown);
        CHECK_FALSE(report.ok());
        return report.findings[0].column + " " +
               std::string(argument(report.findings[0], "nearest"));
    };
    CHECK(
        missing("a.csv", "time,event,customer,amuont\n2026-01-01,order,C1,5\n") == "amount amuont");
    CHECK(missing("a.csv", "time,event,custmer,amount\n2026-01-01,order,C1,5\n") ==
          "customer custmer");
    CHECK(
        missing("a.csv", "time,event,client,amount\n2026-01-01,order,C1,5\n") == "customer client");
    CHECK(missing("a.csv", "time,event,customer,停留时长\n2026-01-01,visit,C1,8 秒\n") ==
          "停留时间 停留时长");
    CHECK(missing("a.ndjson",
              "{\"time\":\"2026-01-01\",\"event\":\"order\",\"customer\":\"C1\",\"amuont\":5}\n") ==
          "amount amuont");
    // Fields without any column are missing values; remarks, and names near those present, are fine.
    CHECK(missing("a.csv",
              "time,event,customer,remark,amount,amount 2,row_id\n2026-01-01,order,C1,x,5,6,7\n") ==
          "-");
    CHECK(missing("a.csv", "time,event,customer\n2026-01-01,order,C1\n") == "-");
    CHECK(
        missing("a.ndjson",
            "{\"时间\":\"2026-01-01\",\"事件\":\"order\",\"Customer\":\"C1\",\"remark\":{\"a\":5}}\n") ==
        "-");
    // A column that nothing is called beside a field without a column may be one thing: it is said.
    const auto unused = [&](const std::string& name, std::string_view text) {
        const ReadReport report = read(name, text);
        CHECK(report.ok());
        if (report.findings.empty()) return std::string("-");
        CHECK(report.findings[0].kind == DataKind::columns_unused);
        return std::string(argument(report.findings[0], "columns")) + " " +
               std::string(argument(report.findings[0], "fields"));
    };
    CHECK(unused("a.csv", "time,event,customer,grade,amount\n2026-01-01,order,C1,3,5\n") ==
          "`grade` `level`");
    CHECK(
        unused("a.ndjson",
            "{\"time\":\"2026-01-01\",\"event\":\"order\",\"customer\":\"C1\",\"amount\":5,\"grade\":1}\n") ==
        "`grade` `level`");
    CHECK(unused("a.csv", "time,event,customer,grade,amount,level\n2026-01-01,order,C1,3,5,1\n") ==
          "-");
    CHECK(unused("a.csv", "time,event,customer,amount\n2026-01-01,order,C1,5\n") == "-");
    // 停留时间 belongs to an event that the file does not have.
    CHECK(unused("a.csv", "time,event,customer,remark,amount,level\n2026-01-01,order,C1,x,5,1\n") ==
          "-");
}

TEST_CASE("the generic form of NDJSON needs time and event as CSV does") {
    PackBuilder pack("customer");
    pack.event("order");
    pack.event("visit");
    Folder folder;
    const auto read = [&](std::string_view text) {
        EventData data(pack.schema);
        return read_sources(pack.schema, {{"", folder.write("a.ndjson", text)}}, {}, data);
    };
    ReadReport report = read("{\"at\":\"2026-01-01\",\"customer\":\"C1\"}\n");
    CHECK(has(report.findings, DataKind::generic_no_time));
    CHECK(has(report.findings, DataKind::generic_no_event));
    CHECK_FALSE(report.ok());
    report = read(
        "{\"time\":\"2026-01-01\",\"customer\":\"C1\"}\n{\"time\":\"2026-01-01\",\"event\":\"visit\",\"customer\":\"C1\"}\n");
    CHECK(report.ok());
    REQUIRE(report.rejected.size() == 1);
    CHECK(report.rejected[0].kind == DataKind::event_name_missing);
    CHECK(report.rejected[0].column == "event");
}
