#include "runtime/events/cell_value.h"

#include <algorithm>
#include <array>
#include <limits>

#include <nlohmann/json.hpp>

#include "runtime/events/time_text.h"

namespace clausal {

namespace {

constexpr std::size_t kValueShown = 80;  // bytes of a bad value that a message repeats

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::string lower_ascii(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    return out;
}

}  // namespace

bool fail(RowProblem* problem, DataKind kind, std::string_view value) {
    if (value.size() > kValueShown) {
        std::size_t cut = kValueShown;  // not inside a character
        while (cut > 0 && (static_cast<unsigned char>(value[cut]) & 0xC0U) == 0x80) --cut;
        value = value.substr(0, cut);
    }
    problem->kind = kind;
    problem->arguments.push_back({"value", std::string(value)});
    return false;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool is_blank(std::string_view text) {
    while (!text.empty()) {
        if (std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos)
            text.remove_prefix(1);
        else if (text.starts_with("\u00A0"))
            text.remove_prefix(2);
        else if (text.starts_with("\u3000"))
            text.remove_prefix(3);
        else
            return false;
    }
    return true;
}

std::string_view without_outer_blanks(std::string_view text) {
    static constexpr std::array<std::string_view, 6> kBlanks{
        " ", "\t", "\r", "\n", "\u00A0", "\u3000"};
    for (bool cut = true; cut && !text.empty();) {
        cut = false;
        for (const std::string_view blank : kBlanks) {
            if (text.starts_with(blank)) {
                text.remove_prefix(blank.size());
                cut = true;
            }
            if (text.ends_with(blank)) {
                text.remove_suffix(blank.size());
                cut = true;
            }
        }
    }
    return text;
}

namespace {

// "5,000" or "1，200.50": which mark is the decimal one differs by country, so it is not guessed.
bool has_separators(std::string_view text) {
    std::string bare;
    bool any = false;
    for (std::size_t at = 0; at < text.size();) {
        const bool wide = text.substr(at).starts_with("，");
        if (wide || text[at] == ',' || text[at] == '\'') {
            any = true;
            at += wide ? std::string_view("，").size() : 1;
            continue;
        }
        bare += text[at++];
    }
    Decimal number;
    return any && parse_number(bare, &number) != NumberStatus::unreadable;
}

struct Sign {
    std::string_view sign;
    std::string_view codes;
};
// What may stand beside an amount, and the currencies that it may mean.
constexpr std::array<Sign, 8> kSigns{{{"$", "USD HKD AUD CAD SGD NZD TWD"}, {"€", "EUR"},
    {"£", "GBP"}, {"¥", "CNY JPY"}, {"￥", "CNY JPY"}, {"元", "CNY"}, {"₹", "INR"}, {"₩", "KRW"}}};

}  // namespace

NumberStatus parse_number(std::string_view text, Decimal* out) {
    text = trimmed(text);
    std::size_t at = 0;
    const bool negative = !text.empty() && text[0] == '-';
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) ++at;
    std::int64_t value = 0;
    bool full = false;  // 64 bits hold no further digit
    int dropped = 0;    // digits before the point that were not taken
    int decimals = 0;
    bool any = false;
    bool rounded = false;
    int next_digit = -1;  // first digit not taken
    bool in_fraction = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '.' && !in_fraction) {
            in_fraction = true;
            if (at + 1 == text.size() || !is_digit(text[at + 1])) return NumberStatus::unreadable;
            continue;
        }
        if (!is_digit(c)) break;
        any = true;
        std::int64_t longer = 0;
        full = full || __builtin_mul_overflow(value, std::int64_t{10}, &longer) ||
               __builtin_add_overflow(longer, static_cast<std::int64_t>(c - '0'), &longer);
        if (!full) {
            value = longer;
            if (in_fraction) ++decimals;
        } else {
            if (next_digit < 0) next_digit = c - '0';
            if (c != '0') rounded = true;
            if (!in_fraction) ++dropped;
        }
    }
    if (!any) return NumberStatus::unreadable;
    std::int64_t exponent = 0;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        const bool minus = at < text.size() && text[at] == '-';
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        if (at == text.size()) return NumberStatus::unreadable;
        for (; at < text.size() && is_digit(text[at]); ++at)
            if (exponent < 100'000) exponent = exponent * 10 + (text[at] - '0');
        if (minus) exponent = -exponent;
    }
    if (at != text.size()) return NumberStatus::unreadable;
    if (rounded && next_digit >= 5 && value < std::numeric_limits<std::int64_t>::max()) ++value;
    exponent += dropped;
    std::int64_t scale = decimals - exponent;  // value × 10^-scale
    while (scale > 0 && value % 10 == 0 && value != 0) {
        value /= 10;
        --scale;
    }
    if (value == 0) scale = 0;
    for (; scale < 0; ++scale)
        if (__builtin_mul_overflow(value, std::int64_t{10}, &value))
            return NumberStatus::out_of_range;
    for (; scale > 18; --scale) {  // below a quintillionth: rounds towards zero
        if (value % 10 != 0) rounded = true;
        value /= 10;
        if (value == 0) {
            scale = 0;
            break;
        }
    }
    *out = {negative ? -value : value, static_cast<std::int32_t>(scale)};
    return rounded ? NumberStatus::rounded : NumberStatus::ok;
}

