#pragma once
// The compiled side of each pair: rule text to machine code, run over the same EventData.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/hand_written/hand_written.h"

namespace clausal::bench {

// Rules compiled and ready to run.
class Ours {
public:
    virtual ~Ours() = default;
    // Fills `firings` with every firing in output order; `rule` counts within the chosen rules.
    virtual void run(const EventData& data, Firings* firings) = 0;
    // Bytes of state a subject, summed over customers and regions.
    virtual std::optional<std::size_t> state_bytes() const = 0;
};

// True when this build contains the compiler and the engine.
bool have_ours();

// Compiles the rules named in `rules` (all when empty) of a rule file. Adds the pack's texts to
// `data`'s dictionary. Null with *error on failure.
std::unique_ptr<Ours> compile_ours(const std::string& rule_file, const std::vector<std::string>& rules,
                                   EventData& data, std::string* error);

// Runs W1..W5 straight from the rows of the database file, reading included. False with *error on failure.
bool run_ours_from_rows(const std::string& rule_file, const std::string& database, std::uint64_t* firings,
                        double* seconds, std::string* error);

}  // namespace clausal::bench
