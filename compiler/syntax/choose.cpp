#include "compiler/syntax/choose.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_syntax.h"
#include "runtime/base/limits.h"

namespace clausal::syntax {

namespace {

class Chooser {
public:
    Chooser(const SourceSet& sources, FileId file, const FileText& text, const Statement& statement,
        const Dictionary& words, Sink& sink)
        : sources_(sources),
          file_(file),
          text_(text),
          statement_(statement),
          words_(words),
          sink_(sink),
          lattice_(make_lattice(text, statement, words, sources.file(file).text, false)) {}

    Choice run() {
        Choice choice;
        if (lattice_.too_large) {
            report_too_many();
            return choice;
        }
        if (lattice_.is_single_path) {
            for (std::uint32_t node = 0; node != lattice_.end_node();) {
                const Edge& edge = only_edge(node);
                choice.tokens.push_back(edge.token);
                node = edge.to;
            }
            choice.ok = true;
            return choice;
        }
        Cut cut = run_earley(lattice_, {});
        if (cut.too_large) {
            report_too_many();
            return choice;
        }
        if (!cut.complete) {
            report_no_cut(sources_, file_, text_, statement_, words_, lattice_, cut, sink_);
            return choice;
        }
        choice.ok = !has_other_reading(cut);
        for (const std::uint32_t id : cut.best) {
            const Edge& edge = lattice_.edges[id];
            if (!edge.is_filler) {
                choice.tokens.push_back(edge.token);
            } else {
                choice.readings.push_back(
                    {Reading::Kind::filler, span(edge), source_text(edge), ""});
            }
        }
        add_finer(cut, choice);
        add_longest(cut, choice);
        return choice;
    }

private:
    Span span(const Edge& edge) const { return {file_, edge.token.begin, edge.token.end}; }
    std::string source_text(const Edge& edge) const {
        return std::string(sources_.text(span(edge)));
    }
    void report_too_many() {
        sink_.report(kind::too_many_readings,
            {file_, text_.normal.begin[statement_.begin], text_.normal.end[statement_.begin]});
    }
    const Edge& only_edge(std::uint32_t node) const {
        for (const std::uint32_t id : lattice_.out[node]) {
            if (reaches_end(lattice_.edges[id].to)) {
                return lattice_.edges[id];
            }
        }
        return lattice_.edges[lattice_.out[node].front()];
    }
    bool reaches_end(std::uint32_t node) const {
        std::vector<std::uint32_t> stack = {node};
        std::vector<char> seen(lattice_.positions.size(), 0);
        while (!stack.empty()) {
            const std::uint32_t at = stack.back();
            stack.pop_back();
            if (at == lattice_.end_node()) {
                return true;
            }
            for (const std::uint32_t id : lattice_.out[at]) {
                const std::uint32_t to = lattice_.edges[id].to;
                if (seen[to] == 0) {
                    seen[to] = 1;
                    stack.push_back(to);
                }
            }
        }
        return false;
    }

    // Rules (ii) and (iii): an edge of another complete reading that crosses a cut, takes a span for
    // something else, or splits a negation off a name.
    bool has_other_reading(const Cut& cut) {
        for (std::uint32_t id = 0; id < lattice_.edges.size(); ++id) {
            const Edge& edge = lattice_.edges[id];
            const bool chosen = std::find(cut.best.begin(), cut.best.end(), id) != cut.best.end();
            if (cut.useful[id] == 0 || edge.is_filler || edge.is_loose || chosen) {
                continue;
            }
            if (const Edge* name = split_negation(cut, edge)) {
                if (report(kind::negation_or_name, id, *name, cut)) {
                    return true;
                }
                continue;
            }
            if (crosses(cut, edge) && report(kind::two_readings, id, edge, cut)) {
                return true;
            }
        }
        return false;
    }
    bool crosses(const Cut& cut, const Edge& edge) const {
        for (const std::uint32_t id : cut.best) {
            const Edge& other = lattice_.edges[id];
            if (other.is_filler) {
                continue;
            }
            const bool inside = other.from > edge.from && other.from < edge.to;
            const bool overlaps =
                other.from < edge.from && other.to > edge.from && other.to < edge.to;
            const bool same_span = other.from == edge.from && other.to == edge.to;
            const bool same_token =
                other.token.type == edge.token.type && other.token.text == edge.token.text;
            if (inside || overlaps || (same_span && !same_token && !other.is_loose)) {
                return true;
            }
        }
        return false;
    }
    const Edge* split_negation(const Cut& cut, const Edge& edge) const {
        const bool negates = edge.token.type == Tok::NO || edge.token.type == Tok::NOT ||
                             edge.token.type == Tok::NOR;
        if (!negates) {
            return nullptr;
        }
        for (const std::uint32_t id : cut.best) {
            const Edge& name = lattice_.edges[id];
            if (name.is_name && name.from == edge.from && name.to > edge.to) {
                return &name;
            }
        }
        return nullptr;
    }

