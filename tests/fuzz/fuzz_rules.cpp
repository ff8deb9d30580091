// Rule text through both passes of the front end: it must give findings, never a crash.
#include <cstdint>
#include <string>

#include "compiler/syntax/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace clausal;
    SourceSet sources;
    Sink sink;
    const FileId file = sources.add("fuzz", std::string(reinterpret_cast<const char*>(data), size));
    const syntax::NameTable names = syntax::collect_names(sources, file, sink);
    const syntax::SyntaxTree tree = syntax::parse_file(sources, file, names, sink);
    (void)syntax::print(tree);
    (void)render_text(sink.sorted(), sources, Language::chinese, false);
    return 0;
}
