// Firings of a run: rows of the store, written with its clock in one transaction.

#include <map>
#include <unordered_set>

#include "runtime/engine/outcome.h"
#include "runtime/store/database.h"
#include "runtime/store/store.h"

namespace clausal {

using store::Database;
using store::Statement;
using store::Transaction;

namespace {

// The row of the pack, made at its first run; 0 after a failure.
std::int64_t pack_row(Database& database, const PackLabel& pack) {
    Statement add = database.prepare(
        "INSERT INTO clausal_pack (version, hash) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING");
    add.bind(1, pack.version).bind(2, pack.hash);
    if (!add.execute()) return 0;
    Statement find = database.prepare("SELECT id FROM clausal_pack WHERE hash = ?");
    find.bind(1, pack.hash);
    return find.step() ? find.integer(0) : 0;
}

// Firings of other versions of the pack, in words: "1.0.0 (3f2a…): 12".
void count_other_packs(Database& database, std::int64_t pack, std::vector<DataFinding>* findings) {
    constexpr std::size_t kHashShown = 8;
    Statement read = database.prepare(
        "SELECT p.version, p.hash, count(*) FROM clausal_firing AS f LEFT JOIN clausal_pack AS p ON p.id = f.pack"
        " WHERE f.pack IS NOT ? GROUP BY f.pack ORDER BY f.pack");
    read.bind(1, pack);
    std::int64_t all = 0;
    std::string versions;
    while (read.step()) {
        all += read.integer(2);
        if (!versions.empty()) versions += ", ";
        versions += read.is_null(0) ? std::string("?")
                                    : std::string(read.text(0)) + " (" +
                                          std::string(read.text(1)).substr(0, kHashShown) + ")";
        versions += ": " + std::to_string(read.integer(2));
    }
    if (all > 0)
        findings->push_back({DataKind::firings_of_other_packs, database.path(), 0, {},
            {{"count", std::to_string(all)}, {"versions", versions}}});
}

// Firings of the store up to `reached` that are not among `given`, by rule.
void count_not_given(Database& database, const std::unordered_set<std::string>& given,
    Microseconds reached, std::vector<DataFinding>* findings) {
    Statement count = database.prepare("SELECT count(*) FROM clausal_firing WHERE time <= ?");
    count.bind(1, reached);
    if (!count.step() || static_cast<std::size_t>(count.integer(0)) == given.size()) return;
    std::map<std::string, std::uint64_t> rules;
    Statement read = database.prepare("SELECT id, rule FROM clausal_firing WHERE time <= ?");
    read.bind(1, reached);
    while (read.step())
        if (!given.contains(std::string(read.text(0)))) ++rules[std::string(read.text(1))];
    for (const auto& [rule, firings] : rules)
        findings->push_back({DataKind::firings_not_given, database.path(), 0, {},
            {{"count", std::to_string(firings)}, {"rule", rule}}});
}

}  // namespace

std::optional<WrittenFirings> write_firings(Store& store, const Schema& schema,
    const std::vector<RuleLabel>& rules, const EventData& data, const Outcomes& outcomes,
    const Zone& zone, const PackLabel& pack, Microseconds reached, Microseconds clock,
    std::vector<DataFinding>* findings) {
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
    out.known = static_cast<std::uint64_t>(
        database.integer("SELECT count(*) FROM clausal_firing").value_or(0));
    const std::int64_t pack_id = pack_row(database, pack);
    if (pack_id == 0) return failed();
    // The id says everything that makes a firing the same one, so a firing of an earlier run stays.
    Statement insert = database.prepare(
        "INSERT INTO clausal_firing (id, rule, subject, time, step, event, event_sequence, actions, pack)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING");
    Statement stored = database.prepare("SELECT actions FROM clausal_firing WHERE id = ?");
    std::unordered_set<std::string> given;
    std::map<std::string, std::uint64_t> different;
    for (const Firing& firing : outcomes.firings) {
        const RuleLabel& rule = rules[firing.rule];
        const std::string id = firing_id(schema, rules, data, firing);
        const std::string actions = actions_json(schema, data, firing, zone);
        insert.bind(1, id)
            .bind(2, rule.id)
            .bind(3, subject_text(data, rule.subject_kind, firing.subject))
            .bind(4, firing.step.time)
            .bind(5, std::string_view(step_name(firing)));
        const EventReference event = firing.step.event;
        if (event.type < schema.events.size() && event.row < data.tables[event.type].size()) {
            insert.bind(6, schema.events[event.type].name)
                .bind(7, static_cast<std::int64_t>(data.tables[event.type].sequence[event.row]));
        } else {
            insert.bind_null(6).bind_null(7);
        }
        insert.bind(8, actions).bind(9, pack_id);
        if (!insert.execute()) return failed();
        if (database.changes() > 0) {
            ++out.added;
        } else {
            stored.bind(1, id);
            if (stored.step() && stored.text(0) != actions) ++different[rule.id];
            stored.reset();
        }
        given.insert(id);
    }
    std::vector<DataFinding> notes;
    count_other_packs(database, pack_id, &notes);
    count_not_given(database, given, reached, &notes);
    for (const auto& [rule, firings] : different)
        notes.push_back({DataKind::firings_differ, database.path(), 0, {},
            {{"count", std::to_string(firings)}, {"rule", rule}}});
    if (database.failed()) return failed();
    // The clock never goes back.
    Statement cursor = database.prepare(
        "INSERT INTO clausal_cursor (only_row, clock) VALUES (1, ?)"
        " ON CONFLICT (only_row) DO UPDATE SET clock = max(clock, excluded.clock)");
    cursor.bind(1, clock);
    if (!cursor.execute() || !transaction.commit()) return failed();
    findings->insert(findings->end(), notes.begin(), notes.end());
    return out;
}

std::vector<StoredFiring> read_firings(Store& store, std::vector<DataFinding>* findings) {
    Database& database = store.database();
    std::vector<StoredFiring> out;
    Statement read = database.prepare(
        "SELECT f.id, f.rule, f.subject, f.step, f.actions, f.time, coalesce(p.version, ''),"
        " coalesce(p.hash, '') FROM clausal_firing AS f LEFT JOIN clausal_pack AS p"
        " ON p.id = f.pack ORDER BY f.position");
    while (read.step())
        out.push_back({std::string(read.text(0)), std::string(read.text(1)),
            std::string(read.text(2)), std::string(read.text(3)), std::string(read.text(4)),
            std::string(read.text(6)), std::string(read.text(7)), read.integer(5)});
    if (database.failed()) findings->push_back(database.take_failure());
    return out;
}

}  // namespace clausal