    // The best reading that uses `wanted`.
    std::vector<std::uint32_t> reading_with(std::uint32_t wanted) const {
        const Edge& edge = lattice_.edges[wanted];
        std::vector<char> allowed(lattice_.edges.size(), 1);
        for (std::uint32_t id = 0; id < lattice_.edges.size(); ++id) {
            const Edge& other = lattice_.edges[id];
            if (id != wanted && other.from < edge.to && other.to > edge.from) {
                allowed[id] = 0;
            }
        }
        return run_earley(lattice_, allowed).best;
    }
    // The words of a reading between two nodes, names in quotes.
    std::string words_of(
        const std::vector<std::uint32_t>& reading, std::uint32_t from, std::uint32_t to) const {
        std::string out;
        for (const std::uint32_t id : reading) {
            const Edge& edge = lattice_.edges[id];
            if (edge.to <= from || edge.from >= to || edge.is_filler) {
                continue;
            }
            const std::string word = source_text(edge);
            const bool ascii = std::all_of(word.begin(), word.end(),
                [](char c) { return static_cast<unsigned char>(c) < 0x80; });
            if (!out.empty()) {
                out += ' ';
            }
            const bool quoted =
                !word.empty() && (word.front() == '\'' || word.front() == '"' ||
                                     static_cast<unsigned char>(word.front()) == 0xE3);
            if (edge.is_name && !quoted) {
                out += ascii ? "'" + word + "'" : "「" + word + "」";
            } else {
                out += word;
            }
        }
        return out;
    }
    bool same_tokens(
        const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) const {
        const auto tokens = [&](const std::vector<std::uint32_t>& reading) {
            std::vector<std::pair<Tok, std::string>> found;
            for (const std::uint32_t id : reading) {
                const Edge& edge = lattice_.edges[id];
                if (!edge.is_filler) {
                    found.emplace_back(edge.token.type, edge.token.text);
                }
            }
            return found;
        };
        return tokens(a) == tokens(b);
    }
    bool report(Kind kind, std::uint32_t id, const Edge& about, const Cut& cut) {
        const std::vector<std::uint32_t> other = reading_with(id);
        if (same_tokens(cut.best, other)) {
            return false;  // 每个|工作日 and 每|个工作日
        }
        // The stretch in which the two readings differ.
        std::vector<std::uint32_t> cuts_a;
        std::vector<std::uint32_t> cuts_b;
        for (const std::uint32_t edge : cut.best) {
            cuts_a.push_back(lattice_.edges[edge].from);
        }
        for (const std::uint32_t edge : other) {
            cuts_b.push_back(lattice_.edges[edge].from);
        }
        std::uint32_t from = about.from;
        std::uint32_t to = about.to;
        const auto both = [&](std::uint32_t node) {
            const bool a = std::find(cuts_a.begin(), cuts_a.end(), node) != cuts_a.end();
            const bool b = std::find(cuts_b.begin(), cuts_b.end(), node) != cuts_b.end();
            return (a && b) || node == lattice_.end_node();
        };
        while (from > 0 && !both(from)) {
            --from;
        }
        while (to < lattice_.end_node() && !both(to)) {
            ++to;
        }
        const Span where = span_of(from, to);
        Diagnostic& finding =
            sink_.report(kind, where, {{"text", std::string(sources_.text(where)), ""}});
        const std::string first = words_of(cut.best, from, to);
        const std::string second = words_of(other, from, to);
        // For a negation the operator comes first: it is the usual meaning.
        const bool swap = kind == kind::negation_or_name;
        const std::string& one = swap ? second : first;
        const std::string& two = swap ? first : second;
        if (swap) {
            finding.help.push_back({"help", fmt::format("1, it does not happen: {}", one),
                fmt::format("1，没有发生：{}", one)});
            finding.help.push_back({"help", fmt::format("2, the declared name: {}", two),
                fmt::format("2，已声明的名称：{}", two)});
        } else {
            finding.help.push_back({"help", fmt::format("1: {}", one), ""});
            finding.help.push_back({"help", fmt::format("2: {}", two), ""});
        }
        finding.help.push_back({"help", fmt::format("write `{}` for 1, `{}` for 2", one, two),
            fmt::format("第 1 种写成 `{}`，第 2 种写成 `{}`", one, two)});
        for (const std::string* fix : {&one, &two}) {
            if (*fix != sources_.text(where)) {
                finding.fixes.push_back({where, *fix, false});
            }
        }
        return true;
    }
    Span span_of(std::uint32_t from, std::uint32_t to) const {
        std::size_t end = to < lattice_.end_node() ? lattice_.positions[to]
                                                   : lattice_.positions[lattice_.end_node()];
        const std::size_t begin = lattice_.positions[from];
        while (end > begin + 1 && is_space(text_.normal.chars[end - 1])) {
            --end;
        }
        return {file_, text_.normal.begin[begin], text_.normal.end[std::max(end, begin + 1) - 1]};
    }

