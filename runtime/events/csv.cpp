#include "runtime/events/csv.h"

#include <algorithm>
#include <cstring>

#include "runtime/events/limits.h"

namespace clausal {

// Finds the cells of the row at the beginning of `text`. `incomplete`: the row may go on behind it.
CsvReader::Scan CsvReader::scan(
    std::string_view text, bool at_end, std::size_t* used, std::uint64_t* lines) {
    bounds_.clear();
    *lines = 0;
    std::size_t at = 0;
    const std::size_t size = text.size();
    for (;;) {
        Bound cell{at, at, false};
        if (at < size && text[at] == '"') {
            cell.begin = ++at;
            for (;;) {
                const std::size_t quote = text.find('"', at);
                if (quote == std::string_view::npos || (quote + 1 == size && !at_end)) {
                    problem_ = DataKind::row_unclosed_quote;
                    problem_cell_ = bounds_.size();
                    return at_end ? Scan::broken : Scan::incomplete;
                }
                at = quote + 1;
                if (at < size && text[at] == '"') {
                    cell.escapes = true;
                    ++at;
                    continue;
                }
                cell.end = quote;
                break;
            }
            for (std::size_t i = cell.begin; i < cell.end; ++i) {
                if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n')) ++*lines;
            }
            if (at < size && text[at] != separator_ && text[at] != '\n' && text[at] != '\r') {
                problem_ = DataKind::row_text_after_quote;
                problem_cell_ = bounds_.size();
                return Scan::broken;
            }
        } else {
            while (at < size && text[at] != separator_ && text[at] != '\n' && text[at] != '\r')
                ++at;
            cell.end = at;
        }
        if (at == size && !at_end) return Scan::incomplete;
        bounds_.push_back(cell);
        if (at == size) break;
        const char stop = text[at];
        if (stop == '\r' && at + 1 == size && !at_end) return Scan::incomplete;
        ++at;
        if (stop == separator_) continue;
        if (stop == '\r' && at < size && text[at] == '\n') ++at;
        ++*lines;
        break;
    }
    *used = at;
    return Scan::complete;
}

CsvReader::Status CsvReader::broken(DataKind problem) {
    problem_ = problem;
    stream_.skip_line();
    ++line_;
    return Status::broken;
}

CsvReader::Status CsvReader::next() {
    for (;;) {
        row_line_ = line_;
        if (stream_.window().empty() && !stream_.more(limits::kMaxRecordBytes)) return Status::end;
        std::size_t used = 0;
        std::uint64_t lines = 0;
        problem_ = DataKind::none;
        Scan result = scan(stream_.window(), stream_.ended(), &used, &lines);
        while (result == Scan::incomplete) {
            // An open quote is followed further: whether it is closed tells a long row from an
            // unclosed quote. A first line beyond the limit is too long in either case.
            const bool open = problem_ == DataKind::row_unclosed_quote;
            const std::size_t limit =
                open && stream_.window().substr(0, limits::kMaxRecordBytes).find_first_of("\r\n") !=
                            std::string_view::npos
                    ? limits::kMaxOpenQuoteBytes
                    : limits::kMaxRecordBytes;
            if (!stream_.more(limit) && !stream_.ended())
                return broken(
                    limit == limits::kMaxOpenQuoteBytes ? problem_ : DataKind::row_too_long);
            problem_ = DataKind::none;
            result = scan(stream_.window(), stream_.ended(), &used, &lines);
        }
        if (result == Scan::broken) return broken(problem_);
        const std::string_view text = stream_.window();
        if (bounds_.size() == 1 && bounds_[0].begin == bounds_[0].end && bounds_[0].begin == 0) {
            stream_.skip(used);  // an empty line is no row
            line_ += lines;
            continue;
        }
        const std::string_view row = text.substr(0, used);
        problem_cell_ = bounds_.size();
        if (used > limits::kMaxRecordBytes) {
            problem_ = DataKind::row_too_long;
            stream_.skip(used);
            line_ += lines;
            return Status::broken;
        }
        if (std::memchr(row.data(), 0, row.size()) != nullptr) return broken(DataKind::row_nul);
        if (!is_utf8(row)) {
            for (std::size_t i = 0; i < bounds_.size(); ++i) {
                if (is_utf8(row.substr(bounds_[i].begin, bounds_[i].end - bounds_[i].begin)))
                    continue;
                problem_cell_ = i;
                break;
            }
            return broken(DataKind::row_not_utf8);
        }
        std::size_t needed = 0;
        for (const Bound& cell : bounds_)
            if (cell.escapes) needed += cell.end - cell.begin;
        unescaped_.clear();
        unescaped_.reserve(needed);  // so that views into it stay valid
        cells_.clear();
        for (const Bound& cell : bounds_) {
            const std::string_view raw = text.substr(cell.begin, cell.end - cell.begin);
            if (!cell.escapes) {
                cells_.push_back(raw);
                continue;
            }
            const std::size_t from = unescaped_.size();
            for (std::size_t i = 0; i < raw.size(); ++i) {
                unescaped_ += raw[i];
                if (raw[i] == '"') ++i;
            }
            cells_.push_back(std::string_view(unescaped_).substr(from));
        }
        stream_.skip(used);  // the window's bytes stay in place until more() is called
        line_ += lines;
        return Status::row;
    }
}

}  // namespace clausal
