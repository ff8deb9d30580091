#include "compiler/types/from_names.h"

#include <fmt/format.h>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/names/words.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {
namespace {

constexpr int kMaxDepth = 300;              // nested expressions, terms expanded
constexpr std::size_t kMaxNodes = 400'000;  // core nodes of one pack

}  // namespace

TreeSwitch::TreeSwitch(Elaborator& owner, std::uint32_t tree)
    : owner_(owner), before_(owner.tree_index_) {
    owner_.tree_index_ = tree;
    owner_.tree_ = owner_.pack_.trees.at(tree);
}

TreeSwitch::~TreeSwitch() {
    owner_.tree_index_ = before_;
    owner_.tree_ = owner_.pack_.trees.at(before_);
}

Elaborator::Elaborator(const names::ResolvedPack& pack, const SourceSet& sources, Sink& sink)
    : pack_(pack), sources_(sources), sink_(sink), builder_(out_.core) {
    out_.core.schema = pack.schema;
    out_.core.examples = pack.examples;
    if (!pack.trees.empty()) tree_ = pack.trees[0];
}

TypedPack Elaborator::run() {
    const std::size_t errors_before = sink_.error_count();
    for (std::uint32_t i = 0; i < pack_.rules.size(); ++i) {
        // Which rule feeds an action is known before the rules are read.
        const names::Declared& declared = pack_.rules[i];
        const syntax::SyntaxTree& tree = *pack_.trees[declared.at.tree];
        std::uint32_t call = 0;
        for (const Id part : tree[declared.at.node].children) {
            if (part == kNoNode || tree[part].kind != SyntaxKind::trigger) continue;
            if (const names::Symbol* action = pack_.find(tree[part].text, SymbolKind::action))
                outputs_[action->index].emplace_back(i, call);
            ++call;
        }
    }
    for (std::uint32_t i = 0; i < pack_.parameters.size(); ++i) {
        const Result result = parameter(i, pack_.parameters[i].span);
        out_.names.push_back({pack_.parameters[i].name, "parameter", result.type, result.node});
    }
    for (std::uint32_t i = 0; i < pack_.lists.size(); ++i) check_list(i);
    for (std::uint32_t i = 0; i < pack_.tables.size(); ++i) check_table(i);
    for (std::uint32_t i = 0; i < pack_.rules.size(); ++i) rule(i);
    output_cycles();
    for (core::Rule& extra : extra_rules_) {
        out_.rules.push_back(
            {extra.id, extra.subject, core::sort_of(out_.core[extra.condition].kind)});
        out_.core.rules.push_back(std::move(extra));
    }
    // Terms that no rule uses are checked too.
    for (std::uint32_t i = 0; i < pack_.terms.size(); ++i) {
        const Result* known = nullptr;
        for (const auto& [key, result] : terms_) {
            if (std::get<0>(key) == i) known = &result;
        }
        Result fresh;
        if (known == nullptr && !pack_.terms[i].imported) {
            Mentioned words;
            std::set<std::uint32_t> seen{i};
            mentioned(pack_.terms[i].at, words, seen, 0);
            // A subject that all its events share, else that of the first.
            std::optional<std::uint32_t> first;
            std::optional<std::uint32_t> common;
            for (std::uint32_t kind = 0; kind < pack_.schema.subjects.size(); ++kind) {
                bool all = true;
                for (const std::uint32_t event : words.events) {
                    const auto& references = pack_.schema.events[event].subjects;
                    bool has = references.empty();
                    for (const SubjectReference& reference : references)
                        has = has || reference.kind == kind;
                    all = all && has;
                    if (has && !references.empty() && !first) first = kind;
                }
                if (all && !common) common = kind;
            }
            subject_ = common.value_or(first.value_or(0));
            role_.clear();
            rule_id_ = pack_.terms[i].name;
            if (!pack_.schema.subjects.empty()) fresh = term(i, pack_.terms[i].span);
            known = &fresh;
        }
        if (known == nullptr) continue;
        const char* sort = known->form == Form::value        ? "value"
                           : known->form == Form::state      ? "state"
                           : known->form == Form::occurrence ? "occurrence"
                                                             : "error";
        out_.names.push_back({pack_.terms[i].name, sort, known->type, known->node});
    }
    out_.complete = sink_.error_count() == errors_before && !sink_.has_errors();
    return std::move(out_);
}

Elaborator::Id Elaborator::child(Id id, std::size_t place) const {
    const auto& list = at(id).children;
    return place < list.size() ? list[place] : kNoNode;
}

std::vector<Elaborator::Id> Elaborator::children(Id id, std::size_t from) const {
    std::vector<Id> out;
    const auto& list = at(id).children;
    for (std::size_t i = from; i < list.size(); ++i) {
        if (list[i] != kNoNode) out.push_back(list[i]);
    }
    return out;
}

