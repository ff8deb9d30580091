// Specialised state: rings of the last times, a latest value, run lengths, and timers without a call.

#include <algorithm>

#include "compiler/llvm/emit_group.h"
#include "runtime/kernels/family_cells.h"
#include "runtime/kernels/kernels.h"

namespace clausal::compiled {

using core::CompareOp;
using core::Node;
using core::NodeKind;

namespace {

constexpr const char* kMissingText = "-9223372036854775808";

}  // namespace

std::string GroupEmitter::pool() {
    return w_.value(
        "load ptr, ptr {}, !invariant.load !0", w_.offset("%ctx", offsetof(abi::Context, pool)));
}

void GroupEmitter::push_count(NodeId id) {
    const abi::CountSpec& spec = group_.spec.counts[group_.count_of.at(id)];
    const Occurrence& of = occurrence(pack_[id].inputs[0]);
    if (of.truth == "0") return;
    const auto push = [&](std::uint32_t cell, const std::string& condition) {
        when(condition, [&] {
            host("ck_ring_push", "void",
                fmt::format("ptr {}, i32 {}, i64 {}", w_.offset("%state", cell), spec.size,
                    context(offsetof(abi::Context, time))));
        });
    };
    push(spec.cell,
        of.truth == kTrueText ? "1" : w_.value("icmp eq i64 {}, {}", of.truth, kTrueText));
    if (spec.possible != kNone) push(spec.possible, not_false(of.truth));
}

std::string GroupEmitter::at_least(
    const abi::CountSpec& spec, std::uint32_t cell, std::int64_t bound) {
    if (bound <= 0) return "1";
    const std::string nth = host("ck_ring_nth", "i64",
        fmt::format("ptr {}, i32 {}, i32 {}", w_.offset("%state", cell), spec.size, bound));
    const std::string edge =
        w_.value("sub i64 {}, {}", context(offsetof(abi::Context, time)), spec.length);
    return w_.value("icmp sgt i64 {}, {}", nth, edge);
}

std::string GroupEmitter::compare_ring(NodeId count, const Rational& constant, CompareOp op) {
    const std::string truth = compare_ring_right(count, constant, op);
    return sabotaged(count) ? negate(truth) : truth;
}

std::string GroupEmitter::compare_ring_right(NodeId count, const Rational& constant, CompareOp op) {
    const abi::CountSpec& spec = group_.spec.counts[group_.count_of.at(count)];
    const std::vector<std::int64_t> bounds = *plan::count_bounds(op, constant);
    // Truth of "at least n": true when surely so many, false when not even possibly.
    const auto reaches = [&](std::int64_t bound) {
        const std::string sure = at_least(spec, spec.cell, bound);
        if (spec.possible == kNone || sure == "1") return truth_if(sure);
        const std::string maybe = at_least(spec, spec.possible, bound);
        const std::string unsure = w_.value("select i1 {}, i64 {}, i64 0", maybe, kUnknownText);
        return w_.value("select i1 {}, i64 {}, i64 {}", sure, kTrueText, unsure);
    };
    switch (op) {
    case CompareOp::ge:
    case CompareOp::gt: return reaches(bounds[0]);
    case CompareOp::lt:
    case CompareOp::le: return negate(reaches(bounds[0]));
    case CompareOp::eq:
    case CompareOp::ne: break;
    }
    const std::string equal = both(reaches(bounds[0]), negate(reaches(bounds[1])));
    return op == CompareOp::eq ? equal : negate(equal);
}

void GroupEmitter::push_latest(NodeId id) {
    const plan::LatestCell& cell = group_.latest_cells.at(id);
    const Node& node = pack_[id];
    const Occurrence& of = occurrence(node.inputs[0]);
    if (of.truth == "0") return;
    when(not_false(of.truth), [&] {
        View view;
        view.self = of.frame;
        std::string kept = scaled_word(value(node.inputs[1], view), cell.shape);
        if (of.truth != kTrueText) {
            const std::string sure = w_.value("icmp eq i64 {}, {}", of.truth, kTrueText);
            kept = w_.value("select i1 {}, i64 {}, i64 {}", sure, kept, kMissingText);
        }
        // The time with its sign bit turned: 0, as at the start, is none.
        const std::string time =
            w_.value("xor i64 {}, {}", context(offsetof(abi::Context, time)), kMissingText);
        w_.store("i64", time, w_.offset("%state", cell.cell));
        w_.store("i64", kept, w_.offset("%state", cell.cell + 8));
    });
}

std::string GroupEmitter::streak_runs(const abi::StreakSpec& spec) {
    const std::string sure = w_.value(
        "icmp sge i64 {}, {}", w_.load("i64", w_.offset("%state", spec.marks)), spec.count);
    if (spec.absence != kNone) return truth_if(sure);
    const std::string maybe = w_.value(
        "icmp sge i64 {}, {}", w_.load("i64", w_.offset("%state", spec.marks + 8)), spec.count);
    const std::string unsure = w_.value("select i1 {}, i64 {}, i64 0", maybe, kUnknownText);
    return w_.value("select i1 {}, i64 {}, i64 {}", sure, kTrueText, unsure);
}

// The unit that holds the step's instant; units are looked up again only when it leaves the last one.
std::string GroupEmitter::find_unit(std::uint8_t unit) {
    const std::string units = w_.value(
        "load ptr, ptr {}, !invariant.load !0", w_.offset("%ctx", offsetof(abi::Context, units)));
    const std::string cache =
        w_.offset(units, static_cast<std::int64_t>(unit * sizeof(abi::UnitCache)));
    const std::string time = context(offsetof(abi::Context, time));
    std::string elsewhere =
        w_.value("icmp sge i64 {}, {}", time, w_.load("i64", w_.offset(cache, 8)));
    // Events of the loop come in time order; all else may look back.
    if (kind_ != StepOf::event || group_.spec.births) {
        const std::string early = w_.value("icmp slt i64 {}, {}", time, w_.load("i64", cache));
        elsewhere = w_.value("or i1 {}, {}", early, elsewhere);
    }
    when(elsewhere, [&] {
        host("ch_unit_refresh", "void", fmt::format("ptr %ctx, i32 {}, i64 {}", unit, time));
    });
    return w_.load("i64", w_.offset(cache, 16));
}

// Finds the units that consecutive states of the group need, once for the whole step.
void GroupEmitter::find_units() {
    for (const auto& consecutive : group_.spec.consecutives) {
        if (consecutive.unit == static_cast<std::uint8_t>(core::Unit::working_day)) continue;
        if (units_.count(consecutive.unit) == 0)
            units_[consecutive.unit] = find_unit(consecutive.unit);
    }
    for (const auto& family : group_.spec.families) {
        if (family.kind != abi::FamilySpec::Kind::units) continue;
        if (units_.count(family.unit) == 0) units_[family.unit] = find_unit(family.unit);
    }
}

std::string GroupEmitter::unit_index(std::uint8_t unit) {
    const auto known = units_.find(unit);
    return known == units_.end() ? find_unit(unit) : known->second;
}

}  // namespace clausal::compiled
