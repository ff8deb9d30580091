#include "compiler/syntax/statements.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_source.h"
#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/dictionary.h"
#include "runtime/base/limits.h"

namespace clausal::syntax {

namespace {

struct Head {
    std::u32string_view word;
    Tok token;
};

// Longest first, so that 规则包 is not read as 规则.
constexpr std::array<Head, 13> kChineseHeads = {{{U"规则包", Tok::PACK}, {U"决策表", Tok::TABLE},
    {U"导入", Tok::IMPORT}, {U"主体", Tok::SUBJECT}, {U"事件", Tok::EVENT}, {U"来源", Tok::SOURCE},
    {U"参数", Tok::PARAMETER}, {U"名单", Tok::LIST}, {U"术语", Tok::TERM}, {U"动作", Tok::ACTION},
    {U"日历", Tok::CALENDAR}, {U"规则", Tok::RULE}, {U"示例", Tok::EXAMPLE}}};
constexpr std::array<Head, 13> kEnglishHeads = {{{U"pack", Tok::PACK},
    {U"decision table", Tok::TABLE}, {U"import", Tok::IMPORT}, {U"subject", Tok::SUBJECT},
    {U"event", Tok::EVENT}, {U"source", Tok::SOURCE}, {U"parameter", Tok::PARAMETER},
    {U"list", Tok::LIST}, {U"term", Tok::TERM}, {U"action", Tok::ACTION},
    {U"calendar", Tok::CALENDAR}, {U"rule", Tok::RULE}, {U"example", Tok::EXAMPLE}}};
constexpr std::array<std::u32string_view, 6> kExpectations = {
    U"应触发", U"应当触发", U"不触发", U"不应触发", U"什么都不触发", U"什么也不触发"};

// Words that begin no statement: such a line goes on with the rule before it, if that has not ended.
// The first ones only while the rule does not say yet what it triggers.
constexpr std::array<std::u32string_view, 5> kDoing = {
    U"时触发", U"时,", U"时启动", U"则触发", U"触发"};
constexpr std::array<std::u32string_view, 2> kDoingEnglish = {U"then", U"trigger"};
constexpr std::array<std::u32string_view, 6> kGoesOn = {
    U"且", U"或者", U"并且", U"并触发", U"否则", U"除非"};
constexpr std::array<std::u32string_view, 4> kGoesOnEnglish = {
    U"and", U"or", U"otherwise", U"unless"};

class Splitter {
public:
    Splitter(const NormalText& text, std::vector<Statement>& out) : chars_(text.chars), out_(out) {}

    void run() {
        std::size_t at = 0;
        while (true) {
            at = skip_blank(at);
            while (at < chars_.size() && (chars_[at] == U'。' || chars_[at] == ';')) {
                at = skip_blank(at + 1);
            }
            if (at >= chars_.size() || out_.size() > limits::kMaxStatements) {
                return;
            }
            Statement statement;
            statement.begin = at;
            if (is_note(at)) {
                statement.is_note = true;
                statement.end = line_end(at);
                at = statement.end;
            } else {
                statement.keyword = head(at, false);
                at = find_end(statement);
            }
            out_.push_back(std::move(statement));
        }
    }

private:
    bool starts(std::size_t at, std::u32string_view word) const {
        return chars_.compare(at, word.size(), word) == 0;
    }
    char32_t at_or_zero(std::size_t at) const { return at < chars_.size() ? chars_[at] : U'\0'; }
    std::size_t skip_blank(std::size_t at) const {
        while (at < chars_.size() && is_space(chars_[at])) {
            ++at;
        }
        return at;
    }
    std::size_t line_end(std::size_t at) const {
        const std::size_t found = chars_.find(U'\n', at);
        return found == std::u32string::npos ? chars_.size() : found;
    }
    bool is_note(std::size_t at) const {
        for (const std::u32string_view word : {U"注:", U"注释:", U"note:"}) {
            if (starts(at, word)) {
                return true;
            }
        }
        return false;
    }

