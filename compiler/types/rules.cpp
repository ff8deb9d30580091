// Rules: condition, actions with their values, limits, periods.

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "compiler/core/bounds.h"
#include "compiler/core/readings.h"
#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_plan.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

std::string Elaborator::rule_name(const names::Declared& rule) const {
    if (!rule.name.empty()) return rule.name;
    // Without a name: its first action, numbered among the unnamed rules of that action.
    std::string base = "rule";
    const auto first_action = [&](const names::Declared& other) {
        const syntax::SyntaxTree& tree = *pack_.trees[other.at.tree];
        for (const Id part : tree[other.at.node].children) {
            if (part != kNoNode && tree[part].kind == SyntaxKind::trigger) return tree[part].text;
        }
        return std::string("rule");
    };
    base = first_action(rule);
    std::size_t place = 1;
    for (const names::Declared& other : pack_.rules) {
        if (&other == &rule) break;
        if (other.name.empty() && first_action(other) == base) ++place;
    }
    std::string name = place == 1 ? base : fmt::format("{} {}", base, place);
    while (pack_.find(name, SymbolKind::rule) != nullptr) name += "*";
    return name;
}

// Fields of named events that the actions read.
void Elaborator::wishes(Id id) {
    if (id == kNoNode) return;
    const syntax::Node& node = at(id);
    if (node.kind == SyntaxKind::field_of && child(id, 0) != kNoNode &&
        at(child(id, 0)).kind == SyntaxKind::name) {
        wished_.emplace_back(names::fold(at(child(id, 0)).text), names::fold(node.text));
    }
    for (const Id inner : node.children) wishes(inner);
}

// What the parser has found in a sentence comes first; what would follow from it is not said.
bool Elaborator::written_wrongly(Span span) const {
    constexpr auto kFirstOfNames = static_cast<Kind>(300);
    return std::any_of(sink_.all().begin(), sink_.all().end(), [&](const Diagnostic& other) {
        return other.kind < kFirstOfNames && kind_info(other.kind).severity == Severity::error &&
               other.span.file == span.file && other.span.begin < span.end &&
               span.begin < other.span.end;
    });
}

// `f - f of the previous reading > 10`: between readings, and not for each of them.
bool Elaborator::note_of_previous(Id operand) {
    const std::function<Id(Id)> look = [&](Id part) -> Id {
        if (part == kNoNode) return kNoNode;
        if (at(part).kind == SyntaxKind::previous) return child(part, 0);
        for (const Id inner : at(part).children) {
            if (const Id found = look(inner); found != kNoNode) return found;
        }
        return kNoNode;
    };
    const Id of = look(operand);
    if (of == kNoNode || at(of).kind != SyntaxKind::name) return false;
    const names::Symbol* event = pack_.find(at(of).text, SymbolKind::event);
    if (event == nullptr) return false;
    const std::string& name = pack_.schema.events[event->index].name;
    const Span span = at(operand).span;
    const std::string text(sources_.text(span));
    const bool chinese = std::any_of(text.begin(), text.end(),
        [](char letter) { return static_cast<unsigned char>(letter) >= 0x80; });
    const std::string each = name + (chinese ? "其中" : " where ") + text;
    Diagnostic& finding = report(kind::state_of_last_value, span, {{"event", name, ""}});
    finding.help.push_back({"", fmt::format("to fire for each of them, write `{}`", each),
        fmt::format("若每一次都要触发，请写「{}」", each)});
    finding.fixes.push_back({span, each, false});
    return true;
}

