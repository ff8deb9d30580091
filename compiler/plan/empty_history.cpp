#include "compiler/plan/empty_history.h"

#include <optional>

namespace clausal::plan {

using core::Node;
using core::NodeId;
using core::NodeKind;

namespace {

struct EmptyValue {
    enum class Kind : std::uint8_t { any, unknown, number } kind = Kind::any;
    Rational number;
};

EmptyValue value_when_empty(const core::CorePack& pack, NodeId value) {
    const Node& node = pack[value];
    if (node.kind == NodeKind::latest) return {EmptyValue::Kind::unknown, {}};
    if (node.kind == NodeKind::aggregate && node.window.offset == 0) {
        if (node.aggregate == core::AggregateOp::count ||
            node.aggregate == core::AggregateOp::sum || node.aggregate == core::AggregateOp::keys) {
            return {EmptyValue::Kind::number, {0, 1}};
        }
        return {EmptyValue::Kind::unknown, {}};
    }
    if (node.kind == NodeKind::constant && core::is_numeric(node.type.kind)) {
        return {EmptyValue::Kind::number, node.number};
    }
    return {};
}

bool holds(core::CompareOp op, int order) {
    switch (op) {
    case core::CompareOp::lt: return order < 0;
    case core::CompareOp::le: return order <= 0;
    case core::CompareOp::eq: return order == 0;
    case core::CompareOp::ne: return order != 0;
    case core::CompareOp::gt: return order > 0;
    case core::CompareOp::ge: return order >= 0;
    }
    return true;
}

// The truths of a conjunction (or, mirrored, of a disjunction).
unsigned combine(unsigned a, unsigned b, bool conjunction) {
    unsigned out = 0;
    for (unsigned i = 0; i < 3; ++i) {
        for (unsigned j = 0; j < 3; ++j) {
            if ((a >> i & 1U) == 0 || (b >> j & 1U) == 0) continue;
            out |= 1U << (conjunction ? (i < j ? i : j) : (i > j ? i : j));
        }
    }
    return out;
}

}  // namespace

unsigned truths_when_empty(const core::CorePack& pack, NodeId state) {
    const Node& node = pack[state];
    switch (node.kind) {
    case NodeKind::truth:
        return node.truth == 0 ? kMayBeFalse : node.truth == 1 ? kMayBeTrue : kMayBeUnknown;
    case NodeKind::compare: {
        const EmptyValue left = value_when_empty(pack, node.inputs[0]);
        const EmptyValue right = value_when_empty(pack, node.inputs[1]);
        if (left.kind == EmptyValue::Kind::unknown || right.kind == EmptyValue::Kind::unknown)
            return kMayBeUnknown;
        if (left.kind == EmptyValue::Kind::any || right.kind == EmptyValue::Kind::any)
            return kMayBeAny;
        return holds(node.compare, compare(left.number, right.number)) ? kMayBeTrue : kMayBeFalse;
    }
    case NodeKind::not_: {
        const unsigned of = truths_when_empty(pack, node.inputs[0]);
        return (of & kMayBeUnknown) | ((of & kMayBeFalse) != 0 ? kMayBeTrue : 0U) |
               ((of & kMayBeTrue) != 0 ? kMayBeFalse : 0U);
    }
    case NodeKind::and_:
    case NodeKind::or_: {
        unsigned out = truths_when_empty(pack, node.inputs[0]);
        for (std::size_t i = 1; i < node.inputs.size(); ++i) {
            out =
                combine(out, truths_when_empty(pack, node.inputs[i]), node.kind == NodeKind::and_);
        }
        return out;
    }
    case NodeKind::streak: return kMayBeFalse;
    case NodeKind::consecutive:
    case NodeKind::exists_around: return kMayBeFalse | kMayBeUnknown;
    case NodeKind::shift: return kMayBeUnknown;
    default: return kMayBeAny;
    }
}

}  // namespace clausal::plan
