// W6: many thresholds over one field. Every shape comes down to one aggregate value m per customer,
// with rule c true when m < c:
//   streak   the greatest of the last 3 utilisations
//   days     the greatest of the daily maxima of the last 5 days
//   minimum  the smallest of the last 7 days
// With the thresholds sorted, the true rules are those from a "level" on; a new m fires the rules
// between the new level and the old one, so the cost follows the firings, not the rules.

#include <algorithm>

#include "bench/hand_written/columns.h"

namespace clausal::bench {
namespace {

constexpr Microseconds kZone = 8 * kHour, kWindow = 7 * kDay;
constexpr std::int64_t kNever = kForever;  // an aggregate that no threshold exceeds

// The thresholds of one shape in ascending order, with the rules they belong to.
class Thresholds {
public:
    Thresholds(const std::vector<ThresholdRule>& rules, Shape shape) {
        for (std::uint32_t i = 0; i < rules.size(); ++i) {
            if (rules[i].shape == shape) entries_.push_back({rules[i].threshold, i});
        }
        std::sort(entries_.begin(), entries_.end());
        for (const auto& entry : entries_) values_.push_back(entry.first);
        greatest_ = values_.empty() ? kMissing : values_.back();
    }
    std::uint32_t size() const { return static_cast<std::uint32_t>(values_.size()); }
    // The first threshold above m; most values are above all of them.
    std::uint32_t level(std::int64_t m) const {
        if (m >= greatest_) return size();
        return static_cast<std::uint32_t>(
            std::upper_bound(values_.begin(), values_.end(), m) - values_.begin());
    }
    void fire(std::uint32_t from, std::uint32_t to, Microseconds now, std::uint32_t subject,
        Firings& out) const {
        for (; from < to; ++from) out.push_back({now, subject, entries_[from].second});
    }

private:
    std::vector<std::pair<std::int64_t, std::uint32_t>> entries_;
    std::vector<std::int64_t> values_;
    std::int64_t greatest_ = 0;
};

struct Streak {
    std::int64_t last[3] = {kNever, kNever, kNever};  // kMissing: a report without a value
    std::uint32_t level = 0;
    std::uint8_t next = 0;
};

struct Days {
    std::int64_t greatest[5] = {};  // of the last days with data, ring
    std::int32_t day = -2;
    std::int32_t run = 0;  // consecutive days with data
    std::uint32_t level = 0;
    std::uint8_t today = 0;
};

struct Entry {
    Microseconds time;
    std::int64_t value;
};

// Per customer an ascending queue of those values of the window that can still become its minimum.
class Minima {
public:
    explicit Minima(std::size_t subjects) : rings_(subjects), entries_(subjects * capacity_) {}
    struct Ring {
        std::uint32_t begin = 0;
        std::uint32_t size = 0;
        std::uint32_t level = 0;
    };
    Ring& ring(std::uint32_t subject) { return rings_[subject]; }
    Entry& at(std::uint32_t subject, const Ring& ring, std::uint32_t place) {
        return entries_[subject * capacity_ + ((ring.begin + place) & (capacity_ - 1))];
    }
    void push(std::uint32_t subject, Ring& ring, Entry entry) {
        if (ring.size == capacity_) grow();
        at(subject, ring, ring.size++) = entry;
    }

private:
    void grow() {
        std::vector<Entry> wider(entries_.size() * 2);
        for (std::uint32_t s = 0; s < rings_.size(); ++s) {
            for (std::uint32_t i = 0; i < rings_[s].size; ++i) {
                wider[s * capacity_ * 2 + i] = at(s, rings_[s], i);
            }
            rings_[s].begin = 0;
        }
        entries_.swap(wider);
        capacity_ *= 2;
    }
    std::size_t capacity_ = 8;
    std::vector<Ring> rings_;
    std::vector<Entry> entries_;
};

}  // namespace

Firings hand_written_w6(const EventData& data, const std::vector<ThresholdRule>& rules) {
    const Columns reports(data, kLineReport);
    const Thresholds streak_rules(rules, Shape::streak), day_rules(rules, Shape::days),
        minimum_rules(rules, Shape::minimum);
    const std::size_t subjects = data.subjects[kCustomer].size();
    std::vector<Streak> streaks(streak_rules.size() > 0 ? subjects : 0);
    for (Streak& state : streaks) state.level = streak_rules.size();
    std::vector<Days> days(day_rules.size() > 0 ? subjects : 0);
    for (Days& state : days) state.level = day_rules.size();
    Minima minima(minimum_rules.size() > 0 ? subjects : 0);
    for (std::uint32_t s = 0; s < subjects && minimum_rules.size() > 0; ++s) {
        minima.ring(s).level = minimum_rules.size();
    }
    Firings firings;

    const auto streak_event = [&](Streak& state, Microseconds now, std::uint32_t subject,
                                  std::int64_t value) {
        state.last[state.next] = value;
        state.next = state.next == 2 ? 0 : static_cast<std::uint8_t>(state.next + 1);
        // kMissing is the lowest number, so the greatest is that of the known values.
        const std::uint32_t level =
            streak_rules.level(std::max({state.last[0], state.last[1], state.last[2]}));
        if (std::min({state.last[0], state.last[1], state.last[2]}) == kMissing) {
            state.level =
                std::max(state.level, level);  // rules above are unknown and stay as they are
            return;
        }
        streak_rules.fire(level, state.level, now, subject, firings);
        state.level = level;
    };
    const auto day_event = [&](Days& state, std::int32_t day, Microseconds now,
                               std::uint32_t subject, std::int64_t value) {
        if (state.day == day) {
            if (value <= state.greatest[state.today]) return;
            state.greatest[state.today] = value;
        } else {
            state.run = state.day + 1 == day ? state.run + 1 : 1;
            state.day = day;
            state.today = state.today == 4 ? 0 : static_cast<std::uint8_t>(state.today + 1);
            state.greatest[state.today] = value;
        }
        const std::int64_t* g = state.greatest;
        const std::uint32_t level =
            day_rules.level(state.run < 5 ? kNever : std::max({g[0], g[1], g[2], g[3], g[4]}));
        day_rules.fire(level, state.level, now, subject, firings);
        state.level = level;
    };
    const auto minimum_event = [&](Microseconds now, std::uint32_t subject, std::int64_t value) {
        Minima::Ring& ring = minima.ring(subject);
        while (ring.size > 0) {
            const Microseconds expiry = minima.at(subject, ring, 0).time + kWindow;
            if (expiry > now) break;
            ++ring.begin;
            --ring.size;
            // What expired before now was a step of its own; an empty window is unknown there.
            if (expiry < now && ring.size > 0 &&
                minima.at(subject, ring, 0).time + kWindow > expiry) {
                ring.level = minimum_rules.level(minima.at(subject, ring, 0).value);
            }
        }
        while (ring.size > 0 && minima.at(subject, ring, ring.size - 1).value >= value) --ring.size;
        minima.push(subject, ring, {now, value});
        const std::uint32_t level = minimum_rules.level(minima.at(subject, ring, 0).value);
        minimum_rules.fire(level, ring.level, now, subject, firings);
        ring.level = level;
    };

    std::int32_t day = 0;
    Microseconds day_end = 0;
    for (std::uint32_t row = 0; row < reports.size; ++row) {
        const Microseconds now = reports.time[row];
        const std::uint32_t subject = reports.subject[row];
        const std::int64_t value = reports.value[row];
        const std::size_t before = firings.size();
        if (!streaks.empty()) streak_event(streaks[subject], now, subject, value);
        if (value != kMissing) {
            if (!days.empty()) {
                if (now >= day_end) {
                    day = static_cast<std::int32_t>((now + kZone) / kDay);
                    day_end = (day + 1) * kDay - kZone;
                }
                day_event(days[subject], day, now, subject, value);
            }
            if (minimum_rules.size() > 0) minimum_event(now, subject, value);
        }
        if (firings.size() > before + 1) {
            std::sort(firings.begin() + static_cast<std::ptrdiff_t>(before), firings.end(),
                [](const Fired& a, const Fired& b) { return a.rule < b.rule; });
        }
    }
    return firings;
}

}  // namespace clausal::bench
