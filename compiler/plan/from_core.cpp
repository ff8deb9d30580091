#include "compiler/plan/from_core.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>

#include "compiler/plan/empty_history.h"

namespace clausal::plan {

using core::Node;
using core::NodeKind;
using core::Window;

// The host's enumerations mirror those of core.
static_assert(static_cast<int>(abi::WindowKind::since) == static_cast<int>(Window::Kind::since));
static_assert(static_cast<int>(abi::WindowKind::closed_units) == static_cast<int>(Window::Kind::closed_units));
static_assert(static_cast<int>(abi::PickKind::next_only) == static_cast<int>(core::Pick::next_only));

namespace {

void for_each_child(const Node& node, const std::function<void(NodeId)>& use) {
    for (const NodeId input : node.inputs) {
        if (input != kNone) use(input);
    }
    for (const NodeId value : node.derived) use(value);
    if (node.window.kind == Window::Kind::since && node.window.since != kNone) use(node.window.since);
}

// The longest a calendar unit can last, with room for zone changes.
Microseconds longest(core::Unit unit) {
    switch (unit) {
    case core::Unit::hour: return 3 * kHour;
    case core::Unit::day:
    case core::Unit::working_day: return 2 * kDay;
    case core::Unit::week: return 8 * kDay;
    case core::Unit::month: return 33 * kDay;
    case core::Unit::year: return 368 * kDay;
    }
    return kForever;
}

Microseconds plus(Microseconds a, Microseconds b) {
    Microseconds out = 0;
    return __builtin_add_overflow(a, b, &out) ? kForever : out;
}

class GroupMaker {
public:
    // What a first pass over the group found out; a second one lays out less.
    struct Known {
        bool one_absence = false;
        bool headless = false;                  // no deadline is kept per subject
        std::vector<abi::AbsenceSpec> absences;
    };

    GroupMaker(Plan& plan, Group& group) : GroupMaker(plan, group, Known{}) {}
    GroupMaker(Plan& plan, Group& group, Known known)
        : plan_(plan), pack_(*plan.pack), group_(group), spec_(group.spec), known_(std::move(known)) {}

    Known known() const {
        Known out;
        out.one_absence = spec_.one_absence;
        out.absences = spec_.absences;
        const bool queued = spec_.one_absence && spec_.absences[0].queued;
        out.headless = !spec_.births && (queued || !spec_.observes_time || (spec_.falls_only && flags() <= 8));
        return out;
    }

    void make() {
        collect();
        spec_.births = needs_births();
        bytes_ = spec_.births ? sizeof(abi::StateHeader) : known_.headless ? 0 : sizeof(std::int64_t);
        for (const NodeId id : group_.nodes) {
            if (is_occurrence(pack_, id)) add_frame(id);
        }
        for (const NodeId id : group_.nodes) add_node(id);
        for (std::size_t i = 0; i < group_.logs.size(); ++i) {
            spec_.logs[i].words = log_words_[i];
            spec_.logs[i].head = take(sizeof(abi::LogHead));
        }
        for (const std::uint32_t rule : group_.rules) add_rule(rule);
        settle_timers();
        add_bytes();
        if (spec_.falls_only && known_.headless) {
            spec_.armed_bytes = flags() <= 1 ? 1 : flags() <= 2 ? 2 : flags() <= 4 ? 4 : 8;
            bytes_ = spec_.armed_at + spec_.armed_bytes;
        }
        spec_.state_bytes = (bytes_ + 7) / 8 * 8;
    }

private:
    std::string name(const char* what, NodeId id, bool before = false) const {
        return "g" + std::to_string(spec_.index) + "_" + what + "_" + std::to_string(id) + (before ? "_b" : "");
    }

