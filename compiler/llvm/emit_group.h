#pragma once
// Plan -> LLVM IR text, one group at a time. For every kind of step there is one function that updates
// what the step touches, in topological order, and then decides the rules; `run` is the loop over a
// batch. Common shapes are inline code, rare nodes are calls of host functions.

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/llvm/ir_writer.h"
#include "compiler/plan/plan.h"

namespace clausal::compiled {

using core::NodeId;
using plan::Group;
using plan::Plan;
using plan::Shape;

// A value in generated code.
struct Value {
    Shape shape;
    std::string a, b;                  // word | count: low, high | pointer to a Number
    std::optional<Rational> constant;  // numeric constants
};

// A frame in generated code: whose, and where.
struct FrameValue {
    NodeId node = kNone;
    std::string pointer;  // "" = none
    std::string row;      // "" = in the frame
};

struct View {
    FrameValue self, first;
    bool before = false;
    std::uint32_t entry_log = kNone;  // values are read from self's columns in this log
};

// In place of a field: the sequence numbers of a table.
inline constexpr std::uint32_t kSequence = 0x7fffffffU;

// Truths as text of the code (runtime/abi/context.h).
inline constexpr const char* kTrueText = "4";
inline constexpr const char* kUnknownText = "3";
static_assert(abi::kTrue == 4 && abi::kUnknown == 3);

// What happens to a subject's state: which kind of step a function is for.
enum class StepOf : std::uint8_t { event, birth, expiry, deadline, output, due };

class GroupEmitter {
public:
    GroupEmitter(IrWriter& writer, const Plan& plan, const Group& group, std::string sabotage);
    void emit();

private:
    // --- emit_run.cpp: the loop over a batch, and timers without a call ---------------------------
    void emit_run();
    void emit_item(std::uint32_t event);
    void emit_delayed(std::size_t delay);
    void emit_timers(const std::string& slow_if);
    void emit_due();
    void emit_due_item();
    void decide_due(const std::string& frame, const std::string& time, const std::string& step);
    void emit_dispatch();
    std::string event_arguments(std::uint32_t event);
    std::string column_pointer(std::uint32_t event, std::uint32_t slot);
    std::vector<std::uint32_t> fed_types() const;  // own types whose events are steps
    bool is_eager() const;
    void prefetch(const std::string& state);
    void prefetch_ring(const std::string& state);
    void rearm(const std::string& state, const std::string& time);
    bool rearms_inline() const;

    // --- emit_group.cpp: functions and steps ----------------------------------------------------
    void know_step(const char* kind, const std::string& time, const std::string& subject,
        const std::string& reference, const std::string& step, const std::string& place);
    std::string put_step() const;
    void begin_step(StepOf kind, std::uint32_t event);
    void emit_step(StepOf kind, std::uint32_t event);
    void step_header();
    void emit_snapshots();
    void emit_rules();
    void fire(std::size_t place, const std::string& when, const FrameValue& self);
    void count_unknown(std::size_t place, const std::string& truth, const std::string& when);
    std::string observed(NodeId state);  // "0", "1" or an i1
    bool has_timers() const;
    std::string name(const std::string& what) const;

    // --- emit_occurrences.cpp: occurrences and what they push ------------------------------------
    struct Occurrence {
        std::string truth = "0";
        FrameValue frame;
    };
    void emit_node(NodeId id);
    Occurrence emit_event(NodeId id);
    Occurrence emit_filtered(NodeId id);
    Occurrence emit_either(NodeId id);
    Occurrence emit_sequence(NodeId id);
    Occurrence emit_absence_after(NodeId id);
    Occurrence emit_absence_before(NodeId id);
    Occurrence emit_rise(NodeId id);
    Occurrence emit_rule_output(NodeId id);
    void emit_streak(NodeId id);
    // --- emit_families.cpp: threshold families and sliding extremes -------------------------------
    // The thresholds of a family that are true: from `sure` on; those not false: from `maybe` on.
    struct Levels {
        std::string sure, maybe;  // i64
        std::string fault =
            "0";  // i64: the truth of what is undecided by a fault; else not above 0
    };
    void emit_families();
    void push_family(std::size_t index);
    void emit_state_family(std::size_t index);
    void emit_occurrence_family(std::size_t index);
    Levels levels(std::size_t index, NodeId id, const View& view);
    Levels compared(std::size_t index, const View& view);
    Levels counted(std::size_t index);
    Levels both_levels(std::size_t index, const std::string& shared, const Levels& of);
    std::string thresholds(std::size_t index, std::int32_t decimals);  // a table in the module
    std::string family_table(
        std::size_t index, const char* what, const std::vector<std::uint32_t>& entries);
    void fire_family(
        std::size_t index, const std::string& from, const std::string& to, const FrameValue& self);
    void count_undecided(std::size_t index, const Levels& of, const std::string& when);
    void store_actions(const core::Rule& rule, const std::string& rule_number,
        const std::string& record, const FrameValue& self);
    std::string event_is_mine(const core::Node& node);  // i1
    void push_extreme(NodeId id);
    Value extreme(NodeId id);
    void emit_looks();
    std::string smaller(const std::string& a, const std::string& b);  // i64, signed
    std::string larger(const std::string& a, const std::string& b);

