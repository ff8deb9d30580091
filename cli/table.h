#pragma once
// A plain text table whose columns align also where cells hold Chinese (two columns a character).

#include <string>
#include <vector>

namespace clausal::cli {

class Table {
public:
    explicit Table(std::vector<std::string> head) : rows_{std::move(head)} {}
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    // Columns named here (0-based) are aligned to the right.
    std::string text(const std::vector<std::size_t>& right) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace clausal::cli
