#pragma once
// Inside types/: one elaboration of syntax into core nodes. The work is split by construct over the
// .cpp files named beside each group. Terms are expanded; equal nodes are one node.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/names/resolved.h"
#include "compiler/types/typed.h"
#include "runtime/calendar/calendar.h"

namespace clausal::types {

using core::Correlation;
using core::Frame;
using core::is_numeric;
using core::NodeId;
using core::Window;
using names::SymbolKind;
using names::TreeRef;
using syntax::kNoNode;
using syntax::Op;
using CoreKind = core::NodeKind;
using SyntaxKind = syntax::NodeKind;

struct Slot {
    std::string name;
    Type type;
};

// What is known about an occurrence besides its node.
struct Occurrence {
    // the anchor's event type; kNone: a moment, a firing, or a mixture
    std::uint32_t event = kNone;
    bool bare = false;        // the event itself, without a condition
    std::vector<Slot> slots;  // event's fields, then derived ones
    // event and term names, folded, by which it may be spoken of
    std::vector<std::string> called;
    std::string witness;                 // folded
    std::vector<std::string> same;       // `same f`: not yet used
    std::vector<NodeId> pair;            // conditions on it and an earlier one: not yet used
    std::vector<Correlation> pair_same;  // equalities among them
    std::vector<NodeId> pair_equal;      // the same equalities as conditions
    std::string shown;                   // as messages call it
    std::vector<std::uint32_t> mixed;    // a mixture: the event types of its parts
    // Of a sequence: how the other event is called, and its fields that may differ from this one's.
    std::string other;
    std::vector<std::string> other_fields;
};

enum class Form : std::uint8_t { error, occurrence, state, value };

// What an expression is.
struct Result {
    Form form = Form::error;
    NodeId node = kNone;
    Span span;
    Type type;              // values
    Occurrence occurrence;  // occurrences
    // A literal whose type its neighbour decides.
    enum class Literal : std::uint8_t {
        none,
        number,
        percent,
        money,
        quantity,
        text,
        name
    } literal = Literal::none;
    std::string text;
    // of a literal: where it stands (a parameter's value elsewhere)
    Span written;
    bool is_constant = false;  // a value known now
    Rational constant;
    bool working = false;  // a duration of working time
    // where `this month` stands, of a value that can still grow
    std::optional<Span> running;
    std::optional<Occurrence> per_start;  // elapsed: a value of each start
    NodeId start = kNone;
    NodeId start_value = kNone;

    bool ok() const { return form != Form::error; }
};

struct Scope {
    const Occurrence* self = nullptr;
    const Occurrence* first = nullptr;
    std::optional<Window> window;       // written in front
    std::optional<Span> running;        // where that window stands, if its unit is still open
    const Type* expected = nullptr;     // what the neighbour is
    bool* used_first = nullptr;         // set when something of `first` is read
    const Occurrence* keyed = nullptr;  // each, any: `latest X` is self
    // within `for 1 hour`, `before this`: fields are those of the latest event, not of the one at hand
    bool over_time = false;
    bool next = false;  // the very next one is awaited: a filter judges it and does not choose
};

enum class Want : std::uint8_t { any, condition, occurrence, value };

class Elaborator {
public:
    Elaborator(const names::ResolvedPack& pack, const SourceSet& sources, Sink& sink);
    TypedPack run();

private:
    using Id = syntax::NodeId;
    friend class TreeSwitch;

    // --- from_names.cpp
    const syntax::Node& at(Id id) const { return (*tree_)[id]; }
    Id child(Id id, std::size_t place) const;
    std::vector<Id> children(Id id, std::size_t from = 0) const;
    NodeId add(core::Node node, Span span) { return builder_.add(std::move(node), span); }
    core::Node make(CoreKind kind, std::vector<NodeId> inputs = {}) const;
    Result fail() const { return {}; }
    Result value_result(NodeId node, Type type, Span span) const;
    Result state_result(NodeId node, Span span) const;
    Result occurrence_result(NodeId node, Occurrence occurrence, Span span) const;
    std::string shown(Id id) const;
    std::string unit_words(const std::string& code) const;
    Diagnostic& report(Kind kind, Span span, std::vector<Argument> arguments = {});
    void note(Span span, std::string english, std::string chinese);
    Result expression(Id id, const Scope& scope, Want want);
    Result pick_not_here(Id id);
    Result dispatch(Id id, const Scope& scope, Want want);
    Result unsupported(Id id);

