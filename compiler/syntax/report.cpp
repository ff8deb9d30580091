// What to say when no cut of a statement is a sentence.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/choose.h"
#include "compiler/syntax/expected_words.h"
#include "compiler/syntax/near_names.h"
#include "compiler/syntax/traditional.h"

namespace clausal::syntax {

namespace {

class Reporter {
public:
    Reporter(const SourceSet& sources, FileId file, const FileText& text,
        const Statement& statement, const Dictionary& words, const Lattice& lattice, const Cut& cut,
        Sink& sink)
        : sources_(sources),
          file_(file),
          text_(text.normal),
          chars_(text.normal.chars),
          statement_(statement),
          words_(words),
          lattice_(lattice),
          cut_(cut),
          sink_(sink),
          all_(make_lattice(text, statement, words, sources.file(file).text, true)) {
        for (std::size_t i = statement.begin; i < statement.end; ++i) {
            is_chinese_ = is_chinese_ || is_cjk_letter(chars_[i]);
        }
    }

    void run() {
        const std::size_t quote = open_quote();
        if (quote != std::u32string::npos) {
            sink_.report(kind::unclosed_quote, span({quote, quote + 1}));
            return;
        }
        if (report_traditional()) {
            return;
        }
        if (report_no_statement()) {
            return;
        }
        if (const auto gap = first_gap()) {
            if (is_quote(chars_[gap->begin])) {
                sink_.report(kind::unclosed_quote, span({gap->begin, gap->begin + 1}));
            } else {
                unknown(*gap);
            }
            return;
        }
        const std::size_t open = open_bracket();
        if (open != std::u32string::npos) {
            sink_.report(kind::unclosed_bracket, span({open, open + 1}));
            return;
        }
        unexpected();
    }

private:
    Span span(Stretch s) const {
        while (s.end > s.begin + 1 && is_space(chars_[s.end - 1])) {
            --s.end;
        }
        return {file_, text_.begin[s.begin], text_.end[s.end - 1]};
    }
    std::string source_text(Stretch s) const { return std::string(sources_.text(span(s))); }
    static bool is_quote(char32_t c) {
        return c == '"' || c == U'“' || c == U'「' || c == U'‘' || c == '\'' || c == U'”';
    }

    // Text that no word covers when the longest word is taken each time.
    std::optional<Stretch> first_gap() const {
        std::uint32_t node = 0;
        const std::uint32_t end = all_.end_node();
        while (node < end) {
            const Edge* longest = nullptr;
            for (const std::uint32_t id : all_.out[node]) {
                const Edge& edge = all_.edges[id];
                if (longest == nullptr || edge.to > longest->to) {
                    longest = &edge;
                }
            }
            if (longest != nullptr) {
                node = longest->to;
                continue;
            }
            std::uint32_t next = node + 1;
            while (next < end && !starts_word(next)) {
                ++next;
            }
            return Stretch{all_.positions[node], all_.positions[next]};
        }
        return std::nullopt;
    }
    bool starts_word(std::uint32_t node) const {
        return std::any_of(all_.out[node].begin(), all_.out[node].end(), [&](std::uint32_t id) {
            const Edge& edge = all_.edges[id];
            const bool keyword = !edge.is_name && !edge.is_filler;
            const bool goes_on = edge.to == all_.end_node() || !all_.out[edge.to].empty();
            return edge.end > edge.begin + 1 || !is_cjk_letter(chars_[edge.begin]) ||
                   (keyword && goes_on);
        });
    }
    std::size_t open_bracket() const {
        std::vector<std::size_t> open;
        for (std::size_t i = statement_.begin; i < statement_.end; ++i) {
            if (chars_[i] == '(') {
                open.push_back(i);
            } else if (chars_[i] == ')' && !open.empty()) {
                open.pop_back();
            }
        }
        return open.empty() ? std::u32string::npos : open.back();
    }

