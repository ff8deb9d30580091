#include "compiler/syntax/parse.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_source.h"
#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/antlr/grammar.h"
#include "compiler/syntax/build.h"
#include "compiler/syntax/choose.h"
#include "runtime/base/limits.h"

namespace clausal::syntax {

namespace {

Span span_of(const FileText& text, FileId file, const Statement& statement) {
    const auto size =
        static_cast<std::uint32_t>(text.normal.end.empty() ? 0 : text.normal.end.back());
    const std::size_t last = statement.end > statement.begin ? statement.end - 1 : statement.begin;
    return {file, text.normal.byte_at(statement.begin, size),
        last < text.normal.end.size() ? text.normal.end[last] : size};
}

// Nesting and length, before anything recurses.
bool fits(const FileText& text, const Statement& statement, Span span, Sink& sink) {
    if (span.end - span.begin > limits::kMaxStatementBytes) {
        sink.report(kind::statement_too_long, {span.file, span.begin, span.begin + 1},
            {{"limit", std::to_string(limits::kMaxStatementBytes), ""}});
        return false;
    }
    int depth = 0;
    for (std::size_t i = statement.begin; i < statement.end; ++i) {
        const char32_t c = text.normal.chars[i];
        depth += c == '(' || c == U'「' || c == U'‘' ? 1 : 0;
        depth -= (c == ')' || c == U'」') && depth > 0 ? 1 : 0;
        if (depth > limits::kMaxNesting) {
            sink.report(kind::nested_too_deeply,
                {span.file, text.normal.begin[i], text.normal.end[i]},
                {{"limit", std::to_string(limits::kMaxNesting), ""}});
            return false;
        }
    }
    return true;
}

// Words that nest without a bracket (not not …, f of g of …).
bool nests_too_much(
    const Statement& statement, const std::vector<Token>& tokens, Span span, Sink& sink) {
    if (statement.keyword == Tok::EXAMPLE || statement.keyword == Tok::TABLE ||
        statement.keyword == Tok::SOURCE || statement.keyword == Tok::LIST) {
        return false;
    }
    int depth = 0;
    for (const Token& token : tokens) {
        switch (token.type) {
        case Tok::NOT:
        case Tok::MINUS:
        case Tok::OF:
        case Tok::HAVE:
        case Tok::BEFORE_THIS:
        case Tok::HOLD:
        case Tok::EACH:
        case Tok::ANY:
        case Tok::WHERE:
        case Tok::MEAN_PER:
        case Tok::CONSECUTIVE:
        case Tok::FOLLOWED:
        case Tok::AFTER: ++depth; break;
        default: break;
        }
    }
    if (depth > 2 * limits::kMaxNesting) {
        sink.report(kind::nested_too_deeply, {span.file, span.begin, span.begin + 1},
            {{"limit", std::to_string(limits::kMaxNesting), ""}});
        return true;
    }
    return false;
}

class Parser {
public:
    Parser(const SourceSet& sources, FileId file, const NameTable& names, Sink& sink)
        : sources_(sources), file_(file), words_(names), sink_(sink) {}