    // The declaration keyword at `at`. `strict`: it must be set off from what follows.
    Tok head(std::size_t at, bool strict) const {
        for (const Head& each : kChineseHeads) {
            if (starts(at, each.word)) {
                const char32_t next = at_or_zero(at + each.word.size());
                const bool apart = next == 0 || is_space(next) || next == ':' || next == U'「' ||
                                   next == U'“' || next == U'‘' || next == '"';
                if (apart || (!strict && is_cjk_letter(next) && next != U'号')) {
                    return each.token;
                }
            }
        }
        for (const Head& each : kEnglishHeads) {
            if (starts(at, each.word)) {
                const char32_t next = at_or_zero(at + each.word.size());
                const bool is_event_id = starts(at, U"event id");
                if (!is_event_id && (next == 0 || is_space(next) || next == ':')) {
                    return each.token;
                }
            }
        }
        return Tok::none;
    }

    bool expectation(std::size_t at) const {
        if (starts(at, U"expect") && !is_latin(at_or_zero(at + 6))) {
            return true;
        }
        return std::any_of(kExpectations.begin(), kExpectations.end(),
            [&](std::u32string_view word) { return starts(at, word); });
    }

    bool continues_rule(const Statement& statement, std::size_t at) const {
        const auto chinese = [&](std::u32string_view word) { return starts(at, word); };
        const auto english = [&](std::u32string_view word) {
            return starts(at, word) && !is_latin(at_or_zero(at + word.size()));
        };
        if (std::any_of(kGoesOn.begin(), kGoesOn.end(), chinese) ||
            std::any_of(kGoesOnEnglish.begin(), kGoesOnEnglish.end(), english)) {
            return true;
        }
        if (std::none_of(kDoing.begin(), kDoing.end(), chinese) &&
            std::none_of(kDoingEnglish.begin(), kDoingEnglish.end(), english)) {
            return false;
        }
        const std::u32string_view so_far(chars_.data() + statement.begin, at - statement.begin);
        return so_far.find(U"触发") == so_far.npos && so_far.find(U"启动") == so_far.npos &&
               so_far.find(U"trigger") == so_far.npos;
    }

    // Whether `;` separates parts of this kind of statement.
    bool keeps_semicolons(const Statement& statement, std::size_t after) const {
        if (statement.keyword == Tok::EXAMPLE || statement.keyword == Tok::TABLE) {
            return head(skip_blank(after), true) == Tok::none;
        }
        if (statement.keyword == Tok::SOURCE) {
            const std::size_t next = skip_blank(after);
            return starts(next, U"只取") || starts(next, U"为") || starts(next, U"only ") ||
                   starts(next, U"as ");
        }
        return false;
    }

    // Whether the statement goes on after the line break at `at`.
    bool goes_on(const Statement& statement, std::size_t at, int depth) const {
        const std::size_t next = skip_blank(at);
        if (next >= chars_.size()) {
            return false;
        }
        const bool indented = next > 0 && chars_[next - 1] != '\n';
        if (is_note(next)) {
            return false;
        }
        std::size_t before = at;
        while (before > statement.begin && is_space(chars_[before - 1])) {
            --before;
        }
        const char32_t last = before > statement.begin ? chars_[before - 1] : U'\0';
        const bool open_ended = last == ':' || last == ',' || last == '(' || last == '=' ||
                                last == U'、' || last == ';';
        if (head(next, true) != Tok::none) {
            return indented && open_ended && depth > 0;
        }
        if (indented || depth > 0 || chars_[next] == ')') {
            return true;
        }
        if ((statement.keyword == Tok::RULE || statement.keyword == Tok::none) &&
            continues_rule(statement, next)) {
            return true;
        }
        return statement.keyword == Tok::EXAMPLE && expectation(next);
    }

    std::size_t skip_quote(std::size_t at) const {
        char32_t close = 0;
        switch (chars_[at]) {
        case U'"': close = U'"'; break;
        case U'“': close = U'”'; break;
        case U'「': close = U'」'; break;
        default: return at;
        }
        for (std::size_t i = at + 1; i < chars_.size() && chars_[i] != '\n'; ++i) {
            if (chars_[i] == close) {
                return i;
            }
        }
        return at;
    }

