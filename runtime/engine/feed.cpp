#include "runtime/engine/feed.h"

#include <algorithm>
#include <utility>

namespace clausal::engine {

namespace {

constexpr std::size_t kMostItems = 1024;     // a batch of three arrays in the first-level cache
constexpr std::uint64_t kRow = 0xffffffffU;  // of a reference
constexpr std::size_t kMostCursors = 5;  // beyond, walking the common order is faster than merging

// Of two values the second where `mask` is all ones, the first where it is zero.
template <class Value>
Value choose(Value first, Value second, std::uint64_t mask) {
    const auto narrow =
        static_cast<std::uint64_t>(first) ^
        ((static_cast<std::uint64_t>(first) ^ static_cast<std::uint64_t>(second)) & mask);
    return static_cast<Value>(narrow);
}

Microseconds later(Microseconds time, Microseconds by) {
    Microseconds out = 0;
    return __builtin_add_overflow(time, by, &out) ? kForever : out;
}

}  // namespace

Feed::Feed(const RunData& run, Machine& machine, std::size_t batch)
    : run_(run), machine_(machine), batch_(std::clamp<std::size_t>(batch, 1, kMostItems)) {
    references_.resize(batch_ + abi::kRunAhead);
    times_.resize(batch_ + abi::kRunAhead);
    subjects_.resize(batch_ + abi::kRunAhead, 0);
}

void Feed::flush() {
    if (filled_ > 0) machine_.run(references_.data(), times_.data(), subjects_.data(), filled_);
    filled_ = 0;
}

void Feed::run() {
    std::vector<Cursor> cursors;
    if (plain(&cursors)) {
        if (prefers_order(cursors)) {
            filter_order(cursors);
        } else {
            merge(std::move(cursors));
        }
    } else {
        in_order();
    }
    flush();
}

// --- a merge of few tables ------------------------------------------------------------------------

void Feed::add_cursor(std::vector<Cursor>* cursors, std::uint32_t type, std::uint64_t reference,
    Microseconds shift, Rank rank) const {
    const auto& references = run_.schema->events[type].subjects;
    const auto place = std::find_if(references.begin(), references.end(),
                           [&](const SubjectReference& subject) {
                               return subject.kind == machine_.spec.subject_kind;
                           }) -
                       references.begin();
    const EventTable& table = run_.data->tables[type];
    Microseconds last = 0;  // of rows that come in time
    if (__builtin_sub_overflow(run_.end, shift, &last)) last = kMissing;
    const auto end = std::upper_bound(table.time.begin(), table.time.end(), last);
    if (end == table.time.begin()) return;
    cursors->push_back({table.time.data(), table.sequence.data(),
        table.subjects[static_cast<std::size_t>(place)].data(), reference, 0,
        static_cast<std::uint64_t>(end - table.time.begin()), table.size(), shift, rank});
}

// Whether the group's items are a merge of few tables, each in order and with one subject a row.
bool Feed::plain(std::vector<Cursor>* cursors) const {
    const abi::GroupSpec& spec = machine_.spec;
    if (spec.births || spec.types.empty()) return false;
    if (spec.types.size() - spec.idle.size() + spec.delays.size() > kMostCursors) return false;
    for (const std::uint32_t type : spec.types) {
        const auto& references = run_.schema->events[type].subjects;
        const auto of_kind = [&](const SubjectReference& reference) {
            return reference.kind == spec.subject_kind;
        };
        if (std::count_if(references.begin(), references.end(), of_kind) != 1) return false;
        if (!run_.data->rows_in_order && !is_in_order(run_.data->tables[type])) return false;
    }
    for (const std::uint32_t type : spec.types) {
        if (std::find(spec.idle.begin(), spec.idle.end(), type) != spec.idle.end()) continue;
        add_cursor(cursors, type, std::uint64_t{type} << 32U, 0, Rank::event);
    }
    for (std::size_t i = 0; i < spec.delays.size(); ++i) {
        const abi::DelaySpec& delay = spec.delays[i];
        add_cursor(cursors, delay.event, (std::uint64_t{abi::kDelayed} + i) << 32U, delay.by,
            delay.after_events ? Rank::delayed_after : Rank::delayed_before);
    }
    return true;
}

void Feed::merge(std::vector<Cursor> cursors) {
    while (!cursors.empty()) {
        switch (cursors.size()) {
        case 1: one(cursors[0]); break;
        case 2: two(cursors[0], cursors[1]); break;
        default: several(cursors); break;
        }
        std::erase_if(cursors, [](const Cursor& cursor) { return cursor.row == cursor.end; });
    }
}

// The rest of one table: its own columns are handed over where they can be.
void Feed::one(Cursor& cursor) {
    flush();
    while (cursor.row < cursor.end) {
        const std::uint64_t count = std::min<std::uint64_t>(batch_, cursor.end - cursor.row);
        for (std::uint64_t i = 0; i < count; ++i)
            references_[i] = cursor.reference | (cursor.row + i);
        const std::int64_t* times = cursor.time + cursor.row;
        if (cursor.shift != 0) {
            for (std::uint64_t i = 0; i < count; ++i) times_[i] = times[i] + cursor.shift;
            times = times_.data();
        }
        const std::uint32_t* subjects = cursor.subject + cursor.row;
        if (cursor.row + count + abi::kRunAhead > cursor.rows) {
            std::copy(subjects, subjects + count, subjects_.begin());  // no room to look ahead
            subjects = subjects_.data();
        }
        machine_.run(references_.data(), times, subjects, count);
        cursor.row += count;
    }
}

// Until one of two tables ends; which comes next is chosen without a branch.
void Feed::two(Cursor& first, Cursor& second) {
    Cursor a = first, b = second;
    // Of different ranks, one always goes first at the same instant.
    const std::int64_t lead = b.rank < a.rank ? 1 : 0;
    const bool ranked = a.rank != b.rank;
    const Arrays out = arrays();
    while (a.row < a.end && b.row < b.end) {
        // As many as neither table nor batch can run out of.
        const std::uint64_t room =
            std::min({a.end - a.row, b.end - b.row, std::uint64_t{batch_ - filled_}});
        std::size_t at = filled_;
        for (const std::size_t until = at + room; at < until; ++at) {
            const std::int64_t time_a = a.now(), time_b = b.now();
            bool is_b = time_b < time_a + lead;
            if (!ranked && time_a == time_b) [[unlikely]]
                is_b = b.precedes(a);
            const std::uint64_t mask = -static_cast<std::uint64_t>(is_b);
            out.references[at] = choose(a.reference | a.row, b.reference | b.row, mask);
            out.times[at] = choose(time_a, time_b, mask);
            out.subjects[at] = choose(a.subject[a.row], b.subject[b.row], mask);
            a.row += 1 - (mask & 1U);
            b.row += mask & 1U;
        }
        filled_ = at;
        if (filled_ == batch_) flush();
    }
    first.row = a.row;
    second.row = b.row;
}

// Until one of more tables ends.
void Feed::several(std::vector<Cursor>& cursors) {
    std::int64_t times[kMostCursors];
    const std::size_t count = cursors.size();
    for (std::size_t i = 0; i < count; ++i) times[i] = cursors[i].now();
    while (true) {
        std::size_t best = 0;
        std::int64_t least = times[0];
        for (std::size_t i = 1; i < count; ++i) {
            bool earlier = times[i] < least;
            if (times[i] == least) [[unlikely]]
                earlier = cursors[i].precedes(cursors[best]);
            best = earlier ? i : best;
            least = earlier ? times[i] : least;
        }
        Cursor& cursor = cursors[best];
        put(cursor.reference | cursor.row, least, cursor.subject[cursor.row]);
        if (++cursor.row == cursor.end) return;
        times[best] = cursor.now();
    }
}

// Whether so many of all events are the group's that picking them out of the common order is less work
// than merging.
bool Feed::prefers_order(const std::vector<Cursor>& cursors) const {
    std::uint64_t rows = 0;
    for (const Cursor& cursor : cursors) {
        if (cursor.rank != Rank::event) return false;
        rows += cursor.end;
    }
    return cursors.size() > 2 && rows * 4 >= run_.data->order.size();
}

void Feed::filter_order(const std::vector<Cursor>& cursors) {
    struct Columns {
        const std::int64_t* time;
        const std::uint32_t* subject;
    };
    std::vector<Columns> columns(run_.tables.size(), Columns{nullptr, nullptr});
    std::vector<std::uint8_t> wanted(run_.tables.size(), 0);
    for (const Cursor& cursor : cursors) {
        const auto type = static_cast<std::size_t>(cursor.reference >> 32U);
        columns[type] = {cursor.time, cursor.subject};
        wanted[type] = 1;
    }
    const EventReference* event = run_.data->order.data();
    const EventReference* const end = event + until_end();
    std::uint64_t* const references = references_.data();
    while (event < end) {
        // As many as the batch surely has room for; each is written, and overwritten unless it is wanted.
        const EventReference* const until =
            event + std::min<std::ptrdiff_t>(end - event, static_cast<std::ptrdiff_t>(batch_));
        std::size_t filled = 0;
        for (; event < until; ++event) {
            references[filled] = std::uint64_t{event->type} << 32U | event->row;
            filled += wanted[event->type];
        }
        for (std::size_t i = 0; i < filled; ++i) {
            const Columns& from = columns[references[i] >> 32U];
            const std::uint64_t row = references[i] & kRow;
            times_[i] = from.time[row];
            subjects_[i] = from.subject[row];
        }
        filled_ = filled;
        flush();
    }
}

// --- along the total order ------------------------------------------------------------------------
// For births of types that the group does not read, broadcast events, several roles, rows out of order.

std::size_t Feed::until_end() const {
    const auto& order = run_.data->order;
    return static_cast<std::size_t>(std::partition_point(order.begin(), order.end(),
                                        [&](const EventReference& event) {
                                            return run_.tables[event.type].time[event.row] <=
                                                   run_.end;
                                        }) -
                                    order.begin());
}

// An event to each of its subjects of the group's kind, once each.
void Feed::give_own(EventReference event, std::uint64_t reference, std::int64_t time) {
    const auto& references = run_.schema->events[event.type].subjects;
    const abi::TableView& table = run_.tables[event.type];
    for (std::size_t k = 0; k < references.size(); ++k) {
        if (references[k].kind != machine_.spec.subject_kind) continue;
        const std::uint32_t subject = table.subjects[k][event.row];
        bool repeated = false;
        for (std::size_t i = 0; i < k; ++i) {
            repeated = repeated || (references[i].kind == references[k].kind &&
                                       table.subjects[i][event.row] == subject);
        }
        if (!repeated) put(reference | event.row, time, subject);
    }
}

// An event that the group does not read, where it brings a subject to life.
void Feed::give_birth(EventReference event) {
    const std::uint32_t kind = machine_.spec.subject_kind;
    const auto& references = run_.schema->events[event.type].subjects;
    const std::vector<EventReference>& births = run_.births[kind];
    for (std::size_t k = 0; k < references.size(); ++k) {
        if (references[k].kind != kind) continue;
        const std::uint32_t subject = run_.tables[event.type].subjects[k][event.row];
        if (births[subject] != event) continue;
        put(std::uint64_t{event.type} << 32U | event.row, run_.tables[event.type].time[event.row],
            subject);
        return;  // the others are found from the event
    }
}

void Feed::find_waiting(std::size_t count) {
    const auto& delays = machine_.spec.delays;
    if (delays.empty()) return;
    for (const abi::DelaySpec& delay : delays) rows_[delay.event];
    for (std::size_t i = 0; i < count; ++i) {
        const EventReference event = run_.data->order[i];
        if (const auto found = rows_.find(event.type); found != rows_.end())
            found->second.push_back(event.row);
    }
    for (std::size_t i = 0; i < delays.size(); ++i) {
        waiting_.push_back(
            {&delays[i], (std::uint64_t{abi::kDelayed} + i) << 32U, &rows_.at(delays[i].event)});
    }
    soonest_ = kMissing;
}

void Feed::give_delayed(std::int64_t time) {
    if (time < soonest_) return;
    while (true) {
        Waiting* next = nullptr;
        std::int64_t least = kForever;
        for (Waiting& waiting : waiting_) {
            if (waiting.next == waiting.rows->size()) continue;
            const std::uint32_t row = (*waiting.rows)[waiting.next];
            const std::int64_t due =
                later(run_.tables[waiting.delay->event].time[row], waiting.delay->by);
            const bool first =
                due < least || (due == least && next != nullptr && next->delay->after_events);
            if (due > run_.end || !first) continue;
            next = &waiting;
            least = due;
        }
        soonest_ = least;
        if (next == nullptr || least > time || (least == time && next->delay->after_events)) return;
        const std::uint32_t row = (*next->rows)[next->next++];
        give_own({next->delay->event, row}, next->reference, least);
    }
}

void Feed::in_order() {
    const abi::GroupSpec& spec = machine_.spec;
    enum Role : std::uint8_t { kOther, kOwn, kIdle, kBroadcast };
    std::vector<Role> role(run_.tables.size(), kOther);
    for (const std::uint32_t type : spec.types) role[type] = kOwn;
    for (const std::uint32_t type : spec.idle) role[type] = kIdle;
    for (const std::uint32_t type : spec.broadcasts) role[type] = kBroadcast;
    const std::size_t count = until_end();
    find_waiting(count);
    for (std::size_t i = 0; i < count; ++i) {
        const EventReference event = run_.data->order[i];
        const std::int64_t time = run_.tables[event.type].time[event.row];
        if (!waiting_.empty()) give_delayed(time);
        switch (role[event.type]) {
        case kBroadcast:
            machine_.broadcasts.push_back(std::uint64_t{event.type} << 32U | event.row);
            break;
        case kOwn: give_own(event, std::uint64_t{event.type} << 32U, time); break;
        case kOther:
            if (spec.births) give_birth(event);
            break;
        case kIdle: break;
        }
    }
    if (!waiting_.empty()) give_delayed(kForever);
}

}  // namespace clausal::engine
