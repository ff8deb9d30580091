#include "compiler/names/units.h"

#include <fmt/format.h>

#include "compiler/names/words.h"

namespace clausal::names {
namespace {

struct UnitRow {
    const char* spelling;  // folded
    const char* code;
    const char* kind;
    double in_base;  // for messages only
};

constexpr UnitRow kUnits[] = {
    {"mile", "mile", "length", 1609.344},
    {"英里", "mile", "length", 1609.344},
    {"mi", "mile", "length", 1609.344},
    {"km", "km", "length", 1000},
    {"kilometre", "km", "length", 1000},
    {"kilometer", "km", "length", 1000},
    {"公里", "km", "length", 1000},
    {"千米", "km", "length", 1000},
    {"m", "m", "length", 1},
    {"metre", "m", "length", 1},
    {"meter", "m", "length", 1},
    {"米", "m", "length", 1},
    {"cm", "cm", "length", 0.01},
    {"厘米", "cm", "length", 0.01},
    {"mm", "mm", "length", 0.001},
    {"毫米", "mm", "length", 0.001},
    {"foot", "foot", "length", 0.3048},
    {"feet", "foot", "length", 0.3048},
    {"ft", "foot", "length", 0.3048},
    {"英尺", "foot", "length", 0.3048},
    {"kg", "kg", "mass", 1},
    {"kilogram", "kg", "mass", 1},
    {"公斤", "kg", "mass", 1},
    {"千克", "kg", "mass", 1},
    {"g", "g", "mass", 0.001},
    {"gram", "g", "mass", 0.001},
    {"克", "g", "mass", 0.001},
    {"mg", "mg", "mass", 1e-6},
    {"毫克", "mg", "mass", 1e-6},
    {"斤", "斤", "mass", 0.5},
    {"t", "t", "mass", 1000},
    {"tonne", "t", "mass", 1000},
    {"吨", "t", "mass", 1000},
    {"kw", "kW", "power", 1000},
    {"kilowatt", "kW", "power", 1000},
    {"千瓦", "kW", "power", 1000},
    {"w", "W", "power", 1},
    {"watt", "W", "power", 1},
    {"瓦", "W", "power", 1},
    {"mw", "MW", "power", 1e6},
    {"megawatt", "MW", "power", 1e6},
    {"兆瓦", "MW", "power", 1e6},
    {"gw", "GW", "power", 1e9},
    {"gigawatt", "GW", "power", 1e9},
    {"吉瓦", "GW", "power", 1e9},
    {"kwh", "kWh", "energy", 3.6e6},
    {"千瓦时", "kWh", "energy", 3.6e6},
    {"度", "kWh", "energy", 3.6e6},
    {"度电", "kWh", "energy", 3.6e6},
    {"wh", "Wh", "energy", 3600},
    {"瓦时", "Wh", "energy", 3600},
    {"mwh", "MWh", "energy", 3.6e9},
    {"兆瓦时", "MWh", "energy", 3.6e9},
    {"gwh", "GWh", "energy", 3.6e12},
    {"吉瓦时", "GWh", "energy", 3.6e12},
    {"piece", "piece", "count", 1},
    {"pcs", "piece", "count", 1},
    {"件", "piece", "count", 1},
    {"个", "piece", "count", 1},
    {"time", "", "count", 1},
    {"times", "", "count", 1},
    {"次", "", "count", 1},
    {"°c", "C", "temperature", 1},
    {"℃", "C", "temperature", 1},
    {"摄氏度", "C", "temperature", 1},
    {"celsius", "C", "temperature", 1},
    {"degree celsius", "C", "temperature", 1},
    {"degrees celsius", "C", "temperature", 1},
    {"v", "V", "voltage", 1},
    {"volt", "V", "voltage", 1},
    {"伏", "V", "voltage", 1},
    {"a", "A", "current", 1},
    {"ampere", "A", "current", 1},
    {"安", "A", "current", 1},
    {"l", "L", "volume", 0.001},
    {"litre", "L", "volume", 0.001},
    {"liter", "L", "volume", 0.001},
    {"升", "L", "volume", 0.001},
    {"ml", "mL", "volume", 1e-6},
    {"毫升", "mL", "volume", 1e-6},
};

struct CurrencyRow {
    const char* spelling;
    const char* code;
};
constexpr CurrencyRow kCurrencies[] = {
    {"元", "CNY"},
    {"人民币", "CNY"},
    {"人民币元", "CNY"},
    {"yuan", "CNY"},
    {"rmb", "CNY"},
    {"¥", "CNY"},
    {"￥", "CNY"},
    {"cny", "CNY"},
    {"美元", "USD"},
    {"dollar", "USD"},
    {"$", "USD"},
    {"usd", "USD"},
    {"欧元", "EUR"},
    {"euro", "EUR"},
    {"€", "EUR"},
    {"eur", "EUR"},
    {"英镑", "GBP"},
    {"pound", "GBP"},
    {"£", "GBP"},
    {"gbp", "GBP"},
    {"日元", "JPY"},
    {"yen", "JPY"},
    {"jpy", "JPY"},
    {"港元", "HKD"},
    {"港币", "HKD"},
};

// The row of a spelling, an English plural included.
const UnitRow* row_of(std::string_view unit) {
    std::string folded = fold(unit);
    for (int attempt = 0; attempt < 2; ++attempt) {
        for (const UnitRow& row : kUnits) {
            if (folded == row.spelling) return &row;
        }
        if (folded.size() > 3 && folded.back() == 's') folded.pop_back();
    }
    return nullptr;
}

}  // namespace

std::string unit_code(std::string_view unit) {
    if (unit.empty()) return {};
    if (const UnitRow* row = row_of(unit)) return row->code;
    std::string folded = fold(unit);
    if (folded.size() > 3 && folded.back() == 's' && static_cast<unsigned char>(folded[0]) < 0x80)
        folded.pop_back();
    return folded;
}

std::string currency_code(std::string_view currency) {
    std::string folded = fold(currency);
    for (int attempt = 0; attempt < 2; ++attempt) {
        for (const CurrencyRow& row : kCurrencies) {
            if (folded == row.spelling) return row.code;
        }
        if (folded.size() > 3 && folded.back() == 's') folded.pop_back();
    }
    std::string code;
    for (const char c : fold(currency))
        code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return code;
}

std::optional<std::string> conversion(std::string_view from, std::string_view to) {
    const UnitRow* a = row_of(from);
    const UnitRow* b = row_of(to);
    if (a == nullptr || b == nullptr || std::string_view(a->kind) != b->kind) return std::nullopt;
    const double factor = a->in_base / b->in_base;
    return factor >= 100 ? fmt::format("{:.0f}", factor) : fmt::format("{:.3g}", factor);
}

std::optional<Microseconds> unit_length(std::string_view unit) {
    if (unit == "microsecond") return 1;
    if (unit == "millisecond") return 1000;
    if (unit == "second") return kSecond;
    if (unit == "minute") return kMinute;
    if (unit == "hour" || unit == "working_hour") return kHour;
    if (unit == "day") return kDay;
    if (unit == "week") return kWeek;
    return std::nullopt;
}

std::optional<Microseconds> duration_of(const syntax::Node& node) {
    if (node.kind != syntax::NodeKind::quantity) return std::nullopt;
    const std::optional<Microseconds> unit = unit_length(node.text);
    if (!unit) return std::nullopt;
    Rational value;
    if (make_rational(static_cast<Int128>(node.number.coefficient) * *unit,
            power_of_ten(node.number.decimals), &value) != Fault::none)
        return std::nullopt;
    if (value.denominator != 1 || value.numerator > kForever / 4 ||
        value.numerator < -(kForever / 4))
        return std::nullopt;
    return static_cast<Microseconds>(value.numerator);
}

std::string unit_in_chinese(std::string_view unit) {
    static constexpr std::pair<std::string_view, const char*> kUnits[] = {{"microsecond", "微秒"},
        {"millisecond", "毫秒"}, {"second", "秒"}, {"minute", "分钟"}, {"hour", "小时"},
        {"working_hour", "工作小时"}, {"day", "天"}, {"week", "周"}, {"month", "个月"},
        {"year", "年"}, {"working_day", "工作日"}};
    for (const auto& [english, chinese] : kUnits) {
        if (unit == english) return chinese;
    }
    return std::string(unit);
}

bool is_calendar_unit(std::string_view unit) {
    return unit == "month" || unit == "year" || unit == "working_day";
}

}  // namespace clausal::names