// `complaint amount > 5 CNY`: the last value, and not each complaint.
void Elaborator::note_last_value(Id condition) {
    std::vector<Id> operands;
    flatten(condition, SyntaxKind::logical_and, operands);
    for (const Id operand : operands) {
        const SyntaxKind kind = at(operand).kind;
        const bool compares = kind == SyntaxKind::compare || kind == SyntaxKind::member ||
                              kind == SyntaxKind::between || kind == SyntaxKind::contains;
        const Id field = compares ? child(operand, 0) : operand;
        if (compares && note_of_previous(operand)) continue;
        if (field == kNoNode || at(field).kind != SyntaxKind::field_of) continue;
        const Id owner = child(field, 0);
        if (owner == kNoNode || at(owner).kind != SyntaxKind::name) continue;
        const names::Symbol* event = pack_.find(at(owner).text, SymbolKind::event);
        if (event == nullptr || pack_.find(at(owner).text, SymbolKind::subject) != nullptr)
            continue;
        const std::string& name = pack_.schema.events[event->index].name;
        report(kind::state_of_last_value, at(operand).span, {{"event", name, ""}})
            .help.push_back({"",
                fmt::format(
                    "to fire for each of them, write `when {} where {} …`", name, at(field).text),
                fmt::format("若每一次都要触发，请写「当 {} 其中 {} …」", name, at(field).text)});
    }
}

// Fields that the conditions beside a sequence read: `B within 3 days after A and amount > 5`.
void Elaborator::wishes_of_condition(Id id) {
    if (id == kNoNode || at(id).kind != SyntaxKind::logical_and) return;
    std::vector<Id> operands;
    flatten(id, SyntaxKind::logical_and, operands);
    const auto names_in = [&](const auto& self, Id part) -> void {
        if (part == kNoNode) return;
        if (at(part).kind == SyntaxKind::name) wished_.emplace_back("", names::fold(at(part).text));
        for (const Id inner : at(part).children) self(self, inner);
    };
    for (const Id operand : operands) {
        const SyntaxKind kind = at(operand).kind;
        if (kind == SyntaxKind::compare || kind == SyntaxKind::between ||
            kind == SyntaxKind::member || kind == SyntaxKind::contains)
            names_in(names_in, operand);
    }
}

void Elaborator::action(core::Rule& out, Id trigger, const Result& condition) {
    const syntax::Node& node = at(trigger);
    const names::Symbol* symbol = pack_.find(node.text, SymbolKind::action);
    if (symbol == nullptr) return;  // reported with the names
    const ActionType& type = pack_.schema.actions[symbol->index];
    const std::string_view written = sources_.text(node.span);
    if (written.starts_with("\"") || written.starts_with("“")) {
        report(kind::event_text_note, node.span,
            {{"text", type.name, ""}, {"what", "an action", "动作"}});
    }
    core::ActionCall call;
    call.action = symbol->index;
    call.values.assign(type.fields.size(), kNone);
    std::vector<bool> given(type.fields.size(), false);
    const bool has_fields = condition.form == Form::occurrence;
    Scope scope;
    if (has_fields) scope.self = &condition.occurrence;
    for (const Id part : children(trigger)) {
        const syntax::Node& assignment = at(part);
        if (assignment.kind != SyntaxKind::assignment || assignment.children.empty()) continue;
        const std::uint32_t place = pack_.field_of_action(symbol->index, assignment.text);
        if (place == kNone) continue;
        if (given[place]) {
            report(kind::given_twice, assignment.span,
                {{"what", "`" + type.fields[place].name + "`",
                    "`" + type.fields[place].name + "` "}});
            continue;
        }
        given[place] = true;
        Scope inner = scope;
        inner.expected = &type.fields[place].type;
        const Id value_id = assignment.children[0];
        Result result = value(value_id, inner);
        if (!result.ok()) continue;
        result = fit(
            std::move(result), type.fields[place].type, type.fields[place].name, at(value_id).span);
        if (result.ok()) call.values[place] = result.node;
    }
    const SubjectKind& subject = pack_.schema.subjects[subject_];
    for (std::uint32_t i = 0; i < type.fields.size(); ++i) {
        if (given[i]) continue;
        const std::string folded = names::fold(type.fields[i].name);
        if (pack_.action_key_field[symbol->index][i]) {
            for (std::uint32_t k = 0; k < subject.keys.size(); ++k) {
                if (names::fold(subject.keys[k]) == folded)
                    call.values[i] = key_part(k, node.span).node;
            }
            if (call.values[i] != kNone) continue;
        }
        if (has_fields) {
            for (std::size_t s = condition.occurrence.slots.size(); s-- > 0;) {
                const Slot& slot = condition.occurrence.slots[s];
                if (names::fold(slot.name) != folded || slot.name.empty()) continue;
                Result result = field_in(condition.occurrence, Frame::self, slot.name, node.span);
                result =
                    fit(std::move(result), type.fields[i].type, type.fields[i].name, node.span);
                if (!result.ok()) break;
                call.values[i] = result.node;
                note(node.span,
                    fmt::format("`{}` of {} is filled from {}", type.fields[i].name, type.name,
                        condition.occurrence.shown),
                    fmt::format("{} 的 `{}` 取自 {}", type.name, type.fields[i].name,
                        condition.occurrence.shown));
                break;
            }
            if (call.values[i] != kNone) continue;
        }
        // A register field of the subject fills a field of the same name.
        if (pack_.field_of_subject(subject_, type.fields[i].name) != kNone) {
            Result result = fit(subject_value(type.fields[i].name, node.span), type.fields[i].type,
                type.fields[i].name, node.span);
            if (result.ok()) call.values[i] = result.node;
            if (call.values[i] != kNone) continue;
        }
        Diagnostic& finding = report(kind::unfilled_field, node.span,
            {{"action", type.name, ""}, {"field", type.fields[i].name, ""}});
        finding.labels.push_back(
            {pack_.action_spans[symbol->index], "declared here", "在这里声明"});
        finding.help.push_back(
            {"", fmt::format("write `{} ({} = …)`", type.name, type.fields[i].name),
                fmt::format("请写「{}（{} = …）」", type.name, type.fields[i].name)});
    }
    out.actions.push_back(std::move(call));
}

