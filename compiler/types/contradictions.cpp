// Conditions that can never be true, and those that say nothing: conjunctions that leave no value,
// alternatives that leave none out (SEMANTICS 10, 33). Sound, and incomplete.

#include "compiler/types/comparisons.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "compiler/core/bounds.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

using core::CompareOp;

namespace {

CompareOp contrary(CompareOp op) {
    static constexpr CompareOp kContrary[] = {
        CompareOp::ge, CompareOp::gt, CompareOp::ne, CompareOp::eq, CompareOp::lt, CompareOp::le};
    return kContrary[static_cast<std::size_t>(op)];
}

// The values that conjuncts leave for one expression.
struct Domain {
    std::optional<Rational> low, high;
    bool low_open = false, high_open = false;
    std::vector<Rational> excluded;
    std::optional<std::vector<Rational>> allowed;
    std::set<std::string> excluded_texts;
    std::optional<std::set<std::string>> allowed_texts;
    bool whole = false;

    void above(const Rational& value, bool open) {
        const int order = low ? clausal::compare(value, *low) : 1;
        if (order > 0) {
            low = value;
            low_open = open;
        } else if (order == 0) {
            low_open = low_open || open;
        }
    }
    void below(const Rational& value, bool open) {
        const int order = high ? clausal::compare(value, *high) : -1;
        if (order < 0) {
            high = value;
            high_open = open;
        } else if (order == 0) {
            high_open = high_open || open;
        }
    }
    void add(CompareOp op, const Rational& value) {
        if (op == CompareOp::lt || op == CompareOp::le) below(value, op == CompareOp::lt);
        if (op == CompareOp::gt || op == CompareOp::ge) above(value, op == CompareOp::gt);
        if (op == CompareOp::eq) {
            above(value, false);
            below(value, false);
        }
        if (op == CompareOp::ne) excluded.push_back(value);
    }
    void only(const std::vector<Rational>& values) {
        if (!allowed) {
            allowed = values;
            return;
        }
        std::erase_if(*allowed, [&](const Rational& value) { return !is_in(values, value); });
    }
    void only_texts(const std::set<std::string>& texts) {
        if (!allowed_texts) {
            allowed_texts = texts;
            return;
        }
        std::erase_if(
            *allowed_texts, [&](const std::string& text) { return !texts.contains(text); });
    }
    static bool is_in(const std::vector<Rational>& values, const Rational& value) {
        return std::any_of(values.begin(), values.end(),
            [&](const Rational& other) { return clausal::compare(other, value) == 0; });
    }
    bool holds(const Rational& value) const {
        if (whole && value.denominator != 1) return false;
        if (is_in(excluded, value)) return false;
        const int from_low = low ? clausal::compare(value, *low) : 1;
        const int from_high = high ? clausal::compare(value, *high) : -1;
        return (from_low > 0 || (from_low == 0 && !low_open)) &&
               (from_high < 0 || (from_high == 0 && !high_open));
    }
    // The least and the greatest whole number, where there is a bound.
    std::optional<Int128> first() const {
        if (!low) return std::nullopt;
        Int128 value = low->numerator / low->denominator;
        if (low->numerator > 0 && low->numerator % low->denominator != 0) ++value;
        if (low->denominator == 1 && low_open) ++value;
        return value;
    }
    std::optional<Int128> last() const {
        if (!high) return std::nullopt;
        Int128 value = high->numerator / high->denominator;
        if (high->numerator < 0 && high->numerator % high->denominator != 0) --value;
        if (high->denominator == 1 && high_open) --value;
        return value;
    }
    bool empty() const {
        if (allowed_texts) {
            const bool one_left = std::any_of(allowed_texts->begin(), allowed_texts->end(),
                [&](const std::string& text) { return !excluded_texts.contains(text); });
            if (!one_left) return true;
        }
        if (allowed && std::none_of(allowed->begin(), allowed->end(),
                           [&](const Rational& value) { return holds(value); }))
            return true;
        if (!low || !high) return false;
        const int order = clausal::compare(*low, *high);
        if (order > 0 || (order == 0 && !holds(*low))) return true;
        if (!whole || order == 0) return false;
        // Between two bounds no whole number may be left.
        constexpr Int128 kFew = 200;
        const Int128 from = *first();
        const Int128 to = *last();
        if (to - from > kFew) return false;
        for (Int128 value = from; value <= to; ++value) {
            if (holds(Rational{value, 1})) return false;
        }
        return true;
    }
};

bool is_count(const core::Node& node) {
    return node.kind == CoreKind::aggregate && (node.aggregate == core::AggregateOp::count ||
                                                   node.aggregate == core::AggregateOp::distinct);
}

// A number of some of the events over the number of all of them.
bool is_share(const core::CorePack& pack, const core::Node& node) {
    if (node.kind != CoreKind::arithmetic || node.arithmetic != core::ArithmeticOp::divide)
        return false;
    const core::Node& some = pack[node.inputs[0]];
    const core::Node& all = pack[node.inputs[1]];
    if (!is_count(some) || some.aggregate != all.aggregate || !is_count(all) ||
        !(some.window == all.window) || some.correlation != all.correlation)
        return false;
    if (!std::equal(
            some.inputs.begin() + 1, some.inputs.end(), all.inputs.begin() + 1, all.inputs.end()))
        return false;
    const core::Node& of = pack[some.inputs[0]];
    return of.kind == CoreKind::filtered && of.inputs[0] == all.inputs[0];
}

// What is known of an expression whatever happens.
Domain natural(const core::CorePack& pack, NodeId id) {
    const core::Node& node = pack[id];
    Domain out;
    out.whole = node.type.kind == TypeKind::integer || node.type.kind == TypeKind::choice;
    const bool not_negative =
        is_count(node) ||
        (node.kind == CoreKind::aggregate && node.aggregate == core::AggregateOp::keys) ||
        node.kind == CoreKind::elapsed || node.kind == CoreKind::keyword_density ||
        (node.kind == CoreKind::aggregate && (node.aggregate == core::AggregateOp::range ||
                                                 node.aggregate == core::AggregateOp::deviation));
    if (not_negative) out.above({0, 1}, false);
    if (is_share(pack, node)) {
        out.above({0, 1}, false);
        out.below({1, 1}, false);
    }
    if (node.type.kind == TypeKind::choice && !node.type.choices.empty()) {
        out.above({0, 1}, false);
        out.below({static_cast<Int128>(node.type.choices.size()) - 1, 1}, false);
    }
    return out;
}

struct Reason {
    const char* english;
    const char* chinese;
};

// A state, or its negation.
struct Part {
    NodeId id = kNone;
    bool negated = false;
};

// Values that must be there for the state to be true or false.
void needed(const core::CorePack& pack, NodeId id, std::set<NodeId>& out, int depth = 0) {
    if (id == kNone || depth > 60) return;
    const core::Node& node = pack[id];
    switch (node.kind) {
    case CoreKind::compare:
    case CoreKind::member:
    case CoreKind::contains:
    case CoreKind::overlaps:
    case CoreKind::is_true:
    case CoreKind::arithmetic:
    case CoreKind::negative:
    case CoreKind::round:
    case CoreKind::date_of:
    case CoreKind::weekday:
        for (const NodeId input : node.inputs) {
            if (input != kNone && out.insert(input).second) needed(pack, input, out, depth + 1);
        }
        break;
    default: break;
    }
}

// Why states cannot hold together; nothing if that is not proved.
class Conjunction {
public:
    explicit Conjunction(const core::CorePack& pack) : pack_(pack) {}

