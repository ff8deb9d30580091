#pragma once
// What a pack declares about data: subjects, events, actions, and how sources bind files to events.
// Made by compiler/names, read by the readers, the store and both executions. Plain data.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/decimal.h"
#include "runtime/base/types.h"

namespace clausal {

struct Field {
    std::string name;
    Type type;
    bool operator==(const Field&) const = default;
};

struct SubjectKind {
    std::string name;
    std::vector<std::string> keys;          // one or more key parts; their values are text
    std::vector<Field> fields;              // from the register
    std::uint32_t register_source = kNone;  // index into Schema::registers
    bool operator==(const SubjectKind&) const = default;
};

// How an event belongs to a subject: `key_fields[i]` is the field that holds key part i (text).
struct SubjectReference {
    std::uint32_t kind = 0;
    std::string role;  // "" when the only one of its kind
    std::vector<std::uint32_t> key_fields;
    bool operator==(const SubjectReference&) const = default;
};

struct EventType {
    std::string name;
    std::vector<Field> fields;               // subject key parts are fields too
    std::vector<SubjectReference> subjects;  // none: broadcast to every subject
    bool is_action = false;                  // firings of an action seen as events (SEMANTICS 26)
    bool operator==(const EventType&) const = default;
};

struct ActionType {
    std::string name;
    std::vector<Field> fields;
    bool operator==(const ActionType&) const = default;
};

// --- sources ------------------------------------------------------------------------------------
// A little expression per column; nodes in SourceSpec::nodes, inputs by index.
struct SourceNode {
    enum class Kind : std::uint8_t {
        column,       // text = header name, or number = 1-based place
        field,        // text = a field (or "time") of the same binding that is computed before
        text,         // text
        number,       // number
        duration,     // value = microseconds (number.coefficient)
        joined,       // inputs...: texts one after the other
        to_duration,  // input: number; value = microseconds per unit
        date_of,      // year month day
        time_at,  // date hour minute second?: local wall clock time; hour and minute may be durations/numbers
        add,
        subtract,     // two inputs
        wrapped_day,  // input: a duration taken modulo 24 h (of the time-of-day part; date kept)
        zoned,        // input: local date-time; text = IANA zone
        as_percent,   // cell 65 means 65 %
        as_fraction,  // cell 0.65 means 65 %
        parsed_date,  // text = pattern (yyyy-MM-dd HH:mm:ss …)
        // conditions of filters
        equal,
        not_equal,
        less,
        less_equal,
        greater,
        greater_equal,
        and_,
        or_,
        not_,
        missing,
        member,
    };
    Kind kind{};
    std::string text;
    Decimal number;
    std::vector<std::uint32_t> inputs;
    bool operator==(const SourceNode&) const = default;
};

struct SourceBinding {
    std::uint32_t field = kNone;  // field of the event; kNone = the time of the event
    std::uint32_t value = 0;      // SourceNode
    bool operator==(const SourceBinding&) const = default;
};

struct SourceEvent {  // one row gives one event of this type when the filter holds
    std::uint32_t event = 0;
    std::uint32_t filter = kNone;  // SourceNode, on top of the source's filter
    std::vector<SourceBinding> bindings;
    std::uint32_t id = kNone;  // SourceNode of the event id, kNone = none
    bool operator==(const SourceEvent&) const = default;
};

struct SourceSpec {
    enum class Format : std::uint8_t { csv, ndjson, sqlite };
    Format format = Format::csv;
    std::string file;  // as written; --data may name another folder or file
    char separator = ',';
    bool has_header = true;
    std::string zone;  // of local times without a zone of their own; "" = UTC declared
    std::vector<std::string> missing_marks;
    std::vector<SourceNode> nodes;
    std::uint32_t filter = kNone;  // SourceNode
    std::vector<SourceEvent> events;
    std::int32_t rank = 0;  // sources over one file share one rank (SEMANTICS 3)
    bool operator==(const SourceSpec&) const = default;
};

struct RegisterSpec {  // rows of subject fields; `valid_from` = kNone: valid from the beginning
    SourceSpec
        source;  // events[0].event = subject kind; field index into SubjectKind::fields; keys first
    std::vector<std::uint32_t> key_values;  // SourceNode per key part
    std::uint32_t valid_from = kNone;       // SourceNode
    bool operator==(const RegisterSpec&) const = default;
};

// A calendar as data: a file in the holiday-cn form, and working hours.
struct CalendarSpec {
    std::string name;
    std::vector<std::string> files;  // as written
    std::int32_t begin_minute = 0;   // working hours of a day [begin, end)
    std::int32_t end_minute = 24 * 60;
    bool operator==(const CalendarSpec&) const = default;
};

struct Schema {
    std::string pack;
    std::string version;
    std::string zone = "UTC";
    std::string currency;
    Microseconds lateness = 0;
    std::vector<SubjectKind> subjects;
    std::vector<EventType> events;
    std::vector<ActionType> actions;
    std::vector<SourceSpec> sources;
    std::vector<RegisterSpec> registers;
    std::vector<CalendarSpec> calendars;
    bool operator==(const Schema&) const = default;
};

}  // namespace clausal
