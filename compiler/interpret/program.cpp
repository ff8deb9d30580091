#include "compiler/interpret/program.h"

#include <algorithm>

namespace clausal::interpret {

using core::Node;
using core::NodeId;
using core::NodeKind;
using core::Window;

void Reads::add(const Reads& other) {
    for (std::size_t i = 0; i < events.size(); ++i) events[i] = events[i] || other.events[i];
    for (std::size_t i = 0; i < rules.size(); ++i) rules[i] = rules[i] || other.rules[i];
}

std::vector<bool> reachable_from(const core::CorePack& pack, const std::vector<NodeId>& roots) {
    std::vector<bool> reached(pack.nodes.size(), false);
    std::vector<NodeId> todo;
    for (const NodeId root : roots) {
        if (root != kNone) todo.push_back(root);
    }
    while (!todo.empty()) {
        const NodeId id = todo.back();
        todo.pop_back();
        if (reached[id]) continue;
        reached[id] = true;
        for_each_child(pack[id], [&](NodeId child) { todo.push_back(child); });
    }
    return reached;
}

namespace {

bool is_occurrence(const core::CorePack& pack, NodeId id) {
    return core::sort_of(pack[id].kind) == core::Sort::occurrence;
}

// Does a value below aggregate or latest hold `elapsed` (open_only: an open one)?
bool has_elapsed(const core::CorePack& pack, NodeId id, bool open_only) {
    if (id == kNone || is_occurrence(pack, id)) return false;
    const Node& node = pack[id];
    if (node.kind == NodeKind::elapsed) return !open_only || node.open;
    if (node.kind == NodeKind::latest || node.kind == NodeKind::aggregate) return false;
    for (const NodeId input : node.inputs) {
        if (has_elapsed(pack, input, open_only)) return true;
    }
    return false;
}

bool is_momentary(const Program& program, NodeId id) {
    const core::CorePack& pack = *program.pack;
    const Node& node = pack[id];
    const auto input_is = [&](std::size_t place) {
        const NodeId input = input_of(node, place);
        return input != kNone && !is_occurrence(pack, input) && program.momentary[input];
    };
    if (is_occurrence(pack, id)) return false;
    if (node.kind == NodeKind::now || node.kind == NodeKind::before_this) return true;
    if (node.kind == NodeKind::elapsed) return node.open;
    if (node.kind == NodeKind::latest || node.kind == NodeKind::aggregate) {
        return (node.kind == NodeKind::latest && node.before) ||
               has_elapsed(pack, input_of(node, 1), true) || input_is(2);
    }
    if (node.kind == NodeKind::hold || node.kind == NodeKind::streak ||
        node.kind == NodeKind::consecutive || node.kind == NodeKind::shift) {
        return false;
    }
    for (std::size_t place = 0; place < node.inputs.size(); ++place) {
        if (input_is(place)) return true;
    }
    return false;
}

void add_edges(Program& program, NodeId id) {
    const Node& node = (*program.pack)[id];
    const auto edge = [&](NodeId of, Microseconds delay) {
        if (of != kNone && delay >= 0 && delay < kForever) program.edges[of].push_back(delay);
    };
    const NodeId of = input_of(node, 0);
    if (node.kind == NodeKind::latest || node.kind == NodeKind::aggregate ||
        node.kind == NodeKind::shift) {
        const Window& window = node.window;
        if (window.kind == Window::Kind::sliding) {
            edge(of, window.length + window.offset);
            edge(of, window.offset);
            if (window.offset > 0) program.birth_edges.push_back(window.length + window.offset);
        } else if (window.kind == Window::Kind::this_unit ||
                   window.kind == Window::Kind::previous_unit ||
                   window.kind == Window::Kind::closed_units) {
            program.units.push_back(window.unit);
        }
    } else if (node.kind == NodeKind::closed_units) {
        program.units.push_back(node.unit);
    } else if (node.kind == NodeKind::silence) {
        edge(of, node.high);
        program.birth_edges.push_back(node.high);
    } else if (node.kind == NodeKind::hold) {
        edge(of, node.high);
    } else if (node.kind == NodeKind::known_for) {
        program.birth_edges.push_back(node.high);
    } else if (node.kind == NodeKind::cluster) {
        edge(of, node.low);
        edge(of, node.low + node.high);
        program.birth_edges.push_back(node.low + node.high);
    } else if (node.kind == NodeKind::consecutive) {
        program.units.push_back(node.unit == core::Unit::working_day ? core::Unit::day : node.unit);
    } else if (node.kind == NodeKind::subject_field) {
        program.registers = true;
    }
}

}  // namespace

Program make_program(const core::CorePack& pack, std::uint32_t kind) {
    Program program;
    program.pack = &pack;
    program.kind = kind;
    std::vector<NodeId> roots;
    for (std::uint32_t i = 0; i < pack.rules.size(); ++i) {
        if (pack.rules[i].subject != kind) continue;
        program.rules.push_back(i);
        roots.push_back(pack.rules[i].condition);
        for (const core::ActionCall& call : pack.rules[i].actions) {
            roots.insert(roots.end(), call.values.begin(), call.values.end());
        }
    }
    const std::vector<bool> reached = reachable_from(pack, roots);
    const std::size_t size = pack.nodes.size();
    Reads none;
    none.events.resize(pack.schema.events.size());
    none.rules.resize(pack.rules.size());
    program.reads.assign(size, none);
    program.momentary.assign(size, false);
    program.looks_ahead.assign(size, false);
    program.sampled.assign(size, false);
    program.edges.resize(size);
    program.looks_back.resize(size);
    program.relevant.assign(pack.schema.events.size(), false);
    for (NodeId id = 0; id < size; ++id) {
        if (!reached[id]) continue;
        const Node& node = pack[id];
        program.nodes.push_back(id);
        program.looks_back[id] = core::looks_back(pack, id);
        if (node.kind == NodeKind::event) program.reads[id].events[node.event] = true;
        if (node.kind == NodeKind::rule_output) program.reads[id].rules[node.rule] = true;
        for_each_child(node, [&](NodeId child) { program.reads[id].add(program.reads[child]); });
        program.momentary[id] = is_momentary(program, id);
        program.looks_ahead[id] = has_elapsed(pack, id, false);
        if (node.kind == NodeKind::rise || node.kind == NodeKind::hold) {
            program.sampled[node.inputs.at(0)] = true;
        }
        if (node.kind == NodeKind::daily) program.daily.push_back(id);
        if (node.kind == NodeKind::streak) program.streaks.push_back(id);
        add_edges(program, id);
        for (std::size_t e = 0; e < program.relevant.size(); ++e) {
            if (program.reads[id].events[e]) program.relevant[e] = true;
        }
    }
    std::sort(program.units.begin(), program.units.end());
    program.units.erase(
        std::unique(program.units.begin(), program.units.end()), program.units.end());
    return program;
}

}  // namespace clausal::interpret
