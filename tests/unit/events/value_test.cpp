#include <doctest/doctest.h>

#include "runtime/events/cell_value.h"
#include "runtime/events/format_value.h"
#include "runtime/events/time_text.h"
#include "tests/unit/events/build_source.h"

using namespace clausal;
using clausal::testing::type;

namespace {

std::string time_of(std::string_view text) {
    TimeText out;
    switch (parse_time(text, &out)) {
    case TimeStatus::unreadable: return "unreadable";
    case TimeStatus::does_not_exist: return "does not exist";
    case TimeStatus::ok: break;
    }
    if (out.kind == TimeText::Kind::date) return format_date(out.day);
    if (out.kind == TimeText::Kind::local) return format_local(out.local(), ' ');
    return format_local(out.instant(), 'T') + "Z";
}

std::string pattern(std::string_view text, std::string_view form) {
    TimeText out;
    switch (parse_time(text, form, &out)) {
    case TimeStatus::unreadable: return "unreadable";
    case TimeStatus::does_not_exist: return "does not exist";
    case TimeStatus::ok: break;
    }
    return out.kind == TimeText::Kind::instant ? format_local(out.instant(), 'T') + "Z"
                                               : format_local(out.local(), ' ');
}

struct Converted {
    std::int64_t value = kMissing;
    DataKind kind = DataKind::none;
    bool rounded = false;
};

Converted convert(std::string_view text, const Type& to, const Zone& zone = Zone::utc()) {
    Dictionary dictionary;
    CellConverter converter(dictionary, zone);
    CellValue value;
    value.kind = CellValue::Kind::text;
    value.text = text;
    Converted out;
    RowProblem problem;
    if (!converter.convert(value, to, &out.value, &problem)) out.kind = problem.kind;
    out.rounded = converter.notes.rounded;
    return out;
}

}  // namespace

TEST_CASE("dates and times") {
    CHECK(time_of("2026-03-01") == "2026-03-01");
    CHECK(time_of("2026/3/1 9:05") == "2026-03-01 09:05:00");
    CHECK(time_of("2026-03-01T09:00:00.5") == "2026-03-01 09:00:00.5");
    CHECK(time_of("2026-03-01 09:00:00.123456789") == "2026-03-01 09:00:00.123457");
    CHECK(time_of("2026-03-01 09:00:59.9999996") == "2026-03-01 09:01:00");
    CHECK(time_of("2026-03-01 09:00:00.1234564") == "2026-03-01 09:00:00.123456");
    CHECK(time_of("2026-03-01T09:00:00Z") == "2026-03-01T09:00:00Z");
    CHECK(time_of("2026-03-01T09:00:00+08:00") == "2026-03-01T01:00:00Z");
    CHECK(time_of("20260301T090000+0800") == "2026-03-01T01:00:00Z");
    CHECK(time_of("20260301090000") == "2026-03-01 09:00:00");
    CHECK(time_of("2026-03-01 09:00 -05") == "2026-03-01T14:00:00Z");
    CHECK(time_of("2026年3月1日 9时5分") == "2026-03-01 09:05:00");
    CHECK(time_of("2026-03-01 24:00") == "2026-03-02 00:00:00");
    CHECK(time_of("0001-01-01 00:00:00") == "0001-01-01 00:00:00");
    CHECK(time_of("2024-02-29") == "2024-02-29");
    for (const char* bad : {"2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10",
             "2026-01-01 24:01", "2026-01-01 09:60", "2026-12-31 23:59:60"})
        CHECK_MESSAGE(time_of(bad) == "does not exist", bad);
    for (const char* bad : {"", "NIL", "tomorrow", "1772355600", "2026-03", "01/03/2026",
             "2026-03-01x", "2026-03-01 9", "2026-03-01T09:00:00+99:00", "2026-3/1", "-2026-03-01"})
        CHECK_MESSAGE(time_of(bad) == "unreadable", bad);
}

