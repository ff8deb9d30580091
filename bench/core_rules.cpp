#include "bench/core_rules.h"

#include <utility>

#include <fmt/format.h>

#include "bench/generate.h"

namespace clausal::bench {
namespace {

using core::NodeId;
using core::NodeKind;

const Type kText{TypeKind::text, 0, "", {}, false};
const Type kDuration{TypeKind::duration, 0, "", {}, false};
const Type kInteger{TypeKind::integer, 0, "", {}, false};
const Type kPercent{TypeKind::percent, 6, "", {}, false};

// Short names for the nodes that these rules need.
class Maker {
public:
    Maker() : builder_(pack_) { pack_.schema = bench_schema(); }

    NodeId event(Event type, NodeId filter = kNone) {
        core::Node node;
        node.kind = NodeKind::event;
        node.inputs = {filter};
        node.event = type;
        node.reference = 0;
        return add(std::move(node));
    }
    NodeId field(const Type& type) {
        core::Node node;
        node.kind = NodeKind::field;
        node.slot = 1;
        node.type = type;
        return add(std::move(node));
    }
    NodeId constant(const Type& type, std::int64_t numerator, std::int64_t denominator) {
        core::Node node;
        node.kind = NodeKind::constant;
        node.type = type;
        make_rational(numerator, denominator, &node.number);
        return add(std::move(node));
    }
    NodeId compare(NodeId left, core::CompareOp op, NodeId right) {
        core::Node node;
        node.kind = NodeKind::compare;
        node.inputs = {left, right};
        node.compare = op;
        return add(std::move(node));
    }
    NodeId absence(
        NodeId start, NodeId absent, Microseconds high, std::vector<core::Correlation> same) {
        core::Node node;
        node.kind = NodeKind::absence_after;
        node.inputs = {start, absent, kNone, kNone, kNone};
        node.high = high;
        node.correlation = std::move(same);
        return add(std::move(node));
    }
    NodeId streak(NodeId of, std::int64_t count) {
        core::Node node;
        node.kind = NodeKind::streak;
        node.inputs = {of, kNone};
        node.count = count;
        return add(std::move(node));
    }
    NodeId latest(NodeId of, NodeId value, const Type& type, Microseconds window) {
        core::Node node;
        node.kind = NodeKind::latest;
        node.inputs = {of, value};
        node.type = type;
        node.window.kind = core::Window::Kind::sliding;
        node.window.length = window;
        return add(std::move(node));
    }
    NodeId aggregate(
        NodeId of, NodeId value, core::AggregateOp op, const Type& type, Microseconds window) {
        core::Node node;
        node.kind = NodeKind::aggregate;
        node.inputs = {of, value};
        node.aggregate = op;
        node.type = type;
        node.window.kind = core::Window::Kind::sliding;
        node.window.length = window;
        return add(std::move(node));
    }
    NodeId both(NodeId left, NodeId right) {
        core::Node node;
        node.kind = NodeKind::and_;
        node.inputs = {left, right};
        return add(std::move(node));
    }
    NodeId days_in_a_row(NodeId of, NodeId condition, std::int64_t count) {
        core::Node node;
        node.kind = NodeKind::consecutive;
        node.inputs = {of, condition};
        node.count = count;
        return add(std::move(node));
    }
    NodeId sequence(NodeId first, NodeId second, Microseconds low, Microseconds high) {
        core::Node node;
        node.kind = NodeKind::sequence;
        node.inputs = {first, second, kNone, kNone};
        node.low = low;
        node.high = high;
        return add(std::move(node));
    }
    void rule(std::string id, Subject subject, NodeId condition, std::uint32_t action) {
        core::Node key;
        key.kind = NodeKind::key_part;
        key.type = kText;
        core::Rule result;
        result.id = std::move(id);
        result.subject = subject;
        result.condition = condition;
        result.actions = {{action, {add(std::move(key))}}};
        pack_.rules.push_back(std::move(result));
    }
    std::uint32_t action(const char* name, const char* subject) {
        pack_.schema.actions.push_back({name, {{subject, kText}}});
        return static_cast<std::uint32_t>(pack_.schema.actions.size() - 1);
    }
    core::CorePack take() { return std::move(pack_); }

private:
    NodeId add(core::Node node) { return builder_.add(std::move(node), {}); }
    core::CorePack pack_;
    core::Builder builder_;
};

NodeId below(Maker& make, std::int64_t threshold) {
    return make.compare(
        make.field(kPercent), core::CompareOp::lt, make.constant(kPercent, threshold, 1'000'000));
}

void add_rule(Maker& make, int number) {
    switch (number) {
    case 1: {
        const NodeId unopened = make.absence(make.event(kQuoteEmail), make.event(kQuoteEmailOpened),
            72 * kHour, {{kMailId, kMailId}});
        const NodeId stay =
            make.latest(make.event(kWebsiteVisit), make.field(kDuration), kDuration, 7 * kDay);
        const NodeId brief =
            make.compare(stay, core::CompareOp::lt, make.constant(kDuration, 15 * kSecond, 1));
        make.rule("W1", kCustomer, make.both(make.streak(unopened, 3), brief),
            make.action("care call", "customer"));
        break;
    }
    case 2: {
        const NodeId count = make.aggregate(
            make.event(kComplaint), kNone, core::AggregateOp::count, kInteger, 7 * kDay);
        make.rule("W2", kCustomer,
            make.compare(count, core::CompareOp::ge, make.constant(kInteger, 5, 1)),
            make.action("escalate complaint", "customer"));
        break;
    }
    case 3:
        make.rule("W3", kCustomer,
            make.absence(make.event(kEnquiry), make.event(kUpload), 2 * kHour, {}),
            make.action("chase", "customer"));
        break;
    case 4:
        make.rule("W4", kCustomer,
            make.days_in_a_row(make.event(kLineReport), below(make, 650'000), 5),
            make.action("free remote diagnosis", "customer"));
        break;
    default:
        make.rule("W5", kRegion,
            make.sequence(
                make.event(kPolicyDocument), make.event(kLogisticsDelay), 3 * kDay, 30 * kDay),
            make.action("blame policy", "region"));
    }
}

}  // namespace

core::CorePack core_rules(const std::vector<int>& numbers) {
    Maker make;
    for (const int number : numbers) add_rule(make, number);
    return make.take();
}

core::CorePack core_many_rules(const std::vector<ThresholdRule>& rules) {
    Maker make;
    const std::uint32_t look = make.action("look", "customer");
    for (std::size_t i = 0; i < rules.size(); ++i) {
        NodeId condition = kNone;
        switch (rules[i].shape) {
        case Shape::streak:
            condition = make.streak(make.event(kLineReport, below(make, rules[i].threshold)), 3);
            break;
        case Shape::days:
            condition =
                make.days_in_a_row(make.event(kLineReport), below(make, rules[i].threshold), 5);
            break;
        case Shape::minimum: {
            const NodeId least = make.aggregate(make.event(kLineReport), make.field(kPercent),
                core::AggregateOp::minimum, kPercent, 7 * kDay);
            condition = make.compare(
                least, core::CompareOp::lt, make.constant(kPercent, rules[i].threshold, 1'000'000));
            break;
        }
        }
        make.rule(fmt::format("K{:04}", i), kCustomer, condition, look);
    }
    return make.take();
}

}  // namespace clausal::bench