    void collect() {
        std::vector<bool> seen(pack_.nodes.size(), false);
        std::vector<NodeId> todo;
        for (const std::uint32_t rule : group_.rules) {
            todo.push_back(pack_.rules[rule].condition);
            for (const auto& call : pack_.rules[rule].actions) {
                todo.insert(todo.end(), call.values.begin(), call.values.end());
                in_actions_.insert(call.values.begin(), call.values.end());
            }
        }
        std::set<std::uint32_t> types;
        while (!todo.empty()) {
            const NodeId id = todo.back();
            todo.pop_back();
            if (id == kNone || seen[id]) continue;
            seen[id] = true;
            const Node& node = pack_[id];
            if (node.kind == NodeKind::event) types.insert(node.event);
            if (node.kind == NodeKind::rule_output) spec_.outputs = true;
            if (node.kind == NodeKind::before_this) has_before_ = true;
            if (node.kind == NodeKind::subject_field) spec_.reads_registers = true;
            for_each_child(node, [&](NodeId child) {
                todo.push_back(child);
                users_[child].push_back(id);
            });
            // What can turn a missing value into a decided truth.
            if (node.kind == NodeKind::not_true || node.kind == NodeKind::is_missing ||
                node.kind == NodeKind::choose || node.kind == NodeKind::hold) {
                sees_unknown_ = true;
            }
        }
        for (NodeId id = 0; id < seen.size(); ++id) {
            if (seen[id]) group_.nodes.push_back(id);
        }
        for (const std::uint32_t type : types) {
            const auto& subjects = pack_.schema.events[type].subjects;
            if (subjects.empty()) spec_.broadcasts.push_back(type);
            if (std::any_of(subjects.begin(), subjects.end(),
                            [&](const SubjectReference& r) { return r.kind == spec_.subject_kind; })) {
                spec_.types.push_back(type);
            }
        }
    }

    // Whether the first own event matters though no rule may read it.
    bool needs_births() const {
        if (!spec_.broadcasts.empty() || spec_.types.empty()) return true;
        for (const NodeId id : group_.nodes) {
            const Node& node = pack_[id];
            switch (node.kind) {
            case NodeKind::silence:
            case NodeKind::known_for:
            case NodeKind::daily:
            case NodeKind::cluster:
            case NodeKind::closed_units:
            case NodeKind::hold:
            case NodeKind::before_this:
                return true;
            case NodeKind::rise:
                if ((truths_when_empty(pack_, node.inputs[0]) & kMayBeTrue) != 0) return true;
                break;
            case NodeKind::latest:
            case NodeKind::aggregate:
                if (node.window.offset > 0 || node.window.kind == Window::Kind::previous_unit ||
                    node.window.kind == Window::Kind::closed_units) {
                    return true;
                }
                break;
            default:
                break;
            }
        }
        return std::any_of(group_.rules.begin(), group_.rules.end(), [&](std::uint32_t rule) {
            const NodeId condition = pack_.rules[rule].condition;
            return !is_occurrence(pack_, condition) && (truths_when_empty(pack_, condition) & kMayBeTrue) != 0;
        });
    }

    // Room for so many bytes, at a multiple of eight.
    std::uint32_t take(std::size_t bytes) {
        const std::uint32_t at = (bytes_ + 7) / 8 * 8;
        bytes_ = at + static_cast<std::uint32_t>(bytes);
        return at;
    }

    void add_frame(NodeId id) {
        const Node& node = pack_[id];
        Frame frame;
        const auto continue_frame = [&](NodeId of) {
            frame = group_.frames.at(of);
            frame.source = of;
            frame.own = static_cast<std::uint32_t>(frame.derived.size());
        };
        const auto add_word = [&](const Shape& shape) {
            frame.derived.push_back({shape, frame.words});
            frame.words += shape.words();
        };
        NodeId first = kNone, self = kNone;
        switch (node.kind) {
        case NodeKind::event:
            frame.event = node.event;
            frame.fields = static_cast<std::uint32_t>(pack_.schema.events[node.event].fields.size());
            break;
        case NodeKind::filtered:
        case NodeKind::absence_after:
        case NodeKind::absence_before:
            continue_frame(node.inputs[0]);
            self = node.inputs[0];
            break;
        case NodeKind::sequence:
            continue_frame(node.inputs[1]);
            self = node.inputs[1];
            first = node.inputs[0];
            break;
        case NodeKind::either: {
            std::set<std::uint32_t> events;
            for (const NodeId input : node.inputs) events.insert(group_.frames.at(input).event);
            if (events.size() == 1 && *events.begin() != kNone) {
                frame.event = *events.begin();
                frame.fields = group_.frames.at(node.inputs[0]).fields;
            }
            break;
        }
        case NodeKind::rule_output:
            for (const Field& field : output_fields(node)) add_word(shape_of_type(field.type));
            frame.own = static_cast<std::uint32_t>(frame.derived.size());
            break;
        default:   // rise, daily
            break;
        }
        group_.frames[id] = frame;   // derived fields see the frame without them
        if (self == kNone) self = id;
        for (const NodeId value : node.derived) {
            Shape shape = shape_of(pack_, group_, value, self, first);
            add_word(shape);
        }
        group_.frames[id] = frame;
    }

    const std::vector<Field>& output_fields(const Node& node) const {
        static const std::vector<Field> none;
        const auto& calls = pack_.rules[node.rule].actions;
        return node.slot < calls.size() ? pack_.schema.actions[calls[node.slot].action].fields : none;
    }

