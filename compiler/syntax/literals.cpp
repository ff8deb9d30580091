#include "compiler/syntax/literals.h"

#include <optional>
#include <string_view>

#include "compiler/syntax/chinese_numbers.h"

namespace clausal::syntax {

namespace {

class Scanner {
public:
    Scanner(const NormalText& text, std::size_t at, std::size_t stop, const std::string& source)
        : text_(text), chars_(text.chars), at_(at), stop_(stop), source_(source) {}

    std::vector<Literal> run() {
        const char32_t c = peek(at_);
        const bool inside_word = at_ > 0 && is_latin(chars_[at_ - 1]);
        if (is_digit(c) && !inside_word) {
            scan_instants();
            scan_version();
            scan_number();
        } else if (is_numeral(c) || c == U'半') {
            scan_chinese();
        }
        if ((is_latin(c) || is_cjk_letter(c)) && !inside_word) {
            scan_english_number();
            scan_zone();
        } else if (c == '+' || c == '-') {
            std::size_t end = at_ + 1;
            int minutes = 0;
            if (offset(end, c == '-', minutes)) {
                add(end, Tok::ZONE_ID).text = raw(at_, end);
            }
        }
        return std::move(out_);
    }

private:
    char32_t peek(std::size_t at) const { return at < stop_ ? chars_[at] : U'\0'; }
    std::string raw(std::size_t from, std::size_t to) const {
        const std::uint32_t begin = text_.begin[from];
        return source_.substr(begin, text_.end[to - 1] - begin);
    }
    Token& add(std::size_t end, Tok type) {
        out_.push_back({end, {}});
        out_.back().token.type = type;
        return out_.back().token;
    }
    std::size_t skip_blank(std::size_t at) const {
        while (at < stop_ && (chars_[at] == ' ' || chars_[at] == 0x3000)) {
            ++at;
        }
        return at;
    }
    // Reads 1 to `most` digits; false and unchanged otherwise.
    bool digits(std::size_t& at, std::size_t least, std::size_t most, int& value) const {
        std::size_t i = at;
        int result = 0;
        while (i < at + most && is_digit(peek(i))) {
            result = result * 10 + static_cast<int>(chars_[i] - U'0');
            ++i;
        }
        if (i - at < least || is_digit(peek(i))) {
            return false;
        }
        at = i;
        value = result;
        return true;
    }
    bool sign(std::size_t& at, char32_t c) const {
        if (peek(at) != c) {
            return false;
        }
        ++at;
        return true;
    }

