#include <doctest/doctest.h>

#include "compiler/driver/pack_file.h"

using namespace clausal;

namespace {

BuiltPack sample() {
    BuiltPack pack;
    pack.folder = "examples";
    pack.object = std::string("\0object", 7);
    core::CorePack& core = pack.core;
    core.schema.pack = "客户关怀";
    core.schema.subjects.push_back({"客户", {"客户"}, {}, kNone});
    core.schema.events.push_back(
        {"投诉", {{"客户", {TypeKind::text, 0, "", {}, false}}}, {{0, "", {0}}}, false});
    core.schema.actions.push_back({"回访", {{"客户", {TypeKind::text, 0, "", {}, false}}}});
    core::Node event;
    event.kind = core::NodeKind::event;
    event.event = 0;
    core::Node key;
    key.kind = core::NodeKind::key_part;
    key.number = {1, 3};
    core.nodes = {event, key};
    core.spans.resize(2);
    core::Rule rule;
    rule.id = "R1";
    rule.condition = 0;
    rule.actions.push_back({0, {1}});
    core.rules.push_back(rule);
    return pack;
}

}  // namespace

TEST_CASE("a built pack reads back as it was written") {
    const BuiltPack pack = sample();
    BuiltPack again;
    REQUIRE(read_built_pack(write_built_pack(pack), &again) == BuiltPackError::none);
    CHECK(again.folder == pack.folder);
    CHECK(again.object == pack.object);
    CHECK(again.core.schema == pack.core.schema);
    CHECK(again.core.nodes.size() == 2);
    CHECK(again.core.nodes[1].number.denominator == 3);
    CHECK(again.core.rules[0].id == "R1");
    CHECK(write_built_pack(again) == write_built_pack(pack));
}

TEST_CASE("every single flipped byte and every shortening of a built pack is refused") {
    const std::string bytes = write_built_pack(sample());
    BuiltPack out;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string damaged = bytes;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x41);
        CHECK(read_built_pack(damaged, &out) != BuiltPackError::none);
        CHECK(read_built_pack(bytes.substr(0, i), &out) != BuiltPackError::none);
    }
}

TEST_CASE("a built pack of another format or of another layout of host structs says so") {
    for (const std::size_t place : {8U, 10U}) {  // behind the magic: the layout, then the format
        std::string other = write_built_pack(sample());
        ++other[place];
        BuiltPack out;
        CHECK(read_built_pack(other, &out) == BuiltPackError::other_version);
    }
}

TEST_CASE("a built pack whose references point outside is refused even with a right digest") {
    BuiltPack pack = sample();
    pack.core.rules[0].condition = 7;
    BuiltPack out;
    CHECK(read_built_pack(write_built_pack(pack), &out) == BuiltPackError::damaged);
    pack = sample();
    pack.core.nodes[0].event = 5;
    CHECK(read_built_pack(write_built_pack(pack), &out) == BuiltPackError::damaged);
}