    std::uint32_t need_log(NodeId of, Microseconds retain, std::uint32_t keep_last, bool keep_true) {
        const auto [place, added] = group_.log_of.try_emplace(of, static_cast<std::uint32_t>(group_.logs.size()));
        if (added) {
            group_.logs.push_back({of, {}});
            abi::LogSpec log;
            log.node = of;
            spec_.logs.push_back(log);
            log_words_.push_back(group_.frames.at(of).words);
        }
        abi::LogSpec& log = spec_.logs[place->second];
        log.retain = std::max(log.retain, retain);
        log.keep_last = std::max(log.keep_last, keep_last);
        log.keep_true = log.keep_true || keep_true;
        return place->second;
    }

    LogColumn& need_column(std::uint32_t log, NodeId node) {
        Log& kept = group_.logs[log];
        for (LogColumn& column : kept.columns) {
            if (column.node == node) return column;
        }
        LogColumn column{node, {}, log_words_[log]};
        if (core::sort_of(pack_[node].kind) == core::Sort::value) {
            column.shape = shape_of(pack_, group_, node, kept.of, kNone);
        }
        log_words_[log] += column.shape.words();
        kept.columns.push_back(column);
        return kept.columns.back();
    }

    // Columns for the parts of a value that are kept although an elapsed beside them is not.
    void need_parts(std::uint32_t log, NodeId value) {
        if (!has_elapsed(pack_, value)) {
            if (pack_[value].kind != NodeKind::constant) need_column(log, value);
            return;
        }
        if (pack_[value].kind == NodeKind::elapsed) return;
        for (const NodeId input : pack_[value].inputs) need_parts(log, input);
    }

    abi::WindowSpec window_of(const Window& window) {
        abi::WindowSpec out;
        out.kind = static_cast<abi::WindowKind>(window.kind);
        out.length = window.length;
        out.offset = window.offset;
        out.unit = static_cast<std::uint8_t>(window.unit);
        if (window.kind == Window::Kind::since && window.since != kNone) {
            out.since_log = need_log(window.since, 0, 2, true);
        }
        return out;
    }

    static Microseconds span_of(const Window& window) {
        switch (window.kind) {
        case Window::Kind::all:
        case Window::Kind::since:
        case Window::Kind::closed_units: return kForever;
        case Window::Kind::sliding: return plus(window.length, window.offset);
        case Window::Kind::this_unit: return longest(window.unit);
        case Window::Kind::previous_unit: return 2 * longest(window.unit);
        }
        return kForever;
    }

    template <class Spec>
    std::uint32_t add_spec(std::vector<Spec>& specs, Spec spec) {
        specs.push_back(std::move(spec));
        return static_cast<std::uint32_t>(specs.size() - 1);
    }

    void add_reader(NodeId id, abi::ReaderSpec spec) {
        spec.node = id;
        for (const bool before : {false, true}) {
            if (before && !has_before_) continue;
            spec.before = before;
            if (!spec.match_name.empty()) spec.match_name = name("match", id, before);
            if (!spec.value_name.empty()) spec.value_name = name("value", id, before);
            group_.reader_of[{id, before}] = add_spec(spec_.readers, spec);
        }
    }

    std::uint32_t take_snapshot(NodeId id) {
        if (!has_before_) return kNone;
        group_.snapshots.push_back(id);
        return take(1);
    }

    // Occurs or not, but is never unknown.
    bool is_sure(NodeId id) const {
        return pack_[id].kind == NodeKind::event && input_of(pack_[id], 0) == kNone;
    }

    // The last few times are enough for a count that is only compared with small constants.
    bool add_count(NodeId id) {
        const Node& node = pack_[id];
        if (node.kind != NodeKind::aggregate || node.aggregate != core::AggregateOp::count || has_before_ ||
            node.window.kind != Window::Kind::sliding || node.window.offset != 0 || !node.correlation.empty() ||
            in_actions_.count(id) != 0) {
            return false;
        }
        std::set<std::int64_t> bounds;
        for (const NodeId user : users_[id]) {
            const Node& comparison = pack_[user];
            if (comparison.kind != NodeKind::compare) return false;
            const bool left = comparison.inputs[0] == id;
            const Node& other = pack_[comparison.inputs[left ? 1 : 0]];
            if (other.kind != NodeKind::constant || !core::is_numeric(other.type.kind)) return false;
            const auto found = count_bounds(left ? comparison.compare : mirrored(comparison.compare), other.number);
            if (!found) return false;
            bounds.insert(found->begin(), found->end());
        }
        abi::CountSpec spec;
        spec.node = id;
        spec.length = node.window.length;
        for (const std::int64_t bound : bounds) {
            if (bound > 0) spec.bounds.push_back(static_cast<std::uint32_t>(bound));
        }
        spec.size = spec.bounds.empty() ? 1 : spec.bounds.back();
        // The two bytes behind the times may share a word with arm flags.
        const std::size_t bytes = std::size_t{spec.size} * 8 + 2;
        if (!is_sure(node.inputs[0])) spec.possible = take(bytes);
        spec.cell = take(bytes);
        group_.count_of[id] = add_spec(spec_.counts, spec);
        return true;
    }