    // ---- dates and times -----------------------------------------------------------------------
    bool offset(std::size_t& at, bool negative, int& minutes) const {
        int hours = 0;
        int rest = 0;
        std::size_t i = at;
        if (!digits(i, 2, 2, hours) || !sign(i, U':') || !digits(i, 2, 2, rest)) {
            return false;
        }
        minutes = (hours * 60 + rest) * (negative ? -1 : 1);
        at = i;
        return true;
    }
    bool zone_suffix(std::size_t& at, MomentParts& parts) const {
        std::size_t i = at;
        if (peek(i) == 'z' && !is_latin(peek(i + 1))) {
            parts.has_offset = true;
            at = i + 1;
            return true;
        }
        const char32_t c = peek(i);
        int minutes = 0;
        if (c == '+' || c == '-') {
            ++i;
            if (offset(i, c == '-', minutes)) {
                parts.has_offset = true;
                parts.offset_minutes = minutes;
                at = i;
                return true;
            }
        }
        return false;
    }
    // am, pm, a.m., p.m. after an hour of 1 to 12
    bool meridiem(std::size_t& at, int& hour) const {
        std::size_t i = skip_blank(at);
        const char32_t half = peek(i);
        if ((half != 'a' && half != 'p') || hour < 1 || hour > 12) {
            return false;
        }
        i += peek(i + 1) == '.' ? 2 : 1;
        if (peek(i) != 'm' || is_latin(peek(i + 1))) {
            return false;
        }
        at = i + 1;
        if (chars_[at - 2] == '.' && peek(at) == '.') {
            ++at;
        }
        hour = hour % 12 + (half == 'p' ? 12 : 0);
        return true;
    }
    bool clock(std::size_t& at, MomentParts& parts) const {
        std::size_t i = at;
        int hour = 0;
        int minute = 0;
        int second = 0;
        if (!digits(i, 1, 2, hour)) {
            return false;
        }
        if (peek(i) == U'点') {
            ++i;
            if (peek(i) == U'半') {
                ++i;
                minute = 30;
            } else if (std::size_t j = i; digits(j, 1, 2, minute) && peek(j) == U'分') {
                i = j + 1;
            } else {
                minute = 0;
            }
            parts.hour = hour;
            parts.minute = minute;
            at = i;
            return true;
        }
        if (std::size_t j = i; meridiem(j, hour)) {  // 3 pm
            parts.hour = hour;
            parts.minute = 0;
            at = j;
            return true;
        }
        if (!sign(i, U':') || !digits(i, 2, 2, minute)) {
            return false;
        }
        meridiem(i, hour);
        parts.hour = hour;
        parts.minute = minute;
        std::size_t j = i;
        if (sign(j, U':') && digits(j, 2, 2, second)) {
            parts.second = second;
            i = j;
            if (peek(i) == '.' && is_digit(peek(i + 1))) {
                ++i;
                int micro = 0;
                int count = 0;
                while (is_digit(peek(i)) && count < 6) {
                    micro = micro * 10 + static_cast<int>(chars_[i++] - U'0');
                    ++count;
                }
                for (; count < 6; ++count) {
                    micro *= 10;
                }
                parts.microsecond = micro;
            }
        }
        zone_suffix(i, parts);
        at = i;
        return true;
    }
    bool date(std::size_t& at, MomentParts& parts) const {
        std::size_t i = at;
        int year = -1;
        int month = 0;
        int day = 0;
        if (digits(i, 4, 4, year)) {
            const char32_t c = peek(i);
            if (c == '-' || c == '/') {
                ++i;
                if (!digits(i, 1, 2, month) || !sign(i, c) || !digits(i, 1, 2, day)) {
                    return false;
                }
            } else if (c == U'年') {
                ++i;
                if (!digits(i, 1, 2, month) || !sign(i, U'月') || !digits(i, 1, 2, day) ||
                    !sign(i, U'日')) {
                    return false;
                }
            } else {
                return false;
            }
        } else {
            year = -1;
            const bool two = digits(i, 2, 2, month);
            if (two && peek(i) == '-') {
                ++i;
                if (!digits(i, 2, 2, day) || peek(i) == '-') {
                    return false;
                }
            } else if ((two || digits(i, 1, 1, month)) && peek(i) == U'月') {
                ++i;
                if (!digits(i, 1, 2, day) || !sign(i, U'日')) {
                    return false;
                }
            } else {
                return false;
            }
        }
        parts.year = year;
        parts.month = month;
        parts.day = day;
        at = i;
        return true;
    }
    void scan_instants() {
        MomentParts parts;
        std::size_t i = at_;
        if (date(i, parts)) {
            const bool plain = parts.year < 0 && chars_[at_ + 2] == '-';  // 03-02, or a subtraction
            add_moment(i, plain ? Tok::MONTH_DAY : Tok::DAY_DATE, parts);
            std::size_t j = i;
            MomentParts both = parts;
            if (sign(j, U't') && clock(j, both)) {
                add_moment(j, Tok::INSTANT, both);
            }
        }
        MomentParts time;
        i = at_;
        if (clock(i, time)) {
            add_moment(i, Tok::CLOCK, time);
        }
    }
    void add_moment(std::size_t end, Tok type, const MomentParts& parts) {
        Token& token = add(end, type);
        token.moment = parts;
        token.text = raw(at_, end);
    }

    void scan_version() {
        std::size_t i = at_;
        int groups = 0;
        while (is_digit(peek(i))) {
            while (is_digit(peek(i))) {
                ++i;
            }
            ++groups;
            if (peek(i) != '.' || !is_digit(peek(i + 1))) {
                break;
            }
            ++i;
        }
        if (groups >= 3) {
            add(i, Tok::VERSION_NO).text = raw(at_, i);
        }
    }
    void scan_zone() {
        std::size_t i = at_;
        bool slash = false;
        const auto letter = [&](std::size_t at) {
            return is_latin(peek(at)) || is_cjk_letter(peek(at));
        };
        while (
            letter(i) || ((peek(i) == '/' || peek(i) == '-' || peek(i) == '+') && letter(i + 1))) {
            slash = slash || peek(i) == '/';
            ++i;
        }
        const std::u32string word = chars_.substr(at_, i - at_);
        if (slash || word == U"utc" || word == U"gmt" || word == U"z") {
            add(i, Tok::ZONE_ID).text = word == U"z" ? "UTC" : raw(at_, i);
        }
    }

