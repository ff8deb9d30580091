// Firings of a run: rows of the store, written with its clock in one transaction.

#include "runtime/engine/outcome.h"
#include "runtime/store/database.h"
#include "runtime/store/store.h"

namespace clausal {

using store::Database;
using store::Statement;
using store::Transaction;

std::optional<WrittenFirings> write_firings(Store& store, const Schema& schema, const std::vector<RuleLabel>& rules,
                                            const EventData& data, const Outcomes& outcomes, const Zone& zone,
                                            Microseconds clock, std::vector<DataFinding>* findings) {
    Database& database = store.database();
    WrittenFirings out;
    if (database.read_only()) {
        findings->push_back({DataKind::store_read_only, database.path(), 0, {}, {}});
        return std::nullopt;
    }
    const auto failed = [&] {
        findings->push_back(database.take_failure());
        return std::nullopt;
    };
    Transaction transaction(database);
    if (!transaction.begun()) return failed();
    // The id says everything that makes a firing the same one, so a firing of an earlier run stays.
    Statement insert = database.prepare(
        "INSERT INTO clausal_firing (id, rule, subject, time, step, event, event_sequence, actions)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING");
    for (const Firing& firing : outcomes.firings) {
        const RuleLabel& rule = rules[firing.rule];
        insert.bind(1, firing_id(schema, rules, data, firing)).bind(2, rule.id)
            .bind(3, subject_text(data, rule.subject_kind, firing.subject)).bind(4, firing.step.time)
            .bind(5, std::string_view(step_name(firing)));
        const EventReference event = firing.step.event;
        if (event.type < schema.events.size() && event.row < data.tables[event.type].size()) {
            insert.bind(6, schema.events[event.type].name)
                .bind(7, static_cast<std::int64_t>(data.tables[event.type].sequence[event.row]));
        } else {
            insert.bind_null(6).bind_null(7);
        }
        insert.bind(8, actions_json(schema, data, firing, zone));
        if (!insert.execute()) return failed();
        if (database.changes() > 0) ++out.added;
        else ++out.known;
    }
    // The clock never goes back.
    Statement cursor = database.prepare("INSERT INTO clausal_cursor (only_row, clock) VALUES (1, ?)"
                                        " ON CONFLICT (only_row) DO UPDATE SET clock = max(clock, excluded.clock)");
    cursor.bind(1, clock);
    if (!cursor.execute() || !transaction.commit()) return failed();
    return out;
}

std::vector<StoredFiring> read_firings(Store& store, std::vector<DataFinding>* findings) {
    Database& database = store.database();
    std::vector<StoredFiring> out;
    Statement read = database.prepare("SELECT id, rule, subject, step, actions, time FROM clausal_firing ORDER BY position");
    while (read.step())
        out.push_back({std::string(read.text(0)), std::string(read.text(1)), std::string(read.text(2)),
                       std::string(read.text(3)), std::string(read.text(4)), read.integer(5)});
    if (database.failed()) findings->push_back(database.take_failure());
    return out;
}

}  // namespace clausal
