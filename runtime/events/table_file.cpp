#include "runtime/events/table_file.h"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/events/cell_value.h"
#include "runtime/events/limits.h"
#include "runtime/events/read_sources.h"

namespace clausal {

namespace {

constexpr std::size_t kColumnsShown = 60;

}  // namespace

std::string column_list(const std::vector<std::string>& names) {
    std::string all;
    for (std::size_t i = 0; i < names.size() && i < kColumnsShown; ++i) {
        if (i > 0) all += ", ";
        all += names[i];
    }
    if (names.size() > kColumnsShown) all += ", …";
    return all;
}

DataFinding unknown_column(
    const std::string& path, const std::string& name, const std::vector<std::string>& names) {
    return {DataKind::column_unknown, path, 0, name,
        {{"nearest", nearest_name(name, names)}, {"columns", column_list(names)}}};
}

std::optional<DataFinding> other_separator(
    const std::string& path, const std::vector<std::string>& header) {
    if (header.size() != 1) return std::nullopt;
    const std::size_t at = header[0].find_first_of(";\t|");
    if (at == std::string::npos) return std::nullopt;
    const std::string separator =
        header[0][at] == '\t' ? "\"\\t\"" : fmt::format("\"{}\"", header[0][at]);
    return DataFinding{
        DataKind::file_other_separator, path, 1, header[0], {{"separator", separator}}};
}

namespace {

class CsvFile : public TableFile {
public:
    CsvFile(std::string path, ReadBytes read, char separator)
        : path_(std::move(path)), stream_(std::move(read)), reader_(stream_, separator) {}

    bool start(bool has_header, std::vector<DataFinding>* findings) {
        if (stream_.begins_with_utf16()) {
            findings->push_back({DataKind::file_utf16, path_, 0, {}, {}});
            return false;
        }
        if (!has_header) return true;
        switch (reader_.next()) {
        case CsvReader::Status::end:
            findings->push_back({DataKind::file_empty, path_, 0, {}, {}});
            return false;
        case CsvReader::Status::broken:
            if (reader_.problem() == DataKind::row_not_utf8 ||
                reader_.problem() == DataKind::row_nul)
                findings->push_back({DataKind::file_not_utf8, path_, reader_.line(), {}, {}});
            else
                findings->push_back({DataKind::header_unreadable, path_, reader_.line(), {}, {}});
            return false;
        case CsvReader::Status::row: break;
        }
        for (const std::string_view cell : reader_.cells()) header_.emplace_back(cell);
        width_ = header_.size();
        return true;
    }

    const std::vector<std::string>& header() const override { return header_; }
    bool named_at_start() const override { return true; }

    void want(std::vector<WantedColumn> columns, bool normalise,
        std::vector<DataFinding>* findings) override {
        cells_.assign(columns.size(), {});
        places_.clear();
        for (const WantedColumn& column : columns) {
            // Without a header a number is a place, however it was written.
            const bool digits = !column.name.empty() && column.name.size() < 6 &&
                                column.name.find_first_not_of("0123456789") == std::string::npos;
            if (column.name.empty() || (header_.empty() && digits)) {
                const std::int64_t place =
                    column.name.empty() ? column.place : std::stoll(column.name);
                places_.push_back(static_cast<std::size_t>(std::max<std::int64_t>(place, 1) - 1));
                if (place < 1) no_such_place(0, findings);
                continue;
            }
            std::size_t count = 0;
            std::size_t found = kNowhere;
            // As written first, then without outer spaces, or normalised in the generic form.
            for (int pass = 0; pass < 2 && count == 0; ++pass) {
                for (std::size_t i = 0; i < header_.size(); ++i) {
                    const bool same =
                        pass == 0   ? header_[i] == column.name
                        : normalise ? normalised_name(header_[i]) == normalised_name(column.name)
                                    : trimmed(header_[i]) == trimmed(column.name);
                    if (!same) continue;
                    ++count;
                    if (found == kNowhere) found = i;
                }
            }
            if (count > 1)
                findings->push_back({DataKind::column_ambiguous, path_, 0, column.name, {}});
            else if (count == 0 && !column.optional) {
                auto other = other_separator(path_, header_);
                if (!other)
                    findings->push_back(unknown_column(path_, column.name, header_));
                else if (findings->empty() || findings->back() != *other)
                    findings->push_back(std::move(*other));
            }
            places_.push_back(found);
        }
        findings_ = findings;
        if (width_ > 0) check_places();
    }

