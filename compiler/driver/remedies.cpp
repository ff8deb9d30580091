#include "compiler/driver/remedies.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/driver/rewrites.h"

namespace clausal {
namespace {

constexpr std::size_t kMostTrials = 160;
constexpr std::size_t kMostBytes = 6U << 20U;  // compiled again in all
constexpr std::size_t kMostProposals = 40;     // statements
constexpr std::size_t kMostRewrites = 16;      // tried for one statement

struct Finding {
    Kind kind{};
    Span span;
    bool is_error = false;
};

class Trial {
public:
    explicit Trial(LoadedPack& pack) : pack_(pack) {
        for (FileId id = 0; id < pack.trees.size(); ++id) {
            const syntax::SyntaxTree& tree = pack.trees[id];
            std::vector<Piece>& pieces = statements_.emplace_back();
            for (const syntax::NodeId child : tree[tree.root].children)
                pieces.push_back({tree[child].span, is_passive(tree[child])});
        }
    }

    void run() {
        for (Diagnostic& one : pack_.sink.to_edit()) {
            if (!one.fixes.empty()) keep_good(one);
        }
        // The first error of each statement that no fix helps.
        std::map<std::pair<FileId, std::size_t>, Diagnostic*> first;
        for (Diagnostic& one : pack_.sink.to_edit()) {
            if (!is_error(one.kind)) continue;
            const std::size_t at = statement_at(one.span);
            if (at == kNowhere) continue;
            Diagnostic*& slot = first[{one.span.file, at}];
            if (slot == nullptr || one.span.begin < slot->span.begin) slot = &one;
        }
        std::size_t proposed = 0;
        for (const auto& [place, one] : first) {
            if (!one->fixes.empty()) continue;
            if (++proposed > kMostProposals) break;  // who has so many mends the first ones first
            propose(*one, place.first, place.second);
        }
    }

private:
    static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
    struct Piece {
        Span span;
        bool passive = false;  // nothing else needs it: a rule, an example, a note
    };

    static bool is_error(Kind kind) { return kind_info(kind).severity == Severity::error; }
    bool is_passive(const syntax::Node& node) const {
        switch (node.kind) {
        case syntax::NodeKind::rule:
        case syntax::NodeKind::example:
        case syntax::NodeKind::note: return true;
        case syntax::NodeKind::error:
            return std::none_of(pack_.names.names.begin(), pack_.names.names.end(),
                [&](const syntax::DeclaredName& name) {
                    return name.kind != "rule" && name.kind != "example" &&
                           name.kind != "witness" && name.span.file == node.span.file &&
                           name.span.begin >= node.span.begin && name.span.end <= node.span.end;
                });
        default: return false;
        }
    }
    std::size_t statement_at(Span span) const {
        if (span.file >= statements_.size()) return kNowhere;
        const std::vector<Piece>& pieces = statements_[span.file];
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (pieces[i].span.begin <= span.begin && span.begin <= pieces[i].span.end) return i;
        }
        return kNowhere;
    }

    // The findings of one statement of a file, with the declarations and without all else, once the
    // fix is made; also those of other statements, whose places do not matter.
    bool compile(FileId file, std::size_t at, const Fix* fix, std::vector<Finding>& out) {
        const std::vector<Piece>& pieces = statements_[file];
        std::string text = pack_.sources.file(file).text;
        // A long statement costs more to cut than its share of the file.
        bytes_ += text.size() + 16 * (pieces[at].span.end - pieces[at].span.begin);
        if (trials_++ >= kMostTrials || bytes_ > kMostBytes) return false;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            if (i == at || !pieces[i].passive) continue;
            const std::size_t end = i + 1 < pieces.size() ? pieces[i + 1].span.begin : text.size();
            for (std::size_t k = pieces[i].span.begin; k < end; ++k) {
                if (text[k] != '\n') text[k] = ' ';
            }
        }
        if (fix != nullptr) {
            if (fix->span.end < fix->span.begin || fix->span.end > text.size()) return false;
            text.replace(fix->span.begin, fix->span.end - fix->span.begin, fix->replacement);
        }
        SourceSet sources;
        for (FileId id = 0; id < pack_.sources.size(); ++id) {
            const SourceFile& one = pack_.sources.file(id);
            sources.add(one.path, id == file ? text : one.text);
        }
        Sink sink;
        syntax::NameTable names = pack_.names;
        std::erase_if(
            names.names, [&](const syntax::DeclaredName& name) { return name.span.file == file; });
        const syntax::NameTable own = syntax::collect_names(sources, file, sink);
        names.names.insert(names.names.end(), own.names.begin(), own.names.end());
        std::vector<syntax::SyntaxTree> trees = pack_.trees;
        for (FileId id = 0; id < trees.size(); ++id) {
            if (id == file) {
                trees[id] = syntax::parse_file(sources, id, names, sink);
                continue;
            }
            std::vector<syntax::NodeId>& children = trees[id].nodes[trees[id].root].children;
            std::erase_if(children, [&](syntax::NodeId child) {
                return trees[id][child].kind == syntax::NodeKind::error ||
                       is_passive(trees[id][child]);
            });
        }
        std::vector<names::TreeInput> inputs = pack_.inputs();
        for (FileId id = 0; id < trees.size(); ++id) inputs[id].tree = &trees[id];
        compile_to_core(sources, inputs, sink);
        for (const Diagnostic& one : sink.all())
            out.push_back({one.kind, one.span, is_error(one.kind)});
        return true;
    }
    const std::vector<Finding>& before(FileId file, std::size_t at) {
        const auto key = std::pair{file, at};
        auto found = before_.find(key);
        if (found == before_.end()) {
            found = before_.emplace(key, std::vector<Finding>()).first;
            compile(file, at, nullptr, found->second);
        }
        return found->second;
    }

