// Values at a view: fields, constants, arithmetic, times, texts.

#include <algorithm>
#include <limits>

#include "compiler/interpret/subject_trace.h"

namespace clausal::interpret {

using core::ArithmeticOp;
using core::Node;
using core::NodeId;
using core::NodeKind;

Value SubjectTrace::value(NodeId id, View view, const Context& context) {
    const Node& node = pack_[id];
    const auto input = [&](std::size_t place) {
        return value(node.inputs.at(place), view, context);
    };
    switch (node.kind) {
    case NodeKind::constant: return value_constant(node);
    case NodeKind::missing: return unknown_value();
    case NodeKind::field: return value_field(node, context);
    case NodeKind::subject_field: return value_subject_field(node, view);
    case NodeKind::latest: return value_latest(id, node, view, context);
    case NodeKind::aggregate: return value_aggregate(id, node, view, context);
    case NodeKind::arithmetic: return value_arithmetic(node, view, context);
    case NodeKind::negative: {
        Value of = input(0);
        if (!of.exact()) return unknown_value(fault_of(of));
        Rational result;
        if (subtract(Rational{}, as_number(of), &result) != Fault::none)
            return unknown_value(Fault::overflow);
        return number_value(result);
    }
    case NodeKind::round: {
        const Value of = input(0);
        if (!of.exact()) return unknown_value(fault_of(of));
        std::int64_t scaled = 0;
        if (to_scaled(as_number(of), node.round_decimals, node.rounding, &scaled) != Fault::none) {
            return unknown_value(Fault::overflow);
        }
        return number_value(from_scaled(scaled, node.round_decimals));
    }
    case NodeKind::choose: {
        const bool taken = state(node.inputs.at(0), view, context).truth == Truth::yes;
        Value chosen = input(taken ? 1 : 2);
        return chosen.known() && !chosen.exact() ? unknown_value() : chosen;
    }
    case NodeKind::time_of: {
        const interpret::Frame* frame =
            node.frame == core::Frame::self ? context.self : context.first;
        return frame == nullptr ? unknown_value() : code_value(frame->time);
    }
    case NodeKind::closed_units: {
        if (!born(view)) return unknown_value();
        const auto unit = static_cast<CalendarUnit>(node.unit);
        const std::int64_t closed = *unit_of(run_.zone, unit, time_of(view), nullptr) -
                                    *unit_of(run_.zone, unit, birth_time_, nullptr);
        return closed > 0 ? number_value(Rational{closed, 1}) : unknown_value();
    }
    case NodeKind::now: return code_value(time_of(view));
    case NodeKind::date_of: {
        const Value of = input(0);
        if (!of.exact()) return unknown_value(fault_of(of));
        return code_value(run_.zone.day_of(of.code));
    }
    case NodeKind::add_days: {
        const Value date = input(0), count = input(1);
        if (!date.exact() || !count.exact()) {
            return unknown_value(worse(fault_of(date), fault_of(count)));
        }
        const Rational days = as_number(count);
        std::int64_t whole = 0, result = 0;
        if (days.denominator != 1 || to_scaled(days, 0, Rounding::down, &whole) != Fault::none) {
            return unknown_value();
        }
        if (node.calendar != kNone) {
            const auto day = calendar(node.calendar)->add_working_days(date.code, whole);
            return day ? code_value(*day) : unknown_value();
        }
        if (__builtin_add_overflow(date.code, whole, &result) || result == kMissing)
            return unknown_value();
        return code_value(result);
    }
    case NodeKind::add_working_time: {
        const Value from = input(0), length = input(1);
        if (!from.exact() || !length.exact()) {
            return unknown_value(worse(fault_of(from), fault_of(length)));
        }
        std::int64_t whole = 0;
        if (to_scaled(as_number(length), 0, Rounding::down, &whole) != Fault::none || whole <= 0)
            return unknown_value();
        const auto at = calendar(node.calendar)->after_working_time(run_.zone, from.code, whole);
        return at ? code_value(*at) : unknown_value();
    }
    case NodeKind::weekday: {
        const Value of = input(0);
        if (!of.exact()) return unknown_value(fault_of(of));
        const std::int64_t from_monday = ((of.code + 3) % 7 + 7) % 7;  // day 0 was a Thursday
        return number_value(Rational{from_monday + 1, 1});
    }
    case NodeKind::elapsed: return value_elapsed(node, context);
    case NodeKind::keyword_density: return value_keyword_density(node, view, context);
    case NodeKind::key_part: {
        const auto& keys = data_.subjects[program_.kind].keys;
        const auto& key = keys.at(subject_);
        return node.slot < key.size() ? code_value(key[node.slot]) : unknown_value();
    }
    default: return unknown_value();
    }
}

Value SubjectTrace::stored_value(std::int64_t raw, const Type& type) const {
    if (raw == kMissing) return unknown_value();
    if (!core::is_numeric(type.kind)) return code_value(raw);
    const bool scaled = type.kind != TypeKind::integer && type.kind != TypeKind::duration;
    return number_value(from_scaled(raw, scaled ? type.decimals : 0));
}

Value SubjectTrace::slot(const interpret::Frame& frame, std::uint32_t place) const {
    if (frame.event.type != kNone) {
        const std::vector<Field>& fields = pack_.schema.events[frame.event.type].fields;
        if (place < fields.size()) {
            return stored_value(
                data_.tables[frame.event.type].columns[place][frame.event.row], fields[place].type);
        }
        place -= static_cast<std::uint32_t>(fields.size());
    }
    return place < frame.extra.size() ? frame.extra[place] : unknown_value();
}

Value SubjectTrace::value_field(const Node& node, const Context& context) const {
    const interpret::Frame* frame = node.frame == core::Frame::self ? context.self : context.first;
    return frame == nullptr ? unknown_value() : slot(*frame, node.slot);
}

bool SubjectTrace::correlated(const std::vector<core::Correlation>& pairs,
    const interpret::Frame& first, const interpret::Frame& second) const {
    return std::all_of(pairs.begin(), pairs.end(), [&](const core::Correlation& pair) {
        const Value a = slot(first, pair.first_slot), b = slot(second, pair.second_slot);
        return a.exact() && b.exact() && order_of(a, b) == 0;
    });
}

Value SubjectTrace::value_constant(const Node& node) const {
    if (core::is_numeric(node.type.kind)) return number_value(node.number);
    if (node.type.kind == TypeKind::text) return code_value(data_.dictionary.find(node.text));
    if (node.type.kind == TypeKind::texts) {
        std::vector<std::int64_t> ids;
        ids.reserve(node.words.size());
        for (const std::string& word : node.words) ids.push_back(data_.dictionary.find(word));
        return code_value(data_.dictionary.find_set(std::move(ids)));
    }
    return code_value(node.code);
}

Value SubjectTrace::value_subject_field(const Node& node, View view) const {
    const auto& registers = data_.subjects[program_.kind].registers;
    if (subject_ >= registers.size()) return unknown_value();
    const RegisterVersion* current = nullptr;
    for (const RegisterVersion& version : registers[subject_]) {
        if (version.valid_from > time_of(view)) continue;
        if (current == nullptr || version.valid_from >= current->valid_from) current = &version;
    }
    if (current == nullptr || node.slot >= current->values.size()) return unknown_value();
    return stored_value(
        current->values[node.slot], pack_.schema.subjects[program_.kind].fields.at(node.slot).type);
}

Value SubjectTrace::value_arithmetic(const Node& node, View view, const Context& context) {
    const NodeId left_node = node.inputs.at(0), right_node = node.inputs.at(1);
    const Value left = value(left_node, view, context), right = value(right_node, view, context);
    if (!left.exact() || !right.exact()) {
        return unknown_value(worse(fault_of(left), fault_of(right)));
    }
    const Rational a = as_number(left), b = as_number(right);
    Rational result;
    Fault fault = Fault::none;
    switch (node.arithmetic) {
    case ArithmeticOp::add: fault = add(a, b, &result); break;
    case ArithmeticOp::subtract: fault = subtract(a, b, &result); break;
    case ArithmeticOp::multiply: fault = multiply(a, b, &result); break;
    case ArithmeticOp::divide: fault = divide(a, b, &result); break;
    case ArithmeticOp::minimum: result = compare(a, b) <= 0 ? a : b; break;
    case ArithmeticOp::maximum: result = compare(a, b) >= 0 ? a : b; break;
    }
    const bool dates = pack_[left_node].type.kind == TypeKind::date &&
                       pack_[right_node].type.kind == TypeKind::date;
    if (fault == Fault::none && dates && node.type.kind == TypeKind::duration) {
        fault = multiply(result, Rational{kDay, 1}, &result);
    }
    if (fault != Fault::none) return unknown_value(fault);
    if (core::is_numeric(node.type.kind)) return number_value(result);
    // An instant or a date: the whole one at or before.
    Int128 whole = result.numerator / result.denominator;
    if (result.numerator % result.denominator < 0) --whole;
    if (whole > std::numeric_limits<std::int64_t>::max() ||
        whole <= std::numeric_limits<std::int64_t>::min()) {
        return unknown_value(Fault::overflow);
    }
    return code_value(static_cast<std::int64_t>(whole));
}

Value SubjectTrace::value_elapsed(const Node& node, const Context& context) {
    if (context.self == nullptr) return unknown_value();
    const interpret::Frame& start = *context.self;
    Microseconds end = 0;
    bool found = false;
    const std::vector<Occurrence>& all = occurrences_[node.inputs.at(0)];
    const std::size_t first = forgotten(node.inputs.at(0), context.present.step);
    if (first > 0 && all[first - 1].step > start.step)
        return unknown_value();  // it may have been the first
    for (std::size_t i = first; i < all.size(); ++i) {
        const Occurrence& to = all[i];
        if (to.step <= start.step) continue;
        if (!sees(context.present, to.step)) break;
        if (!correlated(node.correlation, start, to.frame)) continue;
        State matches{to.state.truth, Fault::none};
        if (const NodeId pair = input_of(node, 1); pair != kNone) {
            matches =
                both(matches, state(pair, context.present, {&to.frame, &start, context.present}));
        }
        if (matches.truth == Truth::no) continue;
        if (matches.truth == Truth::unknown) return unknown_value();
        end = to.time;
        found = true;
        break;
    }
    if (!found) {
        if (!node.open) return unknown_value();
        end = time_of(context.present);
    }
    if (node.calendar == kNone) return number_value(Rational{end - start.time, 1});
    const auto worked = calendar(node.calendar)->working_time(run_.zone, start.time, end);
    return worked ? number_value(Rational{*worked, 1}) : unknown_value();
}

Value SubjectTrace::value_keyword_density(const Node& node, View view, const Context& context) {
    const Value of = value(node.inputs.at(0), view, context);
    if (!of.exact()) return unknown_value(fault_of(of));
    if (of.code < 0) return unknown_value();
    const std::string& text = data_.dictionary.text(of.code);
    std::int64_t points = 0, found = 0;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xc0U) != 0x80U) ++points;
    }
    if (points == 0) return unknown_value();
    for (const std::string& word : node.words) {
        if (word.empty()) continue;
        for (std::size_t at = text.find(word); at != std::string::npos;
            at = text.find(word, at + word.size())) {
            ++found;
        }
    }
    Rational density;
    make_rational(Int128{found} * 1000, points, &density);
    return number_value(density);
}

}  // namespace clausal::interpret
