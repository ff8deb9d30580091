#include "compiler/plan/threshold_families.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace clausal::plan {

using core::CompareOp;
using core::Node;
using core::NodeKind;

namespace {

constexpr std::size_t kMostRules = 60'000;  // positions are 16 bits wide
constexpr std::int64_t kLongestCount = 64;  // of a streak or units: their ring is in the state

CompareOp opposite(CompareOp op) {
    switch (op) {
    case CompareOp::lt: return CompareOp::ge;
    case CompareOp::le: return CompareOp::gt;
    case CompareOp::ge: return CompareOp::lt;
    case CompareOp::gt: return CompareOp::le;
    case CompareOp::eq:
    case CompareOp::ne: break;
    }
    return op;
}

// One way to see a condition as a family's: the comparison whose constant varies, and all else as text.
struct View {
    NodeId comparison = kNone, value = kNone, counted = kNone;
    bool greater = false, inclusive = false;
    Rational threshold;  // negated where `greater`
    std::vector<NodeId> above;
    std::string key;
};

class Viewer {
public:
    explicit Viewer(const core::CorePack& pack) : pack_(pack) {}

    std::vector<View> views(NodeId condition) {
        const Node& node = pack_[condition];
        std::vector<View> out;
        switch (node.kind) {
        case NodeKind::event:
            if (node.derived.empty() && input_of(node, 0) != kNone)
                out = filters(condition, node.inputs[0], false);
            break;
        case NodeKind::filtered:
            if (node.derived.empty()) out = filters(condition, node.inputs[1], false);
            break;
        default:
            if (is_occurrence(pack_, condition)) break;
            out = state(condition, false);
            if (!is_uniform(condition) && may_fault(condition)) out.clear();
        }
        for (View& view : out) view.key += is_occurrence(pack_, condition) ? " O" : " S";
        return out;
    }

private:
    // Whether a fault is that of all thresholds, or is forgotten: faults are counted per rule.
    bool is_uniform(NodeId state) const {
        const NodeKind kind = pack_[state].kind;
        if (kind == NodeKind::not_) return is_uniform(pack_[state].inputs[0]);
        return kind == NodeKind::compare || kind == NodeKind::streak ||
               kind == NodeKind::consecutive;
    }

    // All text of a node but its inputs; what is not printed here makes no difference between
    // nodes of these kinds.
    std::string head(NodeId id) const {
        const Node& node = pack_[id];
        return fmt::format("{}:{}:{}:{}:{}:{}:{}:{}", core::name_of(node.kind), node.event,
            node.reference, node.count, node.negated, static_cast<int>(node.unit),
            static_cast<int>(node.mode), node.calendar);
    }

    void enter(View& view, NodeId id, const std::string& others) const {
        view.above.push_back(id);
        view.key += fmt::format(" ({} {})", head(id), others);
    }

    // `negated`: the state's negation is wanted.
    std::vector<View> state(NodeId id, bool negated) {
        const Node& node = pack_[id];
        std::vector<View> out;
        if (node.kind == NodeKind::compare) {
            if (auto view = comparison(id, negated)) out.push_back(std::move(*view));
        } else if (node.kind == NodeKind::not_) {
            out = state(node.inputs[0], !negated);
            for (View& view : out) view.above.push_back(id);
        } else if (node.kind == NodeKind::streak && !negated) {
            out = streak(id);
        } else if (node.kind == NodeKind::consecutive && !negated) {
            out = consecutive(id);
        } else if ((node.kind == NodeKind::and_ || node.kind == NodeKind::or_) && !negated) {
            for (const NodeId varying : node.inputs) {
                std::string others;
                for (const NodeId input : node.inputs) {
                    if (input != varying) others += fmt::format(" {}", input);
                }
                for (View& view : state(varying, false)) {
                    // Exactly one input varies: the others are shared as they are.
                    const auto of_path =
                        std::count_if(node.inputs.begin(), node.inputs.end(), [&](NodeId input) {
                            return std::find(view.above.begin(), view.above.end(), input) !=
                                   view.above.end();
                        });
                    if (of_path != 1) continue;
                    enter(view, id, others);
                    out.push_back(std::move(view));
                }
            }
        }
        return out;
    }

