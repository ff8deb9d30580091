// Every pack that exists in Chinese and in English gives the same core rules, whatever its names.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/types/compiled.h"

using namespace clausal;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> folders_with_packs(const fs::path& root) {
    std::vector<fs::path> out;
    std::error_code error;
    for (fs::recursive_directory_iterator at(root, error), end; !error && at != end;
        at.increment(error)) {
        if (at->path().filename() == "rules.zh.clausal") out.push_back(at->path().parent_path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

// The first line that differs, so that a failure can be read.
std::string difference(const std::string& a, const std::string& b) {
    std::istringstream left(a);
    std::istringstream right(b);
    std::string x;
    std::string y;
    while (true) {
        const bool more_left = static_cast<bool>(std::getline(left, x));
        const bool more_right = static_cast<bool>(std::getline(right, y));
        if (!more_left && !more_right) return {};
        if (!more_left) x.clear();
        if (!more_right) y.clear();
        if (x != y) return "zh: " + x + "\nen: " + y;
    }
}

void check_folder(const fs::path& root) {
    std::size_t pairs = 0;
    for (const fs::path& folder : folders_with_packs(root)) {
        if (folder.string().find("/bad/") != std::string::npos) continue;
        const LoadedPack zh = load_pack((folder / "rules.zh.clausal").string());
        CAPTURE(folder.string());
        CHECK_MESSAGE(zh.ok(), findings(zh));
        if (!fs::exists(folder / "rules.en.clausal")) continue;
        const LoadedPack en = load_pack((folder / "rules.en.clausal").string());
        CHECK_MESSAGE(en.ok(), findings(en));
        if (!zh.ok() || !en.ok()) continue;
        CHECK_MESSAGE(difference(core::print(*zh.core, true), core::print(*en.core, true)).empty(),
            difference(core::print(*zh.core, true), core::print(*en.core, true)));
        ++pairs;
    }
    CHECK(pairs > 0);
}

}  // namespace

TEST_CASE("language cases: both languages give one core") { check_folder("tests/language"); }
TEST_CASE("examples: both languages give one core") { check_folder("examples"); }
TEST_CASE("packs over real data: both languages give one core") { check_folder("tests/real"); }

TEST_CASE("the standard packs load, have two faces, and can be imported") {
    std::size_t faces = 0;
    for (const auto& entry : fs::directory_iterator("stdlib")) {
        const std::string path = entry.path().string();
        if (path.find("_zh.clausal") == std::string::npos) continue;
        const std::string twin = path.substr(0, path.size() - 11) + "_en.clausal";
        const LoadedPack zh = load_pack(path);
        const LoadedPack en = load_pack(twin);
        CHECK_MESSAGE(zh.ok(), findings(zh));
        CHECK_MESSAGE(en.ok(), findings(en));
        if (!zh.ok() || !en.ok()) continue;
        CHECK(zh.core->schema.subjects.size() == en.core->schema.subjects.size());
        ++faces;
    }
    CHECK(faces >= 3);
    const LoadedPack user = compiled(
        "规则包 用户 版本 1.0.0，时区 UTC。\n导入 常用主体。\n导入 时间用语。\n事件 访问（客户，停留 时长）。\n动作 提醒（客户）。\n规则 甲：当访问其中停留>半小时时触发提醒。");
    CHECK_MESSAGE(user.ok(), findings(user));
    const LoadedPack english = compiled(
        "pack user version 1.0.0, time zone UTC.\nimport \"common subjects\".\nimport \"time words\".\nevent visit (customer, stay duration).\naction reminder (customer).\nrule a: when visit where stay > half hour then trigger reminder.");
    CHECK_MESSAGE(english.ok(), findings(english));
}
