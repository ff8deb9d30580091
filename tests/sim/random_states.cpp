// Random states and values.

#include "tests/sim/random_pack.h"

namespace clausal::sim {

using core::AggregateOp;
using core::CompareOp;
using core::Unit;

NodeId PackMaker::state(int depth, const Scope& scope) {
    if (depth <= 0) {
        const std::vector<TypeKind> kinds = {TypeKind::number, TypeKind::number, TypeKind::integer,
            TypeKind::text, TypeKind::choice, TypeKind::percent, TypeKind::money};
        if (scope.self != nullptr && !scope.self->empty())
            return compare_of(random_.pick(kinds), 0, scope);
        switch (random_.below(5)) {
        case 0: return state_of(NodeKind::silence, 0, scope);
        case 1: return state_of(NodeKind::known_for, 0, scope);
        case 2: return state_of(NodeKind::streak, 0, scope);
        default: return compare_of(TypeKind::number, 1, scope);
        }
    }
    const std::vector<NodeKind> kinds = {NodeKind::compare, NodeKind::compare, NodeKind::compare,
        NodeKind::compare, NodeKind::compare, NodeKind::is_true, NodeKind::not_, NodeKind::and_,
        NodeKind::and_, NodeKind::or_, NodeKind::not_true, NodeKind::is_missing, NodeKind::member,
        NodeKind::contains, NodeKind::overlaps, NodeKind::streak, NodeKind::streak,
        NodeKind::consecutive, NodeKind::hold, NodeKind::silence, NodeKind::known_for,
        NodeKind::before_this, NodeKind::exists_around, NodeKind::shift, NodeKind::cluster,
        NodeKind::truth};
    return state_of(random_.pick(kinds), depth, scope);
}

NodeId PackMaker::compare_of(TypeKind type, int depth, const Scope& scope) {
    Node made = node(NodeKind::compare);
    if (depth > 0 && type == TypeKind::integer && random_.chance(40)) {
        for (int i = 0; i < 2; ++i) {
            Node count = node(NodeKind::aggregate, {occurrence(below(depth - 1))});
            count.type = type_of(type);
            count.window = window(depth - 1, true);
            made.inputs.push_back(add(count));
        }
        made.compare = static_cast<CompareOp>(random_.below(6));
        return add(made);
    }
    const bool faults = core::is_numeric(type) && random_.chance(12);
    NodeId left = faults ? value_of(NodeKind::arithmetic, type, std::max(depth, 1), scope)
                         : value(type, depth, scope);
    if (case_.pack[left].kind == NodeKind::constant && depth < 2)
        left = value(type, depth + 1, scope);
    const Scope plain{scope.self, scope.first, false, scope.huge};
    made.inputs = {
        left, random_.chance(70) ? constant(type, plain) : value(type, depth - 1, plain)};
    made.compare = type == TypeKind::text ? (random_.chance(50) ? CompareOp::eq : CompareOp::ne)
                                          : static_cast<CompareOp>(random_.below(6));
    return add(made);
}

NodeId PackMaker::state_of(NodeKind kind, int depth, const Scope& scope) {
    const int inner = depth - 1;
    Node made = node(kind);
    switch (kind) {
    case NodeKind::truth: made.truth = random_.below(3); return add(made);
    case NodeKind::is_true:
        made.inputs = {value(TypeKind::boolean, inner, scope)};
        return add(made);
    case NodeKind::before_this: {
        const std::vector<NodeKind> remembered = {NodeKind::hold, NodeKind::streak,
            NodeKind::consecutive, NodeKind::silence, NodeKind::shift, NodeKind::cluster};
        made.inputs = {random_.chance(50) ? state_of(random_.pick(remembered), inner, scope)
                                          : state(inner, scope)};
        return add(made);
    }
    case NodeKind::not_:
    case NodeKind::not_true: made.inputs = {state(inner, scope)}; return add(made);
    case NodeKind::and_:
    case NodeKind::or_:
        for (std::int64_t i = random_.between(2, 3); i > 0; --i)
            made.inputs.push_back(state(inner, scope));
        return add(made);
    case NodeKind::is_missing: {
        const std::vector<TypeKind> kinds = {TypeKind::number, TypeKind::text, TypeKind::instant};
        made.inputs = {value(random_.pick(kinds), std::max(inner, 1), scope)};
        return add(made);
    }
    case NodeKind::member: {
        const std::vector<TypeKind> kinds = {TypeKind::number, TypeKind::text, TypeKind::choice};
        made.list = static_cast<std::uint32_t>(random_.below(3));
        made.inputs = {value(kinds[made.list], std::max(inner, 1), scope)};
        return add(made);
    }
    case NodeKind::contains:
        made.inputs = {value(TypeKind::text, std::max(inner, 1), scope)};
        made.words = random_.chance(50) ? std::vector<std::string>{"集采"}
                                        : std::vector<std::string>{"a", "骨科"};
        return add(made);
    case NodeKind::overlaps:
        made.inputs = {value(TypeKind::texts, std::max(inner, 1), scope),
            value(
                random_.chance(70) ? TypeKind::texts : TypeKind::text, std::max(inner, 1), scope)};
        return add(made);
    case NodeKind::streak:
        made.inputs = {
            streak_base(std::max(inner, 0)), random_.chance(25) ? occurrence(below(inner)) : kNone};
        made.count = random_.chance(6) ? random_.between(4, 12) : random_.between(1, 3);
        made.negated = random_.chance(25);
        return add(made);
    case NodeKind::consecutive: {
        const NodeId of = occurrence(below(inner));
        const Slots self = slots(of);
        made.inputs = {of, state(below(inner), {&self})};
        made.count = random_.between(1, 3);
        made.unit =
            random_.pick(case_.grid >= kDay ? std::vector<Unit>{Unit::day, Unit::week, Unit::month,
                                                  Unit::month, Unit::working_day, Unit::working_day}
                                            : std::vector<Unit>{Unit::hour, Unit::day, Unit::day,
                                                  Unit::working_day, Unit::working_day});
        made.mode = static_cast<core::UnitMode>(random_.below(3));
        if (made.unit == Unit::working_day && random_.chance(50)) made.calendar = 0;
        return add(made);
    }
    case NodeKind::hold:
        made.inputs = {state(inner, {})};
        made.high = span(1, 5);
        return add(made);
    case NodeKind::silence:
        made.inputs = {occurrence(std::min(inner, 2))};
        made.high = span(1, 6);
        return add(made);
    case NodeKind::known_for: made.high = span(0, 15); return add(made);
    case NodeKind::exists_around: {
        const NodeId of = occurrence(below(inner));
        const Slots other = slots(of);
        const NodeId at = value(TypeKind::instant, below(inner), scope);
        made.inputs = {of, at, kNone};
        if (random_.chance(20)) {
            const Slots none;
            made.inputs[2] =
                state(below(inner), {&other, scope.self == nullptr ? nullptr : scope.self});
        }
        made.low = random_.chance(50) ? 0 : span(-3, 1);
        made.high = made.low + span(0, 6);
        if (scope.self != nullptr) made.correlation = correlation(*scope.self, other, 30);
        return add(made);
    }
    case NodeKind::shift: {
        const NodeId of = random_.chance(60) ? event_node(false, 0) : occurrence(below(inner));
        const Slots self = slots(of);
        made.inputs = {
            of, value(random_.chance(50) ? TypeKind::number : TypeKind::integer, 1, {&self})};
        made.deviations = {random_.between(1, 20), 1};
        if (random_.chance(40)) {
            const std::vector<AggregateOp> any = {
                AggregateOp::count, AggregateOp::sum, AggregateOp::average};
            made.aggregate = random_.pick(any);
            made.window.kind = core::Window::Kind::previous_unit;
            made.window.unit = case_.grid >= kDay   ? Unit::day
                               : random_.chance(50) ? Unit::hour
                                                    : Unit::day;
            if (made.aggregate == AggregateOp::average && random_.chance(60))
                made.inputs[1] = state(below(inner), {&self});
        }
        made.high = span(10, 60);
        made.direction = static_cast<core::Direction>(random_.below(3));
        return add(made);
    }
    case NodeKind::cluster:
        made.inputs = {occurrence(below(inner))};
        made.low = span(1, 3);
        made.high = span(2, 10);
        made.deviations = {random_.between(1, 60), 2};
        return add(made);
    default: {
        const std::vector<TypeKind> kinds = {TypeKind::number, TypeKind::number, TypeKind::integer,
            TypeKind::text, TypeKind::instant, TypeKind::date, TypeKind::choice, TypeKind::duration,
            TypeKind::percent, TypeKind::money};
        return compare_of(random_.pick(kinds), inner, scope);
    }
    }
}

// A condition on the context (first) and an occurrence.
NodeId PackMaker::pair_state(const Slots& context, const Slots& item) {
    if (random_.chance(15)) {  // how far apart they are
        Node earlier = node(NodeKind::time_of), later = earlier;
        earlier.frame = core::Frame::first;
        earlier.type = later.type = type_of(TypeKind::instant);
        Node apart = node(NodeKind::arithmetic, {add(later), add(earlier)});
        apart.type = type_of(TypeKind::duration);
        apart.arithmetic = core::ArithmeticOp::subtract;
        Node compared = node(NodeKind::compare, {add(apart), constant(TypeKind::duration, {})});
        compared.compare = static_cast<CompareOp>(random_.below(6));
        return add(compared);
    }
    return state(random_.chance(70) ? 0 : 1, {&item, &context});
}

NodeId PackMaker::constant(TypeKind type, const Scope& scope) {
    Node made = node(NodeKind::constant);
    made.type = type_of(type);
    switch (type) {
    case TypeKind::text:
        made.text = random_.pick(std::vector<std::string>{"x", "y", "z", "k1", "没有"});
        break;
    case TypeKind::texts: made.words = {"red", random_.chance(50) ? "blue" : "x"}; break;
    case TypeKind::duration: made.number = Rational{span(0, 6), 1}; break;
    case TypeKind::instant: made.code = case_.begin + span(0, 40); break;
    case TypeKind::date:
        made.code = case_.begin / kDay + random_.below(40 * case_.grid / kDay + 1);
        break;
    case TypeKind::boolean: made.code = random_.below(2); break;
    case TypeKind::choice: made.code = random_.below(3); break;
    default: {
        const std::int64_t half = random_.chance(20) && type != TypeKind::integer ? 1 : 0;
        make_rational(random_.between(0, 5) * 2 + half, 2, &made.number);
        if (type == TypeKind::percent) make_rational(random_.below(11), 10, &made.number);
        if (scope.huge && random_.chance(4))
            made.number = Rational{static_cast<Int128>(kForever) * kForever, 1};
        break;
    }
    }
    return add(made);
}

// Something of the type without further nodes below it: a field of the context, else a constant.
NodeId PackMaker::leaf(TypeKind type, const Scope& scope) {
    if (random_.chance(75)) {
        const bool from_first = scope.first != nullptr && random_.chance(40);
        if (const auto slot = slot_of(from_first ? scope.first : scope.self, type)) {
            Node made = node(NodeKind::field);
            made.frame = from_first ? core::Frame::first : core::Frame::self;
            made.slot = *slot;
            made.type = type_of(type);
            return add(made);
        }
    }
    if (type == TypeKind::instant && random_.chance(60)) {
        Node made =
            node(scope.self == nullptr || random_.chance(30) ? NodeKind::now : NodeKind::time_of);
        made.type = type_of(type);
        return add(made);
    }
    return constant(type, scope);
}

NodeId PackMaker::value(TypeKind type, int depth, const Scope& scope) {
    if (depth <= 0) return leaf(type, scope);
    const std::vector<NodeKind> kinds = {NodeKind::field, NodeKind::field, NodeKind::latest,
        NodeKind::latest, NodeKind::aggregate, NodeKind::aggregate, NodeKind::aggregate,
        NodeKind::arithmetic, NodeKind::negative, NodeKind::round, NodeKind::choose,
        NodeKind::subject_field, NodeKind::time_of, NodeKind::now, NodeKind::closed_units,
        NodeKind::date_of, NodeKind::add_days, NodeKind::add_working_time, NodeKind::weekday,
        NodeKind::elapsed, NodeKind::keyword_density, NodeKind::key_part, NodeKind::missing};
    for (int attempt = 0; attempt < 12; ++attempt) {
        const NodeId made = value_of(random_.pick(kinds), type, depth, scope);
        if (made != kNone) return made;
    }
    return leaf(type, scope);
}

// kNone where the kind cannot give the type here.
NodeId PackMaker::value_of(NodeKind kind, TypeKind type, int depth, const Scope& scope) {
    const int inner = depth - 1;
    const bool numeric = core::is_numeric(type);
    Node made = node(kind);
    made.type = type_of(type);
    switch (kind) {
    case NodeKind::constant: return constant(type, scope);
    case NodeKind::missing: return add(made);
    case NodeKind::field: {
        const bool from_first = scope.first != nullptr && random_.chance(40);
        const auto slot = slot_of(from_first ? scope.first : scope.self, type);
        if (!slot) return kNone;
        made.frame = from_first ? core::Frame::first : core::Frame::self;
        made.slot = *slot;
        return add(made);
    }
    case NodeKind::subject_field:
        if (kind_ != 0 || (type != TypeKind::number && type != TypeKind::texts)) return kNone;
        made.slot = type == TypeKind::number ? 0 : 1;
        return add(made);
    case NodeKind::latest: {
        const NodeId of = occurrence(below(inner));
        const Slots self = slots(of);
        made.inputs = {of, value(type, below(inner), {&self, nullptr, true, false})};
        made.window = random_.chance(50) ? core::Window{} : window(inner, true);
        made.before = random_.chance(30);
        if (scope.self != nullptr) made.correlation = correlation(*scope.self, self, 20);
        if (scope.self != nullptr && random_.chance(15))
            made.inputs.push_back(pair_state(*scope.self, self));
        return add(made);
    }
    case NodeKind::aggregate: {
        if (!numeric && type != TypeKind::instant && type != TypeKind::date &&
            type != TypeKind::choice)
            return kNone;
        const NodeId of = occurrence(below(inner));
        const Slots self = slots(of);
        made.window = window(inner, true);
        const bool counts = type == TypeKind::number || type == TypeKind::integer;
        const std::vector<AggregateOp> any = {
            AggregateOp::minimum, AggregateOp::maximum, AggregateOp::percentile};
        if (!numeric) {
            made.aggregate = random_.pick(any);
        } else if (counts && random_.chance(40)) {
            made.aggregate = AggregateOp::count;
            if (scope.self != nullptr) made.correlation = correlation(*scope.self, self, 30);
            made.inputs = {of};
            if (random_.chance(30)) {
                made.aggregate = AggregateOp::keys;
                const std::vector<TypeKind> kinds = {
                    TypeKind::text, TypeKind::text, TypeKind::number, TypeKind::choice};
                made.inputs = {
                    of, leaf(random_.pick(kinds), {&self}), kNone, state(below(inner), {&self})};
                if (scope.self != nullptr && random_.chance(50))
                    made.inputs[2] = pair_state(*scope.self, self);
            } else if (scope.self != nullptr && random_.chance(25)) {
                made.inputs = {of, kNone, pair_state(*scope.self, self)};
            }
            return add(made);
        } else {
            made.aggregate = static_cast<AggregateOp>(1 + random_.below(8));
        }
        if (scope.self != nullptr && depth < 9)
            made.correlation = correlation(*scope.self, self, 20);
        made.percentile = static_cast<std::int32_t>(random_.between(1, 100));
        const Scope item{&self, nullptr, true, false};
        if (made.aggregate == AggregateOp::distinct) {
            const std::vector<TypeKind> kinds = {
                TypeKind::text, TypeKind::number, TypeKind::choice};
            if (!counts) return kNone;
            made.inputs = {of, value(random_.pick(kinds), below(inner), item)};
            return add(made);
        }
        // An `elapsed` is wanted.
        const bool forced = depth >= 9 || (type == TypeKind::duration && random_.chance(40));
        const NodeId of_item = forced ? value_of(NodeKind::elapsed, TypeKind::duration, 1, item)
                                      : value(type, below(inner), item);
        made.inputs = {of, of_item};
        if (scope.self != nullptr && !forced && random_.chance(15)) {
            made.inputs.push_back(pair_state(*scope.self, self));
        }
        return add(made);
    }
    case NodeKind::arithmetic: {
        if (type == TypeKind::instant) {
            made.inputs = {value(TypeKind::instant, inner, scope),
                value(TypeKind::duration, below(inner), scope)};
            made.arithmetic = static_cast<core::ArithmeticOp>(random_.below(2));
            return add(made);
        }
        if (type == TypeKind::duration && random_.chance(40)) {
            const TypeKind ends = random_.chance(50) ? TypeKind::instant : TypeKind::date;
            made.inputs = {value(ends, inner, scope), value(ends, below(inner), scope)};
            made.arithmetic = core::ArithmeticOp::subtract;
            return add(made);
        }
        if (!numeric) return kNone;
        made.inputs = {value(type, inner, scope), value(type, below(inner), scope)};
        made.arithmetic = random_.chance(20) ? core::ArithmeticOp::divide
                                             : static_cast<core::ArithmeticOp>(random_.below(6));
        if (made.arithmetic == core::ArithmeticOp::divide && random_.chance(50)) {
            // Divisors that are often zero: a field less a value that it often has, or zero itself.
            const NodeId from = leaf(type, scope);
            Node difference =
                node(NodeKind::arithmetic, {from, random_.chance(40) ? from : constant(type, {})});
            difference.type = made.type;
            difference.arithmetic = core::ArithmeticOp::subtract;
            Node zero = node(NodeKind::constant);
            zero.type = made.type;
            made.inputs[1] = random_.chance(70) ? add(difference) : add(zero);
        }
        if (made.arithmetic == core::ArithmeticOp::multiply && scope.huge && random_.chance(30)) {
            Node large = node(NodeKind::constant);
            large.type = made.type;
            large.number = Rational{static_cast<Int128>(kForever) * kForever, 1};
            made.inputs[1] = add(large);
        }
        return add(made);
    }
    case NodeKind::negative:
        if (!numeric) return kNone;
        made.inputs = {value(type, inner, scope)};
        return add(made);
    case NodeKind::round:
        if (!numeric || type == TypeKind::duration) return kNone;
        made.inputs = {value(type, inner, scope)};
        made.rounding = static_cast<Rounding>(random_.below(3));
        made.round_decimals = static_cast<std::int32_t>(random_.between(-1, 2));
        return add(made);
    case NodeKind::choose:
        made.inputs = {state(below(inner), {scope.self, scope.first, false, scope.huge}),
            value(type, below(inner), scope), value(type, 0, scope)};
        return add(made);
    case NodeKind::time_of:
        if (type != TypeKind::instant || scope.self == nullptr) return kNone;
        if (scope.first != nullptr && random_.chance(40)) made.frame = core::Frame::first;
        return add(made);
    case NodeKind::closed_units:
        if (type != TypeKind::number && type != TypeKind::integer) return kNone;
        made.unit = static_cast<Unit>(random_.below(5));
        return add(made);
    case NodeKind::now: return type == TypeKind::instant ? add(made) : kNone;
    case NodeKind::date_of:
        if (type != TypeKind::date) return kNone;
        made.inputs = {value(TypeKind::instant, inner, {scope.self, scope.first, false, false})};
        return add(made);
    case NodeKind::add_days:
        if (type != TypeKind::date) return kNone;
        made.inputs = {value(TypeKind::date, below(inner), scope),
            random_.chance(50)
                ? constant(TypeKind::integer, {})
                : value(TypeKind::integer, 1, {scope.self, scope.first, false, false})};
        if (random_.chance(50)) made.calendar = 0;
        return add(made);
    case NodeKind::add_working_time:
        if (type != TypeKind::instant) return kNone;
        made.inputs = {
            value(TypeKind::instant, std::min(inner, 1), {scope.self, scope.first, false, false}),
            random_.chance(70)
                ? constant(TypeKind::duration, {})
                : value(TypeKind::duration, 1, {scope.self, scope.first, false, false})};
        made.calendar = 0;
        return add(made);
    case NodeKind::weekday:
        if (type != TypeKind::number && type != TypeKind::integer) return kNone;
        made.inputs = {value(TypeKind::date, std::min(inner, 1), scope)};
        return add(made);
    case NodeKind::elapsed: {
        if (!scope.elapsed || scope.self == nullptr || type != TypeKind::duration) return kNone;
        const Slots self = *scope.self;
        const NodeId to = occurrence(below(inner));
        const Slots other = slots(to);
        made.inputs = {to, random_.chance(15) ? state(0, {&other, &self}) : kNone};
        made.correlation = correlation(self, other, 50);
        made.open = random_.chance(50);
        if (random_.chance(30)) made.calendar = 0;
        return add(made);
    }
    case NodeKind::keyword_density:
        if (type != TypeKind::number) return kNone;
        made.inputs = {value(TypeKind::text, below(inner), scope)};
        made.words = {"集采", "a"};
        return add(made);
    case NodeKind::key_part:
        if (type != TypeKind::text) return kNone;
        made.slot = static_cast<std::uint32_t>(kind_ == 0 ? 0 : random_.below(2));
        return add(made);
    default: return kNone;
    }
}

}  // namespace clausal::sim
