// How values and frames are held.

#include <algorithm>

#include "compiler/plan/plan.h"

namespace clausal::plan {

using core::Node;
using core::NodeKind;

NodeId input_of(const Node& node, std::size_t place) {
    return place < node.inputs.size() ? node.inputs[place] : kNone;
}

bool is_occurrence(const core::CorePack& pack, NodeId id) {
    return core::sort_of(pack[id].kind) == core::Sort::occurrence;
}

bool has_elapsed(const core::CorePack& pack, NodeId value) {
    if (value == kNone) return false;
    const Node& node = pack[value];
    if (node.kind == NodeKind::elapsed) return true;
    if (node.kind != NodeKind::arithmetic && node.kind != NodeKind::negative &&
        node.kind != NodeKind::round && node.kind != NodeKind::choose) {
        return false;
    }
    return std::any_of(node.inputs.begin(), node.inputs.end(), [&](NodeId input) {
        return core::sort_of(pack[input].kind) == core::Sort::value && has_elapsed(pack, input);
    });
}

Shape shape_of_type(const Type& type) {
    Shape out;
    out.numeric = core::is_numeric(type.kind);
    out.type = type.kind;
    if (type.kind == TypeKind::number || type.kind == TypeKind::money ||
        type.kind == TypeKind::percent) {
        out.decimals = type.decimals;
    }
    return out;
}

namespace {

Shape number_shape(const Node& node) {
    Shape out{abi::Rep::number, 0, true, node.type.kind};
    return out;
}

Shape word_shape(const Node& node) {
    Shape out;
    out.type = node.type.kind;
    out.numeric = false;
    return out;
}

Shape constant_shape(const Node& node) {
    if (!core::is_numeric(node.type.kind)) return word_shape(node);
    Int128 scale = 1;
    for (std::int32_t decimals = 0; decimals <= 9; ++decimals, scale *= 10) {
        if (scale % node.number.denominator != 0) continue;
        const Int128 factor = scale / node.number.denominator;
        Int128 value = 0;
        if (__builtin_mul_overflow(node.number.numerator, factor, &value)) break;
        if (value > Int128{kForever} || value <= Int128{kMissing}) break;
        return {abi::Rep::word, decimals, true, node.type.kind};
    }
    return number_shape(node);
}

}  // namespace

Shape shape_of(
    const core::CorePack& pack, const Group& group, NodeId value, NodeId self, NodeId first) {
    const Node& node = pack[value];
    switch (node.kind) {
    case NodeKind::constant: return constant_shape(node);
    case NodeKind::field: {
        const NodeId context = node.frame == core::Frame::self ? self : first;
        const auto frame = context == kNone ? group.frames.end() : group.frames.find(context);
        if (frame == group.frames.end()) return word_shape(node);
        if (node.slot < frame->second.fields) {
            return shape_of_type(pack.schema.events[frame->second.event].fields[node.slot].type);
        }
        const std::size_t slot = node.slot - frame->second.fields;
        return slot < frame->second.derived.size() ? frame->second.derived[slot].shape
                                                   : word_shape(node);
    }
    case NodeKind::subject_field: {
        const auto& fields = pack.schema.subjects[group.spec.subject_kind].fields;
        return node.slot < fields.size() ? shape_of_type(fields[node.slot].type) : word_shape(node);
    }
    case NodeKind::latest:
        if (has_elapsed(pack, node.inputs[1])) return number_shape(node);
        return shape_of(pack, group, node.inputs[1], node.inputs[0], kNone);
    case NodeKind::aggregate: {
        if (group.extreme_of.count(value) != 0)
            return shape_of(pack, group, node.inputs[1], node.inputs[0], kNone);
        if (node.aggregate == core::AggregateOp::count || node.aggregate == core::AggregateOp::keys)
            return {abi::Rep::count, 0, true, TypeKind::integer};
        Shape out = number_shape(node);
        out.numeric = node.aggregate == core::AggregateOp::distinct ||
                      core::is_numeric(pack[node.inputs[1]].type.kind);
        return out;
    }
    case NodeKind::missing:
        if (core::is_numeric(node.type.kind)) return {abi::Rep::word, 0, true, node.type.kind};
        return word_shape(node);
    case NodeKind::closed_units: return {abi::Rep::word, 0, true, TypeKind::integer};
    case NodeKind::arithmetic:
    case NodeKind::date_of:
    case NodeKind::add_days:
    case NodeKind::add_working_time:
    case NodeKind::weekday: {
        Shape out =
            number_shape(node);  // of instants and dates too: only numbers carry a fault mark
        out.numeric = core::is_numeric(node.type.kind);
        return out;
    }
    case NodeKind::negative:
    case NodeKind::round:
    case NodeKind::elapsed:
    case NodeKind::keyword_density: return number_shape(node);
    case NodeKind::choose: {
        const Shape then = shape_of(pack, group, node.inputs[1], self, first);
        const Shape otherwise = shape_of(pack, group, node.inputs[2], self, first);
        const bool counts = then.rep == abi::Rep::count || otherwise.rep == abi::Rep::count;
        if (!counts && then.rep == otherwise.rep && then.decimals == otherwise.decimals &&
            then.numeric == otherwise.numeric) {
            return then;
        }
        Shape out = number_shape(node);
        out.numeric = core::is_numeric(node.type.kind);
        return out;
    }
    default:  // time_of, now, key_part
        return word_shape(node);
    }
}

bool has_other_timers(const abi::GroupSpec& spec) {
    if (!spec.holds.empty() || !spec.silences.empty() || !spec.known_for.empty() ||
        !spec.dailies.empty() || spec.reads_registers || !spec.counted_units.empty()) {
        return true;
    }
    const auto by_calendar = [](const abi::AbsenceSpec& absence) { return absence.working > 0; };
    if (std::any_of(spec.absences.begin(), spec.absences.end(), by_calendar)) return true;
    const bool unit_sums = std::any_of(
        spec.runnings.begin(), spec.runnings.end(), [](const abi::RunningSpec& running) {
            return running.kind != abi::WindowKind::all && running.kind != abi::WindowKind::since;
        });
    return unit_sums ||
           std::any_of(spec.consecutives.begin(), spec.consecutives.end(),
               [](const abi::ConsecutiveSpec& consecutive) {
                   return consecutive.unit == static_cast<std::uint8_t>(core::Unit::working_day);
               }) ||
           std::any_of(spec.readers.begin(), spec.readers.end(), [](const abi::ReaderSpec& reader) {
               return reader.is_cluster || (reader.window.kind != abi::WindowKind::all &&
                                               reader.window.kind != abi::WindowKind::since);
           });
}

NodeId streak_base(const core::CorePack& pack, NodeId of) {
    const Node& node = pack[of];
    switch (node.kind) {
    case NodeKind::filtered: return streak_base(pack, node.inputs[0]);
    case NodeKind::absence_after:
    case NodeKind::absence_before: return node.inputs[0];
    case NodeKind::sequence: return node.inputs[1];
    default: return of;
    }
}

bool filters_event(const core::CorePack& pack, NodeId of) {
    while (pack[of].kind == NodeKind::filtered) of = pack[of].inputs[0];
    return pack[of].kind == NodeKind::event;
}

NodeId streak_absence(const core::CorePack& pack, NodeId of) {
    const Node& node = pack[of];
    if (node.kind == NodeKind::absence_after) return of;
    return node.kind == NodeKind::filtered ? streak_absence(pack, node.inputs[0]) : kNone;
}

std::optional<std::vector<std::int64_t>> count_bounds(
    core::CompareOp op, const Rational& constant) {
    Int128 floor = constant.numerator / constant.denominator;
    if (constant.numerator % constant.denominator < 0) --floor;
    const bool whole = constant.numerator % constant.denominator == 0;
    if (floor < -1 || floor > 30) return std::nullopt;
    const auto at = static_cast<std::int64_t>(floor);
    switch (op) {
    case core::CompareOp::lt:
    case core::CompareOp::ge: return std::vector<std::int64_t>{whole ? at : at + 1};
    case core::CompareOp::le:
    case core::CompareOp::gt: return std::vector<std::int64_t>{at + 1};
    case core::CompareOp::eq:
    case core::CompareOp::ne:
        if (!whole) return std::nullopt;
        return std::vector<std::int64_t>{at, at + 1};
    }
    return std::nullopt;
}

std::uint32_t Plan::state_bytes() const {
    std::uint32_t out = 0;
    for (const Group& group : groups) out += group.spec.state_bytes;
    return out;
}

}  // namespace clausal::plan