    std::optional<Reason> of(const std::vector<Part>& parts) {
        for (Part part : parts) {
            while (pack_[part.id].kind == CoreKind::not_) {
                part.id = pack_[part.id].inputs[0];
                part.negated = !part.negated;
            }
            if (const auto reason = add(part)) return reason;
        }
        for (const NodeId value : missing_) {
            if (needed_.contains(value))
                return Reason{"it asks for a value to be missing and compares it",
                    "它既要求该值缺失，又拿它作比较"};
        }
        return counts();
    }

private:
    static constexpr Reason kNoValue{"its bounds leave no value", "各个界限之间没有可取的值"};
    static constexpr Reason kNoText{"no text fulfils all of it", "没有文本能同时满足这些要求"};
    static constexpr Reason kNotWhole{"a whole number never has decimals", "整数不会有小数"};

    Domain& domain(NodeId of) {
        const auto found = domains_.find(of);
        if (found != domains_.end()) return found->second;
        return domains_.emplace(of, natural(pack_, of)).first->second;
    }

    std::optional<Reason> add(const Part& part) {
        (part.negated ? negative_ : positive_).insert(part.id);
        if (positive_.contains(part.id) && negative_.contains(part.id))
            return Reason{"it is joined with its own negation", "它与自己的否定同时要求成立"};
        const core::Node& node = pack_[part.id];
        if (node.kind == CoreKind::is_missing) {
            if (!part.negated) missing_.insert(node.inputs[0]);
            return std::nullopt;
        }
        needed(pack_, part.id, needed_);
        if (node.kind == CoreKind::silence && !part.negated) silences_.push_back(part.id);
        if (node.kind == CoreKind::member) return member(node, part.negated);
        if (node.kind != CoreKind::compare) return std::nullopt;
        if (const auto comparison = with_constant(pack_, part.id)) {
            Domain& left = domain(comparison->of);
            const CompareOp op = part.negated ? contrary(comparison->op) : comparison->op;
            left.add(op, comparison->value);
            if (left.whole && op == CompareOp::eq && comparison->value.denominator != 1)
                return kNotWhole;
            if (left.empty()) return kNoValue;
            return std::nullopt;
        }
        return two_values(node, part.negated ? contrary(node.compare) : node.compare);
    }

