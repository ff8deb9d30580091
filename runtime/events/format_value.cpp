#include "runtime/events/format_value.h"

#include <cstdlib>

#include <fmt/format.h>

#include "runtime/events/time_text.h"

namespace clausal {

std::string format_instant(Microseconds time, const Zone& zone) {
    return format_local(zone.to_local(time), ' ');
}

std::string format_rfc3339(Microseconds time, const Zone& zone) {
    const Microseconds local = zone.to_local(time);
    Microseconds offset = local - time;
    if (offset == 0) return format_local(local, 'T') + "Z";
    if (offset % kMinute != 0)  // local mean times of long ago: RFC 3339 offsets have no seconds
        return format_local(time, 'T') + "Z";
    const char sign = offset < 0 ? '-' : '+';
    offset = std::abs(offset) / kMinute;
    return fmt::format("{}{}{:02}:{:02}", format_local(local, 'T'), sign, offset / 60, offset % 60);
}

std::string format_decimal(std::int64_t value, int decimals) {
    const bool negative = value < 0;
    std::string digits = fmt::format(
        "{}", negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
    if (decimals > 0) {
        const auto count = static_cast<std::size_t>(decimals);
        if (digits.size() <= count) digits.insert(0, count + 1 - digits.size(), '0');
        digits.insert(digits.size() - count, 1, '.');
        while (digits.back() == '0') digits.pop_back();
        if (digits.back() == '.') digits.pop_back();
    }
    if (negative) digits.insert(0, 1, '-');
    return digits;
}

std::string format_value(
    const Type& type, std::int64_t value, const Dictionary& dictionary, const Zone& zone) {
    if (value == kMissing) return {};
    switch (type.kind) {
    case TypeKind::text: return dictionary.text(value);
    case TypeKind::texts: {
        std::string out;
        for (const std::int64_t id : dictionary.set(value)) {
            if (!out.empty()) out += "、";
            out += dictionary.text(id);
        }
        return out;
    }
    case TypeKind::number:
    case TypeKind::money: return format_decimal(value, type.decimals);
    case TypeKind::integer: return fmt::format("{}", value);
    case TypeKind::percent: {
        // ×100 by moving the point, so that it cannot overflow.
        if (type.decimals >= 2) return format_decimal(value, type.decimals - 2) + "%";
        return format_decimal(value, 0) + (value == 0 || type.decimals == 1 ? "0%" : "00%");
    }
    case TypeKind::duration: return format_duration(value);
    case TypeKind::instant: return format_instant(value, zone);
    case TypeKind::date: return format_date(value);
    case TypeKind::boolean: return value != 0 ? "true" : "false";
    case TypeKind::choice:
        return static_cast<std::size_t>(value) < type.choices.size()
                   ? type.choices[static_cast<std::size_t>(value)]
                   : fmt::format("{}", value);
    }
    return {};
}

std::string format_json(
    const Type& type, std::int64_t value, const Dictionary& dictionary, const Zone& zone) {
    if (value == kMissing) return "null";
    switch (type.kind) {
    case TypeKind::number:
    case TypeKind::money:
    case TypeKind::integer:
    case TypeKind::boolean: return format_value(type, value, dictionary, zone);
    case TypeKind::instant: return json_text(format_rfc3339(value, zone));
    case TypeKind::texts: {
        std::string out = "[";
        for (const std::int64_t id : dictionary.set(value)) {
            if (out.size() > 1) out += ',';
            out += json_text(dictionary.text(id));
        }
        return out + "]";
    }
    case TypeKind::text:
    case TypeKind::percent:
    case TypeKind::duration:
    case TypeKind::date:
    case TypeKind::choice: return json_text(format_value(type, value, dictionary, zone));
    }
    return "null";
}

std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            if (static_cast<unsigned char>(c) < 0x20)
                out += fmt::format("\\u{:04x}", static_cast<int>(c));
            else
                out += c;
        }
    }
    return out + "\"";
}

std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

}  // namespace clausal