    // --- names.cpp
    Result by_name(Id id, const Scope& scope, Want want);
    Result term(std::uint32_t index, Span span);
    Result parameter(std::uint32_t index, Span span);
    Result event_occurrence(std::uint32_t event, Span span);
    Result output_occurrence(std::uint32_t action, Span span);
    Result bare_field(const std::string& name, const Scope& scope, Span span, bool complain);
    Result field_in(const Occurrence& occurrence, Frame frame, std::string_view name, Span span);
    Result field_of(Id id, const Scope& scope);
    Result first_field(Id id, const Scope& scope);
    std::optional<Result> latest_of_own(const std::string& name, const Scope& scope, Span span);
    void average_of_days(const std::string& name, const Result& result, Span span);
    Id window_within(Id id) const;
    void warn_of_other_event(Id part, const Occurrence& self, const Scope& scope);
    void window_beside_field(const Occurrence& event, const std::vector<Id>& operands,
        const std::vector<NodeId>& states);
    void never_the_same(const core::Node& node, Span span);
    Result latest_field(
        const Result& of, std::string_view field, const Scope& scope, bool before, Span span);
    Result latest_value(
        const Result& of, NodeId value, Type type, const Scope& scope, bool before, Span span);
    Result key_part(std::uint32_t slot, Span span);
    Result subject_value(const std::string& field, Span span);
    bool is_called(const Occurrence& occurrence, const std::string& folded) const;
    void unknown_field(std::string_view name, Span span, const Occurrence& occurrence);
    bool where_of_which(const std::vector<Id>& operands);
    bool never_negative(NodeId value) const;
    void mixed_windows(Id id, NodeId left, NodeId right);
    bool parameter_or_field(const std::string& name, const Scope& scope, Span span);
    std::vector<std::uint32_t> events_with(std::string_view field) const;
    Diagnostic& wrong(Kind kind, const Result& result, Id id);

    // --- values.cpp
    Result literal(Id id);
    Result constant(Rational value, Type type, Span span);
    Result code_constant(std::int64_t code, Type type, Span span);
    Result text_constant(std::string text, Span span);
    bool decimal_value(const syntax::Node& node, Rational* out);
    std::optional<Microseconds> length(Id id);
    // How often: a whole number from 1 to `limit`, 1 where none is written; else reported.
    std::optional<std::int64_t> whole_count(Id id, std::int64_t limit);
    Result moment(
        Id id);  // a date, or an instant where a time of day is written      // of a bound or window; reports what is none
    // Of a time that something lasts: longer than nothing; else reported.
    std::optional<Microseconds> positive_length(Id id);
    std::optional<Microseconds> optional_length(Id id, Microseconds otherwise);
    Result value(Id id, const Scope& scope);
    Result truth_literal(Id id);
    std::uint32_t the_calendar(Span span);
    Result elapsed(Id id, const Scope& scope);
    Result next_day(Id id);
    Result settle(Result result, const Scope& scope);  // an elapsed value read on its own
    Result fit(Result result, const Type& type, const std::string& name, Span span);

    // --- arithmetic.cpp
    Result arithmetic(Id id, const Scope& scope);
    Result combine(Op op, Result left, Result right, Span span, Id left_id, Id right_id);
    bool is_ratio(const Result& result) const;
    bool divides(NodeId id, int depth) const;
    Result negative(Id id, const Scope& scope);
    Result rounded(Id id, const Scope& scope);

    // --- compare.cpp
    Result compare(Id id, const Scope& scope);
    static core::CompareOp comparison(Op op);
    Result compare_results(core::CompareOp op, Result left, Result right, Span span,
        const std::string& left_text, const std::string& right_text);
    Result between(Id id, const Scope& scope);
    Result member(Id id, const Scope& scope);
    Result contains(Id id, const Scope& scope);
    Result overlaps(Id id, const Scope& scope);
    Result matches(Id id, const Scope& scope);
    Result is_missing(Id id, const Scope& scope);
    Result keyword_density(Id id, const Scope& scope);
    void days_beside_length(
        Diagnostic& finding, const Result& number, const Result& length, const std::string& name);
    bool unify(Result& left, Result& right, Span span, const std::string& left_text,
        const std::string& right_text);
    bool adapt(Result& literal, const Result& typed, const std::string& typed_text,
        const std::string& literal_text);
    std::string type_text(const Result& result, bool chinese) const;
    Result compare_with_earlier_window(Id id, const Scope& scope);

