#pragma once
// A path -> a pack ready to run: reads the rule files of a pack and of what it imports, parses them
// with one table of names, and compiles them to core. Only here does the front end touch files; the
// compiler itself (compile_to_core) is pure. Nothing is thrown: a path that does not exist is a
// finding like any other.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/core/core.h"
#include "compiler/core/readings.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/names/from_syntax.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/parse.h"

namespace clausal {

struct LoadOptions {
    // folders in which imported packs are looked for, after the pack's own
    std::vector<std::string> packs;
    std::string stdlib;                  // folder of the standard packs; empty: that of the build
    std::size_t most_bytes = 8U << 20U;  // of one rule file: a hand-written pack has kilobytes
    std::size_t most_files = 1000;       // of one pack with its imports
};

struct LoadedPack {
    SourceSet sources;
    Sink sink;                              // findings of all phases
    syntax::NameTable names;                // of all files
    std::vector<syntax::SyntaxTree> trees;  // by file id
    std::vector<bool> imported;             // by file id: of an imported pack
    // by file id: list file -> its text
    std::vector<std::map<std::string, std::string>> list_files;
    std::optional<core::CorePack> core;  // without errors only
    std::vector<core::ReadingLine> readings;
    std::vector<std::string> files;  // paths, by file id
    std::string folder;              // of the pack: relative data files are found from here

    std::string printed_names;  // --dump=names
    std::string printed_types;  // --dump=types

    bool ok() const { return core.has_value(); }
    // A file of the pack itself, not of an import.
    bool owns(FileId file) const { return file < imported.size() && !imported[file]; }
    std::vector<names::TreeInput> inputs() const;
};

// `path` is a rule file, or a folder whose *.clausal files are one pack.
LoadedPack load_pack(const std::string& path, const LoadOptions& options = {});

// The same from texts in memory, as tests and editors have them: (path, text) pairs.
LoadedPack load_texts(
    const std::vector<std::pair<std::string, std::string>>& files, const LoadOptions& options = {});

// What the compiler gives besides core.
struct CompileText {
    std::vector<core::ReadingLine> readings;  // by rule, in the order of the rules
    std::string names;
    std::string types;
};

// Parsed trees -> core; nullopt when there are errors.
std::optional<core::CorePack> compile_to_core(const SourceSet& sources,
    const std::vector<names::TreeInput>& trees, Sink& sink, CompileText* text = nullptr);

}  // namespace clausal
