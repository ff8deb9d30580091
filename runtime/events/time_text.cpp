#include "runtime/events/time_text.h"

#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "runtime/base/decimal.h"

namespace clausal {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads a text from left to right.
class Cursor {
public:
    explicit Cursor(std::string_view text) : text_(text) {}
    bool done() const { return text_.empty(); }
    char peek() const { return text_.empty() ? '\0' : text_.front(); }
    bool take(std::string_view piece) {
        if (!text_.starts_with(piece)) return false;
        text_.remove_prefix(piece.size());
        return true;
    }
    void spaces() {
        while (take(" ") || take("\t") || take("\xE3\x80\x80")) {
        }
    }
    // Between `least` and `most` digits.
    bool digits(std::size_t least, std::size_t most, std::int64_t* out) {
        std::size_t count = 0;
        std::int64_t value = 0;
        while (count < most && count < text_.size() && is_digit(text_[count]))
            value = value * 10 + (text_[count++] - '0');
        if (count < least) return false;
        text_.remove_prefix(count);
        *out = value;
        return true;
    }
    std::size_t digit_count() const {
        std::size_t count = 0;
        while (count < text_.size() && is_digit(text_[count])) ++count;
        return count;
    }
    std::string_view rest() const { return text_; }

private:
    std::string_view text_;
};

// A fraction after the decimal point as microseconds of a second, rounded half up.
bool fraction(Cursor* at, Microseconds* out, bool* rounded) {
    const std::size_t count = at->digit_count();
    if (count == 0 || count > 18) return false;
    std::int64_t value = 0;
    at->digits(count, count, &value);
    for (std::size_t i = count; i < 6; ++i) value *= 10;
    std::int64_t unit = 1;
    for (std::size_t i = 6; i < count; ++i) unit *= 10;
    *rounded = value % unit != 0;
    *out = value / unit + (value % unit * 2 >= unit && unit > 1 ? 1 : 0);
    return true;
}

struct Clock {
    std::int64_t hour = 0, minute = 0, second = 0;
    Microseconds fraction = 0;
    bool rounded = false;
};

TimeStatus set_clock(const Clock& clock, TimeText* out) {
    const bool end_of_day =
        clock.hour == 24 && clock.minute == 0 && clock.second == 0 && clock.fraction == 0;
    if (!end_of_day && (clock.hour > 23 || clock.minute > 59 || clock.second > 59))
        return TimeStatus::does_not_exist;
    out->of_day =
        clock.hour * kHour + clock.minute * kMinute + clock.second * kSecond + clock.fraction;
    out->rounded = clock.rounded;
    return TimeStatus::ok;
}

bool offset(Cursor* at, TimeText* out) {
    if (at->take("Z") || at->take("z")) {
        out->kind = TimeText::Kind::instant;
        out->offset = 0;
        return true;
    }
    const char sign = at->peek();
    if (sign != '+' && sign != '-') return false;
    at->take(std::string_view(&sign, 1));
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    if (!at->digits(2, 2, &hours)) return false;
    if (at->take(":")) {
        if (!at->digits(2, 2, &minutes)) return false;
    } else if (is_digit(at->peek()) && !at->digits(2, 2, &minutes)) {
        return false;
    }
    if (hours > 18 || minutes > 59) return false;
    out->kind = TimeText::Kind::instant;
    out->offset = (hours * kHour + minutes * kMinute) * (sign == '-' ? -1 : 1);
    return true;
}

// hh:mm[:ss[.f]] or hhmm[ss] or 9时5分[3秒]
bool clock_text(Cursor* at, bool basic, Clock* clock) {
    if (basic) {
        if (!at->digits(2, 2, &clock->hour) || !at->digits(2, 2, &clock->minute)) return false;
        if (is_digit(at->peek()) && !at->digits(2, 2, &clock->second)) return false;
    } else {
        if (!at->digits(1, 2, &clock->hour)) return false;
        if (at->take("时") || at->take("點") || at->take("点")) {
            at->spaces();
            if (!is_digit(at->peek())) return true;
            if (!at->digits(1, 2, &clock->minute)) return false;
            if (!at->take("分")) return false;
            if (is_digit(at->peek()) && (!at->digits(1, 2, &clock->second) || !at->take("秒")))
                return false;
            return true;
        }
        if (!at->take(":") && !at->take("：")) return false;
        if (!at->digits(2, 2, &clock->minute)) return false;
        if (!at->take(":") && !at->take("：")) return true;
        if (!at->digits(2, 2, &clock->second)) return false;
    }
    if (at->take(".") || at->take(",")) return fraction(at, &clock->fraction, &clock->rounded);
    return true;
}

}  // namespace

