#pragma once
// The third form of a pack: every expression has a type and stands for core nodes; what is left is
// CorePack itself. It differs from ResolvedPack in that no syntax is left. Made by from_names.h.

#include <string>
#include <vector>

#include "compiler/core/core.h"
#include "compiler/core/readings.h"

namespace clausal::types {

struct TypedName {
    std::string name;
    std::string sort;  // parameter, value, state, occurrence, list, table
    Type type;         // of values
    core::NodeId node = kNone;
};

struct TypedRule {
    std::string id;
    std::uint32_t subject = 0;
    core::Sort sort = core::Sort::state;
};

struct TypedPack {
    core::CorePack core;
    std::vector<TypedName> names;  // parameters and terms in order of declaration
    std::vector<TypedRule> rules;
    // choices that core no longer shows: currencies, owners of bare fields
    std::vector<core::ReadingLine> readings;
    bool complete = false;  // no error was found: core may run
};

}  // namespace clausal::types
