#pragma once
// What a data file may ask of the readers at most. Files are hostile input: beyond a limit a row is
// put aside with a reason, so that no file can make a reading slow or large without bound.

#include <cstddef>
#include <cstdint>

namespace clausal::limits {

// A row of a table made for people stays far below this; an unclosed quote would otherwise swallow
// the rest of a file into memory.
inline constexpr std::size_t kMaxRecordBytes = std::size_t{1} << 20;
// How far the end of a quote is looked for when it spans lines.
inline constexpr std::size_t kMaxOpenQuoteBytes = 8 * kMaxRecordBytes;
inline constexpr std::size_t kReadChunkBytes = std::size_t{1} << 18;
// Rows of events are flat; deeper nesting is an attack or a mistake.
inline constexpr std::size_t kMaxJsonDepth = 64;
// The place of an event within its row takes four bits of its sequence number (SEMANTICS 3).
inline constexpr std::uint32_t kMaxEventsPerRow = 16;
// Depth of a source expression; the compiler builds far flatter ones.
inline constexpr int kMaxExpressionDepth = 64;
// Rows put aside are described one by one up to here, afterwards only counted.
inline constexpr std::size_t kMaxRejectedKept = 100'000;

}  // namespace clausal::limits
