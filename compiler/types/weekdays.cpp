// Days of the week.

#include "compiler/types/elaborate.h"

namespace clausal::types {

// On a Saturday: the local date of the moment is one of the days.
Result Elaborator::on_weekday(Id id) {
    const syntax::Node& node = at(id);
    core::Node now = make(CoreKind::now);
    now.type.kind = TypeKind::instant;
    core::Node today = make(CoreKind::date_of, {add(now, node.span)});
    today.type.kind = TypeKind::date;
    core::Node day = make(CoreKind::weekday, {add(today, node.span)});
    day.type.kind = TypeKind::integer;
    const NodeId weekday = add(day, node.span);
    std::vector<NodeId> tests;
    for (const char each : node.text) {
        const NodeId number = constant({each - '0', 1}, day.type, node.span).node;
        core::Node test = make(CoreKind::compare, {weekday, number});
        test.compare = core::CompareOp::eq;
        tests.push_back(add(std::move(test), node.span));
    }
    if (tests.size() == 1) return state_result(tests[0], node.span);
    return state_result(add(make(CoreKind::or_, tests), node.span), node.span);
}

}  // namespace clausal::types