NumberStatus scale_number(const Decimal& value, int decimals, std::int64_t* out) {
    if (decimals >= value.decimals) {
        std::int64_t result = value.coefficient;
        for (int i = value.decimals; i < decimals; ++i)
            if (__builtin_mul_overflow(result, std::int64_t{10}, &result))
                return NumberStatus::out_of_range;
        if (result == kMissing) return NumberStatus::out_of_range;
        *out = result;
        return NumberStatus::ok;
    }
    const int by = value.decimals - decimals;
    if (by > 18) {
        *out = 0;
        return value.coefficient == 0 ? NumberStatus::ok : NumberStatus::rounded;
    }
    const std::int64_t divisor = power_of_ten(by);
    std::int64_t result = value.coefficient / divisor;
    const std::int64_t rest = value.coefficient % divisor;
    if (rest == 0) {
        *out = result;
        return NumberStatus::ok;
    }
    if ((rest < 0 ? -rest : rest) >= divisor - divisor / 2)
        result += value.coefficient < 0 ? -1 : 1;
    *out = result;
    return NumberStatus::rounded;
}

bool CellConverter::to_number(const CellValue& value, Decimal* out, RowProblem* problem) {
    if (value.kind == CellValue::Kind::number || value.kind == CellValue::Kind::percent) {
        *out = {value.a, value.decimals};
        return true;
    }
    if (value.kind != CellValue::Kind::text)
        return fail(problem,
            value.kind == CellValue::Kind::list ? DataKind::value_wrong_kind
                                                : DataKind::value_not_number,
            value.text);
    switch (parse_number(value.text, out)) {
    case NumberStatus::rounded: notes.rounded = true; return true;
    case NumberStatus::ok: return true;
    case NumberStatus::out_of_range: return fail(problem, DataKind::value_out_of_range, value.text);
    case NumberStatus::unreadable: break;
    }
    return fail(problem,
        has_separators(value.text) ? DataKind::value_with_separator : DataKind::value_not_number,
        value.text);
}

bool CellConverter::scaled(const Decimal& value, std::string_view text, int decimals,
    std::int64_t* out, RowProblem* problem) {
    switch (scale_number(value, decimals, out)) {
    case NumberStatus::rounded: notes.rounded = true; return true;
    case NumberStatus::ok: return true;
    case NumberStatus::out_of_range:
    case NumberStatus::unreadable: break;
    }
    return fail(problem, DataKind::value_out_of_range, text.empty() ? to_string(value) : text);
}