    // --- conditions.cpp
    Result condition(Id id, const Scope& scope);
    Result as_condition(Result result, Id id);
    Result state(Id id, const Scope& scope);
    Result logical_and(Id id, const Scope& scope);
    Result logical_or(Id id, const Scope& scope);
    Result logical_not(Id id, const Scope& scope);
    Result filtered(Result of, std::vector<NodeId> states, Span span);
    std::optional<Result> merged(const Result& a, const Result& b, Span span);
    NodeId all_of(std::vector<NodeId> states, Span span);
    void goes_with(const std::vector<Id>& operands, bool any = false);
    void flatten(Id id, SyntaxKind kind, std::vector<Id>& out) const;
    Result hold(Id id, const Scope& scope);
    Result silence(Id id, const Scope& scope);
    Result none_or_some(Id id, const Scope& scope, bool some);
    Result known_for(Id id);
    Result conjunction(
        const std::vector<Id>& operands, const Scope& scope, Span span, const Result* begun);
    bool may_happen(Id id);

    // --- who.cpp
    Result for_subject(Id id, const Scope& scope, Want want);
    bool is_subject_here(const std::string& name, Span span);
    Result event_as_who(const Result& event, Id who, Id state);
    Id awaited(Id id) const;
    Result awaited_after(Result start, Id silence, Span span);

    // --- quantified.cpp
    Result quantified(Id id, const Scope& scope);
    bool is_keyed(Id owner, const Occurrence& self) const;
    std::optional<std::uint32_t> keyed_event(Id condition, const std::string& key, Span span);
    Result before_this(Id id, const Scope& scope, Want want);
    Result compare_with_before(Id id, const Scope& scope);
    bool of_this_event(Id id, const Scope& scope);
    Result becomes(Id id, const Scope& scope);

    // --- occurrences.cpp
    Result occurrence(Id id, const Scope& scope);
    Result where(Id id, const Scope& scope);
    Result same(Id id, const Scope& scope);
    Result witness(Id id, const Scope& scope);
    Result slotted(Id id, const Scope& scope);
    Result any_of(Id id, const Scope& scope);
    Result streak(Id id, const Scope& scope);
    Result consecutive(Id id, const Scope& scope);
    bool correlate(const Occurrence& first, Occurrence& second, std::vector<Correlation>* out,
        NodeId* pair, Span span);

    // --- sequences.cpp
    Result sequence(Id id, const Scope& scope);
    Result absence_after(Id id, const Scope& scope);
    struct AbsenceParts {
        Id absent = kNoNode, low = kNoNode, high = kNoNode, until = kNoNode, unless = kNoNode;
    };
    Result absence_from(Result start, const AbsenceParts& parts, Span span);
    Result absence_before(Id id, const Scope& scope);
    // --- scope.cpp
    Id shared_start(const std::vector<Id>& operands) const;
    Result absences_of_one_start(
        Result start, const std::vector<AbsenceParts>& parts, Span span, Span first = {});
    bool ask_direction(const Occurrence& event, Span event_span, Id operand, NodeId state);
    bool ask_field_of_absent(const Result& of, const std::vector<Id>& operands, Id operand);
    void warn_window_ahead(const Occurrence& event, Id operand);
    void note_denied(Id id);
    Result precedence(Id id, const Scope& scope);
    void wished_fields(core::Node& node, const Occurrence& first, Occurrence& anchor, Span span);
    std::optional<NodeId> turned(NodeId id);
    void working_days(core::Node& node, std::int64_t days, bool upper, Span span);
    std::optional<std::int64_t> working_days_of(Id id);
    void warn_uncorrelated(const Occurrence& first, const Occurrence& second, Span span);
    // Bounds between two events; days: of the calendar, 0 where none are written.
    struct EventBounds {
        Microseconds low = 0, high = kForever;
        std::int64_t low_days = 0, high_days = 0;
        Microseconds low_work = 0, high_work = 0;  // of working time
    };
    bool bounds_agree(const EventBounds& bounds, Span span);
    bool read_bounds(Id low_id, Id high_id, EventBounds* out);
    std::optional<Microseconds> working_time_of(Id id);
    void working_time(core::Node& node, Microseconds length, bool upper, Span span);
    void apply_days(core::Node& node, const EventBounds& bounds, Span span);

    // --- weekdays.cpp
    Result on_weekday(Id id);

    // --- moments.cpp
    Result reaches(Id id, const Scope& scope);
    Result before_field(Id id, const Scope& scope);
    Result each_day(Id id, const Scope& scope);
    Result days_before(Id id);
    Result clock_value(Id id, const Scope& scope);
    Result own_time(Frame frame, Span span);
    bool is_day(Id id) const;
    Id whose_time(Id id) const;
    std::optional<Result> compare_own_time(Id id, const Scope& scope);
    Result shift(Id id, const Scope& scope);
    Result cluster(Id id, const Scope& scope);
    std::optional<NodeId> of_each(NodeId id, NodeId& of);
    std::optional<core::Node> daily_values(Id id);

