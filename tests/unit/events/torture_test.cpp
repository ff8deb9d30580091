// Other people's torture files, read in place: $CLAUSAL_SHARED_DATA, else ../shared/data beside the project.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "runtime/events/csv.h"
#include "runtime/events/json_row.h"

using namespace clausal;
namespace fs = std::filesystem;

namespace {

fs::path data_folder() {
    const char* given = std::getenv("CLAUSAL_SHARED_DATA");
    return given != nullptr ? given : "../shared/data";
}

const fs::path kData = data_folder();

std::string content(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

}  // namespace

TEST_CASE("csv-spectrum is read as its JSON says") {
    const fs::path folder = kData / "csv-spectrum";
    if (!fs::exists(folder)) {
        MESSAGE("skipped: ", folder.string(), " is absent");
        return;
    }
    int pairs = 0;
    for (const auto& entry : fs::directory_iterator(folder / "csvs")) {
        CAPTURE(entry.path().string());
        auto expected = nlohmann::json::parse(
            content(folder / "json" / (entry.path().stem().string() + ".json")));
        // Published as a bare object, and with another telephone number than its CSV has.
        if (expected.is_object()) {
            CHECK(expected["Contact Phone Number"] == "1234567890");
            expected["Contact Phone Number"] = "2095257564";
            expected = nlohmann::json::array({expected});
        }
        const std::string text = content(entry.path());
        ByteStream stream(bytes_of(text));
        stream.begins_with_utf16();
        CsvReader reader(stream, ',');
        REQUIRE(reader.next() == CsvReader::Status::row);
        const std::vector<std::string> header(reader.cells().begin(), reader.cells().end());
        auto got = nlohmann::json::array();
        while (reader.next() == CsvReader::Status::row) {
            REQUIRE(reader.cells().size() == header.size());
            nlohmann::json row;
            for (std::size_t i = 0; i < header.size(); ++i)
                row[header[i]] = std::string(reader.cells()[i]);
            got.push_back(row);
        }
        CHECK(got == expected);
        ++pairs;
    }
    const auto e07 = nlohmann::json::parse(content(kData / "expected/E07.json"));
    CHECK(pairs == e07["expected"]["csv_pairs"]);
}

TEST_CASE("JSONTestSuite: y accepted, n rejected, i without harm") {
    const fs::path folder = kData / "jsontestsuite/test_parsing";
    if (!fs::exists(folder)) {
        MESSAGE("skipped: ", folder.string(), " is absent");
        return;
    }
    std::map<char, int> counts;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        CAPTURE(name);
        const std::string text = content(entry.path());
        const bool accepted = !check_json(text, true).has_value();
        if (name[0] == 'y') CHECK(accepted);
        if (name[0] == 'n') CHECK_FALSE(accepted);
        // As a row of events every file is either an object or put aside, and duplicate keys never pass.
        JsonRowReader reader({"a", "b"}, false);
        const auto problem = reader.read(text);
        if (name[0] == 'n') CHECK(problem.has_value());
        if (name.starts_with("y_object_duplicated_key")) {
            REQUIRE(problem.has_value());
            CHECK(problem->kind == DataKind::json_duplicate_key);
        }
        ++counts[name[0]];
    }
    const auto expected = nlohmann::json::parse(content(kData / "expected/E07.json"))["expected"];
    CHECK(counts['y'] == expected["y"]);
    CHECK(counts['n'] == expected["n"]);
    CHECK(counts['i'] == expected["i"]);
}
