// What was so before this step: a condition (`before this …`), or one side of a comparison with a field
// of the event at hand (`amount > maximum amount of orders in the last 30 days before this`).

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "compiler/core/bounds.h"
#include "compiler/diagnostics/kinds_types.h"
#include "compiler/types/elaborate.h"

namespace clausal::types {
namespace {

// Whether a value is the same just before a step as at it: it reads the event at hand and the register only.
bool is_of_the_step(const core::CorePack& pack, NodeId root) {
    const std::vector<NodeId> all = core::reachable(pack, root);
    return std::all_of(all.begin(), all.end(), [&](NodeId id) {
        switch (pack[id].kind) {
        case CoreKind::constant:
        case CoreKind::missing:
        case CoreKind::field:
        case CoreKind::subject_field:
        case CoreKind::key_part:
        case CoreKind::time_of:
        case CoreKind::date_of:
        case CoreKind::arithmetic:
        case CoreKind::negative:
        case CoreKind::round:
        case CoreKind::add_days: return true;
        default: return false;
        }
    });
}

}  // namespace

// A field of the event at hand, as it is written.
bool Elaborator::of_this_event(Id id, const Scope& scope) {
    return scope.self != nullptr && id != kNoNode && at(id).kind == SyntaxKind::name &&
           field_in(*scope.self, Frame::self, at(id).text, at(id).span).ok();
}

Result Elaborator::compare_with_before(Id id, const Scope& scope) {
    const Id left_id = child(id, 0);
    const Id right_id = child(id, 1);
    const auto side = [&](Id part, bool before, const Type* expected) {
        Scope inner = scope;
        inner.expected = expected;
        inner.over_time = inner.over_time || before;
        if (part != kNoNode && at(part).kind == SyntaxKind::before_this) part = child(part, 0);
        return value(part, inner);
    };
    // `before this maximum … < amount` is one condition with the word in front of it.
    const auto is_before = [&](Id part) { return at(part).kind == SyntaxKind::before_this; };
    const bool whole = !is_before(left_id) && !is_before(right_id);
    const bool left_before = whole ? !of_this_event(left_id, scope) : is_before(left_id);
    const bool right_before = whole ? !of_this_event(right_id, scope) : is_before(right_id);
    Result left = side(left_id, left_before, nullptr);
    Result right = side(right_id, right_before, left.ok() ? &left.type : nullptr);
    if (!left.ok() || !right.ok()) return fail();
    for (const auto& [result, before, part] :
        {std::tuple{&left, left_before, left_id}, std::tuple{&right, right_before, right_id}}) {
        if (before || is_of_the_step(out_.core, result->node)) continue;
        Diagnostic& finding =
            report(kind::not_before_this, at(part).span, {{"text", shown(part), ""}});
        finding.help.push_back({"",
            "write the event and its own field: `order where amount > maximum amount of orders in the last 30 days before this`",
            "请写明事件及它自己的字段：「下单 其中 金额 > 此前 近 30 天 下单 金额 最大」"});
        return fail();
    }
    const core::CompareOp op = comparison(at(id).op);
    const Result test = compare_results(
        op, std::move(left), std::move(right), at(id).span, shown(left_id), shown(right_id));
    if (!test.ok()) return fail();
    return state_result(add(make(CoreKind::before_this, {test.node}), at(id).span), at(id).span);
}

Result Elaborator::before_this(Id id, const Scope& scope, Want want) {
    const Id inner_id = child(id, 0);
    if (want == Want::value) {
        Diagnostic& finding = report(kind::not_before_this, at(id).span, {{"text", shown(id), ""}});
        finding.help.push_back({"", "only one side of a comparison may be `… before this`",
            "只有比较的一边可以写「此前 …」"});
        return fail();
    }
    if (inner_id != kNoNode && at(inner_id).kind == SyntaxKind::compare) {
        // `此前 近 30 天 下单 金额 最大 < 金额`: the field is that of the event at hand.
        const auto gathers = [&](Id part) {
            return part != kNoNode &&
                   (at(part).kind == SyntaxKind::aggregate || at(part).kind == SyntaxKind::share ||
                       at(part).kind == SyntaxKind::per_unit);
        };
        const Id left = child(inner_id, 0);
        const Id right = child(inner_id, 1);
        if ((gathers(left) && of_this_event(right, scope)) ||
            (gathers(right) && of_this_event(left, scope)))
            return compare_with_before(inner_id, scope);
    }
    Scope inner = scope;
    inner.over_time = true;
    const Result of = state(inner_id, inner);
    if (!of.ok()) return fail();
    return state_result(add(make(CoreKind::before_this, {of.node}), at(id).span), at(id).span);
}

}  // namespace clausal::types
