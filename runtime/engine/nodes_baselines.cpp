// Host functions of nodes that compare what is recent with what came before: shift, cluster.

#include <algorithm>
#include <vector>

#include "runtime/base/statistics.h"
#include "runtime/engine/host_functions.h"
#include "runtime/engine/log_reading.h"
#include "runtime/engine/machine.h"
#include "runtime/engine/numbers.h"
#include "runtime/engine/unit_edges.h"
#include "runtime/kernels/kernels.h"

namespace clausal::engine {

using namespace abi;

namespace {

std::int64_t shift_of(
    const ReaderSpec& reader, const Rational& x, const std::vector<Rational>& values) {
    if (values.size() < 8) return kUnknown;
    Sum sum, squares;
    for (const Rational& value : values) {
        sum.add_value(value);
        Rational square;
        if (multiply(value, value, &square) != Fault::none) return kOverflowed;
        squares.add_value(square);
    }
    if (sum.fault != Fault::none || squares.fault != Fault::none) return kOverflowed;
    Rational deviations;
    if (make_rational(reader.deviations.coefficient, power_of_ten(reader.deviations.decimals),
            &deviations) != Fault::none) {
        return kOverflowed;
    }
    Fault fault = Fault::none;
    const int result = shifts(x, static_cast<std::int64_t>(values.size()), sum.total, squares.total,
        deviations, reader.direction, &fault);
    if (fault != Fault::none) return kOverflowed;
    return result < 0 ? kUnknown : result == 0 ? kFalse : kTrue;
}

// The aggregate of the last closed unit against those of the units before it, one unit at a time.
std::int64_t unit_shift(Machine& machine, std::uint8_t* state, const ReaderSpec& reader) {
    const Context& ctx = machine.context;
    const LogSpec& log = machine.spec.logs[reader.log];
    const LogHead& head = head_of(state, log);
    const Zone& zone = machine.data.zone;
    const auto unit = static_cast<CalendarUnit>(reader.window.unit);
    const auto start_of = [&](std::int64_t index) {
        return unit_start(zone, unit, index, nullptr);
    };
    const std::int64_t last = unit_of(zone, unit, ctx.time, nullptr).value_or(0) - 1;
    const Microseconds edge = minus(start_of(last), reader.span);
    std::vector<Rational> values;
    Rational x;
    bool has_x = false, open = false;
    std::int64_t index = last + 1;
    Microseconds begin = start_of(index);
    std::vector<Rational> items;
    const auto close = [&]() -> Fault {
        if (!open || items.empty()) return Fault::none;
        Sum sum;
        for (std::size_t i = items.size(); i-- > 0;) sum.add_value(items[i]);  // oldest first
        const auto known = static_cast<std::int64_t>(items.size());
        if (sum.fault != Fault::none) return sum.fault;
        Rational value = sum.total;
        if (reader.op == 2) {  // average
            std::int64_t scaled = 0;
            Fault fault = divide(sum.total, {known, 1}, &value);
            if (fault == Fault::none) fault = to_scaled(value, 6, Rounding::half_up, &scaled);
            if (fault != Fault::none) return fault;
            value = from_scaled(scaled, 6);
        }
        if (index == last) {
            x = value;
            has_x = true;
        } else {
            values.push_back(value);
        }
        return Fault::none;
    };
    bool unknown = false;
    const std::uint32_t first = machine.forgotten(head);
    if (first > 0 && kernels::entry(machine.pool, head, log.words, first - 1)[kEntryTime] >= edge)
        return kUnknown;
    for (std::uint32_t i = head.count; i-- > first;) {
        const std::int64_t* entry = kernels::entry(machine.pool, head, log.words, i);
        if (reader.before && entry[kEntryStep] >= ctx.step) continue;
        if (!open && entry[kEntryTime] >= begin) continue;  // of the current unit
        if (!open || entry[kEntryTime] < begin) {
            if (close() != Fault::none) return kOverflowed;
            index = unit_of(zone, unit, entry[kEntryTime], nullptr).value_or(0);
            begin = start_of(index);
            if (begin < edge) {
                open = false;
                break;
            }
            open = true;
            items.clear();
        }
        if (entry[kEntryTruth] != kTrue) {
            unknown = true;
            continue;
        }
        Rational more{1, 1};
        if (reader.value_is_truth) {
            const std::int64_t truth = entry[reader.value.word];
            if (truth != kTrue && truth != kFalse) continue;
            more = {truth == kTrue ? 1 : 0, 1};
        } else if (reader.op != 0) {
            Number number;
            value_at(machine, state, reader, entry, reader.before, &number);
            if (number.status != kKnown) continue;
            more = rational_of(number);
        }
        items.push_back(more);
    }
    if (close() != Fault::none) return kOverflowed;
    if (unknown || !has_x) return kUnknown;
    std::reverse(values.begin(), values.end());
    return shift_of(reader, x, values);
}

}  // namespace

extern "C" {

std::int64_t ch_shift(Context* ctx, std::uint8_t* state, std::uint32_t index) noexcept {
    Machine& machine = machine_of(ctx);
    const ReaderSpec& reader = machine.spec.readers[index];
    if (reader.window.kind == WindowKind::previous_unit) return unit_shift(machine, state, reader);
    const LogSpec& log = machine.spec.logs[reader.log];
    const LogHead& head = head_of(state, log);
    const std::uint32_t first = machine.forgotten(head);
    std::uint32_t i = head.count;
    const std::int64_t* latest = nullptr;
    while (i-- > first) {
        const std::int64_t* entry = kernels::entry(machine.pool, head, log.words, i);
        if (reader.before && entry[kEntryStep] >= ctx->step) continue;
        latest = entry;
        break;
    }
    if (latest == nullptr || latest[kEntryTruth] != kTrue) return kUnknown;
    Number number;
    value_at(machine, state, reader, latest, reader.before, &number);
    if (number.status != kKnown) return kUnknown;
    const Rational x = rational_of(number);
    const Microseconds edge = minus(latest[kEntryTime], reader.span);
    if (first > 0 && kernels::entry(machine.pool, head, log.words, first - 1)[kEntryTime] >= edge)
        return kUnknown;
    std::vector<Rational> values;
    while (i-- > first) {
        const std::int64_t* entry = kernels::entry(machine.pool, head, log.words, i);
        if (entry[kEntryTime] < edge) break;
        if (entry[kEntryTime] >= latest[kEntryTime]) continue;
        if (entry[kEntryTruth] != kTrue) return kUnknown;
        value_at(machine, state, reader, entry, reader.before, &number);
        if (number.status == kKnown) values.push_back(rational_of(number));
    }
    return shift_of(reader, x, values);
}

std::int64_t ch_cluster(Context* ctx, std::uint8_t* state, std::uint32_t index) noexcept {
    Machine& machine = machine_of(ctx);
    const ReaderSpec& reader = machine.spec.readers[index];
    const Microseconds birth = reinterpret_cast<const StateHeader*>(state)->birth;
    const Microseconds middle = minus(ctx->time, reader.low);
    const Microseconds first = minus(middle, reader.high);
    if (!is_born(ctx, reader.before) || first < birth) return kUnknown;
    const LogSpec& log = machine.spec.logs[reader.log];
    const LogHead& head = head_of(state, log);
    std::int64_t recent[2] = {0, 0}, baseline[2] = {0, 0};
    const std::uint32_t oldest = machine.forgotten(head);
    if (oldest > 0 && kernels::entry(machine.pool, head, log.words, oldest - 1)[kEntryTime] > first)
        return kUnknown;
    for (std::uint32_t i = head.count; i-- > oldest;) {
        const std::int64_t* entry = kernels::entry(machine.pool, head, log.words, i);
        if (entry[kEntryTime] <= first) break;
        if (reader.before && entry[kEntryStep] >= ctx->step) continue;
        std::int64_t* counts = entry[kEntryTime] > middle ? recent : baseline;
        ++counts[1];
        if (entry[kEntryTruth] == kTrue) ++counts[0];
    }
    if (baseline[0] == 0) return kUnknown;
    const auto test = [&](std::int64_t count, std::int64_t base) {
        return poisson_significant(count, base, reader.low, reader.high, reader.deviations);
    };
    if (test(recent[0], baseline[1])) return kTrue;
    return test(recent[1], baseline[0]) ? kUnknown : kFalse;
}

}  // extern "C"

}  // namespace clausal::engine