    // Names of the cut that some other sentence cuts finer.
    void add_finer(const Cut& cut, Choice& choice) const {
        for (const std::uint32_t id : cut.best) {
            const Edge& name = lattice_.edges[id];
            if (!name.is_name) {
                continue;
            }
            std::string finer;
            std::uint32_t node = name.from;
            while (node < name.to) {
                const Edge* next = nullptr;
                for (const std::uint32_t other : lattice_.out[node]) {
                    const Edge& each = lattice_.edges[other];
                    const bool inside = each.to <= name.to && other != id && cut.useful[other] != 0;
                    const bool whole = each.from == name.from && each.to == name.to;
                    if (inside && !whole && (next == nullptr || each.to > next->to)) {
                        next = &each;
                    }
                }
                if (next == nullptr) {
                    break;
                }
                finer += (finer.empty() ? "" : "|") + source_text(*next);
                node = next->to;
            }
            if (node == name.to && !finer.empty()) {
                choice.readings.push_back(
                    {Reading::Kind::coarser_cut, span(name), source_text(name), finer});
            }
        }
    }
    // Where the cut is not the one that takes the longest word each time.
    void add_longest(const Cut& cut, Choice& choice) const {
        for (const std::uint32_t id : cut.best) {
            const Edge& edge = lattice_.edges[id];
            for (const std::uint32_t other : lattice_.out[edge.from]) {
                const Edge& longer = lattice_.edges[other];
                if (longer.is_name && longer.to > edge.to && cut.useful[other] == 0 &&
                    !edge.is_name) {
                    choice.readings.push_back({Reading::Kind::differs_from_longest, span(edge),
                        source_text(edge), source_text(longer)});
                    break;
                }
            }
        }
    }

    const SourceSet& sources_;
    FileId file_;
    const FileText& text_;
    const Statement& statement_;
    const Dictionary& words_;
    Sink& sink_;
    Lattice lattice_;
};

}  // namespace

Choice choose_cut(const SourceSet& sources, FileId file, const FileText& text,
    const Statement& statement, const Dictionary& words, Sink& sink) {
    return Chooser(sources, file, text, statement, words, sink).run();
}

}  // namespace clausal::syntax
