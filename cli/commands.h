#pragma once
// One function per subcommand. Options are what the command line said; each gives the exit code:
// 0 fine, 1 findings in the user's input, 2 wrong usage, 70 our fault.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "runtime/base/limits.h"

namespace clausal::cli {

inline constexpr int kExitFine = 0;
inline constexpr int kExitFindings = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInternal = 70;

struct Common {
    std::optional<Language> language;  // of --lang; otherwise of the rule files, otherwise of LANG
    std::string format = "text";       // text, json, sarif
};

struct CheckOptions {
    Common common;
    std::string pack;
    std::vector<std::string>
        data;  // where calendars and registers may lie besides the pack's folder
    bool readings = false;
};
int check(const CheckOptions& options);

struct BuildOptions {
    Common common;
    std::string pack;
    std::string output;
    std::string dump;
    bool by_place = false;
};
int build(const BuildOptions& options);

struct FormatOptions {
    Common common;
    std::string pack;
    bool check = false;
};
int format(const FormatOptions& options);

struct TestOptions {
    Common common;
    std::string pack;
    std::string junit;
    bool reference = false;
};
int test(const TestOptions& options);

struct DryRunOptions {
    Common common;
    std::string pack;
    std::vector<std::string> data;
    std::string firings;  // "", table, csv, ndjson
    std::optional<std::string> until;
    std::string put_aside;  // file for the rows put aside
    bool strict = false;
    std::uint32_t remember = limits::kMaxRemembered;
    bool reference = false;  // by the reference evaluator: slow, for comparison
};
int dry_run(const DryRunOptions& options);

struct ImportOptions {
    Common common;
    std::string pack;
    std::string store;
    std::vector<std::string> files;
    std::string put_aside;  // file for the rows put aside
    bool strict = false;
};
int import(const ImportOptions& options);

struct RunStoreOptions {
    Common common;
    std::string pack;
    std::string store;
    std::optional<std::string> until;
    std::uint32_t remember = limits::kMaxRemembered;
};
int run_store(const RunStoreOptions& options);

struct ExplainOptions {
    Common common;
    std::string code;
};
int explain(const ExplainOptions& options);

// Shared by the subcommands.
Language language_of(const Common& common, const std::vector<std::string>& texts);
bool output_in_colour();        // standard output is a terminal, and NO_COLOR does not forbid it
bool errors_in_colour();        // the same of standard error
bool errors_are_on_terminal();  // of standard error
// Writes beside the file first and then takes its place, so that a full disk loses nothing.
bool write_whole_file(const std::string& path, const std::string& bytes);

// The word most like `word`, empty when none is near.
std::string near_word(const std::string& word, const std::vector<std::string>& words);
// "1 event", "3 events"; other plurals than with an s are not needed.
std::string counted(std::uint64_t count, const std::string& word);
// The language that a command line asks for, that its pack has, or that of the system.
Language usage_language(const std::vector<std::string>& arguments);
// Says what is wrong with the command line, in the language that it asks for, that its pack has, or that
// of the system; gives the exit code.
int say_usage(const std::vector<std::string>& arguments, const std::string& english,
    const std::string& chinese);
// Says that a file cannot be written, and whether its folder is missing.
void say_cannot_write(const std::string& path, Language language);

// A line on standard error that shows how far a long task is; silent unless that is a terminal.
class Progress {
public:
    Progress(std::string english, std::string chinese, Language language);
    ~Progress();
    void at(std::uint64_t done, std::uint64_t total);  // total 0: not known

private:
    std::string label_;
    bool active_;
    std::int64_t last_drawn_ms_ = 0;
};

}  // namespace clausal::cli
