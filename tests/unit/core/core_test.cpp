#include <doctest/doctest.h>

#include "compiler/core/core.h"
#include "compiler/core/readings.h"

using namespace clausal;
using namespace clausal::core;

namespace {

Node constant(std::int64_t value) {
    Node node;
    node.kind = NodeKind::constant;
    node.type = Type{TypeKind::integer, 0, "", {}, false};
    node.number = {value, 1};
    return node;
}

}  // namespace

TEST_CASE("sorts and names come from the table of kinds") {
    CHECK(sort_of(NodeKind::event) == Sort::occurrence);
    CHECK(sort_of(NodeKind::streak) == Sort::state);
    CHECK(sort_of(NodeKind::latest) == Sort::value);
    CHECK(std::string(name_of(NodeKind::absence_after)) == "absence_after");
}

TEST_CASE("equal nodes get one id, different ones their own") {
    CorePack pack;
    Builder builder(pack);
    const NodeId one = builder.add(constant(1), {});
    CHECK(builder.add(constant(1), Span{0, 3, 4}) == one);
    CHECK(builder.add(constant(2), {}) != one);
    CHECK(pack.nodes.size() == 2);
    CHECK(pack.spans.size() == 2);

    Node window;
    window.kind = NodeKind::aggregate;
    window.inputs = {one, kNone};
    window.window.kind = Window::Kind::sliding;
    window.window.length = kDay;
    const NodeId day = builder.add(window, {});
    window.window.length = 2 * kDay;
    CHECK(builder.add(window, {}) != day);
    window.window.length = kDay;
    window.correlation.push_back({0, 1});
    CHECK(builder.add(window, {}) != day);
    window.correlation.clear();
    CHECK(builder.add(window, {}) == day);
}

TEST_CASE("text form names units of time and hides names when asked") {
    CorePack pack;
    pack.schema.events.push_back({"投诉", {}, {}, false});
    Builder builder(pack);
    Node event;
    event.kind = NodeKind::event;
    event.inputs = {kNone};
    event.event = 0;
    const NodeId id = builder.add(event, {});
    Node silence;
    silence.kind = NodeKind::silence;
    silence.inputs = {id};
    silence.high = 72 * kHour;
    builder.add(silence, {});
    CHECK(print(pack) == "n0 = event(-) `投诉`\nn1 = silence(n0) [0, 3d]\n");
    CHECK(print(pack, true) == "n0 = event(-) event0\nn1 = silence(n0) [0, 3d]\n");
}

TEST_CASE("durations in words") {
    CHECK(duration_words(72 * kHour, false) == "72 hours");
    CHECK(duration_words(30 * kDay, true) == "30 天");
    CHECK(duration_words(kMinute, false) == "1 minute");
    CHECK(duration_words(kForever, false) == "any time");
    CHECK(duration_clock(72 * kHour) == "72:00:00");
    CHECK(duration_clock(90 * kSecond + 5) == "0:01:30.000005");
}
