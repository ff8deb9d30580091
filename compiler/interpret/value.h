#pragma once
// What the definition talks about: truth, values, frames.

#include <cstdint>
#include <vector>

#include "runtime/base/decimal.h"
#include "runtime/base/types.h"
#include "runtime/events/event_data.h"

namespace clausal::interpret {

enum class Truth : std::uint8_t { no, yes, unknown };

// A truth, and for unknown ones the fault that made it so (semantics, section 8).
struct State {
    Truth truth = Truth::no;
    Fault fault = Fault::none;
    bool operator==(const State&) const = default;
};

constexpr State truth_of(bool value) { return {value ? Truth::yes : Truth::no}; }
constexpr State unknown_state(Fault fault = Fault::none) { return {Truth::unknown, fault}; }

constexpr State negate(State a) {
    if (a.truth == Truth::unknown) return a;
    return truth_of(a.truth == Truth::no);
}

constexpr State both(State a, State b) {
    if (a.truth == Truth::no || b.truth == Truth::no) return truth_of(false);
    if (a.truth == Truth::yes) return b;
    if (b.truth == Truth::yes) return a;
    return unknown_state(worse(a.fault, b.fault));
}

constexpr Fault fault_of(State a) { return a.truth == Truth::unknown ? a.fault : Fault::none; }

constexpr State any_of(State a, State b) { return negate(both(negate(a), negate(b))); }

struct Value {
    enum class Kind : std::uint8_t { unknown, number, code } kind = Kind::unknown;
    Fault fault = Fault::none;  // of an unknown one
    Rational low, high;         // number: equal, except for a count with unknown occurrences
    std::int64_t code = 0;

    bool known() const { return kind != Kind::unknown; }
    bool exact() const {
        return kind == Kind::code || (kind == Kind::number && compare(low, high) == 0);
    }
};

inline Value unknown_value(Fault fault = Fault::none) {
    Value value;
    value.fault = fault;
    return value;
}
inline Fault fault_of(const Value& value) { return value.known() ? Fault::none : value.fault; }
inline Value number_value(const Rational& number) {
    Value value;
    value.kind = Value::Kind::number;
    value.low = value.high = number;
    return value;
}
inline Value code_value(std::int64_t code) {
    Value value;
    value.kind = Value::Kind::code;
    value.code = code;
    return value;
}
// Whole number of a code (dates, instants) or the number itself.
inline Rational as_number(const Value& value) {
    return value.kind == Value::Kind::code ? Rational{value.code, 1} : value.low;
}
// -1, 0, 1 of two exact values.
inline int order_of(const Value& a, const Value& b) {
    if (a.kind == Value::Kind::code && b.kind == Value::Kind::code) {
        return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
    }
    return compare(as_number(a), as_number(b));
}

// What `field` and `time_of` read of an occurrence.
struct Frame {
    EventReference event{kNone, kNone};   // whose fields come first in the slots
    EventReference anchor{kNone, kNone};  // names the deadlines that it starts
    std::size_t step = 0;
    Microseconds time = 0;
    std::vector<Value> extra;               // slots after the event's fields
    std::vector<EventReference> witnesses;  // other events that made it occur, latest first
};

// An occurrence node at a step where it is not false.
struct Occurrence {
    std::size_t step = 0;
    Microseconds time = 0;
    State state;
    Frame frame;
};

}  // namespace clausal::interpret
