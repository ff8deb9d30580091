// Hostile input: good files with bytes changed, cut and repeated. Nothing may crash, and every row is
// either taken, left out or put aside. Fixed seeds, so that a failure repeats.
#include <random>

#include <doctest/doctest.h>

#include "runtime/events/cell_value.h"
#include "runtime/events/read_sources.h"
#include "runtime/events/time_text.h"
#include "tests/unit/events/build_source.h"

using namespace clausal;
using namespace clausal::testing;

namespace {

std::string mutated(std::string text, std::mt19937& random) {
    static constexpr std::string_view kPieces[] = {"\"", ",", "\n", "\r", "{", "}", "[", "\\", ":",
        "-", "9999999999", "e", "%", std::string_view("\0", 1), "\xFF", "\xE4\xB8", "\xEF\xBB\xBF",
        "T", "2026-02-29"};
    const auto below = [&](std::size_t n) {
        return static_cast<std::size_t>(random()) % std::max<std::size_t>(n, 1);
    };
    for (std::size_t i = 1 + below(4); i > 0; --i) {
        const std::size_t at = below(text.size() + 1);
        switch (below(4)) {
        case 0: text.insert(at, kPieces[below(std::size(kPieces))]); break;
        case 1: text.erase(at, below(12)); break;
        case 2:
            if (at < text.size()) text[at] = static_cast<char>(random() & 0xFFU);
            break;
        default: text.insert(at, text.substr(below(text.size()), below(40))); break;
        }
    }
    return text;
}

}  // namespace

TEST_CASE("mutated files") {
    PackBuilder pack;
    Type level = type(TypeKind::choice);
    level.choices = {"low", "high"};
    pack.event(
        "a", {{"n", type(TypeKind::number, 6)}, {"m", type(TypeKind::money, 4, "EUR")},
                 {"p", type(TypeKind::percent, 6)}, {"d", type(TypeKind::duration)},
                 {"t", type(TypeKind::instant)}, {"y", type(TypeKind::date)},
                 {"b", type(TypeKind::boolean)}, {"l", level}, {"s", type(TypeKind::texts)}});
    pack.event("b");
    pack.schema.zone = "Europe/Berlin";
    const std::string csv =
        "time,event,customer,n,m,p,d,t,y,b,l,s,id\n"
        "2026-03-29 01:59,a,C1,-1.5,3 EUR,5%,15 s,2026-01-01T00:00Z,2026-02-28,yes,low,x;y,1\n"
        "2026-10-25 02:30,b,\"C \"\"2\"\"\",,,,,,,,,,2\n2026-01-01,a,C1,1e3,1,,PT1H,,,,high,,3\n";
    const std::string json =
        "{\"time\":\"2026-03-29 01:59\",\"event\":\"a\",\"customer\":\"C1\",\"n\":-1.5e2,\"s\":[\"x\",null,1],\"b\":true,\"id\":\"1\"}\n"
        "{\"time\":\"2026-01-01T00:00:00+01:00\",\"event\":\"b\",\"customer\":{\"x\":1},\"p\":\"5%\",\"d\":\"1 h\"}\n";
    Folder folder;
    std::mt19937 random(20260301);
    for (int i = 0; i < 4000; ++i) {
        CAPTURE(i);
        const bool is_csv = i % 2 == 0;
        const std::string path =
            folder.write(is_csv ? "x.csv" : "x.ndjson", mutated(is_csv ? csv : json, random));
        EventData data(pack.schema);
        ReadOptions options;
        options.keep_event_ids = true;
        const ReadReport report = read_sources(pack.schema, {{"", path}}, options, data);
        if (!report.ok()) continue;
        REQUIRE(report.rows ==
                report.events + report.put_aside + report.duplicates);  // one event a row here
        REQUIRE(report.rejected.size() == report.put_aside);
        REQUIRE(data.order.size() == report.events);
        for (const DataFinding& each : report.rejected) {
            REQUIRE(each.line > 0);
            REQUIRE(slug(each.kind) != "none");
            REQUIRE_FALSE(is_error(each.kind));
        }
    }
}

TEST_CASE("mutated values") {
    std::mt19937 random(7);
    const std::string_view seeds[] = {"2026-03-01T09:00:00.123456+08:00", "2026年3月1日 9时5分",
        "PT1H30M", "1h 30m", "-12.50e-3", "999999999999999999", "1:30:00.5", "MM/dd/yyyy hh:mm a",
        "20260301090000"};
    for (int i = 0; i < 100'000; ++i) {
        const std::string text =
            mutated(std::string(seeds[static_cast<std::size_t>(i) % std::size(seeds)]), random);
        TimeText time;
        Decimal number;
        if (parse_time(text, &time) == TimeStatus::ok) REQUIRE(time.of_day <= kDay);
        parse_time(text, mutated("yyyy-MM-dd'T'HH:mm:ss.SSSZ", random), &time);
        if (const auto duration = parse_duration(text)) {
            // ISO text of it means the same again, except for the lowest value, which has no counterpart.
            const auto again = parse_duration(format_duration(*duration));
            if (again) REQUIRE(*again == *duration);
        }
        if (parse_number(text, &number) != NumberStatus::unreadable) REQUIRE(number.decimals <= 18);
    }
}

TEST_CASE("the total order of any number of tables") {
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        EventData data;
        data.tables.resize(random() % 10);
        std::uint64_t sequence = 0;
        for (EventTable& table : data.tables)
            for (std::size_t row = random() % 20; row > 0; --row) {
                table.time.push_back(static_cast<Microseconds>(random() % 8));
                table.sequence.push_back(++sequence * 7919 % 104729);  // all different
            }
        sort_order(data);
        std::size_t total = 0;
        for (const EventTable& table : data.tables) total += table.size();
        REQUIRE(data.order.size() == total);
        const auto key = [&](const EventReference& each) {
            return std::pair(
                data.tables[each.type].time[each.row], data.tables[each.type].sequence[each.row]);
        };
        for (std::size_t i = 1; i < data.order.size(); ++i)
            REQUIRE(key(data.order[i - 1]) < key(data.order[i]));
    }
}
