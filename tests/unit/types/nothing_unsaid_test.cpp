// What a rule means stands in its readings: every option of every node of its core that changes the
// meaning changes the readings too, in both languages.
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/core/bounds.h"
#include "compiler/core/readings.h"
#include "tests/unit/types/compiled.h"

using namespace clausal;
using core::CorePack;
using core::Node;
using core::NodeKind;

namespace {

constexpr const char* kHead =
    "pack orders version 1.0.0, time zone UTC, currency USD.\nsubject customer.\n"
    "event order (customer, order no text, amount money, channel online|shop, tags texts, due time, day date, notes text, urgent yes/no).\n"
    "event payment (customer, order no text, paid money).\n"
    "event complaint (customer, level low<mid<high).\nevent notice (code text).\n"
    "event transfer (payer customer, payee customer, total money).\n"
    "action remind (customer, value number).\naction plain (customer).\n"
    "list places = \"a\", \"b\".\nlist others = \"c\".\n"
    "calendar work = file \"x.json\", working days 9:00 to 17:00.\n";

constexpr const char* kSentences[] = {
    "order where amount > 100 USD and channel = online",
    "order is followed by payment of the same order no within 3 days without complaint in between",
    "order is not followed by payment of the same order no within 3 days, unless complaint meanwhile",
    "order is not followed by payment within 2 to 3 days",
    "order is followed by payment at least 2 days and within 5 days",
    "payment is preceded by order of the same order no within 3 days",
    "order is not preceded by payment of the same order no within 3 days",
    "order or payment",
    "3 days after order",
    "3 consecutive orders where amount > 100 USD",
    "3 consecutive orders without payment in between",
    "amount > 100 USD on 3 consecutive days",
    "amount of the latest order > 100 USD for 2 days",
    "no order for 30 days",
    "customer known for 30 days and no order for 30 days",
    "order and before this number of orders in the last 7 days ≥ 2",
    "complaint and number of payments in the last 7 days ≥ 2 and customer known for 9 days",
    "order is not followed by payment within 3 working days",
    "order is not followed by payment within 3 working days, unless complaint meanwhile",
    "order is followed by payment within 3 working days",
    "8 working hours after order",
    "payer customer transfer",
    "payee customer transfer where total > 3 USD",
    "order on Monday or Friday",
    "order is followed by the first payment within 3 days",
    "order is followed by the next payment within 3 days",
    "sum of amount of orders > 3 USD",
    "number of orders in the last 7 days ≥ 2",
    "sum of amount of orders this month > 100 USD",
    "average of amount of orders last month > 100 USD",
    "percentile 90 of amount of orders in the last 30 days > 100 USD",
    "number of distinct notes of orders in the last 7 days > 3",
    "number of complaints since the latest order ≥ 2",
    "level becomes high",
    "order where notes contains \"x\" or \"y\"",
    "order where notes is in places or notes is in others",
    "order where amount is missing",
    "order where not (amount > 100 USD)",
    "order where urgent",
    "order where amount > 2 × amount of the previous order",
    "order where its time > due + 2 hours",
    "order on Monday",
    "order where amount - 3 USD > -5 USD",
    "order clusters (window 1 day, baseline 28 days)",
    "amount of order shifts up by more than 3 standard deviations",
    "order where number of orders of the same order no in the last 30 days ≥ 2",
    "the first payment within 3 days after order",
    "notice",
    "time from order to payment > 3 days",
};

std::string said(const CorePack& pack, bool chinese) {
    std::string out;
    for (const core::ReadingLine& line : core::readings(pack))
        out += (chinese ? line.chinese : line.english) + "\n";
    return out;
}

// The changes that may be made to a node, by the name of what is changed.
std::map<std::string, std::function<void(Node&)>> changes(const CorePack& pack, const Node& n) {
    std::map<std::string, std::function<void(Node&)>> out;
    const auto has = [&](std::initializer_list<NodeKind> kinds) {
        return std::find(kinds.begin(), kinds.end(), n.kind) != kinds.end();
    };
    // Inputs that may be absent.
    const std::map<NodeKind, std::vector<std::size_t>> optional = {{NodeKind::event, {0}},
        {NodeKind::sequence, {2, 3}}, {NodeKind::absence_after, {2, 3, 4, 5}},
        {NodeKind::absence_before, {2}}, {NodeKind::streak, {1}}, {NodeKind::exists_around, {2}},
        {NodeKind::latest, {2}}, {NodeKind::aggregate, {2, 3}}, {NodeKind::elapsed, {1}}};
    if (const auto found = optional.find(n.kind); found != optional.end()) {
        for (const std::size_t at : found->second) {
            if (at < n.inputs.size() && n.inputs[at] != kNone)
                out["input " + std::to_string(at)] = [at](Node& m) { m.inputs[at] = kNone; };
        }
    }
    if (has({NodeKind::sequence, NodeKind::absence_after, NodeKind::absence_before,
            NodeKind::exists_around, NodeKind::latest, NodeKind::aggregate, NodeKind::elapsed}) &&
        !n.correlation.empty())
        out["correlation"] = [](Node& m) { m.correlation.clear(); };
    if (!n.unless_correlation.empty())
        out["unless_correlation"] = [](Node& m) { m.unless_correlation.clear(); };
    const bool calendar = n.count > 0 && has({NodeKind::sequence, NodeKind::absence_after});
    const bool moment = n.kind == NodeKind::absence_after && n.inputs[1] == kNone;
    if (!calendar && !moment &&
        has({NodeKind::sequence, NodeKind::absence_after, NodeKind::absence_before,
            NodeKind::exists_around, NodeKind::cluster}))
        out["low"] = [](Node& m) { m.low += kHour; };
    if (!calendar && n.high != kForever &&
        has({NodeKind::sequence, NodeKind::absence_after, NodeKind::absence_before, NodeKind::hold,
            NodeKind::silence, NodeKind::known_for, NodeKind::exists_around, NodeKind::shift,
            NodeKind::cluster}))
        out["high"] = [](Node& m) { m.high += kHour; };
    if (has({NodeKind::streak, NodeKind::consecutive}) || calendar)
        out["count"] = [](Node& m) { m.count += 1; };
    if (calendar)
        out["unit"] = [](Node& m) {
            m.unit = m.unit == core::Unit::working_day ? core::Unit::hour : core::Unit::working_day;
        };
    if (n.kind == NodeKind::sequence)
        out["pick"] = [](Node& m) {
            m.pick =
                m.pick == core::Pick::next_only ? core::Pick::first_only : core::Pick::next_only;
        };
    if (n.kind == NodeKind::streak) out["negated"] = [](Node& m) { m.negated = !m.negated; };
    if (n.kind == NodeKind::consecutive) {
        out["mode"] = [](Node& m) {
            m.mode =
                m.mode == core::UnitMode::plain ? core::UnitMode::complete : core::UnitMode::plain;
        };
        out["unit"] = [](Node& m) { m.unit = core::Unit::year; };
    }
    if (n.kind == NodeKind::compare)
        out["compare"] = [](Node& m) {
            m.compare =
                m.compare == core::CompareOp::ne ? core::CompareOp::le : core::CompareOp::ne;
        };
    if (n.kind == NodeKind::arithmetic)
        out["arithmetic"] = [](Node& m) {
            m.arithmetic = m.arithmetic == core::ArithmeticOp::divide ? core::ArithmeticOp::maximum
                                                                      : core::ArithmeticOp::divide;
        };
    if (n.kind == NodeKind::aggregate) {
        out["aggregate"] = [](Node& m) {
            m.aggregate = m.aggregate == core::AggregateOp::range ? core::AggregateOp::deviation
                                                                  : core::AggregateOp::range;
        };
        if (n.aggregate == core::AggregateOp::percentile)
            out["percentile"] = [](Node& m) { m.percentile -= 1; };
    }
    if (has({NodeKind::aggregate, NodeKind::latest})) {
        out["window"] = [](Node& m) {
            m.window = m.window.kind == core::Window::Kind::this_unit
                           ? core::Window{core::Window::Kind::previous_unit, 0, 0, m.window.unit}
                           : core::Window{core::Window::Kind::this_unit, 0, 0, core::Unit::year};
        };
        if (n.window.kind == core::Window::Kind::sliding) {
            out["window length"] = [](Node& m) { m.window.length += kHour; };
            out["window offset"] = [](Node& m) { m.window.offset += kHour; };
        }
        if (n.window.kind == core::Window::Kind::this_unit)
            out["window unit"] = [](Node& m) {
                m.window.unit =
                    m.window.unit == core::Unit::year ? core::Unit::day : core::Unit::year;
            };
    }
    if (n.kind == NodeKind::latest) out["before"] = [](Node& m) { m.before = !m.before; };
    if (n.kind == NodeKind::shift) {
        out["direction"] = [](Node& m) { m.direction = core::Direction::down; };
        out["deviations"] = [](Node& m) { m.deviations.coefficient += 1; };
    }
    if (n.kind == NodeKind::cluster) out["level"] = [](Node& m) { m.deviations.coefficient += 1; };
    if (n.kind == NodeKind::elapsed) out["open"] = [](Node& m) { m.open = !m.open; };
    if (n.kind == NodeKind::daily) out["minute"] = [](Node& m) { m.minute_of_day += 1; };
    if (n.kind == NodeKind::member)
        out["list"] = [&pack](Node& m) {
            m.list = (m.list + 1) % static_cast<std::uint32_t>(pack.lists.size());
        };
    if (n.kind == NodeKind::contains) out["words"] = [](Node& m) { m.words.pop_back(); };
    if (n.kind == NodeKind::truth) out["truth"] = [](Node& m) { m.truth = (m.truth + 1) % 3; };
    if (n.kind == NodeKind::event)
        out["event"] = [&pack](Node& m) {
            m.event = (m.event + 1) % static_cast<std::uint32_t>(pack.schema.events.size());
            const bool broadcast = pack.schema.events[m.event].subjects.empty();
            m.reference = broadcast ? kNone : 0;
        };
    if (n.kind == NodeKind::event && n.reference == 0 &&
        pack.schema.events[n.event].subjects.size() > 1)
        out["reference"] = [](Node& m) { m.reference = 1; };
    if (n.kind == NodeKind::constant) {
        if (core::is_numeric(n.type.kind))
            out["number"] = [](Node& m) { m.number.numerator += m.number.denominator; };
        else if (n.type.kind == TypeKind::text)
            out["text"] = [](Node& m) { m.text += "x"; };
        else if (n.type.kind != TypeKind::texts)
            out["code"] = [](Node& m) { m.code = m.code == 0 ? 1 : 0; };
    }
    if (n.kind == NodeKind::time_of || n.kind == NodeKind::field)
        out["frame"] = [](Node& m) {
            m.frame = m.frame == core::Frame::self ? core::Frame::first : core::Frame::self;
        };
    if (n.kind == NodeKind::field) out["slot"] = [](Node& m) { m.slot = m.slot == 0 ? 1 : 0; };
    return out;
}

}  // namespace