    // Whether the fix takes the finding away and makes nothing worse: an error that was not there may
    // only be another unknown name further on, or the same mistake once more.
    // A phrase said otherwise must leave no such error at all.
    bool helps(const Diagnostic& one, const Fix& fix, FileId file, std::size_t at, bool phrase) {
        const std::vector<Finding>& old = before(file, at);
        std::vector<Finding> now;
        if (!compile(file, at, &fix, now)) return false;
        const auto shift = static_cast<std::int64_t>(fix.replacement.size()) -
                           (static_cast<std::int64_t>(fix.span.end) - fix.span.begin);
        const auto fix_end = static_cast<std::int64_t>(fix.span.end) + shift;
        const auto moved = [&](std::uint32_t place) {
            return place >= fix.span.end ? place + shift : static_cast<std::int64_t>(place);
        };
        const auto count = [&](const std::vector<Finding>& all) {
            return std::count_if(
                all.begin(), all.end(), [](const Finding& f) { return f.is_error; });
        };
        if (count(now) > count(old)) return false;
        bool was_there = false;
        for (const Finding& f : old)
            was_there = was_there || (f.kind == one.kind && f.span == one.span);
        if (!was_there) return !phrase;  // it depends on what was left out; nothing can be said
        for (const Finding& f : now) {
            const bool inside =
                static_cast<std::int64_t>(f.span.begin) < fix_end && f.span.end > fix.span.begin;
            const bool again = f.kind == one.kind && f.span.file == file &&
                               (inside || f.span.begin == moved(one.span.begin));
            if (again) return false;
            if (!f.is_error) continue;
            const bool known = std::any_of(old.begin(), old.end(), [&](const Finding& g) {
                const bool here = g.span.file == file;
                return g.kind == f.kind && g.span.file == f.span.file &&
                       (here ? moved(g.span.begin) : g.span.begin) == f.span.begin &&
                       !(g.kind == one.kind && g.span == one.span);
            });
            const bool further = !phrase && static_cast<std::int64_t>(f.span.begin) >= fix_end &&
                                 (f.kind == kind::unknown_word || f.kind == one.kind) &&
                                 f.kind != kind::unexpected;
            if (!known && !further) return false;
        }
        return true;
    }

    void keep_good(Diagnostic& one) {
        std::vector<Fix> good;
        std::vector<bool> dead(one.labels.size(), false);
        for (Fix& fix : one.fixes) {
            const std::size_t at = statement_at(fix.span);
            // Of several names that are near, the nearest that fits.
            const bool done = one.kind == kind::unknown_word && !good.empty();
            const bool keep =
                !done && (at == kNowhere || helps(one, fix, fix.span.file, at, false));
            if (!keep && fix.label >= 0 && fix.label < static_cast<int>(dead.size()))
                dead[static_cast<std::size_t>(fix.label)] = true;
            if (keep) good.push_back(fix);
        }
        std::vector<Label> labels;
        for (std::size_t i = 0; i < one.labels.size(); ++i) {
            if (!dead[i]) labels.push_back(one.labels[i]);
        }
        one.labels = std::move(labels);
        one.fixes = std::move(good);
    }

    // Findings that say little more than what is not understood: their help gives way.
    static bool is_vague(const Diagnostic& one) {
        static constexpr std::array kVague = {kind::unknown_word, kind::unexpected,
            kind::absence_without_end, kind::event_wanted, kind::state_wanted,
            kind::constant_condition};
        return std::find(kVague.begin(), kVague.end(), one.kind) != kVague.end();
    }
    // A hint is not tried. What is not understood often stands a little behind the phrase.
    static bool may_hint(const Diagnostic& one, std::uint32_t begin, std::uint32_t end) {
        const bool vague = is_vague(one);
        return (one.help.empty() || vague) && one.span.begin < end + (vague ? 24 : 0) &&
               begin < one.span.end;
    }
    void propose(Diagnostic& one, FileId file, std::size_t at) {
        const Span span = statements_[file][at].span;
        const std::string_view text = std::string_view(pack_.sources.file(file).text)
                                          .substr(span.begin, span.end - span.begin);
        for (const Rewrite& row : rewrites_of(text, pack_.names, pack_.sources, kMostRewrites)) {
            const auto begin = static_cast<std::uint32_t>(span.begin + row.begin);
            const auto end = static_cast<std::uint32_t>(span.begin + row.end);
            const Fix fix{{file, begin, end}, row.replacement, false};
            const bool hint = row.replacement.empty();
            if (hint ? !may_hint(one, begin, end) : !helps(one, fix, file, at, true)) continue;
            if (is_vague(one)) {
                one.labels.clear();
                one.help.clear();
            }
            if (!row.english.empty()) one.help.push_back({"help", row.english, row.chinese});
            if (!hint) one.fixes = {fix};
            return;
        }
    }

    LoadedPack& pack_;
    std::vector<std::vector<Piece>> statements_;
    std::map<std::pair<FileId, std::size_t>, std::vector<Finding>> before_;
    std::size_t trials_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace

void try_remedies(LoadedPack& pack) {
    const auto& all = pack.sink.all();
    const bool some =
        pack.sink.has_errors() ||
        std::any_of(all.begin(), all.end(), [](const Diagnostic& d) { return !d.fixes.empty(); });
    if (some && !pack.trees.empty()) Trial(pack).run();
}

}  // namespace clausal
