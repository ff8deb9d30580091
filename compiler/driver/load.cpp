#include "compiler/driver/load.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/driver/remedies.h"
#include "compiler/names/print.h"
#include "compiler/names/words.h"
#include "compiler/types/from_names.h"
#include "compiler/types/print.h"

namespace clausal {
namespace {

namespace fs = std::filesystem;

struct RuleFile {
    std::string path;
    std::string text;
    std::string pack;                  // folded; "" if it declares none
    std::vector<std::string> imports;  // as written
};

std::string default_stdlib() {
#ifdef CLAUSAL_STDLIB
    return CLAUSAL_STDLIB;
#else
    return "stdlib";
#endif
}

bool is_rule_file(const fs::path& path) { return path.extension() == ".clausal"; }

std::vector<std::string> rule_files_in(const fs::path& folder, std::size_t most) {
    std::vector<std::string> out;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end && out.size() < most;
        at.increment(error)) {
        if (is_rule_file(at->path()) && at->is_regular_file(error))
            out.push_back(at->path().string());
    }
    std::sort(out.begin(), out.end());
    return out;
}

// What a file declares about itself, found by the first pass over a scratch copy.
void look_at(RuleFile& file) {
    SourceSet scratch;
    Sink quiet;
    const FileId id = scratch.add(file.path, file.text);
    const syntax::NameTable table = syntax::collect_names(scratch, id, quiet);
    file.pack = names::fold(table.pack);
    file.imports = table.imports;
}

class Loader {
public:
    Loader(LoadedPack& out, const LoadOptions& options) : out_(out), options_(options) {}

    std::optional<RuleFile> read(const std::string& path) {
        std::error_code error;
        const auto size = fs::file_size(path, error);
        if (error) {
            out_.sink.report(kind::rule_file_unreadable, {}, {{"path", path, ""}});
            return std::nullopt;
        }
        if (size > options_.most_bytes) {
            out_.sink.report(kind::rule_file_too_large, {},
                {{"path", path, ""}, {"limit", std::to_string(options_.most_bytes), ""}});
            return std::nullopt;
        }
        std::ifstream stream(path, std::ios::binary);
        RuleFile file;
        file.path = path;
        file.text.resize(static_cast<std::size_t>(size));
        stream.read(file.text.data(), static_cast<std::streamsize>(size));
        if (!stream) {
            out_.sink.report(kind::rule_file_unreadable, {}, {{"path", path, ""}});
            return std::nullopt;
        }
        look_at(file);
        return file;
    }

    void load(std::vector<RuleFile> own) {
        // In a folder with several packs those that another one imports are only imported.
        std::set<std::string> imported;
        for (const RuleFile& file : own) {
            for (const std::string& name : file.imports) imported.insert(names::fold(name));
        }
        std::set<std::string> packs;
        for (const RuleFile& file : own) {
            if (!file.pack.empty()) packs.insert(file.pack);
        }
        std::vector<RuleFile> main;
        for (RuleFile& file : own) {
            const bool elsewhere = packs.size() > 1 && imported.contains(file.pack);
            (elsewhere ? nearby_ : main).push_back(std::move(file));
        }
        if (main.empty()) {
            // All import each other: the first one is meant, the cycle is reported on the way.
            main.push_back(std::move(nearby_.front()));
            nearby_.erase(nearby_.begin());
        }
        std::string name;
        for (const RuleFile& file : main) {
            if (!file.pack.empty()) name = file.pack;
        }
        // Imports first: their ranks and declarations come before.
        path_.push_back(name);
        done_.insert(name);
        for (const RuleFile& file : main) imports_of(file);
        for (const RuleFile& file : main) add(file, false);
        finish();
    }

private:
    void add(const RuleFile& file, bool imported) {
        if (out_.files.size() >= options_.most_files) return;
        out_.sources.add(file.path, file.text);
        out_.files.push_back(file.path);
        out_.imported.push_back(imported);
    }

