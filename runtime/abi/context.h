#pragma once
// What generated code sees of the host: plain structs, reached through one context pointer. Offsets
// of these fields are compiled into code (compiler/llvm takes them from offsetof), so a change here
// is a new format of saved objects: raise kAbiVersion.

#include <cstddef>
#include <cstdint>

namespace clausal::abi {

inline constexpr std::uint32_t kAbiVersion = 7;

// One event type's columns. `columns[f][row]` is the value of field f.
struct TableView {
    const std::int64_t* time;
    const std::int64_t* const* columns;
    const std::uint32_t* const* subjects;  // by SubjectReference
    const std::uint64_t* sequence;         // with the time: place in the total order
    std::uint64_t rows;
};

// A growable ring of entries of one subject, in the pool. 16 bytes in the subject's state.
struct LogHead {
    std::uint32_t base;  // first word in the pool
    std::uint32_t head;  // index of the oldest entry
    std::uint32_t count;
    std::uint32_t capacity;  // entries; a power of two, 0 before the first
};

inline constexpr std::uint32_t kPoolClasses = 34;

// Words that rings live in; blocks are powers of two, freed blocks are chained by class.
struct Pool {
    std::int64_t* words;
    std::uint64_t size;
    std::uint64_t capacity;
    std::uint32_t free_blocks[kPoolClasses];  // 0 = none (word 0 is never given out)
};

// Entries of rings start with these words; a frame is a pointer to such words, then derived fields.
enum EntryWord : std::uint32_t {
    kEntryTime = 0,
    kEntryStep = 1,       // number of the step in the run of the group: orders steps of one subject
    kEntryReference = 2,  // anchor event: type << 32 | row; -1: none
    kEntryTruth = 3,
    kEntryPlace = 4,  // number of the anchor event's own step; -1: none
    kEntryWords = 5,
};

// Truth as code holds it: a conjunction is the minimum. kDivided and kOverflowed are unknown because of a
// fault (a division by zero, a number too large); they win over plain unknown in conjunctions and (by
// negation) in disjunctions.
inline constexpr std::int64_t kFalse = 0, kDivided = 1, kOverflowed = 2, kUnknown = 3, kTrue = 4;
// The negations of the truths, three bits each.
inline constexpr std::int64_t kNegations = 0x68C;
constexpr std::int64_t negate(std::int64_t truth) { return (kNegations >> (3 * truth)) & 7; }
constexpr std::int64_t both(std::int64_t a, std::int64_t b) { return a < b ? a : b; }
constexpr std::int64_t any_of(std::int64_t a, std::int64_t b) {
    return negate(both(negate(a), negate(b)));
}
constexpr std::int64_t remembered(std::int64_t truth) {
    return truth == kDivided || truth == kOverflowed ? kUnknown : truth;
}

// An exact number as code holds it in memory.
struct Number {
    std::uint64_t numerator[2];  // 128 bits, low word first
    std::uint64_t denominator[2];
    std::int64_t status;  // kKnown …
};
// The greatest status of two operands is that of the result.
enum NumberStatus : std::int64_t {
    kKnown = 0,
    kMissingNumber = 1,
    kOverflowNumber = 2,
    kDividedNumber = 3,
};
// The truth of a comparison with a number that is not known.
constexpr std::int64_t unknown_truth(std::int64_t status) {
    return status == kDividedNumber ? kDivided : status == kOverflowNumber ? kOverflowed : kUnknown;
}
inline constexpr std::uint32_t kNumberWords = 5;

struct RuleCounters {
    std::uint64_t suppressed, undecided, pending;
};

enum StepKind : std::int64_t { kEventStep = 0, kExpiryStep = 1, kDeadlineStep = 2 };

// The first words of every subject's state.
struct StateHeader {
    std::int64_t deadline;   // next instant at which time alone may change something; 0: untouched
    std::int64_t birth;      // kMissing: not born (groups that keep births)
    std::int64_t broadcast;  // broadcast events already seen
};

// The calendar unit that held the last instant asked for.
struct UnitCache {
    std::int64_t start, end, index;
};

// Firings of one subject at one step, flat: of one rule, whose action values are words from
// Records::values[values] on, as RuleOutline says; or of several rules that store nothing.
struct FiringRecord {
    std::uint32_t rule, subject;   // rule: the first of several
    std::int64_t time, reference;  // reference: type << 32 | row; -1: none
    std::uint64_t values;  // of several rules: where their numbers are (engine/firing_order.h)
    std::uint32_t count;   // of rules
    std::uint32_t depth : 30, kind : 2;  // kind of the step
};

// Items of a batch are events, or events that come a second time when a bound of theirs is over: those
// have the number of their DelaySpec from here on in place of the event type.
inline constexpr std::uint32_t kDelayed = 0x80000000U;

// The latest occurrence of something, where only that matters: its place in the total order.
struct LatestPlace {
    std::int64_t time;  // with its sign bit turned, so that 0 is none
    std::uint64_t sequence;
};

struct Context {
    const TableView* tables;  // by event type
    std::uint8_t* states;     // of the group, by subject
    Pool* pool;
    const std::int64_t* constants;  // values known only when the run starts (texts)
    RuleCounters* counters;         // by rule of the pack
    void* machine;                  // the host's side of the group
    std::int64_t step;              // number of the current step
    std::int64_t time;
    std::int64_t kind;  // StepKind
    std::int64_t depth;
    std::int64_t reference;   // event that names the step, -1: none
    std::int64_t place;       // its step number, -1: none
    std::int64_t born;        // 1 from the birth step on
    std::int64_t birth_step;  // 1 at the birth step
    std::int64_t subject;
    UnitCache* units;         // by CalendarUnit
    FiringRecord* fire_next;  // room for firings up to fire_end
    FiringRecord* fire_end;
    std::int64_t* ranges;  // by family: steps, where a range of undecided thresholds begins or ends
};

}  // namespace clausal::abi
