// States: three-valued logic and comparisons.

#include <algorithm>

#include "compiler/llvm/emit_group.h"

namespace clausal::compiled {

using core::CompareOp;
using core::Node;
using core::NodeKind;

namespace {

// ch_compare takes the operator by its place.
static_assert(static_cast<int>(CompareOp::ge) == 4 && static_cast<int>(CompareOp::gt) == 5);

constexpr const char* kMissingText = "-9223372036854775808";

const char* predicate(CompareOp op) {
    switch (op) {
    case CompareOp::lt: return "slt";
    case CompareOp::le: return "sle";
    case CompareOp::eq: return "eq";
    case CompareOp::ne: return "ne";
    case CompareOp::gt: return "sgt";
    case CompareOp::ge: return "sge";
    }
    return "eq";
}

// A truth known while the code is written, and neither true nor false.
bool is_undecided(const std::string& truth) {
    return truth == "1" || truth == "2" || truth == kUnknownText;
}

// `x op constant × 10^decimals` for whole x, as a comparison with a 64-bit bound; or known at once.
struct Bound {
    bool decided = false, result = false;
    CompareOp op = CompareOp::lt;
    std::int64_t bound = 0;
};

std::optional<Bound> bound_of(const Rational& constant, std::int32_t decimals, CompareOp op) {
    Int128 scaled = 0;
    if (__builtin_mul_overflow(constant.numerator, Int128{power_of_ten(decimals)}, &scaled))
        return std::nullopt;
    Int128 floor = scaled / constant.denominator;
    if (scaled % constant.denominator < 0) --floor;
    const bool whole = scaled % constant.denominator == 0;
    Bound out;
    if (op == CompareOp::eq || op == CompareOp::ne) {
        if (!whole) {
            out.decided = true;
            out.result = op == CompareOp::ne;
            return out;
        }
        out.op = op;
    } else if (op == CompareOp::lt) {
        out.op = whole ? CompareOp::lt : CompareOp::le;
    } else if (op == CompareOp::ge) {
        out.op = whole ? CompareOp::ge : CompareOp::gt;
    } else {
        out.op = op;
    }
    if (floor > Int128{kForever} || floor <= Int128{kMissing}) {
        const bool above = floor > 0;  // the constant lies above every value
        out.decided = true;
        out.result = op == CompareOp::ne || (above ? op == CompareOp::lt || op == CompareOp::le
                                                   : op == CompareOp::gt || op == CompareOp::ge);
        return out;
    }
    out.bound = static_cast<std::int64_t>(floor);
    return out;
}

}  // namespace

std::string GroupEmitter::not_false(const std::string& truth) {
    if (truth == "0") return "0";
    if (truth == kTrueText || is_undecided(truth)) return "1";
    return w_.value("icmp ne i64 {}, 0", truth);
}

std::string GroupEmitter::truth_if(const std::string& condition) {
    if (condition == "0") return "0";
    if (condition == "1") return kTrueText;
    return w_.value("select i1 {}, i64 {}, i64 0", condition, kTrueText);
}

std::string GroupEmitter::negate(const std::string& truth) {
    if (truth == "0") return kTrueText;
    if (truth == kTrueText) return "0";
    if (is_undecided(truth)) return truth;
    const std::string shift = w_.value("mul i64 {}, 3", truth);
    const std::string table = w_.value("lshr i64 {}, {}", abi::kNegations, shift);
    return w_.value("and i64 {}, 7", table);
}

std::string GroupEmitter::both(const std::string& a, const std::string& b) {
    if (a == "0" || b == "0") return "0";
    if (a == kTrueText) return b;
    if (b == kTrueText) return a;
    return w_.value("call i64 @llvm.umin.i64(i64 {}, i64 {})", a, b);
}

std::string GroupEmitter::any_of(const std::string& a, const std::string& b) {
    if (a == kTrueText || b == kTrueText) return kTrueText;
    if (a == "0") return b;
    if (b == "0") return a;
    if (!faults_) return w_.value("call i64 @llvm.umax.i64(i64 {}, i64 {})", a, b);
    return negate(both(negate(a), negate(b)));
}

std::string GroupEmitter::and_bits(const std::string& a, const std::string& b) {
    if (a == "0" || b == "0") return "0";
    if (a == "1") return b;
    if (b == "1") return a;
    return w_.value("and i1 {}, {}", a, b);
}

std::string GroupEmitter::state(NodeId id, const View& view) {
    const Key key = key_of(id, view);
    if (const auto found = states_.find(key); found != states_.end()) return found->second;
    std::string truth = state_uncached(id, view);
    if (sabotaged(id)) truth = negate(truth);
    states_[key] = truth;
    memo_log_.emplace_back(true, key);
    return truth;
}

std::string GroupEmitter::state_uncached(NodeId id, const View& view) {
    const Node& node = pack_[id];
    const auto snapshot = [&](std::uint32_t byte) {
        const std::string kept = w_.load("i8", w_.offset("%state", byte));
        return w_.value("zext i8 {} to i64", kept);
    };
    const auto spec_call = [&](const char* function, std::uint32_t index) {
        return host(function, "i64", fmt::format("ptr %ctx, ptr %state, i32 {}", index));
    };
    switch (node.kind) {
    case NodeKind::truth: return node.truth == 0 ? "0" : node.truth == 1 ? kTrueText : kUnknownText;
    case NodeKind::compare:
        for (const std::size_t place : {0, 1}) {
            if (group_.count_of.count(node.inputs[place]) == 0) continue;
            return compare_ring(node.inputs[place], pack_[node.inputs[1 - place]].number,
                place == 0 ? node.compare : mirrored(node.compare));
        }
        return compare(value(node.inputs[0], view), value(node.inputs[1], view), node.compare);
    case NodeKind::is_true: {
        const Value of = value(node.inputs[0], view);
        const std::string code = word(of);
        const std::string missing = w_.value("icmp eq i64 {}, {}", code, kMissingText);
        const std::string set = w_.value("icmp ne i64 {}, 0", code);
        return w_.value("select i1 {}, i64 {}, i64 {}", missing, kUnknownText, truth_if(set));
    }
    case NodeKind::not_: return negate(state(node.inputs[0], view));
    case NodeKind::and_:
    case NodeKind::or_: {
        std::string out = state(node.inputs[0], view);
        for (std::size_t i = 1; i < node.inputs.size(); ++i) {
            const std::string next = state(node.inputs[i], view);
            out = node.kind == NodeKind::and_ ? both(out, next) : any_of(out, next);
        }
        return out;
    }
    case NodeKind::not_true: {
        const std::string of = state(node.inputs[0], view);
        return truth_if(w_.value("icmp ne i64 {}, {}", of, kTrueText));
    }
    case NodeKind::is_missing: return truth_if(unknown(value(node.inputs[0], view)));
    case NodeKind::member: {
        const Value of = value(node.inputs[0], view);
        const std::uint32_t index = group_.text_of.at(id);
        if (of.shape.numeric) {
            return host("ch_member_number", "i64",
                fmt::format("ptr %ctx, i32 {}, ptr {}", index, number(of)));
        }
        return host(
            "ch_member_word", "i64", fmt::format("ptr %ctx, i32 {}, i64 {}", index, word(of)));
    }
    case NodeKind::contains:
        return host("ch_contains", "i64",
            fmt::format("ptr %ctx, i32 {}, i64 {}", group_.text_of.at(id),
                word(value(node.inputs[0], view))));
    case NodeKind::overlaps: {
        const auto is_set = [&](NodeId input) {
            return pack_[input].type.kind == TypeKind::texts ? 1 : 0;
        };
        const std::string left = word(value(node.inputs[0], view));
        const std::string right = word(value(node.inputs[1], view));
        return host("ch_overlaps", "i64",
            fmt::format("ptr %ctx, i64 {}, i32 {}, i64 {}, i32 {}", left, is_set(node.inputs[0]),
                right, is_set(node.inputs[1])));
    }
    case NodeKind::streak: {
        const std::uint32_t index = group_.streak_of.at(id);
        if (group_.spec.streaks[index].runs_only) return streak_runs(group_.spec.streaks[index]);
        if (view.before) return snapshot(group_.spec.streaks[index].snapshot);
        return spec_call("ch_streak", index);
    }
    case NodeKind::consecutive: {
        const std::uint32_t index = group_.consecutive_of.at(id);
        if (view.before) return snapshot(group_.spec.consecutives[index].snapshot);
        if (node.unit != core::Unit::working_day) {
            const auto& spec = group_.spec.consecutives[index];
            const std::string holds = host("ck_units_hold", "i32",
                fmt::format("ptr {}, i64 {}, i32 {}, i64 {}", w_.offset("%state", spec.cell),
                    unit_index(spec.unit), spec.mode, spec.count));
            return truth_if(w_.value("icmp ne i32 {}, 0", holds));
        }
        return spec_call("ch_consecutive", index);
    }
    case NodeKind::hold: {
        const std::uint32_t index = group_.hold_of.at(id);
        if (view.before) return snapshot(group_.spec.holds[index].snapshot);
        return host("ch_hold", "i64", fmt::format("ptr %ctx, ptr %state, i32 {}, i32 0", index));
    }
    case NodeKind::silence: return spec_call("ch_silence", group_.silence_of.at({id, view.before}));
    case NodeKind::known_for:
        return host("ch_known_for", "i64",
            fmt::format("ptr %ctx, ptr %state, i64 {}, i32 {}", node.high, view.before ? 1 : 0));
    case NodeKind::before_this: {
        View inner = view;
        inner.before = true;
        return state(node.inputs[0], inner);
    }
    case NodeKind::exists_around: {
        const std::string at = word(value(node.inputs[1], view));
        const std::string self = self_pointer(view);
        if (!node.correlation.empty() && self == "null") return "0";
        context_of_[id] = view.self.node;
        return host("ch_exists", "i64",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}, ptr {}",
                group_.reader_of.at({id, view.before}), at, self));
    }
    case NodeKind::shift: return spec_call("ch_shift", group_.reader_of.at({id, view.before}));
    case NodeKind::cluster: return spec_call("ch_cluster", group_.reader_of.at({id, view.before}));
    default: return kUnknownText;  // not a state: core never asks
    }
}