    static core::CompareOp mirrored(core::CompareOp op) {
        switch (op) {
        case core::CompareOp::lt: return core::CompareOp::gt;
        case core::CompareOp::le: return core::CompareOp::ge;
        case core::CompareOp::gt: return core::CompareOp::lt;
        case core::CompareOp::ge: return core::CompareOp::le;
        case core::CompareOp::eq:
        case core::CompareOp::ne: break;
        }
        return op;
    }

    bool add_latest_cell(NodeId id) {
        const Node& node = pack_[id];
        const bool sliding = node.window.kind == Window::Kind::sliding;
        if (node.kind != NodeKind::latest || node.before || has_before_ || !node.correlation.empty() ||
            node.window.offset != 0 || (!sliding && node.window.kind != Window::Kind::all) ||
            has_elapsed(pack_, node.inputs[1]) || (sliding && sees_unknown_)) {
            return false;
        }
        const Shape shape = shape_of(pack_, group_, node.inputs[1], node.inputs[0], kNone);
        if (shape.rep != abi::Rep::word) return false;
        group_.latest_cells[id] = {take(2 * sizeof(std::int64_t)), sliding ? node.window.length : kForever, shape};
        return true;
    }

    void add_node(NodeId id) {
        const Node& node = pack_[id];
        switch (node.kind) {
        case NodeKind::latest:
        case NodeKind::aggregate: {
            if (add_count(id) || add_latest_cell(id)) break;
            abi::ReaderSpec spec;
            const bool latest = node.kind == NodeKind::latest;
            const bool last_only = latest && node.correlation.empty() && span_of(node.window) == kForever &&
                                   node.window.kind != Window::Kind::closed_units;
            spec.window = window_of(node.window);
            spec.log = need_log(node.inputs[0], last_only ? 0 : span_of(node.window), 2, false);
            const NodeId value = input_of(node, 1);
            if (value != kNone) {
                if (has_elapsed(pack_, value)) {
                    need_parts(spec.log, value);
                    spec.value_name = "yes";
                } else {
                    const LogColumn& column = need_column(spec.log, value);
                    spec.value = {column.word, column.shape.rep, column.shape.decimals};
                }
            }
            spec.op = static_cast<std::uint8_t>(node.aggregate);
            spec.percentile = node.percentile;
            spec.latest_before = node.before;
            if (!node.correlation.empty()) spec.match_name = "yes";
            add_reader(id, spec);
            break;
        }
        case NodeKind::exists_around: {
            abi::ReaderSpec spec;
            spec.log = need_log(node.inputs[0], kForever, 2, false);
            spec.low = node.low;
            spec.high = node.high;
            if (input_of(node, 2) != kNone || !node.correlation.empty()) spec.match_name = "yes";
            add_reader(id, spec);
            break;
        }
        case NodeKind::shift: {
            abi::ReaderSpec spec;
            spec.log = need_log(node.inputs[0], has_before_ ? kForever : node.high, 2, false);
            const LogColumn& column = need_column(spec.log, node.inputs[1]);
            spec.value = {column.word, column.shape.rep, column.shape.decimals};
            spec.span = node.high;
            spec.deviations = node.deviations;
            spec.direction = static_cast<std::uint8_t>(node.direction);
            add_reader(id, spec);
            break;
        }
        case NodeKind::cluster: {
            abi::ReaderSpec spec;
            spec.log = need_log(node.inputs[0], plus(node.low, node.high), 2, false);
            spec.low = node.low;
            spec.high = node.high;
            spec.is_cluster = true;
            spec.deviations = node.deviations;
            add_reader(id, spec);
            break;
        }
        case NodeKind::elapsed:
            for (const bool before : {false, true}) {
                if (before && !has_before_) continue;
                abi::ElapsedSpec spec;
                spec.node = id;
                spec.log = need_log(node.inputs[0], kForever, 2, false);
                spec.calendar = node.calendar;
                spec.open = node.open;
                spec.before = before;
                if (input_of(node, 1) != kNone || !node.correlation.empty()) spec.match_name = name("match", id, before);
                group_.elapsed_of[{id, before}] = add_spec(spec_.elapsed, spec);
            }
            break;
        case NodeKind::silence:
            for (const bool before : {false, true}) {
                if (before && !has_before_) continue;
                abi::SilenceSpec spec{id, need_log(node.inputs[0], 0, 2, true), node.high, before};
                group_.silence_of[{id, before}] = add_spec(spec_.silences, spec);
            }
            break;
        case NodeKind::sequence:
        case NodeKind::absence_before: {
            const bool sequence = node.kind == NodeKind::sequence;
            abi::PairSpec spec;
            spec.node = id;
            spec.frame_words = group_.frames.at(sequence ? node.inputs[0] : node.inputs[1]).words;
            spec.words = spec.frame_words + 2;
            spec.low = node.low;
            spec.high = node.high;
            spec.pick = static_cast<abi::PickKind>(node.pick);
            if (sequence && node.correlation.empty() && input_of(node, 2) == kNone && input_of(node, 3) == kNone &&
                node.derived.empty() && node.pick == core::Pick::any && is_sure(node.inputs[0]) &&
                filters_event(pack_, node.inputs[1]) && !spec_.births) {
                spec.lag = spec_.lags++;
            }
            spec.head = take(spec.lag != kNone ? sizeof(std::int64_t) : sizeof(abi::LogHead));
            spec.has_without = sequence && input_of(node, 3) != kNone;
            if (input_of(node, 2) != kNone || !node.correlation.empty()) spec.match_name = name("match", id);
            if (!node.correlation.empty()) spec.correlated_name = name("correlated", id);
            group_.pair_of[id] = add_spec(spec_.pairs, spec);
            break;
        }
        case NodeKind::absence_after: {
            abi::AbsenceSpec spec;
            spec.node = id;
            spec.frame_words = group_.frames.at(node.inputs[0]).words;
            spec.words = spec.frame_words + 1;
            spec.low = node.low;
            spec.high = node.high;
            spec.has_absent = input_of(node, 1) != kNone;
            if (input_of(node, 2) != kNone || !node.correlation.empty()) spec.match_name = name("match", id);
            if (!node.unless_correlation.empty()) spec.unless_name = name("unless", id);
            spec.simple = is_sure(node.inputs[0]) && (!spec.has_absent || is_sure(node.inputs[1])) && node.low == 0 &&
                          input_of(node, 2) == kNone && input_of(node, 3) == kNone && input_of(node, 4) == kNone &&
                          group_.frames.at(node.inputs[0]).words == abi::kEntryWords;
            spec.keyed = node.correlation.empty();
            if (spec.simple && node.correlation.size() == 1) {
                const auto column = [&](NodeId event, std::uint32_t slot) -> std::optional<Shape> {
                    const auto& fields = pack_.schema.events[pack_[event].event].fields;
                    if (slot >= fields.size()) return std::nullopt;
                    return shape_of_type(fields[slot].type);
                };
                const auto first = column(node.inputs[0], node.correlation[0].first_slot);
                const auto second = spec.has_absent ? column(node.inputs[1], node.correlation[0].second_slot) : first;
                spec.keyed = first && second && first->decimals == second->decimals && first->numeric == second->numeric;
            }
            if (known_.one_absence) {
                spec.queued = known_.absences[0].queued;
                spec.compact = true;
                if (!spec.queued) spec.words = 4;
            }
            spec.head = take(spec.queued ? sizeof(std::int64_t) : sizeof(abi::LogHead));
            group_.absence_of[id] = add_spec(spec_.absences, spec);
            break;
        }
        case NodeKind::streak: {
            abi::StreakSpec spec;
            spec.node = id;
            spec.marks = take(2 * sizeof(std::int64_t));
            spec.count = node.count;
            spec.negated = node.negated;
            const NodeId absence = streak_absence(pack_, node.inputs[0]);
            const bool plain = !has_before_ && input_of(node, 1) == kNone;
            if (absence != kNone) {
                spec.absence = group_.absence_of.at(absence);
                abi::AbsenceSpec& base = spec_.absences[spec.absence];
                spec.runs_only = plain && base.simple && !node.negated && absence == node.inputs[0];
                if (spec.runs_only) {
                    base.run_streaks.push_back(static_cast<std::uint32_t>(spec_.streaks.size()));
                } else {
                    base.has_streak = true;
                }
            } else {
                const NodeId base = streak_base(pack_, node.inputs[0]);
                const NodeKind of = pack_[node.inputs[0]].kind;
                spec.runs_only = plain && pack_[base].kind == NodeKind::event &&
                                 (of == NodeKind::event || (of == NodeKind::filtered && filters_event(pack_, node.inputs[0])));
            }
            if (!spec.runs_only) spec.head = take(sizeof(abi::LogHead));
            spec.snapshot = take_snapshot(id);
            group_.streak_of[id] = add_spec(spec_.streaks, spec);
            break;
        }
        case NodeKind::consecutive: {
            abi::ConsecutiveSpec spec;
            spec.node = id;
            spec.cell = take(sizeof(std::int64_t));
            spec.count = node.count;
            spec.unit = static_cast<std::uint8_t>(node.unit);
            spec.mode = static_cast<std::uint8_t>(node.mode);
            spec.calendar = node.calendar;
            spec.snapshot = take_snapshot(id);
            group_.consecutive_of[id] = add_spec(spec_.consecutives, spec);
            break;
        }
        case NodeKind::hold: {
            abi::HoldSpec spec{id, take(3 * sizeof(std::int64_t)), node.high, take_snapshot(id)};
            group_.hold_of[id] = add_spec(spec_.holds, spec);
            break;
        }
        case NodeKind::daily: {
            abi::DailySpec spec{id, node.minute_of_day, static_cast<std::uint8_t>(node.unit), node.count, node.calendar};
            group_.daily_of[id] = add_spec(spec_.dailies, spec);
            break;
        }
        case NodeKind::closed_units:
            spec_.counted_units.push_back(static_cast<std::uint8_t>(node.unit));
            break;
        case NodeKind::known_for:
            spec_.known_for.push_back(node.high);
            break;
        case NodeKind::contains:
        case NodeKind::keyword_density:
        case NodeKind::member: {
            abi::TextSpec spec;
            spec.node = id;
            spec.words = node.words;
            if (node.kind == NodeKind::member) {
                const auto& list = pack_.lists[node.list];
                spec.list_type = list.type.kind;
                spec.numbers = list.numbers;
                spec.texts = list.texts;
                spec.codes = list.codes;
            }
            group_.text_of[id] = add_spec(spec_.texts, spec);
            break;
        }
        case NodeKind::constant:
            if ((node.type.kind == TypeKind::text || node.type.kind == TypeKind::texts) &&
                plan_.constant_slot.try_emplace(id, static_cast<std::uint32_t>(plan_.text_constants.size())).second) {
                plan_.text_constants.push_back(id);
            }
            break;
        default:
            break;
        }
    }