TEST_CASE("patterns of dates") {
    CHECK(pattern("03/01/2026 09:05:01 PM", "MM/dd/yyyy hh:mm:ss a") == "2026-03-01 21:05:01");
    CHECK(pattern("1.3.26 7:05", "d.M.yy H:mm") == "2026-03-01 07:05:00");
    CHECK(pattern("2026-03-01 09:00:00", "yyyy-MM-dd HH:mm:ss") == "2026-03-01 09:00:00");
    CHECK(pattern("2026-03-01T09:00+08:00", "yyyy-MM-dd'T'HH:mmZ") == "2026-03-01T01:00:00Z");
    CHECK(pattern("2026年03月01日", "yyyy年MM月dd日") == "2026-03-01 00:00:00");
    CHECK(pattern("30/02/2026", "dd/MM/yyyy") == "does not exist");
    CHECK(pattern("2026-03-01", "dd/MM/yyyy") == "unreadable");
    CHECK(pattern("01/03/2026 rest", "dd/MM/yyyy") == "unreadable");
}

TEST_CASE("every day is the same day both ways") {
    for (std::int64_t day = -719162; day <= 2932896; day += 97) {
        const CivilDate date = date_from_days(day);
        REQUIRE(days_from_date(date.year, date.month, date.day) == day);
    }
    CHECK(days_from_date(1970, 1, 1) == 0);
    CHECK(days_from_date(2000, 3, 1) == 11017);
}

