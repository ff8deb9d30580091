#include "compiler/types/print.h"

#include <fmt/format.h>

#include "compiler/names/print.h"

namespace clausal::types {

std::string print(const TypedPack& pack) {
    std::string out;
    for (const TypedName& name : pack.names) {
        const bool is_value = name.sort == "value" || name.sort == "parameter";
        out += fmt::format("{} : {}{}", name.name, name.sort,
            is_value ? " " + names::type_words(name.type, false) : "");
        if (name.node != kNone) out += fmt::format(" = n{}", name.node);
        out += '\n';
    }
    for (std::size_t i = 0; i < pack.rules.size(); ++i) {
        const TypedRule& rule = pack.rules[i];
        const char* sort = rule.sort == core::Sort::occurrence ? "occurrence" : "state";
        const std::string subject = rule.subject < pack.core.schema.subjects.size()
                                        ? pack.core.schema.subjects[rule.subject].name
                                        : "?";
        out += fmt::format(
            "rule {} for {} : {} = n{}\n", rule.id, subject, sort, pack.core.rules[i].condition);
        for (const core::ActionCall& call : pack.core.rules[i].actions) {
            const ActionType& action = pack.core.schema.actions[call.action];
            out += "  " + action.name;
            for (std::size_t f = 0; f < call.values.size(); ++f) {
                out += fmt::format(" {}:{}", action.fields[f].name,
                    names::type_words(action.fields[f].type, false));
                if (call.values[f] != kNone) out += fmt::format("=n{}", call.values[f]);
            }
            out += '\n';
        }
    }
    return out;
}

}  // namespace clausal::types
