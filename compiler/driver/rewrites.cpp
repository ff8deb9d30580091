#include "compiler/driver/rewrites.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace clausal {
namespace {

struct Row {
    std::string_view pattern;
    std::string_view replacement;
    std::string_view english;
    std::string_view chinese;
};
constexpr Row kRows[] = {
#define CLAUSAL_PHRASE(pattern, replacement, english, chinese) \
    {pattern, replacement, english, chinese},
#include "grammar/phrases.def"
#undef CLAUSAL_PHRASE
};

constexpr std::size_t kLongestStretch = 60;  // bytes of {X}
constexpr std::size_t kMostSteps = 20000;    // of one search, whatever the text

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                       [](char x, char y) { return lower(x) == lower(y); });
}

// Finds a pattern in a sentence. In a pattern {T} is a length of time, {N} a number, {E} a declared
// event or term, {F} a declared field ({F_} its event), {C} a value of a choice ({C_} its field), {S} a
// subject, {L} a list ({L_} its texts), {H} a time of the day, {W} one word or number, {U} one that is not declared, {Q} what may be a text without its quotes, {X} a short stretch without a
// comma; a digit behind the letter tells two of a kind apart. `^` at its begin: the condition begins
// there. A blank stands for any number of them; in Chinese they may stand anywhere.
class Search {
public:
    Search(std::string_view text, const syntax::NameTable& names, const SourceSet& sources)
        : text_(text), names_(names), sources_(sources) {}

    std::optional<std::pair<std::size_t, std::size_t>> find(std::string_view pattern) {
        pattern_ = pattern;
        chinese_ = std::any_of(pattern.begin(), pattern.end(), [](char c) { return c < 0; });
        steps_ = 0;
        const bool first = !pattern.empty() && pattern[0] == '^';
        for (std::size_t at = 0; at < text_.size(); ++at) {
            if (first && !begins_condition(at)) continue;
            if ((text_[at] & 0xC0) == 0x80 || text_[at] == ' ') continue;
            if (at > 0 && is_letter(text_[at]) && is_letter(text_[at - 1])) continue;
            captured_.clear();
            if (match(first ? 1 : 0, at)) return std::pair{at, end_};
        }
        return std::nullopt;
    }
    std::string filled(std::string_view row) const {
        std::string out;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::size_t close = row[i] == '{' ? row.find('}', i) : std::string_view::npos;
            if (close == std::string_view::npos) {
                out += row[i];
                continue;
            }
            const auto found = captured_.find(std::string(row.substr(i + 1, close - i - 1)));
            if (found != captured_.end()) out += found->second;
            i = close;
        }
        return out;
    }