std::string GroupEmitter::compare_count(
    const Value& count, const Rational& constant, CompareOp op) {
    const auto bound = bound_of(constant, 0, op);
    std::string out;
    if (!bound) {
        return kUnknownText;
    }
    if (bound->decided && (op == CompareOp::eq || op == CompareOp::ne) &&
        constant.denominator != 1) {
        // Never equal, yet undecided where the constant lies between the ends.
        Int128 floor = constant.numerator / constant.denominator;
        if (constant.numerator % constant.denominator < 0) --floor;
        const auto edge =
            static_cast<std::int64_t>(std::clamp<Int128>(floor, kMissing + 1, kForever - 1));
        const std::string below = w_.value("icmp sle i64 {}, {}", count.b, edge);
        const std::string above = w_.value("icmp sgt i64 {}, {}", count.a, edge);
        const std::string outside = w_.value("or i1 {}, {}", below, above);
        out = w_.value("select i1 {}, i64 {}, i64 {}", outside,
            op == CompareOp::ne ? abi::kTrue : abi::kFalse, kUnknownText);
    } else if (bound->decided) {
        out = bound->result ? kTrueText : "0";
    } else if (op == CompareOp::eq || op == CompareOp::ne) {
        const std::string low_is = w_.value("icmp eq i64 {}, {}", count.a, bound->bound);
        const std::string high_is = w_.value("icmp eq i64 {}, {}", count.b, bound->bound);
        const std::string exact = w_.value("and i1 {}, {}", low_is, high_is);
        const std::string above = w_.value("icmp sgt i64 {}, {}", count.a, bound->bound);
        const std::string below = w_.value("icmp slt i64 {}, {}", count.b, bound->bound);
        const std::string outside = w_.value("or i1 {}, {}", above, below);
        const std::string unsure = w_.value("select i1 {}, i64 0, i64 {}", outside, kUnknownText);
        out = w_.value("select i1 {}, i64 {}, i64 {}", exact, kTrueText, unsure);
        if (op == CompareOp::ne) out = negate(out);
    } else {
        const std::string low =
            w_.value("icmp {} i64 {}, {}", predicate(bound->op), count.a, bound->bound);
        const std::string high =
            w_.value("icmp {} i64 {}, {}", predicate(bound->op), count.b, bound->bound);
        const std::string all = w_.value("and i1 {}, {}", low, high);
        const std::string some = w_.value("or i1 {}, {}", low, high);
        const std::string unsure = w_.value("select i1 {}, i64 {}, i64 0", some, kUnknownText);
        out = w_.value("select i1 {}, i64 {}, i64 {}", all, kTrueText, unsure);
    }
    const std::string missing = w_.value("icmp eq i64 {}, {}", count.a, kMissingText);
    return w_.value("select i1 {}, i64 {}, i64 {}", missing, kUnknownText, out);
}

