#pragma once
// Hands the events that a group reads to its code, in total order up to the end, some hundreds at a
// time: references, instants and subjects in arrays that stay in the cache. Events of a delay come a
// second time, when it is over (abi::DelaySpec).

#include <cstdint>
#include <map>
#include <vector>

#include "runtime/engine/machine.h"

namespace clausal::engine {

class Feed {
public:
    Feed(const RunData& run, Machine& machine, std::size_t batch);
    // Hands over everything.
    void run();

private:
    // What comes first of one instant.
    enum class Rank : std::uint8_t { delayed_before, event, delayed_after };

    // The rows of one event type, now or once more when a delay is over.
    struct Cursor {
        const std::int64_t* time;
        const std::uint64_t* sequence;
        const std::uint32_t* subject;
        std::uint64_t reference;  // of row 0
        std::uint64_t row, end;   // up to the end of the run
        std::uint64_t rows;
        std::int64_t shift;
        Rank rank;
        std::int64_t now() const { return time[row] + shift; }
        // Whether its row comes before that of another one at the same instant.
        bool precedes(const Cursor& other) const {
            return rank != other.rank ? rank < other.rank
                                      : sequence[row] < other.sequence[other.row];
        }
    };
    // A delay along the total order.
    struct Waiting {
        const abi::DelaySpec* delay;
        std::uint64_t reference;
        const std::vector<std::uint32_t>* rows;  // of its type, in the total order
        std::size_t next = 0;
    };

    struct Arrays {
        std::uint64_t* references;
        std::int64_t* times;
        std::uint32_t* subjects;
    };
    Arrays arrays() { return {references_.data(), times_.data(), subjects_.data()}; }

    void put(std::uint64_t reference, std::int64_t time, std::uint32_t subject) {
        references_[filled_] = reference;
        times_[filled_] = time;
        subjects_[filled_] = subject;
        if (++filled_ == batch_) flush();
    }
    void flush();
    bool plain(std::vector<Cursor>* cursors) const;
    void add_cursor(std::vector<Cursor>* cursors, std::uint32_t type, std::uint64_t reference,
        Microseconds shift, Rank rank) const;
    void merge(std::vector<Cursor> cursors);
    void one(Cursor& cursor);
    void two(Cursor& first, Cursor& second);
    void several(std::vector<Cursor>& cursors);
    bool prefers_order(const std::vector<Cursor>& cursors) const;
    void filter_order(const std::vector<Cursor>& cursors);

    void in_order();
    std::size_t until_end() const;
    void give_own(EventReference event, std::uint64_t reference, std::int64_t time);
    void give_birth(EventReference event);
    void find_waiting(std::size_t count);
    void give_delayed(std::int64_t time);  // those that come before events of this instant

    const RunData& run_;
    Machine& machine_;
    std::size_t batch_, filled_ = 0;
    std::vector<std::uint64_t> references_;
    std::vector<std::int64_t> times_;
    std::vector<std::uint32_t> subjects_;
    std::map<std::uint32_t, std::vector<std::uint32_t>> rows_;
    std::vector<Waiting> waiting_;
    std::int64_t soonest_ = kForever;  // at which some delay may be over
};

}  // namespace clausal::engine
