// JSON for programs, and SARIF 2.1.0 for code hosts and editors.
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/sentence.h"

namespace clausal {

namespace {

using Json = nlohmann::ordered_json;

std::string_view severity_name(Severity severity) {
    switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
    }
    return "error";
}

std::string code_of(const KindInfo& info) { return fmt::format("CL{}", info.code); }

// Broken bytes must not make the output itself broken.
std::string dump(const Json& json) {
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Json place_json(const SourceSet& sources, Span span) {
    Json json = Json::object();
    if (span.file >= sources.size()) {
        return json;
    }
    const Place from = sources.place(span.file, span.begin);
    const Place to = sources.place(span.file, span.end);
    json["file"] = sources.file(span.file).path;
    json["begin"] = span.begin;
    json["end"] = span.end;
    json["line"] = from.line;
    json["character"] = from.character;
    json["end_line"] = to.line;
    json["end_character"] = to.character;
    return json;
}

// A path as a URI reference: what such a one cannot hold is written as %XX.
std::string uri_of(std::string_view path) {
    constexpr std::string_view kPlain = "-._~/!$&'()*+,;=@";
    std::string out;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || kPlain.find(c) != std::string_view::npos)
            out += c;
        else
            out += fmt::format("%{:02X}", byte);
    }
    return path.starts_with("/") ? "file://" + out : out;
}

Json region_json(const SourceSet& sources, Span span) {
    const Place from = sources.place(span.file, span.begin);
    const Place to = sources.place(span.file, span.end);
    return {{"startLine", from.line}, {"startColumn", from.character}, {"endLine", to.line},
        {"endColumn", to.character}, {"byteOffset", span.begin},
        {"byteLength", span.end - span.begin}};
}

Json location_json(const SourceSet& sources, Span span) {
    return {
        {"physicalLocation", {{"artifactLocation", {{"uri", uri_of(sources.file(span.file).path)}}},
                                 {"region", region_json(sources, span)}}}};
}

Json sarif_fix(const SourceSet& sources, const Fix& fix) {
    Json replacement = {{"deletedRegion", region_json(sources, fix.span)},
        {"insertedContent", {{"text", fix.replacement}}}};
    return {{"artifactChanges",
        Json::array({{{"artifactLocation", {{"uri", uri_of(sources.file(fix.span.file).path)}}},
            {"replacements", Json::array({replacement})}}})}};
}

Json sarif_result(const Diagnostic& d, const SourceSet& sources, Language language) {
    const KindInfo& info = kind_info(d.kind);
    std::string text = message(d, language);
    for (const Argument& help : d.help) {
        text += "\n" + (language == Language::chinese && !help.value_zh.empty() ? help.value_zh
                                                                                : help.value);
    }
    Json result = {{"ruleId", code_of(info)}, {"level", severity_name(info.severity)},
        {"message", {{"text", text}}}};
    if (d.span.file < sources.size()) {
        result["locations"] = Json::array({location_json(sources, d.span)});
    }
    Json related = Json::array();
    for (const Label& label : d.labels) {
        if (label.span.file < sources.size()) {
            Json location = location_json(sources, label.span);
            location["message"] = {
                {"text", language == Language::chinese ? label.chinese : label.english}};
            related.push_back(location);
        }
    }
    if (!related.empty()) {
        result["relatedLocations"] = related;
    }
    Json fixes = Json::array();
    for (const Fix& fix : d.fixes) {
        if (fix.span.file < sources.size()) {
            fixes.push_back(sarif_fix(sources, fix));
        }
    }
    if (!fixes.empty()) {
        result["fixes"] = fixes;
    }
    return result;
}

}  // namespace

std::string render_json(
    const std::vector<Diagnostic>& diagnostics, const SourceSet& sources, Language language) {
    Json all = Json::array();
    for (const Diagnostic& d : diagnostics) {
        const KindInfo& info = kind_info(d.kind);
        Json json = {{"code", code_of(info)}, {"slug", info.slug},
            {"severity", severity_name(info.severity)}, {"message", message(d, language)},
            {"place", place_json(sources, d.span)}};
        Json arguments = Json::object();
        for (const Argument& argument : d.arguments) {
            arguments[argument.name] = argument.value;
        }
        json["arguments"] = arguments;
        json["labels"] = Json::array();
        for (const Label& label : d.labels) {
            json["labels"].push_back({{"place", place_json(sources, label.span)},
                {"text", language == Language::chinese ? label.chinese : label.english}});
        }
        json["help"] = Json::array();
        for (const Argument& help : d.help) {
            json["help"].push_back(language == Language::chinese && !help.value_zh.empty()
                                       ? help.value_zh
                                       : help.value);
        }
        json["fixes"] = Json::array();
        for (const Fix& fix : d.fixes) {
            json["fixes"].push_back({{"place", place_json(sources, fix.span)},
                {"replacement", fix.replacement}, {"safe", fix.safe}});
        }
        all.push_back(json);
    }
    return dump({{"diagnostics", all}});
}

std::string render_sarif(
    const std::vector<Diagnostic>& diagnostics, const SourceSet& sources, Language language) {
    std::set<Kind> used;
    Json results = Json::array();
    for (const Diagnostic& d : diagnostics) {
        used.insert(d.kind);
        results.push_back(sarif_result(d, sources, language));
    }
    Json rules = Json::array();
    for (const Kind kind : used) {
        const KindInfo& info = kind_info(kind);
        rules.push_back({{"id", code_of(info)}, {"name", info.slug},
            {"shortDescription",
                {{"text",
                    unfilled(language == Language::chinese ? info.chinese : info.english)}}}});
    }
    const Json driver = {{"name", "clausal"}, {"rules", rules}};
    Json run = {
        {"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", results}};
    return dump({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"},
        {"runs", Json::array({run})}});
}

}  // namespace clausal
