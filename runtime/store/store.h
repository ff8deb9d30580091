#pragma once
// Events, firings and what was noted, in one SQLite file or in memory. README.md has the tables.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/events/event_data.h"
#include "runtime/events/read_sources.h"
#include "runtime/events/schema.h"
#include "runtime/events/write_firings.h"

namespace clausal {

struct Outcomes;

namespace store {
class Database;
}

enum class StoreMode : std::uint8_t {
    create,  // read and write, made when it does not exist
    write,   // read and write, has to exist
    read,    // read only, has to exist
};

struct StoreOptions {
    StoreMode mode = StoreMode::create;
    int busy_milliseconds = 5000;  // how long to wait for another program
};

// An open store of one pack.
class Store {
public:
    // Opens, migrates, and makes the tables of the pack's events. nullopt: *findings says why not.
    // ":memory:" is a store in memory, by the same code.
    static std::optional<Store> open(const std::string& path, const Schema& schema,
        const StoreOptions& options, std::vector<DataFinding>* findings);
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();
    store::Database& database() { return *database_; }
    // Removes the file of a store again that open() made and that nothing was imported into: after
    // a failed import nothing is left behind. The store is closed then and not to be used any more.
    void discard_if_new();

private:
    Store();
    bool prepare(
        const Schema& schema, const StoreOptions& options, std::vector<DataFinding>* findings);
    std::unique_ptr<store::Database> database_;
    bool created_ = false;  // by open(): there was no file before
};

struct ImportReport {
    ReadReport read;                // findings and rejected rows of the files, and of the store
    std::uint64_t events = 0;       // new in the store
    std::uint64_t duplicates = 0;   // ids that the store or a file had already
    std::uint64_t late = 0;         // stored, marked late
    std::uint64_t files_known = 0;  // imported before with the same content
    bool ok() const { return read.ok(); }
};

// Reads files and adds their events in one transaction: all or nothing. Files with a content that
// was imported before are left out, so repeating an import changes nothing.
ImportReport import_files(Store& store, const Schema& schema,
    const std::vector<SourceFileInput>& files, const ReadOptions& options);

// By event type and field: whether its values are wanted. Empty: all. The keys of subjects are
// always loaded; the values of other fields are missing then. Times and rows are complete, so that
// births, clocks and the order stay what they are.
using NeededFields = std::vector<std::vector<bool>>;

// All events that are not marked late, and the registers; nullopt after a finding.
std::optional<EventData> load_events(Store& store, const Schema& schema,
    std::vector<DataFinding>* findings, const NeededFields& needed = {});

// Up to where the store's outputs are complete (SEMANTICS 5: import marks nothing late before the
// first run); nullopt before it.
std::optional<Microseconds> store_clock(Store& store);

struct WrittenFirings {
    std::uint64_t added = 0;
    std::uint64_t known = 0;  // that were there before
};

// The pack that ran: firings say which one made them.
struct PackLabel {
    std::string version;  // as the pack says
    std::string hash;     // of what its rules mean
};

// Adds the firings of a run that the store does not have yet and moves its clock to `clock`, in one
// transaction. `data` is what load_events gave; `reached` is how far the run went. Nothing that the
// store has is changed: findings count the firings of other versions of the pack, those that this
// run does not give, and those it gives with other values. nullopt after an error; then nothing is
// changed at all.
std::optional<WrittenFirings> write_firings(Store& store, const Schema& schema,
    const std::vector<RuleLabel>& rules, const EventData& data, const Outcomes& outcomes,
    const Zone& zone, const PackLabel& pack, Microseconds reached, Microseconds clock,
    std::vector<DataFinding>* findings);

// The firings of the store in output order, as written.
struct StoredFiring {
    std::string id, rule, subject, step, actions, pack_version, pack_hash;
    Microseconds time = 0;
};
std::vector<StoredFiring> read_firings(Store& store, std::vector<DataFinding>* findings);

}  // namespace clausal
