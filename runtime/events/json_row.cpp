#include "runtime/events/json_row.h"

#include <algorithm>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "runtime/events/byte_stream.h"
#include "runtime/events/limits.h"

namespace clausal {

namespace {

constexpr std::size_t kFewKeys = 24;  // up to here keys are compared one by one
constexpr std::size_t kKeysForMessages = 64;

// Keys of the objects that are open, to find a repeated one.
class OpenKeys {
public:
    void open() {
        if (++depth_ > levels_.size()) levels_.emplace_back();
        levels_[depth_ - 1].few.clear();
        levels_[depth_ - 1].many.clear();
    }
    void close() { --depth_; }
    bool add(const std::string& key) {
        Level& level = levels_[depth_ - 1];
        if (level.few.size() < kFewKeys) {
            if (std::find(level.few.begin(), level.few.end(), key) != level.few.end()) return false;
            level.few.push_back(key);
            return true;
        }
        if (level.many.empty()) level.many.insert(level.few.begin(), level.few.end());
        return level.many.insert(key).second;
    }

private:
    struct Level {
        std::vector<std::string> few;
        std::unordered_set<std::string> many;
    };
    std::vector<Level> levels_;
    std::size_t depth_ = 0;
};

}  // namespace

// Receives nlohmann's events; the parser itself is iterative, so depth costs no stack.
class JsonRowHandler {
public:
    using number_integer_t = nlohmann::json::number_integer_t;
    using number_unsigned_t = nlohmann::json::number_unsigned_t;
    using number_float_t = nlohmann::json::number_float_t;
    using string_t = nlohmann::json::string_t;
    using binary_t = nlohmann::json::binary_t;

    JsonRowHandler(JsonRowReader* reader, bool allow_duplicates)
        : reader_(reader), allow_duplicates_(allow_duplicates) {}

    bool null() { return value(Cell::Kind::missing, {}); }
    bool boolean(bool v) { return value(Cell::Kind::boolean, v ? "true" : "false"); }
    bool number_integer(number_integer_t v) { return value(Cell::Kind::number, std::to_string(v)); }
    bool number_unsigned(number_unsigned_t v) {
        return value(Cell::Kind::number, std::to_string(v));
    }
    bool number_float(number_float_t, const string_t& digits) {
        return value(Cell::Kind::number, digits);
    }
    bool binary(binary_t&) { return false; }
    bool string(string_t& v) {
        if (reader_ != nullptr && v.find('\0') != std::string::npos) return fail(DataKind::row_nul);
        return value(Cell::Kind::text, v);
    }
    bool start_object(std::size_t) {
        if (depth_ + 1 > limits::kMaxJsonDepth && reader_ != nullptr)
            return fail(DataKind::json_too_deep);
        if (depth_ >= kCheckDepth) return fail(DataKind::json_too_deep);
        if (!containers_.empty()) nested();
        containers_ += '{';
        prefix_ends_.push_back(path_.size());
        if (depth_ == 0) is_object_ = true;
        ++depth_;
        keys_.open();
        return true;
    }
    bool key(string_t& name) {
        if (reader_ != nullptr && name.find('\0') != std::string::npos)
            return fail(DataKind::row_nul);
        if (!allow_duplicates_ && !keys_.add(name)) {
            problem_.key = name;
            return fail(DataKind::json_duplicate_key);
        }
        if (reader_ == nullptr) return true;
        path_.resize(prefix_ends_.back());
        if (!path_.empty()) path_ += '.';
        path_ += name;
        return true;
    }
    bool end_object() {
        keys_.close();
        return end_container();
    }
    bool start_array(std::size_t) {
        if (depth_ + 1 > limits::kMaxJsonDepth && reader_ != nullptr)
            return fail(DataKind::json_too_deep);
        if (depth_ >= kCheckDepth) return fail(DataKind::json_too_deep);
        if (!containers_.empty() && containers_.back() == '[')
            nested();
        else if (depth_ > 0) {
            if (Cell* cell = slot(); cell != nullptr) {
                cell->kind = Cell::Kind::list;
                cell->items.clear();
            }
        }
        containers_ += '[';
        prefix_ends_.push_back(path_.size());
        ++depth_;
        return true;
    }
    bool end_array() { return end_container(); }
    bool parse_error(
        std::size_t position, const std::string& token, const nlohmann::detail::exception& error) {
        constexpr int kNumberOverflow = 406;  // of the library: a number that no double holds
        if (error.id == kNumberOverflow && reader_ != nullptr) {
            problem_.kind = DataKind::value_out_of_range;
            problem_.key = path_;
            problem_.value = token;
            return false;
        }
        problem_.kind = DataKind::json_invalid;
        problem_.offset = position;
        return false;
    }