    Status next() override {
        switch (reader_.next()) {
        case CsvReader::Status::end: return Status::end;
        case CsvReader::Status::broken:
            problem_ = {
                reader_.problem(), path_, reader_.line(), name_of(reader_.problem_cell()), {}};
            if (problem_.kind == DataKind::row_too_long)
                problem_.arguments.push_back({"limit", std::to_string(limits::kMaxRecordBytes)});
            return Status::broken;
        case CsvReader::Status::row: break;
        }
        const auto& row = reader_.cells();
        if (width_ == 0) {  // without a header the first row says how many columns there are
            width_ = row.size();
            if (!check_places()) return Status::end;
        }
        if (row.size() != width_) {
            problem_ = {header_.empty() ? DataKind::row_ragged_first : DataKind::row_ragged, path_,
                reader_.line(), {},
                {{"found", std::to_string(row.size())}, {"expected", std::to_string(width_)}}};
            return Status::broken;
        }
        for (std::size_t i = 0; i < places_.size(); ++i) {
            if (places_[i] >= row.size()) continue;
            cells_[i].kind = Cell::Kind::text;
            cells_[i].text.assign(row[places_[i]]);
        }
        return Status::row;
    }

    const std::vector<Cell>& cells() const override { return cells_; }
    std::uint64_t line() const override { return reader_.line(); }
    DataFinding problem() const override { return problem_; }
    bool occurs(std::size_t) const override { return true; }
    std::uint64_t bytes_read() const override { return stream_.consumed(); }

private:
    static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
    std::string name_of(std::size_t cell) const {
        if (cell < header_.size()) return header_[cell];
        return header_.empty() ? std::to_string(cell + 1) : std::string();
    }

    // Finds columns named by a place that the file does not have.
    bool check_places() {
        bool good = true;
        for (const std::size_t place : places_) {
            if (place == kNowhere || place < width_) continue;
            no_such_place(place + 1, findings_);
            good = false;
        }
        return good;
    }
    void no_such_place(std::size_t place, std::vector<DataFinding>* findings) const {
        findings->push_back({DataKind::column_place_unknown, path_, 0, {},
            {{"place", std::to_string(place)}, {"count", std::to_string(width_)}}});
    }

    std::string path_;
    ByteStream stream_;
    CsvReader reader_;
    std::vector<std::string> header_;
    std::size_t width_ = 0;  // 0: not known yet
    std::vector<std::size_t> places_;
    std::vector<Cell> cells_;
    DataFinding problem_;
    std::vector<DataFinding>* findings_ = nullptr;  // of the reading, while it lasts
};

class NdjsonFile : public TableFile {
public:
    NdjsonFile(std::string path, ReadBytes read)
        : path_(std::move(path)), stream_(std::move(read)) {}

    bool start(std::vector<DataFinding>* findings) {
        if (stream_.begins_with_utf16()) {
            findings->push_back({DataKind::file_utf16, path_, 0, {}, {}});
            return false;
        }
        if (!is_one_value()) return true;
        findings->push_back({DataKind::file_not_lines, path_, 0, {}, {}});
        return false;
    }
    const std::vector<std::string>& header() const override { return header_; }
    const std::vector<std::string>& names() const override {
        return reader_ ? reader_->keys_seen() : header_;
    }
    bool named_at_start() const override { return false; }

    void want(std::vector<WantedColumn> columns, bool normalise,
        std::vector<DataFinding>* findings) override {
        std::vector<std::string> names;
        for (const WantedColumn& column : columns) {
            if (column.name.empty())  // an object has no places
                findings->push_back({DataKind::column_place_unknown, path_, 0, {},
                    {{"place", std::to_string(column.place)}, {"count", "0"}}});
            names.push_back(column.name);
        }
        columns_ = std::move(columns);
        reader_ = std::make_unique<JsonRowReader>(std::move(names), normalise);
        for (std::size_t i = 0; i < columns_.size(); ++i)
            for (const std::string& alias : columns_[i].aliases) reader_->add_alias(i, alias);
    }