    std::optional<Reason> two_values(const core::Node& node, CompareOp op) {
        for (const std::size_t side : {0U, 1U}) {
            const core::Node& word = pack_[node.inputs[side]];
            if (word.kind != CoreKind::constant || word.type.kind != TypeKind::text) continue;
            Domain& left = domain(node.inputs[1 - side]);
            if (op == CompareOp::eq) left.only_texts({word.text});
            if (op == CompareOp::ne) left.excluded_texts.insert(word.text);
            if (left.empty()) return kNoText;
            return std::nullopt;
        }
        // Two expressions compared twice: their difference against zero.
        const bool swap = node.inputs[0] > node.inputs[1];
        Domain& difference = pairs_[swap ? std::pair{node.inputs[1], node.inputs[0]}
                                         : std::pair{node.inputs[0], node.inputs[1]}];
        difference.add(swap ? mirrored(op) : op, Rational{0, 1});
        if (difference.empty()) return kNoValue;
        return std::nullopt;
    }

    std::optional<Reason> member(const core::Node& node, bool negated) {
        if (node.list == kNone || pack_[node.inputs[0]].type.kind == TypeKind::texts)
            return std::nullopt;
        const core::ConstantList& list = pack_.lists.at(node.list);
        Domain& left = domain(node.inputs[0]);
        if (!list.texts.empty() || list.type.kind == TypeKind::text) {
            const std::set<std::string> texts(list.texts.begin(), list.texts.end());
            if (negated)
                left.excluded_texts.insert(texts.begin(), texts.end());
            else
                left.only_texts(texts);
        } else {
            std::vector<Rational> values = list.numbers;
            for (const std::int64_t code : list.codes) values.push_back({code, 1});
            if (negated)
                left.excluded.insert(left.excluded.end(), values.begin(), values.end());
            else
                left.only(values);
        }
        if (left.empty()) return left.allowed_texts ? kNoText : kNoValue;
        return std::nullopt;
    }

    // How far back a count looks; nothing where that cannot be compared.
    static std::optional<Microseconds> reach(const core::Node& node) {
        if (!is_count(node)) return std::nullopt;
        if (node.window.kind == Window::Kind::all) return kForever;
        if (node.window.kind == Window::Kind::sliding && node.window.offset == 0)
            return node.window.length;
        return std::nullopt;
    }

    // A shorter window holds no more than a longer one of the same events, and silence means none.
    std::optional<Reason> counts() const {
        for (const auto& [id, domain] : domains_) {
            const core::Node& node = pack_[id];
            const auto back = reach(node);
            const auto least = domain.first();
            if (!back || !least || *least < 1) continue;
            for (const NodeId silence : silences_) {
                const core::Node& none = pack_[silence];
                if (none.inputs[0] == node.inputs[0] && *back <= none.high)
                    return Reason{"it asks for an event in a time that must be without it",
                        "它要求在必须没有该事件的时段里有该事件"};
            }
            for (const auto& [other_id, longer] : domains_) {
                const core::Node& other = pack_[other_id];
                const auto other_back = reach(other);
                const auto most = longer.last();
                if (other_id == id || !other_back || !most || *other_back < *back ||
                    *most >= *least || other.inputs != node.inputs ||
                    other.aggregate != node.aggregate || other.correlation != node.correlation)
                    continue;
                return Reason{"the shorter time cannot hold more than the longer one",
                    "较短的时段里不可能比较长的时段里更多"};
            }
        }
        return std::nullopt;
    }

