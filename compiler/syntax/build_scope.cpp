// How far words reach: where a sentence leaves two readings, it is asked, with both in brackets.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/build.h"

namespace clausal::syntax {

namespace {

bool is_chinese(std::string_view text) {
    return std::any_of(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

}  // namespace

Build::Part Build::part_of(View v, NodeId id) const {
    const Span whole = span(v);
    const bool inside = v.first_token() != nullptr && v.first_token()->type == Tok::LP &&
                        out_.nodes[id].span.end < whole.end;
    return {id, whole, inside};
}

NodeId Build::without_subject(NodeId id) const {
    while (id != kNoNode && out_.nodes[id].kind == NodeKind::for_subject &&
           out_.nodes[id].children.size() == 1) {
        id = out_.nodes[id].children.front();
    }
    return id;
}

// Whether words follow or precede an event here that a neighbour might also be under.
bool Build::relates(NodeId id) const {
    if (id == kNoNode) {
        return false;
    }
    const Node& node = out_.nodes[id];
    switch (node.kind) {
    case NodeKind::sequence:
    case NodeKind::absence_after:
    case NodeKind::absence_before:
    case NodeKind::reaches: return true;
    case NodeKind::precedence: return names_event(node.children[0]);
    case NodeKind::logical_and:
        return node.children.size() == 2 &&
               out_.nodes[node.children[1]].kind == NodeKind::on_weekday;
    default: return false;
    }
}

// An event, perhaps on a day of the week, with nothing about another one.
bool Build::happens_alone(NodeId id) const {
    const Node& node = out_.nodes[id];
    const bool on_day = node.kind == NodeKind::logical_and && relates(id);
    return names_event(on_day ? node.children[0] : id);
}

// `A or B` beside words about time: `3 days after A or B`, `A or B is followed by C`. The words may
// be of one event or of the group; both are shown, in brackets. True: it was asked.
bool Build::ask_scope(const std::vector<Part>& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const NodeId relation = without_subject(parts[i].id);
        if (parts[i].inside || !relates(relation)) {
            continue;
        }
        const bool of_day = at(relation).kind == NodeKind::logical_and;
        const auto is_alone = [&](std::size_t place) {
            const NodeId id = without_subject(parts[place].id);
            return of_day ? names_event(id) : happens_alone(id);
        };
        std::size_t from = i;
        while (from > 0 && is_alone(from - 1)) {
            --from;
        }
        std::size_t to = i;
        while (to + 1 < parts.size() && is_alone(to + 1)) {
            ++to;
        }
        // The event that the words begin or end with, or whose window they end with.
        const Node& node = at(relation);
        NodeId first = kNoNode;
        NodeId last = kNoNode;
        NodeId inner = kNoNode;
        for (const NodeId each : node.children) {
            if (each == kNoNode || !happens_alone(each)) {
                continue;
            }
            const Span where = at(each).span;
            if (where.begin == node.span.begin) {
                first = each;
            } else if (where.end == node.span.end) {
                last = each;
            } else if (inner == kNoNode || at(inner).span.begin < where.begin) {
                inner = each;
            }
        }
        const bool on_a_day = node.kind == NodeKind::logical_and;
        if (on_a_day) {  // the day stands in front, or behind
            const bool behind = at(node.children[1]).span.begin > at(node.children[0]).span.begin;
            (behind ? first : last) = node.children[0];
            (behind ? last : first) = kNoNode;
            inner = kNoNode;
        }
        const NodeId window = node.kind == NodeKind::absence_after    ? node.children[3]
                              : node.kind == NodeKind::sequence       ? node.children[3]
                              : node.kind == NodeKind::absence_before ? node.children[2]
                                                                      : kNoNode;
        const bool window_last = window != kNoNode && at(window).span.end == node.span.end;
        const bool before = from < i && first != kNoNode;
        const bool after = to > i && (last != kNoNode || (window_last && inner != kNoNode));
        if (before || after) {
            Asked asked{before ? parts[from].whole.begin : parts[i].whole.begin,
                after ? parts[to].whole.end : parts[i].whole.end, parts[i].whole};
            if (before) {
                asked.near = at(first).span;
                asked.edits.push_back({asked.from, "("});
                for (std::size_t k = from; k < i; ++k) {
                    if (!parts[k].inside && (is(without_subject(parts[k].id), NodeKind::where) ||
                                                relates(without_subject(parts[k].id)))) {
                        asked.filtered.push_back(parts[k].whole);
                        asked.edits.push_back({parts[k].whole.begin, "("});
                        asked.edits.push_back({parts[k].whole.end, ")"});
                    }
                }
                if (relates(first)) {  // A on a weekend
                    asked.edits.push_back({at(first).span.begin, "("});
                    asked.edits.push_back({at(first).span.end, ")"});
                }
                asked.edits.push_back({at(first).span.end, ")"});
            }
            if (after && last != kNoNode) {
                asked.near = at(last).span;
                asked.edits.push_back({at(last).span.begin, "("});
                asked.edits.push_back({asked.to, ")"});
            } else if (after) {
                asked.near = at(inner).span;
                asked.edits.push_back({at(inner).span.begin, "("});
                asked.moved_to = at(inner).span.end;
            }
            report_scope(asked);
            return true;
        }
    }
    return false;
}

void Build::report_scope(const Asked& asked) {
    const auto text = [&](std::uint32_t begin, std::uint32_t end) {
        return std::string(sources_.text({out_.file, begin, end}));
    };
    const Span whole{out_.file, asked.from, asked.to};
    const bool chinese = is_chinese(text(asked.from, asked.to));
    const std::string open = chinese ? "（" : "(";
    const std::string close = chinese ? "）" : ")";
    std::string alone;
    std::uint32_t begun = asked.from;
    for (const Span& filtered : asked.filtered) {  // its filter would take what follows
        alone += text(begun, filtered.begin) + open + text(filtered.begin, filtered.end) + close;
        begun = filtered.end;
    }
    alone += text(begun, asked.relation.begin) + open +
             text(asked.relation.begin, asked.relation.end) + close +
             text(asked.relation.end, asked.to);
    std::string group;
    std::uint32_t place = asked.from;
    for (const auto& [where, sign] : asked.edits) {
        group += text(place, where) + (sign == "(" ? open : close);
        place = where;
    }
    if (asked.moved_to != 0) {  // not followed by B within T or C: (B or C) within T
        group += text(place, asked.moved_to) + text(asked.relation.end, asked.to) + close +
                 text(asked.moved_to, asked.relation.end);
    } else {
        group += text(place, asked.to);
    }
    Diagnostic& finding = sink_.report(kind::or_of_which, whole,
        {{"text", text(asked.relation.begin, asked.relation.end), ""},
            {"near", text(asked.near.begin, asked.near.end), ""}});
    finding.help.push_back({"help", fmt::format("for the group of events write `{}`", group),
        fmt::format("几个事件一起算，写成 `{}`", group)});
    finding.help.push_back({"help", fmt::format("for each by itself write `{}`", alone),
        fmt::format("各算各的，写成 `{}`", alone)});
    finding.fixes.push_back({whole, group, false});
    finding.fixes.push_back({whole, alone, false});
}

// `not f > 3 for 10 minutes`: what is denied lasts; nothing else is said without brackets.
NodeId Build::negated(View v, NodeId inner) {
    const NodeId held = without_subject(inner);
    if (is(held, NodeKind::hold) && !part_of(v.at(1), inner).inside) {
        const NodeId test = at(held).children[1];
        const bool behind =
            test != kNoNode && at(test).span.begin < at(at(held).children[0]).span.begin;
        if (behind) {
            const Span where{out_.file, v.begin(), at(test).span.end};
            const NodeId denied = make(NodeKind::logical_not, where, {test});
            at(held).children[1] = denied;
            at(held).span.begin = v.begin();
            at(inner).span.begin = v.begin();
            return inner;
        }
    }
    if (is(held, NodeKind::consecutive) && !part_of(v.at(1), inner).inside) {
        const NodeId test = at(held).children[0];
        const bool behind = test != kNoNode && at(test).span.begin == at(held).span.begin &&
                            at(test).span.end < at(held).span.end;
        if (behind) {  // not f > 3 on 3 consecutive days: of each day, or of the run?
            const auto text = [&](std::uint32_t from, std::uint32_t to) {
                return std::string(sources_.text({out_.file, from, to}));
            };
            const std::uint32_t begin = v.at(1).begin();
            const std::string each =
                "(" + text(v.begin(), at(test).span.end) + ")" + text(at(test).span.end, v.end());
            const std::string run = text(v.begin(), begin) + "(" + text(begin, v.end()) + ")";
            Diagnostic& finding = sink_.report(
                kind::not_of_which, span(v), {{"text", text(begin, at(test).span.end), ""}});
            finding.help.push_back({"help", fmt::format("for each of them write `{}`", each),
                fmt::format("每一个都不符合，写成 `{}`", each)});
            finding.help.push_back({"help", fmt::format("for the whole write `{}`", run),
                fmt::format("整个不成立，写成 `{}`", run)});
            finding.fixes.push_back({span(v), each, false});
            finding.fixes.push_back({span(v), run, false});
            return error(v);
        }
    }
    return make(NodeKind::logical_not, v, {inner});
}

// On a weekend A is followed by …: the day is that of the event it stands before.
NodeId Build::on_day(View v, NodeId condition, NodeId day) {
    const NodeId relation = without_subject(condition);
    if (is(relation, NodeKind::sequence) || is(relation, NodeKind::absence_after) ||
        is(relation, NodeKind::absence_before) || is(relation, NodeKind::reaches)) {
        for (NodeId& each : at(relation).children) {
            if (each == kNoNode || !names_event(each) ||
                at(each).span.begin != at(relation).span.begin) {
                continue;
            }
            const Span where{out_.file, v.begin(), at(each).span.end};
            const NodeId event = each;
            const NodeId tested = make(NodeKind::where, where, {event, day});
            for (NodeId& place : at(relation).children) {
                if (place == event) {
                    place = tested;
                }
            }
            at(relation).span.begin = v.begin();
            at(condition).span.begin = v.begin();
            return condition;
        }
    }
    return make(NodeKind::logical_and, v, {condition, day});
}

// A is followed by B but not C within T: whether T is of the first step too is asked.
bool Build::ask_window(NodeId left, View v, View window) {
    const NodeId first = without_subject(left);
    if (!is(first, NodeKind::sequence) || at(first).children[3] != kNoNode) {
        return false;
    }
    const std::string step(sources_.text(at(left).span));
    const std::string time(sources_.text(span(window)));
    const View absent = v.child(Rule::plainRefs) ? v.child(Rule::plainRefs) : v.child(Rule::refs);
    const std::string none(sources_.text(span(absent)));
    const Span whole{out_.file, at(left).span.begin, v.end()};
    const bool chinese = is_chinese(step + time + none);
    const std::string last = chinese ? fmt::format("之后{}内没有{}", time, none)
                                     : fmt::format(" is not followed by {} within {}", none, time);
    const std::string open = chinese ? "（" : "(";
    const std::string close = chinese ? "）" : ")";
    const Span second = at(at(first).children[1]).span;
    std::string both;
    if (chinese) {
        both = std::string(sources_.text({out_.file, at(left).span.begin, second.begin})) + time +
               "内" + std::string(sources_.text({out_.file, second.begin, at(left).span.end}));
    } else {
        both = step + " within " + time;
    }
    const std::string each = open + both + close + last;
    const std::string only = open + step + close + last;
    Diagnostic& finding =
        sink_.report(kind::window_of_which, whole, {{"window", time, ""}, {"step", step, ""}});
    finding.help.push_back({"help", fmt::format("for both steps write `{}`", each),
        fmt::format("两步都在这段时间内，写成 `{}`", each)});
    finding.help.push_back({"help", fmt::format("for the second step only write `{}`", only),
        fmt::format("只管第二步，写成 `{}`", only)});
    finding.fixes.push_back({whole, each, false});
    finding.fixes.push_back({whole, only, false});
    return true;
}

// Any station's f > 3 and g > 1: whether g is of that station is asked.
bool Build::ask_part(const std::vector<Part>& parts) {
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const NodeId id = without_subject(parts[i].id);
        if (!is(id, NodeKind::quantified) || parts[i].inside) {
            continue;
        }
        const NodeId key = at(id).children[0];
        const NodeId test = at(id).children[1];
        std::size_t last = i;
        while (
            last + 1 < parts.size() && !parts[last + 1].inside && reads_field(parts[last + 1].id)) {
            ++last;
        }
        if (last == i || test == kNoNode || at(test).span.begin <= at(key).span.end) {
            continue;
        }
        // The window, and what belongs to it, stay before the bracket.
        std::uint32_t begin = at(test).span.begin;
        if (is(test, NodeKind::logical_and) || is(test, NodeKind::logical_or)) {
            continue;
        }
        const Span whole{out_.file, parts[i].whole.begin, parts[last].whole.end};
        const auto text = [&](std::uint32_t from, std::uint32_t to) {
            return std::string(sources_.text({out_.file, from, to}));
        };
        const bool chinese = is_chinese(text(whole.begin, whole.end));
        const std::string open = chinese ? "（" : "(";
        const std::string close = chinese ? "）" : ")";
        std::string together = text(whole.begin, begin) + open + text(begin, whole.end) + close;
        if (is(test, NodeKind::exists_in)) {  // any A's f > 3 in the last hour: the window is last
            const NodeId inner = at(test).children[0];
            together = text(whole.begin, begin) + open + text(begin, at(inner).span.end) +
                       text(parts[i].whole.end, whole.end) + close +
                       text(at(inner).span.end, parts[i].whole.end);
        }
        const std::string apart = open + text(parts[i].whole.begin, parts[i].whole.end) + close +
                                  text(parts[i].whole.end, whole.end);
        const Span other = parts[i + 1].whole;
        Diagnostic& finding = sink_.report(kind::part_of_which, whole,
            {{"text", text(other.begin, other.end), ""}, {"key", at(key).text, ""}});
        finding.help.push_back(
            {"help", fmt::format("for the same {} write `{}`", at(key).text, together),
                fmt::format("同一个{}的，写成 `{}`", at(key).text, together)});
        finding.help.push_back({"help", fmt::format("for any of them write `{}`", apart),
            fmt::format("不论哪一个的，写成 `{}`", apart)});
        finding.fixes.push_back({whole, together, false});
        finding.fixes.push_back({whole, apart, false});
        return true;
    }
    return false;
}

// A comparison of a field that does not say whose it is.
bool Build::reads_field(NodeId id) const {
    const Node& node = out_.nodes[id];
    const bool compares = node.kind == NodeKind::compare || node.kind == NodeKind::between ||
                          node.kind == NodeKind::member || node.kind == NodeKind::contains;
    const NodeId left = compares && !node.children.empty() ? node.children.front() : id;
    return left != kNoNode && out_.nodes[left].kind == NodeKind::name &&
           words_.has_kind(out_.nodes[left].text, "field") &&
           !words_.has_kind(out_.nodes[left].text, "parameter") &&
           !words_.has_kind(out_.nodes[left].text, "term");
}

}  // namespace clausal::syntax
