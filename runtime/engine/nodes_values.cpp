// Host functions of values: exact arithmetic, dates, texts, lists; and of steps: timers, firings.

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "runtime/engine/host_functions.h"
#include "runtime/engine/machine.h"
#include "runtime/engine/numbers.h"
#include "runtime/engine/unit_edges.h"
#include "runtime/kernels/kernels.h"

namespace clausal::engine {

using namespace abi;

namespace {

constexpr std::size_t kFirstFirings = 32768;  // the least room that is made at the first firing

void set_result(Number* out, Fault fault, const Rational& value) {
    if (fault == Fault::none) {
        set_number(out, value);
    } else {
        out->status = status_of(fault);
    }
}

// Unknown operands make the result unknown; a fault among them wins.
bool unknown_operand(Number* out, const Number* left, const Number* right) {
    const std::int64_t status = std::max(left->status, right == nullptr ? 0 : right->status);
    out->status = status;
    return status != kKnown;
}

bool holds(int order, std::uint32_t op) {
    switch (op) {
    case 0: return order < 0;
    case 1: return order <= 0;
    case 2: return order == 0;
    case 3: return order != 0;
    case 4: return order >= 0;
    default: return order > 0;
    }
}

// Leftmost non-overlapping occurrences.
std::int64_t occurrences(const std::string& text, const std::string& word) {
    if (word.empty()) return 0;
    std::int64_t count = 0;
    for (std::size_t at = text.find(word); at != std::string::npos;
        at = text.find(word, at + word.size()))
        ++count;
    return count;
}

std::int64_t code_points(const std::string& text) {
    return std::count_if(text.begin(), text.end(),
        [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
}

const std::string* text_at(const Context* ctx, std::int64_t id) {
    const auto& dictionary = machine_of(ctx).data.data->dictionary;
    return id < 0 || static_cast<std::size_t>(id) >= dictionary.size() ? nullptr
                                                                       : &dictionary.text(id);
}

}  // namespace

extern "C" {

void ch_advance(Context* ctx, State state, std::int64_t subject, std::int64_t reference) noexcept {
    machine_of(ctx).advance(
        state, static_cast<std::uint32_t>(subject), static_cast<std::uint64_t>(reference));
}

void ch_birth(Context* ctx, std::int64_t reference) noexcept {
    Machine& machine = machine_of(ctx);
    const auto type = static_cast<std::uint64_t>(reference) >> 32U;
    const auto row = static_cast<std::uint64_t>(reference) & 0xffffffffU;
    const auto& references = machine.data.schema->events[type].subjects;
    for (std::size_t i = 0; i < references.size(); ++i) {
        if (references[i].kind != machine.spec.subject_kind) continue;
        const std::uint32_t subject = machine.data.tables[type].subjects[i][row];
        State state = machine.state_of(subject);
        const auto* header = reinterpret_cast<const StateHeader*>(state);
        const EventReference birth = machine.data.births[machine.spec.subject_kind][subject];
        if (birth.type != type || birth.row != row) continue;  // born before
        if (header->deadline != 0 && header->birth != kMissing)
            continue;  // both references hold it
        machine.advance(state, subject, static_cast<std::uint64_t>(reference));
        ctx->time = machine.time_of(static_cast<std::uint64_t>(reference));
        ctx->kind = kEventStep;
        ctx->depth = 0;
        ctx->reference = reference;
        ctx->place = ++ctx->step;
        machine.code.birth(ctx, state);
        ctx->birth_step = 0;
        ch_rearm(ctx, state);
    }
}

void ch_rearm(Context* ctx, State state) noexcept {
    Machine& machine = machine_of(ctx);
    reinterpret_cast<StateHeader*>(state)->deadline =
        machine.next(state, static_cast<std::uint32_t>(ctx->subject), ctx->time);
}

void ch_outputs(Context* ctx, State state) noexcept {
    Machine& machine = machine_of(ctx);
    if (ctx->depth == 0) machine.output_steps(state);
}

// The frame of a firing seen at this output step; null when the rule did not fire.
Frame ch_fired(Context* ctx, Index rule, Index first_word, Index words) noexcept {
    Machine& machine = machine_of(ctx);
    for (const auto& fired : machine.fired) {
        if (fired.rule != rule) continue;
        auto& frame = machine.fired_frames.emplace_back(kEntryWords + words);
        frame[kEntryTime] = ctx->time;
        frame[kEntryStep] = ctx->step;
        frame[kEntryReference] = ctx->reference;
        frame[kEntryTruth] = kTrue;
        frame[kEntryPlace] = ctx->place;
        for (std::uint32_t i = 0; i < words; ++i)
            frame[kEntryWords + i] = machine.output[fired.values + first_word + i];
        return frame.data();
    }
    return nullptr;
}

// A firing of a rule that is true: null where the effective period or the limit holds it back.
std::int64_t* ch_fire(Context* ctx, State state, Index index) noexcept {
    Machine& machine = machine_of(ctx);
    const RuleSpec& rule = machine.spec.rules[index];
    if (ctx->time < rule.from || ctx->time >= rule.until) return nullptr;
    if (rule.limit_count > 0) {
        const std::uint64_t key = static_cast<std::uint64_t>(ctx->subject) << 32U | rule.rule;
        auto& head = rule.limit_head == kNone
                         ? machine.limits[key]
                         : *reinterpret_cast<LogHead*>(state + rule.limit_head);
        const Zone& zone = machine.data.zone;
        const auto unit = static_cast<CalendarUnit>(rule.limit_unit);
        const auto current =
            rule.limit_length > 0 ? std::nullopt : unit_of(zone, unit, ctx->time, nullptr);
        while (head.count > 0) {
            const Microseconds time = *kernels::entry(machine.pool, head, 1, 0);
            if (rule.limit_length > 0 ? ctx->time - time < rule.limit_length
                                      : unit_of(zone, unit, time, nullptr) == current) {
                break;
            }
            kernels::drop_front(head);
        }
        if (head.count >= rule.limit_count) {
            ++ctx->counters[rule.rule].suppressed;
            return nullptr;
        }
        *kernels::push(machine.pool, head, 1) = ctx->time;
    }
    const std::uint64_t values = machine.output.size();
    machine.output.resize(values + (rule.stores ? rule.values : 0) + 1);
    kernels::ck_fire(
        ctx, rule.rule, ctx->subject, ctx->time, ctx->reference, ctx->depth, ctx->kind);
    ctx->fire_next[-1].values = values;
    if (machine.spec.outputs) machine.fired_next.push_back({rule.rule, values});
    return machine.output.data() + values;
}

Truth ch_daily(Context* ctx, Index index) noexcept {
    Machine& machine = machine_of(ctx);
    if (ctx->kind != kDeadlineStep || ctx->place != -1 || ctx->depth != 0 || ctx->born == 0)
        return kFalse;
    const DailySpec& daily = machine.spec.dailies[index];
    const std::int64_t day = machine.data.zone.day_of(ctx->time);
    for (std::int64_t candidate = day - 1; candidate <= day + 1; ++candidate) {
        Microseconds instant = 0;
        machine.data.zone.to_instant(candidate * kDay + daily.minute * kMinute, &instant);
        if (instant == ctx->time &&
            is_daily(candidate, daily.unit, daily.count, machine.calendar(daily.calendar)))
            return kTrue;
    }
    return kFalse;
}

std::int64_t ch_subject_field(Context* ctx, std::uint32_t slot) noexcept {
    Machine& machine = machine_of(ctx);
    const auto& registers = machine.data.data->subjects[machine.spec.subject_kind].registers;
    const auto subject = static_cast<std::size_t>(ctx->subject);
    if (subject >= registers.size()) return kMissing;
    const RegisterVersion* chosen = nullptr;
    for (const auto& version : registers[subject]) {
        if (version.valid_from <= ctx->time &&
            (chosen == nullptr || version.valid_from >= chosen->valid_from)) {
            chosen = &version;
        }
    }
    return chosen == nullptr || slot >= chosen->values.size() ? kMissing : chosen->values[slot];
}

std::int64_t ch_key_part(Context* ctx, std::uint32_t slot) noexcept {
    Machine& machine = machine_of(ctx);
    const auto& keys = machine.data.data->subjects[machine.spec.subject_kind].keys;
    const auto& key = keys[static_cast<std::size_t>(ctx->subject)];
    return slot < key.size() ? key[slot] : kMissing;
}

void ch_date_of(Context* ctx, const Number* instant, Number* out) noexcept {
    if (unknown_operand(out, instant, nullptr)) return;
    const std::int64_t time = ch_floor_word(instant);
    out->status = kMissingNumber;
    if (time != kMissing) set_number(out, {machine_of(ctx).data.zone.day_of(time), 1});
}

void ch_add_days(Context* ctx, const Number* from, const Number* count, std::uint32_t calendar,
    Number* out) noexcept {
    if (unknown_operand(out, from, count)) return;
    out->status = kMissingNumber;
    const std::int64_t date = ch_floor_word(from);
    if (date == kMissing) return;
    const Rational days = rational_of(*count);
    if (days.denominator != 1 || days.numerator > 4'000'000'000LL ||
        days.numerator < -4'000'000'000LL)
        return;
    const auto whole = static_cast<std::int64_t>(days.numerator);
    if (calendar == kNone) {
        std::int64_t day = 0;
        if (!__builtin_add_overflow(date, whole, &day)) set_number(out, {day, 1});
        return;
    }
    const auto day = machine_of(ctx).calendar(calendar)->add_working_days(date, whole);
    if (day) set_number(out, {*day, 1});
}

void ch_add_working_time(Context* ctx, const Number* from, const Number* length,
    std::uint32_t calendar, Number* out) noexcept {
    if (unknown_operand(out, from, length)) return;
    out->status = kMissingNumber;
    const std::int64_t instant = ch_floor_word(from);
    std::int64_t whole = 0;
    if (instant == kMissing ||
        to_scaled(rational_of(*length), 0, Rounding::down, &whole) != Fault::none || whole <= 0)
        return;
    Machine& machine = machine_of(ctx);
    const auto at =
        machine.calendar(calendar)->after_working_time(machine.data.zone, instant, whole);
    if (at) set_number(out, {*at, 1});
}

void ch_weekday(const Number* date, Number* out) noexcept {
    if (unknown_operand(out, date, nullptr)) return;
    out->status = kMissingNumber;
    const std::int64_t day = ch_floor_word(date);
    if (day != kMissing) set_number(out, {weekday_of(day) + 1, 1});
}

Truth ch_contains(Context* ctx, Index index, std::int64_t id) noexcept {
    const std::string* text = text_at(ctx, id);
    if (text == nullptr) return kUnknown;
    for (const auto& word : machine_of(ctx).spec.texts[index].words) {
        if (text->find(word) != std::string::npos) return kTrue;
    }
    return kFalse;
}

void ch_density(Context* ctx, Index index, std::int64_t id, Number* out) noexcept {
    const std::string* text = text_at(ctx, id);
    out->status = kMissingNumber;
    if (text == nullptr || text->empty()) return;
    std::int64_t count = 0;
    for (const auto& word : machine_of(ctx).spec.texts[index].words)
        count += occurrences(*text, word);
    Rational value;
    const Fault fault = make_rational(Int128{count} * 1000, code_points(*text), &value);
    set_result(out, fault, value);
}

Truth ch_member_word(Context* ctx, Index index, std::int64_t word) noexcept {
    if (word == kMissing) return kUnknown;
    Machine& machine = machine_of(ctx);
    const auto& text = machine.spec.texts[index];
    const auto& list = text.list_type == TypeKind::text ? machine.text_ids[index] : text.codes;
    return std::find(list.begin(), list.end(), word) != list.end() ? kTrue : kFalse;
}

Truth ch_member_number(Context* ctx, Index index, const Number* number) noexcept {
    if (number->status != kKnown) return unknown_truth(number->status);
    const Rational value = rational_of(*number);
    for (const Rational& element : machine_of(ctx).spec.texts[index].numbers) {
        if (compare(value, element) == 0) return kTrue;
    }
    return kFalse;
}

Truth ch_overlaps(Context* ctx, std::int64_t left, std::uint32_t left_is_set, std::int64_t right,
    std::uint32_t right_is_set) noexcept {
    if (left == kMissing || right == kMissing) return kUnknown;
    const auto& dictionary = machine_of(ctx).data.data->dictionary;
    const auto members = [&](const std::int64_t& id, std::uint32_t is_set) {
        if (is_set == 0) return std::span<const std::int64_t>(&id, 1);
        return id < 0 ? std::span<const std::int64_t>() : dictionary.set(id);
    };
    for (const std::int64_t a : members(left, left_is_set)) {
        for (const std::int64_t b : members(right, right_is_set)) {
            if (a == b) return kTrue;
        }
    }
    return kFalse;
}

void ch_number_word(Number* out, std::int64_t word, std::int32_t decimals) noexcept {
    if (word == kMissing) {
        out->status = kMissingNumber;
    } else {
        set_number(out, from_scaled(word, decimals));
    }
}

void ch_number_count(Number* out, std::int64_t low, std::int64_t high) noexcept {
    out->status = kMissingNumber;
    if (low == high) set_number(out, {low, 1});
}

void ch_arithmetic(
    Number* out, const Number* left, const Number* right, std::uint32_t op) noexcept {
    if (unknown_operand(out, left, right)) return;
    const Rational a = rational_of(*left), b = rational_of(*right);
    Rational value;
    Fault fault = Fault::none;
    switch (op) {
    case 0: fault = add(a, b, &value); break;
    case 1: fault = subtract(a, b, &value); break;
    case 2: fault = multiply(a, b, &value); break;
    case 3: fault = divide(a, b, &value); break;
    case 4: value = compare(a, b) <= 0 ? a : b; break;
    default: value = compare(a, b) >= 0 ? a : b; break;
    }
    set_result(out, fault, value);
}

void ch_negative(Number* out, const Number* of) noexcept {
    if (unknown_operand(out, of, nullptr)) return;
    Rational value;
    const Fault fault = subtract({0, 1}, rational_of(*of), &value);
    set_result(out, fault, value);
}

void ch_round(
    Number* out, const Number* of, std::uint32_t rounding, std::int32_t decimals) noexcept {
    if (unknown_operand(out, of, nullptr)) return;
    std::int64_t scaled = 0;
    const Fault fault =
        to_scaled(rational_of(*of), decimals, static_cast<Rounding>(rounding), &scaled);
    set_result(out, fault, fault == Fault::none ? from_scaled(scaled, decimals) : Rational{});
}

void ch_floor(Number* out, const Number* of) noexcept {
    if (unknown_operand(out, of, nullptr)) return;
    const Int128 whole = floor_of(rational_of(*of));
    if (whole <= Int128{kMissing} || whole > Int128{kForever}) {
        out->status = kOverflowNumber;
        return;
    }
    set_number(out, {whole, 1});
}

std::int64_t ch_floor_word(const Number* of) noexcept {
    if (of->status != kKnown) return kMissing;
    const Int128 whole = floor_of(rational_of(*of));
    if (whole <= Int128{kMissing} || whole > Int128{kForever}) return kMissing;
    return static_cast<std::int64_t>(whole);
}

Truth ch_compare(const Number* left_low, const Number* left_high, const Number* right_low,
    const Number* right_high, std::uint32_t op) noexcept {
    const std::int64_t status = std::max(std::max(left_low->status, left_high->status),
        std::max(right_low->status, right_high->status));
    if (status != kKnown) return unknown_truth(status);
    const Rational a0 = rational_of(*left_low), a1 = rational_of(*left_high);
    const Rational b0 = rational_of(*right_low), b1 = rational_of(*right_high);
    // The order of two members lies between these two.
    const int least = compare(a0, b1), most = compare(a1, b0);
    if (op == 2 || op == 3) {
        Truth equal = kUnknown;
        if (least == 0 && most == 0) equal = kTrue;
        if (least > 0 || most < 0) equal = kFalse;
        return op == 2 ? equal : negate(equal);
    }
    const bool with_least = holds(least, op), with_most = holds(most, op);
    if (with_least && with_most) return kTrue;
    return with_least || with_most ? kUnknown : kFalse;
}

std::int64_t ch_store(
    Context* ctx, Index rule, Index value, const Number* number, std::int32_t decimals) noexcept {
    std::int64_t out = kMissing;
    Fault fault = fault_of(number->status);
    if (number->status == kKnown)
        fault = to_scaled(rational_of(*number), decimals, Rounding::half_up, &out);
    if (fault != Fault::none) {
        machine_of(ctx).faults.push_back(
            {rule, static_cast<std::uint32_t>(ctx->subject), ctx->time, fault, value});
        return kMissing;
    }
    return out;
}

void ch_fault(Context* ctx, Index rule, std::int64_t truth, std::int64_t subject,
    std::int64_t time) noexcept {
    const Fault reason = truth == kDivided ? Fault::division_by_zero : Fault::overflow;
    machine_of(ctx).faults.push_back(
        {rule, static_cast<std::uint32_t>(subject), time, reason, kNone});
}

void ch_fire_room(Context* ctx) noexcept {
    Machine& machine = machine_of(ctx);
    const std::size_t used = machine.firings.size();
    // Room that is not touched yet costs nothing, moving firings does.
    std::size_t expected = kFirstFirings;
    for (const std::uint32_t type : machine.spec.types)
        expected = std::max(expected, machine.data.data->tables[type].size() / 2);
    machine.firings.resize(std::max(used * 2, expected));
    ctx->fire_next = machine.firings.data() + used;
    ctx->fire_end = machine.firings.data() + machine.firings.size();
}

std::uint32_t ch_pool_take(Pool* pool, std::uint32_t size_class) noexcept {
    if (pool->free_blocks[size_class] != 0) {
        const std::uint32_t block = pool->free_blocks[size_class];
        pool->free_blocks[size_class] = static_cast<std::uint32_t>(pool->words[block]);
        return block;
    }
    const std::uint64_t words = std::uint64_t{1} << size_class;
    if (pool->size + words > pool->capacity) {
        std::uint64_t capacity = std::max<std::uint64_t>(pool->capacity * 2, 4096);
        while (capacity < pool->size + words) capacity *= 2;
        // Blocks of a cache line lie in one.
        auto* grown =
            static_cast<std::int64_t*>(std::aligned_alloc(64, capacity * sizeof(std::int64_t)));
        if (grown == nullptr || capacity > 0xffffffffULL) std::abort();  // 32 GiB of pending state
        if (pool->words != nullptr)
            std::memcpy(grown, pool->words, pool->size * sizeof(std::int64_t));
        std::free(pool->words);
        pool->words = grown;
        pool->capacity = capacity;
    }
    const std::uint64_t block = pool->size;
    pool->size += words;
    return static_cast<std::uint32_t>(block);
}

}  // extern "C"

}  // namespace clausal::engine
