#pragma once
// One pack text through both passes, for the tests of the syntax folder.

#include <string>

#include "compiler/syntax/parse.h"

namespace clausal::syntax {

struct Parsed {
    SourceSet sources;
    Sink sink;
    NameTable names;
    SyntaxTree tree;
    FileId file = 0;

    explicit Parsed(const std::string& text) {
        file = sources.add("test.clausal", text);
        Sink first;
        names = collect_names(sources, file, first);
        tree = parse_file(sources, file, names, sink);
    }
    // The tree of the last statement that is no note.
    std::string last() const {
        const std::string all = print(tree);
        std::size_t at = all.size();
        while ((at = all.rfind("\n  ", at - 1)) != std::string::npos && all[at + 3] == ' ') {
        }
        return at == std::string::npos ? all : all.substr(at + 1);
    }
    std::string tokens() const { return print_tokens(sources, file, names); }
    std::string findings() const {
        return render_text(sink.sorted(), sources, Language::english, false);
    }
    bool has(Kind kind) const {
        for (const Diagnostic& each : sink.all()) {
            if (each.kind == kind) return true;
        }
        return false;
    }
};

}  // namespace clausal::syntax