core::Node Elaborator::make(CoreKind kind, std::vector<NodeId> inputs) const {
    core::Node node;
    node.kind = kind;
    node.inputs = std::move(inputs);
    return node;
}

Result Elaborator::value_result(NodeId node, Type type, Span span) const {
    Result result;
    result.form = Form::value;
    result.node = node;
    result.type = std::move(type);
    result.span = span;
    return result;
}

Result Elaborator::state_result(NodeId node, Span span) const {
    Result result;
    result.form = Form::state;
    result.node = node;
    result.span = span;
    return result;
}

Result Elaborator::occurrence_result(NodeId node, Occurrence occurrence, Span span) const {
    Result result;
    result.form = Form::occurrence;
    result.node = node;
    result.occurrence = std::move(occurrence);
    result.span = span;
    return result;
}

// What the user wrote; of something long the first name in it.
std::string Elaborator::shown(Id id) const {
    constexpr std::size_t kShort = 48;
    if (id != kNoNode && at(id).span.file < sources_.size()) {
        const std::string_view text = sources_.text(at(id).span);
        if (!text.empty() && text.size() <= kShort && text.find('\n') == std::string_view::npos)
            return std::string(text);
    }
    for (int depth = 0; id != kNoNode && depth < 40; ++depth) {
        const syntax::Node& node = at(id);
        if (node.kind == SyntaxKind::field_of && !node.children.empty() &&
            node.children[0] != kNoNode)
            return node.text;
        if (!node.text.empty())
            return node.has_number ? to_string(node.number) + " " + node.text : node.text;
        if (node.has_number && node.children.empty())
            return to_string(node.number) + (node.kind == SyntaxKind::percent ? "%" : "");
        Id next = kNoNode;
        for (const Id inner : node.children) {
            if (inner != kNoNode) {
                next = inner;
                break;
            }
        }
        id = next;
    }
    return "…";
}

std::string Elaborator::unit_words(const std::string& code) const {
    const auto known = pack_.unit_spellings.find(code);
    return known == pack_.unit_spellings.end() ? code : known->second;
}

Diagnostic& Elaborator::report(Kind kind, Span span, std::vector<Argument> arguments) {
    return sink_.report(kind, span, std::move(arguments));
}

void Elaborator::note(Span span, std::string english, std::string chinese) {
    out_.readings.push_back({rule_id_, span, std::move(english), std::move(chinese)});
}

Result Elaborator::unsupported(Id id) {
    report(kind::not_supported, at(id).span, {{"text", shown(id), ""}});
    return fail();
}

Result Elaborator::expression(Id id, const Scope& scope, Want want) {
    if (id == kNoNode) return fail();
    if (depth_ >= kMaxDepth || out_.core.nodes.size() > kMaxNodes) {
        report(kind::too_complex, at(id).span);
        return fail();
    }
    ++depth_;
    Result result = dispatch(id, scope, want);
    --depth_;
    if (result.ok() && result.span.file == Span::kNoFile) result.span = at(id).span;
    return result;
}

// `the first X`, `上一次 X` where every X counts.
Result Elaborator::pick_not_here(Id id) {
    const Id event = child(id, 0);
    if (event == kNoNode || at(event).kind == SyntaxKind::error) return fail();
    const char* english = "latest";
    const char* chinese = "最近一次";
    switch (at(id).kind) {
    case SyntaxKind::previous:
        english = "previous";
        chinese = "上一次";
        break;
    case SyntaxKind::next:
        english = "next";
        chinese = "紧接着";
        break;
    case SyntaxKind::first_of:
        english = "first";
        chinese = "首次";
        break;
    default: break;
    }
    Diagnostic& finding = report(kind::pick_not_here, at(id).span, {{"word", english, chinese}});
    std::string name(at(event).kind == SyntaxKind::name ? at(event).text : "X");
    switch (at(id).kind) {
    case SyntaxKind::first_of:
        finding.help.push_back({"help",
            fmt::format(
                "the first ever is `when the first {0} occurs`; the first after another event is "
                "`A followed by the first {0} within 7 days`; where none is awaited, leave `first` out",
                name),
            fmt::format(
                "有史以来第一次写成 `当首次 {0} 时`；某事之后的第一次写成 `A 之后 7 天内 首次 {0}`；「没有」之后请去掉「首次」",
                name)});
        break;
    case SyntaxKind::next:
        finding.help.push_back({"help",
            fmt::format(
                "`the next` follows another event: `A followed by the next {0} within 7 days`",
                name),
            fmt::format("`紧接着` 写在另一事件之后：`A 之后 7 天内 紧接着 {0}`", name)});
        break;
    default:
        finding.help.push_back({"help",
            fmt::format(
                "write the event alone; ask a field of it as `field of the {1} {0} > 3`, or the time since "
                "it as `no {0} for 30 days`",
                name, english),
            fmt::format(
                "直接写事件名；要取它的字段，写成 `{1} {0} 的 字段 > 3`；要看距它多久，写成 `30 天 没有 {0}`",
                name, chinese)});
    }
    return fail();
}