    // A text quote without its partner in the statement.
    std::size_t open_quote() const {
        for (std::size_t i = statement_.begin; i < statement_.end; ++i) {
            const char32_t c = chars_[i];
            if (c != '"' && c != U'“' && c != U'「') {
                continue;
            }
            const char32_t close = c == '"' ? U'"' : c == U'“' ? U'”' : U'」';
            const std::size_t found = chars_.find(close, i + 1);
            if (found == std::u32string::npos || found >= statement_.end) {
                return i;
            }
            i = found;
        }
        return std::u32string::npos;
    }

    // The end of the quoted text or the label that begins here, else `at`.
    std::size_t end_of_text(std::size_t at) const {
        for (const Piece& piece : statement_.pieces) {
            if (piece.begin <= at && at < piece.end) {
                return piece.end;
            }
        }
        const char32_t c = chars_[at];
        if (c != '"' && c != U'“') {
            return at;
        }
        const std::size_t close = chars_.find(c == '"' ? U'"' : U'”', at + 1);
        return close == std::u32string::npos || close >= statement_.end ? at : close + 1;
    }
    // Neither a word that begins a statement, nor a sentence that says when to do what.
    bool report_no_statement() {
        static constexpr std::array kFirst = {Tok::PACK, Tok::IMPORT, Tok::SUBJECT, Tok::EVENT,
            Tok::ACTION, Tok::SOURCE, Tok::PARAMETER, Tok::LIST, Tok::TABLE, Tok::TERM,
            Tok::CALENDAR, Tok::RULE, Tok::EXAMPLE};
        const bool says_when =
            std::any_of(all_.edges.begin(), all_.edges.end(), [](const Edge& edge) {
                return edge.token.type == Tok::WHEN || edge.token.type == Tok::DO ||
                       edge.token.type == Tok::THEN;
            });
        if (says_when) {
            return false;
        }
        std::size_t end = 0;
        for (const std::uint32_t id : all_.out[0]) {
            const Edge& edge = all_.edges[id];
            // A sentence may begin with what it is about.
            if (edge.is_name ||
                std::find(kFirst.begin(), kFirst.end(), edge.token.type) != kFirst.end()) {
                return false;
            }
            end = std::max<std::size_t>(end, edge.end);
        }
        Stretch place{statement_.begin, end};
        if (end <= place.begin) {
            const auto gap = first_gap();
            place.end = gap ? gap->end : statement_.begin + 1;
        }
        while (place.begin + 1 < place.end && is_space(chars_[place.begin])) {
            ++place.begin;
        }
        sink_.report(kind::not_a_statement, span(place), {{"found", source_text(place), ""}});
        return true;
    }
    // Words of the language in traditional characters: the simplified text is the fix. Names that
    // are declared so stay.
    bool report_traditional() {
        std::size_t first = std::u32string::npos;
        std::size_t last = 0;
        std::u32string simplified;
        for (std::size_t i = statement_.begin; i < statement_.end;) {
            std::size_t name = std::max(i, end_of_text(i));
            words_.match(chars_, i, statement_.end, [&](std::size_t end, const Entry& entry) {
                if (entry.what == WordClass::name) {
                    name = std::max(name, end);
                }
            });
            if (name > i) {
                simplified.append(chars_, i, name - i);
                i = name;
                continue;
            }
            const char32_t other = simplified_of(chars_[i]);
            if (other != chars_[i]) {
                first = std::min(first, i);
                last = i + 1;
            }
            simplified.push_back(other);
            ++i;
        }
        if (first == std::u32string::npos) {
            return false;
        }
        const Stretch place{first, last};
        Diagnostic& finding = sink_.report(
            kind::traditional_characters, span(place), {{"text", source_text(place), ""}});
        finding.fixes.push_back({span(place),
            to_utf8(simplified.substr(first - statement_.begin, last - first)), false});
        return true;
    }

