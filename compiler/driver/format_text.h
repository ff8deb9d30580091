#pragma once
// The formatter: one statement a line, its further lines indented by four spaces, no trailing space,
// at most one blank line in a row, LF line ends. Words, numbers and punctuation stay as written, so
// a formatted file means what it meant; the caller checks that by comparing the trees.

#include <string>

#include "compiler/source/source_file.h"
#include "compiler/syntax/tree.h"

namespace clausal {

std::string format_text(const SourceSet& sources, const syntax::SyntaxTree& tree);

}  // namespace clausal
