#include "runtime/events/row_evaluator.h"

#include <algorithm>

#include "runtime/events/limits.h"
#include "runtime/events/time_text.h"

namespace clausal {

using NodeKind = SourceNode::Kind;
using ValueKind = CellValue::Kind;

namespace {

const Type kInstantType{TypeKind::instant, 0, {}, {}, false};

CellValue boolean(bool value) {
    CellValue out;
    out.kind = ValueKind::boolean;
    out.a = value ? 1 : 0;
    return out;
}

CellValue duration(std::int64_t microseconds) {
    CellValue out;
    out.kind = ValueKind::duration;
    out.a = microseconds;
    return out;
}

// number × unit in microseconds.
bool times(const Decimal& number, Microseconds unit, std::int64_t* out) {
    if (number.decimals > 18) return false;
    const Int128 product =
        static_cast<Int128>(number.coefficient) * unit / power_of_ten(number.decimals);
    if (product > std::numeric_limits<std::int64_t>::max() ||
        product <= std::numeric_limits<std::int64_t>::min())
        return false;
    *out = static_cast<std::int64_t>(product);
    return true;
}

int compare_decimals(Decimal a, Decimal b) {
    for (Decimal* each : {&a, &b})  // beyond what powers of ten hold: fractions of a quintillionth
        for (; each->decimals > 18; --each->decimals) each->coefficient /= 10;
    const std::int32_t most = std::max(a.decimals, b.decimals);
    const Int128 left = static_cast<Int128>(a.coefficient) * power_of_ten(most - a.decimals);
    const Int128 right = static_cast<Int128>(b.coefficient) * power_of_ten(most - b.decimals);
    return left < right ? -1 : left > right ? 1 : 0;
}

int sign(std::int64_t a, std::int64_t b) { return a < b ? -1 : a > b ? 1 : 0; }

}  // namespace

RowEvaluator::RowEvaluator(const SourceSpec& spec, std::vector<std::uint32_t> columns,
    const Zone& zone, const std::map<std::string, Zone>& zones, Dictionary& dictionary)
    : spec_(spec),
      columns_(std::move(columns)),
      zones_(zones),
      dictionary_(dictionary),
      converter_(dictionary, zone) {}

void RowEvaluator::begin_row(const std::vector<Cell>& cells) {
    cells_ = &cells;
    joined_.clear();
    converter_.notes = {};
    rounded_field_ = kNone;
    event_ = nullptr;
}

void RowEvaluator::begin_event(const SourceEvent& event, const std::vector<Field>& fields) {
    event_ = &event;
    fields_ = &fields;
    computed_.assign(event.bindings.size(), kMissing);
    progress_.assign(event.bindings.size(), Progress::none);
}

std::string RowEvaluator::column_name(std::uint32_t node) const {
    if (node == kNone) return {};
    const SourceNode& column = spec_.nodes[node];
    return column.text.empty() ? std::to_string(column.number.coefficient) : column.text;
}

std::string RowEvaluator::column_of(std::uint32_t field) const {
    for (const SourceBinding& binding : event_->bindings) {
        if (binding.field != field) continue;
        std::uint32_t node = binding.value;  // a column, maybe with a zone or a format
        while (spec_.nodes[node].kind != SourceNode::Kind::column &&
               spec_.nodes[node].inputs.size() == 1)
            node = spec_.nodes[node].inputs[0];
        return spec_.nodes[node].kind == SourceNode::Kind::column ? column_name(node)
                                                                  : std::string();
    }
    return {};
}

bool RowEvaluator::column(const SourceNode& node, std::uint32_t index, CellValue* out) {
    (void)node;
    last_column_ = index;
    const Cell& cell = (*cells_)[columns_[index]];
    out->text = cell.text;
    switch (cell.kind) {
    case Cell::Kind::missing: return true;
    case Cell::Kind::boolean:
        out->kind = ValueKind::boolean;
        out->a = cell.text == "true" ? 1 : 0;
        return true;
    case Cell::Kind::list:
        out->kind = ValueKind::list;
        out->items = &cell.items;
        return true;
    case Cell::Kind::nested: return false;
    case Cell::Kind::text:
    case Cell::Kind::number: break;  // digits stay text until a type asks for a number
    }
    if (cell.text.empty()) return true;
    for (const std::string& mark : spec_.missing_marks)
        if (cell.text == mark) return true;
    out->kind = ValueKind::text;
    return true;
}

const Type& RowEvaluator::binding_type(std::size_t index) const {
    const std::uint32_t field = event_->bindings[index].field;
    return field == kNone ? kInstantType : (*fields_)[field].type;
}

bool RowEvaluator::field(const std::string& name, int depth, CellValue* out, RowProblem* problem) {
    const auto matches = [&](const SourceBinding& binding) {
        if (binding.field == kNone) return name == "time" || name == "时间";
        return (*fields_)[binding.field].name == name;
    };
    // A field may be called like the time; it goes first.
    std::size_t found = event_->bindings.size();
    for (std::size_t i = 0; i < event_->bindings.size(); ++i) {
        if (!matches(event_->bindings[i])) continue;
        if (found == event_->bindings.size() || event_->bindings[i].field != kNone) found = i;
    }
    if (found == event_->bindings.size()) return true;  // missing
    std::int64_t value = kMissing;
    if (!binding_at(found, depth, &value, problem)) return false;
    *out = CellConverter::from_field(value, binding_type(found), dictionary_);
    return true;
}

bool RowEvaluator::binding_at(
    std::size_t index, int depth, std::int64_t* out, RowProblem* problem) {
    if (progress_[index] == Progress::running) return fail(problem, DataKind::value_wrong_kind, {});
    if (progress_[index] == Progress::none) {
        progress_[index] = Progress::running;
        const bool rounded_before = converter_.notes.rounded;
        last_column_ = kNone;
        CellValue value;
        if (!evaluate(event_->bindings[index].value, depth, &value, problem) ||
            !converter_.convert(value, binding_type(index), &computed_[index], problem)) {
            if (problem->column.empty()) problem->column = column_name(last_column_);
            return false;
        }
        if (converter_.notes.rounded && !rounded_before && rounded_field_ == kNone)
            rounded_field_ = event_->bindings[index].field == kNone ? kRoundedTime
                                                                    : event_->bindings[index].field;
        progress_[index] = Progress::done;
    }
    *out = computed_[index];
    return true;
}

bool RowEvaluator::binding(std::size_t index, std::int64_t* out, RowProblem* problem) {
    return binding_at(index, 0, out, problem);
}

bool RowEvaluator::value(
    std::uint32_t node, const Type& type, std::int64_t* out, RowProblem* problem) {
    CellValue value;
    last_column_ = kNone;
    if (evaluate(node, 0, &value, problem) && converter_.convert(value, type, out, problem))
        return true;
    if (problem->column.empty()) problem->column = column_name(last_column_);
    return false;
}

bool RowEvaluator::text(std::uint32_t node, std::string* out, RowProblem* problem) {
    CellValue value;
    last_column_ = kNone;
    out->clear();
    if (!evaluate(node, 0, &value, problem)) {
        if (problem->column.empty()) problem->column = column_name(last_column_);
        return false;
    }
    if (value.kind != ValueKind::missing) out->assign(value.text);
    return true;
}

bool RowEvaluator::test(std::uint32_t node, int* out, RowProblem* problem) {
    *out = 1;
    if (node == kNone) return true;
    CellValue value;
    last_column_ = kNone;
    if (!evaluate(node, 0, &value, problem)) {
        if (problem->column.empty()) problem->column = column_name(last_column_);
        return false;
    }
    if (value.kind == ValueKind::missing)
        *out = -1;
    else if (value.kind == ValueKind::boolean)
        *out = value.a != 0 ? 1 : 0;
    else {
        std::int64_t truth = 0;  // a bare column as a condition: yes or no
        if (!converter_.convert(value, Type{TypeKind::boolean, 0, {}, {}, false}, &truth, problem))
            return false;
        *out = truth != 0 ? 1 : 0;
    }
    return true;
}

bool RowEvaluator::joined(const SourceNode& node, int depth, CellValue* out, RowProblem* problem) {
    std::string text;
    for (const std::uint32_t input : node.inputs) {
        CellValue part;
        if (!evaluate(input, depth, &part, problem)) return false;
        if (part.kind == ValueKind::missing) return true;  // a part is missing: the whole is
        if (part.kind == ValueKind::number && part.text.empty())
            text += to_string(Decimal{part.a, part.decimals});
        else if (part.kind == ValueKind::date)
            text += format_date(part.a);
        else
            text += part.text;
    }
    out->kind = ValueKind::text;
    out->text = joined_.emplace_back(std::move(text));
    return true;
}

bool RowEvaluator::as_time(CellValue* value, RowProblem* problem) {
    if (value->kind != ValueKind::text) return true;
    TimeText parsed;
    switch (parse_time(value->text, &parsed)) {
    case TimeStatus::unreadable: return fail(problem, DataKind::value_not_time, value->text);
    case TimeStatus::does_not_exist:
        return fail(problem, DataKind::date_does_not_exist, value->text);
    case TimeStatus::ok: converter_.notes.rounded |= parsed.rounded; break;
    }
    switch (parsed.kind) {
    case TimeText::Kind::date:
        value->kind = ValueKind::date;
        value->a = parsed.day;
        break;
    case TimeText::Kind::local:
        value->kind = ValueKind::local;
        value->a = parsed.day;
        value->b = parsed.of_day;
        break;
    case TimeText::Kind::instant:
        value->kind = ValueKind::instant;
        value->a = parsed.instant();
        break;
    }
    return true;
}

bool RowEvaluator::date_of(const SourceNode& node, int depth, CellValue* out, RowProblem* problem) {
    std::int64_t parts[3] = {1970, 1, 1};
    for (std::size_t i = 0; i < 3 && i < node.inputs.size(); ++i) {
        CellValue part;
        Decimal number;
        if (!evaluate(node.inputs[i], depth, &part, problem)) return false;
        if (part.kind == ValueKind::missing) return true;
        if (!converter_.to_number(part, &number, problem)) return false;
        if (number.decimals > 0) return fail(problem, DataKind::value_not_time, part.text);
        parts[i] = number.coefficient;
    }
    const auto day = days_from_date(parts[0], parts[1], parts[2]);
    if (!day)
        return fail(problem, DataKind::date_does_not_exist,
            std::to_string(parts[0]) + "-" + std::to_string(parts[1]) + "-" +
                std::to_string(parts[2]));
    out->kind = ValueKind::date;
    out->a = *day;
    return true;
}

// A date and hours, minutes, seconds: numbers of a clock, or durations since midnight.
bool RowEvaluator::time_at(const SourceNode& node, int depth, CellValue* out, RowProblem* problem) {
    static constexpr Microseconds kUnits[3] = {kHour, kMinute, kSecond};
    CellValue date;
    if (node.inputs.empty() || !evaluate(node.inputs[0], depth, &date, problem) ||
        !as_time(&date, problem))
        return false;
    if (date.kind == ValueKind::missing) return true;
    if (date.kind != ValueKind::date && date.kind != ValueKind::local)
        return fail(problem, DataKind::value_not_time, date.text);
    Int128 total = 0;
    std::int64_t numbers[3] = {0, 0, 0};
    bool all_numbers = true;
    for (std::size_t i = 0; i < 3 && i + 1 < node.inputs.size(); ++i) {
        CellValue part;
        if (!evaluate(node.inputs[i + 1], depth, &part, problem)) return false;
        if (part.kind == ValueKind::missing) return true;
        if (part.kind == ValueKind::duration) {
            all_numbers = false;
            total += part.a;
            continue;
        }
        Decimal number;
        std::int64_t piece = 0;
        if (!converter_.to_number(part, &number, problem)) return false;
        const std::int64_t most = i == 0 ? 24 : 59;
        if (number.coefficient < 0 ||
            compare_decimals(number, {most + (i == 0 ? 0 : 1), 0}) > (i == 0 ? 0 : -1) ||
            !times(number, kUnits[i], &piece))
            return fail(problem, DataKind::date_does_not_exist, part.text);
        numbers[i] = piece;
        total += piece;
    }
    if (all_numbers && numbers[0] + numbers[1] + numbers[2] > kDay)
        return fail(problem, DataKind::date_does_not_exist,
            format_duration(static_cast<std::int64_t>(total)));
    out->kind = ValueKind::local;
    out->a = date.a;
    out->b = static_cast<std::int64_t>(total);
    return true;
}

bool RowEvaluator::arithmetic(
    const SourceNode& node, int depth, CellValue* out, RowProblem* problem) {
    CellValue a;
    CellValue b;
    if (!evaluate(node.inputs[0], depth, &a, problem) ||
        !evaluate(node.inputs[1], depth, &b, problem))
        return false;
    if (a.kind == ValueKind::missing || b.kind == ValueKind::missing) return true;
    const bool minus = node.kind == NodeKind::subtract;
    const bool timed = a.kind == ValueKind::duration || b.kind == ValueKind::duration ||
                       a.kind >= ValueKind::date || b.kind >= ValueKind::date;
    std::int64_t result = 0;
    const auto combine = [&](std::int64_t x, std::int64_t y) {
        const bool overflow =
            minus ? __builtin_sub_overflow(x, y, &result) : __builtin_add_overflow(x, y, &result);
        return !overflow && result != kMissing;
    };
    if (!timed) {
        Decimal x;
        Decimal y;
        if (!converter_.to_number(a, &x, problem) || !converter_.to_number(b, &y, problem))
            return false;
        const std::int32_t most = std::max(x.decimals, y.decimals);
        std::int64_t left = 0;
        std::int64_t right = 0;
        if (scale_number(x, most, &left) != NumberStatus::ok ||
            scale_number(y, most, &right) != NumberStatus::ok || !combine(left, right))
            return fail(problem, DataKind::value_out_of_range, a.text);
        out->kind = ValueKind::number;
        out->a = result;
        out->decimals = most;
        return true;
    }
    // Text beside a duration or time is read as one.
    const auto settle = [&](CellValue* value) {
        if (value->kind != ValueKind::text) return true;
        if (const auto parsed = parse_duration(value->text)) {
            *value = duration(*parsed);
            return true;
        }
        return as_time(value, problem);
    };
    if (!settle(&a) || !settle(&b)) return false;
    if (a.kind == ValueKind::duration && b.kind != ValueKind::duration && !minus) std::swap(a, b);
    if (a.kind == ValueKind::date) a.kind = ValueKind::local;
    if (b.kind == ValueKind::date) b.kind = ValueKind::local;
    bool ok = false;
    *out = a;
    out->text = {};
    if (b.kind == ValueKind::duration && a.kind == ValueKind::local) {
        ok = combine(a.b, b.a);
        out->b = result;
    } else if (b.kind == ValueKind::duration &&
               (a.kind == ValueKind::instant || a.kind == ValueKind::duration)) {
        ok = combine(a.a, b.a);
        out->a = result;
    } else if (minus && a.kind == b.kind && a.kind == ValueKind::instant) {
        ok = combine(a.a, b.a);
        *out = duration(result);
    } else if (minus && a.kind == b.kind && a.kind == ValueKind::local) {
        ok = combine(a.a * kDay + a.b, b.a * kDay + b.b);
        *out = duration(result);
    } else {
        return fail(problem, DataKind::value_wrong_kind, a.text);
    }
    return ok || fail(problem, DataKind::value_out_of_range, {});
}

bool RowEvaluator::percentage(
    const SourceNode& node, int depth, CellValue* out, RowProblem* problem) {
    CellValue input;
    Decimal number;
    if (!evaluate(node.inputs[0], depth, &input, problem)) return false;
    if (input.kind == ValueKind::missing) return true;
    const std::string_view text = trimmed(input.text);
    if (text.ends_with("%") || text.ends_with("％") ||
        text.ends_with("‰")) {  // the cell itself says it
        *out = input;
        return true;
    }
    if (!converter_.to_number(input, &number, problem)) return false;
    out->kind = ValueKind::percent;
    out->a = number.coefficient;
    out->decimals = number.decimals + (node.kind == NodeKind::as_percent ? 2 : 0);
    out->text = input.text;
    return true;
}

bool RowEvaluator::zoned(const SourceNode& node, int depth, CellValue* out, RowProblem* problem) {
    CellValue input;
    if (!evaluate(node.inputs[0], depth, &input, problem) || !as_time(&input, problem))
        return false;
    if (input.kind == ValueKind::missing) return true;
    const Zone& zone = zones_.at(node.text);
    out->kind = ValueKind::instant;
    if (input.kind == ValueKind::instant) {
        out->a = input.a;
        return true;
    }  // carries its own offset
    if (input.kind == ValueKind::date) {
        out->a = zone.day_start(input.a);
        return true;
    }
    if (input.kind != ValueKind::local) return fail(problem, DataKind::value_not_time, input.text);
    return converter_.to_instant(zone, input.a * kDay + input.b, &out->a, problem);
}

bool RowEvaluator::compare(const CellValue& a, const CellValue& b, int* out, RowProblem* problem) {
    const auto is_number = [](const CellValue& v) {
        return v.kind == ValueKind::number || v.kind == ValueKind::percent;
    };
    if (a.kind == ValueKind::text && b.kind == ValueKind::text) {
        const int order = a.text.compare(b.text);
        *out = order < 0 ? -1 : order > 0 ? 1 : 0;
        return true;
    }
    if (is_number(a) || is_number(b)) {
        Decimal x;
        Decimal y;
        if (!converter_.to_number(a, &x, problem) || !converter_.to_number(b, &y, problem))
            return false;
        *out = compare_decimals(x, y);
        return true;
    }
    // The side that is not text says what the text has to be.
    const ValueKind kind = a.kind == ValueKind::text ? b.kind : a.kind;
    Type type;
    type.kind = kind == ValueKind::duration  ? TypeKind::duration
                : kind == ValueKind::boolean ? TypeKind::boolean
                : kind == ValueKind::date    ? TypeKind::date
                                             : TypeKind::instant;
    std::int64_t x = 0;
    std::int64_t y = 0;
    if (!converter_.convert(a, type, &x, problem) || !converter_.convert(b, type, &y, problem))
        return false;
    *out = sign(x, y);
    return true;
}

bool RowEvaluator::condition(
    const SourceNode& node, int depth, CellValue* out, RowProblem* problem) {
    if (node.kind == NodeKind::and_ || node.kind == NodeKind::or_) {
        const bool decisive = node.kind == NodeKind::or_;
        bool unknown = false;
        for (const std::uint32_t input : node.inputs) {
            CellValue part;
            if (!evaluate(input, depth, &part, problem)) return false;
            if (part.kind == ValueKind::missing)
                unknown = true;
            else if ((part.a != 0) == decisive) {
                *out = boolean(decisive);
                return true;
            }
        }
        if (!unknown) *out = boolean(!decisive);
        return true;
    }
    CellValue first;
    if (node.inputs.empty()) return true;
    if (!evaluate(node.inputs[0], depth, &first, problem)) return false;
    if (node.kind == NodeKind::missing) {
        *out = boolean(first.kind == ValueKind::missing);
        return true;
    }
    if (first.kind == ValueKind::missing) return true;
    if (node.kind == NodeKind::not_) {
        *out = boolean(first.a == 0);
        return true;
    }
    bool unknown = false;
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        CellValue other;
        int order = 0;
        if (!evaluate(node.inputs[i], depth, &other, problem)) return false;
        if (other.kind == ValueKind::missing) {
            unknown = true;
            continue;
        }
        if (!compare(first, other, &order, problem)) return false;
        if (node.kind == NodeKind::member) {
            if (order == 0) {
                *out = boolean(true);
                return true;
            }
            continue;
        }
        const bool holds = node.kind == NodeKind::equal        ? order == 0
                           : node.kind == NodeKind::not_equal  ? order != 0
                           : node.kind == NodeKind::less       ? order < 0
                           : node.kind == NodeKind::less_equal ? order <= 0
                           : node.kind == NodeKind::greater    ? order > 0
                                                               : order >= 0;
        *out = boolean(holds);
        return true;
    }
    if (!unknown) *out = boolean(false);
    return true;
}