std::string GroupEmitter::compare(const Value& left, const Value& right, CompareOp op) {
    using abi::Rep;
    if (left.constant && !right.constant) return compare(right, left, mirrored(op));
    if (left.shape.rep == Rep::count && right.constant)
        return compare_count(left, *right.constant, op);
    if (left.shape.rep == Rep::word && !left.constant && right.constant && left.shape.numeric) {
        if (const auto bound = bound_of(*right.constant, left.shape.decimals, op)) {
            const std::string missing = w_.value("icmp eq i64 {}, {}", left.a, kMissingText);
            const std::string result = bound->decided
                                           ? (bound->result ? kTrueText : "0")
                                           : truth_if(w_.value("icmp {} i64 {}, {}",
                                                 predicate(bound->op), left.a, bound->bound));
            return w_.value("select i1 {}, i64 {}, i64 {}", missing, kUnknownText, result);
        }
    }
    const bool words = left.shape.rep == Rep::word && right.shape.rep == Rep::word &&
                       !left.constant && !right.constant &&
                       (left.shape.decimals == right.shape.decimals || !left.shape.numeric);
    if (words) {
        const std::string left_missing = w_.value("icmp eq i64 {}, {}", left.a, kMissingText);
        const std::string right_missing = w_.value("icmp eq i64 {}, {}", right.a, kMissingText);
        const std::string missing = w_.value("or i1 {}, {}", left_missing, right_missing);
        const std::string result =
            truth_if(w_.value("icmp {} i64 {}, {}", predicate(op), left.a, right.a));
        return w_.value("select i1 {}, i64 {}, i64 {}", missing, kUnknownText, result);
    }
    const auto bounds = [&](const Value& of) -> std::pair<std::string, std::string> {
        if (of.shape.rep != Rep::count) {
            const std::string pointer = number(of);
            return {pointer, pointer};
        }
        const std::string low = w_.slot("[5 x i64]"), high = w_.slot("[5 x i64]");
        host("ch_number_word", "void", fmt::format("ptr {}, i64 {}, i32 0", low, of.a));
        host("ch_number_word", "void", fmt::format("ptr {}, i64 {}, i32 0", high, of.b));
        return {low, high};
    };
    const auto [left_low, left_high] = bounds(left);
    const auto [right_low, right_high] = bounds(right);
    return host("ch_compare", "i64",
        fmt::format("ptr {}, ptr {}, ptr {}, ptr {}, i32 {}", left_low, left_high, right_low,
            right_high, static_cast<int>(op)));
}

}  // namespace clausal::compiled