    void add_rule(std::uint32_t index) {
        const core::Rule& rule = pack_.rules[index];
        abi::RuleSpec spec;
        spec.rule = index;
        spec.from = rule.from;
        spec.until = rule.until;
        spec.limit_count = rule.limit.count;
        spec.limit_length = rule.limit.length;
        spec.limit_unit = static_cast<std::uint8_t>(rule.limit.unit);
        if (rule.limit.count > 0) spec.limit_head = take(sizeof(abi::LogHead));
        for (const auto& call : rule.actions) {
            spec.action_words.push_back(spec.values);
            for (std::uint32_t i = 0; i < call.values.size(); ++i) {
                if (call.values[i] == kNone || pack_[call.values[i]].kind != NodeKind::key_part || spec_.outputs) continue;
                spec.key_values.emplace_back(spec.values + i, pack_[call.values[i]].slot);
            }
            spec.values += static_cast<std::uint32_t>(call.values.size());
        }
        spec.stores = spec.key_values.size() != spec.values;
        spec.plain = !spec.stores && rule.limit.count == 0 && rule.until == kForever && !spec_.outputs &&
                     rule.from == std::numeric_limits<std::int64_t>::min();
        std::vector<bool> seen(pack_.nodes.size(), false);
        std::vector<NodeId> todo{rule.condition};
        while (!todo.empty()) {
            const NodeId id = todo.back();
            todo.pop_back();
            if (seen[id]) continue;
            seen[id] = true;
            if (const auto found = group_.absence_of.find(id); found != group_.absence_of.end()) {
                spec.absences.push_back(found->second);
            }
            for_each_child(pack_[id], [&](NodeId child) { todo.push_back(child); });
        }
        spec_.rules.push_back(std::move(spec));
    }