    const core::CorePack& pack_;
    std::map<NodeId, Domain> domains_;
    std::map<std::pair<NodeId, NodeId>, Domain> pairs_;
    std::set<NodeId> positive_, negative_, missing_, needed_;
    std::vector<NodeId> silences_;
};

std::optional<Reason> contradiction(const core::CorePack& pack, const std::vector<Part>& parts) {
    return Conjunction(pack).of(parts);
}

// All states that must hold together where node `id` does.
std::vector<NodeId> together(const core::CorePack& pack, NodeId id) {
    std::vector<NodeId> out;
    const core::Node& node = pack[id];
    if (node.kind == CoreKind::and_ || node.kind == CoreKind::compare ||
        node.kind == CoreKind::member)
        conjuncts(pack, id, out);
    if (node.kind == CoreKind::event) conjuncts(pack, node.inputs[0], out);
    if (node.kind == CoreKind::filtered) {
        conjuncts(pack, node.inputs[1], out);
        NodeId of = node.inputs[0];
        while (pack[of].kind == CoreKind::filtered) {
            conjuncts(pack, pack[of].inputs[1], out);
            of = pack[of].inputs[0];
        }
        if (pack[of].kind == CoreKind::event) conjuncts(pack, pack[of].inputs[0], out);
    }
    return out;
}

Microseconds longest(core::Unit unit) {
    switch (unit) {
    case core::Unit::hour: return kHour;
    case core::Unit::day: return kDay + 2 * kHour;  // clocks may be set back
    case core::Unit::week: return 7 * kDay + 2 * kHour;
    case core::Unit::month: return 31 * kDay + 2 * kHour;
    case core::Unit::year: return 366 * kDay + 2 * kHour;
    case core::Unit::working_day: break;  // ends with the data of the calendar
    }
    return kForever;
}

}  // namespace

std::optional<Comparison> with_constant(const core::CorePack& pack, NodeId id) {
    const core::Node& node = pack[id];
    if (node.kind != CoreKind::compare) return std::nullopt;
    const auto known = [&](NodeId side) -> std::optional<Rational> {
        const core::Node& value = pack[side];
        if (value.kind != CoreKind::constant) return std::nullopt;
        if (is_numeric(value.type.kind)) return value.number;
        if (value.type.kind == TypeKind::choice || value.type.kind == TypeKind::date ||
            value.type.kind == TypeKind::instant)
            return Rational{value.code, 1};
        return std::nullopt;
    };
    if (const auto right = known(node.inputs[1]))
        return Comparison{node.inputs[0], node.compare, *right};
    if (const auto left = known(node.inputs[0]))
        return Comparison{node.inputs[1], mirrored(node.compare), *left};
    return std::nullopt;
}

void conjuncts(const core::CorePack& pack, NodeId id, std::vector<NodeId>& out) {
    if (id == kNone) return;
    if (pack[id].kind != CoreKind::and_) {
        out.push_back(id);
        return;
    }
    for (const NodeId part : pack[id].inputs) conjuncts(pack, part, out);
}

namespace {

// The event whose fields a filter reads at its own step; nullptr where it is another.
const core::Node* filtered_event(const core::CorePack& pack, NodeId id) {
    while (pack[id].kind == CoreKind::filtered) id = pack[id].inputs[0];
    return pack[id].kind == CoreKind::event ? &pack[id] : nullptr;
}

// `amount > maximum amount in the last 30 days`: that time holds the event itself.
bool holds_itself(const core::CorePack& pack, const core::Node& event, const core::Node& test) {
    if (test.kind != CoreKind::compare) return false;
    for (const std::size_t side : {0U, 1U}) {
        const core::Node& own = pack[test.inputs[side]];
        const core::Node& all = pack[test.inputs[1 - side]];
        const CompareOp op = side == 0 ? test.compare : core::mirrored(test.compare);
        const bool largest = all.kind == CoreKind::aggregate &&
                             all.aggregate == core::AggregateOp::maximum && op == CompareOp::gt;
        const bool smallest = all.kind == CoreKind::aggregate &&
                              all.aggregate == core::AggregateOp::minimum && op == CompareOp::lt;
        const bool last = all.kind == CoreKind::latest && !all.before &&
                          (op == CompareOp::gt || op == CompareOp::lt || op == CompareOp::ne);
        if (own.kind != CoreKind::field || own.frame != core::Frame::self ||
            (!largest && !smallest && !last) || all.inputs.size() > 2)
            continue;
        const core::Node& of = pack[all.inputs[0]];
        const core::Node& value = pack[all.inputs[1]];
        const bool now = all.window.kind == Window::Kind::all ||
                         all.window.kind == Window::Kind::this_unit ||
                         (all.window.kind == Window::Kind::sliding && all.window.offset == 0);
        const bool same = std::all_of(all.correlation.begin(), all.correlation.end(),
            [](const Correlation& pair) { return pair.first_slot == pair.second_slot; });
        if (now && same && of.kind == CoreKind::event && of.inputs[0] == kNone &&
            of.event == event.event && of.reference == event.reference &&
            value.kind == CoreKind::field && value.slot == own.slot)
            return true;
    }
    return false;
}

}  // namespace

