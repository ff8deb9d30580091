// How far words reach across `and`: windows of one start, and readings that are asked for.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {

namespace {

bool closes_bracket(std::string_view text) {
    return text.find(')') != std::string_view::npos || text.find("）") != std::string_view::npos;
}

bool is_chinese(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
        [](char letter) { return static_cast<unsigned char>(letter) >= 0x80; });
}

}  // namespace

// `A is not followed by B within S and no C within T`: both count from A. The absence among
// `operands` that starts them; kNoNode: none, or brackets set it apart.
Elaborator::Id Elaborator::shared_start(const std::vector<Id>& operands) const {
    for (std::size_t i = 0; i + 1 < operands.size(); ++i) {
        const syntax::Node& node = at(operands[i]);
        if (node.kind != SyntaxKind::absence_after) continue;
        const Span between{node.span.file, node.span.end, at(operands[i + 1]).span.begin};
        if (between.begin < between.end && closes_bracket(sources_.text(between))) continue;
        return operands[i];
    }
    return kNoNode;
}

// Absences after one start, each with a window of its own: decided when the longest is full.
Result Elaborator::absences_of_one_start(
    Result start, const std::vector<AbsenceParts>& parts, Span span, Span first) {
    struct Wait {
        Result absent;
        Microseconds high;
    };
    std::vector<Wait> waits;
    bool failed = !start.ok();
    bool plain = start.ok() && start.occurrence.same.empty();
    Scope inner;
    if (start.ok()) inner.first = &start.occurrence;
    for (const AbsenceParts& part : parts) {
        Result absent = occurrence(part.absent, inner);
        EventBounds limits;
        const bool bounded = read_bounds(part.low, part.high, &limits);
        if (!absent.ok() || !bounded) {
            failed = true;
            continue;
        }
        if (!bounds_agree(limits, span)) return fail();
        plain = plain && part.low == kNoNode && part.until == kNoNode && part.unless == kNoNode &&
                limits.high_days == 0 && limits.high_work == 0 && absent.occurrence.same.empty() &&
                absent.occurrence.pair.empty() && absent.occurrence.pair_same.empty();
        waits.push_back({std::move(absent), limits.high});
    }
    if (failed) return fail();
    if (!plain) {
        Diagnostic& finding = report(kind::windows_of_which_start, span);
        finding.help.push_back({"",
            "put the first wait in brackets to count the second from its end; several windows count from one start only without `same`, `unless` and working time",
            "第二段从第一段结束时算起，请给前一段加上括号；只有不带「同一」「除非」和工作时间时，几段时间才能都从开始算起"});
        if (first.begin < first.end) {
            const std::string text(sources_.text(first));
            const bool chinese = is_chinese(text);
            finding.fixes.push_back(
                {first, (chinese ? "（" : "(") + text + (chinese ? "）" : ")"), false});
        }
        return fail();
    }
    std::stable_sort(
        waits.begin(), waits.end(), [](const Wait& a, const Wait& b) { return a.high < b.high; });
    NodeId from = start.node;
    Microseconds passed = 0;
    for (std::size_t i = 0; i < waits.size();) {
        // Until this window is full, none of those that are still open may happen.
        std::vector<NodeId> absent;
        for (std::size_t k = i; k < waits.size(); ++k) {
            const NodeId each = waits[k].absent.node;
            if (std::find(absent.begin(), absent.end(), each) == absent.end())
                absent.push_back(each);
        }
        core::Node node = make(CoreKind::absence_after,
            {from, absent.size() == 1 ? absent[0] : add(make(CoreKind::either, absent), span),
                kNone, kNone, kNone});
        node.high = waits[i].high - passed;
        from = add(std::move(node), span);
        passed = waits[i].high;
        while (i < waits.size() && waits[i].high == passed) ++i;
    }
    Occurrence out = start.occurrence;
    out.bare = false;
    const std::string event = out.shown;
    Result result = occurrence_result(from, std::move(out), span);
    note(span,
        fmt::format("all these windows count from {}; decided when the longest is full", event),
        fmt::format("这几段时间都从 {} 算起，最长的一段满时判定", event));
    return result;
}

// `A and no B for 4 hours`: before A, or after it?
bool Elaborator::ask_direction(const Occurrence& event, Span event_span, Id operand, NodeId state) {
    const syntax::Node& node = at(operand);
    if (node.kind != SyntaxKind::silence || node.op == Op::within || node.op == Op::still ||
        node.span.begin < event_span.end)
        return false;
    const core::Node& silent = out_.core.nodes[state];
    if (silent.kind != CoreKind::silence) return false;
    const core::Node& absent = out_.core.nodes[silent.inputs[0]];
    if (absent.kind != CoreKind::event || absent.event == event.event) return false;
    const std::string of = shown(child(operand, 0));
    const std::string length = shown(child(operand, 1));
    const std::string written(sources_.text(node.span));
    const bool chinese = is_chinese(written);
    if (!chinese && !names::fold(written).starts_with("no ")) return false;  // there has been no B
    const std::string after = chinese ? fmt::format("{}内没有{}", length, of)
                                      : fmt::format("still no {} within {}", of, length);
    const std::string before = chinese ? fmt::format("近{}没有{}", length, of)
                                       : fmt::format("no {} in the last {}", of, length);
    Diagnostic& finding = report(kind::before_or_after, node.span,
        {{"text", shown(operand), ""}, {"event", event.shown, ""}});
    finding.help.push_back({"", fmt::format("after it: `{}`; before it: `{}`", after, before),
        fmt::format("指之后，请写「{}」；指之前，请写「{}」", after, before)});
    finding.fixes.push_back({node.span, after, false});
    finding.fixes.push_back({node.span, before, false});
    return true;
}

