// Random traces for a random pack, and cases as text.

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "compiler/core/intern_constants.h"
#include "tests/sim/random_case.h"

namespace clausal::sim {
namespace {

Cell raw(std::int64_t value) {
    Cell cell;
    cell.raw = value;
    cell.missing = false;
    return cell;
}
Cell text(std::string value) {
    Cell cell;
    cell.text = std::move(value);
    cell.missing = false;
    return cell;
}

Cell random_cell(Random& random, const Field& field, const Case& one, Microseconds time) {
    if (random.chance(14)) return {};
    std::int64_t scale = 1;
    for (std::int32_t i = 0; i < field.type.decimals; ++i) scale *= 10;
    switch (field.type.kind) {
    case TypeKind::text:
        return text(random.pick(
            field.name == "note" || field.name == "body" || field.name == "正文"
                ? std::vector<std::string>{"a b", "集采 与 骨科", "", "集采集采a", "x", "没有"}
                : std::vector<std::string>{"x", "y", "z", "x"}));
    case TypeKind::texts: {
        Cell cell;
        cell.missing = false;
        for (const char* word : {"red", "blue", "x", "green"}) {
            if (random.chance(35)) cell.texts.emplace_back(word);
        }
        return cell;
    }
    case TypeKind::number: return raw(random.between(-2, 10) * scale / 2);
    case TypeKind::percent: return raw(random.below(11) * scale / 10);
    case TypeKind::money:
        return raw(random.between(0, 8) * scale / 2 + (random.chance(10) ? 1 : 0));
    case TypeKind::integer: return raw(random.between(-1, 5));
    case TypeKind::duration: return raw(random.between(0, 6) * one.grid);
    case TypeKind::instant: return raw(time + random.between(-4, 4) * one.grid);
    case TypeKind::date: return raw(time / kDay + random.between(-2, 3));
    case TypeKind::boolean: return raw(random.below(2));
    case TypeKind::choice: return raw(random.below(3));
    }
    return {};
}

std::int64_t stored(const Cell& cell, const Type& type, Dictionary& dictionary) {
    if (cell.missing) return kMissing;
    if (type.kind == TypeKind::text) return dictionary.intern(cell.text);
    if (type.kind != TypeKind::texts) return cell.raw;
    std::vector<std::int64_t> ids;
    for (const std::string& word : cell.texts) ids.push_back(dictionary.intern(word));
    return dictionary.intern_set(std::move(ids));
}

std::string shown(const Cell& cell, const Type& type) {
    if (cell.missing) return "-";
    if (type.kind == TypeKind::text) return fmt::format("\"{}\"", cell.text);
    if (type.kind == TypeKind::texts) return fmt::format("{{{}}}", fmt::join(cell.texts, ","));
    return std::to_string(cell.raw);
}

}  // namespace

void random_trace(Case& one, std::uint64_t seed) {
    Random random(seed ^ 0x7472616365ULL);
    const Schema& schema = one.pack.schema;
    one.rows.clear();
    one.registers.clear();
    std::vector<std::string> customers = {"k1", "k2", "客户"};
    const bool crowd = random.chance(3);  // many subjects, or many events of few
    // A shift needs eight values before it decides.
    const bool shifts = std::any_of(one.pack.nodes.begin(), one.pack.nodes.end(),
        [](const core::Node& n) { return n.kind == core::NodeKind::shift; });
    const bool many = random.chance(3) || (shifts && random.chance(40));
    if (crowd) {
        for (int i = 3; i < 40; ++i) customers.push_back(fmt::format("k{}", i));
    }
    const std::int64_t customer_count =
        crowd ? static_cast<std::int64_t>(customers.size()) : random.between(1, 3);
    const std::int64_t line_count = crowd ? 20 : random.between(1, 2);
    // Event types that no rule reads are rarer.
    std::vector<std::uint32_t> types;
    for (std::uint32_t type = 0; type < schema.events.size(); ++type) {
        const bool read =
            std::any_of(one.pack.nodes.begin(), one.pack.nodes.end(), [&](const core::Node& n) {
                return n.kind == core::NodeKind::event && n.event == type;
            });
        types.insert(types.end(), read ? 5 : 1, type);
    }
    Microseconds time = one.begin + random.below(3) * one.grid;
    const std::int64_t count = random.chance(5) ? random.below(3)
                               : many || crowd  ? random.between(60, 120)
                                                : random.between(4, 45);
    // Some sources know the day only: all times are local midnights.
    const bool whole_days = random.chance(8);
    const Zone zone = Zone::open(schema.zone).value_or(Zone::utc());
    const bool late = random.chance(12);  // some rows stand behind later ones
    for (std::int64_t i = 0; i < count; ++i) {
        if (!random.chance(many ? 70 : 35))
            time += random.between(1, random.chance(10) ? 8 : 3) * one.grid;
        if (random.chance(6)) time += random.chance(50) ? 1 : kMinute;  // off the grid
        TraceRow row;
        row.type = random.pick(types);
        row.time = whole_days ? zone.day_start(zone.day_of(time)) : time;
        if (late && random.chance(25)) row.time -= random.between(1, 12) * one.grid;
        if (!one.rows.empty() && random.chance(2)) {  // the same again
            one.rows.push_back(one.rows.back());
            continue;
        }
        for (const Field& field : schema.events[row.type].fields) {
            row.cells.push_back(random_cell(random, field, one, row.time));
        }
        const auto key = [&](std::int64_t bound) {
            return customers[static_cast<std::size_t>(random.below(bound))];
        };
        for (const Field& field : schema.events[row.type].fields) {
            const std::size_t place =
                static_cast<std::size_t>(&field - schema.events[row.type].fields.data());
            if (field.name == "other") row.cells[place] = text(key(customer_count));
            if (field.name == "site") row.cells[place] = text("site");
            if (field.name == "number")
                row.cells[place] = text(fmt::format("{}", random.below(line_count)));
        }
        for (const SubjectReference& reference : schema.events[row.type].subjects) {
            if (schema.subjects[reference.kind].keys.size() == 1)
                row.cells[reference.key_fields[0]] = text(key(customer_count));
        }
        one.rows.push_back(std::move(row));
    }
    for (std::int64_t i = 0; i < customer_count; ++i) {
        for (std::int64_t versions = random.below(4); versions > 0; --versions) {
            RegisterRow row;
            row.key = customers[static_cast<std::size_t>(i)];
            row.valid_from = random.chance(40) ? std::numeric_limits<Microseconds>::min()
                             : random.chance(30) && !one.rows.empty()
                                 ? random.pick(one.rows).time
                                 : one.begin + random.below(30) * one.grid;
            for (const Field& field : schema.subjects[0].fields) {
                row.cells.push_back(random_cell(random, field, one, one.begin));
            }
            one.registers.push_back(std::move(row));
        }
    }
    one.options = {};
    if (random.chance(60)) one.options.until = time + random.between(-3, 12) * one.grid;
    const std::vector<std::uint32_t> batches = {1, 2, 3, 7, 65536};
    one.options.batch = random.pick(batches);
    if (random.chance(25))
        one.options.remembered = static_cast<std::uint32_t>(random.between(2, 9));
}

EventData data_of(const Case& one) {
    const Schema& schema = one.pack.schema;
    EventData data(schema);
    std::uint64_t sequence = 0;
    for (const TraceRow& row : one.rows) {
        EventTable& table = data.tables[row.type];
        const EventType& type = schema.events[row.type];
        table.time.push_back(row.time);
        table.sequence.push_back(sequence++);
        std::vector<std::int64_t> values;
        for (std::size_t f = 0; f < type.fields.size(); ++f) {
            values.push_back(stored(row.cells[f], type.fields[f].type, data.dictionary));
            table.columns[f].push_back(values.back());
        }
        for (std::size_t r = 0; r < type.subjects.size(); ++r) {
            std::vector<std::int64_t> key;
            for (const std::uint32_t field : type.subjects[r].key_fields)
                key.push_back(values[field]);
            table.subjects[r].push_back(data.subjects[type.subjects[r].kind].intern(key));
        }
    }
    SubjectTable& customers = data.subjects[0];
    for (const RegisterRow& row : one.registers) {
        // The register may name subjects that have no events.
        const std::uint32_t subject = customers.intern({data.dictionary.intern(row.key)});
        if (customers.registers.size() <= subject) customers.registers.resize(subject + 1);
        RegisterVersion version;
        version.valid_from = row.valid_from;
        for (std::size_t f = 0; f < row.cells.size(); ++f) {
            version.values.push_back(
                stored(row.cells[f], schema.subjects[0].fields[f].type, data.dictionary));
        }
        customers.registers[subject].push_back(std::move(version));
    }
    for (auto& versions : customers.registers) {
        std::stable_sort(versions.begin(), versions.end(),
            [](const RegisterVersion& a, const RegisterVersion& b) {
                return a.valid_from < b.valid_from;
            });
    }
    core::intern_constants(one.pack, data.dictionary);
    sort_order(data);
    return data;
}

std::vector<WorkCalendar> calendars_of(const Case& one) {
    // 2026 only: the end of 2025 and 2027 have no data.
    static constexpr const char* kFile = R"({"year":2026,"days":[
        {"name":"a","date":"2026-01-01","isOffDay":true},{"name":"a","date":"2026-01-02","isOffDay":true},
        {"name":"a","date":"2026-01-04","isOffDay":false},{"name":"b","date":"2026-03-07","isOffDay":false},
        {"name":"b","date":"2026-03-09","isOffDay":true},{"name":"b","date":"2026-05-29","isOffDay":true},
        {"name":"b","date":"2026-05-31","isOffDay":false},{"name":"c","date":"2026-11-02","isOffDay":true}]})";
    std::vector<WorkCalendar> calendars;
    for (const CalendarSpec& spec : one.pack.schema.calendars) {
        std::string error, error_zh;
        auto loaded = WorkCalendar::load(
            {{"office.json", kFile}}, spec.begin_minute, spec.end_minute, &error, &error_zh);
        calendars.push_back(loaded ? *loaded : WorkCalendar{});
    }
    return calendars;
}

