#pragma once
// The compiled side of each pair: rule text to machine code, run over the same events.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/hand_written/hand_written.h"
#include "compiler/core/core.h"
#include "runtime/engine/run_groups.h"

namespace clausal::bench {

// Loads a rule file and keeps the rules of these ids (all when empty). nullopt with *error on failure.
std::optional<core::CorePack> load_rules(
    const std::string& rule_file, const std::vector<std::string>& ids, std::string* error);

// Rules as machine code.
class Ours {
public:
    // Null with *error on failure.
    static std::unique_ptr<Ours> compile(core::CorePack pack, std::string* error);
    ~Ours();
    // The texts of the pack must have ids before a run that is measured.
    void prepare(EventData& data) const;
    engine::Records run(const EventData& data) const;
    // Bytes of state a subject, summed over the kinds of subjects.
    std::size_t state_bytes() const;
    const core::CorePack& pack() const { return *pack_; }

private:
    struct Code;
    Ours();
    std::unique_ptr<core::CorePack> pack_;  // the code points to it
    std::unique_ptr<Code> code_;
};

// Firings as the hand-written rules give them.
Firings firings_of(const engine::Records& outcomes);

// An empty store of the pack, to be filled by write_sqlite. An error message, or nothing.
std::optional<std::string> make_store(const core::CorePack& pack, const std::string& path);
// Opens the store, loads its events and runs. nullopt with *error on failure.
std::optional<engine::Records> run_from_store(
    const Ours& ours, const std::string& path, std::string* error);

}  // namespace clausal::bench