bool RowEvaluator::evaluate(std::uint32_t index, int depth, CellValue* out, RowProblem* problem) {
    if (depth > limits::kMaxExpressionDepth || index >= spec_.nodes.size())
        return fail(problem, DataKind::value_wrong_kind, {});
    const SourceNode& node = spec_.nodes[index];
    ++depth;
    CellValue input;
    Decimal number;
    switch (node.kind) {
    case NodeKind::column:
        return column(node, index, out) || fail(problem, DataKind::value_wrong_kind, {});
    case NodeKind::field: return event_ == nullptr || field(node.text, depth, out, problem);
    case NodeKind::text:
        out->kind = ValueKind::text;
        out->text = node.text;
        return true;
    case NodeKind::number:
        out->kind = ValueKind::number;
        out->a = node.number.coefficient;
        out->decimals = node.number.decimals;
        return true;
    case NodeKind::duration: *out = duration(node.number.coefficient); return true;
    case NodeKind::joined: return joined(node, depth, out, problem);
    case NodeKind::to_duration: {
        if (!evaluate(node.inputs[0], depth, &input, problem)) return false;
        if (input.kind == ValueKind::missing) return true;
        if (!converter_.to_number(input, &number, problem)) return false;
        std::int64_t result = 0;
        if (!times(number, node.number.coefficient, &result))
            return fail(problem, DataKind::value_out_of_range, input.text);
        *out = duration(result);
        return true;
    }
    case NodeKind::date_of: return date_of(node, depth, out, problem);
    case NodeKind::time_at: return time_at(node, depth, out, problem);
    case NodeKind::add:
    case NodeKind::subtract: return arithmetic(node, depth, out, problem);
    case NodeKind::wrapped_day: {
        if (!evaluate(node.inputs[0], depth, &input, problem)) return false;
        std::int64_t& part = input.kind == ValueKind::local ? input.b : input.a;
        if (input.kind == ValueKind::local || input.kind == ValueKind::duration) {
            part %= kDay;
            if (part < 0) part += kDay;
        }
        *out = input;
        return true;
    }
    case NodeKind::zoned: return zoned(node, depth, out, problem);
    case NodeKind::as_percent:
    case NodeKind::as_fraction: return percentage(node, depth, out, problem);
    case NodeKind::parsed_date: {
        if (!evaluate(node.inputs[0], depth, &input, problem)) return false;
        if (input.kind == ValueKind::missing) return true;
        TimeText parsed;
        switch (parse_time(input.text, node.text, &parsed)) {
        case TimeStatus::unreadable: return fail(problem, DataKind::value_not_time, input.text);
        case TimeStatus::does_not_exist:
            return fail(problem, DataKind::date_does_not_exist, input.text);
        case TimeStatus::ok: converter_.notes.rounded |= parsed.rounded; break;
        }
        out->kind = parsed.kind == TimeText::Kind::date    ? ValueKind::date
                    : parsed.kind == TimeText::Kind::local ? ValueKind::local
                                                           : ValueKind::instant;
        out->a = parsed.kind == TimeText::Kind::instant ? parsed.instant() : parsed.day;
        out->b = parsed.of_day;
        return true;
    }
    case NodeKind::equal:
    case NodeKind::not_equal:
    case NodeKind::less:
    case NodeKind::less_equal:
    case NodeKind::greater:
    case NodeKind::greater_equal:
    case NodeKind::and_:
    case NodeKind::or_:
    case NodeKind::not_:
    case NodeKind::missing:
    case NodeKind::member: return condition(node, depth, out, problem);
    }
    return fail(problem, DataKind::value_wrong_kind, {});
}

}  // namespace clausal