    Status next() override {
        for (;;) {
            const std::string_view text = stream_.window();
            const std::size_t at = text.find('\n', searched_);
            if (at == std::string_view::npos && !stream_.ended()) {
                searched_ = text.size();
                if (stream_.more(limits::kMaxRecordBytes) || stream_.ended()) continue;
                line_ = next_line_++;
                stream_.skip_line();
                searched_ = 0;
                problem_ = {DataKind::row_too_long, path_, line_, {},
                    {{"limit", std::to_string(limits::kMaxRecordBytes)}}};
                return Status::broken;
            }
            const bool last = at == std::string_view::npos;
            if (last && text.empty()) return Status::end;
            std::string_view row = text.substr(0, last ? text.size() : at);
            stream_.skip(row.size() + (last ? 0 : 1));
            searched_ = 0;
            line_ = next_line_++;
            row = trimmed(row);
            if (row.ends_with('\r')) row = trimmed(row.substr(0, row.size() - 1));
            if (row.empty()) continue;
            return parse(row);
        }
    }

    const std::vector<Cell>& cells() const override { return reader_->cells(); }
    std::uint64_t line() const override { return line_; }
    DataFinding problem() const override { return problem_; }
    std::uint64_t bytes_read() const override { return stream_.consumed(); }

    bool occurs(std::size_t index) const override { return !any_ || reader_->seen(index); }

private:
    // Whether the file begins like a list of objects or an object spread over lines, as programs
    // write them for people: `[{`, or a bracket alone on its line.
    bool is_one_value() {
        while (stream_.window().size() < limits::kReadChunkBytes &&
               stream_.more(limits::kReadChunkBytes)) {
        }
        std::string_view text = stream_.window();
        const std::size_t begin = text.find_first_not_of(" \t\r\n");
        if (begin == std::string_view::npos) return false;
        text.remove_prefix(begin);
        if (text[0] != '[' && text[0] != '{') return false;
        const std::size_t next = text.find_first_not_of(" \t\r", 1);
        if (next == std::string_view::npos) return false;
        return text[next] == '\n' || (text[0] == '[' && text[next] == '{');
    }

    Status parse(std::string_view row) {
        if (const auto problem = reader_->read(row)) {
            problem_ = {problem->kind, path_, line_, {}, {}};
            if (problem->kind == DataKind::json_invalid)
                problem_.arguments.push_back({"offset", std::to_string(problem->offset)});
            if (problem->kind == DataKind::json_duplicate_key)
                problem_.arguments.push_back({"key", problem->key});
            if (problem->kind == DataKind::value_out_of_range) {
                problem_.column = problem->key;
                problem_.arguments.push_back({"value", problem->value});
            }
            if (problem->kind == DataKind::json_too_deep)
                problem_.arguments.push_back({"limit", std::to_string(limits::kMaxJsonDepth)});
            return Status::broken;
        }
        any_ = true;
        return Status::row;
    }

    std::string path_;
    ByteStream stream_;
    std::unique_ptr<JsonRowReader> reader_;
    std::vector<WantedColumn> columns_;
    std::vector<std::string> header_;
    std::size_t searched_ = 0;
    std::uint64_t next_line_ = 1, line_ = 0;
    bool any_ = false;
    DataFinding problem_;
};

}  // namespace

std::unique_ptr<TableFile> TableFile::open(SourceSpec::Format format, const std::string& path,
    char separator, bool has_header, std::vector<DataFinding>* findings) {
    std::string error;
    ReadBytes read = bytes_of_file(path, &error);
    if (!read) {
        const bool absent = error == "No such file or directory";
        findings->push_back({absent ? DataKind::file_not_found : DataKind::file_unreadable, path, 0,
            {}, {{"reason", error}}});
        return nullptr;
    }
    if (format == SourceSpec::Format::csv) {
        auto file = std::make_unique<CsvFile>(path, std::move(read), separator);
        if (!file->start(has_header, findings)) return nullptr;
        return file;
    }
    if (format == SourceSpec::Format::ndjson) {
        auto file = std::make_unique<NdjsonFile>(path, std::move(read));
        if (!file->start(findings)) return nullptr;
        return file;
    }
    findings->push_back({DataKind::format_unsupported, path, 0, {}, {}});
    return nullptr;
}

}  // namespace clausal
