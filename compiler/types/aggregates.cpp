// Counts, sums and the like over windows.

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/units.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {
namespace {

core::AggregateOp aggregate_op(Op op) {
    switch (op) {
    case Op::sum: return core::AggregateOp::sum;
    case Op::average: return core::AggregateOp::average;
    case Op::minimum: return core::AggregateOp::minimum;
    case Op::maximum: return core::AggregateOp::maximum;
    case Op::spread: return core::AggregateOp::range;
    case Op::deviation: return core::AggregateOp::deviation;
    case Op::distinct: return core::AggregateOp::distinct;
    case Op::percentile: return core::AggregateOp::percentile;
    default: return core::AggregateOp::count;
    }
}

}  // namespace

std::optional<core::Unit> Elaborator::unit(const std::string& word, Span span) {
    if (word == "hour") return core::Unit::hour;
    if (word == "day") return core::Unit::day;
    if (word == "week") return core::Unit::week;
    if (word == "month") return core::Unit::month;
    if (word == "year") return core::Unit::year;
    if (word == "working_day") return core::Unit::working_day;
    Diagnostic& finding = report(kind::not_supported, span,
        {{"text", word.empty() ? "…" : word, names::unit_in_chinese(word)}});
    if (names::unit_length(word))
        finding.help.push_back({"",
            "hours, days, weeks, months, years and working days can follow each other; for a length of time write `… for 30 minutes`",
            "可以数连续的小时、天、周、月、年和工作日；若指一段时间，请写「… 持续 30 分钟」"});
    return std::nullopt;
}

std::optional<Window> Elaborator::window(Id id) {
    if (id == kNoNode) return Window{};
    const syntax::Node& node = at(id);
    Window out;
    if (node.kind == SyntaxKind::window_last) {
        const Id length_id = child(id, 0);
        const auto size = length(length_id);
        if (!size) return std::nullopt;
        if (*size <= 0) {
            report(kind::empty_period, node.span);
            return std::nullopt;
        }
        out.kind = Window::Kind::sliding;
        out.length = *size;
        const Id offset = child(id, 1);
        if (offset != kNoNode) {
            const bool before = at(offset).kind != SyntaxKind::quantity;
            const auto back = before ? std::optional<Microseconds>(*size) : length(offset);
            if (!back) return std::nullopt;
            out.offset = *back;
        } else if (node.op == Op::previous) {
            out.offset = *size;
        }
        return out;
    }
    if (node.kind == SyntaxKind::window_unit) {
        const auto in = unit(node.text, node.span);
        if (!in) return std::nullopt;
        out.unit = *in;
        out.kind = node.op == Op::previous ? Window::Kind::previous_unit : Window::Kind::this_unit;
        return out;
    }
    if (node.kind == SyntaxKind::window_since) {
        const Result since = occurrence(child(id, 0), {});
        if (!since.ok()) return std::nullopt;
        out.kind = Window::Kind::since;
        out.since = since.node;
        return out;
    }
    if (node.kind != SyntaxKind::error)
        report(kind::not_supported, node.span, {{"text", shown(id), ""}});
    return std::nullopt;
}

// `this month` without `so far`: what is counted there can still grow.
std::optional<Span> Elaborator::running_window(Id id) const {
    if (id == kNoNode || at(id).kind != SyntaxKind::window_unit || at(id).op == Op::previous ||
        child(id, 0) != kNoNode)
        return std::nullopt;
    return at(id).span;
}

Result Elaborator::windowed(Id id, const Scope& scope, Want want) {
    Scope inner = scope;
    inner.window = window(child(id, 0));
    inner.running = running_window(child(id, 0));
    if (!inner.window) return fail();
    const Id of = child(id, 1);
    Result result = expression(of, inner, want == Want::occurrence ? Want::any : want);
    if (result.form == Form::occurrence && want != Want::occurrence) {
        // An event in a window is the question whether there was one.
        const Result count =
            aggregate_of(of, scope, Op::count, of, kNoNode, inner.window, inner.running);
        if (!count.ok()) return fail();
        if (want == Want::value) return count;
        const Result one = constant({1, 1}, Type{TypeKind::integer, 0, "", {}, false}, at(id).span);
        return compare_results(core::CompareOp::ge, count, one, at(id).span, shown(of), "1");
    }
    return result;
}

Result Elaborator::aggregate_of(Id id, const Scope& scope, Op op, Id stream_id, Id value_id,
    const std::optional<Window>& in, std::optional<Span> running) {
    const Span span = at(id).span;
    if (stream_id != kNoNode && at(stream_id).kind == SyntaxKind::windowed) {
        const auto inner = window(child(stream_id, 0));
        if (!inner) return fail();
        return aggregate_of(id, scope, op, child(stream_id, 1), value_id, inner,
            running_window(child(stream_id, 0)));
    }
    Scope outer;
    outer.first = scope.self;
    Result stream;
    Result of;  // the value that is aggregated
    const bool counts = op == Op::count;
    // `pieces of sales`: the field is written on the stream.
    Id field_id = value_id;
    if (value_id == kNoNode && stream_id != kNoNode && !counts) {
        Id look = stream_id;
        if (at(look).kind == SyntaxKind::latest) look = child(look, 0);
        const syntax::Node& node = at(look);
        if (node.kind == SyntaxKind::field_of && child(look, 0) != kNoNode) {
            const Id owner = child(look, 0);
            const bool of_subject = at(owner).kind == SyntaxKind::name &&
                                    pack_.find(at(owner).text, SymbolKind::event) == nullptr &&
                                    pack_.find(at(owner).text, SymbolKind::term) == nullptr;
            if (!of_subject) {
                stream_id = owner;
                field_id = look;
            }
        }
        const syntax::Node& plain = at(look);
        const bool named = plain.kind == SyntaxKind::name || plain.kind == SyntaxKind::field_of;
        if (field_id == kNoNode && named) {
            const names::Symbol* as_event = pack_.find(plain.text, SymbolKind::event);
            const names::Symbol* as_term = pack_.find(plain.text, SymbolKind::term);
            if (plain.kind == SyntaxKind::name && as_term != nullptr) {
                of = term(as_term->index, plain.span);
                if (of.form == Form::value && of.per_start) {
                    stream = occurrence_result(of.start, *of.per_start, span);
                    of.node = of.start_value;
                    of.per_start.reset();
                } else if (of.form == Form::occurrence) {
                    stream = of;
                    of = {};
                }
            } else if (as_event == nullptr || plain.kind == SyntaxKind::field_of) {
                std::vector<std::uint32_t> near;
                for (const std::uint32_t event : events_with(plain.text)) {
                    for (const SubjectReference& reference : pack_.schema.events[event].subjects) {
                        if (reference.kind == subject_) {
                            near.push_back(event);
                            break;
                        }
                    }
                    if (pack_.schema.events[event].subjects.empty()) near.push_back(event);
                }
                if (near.size() == 1) {
                    stream = event_occurrence(near[0], span);
                    field_id = look;
                } else if (near.size() > 1) {
                    bare_field(plain.text, {}, plain.span, true);
                    return fail();
                }
            }
        }
    }
    if (!stream.ok()) stream = occurrence(stream_id, outer);
    if (!stream.ok()) return fail();
    core::Node node = make(CoreKind::aggregate);
    node.aggregate = aggregate_op(op);
    if (field_id != kNoNode && !counts) {
        Scope inner;
        inner.self = &stream.occurrence;
        const syntax::Node& field = at(field_id);
        if (field.kind == SyntaxKind::name || field.kind == SyntaxKind::field_of) {
            of = field_in(stream.occurrence, Frame::self, field.text, field.span);
            if (!of.ok() && field.kind == SyntaxKind::field_of) {
                unknown_field(field.text, field.span, stream.occurrence);
                return fail();
            }
        }
        if (!of.ok()) of = value(field_id, inner);
        if (!of.ok()) return fail();
    }
    Type type{TypeKind::integer, 0, "", {}, false};
    bool working = false;
    if (!counts) {
        if (of.form != Form::value) {
            report(kind::value_wanted, span,
                {{"text", stream.occurrence.shown, ""},
                    {"what", "something that happens", "发生的事"}});
            return fail();
        }
        working = of.working;
        if (op != Op::distinct) {
            const bool ordered = op == Op::minimum || op == Op::maximum;
            const bool fits =
                is_numeric(of.type.kind) ||
                (ordered && (of.type.kind == TypeKind::instant || of.type.kind == TypeKind::date));
            if (!fits) {
                report(kind::number_wanted, span,
                    {{"text", of.text.empty() ? stream.occurrence.shown : of.text, ""},
                        {"what", type_text(of, false), type_text(of, true)}});
                return fail();
            }
            type = of.type;
            if ((op == Op::average || op == Op::deviation) && type.kind == TypeKind::integer) {
                type.kind = TypeKind::number;
                type.decimals = 6;
            }
        }
    }
    node.inputs = {stream.node, counts ? kNone : of.node};
    if (op == Op::percentile) {
        node.percentile =
            static_cast<std::int32_t>(at(id).has_number ? at(id).number.coefficient : 50);
        if (node.percentile < 1 || node.percentile > 100) {
            report(kind::measure_out_of_range, span,
                {{"number", std::to_string(node.percentile), ""}, {"what", "a percentile", "分位"},
                    {"wanted", "1 to 100", " 1 到 100"}});
            return fail();
        }
    }
    if (in) node.window = *in;
    node.type = type;
    if (scope.self != nullptr) {
        NodeId pair = kNone;
        Occurrence self = *scope.self;
        self.same.clear();
        if (!correlate(self, stream.occurrence, &node.correlation, &pair, span)) return fail();
        if (pair != kNone) node.inputs.push_back(pair);
    } else if (!stream.occurrence.same.empty()) {
        report(kind::same_needs_two, span, {{"field", stream.occurrence.same[0], ""}});
        return fail();
    }
    Result result = value_result(add(std::move(node), span), std::move(type), span);
    result.working = working;
    result.running = running;
    return result;
}

Result Elaborator::aggregate(Id id, const Scope& scope) {
    std::optional<Window> in = scope.window;
    std::optional<Span> running = scope.running;
    if (child(id, 2) != kNoNode) {
        in = window(child(id, 2));
        running = running_window(child(id, 2));
        if (!in) return fail();
    }
    return aggregate_of(id, scope, at(id).op, child(id, 0), child(id, 1), in, running);
}

Result Elaborator::per_unit(Id id, const Scope& scope) {
    const Span span = at(id).span;
    if (at(id).text == "each") {
        struct UnitName {
            const char* english;
            const char* chinese;
        };
        const std::string other = child(id, 1) == kNoNode ? std::string() : at(child(id, 1)).text;
        const std::string other_zh = names::unit_in_chinese(other);
        const UnitName name = !other.empty()           ? UnitName{other.c_str(), other_zh.c_str()}
                              : at(id).op == Op::month ? UnitName{"month", "月"}
                              : at(id).op == Op::week  ? UnitName{"week", "周"}
                                                       : UnitName{"day", "日"};
        Diagnostic& finding =
            report(kind::per_unit_alone, span, {{"unit", name.english, name.chinese}});
        if (!other.empty() && names::unit_length(other)) {
            finding.help.push_back({"", fmt::format("write `in the last 1 {}`", other),
                fmt::format("写成 `近 1 {}`", other_zh)});
        } else if (!other.empty()) {
            finding.help.push_back({"", "write `in the last 365 days`", "写成 `近 365 天`"});
        } else if (at(id).op == Op::day) {
            finding.help.push_back({"", "write `today`, `yesterday` or `in the last 24 hours`",
                "写成 `今天`、`昨天` 或 `近 24 小时`"});
        } else {
            finding.help.push_back({"",
                fmt::format("write `this {0}`, `last {0}` or `in the last 30 days`", name.english),
                fmt::format("写成 `本{0}`、`上{0}` 或 `近 30 天`", name.chinese)});
        }
        return fail();
    }
    const Result total = value(child(id, 0), scope);
    if (!total.ok()) return fail();
    const core::Node node = out_.core.nodes[total.node];
    const bool adds =
        node.aggregate == core::AggregateOp::sum || node.aggregate == core::AggregateOp::count;
    if (node.kind == CoreKind::aggregate && adds && node.window.kind == Window::Kind::all) {
        // Without a window: the closed units since birth, by their number (SEMANTICS 29).
        core::Node closed = node;
        closed.window.kind = Window::Kind::closed_units;
        closed.window.unit = at(id).op == Op::month  ? core::Unit::month
                             : at(id).op == Op::week ? core::Unit::week
                                                     : core::Unit::day;
        core::Node number = make(CoreKind::closed_units);
        number.unit = closed.window.unit;
        number.type = Type{TypeKind::integer, 0, "", {}, false};
        const Result top = value_result(add(std::move(closed), span), total.type, span);
        const Result units = value_result(add(number, span), number.type, span);
        return combine(Op::divide, top, units, span, child(id, 0), child(id, 0));
    }
    const Microseconds one = at(id).op == Op::week ? kWeek : at(id).op == Op::day ? kDay : 0;
    if (node.kind != CoreKind::aggregate || node.window.kind != Window::Kind::sliding || one == 0 ||
        (node.aggregate != core::AggregateOp::sum && node.aggregate != core::AggregateOp::count)) {
        struct UnitName {
            const char* english;
            const char* chinese;
        };
        const UnitName name = at(id).op == Op::month  ? UnitName{"month", "月"}
                              : at(id).op == Op::week ? UnitName{"week", "周"}
                                                      : UnitName{"day", "日"};
        report(kind::per_unit_alone, span, {{"unit", name.english, name.chinese}});
        return fail();
    }
    Rational units;
    if (make_rational(node.window.length, one, &units) != Fault::none) return fail();
    const Result divisor = constant(units, Type{TypeKind::number, 6, "", {}, false}, span);
    return combine(Op::divide, total, divisor, span, child(id, 0), child(id, 0));
}

Result Elaborator::share(Id id, const Scope& scope) {
    const Span span = at(id).span;
    std::optional<Window> in = scope.window;
    if (child(id, 2) != kNoNode) {
        in = window(child(id, 2));
        if (!in) return fail();
    }
    Id stream_id = child(id, 0);
    Id condition_id = child(id, 1);
    if (stream_id != kNoNode && at(stream_id).kind == SyntaxKind::windowed) {
        in = window(child(stream_id, 0));
        stream_id = child(stream_id, 1);
        if (!in) return fail();
    }
    if (condition_id == kNoNode && stream_id != kNoNode &&
        at(stream_id).kind == SyntaxKind::where) {
        condition_id = child(stream_id, 1);
        stream_id = child(stream_id, 0);
    }
    const Result all = aggregate_of(id, scope, Op::count, stream_id, kNoNode, in);
    if (!all.ok()) return fail();
    if (condition_id == kNoNode) {
        report(kind::condition_wanted, span,
            {{"text", shown(stream_id), ""},
                {"what", "an event without a condition", "没有条件的事件"}});
        return fail();
    }
    const Result stream = occurrence(stream_id, {});
    if (!stream.ok()) return fail();
    Scope inner;
    inner.self = &stream.occurrence;
    const Result test = state(condition_id, inner);
    if (!test.ok()) return fail();
    const Result those = filtered(stream, {test.node}, span);
    core::Node count = out_.core.nodes[all.node];
    count.inputs[0] = those.node;
    core::Node node = make(CoreKind::arithmetic, {add(std::move(count), span), all.node});
    node.arithmetic = core::ArithmeticOp::divide;
    node.type = Type{TypeKind::percent, 6, "", {}, false};
    Type type = node.type;
    return value_result(add(std::move(node), span), std::move(type), span);
}

}  // namespace clausal::types
