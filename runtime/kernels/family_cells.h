#pragma once
// Threshold families: what is kept per subject in place of a state per rule. A position counts the
// thresholds, in ascending order, that lie below: those from a position on are true (`sure`), those
// before another are false (`maybe` and later ones are not false).

#include <cstdint>

#include "runtime/abi/context.h"

namespace clausal::kernels {

struct Positions {
    std::uint16_t sure, maybe;
};

// The last base steps of a streak; followed by a ring of Positions.
struct StreakCell {
    std::uint16_t filled, next;
};

// The last non-empty units: the last one (biased; 0: none), how many of them are adjacent, its place in
// the ring of positions that follows: of each unit the highest one, whose thresholds the unit breaks.
struct UnitsCell {
    std::uint32_t unit;
    std::uint16_t run, place;
};

extern "C" {
std::int64_t ck_level(const std::int64_t* thresholds, std::int64_t count, std::int64_t value);
void ck_family_streak_push(void* cell, std::int64_t length, std::int64_t sure, std::int64_t maybe);
std::int64_t ck_family_streak(const void* cell, std::int64_t length, std::int64_t all);
void ck_family_units_push(void* cell, std::int64_t unit, std::int32_t with_data, std::int64_t ring,
    std::int64_t position);
std::int64_t ck_family_units(const void* cell, std::int64_t unit, std::int32_t mode,
    std::int64_t ring, std::int64_t length, std::int64_t all);
void ck_family_fire(abi::Context* ctx, const std::uint32_t* rules, std::int64_t from,
    std::int64_t to, std::int64_t subject, std::int64_t time, std::int64_t reference,
    std::int64_t depth, std::int64_t kind);
void ck_family_unknown(abi::Context* ctx, std::int64_t base, std::int64_t maybe, std::int64_t sure);
void ck_extreme_push(abi::Pool* pool, abi::LogHead* head, std::int64_t time, std::int64_t value);
void ck_extreme_trim(const abi::Pool* pool, abi::LogHead* head, std::int64_t edge);
std::int64_t ck_extreme_front(
    const abi::Pool* pool, const abi::LogHead* head, std::int64_t edge, std::int32_t time);
std::int64_t ck_extreme_last(const abi::Pool* pool, const abi::LogHead* head);
std::int64_t ck_ring_count(const void* cell, std::uint32_t size, std::int64_t edge);
}

}  // namespace clausal::kernels