    // Whether time alone may make this state true, or lead it through false to unknown. `forgets`: it
    // may become unknown.
    bool only_falls(NodeId id, bool* forgets) const {
        const Node& node = pack_[id];
        switch (node.kind) {
        case NodeKind::compare:
            for (const std::size_t place : {0, 1}) {
                if (group_.count_of.count(node.inputs[place]) == 0) continue;
                const core::CompareOp op = place == 0 ? node.compare : mirrored(node.compare);
                return op == core::CompareOp::ge || op == core::CompareOp::gt;
            }
            break;
        case NodeKind::streak:
            return true;
        case NodeKind::consecutive:
            return node.mode != core::UnitMode::complete && node.unit != core::Unit::working_day;
        case NodeKind::and_:
        case NodeKind::or_: {
            bool all = true, some = false;
            for (const NodeId input : node.inputs) all = only_falls(input, &some) && all;
            *forgets = *forgets || some;
            return all && !(some && node.kind == NodeKind::or_);
        }
        default:
            break;
        }
        return is_steady(id, forgets);
    }

    // Whether time alone changes nothing but what is known.
    bool is_steady(NodeId id, bool* forgets) const {
        const Node& node = pack_[id];
        if (node.kind == NodeKind::consecutive || group_.count_of.count(id) != 0) return false;
        if (const auto cell = group_.latest_cells.find(id); cell != group_.latest_cells.end()) {
            if (cell->second.length != kForever) *forgets = true;
            return true;
        }
        return std::all_of(node.inputs.begin(), node.inputs.end(), [&](NodeId input) {
            return input == kNone || is_occurrence(pack_, input) || is_steady(input, forgets);
        });
    }