bool CellConverter::percent(
    const CellValue& value, const Type& type, std::int64_t* out, RowProblem* problem) {
    Decimal number;
    std::string_view text = trimmed(value.text);
    if (value.kind == CellValue::Kind::percent) {  // already a fraction
        number = {value.a, value.decimals};
    } else if (value.kind == CellValue::Kind::text &&
               (text.ends_with("%") || text.ends_with("％") || text.ends_with("‰"))) {
        const bool mille = text.ends_with("‰");
        CellValue bare = value;
        bare.text = trimmed(text.substr(0, text.size() - (text.ends_with("%") ? 1 : 3)));
        if (!to_number(bare, &number, problem)) return false;
        number.decimals += mille ? 3 : 2;
    } else {
        return fail(problem, DataKind::value_percent_unmarked,
            value.text.empty() ? to_string(Decimal{value.a, value.decimals}) : value.text);
    }
    return scaled(number, value.text, type.decimals, out, problem);
}

// An amount with or without its currency: "35", "35.00 EUR", "EUR 35".
bool CellConverter::money(
    std::string_view text, const Type& type, Decimal* out, RowProblem* problem) {
    std::string_view amount = trimmed(text);
    const auto is_code = [](std::string_view code) {
        return code.size() == 3 && is_upper(code[0]) && is_upper(code[1]) && is_upper(code[2]);
    };
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || is_upper(c); };
    std::string_view code;
    bool minus = false;
    if (amount.size() > 3 && is_code(amount.substr(amount.size() - 3)) &&
        !is_letter(amount[amount.size() - 4])) {
        code = amount.substr(amount.size() - 3);
        amount.remove_suffix(3);
    } else if (amount.size() > 3 && is_code(amount.substr(0, 3)) && !is_letter(amount[3])) {
        code = amount.substr(0, 3);
        amount.remove_prefix(3);
    }
    bool other = !code.empty() && !type.unit.empty() && code != type.unit;
    for (const Sign& each : kSigns) {
        if (!code.empty()) break;
        const bool negative = amount.starts_with("-") && amount.substr(1).starts_with(each.sign);
        if (!negative && !amount.starts_with(each.sign) && !amount.ends_with(each.sign)) continue;
        code = each.sign;
        other = !type.unit.empty() && each.codes.find(type.unit) == std::string_view::npos;
        if (amount.ends_with(each.sign))
            amount.remove_suffix(each.sign.size());
        else
            amount.remove_prefix(each.sign.size() + (negative ? 1 : 0));
        minus = negative;
    }
    if (other) {
        problem->arguments.push_back({"currency", type.unit});
        return fail(problem, DataKind::value_other_currency, text);
    }
    CellValue bare;
    bare.kind = CellValue::Kind::text;
    bare.text = trimmed(amount);
    if (!to_number(bare, out, problem)) return false;
    if (minus) out->coefficient = -out->coefficient;
    return true;
}

bool CellConverter::to_instant(
    const Zone& zone, Microseconds local, Microseconds* out, RowProblem* problem) {
    switch (zone.to_instant(local, out)) {
    case Zone::Local::ambiguous: notes.ambiguous = true; return true;
    case Zone::Local::unique: return true;
    case Zone::Local::nonexistent: break;
    }
    problem->arguments.push_back({"zone", zone.name()});
    return fail(problem, DataKind::time_in_gap, format_local(local, ' '));
}

