// Host functions that write logs and marks, and of what needs marks or births only: silence, closed units,
// known for.

#include <algorithm>
#include <cstring>

#include "runtime/engine/host_functions.h"
#include "runtime/engine/log_reading.h"
#include "runtime/engine/machine.h"
#include "runtime/engine/numbers.h"
#include "runtime/engine/unit_edges.h"
#include "runtime/kernels/kernels.h"

namespace clausal::engine {

using namespace abi;

void value_at(Machine& machine, std::uint8_t* state, const ReaderSpec& reader,
    const std::int64_t* entry, bool before, Number* out) {
    if (reader.compute != nullptr) {
        const bool saved = machine.view_before;
        machine.view_before = before;
        reader.compute(&machine.context, state, entry, out);
        machine.view_before = saved;
        return;
    }
    const std::int64_t* words = entry + reader.value.word;
    if (reader.value.rep == Rep::word) {
        ch_number_word(out, *words, reader.value.decimals);
    } else if (reader.value.rep == Rep::count) {
        out->status = kMissingNumber;
        if (words[0] != kMissing) ch_number_count(out, words[0], words[1]);
    } else {
        std::memcpy(out, words, sizeof(Number));
    }
    if (out->status > kMissingNumber) out->status = kMissingNumber;  // remembered
}

extern "C" {

std::int64_t* ch_log(Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t truth,
    const std::int64_t* frame, std::uint32_t frame_words) noexcept {
    Machine& machine = machine_of(ctx);
    const LogSpec& log = machine.spec.logs[index];
    auto& head = *reinterpret_cast<LogHead*>(state + log.head);
    if (log.retain == 0) {
        while (head.count >= log.keep_last) kernels::drop_front(head);
    } else if (log.retain != kForever && head.count > log.keep_last) {
        const Microseconds from =
            log.lagged ? kernels::entry(machine.pool, head, log.words, head.count - 1)[kEntryTime]
                       : ctx->time;
        const Microseconds edge = minus(from, log.retain);
        while (head.count > log.keep_last &&
               kernels::entry(machine.pool, head, log.words, 0)[kEntryTime] < edge) {
            kernels::drop_front(head);
        }
    }
    // One more than the cap: the latest of what its readers have forgotten.
    while (!log.all && head.count > machine.data.remembered) kernels::drop_front(head);
    std::int64_t* entry = kernels::push(machine.pool, head, log.words);
    std::memcpy(entry, frame, frame_words * sizeof(std::int64_t));
    entry[kEntryTime] = ctx->time;
    entry[kEntryStep] = ctx->step;
    entry[kEntryTruth] = remembered(truth);
    if (const std::uint32_t forgotten = machine.forgotten(head); forgotten > 0) {
        const Microseconds age =
            ctx->time - kernels::entry(machine.pool, head, log.words, forgotten - 1)[kEntryTime];
        for (const auto& [node, reach] : log.readers) {
            if (age <= reach) machine.overrun(node);
        }
    }
    return entry;
}

void ch_mark(Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t truth) noexcept {
    auto* cells = reinterpret_cast<MarkCell*>(state + machine_of(ctx).spec.marks[index].cell);
    cells[1] = cells[0];
    cells[0].any_time = ctx->time;
    cells[0].any_step = ctx->step + 1;
    if (truth != kTrue) return;
    cells[0].true_time = ctx->time;
    cells[0].true_step = ctx->step + 1;
}

std::int64_t* ch_log_last(Context* ctx, std::uint8_t* state, std::uint32_t index) noexcept {
    Machine& machine = machine_of(ctx);
    const LogSpec& log = machine.spec.logs[index];
    const LogHead& head = head_of(state, log);
    return kernels::entry(machine.pool, head, log.words, head.count - 1);
}

std::int64_t ch_silence(Context* ctx, std::uint8_t* state, std::uint32_t index) noexcept {
    Machine& machine = machine_of(ctx);
    const SilenceSpec& silence = machine.spec.silences[index];
    if (!is_born(ctx, silence.before)) return kFalse;
    const Microseconds birth = reinterpret_cast<const StateHeader*>(state)->birth;
    const MarkCell& mark = mark_at(machine, state, silence.mark, silence.before);
    const Microseconds x = mark.true_step != 0 ? std::max(birth, mark.true_time) : birth;
    const Microseconds y = mark.any_step != 0 ? std::max(birth, mark.any_time) : birth;
    Microseconds edge = 0;
    if (!__builtin_add_overflow(y, silence.high, &edge) && machine.past(edge, silence.before))
        return kTrue;
    if (!__builtin_add_overflow(x, silence.high, &edge) && machine.past(edge, silence.before))
        return kUnknown;
    return kFalse;
}

// How many units have closed since birth, that of the birth included.
std::int64_t ch_closed_units(
    Context* ctx, std::uint8_t* state, std::uint32_t unit, std::uint32_t before) noexcept {
    if (!is_born(ctx, before != 0)) return kMissing;
    const Zone& zone = machine_of(ctx).data.zone;
    const auto kind = static_cast<CalendarUnit>(unit);
    const Microseconds birth = reinterpret_cast<const StateHeader*>(state)->birth;
    const std::int64_t count = unit_of(zone, kind, ctx->time, nullptr).value_or(0) -
                               unit_of(zone, kind, birth, nullptr).value_or(0);
    return count > 0 ? count : kMissing;
}

std::int64_t ch_known_for(
    Context* ctx, std::uint8_t* state, Microseconds high, std::uint32_t before) noexcept {
    if (!is_born(ctx, before != 0)) return kFalse;
    const Microseconds birth = reinterpret_cast<const StateHeader*>(state)->birth;
    Microseconds edge = 0;
    return !__builtin_add_overflow(birth, high, &edge) && ctx->time >= edge ? kTrue : kFalse;
}

}  // extern "C"

}  // namespace clausal::engine