    // ---- unknown names -------------------------------------------------------------------------
    void unknown(Stretch gap) {
        const std::vector<Near> near = near_names(chars_, statement_, words_, gap);
        Stretch place = gap;
        if (!near.empty()) {
            place = near.front().place;
            place.begin = std::min(place.begin, gap.begin);
        }
        // A word of letters is named whole: `salez`, not the `sale` in it.
        place = whole_words(chars_, statement_, place);
        // Behind `time zone` and `currency` something else than a declared name is wanted.
        std::size_t end = place.begin;
        while (end > 0 && is_space(chars_[end - 1])) --end;
        const auto behind = [&](std::u32string_view word) {
            return end >= word.size() &&
                   std::u32string_view(chars_).substr(end - word.size(), word.size()) == word;
        };
        if (behind(U"zone") || behind(U"时区")) {
            // `UTC+8` is one word.
            while (place.end < chars_.size() && !is_space(chars_[place.end]) &&
                   std::u32string_view(U",.;，。；").find(chars_[place.end]) ==
                       std::u32string_view::npos)
                ++place.end;
            sink_.report(kind::unknown_zone, span(place), {{"name", source_text(place), ""}})
                .help.push_back({"help", "write UTC or a place such as `America/New_York`",
                    "请写 UTC 或地点，如 `Asia/Shanghai`"});
            return;
        }
        if (behind(U"currency") || behind(U"币种")) {
            sink_.report(kind::unknown_currency, span(place), {{"name", source_text(place), ""}})
                .help.push_back(
                    {"help", "write the ISO code of a currency, such as USD, EUR, GBP, JPY, CNY",
                        "请写币种的 ISO 代码，如 CNY、USD、EUR、GBP、JPY"});
            return;
        }
        Diagnostic& finding =
            sink_.report(kind::unknown_word, span(place), {{"name", source_text(place), ""}});
        if (!near.empty() && near.front().distance == 0 && is_cjk_letter(chars_[place.begin])) {
            offer_twin(finding, place.begin + 1);  // 发生产线停机: one 生 for two
            return;
        }
        offer_phrases(finding, place);
        if (source_text(place) == "第") {
            finding.help.push_back(
                {"help", "the third of what? write `number of X since the latest Y becomes 3`",
                    "从何时数起的第几次？写成 `自最近一次 Y 以来 X 次数 变为 3`"});
        }
        for (const Near& each : near) {
            const auto* entries = words_.find(each.key);
            if (entries == nullptr) {
                continue;
            }
            Stretch instead = each.place;
            instead.begin = std::min(instead.begin, gap.begin);
            instead.end = std::max(instead.end, gap.end);
            instead = whole_words(chars_, statement_, instead);
            if (!is_slip(chars_.substr(instead.begin, instead.end - instead.begin), each.key)) {
                continue;
            }
            const std::string& name = entries->front().text;
            const auto& declared = words_.named(name);
            finding.fixes.push_back({span(instead), to_utf8(each.key), false,
                declared.empty() ? -1 : static_cast<int>(finding.labels.size())});
            if (!declared.empty()) {
                const DeclaredName& first = *declared.front();
                finding.labels.push_back(
                    {first.span, fmt::format("nearest: `{}`", to_utf8(each.key)),
                        fmt::format("最接近的是 `{}`", to_utf8(each.key))});
            }
        }
    }

