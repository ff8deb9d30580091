#pragma once
// What a node says, whole: every option that changes its meaning appears in the words, in both
// languages. Readings and explanations are made of it.

#include "compiler/core/core.h"
#include "compiler/core/reading_words.h"

namespace clausal::core {

// The occurrences whose fields a state or a value reads.
struct Frames {
    NodeId self = kNone;
    NodeId first = kNone;
    // self and first are two occurrences in time; else first is what the other stands beside
    bool in_time = true;
};

class NodeWords {
public:
    // `subject`: the kind of subject that the rule is about.
    NodeWords(const CorePack& pack, std::uint32_t subject) : pack_(pack), subject_(subject) {}

    Words occurrence(NodeId id);
    Words state(NodeId id, Frames frames);
    // `beside`: what it is compared with, whose type says how a code is called.
    Words value(NodeId id, Frames frames, NodeId beside = kNone);
    // A condition of either sort.
    Words whole(NodeId id);
    // No more than this was said in full; the rest is `…`.
    bool is_cut() const { return left_ < 0; }

private:
    class Deeper;
    Words condition(NodeId id, Frames frames);
    Words sequence(const Node& n);
    Words absence_after(const Node& n);
    Words absence_before(const Node& n);
    Words daily(const Node& n) const;
    Words compare(const Node& n, Frames frames);
    Words joined(const Node& n, Frames frames);
    Words over_time(NodeId id, const Node& n, Frames frames);
    Words shift(const Node& n);
    Words constant(const Node& n, NodeId beside) const;
    Words aggregate(const Node& n, Frames frames);
    Words calculated(const Node& n, Frames frames);
    Words dated(const Node& n, Frames frames);
    Words elapsed(const Node& n, Frames frames);
    Words field(const Node& n, Frames frames);
    Words quoted(const std::vector<std::string>& words) const;
    // ` such that …`, empty without a condition.
    Words such_that(const Node& n, std::size_t input, Frames frames);
    Words same(const std::vector<Correlation>& pairs, NodeId later) const;
    Words window(const Window& w);
    Words within(const Node& n) const;
    std::string calendar(std::uint32_t index) const;
    static bool has(const Node& n, std::size_t input) {
        return input < n.inputs.size() && n.inputs[input] != kNone;
    }

    const CorePack& pack_;
    std::uint32_t subject_;
    int left_ = 300;  // nodes; what is longer nobody reads
    int depth_ = 0;
};

}  // namespace clausal::core
