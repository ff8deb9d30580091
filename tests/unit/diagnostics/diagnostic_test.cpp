#include <doctest/doctest.h>

#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/kinds_source.h"
#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/diagnostics/sentence.h"

using namespace clausal;

namespace {

std::set<std::string> placeholders(std::string_view text) {
    std::set<std::string> found;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t close = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
        if (close != std::string_view::npos) {
            const std::string_view inside = text.substr(i + 1, close - i - 1);
            found.insert(std::string(inside.substr(0, inside.find_first_of("|?"))));
        }
    }
    return found;
}

}  // namespace

TEST_CASE("every kind has both sentences with the same placeholders, and its own number") {
    std::map<int, std::string_view> codes;
    std::set<std::string_view> slugs;
    for (const KindInfo& info : all_kinds()) {
        CAPTURE(info.slug);
        CHECK(!info.english.empty());
        CHECK(!info.chinese.empty());
        CHECK(placeholders(info.english) == placeholders(info.chinese));
        CHECK(info.code >= 100);
        CHECK(info.code <= 999);
        CHECK_MESSAGE(codes.emplace(info.code, info.slug).second, "code used twice");
        CHECK(slugs.insert(info.slug).second);
    }
}

TEST_CASE("a count takes the word for one or for many") {
    Diagnostic finding;
    finding.kind = Kind{853};
    finding.arguments = {{"file", "`a.csv`", ""}, {"count", "1", ""}};
    CHECK(message(finding, Language::english) ==
          "1 row of `a.csv` could not be read and was put aside.");
    finding.arguments[1].value = "11";
    CHECK(message(finding, Language::english) ==
          "11 rows of `a.csv` could not be read and were put aside.");
    CHECK(message(finding, Language::chinese) == "`a.csv` 有 11 行无法读取，已搁置。");
    CHECK(unfilled(kind_info(Kind{853}).english) ==
          "{count} rows of {file} could not be read and were put aside.");
}

TEST_CASE("text, JSON and SARIF of one finding") {
    SourceSet sources;
    const FileId file = sources.add("rules.clausal", "主体 客户\n当打开报价邮箱时\n");
    Sink sink;
    Diagnostic& finding =
        sink.report(kind::unknown_word, {file, 17, 35}, {{"name", "打开报价邮箱", ""}});
    finding.labels.push_back({{file, 7, 13}, "declared here", "在这里声明"});
    finding.fixes.push_back({{file, 17, 35}, "打开报价邮件", false});
    CHECK(sink.has_errors());
    CHECK(render_text(sink.sorted(), sources, Language::chinese, false) ==
          "错误[CL203]：没有叫 `打开报价邮箱` 的名称\n"
          " --> rules.clausal:2:2\n"
          "2 | 当打开报价邮箱时\n"
          "  |   ^^^^^^^^^^^^\n"
          "1 | 主体 客户\n"
          "  |      ---- 在这里声明\n"
          "  = 把 `打开报价邮箱` 改为 `打开报价邮件`\n");
    const auto json = nlohmann::json::parse(render_json(sink.sorted(), sources, Language::english));
    CHECK(json["diagnostics"][0]["code"] == "CL203");
    CHECK(json["diagnostics"][0]["place"]["line"] == 2);
    CHECK(json["diagnostics"][0]["arguments"]["name"] == "打开报价邮箱");
    const auto sarif =
        nlohmann::json::parse(render_sarif(sink.sorted(), sources, Language::english));
    CHECK(sarif["version"] == "2.1.0");
    CHECK(sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
               ["startColumn"] == 2);
}

TEST_CASE("findings are sorted by place and told once") {
    Sink sink;
    sink.report(kind::unclosed_quote, {0, 9, 10});
    sink.report(kind::unclosed_bracket, {0, 3, 4});
    sink.report(kind::unclosed_quote, {0, 9, 10});
    const auto sorted = sink.sorted();
    REQUIRE(sorted.size() == 2);
    CHECK(sorted[0].kind == kind::unclosed_bracket);
    CHECK(sink.error_count() == 3);
}

TEST_CASE("broken bytes and missing places do not break the rendering") {
    SourceSet sources;
    const FileId file = sources.add("x", "\xff\xfe\x01 a");
    Sink sink;
    sink.report(kind::invalid_utf8, {file, 0, 900});
    sink.report(kind::not_text, {});
    CHECK(!render_text(sink.sorted(), sources, Language::english, true).empty());
    CHECK(!render_json(sink.sorted(), sources, Language::chinese).empty());
    CHECK(!render_sarif(sink.sorted(), sources, Language::chinese).empty());
}
