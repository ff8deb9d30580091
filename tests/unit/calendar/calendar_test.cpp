#include "runtime/calendar/calendar.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace clausal;

namespace {

constexpr std::int64_t day_number(int year, unsigned month, unsigned day) {
    const int y = year - (month <= 2 ? 1 : 0);
    const int era = (y >= 0 ? y : y - 399) / 400;
    const auto yoe = static_cast<unsigned>(y - era * 400);
    const unsigned doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return static_cast<std::int64_t>(era) * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

std::optional<WorkCalendar> load(const std::string& text, std::string* error) {
    std::string zh;
    auto result = WorkCalendar::load({{"x.json", text}}, 9 * 60, 18 * 60, error, &zh);
    CHECK(error->empty() == zh.empty());
    return result;
}

}  // namespace

TEST_CASE("zones: gaps, folds, days") {
    CHECK(!Zone::open("Mars/Olympus"));
    CHECK(!Zone::open(""));
    const Zone shanghai = *Zone::open("Asia/Shanghai");
    CHECK(shanghai.day_of(day_number(2026, 3, 1) * kDay + 16 * kHour) == day_number(2026, 3, 2));
    CHECK(shanghai.day_start(day_number(2026, 3, 2)) == day_number(2026, 3, 1) * kDay + 16 * kHour);

    const Zone new_york = *Zone::open("America/New_York");
    Microseconds t = 0;
    // 2013-03-10 02:30 does not exist, 2013-11-03 01:30 exists twice.
    CHECK(new_york.to_instant(day_number(2013, 3, 10) * kDay + 150 * kMinute, &t) ==
          Zone::Local::nonexistent);
    CHECK(t == day_number(2013, 3, 10) * kDay + 7 * kHour);
    CHECK(new_york.to_instant(day_number(2013, 11, 3) * kDay + 90 * kMinute, &t) ==
          Zone::Local::ambiguous);
    CHECK(t == day_number(2013, 11, 3) * kDay + 330 * kMinute);
    CHECK(new_york.to_instant(day_number(2013, 7, 1) * kDay, &t) == Zone::Local::unique);
    CHECK(t == day_number(2013, 7, 1) * kDay + 4 * kHour);
    CHECK(new_york.to_local(t) == day_number(2013, 7, 1) * kDay);
    // Midnight of this day was skipped.
    const Zone sao_paulo = *Zone::open("America/Sao_Paulo");
    CHECK(
        sao_paulo.day_start(day_number(2018, 11, 4)) == day_number(2018, 11, 4) * kDay + 3 * kHour);
    CHECK(Zone::utc().day_of(-1) == -1);
    CHECK(Zone::utc().day_of(kForever) > 0);
}

TEST_CASE("units") {
    const Zone utc = Zone::utc();
    const Microseconds t = day_number(2024, 2, 29) * kDay + 5 * kHour + 1;  // a Thursday
    for (const CalendarUnit unit : {CalendarUnit::hour, CalendarUnit::day, CalendarUnit::week,
             CalendarUnit::month, CalendarUnit::year, CalendarUnit::working_day}) {
        const std::int64_t index = *unit_of(utc, unit, t, nullptr);
        const Microseconds start = unit_start(utc, unit, index, nullptr);
        CHECK(start <= t);
        CHECK(unit_start(utc, unit, index + 1, nullptr) > t);
        CHECK(*unit_of(utc, unit, start, nullptr) == index);
        if (unit != CalendarUnit::working_day)
            CHECK(*unit_of(utc, unit, start - 1, nullptr) == index - 1);
    }
    CHECK(unit_start(utc, CalendarUnit::week, *unit_of(utc, CalendarUnit::week, t, nullptr),
              nullptr) == day_number(2024, 2, 26) * kDay);
    CHECK(!unit_of(utc, CalendarUnit::working_day, day_number(2024, 3, 2) * kDay, nullptr));
    CHECK(*unit_of(utc, CalendarUnit::working_day, day_number(2024, 3, 4) * kDay, nullptr) ==
          *unit_of(utc, CalendarUnit::working_day, day_number(2024, 3, 1) * kDay, nullptr) + 1);
}

TEST_CASE("working days without files are Monday to Friday") {
    const WorkCalendar plain;
    const std::int64_t friday = day_number(2024, 3, 1);
    CHECK(*plain.add_working_days(friday, 1) == friday + 3);
    CHECK(*plain.add_working_days(friday + 1, 1) == friday + 3);
    CHECK(*plain.add_working_days(friday + 1, -1) == friday);
    CHECK(*plain.add_working_days(friday, -1) == friday - 1);
    CHECK(*plain.add_working_days(friday, 0) == friday);
    CHECK(*plain.add_working_days(friday, 10) == friday + 14);
    CHECK(!plain.add_working_days(friday, kForever));
}

TEST_CASE("holiday files: make-up days, hours, what is not known") {
    std::string error;
    const auto calendar = load(R"({"year":2024,"papers":["x"],"days":[
        {"name":"a","date":"2024-10-01","isOffDay":true},{"name":"a","date":"2024-10-02","isOffDay":true},
        {"name":"a","date":"2024-10-12","isOffDay":false}]})",
        &error);
    REQUIRE(calendar);
    CHECK(*calendar->is_working(day_number(2024, 10, 12)));
    CHECK(!*calendar->is_working(day_number(2024, 10, 13)));
    CHECK(!calendar->is_working(day_number(2025, 1, 2)));
    CHECK(*calendar->add_working_days(day_number(2024, 9, 30), 1) == day_number(2024, 10, 3));
    CHECK(*calendar->add_working_days(day_number(2024, 10, 11), 1) == day_number(2024, 10, 12));
    CHECK(!calendar->add_working_days(day_number(2024, 12, 31), 1));
    const Zone utc = Zone::utc();
    const Microseconds day = day_number(2024, 9, 30) * kDay;  // Monday; then two days off
    CHECK(*calendar->working_time(utc, day + 17 * kHour, day + 3 * kDay + 10 * kHour) == 2 * kHour);
    CHECK(*calendar->working_time(utc, day + 10 * kHour, day + 12 * kHour) == 2 * kHour);
    CHECK(!calendar->working_time(utc, day, day + 200 * kDay));
    CHECK(*calendar->day_of_index(*calendar->working_index(day_number(2024, 10, 12))) ==
          day_number(2024, 10, 12));
    CHECK(calendar->hash().size() == 64);
}

