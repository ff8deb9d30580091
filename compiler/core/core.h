#pragma once
// Core rules: the small, language-neutral temporal algebra that both executions implement. A DAG:
// equal sub-expressions of all rules are one node (hash-consing in CoreBuilder). No Chinese, no
// English, no sugar, no spans: places are in CorePack::spans, by node. Made by from_types.h, read by
// interpret/ (the definition, computed) and plan/. Frozen once made.

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/source/source_file.h"
#include "runtime/base/decimal.h"
#include "runtime/base/types.h"
#include "runtime/events/schema.h"

namespace clausal::core {

using NodeId = std::uint32_t;

enum class Sort : std::uint8_t { occurrence, state, value };
enum class NodeKind : std::uint8_t {
#define CLAUSAL_CORE(kind, sort, inputs) kind,
#include "compiler/core/node_kinds.def"
#undef CLAUSAL_CORE
};
Sort sort_of(NodeKind kind);
const char* name_of(NodeKind kind);

enum class Frame : std::uint8_t { self, first };
enum class CompareOp : std::uint8_t { lt, le, eq, ne, ge, gt };
// The operator with its operands exchanged: a < b is b > a.
constexpr CompareOp mirrored(CompareOp op) {
    switch (op) {
    case CompareOp::lt: return CompareOp::gt;
    case CompareOp::le: return CompareOp::ge;
    case CompareOp::gt: return CompareOp::lt;
    case CompareOp::ge: return CompareOp::le;
    case CompareOp::eq:
    case CompareOp::ne: break;
    }
    return op;
}
enum class ArithmeticOp : std::uint8_t { add, subtract, multiply, divide, minimum, maximum };
enum class AggregateOp : std::uint8_t {
    count,
    sum,
    average,
    minimum,
    maximum,
    range,
    deviation,
    distinct,
    percentile,
    keys
};
enum class Unit : std::uint8_t { hour, day, week, month, year, working_day };
enum class UnitMode : std::uint8_t { plain, with_data, complete };
enum class Pick : std::uint8_t { any, first_only, next_only };
enum class Direction : std::uint8_t { any, up, down };

// Which occurrences an aggregate or `latest` reads at a step with instant t.
struct Window {
    enum class Kind : std::uint8_t {
        all,  // since birth (broadcast events: since ever)
        // (t - offset - length, t - offset]; with offset > 0 unknown while t - offset - length < birth
        sliding,
        this_unit,      // from the start of the current unit to now
        previous_unit,  // the last closed unit; unknown before one is closed since birth
        // all closed units since birth, that of the birth included: [birth, start of the current unit)
        closed_units,
        // strictly after the step of the latest occurrence of `since` (all, if there was none)
        since,
    };
    Kind kind = Kind::all;
    Microseconds length = 0;
    Microseconds offset = 0;
    Unit unit = Unit::day;
    NodeId since = kNone;
    bool operator==(const Window&) const = default;
};

// Equal fields of two occurrences: slots of the first (start, earlier) and the second (later).
// Missing on either side: not equal.
struct Correlation {
    std::uint32_t first_slot = 0;
    std::uint32_t second_slot = 0;
    bool operator==(const Correlation&) const = default;
};

struct Node {
    NodeKind kind{};
    std::vector<NodeId> inputs;  // roles in node_kinds.def; an absent one is kNone
    // occurrences: added fields, values in context self (sequence: and first)
    std::vector<NodeId> derived;
    // values: of the result; for arithmetic the kind and unit, decimals = display
    Type type;
    std::vector<Type> derived_types;