    void settle_timers() {
        const bool others = has_other_timers(spec_);
        spec_.observes_time = others || !spec_.absences.empty() || !spec_.counts.empty() || !spec_.consecutives.empty();
        if (spec_.births || spec_.outputs || others) return;
        spec_.one_absence = spec_.absences.size() == 1 && spec_.absences[0].simple && !spec_.absences[0].has_streak &&
                            spec_.absences[0].high != kForever && spec_.counts.empty() && spec_.consecutives.empty() &&
                            spec_.absences[0].keyed && spec_.absences[0].run_streaks.size() <= 1;
        if (spec_.one_absence) {
            abi::AbsenceSpec& absence = spec_.absences[0];
            absence.queued = pack_[absence.node].correlation.empty() && absence.run_streaks.empty();
        }
        spec_.falls_only = spec_.observes_time && spec_.absences.empty();
        for (const NodeId id : group_.nodes) {
            bool forgets = false;
            if (pack_[id].kind == NodeKind::rise && !only_falls(pack_[id].inputs[0], &forgets)) spec_.falls_only = false;
        }
        for (const std::uint32_t rule : group_.rules) {
            bool forgets = false;
            const NodeId condition = pack_.rules[rule].condition;
            if (!is_occurrence(pack_, condition) && !only_falls(condition, &forgets)) spec_.falls_only = false;
        }
    }

    std::size_t flags() const {
        std::size_t out = 0;
        for (const NodeId id : group_.nodes) out += pack_[id].kind == NodeKind::rise ? 1 : 0;
        for (const std::uint32_t rule : group_.rules) out += is_occurrence(pack_, pack_.rules[rule].condition) ? 0 : 1;
        return out;
    }

    // Arm flags, one byte each, at the end of the block.
    void add_bytes() {
        spec_.armed_at = bytes_;
        for (const NodeId id : group_.nodes) {
            if (pack_[id].kind == NodeKind::rise) group_.disarmed[id] = bytes_++;
        }
        for (std::size_t i = 0; i < group_.rules.size(); ++i) {
            const bool state = !is_occurrence(pack_, pack_.rules[group_.rules[i]].condition);
            group_.rule_disarmed.push_back(state ? bytes_++ : kNone);
        }
    }