std::optional<std::int64_t> days_from_date(
    std::int64_t year, std::int64_t month, std::int64_t day) {
    static constexpr std::array<int, 12> kLengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return std::nullopt;
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > kLengths[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0))
        return std::nullopt;
    const std::int64_t y = month <= 2 ? year - 1 : year;  // years from March on
    const std::int64_t era = y / 400;
    const std::int64_t year_of_era = y - era * 400;
    const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

CivilDate date_from_days(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const std::int64_t of_era = days - era * 146097;
    const std::int64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted = (5 * of_year + 2) / 153;
    const auto day = static_cast<int>(of_year - (153 * shifted + 2) / 5 + 1);
    const auto month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
    return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

TimeStatus parse_time(std::string_view text, TimeText* out) {
    Cursor at(text);
    at.spaces();
    std::int64_t year = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    const bool basic = at.digit_count() == 8 || at.digit_count() == 14;
    if (!at.digits(4, 4, &year)) return TimeStatus::unreadable;
    if (basic) {
        if (!at.digits(2, 2, &month) || !at.digits(2, 2, &day)) return TimeStatus::unreadable;
    } else if (at.take("年")) {
        at.spaces();
        if (!at.digits(1, 2, &month) || !at.take("月")) return TimeStatus::unreadable;
        at.spaces();
        if (!at.digits(1, 2, &day) || !(at.take("日") || at.take("号")))
            return TimeStatus::unreadable;
    } else {
        const char between = at.peek();
        if (between != '-' && between != '/' && between != '.') return TimeStatus::unreadable;
        const std::string_view mark(&between, 1);
        at.take(mark);
        if (!at.digits(1, 2, &month) || !at.take(mark) || !at.digits(1, 2, &day))
            return TimeStatus::unreadable;
    }
    TimeText result;
    result.kind = TimeText::Kind::date;
    const auto days = days_from_date(year, month, day);
    Clock clock;
    bool has_clock = basic && is_digit(at.peek());  // 20260301090000
    if (!has_clock && (at.take("T") || at.take("t"))) has_clock = true;
    if (!has_clock) {
        at.spaces();
        has_clock = is_digit(at.peek());
    }
    if (has_clock) {
        result.kind = TimeText::Kind::local;
        const bool basic_clock = at.digit_count() == 4 || at.digit_count() == 6;
        if (!clock_text(&at, basic_clock, &clock)) return TimeStatus::unreadable;
        at.spaces();
        if (!at.done() && !offset(&at, &result)) return TimeStatus::unreadable;
    }
    at.spaces();
    if (!at.done()) return TimeStatus::unreadable;
    if (!days) return TimeStatus::does_not_exist;
    result.day = *days;
    if (const TimeStatus status = set_clock(clock, &result); status != TimeStatus::ok)
        return status;
    *out = result;
    return TimeStatus::ok;
}

TimeStatus parse_time(std::string_view text, std::string_view pattern, TimeText* out) {
    Cursor at(text);
    TimeText result;
    result.kind = TimeText::Kind::date;
    std::int64_t year = 1970;
    std::int64_t month = 1;
    std::int64_t day = 1;
    Clock clock;
    int half = -1;  // 0 = am, 1 = pm
    bool has_clock = false;
    for (std::size_t i = 0; i < pattern.size();) {
        const char letter = pattern[i];
        if (letter == '\'') {
            const std::size_t close = pattern.find('\'', i + 1);
            if (close == std::string_view::npos) return TimeStatus::unreadable;
            const std::string_view piece =
                close == i + 1 ? "'" : pattern.substr(i + 1, close - i - 1);
            if (!at.take(piece)) return TimeStatus::unreadable;
            i = close + 1;
            continue;
        }
        const bool field = std::string_view("yMdHhmsSaZX").find(letter) != std::string_view::npos;
        std::size_t count = 1;
        while (field && i + count < pattern.size() && pattern[i + count] == letter) ++count;
        i += count;
        if (!field) {
            if (letter == ' ')
                at.spaces();
            else if (!at.take(std::string_view(&letter, 1)))
                return TimeStatus::unreadable;
            continue;
        }
        const std::size_t least = count >= 2 ? 2 : 1;
        bool ok = true;
        switch (letter) {
        case 'y':
            if (count >= 3)
                ok = at.digits(4, 4, &year);
            else if ((ok = at.digits(2, 2, &year)))
                year += year < 70 ? 2000 : 1900;
            break;
        case 'M': ok = at.digits(least, 2, &month); break;
        case 'd': ok = at.digits(least, 2, &day); break;
        case 'H':
        case 'h':
            ok = at.digits(least, 2, &clock.hour);
            has_clock = true;
            break;
        case 'm':
            ok = at.digits(least, 2, &clock.minute);
            has_clock = true;
            break;
        case 's':
            ok = at.digits(least, 2, &clock.second);
            has_clock = true;
            break;
        case 'S': ok = fraction(&at, &clock.fraction, &clock.rounded); break;
        case 'a':
            if (at.take("AM") || at.take("am") || at.take("上午"))
                half = 0;
            else if (at.take("PM") || at.take("pm") || at.take("下午"))
                half = 1;
            else
                ok = false;
            break;
        default: ok = offset(&at, &result); break;
        }
        if (!ok) return TimeStatus::unreadable;
    }
    at.spaces();
    if (!at.done()) return TimeStatus::unreadable;
    if (half >= 0) {
        if (clock.hour < 1 || clock.hour > 12) return TimeStatus::does_not_exist;
        clock.hour = clock.hour % 12 + (half == 1 ? 12 : 0);
    }
    const auto days = days_from_date(year, month, day);
    if (!days) return TimeStatus::does_not_exist;
    result.day = *days;
    if (has_clock && result.kind == TimeText::Kind::date) result.kind = TimeText::Kind::local;
    if (const TimeStatus status = set_clock(clock, &result); status != TimeStatus::ok)
        return status;
    *out = result;
    return TimeStatus::ok;
}

namespace {

struct UnitWord {
    std::string_view word;
    Microseconds length;
};

// Longer words before their beginnings.
constexpr std::array kUnitWords{
    UnitWord{"milliseconds", 1000},
    UnitWord{"millisecond", 1000},
    UnitWord{"ms", 1000},
    UnitWord{"毫秒", 1000},
    UnitWord{"microseconds", 1},
    UnitWord{"us", 1},
    UnitWord{"微秒", 1},
    UnitWord{"minutes", kMinute},
    UnitWord{"minute", kMinute},
    UnitWord{"mins", kMinute},
    UnitWord{"min", kMinute},
    UnitWord{"m", kMinute},
    UnitWord{"分钟", kMinute},
    UnitWord{"分", kMinute},
    UnitWord{"seconds", kSecond},
    UnitWord{"second", kSecond},
    UnitWord{"secs", kSecond},
    UnitWord{"sec", kSecond},
    UnitWord{"s", kSecond},
    UnitWord{"秒钟", kSecond},
    UnitWord{"秒", kSecond},
    UnitWord{"hours", kHour},
    UnitWord{"hour", kHour},
    UnitWord{"hrs", kHour},
    UnitWord{"hr", kHour},
    UnitWord{"h", kHour},
    UnitWord{"个小时", kHour},
    UnitWord{"小时", kHour},
    UnitWord{"时", kHour},
    UnitWord{"days", kDay},
    UnitWord{"day", kDay},
    UnitWord{"d", kDay},
    UnitWord{"天", kDay},
    UnitWord{"日", kDay},
    UnitWord{"weeks", kWeek},
    UnitWord{"week", kWeek},
    UnitWord{"w", kWeek},
    UnitWord{"周", kWeek},
};

// digits[.digits] × unit, added to *total.
bool add_part(Cursor* at, Int128* total, Microseconds (*unit)(Cursor*)) {
    const std::size_t whole_digits = at->digit_count();
    std::int64_t whole = 0;
    if (whole_digits == 0 || whole_digits > 12) return false;
    at->digits(whole_digits, whole_digits, &whole);
    std::int64_t part = 0;
    std::size_t part_digits = 0;
    if (at->take(".")) {
        part_digits = at->digit_count();
        if (part_digits == 0 || part_digits > 9) return false;
        at->digits(part_digits, part_digits, &part);
    }
    at->spaces();
    const Microseconds length = unit(at);
    if (length == 0) return false;
    *total += static_cast<Int128>(whole) * length +
              static_cast<Int128>(part) * length / power_of_ten(static_cast<int>(part_digits));
    return true;
}

std::optional<Microseconds> bounded(Int128 total, bool negative) {
    constexpr Int128 kMost = std::numeric_limits<std::int64_t>::max();
    if (total > kMost) return std::nullopt;
    return static_cast<Microseconds>(negative ? -total : total);
}

Microseconds word_unit(Cursor* at) {
    for (const UnitWord& each : kUnitWords)
        if (at->take(each.word)) return each.length;
    return 0;
}

std::optional<Microseconds> iso_duration(Cursor at, bool negative) {
    Int128 total = 0;
    bool in_time = false;
    bool any = false;
    while (!at.done()) {
        if (!in_time && at.take("T")) {
            in_time = true;
            if (at.done()) return std::nullopt;
        }
        const bool ok = in_time ? add_part(&at, &total,
                                      [](Cursor* c) -> Microseconds {
                                          return c->take("H")   ? kHour
                                                 : c->take("M") ? kMinute
                                                 : c->take("S") ? kSecond
                                                                : 0;
                                      })
                                : add_part(&at, &total, [](Cursor* c) -> Microseconds {
                                      return c->take("D")   ? kDay
                                             : c->take("W") ? kWeek
                                                            : 0;  // months have no fixed length
                                  });
        if (!ok) return std::nullopt;
        any = true;
    }
    return any ? bounded(total, negative) : std::nullopt;
}

}  // namespace

std::optional<Microseconds> parse_duration(std::string_view text) {
    Cursor at(text);
    at.spaces();
    const bool negative = at.take("-");
    if (at.take("P")) return iso_duration(at, negative);
    Int128 total = 0;
    // h:mm or h:mm:ss
    Cursor clock_at = at;
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    std::int64_t seconds = 0;
    Microseconds part = 0;
    bool rounded = false;
    if (clock_at.digit_count() <= 9 && clock_at.digits(1, 9, &hours) && clock_at.take(":")) {
        if (!clock_at.digits(2, 2, &minutes) || minutes > 59) return std::nullopt;
        if (clock_at.take(":")) {
            if (!clock_at.digits(2, 2, &seconds) || seconds > 59) return std::nullopt;
            if (clock_at.take(".") && !fraction(&clock_at, &part, &rounded)) return std::nullopt;
        }
        clock_at.spaces();
        if (!clock_at.done()) return std::nullopt;
        total = static_cast<Int128>(hours) * kHour + minutes * kMinute + seconds * kSecond + part;
        return bounded(total, negative);
    }
    bool any = false;
    while (!at.done()) {
        if (!add_part(&at, &total, word_unit)) return std::nullopt;
        at.spaces();
        any = true;
    }
    return any ? bounded(total, negative) : std::nullopt;
}

std::string format_date(std::int64_t days) {
    const CivilDate date = date_from_days(days);
    return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string format_local(Microseconds local, char between) {
    std::int64_t day = local / kDay;
    Microseconds rest = local % kDay;
    if (rest < 0) {
        rest += kDay;
        --day;
    }
    std::string out = fmt::format("{}{}{:02}:{:02}:{:02}", format_date(day), between, rest / kHour,
        rest / kMinute % 60, rest / kSecond % 60);
    if (const Microseconds part = rest % kSecond; part != 0) {
        out += fmt::format(".{:06}", part);
        while (out.back() == '0') out.pop_back();
    }
    return out;
}

std::string format_duration(Microseconds duration) {
    std::string out = duration < 0 ? "-P" : "P";
    // Through unsigned, as the lowest value has no positive counterpart.
    std::uint64_t rest = duration < 0 ? 0 - static_cast<std::uint64_t>(duration)
                                      : static_cast<std::uint64_t>(duration);
    const std::uint64_t days = rest / static_cast<std::uint64_t>(kDay);
    rest %= static_cast<std::uint64_t>(kDay);
    if (days > 0) out += fmt::format("{}D", days);
    if (rest == 0) return days > 0 ? out : out + "T0S";
    out += 'T';
    const std::uint64_t hours = rest / static_cast<std::uint64_t>(kHour);
    const std::uint64_t minutes = rest / static_cast<std::uint64_t>(kMinute) % 60;
    const std::uint64_t seconds = rest / static_cast<std::uint64_t>(kSecond) % 60;
    const std::uint64_t part = rest % static_cast<std::uint64_t>(kSecond);
    if (hours > 0) out += fmt::format("{}H", hours);
    if (minutes > 0) out += fmt::format("{}M", minutes);
    if (part > 0) {
        std::string digits = fmt::format("{:06}", part);
        while (digits.back() == '0') digits.pop_back();
        out += fmt::format("{}.{}S", seconds, digits);
    } else if (seconds > 0) {
        out += fmt::format("{}S", seconds);
    }
    return out;
}

}  // namespace clausal