TEST_CASE("every option of a rule appears in its readings") {
    std::set<std::string> tried;
    std::set<NodeKind> kinds;
    int accepted = 0;
    for (const char* sentence : kSentences) {
        const LoadedPack loaded =
            compiled(std::string(kHead) + "rule r: when " + sentence + " then trigger plain.\n");
        CHECK_MESSAGE(loaded.ok(), sentence, "\n", findings(loaded));
        if (!loaded.ok()) continue;
        ++accepted;
        const CorePack& pack = *loaded.core;
        const std::string english = said(pack, false);
        const std::string chinese = said(pack, true);
        for (const core::NodeId id : core::reachable(pack, pack.rules[0])) {
            kinds.insert(pack[id].kind);
            CHECK_MESSAGE(english.find("?") == std::string::npos, sentence, "\n", english);
            for (const auto& [name, change] : changes(pack, pack[id])) {
                CorePack other = pack;
                change(other.nodes[id]);
                const std::string what = std::string(core::name_of(pack[id].kind)) + ": " + name;
                tried.insert(what);
                CHECK_MESSAGE(
                    said(other, false) != english, sentence, "\nunsaid: ", what, "\n", english);
                CHECK_MESSAGE(
                    said(other, true) != chinese, sentence, "\nunsaid: ", what, "\n", chinese);
            }
        }
    }
    CHECK(accepted > 30);
    CHECK(kinds.size() > 25);
    CHECK(tried.size() > 50);
}
