#include "runtime/calendar/holiday_json.h"

#include <date/date.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace clausal {
namespace {

constexpr std::size_t kMostDepth = 8;      // the form needs 3
constexpr std::size_t kMostDays = 10'000;  // one year has at most 366

std::optional<std::int64_t> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    int parts[3] = {0, 0, 0};
    int part = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 4 || i == 7) {
            ++part;
        } else if (text[i] < '0' || text[i] > '9') {
            return std::nullopt;
        } else {
            parts[part] = parts[part] * 10 + (text[i] - '0');
        }
    }
    const date::year_month_day date{date::year{parts[0]},
        date::month{static_cast<unsigned>(parts[1])}, date::day{static_cast<unsigned>(parts[2])}};
    if (!date.ok()) return std::nullopt;
    return date::sys_days{date}.time_since_epoch().count();
}

class Reader : public nlohmann::json_sax<nlohmann::json> {
public:
    HolidayFile file;
    std::string error, error_zh;
    bool has_year = false, has_days = false;

    bool null() override { return scalar_or_fail(); }
    bool boolean(bool value) override {
        if (in_day() && key_ == "isOffDay") {
            is_off_ = value;
            return true;
        }
        return scalar_or_fail();
    }
    bool number_integer(number_integer_t) override { return number_fails(); }
    bool number_unsigned(number_unsigned_t value) override {
        if (depth_ == 1 && key_ == "year") {
            if (value < 1900 || value > 2200) return number_fails();
            file.year = static_cast<std::int32_t>(value);
            has_year = true;
            return true;
        }
        return number_fails();
    }
    bool number_float(number_float_t, const string_t&) override { return number_fails(); }
    bool binary(binary_t&) override { return fail("It has binary data.", "含有二进制数据。"); }
    bool string(string_t& value) override {
        if (value.find('\0') != std::string::npos) return fails_with_nul();
        if (in_day() && key_ == "date") {
            date_ = parse_date(value);
            if (!date_) {
                return fail(fmt::format("\"{}\" is not a date.", value),
                    fmt::format("“{}”不是日期。", value));
            }
            return true;
        }
        return scalar_or_fail();
    }
    bool start_object(std::size_t) override {
        if (depth_ == 2 && days_depth_ == 2) {
            date_.reset();
            is_off_.reset();
        }
        return open(false);
    }
    bool key(string_t& value) override {
        if (value.find('\0') != std::string::npos) return fails_with_nul();
        if (!keys_.back().insert(value).second) {
            return fail(fmt::format("The key \"{}\" occurs twice.", value),
                fmt::format("键“{}”出现了两次。", value));
        }
        key_ = value;
        return true;
    }
    bool end_object() override {
        if (in_day()) {
            if (!date_ || !is_off_) {
                return fail(
                    "A day lacks \"date\" or \"isOffDay\".", "有一天缺少 date 或 isOffDay。");
            }
            if (file.days.size() >= kMostDays) return fail("It has too many days.", "天数太多。");
            file.days.emplace_back(*date_, *is_off_);
        }
        return close();
    }
    bool start_array(std::size_t) override {
        if (depth_ == 1 && key_ == "days") {
            days_depth_ = 2;
            has_days = true;
        }
        return open(true);
    }
    bool end_array() override {
        if (depth_ == 2) days_depth_ = 0;
        return close();
    }
    bool parse_error(
        std::size_t position, const std::string&, const nlohmann::json::exception&) override {
        return fail(fmt::format("It is not valid JSON at byte {}.", position),
            fmt::format("第 {} 个字节处不是合法的 JSON。", position));
    }

private:
    std::vector<std::set<std::string>> keys_;
    std::string key_;
    std::size_t depth_ = 0, days_depth_ = 0;
    std::optional<std::int64_t> date_;
    std::optional<bool> is_off_;

    bool in_day() const { return days_depth_ == 2 && depth_ == 3; }
    bool open(bool) {
        if (in_day()) return fail("A day has a value that is not plain.", "某一天含有嵌套的值。");
        if (++depth_ > kMostDepth) return fail("It is nested too deeply.", "嵌套太深。");
        keys_.emplace_back();
        return true;
    }
    bool close() {
        --depth_;
        keys_.pop_back();
        return true;
    }
    bool scalar_or_fail() {
        const bool wanted = (in_day() && (key_ == "date" || key_ == "isOffDay")) ||
                            (depth_ == 1 && (key_ == "year" || key_ == "days")) || depth_ == 0 ||
                            (depth_ == 2 && days_depth_ == 2);
        if (!wanted) return true;
        return fail(fmt::format("\"{}\" has a value of the wrong kind.", key_),
            fmt::format("“{}”的值种类不对。", key_));
    }
    bool number_fails() {
        return fail(fmt::format("\"{}\" has a number that is not expected there.", key_),
            fmt::format("“{}”处的数字不合要求。", key_));
    }
    bool fails_with_nul() { return fail("A text has a NUL character.", "文本含有 NUL 字符。"); }
    bool fail(std::string en, std::string zh) {
        if (error.empty()) {
            error = std::move(en);
            error_zh = std::move(zh);
        }
        return false;
    }
};

}  // namespace

bool parse_holiday_json(
    std::string_view text, HolidayFile* out, std::string* error, std::string* error_zh) {
    Reader reader;
    const bool read = nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
    if (read && reader.has_year && reader.has_days) {
        *out = std::move(reader.file);
        return true;
    }
    *error = read ? "It lacks \"year\" or \"days\"." : reader.error;
    *error_zh = read ? "缺少 year 或 days。" : reader.error_zh;
    return false;
}

}  // namespace clausal
