#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "runtime/base/sha256.h"
#include "runtime/calendar/calendar.h"
#include "runtime/calendar/holiday_json.h"

namespace clausal {
namespace {

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

bool is_weekday(std::int64_t day) {  // 1970-01-01 was a Thursday; day 4 a Monday
    return day - 4 - floor_divide(day - 4, 7) * 7 < 5;
}

std::int32_t year_of(std::int64_t day) {
    const date::year_month_day date{date::sys_days{date::days{static_cast<int>(day)}}};
    return static_cast<int>(date.year());
}

std::int64_t first_day(std::int32_t year) {
    return date::sys_days{date::year{year} / 1 / 1}.time_since_epoch().count();
}

// Working days Monday–Friday as consecutive numbers; a weekend day has that of the Friday before.
std::int64_t weekday_index(std::int64_t day) {
    const std::int64_t week = floor_divide(day - 4, 7);
    return week * 5 + std::min<std::int64_t>(day - 4 - week * 7, 4);
}

std::int64_t day_of_weekday_index(std::int64_t index) {
    const std::int64_t week = floor_divide(index, 5);
    return 4 + week * 7 + (index - week * 5);
}

constexpr std::int64_t kMostDays = 3'000'000;  // beyond year 9999 in both directions: no such date

}  // namespace

std::optional<WorkCalendar> WorkCalendar::load(const std::vector<File>& files,
    std::int32_t begin_minute, std::int32_t end_minute, std::string* error, std::string* error_zh) {
    WorkCalendar calendar;
    if (begin_minute < 0 || end_minute > 24 * 60 || begin_minute >= end_minute) {
        *error = "The working hours must lie within one day and end after they begin.";
        *error_zh = "工作时间必须在同一天之内，且结束晚于开始。";
        return std::nullopt;
    }
    calendar.begin_minute_ = begin_minute;
    calendar.end_minute_ = end_minute;
    std::string hashed;
    for (const File& file : files) {
        HolidayFile parsed;
        if (!parse_holiday_json(file.content, &parsed, error, error_zh)) {
            *error = fmt::format("{}: {}", file.path, *error);
            *error_zh = fmt::format("{}：{}", file.path, *error_zh);
            return std::nullopt;
        }
        calendar.years_.push_back(parsed.year);
        for (const auto& [day, is_off] : parsed.days) {
            (is_off ? calendar.off_days_ : calendar.on_days_).push_back(day);
        }
        hashed += sha256_hex(file.content);
    }
    for (auto* days : {&calendar.off_days_, &calendar.on_days_}) {
        std::sort(days->begin(), days->end());
        days->erase(std::unique(days->begin(), days->end()), days->end());
    }
    std::sort(calendar.years_.begin(), calendar.years_.end());
    calendar.years_.erase(
        std::unique(calendar.years_.begin(), calendar.years_.end()), calendar.years_.end());
    for (const std::int64_t day : calendar.on_days_) {
        if (!std::binary_search(calendar.off_days_.begin(), calendar.off_days_.end(), day))
            continue;
        const date::year_month_day date{date::sys_days{date::days{static_cast<int>(day)}}};
        const std::string text = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
        *error =
            fmt::format("The calendar files disagree about {}: a working day and a day off.", text);
        *error_zh = fmt::format("日历文件对 {} 说法不一：既是工作日又是休息日。", text);
        return std::nullopt;
    }
    for (const std::int32_t year : calendar.years_) {
        for (std::int64_t day = first_day(year); day < first_day(year + 1); ++day) {
            if (*calendar.is_working(day)) calendar.working_days_.push_back(day);
        }
    }
    calendar.hash_ = sha256_hex(hashed);
    return calendar;
}

std::optional<bool> WorkCalendar::is_working(std::int64_t day) const {
    if (day < -kMostDays || day > kMostDays) return std::nullopt;
    if (!years_.empty() && !std::binary_search(years_.begin(), years_.end(), year_of(day))) {
        return std::nullopt;
    }
    if (std::binary_search(off_days_.begin(), off_days_.end(), day)) return false;
    if (std::binary_search(on_days_.begin(), on_days_.end(), day)) return true;
    return is_weekday(day);
}

std::optional<std::int64_t> WorkCalendar::add_working_days(
    std::int64_t day, std::int64_t count) const {
    if (day < -kMostDays || day > kMostDays || count < -kMostDays || count > kMostDays) {
        return std::nullopt;
    }
    if (years_.empty()) {
        if (count == 0) return day;
        // From a weekend day backwards, Friday is one working day before.
        const std::int64_t from = weekday_index(day) + (count < 0 && !is_weekday(day) ? 1 : 0);
        const std::int64_t result = day_of_weekday_index(from + count);
        return result < -kMostDays || result > kMostDays ? std::nullopt : std::optional(result);
    }
    const std::int64_t step = count < 0 ? -1 : 1;
    for (std::int64_t left = count; left != 0;) {
        day += step;
        const std::optional<bool> working = is_working(day);
        if (!working) return std::nullopt;
        if (*working) left -= step;
    }
    return day;
}

std::optional<Microseconds> WorkCalendar::working_time(
    const Zone& zone, Microseconds from, Microseconds to) const {
    Microseconds total = 0;
    if (to <= from) return total;
    const std::int64_t last = zone.day_of(to);
    for (std::int64_t day = zone.day_of(from); day <= last; ++day) {
        const std::optional<bool> working = is_working(day);
        if (!working) return std::nullopt;
        if (!*working) continue;
        Microseconds begin = 0, end = 0;
        zone.to_instant(day * kDay + begin_minute_ * kMinute, &begin);
        zone.to_instant(day * kDay + end_minute_ * kMinute, &end);
        begin = std::max(begin, from);
        end = std::min(end, to);
        if (end > begin) total += end - begin;
    }
    return total;
}

std::optional<Microseconds> WorkCalendar::after_working_time(
    const Zone& zone, Microseconds from, Microseconds length) const {
    constexpr std::int64_t kMostWorkDays = 4'000;
    const std::int64_t start = zone.day_of(from);
    for (std::int64_t day = start; day < start + kMostWorkDays; ++day) {
        const std::optional<bool> working = is_working(day);
        if (!working) return std::nullopt;
        if (!*working) continue;
        Microseconds begin = 0, end = 0;
        zone.to_instant(day * kDay + begin_minute_ * kMinute, &begin);
        zone.to_instant(day * kDay + end_minute_ * kMinute, &end);
        begin = std::max(begin, from);
        if (end <= begin) continue;
        if (end - begin >= length) return begin + length;
        length -= end - begin;
    }
    return std::nullopt;
}

std::optional<Microseconds> WorkCalendar::end_of_working_days(
    const Zone& zone, Microseconds from, std::int64_t count) const {
    const std::optional<std::int64_t> day = add_working_days(zone.day_of(from), count);
    if (!day) return std::nullopt;
    Microseconds end = 0;
    zone.to_instant((*day + 1) * kDay, &end);
    return end - 1;
}

std::optional<std::int64_t> WorkCalendar::working_index(std::int64_t day) const {
    const std::optional<bool> working = is_working(day);
    if (!working || !*working) return std::nullopt;
    if (years_.empty()) return weekday_index(day);
    return std::lower_bound(working_days_.begin(), working_days_.end(), day) -
           working_days_.begin();
}

std::int64_t WorkCalendar::last_working_index(std::int64_t day) const {
    if (years_.empty()) return weekday_index(day);
    return std::upper_bound(working_days_.begin(), working_days_.end(), day) -
           working_days_.begin() - 1;
}

std::optional<std::int64_t> WorkCalendar::day_of_index(std::int64_t index) const {
    if (years_.empty()) return day_of_weekday_index(index);
    if (index < 0 || index >= static_cast<std::int64_t>(working_days_.size())) return std::nullopt;
    return working_days_[static_cast<std::size_t>(index)];
}

namespace {

const WorkCalendar& monday_to_friday() {
    static const WorkCalendar kPlain;
    return kPlain;
}

}  // namespace

std::optional<std::int64_t> unit_of(
    const Zone& zone, CalendarUnit unit, Microseconds t, const WorkCalendar* calendar) {
    if (unit == CalendarUnit::hour) return floor_divide(zone.to_local(t), kHour);
    const std::int64_t day = zone.day_of(t);
    switch (unit) {
    case CalendarUnit::week: return floor_divide(day - 4, 7);
    case CalendarUnit::month: {
        const date::year_month_day date{date::sys_days{date::days{static_cast<int>(day)}}};
        return static_cast<int>(date.year()) * 12 +
               static_cast<int>(static_cast<unsigned>(date.month())) - 1;
    }
    case CalendarUnit::year: return year_of(day);
    case CalendarUnit::working_day:
        return (calendar == nullptr ? monday_to_friday() : *calendar).working_index(day);
    case CalendarUnit::hour:
    case CalendarUnit::day: break;
    }
    return day;
}

Microseconds unit_start(
    const Zone& zone, CalendarUnit unit, std::int64_t index, const WorkCalendar* calendar) {
    switch (unit) {
    case CalendarUnit::hour: {
        Microseconds result = 0;
        zone.to_instant(index * kHour, &result);
        return result;
    }
    case CalendarUnit::day: return zone.day_start(index);
    case CalendarUnit::week: return zone.day_start(index * 7 + 4);
    case CalendarUnit::month: {
        const std::int64_t year = floor_divide(index, 12);
        const date::month month(static_cast<unsigned>(index - year * 12 + 1));
        return zone.day_start(date::sys_days{date::year{static_cast<int>(year)} / month / 1}
                .time_since_epoch()
                .count());
    }
    case CalendarUnit::year: return zone.day_start(first_day(static_cast<std::int32_t>(index)));
    case CalendarUnit::working_day: {
        const auto day = (calendar == nullptr ? monday_to_friday() : *calendar).day_of_index(index);
        return day ? zone.day_start(*day) : kForever;
    }
    }
    return kForever;
}

}  // namespace clausal