std::string print(const Case& one) {
    const Schema& schema = one.pack.schema;
    std::string out =
        fmt::format("zone {}, grid {} h, begin {}\n", schema.zone, one.grid / kHour, one.begin);
    out += core::print(one.pack);
    const auto at = [&](Microseconds time) {
        return static_cast<double>(time - one.begin) / static_cast<double>(one.grid);
    };
    for (const TraceRow& row : one.rows) {
        out += fmt::format("{:8.4f} {}", at(row.time), schema.events[row.type].name);
        for (std::size_t f = 0; f < row.cells.size(); ++f) {
            out += fmt::format(" {}", shown(row.cells[f], schema.events[row.type].fields[f].type));
        }
        out += '\n';
    }
    for (const RegisterRow& row : one.registers) {
        out += row.valid_from == std::numeric_limits<Microseconds>::min()
                   ? fmt::format("register {} always", row.key)
                   : fmt::format("register {} from {:.4f}", row.key, at(row.valid_from));
        for (std::size_t f = 0; f < row.cells.size(); ++f) {
            out += fmt::format(" {}", shown(row.cells[f], schema.subjects[0].fields[f].type));
        }
        out += '\n';
    }
    out += one.options.until == kMissing ? "until the last event"
                                         : fmt::format("until {:.4f}", at(one.options.until));
    out += fmt::format(", batch {}, remembered {}\n", one.options.batch, one.options.remembered);
    return out;
}

}  // namespace clausal::sim
