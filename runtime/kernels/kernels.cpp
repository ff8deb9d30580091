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
    if (bytes[1] < n) return kNone64;
    const std::uint32_t position = bytes[0];
    return times[position >= n ? position - n : position + size - n];
}

// Earliest time in a ring of entries; the highest value when it is empty.
std::int64_t ck_front_time(const Pool* pool, const LogHead* head, std::uint32_t words) {
    return head->count == 0 ? kNever : *entry(*pool, *head, words, 0);
}

// A first of a lag that waits until it is old enough.
void ck_lag_push(abi::Context* ctx, std::uint32_t lag, std::int64_t time) {
    abi::Queue* queue = ctx->lags + lag;
    if (queue->tail - queue->head == queue->capacity) ch_queue_grow(queue);
    if (queue->head == queue->tail) queue->next = time;
    queue->entries[queue->tail++ & (queue->capacity - 1)] = {time, 0, 0, ctx->subject};
}

// Whether a time time - high <= x <= time - low was pushed for the subject: it is enough to know the
// latest that is old enough, of every subject. Cells hold it with its sign bit turned: 0 is none.
std::uint32_t ck_lag_match(abi::Context* ctx, std::uint32_t lag, std::uint32_t stride, std::uint32_t cell,
                           std::int64_t time, std::int64_t low, std::int64_t high) {
    abi::Queue* queue = ctx->lags + lag;
    while (queue->next <= time - low) {
        const abi::QueueEntry first = queue->entries[queue->head++ & (queue->capacity - 1)];
        queue->next = queue->head == queue->tail ? kNever : queue->entries[queue->head & (queue->capacity - 1)].time;
        *reinterpret_cast<std::int64_t*>(ctx->states + static_cast<std::uint64_t>(first.subject) * stride + cell) =
            first.time ^ kNone64;
    }
    const std::int64_t kept = *reinterpret_cast<const std::int64_t*>(
        ctx->states + static_cast<std::uint64_t>(ctx->subject) * stride + cell);
    if (kept == 0) return 0;
    return high == kNever || (kept ^ kNone64) >= time - high ? 1 : 0;
}

// An open instance of an absence between bare events: time, step, reference, key.
void ck_absence_open(Pool* pool, LogHead* head, std::int64_t time, std::int64_t step, std::int64_t reference,
                     std::int64_t key) {
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

void ck_queue_push(abi::Context* ctx, std::int64_t time, std::int64_t reference, std::int64_t step) {
    abi::Queue* queue = ctx->queue;
    if (queue->tail - queue->head == queue->capacity) ch_queue_grow(queue);
    if (queue->head == queue->tail) queue->next = time;
    queue->entries[queue->tail++ & (queue->capacity - 1)] = {time, reference, step, ctx->subject};
}

// Takes the oldest start that lies before `limit`; 0 when there is none.
std::uint32_t ck_queue_pop(abi::Context* ctx, std::int64_t limit, abi::QueueEntry* out) {
    abi::Queue* queue = ctx->queue;
    if (queue->next >= limit) return 0;
    *out = queue->entries[queue->head++ & (queue->capacity - 1)];
    queue->next = queue->head == queue->tail ? kNever : queue->entries[queue->head & (queue->capacity - 1)].time;
    return 1;
}

// A firing of a rule that stores nothing and is held back by nothing.
void ck_fire(abi::Context* ctx, std::uint32_t rule) {
    if (ctx->fire_next == ctx->fire_end) ch_fire_room(ctx);
    *ctx->fire_next++ = {rule, static_cast<std::uint32_t>(ctx->subject), ctx->time, ctx->reference, 0,
                         static_cast<std::uint32_t>(ctx->depth), static_cast<std::uint8_t>(ctx->kind)};
}

// Moves the oldest entry out.
void ck_entry_pop(const Pool* pool, LogHead* head, std::uint32_t words, std::int64_t* out) {
    std::memcpy(out, entry(*pool, *head, words, 0), words * sizeof(std::int64_t));
    drop_front(*head);
}

// Consecutive units in eight bytes: the last unit (biased; 0: none), the run that ends with it (0: it is
// bad), the run that ended before it.
void ck_units_push(void* cell, std::int64_t unit, std::uint32_t with_data, std::uint32_t good) {
    auto* units = static_cast<UnitRun*>(cell);
    const auto biased = static_cast<std::uint32_t>(unit + kUnitBias);
    if (units->unit != biased) {
        const bool adjacent = units->unit != 0 && (with_data != 0 || units->unit == biased - 1);
        units->before = adjacent ? units->run : 0;
        units->unit = biased;
        units->run = static_cast<std::uint16_t>(units->before + (units->before < 0xffff ? 1 : 0));
    }
    if (good == 0) units->run = 0;
}

std::uint32_t ck_units_hold(const void* cell, std::int64_t unit, std::uint32_t mode, std::int64_t count) {
    const auto* units = static_cast<const UnitRun*>(cell);
    if (units->unit == 0) return 0;
    if (mode == 1) return units->run >= count ? 1 : 0;
    const auto biased = static_cast<std::uint32_t>(unit + kUnitBias);
    // A look back at the instant before an event sees units that this event brought: as if current.
    if (units->unit >= biased) return (mode == 0 ? units->run : units->before) >= count ? 1 : 0;
    return units->unit == biased - 1 && units->run >= count ? 1 : 0;
}

}  // extern "C"

}  // namespace clausal::kernels