    // What a few likely phrases with an unknown word in them want to say.
    void offer_phrases(Diagnostic& finding, Stretch place) const {
        const std::string word = source_text(place);
        static constexpr std::array<std::string_view, 8> kOrdinals = {
            "second", "third", "fourth", "fifth", "2nd", "3rd", "4th", "5th"};
        if (std::find(kOrdinals.begin(), kOrdinals.end(), word) != kOrdinals.end()) {
            finding.help.push_back({"help",
                fmt::format(
                    "the {} of what? write `number of X since the latest Y becomes 3`", word),
                "从何时数起的第几次？写成 `自最近一次 Y 以来 X 次数 变为 3`"});
        }
        if (word.rfind("period", 0) == 0 && before(place.begin, U"same")) {
            finding.help.push_back({"help", "say which days: `in the same 7 days 364 days ago`",
                "请说明是哪几天：`去年同期（364 天前）7 天 …`"});
        }
        std::size_t steps = 0;
        for (std::size_t i = statement_.begin; i < statement_.end; ++i) {
            steps += chars_.compare(i, 1, U"到") == 0 || chars_.compare(i, 4, U" to ") == 0 ? 1 : 0;
        }
        if (steps > 1) {
            finding.help.push_back({"help",
                "several steps: is the time for each step or for all? write `A followed by B within 7 days` for each, and name the events",
                "有好几步：时间是每一步的，还是总共的？请逐步写「A 之后 7 天内 B」，并写明各是哪个事件"});
        }
        if (word == "except") {
            finding.help.push_back({"help",
                "write `A is not followed by B within 7 days, unless C meanwhile`, or `A and no C in the last 7 days`",
                "写成 `A 之后 7 天内 没有 B，除非期间 C`，或 `A 且 近 7 天 没有 C`"});
        }
        if (word == "it") {
            finding.help.push_back({"help", "say what is meant: write the name of the event",
                "请写明指什么：写出事件的名称"});
        }
        if (const std::string owner = owner_before(place.begin); !owner.empty()) {
            finding.help.push_back({"help",
                fmt::format(
                    "`{0}` has no field `{1}`; declare it: `subject {0}: register csv \"…\" ({1} text)`",
                    owner, word),
                fmt::format(
                    "`{0}` 没有字段 `{1}`；请声明：「主体 {0}：名册 csv \"…\"（{1} 文本）」", owner,
                    word)});
        }
    }
    bool before(std::size_t at, std::u32string_view word) const {
        while (at > statement_.begin && is_space(chars_[at - 1])) {
            --at;
        }
        return at >= statement_.begin + word.size() &&
               chars_.compare(at - word.size(), word.size(), word) == 0;
    }
    // The subject whose field is asked for just before: 客户. 客户的 the customer's.
    std::string owner_before(std::size_t at) const {
        std::size_t end = at;
        while (end > statement_.begin && is_space(chars_[end - 1])) {
            --end;
        }
        std::size_t joint = 0;
        for (const std::u32string_view sign : {U"'s", U"’s", U"的", U"."}) {
            if (end >= statement_.begin + sign.size() &&
                chars_.compare(end - sign.size(), sign.size(), sign) == 0) {
                joint = sign.size();
                break;
            }
        }
        if (joint == 0) {
            return "";
        }
        end -= joint;
        for (const DeclaredName& name : words_.table().names) {
            const std::u32string key = name_key(name.text);
            if (name.kind == "subject" && end >= statement_.begin + key.size() &&
                chars_.compare(end - key.size(), key.size(), key) == 0) {
                return name.text;
            }
        }
        return "";
    }

