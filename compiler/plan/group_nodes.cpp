// What each node of a group keeps: logs and columns, rings, cells, specs of the host.

#include "compiler/core/bounds.h"
#include "compiler/plan/group_maker.h"

namespace clausal::plan {

// The host's enumerations mirror those of core.
static_assert(static_cast<int>(abi::WindowKind::since) == static_cast<int>(Window::Kind::since));
static_assert(static_cast<int>(abi::WindowKind::closed_units) ==
              static_cast<int>(Window::Kind::closed_units));
static_assert(
    static_cast<int>(abi::PickKind::next_only) == static_cast<int>(core::Pick::next_only));
static_assert(
    static_cast<int>(abi::PairSpec::Keep::merged) == static_cast<int>(core::PairMemory::merged));

std::uint32_t GroupMaker::need_log(NodeId of, Microseconds retain, std::uint32_t keep_last) {
    const auto [place, added] =
        group_.log_of.try_emplace(of, static_cast<std::uint32_t>(group_.logs.size()));
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
    return place->second;
}

std::uint32_t GroupMaker::need_log_of(NodeId reader, NodeId of, Microseconds retain) {
    const std::uint32_t index = need_log(of, retain, 2);
    abi::LogSpec& log = spec_.logs[index];
    if (const auto back = core::looks_back(pack_, reader)) {
        log.readers.emplace_back(reader, back->reach);
    } else if (retain > 0) {
        log.all = true;
    }
    return index;
}

std::uint32_t GroupMaker::need_mark(NodeId of) {
    const auto [place, added] =
        group_.mark_of.try_emplace(of, static_cast<std::uint32_t>(spec_.marks.size()));
    if (added) spec_.marks.push_back({of, take(2 * sizeof(abi::MarkCell))});
    return place->second;
}

LogColumn& GroupMaker::need_column(std::uint32_t log, NodeId node) {
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

void GroupMaker::need_parts(std::uint32_t log, NodeId value) {
    if (!has_elapsed(pack_, value)) {
        if (pack_[value].kind != NodeKind::constant) need_column(log, value);
        return;
    }
    if (pack_[value].kind == NodeKind::elapsed) return;
    for (const NodeId input : pack_[value].inputs) need_parts(log, input);
}

abi::WindowSpec GroupMaker::window_of(const Window& window) {
    abi::WindowSpec out;
    out.kind = static_cast<abi::WindowKind>(window.kind);
    out.length = window.length;
    out.offset = window.offset;
    out.unit = static_cast<std::uint8_t>(window.unit);
    if (window.kind == Window::Kind::since && window.since != kNone) {
        out.since_mark = need_mark(window.since);
    }
    return out;
}

void GroupMaker::add_reader(NodeId id, abi::ReaderSpec spec) {
    spec.node = id;
    spec.capped = core::looks_back(pack_, id).has_value();
    for (const bool before : {false, true}) {
        if (before && !has_before_) continue;
        spec.before = before;
        if (!spec.match_name.empty()) spec.match_name = name("match", id, before);
        if (!spec.value_name.empty()) spec.value_name = name("value", id, before);
        group_.reader_of[{id, before}] = add_spec(spec_.readers, spec);
    }
}

std::uint32_t GroupMaker::take_snapshot(NodeId id) {
    if (!has_before_) return kNone;
    group_.snapshots.push_back(id);
    return take(1);
}

bool GroupMaker::add_count(NodeId id) {
    const Node& node = pack_[id];
    if (node.kind != NodeKind::aggregate || node.aggregate != core::AggregateOp::count ||
        has_before_ || node.window.kind != Window::Kind::sliding || node.window.offset != 0 ||
        !node.correlation.empty() || input_of(node, 2) != kNone || in_actions_.count(id) != 0) {
        return false;
    }
    std::set<std::int64_t> bounds;
    for (const NodeId user : users_[id]) {
        const Node& comparison = pack_[user];
        if (comparison.kind != NodeKind::compare) return false;
        const bool left = comparison.inputs[0] == id;
        const Node& other = pack_[comparison.inputs[left ? 1 : 0]];
        if (other.kind != NodeKind::constant || !core::is_numeric(other.type.kind)) return false;
        const auto found =
            count_bounds(left ? comparison.compare : mirrored(comparison.compare), other.number);
        if (!found) return false;
        bounds.insert(found->begin(), found->end());
    }
    for (const Family& family : group_.families) {
        for (std::size_t i = 0; i < family.numbers.size() && family.value == id; ++i) {
            Rational number = family.numbers[i];
            if (family.greater) number.numerator = -number.numerator;
            const bool equal = family.inclusive[i] != 0;
            const core::CompareOp op = family.greater
                                           ? (equal ? core::CompareOp::ge : core::CompareOp::gt)
                                           : (equal ? core::CompareOp::le : core::CompareOp::lt);
            const auto found = count_bounds(op, number);
            if (!found) return false;
            bounds.insert(found->begin(), found->end());
        }
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

bool GroupMaker::add_latest_cell(NodeId id) {
    const Node& node = pack_[id];
    const bool sliding = node.window.kind == Window::Kind::sliding;
    if (node.kind != NodeKind::latest || node.before || has_before_ || !node.correlation.empty() ||
        input_of(node, 2) != kNone || node.window.offset != 0 ||
        (!sliding && node.window.kind != Window::Kind::all) || has_elapsed(pack_, node.inputs[1]) ||
        (sliding && sees_unknown_)) {
        return false;
    }
    const Shape shape = shape_of(pack_, group_, node.inputs[1], node.inputs[0], kNone);
    if (shape.rep != abi::Rep::word) return false;
    group_.latest_cells[id] = {
        take(2 * sizeof(std::int64_t)), sliding ? node.window.length : kForever, shape};
    return true;
}

// Words of an accumulator: counts, how many are known, marks; then sums or ends.
static std::uint32_t running_words(const Node& node) {
    std::uint32_t words = 4;
    switch (node.aggregate) {
    case core::AggregateOp::sum:
    case core::AggregateOp::average:
    case core::AggregateOp::minimum:
    case core::AggregateOp::maximum: words += 4; break;
    case core::AggregateOp::deviation:
    case core::AggregateOp::range: words += 8; break;
    case core::AggregateOp::count:
    case core::AggregateOp::distinct:
    case core::AggregateOp::percentile:
    case core::AggregateOp::keys: break;
    }
    return words;
}

bool GroupMaker::add_running(NodeId id) {
    const Node& node = pack_[id];
    if (node.kind != NodeKind::aggregate || !core::is_running(pack_, node)) return false;
    abi::RunningSpec spec;
    spec.node = id;
    spec.kind = static_cast<abi::WindowKind>(node.window.kind);
    spec.unit = static_cast<std::uint8_t>(node.window.unit);
    spec.op = static_cast<std::uint8_t>(node.aggregate);
    spec.twice = has_before_;
    const bool units =
        node.window.kind != Window::Kind::all && node.window.kind != Window::Kind::since;
    spec.words = abi::kRunningHeader + running_words(node) * (units ? 2 : 1);
    spec.cell = take((1 + spec.words * (spec.twice ? 2U : 1U)) * sizeof(std::int64_t));
    group_.running_of[id] = add_spec(spec_.runnings, spec);
    return true;
}

void GroupMaker::add_window_value(NodeId id) {
    const Node& node = pack_[id];
    if (group_.extreme_of.count(id) != 0) return add_extreme(id);
    if (add_count(id) || add_latest_cell(id) || add_running(id)) return;
    abi::ReaderSpec spec;
    // Of a latest that looks back at nothing the last occurrence is enough.
    const bool last_only = node.kind == NodeKind::latest && !core::looks_back(pack_, id);
    spec.window = window_of(node.window);
    spec.log = need_log_of(id, node.inputs[0], last_only ? 0 : core::longest_reach(node.window));
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
    if (const NodeId test = input_of(node, 3); test != kNone)
        spec.test_word = need_column(spec.log, test).word;
    if (input_of(node, 2) != kNone || !node.correlation.empty()) spec.match_name = "yes";
    add_reader(id, spec);
}

void GroupMaker::add_pair(NodeId id) {
    const Node& node = pack_[id];
    const bool sequence = node.kind == NodeKind::sequence;
    abi::PairSpec spec;
    spec.node = id;
    spec.frame_words = group_.frames.at(sequence ? node.inputs[0] : node.inputs[1]).words;
    spec.words = spec.frame_words + 2;
    spec.low = node.low;
    spec.high = node.high;
    spec.pick = static_cast<abi::PickKind>(node.pick);
    if (sequence && node.correlation.empty() && input_of(node, 2) == kNone &&
        input_of(node, 3) == kNone && node.derived.empty() && node.pick == core::Pick::any &&
        is_plain(node.inputs[0]) && filters_event(pack_, node.inputs[1]) && !spec_.births &&
        core::pair_memory(node) != core::PairMemory::all) {
        spec.latest_only = true;
    }
    spec.head = take(spec.latest_only ? sizeof(std::int64_t) : sizeof(abi::LogHead));
    spec.keep = static_cast<abi::PairSpec::Keep>(core::pair_memory(node));
    spec.has_without = sequence && input_of(node, 3) != kNone;
    if (input_of(node, 2) != kNone || !node.correlation.empty())
        spec.match_name = name("match", id);
    if (!node.correlation.empty()) spec.correlated_name = name("correlated", id);
    group_.pair_of[id] = add_spec(spec_.pairs, spec);
}

void GroupMaker::add_absence(NodeId id) {
    const Node& node = pack_[id];
    abi::AbsenceSpec spec;
    spec.node = id;
    spec.frame_words = group_.frames.at(node.inputs[0]).words;
    spec.words = spec.frame_words + 1;
    spec.low = node.low;
    spec.high = node.high;
    spec.has_absent = input_of(node, 1) != kNone;
    if (input_of(node, 2) != kNone || !node.correlation.empty())
        spec.match_name = name("match", id);
    if (input_of(node, 5) != kNone || !node.unless_correlation.empty())
        spec.unless_name = name("unless", id);
    spec.working = node.count;
    spec.working_hours = node.count > 0 && node.unit != core::Unit::working_day;
    spec.calendar = node.calendar;
    spec.simple = node.count == 0 && is_sure(node.inputs[0]) &&
                  (!spec.has_absent || is_sure(node.inputs[1])) && node.low == 0 &&
                  input_of(node, 2) == kNone && input_of(node, 3) == kNone &&
                  input_of(node, 4) == kNone &&
                  group_.frames.at(node.inputs[0]).words == abi::kEntryWords;
    spec.keyed = node.correlation.empty();
    if (spec.simple && node.correlation.size() == 1) {
        const auto column = [&](NodeId event, std::uint32_t slot) -> std::optional<Shape> {
            const auto& fields = pack_.schema.events[pack_[event].event].fields;
            if (slot >= fields.size()) return std::nullopt;
            return shape_of_type(fields[slot].type);
        };
        const auto first = column(node.inputs[0], node.correlation[0].first_slot);
        const auto second =
            spec.has_absent ? column(node.inputs[1], node.correlation[0].second_slot) : first;
        spec.keyed = first && second && first->decimals == second->decimals &&
                     first->numeric == second->numeric;
    }
    if (known_.one_absence) {
        spec.delayed = known_.absences[0].delayed;
        spec.compact = true;
        if (!spec.delayed) spec.words = 4;
    }
    spec.head = take(spec.delayed ? sizeof(abi::LatestPlace) : sizeof(abi::LogHead));
    group_.absence_of[id] = add_spec(spec_.absences, spec);
}

void GroupMaker::add_streak(NodeId id) {
    const Node& node = pack_[id];
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
            // Each instance has a deadline step of its own; one `until` may decide several.
            if (absence != node.inputs[0] && input_of(pack_[absence], 4) != kNone) {
                base.keeps_closed = true;
                spec.filter_name = name("filter", id);
            }
        }
    } else {
        const NodeId base = streak_base(pack_, node.inputs[0]);
        const NodeKind of = pack_[node.inputs[0]].kind;
        spec.runs_only = plain && pack_[base].kind == NodeKind::event &&
                         (of == NodeKind::event ||
                             (of == NodeKind::filtered && filters_event(pack_, node.inputs[0])));
    }
    if (!spec.runs_only) spec.head = take(sizeof(abi::LogHead));
    spec.snapshot = take_snapshot(id);
    group_.streak_of[id] = add_spec(spec_.streaks, spec);
}

void GroupMaker::add_text(NodeId id) {
    const Node& node = pack_[id];
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
}

void GroupMaker::add_node(NodeId id) {
    const Node& node = pack_[id];
    switch (node.kind) {
    case NodeKind::latest:
    case NodeKind::aggregate: add_window_value(id); break;
    case NodeKind::exists_around: {
        abi::ReaderSpec spec;
        spec.log = need_log_of(id, node.inputs[0], kForever);
        spec.low = node.low;
        spec.high = node.high;
        if (input_of(node, 2) != kNone || !node.correlation.empty()) spec.match_name = "yes";
        add_reader(id, spec);
        break;
    }
    case NodeKind::shift: {
        abi::ReaderSpec spec;
        const bool units = node.window.kind == Window::Kind::previous_unit;
        spec.log = need_log_of(id, node.inputs[0], core::looks_back(pack_, id)->reach);
        if (has_before_)
            spec_.logs[spec.log].lagged = true;  // the latest may be the one before this step
        if (input_of(node, 1) != kNone) {
            const LogColumn& column = need_column(spec.log, node.inputs[1]);
            spec.value = {column.word, column.shape.rep, column.shape.decimals};
            spec.value_is_truth = core::sort_of(pack_[node.inputs[1]].kind) == core::Sort::state;
        }
        if (units) spec.window = window_of(node.window);
        spec.op = static_cast<std::uint8_t>(node.aggregate);
        spec.span = node.high;
        spec.deviations = node.deviations;
        spec.direction = static_cast<std::uint8_t>(node.direction);
        add_reader(id, spec);
        break;
    }
    case NodeKind::cluster: {
        abi::ReaderSpec spec;
        spec.log = need_log_of(id, node.inputs[0], node.low + node.high);
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
            spec.log = need_log_of(id, node.inputs[0], core::looks_back(pack_, id)->reach);
            spec.calendar = node.calendar;
            spec.open = node.open;
            spec.before = before;
            if (input_of(node, 1) != kNone || !node.correlation.empty())
                spec.match_name = name("match", id, before);
            group_.elapsed_of[{id, before}] = add_spec(spec_.elapsed, spec);
        }
        break;
    case NodeKind::silence:
        for (const bool before : {false, true}) {
            if (before && !has_before_) continue;
            abi::SilenceSpec spec{id, need_mark(node.inputs[0]), node.high, before};
            group_.silence_of[{id, before}] = add_spec(spec_.silences, spec);
        }
        break;
    case NodeKind::sequence:
    case NodeKind::absence_before: add_pair(id); break;
    case NodeKind::absence_after: add_absence(id); break;
    case NodeKind::streak: add_streak(id); break;
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
        abi::DailySpec spec{id, node.minute_of_day, static_cast<std::uint8_t>(node.unit),
            node.count, node.calendar};
        group_.daily_of[id] = add_spec(spec_.dailies, spec);
        break;
    }
    case NodeKind::closed_units:
        spec_.counted_units.push_back(static_cast<std::uint8_t>(node.unit));
        break;
    case NodeKind::known_for: spec_.known_for.push_back(node.high); break;
    case NodeKind::contains:
    case NodeKind::keyword_density:
    case NodeKind::member: add_text(id); break;
    case NodeKind::constant:
        if ((node.type.kind == TypeKind::text || node.type.kind == TypeKind::texts) &&
            plan_.constant_slot
                .try_emplace(id, static_cast<std::uint32_t>(plan_.text_constants.size()))
                .second) {
            plan_.text_constants.push_back(id);
        }
        break;
    default: break;
    }
}

}  // namespace clausal::plan
