#pragma once
// Syntax trees of a pack and of what it imports -> ResolvedPack. Reports duplicates, names that look
// alike, unknown names, cyclic terms, and what is wrong with sources and examples. Gives a pack even
// after findings, so that later phases can find more.

#include <map>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/names/resolved.h"

namespace clausal::names {

struct TreeInput {
    const syntax::SyntaxTree* tree = nullptr;
    // contents of the list files that it names, as written
    const std::map<std::string, std::string>* files = nullptr;
    // of an imported pack: gives all it declares but its examples, read by its own settings
    bool imported = false;
    // its folder as seen from that of the pack, "" when they are one: its data files lie there
    std::string folder = {};
};

ResolvedPack resolve(const std::vector<TreeInput>& trees, Sink& sink);

}  // namespace clausal::names