    // ---- unexpected words ----------------------------------------------------------------------
    Argument expected() const { return expected_words(cut_, is_chinese_); }
    // 5天气预警 for 5天天气预警: writers put a doubled sign once.
    void offer_twin(Diagnostic& finding, std::size_t at) const {
        if (at == statement_.begin) {
            return;
        }
        std::size_t longest = at;
        words_.match(chars_, at - 1, statement_.end, [&](std::size_t end, const Entry& entry) {
            if (entry.what == WordClass::name) {
                longest = std::max(longest, end);
            }
        });
        if (longest > at && is_cjk_letter(chars_[at - 1])) {
            const std::string sign = source_text({at - 1, at});
            const std::string name = source_text({at - 1, longest});
            finding.help.push_back({"help", fmt::format("is a sign missing: `{} {}`?", sign, name),
                fmt::format("是否漏写了一个字：`{} {}`？", sign, name)});
            const std::uint32_t place = text_.begin[at];
            finding.fixes.push_back({{file_, place, place}, sign, false});
        }
    }
    // Whether the word just before the place is of this type.
    bool after(Tok type) const {
        return std::any_of(lattice_.edges.begin(), lattice_.edges.end(),
            [&](const Edge& edge) { return edge.to == cut_.furthest && edge.token.type == type; });
    }
    bool after_comparison(std::uint32_t node) const {
        return std::any_of(lattice_.edges.begin(), lattice_.edges.end(), [&](const Edge& edge) {
            const Tok type = edge.token.type;
            return edge.to == node && (type == Tok::EQ || type == Tok::NE || type == Tok::IS ||
                                          type == Tok::NOT || type == Tok::BE);
        });
    }
    // `team = A`: a value without quotes that was taken for an article.
    void offer_article(Diagnostic& finding) const {
        for (const Edge& edge : lattice_.edges) {
            const bool stands_for_value = edge.is_filler && edge.to == cut_.furthest &&
                                          is_latin(chars_[edge.begin]) &&
                                          after_comparison(edge.from);
            if (stands_for_value) {
                const std::string word = source_text({edge.begin, edge.end});
                finding.help.push_back({"help",
                    fmt::format(
                        "`{0}` was read as an empty word; a value is written `\"{0}\"`", word),
                    fmt::format("`{0}` 被当作虚词；若它是取值，请写成 `\"{0}\"`", word)});
                finding.fixes.push_back({span({edge.begin, edge.end}), "\"" + word + "\"", false});
                return;
            }
        }
    }
    bool has_before(Tok type) const {
        return std::any_of(lattice_.edges.begin(), lattice_.edges.end(),
            [&](const Edge& edge) { return edge.to <= cut_.furthest && edge.token.type == type; });
    }
    // `规则 甲：缺课时触发约谈`: the word that begins the condition is missing.
    bool offer_when(Stretch place) {
        for (const Edge& edge : lattice_.edges) {
            const bool rule = edge.token.type == Tok::COLON && edge.to <= cut_.furthest;
            if (rule && lattice_.edges[lattice_.out[0].front()].token.type == Tok::RULE) {
                const std::uint32_t begin = text_.begin[lattice_.positions[edge.to]];
                Diagnostic& finding =
                    sink_.report(kind::when_missing, {file_, begin, text_.end[place.begin]}, {});
                finding.fixes.push_back(
                    {{file_, begin, begin}, is_chinese_ ? "当" : "when ", false});
                return true;
            }
        }
        return false;
    }
    // 连续 goes with events, or with a comparison in each of some days.
    void offer_streak(Diagnostic& finding) const {
        if (!has_before(Tok::CONSECUTIVE)) {
            return;
        }
        if (has_before(Tok::NO)) {
            finding.help.push_back(
                {"help", "a time without any event is written `no X for 30 days`",
                    "一段时间里一次都没有，写成 `30 天 没有 X`"});
        } else if (has_before(Tok::TIMES)) {
            finding.help.push_back(
                {"help", "say of which event: `3 consecutive X where value < 10`",
                    "请写明是哪个事件连续：`连续 3 次 X 其中 数值 < 10`"});
        }
    }
    // Whether the place stands in a bracket behind a name: what is there would only be another name.
    bool in_bracket(Stretch place) const {
        std::size_t depth = 0;
        for (std::size_t i = statement_.begin; i < place.begin; ++i) {
            depth += chars_[i] == '(' ? 1 : 0;
            depth -= chars_[i] == ')' && depth > 0 ? 1 : 0;
        }
        return depth > 0 && statement_.keyword == Tok::RULE;
    }
    void unexpected() {
        const std::size_t at = lattice_.positions[cut_.furthest];
        if (cut_.furthest >= lattice_.end_node() || at >= statement_.end) {
            std::size_t last = statement_.end;
            while (last > statement_.begin + 1 && is_space(chars_[last - 1])) {
                --last;
            }
            sink_.report(kind::unexpected_end, span({last - 1, last}), {expected()});
            return;
        }
        const Edge* longest = nullptr;
        for (const std::uint32_t id : lattice_.out[cut_.furthest]) {
            const Edge& edge = lattice_.edges[id];
            if (longest == nullptr || edge.to > longest->to) {
                longest = &edge;
            }
        }
        Stretch place{at, at + 1};
        if (longest != nullptr) {
            place = {longest->begin, longest->end};
        }
        const std::string found = source_text(place);
        const bool wants_name = cut_.expected.test(static_cast<std::size_t>(Tok::NAME));
        if (longest != nullptr && longest->token.type == Tok::TEXT && wants_name) {
            Diagnostic& finding =
                sink_.report(kind::text_as_name, span(place), {{"text", found, ""}});
            if (!words_.named(longest->token.text).empty() && !in_bracket(place)) {
                finding.fixes.push_back({span(place), longest->token.text, false});
            } else {
                finding.help.push_back({"help",
                    fmt::format("a condition on a text is written `… where … = {}`", found),
                    fmt::format("对文本的要求写成 `… 其中 … = {}`", found)});
            }
            return;
        }
        if (cut_.furthest == 0) {
            sink_.report(kind::not_a_statement, span(place), {{"found", found, ""}});
            return;
        }
        const bool ends_condition = longest != nullptr && (longest->token.type == Tok::SHI ||
                                                              longest->token.type == Tok::THEN);
        if (ends_condition && !has_before(Tok::WHEN) && offer_when(place)) {
            return;
        }
        Diagnostic& finding =
            sink_.report(kind::unexpected, span(place), {{"found", found, ""}, expected()});
        if (longest != nullptr && longest->token.type == Tok::DO && has_before(Tok::WHEN)) {
            finding.help.push_back({"help", "the condition ends with `then`, or with a comma",
                "条件以 `时` 或逗号结束"});
        }
        offer_twin(finding, at);
        offer_article(finding);
        offer_streak(finding);
        const auto wants = [&](Tok type) {
            return cut_.expected.test(static_cast<std::size_t>(type));
        };
        if (wants(Tok::TIMES) && !wants(Tok::CONSECUTIVE) && !wants(Tok::TIME) && after(Tok::NUM)) {
            finding.help.push_back({"help", "a count is `number of X in the last 7 days ≥ 3`",
                "次数写成 `近 7 天 X 次数 ≥ 3`；字段的合计写成 `近 7 天 X 的 字段 合计 ≥ 3 元`"});
        }
        const bool in_a_row = cut_.expected.test(static_cast<std::size_t>(Tok::IN_A_ROW));
        const bool counts = longest != nullptr &&
                            (longest->token.type == Tok::TIMES || longest->token.type == Tok::ONCE);
        if (counts || in_a_row || (after(Tok::TIMES) && !has_before(Tok::CONSECUTIVE))) {
            finding.help.push_back({"help",
                "in a row (`2 consecutive …`), or within a window (`number of … in the last 30 days ≥ 2`)?",
                "是连续（`连续 2 次 …`），还是一段时间内（`近 30 天 … 次数 ≥ 2`）？"});
        }
        if (longest != nullptr && longest->token.type == Tok::UNLESS) {
            finding.help.push_back({"help",
                "`unless` goes with an absence: `A is not followed by B within 7 days, unless C meanwhile`; else write `and no C in the last 7 days`",
                "`除非` 跟在「没有」之后：`A 之后 7 天内 没有 B，除非期间 C`；否则写成 `且 近 7 天 没有 C`"});
        }
        const bool last = longest != nullptr && longest->token.type == Tok::LAST;
        if (last || (after(Tok::NUM) && has_before(Tok::LAST) && counts)) {
            finding.help.push_back({"help",
                "a window is a length of time: `average of f of X in the last 30 days`; the last ones in a row are `3 consecutive X`",
                "范围是一段时间：`近 30 天 X 的 f 平均`；最近几次都如此，写成 `连续 3 次 X`"});
        }
        if (after(Tok::SAME_PERIOD)) {
            finding.help.push_back({"help", "say which days: `in the same 7 days 364 days ago`",
                "请说明是哪几天：`去年同期（364 天前）7 天 …`"});
        }
    }

    const SourceSet& sources_;
    FileId file_;
    const NormalText& text_;
    const std::u32string& chars_;
    const Statement& statement_;
    const Dictionary& words_;
    const Lattice& lattice_;
    const Cut& cut_;
    Sink& sink_;
    Lattice all_;
    bool is_chinese_ = false;
};

}  // namespace

void report_no_cut(const SourceSet& sources, FileId file, const FileText& text,
    const Statement& statement, const Dictionary& words, const Lattice& lattice, const Cut& cut,
    Sink& sink) {
    Reporter(sources, file, text, statement, words, lattice, cut, sink).run();
}

}  // namespace clausal::syntax