TEST_CASE("bad holiday files are refused with a reason") {
    for (const char* bad :
        {"", "{", "[]", "{}", "7", R"({"year":2024})", R"({"days":[]})",
            R"({"year":1e400,"days":[]})", R"({"year":99999999999999999999,"days":[]})",
            R"({"year":-1,"days":[]})", R"({"year":2024,"year":2024,"days":[]})",
            R"({"year":2024,"days":[{"date":"2024-02-30","isOffDay":true}]})",
            R"({"year":2024,"days":[{"date":"2024-02-20"}]})",
            R"({"year":2024,"days":[{"date":1,"isOffDay":true}]})",
            R"({"year":2024,"days":[{"date":"2024-02-20","isOffDay":"x"}]})",
            R"({"year":2024,"days":7})", R"({"year":2024,"days":["2024-01-01"]})",
            R"({"year":2024,"days":[{"name":"a\u0000","date":"2024-02-20","isOffDay":true}]})",
            R"({"year":2024,"a":[[[[[[[[[[[[]]]]]]]]]]]],"days":[]})",
            R"({"year":2024,"days":[{"date":"2024-02-20","isOffDay":true},{"date":"2024-02-20","isOffDay":false}]})"}) {
        std::string error;
        CHECK_MESSAGE(!load(bad, &error), bad);
        CHECK_MESSAGE(!error.empty(), bad);
    }
}

TEST_CASE("the published seventh working days of the Chinese calendar") {
    const std::filesystem::path folder = "../shared/data/holiday-cn";
    if (!std::filesystem::exists(folder)) {
        MESSAGE("skipped: the shared data folder is not there");
        return;
    }
    std::vector<WorkCalendar::File> files;
    for (int year = 2019; year <= 2026; ++year) {
        const auto path = folder / (std::to_string(year) + ".json");
        std::ifstream stream(path);
        std::stringstream content;
        content << stream.rdbuf();
        files.push_back({path.string(), content.str()});
    }
    std::string error, zh;
    const auto calendar = WorkCalendar::load(files, 0, 1440, &error, &zh);
    REQUIRE_MESSAGE(calendar, error);
    CHECK(*calendar->add_working_days(day_number(2019, 9, 29), 7) == day_number(2019, 10, 14));
    CHECK(*calendar->add_working_days(day_number(2020, 1, 23), 7) == day_number(2020, 2, 11));
    CHECK(*calendar->add_working_days(day_number(2022, 12, 26), 7) == day_number(2023, 1, 5));
    CHECK(*calendar->add_working_days(day_number(2025, 1, 24), 7) == day_number(2025, 2, 10));
    std::int64_t count = 0;
    for (std::int64_t day = day_number(2026, 1, 1); day < day_number(2027, 1, 1); ++day) {
        if (*calendar->is_working(day)) ++count;
    }
    CHECK(count == 248);
}