    std::optional<View> comparison(NodeId id, bool negated) const {
        const Node& node = pack_[id];
        CompareOp op = negated ? opposite(node.compare) : node.compare;
        if (op == CompareOp::eq || op == CompareOp::ne) return std::nullopt;
        NodeId value = node.inputs[0], constant = node.inputs[1];
        if (pack_[constant].kind != NodeKind::constant) {
            std::swap(value, constant);
            op = mirrored(op);
        }
        const Node& threshold = pack_[constant];
        if (threshold.kind != NodeKind::constant || pack_[value].kind == NodeKind::constant ||
            !core::is_numeric(threshold.type.kind) || !is_small(threshold)) {
            return std::nullopt;
        }
        View out;
        out.comparison = id;
        out.value = value;
        out.greater = op == CompareOp::gt || op == CompareOp::ge;
        out.inclusive = op == CompareOp::le || op == CompareOp::ge;
        out.threshold = threshold.number;
        if (out.greater) out.threshold.numerator = -out.threshold.numerator;
        out.above.push_back(id);
        out.key = fmt::format("n{} {}", value, out.greater ? '>' : '<');
        return out;
    }

    // Scaled to any word that holds such a value it stays far from the ends.
    static bool is_small(const Node& constant) {
        const bool whole =
            constant.type.kind == TypeKind::duration || constant.type.kind == TypeKind::integer;
        const Int128 most = whole ? Int128{1} << 61 : Int128{1} << 30;
        const Rational& number = constant.number;
        Int128 bound = 0;
        return !__builtin_mul_overflow(most, number.denominator, &bound) &&
               number.numerator < bound && number.numerator > -bound;
    }

    std::vector<View> filters(NodeId id, NodeId filter, bool negated) {
        const Node& node = pack_[id];
        const bool is_event = node.kind == NodeKind::event;
        std::vector<View> out = state(filter, negated);
        if (!(is_event && is_uniform(filter)) && may_fault(id)) out.clear();
        for (View& view : out)
            enter(view, id, is_event ? "" : fmt::format("of {}", node.inputs[0]));
        return out;
    }

    std::vector<View> streak(NodeId id) {
        const Node& node = pack_[id];
        const Node& of = pack_[node.inputs[0]];
        std::vector<View> out;
        if (input_of(node, 1) != kNone || node.count < 1 || node.count > kLongestCount ||
            !of.derived.empty())
            return out;
        if (of.kind == NodeKind::event && input_of(of, 0) != kNone) {
            out = state(of.inputs[0], node.negated);
        } else if (of.kind == NodeKind::filtered && filters_event(pack_, node.inputs[0]) &&
                   !node.negated) {
            out = state(of.inputs[1], false);
        }
        std::erase_if(out, [](const View& view) { return view.counted != kNone; });
        for (View& view : out) {
            enter(view, node.inputs[0],
                of.kind == NodeKind::filtered ? fmt::format("of {}", of.inputs[0]) : "");
            enter(view, id, "");
            view.counted = id;
        }
        return out;
    }

    std::vector<View> consecutive(NodeId id) {
        const Node& node = pack_[id];
        std::vector<View> out;
        // Only a bare comparison is known or unknown for all thresholds at once.
        if (node.unit == core::Unit::working_day || node.count < 1 || node.count > kLongestCount ||
            pack_[node.inputs[1]].kind != NodeKind::compare || !is_word(pack_[node.inputs[1]])) {
            return out;
        }
        out = state(node.inputs[1], false);
        for (View& view : out) {
            enter(view, id, fmt::format("of {}", node.inputs[0]));
            view.counted = id;
        }
        return out;
    }