    SyntaxTree run() {
        tree_.file = file_;
        const FileText text = read_statements(sources_, file_, sink_);
        std::vector<NodeId> statements;
        for (const Statement& each : text.statements) {
            statements.push_back(statement(text, each));
        }
        Node root;
        root.kind = NodeKind::file;
        root.span = {file_, 0, static_cast<std::uint32_t>(sources_.file(file_).text.size())};
        root.children = std::move(statements);
        if (root.children.empty() && !sink_.has_errors()) {
            sink_.report(kind::empty_file, {file_, 0, 0});
        }
        tree_.nodes.push_back(std::move(root));
        tree_.root = static_cast<NodeId>(tree_.nodes.size() - 1);
        return std::move(tree_);
    }

private:
    NodeId add(NodeKind kind, Span span, std::string text = {}) {
        Node node;
        node.kind = kind;
        node.span = span;
        node.text = std::move(text);
        tree_.nodes.push_back(std::move(node));
        return static_cast<NodeId>(tree_.nodes.size() - 1);
    }
    // Names that are words of the language are refused; fields and values may be (`day`, `日期`),
    // for their places tell them apart. A term named like the negation of a declared name gets a note.
    bool check_names(const Statement& each) {
        static constexpr std::array<std::string_view, 8> kKinds = {
            "subject", "event", "action", "parameter", "list", "table", "term", "calendar"};
        bool good = true;
        for (const DeclaredName& name : each.names) {
            if (std::find(kKinds.begin(), kKinds.end(), name.kind) == kKinds.end()) {
                continue;
            }
            const std::u32string key = name_key(name.text);
            const auto* entries = words_.find(key);
            const bool keyword =
                entries != nullptr &&
                std::any_of(entries->begin(), entries->end(), [&](const Entry& e) {
                    // Words of declarations alone (file, rank) cannot be mixed up with a name.
                    // Other forms of a word (the noun `shift` beside `shifts`) may be names too.
                    const auto is_first = [&](bool chinese) {
                        return name_key(word_for(e.type, chinese)) == key;
                    };
                    return e.what == WordClass::keyword && e.type >= Tok::UNIT &&
                           (e.type == Tok::UNIT || is_first(true) || is_first(false));
                });
            if (keyword) {
                sink_.report(kind::name_is_keyword, name.span, {{"name", name.text, ""}});
                good = false;
            }
            words_.match(key, 0, key.size(), [&](std::size_t end, const Entry& entry) {
                const bool negates = entry.type == Tok::NO || entry.type == Tok::NOT;
                if (!negates || end >= key.size()) {
                    return;
                }
                std::u32string rest = key.substr(end);
                if (rest.front() == ' ') {
                    rest.erase(0, 1);
                }
                const auto* declared = words_.find(rest);
                if (declared != nullptr && declared->front().what == WordClass::name) {
                    sink_.report(kind::name_reads_as_phrase, name.span,
                        {{"name", name.text, ""},
                            {"reading", to_utf8(key.substr(0, end)) + " | " + to_utf8(rest), ""}});
                }
            });
        }
        return good;
    }
    NodeId statement(const FileText& text, const Statement& each) {
        const Span span = span_of(text, file_, each);
        if (!check_names(each)) {
            return add(NodeKind::error, span);
        }
        if (each.is_note) {
            return add(NodeKind::note, span, std::string(sources_.text(span)));
        }
        if (!fits(text, each, span, sink_)) {
            return add(NodeKind::error, span);
        }
        Choice choice = choose_cut(sources_, file_, text, each, words_, sink_);
        if (!choice.ok || nests_too_much(each, choice.tokens, span, sink_)) {
            return add(NodeKind::error, span);
        }
        const ConcreteTree concrete = parse_tokens(choice.tokens);
        if (!concrete.ok) {
            report_unparsed(text, each, span);
            return add(NodeKind::error, span);
        }
        tree_.readings.insert(tree_.readings.end(), choice.readings.begin(), choice.readings.end());
        const View root(
            concrete, choice.tokens, static_cast<std::uint32_t>(concrete.nodes.size() - 1));
        return Build(tree_, sources_, words_, sink_).statement(root);
    }
    // A statement with a single cut skips Earley's run; only now is it needed, to say what is wrong.
    void report_unparsed(const FileText& text, const Statement& each, Span span) {
        const Lattice lattice = make_lattice(text, each, words_, sources_.file(file_).text, false);
        const Cut cut = run_earley(lattice, {});
        if (cut.complete) {
            sink_.report(kind::grammar_failed, span);
        } else {
            report_no_cut(sources_, file_, text, each, words_, lattice, cut, sink_);
        }
    }

    const SourceSet& sources_;
    FileId file_;
    Dictionary words_;
    Sink& sink_;
    SyntaxTree tree_;
};

}  // namespace

SyntaxTree parse_file(const SourceSet& sources, FileId file, const NameTable& names, Sink& sink) {
    return Parser(sources, file, names, sink).run();
}

std::string print_tokens(const SourceSet& sources, FileId file, const NameTable& names) {
    Sink sink;
    const Dictionary words(names);
    const FileText text = read_statements(sources, file, sink);
    std::string out;
    for (const Statement& each : text.statements) {
        const Span span = span_of(text, file, each);
        if (each.is_note || !fits(text, each, span, sink)) {
            continue;
        }
        const Choice choice = choose_cut(sources, file, text, each, words, sink);
        out += fmt::format("{}:", sources.place(file, span.begin).line);
        for (const Token& token : choice.tokens) {
            out += fmt::format(
                " {}`{}`", token_name(token.type), sources.text({file, token.begin, token.end}));
        }
        out += choice.ok ? "\n" : " -- not a sentence\n";
    }
    return out;
}

}  // namespace clausal::syntax