void Elaborator::never(const core::Rule& rule) {
    const core::CorePack& pack = out_.core;
    std::set<NodeId> covered;  // states that a larger condition has spoken of
    const auto always = [&](NodeId id) {
        report(kind::constant_condition, pack.spans[id], {{"truth", "true", "真"}})
            .help.push_back(
                {"", "leave it out; to ask whether a value is there at all, write `is not missing`",
                    "请去掉它；若想问是否有值，请写「非缺失」"});
    };
    for (const NodeId id : core::reachable(pack, rule)) {
        // Alternatives that leave no value out.
        const core::Node& node = pack[id];
        if (node.kind != CoreKind::or_) continue;
        std::vector<Part> parts;
        for (const NodeId part : node.inputs) parts.push_back({part, true});
        bool alone = false;  // one part says it by itself: it is spoken of below
        for (const Part& part : parts) alone = alone || contradiction(pack, {part});
        if (alone || !contradiction(pack, parts)) continue;
        always(id);
        covered.insert(node.inputs.begin(), node.inputs.end());
    }
    // Inputs come before users: the smallest conjunction that fails is the one that is shown.
    for (const NodeId id : core::reachable(pack, rule)) {
        const std::vector<NodeId> all = together(pack, id);
        if (all.empty() || std::any_of(all.begin(), all.end(),
                               [&](NodeId part) { return covered.contains(part); }))
            continue;
        std::vector<Part> parts;
        for (const NodeId part : all) parts.push_back({part, false});
        if (const auto reason = contradiction(pack, parts)) {
            Diagnostic& finding = report(
                kind::never_true, pack.spans[id], {{"reason", reason->english, reason->chinese}});
            if (std::string_view(reason->english).starts_with("a whole number")) {
                finding.help.push_back({"", "write a whole number", "请写整数"});
            } else if (all.size() == 1) {
                finding.help.push_back({"", "compare with another value, or leave the rule out",
                    "请改为与别的值比较，或去掉这条规则"});
            } else {
                finding.help.push_back({"",
                    "change one of the bounds, or leave the rule out; if either is enough, write `or`",
                    "请改动其中一个界限，或去掉这条规则；若满足其一即可，请写「或」"});
            }
            covered.insert(all.begin(), all.end());
            continue;
        }
        for (const NodeId part : all) {
            if (covered.contains(part) || !contradiction(pack, {{part, true}})) continue;
            always(part);
            covered.insert(part);
        }
    }
    // What is compared with a time that holds the event itself.
    for (const NodeId id : core::reachable(pack, rule)) {
        if (pack[id].kind != CoreKind::event && pack[id].kind != CoreKind::filtered) continue;
        const core::Node* event = filtered_event(pack, id);
        if (event == nullptr) continue;
        for (const NodeId part : together(pack, id)) {
            if (!holds_itself(pack, *event, pack[part]) || !covered.insert(part).second) continue;
            const std::string& name = pack.schema.events[event->event].name;
            Diagnostic& finding = report(kind::never_true, pack.spans[part],
                {{"reason", fmt::format("what it is compared with counts this {} itself", name),
                    fmt::format("相比的值把这一次 {} 自己也算在内", name)}});
            finding.help.push_back({"",
                "leave it out: `… > maximum … in the last 30 days before this`; of the one before: `the previous …`",
                "请不算这一次：「… > 此前 近 30 天 … 最大」；与上一次相比请写「上一次 …」"});
        }
    }
    // A count that begins anew with each unit cannot stay above zero over the next beginning.
    for (const NodeId id : core::reachable(pack, rule)) {
        const core::Node& node = pack[id];
        if (node.kind != CoreKind::hold) continue;
        std::vector<NodeId> parts;
        conjuncts(pack, node.inputs[0], parts);
        for (const NodeId part : parts) {
            const auto comparison = with_constant(pack, part);
            if (!comparison) continue;
            const core::Node& count = pack[comparison->of];
            Domain left = natural(pack, comparison->of);
            left.add(comparison->op, comparison->value);
            if (!is_count(count) || count.window.kind != Window::Kind::this_unit ||
                left.holds({0, 1}) || node.high <= longest(count.window.unit))
                continue;
            report(kind::never_true, pack.spans[id],
                {{"reason",
                    "what is counted begins anew with each calendar unit, before the time is full",
                    "计数在每个日历单位开始时归零，等不到时间满"}})
                .help.push_back({"", "count over a time: `number of X in the last 30 days`",
                    "请按一段时间计数：「近 30 天 X 次数」"});
            break;
        }
    }
}

}  // namespace clausal::types