bool CellConverter::time(
    const CellValue& value, const Type& type, std::int64_t* out, RowProblem* problem) {
    TimeText parsed;
    switch (value.kind) {
    case CellValue::Kind::text:
        switch (parse_time(value.text, &parsed)) {
        case TimeStatus::unreadable: return fail(problem, DataKind::value_not_time, value.text);
        case TimeStatus::does_not_exist:
            return fail(problem, DataKind::date_does_not_exist, value.text);
        case TimeStatus::ok: notes.rounded |= parsed.rounded && type.kind != TypeKind::date; break;
        }
        break;
    case CellValue::Kind::date:
        parsed.kind = TimeText::Kind::date;
        parsed.day = value.a;
        break;
    case CellValue::Kind::local:
        parsed.kind = TimeText::Kind::local;
        parsed.day = value.a;
        parsed.of_day = value.b;
        break;
    case CellValue::Kind::instant:
        parsed.kind = TimeText::Kind::instant;
        parsed.day = 0;
        parsed.of_day = value.a;
        break;
    case CellValue::Kind::missing:
    case CellValue::Kind::number:
    case CellValue::Kind::percent:
    case CellValue::Kind::boolean:
    case CellValue::Kind::list:
    case CellValue::Kind::duration: return fail(problem, DataKind::value_not_time, value.text);
    }
    if (type.kind == TypeKind::date) {
        if (parsed.kind == TimeText::Kind::date) {
            *out = parsed.day;
            return true;
        }
        const Microseconds local = parsed.kind == TimeText::Kind::local
                                       ? parsed.local()
                                       : zone_.to_local(parsed.instant());
        *out = local / kDay - (local % kDay < 0 ? 1 : 0);
        return true;
    }
    if (parsed.kind == TimeText::Kind::instant) {
        *out = parsed.instant();
        return true;
    }
    // A date alone is the beginning of that day, which need not be 00:00 where clocks jump then.
    if (parsed.kind == TimeText::Kind::date) {
        *out = zone_.day_start(parsed.day);
        return true;
    }
    return to_instant(zone_, parsed.local(), out, problem);
}

bool CellConverter::texts(const CellValue& value, std::int64_t* out, RowProblem* problem) {
    std::vector<std::int64_t> ids;
    nlohmann::json list;
    // A JSON list of texts also in a cell of a table.
    if (value.kind == CellValue::Kind::text && trimmed(value.text).starts_with("["))
        list = nlohmann::json::parse(trimmed(value.text), nullptr, false);
    if (value.kind == CellValue::Kind::list) {
        for (const std::string& item : *value.items) ids.push_back(dictionary_.intern(item));
    } else if (list.is_array() && std::all_of(list.begin(), list.end(),
                                      [](const auto& item) { return item.is_string(); })) {
        for (const auto& item : list)
            ids.push_back(dictionary_.intern(item.template get<std::string>()));
    } else if (value.kind == CellValue::Kind::text) {
        static constexpr std::array<std::string_view, 4> kMarks{";", "；", "|", "、"};
        std::string_view rest = value.text;
        while (!rest.empty()) {
            std::size_t at = rest.size();
            std::size_t length = 0;
            for (const std::string_view mark : kMarks) {
                if (const std::size_t found = rest.find(mark); found < at) {
                    at = found;
                    length = mark.size();
                }
            }
            if (const std::string_view item = trimmed(rest.substr(0, at)); !item.empty())
                ids.push_back(dictionary_.intern(item));
            rest.remove_prefix(at + length);
        }
    } else {
        return fail(problem, DataKind::value_wrong_kind, value.text);
    }
    *out = dictionary_.intern_set(std::move(ids));
    return true;
}

