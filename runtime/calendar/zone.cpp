#include <date/tz.h>

#include <algorithm>
#include <limits>

#include "runtime/calendar/calendar.h"

namespace clausal {
namespace {

constexpr Microseconds kLowest = std::numeric_limits<Microseconds>::min();

struct Period {  // [begin, next period's begin) has one offset
    Microseconds begin;
    Microseconds offset;  // local = UTC + offset
};

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

std::int64_t clamped_add(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(a, b, &sum)) return sum;
    return a < 0 ? kLowest : std::numeric_limits<std::int64_t>::max();
}

}  // namespace

// The whole history of a zone as a table, so that lookups are pure, fast and free of exceptions.
struct Zone::Data {
    std::string name;
    std::vector<Period> periods;

    std::size_t period_of(Microseconds t) const {
        const auto after = std::upper_bound(periods.begin(), periods.end(), t,
            [](Microseconds x, const Period& p) { return x < p.begin; });
        return static_cast<std::size_t>(after - periods.begin()) - 1;
    }
};

std::optional<Zone> Zone::open(std::string_view name) {
    if (name == "UTC") return utc();
    if (name.empty() || name.find('\0') != std::string_view::npos) return std::nullopt;
    auto data = std::make_shared<Data>();
    data->name = std::string(name);
    try {  // the tz library reports unknown names by throwing
        const date::time_zone* zone = date::locate_zone(name);
        const date::sys_seconds end{date::sys_days{date::year{2300} / 1 / 1}};
        date::sys_seconds at{date::sys_days{date::year{1800} / 1 / 1}};
        while (at < end) {
            const date::sys_info info = zone->get_info(at);
            const Microseconds begin =
                data->periods.empty() ? kLowest : info.begin.time_since_epoch().count() * kSecond;
            const Microseconds offset = info.offset.count() * kSecond;
            if (data->periods.empty() || data->periods.back().offset != offset) {
                data->periods.push_back({begin, offset});
            }
            if (info.end <= at) break;
            at = info.end;
        }
    } catch (const std::exception&) {
        return std::nullopt;
    }
    if (data->periods.empty()) return std::nullopt;
    Zone result;
    result.data_ = std::move(data);
    return result;
}

Zone Zone::utc() {
    static const std::shared_ptr<const Data> kUtc =
        std::make_shared<const Data>(Data{"UTC", {{kLowest, 0}}});
    Zone result;
    result.data_ = kUtc;
    return result;
}

Microseconds Zone::to_local(Microseconds t) const {
    return clamped_add(t, data_->periods[data_->period_of(t)].offset);
}

std::int64_t Zone::day_of(Microseconds t) const { return floor_divide(to_local(t), kDay); }

Zone::Local Zone::to_instant(Microseconds local, Microseconds* out) const {
    // The first period in which this wall clock is shown gives the earlier instant.
    const std::vector<Period>& periods = data_->periods;
    std::size_t first = data_->period_of(clamped_add(local, -2 * kDay));
    for (std::size_t i = first; i < periods.size(); ++i) {
        const Microseconds candidate = clamped_add(local, -periods[i].offset);
        if (i > first &&
            candidate < periods[i].begin) {  // jumped over: the gap that begins this period
            *out = periods[i].begin;
            return Local::nonexistent;
        }
        if (i + 1 == periods.size() || candidate < periods[i + 1].begin) {
            *out = candidate;
            const bool again = i + 1 < periods.size() &&
                               clamped_add(local, -periods[i + 1].offset) >= periods[i + 1].begin;
            return again ? Local::ambiguous : Local::unique;
        }
    }
    *out = local;
    return Local::unique;
}

Microseconds Zone::day_start(std::int64_t day) const {
    constexpr std::int64_t kLimit = std::numeric_limits<std::int64_t>::max() / kDay;
    if (day >= kLimit) return std::numeric_limits<Microseconds>::max();
    if (day <= -kLimit) return kLowest;
    Microseconds result = 0;
    to_instant(day * kDay, &result);
    return result;
}

const std::string& Zone::name() const { return data_->name; }

}  // namespace clausal
