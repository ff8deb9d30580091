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
    void all();

private:
    // One event type of the group, read row by row.
    struct Cursor {
        const std::int64_t* time;
        const std::uint64_t* sequence;
        const std::uint32_t* subject;
        std::uint64_t reference;      // of row 0
        std::uint64_t row, rows;
    };

    void give(std::uint64_t reference, std::int64_t time, std::uint32_t subject) {
        references_[filled_] = reference;
        times_[filled_] = time;
        subjects_[filled_] = subject;
        if (++filled_ == batch_) flush();
    }
    void flush();
    bool plain(std::vector<Cursor>* cursors) const;
    void one(const Cursor& cursor);
    void merge(Cursor a, Cursor b);
    void merge(std::vector<Cursor> cursors);
    void in_order();
    std::size_t until_end() const;
    bool rows_in_order(std::uint32_t type) const;
    void give_own(EventReference event);

    const RunData& run_;
    Machine& machine_;
    std::size_t batch_, filled_ = 0;
    std::vector<std::uint64_t> references_;
    std::vector<std::int64_t> times_;
    std::vector<std::uint32_t> subjects_;
};

}  // namespace clausal::engine
