#pragma once
// Firings as a table for people, as CSV, and as NDJSON. Times are in the pack's zone.

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "runtime/calendar/calendar.h"
#include "runtime/events/event_data.h"
#include "runtime/events/schema.h"

namespace clausal {

struct Firing;
struct Outcomes;

// What the writers and the store need to know of a rule.
struct RuleLabel {
    std::string id;
    std::uint32_t subject_kind = kNone;  // index into Schema::subjects
};

enum class FiringFormat : std::uint8_t { table, csv, ndjson };

// One line per action of a firing (table, CSV) or one object per firing (NDJSON). The columns of
// table and CSV are rule, subject, time, action, and the fields of all actions that fired.
// `zone` is the pack's. At most `limit` firings; 0 = all.
void write_firings(std::ostream& out, FiringFormat format, const Schema& schema,
    const std::vector<RuleLabel>& rules, const EventData& data, const Outcomes& outcomes,
    const Zone& zone, std::size_t limit = 0);

// The key of a firing's subject: its parts joined by " / ".
std::string subject_text(const EventData& data, std::uint32_t kind, std::uint32_t subject);
// A firing's deterministic id: rule, subject, step (SEMANTICS 2). Parts are separated by '|', which
// is doubled inside a part.
std::string firing_id(const Schema& schema, const std::vector<RuleLabel>& rules,
    const EventData& data, const Firing& firing);
// {"action":"…","values":{…}} of each action, in a list.
std::string actions_json(
    const Schema& schema, const EventData& data, const Firing& firing, const Zone& zone);
// event, expiry or deadline.
const char* step_name(const Firing& firing);

}  // namespace clausal
