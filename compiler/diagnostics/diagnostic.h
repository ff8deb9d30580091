#pragma once
// Findings as data. A phase reports kinds with named arguments and places; text is made last, in
// render_*.cpp, in the user's language. Kinds live in kinds_<phase>.def, one row each with the
// sentence in both languages, so neither can be missing.
//
//   CLAUSAL_KIND(code, slug, severity, "english sentence with {name}", "中文句子 {name}")
//
// Codes: 1xx source, 2xx syntax, 3xx names, 4xx types, 5xx completeness and vague words,
// 6xx conflicts and plan, 8xx data and run time, 9xx internal. Never reused.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/source_file.h"

namespace clausal {

enum class Severity : std::uint8_t { error, warning, note };
enum class Language : std::uint8_t { english, chinese };

// A kind by its code. Its constants stand in kinds_<phase>.h, a header per phase, so that a new
// finding of one phase does not compile the others anew.
enum class Kind : std::uint16_t {};

// One named argument: `value` replaces {name}. Arguments are the user's words, names, numbers:
// never ready-made phrases of one language, unless `value_zh` gives the other.
struct Argument {
    std::string name;
    std::string value;
    std::string value_zh;  // empty: the same in both languages
};

struct Label {  // a second place, "declared here"
    Span span;
    std::string english;
    std::string chinese;
};

struct Fix {  // what to write instead
    Span span;
    std::string replacement;
    bool safe = false;  // may be applied without a look
    int label = -1;     // the label that says why, dropped with it
};

struct Diagnostic {
    Kind kind{};
    Span span;
    std::vector<Argument> arguments;
    std::vector<Label> labels;
    std::vector<Fix> fixes;
    std::vector<Argument> help;  // each: value = English sentence, value_zh = Chinese sentence
};

// What a kind is: its number, slug, severity and both sentences.
struct KindInfo {
    Kind kind;
    std::uint16_t code;
    std::string_view slug;
    Severity severity;
    std::string_view english;
    std::string_view chinese;
};
const KindInfo& kind_info(Kind kind);
const std::vector<KindInfo>& all_kinds();

// Collects findings in the order reported; `sorted` gives them by place, then code, without repeats.
class Sink {
public:
    Diagnostic& report(Kind kind, Span span, std::vector<Argument> arguments = {});
    bool has_errors() const { return errors_ > 0; }
    std::size_t error_count() const { return errors_; }
    const std::vector<Diagnostic>& all() const { return diagnostics_; }
    // To change what a finding proposes, once it was tried; not its kind.
    std::vector<Diagnostic>& to_edit() { return diagnostics_; }
    std::vector<Diagnostic> sorted() const;

private:
    std::vector<Diagnostic> diagnostics_;
    std::size_t errors_ = 0;
};

// The sentence of a finding in `language`, arguments filled in.
std::string message(const Diagnostic& diagnostic, Language language);

// All findings as text with the source line and carets, as JSON, or as SARIF 2.1.0.
std::string render_text(const std::vector<Diagnostic>& diagnostics, const SourceSet& sources,
    Language language, bool colour);
std::string render_json(
    const std::vector<Diagnostic>& diagnostics, const SourceSet& sources, Language language);
std::string render_sarif(
    const std::vector<Diagnostic>& diagnostics, const SourceSet& sources, Language language);

}  // namespace clausal
