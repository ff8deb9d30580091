#include "runtime/events/write_firings.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "runtime/engine/outcome.h"
#include "runtime/events/format_value.h"

namespace clausal {

namespace {

// Columns of a text in a terminal: Han and full-width characters take two.
std::size_t shown_width(const std::string& text) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
        char32_t code = length == 1 ? byte : byte & (0xFFU >> (length + 1));
        for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
            code = (code << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
        const bool wide =
            (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
            (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
            (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
            (code >= 0xFFE0 && code <= 0xFFE6) || (code >= 0x1F300 && code <= 0x1FAFF) ||
            (code >= 0x20000 && code <= 0x3FFFD);
        const bool none =
            (code >= 0x0300 && code <= 0x036F) || (code >= 0x200B && code <= 0x200F) ||
            (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
            (code >= 0xFE00 && code <= 0xFE0F) || code == 0xFEFF;
        width += none ? 0 : wide ? 2 : 1;
        i += length;
    }
    return width;
}

// Field names of all actions that fired, in the order of the declarations.
class Columns {
public:
    Columns(const Schema& schema, const Outcomes& outcomes, std::size_t count) : schema_(schema) {
        std::vector<bool> fired(schema.actions.size(), false);
        for (std::size_t i = 0; i < count; ++i)
            for (const FiredAction& action : outcomes.firings[i].actions)
                fired[action.action] = true;
        for (std::size_t i = 0; i < schema.actions.size(); ++i) {
            if (!fired[i]) continue;
            for (const Field& field : schema.actions[i].fields)
                if (std::find(names_.begin(), names_.end(), field.name) == names_.end())
                    names_.push_back(field.name);
        }
    }
    const std::vector<std::string>& names() const { return names_; }
    std::vector<std::string> row(const std::vector<RuleLabel>& rules, const EventData& data,
        const Firing& firing, const FiredAction* action, const Zone& zone, bool for_people) const {
        const RuleLabel& rule = rules[firing.rule];
        std::vector<std::string> cells{rule.id,
            subject_text(data, rule.subject_kind, firing.subject),
            for_people ? format_instant(firing.step.time, zone)
                       : format_rfc3339(firing.step.time, zone),
            action == nullptr ? "" : schema_.actions[action->action].name};
        cells.resize(4 + names_.size());
        if (action == nullptr) return cells;
        const auto& fields = schema_.actions[action->action].fields;
        for (std::size_t i = 0; i < fields.size() && i < action->values.size(); ++i) {
            const auto at = static_cast<std::size_t>(
                std::find(names_.begin(), names_.end(), fields[i].name) - names_.begin());
            cells[4 + at] =
                fields[i].type.kind == TypeKind::instant && !for_people &&
                        action->values[i] != kMissing
                    ? format_rfc3339(action->values[i], zone)
                    : format_value(fields[i].type, action->values[i], data.dictionary, zone);
        }
        return cells;
    }

private:
    const Schema& schema_;
    std::vector<std::string> names_;
};

// So that no two ids are equal whatever names and keys hold.
void escape_part(std::string* out, std::string_view part) {
    for (const char c : part) {
        if (c == '|' || c == '/' || c == '\\') *out += '\\';
        *out += c;
    }
}

}  // namespace

std::string subject_text(const EventData& data, std::uint32_t kind, std::uint32_t subject) {
    std::string out;
    if (kind >= data.subjects.size() || subject >= data.subjects[kind].keys.size()) return out;
    for (const std::int64_t part : data.subjects[kind].keys[subject]) {
        if (!out.empty()) out += " / ";
        out += data.dictionary.text(part);
    }
    return out;
}

const char* step_name(const Firing& firing) {
    switch (firing.step.kind) {
    case Step::Kind::event: return "event";
    case Step::Kind::expiry: return "expiry";
    case Step::Kind::deadline: return "deadline";
    }
    return "event";
}

std::string firing_id(const Schema& schema, const std::vector<RuleLabel>& rules,
    const EventData& data, const Firing& firing) {
    const RuleLabel& rule = rules[firing.rule];
    std::string id;
    escape_part(&id, rule.id);
    id += '|';
    if (rule.subject_kind < data.subjects.size() &&
        firing.subject < data.subjects[rule.subject_kind].keys.size()) {
        bool first = true;
        for (const std::int64_t part : data.subjects[rule.subject_kind].keys[firing.subject]) {
            if (!first) id += '/';
            escape_part(&id, data.dictionary.text(part));
            first = false;
        }
    }
    id += fmt::format("|{}|{}", firing.step.time, step_name(firing));
    const EventReference event = firing.step.event;
    if (event.type < schema.events.size() && event.row < data.tables[event.type].size()) {
        id += '|';
        escape_part(&id, schema.events[event.type].name);
        id += fmt::format("|{}", data.tables[event.type].sequence[event.row]);
    }
    return id;
}

std::string actions_json(
    const Schema& schema, const EventData& data, const Firing& firing, const Zone& zone) {
    std::string out = "[";
    for (const FiredAction& action : firing.actions) {
        if (out.size() > 1) out += ',';
        const ActionType& type = schema.actions[action.action];
        out += "{\"action\":" + json_text(type.name) + ",\"values\":{";
        for (std::size_t i = 0; i < type.fields.size() && i < action.values.size(); ++i) {
            if (i > 0) out += ',';
            out += json_text(type.fields[i].name) + ":" +
                   format_json(type.fields[i].type, action.values[i], data.dictionary, zone);
        }
        out += "}}";
    }
    return out + "]";
}

void write_firings(std::ostream& out, FiringFormat format, const Schema& schema,
    const std::vector<RuleLabel>& rules, const EventData& data, const Outcomes& outcomes,
    const Zone& zone, std::size_t limit) {
    const std::size_t count =
        limit == 0 ? outcomes.firings.size() : std::min(limit, outcomes.firings.size());
    if (format == FiringFormat::ndjson) {
        for (std::size_t i = 0; i < count; ++i) {
            const Firing& firing = outcomes.firings[i];
            const RuleLabel& rule = rules[firing.rule];
            std::string key;
            const auto& parts = data.subjects[rule.subject_kind].keys[firing.subject];
            for (const std::int64_t part : parts) {
                if (!key.empty()) key += ',';
                key += json_text(data.dictionary.text(part));
            }
            out << "{\"rule\":" << json_text(rule.id)
                << ",\"subject\":" << (parts.size() == 1 ? key : "[" + key + "]") << ",\"time\":\""
                << format_rfc3339(firing.step.time, zone) << "\",\"step\":\"" << step_name(firing)
                << "\",\"actions\":" << actions_json(schema, data, firing, zone) << "}\n";
        }
        return;
    }
    const Columns columns(schema, outcomes, count);
    std::vector<std::string> header{"rule", "subject", "time", "action"};
    header.insert(header.end(), columns.names().begin(), columns.names().end());
    const bool table = format == FiringFormat::table;
    std::vector<std::vector<std::string>> rows{header};
    const auto emit_csv = [&](const std::vector<std::string>& cells) {
        for (std::size_t i = 0; i < cells.size(); ++i)
            out << (i == 0 ? "" : ",") << csv_cell(cells[i]);
        out << '\n';
    };
    if (!table) emit_csv(header);
    for (std::size_t i = 0; i < count; ++i) {
        const Firing& firing = outcomes.firings[i];
        for (std::size_t a = 0; a < std::max<std::size_t>(firing.actions.size(), 1); ++a) {
            auto cells = columns.row(rules, data, firing,
                a < firing.actions.size() ? &firing.actions[a] : nullptr, zone, table);
            if (table)
                rows.push_back(std::move(cells));
            else
                emit_csv(cells);
        }
    }
    if (!table) return;
    std::vector<std::size_t> widths(header.size(), 0);
    for (auto& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i) {
            for (char& c : row[i])
                if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
                    c = ' ';  // a line per row, and no escape codes
            widths[i] = std::max(widths[i], shown_width(row[i]));
        }
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line.append(widths[i] - shown_width(row[i]) + 2, ' ');
        }
        while (!line.empty() && line.back() == ' ') line.pop_back();
        out << line << '\n';
    }
}

}  // namespace clausal
