#pragma once
// The tables of a store that follow the pack's declarations: one of rows and one readable view per
// event type, and per subject kind with a register.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/events/schema.h"
#include "runtime/store/database.h"

namespace clausal::store {

// "<event>:rows": clausal_sequence, clausal_time, the fields, clausal_late, clausal_id.
std::string rows_table(const EventType& event);
// "<subject>:register": the keys, valid_from, the fields.
std::string register_table(const SubjectKind& kind);

// Makes tables and views that are missing and adds new fields; false after a finding: a declaration
// that changed, or a reserved name. With `may_write` false only compares.
bool prepare_tables(
    Database& database, const Schema& schema, bool may_write, std::vector<DataFinding>* findings);

// `money(4) CNY`, `choice(低<中<高)`: a type as clausal_field holds it.
std::string type_text(const Type& type);

}  // namespace clausal::store