    void imports_of(const RuleFile& file) {
        for (const std::string& name : file.imports) {
            const std::string folded = names::fold(name);
            const auto open = std::find(path_.begin(), path_.end(), folded);
            if (open != path_.end()) {
                std::string path;
                for (auto at = open; at != path_.end(); ++at) path += *at + " → ";
                pending_.push_back({kind::import_cycle, file.path, name, path + folded});
                continue;
            }
            if (!done_.insert(folded).second) continue;
            const std::vector<RuleFile> found = find(folded, file.path);
            if (found.empty()) {
                pending_.push_back({kind::unknown_pack, file.path, name, {}});
                continue;
            }
            path_.push_back(folded);
            for (const RuleFile& other : found) imports_of(other);
            path_.pop_back();
            for (const RuleFile& other : found) add(other, true);
        }
    }

    // The files of a pack: beside the importing file, in folders beside it, in the search folders.
    std::vector<RuleFile> find(const std::string& pack, const std::string& from) {
        std::vector<RuleFile> found;
        for (const RuleFile& file : nearby_) {
            if (file.pack == pack) found.push_back(file);
        }
        if (!found.empty()) return found;
        std::vector<fs::path> folders;
        const fs::path here = fs::path(from).parent_path();
        const auto with_children = [&](const fs::path& folder) {
            folders.push_back(folder);
            std::error_code error;
            std::vector<fs::path> inner;
            for (fs::directory_iterator at(folder.empty() ? fs::path(".") : folder, error), end;
                !error && at != end && inner.size() < options_.most_files; at.increment(error)) {
                if (at->is_directory(error)) inner.push_back(at->path());
            }
            std::sort(inner.begin(), inner.end());
            folders.insert(folders.end(), inner.begin(), inner.end());
        };
        folders.push_back(here.empty() ? fs::path(".") : here);
        for (const std::string& folder : options_.packs) with_children(folder);
        with_children(options_.stdlib.empty() ? default_stdlib() : options_.stdlib);
        if (here.empty() || here.filename() == "." || here.filename() == "..")
            with_children(here / "..");
        else
            with_children(here.parent_path().empty() ? fs::path(".") : here.parent_path());
        for (const fs::path& folder : folders) {
            for (const std::string& path : rule_files_in(folder, options_.most_files)) {
                const RuleFile* known = peek(path);
                if (known != nullptr && known->pack == pack) found.push_back(*known);
            }
            if (!found.empty()) return found;
        }
        return found;
    }

    // A candidate for an import; what is wrong with others is none of this pack's business.
    const RuleFile* peek(const std::string& path) {
        const auto known = peeked_.find(path);
        if (known != peeked_.end()) return known->second ? &*known->second : nullptr;
        std::error_code error;
        const auto size = fs::file_size(path, error);
        std::optional<RuleFile>& slot = peeked_[path];
        if (!error && size <= options_.most_bytes && peeked_.size() <= options_.most_files)
            slot = read(path);
        return slot ? &*slot : nullptr;
    }

    void finish() {
        std::vector<syntax::NameTable> tables;
        for (FileId id = 0; id < out_.files.size(); ++id) {
            syntax::NameTable table = syntax::collect_names(out_.sources, id, out_.sink);
            out_.names.names.insert(out_.names.names.end(), table.names.begin(), table.names.end());
            out_.names.fillers.insert(
                out_.names.fillers.end(), table.fillers.begin(), table.fillers.end());
            if (!out_.imported[id]) {
                out_.names.imports.insert(
                    out_.names.imports.end(), table.imports.begin(), table.imports.end());
                if (!table.pack.empty()) out_.names.pack = table.pack;
            }
        }
        for (FileId id = 0; id < out_.files.size(); ++id) {
            out_.trees.push_back(syntax::parse_file(out_.sources, id, out_.names, out_.sink));
        }
        for (const Pending& pending : pending_) report(pending);
        out_.list_files.resize(out_.files.size());
        for (FileId id = 0; id < out_.files.size(); ++id) list_files(id);
        CompileText text;
        out_.core = compile_to_core(out_.sources, out_.inputs(), out_.sink, &text);
        out_.readings = std::move(text.readings);
        out_.printed_names = std::move(text.names);
        out_.printed_types = std::move(text.types);
        try_remedies(out_);
    }