bool CellConverter::convert(
    const CellValue& value, const Type& type, std::int64_t* out, RowProblem* problem) {
    using Kind = CellValue::Kind;
    *out = kMissing;
    if (value.kind == Kind::missing) return true;
    if (value.kind == Kind::list && type.kind != TypeKind::texts)
        return fail(problem, DataKind::value_wrong_kind, value.text);
    Decimal number;
    switch (type.kind) {
    case TypeKind::text:
        if (value.text.empty() && value.kind == Kind::number) {
            *out = dictionary_.intern(to_string(Decimal{value.a, value.decimals}));
            return true;
        }
        if (value.kind != Kind::text && value.text.empty())
            return fail(problem, DataKind::value_wrong_kind, value.text);
        *out = dictionary_.intern(value.text);
        return true;
    case TypeKind::texts: return texts(value, out, problem);
    case TypeKind::number:
        return to_number(value, &number, problem) &&
               scaled(number, value.text, type.decimals, out, problem);
    case TypeKind::integer:
        if (!to_number(value, &number, problem)) return false;
        if (number.decimals > 0) return fail(problem, DataKind::value_not_whole, value.text);
        return scaled(number, value.text, 0, out, problem);
    case TypeKind::money:
        if (value.kind == Kind::text ? !money(value.text, type, &number, problem)
                                     : !to_number(value, &number, problem))
            return false;
        return scaled(number, value.text, type.decimals, out, problem);
    case TypeKind::percent: return percent(value, type, out, problem);
    case TypeKind::duration: {
        if (value.kind == Kind::duration) {
            *out = value.a;
            return true;
        }
        const auto duration = value.kind == Kind::text ? parse_duration(value.text) : std::nullopt;
        if (!duration) return fail(problem, DataKind::value_not_duration, value.text);
        *out = *duration;
        return true;
    }
    case TypeKind::instant:
    case TypeKind::date: return time(value, type, out, problem);
    case TypeKind::boolean: {
        if (value.kind == Kind::boolean) {
            *out = value.a;
            return true;
        }
        static constexpr std::array<std::string_view, 7> kYes{
            "true", "yes", "1", "是", "y", "t", "真"};
        static constexpr std::array<std::string_view, 7> kNo{
            "false", "no", "0", "否", "n", "f", "假"};
        const std::string word = lower_ascii(trimmed(value.text));
        for (const std::string_view each : kYes)
            if (word == each) {
                *out = 1;
                return true;
            }
        for (const std::string_view each : kNo)
            if (word == each) {
                *out = 0;
                return true;
            }
        return fail(problem, DataKind::value_not_boolean, value.text);
    }
    case TypeKind::choice: {
        const std::string_view text = trimmed(value.text);
        for (std::size_t i = 0; i < type.choices.size(); ++i)
            if (text == type.choices[i]) {
                *out = static_cast<std::int64_t>(i);
                return true;
            }
        const std::string word = lower_ascii(text);
        std::string all;
        for (std::size_t i = 0; i < type.choices.size(); ++i) {
            if (word == lower_ascii(type.choices[i])) {
                *out = static_cast<std::int64_t>(i);
                return true;
            }
            if (!all.empty()) all += " | ";
            all += type.choices[i];
        }
        problem->arguments.push_back({"choices", all});
        return fail(problem, DataKind::value_not_choice, value.text);
    }
    }
    return fail(problem, DataKind::value_wrong_kind, value.text);
}

CellValue CellConverter::from_field(
    std::int64_t value, const Type& type, const Dictionary& dictionary) {
    using Kind = CellValue::Kind;
    CellValue out;
    if (value == kMissing) return out;
    out.a = value;
    switch (type.kind) {
    case TypeKind::text:
        out.kind = Kind::text;
        out.text = dictionary.text(value);
        break;
    case TypeKind::choice:
        out.kind = Kind::text;
        out.text = type.choices[static_cast<std::size_t>(value)];
        break;
    case TypeKind::number:
    case TypeKind::integer:
    case TypeKind::money:
        out.kind = Kind::number;
        out.decimals = type.kind == TypeKind::integer ? 0 : type.decimals;
        break;
    case TypeKind::percent:
        out.kind = Kind::percent;
        out.decimals = type.decimals;
        break;
    case TypeKind::duration: out.kind = Kind::duration; break;
    case TypeKind::instant: out.kind = Kind::instant; break;
    case TypeKind::date: out.kind = Kind::date; break;
    case TypeKind::boolean: out.kind = Kind::boolean; break;
    case TypeKind::texts: out.kind = Kind::missing; break;  // no expression computes with sets
    }
    return out;
}

}  // namespace clausal