    std::uint32_t event = kNone;  // event; index into Schema::events
    // event: index into EventType::subjects for the rule's subject kind; kNone = broadcast
    std::uint32_t reference = kNone;
    // rule_output; slot = index of the ActionCall, fields are ActionType::fields
    std::uint32_t rule = kNone;
    std::uint32_t slot = 0;
    Frame frame = Frame::self;
    CompareOp compare = CompareOp::lt;
    ArithmeticOp arithmetic = ArithmeticOp::add;
    AggregateOp aggregate = AggregateOp::count;
    std::int32_t percentile = 0;  // 1..100
    Window window;
    Microseconds low = 0;
    Microseconds high = 0;  // kForever: without end
    // aggregate, latest, exists_around, elapsed: first = the context's self event, second = `of`
    std::vector<Correlation> correlation;
    std::vector<Correlation> unless_correlation;
    Pick pick = Pick::any;
    Direction direction = Direction::any;
    std::int64_t count = 0;  // streak, consecutive; absence_after: working days or time
    bool negated = false;    // streak: runs of failures of `of`
    bool before = false;     // latest: before this step
    bool open = false;       // elapsed: unfinished ones count to now
    Unit unit = Unit::day;
    UnitMode mode = UnitMode::plain;
    std::uint32_t calendar = kNone;  // Schema::calendars
    std::uint32_t list = kNone;      // member: CorePack::lists
    std::int32_t minute_of_day = 0;  // daily
    Decimal deviations;              // shift: how many; cluster: significance level
    Rounding rounding = Rounding::half_up;
    std::int32_t round_decimals = 0;
    std::int64_t truth = 0;  // truth
    // constant of a numeric type: in whole units (65 % = 65/100, durations in µs)
    Rational number;
    std::string text;                // constant of type text
    std::vector<std::string> words;  // contains, keyword_density; constant of type texts
    std::int64_t code = 0;           // constant of type choice, boolean, date, instant
};

// What a numeric value is: number, integer, money, percent and duration values are exact rationals;
// all others are 64-bit codes and only compare (text: only eq and ne).
constexpr bool is_numeric(TypeKind kind) {
    return kind == TypeKind::number || kind == TypeKind::integer || kind == TypeKind::money ||
           kind == TypeKind::percent || kind == TypeKind::duration;
}

struct ActionCall {
    std::uint32_t action = 0;  // Schema::actions
    // one per field of the action, in context self of the rule's occurrence
    std::vector<NodeId> values;
};

// at most `count` per period, over emitted firings in (t - length, t] or in the calendar unit of t
struct Limit {
    std::int64_t count = 0;   // 0: no limit
    Microseconds length = 0;  // > 0: sliding
    Unit unit = Unit::day;    // length == 0: calendar unit
};

struct Rule {
    std::string id;             // its name, or the one that check prints
    std::uint32_t subject = 0;  // Schema::subjects
    // an occurrence (fires at each) or a state (fires at each rise)
    NodeId condition = kNone;
    std::vector<ActionCall> actions;
    Limit limit;
    std::int32_t priority = 0;  // higher first in the outputs of one step
    Microseconds from = std::numeric_limits<std::int64_t>::min();
    Microseconds until = kForever;  // exclusive
    std::string purpose;
    std::string version;
    Span span;
    // Where its text has each of its nodes: CorePack::spans has the first place in the pack.
    std::vector<std::pair<NodeId, Span>> places;
};

struct ConstantList {
    std::string name;
    Type type;
    std::vector<Rational> numbers;    // numeric types
    std::vector<std::string> texts;   // text
    std::vector<std::int64_t> codes;  // choice, date
};

// --- examples: events and expectations with values already typed ----------------------------------
struct ExampleValue {
    std::int64_t value = kMissing;  // as stored in a column; text and texts: see below
    std::string text;
    std::vector<std::string> texts;
};
struct ExampleEvent {
    std::uint32_t event = 0;
    Microseconds time = 0;
    std::vector<ExampleValue> fields;  // by EventType::fields
    Span span;
};
struct ExampleSubject {
    std::uint32_t kind = 0;
    std::vector<std::string> key;
    std::vector<ExampleValue> fields;  // register values
};
struct Expectation {
    std::uint32_t action = 0;
    bool must = true;
    std::int64_t times = -1;       // -1: at least one
    Microseconds time = kMissing;  // kMissing: any instant
    // of a day without a time: the start of the next one; else kMissing, and `time` is an instant
    Microseconds day_end = kMissing;
    // by ActionType::fields; kMissing (and no text) = not checked
    std::vector<ExampleValue> fields;
    std::vector<bool> checked;     // which fields are checked
    std::vector<std::string> key;  // subject key it is about; empty: any
    Span span;
};
struct Example {
    std::string name;
    std::vector<ExampleSubject> subjects;
    std::vector<ExampleEvent> events;
    std::vector<Expectation> expectations;
    Span span;
};

struct CorePack {
    Schema schema;
    std::vector<Node> nodes;  // inputs come before their users
    std::vector<Span> spans;  // by node
    std::vector<Rule> rules;
    std::vector<ConstantList> lists;
    std::vector<Example> examples;
    const Node& operator[](NodeId id) const { return nodes.at(id); }
};

// Adds nodes, giving equal ones one id.
class Builder {
public:
    explicit Builder(CorePack& pack) : pack_(pack) {}
    NodeId add(Node node, Span span);
    // From here on, each node asked for is noted with its first span; nullptr: no more.
    void note_places(std::map<NodeId, Span>* places) { places_ = places; }

private:
    NodeId find_or_add(Node node, Span span);
    CorePack& pack_;
    std::map<NodeId, Span>* places_ = nullptr;
    std::unordered_map<std::uint64_t, std::vector<NodeId>> buckets_;
};

// Stable text form: one node a line, `n12 = count(n3) window sliding 7d`, then rules. Names of events
// and fields as declared; equal for the two languages once names are equal. `by_place` prints names,
// units and texts by their place of declaration or first use instead, so that a pack and its twin in
// the other language print the same.
std::string print(const CorePack& pack, bool by_place = false);

}  // namespace clausal::core