    // Lists kept in files: one item a line.
    void list_files(FileId id) {
        const syntax::SyntaxTree& tree = out_.trees[id];
        for (const syntax::Node& node : tree.nodes) {
            if (node.kind != syntax::NodeKind::list) continue;
            for (const syntax::NodeId child : node.children) {
                if (child == syntax::kNoNode || tree[child].kind != syntax::NodeKind::setting)
                    continue;
                const fs::path path = fs::path(out_.files[id]).parent_path() / tree[child].text;
                std::error_code error;
                const auto size = fs::file_size(path, error);
                std::string text;
                if (!error && size <= options_.most_bytes) {
                    std::ifstream stream(path, std::ios::binary);
                    text.resize(static_cast<std::size_t>(size));
                    stream.read(text.data(), static_cast<std::streamsize>(size));
                    if (stream) {
                        out_.list_files[id][tree[child].text] = std::move(text);
                        continue;
                    }
                }
                out_.sink.report(
                    kind::list_file_unreadable, tree[child].span, {{"path", tree[child].text, ""}});
            }
        }
    }

    struct Pending {
        Kind kind;
        std::string file;
        std::string name;
        std::string path;
    };

    // At the import statement that names the pack.
    void report(const Pending& pending) {
        Span span;
        for (FileId id = 0; id < out_.files.size(); ++id) {
            if (out_.files[id] != pending.file) continue;
            for (const syntax::Node& node : out_.trees[id].nodes) {
                if (node.kind == syntax::NodeKind::import &&
                    names::fold(node.text) == names::fold(pending.name))
                    span = node.span;
            }
            if (span.file == Span::kNoFile) span = {id, 0, 0};
        }
        if (pending.kind == kind::import_cycle)
            out_.sink.report(pending.kind, span, {{"path", pending.path, ""}})
                .help.push_back(
                    {"", "take one of the imports out; put what both need into a pack of its own",
                        "请去掉其中一个导入；双方都要用的内容请放进单独的规则包"});
        else
            out_.sink.report(pending.kind, span, {{"name", pending.name, ""}});
    }

    LoadedPack& out_;
    const LoadOptions& options_;
    std::vector<RuleFile> nearby_;
    std::vector<std::string> path_;
    std::set<std::string> done_;
    std::map<std::string, std::optional<RuleFile>> peeked_;
    std::vector<Pending> pending_;
};

}  // namespace

namespace {
// A folder from the root on, without a slash at its end.
fs::path plain(const fs::path& folder) {
    std::error_code error;
    const fs::path out =
        fs::absolute(folder.empty() ? fs::path(".") : folder, error).lexically_normal();
    return out.has_filename() ? out : out.parent_path();
}
}  // namespace

std::vector<names::TreeInput> LoadedPack::inputs() const {
    std::vector<names::TreeInput> out;
    for (std::size_t i = 0; i < trees.size(); ++i) {
        out.push_back({&trees[i], i < list_files.size() ? &list_files[i] : nullptr, imported[i]});
        if (!imported[i]) continue;
        const fs::path seen =
            plain(fs::path(files[i]).parent_path()).lexically_relative(plain(fs::path(folder)));
        if (seen != "." && !seen.empty()) out.back().folder = seen.string();
    }
    return out;
}