    // Neither a count with bounds nor what may be one.
    bool is_word(const Node& comparison) const {
        return std::all_of(comparison.inputs.begin(), comparison.inputs.end(), [&](NodeId input) {
            const NodeKind kind = pack_[input].kind;
            return kind == NodeKind::constant || kind == NodeKind::field;
        });
    }

    bool may_fault(NodeId id) {
        if (id == kNone) return false;
        if (faults_.empty()) faults_.resize(pack_.nodes.size());
        if (!faults_[id]) {
            const Node& node = pack_[id];
            bool out =
                node.kind == NodeKind::arithmetic || node.kind == NodeKind::negative ||
                node.kind == NodeKind::round || node.kind == NodeKind::shift ||
                node.kind == NodeKind::keyword_density || node.kind == NodeKind::add_days ||
                node.kind == NodeKind::add_working_time ||
                (node.kind == NodeKind::aggregate && node.aggregate != core::AggregateOp::count &&
                    node.aggregate != core::AggregateOp::minimum &&
                    node.aggregate != core::AggregateOp::maximum);
            for (const NodeId input : node.inputs) out = out || may_fault(input);
            for (const NodeId value : node.derived) out = out || may_fault(value);
            faults_[id] = out;
        }
        return *faults_[id];
    }

    const core::CorePack& pack_;
    std::vector<std::optional<bool>> faults_;
};

int order(const Rational& a, const Rational& b) { return compare(a, b); }

}  // namespace

std::vector<Family> find_families(
    const core::CorePack& pack, const std::vector<std::uint32_t>& rules) {
    struct Member {
        std::uint32_t place;
        View view;
    };
    Viewer viewer(pack);
    std::map<std::string, std::vector<Member>> by_key;
    for (std::uint32_t place = 0; place < rules.size(); ++place) {
        for (View& view : viewer.views(pack.rules[rules[place]].condition)) {
            const std::string key = view.key;
            by_key[key].push_back({place, std::move(view)});
        }
    }
    // A rule with several comparisons goes to the largest family that it can be in.
    std::vector<std::vector<Member>*> largest;
    for (auto& [key, members] : by_key) {
        if (members.size() >= 2) largest.push_back(&members);
    }
    std::stable_sort(largest.begin(), largest.end(),
        [](const auto* a, const auto* b) { return a->size() > b->size(); });
    std::vector<bool> taken(rules.size(), false);
    std::vector<Family> out;
    for (std::vector<Member>* members : largest) {
        std::erase_if(*members, [&](const Member& member) { return taken[member.place]; });
        if (members->size() < 2) continue;
        if (members->size() > kMostRules) members->resize(kMostRules);
        std::stable_sort(members->begin(), members->end(), [](const Member& a, const Member& b) {
            const int by = order(a.view.threshold, b.view.threshold);
            return by != 0 ? by < 0 : a.view.inclusive < b.view.inclusive;
        });
        Family family;
        const View& first = members->front().view;
        family.condition = pack.rules[rules[members->front().place]].condition;
        family.comparison = first.comparison;
        family.value = first.value;
        family.greater = first.greater;
        family.above = first.above;
        family.counted = first.counted;
        family.is_state = !is_occurrence(pack, family.condition);
        for (const Member& member : *members) {
            taken[member.place] = true;
            family.places.push_back(member.place);
            family.numbers.push_back(member.view.threshold);
            family.inclusive.push_back(member.view.inclusive ? 1 : 0);
        }
        out.push_back(std::move(family));
    }
    return out;
}

void for_each_shared(
    const core::CorePack& pack, const Family& family, const std::function<void(NodeId)>& use) {
    const auto is_above = [&](NodeId id) {
        return std::find(family.above.begin(), family.above.end(), id) != family.above.end();
    };
    for (const NodeId id : family.above) {
        if (id == family.comparison) {
            use(family.value);
            continue;
        }
        for (const NodeId input : pack[id].inputs) {
            if (input != kNone && !is_above(input)) use(input);
        }
    }
}

}  // namespace clausal::plan
