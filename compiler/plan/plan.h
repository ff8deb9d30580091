#pragma once
// The plan: for each group of rules that read the same event types, which nodes there are, how each
// value is held, where the state of each node lies in a subject's block of bytes, what must be kept
// of the past and for how long. Made by from_core.h, read by compiler/llvm; the host's part of it is
// abi::GroupSpec. Differs from core: nothing here is about the whole trace any more.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/core/core.h"
#include "runtime/abi/specs.h"

namespace clausal::plan {

using core::NodeId;

// How a value is held (abi::Rep), and as what.
struct Shape {
    abi::Rep rep = abi::Rep::word;
    std::int32_t decimals = 0;
    bool numeric = false;  // an exact number; else a 64-bit code
    TypeKind type = TypeKind::number;
    bool operator==(const Shape&) const = default;
    std::uint32_t words() const {
        return rep == abi::Rep::word ? 1 : rep == abi::Rep::count ? 2 : abi::kNumberWords;
    }
};

struct Slot {  // a derived field of a frame
    Shape shape;
    std::uint32_t word = 0;
};

// The frame of an occurrence node: columns of its event, then derived fields.
struct Frame {
    std::uint32_t event = kNone;  // whose fields the first slots are
    std::uint32_t fields = 0;
    std::vector<Slot> derived;  // slots from `fields` on
    std::uint32_t words = abi::kEntryWords;
    std::uint32_t own = 0;  // derived slots before the node's own
    NodeId source = kNone;  // node whose frame this continues (same words before the own slots)
};

struct LogColumn {
    NodeId node = kNone;  // value or state, in context self = the occurrence
    Shape shape;          // a truth is a word
    std::uint32_t word = 0;
};

struct Log {
    NodeId of = kNone;
    std::vector<LogColumn> columns;
};

// A latest whose value is kept as a word: time, value, and whether there is one.
struct LatestCell {
    std::uint32_t cell = 0;
    Microseconds length = kForever;
    Shape shape;
};

// Rules of one group that differ in the constant of one comparison only (threshold_families.h).
struct Family {
    NodeId condition = kNone;           // of its first rule, which stands for all
    NodeId comparison = kNone;          // the one whose constant differs
    NodeId value = kNone;               // what is compared
    bool greater = false;               // value > constant: both are negated
    std::vector<std::uint32_t> places;  // in Group::rules, from the least threshold to the greatest
    std::vector<NodeId> above;          // nodes from the condition to the comparison: not laid out
    std::vector<Rational> numbers;      // thresholds, negated where `greater`
    std::vector<std::uint8_t> inclusive;
    bool is_state = false;
    // The streak or consecutive among `above`, or kNone.
    NodeId counted = kNone;
};

struct Group {
    abi::GroupSpec spec;
    std::vector<NodeId> nodes;                        // reached by its rules, inputs first
    std::vector<std::uint32_t> rules;                 // of the pack
    std::vector<Log> logs;                            // as spec.logs
    std::map<NodeId, Frame> frames;                   // by occurrence node
    std::map<NodeId, std::uint32_t> log_of, mark_of;  // by occurrence node
    std::map<NodeId, std::uint32_t> running_of;       // aggregates kept as running sums
    // Index of a node's spec, by node and view (true: just before the step).
    std::map<std::pair<NodeId, bool>, std::uint32_t> reader_of, elapsed_of, silence_of;
    std::map<NodeId, std::uint32_t> count_of;  // counts kept as rings of times
    std::map<NodeId, LatestCell> latest_cells;
    std::map<NodeId, std::uint32_t> extreme_of;  // sliding minima and maxima kept as queues
    std::vector<Family> families;                // as spec.families
    std::vector<std::uint32_t> family_of;        // by place in `rules`: kNone or its family
    std::map<NodeId, std::uint32_t> pair_of, absence_of, streak_of, consecutive_of, hold_of,
        daily_of, text_of;
    std::map<NodeId, std::uint32_t> disarmed;  // byte, by rise node
    std::vector<std::uint32_t> rule_disarmed;  // byte, by place in `rules` (state rules)
    std::vector<NodeId> snapshots;             // nodes whose truth before the step is kept
};

struct Plan {
    const core::CorePack* pack = nullptr;
    std::vector<Group> groups;
    std::vector<std::vector<bool>> reads;        // by node, by event type
    std::vector<std::vector<bool>> reads_rules;  // by node, by rule (empty: none)
    std::vector<bool> momentary;                 // by node
    std::vector<NodeId> text_constants;          // resolved when a run starts
    std::map<NodeId, std::uint32_t> constant_slot;
    // Bytes of state per subject, over all groups.
    std::uint32_t state_bytes() const;
};

// `count op constant` as bounds n of "at least n of them": lt, ge and so on need one, eq and ne two.
// nullopt where a bound is no small number.
std::optional<std::vector<std::int64_t>> count_bounds(core::CompareOp op, const Rational& constant);

NodeId input_of(const core::Node& node, std::size_t place);
bool is_occurrence(const core::CorePack& pack, NodeId id);
// Whether a value holds an elapsed (which is looked at when the value is read).
bool has_elapsed(const core::CorePack& pack, NodeId value);
// How a value is held in context self, first (occurrence nodes or kNone).
Shape shape_of(
    const core::CorePack& pack, const Group& group, NodeId value, NodeId self, NodeId first);
Shape shape_of_type(const Type& type);
// Timers besides deadlines of absences, counts in windows and consecutive units.
bool has_other_timers(const abi::GroupSpec& spec);
// The base of a streak over `of`.
NodeId streak_base(const core::CorePack& pack, NodeId of);
// Whether there are only filters between `of` and an event.
bool filters_event(const core::CorePack& pack, NodeId of);
// The absence under a streak's filters, or kNone.
NodeId streak_absence(const core::CorePack& pack, NodeId of);

}  // namespace clausal::plan
