#pragma once
// Every limit on outside data, by name. A limit that is reached is a finding or a recorded fault,
// never a crash.

#include <cstddef>
#include <cstdint>

namespace clausal::limits {

inline constexpr std::size_t kMaxRuleFileBytes = 4U << 20U;    // one rule file
inline constexpr std::size_t kMaxStatementBytes = 64U << 10U;  // one statement
inline constexpr std::size_t kMaxStatements = 200'000;         // of one file
inline constexpr int kMaxNesting = 200;                        // brackets within one statement
inline constexpr std::size_t kMaxLatticeEdges = 400'000;       // possible tokens of a statement
inline constexpr std::size_t kMaxEarleyItems = 4'000'000;      // work of the cut of a statement
inline constexpr std::size_t kMaxNameBytes = 512;              // one declared name
inline constexpr int kMaxDigits = 18;                          // of a literal
// Occurrences that a condition looks back at one by one, per subject: earlier ones are forgotten.
inline constexpr std::uint32_t kMaxRemembered = 1'000'000;

}  // namespace clausal::limits
