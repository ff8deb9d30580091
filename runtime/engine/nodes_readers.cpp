// Host functions of nodes that read logs: latest, aggregate, elapsed, exists_around. Each looks only at
// the entries its window or bound leaves.

#include <algorithm>
#include <cstring>

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

// The steps of a window, and what is unknown about it.
struct Range {
    Microseconds after = kMissing;  // time > after
    Microseconds until = kForever;  // time <= until
    std::int64_t after_step = -1;   // since: step > after_step
    std::int64_t sure_step = -1;    // since: the last step where `since` was not false
    bool unknown = false;
    bool doubtful() const { return sure_step > after_step; }
    // Whether the window reaches back to this entry.
    bool reaches(const std::int64_t* entry) const {
        return (entry[kEntryTime] > after || after == kMissing) && entry[kEntryStep] > after_step;
    }
};

Range range_of(
    const Machine& machine, const std::uint8_t* state, const ReaderSpec& reader, bool before) {
    const Context* ctx = &machine.context;
    Range out;
    const Microseconds t = ctx->time;
    const WindowSpec& window = reader.window;
    const Microseconds birth = reinterpret_cast<const StateHeader*>(state)->birth;
    switch (window.kind) {
    case WindowKind::all: break;
    case WindowKind::sliding:
        out.until = minus(t, window.offset);
        out.after = minus(out.until, window.length);
        if (window.offset > 0) out.unknown = !is_born(ctx, before) || out.after < birth;
        break;
    case WindowKind::this_unit:
    case WindowKind::previous_unit: {
        const auto unit = static_cast<CalendarUnit>(window.unit);
        const std::int64_t index = unit_of(machine.data.zone, unit, t, nullptr).value_or(0);
        const Microseconds start = unit_start(machine.data.zone, unit, index, nullptr);
        if (window.kind == WindowKind::this_unit) {
            out.after = start - 1;
        } else {
            out.after = unit_start(machine.data.zone, unit, index - 1, nullptr) - 1;
            out.until = start - 1;
            out.unknown = !is_born(ctx, before) ||
                          unit_of(machine.data.zone, unit, birth, nullptr).value_or(0) >= index;
        }
        break;
    }
    case WindowKind::closed_units: {
        const auto unit = static_cast<CalendarUnit>(window.unit);
        const std::int64_t index = unit_of(machine.data.zone, unit, t, nullptr).value_or(0);
        out.unknown = !is_born(ctx, before);
        out.after = minus(birth, 1);
        out.until = unit_start(machine.data.zone, unit, index, nullptr) - 1;
        break;
    }
    case WindowKind::since: {
        const MarkCell& mark = mark_at(machine, state, window.since_mark, before);
        out.after_step = mark.true_step - 1;
        out.sure_step = mark.any_step - 1;
        break;
    }
    }
    return out;
}

enum class Fit : std::uint8_t { skip, stop, yes };
Fit fits(const Range& range, const std::int64_t* entry, const Context* ctx, bool before) {
    if (entry[kEntryTime] <= range.after && range.after != kMissing) return Fit::stop;
    if (entry[kEntryStep] <= range.after_step) return Fit::stop;
    if (entry[kEntryTime] > range.until) return Fit::skip;
    if (before && entry[kEntryStep] >= ctx->step) return Fit::skip;
    return Fit::yes;
}

// Whether an entry counts: with the correlation and the pair.
std::int64_t truth_of(Context* ctx, std::uint8_t* state, const ReaderSpec& reader,
    const std::int64_t* self, const std::int64_t* entry) {
    if (reader.match == nullptr) return entry[kEntryTruth];
    if (self == nullptr) return kFalse;
    return remembered(both(entry[kEntryTruth], reader.match(ctx, state, self, entry)));
}

// Each key counts by the last occurrence that has it, from entry `begin` on.
void count_keys(Machine& machine, std::uint8_t* state, const ReaderSpec& reader,
    const std::int64_t* self, const Range& range, std::uint32_t begin, Number* out) {
    Context* ctx = &machine.context;
    const LogSpec& log = machine.spec.logs[reader.log];
    const LogHead& head = head_of(state, log);
    std::int64_t low = 0, high = 0;
    std::vector<Rational> keys;
    for (std::uint32_t i = head.count; i-- > begin;) {
        const std::int64_t* entry = kernels::entry(machine.pool, head, log.words, i);
        if (fits(range, entry, ctx, reader.before) != Fit::yes) continue;
        const std::int64_t truth = truth_of(ctx, state, reader, self, entry);
        if (truth == kFalse) continue;
        Number key;
        value_at(machine, state, reader, entry, reader.before, &key);
        if (key.status != kKnown) continue;
        const Rational value = rational_of(key);
        if (std::any_of(keys.begin(), keys.end(),
                [&](const Rational& k) { return compare(k, value) == 0; }))
            continue;
        keys.push_back(value);
        const std::int64_t test = truth == kTrue ? entry[reader.test_word] : kUnknown;
        if (test == kTrue) ++low;
        if (test != kFalse) ++high;
    }
    set_number(&out[0], {low, 1});
    set_number(&out[1], {high, 1});
}

