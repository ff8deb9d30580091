#include <algorithm>
#include <filesystem>
#include <set>

#include "runtime/events/read_sources.h"

namespace clausal {

namespace {

namespace fs = std::filesystem;

std::u32string code_points(const std::string& text) {
    std::u32string out;
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
        char32_t code = length == 1 ? byte : byte & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
            code = (code << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
        if (code >= U'A' && code <= U'Z') code += U'a' - U'A';
        out += code;
        i += length;
    }
    return out;
}

std::size_t edit_distance(const std::u32string& a, const std::u32string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] =
                std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

constexpr std::size_t kLongestCompared = 200;  // code points; longer names are not suggested

bool same_file_name(const std::string& declared, const fs::path& path) {
    return fs::path(declared).filename() == path.filename();
}

}  // namespace

std::string nearest_name(const std::string& name, const std::vector<std::string>& names) {
    const std::u32string wanted = code_points(name);
    std::string best;
    double best_score = 0;
    if (wanted.empty() || wanted.size() > kLongestCompared) return best;
    for (const std::string& each : names) {
        const std::u32string other = code_points(each);
        if (other.empty() || other.size() > kLongestCompared) continue;
        std::size_t prefix = 0;
        while (prefix < wanted.size() && prefix < other.size() && wanted[prefix] == other[prefix])
            ++prefix;
        // People shorten names: a common beginning counts nearly as much as the rest.
        double score = static_cast<double>(edit_distance(wanted, other)) /
                           static_cast<double>(std::max(wanted.size(), other.size())) -
                       0.8 * static_cast<double>(prefix) / static_cast<double>(wanted.size());
        if (other.find(wanted) != std::u32string::npos ||
            wanted.find(other) != std::u32string::npos)
            score -= 0.3;
        if (best.empty() || score < best_score) {
            best = each;
            best_score = score;
        }
    }
    return best;
}

bool looks_like(const std::string& a, const std::string& b) {
    const std::u32string first = code_points(a);
    const std::u32string second = code_points(b);
    const std::size_t longer = std::max(first.size(), second.size());
    const std::size_t shorter = std::min(first.size(), second.size());
    if (shorter == 0 || longer > kLongestCompared) return false;
    if (shorter * 2 >= longer &&
        (first.find(second) != std::u32string::npos || second.find(first) != std::u32string::npos))
        return true;
    return edit_distance(first, second) * 3 <= longer;
}

std::vector<SourceFileInput> match_files(const Schema& schema,
    const std::vector<std::string>& given, const std::string& pack_folder,
    std::vector<DataFinding>* findings) {
    struct Declared {
        std::string file;
        bool is_register;
        bool matched = false;
        SourceSpec::Format format;
    };
    std::vector<Declared> declared;
    const auto declare = [&](const SourceSpec& source, bool is_register) {
        for (const Declared& each : declared)
            if (each.file == source.file) return;
        declared.push_back({source.file, is_register, false, source.format});
    };
    for (const SourceSpec& source : schema.sources) declare(source, false);
    for (const RegisterSpec& each : schema.registers) declare(each.source, true);

    std::vector<SourceFileInput> out;
    std::vector<std::string> left;
    bool any_data = false;
    std::error_code error;
    // A file named twice, also as ./file, is one file; reading it again would double its events.
    std::set<std::pair<std::string, fs::path>> taken;
    const auto first_time = [&](const std::string& source, const fs::path& path) {
        const fs::path real = fs::weakly_canonical(path, error);
        return taken.emplace(source, error ? path : real).second;
    };
    for (const std::string& each : given) {
        const fs::path path(each);
        if (fs::is_directory(path, error)) {
            bool any = false;
            for (Declared& file : declared) {
                fs::path inside = path / file.file;
                if (file.file.starts_with("..") || !fs::exists(inside, error))
                    inside = path / fs::path(file.file).filename();
                if (!fs::exists(inside, error)) continue;
                if (first_time(file.file, inside)) out.push_back({file.file, inside.string()});
                file.matched = true;
                any = true;
                any_data |= !file.is_register;
            }
            // Sources that lack their file are reported below.
            if (!any && schema.sources.empty())
                findings->push_back({DataKind::no_data_found, each, 0, {}, {}});
            continue;
        }
        bool found = false;
        for (Declared& file : declared) {
            if (!same_file_name(file.file, path)) continue;
            if (first_time(file.file, path)) out.push_back({file.file, each});
            file.matched = true;
            any_data |= !file.is_register;
            found = true;
            break;
        }
        if (!found && first_time({}, path)) left.push_back(each);
    }
    // One file and one source of the same ending that have nobody else belong together.
    std::vector<Declared*> open;
    for (Declared& file : declared)
        if (!file.matched && !file.is_register) open.push_back(&file);
    const auto pipe = [&](const std::string& path) {
        return fs::exists(path, error) && !fs::is_regular_file(path, error);
    };
    if (left.size() == 1 && open.size() == 1 && !any_data &&
        (fs::path(left[0]).extension() == fs::path(open[0]->file).extension() || pipe(left[0]))) {
        out.push_back({open[0]->file, left[0]});
        open[0]->matched = true;
        left.clear();
        any_data = true;
    }
    const bool generic = !left.empty();
    for (std::string& each : left) out.push_back({"", std::move(each)});
    // Beside the pack: registers always, sources when the user names no data at all.
    for (Declared& file : declared) {
        if (file.matched) continue;
        const fs::path beside = fs::path(file.file).is_absolute()
                                    ? fs::path(file.file)
                                    : fs::path(pack_folder) / file.file;
        if ((file.is_register || given.empty()) && fs::exists(beside, error)) {
            out.push_back({file.file, beside.string()});
        } else if (file.is_register || !(generic || any_data)) {
            findings->push_back({DataKind::source_not_given, file.file, 0, {}, {}});
        } else if (any_data) {  // with the generic form alone nobody expects the declared files
            findings->push_back({DataKind::source_absent, file.file, 0, {}, {}});
        }
    }
    return out;
}

}  // namespace clausal