private:
    bool begins_condition(std::size_t at) const {
        while (at > 0 && text_[at - 1] == ' ') --at;
        const std::string_view before = text_.substr(0, at);
        for (const std::string_view word : {"当", "时，", "：", "且", "或", ",", "，", ":"})
            if (before.ends_with(word)) return true;
        for (const std::string_view word : {"when", "and", "or"}) {
            if (before.size() > word.size() && same(before.substr(at - word.size()), word) &&
                !is_letter(before[at - word.size() - 1]))
                return true;
        }
        return at == 0 && text_.find("当") == std::string_view::npos &&
               text_.find("when") == std::string_view::npos;
    }
    std::size_t skip(std::size_t at) const {
        while (at < text_.size() && text_[at] == ' ') ++at;
        return at;
    }
    bool match(std::size_t p, std::size_t at) {
        if (++steps_ > kMostSteps) return false;
        if (p >= pattern_.size()) {
            if (at > 0 && at < text_.size() && is_letter(text_[at]) && is_letter(text_[at - 1]))
                return false;
            end_ = at;
            return true;
        }
        if (pattern_[p] == ' ') {
            const std::size_t next = skip(at);
            const bool apart = next > at || at == 0 || at >= text_.size() ||
                               !is_letter(text_[at]) || !is_letter(text_[at - 1]);
            return apart && match(p + 1, next);
        }
        if (chinese_) at = skip(at);
        if (pattern_[p] == '{') {
            const std::size_t close = pattern_.find('}', p);
            const std::string name(pattern_.substr(p + 1, close - p - 1));
            for (const std::size_t end : ends_of(name[0], at)) {
                const auto before = captured_;
                captured_[name] = std::string(text_.substr(at, end - at));
                if (name[0] == 'L') captured_[name + "_"] = items(captured_[name]);
                if (name[0] == 'C' || name[0] == 'F')
                    captured_[name + "_"] = owner(captured_[name]);
                if (match(close + 1, end)) return true;
                captured_ = before;
            }
            return false;
        }
        if (at >= text_.size() || lower(text_[at]) != lower(pattern_[p])) return false;
        return match(p + 1, at + 1);
    }
    // Where what the letter stands for may end, when it begins at `at`.
    const std::vector<std::size_t>& ends_of(char what, std::size_t at) {
        const auto [found, fresh] = ends_.try_emplace({what, at});
        if (fresh) found->second = find_ends(what, at);
        return found->second;
    }
    std::vector<std::size_t> find_ends(char what, std::size_t at) const {
        std::vector<std::size_t> out;
        switch (what) {
        case 'N':
            if (const std::size_t end = number(at); end > at) out.push_back(end);
            break;
        case 'T':
            if (const std::size_t end = quantity(at); end > at) out.push_back(end);
            break;
        case 'E': declared(at, {"event", "term"}, out); break;
        case 'F': declared(at, {"field"}, out); break;
        case 'S': declared(at, {"subject"}, out); break;
        case 'C': declared(at, {"choice", "value"}, out); break;
        case 'L': declared(at, {"list"}, out); break;
        case 'H':
            if (const std::size_t end = clock(at); end > at) out.push_back(end);
            break;
        case 'U':
        case 'W': {
            std::size_t end = at;
            while (end < text_.size() && (is_letter(text_[end]) || text_[end] == '.')) ++end;
            std::vector<std::size_t> known;
            if (what == 'U') declared(at, {}, known);
            const bool taken = std::find(known.begin(), known.end(), end) != known.end();
            if (end > at && !taken) out.push_back(end);
            break;
        }
        case 'Q':
        case 'X':
            for (std::size_t end = at; end < text_.size() && end - at < kLongestStretch;) {
                ++end;
                while (end < text_.size() && (text_[end] & 0xC0) == 0x80) ++end;
                const std::string_view last = text_.substr(at, end - at);
                if (last.ends_with("，") || last.ends_with("。") || last.ends_with(",")) break;
                if (what == 'Q' && !may_quote(last)) break;
                out.push_back(end);
            }
            break;
        default: break;
        }
        return out;
    }
    // What somebody may have meant as a text: no joint of conditions and no declared name.
    bool may_quote(std::string_view text) const {
        for (const std::string_view joint :
            {"且", "或", "其中", "任一", "、", "\"", "“", "(", "（"})
            if (text.find(joint) != std::string_view::npos) return false;
        return std::none_of(names_.names.begin(), names_.names.end(),
            [&](const syntax::DeclaredName& name) { return same(name.text, text); });
    }
    // The texts of a list as they are written where it is declared; "" if it is kept in a file.
    std::string items(const std::string& list) const {
        for (const syntax::DeclaredName& name : names_.names) {
            if (name.kind != "list" || !same(name.text, list)) continue;
            std::string_view rest = sources_.file(name.span.file).text;
            rest = rest.substr(name.span.end);
            rest = rest.substr(0, rest.find('\n'));
            const std::size_t first = rest.find('"');
            const std::size_t last = rest.rfind('"');
            const std::size_t sign = rest.find_first_not_of(" =:");
            if (first == std::string_view::npos || last <= first || sign != first) return "";
            std::string out(rest.substr(first, last + 1 - first));
            for (std::size_t at = 0; (at = out.find("\", \"", at)) != std::string::npos; ++at)
                out.replace(at, 4, "\" or \"");
            return out;
        }
        return "";
    }
    // The event of a field, the field of a choice: what was declared last before it.
    std::string owner(const std::string& text) const {
        const syntax::DeclaredName* of = nullptr;
        for (const syntax::DeclaredName& name : names_.names) {
            if (same(name.text, text) &&
                (name.kind == "field" || name.kind == "choice" || name.kind == "value")) {
                of = &name;
                break;
            }
        }
        if (of == nullptr) return "";
        const std::string_view wanted = of->kind == "field" ? "event" : "field";
        const syntax::DeclaredName* best = nullptr;
        for (const syntax::DeclaredName& name : names_.names) {
            const bool before = name.kind == wanted && name.span.file == of->span.file &&
                                name.span.begin < of->span.begin;
            if (before && (best == nullptr || best->span.begin < name.span.begin)) best = &name;
        }
        return best == nullptr ? "" : best->text;
    }
    // 9:00, 22:30.
    std::size_t clock(std::size_t at) const {
        const auto digit = [&](std::size_t i) {
            return i < text_.size() && text_[i] >= '0' && text_[i] <= '9';
        };
        std::size_t end = at;
        while (digit(end) && end < at + 2) ++end;
        if (end == at) return at;
        const std::string_view rest = text_.substr(end);
        const std::size_t colon = rest.starts_with(":") ? 1 : rest.starts_with("：") ? 3 : 0;
        return colon > 0 && digit(end + colon) && digit(end + colon + 1) ? end + colon + 2 : at;
    }
    std::size_t number(std::size_t at) const {
        static constexpr std::array<std::string_view, 12> kDigits = {
            "一", "二", "两", "三", "四", "五", "六", "七", "八", "九", "十", "百"};
        std::size_t end = at;
        while (end < text_.size() &&
               ((text_[end] >= '0' && text_[end] <= '9') || (end > at && text_[end] == '.')))
            ++end;
        for (bool more = true; more;) {
            more = false;
            for (const std::string_view digit : kDigits) {
                if (text_.substr(end).starts_with(digit)) {
                    end += digit.size();
                    more = true;
                }
            }
        }
        return end;
    }
    std::size_t quantity(std::size_t at) const {
        static constexpr std::array<std::string_view, 25> kUnits = {"working days", "working day",
            "minutes", "minute", "seconds", "second", "hours", "hour", "days", "day", "weeks",
            "week", "months", "month", "years", "year", "个工作日", "工作日", "个小时", "小时",
            "分钟", "秒", "天", "周", "个月"};
        std::size_t end = number(at);
        if (end == at) return at;
        end = skip(end);
        for (const std::string_view unit : kUnits) {
            if (same(text_.substr(end, unit.size()), unit)) return end + unit.size();
        }
        return at;
    }
    // Declared names of these kinds (of any, if none) that stand here, the longest first; an English one may have a plural s.
    void declared(std::size_t at, const std::vector<std::string_view>& kinds,
        std::vector<std::size_t>& out) const {
        const auto look = [&](const std::string& name) {
            if (name.empty() || !same(text_.substr(at, name.size()), name)) return;
            std::size_t end = at + name.size();
            if (is_letter(name.back()) && end < text_.size() && text_[end] == 's') ++end;
            out.push_back(end);
        };
        for (const syntax::DeclaredName& name : names_.names) {
            if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), name.kind) == kinds.end())
                continue;
            look(name.text);
            for (const std::string& other : name.also) look(other);
        }
        std::sort(out.begin(), out.end(), std::greater<>());
        out.erase(std::unique(out.begin(), out.end()), out.end());
    }

    std::string_view text_;
    const syntax::NameTable& names_;
    const SourceSet& sources_;
    std::string_view pattern_;
    bool chinese_ = false;
    std::size_t steps_ = 0;
    std::size_t end_ = 0;
    std::map<std::string, std::string> captured_;
    std::map<std::pair<char, std::size_t>, std::vector<std::size_t>> ends_;  // of the whole text
};

}  // namespace

std::vector<Rewrite> rewrites_of(std::string_view sentence, const syntax::NameTable& names,
    const SourceSet& sources, std::size_t most) {
    std::vector<Rewrite> out;
    if (sentence.size() > 4000) return out;  // no sentence that somebody wrote
    Search search(sentence, names, sources);
    // Forms that can be tried come before hints.
    for (int pass = 0; pass < 2; ++pass) {
        for (const Row& row : kRows) {
            const bool hint = row.replacement.empty() && !row.english.empty();
            if (hint != (pass == 1)) continue;
            const auto place = search.find(row.pattern);
            if (!place) continue;
            out.push_back({place->first, place->second, search.filled(row.replacement),
                search.filled(row.english), search.filled(row.chinese)});
            if (out.size() >= most) return out;
        }
    }
    return out;
}

}  // namespace clausal
