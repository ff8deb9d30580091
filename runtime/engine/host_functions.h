#pragma once
// The functions that generated code calls, as C++ sees them: one line each in
// runtime/abi/host_functions.def, what each does is said where it is defined. None throws.

#include <cstdint>

#include "runtime/abi/context.h"

namespace clausal::engine {

using abi::Context;
using abi::Number;
using State = std::uint8_t*;
using Index = std::uint32_t;
using Truth = std::int64_t;
using Frame = const std::int64_t*;

extern "C" {
void ch_advance(Context*, State, std::int64_t subject, std::int64_t reference) noexcept;
void ch_birth(Context*, std::int64_t reference) noexcept;
void ch_rearm(Context*, State) noexcept;
void ch_outputs(Context*, State) noexcept;
Frame ch_fired(Context*, Index rule, Index first_word, Index words) noexcept;
std::int64_t* ch_fire(Context*, State, Index rule) noexcept;
std::int64_t* ch_log(Context*, State, Index, Truth, Frame, std::uint32_t frame_words) noexcept;
std::int64_t* ch_log_last(Context*, State, Index) noexcept;
void ch_mark(Context*, State, Index, Truth) noexcept;
void ch_running(Context*, State, Index, Truth of, const Number* value, Truth since) noexcept;
void ch_running_read(Context*, State, Index, std::uint32_t before, Number* out) noexcept;
Frame ch_latest(Context*, State, Index, Frame self) noexcept;
void ch_aggregate(Context*, State, Index, Frame self, Number* out) noexcept;
void ch_elapsed(Context*, State, Index, Frame start, Number* out) noexcept;
Truth ch_exists(Context*, State, Index, std::int64_t at, Frame self) noexcept;
Truth ch_shift(Context*, State, Index) noexcept;
Truth ch_cluster(Context*, State, Index) noexcept;
Truth ch_silence(Context*, State, Index) noexcept;
std::int64_t ch_closed_units(Context*, State, std::uint32_t unit, std::uint32_t before) noexcept;
Truth ch_known_for(Context*, State, std::int64_t high, std::uint32_t before) noexcept;
Truth ch_sequence(Context*, State, Index, Truth second, Frame self, std::int64_t* first) noexcept;
void ch_sequence_without(Context*, State, Index, Truth) noexcept;
void ch_pair_push(Context*, State, Index, Truth, Frame) noexcept;
Truth ch_absence_before(Context*, State, Index, Truth event, Frame self) noexcept;
Truth ch_absence(Context*, State, Index, Truth start, Frame, Truth absent, Frame, Truth unless,
    Frame, Truth until, std::int64_t* out) noexcept;
void ch_streak_push(Context*, State, Index, Truth base, Truth of) noexcept;
void ch_streak_absence(Context*, State, Index, Truth start, Truth filter) noexcept;
void ch_streak_without(Context*, State, Index, Truth) noexcept;
Truth ch_streak(Context*, State, Index) noexcept;
void ch_consecutive_push(Context*, State, Index, Truth condition) noexcept;
void ch_unit_refresh(Context*, std::uint32_t unit, std::int64_t time) noexcept;
Truth ch_consecutive(Context*, State, Index) noexcept;
void ch_hold_observe(Context*, State, Index, Truth) noexcept;
Truth ch_hold(Context*, State, Index, std::uint32_t before) noexcept;
Truth ch_daily(Context*, Index) noexcept;
std::int64_t ch_subject_field(Context*, std::uint32_t slot) noexcept;
std::int64_t ch_key_part(Context*, std::uint32_t slot) noexcept;
void ch_date_of(Context*, const Number* instant, Number* out) noexcept;
void ch_add_days(Context*, const Number* date, const Number* count, std::uint32_t calendar,
    Number* out) noexcept;
void ch_add_working_time(Context*, const Number* from, const Number* length, std::uint32_t calendar,
    Number* out) noexcept;
void ch_weekday(const Number* date, Number* out) noexcept;
Truth ch_contains(Context*, Index, std::int64_t text) noexcept;
void ch_density(Context*, Index, std::int64_t text, Number* out) noexcept;
Truth ch_member_word(Context*, Index, std::int64_t word) noexcept;
Truth ch_member_number(Context*, Index, const Number*) noexcept;
Truth ch_overlaps(Context*, std::int64_t left, std::uint32_t left_is_set, std::int64_t right,
    std::uint32_t right_is_set) noexcept;
void ch_number_word(Number* out, std::int64_t word, std::int32_t decimals) noexcept;
void ch_number_count(Number* out, std::int64_t low, std::int64_t high) noexcept;
void ch_arithmetic(Number* out, const Number* left, const Number* right, std::uint32_t op) noexcept;
void ch_negative(Number* out, const Number*) noexcept;
void ch_round(Number* out, const Number*, std::uint32_t rounding, std::int32_t decimals) noexcept;
void ch_floor(Number* out, const Number*) noexcept;
std::int64_t ch_floor_word(const Number*) noexcept;
std::int64_t ch_family_level(Context*, Index family, const Number* value) noexcept;
Truth ch_compare(const Number* left_low, const Number* left_high, const Number* right_low,
    const Number* right_high, std::uint32_t op) noexcept;
std::int64_t ch_store(
    Context*, Index rule, Index value, const Number*, std::int32_t decimals) noexcept;
// The condition of a rule is undecided because of a fault; of all rules of a family between two places.
void ch_fault(Context*, Index rule, Truth, std::int64_t subject, std::int64_t time) noexcept;
void ch_family_fault(Context*, Index family, std::int64_t maybe, std::int64_t sure, Truth,
    std::int64_t subject, std::int64_t time) noexcept;
void ch_fire_room(Context*) noexcept;
std::uint32_t ch_pool_take(abi::Pool*, std::uint32_t size_class) noexcept;
}

}  // namespace clausal::engine