TEST_CASE("durations") {
    CHECK(parse_duration("PT1H30M") == 90 * kMinute);
    CHECK(parse_duration("P3D") == 3 * kDay);
    CHECK(parse_duration("-PT0.5S") == -500'000);
    CHECK(parse_duration("1:30:00") == 90 * kMinute);
    CHECK(parse_duration("90 min") == 90 * kMinute);
    CHECK(parse_duration("1h 30m") == 90 * kMinute);
    CHECK(parse_duration("15秒") == 15 * kSecond);
    CHECK(parse_duration("2 小时 30 分钟") == 150 * kMinute);
    CHECK(parse_duration("1.5 days") == 36 * kHour);
    for (const char* bad :
        {"", "15", "P", "PT", "P1M", "1:60", "15 parsecs", "999999999999 weeks", "h", "1h x"})
        CHECK_MESSAGE(!parse_duration(bad), bad);
    for (const Microseconds each :
        {Microseconds{0}, kSecond, -kDay - 1, 90 * kMinute, Microseconds{1}, 400 * kDay})
        CHECK(parse_duration(format_duration(each)) == each);
}

TEST_CASE("numbers are exact or refused") {
    const Type number = type(TypeKind::number, 6);
    CHECK(convert("10.357019999999999", number).value == 10'357'020);
    CHECK(convert("10.357019999999999", number).rounded);
    CHECK(convert("-0.0000005", number).value == -1);
    CHECK(convert("0.00000049", number).value == 0);
    CHECK(convert("1e3", number).value == 1'000'000'000);
    CHECK(convert("12.5E-1", number).value == 1'250'000);
    CHECK(convert(" 7 ", number).value == 7'000'000);
    CHECK_FALSE(convert("9223372036854.775807", number).rounded);
    CHECK(convert("922337203685.477580", number).value == 922337203685477580);
    for (const char* bad :
        {"9223372036854775807", "1e19", "1e999999999999", "99999999999999999999999999"})
        CHECK_MESSAGE(convert(bad, number).kind == DataKind::value_out_of_range, bad);
    for (const char* bad : {"", "-", "1.", "0x10", "1e", "NaN", "Infinity", "1 2", "一"})
        CHECK_MESSAGE(convert(bad, number).kind == DataKind::value_not_number, bad);
    for (const char* bad : {"1,000", "5，000", "1'234.50", "-1,2"})
        CHECK_MESSAGE(convert(bad, number).kind == DataKind::value_with_separator, bad);
    const Type dollars = type(TypeKind::money, 4, "USD");
    CHECK(convert("$35.5", dollars).value == 355'000);
    CHECK(convert("-$35.5", dollars).value == -355'000);
    CHECK(convert("$ -35.5", dollars).value == -355'000);
    CHECK(convert("€5", dollars).kind == DataKind::value_other_currency);
    CHECK(convert("5 €", type(TypeKind::money, 4, "EUR")).value == 50'000);
    CHECK(convert("¥5", type(TypeKind::money, 4, "CNY")).value == 50'000);
    CHECK(convert("5元", type(TypeKind::money, 4, "CNY")).value == 50'000);
    CHECK(convert("$1,200.50", dollars).kind == DataKind::value_with_separator);
    CHECK(convert("$", dollars).kind == DataKind::value_not_number);
    CHECK(convert("$$5", dollars).kind == DataKind::value_not_number);
    CHECK(convert("3.0", type(TypeKind::integer)).value == 3);
    CHECK(convert("3.5", type(TypeKind::integer)).kind == DataKind::value_not_whole);
    CHECK(convert("35.00 EUR", type(TypeKind::money, 4, "EUR")).value == 350'000);
    CHECK(convert("EUR 35", type(TypeKind::money, 4, "EUR")).value == 350'000);
    CHECK(
        convert("35 USD", type(TypeKind::money, 4, "EUR")).kind == DataKind::value_other_currency);
    CHECK(convert("65%", type(TypeKind::percent, 6)).value == 650'000);
    CHECK(convert("65.5 ％", type(TypeKind::percent, 6)).value == 655'000);
    CHECK(convert("0.5‰", type(TypeKind::percent, 6)).value == 500);
    CHECK(convert("65", type(TypeKind::percent, 6)).kind == DataKind::value_percent_unmarked);
}

TEST_CASE("other types") {
    CHECK(convert("是", type(TypeKind::boolean)).value == 1);
    CHECK(convert("FALSE", type(TypeKind::boolean)).value == 0);
    CHECK(convert("maybe", type(TypeKind::boolean)).kind == DataKind::value_not_boolean);
    Type level = type(TypeKind::choice);
    level.choices = {"低", "中", "高"};
    CHECK(convert("中", level).value == 1);
    CHECK(convert("极高", level).kind == DataKind::value_not_choice);
    CHECK(convert("15", type(TypeKind::duration)).kind == DataKind::value_not_duration);
    CHECK(convert("2026-02-29", type(TypeKind::date)).kind == DataKind::date_does_not_exist);
    CHECK(convert("2026-03-01 10:00", type(TypeKind::date)).value == *days_from_date(2026, 3, 1));
}

TEST_CASE("local times of a zone: gap and fold") {
    const auto zone = Zone::open("America/New_York");
    REQUIRE(zone);
    const Type instant = type(TypeKind::instant);
    CHECK(format_rfc3339(convert("2013-03-10 01:59:59", instant, *zone).value, *zone) ==
          "2013-03-10T01:59:59-05:00");
    CHECK(convert("2013-03-10 02:30:00", instant, *zone).kind == DataKind::time_in_gap);
    CHECK(format_rfc3339(convert("2013-11-03 01:30:00", instant, *zone).value, *zone) ==
          "2013-11-03T01:30:00-04:00");
    CHECK(format_rfc3339(convert("2013-11-03T01:30:00-05:00", instant, *zone).value, *zone) ==
          "2013-11-03T01:30:00-05:00");
    CHECK(format_instant(0, *Zone::open("Asia/Shanghai")) == "1970-01-01 08:00:00");
    CHECK(format_rfc3339(-1, Zone::utc()) == "1969-12-31T23:59:59.999999Z");
}

TEST_CASE("values as text") {
    Dictionary dictionary;
    const Zone zone = Zone::utc();
    CHECK(format_value(type(TypeKind::money, 4), 350'050, dictionary, zone) == "35.005");
    CHECK(format_value(type(TypeKind::number, 6), -1, dictionary, zone) == "-0.000001");
    CHECK(format_value(type(TypeKind::percent, 6), 655'000, dictionary, zone) == "65.5%");
    CHECK(format_value(type(TypeKind::number, 6), kMissing, dictionary, zone).empty());
    CHECK(format_json(type(TypeKind::number, 6), kMissing, dictionary, zone) == "null");
    CHECK(format_decimal(std::numeric_limits<std::int64_t>::max(), 18) == "9.223372036854775807");
    const auto set = dictionary.intern_set({dictionary.intern("b"), dictionary.intern("a\"")});
    CHECK(format_json(type(TypeKind::texts), set, dictionary, zone) == "[\"b\",\"a\\\"\"]");
    CHECK(csv_cell("a,\"b\"") == "\"a,\"\"b\"\"\"");
}
