#pragma once
// Random packs and random traces, from a seed: every kind of node, nested, with ties in time, missing
// values and instants that hit the bounds exactly. The same seed gives the same case everywhere.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/core/core.h"
#include "runtime/calendar/calendar.h"
#include "runtime/engine/outcome.h"
#include "runtime/events/event_data.h"

namespace clausal::sim {

inline constexpr std::size_t kKinds = static_cast<std::size_t>(core::NodeKind::key_part) + 1;

class Random {
public:
    explicit Random(std::uint64_t seed)
        : state_(seed * 0x9e3779b97f4a7c15ULL + 0x632be59bd9b4e019ULL) {}
    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    std::int64_t below(std::int64_t bound) {
        return static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(bound));
    }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + below(high - low + 1);
    }
    bool chance(int percent) { return below(100) < percent; }
    template <typename T>
    const T& pick(const std::vector<T>& from) {
        return from[static_cast<std::size_t>(below(static_cast<std::int64_t>(from.size())))];
    }

private:
    std::uint64_t state_;
};

// A row of a trace, so that a failing one can be made smaller.
struct Cell {
    std::int64_t raw = kMissing;  // all types but texts
    std::string text;             // text
    std::vector<std::string> texts;
    bool missing = true;
};
struct TraceRow {
    std::uint32_t type = 0;
    Microseconds time = 0;
    std::vector<Cell> cells;  // by EventType::fields
};
struct RegisterRow {
    std::string key;  // of subject kind 0
    Microseconds valid_from = 0;
    std::vector<Cell> cells;
};

struct Case {
    core::CorePack pack;
    Microseconds grid = kHour;  // times are multiples of it
    Microseconds begin = 0;
    std::vector<TraceRow> rows;
    std::vector<RegisterRow> registers;
    RunOptions options;
};

// `force`: a rule of the pack has a node of this kind; one pack in five has plain rules only.
Case random_case(std::uint64_t seed, core::NodeKind force);
// Another trace for the same pack.
void random_trace(Case& one, std::uint64_t seed);

EventData data_of(const Case& one);
std::vector<WorkCalendar> calendars_of(const Case& one);
std::string print(const Case& one);

// Drops what the rules do not reach.
void compact(core::CorePack& pack);

}  // namespace clausal::sim
