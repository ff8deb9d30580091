// The formatter over every pack of the tests and the examples, and its rules one by one.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "compiler/core/core.h"
#include "compiler/driver/format_text.h"
#include "compiler/driver/load.h"

using namespace clausal;

namespace {

std::string formatted(const std::string& text, bool spacing = true) {
    const LoadedPack pack = load_texts({{"test.clausal", text}});
    return format_text(pack.sources, pack.trees.at(0), spacing);
}

std::string statement(const std::string& text) {
    const std::string out = formatted(text + "\n");
    return out.substr(0, out.size() - 1);
}

}  // namespace

TEST_CASE("blanks within a line") {
    CHECK(statement("parameter  limit=5.") == "parameter limit = 5.");
    CHECK(statement("event order (customer,amount money CNY , pieces integer ).") ==
          "event order (customer, amount money CNY, pieces integer).");
    CHECK(statement("事件 下单 （ 客户， 金额 钱 CNY ） 。") == "事件 下单（客户，金额 钱 CNY）。");
    CHECK(statement("规则 一 ： 当下单其中金额≥5且件数  >3时触发提醒。") ==
          "规则 一：当下单其中金额 ≥ 5且件数 > 3时触发提醒。");
    CHECK(statement("parameter big = 10,000 CNY.") == "parameter big = 10,000 CNY.");
    CHECK(statement("list l = \"a  b\",\"c , d\".") == "list l = \"a  b\", \"c , d\".");
    CHECK(statement("event grading (customer, grade low<mid<high).") ==
          "event grading (customer, grade low<mid<high).");
    CHECK(statement("event order (customer,　grade low <mid<high).") ==
          "event order (customer, grade low < mid<high).");
}

TEST_CASE("notes stay where they are") {
    CHECK(
        formatted(
            "subject customer.   note: the one  who pays\nsubject shop.\n\n\nnote: alone\nsubject item.\n") ==
        "subject customer. note: the one  who pays\nsubject shop.\n\nnote: alone\nsubject item.\n");
    CHECK(formatted("主体 客户。注：付款的人\n主体 店。\n") ==
          "主体 客户。 注：付款的人\n主体 店。\n");
}

TEST_CASE("formatting every pack changes neither its core nor itself again") {
    namespace fs = std::filesystem;
    std::vector<fs::path> files;
    for (const char* folder : {"tests/language", "examples", "stdlib", "tests/real"}) {
        for (const auto& entry :
            fs::recursive_directory_iterator(fs::path(CLAUSAL_ROOT) / folder)) {
            if (entry.path().extension() == ".clausal") files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    std::size_t compared = 0;
    for (const fs::path& file : files) {
        CAPTURE(file.string());
        const LoadedPack before = load_pack(file.string());
        if (!before.ok() || !before.owns(0) || before.files.empty()) continue;
        const auto own = static_cast<std::size_t>(
            std::find(before.files.begin(), before.files.end(), file.string()) -
            before.files.begin());
        REQUIRE(own < before.files.size());
        const std::string once = format_text(before.sources, before.trees[own]);
        const LoadedPack after = load_texts({{file.string(), once}});
        REQUIRE(after.ok());
        const auto again = static_cast<std::size_t>(
            std::find(after.files.begin(), after.files.end(), file.string()) - after.files.begin());
        CHECK(core::print(*after.core) == core::print(*before.core));
        CHECK(format_text(after.sources, after.trees[again]) == once);
        ++compared;
    }
    CHECK(compared >= 150);
}
