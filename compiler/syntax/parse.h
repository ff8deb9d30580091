#pragma once
// Rule text to syntax tree. Two passes: `collect_names` finds every name that the files declare,
// `parse_file` cuts each statement by all declared names, words of the language, numbers and quoted
// pieces at once and lets the grammar decide (docs/language/cutting.md). Statements with an error
// become `error` nodes; the others are kept. Never throws, never recurses without a depth limit.

#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/tree.h"

namespace clausal::syntax {

// A name that some statement declares, with all its spellings (aliases, plural and verb forms are
// added by the cut itself). `text` is the canonical spelling, used in tree nodes.
struct DeclaredName {
    std::string text;
    std::vector<std::string> also;
    std::string
        kind;  // subject, event, field, parameter, list, table, term, action, choice, role, rule, ... as text
    Span span;
};

struct NameTable {
    std::vector<DeclaredName> names;
    std::vector<std::string> fillers;  // added by packs
    std::vector<std::string> imports;  // packs named by import statements
    std::string pack;                  // name of the pack that the file declares, "" if none
};

// Pass 1 over one file. Reports nothing but what stops the collection.
NameTable collect_names(const SourceSet& sources, FileId file, Sink& sink);

// Pass 2 over one file, with the merged table of the pack and its imports.
SyntaxTree parse_file(const SourceSet& sources, FileId file, const NameTable& names, Sink& sink);

// Stable text form, one node a line, indented: kind op "text" number.
std::string print(const SyntaxTree& tree);

// The tokens of each statement as cut, one statement a line, for --dump=tokens.
std::string print_tokens(const SourceSet& sources, FileId file, const NameTable& names);

}  // namespace clausal::syntax
