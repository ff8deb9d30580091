// The events that a result rests on, for explanations.

#include <algorithm>

#include "compiler/interpret/subject_trace.h"

namespace clausal::interpret {

using core::Node;
using core::NodeId;
using core::NodeKind;

std::vector<EventReference> SubjectTrace::witnesses(NodeId id, View view, const Context& context) {
    const Node& node = pack_[id];
    std::vector<EventReference> found;
    const auto add = [&](EventReference event) {
        if (event.type != kNone && std::find(found.begin(), found.end(), event) == found.end()) {
            found.push_back(event);
        }
    };
    const auto add_item = [&](const Occurrence& item) {
        add(item.frame.anchor);
        for (const EventReference event : item.frame.witnesses) add(event);
    };
    if (core::sort_of(node.kind) == core::Sort::occurrence) {
        if (const Occurrence* at = occurrence_at(id, view.step)) add_item(*at);
        return found;
    }
    switch (node.kind) {
    case NodeKind::latest:
    case NodeKind::aggregate: {
        const Items items =
            items_in_window(node, view, node.kind == NodeKind::latest && node.before,
                program_.looks_back[id].has_value(), context);
        for (auto index = items.indices.rbegin(); index != items.indices.rend(); ++index) {
            add_item(occurrences_[node.inputs[0]][*index]);
            if (node.kind == NodeKind::latest) break;
        }
        break;
    }
    case NodeKind::streak: {
        const auto bases = bases_.find(id);
        if (bases == bases_.end()) break;
        std::int64_t left = node.count;
        for (auto base = bases->second.rbegin(); base != bases->second.rend() && left > 0; ++base) {
            bool released = false;
            if (!sees(view, base->step) || !base_outcome(node, *base, view, &released) || released)
                continue;
            add(steps_[base->step].step.event);
            --left;
        }
        break;
    }
    case NodeKind::silence:
    case NodeKind::shift:
    case NodeKind::cluster:
    case NodeKind::consecutive:
    case NodeKind::exists_around: {
        const std::vector<Occurrence>& items = occurrences_[node.inputs.at(0)];
        for (auto item = items.rbegin(); item != items.rend(); ++item) {
            if (!sees(view, item->step)) continue;
            add_item(*item);
            if (node.kind == NodeKind::silence || node.kind == NodeKind::shift) break;
        }
        break;
    }
    default:
        for (const NodeId input : node.inputs) {
            if (input == kNone || core::sort_of(pack_[input].kind) == core::Sort::occurrence)
                continue;
            for (const EventReference event : witnesses(input, view, context)) add(event);
        }
        break;
    }
    return found;
}

}  // namespace clausal::interpret
