// Nodes of a group, their frames, and the order in which its state is laid out.

#include "compiler/plan/group_maker.h"

#include "compiler/plan/empty_history.h"
#include "compiler/plan/threshold_families.h"

namespace clausal::plan {

void for_each_child(const Node& node, const std::function<void(NodeId)>& use) {
    for (const NodeId input : node.inputs) {
        if (input != kNone) use(input);
    }
    for (const NodeId value : node.derived) use(value);
    if (node.window.kind == Window::Kind::since && node.window.since != kNone)
        use(node.window.since);
}

void GroupMaker::make() {
    group_.family_of.assign(group_.rules.size(), kNone);
    collect();
    if (!has_before_) {
        group_.families = find_families(pack_, group_.rules);
        for (std::uint32_t i = 0; i < group_.families.size(); ++i) {
            for (const std::uint32_t place : group_.families[i].places) group_.family_of[place] = i;
        }
        if (!group_.families.empty()) collect();
    }
    for (const NodeId id : group_.nodes) {
        if (is_extreme(id))
            group_.extreme_of.emplace(id, static_cast<std::uint32_t>(group_.extreme_of.size()));
    }
    spec_.births = needs_births();
    bytes_ = spec_.births ? sizeof(abi::StateHeader) : known_.headless ? 0 : sizeof(std::int64_t);
    for (const NodeId id : group_.nodes) {
        if (is_occurrence(pack_, id)) add_frame(id);
    }
    for (const Family& family : group_.families) {
        std::vector<NodeId> above = family.above;
        std::sort(above.begin(), above.end());
        for (const NodeId id : above) {
            if (is_occurrence(pack_, id)) add_frame(id);
        }
    }
    for (const NodeId id : group_.nodes) add_node(id);
    for (std::size_t i = 0; i < group_.families.size(); ++i) add_family(i);
    for (std::size_t i = 0; i < group_.logs.size(); ++i) {
        spec_.logs[i].words = log_words_[i];
        spec_.logs[i].head = take(sizeof(abi::LogHead));
    }
    for (const std::uint32_t rule : group_.rules) add_rule(rule);
    settle_timers();
    settle_delays();
    add_bytes();
    if (spec_.falls_only && known_.headless) {
        spec_.armed_bytes = flags() <= 1 ? 1 : flags() <= 2 ? 2 : flags() <= 4 ? 4 : 8;
        bytes_ = std::max(bytes_, spec_.armed_at + spec_.armed_bytes);
    }
    spec_.state_bytes = (bytes_ + 7) / 8 * 8;
}

void GroupMaker::collect() {
    group_.nodes.clear();
    users_.clear();
    in_actions_.clear();
    std::vector<bool> seen(pack_.nodes.size(), false);
    std::vector<NodeId> todo;
    std::set<std::uint32_t> types;
    for (const Family& family : group_.families) {
        for_each_shared(pack_, family, [&](NodeId id) { todo.push_back(id); });
        for (const NodeId id : family.above) {
            if (pack_[id].kind == NodeKind::event) types.insert(pack_[id].event);
        }
    }
    for (std::size_t place = 0; place < group_.rules.size(); ++place) {
        const std::uint32_t rule = group_.rules[place];
        if (group_.family_of[place] == kNone) todo.push_back(pack_.rules[rule].condition);
        for (const auto& call : pack_.rules[rule].actions) {
            todo.insert(todo.end(), call.values.begin(), call.values.end());
            in_actions_.insert(call.values.begin(), call.values.end());
        }
    }
    spec_.types.clear();
    spec_.broadcasts.clear();
    while (!todo.empty()) {
        const NodeId id = todo.back();
        todo.pop_back();
        if (id == kNone || seen[id]) continue;
        seen[id] = true;
        const Node& node = pack_[id];
        if (node.kind == NodeKind::event) types.insert(node.event);
        if (node.kind == NodeKind::rule_output) spec_.outputs = true;
        if (node.kind == NodeKind::before_this) has_before_ = true;
        if (node.kind == NodeKind::subject_field) spec_.reads_registers = true;
        for_each_child(node, [&](NodeId child) {
            todo.push_back(child);
            users_[child].push_back(id);
        });
        // What can turn a missing value into a decided truth.
        if (node.kind == NodeKind::not_true || node.kind == NodeKind::is_missing ||
            node.kind == NodeKind::choose || node.kind == NodeKind::hold) {
            sees_unknown_ = true;
        }
    }
    for (NodeId id = 0; id < seen.size(); ++id) {
        if (seen[id]) group_.nodes.push_back(id);
    }
    for (const std::uint32_t type : types) {
        const auto& subjects = pack_.schema.events[type].subjects;
        if (subjects.empty()) spec_.broadcasts.push_back(type);
        if (std::any_of(subjects.begin(), subjects.end(),
                [&](const SubjectReference& r) { return r.kind == spec_.subject_kind; })) {
            spec_.types.push_back(type);
        }
    }
}

bool GroupMaker::needs_births() const {
    if (!spec_.broadcasts.empty() || spec_.types.empty()) return true;
    for (const NodeId id : group_.nodes) {
        const Node& node = pack_[id];
        switch (node.kind) {
        case NodeKind::silence:
        case NodeKind::known_for:
        case NodeKind::daily:
        case NodeKind::cluster:
        case NodeKind::closed_units:
        case NodeKind::hold:
        case NodeKind::before_this: return true;
        case NodeKind::rise:
            if ((truths_when_empty(pack_, node.inputs[0]) & kMayBeTrue) != 0) return true;
            break;
        case NodeKind::latest:
        case NodeKind::aggregate:
            if (node.window.offset > 0 || node.window.kind == Window::Kind::previous_unit ||
                node.window.kind == Window::Kind::closed_units) {
                return true;
            }
            break;
        default: break;
        }
    }
    return std::any_of(group_.rules.begin(), group_.rules.end(), [&](std::uint32_t rule) {
        const NodeId condition = pack_.rules[rule].condition;
        return !is_occurrence(pack_, condition) &&
               (truths_when_empty(pack_, condition) & kMayBeTrue) != 0;
    });
}

std::uint32_t GroupMaker::take(std::size_t bytes) {
    const std::uint32_t at = (bytes_ + 7) / 8 * 8;
    bytes_ = at + static_cast<std::uint32_t>(bytes);
    return at;
}

void GroupMaker::add_frame(NodeId id) {
    const Node& node = pack_[id];
    Frame frame;
    const auto continue_frame = [&](NodeId of) {
        frame = group_.frames.at(of);
        frame.source = of;
        frame.own = static_cast<std::uint32_t>(frame.derived.size());
    };
    const auto add_word = [&](const Shape& shape) {
        frame.derived.push_back({shape, frame.words});
        frame.words += shape.words();
    };
    NodeId first = kNone, self = kNone;
    switch (node.kind) {
    case NodeKind::event:
        frame.event = node.event;
        frame.fields = static_cast<std::uint32_t>(pack_.schema.events[node.event].fields.size());
        break;
    case NodeKind::filtered:
    case NodeKind::absence_after:
    case NodeKind::absence_before:
        continue_frame(node.inputs[0]);
        self = node.inputs[0];
        break;
    case NodeKind::sequence:
        continue_frame(node.inputs[1]);
        self = node.inputs[1];
        first = node.inputs[0];
        break;
    case NodeKind::either: {
        std::set<std::uint32_t> events;
        for (const NodeId input : node.inputs) events.insert(group_.frames.at(input).event);
        if (events.size() == 1 && *events.begin() != kNone) {
            frame.event = *events.begin();
            frame.fields = group_.frames.at(node.inputs[0]).fields;
        }
        break;
    }
    case NodeKind::rule_output:
        for (const Field& field : output_fields(node)) add_word(shape_of_type(field.type));
        frame.own = static_cast<std::uint32_t>(frame.derived.size());
        break;
    default:  // rise, daily
        break;
    }
    group_.frames[id] = frame;  // derived fields see the frame without them
    if (self == kNone) self = id;
    for (const NodeId value : node.derived) {
        Shape shape = shape_of(pack_, group_, value, self, first);
        add_word(shape);
    }
    group_.frames[id] = frame;
}

const std::vector<Field>& GroupMaker::output_fields(const Node& node) const {
    static const std::vector<Field> none;
    const auto& calls = pack_.rules[node.rule].actions;
    return node.slot < calls.size() ? pack_.schema.actions[calls[node.slot].action].fields : none;
}

}  // namespace clausal::plan
