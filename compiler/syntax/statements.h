#pragma once
// Pass 1: a file as statements, without a dictionary. Finds where each statement ends, which names
// it declares and which pieces of it are fixed whatever the dictionary says (the declared name
// itself, labels, column names, cells, keys of examples).

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/text.h"
#include "compiler/syntax/tokens.h"

namespace clausal::syntax {

// A piece of a statement that is one token by its place. Positions are characters of the file's
// NormalText.
struct Piece {
    std::size_t begin = 0;
    std::size_t end = 0;
    Tok type = Tok::NAME;
    std::string text;
};

struct Statement {
    Tok keyword = Tok::none;  // PACK … EXAMPLE; none: a bare sentence
    bool is_note = false;
    std::size_t begin = 0;
    std::size_t end = 0;        // without the terminator
    std::vector<Piece> pieces;  // by place, not overlapping
    std::vector<DeclaredName> names;
    std::vector<std::string> fillers;
    std::vector<std::string> imports;
    std::string pack;
};

struct FileText {
    NormalText normal;
    std::vector<Statement> statements;
};

// Reports what makes the file unreadable (size, encoding, NUL, bidirectional controls).
FileText read_statements(const SourceSet& sources, FileId file, Sink& sink);

// Reads the declarations of one statement into its pieces and names (declarations.cpp).
void read_declaration(
    const SourceSet& sources, FileId file, const NormalText& text, Statement& statement);

}  // namespace clausal::syntax
