#include "runtime/kernels/kernels.h"

namespace clausal::kernels {

namespace {

constexpr std::int64_t kNever = INT64_MAX, kNone64 = INT64_MIN;

}  // namespace

extern "C" {

// The last times of something, as many as a comparison needs: `size` times, then two bytes: where the
// next one goes, and how many there are.
void ck_ring_push(void* cell, std::uint32_t size, std::int64_t time) {
    auto* times = static_cast<std::int64_t*>(cell);
    auto* bytes = reinterpret_cast<std::uint8_t*>(times + size);
    const std::uint32_t position = bytes[0];
    times[position] = time;
    bytes[0] = static_cast<std::uint8_t>(position + 1 == size ? 0 : position + 1);
    bytes[1] = static_cast<std::uint8_t>(bytes[1] + (bytes[1] < size ? 1 : 0));
}

// Time of the n-th latest, n >= 1; the lowest value when there are fewer.
std::int64_t ck_ring_nth(const void* cell, std::uint32_t size, std::uint32_t n) {
    const auto* times = static_cast<const std::int64_t*>(cell);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(times + size);
    // How full the ring is differs by subject: the time is read in any case, so nothing branches on it.
    const std::uint32_t position = bytes[0];
    const std::int64_t time = times[n == size       ? position
                                    : position >= n ? position - n
                                                    : position + size - n];
    return bytes[1] < n ? kNone64 : time;
}

// Earliest time in a ring of entries; the highest value when it is empty.
std::int64_t ck_front_time(const Pool* pool, const LogHead* head, std::uint32_t words) {
    return head->count == 0 ? kNever : *entry(*pool, *head, words, 0);
}

// An open instance of an absence between bare events: time, step, reference, key.
void ck_absence_open(Pool* pool, LogHead* head, std::int64_t time, std::int64_t step,
    std::int64_t reference, std::int64_t key) {
    std::int64_t* words = push(*pool, *head, 4);
    words[0] = time;
    words[1] = step;
    words[2] = reference;
    words[3] = key;
}

// Closes the open instances with this key: failed. `run`: run length and latest failed step + 1 of a
// streak over them, or null.
void ck_absence_close(Pool* pool, LogHead* head, std::int64_t key, std::int64_t* run) {
    if (key == kNone64) return;
    std::uint32_t kept = 0;
    const std::uint32_t count = head->count;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::int64_t* words = entry(*pool, *head, 4, i);
        if (words[3] == key) {
            if (run != nullptr) {
                run[0] = 0;
                if (run[1] <= words[1]) run[1] = words[1] + 1;
            }
            continue;
        }
        if (kept != i) std::memcpy(entry(*pool, *head, 4, kept), words, 4 * sizeof(std::int64_t));
        ++kept;
    }
    head->count = kept;
}

// A firing of a rule that stores nothing and is held back by nothing.
void ck_fire(abi::Context* ctx, std::uint32_t rule, std::int64_t subject, std::int64_t time,
    std::int64_t reference, std::int64_t depth, std::int64_t kind) {
    if (ctx->fire_next == ctx->fire_end) ch_fire_room(ctx);
    *ctx->fire_next++ = {rule, static_cast<std::uint32_t>(subject), time, reference, 0, 1,
        static_cast<std::uint32_t>(depth) & 0x3fffffffU, static_cast<std::uint32_t>(kind) & 3U};
}

// Moves the oldest entry out.
void ck_entry_pop(const Pool* pool, LogHead* head, std::uint32_t words, std::int64_t* out) {
    std::memcpy(out, entry(*pool, *head, words, 0), words * sizeof(std::int64_t));
    drop_front(*head);
}

// Consecutive units in eight bytes: the last unit (biased; 0: none), the run that ends with it (0: it is
// bad), and, kept for whole units only, the run that ended before it.
void ck_units_push(void* cell, std::int64_t unit, std::uint32_t mode, std::uint32_t good) {
    // Values come in any order, so nothing here is a branch.
    auto* units = static_cast<UnitRun*>(cell);
    const auto biased = static_cast<std::uint32_t>(unit + kUnitBias);
    const std::uint32_t last = units->unit, last_run = units->run;
    const bool same = last == biased;
    const bool adjacent = mode == kUnitsWithData ? last != 0 : last == biased - 1;
    std::uint32_t before = adjacent ? last_run : 0U;
    if (mode == kUnitsComplete) {
        before = same ? units->before : before;
        units->before = static_cast<std::uint16_t>(before);
    }
    const std::uint32_t first = before + (before < 0xffffU ? 1U : 0U);
    const std::uint32_t run = same ? last_run : first;
    units->unit = biased;
    units->run = static_cast<std::uint16_t>(good != 0 ? run : 0U);
}

std::uint32_t ck_units_hold(
    const void* cell, std::int64_t unit, std::uint32_t mode, std::int64_t count) {
    const auto* units = static_cast<const UnitRun*>(cell);
    if (mode == kUnitsWithData) return units->run >= count ? 1 : 0;  // an untouched cell has no run
    const auto biased = static_cast<std::uint32_t>(unit + kUnitBias);
    // A look back at the instant before an event sees units that this event brought: as if current.
    if (units->unit >= biased)
        return (mode == kUnitsComplete ? units->before : units->run) >= count ? 1 : 0;
    return units->unit == biased - 1 && units->run >= count ? 1 : 0;
}

}  // extern "C"

}  // namespace clausal::kernels