    // ---- numbers -------------------------------------------------------------------------------
    struct Value {
        std::int64_t coefficient = 0;
        std::int32_t decimals = 0;
        bool too_large = false;
    };
    void append_digit(Value& value, char32_t c) const {
        constexpr std::int64_t kMost = 99'999'999'999'999'999;
        if (value.coefficient > kMost) {
            value.too_large = true;
            return;
        }
        value.coefficient = value.coefficient * 10 + static_cast<std::int64_t>(c - U'0');
    }
    static void scale(Value& value, std::int64_t power) {
        while (power > 1 && value.decimals > 0) {
            --value.decimals;
            power /= 10;
        }
        std::int64_t result = 0;
        if (__builtin_mul_overflow(value.coefficient, power, &result)) {
            value.too_large = true;
        } else {
            value.coefficient = result;
        }
    }
    void add_number(std::size_t end, Tok type, const Value& value) {
        Token& token = add(end, type);
        token.number = {value.coefficient, value.decimals};
        token.has_number = true;
        token.too_large = value.too_large;
        token.text = raw(at_, end);
    }
    // %, ‰ or ‱ after the number; the text of the token says which.
    bool add_percent(std::size_t at, const Value& value) {
        const std::size_t i = skip_blank(at);
        const char32_t c = peek(i);
        for (const std::u32string_view word : {U"percent", U"per cent"}) {
            const std::size_t after = i + word.size();
            if (chars_.compare(i, word.size(), word) == 0 && after <= stop_ &&
                !is_latin(peek(after))) {
                add_number(after, Tok::PERCENT, value);
                out_.back().token.text = "percent";
                return false;  // `30 percent` may still be a number and the type `percent`
            }
        }
        if (c != '%' && c != U'‰' && c != U'‱') {
            return false;
        }
        add_number(i + 1, Tok::PERCENT, value);
        out_.back().token.text = c == '%' ? "percent" : c == U'‰' ? "permille" : "permyriad";
        return true;
    }
    // `thousands`: commas between groups of three belong to the number.
    std::size_t read_digits(Value& value, bool thousands) const {
        std::size_t i = at_;
        while (is_digit(peek(i)) || (thousands && is_group(i))) {
            if (peek(i) != ',') {
                append_digit(value, chars_[i]);
            }
            ++i;
        }
        if (peek(i) == '.' && is_digit(peek(i + 1))) {
            ++i;
            while (is_digit(peek(i))) {
                append_digit(value, chars_[i]);
                ++value.decimals;
                ++i;
            }
        }
        return i;
    }
    bool is_group(std::size_t at) const {
        const bool comma = peek(at) == ',' && source_[text_.begin[at]] == ',';
        return comma && is_digit(peek(at + 1)) && is_digit(peek(at + 2)) &&
               is_digit(peek(at + 3)) && !is_digit(peek(at + 4));
    }
    void scan_number() {
        Value plain;
        const std::size_t end = read_digits(plain, false);
        add_with_suffixes(end, plain);
        if (is_group(end) && end - at_ <= 3) {
            Value grouped;
            const std::size_t further = read_digits(grouped, true);
            add_with_suffixes(further, grouped);
        }
    }
    void add_with_suffixes(std::size_t end, const Value& value) {
        if (add_percent(end, value)) {
            return;
        }
        add_number(end, Tok::NUM, value);
        Value scaled = value;
        std::size_t i = skip_blank(end);
        bool any = false;
        while (!is_kilo(i) &&
               (peek(i) == U'千' || peek(i) == U'百' || peek(i) == U'万' || peek(i) == U'亿')) {
            scale(scaled, chinese_power(chars_[i]));
            ++i;
            any = true;
        }
        if (any && !add_percent(i, scaled)) {
            add_number(i, Tok::NUM, scaled);
            add_mixed(i, scaled, chinese_power(chars_[i - 1]));
        }
        if (!any) {
            add_half(end, value);
            add_english_scale(end, value);
        }
    }
    // 千 of 千克, 千米, 千瓦: of the unit, not of the number.
    bool is_kilo(std::size_t at) const {
        const char32_t unit = peek(at + 1);
        return peek(at) == U'千' && (unit == U'克' || unit == U'米' || unit == U'瓦');
    }
    // 1亿2千万, 3千5百, 1万5000, 3千5.
    void add_mixed(std::size_t at, Value value, std::int64_t power) {
        std::size_t i = at;
        bool any = false;
        while (value.decimals == 0 && !value.too_large && is_digit(peek(i))) {
            Value more;
            std::size_t j = i;
            while (is_digit(peek(j)) && j < i + 9) {
                append_digit(more, chars_[j++]);
            }
            const std::size_t length = j - i;
            std::int64_t next = 1;
            while (chinese_power(peek(j)) > 1 && chinese_power(peek(j)) != 10 && next < power &&
                   !is_kilo(j)) {
                next *= chinese_power(chars_[j++]);
            }
            if (next == 1 && length == 1 && more.coefficient > 0) {  // 3千5
                next = power / 10;
            }
            std::int64_t added = 0;
            if (more.coefficient == 0 || __builtin_mul_overflow(more.coefficient, next, &added) ||
                added >= power || (next == 1 && added * 10 < power) ||
                __builtin_add_overflow(value.coefficient, added, &value.coefficient)) {
                return;
            }
            power = next;
            i = j;
            any = true;
        }
        if (any && !is_latin(peek(i)) && peek(i) != '.' && peek(i) != ',') {
            add_number(i, Tok::NUM, value);
        }
    }
    // 一个半(小时)
    void add_half(std::size_t at, const Value& value) {
        const std::size_t i = skip_blank(at);
        if (peek(i) == U'个' && peek(i + 1) == U'半' && value.decimals == 0 && !value.too_large &&
            value.coefficient < 1'000'000) {
            add_number(i + 2, Tok::NUM, {value.coefficient * 10 + 5, 1, false});
        }
    }
    // 10k
    void add_english_scale(std::size_t at, const Value& value) {
        if (peek(at) == 'k' && !is_latin(peek(at + 1))) {
            Value scaled = value;
            scale(scaled, 1000);
            add_number(at + 1, Tok::NUM, scaled);
        }
    }
    // two … ninety
    void scan_english_number() {
        static constexpr std::pair<std::u32string_view, std::int64_t> kWords[] = {{U"one", 1},
            {U"two", 2}, {U"three", 3}, {U"four", 4}, {U"five", 5}, {U"six", 6}, {U"seven", 7},
            {U"eight", 8}, {U"nine", 9}, {U"ten", 10}, {U"eleven", 11}, {U"twelve", 12},
            {U"fifteen", 15}, {U"twenty", 20}, {U"thirty", 30}, {U"forty", 40}, {U"sixty", 60},
            {U"ninety", 90}};
        for (const auto& [word, number] : kWords) {
            const std::size_t end = at_ + word.size();
            if (chars_.compare(at_, word.size(), word) == 0 && end <= stop_ &&
                !is_latin(peek(end))) {
                const Value value{number, 0, false};
                if (!add_percent(end, value)) {
                    add_number(end, Tok::NUM, value);
                }
            }
        }
    }
    void scan_chinese() {
        for (const auto& [word, name] :
            {std::pair{U"百分之", "percent"}, {U"千分之", "permille"}, {U"万分之", "permyriad"}}) {
            if (chars_.compare(at_, 3, word) == 0 && at_ + 3 < stop_) {
                scan_fraction(name);
            }
        }
        if (peek(at_) == U'半') {
            add_number(at_ + 1, Tok::NUM, {5, 1, false});
            return;
        }
        std::size_t i = at_;
        while (is_numeral(peek(i)) && i < at_ + 24 && (i == at_ || !is_kilo(i))) {
            ++i;
        }
        for (std::size_t end = i; end > at_; --end) {
            if (end != i && end != at_ + 1) {
                continue;  // the longest and the single sign only
            }
            if (const auto value = chinese_number(chars_.substr(at_, end - at_))) {
                add_number(end, Tok::NUM, {*value, 0, false});
                add_half(end, {*value, 0, false});
            }
        }
    }
    void scan_fraction(const char* name) {
        const std::size_t from = at_ + 3;
        Value value;
        std::size_t i = from;
        while (is_digit(peek(i))) {
            append_digit(value, chars_[i++]);
        }
        if (i > from && peek(i) == '.' && is_digit(peek(i + 1))) {
            for (++i; is_digit(peek(i)); ++i) {
                append_digit(value, chars_[i]);
                ++value.decimals;
            }
        }
        if (i == from) {
            while (is_numeral(peek(i)) && i < from + 16) {
                ++i;
            }
            const auto number = chinese_number(chars_.substr(from, i - from));
            if (i == from || !number) {
                return;
            }
            value.coefficient = *number;
        }
        add_number(i, Tok::PERCENT, value);
        out_.back().token.text = name;
    }

    const NormalText& text_;
    const std::u32string& chars_;
    std::size_t at_;
    std::size_t stop_;
    const std::string& source_;
    std::vector<Literal> out_;
};

}  // namespace

std::vector<Literal> literals_at(
    const NormalText& text, std::size_t at, std::size_t stop, const std::string& source) {
    return Scanner(text, at, stop, source).run();
}

}  // namespace clausal::syntax
