#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands.h"
#include "compiler/names/words.h"

namespace clausal::cli {

Language language_of(const Common& common, const std::vector<std::string>& texts) {
    if (common.language) return *common.language;
    std::size_t han = 0;
    std::size_t letters = 0;
    for (const std::string& text : texts) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto byte = static_cast<unsigned char>(text[i]);
            // U+4E00–U+9FFF are the three-byte sequences E4 B8 80 – E9 BF BF.
            if (byte >= 0xe4 && byte <= 0xe9) {
                ++han;
                i += 2;
            } else if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')) {
                ++letters;
            }
        }
    }
    if (han + letters > 0) return han * 4 > letters ? Language::chinese : Language::english;
    for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(variable);
        if (value != nullptr && *value != '\0') {
            return std::string_view(value).starts_with("zh") ? Language::chinese
                                                             : Language::english;
        }
    }
    return Language::english;
}

namespace {
// By the conventions of https://no-color.org and of terminals that can do nothing.
bool colours_wanted() {
    const char* never = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return (never == nullptr || *never == '\0') &&
           (terminal == nullptr || std::string_view(terminal) != "dumb");
}
}  // namespace

bool output_in_colour() { return isatty(STDOUT_FILENO) == 1 && colours_wanted(); }
bool errors_in_colour() { return isatty(STDERR_FILENO) == 1 && colours_wanted(); }
bool errors_are_on_terminal() { return isatty(STDERR_FILENO) == 1; }

namespace {
bool write_bytes(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream out(path, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.flush();
    return static_cast<bool>(out);
}
}  // namespace

bool write_whole_file(const std::string& path, const std::string& bytes) {
    namespace fs = std::filesystem;
    std::error_code error;
    // A link stays one; what it leads to is written.
    fs::path target = fs::canonical(path, error);
    if (error) target = path;
    const fs::file_status before = fs::status(target, error);
    // A device or a pipe has no content to lose, and must not be replaced by a file.
    if (fs::exists(before) && !fs::is_regular_file(before))
        return !fs::is_directory(before) && write_bytes(target, bytes);
    fs::path beside = target;
    beside += ".part";
    if (!write_bytes(beside, bytes)) {
        fs::remove(beside, error);
        return false;
    }
    if (fs::exists(before)) fs::permissions(beside, before.permissions(), error);
    fs::rename(beside, target, error);
    if (!error) return true;
    std::error_code ignored;
    fs::remove(beside, ignored);
    return false;
}

std::string near_word(const std::string& word, const std::vector<std::string>& words) {
    std::string best;
    std::size_t least = word.size() / 2 + 1;
    for (const std::string& one : words) {
        const std::size_t far =
            one.starts_with(word) && word.size() >= 2 ? 0 : names::distance(word, one);
        if (far >= least) continue;
        least = far;
        best = one;
    }
    return best;
}

std::string counted(std::uint64_t count, const std::string& word) {
    return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

Language usage_language(const std::vector<std::string>& arguments) {
    namespace fs = std::filesystem;
    Common common;
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string value = arguments[i] == "--lang" && i + 1 < arguments.size()
                                      ? arguments[i + 1]
                                  : arguments[i].starts_with("--lang=") ? arguments[i].substr(7)
                                                                        : "";
        if (value == "zh") common.language = Language::chinese;
        if (value == "en") common.language = Language::english;
        std::error_code error;
        fs::path path = arguments[i];
        if (fs::is_directory(path, error)) {
            for (fs::directory_iterator at(path, error), end; !error && at != end;
                at.increment(error)) {
                if (at->path().extension() == ".clausal") path = at->path();
            }
        }
        if (path.extension() != ".clausal" || !fs::is_regular_file(path, error)) continue;
        constexpr std::size_t kEnough = 4096;  // to see its language
        std::string head(kEnough, '\0');
        std::ifstream in(path, std::ios::binary);
        in.read(head.data(), static_cast<std::streamsize>(head.size()));
        head.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
        texts.push_back(head);
    }
    return language_of(common, texts);
}

int say_usage(const std::vector<std::string>& arguments, const std::string& english,
    const std::string& chinese) {
    const bool is_chinese = usage_language(arguments) == Language::chinese;
    fmt::print(stderr, "{}\n", is_chinese ? "错误：" + chinese : "error: " + english);
    return kExitUsage;
}

void say_cannot_write(const std::string& path, Language language) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path folder = fs::path(path).parent_path();
    const bool no_folder = !folder.empty() && !fs::exists(folder, error);
    const bool is_folder = fs::is_directory(path, error);
    const bool chinese = language == Language::chinese;
    std::string why;
    if (no_folder)
        why = chinese ? fmt::format("：文件夹 `{}` 不存在", folder.string())
                      : fmt::format(": the folder `{}` does not exist", folder.string());
    if (!no_folder && access(folder.empty() ? "." : folder.c_str(), W_OK) != 0)
        why = chinese ? "：没有写入的权限" : ": there is no right to write there";
    if (is_folder) why = chinese ? "：这是一个文件夹" : ": it is a folder";
    fmt::print(stderr, "{}\n",
        chinese ? fmt::format("错误：无法写入 `{}`{}", path, why)
                : fmt::format("error: cannot write `{}`{}", path, why));
}

namespace {
std::int64_t now_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch())
        .count();
}
}  // namespace

Progress::Progress(std::string english, std::string chinese, Language language)
    : label_(language == Language::chinese ? std::move(chinese) : std::move(english)),
      active_(errors_are_on_terminal()) {}

Progress::~Progress() {
    if (active_ && last_drawn_ms_ != 0) fmt::print(stderr, "\r\x1b[K");
}

void Progress::at(std::uint64_t done, std::uint64_t total) {
    constexpr std::int64_t kRedrawMs = 100;
    constexpr std::uint64_t kBarWidth = 30;
    if (!active_) return;
    const std::int64_t now = now_ms();
    if (now - last_drawn_ms_ < kRedrawMs) return;
    last_drawn_ms_ = now;
    if (total == 0) {
        fmt::print(stderr, "\r\x1b[K{} {}", label_, done);
    } else {
        const std::uint64_t filled = done * kBarWidth / total;
        fmt::print(stderr, "\r\x1b[K{} [{}{}] {} %", label_, std::string(filled, '#'),
            std::string(kBarWidth - filled, '.'), done * 100 / total);
    }
    std::fflush(stderr);
}

}  // namespace clausal::cli