Result Elaborator::dispatch(Id id, const Scope& scope, Want want) {
    switch (at(id).kind) {
    case SyntaxKind::error: return fail();
    case SyntaxKind::name: return by_name(id, scope, want);
    case SyntaxKind::number:
    case SyntaxKind::quantity:
    case SyntaxKind::percent:
    case SyntaxKind::money:
    case SyntaxKind::text:
    case SyntaxKind::truth: return literal(id);
    case SyntaxKind::moment: return moment(id);
    case SyntaxKind::field_of: return field_of(id, scope);
    case SyntaxKind::unit:
    case SyntaxKind::window_scaled: return clock_value(id, scope);
    case SyntaxKind::latest:
    case SyntaxKind::previous:
    case SyntaxKind::next:
    case SyntaxKind::first_of: {
        if (child(id, 0) != kNoNode && at(child(id, 0)).kind == SyntaxKind::unit)
            return next_day(id);
        // A value needs a field; an occurrence is each one, whichever word stands before it.
        if (want != Want::value) return pick_not_here(id);
        Result inner = expression(child(id, 0), scope, Want::any);
        if (inner.form != Form::occurrence) return inner;
        wrong(kind::value_wanted, inner, id);
        return fail();
    }
    case SyntaxKind::where: return where(id, scope);
    case SyntaxKind::same: return same(id, scope);
    case SyntaxKind::witness: return witness(id, scope);
    case SyntaxKind::occurs: return occurrence(child(id, 0), scope);
    case SyntaxKind::arithmetic: return arithmetic(id, scope);
    case SyntaxKind::negative: return negative(id, scope);
    case SyntaxKind::round: return rounded(id, scope);
    case SyntaxKind::compare: return compare(id, scope);
    case SyntaxKind::between: return between(id, scope);
    case SyntaxKind::is_missing: return is_missing(id, scope);
    case SyntaxKind::member: return member(id, scope);
    case SyntaxKind::contains: return contains(id, scope);
    case SyntaxKind::matches: return matches(id, scope);
    case SyntaxKind::overlaps: return overlaps(id, scope);
    case SyntaxKind::call: return call(id, scope);
    case SyntaxKind::keyword_density: return keyword_density(id, scope);
    case SyntaxKind::logical_and: return logical_and(id, scope);
    case SyntaxKind::logical_or:
        return want == Want::occurrence ? any_of(id, scope) : logical_or(id, scope);
    case SyntaxKind::logical_not: return logical_not(id, scope);
    case SyntaxKind::aggregate: return aggregate(id, scope);
    case SyntaxKind::per_unit: return per_unit(id, scope);
    case SyntaxKind::share: return share(id, scope);
    case SyntaxKind::windowed: return windowed(id, scope, want);
    case SyntaxKind::elapsed: return elapsed(id, scope);
    case SyntaxKind::streak: return streak(id, scope);
    case SyntaxKind::consecutive: return consecutive(id, scope);
    case SyntaxKind::hold: return hold(id, scope);
    case SyntaxKind::known_for: return known_for(id);
    case SyntaxKind::before_this: return before_this(id, scope, want);
    case SyntaxKind::becomes: return becomes(id, scope);
    case SyntaxKind::sequence: return sequence(id, scope);
    case SyntaxKind::absence_after: return absence_after(id, scope);
    case SyntaxKind::absence_before: return absence_before(id, scope);
    case SyntaxKind::precedence: return precedence(id, scope);
    case SyntaxKind::silence: return silence(id, scope);
    case SyntaxKind::none_in: return none_or_some(id, scope, false);
    case SyntaxKind::exists_in: return none_or_some(id, scope, true);
    case SyntaxKind::shift: return shift(id, scope);
    case SyntaxKind::cluster: return cluster(id, scope);
    case SyntaxKind::reaches: return reaches(id, scope);
    case SyntaxKind::before_field: return before_field(id, scope);
    case SyntaxKind::each_day: return each_day(id, scope);
    case SyntaxKind::on_weekday: return on_weekday(id);
    case SyntaxKind::quantified: return quantified(id, scope);
    case SyntaxKind::slotted: return slotted(id, scope);
    case SyntaxKind::for_subject: return for_subject(id, scope, want);
    default: return unsupported(id);
    }
}

TypedPack check_types(const names::ResolvedPack& pack, const SourceSet& sources, Sink& sink) {
    return Elaborator(pack, sources, sink).run();
}

}  // namespace clausal::types
