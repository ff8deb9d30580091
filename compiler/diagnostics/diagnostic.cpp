#include "compiler/diagnostics/diagnostic.h"

#include <algorithm>
#include <tuple>

#include "compiler/diagnostics/sentence.h"

namespace clausal {

const std::vector<KindInfo>& all_kinds() {
    static const std::vector<KindInfo> kinds = {
#define CLAUSAL_KIND(code, slug, severity, en, zh) \
    {Kind{code}, code, #slug, Severity::severity, en, zh},
#include "compiler/diagnostics/kinds.def"
#undef CLAUSAL_KIND
    };
    return kinds;
}

const KindInfo& kind_info(Kind kind) {
    static const KindInfo unknown = {
        Kind{}, 999, "unknown", Severity::error, "unknown finding", "未知的问题"};
    for (const KindInfo& info : all_kinds()) {
        if (info.kind == kind) {
            return info;
        }
    }
    return unknown;
}

Diagnostic& Sink::report(Kind kind, Span span, std::vector<Argument> arguments) {
    if (kind_info(kind).severity == Severity::error) {
        ++errors_;
    }
    Diagnostic diagnostic;
    diagnostic.kind = kind;
    diagnostic.span = span;
    diagnostic.arguments = std::move(arguments);
    diagnostics_.push_back(std::move(diagnostic));
    return diagnostics_.back();
}

std::vector<Diagnostic> Sink::sorted() const {
    std::vector<Diagnostic> result = diagnostics_;
    const auto key = [](const Diagnostic& d) {
        return std::tuple(d.span.file, d.span.begin, d.span.end, static_cast<unsigned>(d.kind));
    };
    std::stable_sort(result.begin(), result.end(),
        [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
    const auto same = [&](const Diagnostic& a, const Diagnostic& b) {
        return key(a) == key(b) && message(a, Language::english) == message(b, Language::english);
    };
    result.erase(std::unique(result.begin(), result.end(), same), result.end());
    return result;
}

namespace {

// What stands in braces: a name, maybe with the words for one and for many.
struct Slot {
    std::string_view name, one, many;
    bool with_count = true;
    explicit Slot(std::string_view text) {
        const std::size_t first = text.find_first_of("|?");
        name = text.substr(0, first);
        if (first == std::string_view::npos) return;
        with_count = text[first] == '|';
        const std::size_t second = text.find('|', first + 1);
        one = text.substr(first + 1, second - first - 1);
        many = text.substr(second + 1);
    }
};

}  // namespace

std::string counted(std::string_view count, std::string_view one, std::string_view many) {
    return std::string(count) + " " + std::string(count == "1" ? one : many);
}

std::string unfilled(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::size_t close = pattern[i] == '{' ? pattern.find('}', i) : std::string_view::npos;
        if (close == std::string_view::npos) {
            out += pattern[i];
            continue;
        }
        const Slot slot(pattern.substr(i + 1, close - i - 1));
        if (slot.with_count) out += "{" + std::string(slot.name) + "}";
        if (slot.with_count && !slot.many.empty()) out += " ";
        out += slot.many;
        i = close;
    }
    return out;
}

std::string message(const Diagnostic& diagnostic, Language language) {
    const KindInfo& info = kind_info(diagnostic.kind);
    const std::string_view pattern = language == Language::chinese ? info.chinese : info.english;
    std::string result;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::size_t close = pattern[i] == '{' ? pattern.find('}', i) : std::string_view::npos;
        if (close == std::string_view::npos) {
            result += pattern[i];
            continue;
        }
        const Slot slot(pattern.substr(i + 1, close - i - 1));
        const auto found = std::find_if(diagnostic.arguments.begin(), diagnostic.arguments.end(),
            [&](const Argument& a) { return a.name == slot.name; });
        if (found == diagnostic.arguments.end()) {
            result += pattern.substr(i, close - i + 1);
        } else {
            const bool other = language == Language::chinese && !found->value_zh.empty();
            const std::string& value = other ? found->value_zh : found->value;
            if (slot.many.empty())
                result += value;
            else if (slot.with_count)
                result += counted(value, slot.one, slot.many);
            else
                result += value == "1" ? slot.one : slot.many;
        }
        i = close;
    }
    return result;
}

}  // namespace clausal