    Plan& plan_;
    const core::CorePack& pack_;
    Group& group_;
    abi::GroupSpec& spec_;
    Known known_;
    std::vector<std::uint32_t> log_words_;
    std::uint32_t bytes_ = 0;
    bool has_before_ = false, sees_unknown_ = false;
    std::map<NodeId, std::vector<NodeId>> users_;
    std::set<NodeId> in_actions_;
};

void find_reads(Plan& plan) {
    const core::CorePack& pack = *plan.pack;
    plan.reads.assign(pack.nodes.size(), std::vector<bool>(pack.schema.events.size(), false));
    plan.reads_rules.assign(pack.nodes.size(), {});
    plan.momentary.assign(pack.nodes.size(), false);
    const auto merge = [](std::vector<bool>& to, const std::vector<bool>& from) {
        if (to.size() < from.size()) to.resize(from.size(), false);
        for (std::size_t i = 0; i < from.size(); ++i) to[i] = to[i] || from[i];
    };
    const std::function<bool(NodeId)> open_elapsed = [&](NodeId value) -> bool {
        if (value == kNone || is_occurrence(pack, value)) return false;
        const Node& node = pack[value];
        if (node.kind == NodeKind::elapsed) return node.open;
        if (node.kind == NodeKind::latest || node.kind == NodeKind::aggregate) return false;
        return std::any_of(node.inputs.begin(), node.inputs.end(), open_elapsed);
    };
    for (NodeId id = 0; id < pack.nodes.size(); ++id) {
        const Node& node = pack[id];
        if (node.kind == NodeKind::event) plan.reads[id][node.event] = true;
        if (node.kind == NodeKind::rule_output) {
            plan.reads_rules[id].assign(pack.rules.size(), false);
            plan.reads_rules[id][node.rule] = true;
        }
        for_each_child(node, [&](NodeId child) {
            merge(plan.reads[id], plan.reads[child]);
            merge(plan.reads_rules[id], plan.reads_rules[child]);
        });
        bool momentary = false;
        switch (node.kind) {
        case NodeKind::now:
        case NodeKind::before_this:
            momentary = true;
            break;
        case NodeKind::elapsed:
            momentary = node.open;
            break;
        case NodeKind::latest:
        case NodeKind::aggregate:
            momentary = (node.kind == NodeKind::latest && node.before) || open_elapsed(input_of(node, 1));
            break;
        case NodeKind::hold:
        case NodeKind::streak:
        case NodeKind::consecutive:
        case NodeKind::shift:
            break;
        default:
            if (is_occurrence(pack, id)) break;
            for (const NodeId input : node.inputs) {
                if (input != kNone && !is_occurrence(pack, input) && plan.momentary[input]) momentary = true;
            }
        }
        plan.momentary[id] = momentary;
    }
}

}  // namespace

Plan make_plan(const core::CorePack& pack) {
    Plan plan;
    plan.pack = &pack;
    find_reads(plan);
    // Rules of one group: the same subject kind and event types, or one reads the other's firings.
    std::vector<std::uint32_t> leader(pack.rules.size());
    std::iota(leader.begin(), leader.end(), 0U);
    const std::function<std::uint32_t(std::uint32_t)> find = [&](std::uint32_t rule) {
        while (leader[rule] != rule) rule = leader[rule] = leader[leader[rule]];
        return rule;
    };
    std::map<std::pair<std::uint32_t, std::vector<bool>>, std::uint32_t> by_types;
    for (std::uint32_t rule = 0; rule < pack.rules.size(); ++rule) {
        std::vector<bool> types(pack.schema.events.size(), false);
        const auto read = [&](NodeId node) {
            if (node == kNone) return;
            for (std::size_t i = 0; i < types.size(); ++i) types[i] = types[i] || plan.reads[node][i];
            const auto& rules = plan.reads_rules[node];
            for (std::uint32_t i = 0; i < rules.size(); ++i) {
                if (rules[i]) leader[find(rule)] = find(i);
            }
        };
        read(pack.rules[rule].condition);
        for (const auto& call : pack.rules[rule].actions) {
            for (const NodeId value : call.values) read(value);
        }
        const auto [place, added] = by_types.try_emplace({pack.rules[rule].subject, types}, rule);
        if (!added) leader[find(rule)] = find(place->second);
    }
    std::map<std::uint32_t, std::size_t> group_of;
    for (std::uint32_t rule = 0; rule < pack.rules.size(); ++rule) {
        const auto [place, added] = group_of.try_emplace(find(rule), plan.groups.size());
        if (added) {
            plan.groups.emplace_back();
            plan.groups.back().spec.index = static_cast<std::uint32_t>(place->second);
            plan.groups.back().spec.subject_kind = pack.rules[rule].subject;
        }
        plan.groups[place->second].rules.push_back(rule);
    }
    for (Group& group : plan.groups) {
        Group fresh;
        fresh.spec.index = group.spec.index;
        fresh.spec.subject_kind = group.spec.subject_kind;
        fresh.rules = group.rules;
        GroupMaker first(plan, group);
        first.make();
        const GroupMaker::Known known = first.known();
        if (!known.one_absence && !known.headless) continue;
        group = std::move(fresh);
        GroupMaker(plan, group, known).make();
    }
    return plan;
}

}  // namespace clausal::plan
