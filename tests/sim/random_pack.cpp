#include "tests/sim/random_pack.h"

#include <fmt/format.h>

namespace clausal::sim {

using core::Sort;
using core::Unit;
using core::Window;

namespace {

std::uint32_t frame_type(const core::CorePack& pack, NodeId id) {
    const Node& node = pack[id];
    switch (node.kind) {
    case NodeKind::event: return node.event;
    case NodeKind::filtered:
    case NodeKind::absence_after:
    case NodeKind::absence_before: return frame_type(pack, node.inputs[0]);
    case NodeKind::sequence: return frame_type(pack, node.inputs[1]);
    case NodeKind::either: {
        const std::uint32_t type = frame_type(pack, node.inputs[0]);
        for (const NodeId input : node.inputs) {
            if (frame_type(pack, input) != type) return kNone;
        }
        return type;
    }
    default: return kNone;
    }
}

}  // namespace

PackMaker::PackMaker(std::uint64_t seed, NodeKind force)
    : random_(seed), force_(force), builder_(case_.pack) {}

Type PackMaker::type_of(TypeKind kind) const {
    Type type;
    type.kind = kind;
    if (kind == TypeKind::number) type.decimals = 2;
    if (kind == TypeKind::percent || kind == TypeKind::money) type.decimals = 4;
    if (kind == TypeKind::money) type.unit = "CNY";
    if (kind == TypeKind::choice) {
        type.choices = {"low", "middle", "high"};
        type.ordered = true;
    }
    return type;
}

void PackMaker::make_schema() {
    Schema& schema = case_.pack.schema;
    schema.pack = "random";
    const std::vector<Microseconds> grids = {kHour, 6 * kHour, kDay};
    case_.grid = random_.pick(grids);
    // Around changes of the clock, around the turn of a year (2025 has no calendar data), and plainly.
    const std::vector<Microseconds> begins = {
        20518 * kDay, 20450 * kDay, 20600 * kDay, 20757 * kDay};
    case_.begin = random_.pick(begins);
    schema.zone =
        random_.pick(std::vector<std::string>{"UTC", "UTC", "Asia/Shanghai", "America/New_York"});
    schema.subjects.push_back({"customer", {"key"},
        {{"level", type_of(TypeKind::number)}, {"scopes", type_of(TypeKind::texts)}}, kNone});
    schema.subjects.push_back({"line", {"site", "number"}, {}, kNone});
    const std::vector<Field> fields = {{"key", type_of(TypeKind::text)},
        {"other", type_of(TypeKind::text)}, {"site", type_of(TypeKind::text)},
        {"number", type_of(TypeKind::text)}, {"value", type_of(TypeKind::number)},
        {"id", type_of(TypeKind::text)}, {"pieces", type_of(TypeKind::integer)},
        {"length", type_of(TypeKind::duration)}, {"due", type_of(TypeKind::instant)},
        {"flag", type_of(TypeKind::boolean)}, {"level", type_of(TypeKind::choice)},
        {"tags", type_of(TypeKind::texts)}, {"day", type_of(TypeKind::date)},
        {"note", type_of(TypeKind::text)}, {"share", type_of(TypeKind::percent)},
        {"amount", type_of(TypeKind::money)}};
    const SubjectReference first{0, "first", {0}}, second{0, "second", {1}}, line{1, "", {2, 3}};
    const std::vector<std::pair<std::string, std::vector<SubjectReference>>> events = {
        {"A", {first}}, {"B", {first}}, {"C", {first, line}}, {"D", {first, second}}, {"E", {line}},
        {"Z", {}}};
    for (const auto& [name, subjects] : events) {
        EventType type;
        type.name = name;
        type.fields = fields;
        type.subjects = subjects;
        schema.events.push_back(type);
    }
    schema.actions.push_back(
        {"call", {{"reason", type_of(TypeKind::text)}, {"value", type_of(TypeKind::number)}}});
    schema.actions.push_back(
        {"note", {{"at", type_of(TypeKind::instant)}, {"pieces", type_of(TypeKind::integer)},
                     {"day", type_of(TypeKind::date)}}});
    schema.actions.push_back({"tell", {{"whom", type_of(TypeKind::text)}}});
    CalendarSpec calendar;
    calendar.name = "office";
    calendar.begin_minute = 9 * 60;
    calendar.end_minute = 18 * 60;
    schema.calendars.push_back(calendar);
    core::ConstantList numbers, texts, codes;
    numbers.name = "numbers";
    numbers.type = type_of(TypeKind::number);
    numbers.numbers = {Rational{1, 1}, Rational{5, 2}, Rational{3, 1}};
    texts.name = "texts";
    texts.type = type_of(TypeKind::text);
    texts.texts = {"x", "z", "k1"};
    codes.name = "choices";
    codes.type = type_of(TypeKind::choice);
    codes.codes = {0, 2};
    case_.pack.lists = {numbers, texts, codes};
}

Case PackMaker::make() {
    make_schema();
    if (random_.chance(20)) {
        const std::uint32_t kind = random_.chance(75) ? 0 : 1;
        for (std::int64_t i = random_.between(1, 3); i > 0; --i) make_plain(kind);
        compact(case_.pack);
        return std::move(case_);
    }
    const std::int64_t rules = random_.between(1, 4);
    // An output needs a rule before it.
    const bool after_another = force_ == NodeKind::rule_output;
    const std::uint32_t forced_kind = random_.chance(75) ? 0 : 1;
    if (after_another) make_rule(forced_kind, std::nullopt);
    const bool of_kind_0 = force_ == NodeKind::subject_field;
    make_rule(of_kind_0 ? 0 : forced_kind, force_);
    for (std::int64_t i = 1; i < rules; ++i) make_rule(random_.chance(75) ? 0 : 1, std::nullopt);
    if (random_.chance(30)) make_family(random_.chance(75) ? 0 : 1);
    compact(case_.pack);
    return std::move(case_);
}

void PackMaker::make_rule(std::uint32_t kind, std::optional<NodeKind> force) {
    kind_ = kind;
    const int depth = static_cast<int>(random_.between(1, 3));
    core::Rule rule;
    rule.id = fmt::format("rule {}", static_cast<char>('a' + random_.below(26)));
    rule.id += std::to_string(case_.pack.rules.size());
    rule.subject = kind;
    const Scope none;
    if (force && core::sort_of(*force) == Sort::occurrence) {
        rule.condition = occurrence_of(*force, depth);
        if (random_.chance(30)) {
            const Slots self = slots(rule.condition);
            Node filtered = node(NodeKind::filtered, {rule.condition, state(1, {&self})});
            rule.condition = add_occurrence(filtered, self);
        }
    } else if (force) {
        const bool beside_event = random_.chance(50);
        const NodeId event = beside_event ? occurrence(random_.chance(70) ? 0 : 1) : kNone;
        const Slots self = beside_event ? slots(event) : Slots{};
        const Scope scope = beside_event ? Scope{&self} : none;
        NodeId made = kNone;
        if (core::sort_of(*force) == Sort::state) {
            made = state_of(*force, depth, scope);
        } else {
            made = state_of(NodeKind::compare, depth, scope);  // for kinds that need another place
            const std::vector<TypeKind> kinds = {TypeKind::number, TypeKind::text,
                TypeKind::instant, TypeKind::date, TypeKind::duration};
            for (int attempt = 0; attempt < 30; ++attempt) {
                const TypeKind type = random_.pick(kinds);
                NodeId forced = value_of(*force, type, depth, scope);
                if (forced == kNone && *force == NodeKind::elapsed) {
                    forced = value_of(NodeKind::aggregate, TypeKind::duration, 9, scope);
                }
                if (forced == kNone) continue;
                Node compared = node(NodeKind::compare,
                    {forced, leaf(type == TypeKind::number && *force == NodeKind::elapsed
                                      ? TypeKind::duration
                                      : type,
                                 scope)});
                if (*force == NodeKind::elapsed)
                    compared.inputs[1] = constant(TypeKind::duration, scope);
                compared.compare = type == TypeKind::text
                                       ? core::CompareOp::ne
                                       : static_cast<core::CompareOp>(random_.below(6));
                made = add(compared);
                break;
            }
        }
        if (beside_event) {
            Node filtered = node(NodeKind::filtered, {event, made});
            rule.condition = add_occurrence(filtered, self);
        } else {
            rule.condition = made;
        }
    } else {
        rule.condition = random_.chance(50) ? occurrence(depth) : state(depth, none);
    }
    const bool is_occurrence = core::sort_of(case_.pack[rule.condition].kind) == Sort::occurrence;
    const Slots self = is_occurrence ? slots(rule.condition) : Slots{};
    const Scope scope = is_occurrence ? Scope{&self} : none;
    rule.actions = random_actions(scope);
    if (random_.chance(25)) {
        rule.limit.count = random_.between(1, 2);
        rule.limit.length = random_.chance(70) ? span(1, 8) : 0;
        rule.limit.unit = static_cast<Unit>(random_.below(5));
    }
    if (random_.chance(30)) rule.priority = static_cast<std::int32_t>(random_.below(3));
    if (random_.chance(15)) rule.from = case_.begin + span(0, 20);
    if (random_.chance(15)) rule.until = case_.begin + span(10, 40);
    case_.pack.rules.push_back(rule);
}

std::vector<core::ActionCall> PackMaker::random_actions(const Scope& scope) {
    std::vector<core::ActionCall> actions;
    for (std::int64_t i = random_.between(0, 2); i > 0; --i) {
        core::ActionCall call;
        call.action = static_cast<std::uint32_t>(random_.below(3));
        for (const Field& field : case_.pack.schema.actions[call.action].fields) {
            call.values.push_back(random_.chance(10) ? kNone : value(field.type.kind, 1, scope));
        }
        actions.push_back(call);
    }
    return actions;
}

Node PackMaker::node(NodeKind kind, std::vector<NodeId> inputs) const {
    Node made;
    made.kind = kind;
    made.inputs = std::move(inputs);
    return made;
}

NodeId PackMaker::add(Node node) { return builder_.add(std::move(node), {}); }

NodeId PackMaker::add_occurrence(Node node, Slots slots) {
    const NodeId id = add(std::move(node));
    slots_[id] = std::move(slots);
    return id;
}

void PackMaker::add_derived(Node& node, Slots& slots, int depth, const Scope& scope) {
    if (!random_.chance(20)) return;
    const std::vector<TypeKind> kinds = {TypeKind::number, TypeKind::text, TypeKind::instant};
    Slots added;
    for (std::int64_t i = random_.between(1, 2); i > 0; --i) {
        const TypeKind kind = random_.pick(kinds);
        node.derived.push_back(value(kind, below(depth), scope));
        node.derived_types.push_back(type_of(kind));
        added.push_back(type_of(kind));
    }
    slots.insert(slots.end(), added.begin(), added.end());
}

std::optional<std::uint32_t> PackMaker::slot_of(const Slots* slots, TypeKind kind) {
    if (slots == nullptr) return std::nullopt;
    std::vector<std::uint32_t> found;
    for (std::uint32_t i = 0; i < slots->size(); ++i) {
        if ((*slots)[i].kind == kind) found.push_back(i);
    }
    if (found.empty()) return std::nullopt;
    return random_.pick(found);
}

std::vector<core::Correlation> PackMaker::correlation(
    const Slots& first, const Slots& second, int percent) {
    std::vector<core::Correlation> pairs;
    if (!random_.chance(percent)) return pairs;
    const bool by_id = first.size() > 5 && second.size() > 5;  // slot 5 of every event is its id
    if (by_id && random_.chance(70)) return {{5, 5}};
    if (by_id && random_.chance(40)) return {{5, 5}, {6, 6}};
    const auto a = slot_of(&first, TypeKind::text), b = slot_of(&second, TypeKind::text);
    if (a && b) pairs.push_back({*a, *b});
    return pairs;
}

Window PackMaker::window(int depth, bool may_be_since) {
    Window made;
    switch (random_.below(may_be_since ? 10 : 9)) {
    case 0: break;
    case 1:
    case 2:
    case 3:
    case 4:
        made.kind = Window::Kind::sliding;
        made.length = span(1, 8);
        break;
    case 5:
        made.kind = Window::Kind::sliding;
        made.length = span(1, 5);
        made.offset = span(1, 5);
        break;
    case 6:
        made.kind = Window::Kind::this_unit;
        made.unit = static_cast<Unit>(random_.below(5));
        break;
    case 7:
        made.kind = Window::Kind::previous_unit;
        made.unit = static_cast<Unit>(random_.below(5));
        break;
    case 8:
        made.kind = Window::Kind::closed_units;
        made.unit = static_cast<Unit>(random_.below(5));
        break;
    default:
        made.kind = Window::Kind::since;
        made.since = random_.chance(25) ? occurrence_of(NodeKind::rule_output, below(depth))
                                        : occurrence(below(depth));
        break;
    }
    return made;
}

NodeId PackMaker::event_node(bool with_filter, int depth) {
    const Schema& schema = case_.pack.schema;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> choices;  // type, reference
    for (std::uint32_t type = 0; type < schema.events.size(); ++type) {
        const auto& references = schema.events[type].subjects;
        for (std::uint32_t r = 0; r < references.size(); ++r) {
            if (references[r].kind == kind_) choices.emplace_back(type, r);
        }
        if (references.empty()) choices.emplace_back(type, kNone);
    }
    // The first types more often, so that the events of one rule meet.
    const auto& [type, reference] = random_.chance(50)
                                        ? choices[static_cast<std::size_t>(random_.below(2))]
                                        : random_.pick(choices);
    Node made = node(NodeKind::event, {kNone});
    made.event = type;
    made.reference = reference;
    Slots slots;
    for (const Field& field : schema.events[type].fields) slots.push_back(field.type);
    if (with_filter) made.inputs[0] = state(std::max(0, depth - 1), {&slots, nullptr, false, true});
    const Slots plain = slots;
    add_derived(made, slots, 0, {&plain});
    return add_occurrence(made, slots);
}

NodeId PackMaker::occurrence(int depth) {
    if (depth <= 0) return event_node(random_.chance(40), 0);
    const std::vector<NodeKind> kinds = {NodeKind::event, NodeKind::event, NodeKind::event,
        NodeKind::filtered, NodeKind::either, NodeKind::sequence, NodeKind::sequence,
        NodeKind::absence_after, NodeKind::absence_after, NodeKind::absence_before, NodeKind::rise,
        NodeKind::daily, NodeKind::rule_output};
    return occurrence_of(random_.pick(kinds), depth);
}

NodeId PackMaker::occurrence_of(NodeKind kind, int depth) {
    const int inner = depth - 1;
    Node made = node(kind);
    switch (kind) {
    case NodeKind::filtered: {
        const NodeId of = occurrence(inner);
        Slots slots = this->slots(of);
        const Slots self = slots;
        made.inputs = {of, state(inner, {&self, nullptr, false, true})};
        add_derived(made, slots, inner, {&self});
        return add_occurrence(made, slots);
    }
    case NodeKind::either: {
        for (std::int64_t i = random_.between(2, 3); i > 0; --i)
            made.inputs.push_back(occurrence(inner));
        // Where all inputs have one event type, its fields are seen.
        const std::uint32_t type = frame_type(case_.pack, made.inputs[0]);
        Slots slots;
        bool shared = type != kNone;
        for (const NodeId input : made.inputs)
            shared = shared && frame_type(case_.pack, input) == type;
        if (shared) {
            for (const Field& field : case_.pack.schema.events[type].fields)
                slots.push_back(field.type);
        }
        return add_occurrence(made, slots);
    }
    case NodeKind::sequence: {
        const NodeId first = occurrence(inner),
                     second = random_.chance(25) ? first : occurrence(inner);
        Slots slots = this->slots(second);
        const Slots self = slots, other = this->slots(first);
        const NodeId pair = !random_.chance(25) ? kNone
                            : random_.chance(30)
                                ? pair_state(other, self)
                                : state(below(inner), {&self, &other, false, true});
        const NodeId without = random_.chance(25) ? occurrence(below(inner)) : kNone;
        made.inputs = {first, second, pair, without};
        made.low = random_.chance(35) ? span(1, 3) : 0;
        made.high = random_.chance(10) ? kForever : made.low + span(0, 5);
        made.correlation = correlation(other, self, 35);
        made.pick =
            random_.chance(60) ? core::Pick::any : static_cast<core::Pick>(random_.between(1, 2));
        add_derived(made, slots, inner, {&self, &other});
        return add_occurrence(made, slots);
    }
    case NodeKind::absence_after: {
        const NodeId start = occurrence(inner);
        const NodeId absent = random_.chance(85) ? occurrence(inner) : kNone;
        Slots slots = this->slots(start);
        const Slots self = slots;
        made.inputs = {start, absent, kNone, kNone};
        if (absent != kNone) {
            const Slots other = this->slots(absent);
            made.correlation = correlation(self, other, 35);
            if (random_.chance(20)) made.inputs[2] = state(below(inner), {&other, &self});
        }
        if (random_.chance(20)) {
            made.inputs[3] = occurrence(below(inner));
            const Slots other = this->slots(made.inputs[3]);
            made.unless_correlation = correlation(self, other, 35);
            if (random_.chance(30))
                made.inputs.insert(made.inputs.end(), {kNone, pair_state(self, other)});
        }
        made.inputs.resize(std::max<std::size_t>(made.inputs.size(), 5), kNone);
        if (random_.chance(20))
            made.inputs[4] = random_.chance(60) ? start : occurrence(below(inner));
        made.low = random_.chance(25) ? span(1, 3) : 0;
        made.high = made.inputs[4] != kNone && random_.chance(30) ? kForever
                    : random_.chance(4)                           ? made.low + 1
                                                                  : made.low + span(1, 5);
        if (random_.chance(15)) {
            const bool days = random_.chance(60);
            made.unit = days ? Unit::working_day : Unit::hour;
            made.count = days ? random_.between(1, 4) : random_.between(1, 40) * kHour / 2;
            made.calendar = 0;
            made.high = 72 * kDay;
        }
        add_derived(made, slots, inner, {&self});
        return add_occurrence(made, slots);
    }
    case NodeKind::absence_before: {
        const NodeId event = occurrence(inner),
                     absent = random_.chance(20) ? event : occurrence(inner);
        Slots slots = this->slots(event);
        const Slots self = slots, other = this->slots(absent);
        made.inputs = {event, absent,
            random_.chance(20) ? state(below(inner), {&self, &other, false, true}) : kNone};
        made.correlation = correlation(other, self, 35);
        made.low = random_.chance(25) ? span(1, 2) : 0;
        made.high = random_.chance(20) ? kForever : made.low + span(0, 5);
        add_derived(made, slots, inner, {&self});
        return add_occurrence(made, slots);
    }
    case NodeKind::rise: {
        made.inputs = {state(inner, {})};
        Slots slots;
        add_derived(made, slots, inner, {});
        return add_occurrence(made, slots);
    }
    case NodeKind::daily:
        made.unit = random_.pick(
            std::vector<Unit>{Unit::day, Unit::day, Unit::week, Unit::month, Unit::working_day});
        made.minute_of_day =
            static_cast<std::int32_t>(random_.below(24) * 60 + (random_.chance(20) ? 30 : 0));
        if (made.unit == Unit::working_day && random_.chance(60)) made.calendar = 0;
        if (made.unit == Unit::week) made.count = random_.below(8);
        if (made.unit == Unit::month) made.count = random_.below(32);
        return add_occurrence(made, {});
    case NodeKind::rule_output: {
        std::vector<std::uint32_t> rules;
        for (std::uint32_t i = 0; i < case_.pack.rules.size(); ++i) {
            if (case_.pack.rules[i].subject == kind_) rules.push_back(i);
        }
        if (rules.empty()) return event_node(true, depth);
        made.rule = random_.pick(rules);
        Slots slots;
        const auto& actions = case_.pack.rules[made.rule].actions;
        if (!actions.empty()) {
            made.slot = static_cast<std::uint32_t>(
                random_.below(static_cast<std::int64_t>(actions.size())));
            for (const Field& field : case_.pack.schema.actions[actions[made.slot].action].fields) {
                slots.push_back(field.type);
            }
        }
        return add_occurrence(made, slots);
    }
    default: return event_node(random_.chance(50), depth);
    }
}

NodeId PackMaker::streak_base(int depth) {
    switch (random_.below(5)) {
    case 0: return event_node(true, depth);
    case 1: {
        const NodeId of =
            occurrence_of(random_.chance(50) ? NodeKind::absence_after : NodeKind::event, depth);
        const Slots self = slots(of);
        return add_occurrence(node(NodeKind::filtered, {of, state(below(depth), {&self})}), self);
    }
    case 2: return occurrence_of(NodeKind::absence_after, depth);
    case 3: return occurrence_of(NodeKind::absence_before, depth);
    default: return occurrence_of(NodeKind::sequence, depth);
    }
}

void compact(core::CorePack& pack) {
    std::vector<NodeId> renamed(pack.nodes.size(), kNone);
    std::vector<bool> reached(pack.nodes.size(), false);
    for (const core::Rule& rule : pack.rules) {
        reached[rule.condition] = true;
        for (const core::ActionCall& call : rule.actions) {
            for (const NodeId id : call.values) {
                if (id != kNone) reached[id] = true;
            }
        }
    }
    const auto each = [](Node& node, const auto& visit) {
        for (NodeId& id : node.inputs) visit(id);
        for (NodeId& id : node.derived) visit(id);
        visit(node.window.since);
    };
    for (std::size_t i = pack.nodes.size(); i-- > 0;) {
        if (reached[i])
            each(pack.nodes[i], [&](NodeId id) {
                if (id != kNone) reached[id] = true;
            });
    }
    std::vector<Node> nodes;
    for (std::size_t i = 0; i < pack.nodes.size(); ++i) {
        if (!reached[i]) continue;
        renamed[i] = static_cast<NodeId>(nodes.size());
        nodes.push_back(pack.nodes[i]);
        each(nodes.back(), [&](NodeId& id) {
            if (id != kNone) id = renamed[id];
        });
    }
    for (core::Rule& rule : pack.rules) {
        rule.condition = renamed[rule.condition];
        for (core::ActionCall& call : rule.actions) {
            for (NodeId& id : call.values) {
                if (id != kNone) id = renamed[id];
            }
        }
    }
    pack.nodes = std::move(nodes);
    pack.spans.assign(pack.nodes.size(), Span{});
}

Case random_case(std::uint64_t seed, NodeKind force) {
    Case made = PackMaker(seed, force).make();
    random_trace(made, seed);
    return made;
}

}  // namespace clausal::sim
