#pragma once
// From a lattice to one row of tokens: the cheapest cut that the grammar accepts, unless another
// reading crosses it or a negation could be split off one of its names (docs/language/cutting.md).

#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/earley.h"
#include "compiler/syntax/lattice.h"
#include "compiler/syntax/statements.h"

namespace clausal::syntax {

struct Choice {
    bool ok = false;
    std::vector<Token> tokens;
    std::vector<Reading> readings;
};

// Reports what is wrong when `ok` is false.
Choice choose_cut(const SourceSet& sources, FileId file, const FileText& text,
    const Statement& statement, const Dictionary& words, Sink& sink);

// No cut is a statement: says where and what was expected (report.cpp).
void report_no_cut(const SourceSet& sources, FileId file, const FileText& text,
    const Statement& statement, const Dictionary& words, const Lattice& lattice, const Cut& cut,
    Sink& sink);

}  // namespace clausal::syntax