// `A is not followed by B within T and city in risky`: only B has a city.
bool Elaborator::ask_field_of_absent(
    const Result& of, const std::vector<Id>& operands, Id operand) {
    const core::Node& node = out_.core.nodes[of.node];
    if (node.kind != CoreKind::absence_after && node.kind != CoreKind::absence_before) return false;
    if (node.inputs[1] == kNone) return false;
    const core::Node& absent = out_.core.nodes[node.inputs[1]];
    if (absent.kind != CoreKind::event) return false;
    const SyntaxKind kind = at(operand).kind;
    const bool compares = kind == SyntaxKind::compare || kind == SyntaxKind::between ||
                          kind == SyntaxKind::member || kind == SyntaxKind::contains;
    const Id left = compares ? child(operand, 0) : operand;
    if (left == kNoNode || at(left).kind != SyntaxKind::name) return false;
    const std::string& name = at(left).text;
    for (const SymbolKind other :
        {SymbolKind::term, SymbolKind::parameter, SymbolKind::table, SymbolKind::event}) {
        if (pack_.find(name, other) != nullptr) return false;
    }
    const std::vector<std::uint32_t> events = events_with(name);
    if (events.size() != 1 || events[0] != absent.event ||
        pack_.field_of_subject(subject_, name) != kNone)
        return false;
    const std::string& event = pack_.schema.events[absent.event].name;
    Diagnostic& finding = report(kind::field_of_absent, at(operand).span,
        {{"text", shown(operand), ""}, {"event", event, ""}, {"field", name, ""}});
    finding.help.push_back({"",
        fmt::format(
            "for a `{0}` that is such, write `{0} where {1}`; for the latest one ever, `{0}'s {1}`",
            event, shown(operand)),
        fmt::format("指没有这样的 `{0}`，请写「没有 {0} 其中 {1}」；指最近一次的，请写「{0}的{1}」",
            event, shown(operand))});
    const auto place = std::find(operands.begin(), operands.end(), operand);
    if (place != operands.begin()) {
        const Id before = *(place - 1);
        const SyntaxKind which = at(before).kind;
        const Id test = which == SyntaxKind::absence_after || which == SyntaxKind::absence_before
                            ? child(before, 1)
                            : kNoNode;
        if (test != kNoNode) {
            const Span whole{at(before).span.file, at(before).span.begin, at(operand).span.end};
            const auto text = [&](std::uint32_t begin, std::uint32_t end) {
                return std::string(sources_.text({whole.file, begin, end}));
            };
            const char* where = is_chinese(text(whole.begin, whole.end)) ? "其中" : " where ";
            finding.fixes.push_back({whole,
                text(whole.begin, at(test).span.end) + where + shown(operand) +
                    text(at(test).span.end, at(before).span.end),
                false});
        }
    }
    const bool chinese = is_chinese(sources_.text(at(operand).span));
    finding.fixes.push_back(
        {at(operand).span, event + (chinese ? "的" : "'s ") + shown(operand), false});
    return true;
}

// `A and no B within 2 hours before its promised time`, decided at A: what comes later is not known.
void Elaborator::warn_window_ahead(const Occurrence& event, Id operand) {
    if (event.event == kNone || at(operand).kind != SyntaxKind::logical_not) return;
    const Id inner = child(operand, 0);
    if (inner == kNoNode || at(inner).kind != SyntaxKind::before_field ||
        child(inner, 2) == kNoNode || at(inner).span.begin != at(operand).span.begin)
        return;
    const std::string field = shown(child(inner, 0));
    const std::string absent = shown(child(inner, 2));
    Diagnostic& finding = report(
        kind::window_ahead, at(operand).span, {{"event", event.shown, ""}, {"field", field, ""}});
    finding.help.push_back({"",
        fmt::format(
            "if it may lie ahead, ask at a time of the day: `every day at 18:00, when {} < now and no {} since the latest {}`",
            field, absent, event.shown),
        fmt::format(
            "若它还在将来，请在每天的某个时刻问：「每天 18:00，当 {} < 现在 且 自最近一次 {} 以来没有 {}」",
            field, event.shown, absent)});
}

// `not f > 3 for 10 minutes`: what `not` goes with.
void Elaborator::note_denied(Id id) {
    const Id inner = child(id, 1);
    if (inner == kNoNode || at(inner).kind != SyntaxKind::logical_not ||
        at(inner).span.begin != at(id).span.begin || at(inner).span.end >= at(id).span.end)
        return;
    const Span behind{at(id).span.file, at(inner).span.end, at(id).span.end};
    const std::string text(sources_.text(behind));
    if (closes_bracket(text)) return;
    note(at(id).span,
        fmt::format(
            "[{}]{}: what is denied lasts; `not` does not go with the time", shown(inner), text),
        fmt::format("【{}】{}：「非」只管方括号里的，不管持续", shown(inner), text));
}

}  // namespace clausal::types
