#include "runtime/kernels/kernels.h"

namespace clausal::kernels {

namespace {

constexpr std::int64_t kNever = INT64_MAX, kNone64 = INT64_MIN;

// The last times of something, as many as a comparison needs: position, filled, then the times.
struct Ring {
    std::uint32_t position, filled;
    std::int64_t times[1];
};

}  // namespace

extern "C" {

void ck_ring_push(void* cell, std::uint32_t size, std::int64_t time) {
    auto* ring = static_cast<Ring*>(cell);
    ring->times[ring->position] = time;
    ring->position = ring->position + 1 == size ? 0 : ring->position + 1;
    if (ring->filled < size) ++ring->filled;
}

// Time of the n-th latest, n >= 1; the lowest value when there are fewer.
std::int64_t ck_ring_nth(const void* cell, std::uint32_t size, std::uint32_t n) {
    const auto* ring = static_cast<const Ring*>(cell);
    if (ring->filled < n) return kNone64;
    const std::uint32_t place = ring->position >= n ? ring->position - n : ring->position + size - n;
    return ring->times[place];
}

// Earliest time in a ring of entries; the highest value when it is empty.
std::int64_t ck_front_time(const Pool* pool, const LogHead* head, std::uint32_t words) {
    return head->count == 0 ? kNever : *entry(*pool, *head, words, 0);
}

void ck_time_push(Pool* pool, LogHead* head, std::int64_t time) {
    *push(*pool, *head, 1) = time;
}

// Whether a time t - high <= x <= t - low is in the ring; drops what is too old for ever.
std::uint32_t ck_lag_match(Pool* pool, LogHead* head, std::int64_t time, std::int64_t low, std::int64_t high) {
    while (head->count != 0) {
        const std::int64_t age = time - *entry(*pool, *head, 1, 0);
        if (age <= high) return age >= low ? 1 : 0;
        drop_front(*head);
    }
    return 0;
}

// An open instance of an absence: frame of a bare event, and the word `maybe`.
void ck_absence_open(Pool* pool, LogHead* head, std::uint32_t size, std::int64_t time, std::int64_t step,
                     std::int64_t reference, std::int64_t key) {
    std::int64_t* words = push(*pool, *head, size);
    words[abi::kEntryTime] = time;
    words[abi::kEntryStep] = step;
    words[abi::kEntryReference] = reference;
    words[abi::kEntryTruth] = abi::kTrue;
    words[abi::kEntryPlace] = step;
    words[abi::kEntryWords] = 0;
    if (size > abi::kEntryWords + 1) words[abi::kEntryWords + 1] = key;
}

// Closes the open instances with this key: failed. `run`: run length and latest failed step + 1 of a
// streak over them, or null.
void ck_absence_close(Pool* pool, LogHead* head, std::int64_t key, std::int64_t* run) {
    constexpr std::uint32_t kWords = abi::kEntryWords + 2;
    if (key == kNone64) return;
    std::uint32_t kept = 0;
    const std::uint32_t count = head->count;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::int64_t* words = entry(*pool, *head, kWords, i);
        if (words[kWords - 1] == key) {
            if (run != nullptr) {
                run[0] = 0;
                if (run[1] <= words[abi::kEntryStep]) run[1] = words[abi::kEntryStep] + 1;
            }
            continue;
        }
        if (kept != i) std::memcpy(entry(*pool, *head, kWords, kept), words, kWords * sizeof(std::int64_t));
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

// Consecutive units: cell = last unit, run ending there, run ending before it, status.
void ck_units_push(std::int64_t* cell, std::int64_t unit, std::uint32_t with_data, std::uint32_t good) {
    if (cell[3] == 0 || cell[0] != unit) {
        const bool adjacent = cell[3] != 0 && (with_data != 0 || cell[0] == unit - 1);
        cell[2] = adjacent ? cell[1] : 0;
        cell[0] = unit;
        cell[1] = cell[2] + 1;
        cell[3] = 1;
    }
    if (good == 0) {
        cell[1] = 0;
        cell[3] = 2;
    }
}

std::uint32_t ck_units_hold(const std::int64_t* cell, std::int64_t unit, std::uint32_t mode, std::int64_t count) {
    if (cell[3] == 0) return 0;
    if (mode == 1) return cell[1] >= count ? 1 : 0;
    if (cell[0] == unit) return (mode == 0 ? cell[1] : cell[2]) >= count ? 1 : 0;
    return cell[0] == unit - 1 && cell[1] >= count ? 1 : 0;
}

}  // extern "C"

}  // namespace clausal::kernels
