#pragma once
// Before a run every text that a pack writes must have an id in the dictionary of the data: executions
// see texts as ids only.

#include "compiler/core/core.h"
#include "runtime/events/event_data.h"

namespace clausal::core {

inline void intern_constants(const CorePack& pack, Dictionary& dictionary) {
    for (const Node& node : pack.nodes) {
        if (node.kind != NodeKind::constant) continue;
        if (node.type.kind == TypeKind::text) dictionary.intern(node.text);
        if (node.type.kind == TypeKind::texts) {
            std::vector<std::int64_t> ids;
            for (const std::string& word : node.words) ids.push_back(dictionary.intern(word));
            dictionary.intern_set(std::move(ids));
        }
    }
    for (const ConstantList& list : pack.lists) {
        for (const std::string& text : list.texts) dictionary.intern(text);
    }
}

}  // namespace clausal::core
