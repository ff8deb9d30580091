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

void Feed::all() {
    std::vector<Cursor> cursors;
    if (!plain(&cursors)) {
        in_order();
    } else if (cursors.size() == 1) {
        one(cursors[0]);
    } else if (cursors.size() == 2) {
        merge(cursors[0], cursors[1]);
    } else {
        merge(std::move(cursors));
    }
    flush();
}

// Whether the group's events are a merge of few tables with one subject each, all in order.
bool Feed::plain(std::vector<Cursor>* cursors) const {
    const abi::GroupSpec& spec = machine_.spec;
    if (spec.births || spec.types.empty() || spec.types.size() > kMostCursors) return false;
    for (const std::uint32_t type : spec.types) {
        const auto& references = run_.schema->events[type].subjects;
        const auto of_kind = [&](const SubjectReference& reference) { return reference.kind == spec.subject_kind; };
        if (std::count_if(references.begin(), references.end(), of_kind) != 1 || !rows_in_order(type)) return false;
        const auto place = std::find_if(references.begin(), references.end(), of_kind) - references.begin();
        const EventTable& table = run_.data->tables[type];
        const auto end = std::upper_bound(table.time.begin(), table.time.end(), run_.end);
        cursors->push_back({table.time.data(), table.sequence.data(),
                            table.subjects[static_cast<std::size_t>(place)].data(), std::uint64_t{type} << 32U, 0,
                            static_cast<std::uint64_t>(end - table.time.begin())});
    }
    return true;
}

bool Feed::rows_in_order(std::uint32_t type) const {
    const EventTable& table = run_.data->tables[type];
    std::uint64_t wrong = 0;
    for (std::size_t row = 1; row < table.size(); ++row) {
        wrong |= static_cast<std::uint64_t>(table.time[row] < table.time[row - 1]) |
                 (static_cast<std::uint64_t>(table.time[row] == table.time[row - 1]) &
                  static_cast<std::uint64_t>(table.sequence[row] < table.sequence[row - 1]));
    }
    return wrong == 0;
}

void Feed::one(const Cursor& cursor) {
    for (std::uint64_t row = 0; row < cursor.rows; ++row) {
        give(cursor.reference | row, cursor.time[row], cursor.subject[row]);
    }
}

// Two tables; which comes next is chosen without a branch.
void Feed::merge(Cursor a, Cursor b) {
    while (a.row < a.rows && b.row < b.rows) {
        const std::int64_t time_a = a.time[a.row], time_b = b.time[b.row];
        const bool second = time_b < time_a || (time_b == time_a && b.sequence[b.row] < a.sequence[a.row]);
        const std::uint64_t reference = second ? b.reference | b.row : a.reference | a.row;
        const std::uint32_t* subject = second ? b.subject + b.row : a.subject + a.row;
        give(reference, second ? time_b : time_a, *subject);
        a.row += second ? 0 : 1;
        b.row += second ? 1 : 0;
    }
    for (; a.row < a.rows; ++a.row) give(a.reference | a.row, a.time[a.row], a.subject[a.row]);
    for (; b.row < b.rows; ++b.row) give(b.reference | b.row, b.time[b.row], b.subject[b.row]);
}

void Feed::merge(std::vector<Cursor> cursors) {
    std::int64_t times[kMostCursors];
    std::uint64_t sequences[kMostCursors];
    const std::size_t count = cursors.size();
    const auto refill = [&](std::size_t i) {
        const Cursor& cursor = cursors[i];
        times[i] = cursor.row < cursor.rows ? cursor.time[cursor.row] : kForever;
        sequences[i] = cursor.row < cursor.rows ? cursor.sequence[cursor.row] : ~std::uint64_t{0};
    };
    std::uint64_t left = 0;
    for (std::size_t i = 0; i < count; ++i) {
        refill(i);
        left += cursors[i].rows;
    }
    for (; left > 0; --left) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < count; ++i) {
            const bool earlier = times[i] < times[best] || (times[i] == times[best] && sequences[i] < sequences[best]);
            best = earlier ? i : best;
        }
        Cursor& cursor = cursors[best];
        give(cursor.reference | cursor.row, times[best], cursor.subject[cursor.row]);
        ++cursor.row;
        refill(best);
    }
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

// Along the total order: births of types that the group does not read, broadcast events, several roles.
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
}

}  // namespace clausal::engine
