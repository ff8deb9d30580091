#include "cli/table.h"

#include <algorithm>

#include "compiler/source/source_file.h"

namespace clausal::cli {

std::string Table::text(const std::vector<std::size_t>& right) const {
    std::vector<std::uint32_t> widths(rows_.front().size(), 0);
    for (const auto& row : rows_) {
        for (std::size_t c = 0; c < row.size() && c < widths.size(); ++c) {
            widths[c] = std::max(widths[c], display_width(row[c]));
        }
    }
    std::string out;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        std::string line;
        for (std::size_t c = 0; c < rows_[r].size() && c < widths.size(); ++c) {
            const std::string pad(widths[c] - display_width(rows_[r][c]), ' ');
            const bool to_right = std::find(right.begin(), right.end(), c) != right.end();
            if (c > 0) line += "  ";
            line += to_right ? pad + rows_[r][c] : rows_[r][c] + pad;
        }
        while (!line.empty() && line.back() == ' ') line.pop_back();
        out += line + "\n";
        if (r == 0) {
            for (std::size_t c = 0; c < widths.size(); ++c) {
                if (c > 0) out += "  ";
                out += std::string(widths[c], '-');
            }
            out += "\n";
        }
    }
    return out;
}

}  // namespace clausal::cli
