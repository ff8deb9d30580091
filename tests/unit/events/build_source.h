#pragma once
// Builds schemas and source expressions for the tests of readers and store.

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/events/read_sources.h"
#include "runtime/events/schema.h"

namespace clausal::testing {

inline Type type(TypeKind kind, std::int32_t decimals = 0, std::string unit = {}) {
    Type out;
    out.kind = kind;
    out.decimals = decimals;
    out.unit = std::move(unit);
    return out;
}

// Adds nodes to a source and gives their indices.
struct Nodes {
    SourceSpec& spec;
    using Kind = SourceNode::Kind;
    std::uint32_t add(Kind kind, std::vector<std::uint32_t> inputs = {}, std::string text = {},
        Decimal number = {}) {
        SourceNode node;
        node.kind = kind;
        node.text = std::move(text);
        node.number = number;
        node.inputs = std::move(inputs);
        spec.nodes.push_back(std::move(node));
        return static_cast<std::uint32_t>(spec.nodes.size() - 1);
    }
    std::uint32_t column(std::string name) { return add(Kind::column, {}, std::move(name)); }
    std::uint32_t place(std::int64_t n) { return add(Kind::column, {}, {}, {n, 0}); }
    std::uint32_t text(std::string value) { return add(Kind::text, {}, std::move(value)); }
    std::uint32_t number(std::int64_t value) { return add(Kind::number, {}, {}, {value, 0}); }
    std::uint32_t field(std::string name) { return add(Kind::field, {}, std::move(name)); }
};

// A schema with one subject kind, whose key is the first field of every event.
struct PackBuilder {
    Schema schema;
    explicit PackBuilder(std::string subject = "customer") {
        schema.pack = "test";
        schema.version = "1.0.0";
        schema.subjects.push_back({subject, {"key"}, {}, kNone});
    }
    std::uint32_t event(std::string name, std::vector<Field> more = {}) {
        EventType out;
        out.name = std::move(name);
        out.fields.push_back({schema.subjects[0].name, type(TypeKind::text)});
        out.fields.insert(out.fields.end(), more.begin(), more.end());
        out.subjects.push_back({0, "", {0}});
        schema.events.push_back(std::move(out));
        return static_cast<std::uint32_t>(schema.events.size() - 1);
    }
};

// A folder for the files of one test, removed at its end.
class Folder {
public:
    Folder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "clausal-test-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string write(const std::string& name, std::string_view text) const {
        const std::string path = (path_ / name).string();
        std::ofstream(path, std::ios::binary)
            .write(text.data(), static_cast<std::streamsize>(text.size()));
        return path;
    }
    std::string path(const std::string& name = {}) const {
        return name.empty() ? path_.string() : (path_ / name).string();
    }

private:
    std::filesystem::path path_;
};

inline std::string cell(const EventData& data, const Schema& schema, std::uint32_t type,
    std::size_t field, std::size_t row) {
    (void)schema;
    const std::int64_t value = data.tables[type].columns[field][row];
    return value == kMissing ? "-" : data.dictionary.text(value);
}

inline bool has(const std::vector<DataFinding>& findings, DataKind kind) {
    for (const DataFinding& each : findings)
        if (each.kind == kind) return true;
    return false;
}

}  // namespace clausal::testing
