#pragma once
// Hands the events that a group reads to its code, in total order up to the end, some thousand at a
// time: references, instants and subjects in arrays that stay in the cache.

#include <cstdint>
#include <vector>

#include "runtime/engine/machine.h"

namespace clausal::engine {

class Feed {
public:
    Feed(const RunData& run, Machine& machine, std::size_t batch);
    // Merges the group's tables, where each has one subject per row and its rows are in order. False:
    // not so; events may have been handed over already, begin again with a new machine and in_order.
    bool merged();
    // Along the total order: births of types that the group does not read, broadcast events, several roles.
    void in_order();

private:
    // One event type of the group, read row by row.
    struct Cursor {
        const std::int64_t* time;
        const std::uint64_t* sequence;
        const std::uint32_t* subject;
        std::uint64_t reference;      // of row 0
        std::uint64_t row, end;       // up to the end of the run
        std::uint64_t rows;
        std::uint64_t checked = 1;    // rows before this one are in order
    };

    void give(std::uint64_t reference, std::int64_t time, std::uint32_t subject) {
        references_[filled_] = reference;
        times_[filled_] = time;
        subjects_[filled_] = subject;
        if (++filled_ == batch_) flush();
    }
    void flush();
    bool plain(std::vector<Cursor>* cursors) const;
    static bool check(Cursor& cursor, std::uint64_t until);
    bool one(Cursor cursor);
    bool two(Cursor a, Cursor b);
    bool several(std::vector<Cursor> cursors);
    std::size_t until_end() const;
    void give_own(EventReference event);

    const RunData& run_;
    Machine& machine_;
    std::size_t batch_, filled_ = 0;
    std::vector<std::uint64_t> references_;
    std::vector<std::int64_t> times_;
    std::vector<std::uint32_t> subjects_;
};

}  // namespace clausal::engine