    // Sets statement.end; returns where to go on.
    std::size_t find_end(Statement& statement) const {
        int depth = 0;
        for (std::size_t i = statement.begin; i < chars_.size(); ++i) {
            const char32_t c = chars_[i];
            i = skip_quote(i);
            if (c == '(') {
                ++depth;
            } else if (c == ')') {
                depth = std::max(0, depth - 1);
            } else if (c == '\n' && !goes_on(statement, i, depth)) {
                statement.end = i;
                return i + 1;
            } else if (c == U'。' || (c == '.' && ends_sentence(i) && depth == 0)) {
                const bool more =
                    statement.keyword == Tok::EXAMPLE && expectation(skip_blank(i + 1));
                if (!more) {
                    statement.end = i;
                    return i + 1;
                }
            } else if (c == ';' && depth == 0 && !keeps_semicolons(statement, i + 1)) {
                statement.end = i;
                return i + 1;
            }
        }
        statement.end = chars_.size();
        return chars_.size();
    }

    bool ends_sentence(std::size_t at) const {
        const char32_t next = at_or_zero(at + 1);
        return next == 0 || is_space(next);
    }

    const std::u32string& chars_;
    std::vector<Statement>& out_;
};

// True when the file can be read at all.
bool check_bytes(const SourceFile& file, FileId id, Sink& sink) {
    if (file.text.size() > limits::kMaxRuleFileBytes) {
        sink.report(kind::file_too_large, {id, 0, 0},
            {{"bytes", std::to_string(file.text.size()), ""},
                {"limit", std::to_string(limits::kMaxRuleFileBytes), ""}});
        return false;
    }
    const std::size_t zero = file.text.find('\0');
    if (zero != std::string::npos) {
        const auto at = static_cast<std::uint32_t>(zero);
        sink.report(kind::not_text, {id, at, at + 1});
        return false;
    }
    return true;
}

bool is_bidirectional_control(char32_t c) {
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069);
}

// Reports broken UTF-8, and bidirectional controls outside of text values.
bool check_characters(const FileText& text, FileId id, const std::string& source, Sink& sink) {
    bool in_text = false;
    for (std::size_t i = 0; i < text.normal.chars.size(); ++i) {
        const char32_t c = text.normal.chars[i];
        const std::uint32_t from = text.normal.begin[i];
        if (c == 0xFFFD && source.compare(from, 3, "\xEF\xBF\xBD") != 0) {
            sink.report(kind::invalid_utf8, {id, from, text.normal.end[i]});
            return false;
        }
        if (c == '\n') {
            in_text = false;
        } else if (c == '"') {
            in_text = !in_text;
        } else if (c == U'“') {
            in_text = true;
        } else if (c == U'”') {
            in_text = false;
        } else if (!in_text && is_bidirectional_control(c)) {
            sink.report(kind::bidirectional_control, {id, from, text.normal.end[i]},
                {{"code", fmt::format("U+{:04X}", static_cast<std::uint32_t>(c)), ""}});
        }
    }
    return true;
}

}  // namespace

FileText read_statements(const SourceSet& sources, FileId file, Sink& sink) {
    FileText out;
    const SourceFile& source = sources.file(file);
    if (!check_bytes(source, file, sink)) {
        return out;
    }
    out.normal = normalise(source.text);
    if (!check_characters(out, file, source.text, sink)) {
        out.normal = {};
        return out;
    }
    Splitter(out.normal, out.statements).run();
    if (out.statements.size() > limits::kMaxStatements) {
        sink.report(kind::too_many_statements, {file, 0, 0},
            {{"limit", std::to_string(limits::kMaxStatements), ""}});
        out.statements.clear();
    }
    for (Statement& statement : out.statements) {
        if (!statement.is_note) {
            read_declaration(sources, file, out.normal, statement);
            std::sort(statement.pieces.begin(), statement.pieces.end(),
                [](const Piece& a, const Piece& b) { return a.begin < b.begin; });
        }
    }
    return out;
}

NameTable collect_names(const SourceSet& sources, FileId file, Sink& sink) {
    NameTable table;
    const FileText text = read_statements(sources, file, sink);
    for (const Statement& statement : text.statements) {
        table.names.insert(table.names.end(), statement.names.begin(), statement.names.end());
        table.fillers.insert(
            table.fillers.end(), statement.fillers.begin(), statement.fillers.end());
        table.imports.insert(
            table.imports.end(), statement.imports.begin(), statement.imports.end());
        if (!statement.pack.empty()) {
            table.pack = statement.pack;
        }
    }
    return table;
}

}  // namespace clausal::syntax
