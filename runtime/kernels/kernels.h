#pragma once
// Kernels: what hot code does with the state of one subject. Compiled natively, and to bitcode that is
// inlined into generated code. Plain data, no exceptions; only growing a ring leaves the kernel.

#include <cstdint>
#include <cstring>

#include "runtime/abi/context.h"

// Gives a free block of 2^size_class words; may move Pool::words.
extern "C" std::uint32_t ch_pool_take(clausal::abi::Pool* pool, std::uint32_t size_class) noexcept;
// Makes room for firings.
extern "C" void ch_fire_room(clausal::abi::Context* ctx) noexcept;

namespace clausal::kernels {

// For unoptimised code and tests; generated code calls them by name (runtime/kernels/kernels.def).
extern "C" {
void ck_ring_push(void* cell, std::uint32_t size, std::int64_t time);
std::int64_t ck_ring_nth(const void* cell, std::uint32_t size, std::uint32_t n);
std::int64_t ck_front_time(const abi::Pool*, const abi::LogHead*, std::uint32_t words);
void ck_absence_open(abi::Pool*, abi::LogHead*, std::int64_t time, std::int64_t step,
    std::int64_t reference, std::int64_t key);
void ck_absence_close(abi::Pool*, abi::LogHead*, std::int64_t key, std::int64_t* run);
void ck_fire(abi::Context*, std::uint32_t rule, std::int64_t subject, std::int64_t time,
    std::int64_t reference, std::int64_t depth, std::int64_t kind);
void ck_entry_pop(const abi::Pool*, abi::LogHead*, std::uint32_t words, std::int64_t* out);
void ck_units_push(void* cell, std::int64_t unit, std::uint32_t mode, std::uint32_t good);
std::uint32_t ck_units_hold(
    const void* cell, std::int64_t unit, std::uint32_t mode, std::int64_t count);
}

// The state of consecutive units.
struct UnitRun {
    std::uint32_t unit;
    std::uint16_t run, before;
};
inline constexpr std::int64_t kUnitBias = std::int64_t{1} << 30;
// Of core::UnitMode.
inline constexpr std::uint32_t kUnitsWithData = 1, kUnitsComplete = 2;

using abi::LogHead;
using abi::Pool;

inline std::int64_t* entry(
    const Pool& pool, const LogHead& head, std::uint32_t words, std::uint32_t index) {
    return pool.words + head.base +
           static_cast<std::uint64_t>((head.head + index) & (head.capacity - 1)) * words;
}

inline void drop_front(LogHead& head) {
    head.head = (head.head + 1) & (head.capacity - 1);
    --head.count;
}

inline std::uint32_t size_class_of(std::uint64_t words) {
    return words <= 1 ? 0 : 64 - static_cast<std::uint32_t>(__builtin_clzll(words - 1));
}

// Doubles a ring. Kept out of line: rare.
[[gnu::noinline]] inline void grow(Pool& pool, LogHead& head, std::uint32_t words) {
    const std::uint32_t capacity = head.capacity == 0 ? 2 : head.capacity * 2;
    const std::uint32_t size_class = size_class_of(static_cast<std::uint64_t>(capacity) * words);
    const std::uint32_t base = ch_pool_take(&pool, size_class);
    for (std::uint32_t i = 0; i < head.count; ++i) {
        std::memcpy(pool.words + base + static_cast<std::uint64_t>(i) * words,
            entry(pool, head, words, i), words * sizeof(std::int64_t));
    }
    if (head.capacity != 0) {
        const std::uint32_t old = size_class_of(static_cast<std::uint64_t>(head.capacity) * words);
        pool.words[head.base] = pool.free_blocks[old];
        pool.free_blocks[old] = head.base;
    }
    head.base = base;
    head.head = 0;
    head.capacity = capacity;
}

// A new last entry, not yet filled.
inline std::int64_t* push(Pool& pool, LogHead& head, std::uint32_t words) {
    if (head.count == head.capacity) grow(pool, head, words);
    ++head.count;
    return entry(pool, head, words, head.count - 1);
}

}  // namespace clausal::kernels
