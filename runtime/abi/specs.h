#pragma once
// What a plan tells the host about the nodes of one group that generated code leaves to host
// functions: where their state lies and their constants. Generated code names a spec by its index.
// Made by compiler/plan; the addresses of generated callbacks are filled in when a run starts.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runtime/abi/context.h"
#include "runtime/base/decimal.h"
#include "runtime/base/types.h"

namespace clausal::abi {

// Callbacks into generated code. `first` and `self` are frames.
using MatchFunction = std::int64_t (*)(
    Context*, std::uint8_t* state, const std::int64_t* first, const std::int64_t* self);
using ValueFunction = void (*)(
    Context*, std::uint8_t* state, const std::int64_t* self, Number* out);
using StepFunction = void (*)(Context*, std::uint8_t* state);
// Items of a batch, column by column; the arrays are readable for kRunAhead entries beyond `count`.
using RunFunction = void (*)(Context*, const std::uint64_t* references, const std::int64_t* times,
    const std::uint32_t* subjects, std::uint64_t count);
// Timers of a group whose only timers are deadlines of one absence: those of one subject before `limit`.
using DueFunction = void (*)(Context*, std::uint8_t* state, std::int64_t limit);
inline constexpr std::uint32_t kRunAhead = 16;

// How a value is held: a 64-bit word (a code, or a number × 10^decimals; kMissing is unknown), an
// exact number of five words, or a count with its bounds.
enum class Rep : std::uint8_t { word, number, count };

struct Column {
    std::uint32_t word = 0;  // of the entry
    Rep rep = Rep::word;
    std::int32_t decimals = 0;
};

// Occurrences of one node, kept as long as some reader needs them.
struct LogSpec {
    std::uint32_t node = kNone;
    std::uint32_t head = 0;   // byte of the LogHead in the state
    std::uint32_t words = 0;  // of an entry
    Microseconds retain = 0;  // kForever: all; 0: only the last ones
    std::uint32_t keep_last = 0;
    bool lagged = false;  // `retain` counts from the entry before
    bool all = false;     // some reader needs all that `retain` leaves; else the cap holds
    // Nodes that read it under the cap, and how far back.
    std::vector<std::pair<std::uint32_t, Microseconds>> readers;
};

// The latest occurrence of a node, and the latest that is true: for silence and `since`. Four words as
// MarkCell, then the same as they were before the last change.
struct MarkSpec {
    std::uint32_t node = kNone;
    std::uint32_t cell = 0;
};
struct MarkCell {
    std::int64_t true_time, true_step, any_time, any_step;  // steps + 1; 0: none
};

enum class WindowKind : std::uint8_t {
    all,
    sliding,
    this_unit,
    previous_unit,
    closed_units,
    since
};
struct WindowSpec {
    WindowKind kind = WindowKind::all;
    Microseconds length = 0, offset = 0;
    std::uint8_t unit = 0;  // CalendarUnit
    std::uint32_t since_mark = kNone;
};

// latest, aggregate, exists_around, shift, cluster: what reads a log.
struct ReaderSpec {
    std::uint32_t node = kNone;
    std::uint32_t log = 0;
    WindowSpec window;
    Column value;
    bool is_text = false;             // values are texts: distinct by content (ids are unique)
    std::uint8_t op = 0;              // AggregateOp
    std::uint32_t test_word = kNone;  // keys: the column with the truth of the test
    bool value_is_truth = false;      // shift of units: 1 and 0 of a state
    std::int32_t percentile = 0;
    bool capped = true;  // looks at no more than the cap
    bool latest_before = false;
    bool before = false;             // the view just before the step
    Microseconds low = 0, high = 0;  // exists_around; cluster
    Microseconds span = 0;           // shift: of the baseline
    bool is_cluster = false;
    Decimal deviations;
    std::uint8_t direction = 0;
    std::string match_name, value_name;
    MatchFunction match = nullptr;    // correlation and pair; null: always
    ValueFunction compute = nullptr;  // values that hold an elapsed
};

struct ElapsedSpec {
    std::uint32_t node = kNone;
    std::uint32_t log = 0;
    std::uint32_t calendar = kNone;
    bool open = false;
    bool before = false;
    std::string match_name;
    MatchFunction match = nullptr;
};

// An aggregate whose window only ever grows, or begins anew: running sums instead of a log. Words:
// step + 1 of the last change; a copy of the cell; if `twice`, the copy before that change.
inline constexpr std::uint32_t kRunningHeader = 5;
struct RunningSpec {
    std::uint32_t node = kNone;
    std::uint32_t cell = 0;
    std::uint32_t words = 0;  // of one copy
    WindowKind kind = WindowKind::all;
    std::uint8_t unit = 0;
    std::uint8_t op = 0;  // AggregateOp, none that needs all values
    bool twice = false;
};

// sequence, absence_before: earlier occurrences in a ring of their own. After the frame of the first
// come the words `without` and `prior`.
enum class PickKind : std::uint8_t { any, first_only, next_only };
struct PairSpec {
    std::uint32_t node = kNone;
    std::uint32_t head = 0, words = 0, frame_words = 0;
    Microseconds low = 0, high = 0;
    // Uncorrelated, never unknown, at event steps: `head` is the time of the latest first that is at
    // least `low` old (with its sign bit turned); the feed brings firsts a second time when they are.
    bool latest_only = false;
    PickKind pick = PickKind::any;
    // Which earlier ones can still matter: all; the latest true one and what is unknown after it; the
    // ones whose bounds are not covered by their neighbours.
    enum class Keep : std::uint8_t { all, latest, merged } keep = Keep::all;
    bool has_without = false;
    std::string match_name, correlated_name;
    MatchFunction match = nullptr;       // correlated and pair
    MatchFunction correlated = nullptr;  // correlated only; null: always
};

// absence_after: open instances in a ring; after the frame of the start comes the word `maybe`.
struct AbsenceSpec {
    std::uint32_t node = kNone;
    std::uint32_t head = 0, words = 0, frame_words = 0;
    Microseconds low = 0, high = 0;
    std::int64_t working = 0;    // > 0: decided after so many days, or microseconds, of `calendar`
    bool working_hours = false;  // microseconds
    std::uint32_t calendar = kNone;
    bool has_absent = false;
    bool has_streak = false;
    bool keeps_closed = false;  // a streak filters what closes: the frames of this step's are kept
    bool simple = false;        // between bare events, no pair, nothing unknown
    // No ring: the feed brings starts a second time at their deadlines; `head` is the LatestPlace of the
    // absent ones.
    bool delayed = false;
    // Entries of four words: time, step, reference, and the one field that correlates.
    bool compact = false;
    bool keyed = false;  // at most one field correlates, held the same way on both sides
    std::vector<std::uint32_t> run_streaks;  // streaks kept as run lengths over it
    std::string match_name, unless_name, correlated_name;
    MatchFunction match = nullptr;   // correlated and pair
    MatchFunction unless = nullptr;  // unless: correlated and pair; null: always
};

struct StreakSpec {
    std::uint32_t node = kNone;
    std::uint32_t head = 0;   // ring of [step, outcome]
    std::uint32_t marks = 0;  // two words: latest step of `without` true, unknown (+1; 0 none)
    std::uint32_t absence = kNone;  // the absence whose instances are the base
    std::int64_t count = 0;
    bool negated = false;
    // Kept in `marks` only, no ring. Over an absence: run, and the latest failed step + 1. Over events: the run
    // of true ones, and the run of not false ones.
    bool runs_only = false;
    std::uint32_t snapshot = kNone;  // byte: truth just before the step
    // The filters above an absence of which several instances may close at one step, of one of them.
    std::string filter_name;
    MatchFunction filter = nullptr;
};

struct ConsecutiveSpec {
    std::uint32_t node = kNone;
    std::uint32_t cell = 0;  // last unit, run ending there, run ending before it, status
    std::int64_t count = 0;
    std::uint8_t unit = 0, mode = 0;
    std::uint32_t calendar = kNone;
    std::uint32_t snapshot = kNone;
};

// A count that is only compared with constants: the last times are enough.
struct CountSpec {
    std::uint32_t node = kNone;
    std::uint32_t cell = 0, possible = kNone;  // rings: of true ones, and of not false ones
    std::uint32_t size = 0;
    Microseconds length = 0;
    std::vector<std::uint32_t> bounds;
};

struct HoldSpec {
    std::uint32_t node = kNone;
    std::uint32_t cell = 0;  // true since, not false since, last truth + 1 (0: none)
    Microseconds high = 0;
    std::uint32_t snapshot = kNone;
};

struct SilenceSpec {
    std::uint32_t node = kNone;
    std::uint32_t mark = 0;
    Microseconds high = 0;
    bool before = false;
};

struct DailySpec {
    std::uint32_t node = kNone;
    std::int32_t minute = 0;
    std::uint8_t unit = 0;
    std::int64_t count = 0;  // day of the week or month; 0: the first
    std::uint32_t calendar = kNone;
};

struct TextSpec {  // contains, keyword_density, member
    std::uint32_t node = kNone;
    std::vector<std::string> words;
    TypeKind list_type = TypeKind::text;
    std::vector<Rational> numbers;
    std::vector<std::string> texts;
    std::vector<std::int64_t> codes;
};

// The smallest (greatest: values are negated) value in a sliding window of sure events, as a queue of
// those that can still become it: entries of two words, time and value, ascending.
struct ExtremeSpec {
    std::uint32_t node = kNone;
    std::uint32_t cell = 0;  // LogHead
    Microseconds length = 0;
    bool greatest = false;
};
inline constexpr std::uint32_t kExtremeWords = 2;
// With more of them, groups keep deadlines even where time alone makes states fall only.
inline constexpr std::uint32_t kMostLooks = 4;

// Rules that are equal but for the constant of one comparison. The true ones are always the thresholds
// from a position on, so a subject remembers one position for all of them, and for the streak or run of
// units below the comparison one position per base step or unit.
struct FamilySpec {
    enum class Kind : std::uint8_t { plain, streak, units };
    Kind kind = Kind::plain;
    std::uint32_t cell = 0;      // streak, units: ring of positions (kernels.h)
    std::uint32_t position = 0;  // two bytes: how many thresholds are disarmed (state rules)
    std::int64_t count = 0;      // of the streak or units
    std::uint8_t unit = 0, mode = 0;
    std::uint32_t ring = 0;            // positions in the ring
    std::uint32_t ranges = 0;          // first of its counters in Context::ranges
    std::vector<std::uint32_t> rules;  // of the pack, from the least threshold to the greatest
    // Thresholds that an exact number is compared with, `inclusive` ones hold at equality.
    std::vector<Rational> numbers;
    std::vector<std::uint8_t> inclusive;
    bool negative = false;  // values are negated before they are compared
};

struct RuleSpec {
    std::uint32_t rule = 0;  // of the pack
    Microseconds from = 0, until = 0;
    std::int64_t limit_count = 0;
    Microseconds limit_length = 0;
    std::uint8_t limit_unit = 0;
    std::uint32_t limit_head = 0;  // ring of times of emitted firings; kNone: kept by the host
    std::uint32_t values = 0;      // words of all actions
    bool stores = true;            // false: all of them are key parts, filled at the end
    bool plain = false;            // no period, no limit, nothing stored, no reader: fires inline
    std::vector<std::uint32_t> action_words;  // where each action's values begin
    std::vector<std::pair<std::uint32_t, std::uint32_t>>
        key_values;                         // word, key part: filled at the end
    std::vector<std::uint32_t> absences;    // whose open instances are pending
    std::vector<std::uint32_t> looks_back;  // nodes that may forget
};

// Events of one type come a second time, so much later: before events of that instant, or after them.
struct DelaySpec {
    std::uint32_t event = 0;
    Microseconds by = 0;
    bool after_events = false;
    std::uint32_t node = kNone;  // the sequence or absence
};

struct GroupSpec {
    std::uint32_t index = 0;
    std::uint32_t subject_kind = 0;
    std::uint32_t state_bytes = 0;
    bool births = false;            // keeps births, and steps at each
    bool outputs = false;           // has rule_output nodes
    bool observes_time = false;     // something changes by time alone
    bool one_absence = false;       // the only timers are deadlines of one simple absence
    bool falls_only = false;        // time alone makes states fall, never rise
    std::uint32_t armed_bytes = 0;  // falls_only: the arm flags as one word of so many bytes, or 0
    std::uint32_t armed_at = 0;
    std::vector<std::uint32_t> types;  // own event types read
    std::vector<std::uint32_t> idle;   // those of them that matter only when they come again
    std::vector<DelaySpec> delays;
    std::vector<std::uint32_t> broadcasts;  // broadcast event types read
    std::vector<LogSpec> logs;
    std::vector<MarkSpec> marks;
    std::vector<RunningSpec> runnings;
    std::vector<ReaderSpec> readers;
    std::vector<ElapsedSpec> elapsed;
    std::vector<PairSpec> pairs;
    std::vector<AbsenceSpec> absences;
    std::vector<StreakSpec> streaks;
    std::vector<ConsecutiveSpec> consecutives;
    std::vector<HoldSpec> holds;
    std::vector<CountSpec> counts;
    std::vector<SilenceSpec> silences;
    std::vector<DailySpec> dailies;
    std::vector<Microseconds> known_for;      // bounds
    std::vector<std::uint8_t> counted_units;  // CalendarUnits whose edges matter
    std::vector<ExtremeSpec> extremes;
    std::vector<FamilySpec> families;
    std::uint32_t ranges = 0;  // counters of all families
    bool reads_registers = false;
    std::vector<TextSpec> texts;
    std::vector<RuleSpec> rules;
};

}  // namespace clausal::abi