void Elaborator::tail(core::Rule& out, Id id) {
    const syntax::Node& node = at(id);
    switch (node.kind) {
    case SyntaxKind::limit: {
        const auto count = whole_count(id, 1'000'000'000);
        if (!count) break;
        out.limit.count = *count;
        const Id period = child(id, 0);
        if (period == kNoNode) break;
        const syntax::Node& of = at(period);
        const bool calendar =
            of.kind == SyntaxKind::unit ||
            (of.kind == SyntaxKind::quantity && (of.text == "month" || of.text == "year") &&
                of.number == Decimal{1, 0});
        if (calendar) {
            if (const auto in = unit(of.text, of.span)) out.limit.unit = *in;
            out.limit.length = 0;
        } else if (const auto size = length(period)) {
            if (*size <= 0) report(kind::empty_period, of.span);
            out.limit.length = *size;
        }
        break;
    }
    case SyntaxKind::effective: {
        const auto zone = Zone::open(pack_.schema.zone);
        const auto moment = [&](Id part, bool end) -> std::optional<Microseconds> {
            if (part == kNoNode) return std::nullopt;
            const syntax::MomentParts& parts = at(part).moment;
            using namespace date;
            if (parts.year < 0 || parts.month < 0 || parts.day < 0) {
                report(kind::first_moment_incomplete, at(part).span);
                return std::nullopt;
            }
            const year_month_day ymd{year{parts.year}, month{static_cast<unsigned>(parts.month)},
                day{static_cast<unsigned>(parts.day)}};
            if (!ymd.ok()) {
                report(kind::impossible_date, at(part).span,
                    {{"date", fmt::format("{:04}-{:02}-{:02}", parts.year, parts.month, parts.day),
                        ""}});
                return std::nullopt;
            }
            std::int64_t days = sys_days(ymd).time_since_epoch().count();
            // A date as the end includes that day.
            if (end && parts.hour < 0) ++days;
            const Microseconds local = days * kDay + std::max(parts.hour, 0) * kHour +
                                       std::max(parts.minute, 0) * kMinute +
                                       std::max(parts.second, 0) * kSecond;
            if (parts.has_offset || !zone) return local - parts.offset_minutes * kMinute;
            Microseconds instant = local;
            zone->to_instant(local, &instant);
            return instant;
        };
        if (const auto from = moment(child(id, 0), false)) out.from = *from;
        if (const auto until = moment(child(id, 1), true)) out.until = *until;
        if (out.from >= out.until) {
            report(kind::never_true, node.span,
                {{"reason", "its period ends before it begins", "期间在开始之前就结束了"}})
                .help.push_back({"", "exchange the two dates", "请把两个日期对调"});
        }
        break;
    }
    case SyntaxKind::priority:
        out.priority = static_cast<std::int32_t>(
            std::clamp<std::int64_t>(node.number.coefficient, -1'000'000, 1'000'000));
        break;
    case SyntaxKind::purpose: out.purpose = node.text; break;
    case SyntaxKind::rule_version: out.version = node.text; break;
    default: break;
    }
}

void Elaborator::rule(std::uint32_t index) {
    const names::Declared& declared = pack_.rules[index];
    const TreeSwitch in(*this, declared.at.tree);
    const Id id = declared.at.node;
    rule_index_ = index;
    rule_id_ = rule_name(declared);
    wished_.clear();
    wished_slots_.clear();
    core::Rule out;
    out.id = rule_id_;
    out.span = declared.span;
    // Firings are addressed by place: a rule with findings keeps its place.
    const auto kept = [&]() {
        out_.core.rules.push_back(out);
        out_.rules.push_back({out.id, out.subject, core::Sort::state});
    };
    const auto subject = rule_subject(declared, declared.span);
    if (!subject) return kept();
    subject_ = *subject;
    out.subject = *subject;
    const std::vector<Id> parts = children(id, 1);
    for (const Id part : parts) {
        if (at(part).kind != SyntaxKind::trigger) continue;
        for (const Id inner : children(part)) wishes(inner);
    }
    if (written_wrongly(declared.span)) return kept();
    wishes_of_condition(child(id, 0));
    if (child(id, 0) != kNoNode && at(child(id, 0)).kind == SyntaxKind::error) return kept();
    std::map<NodeId, Span> places;
    builder_.note_places(&places);
    Result condition_result = condition(child(id, 0), {});
    builder_.note_places(nullptr);
    if (condition_result.form == Form::state) note_last_value(child(id, 0));
    out.places.assign(places.begin(), places.end());
    if (condition_result.form == Form::occurrence && !condition_result.occurrence.same.empty()) {
        report(kind::same_needs_two, condition_result.span,
            {{"field", condition_result.occurrence.same[0], ""}});
        condition_result = fail();
    }
    // An action takes a bare field from the event at which the rule fires.
    condition_result.occurrence.other_fields.clear();
    std::set<SyntaxKind> tails;
    for (const Id part : parts) {
        struct Once {
            SyntaxKind kind;
            const char* english;
            const char* chinese;
        };
        static constexpr Once kOnce[] = {{SyntaxKind::limit, "the limit", "次数上限"},
            {SyntaxKind::effective, "the period of effect", "有效期"},
            {SyntaxKind::priority, "the priority", "优先级"},
            {SyntaxKind::purpose, "the purpose", "目的"},
            {SyntaxKind::rule_version, "the version", "版本"}};
        for (const Once& once : kOnce) {
            if (once.kind == at(part).kind && !tails.insert(once.kind).second) {
                report(kind::given_twice, at(part).span, {{"what", once.english, once.chinese}});
            }
        }
        tail(out, part);
    }
    const bool bounded = out.until != kForever &&
                         out.from != std::numeric_limits<std::int64_t>::min() &&
                         out.from < out.until;
    if (bounded && out.limit.length > 0 && out.until - out.from <= out.limit.length) {
        const auto words = [](Microseconds size, bool chinese) {
            return core::duration_words(size, chinese);
        };
        report(kind::limit_beyond_period, declared.span,
            {{"period", words(out.until - out.from, false), words(out.until - out.from, true)},
                {"length", words(out.limit.length, false), words(out.limit.length, true)}});
    }
    if (!condition_result.ok()) return kept();
    out.condition = condition_result.node;
    for (const Id part : parts) {
        if (at(part).kind == SyntaxKind::trigger) action(out, part, condition_result);
    }
    out_.core.rules.push_back(out);
    out_.rules.push_back({out.id, out.subject,
        condition_result.form == Form::occurrence ? core::Sort::occurrence : core::Sort::state});
    check_rule(out);
    for (const Id part : parts) {
        if (at(part).kind == SyntaxKind::otherwise) otherwise(out, part, condition_result);
    }
}

// What is done where the condition is false or unknown: a rule of its own.
void Elaborator::otherwise(const core::Rule& rule, Id id, const Result& condition) {
    core::Rule out = rule;
    // Named in the language that it is written in.
    const bool chinese = at(id).span.file < sources_.size() &&
                         sources_.text(at(id).span).find("触发") != std::string_view::npos;
    out.id = rule.id + (chinese ? " 否则" : " otherwise");
    out.actions.clear();
    out.span = at(id).span;
    Result turned = condition;
    const core::Node node = out_.core.nodes[condition.node];
    if (condition.form == Form::state) {
        turned.node = add(make(CoreKind::not_true, {condition.node}), out.span);
    } else if (node.kind == CoreKind::filtered && node.derived.empty()) {
        const NodeId contrary = add(make(CoreKind::not_true, {node.inputs[1]}), out.span);
        turned.node = add(make(CoreKind::filtered, {node.inputs[0], contrary}), out.span);
    } else if (node.kind == CoreKind::event && node.derived.empty() && node.inputs[0] != kNone) {
        core::Node contrary = node;
        contrary.inputs[0] = add(make(CoreKind::not_true, {node.inputs[0]}), out.span);
        turned.node = add(std::move(contrary), out.span);
    } else {
        report(kind::not_supported, out.span, {{"text", condition.occurrence.shown, ""}});
        return;
    }
    out.condition = turned.node;
    for (const Id part : children(id)) {
        if (at(part).kind == SyntaxKind::trigger) action(out, part, turned);
    }
    extra_rules_.push_back(out);
}

// A rule that reads another's output, and so on back to itself.
void Elaborator::output_cycles() {
    const std::size_t count = pack_.rules.size();
    std::vector<int> state(count, 0);
    for (std::uint32_t start = 0; start < count; ++start) {
        if (state[start] != 0) continue;
        std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> stack;
        const auto open = [&](std::uint32_t rule) {
            std::vector<std::uint32_t> next;
            for (const auto& [reader, feeder] : feeds_) {
                if (reader == rule) next.push_back(feeder);
            }
            state[rule] = 1;
            stack.emplace_back(rule, std::move(next));
        };
        open(start);
        while (!stack.empty()) {
            auto& [rule, next] = stack.back();
            if (next.empty()) {
                state[rule] = 2;
                stack.pop_back();
                continue;
            }
            const std::uint32_t to = next.back();
            next.pop_back();
            if (state[to] == 0) {
                open(to);
            } else if (state[to] == 1) {
                std::string path;
                bool in = false;
                for (const auto& entry : stack) {
                    in = in || entry.first == to;
                    if (in) path += rule_name(pack_.rules[entry.first]) + " → ";
                }
                path += rule_name(pack_.rules[to]);
                report(kind::output_cycle, pack_.rules[to].span, {{"path", path, ""}});
            }
        }
    }
}

}  // namespace clausal::types
