#include "runtime/kernels/family_cells.h"

#include "runtime/abi/specs.h"
#include "runtime/kernels/kernels.h"

namespace clausal::kernels {

namespace {

constexpr std::uint32_t kWords = abi::kExtremeWords;

}  // namespace

extern "C" {

// The first threshold above the value; `thresholds` ascend.
std::int64_t ck_level(const std::int64_t* thresholds, std::int64_t count, std::int64_t value) {
    if (value >= thresholds[count - 1]) return count;  // most often
    std::int64_t base = 0;
    for (std::int64_t length = count; length > 1;) {
        const std::int64_t half = length / 2;
        base += thresholds[base + half - 1] <= value ? half : 0;
        length -= half;
    }
    return base + (thresholds[base] <= value ? 1 : 0);
}

void ck_family_streak_push(void* cell, std::int64_t length, std::int64_t sure, std::int64_t maybe) {
    auto* streak = static_cast<StreakCell*>(cell);
    auto* ring = reinterpret_cast<Positions*>(streak + 1);
    ring[streak->next] = {static_cast<std::uint16_t>(sure), static_cast<std::uint16_t>(maybe)};
    streak->next = static_cast<std::uint16_t>(streak->next + 1 == length ? 0 : streak->next + 1);
    if (streak->filled < length) ++streak->filled;
}

// sure << 32 | maybe: true where all of the last steps are, false where one of them is.
std::int64_t ck_family_streak(const void* cell, std::int64_t length, std::int64_t all) {
    const auto* streak = static_cast<const StreakCell*>(cell);
    const auto* ring = reinterpret_cast<const Positions*>(streak + 1);
    if (streak->filled < length) return all << 32 | all;
    std::int64_t sure = 0, maybe = 0;
    for (std::int64_t i = 0; i < length; ++i) {
        if (ring[i].sure > sure) sure = ring[i].sure;
        if (ring[i].maybe > maybe) maybe = ring[i].maybe;
    }
    return sure << 32 | maybe;
}

// A value in a unit: its thresholds up to `position` make the unit bad.
void ck_family_units_push(void* cell, std::int64_t unit, std::int32_t with_data, std::int64_t ring,
    std::int64_t position) {
    auto* units = static_cast<UnitsCell*>(cell);
    auto* positions = reinterpret_cast<std::uint16_t*>(units + 1);
    const auto biased = static_cast<std::uint32_t>(unit + kUnitBias);
    const auto mark = static_cast<std::uint16_t>(position);
    if (units->unit == biased) {
        if (mark > positions[units->place]) positions[units->place] = mark;
        return;
    }
    const bool adjacent = units->unit != 0 && (with_data != 0 || units->unit == biased - 1);
    units->run = adjacent ? static_cast<std::uint16_t>(units->run + (units->run < 0xffff ? 1 : 0))
                          : std::uint16_t{1};
    units->unit = biased;
    units->place = static_cast<std::uint16_t>(units->place + 1 == ring ? 0 : units->place + 1);
    positions[units->place] = mark;
}

// The first threshold that is true; modes are those of ck_units_hold.
std::int64_t ck_family_units(const void* cell, std::int64_t unit, std::int32_t mode,
    std::int64_t ring, std::int64_t length, std::int64_t all) {
    const auto* units = static_cast<const UnitsCell*>(cell);
    const auto* positions = reinterpret_cast<const std::uint16_t*>(units + 1);
    if (units->unit == 0) return all;
    const auto biased = static_cast<std::uint32_t>(unit + kUnitBias);
    std::int64_t skip = 0;  // complete: the current unit does not count
    if (mode != 1) {
        // A look back at the instant before an event sees units that this event brought: as if current.
        if (units->unit < biased - 1) return all;
        if (units->unit >= biased && mode == 2) skip = 1;
    }
    if (units->run < length + skip) return all;
    std::int64_t out = 0, at = units->place;
    for (std::int64_t i = 0; i < length + skip; ++i) {
        if (i >= skip && positions[at] > out) out = positions[at];
        at = at == 0 ? ring - 1 : at - 1;
    }
    return out;
}

// Firings of rules that store nothing and are held back by nothing, in one record.
void ck_family_fire(abi::Context* ctx, const std::uint32_t* rules, std::int64_t from,
    std::int64_t to, std::int64_t subject, std::int64_t time, std::int64_t reference,
    std::int64_t depth, std::int64_t kind) {
    ck_fire(ctx, rules[from], subject, time, reference, depth, kind);
    if (to - from == 1) return;
    abi::FiringRecord& record = ctx->fire_next[-1];
    record.values = reinterpret_cast<std::uint64_t>(rules + from);
    record.count = static_cast<std::uint32_t>(to - from);
}

// A step at which the thresholds from `maybe` up to `sure` are undecided.
void ck_family_unknown(
    abi::Context* ctx, std::int64_t base, std::int64_t maybe, std::int64_t sure) {
    std::int64_t* steps = ctx->ranges + base;
    ++steps[maybe];
    --steps[sure];
}

// A value that comes now; no earlier one that is not smaller can become the smallest any more.
void ck_extreme_push(Pool* pool, LogHead* head, std::int64_t time, std::int64_t value) {
    while (head->count > 0 && entry(*pool, *head, kWords, head->count - 1)[1] >= value)
        --head->count;
    std::int64_t* words = push(*pool, *head, kWords);
    words[0] = time;
    words[1] = value;
}

// Drops what came at `edge` or before.
void ck_extreme_trim(const Pool* pool, LogHead* head, std::int64_t edge) {
    while (head->count > 0 && entry(*pool, *head, kWords, 0)[0] <= edge) drop_front(*head);
}

// Value (or time) of the smallest that came after `edge`; the lowest value when there is none.
std::int64_t ck_extreme_front(
    const Pool* pool, const LogHead* head, std::int64_t edge, std::int32_t time) {
    for (std::uint32_t i = 0; i < head->count; ++i) {
        const std::int64_t* words = entry(*pool, *head, kWords, i);
        if (words[0] > edge) return words[time != 0 ? 0 : 1];
    }
    return INT64_MIN;
}

// When the latest value came; the lowest value when there is none.
std::int64_t ck_extreme_last(const Pool* pool, const LogHead* head) {
    return head->count == 0 ? INT64_MIN : *entry(*pool, *head, kWords, head->count - 1);
}

// How many of the last times (as many as the ring holds) came after `edge`.
std::int64_t ck_ring_count(const void* cell, std::uint32_t size, std::int64_t edge) {
    const auto* times = static_cast<const std::int64_t*>(cell);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(times + size);
    std::uint32_t at = bytes[0];
    std::int64_t out = 0;
    for (; out < bytes[1]; ++out) {
        at = at == 0 ? size - 1 : at - 1;
        if (times[at] <= edge) break;
    }
    return out;
}

}  // extern "C"

}  // namespace clausal::kernels
