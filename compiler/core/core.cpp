#include "compiler/core/core.h"

#include <functional>

namespace clausal::core {
namespace {

struct Hasher {
    std::uint64_t value = 1469598103934665603ULL;
    void add(std::uint64_t word) { value = (value ^ word) * 1099511628211ULL + (value >> 29U); }
    void add(std::int64_t word) { add(static_cast<std::uint64_t>(word)); }
    void add(std::uint32_t word) { add(static_cast<std::uint64_t>(word)); }
    void add(const std::string& text) {
        add(static_cast<std::uint64_t>(std::hash<std::string>{}(text)));
    }
};

std::uint64_t hash_of(const Node& node) {
    Hasher hasher;
    hasher.add(static_cast<std::uint64_t>(node.kind));
    for (const NodeId input : node.inputs) hasher.add(input);
    for (const NodeId value : node.derived) hasher.add(value);
    hasher.add(node.event);
    hasher.add(node.reference);
    hasher.add(node.rule);
    hasher.add(node.slot);
    hasher.add(static_cast<std::uint64_t>(node.frame));
    hasher.add(static_cast<std::uint64_t>(node.compare));
    hasher.add(static_cast<std::uint64_t>(node.arithmetic));
    hasher.add(static_cast<std::uint64_t>(node.aggregate));
    hasher.add(node.window.length);
    hasher.add(node.window.offset);
    hasher.add(node.low);
    hasher.add(node.high);
    hasher.add(node.count);
    hasher.add(node.code);
    hasher.add(node.truth);
    hasher.add(static_cast<std::int64_t>(node.number.numerator));
    hasher.add(static_cast<std::int64_t>(node.number.denominator));
    hasher.add(node.text);
    for (const std::string& word : node.words) hasher.add(word);
    return hasher.value;
}

bool same(const Node& a, const Node& b) {
    return a.kind == b.kind && a.inputs == b.inputs && a.derived == b.derived && a.type == b.type &&
           a.derived_types == b.derived_types && a.event == b.event && a.reference == b.reference &&
           a.rule == b.rule && a.slot == b.slot && a.frame == b.frame && a.compare == b.compare &&
           a.arithmetic == b.arithmetic && a.aggregate == b.aggregate &&
           a.percentile == b.percentile && a.window == b.window && a.low == b.low &&
           a.high == b.high && a.correlation == b.correlation &&
           a.unless_correlation == b.unless_correlation && a.pick == b.pick &&
           a.direction == b.direction && a.count == b.count && a.negated == b.negated &&
           a.before == b.before && a.open == b.open && a.unit == b.unit && a.mode == b.mode &&
           a.calendar == b.calendar && a.list == b.list && a.minute_of_day == b.minute_of_day &&
           a.deviations == b.deviations && a.rounding == b.rounding &&
           a.round_decimals == b.round_decimals && a.truth == b.truth &&
           a.number.numerator == b.number.numerator &&
           a.number.denominator == b.number.denominator && a.text == b.text && a.words == b.words &&
           a.code == b.code;
}

}  // namespace

Sort sort_of(NodeKind kind) {
    switch (kind) {
#define CLAUSAL_CORE(name, sort, inputs) \
    case NodeKind::name: return Sort::sort;
#include "compiler/core/node_kinds.def"
#undef CLAUSAL_CORE
    }
    return Sort::state;
}

const char* name_of(NodeKind kind) {
    switch (kind) {
#define CLAUSAL_CORE(name, sort, inputs) \
    case NodeKind::name: return #name;
#include "compiler/core/node_kinds.def"
#undef CLAUSAL_CORE
    }
    return "?";
}

NodeId Builder::add(Node node, Span span) {
    const NodeId id = find_or_add(std::move(node), span);
    if (places_ != nullptr) places_->emplace(id, span);
    return id;
}

NodeId Builder::find_or_add(Node node, Span span) {
    std::vector<NodeId>& bucket = buckets_[hash_of(node)];
    for (const NodeId id : bucket) {
        if (same(pack_.nodes[id], node)) return id;
    }
    const auto id = static_cast<NodeId>(pack_.nodes.size());
    pack_.nodes.push_back(std::move(node));
    pack_.spans.push_back(span);
    bucket.push_back(id);
    return id;
}

}  // namespace clausal::core
