#pragma once
// One group of the plan being laid out: which nodes it has, their state, logs, timers and rules.
// Used by from_core.cpp only.

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/plan/plan.h"

namespace clausal::plan {

using core::Node;
using core::NodeKind;
using core::Window;

void for_each_child(const Node& node, const std::function<void(NodeId)>& use);

class GroupMaker {
public:
    // What a first pass over the group found out; a second one lays out less.
    struct Known {
        bool one_absence = false;
        bool headless = false;  // no deadline is kept per subject
        std::vector<abi::AbsenceSpec> absences;
    };
    GroupMaker(Plan& plan, Group& group) : GroupMaker(plan, group, Known{}) {}
    GroupMaker(Plan& plan, Group& group, Known known)
        : plan_(plan),
          pack_(*plan.pack),
          group_(group),
          spec_(group.spec),
          known_(std::move(known)) {}

    Known known() const {
        Known out;
        out.one_absence = spec_.one_absence;
        out.absences = spec_.absences;
        const bool delayed = spec_.one_absence && spec_.absences[0].delayed;
        out.headless = !spec_.births &&
                       (delayed || !spec_.observes_time || (spec_.falls_only && flags() <= 8));
        return out;
    }

    void make();

private:
    std::string name(const char* what, NodeId id, bool before = false) const {
        return "g" + std::to_string(spec_.index) + "_" + what + "_" + std::to_string(id) +
               (before ? "_b" : "");
    }

    // The nodes that the rules of the group reach; of families only what their rules share.
    void collect();

    // Whether the first own event matters though no rule may read it.
    bool needs_births() const;

    // Room for so many bytes, at a multiple of eight.
    std::uint32_t take(std::size_t bytes);
    void add_frame(NodeId id);
    const std::vector<Field>& output_fields(const Node& node) const;
    std::uint32_t need_log(NodeId of, Microseconds retain, std::uint32_t keep_last);
    // A log that `reader` looks back into, under the cap where it has one.
    std::uint32_t need_log_of(NodeId reader, NodeId of, Microseconds retain);
    std::uint32_t need_mark(NodeId of);
    LogColumn& need_column(std::uint32_t log, NodeId node);

    // Columns for the parts of a value that are kept although an elapsed beside them is not.
    void need_parts(std::uint32_t log, NodeId value);
    abi::WindowSpec window_of(const Window& window);
    template <class Spec>
    std::uint32_t add_spec(std::vector<Spec>& specs, Spec spec) {
        specs.push_back(std::move(spec));
        return static_cast<std::uint32_t>(specs.size() - 1);
    }

    void add_reader(NodeId id, abi::ReaderSpec spec);
    std::uint32_t take_snapshot(NodeId id);

    // Occurs or not, but is never unknown.
    bool is_sure(NodeId id) const {
        return pack_[id].kind == NodeKind::event && input_of(pack_[id], 0) == kNone;
    }

    // An event without a filter, in the only role that its type has for the subject.
    bool is_plain(NodeId id) const;

    // The last few times are enough for a count that is only compared with small constants.
    bool add_count(NodeId id);
    bool add_latest_cell(NodeId id);
    bool add_running(NodeId id);
    // A minimum or maximum over a sliding window of sure events: few values can still become it.
    bool is_extreme(NodeId id) const;
    void add_extreme(NodeId id);
    void add_family(std::size_t index);
    void add_window_value(NodeId id);
    void add_pair(NodeId id);
    void add_absence(NodeId id);
    void add_streak(NodeId id);
    void add_text(NodeId id);
    void add_node(NodeId id);
    void add_rule(std::uint32_t index);

    // Whether a sliding minimum only rises, or a maximum only falls, away from the comparison.
    bool extreme_falls(NodeId comparison) const;

    // Whether time alone may make this state true, or lead it through false to unknown. `forgets`: it
    // may become unknown.
    bool only_falls(NodeId id, bool* forgets) const;

    // Whether time alone changes nothing but what is known.
    bool is_steady(NodeId id, bool* forgets) const;
    void settle_timers();
    // Which events come a second time, and which matter only then.
    void settle_delays();
    bool is_idle(std::uint32_t type) const;
    std::size_t flags() const;

    // Arm flags, one byte each, at the end of the block; or in bytes that a run of units leaves unused,
    // so that a block stays a word.
    void add_bytes();
    std::optional<std::uint32_t> spare_bytes() const;
    Plan& plan_;
    const core::CorePack& pack_;
    Group& group_;
    abi::GroupSpec& spec_;
    Known known_;
    std::vector<std::uint32_t> log_words_;
    std::uint32_t bytes_ = 0;
    bool has_before_ = false, sees_unknown_ = false;
    std::map<NodeId, std::vector<NodeId>> users_;
    std::set<NodeId> in_actions_;
};

}  // namespace clausal::plan