namespace {

// What the cut chose inside a rule: words that were ignored, and finer or longer cuts that lost.
void cut_reading(const syntax::Reading& reading, const core::CorePack& pack,
    std::vector<core::ReadingLine>* out) {
    for (const core::Rule& rule : pack.rules) {
        if (rule.span.file != reading.span.file || reading.span.begin < rule.span.begin ||
            reading.span.end > rule.span.end)
            continue;
        switch (reading.kind) {
        case syntax::Reading::Kind::filler:
            out->push_back({rule.id, reading.span, "ignored: `" + reading.chosen + "`",
                "忽略：`" + reading.chosen + "`"});
            break;
        case syntax::Reading::Kind::coarser_cut:
            out->push_back({rule.id, reading.span,
                "one name: `" + reading.chosen + "`, not `" + reading.other + "`",
                "作为一个名称：`" + reading.chosen + "`，而不是 `" + reading.other + "`"});
            break;
        case syntax::Reading::Kind::differs_from_longest:
            out->push_back({rule.id, reading.span,
                "read as `" + reading.chosen + "`, although `" + reading.other + "` is longer",
                "读作 `" + reading.chosen + "`，虽然 `" + reading.other + "` 更长"});
            break;
        case syntax::Reading::Kind::scope:
            out->push_back(
                {rule.id, reading.span, "scope: " + reading.chosen, "范围：" + reading.chosen});
            break;
        }
        return;
    }
}

}  // namespace

std::optional<core::CorePack> compile_to_core(const SourceSet& sources,
    const std::vector<names::TreeInput>& trees, Sink& sink, CompileText* text) {
    const names::ResolvedPack resolved = names::resolve(trees, sink);
    types::TypedPack typed = types::check_types(resolved, sources, sink);
    if (text != nullptr) {
        text->names = names::print(resolved);
        text->types = types::print(typed);
        std::vector<core::ReadingLine> all = typed.readings;
        if (typed.complete) {
            const std::vector<core::ReadingLine> more = core::readings(typed.core);
            all.insert(all.end(), more.begin(), more.end());
        }
        for (const names::TreeInput& input : trees) {
            for (const syntax::Reading& reading : input.tree->readings) {
                cut_reading(reading, typed.core, &all);
            }
        }
        // By rule, each line once.
        std::map<std::string, std::vector<const core::ReadingLine*>> by_rule;
        std::set<std::pair<std::string, std::string>> known;
        for (const core::ReadingLine& line : all) {
            if (known.emplace(line.rule, line.english).second) by_rule[line.rule].push_back(&line);
        }
        for (const core::Rule& rule : typed.core.rules) {
            for (const core::ReadingLine* line : by_rule[rule.id]) text->readings.push_back(*line);
        }
    }
    if (!typed.complete || sink.has_errors()) return std::nullopt;
    return std::move(typed.core);
}

LoadedPack load_pack(const std::string& path, const LoadOptions& options) {
    LoadedPack out;
    Loader loader(out, options);
    std::error_code error;
    std::vector<std::string> paths;
    if (fs::is_directory(path, error)) {
        out.folder = path;
        paths = rule_files_in(path, options.most_files);
    } else if (fs::exists(path, error)) {
        out.folder = fs::path(path).parent_path().string();
        paths.push_back(path);
    }
    if (paths.empty()) {
        out.sink.report(kind::pack_not_found, {}, {{"path", path, ""}});
        return out;
    }
    std::vector<RuleFile> files;
    for (const std::string& one : paths) {
        if (auto file = loader.read(one)) files.push_back(std::move(*file));
    }
    if (!files.empty()) loader.load(std::move(files));
    return out;
}

LoadedPack load_texts(
    const std::vector<std::pair<std::string, std::string>>& files, const LoadOptions& options) {
    LoadedPack out;
    Loader loader(out, options);
    std::vector<RuleFile> list;
    for (const auto& [path, text] : files) {
        RuleFile file;
        file.path = path;
        file.text = text;
        look_at(file);
        list.push_back(std::move(file));
    }
    if (!list.empty()) loader.load(std::move(list));
    return out;
}

}  // namespace clausal
