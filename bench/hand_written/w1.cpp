// W1: 3 consecutive unopened quote emails and stay of the latest visit in the last 7 days < 15 s.
//
// A mail fails when it is opened, at the latest 72 h after it was sent; it holds at its deadline. The
// streak reads the last three mails up to the latest decided one, so every mail up to the latest
// opened one ("barrier") is out of any true streak: it is enough to count deadlines beyond it.

#include "bench/hand_written/columns.h"

namespace clausal::bench {
namespace {

constexpr Microseconds kUnopened = 72 * kHour, kVisitWindow = 7 * kDay, kShort = 15 * kSecond;
constexpr std::uint8_t kNeeded = 3;

// One mail. The customer's latest is in its state, the ones before it hang behind it in a chain. Ids of
// texts are dense, so 32 bits hold them; kNone is a missing one.
struct Mail {
    Microseconds sent = 0;
    std::uint32_t id = kNone;
    std::uint32_t row = 0;  // row + 1; 0: there is none
};

enum class Stay : std::uint8_t { is_short, is_long, unknown };

struct State {
    Microseconds visit = kMissing / 2;  // of the latest visit
    Mail latest;
    std::uint32_t barrier = 0;  // row + 1 of the latest mail known to be opened
    Stay stay = Stay::unknown;
    std::uint8_t run = 0;  // unopened mails beyond the barrier, at most kNeeded
    bool armed = true;
};

}  // namespace

std::size_t state_bytes_w1() { return sizeof(State); }

Firings hand_written_w1(const EventData& data) {
    const Columns mails(data, kQuoteEmail), opened(data, kQuoteEmailOpened),
        visits(data, kWebsiteVisit);
    const Microseconds end = last_event(data);
    std::vector<State> states(data.subjects[kCustomer].size());
    std::vector<Mail> before(mails.size);  // by row: the customer's mail before it
    Firings firings;

    std::uint32_t chained = 0, due = 0, open = 0, visit = 0;
    Microseconds deadline = mails.time_at(0) + (mails.size > 0 ? kUnopened : 0);
    Microseconds next_open = opened.time_at(0), next_visit = visits.time_at(0);

    const auto decide = [&](State& state, Microseconds now, std::uint32_t subject, Stay stay) {
        if (stay == Stay::is_short) {
            if (state.armed) firings.push_back({now, subject, 0});
            state.armed = false;
        } else if (stay == Stay::is_long) {
            state.armed = true;
        }
    };
    const auto pass_deadlines = [&](Microseconds limit) {  // those at instants < limit
        while (deadline < limit) {
            const std::uint32_t subject = mails.subject[due];
            State& state = states[subject];
            if (due >= state.barrier) {  // not opened, nor before an opened one
                if (state.run < kNeeded) ++state.run;
                if (state.run == kNeeded) {
                    decide(state, deadline, subject,
                        deadline - state.visit < kVisitWindow ? state.stay : Stay::unknown);
                }
            }
            ++due;
            deadline = due < mails.size ? mails.time[due] + kUnopened : kForever;
        }
    };

    while (true) {
        const Microseconds now = next_open < next_visit ? next_open : next_visit;
        if (now == kForever) break;
        pass_deadlines(now);
        const bool is_visit =
            next_visit < next_open ||
            (next_visit == next_open && visits.sequence[visit] < opened.sequence[open]);
        if (is_visit) {
            const std::uint32_t subject = visits.subject[visit];
            const std::int64_t value = visits.value[visit];
            State& state = states[subject];
            state.visit = now;
            state.stay = value == kMissing ? Stay::unknown
                         : value < kShort  ? Stay::is_short
                                           : Stay::is_long;
            if (state.run == kNeeded) decide(state, now, subject, state.stay);
            next_visit = visits.time_at(++visit);
        } else {
            // Mails need no place in the merge: they only have to be chained before they are looked for.
            for (; chained < mails.size && mails.time[chained] <= now; ++chained) {
                Mail& latest = states[mails.subject[chained]].latest;
                before[chained] = latest;
                const bool known = mails.value[chained] != kMissing;
                latest = {mails.time[chained],
                    known ? static_cast<std::uint32_t>(mails.value[chained]) : kNone, chained + 1};
            }
            State& state = states[opened.subject[open]];
            const bool known =
                opened.value[open] != kMissing;  // a missing id correlates with nothing
            const auto id = static_cast<std::uint32_t>(opened.value[open]);
            for (const Mail* mail = &state.latest;
                known && mail->row > state.barrier && mail->sent >= now - kUnopened;
                mail = &before[mail->row - 1]) {
                if (mail->id != id) continue;
                if (mail->sent == now && mails.sequence[mail->row - 1] > opened.sequence[open])
                    continue;
                state.barrier = mail->row;
                state.run = 0;
                state.armed = true;
                break;
            }
            next_open = opened.time_at(++open);
        }
    }
    pass_deadlines(end + 1);
    return firings;
}

}  // namespace clausal::bench