    // --- aggregates.cpp
    Result aggregate(Id id, const Scope& scope);
    Result aggregate_of(Id id, const Scope& scope, Op op, Id stream, Id value,
        const std::optional<Window>& window, std::optional<Span> running = std::nullopt);
    std::optional<Window> window(Id id);
    std::optional<Span> running_window(Id id) const;
    Result from_above(const Span& window, Span span);
    bool nothing_same(const Occurrence& of, Span span);
    Result windowed(Id id, const Scope& scope, Want want);
    Result per_unit(Id id, const Scope& scope);
    Result share(Id id, const Scope& scope);
    std::optional<core::Unit> unit(const std::string& word, Span span);

    // --- tables.cpp
    Result call(Id id, const Scope& scope);
    Result table_value(std::uint32_t index, const std::vector<Result>& arguments,
        const std::vector<std::string>& texts, Span span);
    Result bare_table(std::uint32_t index, const Scope& scope, Span span);
    bool is_bare_word(Id id) const;
    Result cell_value(Id id, const Result& argument);
    std::optional<Result> cell_in_list(Id cell, const Result& argument);
    std::vector<std::string> table_columns(std::uint32_t index);
    Result table_cell(Id cell, const Result& argument, const std::string& text);
    std::vector<Id> place_cells(
        const std::vector<Id>& cells, const std::vector<Result>& arguments) const;
    void check_table(std::uint32_t index);
    bool is_none(Id id, const Type& beside) const;
    const Type* choice_of_words(const std::vector<std::string>& words) const;

    // --- lists.cpp
    void check_list(std::uint32_t index);
    std::uint32_t list_of(Id id, const Type& type, const names::Symbol* declared = nullptr);
    bool list_from_file(Id item, std::uint32_t in_tree, core::ConstantList* list);
    std::string list_item_key(Id item) const;
    void list_twice(const std::vector<Id>& items, const std::string& list);

    // --- subjects.cpp
    struct Mentioned {
        std::set<std::uint32_t> events, subjects, actions;
        std::set<std::string> words;
    };
    void mentioned(TreeRef at, Mentioned& out, std::set<std::uint32_t>& terms, int depth) const;
    void stated_roles(TreeRef at, std::set<std::string>& out, int depth) const;
    bool has_role(std::uint32_t kind, const std::string& folded) const;
    std::optional<std::uint32_t> rule_subject(const names::Declared& rule, Span span);

    // --- rules.cpp
    void rule(std::uint32_t index);
    void action(core::Rule& out, Id trigger, const Result& condition);
    void tail(core::Rule& out, Id id);
    void otherwise(const core::Rule& rule, Id id, const Result& condition);
    std::string rule_name(const names::Declared& rule) const;
    bool written_wrongly(Span span) const;
    void note_last_value(Id condition);
    bool note_of_previous(Id operand);
    void wishes(Id id);
    void wishes_of_condition(Id id);
    void output_cycles();

    // --- checks.cpp
    void check_rule(const core::Rule& rule);
    int at_birth(NodeId id) const;
    void unseen_clock(const core::Rule& rule);
    void never(const core::Rule& rule);
    void own_witness(const core::Rule& rule);

    const names::ResolvedPack& pack_;
    const SourceSet& sources_;
    Sink& sink_;
    TypedPack out_;
    core::Builder builder_;
    const syntax::SyntaxTree* tree_ = nullptr;
    std::uint32_t tree_index_ = 0;
    std::uint32_t subject_ = 0;
    std::string role_;
    std::string rule_id_;
    int depth_ = 0;
    // by term, subject and role
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::string>, Result> terms_;
    std::set<std::uint32_t> open_terms_;
    std::vector<std::pair<std::string, std::string>> wished_;  // witness and field, folded
    std::vector<std::pair<std::string, std::size_t>> wished_slots_;
    std::set<std::uint32_t> checked_tables_;
    std::set<std::string> checked_list_files_;  // lines that were reported as repeated
    // action -> (rule, call)
    std::map<std::uint32_t, std::vector<std::pair<std::uint32_t, std::uint32_t>>> outputs_;
    std::set<std::pair<std::uint32_t, std::uint32_t>> feeds_;  // rule -> rule it reads
    std::uint32_t rule_index_ = 0;
    // `otherwise` parts: after all others, so that rule outputs keep their places
    std::vector<core::Rule> extra_rules_;
};

// Works in another syntax tree for the life of the object.
class TreeSwitch {
public:
    TreeSwitch(Elaborator& owner, std::uint32_t tree);
    ~TreeSwitch();
    TreeSwitch(const TreeSwitch&) = delete;
    TreeSwitch& operator=(const TreeSwitch&) = delete;

private:
    Elaborator& owner_;
    std::uint32_t before_;
};

}  // namespace clausal::types
