#pragma once
// The words that readings are made of: what occurrences, windows, units and lengths are called.

#include <string>
#include <vector>

#include "compiler/core/core.h"

namespace clausal::core {

struct Words {
    std::string english;
    std::string chinese;
};

struct UnitWords {
    const char* english;
    const char* plural;
    const char* chinese;
    const char* current;  // 今天
    const char* last;     // 昨天
};
const UnitWords& unit_words(Unit unit);

// The exact length of a bound: whole days as such, all else by the clock.
std::string exact_length(Microseconds length, bool chinese);

class ReadingWords {
public:
    explicit ReadingWords(const CorePack& pack) : pack_(pack) {}

    // How an occurrence is called.
    Words name(NodeId id, int depth = 0) const;
    std::string rule_id(std::uint32_t index) const;
    // `before`: read as it was before the step.
    Words window(const Window& w, bool before = false) const;
    // ` of the same order id`, by the names of the fields of the later event.
    Words same_fields(const std::vector<Correlation>& pairs, NodeId later) const;
    // The event that an occurrence is one of.
    Words base_of(NodeId id) const;
    // The kind of subject that is spoken of.
    void about(std::uint32_t subject) { subject_ = subject; }

protected:
    // `of` with its condition, unless that is too long to be said each time.
    Words with_condition(const Words& of, NodeId condition, NodeId self) const;

    std::uint32_t subject_ = kNone;
    const CorePack& pack_;
};

// By node: whether the rule reads it as it is at the step, and not only as it was before it.
std::vector<bool> read_at_the_step(const CorePack& pack, const Rule& rule);

}  // namespace clausal::core
