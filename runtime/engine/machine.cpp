#include "runtime/engine/machine.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "runtime/engine/unit_edges.h"
#include "runtime/kernels/family_cells.h"
#include "runtime/kernels/kernels.h"

namespace clausal::engine {

using abi::StateHeader;

namespace {

constexpr std::size_t kLine = 64;  // bytes of a cache line

StateHeader* header_of(std::uint8_t* state) { return reinterpret_cast<StateHeader*>(state); }
const StateHeader* header_of(const std::uint8_t* state) {
    return reinterpret_cast<const StateHeader*>(state);
}

Microseconds saturated(Microseconds a, Microseconds b) {
    Microseconds out = 0;
    return __builtin_add_overflow(a, b, &out) ? kForever : out;
}

// The earliest of several instants that are not before `from`.
struct Earliest {
    Microseconds from;
    Microseconds best = kForever;
    void offer(Microseconds instant) {
        if (instant >= from && instant < best) best = instant;
    }
};

}  // namespace

Machine::Machine(RunData& run, abi::GroupSpec group, GroupCode functions)
    : data(run), spec(std::move(group)), code(functions) {
    subjects_ = run.data->subjects.at(spec.subject_kind).size();
    // Zeroed when first touched; a block of 64 bytes lies in one cache line.
    states_.reset(
        static_cast<std::uint8_t*>(std::calloc(subjects_ * spec.state_bytes + 2 * kLine, 1)));
    if (states_ == nullptr) std::abort();
    const auto address = reinterpret_cast<std::uintptr_t>(states_.get());
    first_state_ = states_.get() + (kLine - address % kLine) % kLine;
    pool.size = kLine / sizeof(std::int64_t);  // word 0 is never given out
    context.tables = run.tables.data();
    context.states = first_state_;
    context.pool = &pool;
    context.constants = run.constants.data();
    context.counters = run.counters.data();
    context.machine = this;
    context.born = 1;
    ranges.assign(spec.ranges + 1, 0);
    context.ranges = ranges.data();
    context.units = units.data();
    context.reference = context.place = -1;
    for (const auto& text : spec.texts) {
        std::vector<std::int64_t> ids;
        ids.reserve(text.texts.size());
        for (const auto& word : text.texts) ids.push_back(run.data->dictionary.find(word));
        text_ids.push_back(std::move(ids));
    }
}

Machine::~Machine() { std::free(pool.words); }

void Machine::run(const std::uint64_t* references, const std::int64_t* times,
    const std::uint32_t* subjects, std::uint64_t count) {
    code.run(&context, references, times, subjects, count);
}

Microseconds Machine::time_of(std::uint64_t reference) const {
    return data.tables[reference >> 32U].time[reference & 0xffffffffU];
}

bool Machine::is_before(std::uint64_t a, std::uint64_t b) const {
    const Microseconds left = time_of(a), right = time_of(b);
    if (left != right) return left < right;
    const auto& tables = data.data->tables;
    return tables[a >> 32U].sequence[a & 0xffffffffU] < tables[b >> 32U].sequence[b & 0xffffffffU];
}

bool Machine::past(Microseconds x, bool before) const {
    if (context.time != x) return context.time > x;
    if (!before) return context.kind != abi::kEventStep;
    return context.kind == abi::kDeadlineStep ||
           (context.kind == abi::kExpiryStep && context.depth > 0);
}

const WorkCalendar* Machine::calendar(std::uint32_t index) const {
    return index == kNone ? nullptr : &data.calendars->at(index);
}

void Machine::touch(std::uint8_t* state) const {
    StateHeader* header = header_of(state);
    if (header->deadline != 0) return;
    header->deadline = kForever;
    if (!spec.births) return;  // such groups keep the deadline only
    header->birth = kMissing;
    header->broadcast = 0;
}

void Machine::overrun(std::uint32_t node) {
    const auto subject = static_cast<std::uint32_t>(context.subject);
    for (const auto& rule : spec.rules) {
        if (!std::binary_search(rule.looks_back.begin(), rule.looks_back.end(), node)) continue;
        if (overrun_.emplace(rule.rule, subject).second)
            overruns.push_back({rule.rule, subject, context.time});
    }
}

// An event step of the subject that the feed does not bring: a broadcast event, or birth by one.
void Machine::replay(std::uint8_t* state, std::uint64_t reference, bool reads, bool is_birth) {
    context.time = time_of(reference);
    context.kind = abi::kEventStep;
    context.depth = 0;
    context.reference = static_cast<std::int64_t>(reference);
    context.place = ++context.step;
    if (is_birth) {
        header_of(state)->birth = context.time;
        context.born = context.birth_step = 1;
    }
    (reads ? code.event : code.birth)(&context, state);
    context.birth_step = 0;
    header_of(state)->deadline =
        next(state, static_cast<std::uint32_t>(context.subject), context.time);
}

// All that comes for a subject before an own event (or, with kNoReference, up to the end).
void Machine::catch_up(std::uint8_t* state, std::uint32_t subject, std::uint64_t reference) {
    StateHeader* header = header_of(state);
    const bool to_end = reference == kNoReference;
    const Microseconds limit = to_end ? saturated(data.end, 1) : time_of(reference);
    context.subject = subject;
    context.birth_step = 0;
    context.born = 1;
    while (spec.births) {
        context.born = header->birth != kMissing ? 1 : 0;
        const auto seen = static_cast<std::size_t>(header->broadcast);
        std::uint64_t next_event = seen < broadcasts.size() ? broadcasts[seen] : kNoReference;
        bool is_birth = false;
        if (context.born == 0) {
            const EventReference birth = data.births[spec.subject_kind][subject];
            if (birth.type != kNone && data.schema->events[birth.type].subjects.empty()) {
                const std::uint64_t packed = std::uint64_t{birth.type} << 32U | birth.row;
                is_birth = next_event == kNoReference || packed == next_event ||
                           is_before(packed, next_event);
                if (is_birth && packed != next_event) next_event = packed;
            }
        }
        const bool comes = next_event != kNoReference &&
                           (to_end || is_before(next_event, reference)) &&
                           time_of(next_event) <= header->deadline;
        if (comes) {
            const bool reads = seen < broadcasts.size() && broadcasts[seen] == next_event;
            if (reads) ++header->broadcast;
            replay(state, next_event, reads, is_birth);
        } else if (header->deadline < limit) {
            run_timers(state, header->deadline);
        } else {
            return;
        }
    }
    while (header->deadline < limit) run_timers(state, header->deadline);
}

void Machine::advance(std::uint8_t* state, std::uint32_t subject, std::uint64_t reference) {
    touch(state);
    catch_up(state, subject, reference);
    StateHeader* header = header_of(state);
    if (spec.births && header->birth == kMissing) {
        header->birth = time_of(reference);
        context.born = context.birth_step = 1;
    }
}

std::optional<Microseconds> Machine::by_calendar(
    const abi::AbsenceSpec& absence, Microseconds start) const {
    const WorkCalendar& work = *calendar(absence.calendar);
    return absence.working_hours ? work.after_working_time(data.zone, start, absence.working)
                                 : work.end_of_working_days(data.zone, start, absence.working);
}

Microseconds Machine::decided_at(const abi::AbsenceSpec& absence, Microseconds start) const {
    if (absence.working > 0) {
        if (const auto end = by_calendar(absence, start)) return *end;
    }
    return saturated(start, absence.high);
}

void Machine::run_timers(std::uint8_t* state, Microseconds instant) {
    context.time = instant;
    context.depth = 0;
    context.reference = context.place = -1;
    if (context.born != 0) {
        context.kind = abi::kExpiryStep;
        ++context.step;
        code.expiry(&context, state);
    }
    std::int64_t done = -2;
    while (true) {
        std::int64_t place = kForever, reference = -1;
        if (done < -1 && context.born != 0) {
            for (const auto& daily : spec.dailies) {
                if (next_daily(daily, instant) == instant) place = -1;
            }
        }
        for (const auto& absence : spec.absences) {
            const auto& head = *reinterpret_cast<const abi::LogHead*>(state + absence.head);
            for (std::uint32_t i = 0; i < head.count; ++i) {
                const std::int64_t* entry = kernels::entry(pool, head, absence.words, i);
                if (decided_at(absence, entry[abi::kEntryTime]) != instant) continue;
                if (entry[abi::kEntryPlace] > done && entry[abi::kEntryPlace] < place) {
                    place = entry[abi::kEntryPlace];
                    reference = entry[abi::kEntryReference];
                }
            }
        }
        if (place == kForever) break;
        context.kind = abi::kDeadlineStep;
        context.depth = 0;
        context.time = instant;
        context.place = done = place;
        context.reference = reference;
        ++context.step;
        code.deadline(&context, state);
    }
    header_of(state)->deadline =
        next(state, static_cast<std::uint32_t>(context.subject), instant + 1);
}

void Machine::output_steps(std::uint8_t* state) {
    const std::int64_t depth = context.depth;
    const std::int64_t step = context.step;
    while (!fired_next.empty()) {
        fired = std::move(fired_next);
        fired_next.clear();
        ++context.depth;
        ++context.step;
        fired_frames.assign(fired.size(), {});
        code.output(&context, state);
    }
    context.depth = depth;
    (void)step;
}

Microseconds Machine::next_daily(const abi::DailySpec& daily, Microseconds from) const {
    std::int64_t day = data.zone.day_of(from) - 1;
    for (int tries = 0; tries < 800; ++tries, ++day) {
        Microseconds instant = 0;
        data.zone.to_instant(day * kDay + daily.minute * kMinute, &instant);
        if (instant < from) continue;
        if (is_daily(day, daily.unit, daily.count, calendar(daily.calendar))) return instant;
    }
    return kForever;
}

std::int64_t Machine::next(
    const std::uint8_t* state, std::uint32_t subject, Microseconds from) const {
    Earliest out{from};
    const auto head_at = [&](std::uint32_t offset) {
        return *reinterpret_cast<const abi::LogHead*>(state + offset);
    };
    for (const auto& absence : spec.absences) {
        if (absence.high == kForever) continue;
        const abi::LogHead head = head_at(absence.head);
        for (std::uint32_t i = 0; i < head.count; ++i) {
            out.offer(decided_at(absence, kernels::entry(pool, head, absence.words, i)[0]));
            // Starts are in time order; by a calendar that ends, their decisions need not be.
            if (out.best != kForever && absence.working == 0) break;
        }
    }
    const Microseconds birth = spec.births ? header_of(state)->birth : 0;
    if (spec.births && birth == kMissing) return out.best;
    for (const auto& reader : spec.readers) {
        const auto& log = spec.logs[reader.log];
        const abi::LogHead head = head_at(log.head);
        const auto edges = [&](Microseconds distance) {
            // The first entry whose edge is still to come.
            for (std::uint32_t i = 0; i < head.count; ++i) {
                const Microseconds edge =
                    saturated(kernels::entry(pool, head, log.words, i)[0], distance);
                if (edge < from) continue;
                out.offer(edge);
                break;
            }
        };
        if (reader.is_cluster) {
            edges(reader.low);
            edges(saturated(reader.low, reader.high));
            if (spec.births) out.offer(saturated(birth, saturated(reader.low, reader.high)));
        }
        switch (reader.window.kind) {
        case abi::WindowKind::sliding:
            edges(saturated(reader.window.length, reader.window.offset));
            if (reader.window.offset > 0) {
                edges(reader.window.offset);
                if (spec.births)
                    out.offer(
                        saturated(birth, saturated(reader.window.length, reader.window.offset)));
            }
            break;
        case abi::WindowKind::this_unit:
        case abi::WindowKind::previous_unit:
        case abi::WindowKind::closed_units:
            out.offer(next_edge(data.zone, static_cast<CalendarUnit>(reader.window.unit), from));
            break;
        case abi::WindowKind::all:
        case abi::WindowKind::since: break;
        }
    }
    for (const auto& consecutive : spec.consecutives) {
        const auto& cell = *reinterpret_cast<const kernels::UnitRun*>(state + consecutive.cell);
        const auto unit = static_cast<CalendarUnit>(consecutive.unit);
        const auto edge = [&](std::int64_t later) {
            out.offer(unit_start(
                data.zone, unit, std::int64_t{cell.unit} - kernels::kUnitBias + later, nullptr));
        };
        if (unit == CalendarUnit::working_day) {
            out.offer(next_edge(data.zone, CalendarUnit::day, from));
        } else if (cell.unit != 0 && consecutive.mode != 1 && cell.run >= consecutive.count) {
            edge(2);
            if (consecutive.mode == 2) edge(1);
        } else if (cell.unit != 0 && consecutive.mode == 2 && cell.before >= consecutive.count) {
            edge(1);
        }
    }
    for (const auto& family : spec.families) {
        if (family.kind != abi::FamilySpec::Kind::units || family.mode == 1) continue;
        const auto& cell = *reinterpret_cast<const kernels::UnitsCell*>(state + family.cell);
        if (cell.unit == 0 || cell.run < family.count) continue;
        for (const std::int64_t later : {1, 2}) {
            out.offer(unit_start(data.zone, static_cast<CalendarUnit>(family.unit),
                std::int64_t{cell.unit} - kernels::kUnitBias + later, nullptr));
        }
    }
    for (const auto& extreme : spec.extremes) {
        const abi::LogHead head = head_at(extreme.cell);
        const Microseconds edge = from == kMissing ? from : from - 1 - extreme.length;
        const Microseconds front = kernels::ck_extreme_front(&pool, &head, edge, 1);
        if (front != kMissing) out.offer(saturated(front, extreme.length));
    }
    for (const auto& count : spec.counts) {
        for (const std::uint32_t cell : {count.cell, count.possible}) {
            if (cell == kNone) continue;
            for (const std::uint32_t bound : count.bounds) {
                const Microseconds nth = kernels::ck_ring_nth(state + cell, count.size, bound);
                if (nth != kMissing) out.offer(saturated(nth, count.length));
            }
        }
    }
    for (const auto& hold : spec.holds) {
        const auto* cell = reinterpret_cast<const std::int64_t*>(state + hold.cell);
        if (cell[2] == 0 || cell[2] == 1 + abi::kFalse) continue;
        out.offer(saturated(cell[0], hold.high));
        out.offer(saturated(cell[1], hold.high));
    }
    for (const auto& running : spec.runnings) {
        if (running.kind == abi::WindowKind::all || running.kind == abi::WindowKind::since)
            continue;
        out.offer(next_edge(data.zone, static_cast<CalendarUnit>(running.unit), from));
    }
    for (const auto& silence : spec.silences) {
        const auto& mark =
            *reinterpret_cast<const abi::MarkCell*>(state + spec.marks[silence.mark].cell);
        out.offer(saturated(birth, silence.high));
        if (mark.true_step != 0) out.offer(saturated(mark.true_time, silence.high));
        if (mark.any_step != 0) out.offer(saturated(mark.any_time, silence.high));
    }
    for (const std::uint8_t unit : spec.counted_units) {
        out.offer(next_edge(data.zone, static_cast<CalendarUnit>(unit), from));
    }
    for (const Microseconds bound : spec.known_for) out.offer(saturated(birth, bound));
    for (const auto& daily : spec.dailies) out.offer(next_daily(daily, from));
    if (spec.reads_registers) {
        const auto& registers = data.data->subjects[spec.subject_kind].registers;
        if (subject < registers.size()) {
            for (const auto& version : registers[subject]) out.offer(version.valid_from);
        }
    }
    return out.best;
}

void Machine::finish() {
    finish_timers();
    count_ranges();
    firings.resize(context.fire_next == nullptr
                       ? 0
                       : static_cast<std::size_t>(context.fire_next - firings.data()));
}

void Machine::finish_timers() {
    if (spec.falls_only || !(spec.observes_time || spec.births))
        return;  // no firing, nothing pending
    std::vector<std::uint64_t> open(spec.absences.size(), 0);
    if (spec.one_absence && spec.absences[0].delayed) {
        open[0] = count_open(spec.absences[0]);
    } else {
        for (std::uint32_t subject = 0; subject < subjects_; ++subject)
            finish_subject(subject, &open);
    }
    for (const auto& rule : spec.rules) {
        for (const std::uint32_t absence : rule.absences)
            data.counters[rule.rule].pending += open[absence];
    }
}

// Starts whose deadline lies after the end, and that nothing closed before it.
std::uint64_t Machine::count_open(const abi::AbsenceSpec& absence) const {
    const auto delay = std::find_if(spec.delays.begin(), spec.delays.end(),
        [&](const abi::DelaySpec& each) { return each.node == absence.node; });
    const EventTable& table = data.data->tables[delay->event];
    const auto& references = data.schema->events[delay->event].subjects;
    const auto subjects =
        static_cast<std::size_t>(std::find_if(references.begin(), references.end(),
                                     [&](const SubjectReference& reference) {
                                         return reference.kind == spec.subject_kind;
                                     }) -
                                 references.begin());
    std::size_t row = 0;
    if (data.data->rows_in_order) {
        row = static_cast<std::size_t>(
            std::partition_point(table.time.begin(), table.time.end(),
                [&](Microseconds time) { return saturated(time, absence.high) <= data.end; }) -
            table.time.begin());
    }
    std::uint64_t out = 0;
    for (; row < table.size(); ++row) {
        const Microseconds time = table.time[row];
        if (time > data.end) {
            if (data.data->rows_in_order) break;
            continue;
        }
        if (saturated(time, absence.high) <= data.end) continue;
        const std::uint8_t* state =
            first_state_ + std::size_t{table.subjects[subjects][row]} * spec.state_bytes;
        const auto& latest = *reinterpret_cast<const abi::LatestPlace*>(state + absence.head);
        const Microseconds closed = latest.time ^ kMissing;
        if (closed < time || (closed == time && latest.sequence <= table.sequence[row])) ++out;
    }
    return out;
}

void Machine::finish_subject(std::uint32_t subject, std::vector<std::uint64_t>* open) {
    std::uint8_t* state = state_of(subject);
    StateHeader* header = header_of(state);
    if (header->deadline == 0) {
        // Never an own event: only a register can have brought it to life.
        if (!spec.births || data.births[spec.subject_kind][subject].type == kNone) return;
        touch(state);
    }
    if (code.due != nullptr) {
        context.subject = subject;
        if (header->deadline <= data.end) code.due(&context, state, saturated(data.end, 1));
    } else if (spec.births || header->deadline <= data.end) {
        catch_up(state, subject, kNoReference);
    }
    for (std::size_t i = 0; i < open->size(); ++i) {
        (*open)[i] += reinterpret_cast<const abi::LogHead*>(state + spec.absences[i].head)->count;
    }
}

void bind_tables(RunData& run) {
    const EventData& data = *run.data;
    run.columns.resize(data.tables.size());
    run.references.resize(data.tables.size());
    for (std::size_t type = 0; type < data.tables.size(); ++type) {
        const EventTable& table = data.tables[type];
        for (const auto& column : table.columns) run.columns[type].push_back(column.data());
        for (const auto& reference : table.subjects)
            run.references[type].push_back(reference.data());
    }
    for (std::size_t type = 0; type < data.tables.size(); ++type) {
        run.tables.push_back(
            {data.tables[type].time.data(), run.columns[type].data(), run.references[type].data(),
                data.tables[type].sequence.data(), data.tables[type].size()});
    }
}

std::vector<EventReference> find_births(const RunData& run, std::uint32_t kind) {
    const SubjectTable& subjects = run.data->subjects.at(kind);
    std::vector<EventReference> out(subjects.size(), EventReference{kNone, kNone});
    std::size_t missing = out.size();
    // Subjects of the register, by the instant from which a broadcast event brings them to life.
    std::vector<std::pair<Microseconds, std::uint32_t>> registered;
    for (std::uint32_t subject = 0; subject < subjects.registers.size() && subject < out.size();
        ++subject) {
        const auto& versions = subjects.registers[subject];
        if (versions.empty()) continue;
        Microseconds first = versions.front().valid_from;
        for (const auto& version : versions) first = std::min(first, version.valid_from);
        registered.emplace_back(first, subject);
    }
    std::sort(registered.begin(), registered.end());
    std::size_t waiting = 0;
    for (const EventReference& event : run.data->order) {
        const Microseconds time = run.tables[event.type].time[event.row];
        if (missing == 0 || time > run.end) break;
        const auto& references = run.schema->events[event.type].subjects;
        for (std::size_t i = 0; i < references.size(); ++i) {
            if (references[i].kind != kind) continue;
            EventReference& birth = out[run.tables[event.type].subjects[i][event.row]];
            if (birth.type != kNone) continue;
            birth = event;
            --missing;
        }
        if (!references.empty()) continue;
        for (; waiting < registered.size() && registered[waiting].first <= time; ++waiting) {
            EventReference& birth = out[registered[waiting].second];
            if (birth.type != kNone) continue;
            birth = event;
            --missing;
        }
    }
    return out;
}

}  // namespace clausal::engine
