// Host functions of aggregates that are kept as running sums: their window only grows, or begins anew
// with a unit of the calendar or with another occurrence.

#include <algorithm>
#include <cstring>

#include "runtime/base/statistics.h"
#include "runtime/engine/host_functions.h"
#include "runtime/engine/machine.h"
#include "runtime/engine/numbers.h"

namespace clausal::engine {

using namespace abi;

namespace {

enum Op : std::uint8_t { kCount, kSum, kAverage, kMinimum, kMaximum, kRange, kDeviation };
enum Mark : std::int64_t { kSomeUnknown = 1, kSumFault = 2 };

// The first words of a copy of the cell.
struct Header {
    std::int64_t started;  // a unit is under way
    std::int64_t unit;
    std::int64_t last_time;  // closed units: of the latest before birth
    std::int64_t settled;    // closed units: what came before birth is left out
    std::int64_t doubtful;   // since: an unknown one since the latest true one
};
static_assert(sizeof(Header) == kRunningHeader * sizeof(std::int64_t));

struct Accumulator {
    std::int64_t low, high;  // occurrences: sure ones, and all that may be
    std::int64_t known;      // values
    std::int64_t marks;
    std::int64_t
        numbers[8];  // sum and sum of squares, or the least and the greatest; as the op needs
};

// The cell is words; no more than `words` of them belong to an accumulator.
struct Cell {
    Header* header;
    std::int64_t *now,
        *before;  // accumulators; `before`: of the unit before, or of all closed units
    std::size_t words;
};

Cell cell_of(std::int64_t* copy, const RunningSpec& running) {
    const bool units = running.kind != WindowKind::all && running.kind != WindowKind::since;
    const std::size_t words = (running.words - kRunningHeader) / (units ? 2 : 1);
    return {reinterpret_cast<Header*>(copy), copy + kRunningHeader,
        copy + kRunningHeader + (units ? words : 0), words};
}

Rational number_at(const std::int64_t* words) {
    Rational out;
    std::memcpy(&out.numerator, words, sizeof(Int128));
    std::memcpy(&out.denominator, words + 2, sizeof(Int128));
    if (out.denominator == 0) out.denominator = 1;  // as at the start
    return out;
}
void set_number_at(std::int64_t* words, const Rational& value) {
    std::memcpy(words, &value.numerator, sizeof(Int128));
    std::memcpy(words + 2, &value.denominator, sizeof(Int128));
}

void clear(std::int64_t* accumulator, std::size_t words) {
    std::memset(accumulator, 0, words * sizeof(std::int64_t));
}

void add_value(std::int64_t* words, std::uint8_t op, const Rational& value) {
    auto* sums = reinterpret_cast<Accumulator*>(words);
    const bool first = sums->known++ == 0;
    std::int64_t* numbers = words + 4;
    const auto extreme = [&](std::int64_t* at, int sign) {
        if (first || compare(value, number_at(at)) * sign > 0) set_number_at(at, value);
    };
    switch (op) {
    case kSum:
    case kAverage:
    case kDeviation: {
        if ((sums->marks & kSumFault) != 0) return;
        Rational sum = number_at(numbers), square, squares;
        Fault fault = add(sum, value, &sum);
        if (op == kDeviation) {
            squares = number_at(numbers + 4);
            if (fault == Fault::none) fault = multiply(value, value, &square);
            if (fault == Fault::none) fault = add(squares, square, &squares);
            set_number_at(numbers + 4, squares);
        }
        set_number_at(numbers, sum);
        if (fault != Fault::none) sums->marks |= kSumFault;
        return;
    }
    case kMinimum: extreme(numbers, -1); return;
    case kMaximum: extreme(numbers, 1); return;
    case kRange:
        extreme(numbers, -1);
        extreme(numbers + 4, 1);
        return;
    default: return;
    }
}

void give(Number* out, Fault fault, const Rational& value) {
    if (fault != Fault::none) {
        out->status = status_of(fault);
    } else {
        set_number(out, value);
    }
}

void read(const std::int64_t* words, std::uint8_t op, bool doubtful, Number* out) {
    static const std::int64_t kNothing[12] = {};
    if (words == nullptr) words = kNothing;
    const auto* sums = reinterpret_cast<const Accumulator*>(words);
    if (op == kCount) {
        set_number(&out[0], {sums->low, 1});
        set_number(&out[1], {sums->high, 1});
        return;
    }
    if ((sums->marks & kSomeUnknown) != 0 || doubtful) return;
    const std::int64_t* numbers = words + 4;
    Fault fault = (sums->marks & kSumFault) != 0 ? Fault::overflow : Fault::none;
    Rational value;
    if (op == kSum) return give(out, fault, sums->known == 0 ? Rational{} : number_at(numbers));
    if (sums->known == 0) return;
    switch (op) {
    case kAverage:
        if (fault == Fault::none) fault = divide(number_at(numbers), {sums->known, 1}, &value);
        break;
    case kDeviation:
        if (sums->known < 2) return;
        if (fault == Fault::none) {
            fault =
                sample_variance(sums->known, number_at(numbers), number_at(numbers + 4), &value);
        }
        if (fault == Fault::none) fault = square_root(value, 6, &value);
        break;
    case kRange: fault = subtract(number_at(numbers + 4), number_at(numbers), &value); break;
    default: value = number_at(numbers); break;
    }
    give(out, fault, value);
}

std::int64_t unit_at(const Machine& machine, const RunningSpec& running, Microseconds time) {
    return unit_of(machine.data.zone, static_cast<CalendarUnit>(running.unit), time, nullptr)
        .value_or(0);
}

// A unit begins: what becomes of the one that was under way.
void turn(const RunningSpec& running, const Cell& cell, std::int64_t unit) {
    Header& header = *cell.header;
    if (header.started != 0 && unit <= header.unit) return;
    const bool adjacent = header.started != 0 && header.unit == unit - 1;
    if (running.kind == WindowKind::closed_units || adjacent) {
        std::memcpy(cell.before, cell.now, cell.words * sizeof(std::int64_t));
    } else {
        clear(cell.before, cell.words);
    }
    if (running.kind != WindowKind::closed_units) clear(cell.now, cell.words);
    header.started = 1;
    header.unit = unit;
}

}  // namespace

extern "C" {

// A step at which an occurrence or one of `since` came; `value` is null where there is none.
void ch_running(Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t of,
    const Number* value, std::int64_t since) noexcept {
    Machine& machine = machine_of(ctx);
    const RunningSpec& running = machine.spec.runnings[index];
    auto* words = reinterpret_cast<std::int64_t*>(state + running.cell);
    if (running.twice) {
        std::memcpy(words + 1 + running.words, words + 1, running.words * sizeof(std::int64_t));
        words[0] = ctx->step + 1;
    }
    const Cell cell = cell_of(words + 1, running);
    if (of != kFalse) {
        if (running.kind == WindowKind::closed_units && cell.header->settled == 0) {
            // Of what comes before birth only the instant of birth counts.
            const bool born = ctx->born != 0;
            const Microseconds from =
                born ? reinterpret_cast<const StateHeader*>(state)->birth : ctx->time;
            if (cell.header->last_time < from) {
                clear(cell.now, cell.words);
                clear(cell.before, cell.words);
            }
            cell.header->last_time = ctx->time;
            cell.header->settled = born ? 1 : 0;
        }
        if (running.kind != WindowKind::all && running.kind != WindowKind::since) {
            turn(running, cell, unit_at(machine, running, ctx->time));
        }
        auto* sums = reinterpret_cast<Accumulator*>(cell.now);
        ++sums->high;
        if (of != kTrue) {
            sums->marks |= kSomeUnknown;
        } else {
            ++sums->low;
            if (value != nullptr && value->status == kKnown)
                add_value(cell.now, running.op, rational_of(*value));
        }
    }
    if (since == kTrue) {
        clear(cell.now, cell.words);
        cell.header->doubtful = 0;
    } else if (since != kFalse) {
        reinterpret_cast<Accumulator*>(cell.now)->low = 0;
        cell.header->doubtful = 1;
    }
}

// out[0] and out[1]: the bounds of a count; of other aggregates out[0] is the value.
void ch_running_read(Context* ctx, std::uint8_t* state, std::uint32_t index, std::uint32_t before,
    Number* out) noexcept {
    Machine& machine = machine_of(ctx);
    const RunningSpec& running = machine.spec.runnings[index];
    out[0].status = out[1].status = kMissingNumber;
    auto* words = reinterpret_cast<std::int64_t*>(state + running.cell);
    const bool changed = before != 0 && words[0] == ctx->step + 1;
    const Cell cell = cell_of(words + 1 + (changed ? running.words : 0), running);
    const bool is_count = running.op == kCount;
    if (running.kind == WindowKind::all || running.kind == WindowKind::since) {
        return read(cell.now, running.op, cell.header->doubtful != 0 && !is_count, out);
    }
    const std::int64_t unit = unit_at(machine, running, ctx->time);
    const bool current = cell.header->started != 0 && cell.header->unit == unit;
    const std::int64_t* chosen = nullptr;
    if (running.kind == WindowKind::this_unit) {
        chosen = current ? cell.now : nullptr;
    } else {
        if (ctx->born == 0 || (before != 0 && ctx->birth_step != 0)) return;
        const Microseconds birth = reinterpret_cast<const StateHeader*>(state)->birth;
        if (running.kind == WindowKind::previous_unit) {
            if (unit_at(machine, running, birth) >= unit) return;
            chosen = current                                                      ? cell.before
                     : cell.header->started != 0 && cell.header->unit == unit - 1 ? cell.now
                                                                                  : nullptr;
        } else if (cell.header->started != 0 &&
                   (cell.header->settled != 0 || cell.header->last_time >= birth)) {
            chosen = current ? cell.before : cell.now;
        }
    }
    read(chosen, running.op, false, out);
}

}  // extern "C"

}  // namespace clausal::engine