    void push_count(NodeId id);
    void push_latest(NodeId id);
    std::string at_least(const abi::CountSpec& spec, std::uint32_t cell, std::int64_t bound);  // i1
    std::string compare_ring(NodeId count, const Rational& constant, core::CompareOp op);
    std::string compare_ring_right(NodeId count, const Rational& constant, core::CompareOp op);
    std::string streak_runs(const abi::StreakSpec& spec);
    std::string unit_index(std::uint8_t unit);
    std::string find_unit(std::uint8_t unit);
    void find_units();
    std::string pool();
    std::optional<std::string> rise(std::uint32_t disarmed_at, const std::string& truth);
    void emit_consecutive(NodeId id);
    void emit_hold(NodeId id);
    void extend_frame(
        NodeId id, Occurrence& occurrence, const FrameValue& self, const FrameValue& first);
    void push_log(NodeId id);
    void fill_column(std::uint32_t log, std::size_t column, const std::string& entry);
    void late_columns(NodeId id);
    bool waits(std::uint32_t log, std::size_t column) const;
    const Occurrence& occurrence(NodeId id) const;
    std::string streak_filters(NodeId of);
    void emit_callbacks();

    // --- emit_states.cpp, emit_values.cpp --------------------------------------------------------
    std::string state(NodeId id, const View& view);
    std::string state_uncached(NodeId id, const View& view);
    std::string compare(const Value& left, const Value& right, core::CompareOp op);
    std::string compare_count(const Value& count, const Rational& constant, core::CompareOp op);
    Value value(NodeId id, const View& view);
    Value value_uncached(NodeId id, const View& view);
    Value one_more(const Value& value);
    Value count_value(NodeId id, const std::string& numbers);
    void push_running(NodeId id);
    Value field(const core::Node& node, const View& view);
    Value slot_value(const FrameValue& frame, std::uint32_t slot);
    Value column_value(const Shape& shape, const std::string& entry, std::uint32_t word);
    Value latest(NodeId id, const View& view);
    Value aggregate(NodeId id, const View& view);
    Value arithmetic(NodeId id, const View& view);
    Value choose(NodeId id, const View& view);
    std::string number(const Value& value);  // pointer to a Number
    std::string word(const Value& value);    // i64 (numbers rounded down)
    std::string scaled_word(const Value& value, const Shape& shape);
    void store_value(const Value& value, const Shape& shape, const std::string& pointer);
    std::string unknown(const Value& value);  // i1
    std::string constant_number(const Rational& value);
    std::string event_field(std::uint32_t event, std::uint32_t slot, const std::string& row);
    std::string frame_row(const FrameValue& frame);
    std::string self_pointer(const View& view) const;
    bool reads_frames(NodeId id);

    // Runs `body` only where the i1 is true; what it computes is forgotten afterwards.
    template <class Body>
    void when(const std::string& condition, Body body) {
        if (condition == "0") return;
        const std::size_t mark = memo_log_.size();
        if (condition == "1") {
            body();
            return;
        }
        const std::string yes = w_.label("then"), done = w_.label("done");
        w_.branch(condition, yes, done);
        w_.place(yes);
        body();
        w_.jump(done);
        w_.place(done);
        forget(mark);
    }
    std::string not_false(const std::string& truth);     // i1, "0" or "1" where known
    std::string truth_if(const std::string& condition);  // 3 or 0
    std::string negate(const std::string& truth);
    std::string both(const std::string& a, const std::string& b);
    std::string any_of(const std::string& a, const std::string& b);
    std::string and_bits(const std::string& a, const std::string& b);  // i1s with constants folded
    std::string host(const char* function, const char* result, const std::string& arguments);
    std::string context(std::size_t offset, const char* type = "i64");  // a field of the context
    void forget(std::size_t mark);
    bool sabotaged(NodeId id) const;

    using Key = std::tuple<NodeId, bool, std::string, std::string, std::uint32_t>;
    Key key_of(NodeId id, const View& view);

    IrWriter& w_;
    const Plan& plan_;
    const core::CorePack& pack_;
    const Group& group_;
    std::string sabotage_;
    std::string prefix_;
    bool faults_ = false;  // some node may fault
    StepOf kind_ = StepOf::event;
    std::uint32_t event_ = kNone;
    std::string row_, step_frame_;
    std::string due_frame_;  // in `due`: the frame of the start that was decided
    std::map<NodeId, Occurrence> occurrences_;
    std::map<NodeId, std::string>
        event_bases_;  // event nodes: truth of being such an event, filter aside
    std::map<std::uint32_t, std::string> fired_;  // rule -> i1, in output steps
    std::map<Key, std::string> states_;
    std::map<Key, Value> values_;
    std::vector<std::pair<bool, Key>> memo_log_;  // true: a state
    std::map<std::string, bool> tables_;          // of families, in the module
    std::map<NodeId, bool> reads_frames_;
    std::map<std::size_t, std::string> step_;    // fields of the context whose values are at hand
    std::map<std::uint8_t, std::string> units_;  // calendar units of the step's instant
    std::vector<std::uint32_t> columns_;         // of the event, as the function uses them
    std::map<std::uint32_t, std::vector<std::uint32_t>> event_columns_;
    std::map<std::uint32_t, std::string> run_columns_;  // in the loop: arguments of event functions
    std::string steps_;                                 // in the loop: number of the last step
    bool needs_context_ = false;  // host functions are called at every such step
    bool cold_ = false;           // where the context was filled just now
    // The occurrence that a correlated reader's context is, by node; for callbacks.
    std::map<NodeId, NodeId> context_of_;
};

}  // namespace clausal::compiled
