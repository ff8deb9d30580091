#include "bench/tests/brute_force.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <tuple>

#include "bench/generate.h"

namespace clausal::bench {
namespace {

enum class Truth : std::uint8_t { no, yes, unknown };
Truth both(Truth a, Truth b) {
    if (a == Truth::no || b == Truth::no) return Truth::no;
    return a == Truth::yes && b == Truth::yes ? Truth::yes : Truth::unknown;
}

struct Happening {  // an event of one subject
    std::uint32_t type;
    Microseconds time;
    std::uint64_t place;  // in the total order
    std::int64_t value;
};
using Trace = std::vector<Happening>;

// Steps in the order of one subject: events, then what time alone changes, then deadlines.
struct Step {
    Microseconds time;
    int kind;             // 0 event, 1 expiry, 2 deadline
    std::uint64_t place;  // of the event, or of the start of the deadline
    std::uint32_t type;   // of the event
    bool operator<(const Step& other) const {
        return std::tie(time, kind, place) < std::tie(other.time, other.kind, other.place);
    }
};
bool seen(const Happening& happening, const Step& now) {  // at or before the step
    return happening.time < now.time ||
           (happening.time == now.time && (now.kind > 0 || happening.place <= now.place));
}

std::vector<Trace> traces(const EventData& data, Subject kind) {
    std::vector<Trace> result(data.subjects[kind].size());
    for (std::uint64_t place = 0; place < data.order.size(); ++place) {
        const EventReference event = data.order[place];
        if ((event.type >= kPolicyDocument) != (kind == kRegion)) continue;
        const EventTable& table = data.tables[event.type];
        result[table.subjects[0][event.row]].push_back({event.type, table.time[event.row], place,
            table.columns.size() > 1 ? table.columns[1][event.row] : kMissing});
    }
    return result;
}

Microseconds end_of(const EventData& data) {
    Microseconds end = kMissing;
    for (const EventTable& table : data.tables) {
        for (const Microseconds time : table.time) end = std::max(end, time);
    }
    return end;
}

struct Found {
    Step step;
    Fired fired;
    bool operator<(const Found& other) const {
        return std::tie(step.time, step.kind, step.place, fired.subject, fired.rule) <
               std::tie(other.step.time, other.step.kind, other.step.place, other.fired.subject,
                   other.fired.rule);
    }
};
Firings in_order(std::vector<Found> found) {
    std::sort(found.begin(), found.end());
    Firings firings;
    for (const Found& one : found) firings.push_back(one.fired);
    return firings;
}

// Fires a state at its rises over the given steps.
void rises(const std::set<Step>& steps, std::uint32_t subject, std::uint32_t rule,
    const std::function<Truth(const Step&)>& state, std::vector<Found>& found) {
    bool armed = true;
    for (const Step& step : steps) {
        const Truth truth = state(step);
        if (truth == Truth::yes && armed) found.push_back({step, {step.time, subject, rule}});
        if (truth == Truth::yes) armed = false;
        if (truth == Truth::no) armed = true;
    }
}

std::int64_t local_day(Microseconds time) { return (time + 8 * kHour) / kDay; }

Truth days_below(const Trace& trace, const Step& now, std::int64_t threshold) {
    const auto good = [&](std::int64_t day) {  // nullopt: empty
        std::optional<bool> result;
        for (const Happening& h : trace) {
            if (h.type != kLineReport || !seen(h, now) || h.value == kMissing ||
                local_day(h.time) != day)
                continue;
            result = result.value_or(true) && h.value < threshold;
        }
        return result;
    };
    std::int64_t day = local_day(now.time);
    if (!good(day).has_value()) --day;
    for (std::int64_t i = 0; i < 5; ++i) {
        if (!good(day - i).value_or(false)) return Truth::no;
    }
    return Truth::yes;
}

std::set<Step> event_steps(const Trace& trace, std::uint32_t type) {
    std::set<Step> steps;
    for (const Happening& h : trace) {
        if (h.type == type) steps.insert({h.time, 0, h.place, h.type});
    }
    return steps;
}
void add_day_ends(const Trace& trace, Microseconds end, std::set<Step>& steps) {
    for (const Happening& h : trace) {
        for (std::int64_t later = 1; later < 3; ++later) {
            const Microseconds midnight = (local_day(h.time) + later) * kDay - 8 * kHour;
            if (midnight <= end) steps.insert({midnight, 1, 0, 0});
        }
    }
}
void add_expiries(const Trace& trace, std::uint32_t type, Microseconds after, Microseconds end,
    std::set<Step>& steps) {
    for (const Happening& h : trace) {
        if (h.type == type && h.time + after <= end) steps.insert({h.time + after, 1, 0, 0});
    }
}

}  // namespace

Firings brute_force_w1(const EventData& data) {
    const Microseconds end = end_of(data);
    std::vector<Found> found;
    const auto all = traces(data, kCustomer);
    for (std::uint32_t subject = 0; subject < all.size(); ++subject) {
        const Trace& trace = all[subject];
        std::set<Step> steps;
        for (const std::uint32_t type : {kQuoteEmail, kQuoteEmailOpened, kWebsiteVisit}) {
            steps.merge(event_steps(trace, type));
        }
        for (const Happening& h : trace) {
            if (h.type == kQuoteEmail && h.time + 72 * kHour <= end) {
                steps.insert({h.time + 72 * kHour, 2, h.place, 0});
            }
        }
        add_expiries(trace, kWebsiteVisit, 7 * kDay, end, steps);
        rises(
            steps, subject, 0,
            [&](const Step& now) {
                // Outcomes of the mails in order: unopened yes, no, or undecided.
                std::vector<Truth> outcomes;
                for (const Happening& mail : trace) {
                    if (mail.type != kQuoteEmail || !seen(mail, now)) continue;
                    const Microseconds deadline = mail.time + 72 * kHour;
                    Truth outcome = Truth::unknown;
                    for (const Happening& open : trace) {
                        if (open.type == kQuoteEmailOpened && seen(open, now) &&
                            open.place > mail.place && open.time <= deadline &&
                            open.value == mail.value && open.value != kMissing) {
                            outcome = Truth::no;
                        }
                    }
                    const bool passed =
                        deadline < now.time ||
                        (deadline == now.time && now.kind == 2 && mail.place <= now.place);
                    if (outcome == Truth::unknown && passed) outcome = Truth::yes;
                    outcomes.push_back(outcome);
                }
                while (!outcomes.empty() && outcomes.back() == Truth::unknown) outcomes.pop_back();
                Truth streak = outcomes.size() < 3 ? Truth::no : Truth::yes;
                for (std::size_t i = 0; i < 3 && i < outcomes.size(); ++i) {
                    streak = both(streak, outcomes[outcomes.size() - 1 - i]);
                }
                Truth brief = Truth::unknown;
                for (const Happening& visit : trace) {
                    if (visit.type != kWebsiteVisit || !seen(visit, now)) continue;
                    brief = Truth::unknown;
                    if (visit.time <= now.time - 7 * kDay || visit.value == kMissing) continue;
                    brief = visit.value < 15 * kSecond ? Truth::yes : Truth::no;
                }
                return both(streak, brief);
            },
            found);
    }
    return in_order(std::move(found));
}

Firings brute_force_w2(const EventData& data) {
    const Microseconds end = end_of(data);
    std::vector<Found> found;
    const auto all = traces(data, kCustomer);
    for (std::uint32_t subject = 0; subject < all.size(); ++subject) {
        const Trace& trace = all[subject];
        std::set<Step> steps = event_steps(trace, kComplaint);
        add_expiries(trace, kComplaint, 7 * kDay, end, steps);
        rises(
            steps, subject, 0,
            [&](const Step& now) {
                const auto count =
                    std::count_if(trace.begin(), trace.end(), [&](const Happening& h) {
                        return h.type == kComplaint && seen(h, now) && h.time > now.time - 7 * kDay;
                    });
                return count >= 5 ? Truth::yes : Truth::no;
            },
            found);
    }
    return in_order(std::move(found));
}

Firings brute_force_w3(const EventData& data) {
    const Microseconds end = end_of(data);
    std::vector<Found> found;
    const auto all = traces(data, kCustomer);
    for (std::uint32_t subject = 0; subject < all.size(); ++subject) {
        for (const Happening& start : all[subject]) {
            const Microseconds deadline = start.time + 2 * kHour;
            if (start.type != kEnquiry || deadline > end) continue;
            const bool answered =
                std::any_of(all[subject].begin(), all[subject].end(), [&](const Happening& h) {
                    return h.type == kUpload && h.place > start.place && h.time <= deadline;
                });
            if (!answered) found.push_back({{deadline, 2, start.place, 0}, {deadline, subject, 0}});
        }
    }
    return in_order(std::move(found));
}

Firings brute_force_w4(const EventData& data) {
    const Microseconds end = end_of(data);
    std::vector<Found> found;
    const auto all = traces(data, kCustomer);
    for (std::uint32_t subject = 0; subject < all.size(); ++subject) {
        std::set<Step> steps = event_steps(all[subject], kLineReport);
        add_day_ends(all[subject], end, steps);
        rises(
            steps, subject, 0,
            [&](const Step& now) { return days_below(all[subject], now, 650'000); }, found);
    }
    return in_order(std::move(found));
}

Firings brute_force_w5(const EventData& data) {
    std::vector<Found> found;
    const auto all = traces(data, kRegion);
    for (std::uint32_t subject = 0; subject < all.size(); ++subject) {
        for (const Happening& delay : all[subject]) {
            if (delay.type != kLogisticsDelay) continue;
            const bool preceded =
                std::any_of(all[subject].begin(), all[subject].end(), [&](const Happening& h) {
                    return h.type == kPolicyDocument && h.time >= delay.time - 30 * kDay &&
                           h.time <= delay.time - 3 * kDay;
                });
            if (preceded)
                found.push_back({{delay.time, 0, delay.place, 0}, {delay.time, subject, 0}});
        }
    }
    return in_order(std::move(found));
}

Firings brute_force_w6(const EventData& data, const std::vector<ThresholdRule>& rules) {
    const Microseconds end = end_of(data);
    std::vector<Found> found;
    const auto all = traces(data, kCustomer);
    for (std::uint32_t subject = 0; subject < all.size(); ++subject) {
        const Trace& trace = all[subject];
        std::set<Step> steps = event_steps(trace, kLineReport);
        add_day_ends(trace, end, steps);
        add_expiries(trace, kLineReport, 7 * kDay, end, steps);
        for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
            const std::int64_t threshold = rules[rule].threshold;
            rises(
                steps, subject, rule,
                [&](const Step& now) {
                    if (rules[rule].shape == Shape::days) return days_below(trace, now, threshold);
                    std::vector<std::int64_t> values;  // of the streak or of the window
                    for (const Happening& h : trace) {
                        if (h.type != kLineReport || !seen(h, now)) continue;
                        if (rules[rule].shape == Shape::minimum &&
                            (h.time <= now.time - 7 * kDay || h.value == kMissing)) {
                            continue;
                        }
                        values.push_back(h.value);
                    }
                    if (rules[rule].shape == Shape::minimum) {
                        if (values.empty()) return Truth::unknown;
                        return *std::min_element(values.begin(), values.end()) < threshold
                                   ? Truth::yes
                                   : Truth::no;
                    }
                    Truth streak = values.size() < 3 ? Truth::no : Truth::yes;
                    for (std::size_t i = 0; i < 3 && i < values.size(); ++i) {
                        const std::int64_t value = values[values.size() - 1 - i];
                        streak = both(streak, value == kMissing   ? Truth::unknown
                                              : value < threshold ? Truth::yes
                                                                  : Truth::no);
                    }
                    return streak;
                },
                found);
        }
    }
    return in_order(std::move(found));
}

}  // namespace clausal::bench
