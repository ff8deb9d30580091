#include "runtime/events/write_firings.h"

#include <sstream>

#include <doctest/doctest.h>

#include "runtime/engine/outcome.h"
#include "tests/unit/events/build_source.h"

using namespace clausal;
using namespace clausal::testing;

namespace {

struct Fired {
    PackBuilder pack{"客户"};
    EventData data;
    Outcomes outcomes;
    std::vector<RuleLabel> rules{{"关怀", 0}};
    Fired() {
        pack.event("visit");
        pack.schema.actions.push_back({"关怀电话",
            {{"原因", type(TypeKind::text)}, {"金额", type(TypeKind::money, 4, "CNY")}}});
        pack.schema.actions.push_back({"note", {{"at", type(TypeKind::instant)}}});
        data = EventData(pack.schema);
        const auto key = data.dictionary.intern("C|1");
        data.subjects[0].intern({key});
        data.tables[0].time = {0};
        data.tables[0].sequence = {16};
        data.tables[0].columns[0] = {key};
        data.tables[0].subjects[0] = {0};
        sort_order(data);
        Firing firing;
        firing.step = {1'500'000, Step::Kind::deadline, {0, 0}};
        firing.actions.push_back({0, {data.dictionary.intern("三封, \"未开\""), 123'450}});
        firing.actions.push_back({1, {kMissing}});
        outcomes.firings.push_back(firing);
    }
    std::string text(FiringFormat format) {
        std::ostringstream out;
        write_firings(
            out, format, pack.schema, rules, data, outcomes, *Zone::open("Asia/Shanghai"));
        return out.str();
    }
};

}  // namespace

TEST_CASE("firings as CSV") {
    CHECK(Fired().text(FiringFormat::csv) ==
          "rule,subject,time,action,原因,金额,at\n"
          "关怀,C|1,1970-01-01T08:00:01.5+08:00,关怀电话,\"三封, \"\"未开\"\"\",12.345,\n"
          "关怀,C|1,1970-01-01T08:00:01.5+08:00,note,,,\n");
}

TEST_CASE("firings as NDJSON") {
    CHECK(
        Fired().text(FiringFormat::ndjson) ==
        R"({"rule":"关怀","subject":"C|1","time":"1970-01-01T08:00:01.5+08:00","step":"deadline","actions":[)"
        R"({"action":"关怀电话","values":{"原因":"三封, \"未开\"","金额":12.345}},{"action":"note","values":{"at":null}}]})"
        "\n");
}

TEST_CASE("firings as a table line up by what a terminal shows") {
    CHECK(Fired().text(FiringFormat::table) ==
          "rule  subject  time                   action    原因          金额    at\n"
          "关怀  C|1      1970-01-01 08:00:01.5  关怀电话  三封, \"未开\"  12.345\n"
          "关怀  C|1      1970-01-01 08:00:01.5  note\n");
}

TEST_CASE("ids name rule, subject and step") {
    Fired fired;
    CHECK(firing_id(fired.pack.schema, fired.rules, fired.data, fired.outcomes.firings[0]) ==
          R"(关怀|C\|1|1500000|deadline|visit|16)");
}
