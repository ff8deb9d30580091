#pragma once
// The formatter: one statement a line, its further lines indented by four spaces, no trailing space,
// at most one blank line in a row, LF line ends. Within a line one blank between words, one around
// = ≥ ≤ ≠ → × ÷, none beside full-width signs and inside brackets, one after a comma; a note stays on
// the line of what it follows. Words, numbers and quoted pieces stay as written, so a formatted file
// means what it meant; the caller checks that by comparing the trees.

#include <string>

#include "compiler/source/source_file.h"
#include "compiler/syntax/tree.h"

namespace clausal {

// Without `spacing` only lines are set: for a file in which blanks settle a reading.
std::string format_text(
    const SourceSet& sources, const syntax::SyntaxTree& tree, bool spacing = true);

}  // namespace clausal