void set(Number* out, Fault fault, const Rational& value) {
    if (fault != Fault::none) {
        out->status = status_of(fault);
    } else {
        set_number(out, value);
    }
}

}  // namespace

extern "C" {

const std::int64_t* ch_latest(
    Context* ctx, std::uint8_t* state, std::uint32_t index, const std::int64_t* self) noexcept {
    Machine& machine = machine_of(ctx);
    const ReaderSpec& reader = machine.spec.readers[index];
    const bool before = reader.before || reader.latest_before;
    const Range range = range_of(machine, state, reader, before);
    if (range.unknown || range.doubtful()) return nullptr;
    const LogSpec& log = machine.spec.logs[reader.log];
    const LogHead& head = head_of(state, log);
    const std::uint32_t first = reader.capped ? machine.forgotten(head) : 0;
    for (std::uint32_t i = head.count; i-- > first;) {
        const std::int64_t* entry = kernels::entry(machine.pool, head, log.words, i);
        const Fit fit = fits(range, entry, ctx, before);
        if (fit == Fit::stop) break;
        if (fit == Fit::skip) continue;
        const std::int64_t truth = truth_of(ctx, state, reader, self, entry);
        if (truth == kFalse) continue;
        return truth == kTrue ? entry : nullptr;
    }
    return nullptr;
}

// out[0] and out[1]: the bounds of a count; of other aggregates out[0] is the value.
void ch_aggregate(Context* ctx, std::uint8_t* state, std::uint32_t index, const std::int64_t* self,
    Number* out) noexcept {
    Machine& machine = machine_of(ctx);
    const ReaderSpec& reader = machine.spec.readers[index];
    const Range range = range_of(machine, state, reader, reader.before);
    out[0].status = out[1].status = kMissingNumber;
    if (range.unknown) return;
    const LogSpec& log = machine.spec.logs[reader.log];
    const LogHead& head = head_of(state, log);
    std::int64_t low = 0, high = 0;
    bool unknown = false;
    Sum sum, squares;
    std::vector<Rational> values;
    const bool collects = reader.op >= 3;  // minimum and later ones
    const bool is_count = reader.op == 0;
    std::int64_t known = 0;
    const std::uint32_t first = reader.capped ? machine.forgotten(head) : 0;
    if (first > 0 && range.reaches(kernels::entry(machine.pool, head, log.words, first - 1)))
        return;
    std::uint32_t begin = head.count;
    while (begin > first && fits(range, kernels::entry(machine.pool, head, log.words, begin - 1),
                                ctx, reader.before) != Fit::stop) {
        --begin;
    }
    if (reader.test_word != kNone) {
        if (!range.doubtful()) count_keys(machine, state, reader, self, range, begin, out);
        return;
    }
    // Oldest first, as the definition sums.
    for (std::uint32_t i = begin; i < head.count; ++i) {
        const std::int64_t* entry = kernels::entry(machine.pool, head, log.words, i);
        if (fits(range, entry, ctx, reader.before) != Fit::yes) continue;
        const std::int64_t truth = truth_of(ctx, state, reader, self, entry);
        if (truth == kFalse) continue;
        ++high;
        if (truth != kTrue) {
            unknown = true;
            continue;
        }
        if (entry[kEntryStep] > range.sure_step) ++low;
        if (is_count) continue;
        Number number;
        value_at(machine, state, reader, entry, reader.before, &number);
        if (number.status != kKnown) continue;
        const Rational value = rational_of(number);
        ++known;
        if (collects) {
            values.push_back(value);
        } else {
            sum.add_value(value);
        }
    }
    if (is_count) {
        set_number(&out[0], {low, 1});
        set_number(&out[1], {high, 1});
        return;
    }
    if (unknown || range.doubtful()) return;
    const auto less = [](const Rational& a, const Rational& b) { return compare(a, b) < 0; };
    switch (reader.op) {
    case 1:  // sum
        set(out, sum.fault, sum.total);
        return;
    case 2: {  // average
        if (known == 0) return;
        Rational value;
        Fault fault = sum.fault;
        if (fault == Fault::none) fault = divide(sum.total, {known, 1}, &value);
        set(out, fault, value);
        return;
    }
    default: break;
    }
    if (known == 0) return;
    switch (reader.op) {
    case 3: set(out, Fault::none, *std::min_element(values.begin(), values.end(), less)); return;
    case 4: set(out, Fault::none, *std::max_element(values.begin(), values.end(), less)); return;
    case 5: {
        Rational value;
        const Fault fault = subtract(*std::max_element(values.begin(), values.end(), less),
            *std::min_element(values.begin(), values.end(), less), &value);
        set(out, fault, value);
        return;
    }
    case 6: {
        if (known < 2) return;
        for (const Rational& value : values) {
            sum.add_value(value);
            Rational square;
            const Fault fault = multiply(value, value, &square);
            if (fault != Fault::none) squares.fault = fault;
            squares.add_value(square);
        }
        Rational variance, root;
        Fault fault = sum.fault != Fault::none ? sum.fault : squares.fault;
        if (fault == Fault::none)
            fault = sample_variance(known, sum.total, squares.total, &variance);
        if (fault == Fault::none) fault = square_root(variance, 6, &root);
        set(out, fault, root);
        return;
    }
    case 7: {
        std::sort(values.begin(), values.end(), less);
        const auto same = [](const Rational& a, const Rational& b) { return compare(a, b) == 0; };
        const auto end = std::unique(values.begin(), values.end(), same);
        set(out, Fault::none, {end - values.begin(), 1});
        return;
    }
    default: {
        std::sort(values.begin(), values.end(), less);
        const std::int64_t rank = (std::int64_t{reader.percentile} * known + 99) / 100;
        set(out, Fault::none,
            values[static_cast<std::size_t>(std::clamp<std::int64_t>(rank, 1, known) - 1)]);
        return;
    }
    }
}

void ch_elapsed(Context* ctx, std::uint8_t* state, std::uint32_t index, const std::int64_t* start,
    Number* out) noexcept {
    Machine& machine = machine_of(ctx);
    const ElapsedSpec& elapsed = machine.spec.elapsed[index];
    const LogSpec& log = machine.spec.logs[elapsed.log];
    const LogHead& head = head_of(state, log);
    out->status = kMissingNumber;
    if (start == nullptr) return;
    Microseconds end = kMissing;
    const std::uint32_t first = machine.forgotten(head);
    // A forgotten one may have been the first.
    if (first > 0 &&
        kernels::entry(machine.pool, head, log.words, first - 1)[kEntryStep] > start[kEntryStep])
        return;
    for (std::uint32_t i = first; i < head.count; ++i) {
        const std::int64_t* entry = kernels::entry(machine.pool, head, log.words, i);
        if (entry[kEntryStep] <= start[kEntryStep]) continue;
        if ((machine.view_before || elapsed.before) && entry[kEntryStep] >= ctx->step) break;
        std::int64_t truth = entry[kEntryTruth];
        if (elapsed.match != nullptr) truth = both(truth, elapsed.match(ctx, state, start, entry));
        if (truth == kFalse) continue;
        if (truth != kTrue) return;
        end = entry[kEntryTime];
        break;
    }
    if (end == kMissing) {
        if (!elapsed.open) return;
        end = ctx->time;
    }
    if (elapsed.calendar == kNone) {
        set_number(out, {Int128{end} - start[kEntryTime], 1});
        return;
    }
    const auto working =
        machine.calendar(elapsed.calendar)->working_time(machine.data.zone, start[kEntryTime], end);
    if (working) set_number(out, {*working, 1});
}

std::int64_t ch_exists(Context* ctx, std::uint8_t* state, std::uint32_t index, std::int64_t at,
    const std::int64_t* self) noexcept {
    Machine& machine = machine_of(ctx);
    const ReaderSpec& reader = machine.spec.readers[index];
    if (at == kMissing) return kUnknown;
    const LogSpec& log = machine.spec.logs[reader.log];
    const LogHead& head = head_of(state, log);
    std::int64_t out = kFalse;
    const Int128 first = reader.high == kForever ? Int128{kMissing} : Int128{at} - reader.high;
    const Int128 last = Int128{at} - reader.low;
    const std::uint32_t oldest = machine.forgotten(head);
    for (std::uint32_t i = head.count; i-- > oldest && out != kTrue;) {
        const std::int64_t* entry = kernels::entry(machine.pool, head, log.words, i);
        if (entry[kEntryTime] < first) break;
        if (entry[kEntryTime] > last) continue;
        if (reader.before && entry[kEntryStep] >= ctx->step) continue;
        if (self != nullptr && entry[kEntryStep] == self[kEntryStep]) continue;
        std::int64_t truth = entry[kEntryTruth];
        if (reader.match != nullptr) {
            truth = both(truth, reader.match(ctx, state, self, entry));
        }
        out = any_of(out, truth);
    }
    if (oldest > 0 &&
        kernels::entry(machine.pool, head, log.words, oldest - 1)[kEntryTime] >= first) {
        out = any_of(out, kUnknown);
    }
    return out;
}

}  // extern "C"

}  // namespace clausal::engine
