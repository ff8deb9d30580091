#include "runtime/engine/feed.h"

#include <algorithm>
#include <utility>

namespace clausal::engine {

namespace {

constexpr std::size_t kMostEvents = 4096;    // a batch of three arrays in the second-level cache
constexpr std::size_t kMostCursors = 4;      // beyond, walking the common order is faster than merging

}  // namespace

Feed::Feed(const RunData& run, Machine& machine, std::size_t batch)
    : run_(run), machine_(machine), batch_(std::clamp<std::size_t>(batch, 1, kMostEvents)) {
    references_.resize(batch_ + abi::kRunAhead);
    times_.resize(batch_ + abi::kRunAhead);
    subjects_.resize(batch_ + abi::kRunAhead, 0);
}

void Feed::flush() {
    machine_.run(references_.data(), times_.data(), subjects_.data(), filled_);
    filled_ = 0;
}

bool Feed::merged() {
    std::vector<Cursor> cursors;
    if (!plain(&cursors)) return false;
    if (cursors.size() == 1) return one(cursors[0]);
    if (cursors.size() == 2) return two(cursors[0], cursors[1]);
    return several(std::move(cursors));
}

// Whether the group's events are a merge of few tables with one subject each.
bool Feed::plain(std::vector<Cursor>* cursors) const {
    const abi::GroupSpec& spec = machine_.spec;
    if (spec.births || spec.types.empty() || spec.types.size() > kMostCursors) return false;
    for (const std::uint32_t type : spec.types) {
        const auto& references = run_.schema->events[type].subjects;
        const auto of_kind = [&](const SubjectReference& reference) { return reference.kind == spec.subject_kind; };
        if (std::count_if(references.begin(), references.end(), of_kind) != 1) return false;
        const auto place = std::find_if(references.begin(), references.end(), of_kind) - references.begin();
        const EventTable& table = run_.data->tables[type];
        const auto end = std::upper_bound(table.time.begin(), table.time.end(), run_.end);
        cursors->push_back({table.time.data(), table.sequence.data(),
                            table.subjects[static_cast<std::size_t>(place)].data(), std::uint64_t{type} << 32U, 0,
                            static_cast<std::uint64_t>(end - table.time.begin()), table.size()});
    }
    return true;
}

// Whether the rows up to `until` are in order.
bool Feed::check(Cursor& cursor, std::uint64_t until) {
    std::uint64_t wrong = 0;
    const std::int64_t* time = cursor.time;
    for (std::uint64_t row = cursor.checked; row < until; ++row) {
        if (time[row] > time[row - 1]) continue;
        wrong |= static_cast<std::uint64_t>(time[row] < time[row - 1]) |
                 static_cast<std::uint64_t>(cursor.sequence[row] < cursor.sequence[row - 1]);
    }
    cursor.checked = std::max(cursor.checked, until);
    return wrong == 0;
}

bool Feed::one(Cursor cursor) {
    while (cursor.row < cursor.end) {
        const std::uint64_t count = std::min<std::uint64_t>(batch_, cursor.end - cursor.row);
        if (!check(cursor, cursor.row + count)) return false;
        for (std::uint64_t i = 0; i < count; ++i) references_[i] = cursor.reference | (cursor.row + i);
        const std::uint32_t* subjects = cursor.subject + cursor.row;
        if (cursor.row + count + abi::kRunAhead > cursor.rows) {
            std::copy(subjects, subjects + count, subjects_.begin());   // no room to look ahead
            subjects = subjects_.data();
        }
        machine_.run(references_.data(), cursor.time + cursor.row, subjects, count);
        cursor.row += count;
    }
    return check(cursor, cursor.rows);
}

// Two tables; which comes next is chosen without a branch.
bool Feed::two(Cursor a, Cursor b) {
    while (a.row < a.end || b.row < b.end) {
        std::size_t filled = 0;
        while (filled < batch_ && a.row < a.end && b.row < b.end) {
            const std::int64_t time_a = a.time[a.row], time_b = b.time[b.row];
            bool second = time_b < time_a;
            if (time_a == time_b) [[unlikely]] second = b.sequence[b.row] < a.sequence[a.row];
            const auto mask = -static_cast<std::int64_t>(second);
            const auto unsigned_mask = static_cast<std::uint64_t>(mask);
            references_[filled] = ((b.reference | b.row) & unsigned_mask) | ((a.reference | a.row) & ~unsigned_mask);
            times_[filled] = (time_b & mask) | (time_a & ~mask);
            const auto narrow = static_cast<std::uint32_t>(unsigned_mask);
            subjects_[filled] = (b.subject[b.row] & narrow) | (a.subject[a.row] & ~narrow);
            ++filled;
            a.row += 1 - (unsigned_mask & 1U);
            b.row += unsigned_mask & 1U;
        }
        Cursor& rest = a.row < a.end ? a : b;
        if (a.row >= a.end || b.row >= b.end) {
            for (; filled < batch_ && rest.row < rest.end; ++filled, ++rest.row) {
                references_[filled] = rest.reference | rest.row;
                times_[filled] = rest.time[rest.row];
                subjects_[filled] = rest.subject[rest.row];
            }
        }
        if (!check(a, std::min(a.row + 1, a.rows)) || !check(b, std::min(b.row + 1, b.rows))) return false;
        filled_ = filled;
        flush();
    }
    return check(a, a.rows) && check(b, b.rows);
}

bool Feed::several(std::vector<Cursor> cursors) {
    std::int64_t times[kMostCursors];
    std::uint64_t sequences[kMostCursors];
    const std::size_t count = cursors.size();
    const auto refill = [&](std::size_t i) {
        const Cursor& cursor = cursors[i];
        times[i] = cursor.row < cursor.end ? cursor.time[cursor.row] : kForever;
        sequences[i] = cursor.row < cursor.end ? cursor.sequence[cursor.row] : ~std::uint64_t{0};
    };
    std::uint64_t left = 0;
    for (std::size_t i = 0; i < count; ++i) {
        refill(i);
        left += cursors[i].end;
    }
    while (left > 0) {
        const auto some = static_cast<std::size_t>(std::min<std::uint64_t>(left, batch_));
        left -= some;
        for (filled_ = 0; filled_ < some; ++filled_) {
            std::size_t best = 0;
            std::int64_t least = times[0];
            for (std::size_t i = 1; i < count; ++i) {
                bool earlier = times[i] < least;
                if (times[i] == least) [[unlikely]] earlier = sequences[i] < sequences[best];
                best = earlier ? i : best;
                least = earlier ? times[i] : least;
            }
            Cursor& cursor = cursors[best];
            references_[filled_] = cursor.reference | cursor.row;
            times_[filled_] = least;
            subjects_[filled_] = cursor.subject[cursor.row];
            ++cursor.row;
            refill(best);
        }
        for (Cursor& cursor : cursors) {
            if (!check(cursor, std::min(cursor.row + 1, cursor.rows))) return false;
        }
        flush();
    }
    return std::all_of(cursors.begin(), cursors.end(), [](Cursor& cursor) { return check(cursor, cursor.rows); });
}

std::size_t Feed::until_end() const {
    const auto& order = run_.data->order;
    return static_cast<std::size_t>(std::partition_point(order.begin(), order.end(), [&](const EventReference& event) {
        return run_.tables[event.type].time[event.row] <= run_.end;
    }) - order.begin());
}

// An event to each of its subjects of the group's kind, once each.
void Feed::give_own(EventReference event) {
    const auto& references = run_.schema->events[event.type].subjects;
    const abi::TableView& table = run_.tables[event.type];
    for (std::size_t k = 0; k < references.size(); ++k) {
        if (references[k].kind != machine_.spec.subject_kind) continue;
        const std::uint32_t subject = table.subjects[k][event.row];
        bool repeated = false;
        for (std::size_t i = 0; i < k; ++i) {
            repeated = repeated || (references[i].kind == references[k].kind && table.subjects[i][event.row] == subject);
        }
        if (!repeated) give(std::uint64_t{event.type} << 32U | event.row, table.time[event.row], subject);
    }
}

void Feed::in_order() {
    const abi::GroupSpec& spec = machine_.spec;
    enum Role : std::uint8_t { kOther, kOwn, kBroadcast };
    std::vector<Role> role(run_.tables.size(), kOther);
    for (const std::uint32_t type : spec.types) role[type] = kOwn;
    for (const std::uint32_t type : spec.broadcasts) role[type] = kBroadcast;
    const std::size_t count = until_end();
    for (std::size_t i = 0; i < count; ++i) {
        const EventReference event = run_.data->order[i];
        if (role[event.type] == kBroadcast) {
            machine_.broadcasts.push_back(std::uint64_t{event.type} << 32U | event.row);
        } else if (role[event.type] == kOwn) {
            give_own(event);
        } else if (spec.births) {
            const auto& references = run_.schema->events[event.type].subjects;
            const std::vector<EventReference>& births = run_.births[spec.subject_kind];
            for (std::size_t k = 0; k < references.size(); ++k) {
                if (references[k].kind != spec.subject_kind) continue;
                const std::uint32_t subject = run_.tables[event.type].subjects[k][event.row];
                if (births[subject] != event) continue;
                give(std::uint64_t{event.type} << 32U | event.row, run_.tables[event.type].time[event.row], subject);
                break;   // the others are found from the event
            }
        }
    }
    flush();
}

}  // namespace clausal::engine