    const JsonProblem& problem() const { return problem_; }
    bool is_object() const { return is_object_; }

private:
    // Also a mere check has a limit, so that memory stays in proportion.
    static constexpr std::size_t kCheckDepth = 512;

    bool fail(DataKind kind) {
        problem_.kind = kind;
        return false;
    }
    bool end_container() {
        containers_.pop_back();
        path_.resize(prefix_ends_.back());
        prefix_ends_.pop_back();
        --depth_;
        return true;
    }
    Cell* slot() {
        if (reader_ == nullptr || path_.empty()) return nullptr;
        if (reader_->keys_.size() < kKeysForMessages &&
            std::find(reader_->keys_.begin(), reader_->keys_.end(), path_) == reader_->keys_.end())
            reader_->keys_.push_back(path_);
        const std::size_t place = reader_->place_of(path_);
        if (place == JsonRowReader::kNowhere) return nullptr;
        reader_->seen_[place] = true;
        return &reader_->cells_[place];
    }
    // An object, or a list in a list, where a value is wanted.
    void nested() {
        if (reader_ == nullptr || path_.empty()) return;
        if (const std::size_t place = reader_->place_of(path_); place != JsonRowReader::kNowhere) {
            reader_->seen_[place] = true;
            reader_->cells_[place].kind = Cell::Kind::nested;
        }
    }
    bool value(Cell::Kind kind, std::string_view text) {
        if (reader_ == nullptr || depth_ == 0) return true;
        Cell* cell = slot();
        if (cell == nullptr) return true;
        if (containers_.back() == '[') {
            if (cell->kind == Cell::Kind::list && kind != Cell::Kind::missing)
                cell->items.emplace_back(text);
            return true;
        }
        cell->kind = kind;
        cell->text.assign(text);
        return true;
    }

    JsonRowReader* reader_;
    bool allow_duplicates_;
    JsonProblem problem_;
    std::string containers_;
    std::string path_;
    std::vector<std::size_t> prefix_ends_;
    OpenKeys keys_;
    std::size_t depth_ = 0;
    bool is_object_ = false;
};

namespace {

std::optional<JsonProblem> parse(std::string_view text, JsonRowHandler* handler) {
    // The library takes a NUL for the end of the input and would accept "12\0 anything".
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
        return JsonProblem{DataKind::row_nul, nul, {}, {}};
    if (!is_utf8(text)) return JsonProblem{DataKind::row_not_utf8, 0, {}, {}};
    if (nlohmann::json::sax_parse(
            text.begin(), text.end(), handler, nlohmann::json::input_format_t::json, true))
        return std::nullopt;
    return handler->problem();
}

}  // namespace

std::optional<JsonProblem> check_json(std::string_view text, bool allow_duplicate_keys) {
    JsonRowHandler handler(nullptr, allow_duplicate_keys);
    return parse(text, &handler);
}

JsonRowReader::JsonRowReader(std::vector<std::string> columns, bool normalise)
    : columns_(std::move(columns)),
      normalise_(normalise),
      cells_(columns_.size()),
      seen_(columns_.size(), false) {
    for (std::size_t i = 0; i < columns_.size(); ++i)
        slots_.emplace(normalise_ ? normalised_name(columns_[i]) : columns_[i], i);
}

void JsonRowReader::add_alias(std::size_t column, const std::string& key) {
    slots_.emplace(normalise_ ? normalised_name(key) : key, column);
}

std::size_t JsonRowReader::place_of(const std::string& key) const {
    const auto found = slots_.find(normalise_ ? normalised_name(key) : key);
    return found == slots_.end() ? kNowhere : found->second;
}

std::optional<JsonProblem> JsonRowReader::read(std::string_view line) {
    for (Cell& cell : cells_) cell.kind = Cell::Kind::missing;
    JsonRowHandler handler(this, false);
    if (auto problem = parse(line, &handler)) return problem;
    if (!handler.is_object()) return JsonProblem{DataKind::json_not_object, 0, {}, {}};
    return std::nullopt;
}

std::string normalised_name(std::string_view name) {
    std::string out;
    out.reserve(name.size());
    for (const char c : name) {
        const bool space = c == ' ' || c == '\t' || c == '_' || c == '-';
        if (space && (out.empty() || out.back() == ' ')) continue;
        out += space ? ' ' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

}  // namespace clausal
