#include "compiler/driver/data_diagnostics.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace clausal {
namespace {

std::string_view severity_word(Severity severity, Language language) {
    const bool chinese = language == Language::chinese;
    switch (severity) {
    case Severity::error: return chinese ? "错误" : "error";
    case Severity::warning: return chinese ? "警告" : "warning";
    case Severity::note: break;
    }
    return chinese ? "提示" : "note";
}

}  // namespace

std::string message(const DataFinding& finding, Language language) {
    Diagnostic diagnostic;
    diagnostic.kind = static_cast<Kind>(finding.kind);
    diagnostic.arguments.push_back({"file", fmt::format("`{}`", finding.file), ""});
    diagnostic.arguments.push_back({"column", fmt::format("`{}`", finding.column), ""});
    for (const DataArgument& argument : finding.arguments) {
        diagnostic.arguments.push_back({argument.name, argument.value, ""});
    }
    return message(diagnostic, language);
}

std::string render_data_findings(
    const std::vector<DataFinding>& findings, Language language, const std::string& format) {
    if (format != "text") {
        nlohmann::json list = nlohmann::json::array();
        for (const DataFinding& finding : findings) {
            const KindInfo& info = kind_info(static_cast<Kind>(finding.kind));
            nlohmann::json arguments = nlohmann::json::object();
            for (const DataArgument& argument : finding.arguments)
                arguments[argument.name] = argument.value;
            list.push_back({{"code", fmt::format("CL{}", info.code)},
                {"severity", std::string(severity_word(info.severity, Language::english))},
                {"file", finding.file}, {"line", finding.line}, {"column", finding.column},
                {"arguments", std::move(arguments)}, {"message", message(finding, language)}});
        }
        return list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    }
    std::string out;
    for (const DataFinding& finding : findings) {
        const KindInfo& info = kind_info(static_cast<Kind>(finding.kind));
        out += fmt::format("{}[CL{}]{}{}\n", severity_word(info.severity, language), info.code,
            language == Language::chinese ? "：" : ": ", message(finding, language));
        if (!finding.file.empty()) {
            out += fmt::format(" --> {}", finding.file);
            if (finding.line > 0) out += fmt::format(":{}", finding.line);
            if (!finding.column.empty()) {
                out += language == Language::chinese ? fmt::format("，列 {}", finding.column)
                                                     : fmt::format(", column {}", finding.column);
            }
            out += "\n";
        }
    }
    return out;
}

}  // namespace clausal
