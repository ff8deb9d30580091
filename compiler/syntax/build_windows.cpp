// The windows that counts and other aggregates range over.
#include <algorithm>

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/build.h"

namespace clausal::syntax {

NodeId Build::window(View v) {
    const std::vector<View> lengths = v.all(Rule::quantity);
    if (v.has(Tok::LAST)) {
        const View given = v.child(Rule::length);
        const View counted = given.child(Rule::quantity);
        const Token* unit = counted ? counted.child(Rule::unitWord).first_token() : nullptr;
        if (unit != nullptr && sources_.text(span(*unit)) == "月") {  // 近3月
            Diagnostic& finding = sink_.report(kind::month_or_months, span(v),
                {{"text", std::string(sources_.text(span(v))), ""}});
            finding.help.push_back(
                {"help", "write `近 90 天` for a length of time, `本月` or `上月` for a month",
                    "一段时间写成 `近 90 天`，某个月写成 `本月` 或 `上月`"});
        }
        return make(NodeKind::window_last, v, {length(given), kNoNode});
    }
    if (v.has(Tok::PREVIOUS_ONE)) {
        const NodeId length = quantity(lengths.front());
        return make(NodeKind::window_last, v, {length, quantity(lengths.front())});
    }
    if (const Token* unit = v.tok(Tok::THIS_UNIT)) {
        return make(NodeKind::window_unit, v, so_far(v), unit->text, Op::this_one);
    }
    if (const Token* unit = v.tok(Tok::LAST_UNIT)) {
        return make(NodeKind::window_unit, v, {}, unit->text, Op::previous);
    }
    if (v.has(Tok::SINCE)) {
        return make(NodeKind::window_since, v, {ref(v.child(Rule::ref))});
    }
    const NodeId length = quantity(lengths.back());
    return make(NodeKind::window_last, v, {length, quantity(lengths.front())});
}

// 本月至今: the value up to now is meant as it stands.
std::vector<NodeId> Build::so_far(View v) {
    const Token* word = v.tok(Tok::SO_FAR);
    if (word == nullptr) {
        return {};
    }
    return {make(NodeKind::truth, span(*word), {}, "", Op::yes)};
}

// `last month` is the whole month before; `in the last month` is often meant as 30 days.
NodeId Build::last_unit(View v, const Token& unit) {
    static constexpr std::pair<std::string_view, std::string_view> kLengths[] = {
        {"day", "24 hours"}, {"week", "7 days"}, {"month", "30 days"}, {"quarter", "90 days"},
        {"year", "365 days"}};
    const std::string text(sources_.text(span(v)));
    const auto length = std::find_if(std::begin(kLengths), std::end(kLengths),
        [&](const auto& each) { return each.first == unit.text; });
    const bool asks =
        v.has(Tok::WITHIN) || v.has(Tok::PREVIOUS) || text.find("the ") != std::string::npos;
    if (asks && length != std::end(kLengths)) {
        const std::string word(sources_.text(span(unit)));
        Diagnostic& finding =
            sink_.report(kind::unit_or_length, span(v), {{"text", text, ""}, {"unit", word, ""}});
        const std::string by_length = fmt::format("in the last {}", length->second);
        const std::string by_unit = unit.text == "day" ? "yesterday" : "last " + word;
        finding.help.push_back({"help", fmt::format("write `{}` or `{}`", by_length, by_unit),
            fmt::format("写成 `{}` 或 `{}`", by_length, by_unit)});
        finding.fixes.push_back({span(v), by_length, false});
        finding.fixes.push_back({span(v), by_unit, false});
        return error(v);
    }
    return make(NodeKind::window_unit, v, {}, unit.text, Op::previous);
}

NodeId Build::english_window(View v) {
    const std::vector<View> lengths = v.all(Rule::quantity);
    if (v.has(Tok::SINCE)) {
        return make(NodeKind::window_since, v, {ref(v.child(Rule::ref))});
    }
    if (v.has(Tok::PREVIOUS)) {  // in the previous 7 days
        if (lengths.empty()) {
            return last_unit(v, *v.tok(Tok::UNIT));
        }
        return make(NodeKind::window_last, v, {quantity(lengths.front()), kNoNode});
    }
    if (v.has(Tok::LAST)) {
        const View given = v.child(Rule::length);
        if (!given) {
            return last_unit(v, *v.tok(Tok::UNIT));
        }
        return make(NodeKind::window_last, v, {length(given), kNoNode});
    }
    if (v.has(Tok::THIS)) {
        return make(NodeKind::window_unit, v, so_far(v), v.tok(Tok::UNIT)->text, Op::this_one);
    }
    if (const Token* unit = v.tok(Tok::THIS_UNIT)) {
        return make(NodeKind::window_unit, v, so_far(v), unit->text, Op::this_one);
    }
    if (const Token* unit = v.tok(Tok::LAST_UNIT)) {
        return make(NodeKind::window_unit, v, {}, unit->text, Op::previous);
    }
    const NodeId length = quantity(lengths.front());
    return make(NodeKind::window_last, v, {length, quantity(lengths.back())});
}

}  // namespace clausal::syntax
