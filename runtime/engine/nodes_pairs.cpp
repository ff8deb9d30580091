// Host functions of nodes that relate two occurrences: sequence, absence before and after, streak;
// and of the states with a small cell: consecutive units, hold.

#include <algorithm>
#include <cstring>

#include "runtime/engine/host_functions.h"
#include "runtime/engine/machine.h"
#include "runtime/kernels/kernels.h"

namespace clausal::engine {

using namespace abi;

namespace {

constexpr std::int64_t kUndecided = kTrue + 1,
                       kUndecidedUnsure = kTrue + 2;  // outcomes in a streak's ring
constexpr std::uint32_t kStreakWords = 2;

LogHead& head_at(std::uint8_t* state, std::uint32_t offset) {
    return *reinterpret_cast<LogHead*>(state + offset);
}
std::int64_t* cell_at(std::uint8_t* state, std::uint32_t offset) {
    return reinterpret_cast<std::int64_t*>(state + offset);
}

std::int64_t* push_frame(Machine& machine, LogHead& head, std::uint32_t words,
    std::uint32_t frame_words, const std::int64_t* frame, std::int64_t truth) {
    std::int64_t* entry = kernels::push(machine.pool, head, words);
    std::memcpy(entry, frame, frame_words * sizeof(std::int64_t));
    entry[kEntryTime] = machine.context.time;
    entry[kEntryStep] = machine.context.step;
    entry[kEntryTruth] = remembered(truth);
    return entry;
}

std::uint32_t forgotten_of(const Machine& machine, const PairSpec& pair, const LogHead& head) {
    return pair.keep == PairSpec::Keep::all ? machine.forgotten(head) : 0;
}

// The n-th entry from the end of a ring; the last is the first.
std::int64_t* last_of(
    Machine& machine, const PairSpec& pair, const LogHead& head, std::uint32_t n) {
    return kernels::entry(machine.pool, head, pair.words, head.count - n);
}

// Drops what an entry of this truth and time makes needless at the end of a ring: an entry whose bounds
// lie within those of its neighbours, when these are as true as it.
void merge(Machine& machine, const PairSpec& pair, LogHead& head, std::int64_t truth) {
    const Microseconds width = pair.high == kForever ? kForever : pair.high - pair.low;
    while (head.count >= 2) {
        const std::int64_t* before = last_of(machine, pair, head, 2);
        if (machine.context.time - before[kEntryTime] > width) return;
        if (last_of(machine, pair, head, 1)[kEntryTruth] == kTrue &&
            (before[kEntryTruth] != kTrue || truth != kTrue))
            return;
        --head.count;
    }
}

}  // namespace

extern "C" {

// The truth of a sequence at an occurrence of its second; `first` gets the frame of the first.
std::int64_t ch_sequence(Context* ctx, std::uint8_t* state, std::uint32_t index,
    std::int64_t second, const std::int64_t* self, std::int64_t* first) noexcept {
    Machine& machine = machine_of(ctx);
    const PairSpec& pair = machine.spec.pairs[index];
    LogHead& head = head_at(state, pair.head);
    while (head.count > 0 && pair.high != kForever &&
           ctx->time - kernels::entry(machine.pool, head, pair.words, 0)[kEntryTime] > pair.high) {
        kernels::drop_front(head);
    }
    std::int64_t out = kFalse, best = kFalse;
    const std::int64_t* chosen = nullptr;
    const std::uint32_t forgotten = forgotten_of(machine, pair, head);
    if (forgotten > 0) {  // what is left of these lies within bounds
        out = both(kUnknown, second);
        chosen = kernels::entry(machine.pool, head, pair.words, forgotten - 1);
    }
    for (std::uint32_t i = forgotten; i < head.count; ++i) {
        std::int64_t* entry = kernels::entry(machine.pool, head, pair.words, i);
        std::int64_t* without = entry + pair.frame_words;
        std::int64_t* prior = without + 1;
        const Microseconds age = ctx->time - entry[kEntryTime];
        std::int64_t match = kFalse;
        if (age >= pair.low && age <= pair.high) {
            match = both(both(entry[kEntryTruth], second), negate(*without));
            if (match != kFalse && pair.match != nullptr)
                match = both(match, pair.match(ctx, state, entry, self));
        }
        std::int64_t bracket = match;
        if (pair.pick != PickKind::any) bracket = both(match, negate(*prior));
        if (pair.pick == PickKind::first_only) *prior = any_of(*prior, remembered(match));
        if (pair.pick == PickKind::next_only &&
            (pair.correlated == nullptr || pair.correlated(ctx, state, entry, self) == kTrue)) {
            *prior = any_of(*prior, remembered(second));
        }
        out = any_of(out, bracket);
        const std::int64_t rank = bracket == kTrue ? 2 : bracket == kFalse ? 0 : 1;
        if (rank != 0 && rank >= best) {
            best = rank;
            chosen = entry;
        }
    }
    if (chosen != nullptr) std::memcpy(first, chosen, pair.frame_words * sizeof(std::int64_t));
    return out;
}

void ch_sequence_without(
    Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t truth) noexcept {
    Machine& machine = machine_of(ctx);
    const PairSpec& pair = machine.spec.pairs[index];
    LogHead& head = head_at(state, pair.head);
    for (std::uint32_t i = 0; i < head.count; ++i) {
        std::int64_t* without =
            kernels::entry(machine.pool, head, pair.words, i) + pair.frame_words;
        *without = any_of(*without, remembered(truth));
    }
}

void ch_pair_push(Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t truth,
    const std::int64_t* frame) noexcept {
    Machine& machine = machine_of(ctx);
    const PairSpec& pair = machine.spec.pairs[index];
    LogHead& head = head_at(state, pair.head);
    while (head.count > 0 && pair.high != kForever &&
           ctx->time - kernels::entry(machine.pool, head, pair.words, 0)[kEntryTime] > pair.high) {
        kernels::drop_front(head);
    }
    if (pair.keep == PairSpec::Keep::latest) {
        if (truth == kTrue) head.count = 0;
        if (head.count > 0 && last_of(machine, pair, head, 1)[kEntryTruth] != kTrue) --head.count;
    } else if (pair.keep == PairSpec::Keep::merged) {
        merge(machine, pair, head, remembered(truth));
    }
    std::int64_t* entry = push_frame(machine, head, pair.words, pair.frame_words, frame, truth);
    entry[pair.frame_words] = kFalse;
    entry[pair.frame_words + 1] = kFalse;
    if (forgotten_of(machine, pair, head) > 0) {
        while (machine.forgotten(head) > 1) kernels::drop_front(head);
        machine.overrun(pair.node);
    }
}

std::int64_t ch_absence_before(Context* ctx, std::uint8_t* state, std::uint32_t index,
    std::int64_t event, const std::int64_t* self) noexcept {
    Machine& machine = machine_of(ctx);
    const PairSpec& pair = machine.spec.pairs[index];
    const LogHead& head = head_at(state, pair.head);
    std::int64_t seen = kFalse;
    const std::uint32_t forgotten = forgotten_of(machine, pair, head);
    if (forgotten > 0 &&
        ctx->time - last_of(machine, pair, head, head.count - forgotten + 1)[kEntryTime] <=
            pair.high) {
        seen = kUnknown;
    }
    for (std::uint32_t i = head.count; i-- > forgotten && seen != kTrue;) {
        const std::int64_t* entry = kernels::entry(machine.pool, head, pair.words, i);
        const Microseconds age = ctx->time - entry[kEntryTime];
        if (age > pair.high) break;
        if (age < pair.low) continue;
        std::int64_t truth = entry[kEntryTruth];
        if (pair.match != nullptr) truth = both(truth, pair.match(ctx, state, entry, self));
        seen = any_of(seen, truth);
    }
    return both(event, negate(seen));
}

// One step of an absence after; `out` gets the frame of the instance that gives the truth.
std::int64_t ch_absence(Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t start,
    const std::int64_t* start_frame, std::int64_t absent, const std::int64_t* absent_frame,
    std::int64_t unless, const std::int64_t* unless_frame, std::int64_t until,
    std::int64_t* out) noexcept {
    Machine& machine = machine_of(ctx);
    const AbsenceSpec& spec = machine.spec.absences[index];
    LogHead& head = head_at(state, spec.head);
    if (spec.has_streak) {
        std::erase_if(
            machine.closings, [&](const Machine::Closing& c) { return c.absence == index; });
    }
    std::int64_t result = kFalse, best = 0;
    const auto close = [&](const std::int64_t* entry, std::int64_t outcome, bool released) {
        if (spec.has_streak)
            machine.closings.push_back({index, entry[kEntryStep], outcome, released, {}});
        if (spec.keeps_closed) {
            std::vector<std::int64_t>& frame = machine.closings.back().frame;
            frame.assign(entry, entry + spec.frame_words);
            frame[kEntryTime] = ctx->time;
            frame[kEntryStep] = ctx->step;
        }
        for (const std::uint32_t streak : spec.run_streaks) {
            std::int64_t* run = cell_at(state, machine.spec.streaks[streak].marks);
            if (outcome == kFalse) {
                run[0] = 0;
                run[1] = std::max(run[1], entry[kEntryStep] + 1);
            } else if (entry[kEntryStep] >= run[1]) {
                ++run[0];
            }
        }
    };
    const auto decide = [&](const std::int64_t* entry) {
        const std::int64_t outcome =
            entry[spec.frame_words] != 0 || entry[kEntryTruth] != kTrue ? kUnknown : kTrue;
        close(entry, outcome, false);
        result = any_of(result, outcome);
        const std::int64_t rank = outcome == kTrue ? 2 : 1;
        if (rank >= best) {
            best = rank;
            std::memcpy(out, entry, spec.frame_words * sizeof(std::int64_t));
            out[kEntryTime] = ctx->time;
            out[kEntryStep] = ctx->step;
        }
    };
    std::uint32_t kept = 0;
    for (std::uint32_t i = 0; i < head.count; ++i) {
        std::int64_t* entry = kernels::entry(machine.pool, head, spec.words, i);
        const Microseconds age = ctx->time - entry[kEntryTime];
        bool open = true;
        if (absent != kFalse && age >= spec.low) {
            std::int64_t x = absent;
            if (spec.match != nullptr) x = both(x, spec.match(ctx, state, entry, absent_frame));
            if (x == kTrue) {
                close(entry, kFalse, false);
                open = false;
            } else if (x != kFalse) {
                entry[spec.frame_words] = 1;
            }
        }
        if (open && unless != kFalse) {
            std::int64_t x = unless;
            if (spec.unless != nullptr) x = both(x, spec.unless(ctx, state, entry, unless_frame));
            if (x == kTrue) {
                close(entry, kFalse, true);
                open = false;
            } else if (x != kFalse) {
                entry[spec.frame_words] = 1;
            }
        }
        if (open && until == kTrue) {
            decide(entry);
            open = false;
        }
        if (!open) continue;
        if (kept != i) {
            std::memcpy(kernels::entry(machine.pool, head, spec.words, kept), entry,
                spec.words * sizeof(std::int64_t));
        }
        ++kept;
    }
    head.count = kept;
    if (start != kFalse) {
        std::int64_t* entry =
            push_frame(machine, head, spec.words, spec.frame_words, start_frame, start);
        // A calendar that does not reach so far leaves it open.
        const bool beyond = spec.working > 0 && !machine.by_calendar(spec, ctx->time);
        entry[spec.frame_words] = beyond ? 1 : 0;
    }
    if (ctx->kind != kDeadlineStep || ctx->depth != 0) return result;
    kept = 0;
    for (std::uint32_t i = 0; i < head.count; ++i) {
        const std::int64_t* entry = kernels::entry(machine.pool, head, spec.words, i);
        if (entry[kEntryPlace] == ctx->place &&
            machine.decided_at(spec, entry[kEntryTime]) == ctx->time) {
            decide(entry);
            continue;
        }
        if (kept != i) {
            std::memcpy(kernels::entry(machine.pool, head, spec.words, kept), entry,
                spec.words * sizeof(std::int64_t));
        }
        ++kept;
    }
    head.count = kept;
    return result;
}

static void streak_trim(Machine& machine, const StreakSpec& streak, LogHead& head) {
    std::int64_t decided = 0;
    for (std::uint32_t i = 0; i < head.count; ++i) {
        if (kernels::entry(machine.pool, head, kStreakWords, i)[1] < kUndecided) ++decided;
    }
    while (head.count > 0) {
        const bool front = kernels::entry(machine.pool, head, kStreakWords, 0)[1] < kUndecided;
        if (decided - (front ? 1 : 0) < streak.count) break;
        if (front) --decided;
        kernels::drop_front(head);
    }
}

static std::int64_t streak_outcome(const StreakSpec& streak, std::int64_t truth) {
    truth = remembered(truth);
    return streak.negated ? negate(truth) : truth;
}

// A base step whose outcome is known at once.
void ch_streak_push(Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t base,
    std::int64_t of) noexcept {
    Machine& machine = machine_of(ctx);
    const StreakSpec& streak = machine.spec.streaks[index];
    LogHead& head = head_at(state, streak.head);
    std::int64_t* entry = kernels::push(machine.pool, head, kStreakWords);
    entry[0] = ctx->step;
    entry[1] = base == kTrue ? streak_outcome(streak, of) : kUnknown;
    streak_trim(machine, streak, head);
}

// A step at which the absence under the streak opened or closed instances.
void ch_streak_absence(Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t start,
    std::int64_t filter) noexcept {
    Machine& machine = machine_of(ctx);
    const StreakSpec& streak = machine.spec.streaks[index];
    LogHead& head = head_at(state, streak.head);
    if (start != kFalse) {
        std::int64_t* entry = kernels::push(machine.pool, head, kStreakWords);
        entry[0] = ctx->step;
        entry[1] = start == kTrue ? kUndecided : kUndecidedUnsure;
    }
    for (const auto& closing : machine.closings) {
        if (closing.absence != streak.absence) continue;
        if (streak.filter != nullptr && closing.outcome != kFalse)
            filter = streak.filter(ctx, state, closing.frame.data(), nullptr);
        std::uint32_t kept = 0;
        for (std::uint32_t i = 0; i < head.count; ++i) {
            std::int64_t* entry = kernels::entry(machine.pool, head, kStreakWords, i);
            if (entry[0] == closing.base_step && entry[1] >= kUndecided) {
                if (closing.released) continue;
                entry[1] = entry[1] == kUndecidedUnsure
                               ? kUnknown
                               : streak_outcome(streak, both(closing.outcome, filter));
            }
            std::int64_t* target = kernels::entry(machine.pool, head, kStreakWords, kept++);
            target[0] = entry[0];
            target[1] = entry[1];
        }
        head.count = kept;
    }
    streak_trim(machine, streak, head);
}

void ch_streak_without(
    Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t truth) noexcept {
    const StreakSpec& streak = machine_of(ctx).spec.streaks[index];
    cell_at(state, streak.marks)[truth == kTrue ? 0 : 1] = ctx->step + 1;
}

std::int64_t ch_streak(Context* ctx, std::uint8_t* state, std::uint32_t index) noexcept {
    Machine& machine = machine_of(ctx);
    const StreakSpec& streak = machine.spec.streaks[index];
    const LogHead& head = head_at(state, streak.head);
    std::int64_t last = static_cast<std::int64_t>(head.count) - 1;
    while (last >= 0 && kernels::entry(machine.pool, head, kStreakWords,
                            static_cast<std::uint32_t>(last))[1] >= kUndecided) {
        --last;
    }
    const std::int64_t first = last - streak.count + 1;
    if (first < 0) return kFalse;
    bool unknown = false;
    for (std::int64_t i = first; i <= last; ++i) {
        const std::int64_t outcome =
            kernels::entry(machine.pool, head, kStreakWords, static_cast<std::uint32_t>(i))[1];
        if (outcome == kFalse) return kFalse;
        if (outcome != kTrue) unknown = true;
    }
    const std::int64_t begin =
        kernels::entry(machine.pool, head, kStreakWords, static_cast<std::uint32_t>(first))[0];
    const std::int64_t* marks = cell_at(state, streak.marks);
    if (marks[0] - 1 > begin) return kFalse;
    if (marks[1] - 1 > begin) unknown = true;
    return unknown ? kUnknown : kTrue;
}

void ch_consecutive_push(
    Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t condition) noexcept {
    Machine& machine = machine_of(ctx);
    const ConsecutiveSpec& spec = machine.spec.consecutives[index];
    if (condition != kTrue && condition != kFalse) return;
    const auto unit = unit_of(machine.data.zone, static_cast<CalendarUnit>(spec.unit), ctx->time,
        machine.calendar(spec.calendar));
    if (!unit) return;
    kernels::ck_units_push(state + spec.cell, *unit, spec.mode, condition == kTrue ? 1 : 0);
}

void ch_unit_refresh(Context* ctx, std::uint32_t unit, std::int64_t time) noexcept {
    Machine& machine = machine_of(ctx);
    const auto kind = static_cast<CalendarUnit>(unit);
    const std::int64_t here = unit_of(machine.data.zone, kind, time, nullptr).value_or(0);
    machine.units[unit] = {unit_start(machine.data.zone, kind, here, nullptr),
        unit_start(machine.data.zone, kind, here + 1, nullptr), here};
}

std::int64_t ch_consecutive(Context* ctx, std::uint8_t* state, std::uint32_t index) noexcept {
    Machine& machine = machine_of(ctx);
    const ConsecutiveSpec& spec = machine.spec.consecutives[index];
    const auto kind = static_cast<CalendarUnit>(spec.unit);
    const WorkCalendar* calendar = machine.calendar(spec.calendar);
    const Zone& zone = machine.data.zone;
    if (kind == CalendarUnit::working_day && calendar != nullptr &&
        !calendar->is_working(zone.day_of(ctx->time))) {
        return kUnknown;
    }
    const auto holds = [&](std::int64_t unit) {
        return kernels::ck_units_hold(state + spec.cell, unit, spec.mode, spec.count) != 0 ? kTrue
                                                                                           : kFalse;
    };
    if (spec.mode == 1) return holds(0);
    if (const auto current = unit_of(zone, kind, ctx->time, calendar)) return holds(*current);
    std::int64_t day = zone.day_of(ctx->time) - 1;
    std::optional<std::int64_t> unit;
    for (int tries = 0; tries < 400 && !unit; ++tries, --day) {
        unit = unit_of(zone, kind, zone.day_start(day), calendar);
    }
    return unit ? holds(*unit + 1) : kFalse;  // as in an empty unit after the last
}

void ch_hold_observe(
    Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t truth) noexcept {
    std::int64_t* cell = cell_at(state, machine_of(ctx).spec.holds[index].cell);
    truth = remembered(truth);
    const std::int64_t last = cell[2] - 1;
    if (truth != kFalse && last <= kFalse) cell[1] = ctx->time;
    if (truth == kTrue && last != kTrue) cell[0] = ctx->time;
    cell[2] = truth + 1;
}

std::int64_t ch_hold(
    Context* ctx, std::uint8_t* state, std::uint32_t index, std::uint32_t before) noexcept {
    Machine& machine = machine_of(ctx);
    const HoldSpec& hold = machine.spec.holds[index];
    const std::int64_t* cell = cell_at(state, hold.cell);
    const std::int64_t last = cell[2] - 1;
    if (last <= kFalse) return kFalse;
    Microseconds edge = 0;
    if (last == kTrue && !__builtin_add_overflow(cell[0], hold.high, &edge) &&
        machine.past(edge, before != 0)) {
        return kTrue;
    }
    if (!__builtin_add_overflow(cell[1], hold.high, &edge) && machine.past(edge, before != 0))
        return kUnknown;
    return kFalse;
}

}  // extern "C"

}  // namespace clausal::engine
