#pragma once
// Findings about data files and the store, as diagnostics text. Their sentences are rows of
// kinds_runtime.def; their place is a file, a line and a column instead of a span of rule text.

#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "runtime/events/data_finding.h"

namespace clausal {

// The sentence of a finding in `language`.
std::string message(const DataFinding& finding, Language language);

// `format` is text or json.
std::string render_data_findings(
    const std::vector<DataFinding>& findings, Language language, const std::string& format);

}  // namespace clausal
