#include "compiler/driver/coverage.h"

#include <algorithm>
#include <set>

#include "compiler/core/intern_constants.h"
#include "compiler/interpret/program.h"
#include "compiler/interpret/run_reference.h"
#include "compiler/interpret/subject_trace.h"

namespace clausal {
namespace {

using core::NodeKind;

// Logic is looked through; what it joins is a condition.
bool is_logic(NodeKind kind) {
    return kind == NodeKind::and_ || kind == NodeKind::or_ || kind == NodeKind::not_ ||
           kind == NodeKind::not_true || kind == NodeKind::filtered || kind == NodeKind::either;
}

// Does the state read fields of the occurrence that it is asked of? Then it has no truth of its own.
bool reads_frame(const core::CorePack& pack, core::NodeId id) {
    const core::Node& node = pack[id];
    if (node.kind == NodeKind::field || node.kind == NodeKind::time_of) return true;
    if (node.kind == NodeKind::exists_around || !node.correlation.empty()) return true;
    if (core::sort_of(node.kind) == core::Sort::occurrence || node.kind == NodeKind::latest ||
        node.kind == NodeKind::aggregate || node.kind == NodeKind::streak ||
        node.kind == NodeKind::consecutive || node.kind == NodeKind::shift ||
        node.kind == NodeKind::cluster) {
        return false;  // these open a context of their own
    }
    return std::any_of(node.inputs.begin(), node.inputs.end(),
        [&](core::NodeId input) { return input != kNone && reads_frame(pack, input); });
}

void collect(const core::CorePack& pack, core::NodeId id, std::set<core::NodeId>& conditions) {
    if (id == kNone) return;
    const core::Node& node = pack[id];
    if (is_logic(node.kind)) {
        for (const core::NodeId input : node.inputs) collect(pack, input, conditions);
    } else if (core::sort_of(node.kind) == core::Sort::occurrence) {
        // A bare event is no condition; a filtered one, an absence or a sequence is.
        const bool bare = (node.kind == NodeKind::event && interpret::input_of(node, 0) == kNone) ||
                          node.kind == NodeKind::daily;
        if (!bare) conditions.insert(id);
    } else if (core::sort_of(node.kind) == core::Sort::state && !reads_frame(pack, id)) {
        conditions.insert(id);
    }
}

// Did an occurrence node stay out although its trigger was there?
bool occurrence_failed(
    const core::CorePack& pack, interpret::SubjectTrace& trace, core::NodeId id) {
    const core::Node& node = pack[id];
    if (node.kind == NodeKind::absence_after) {
        const auto& instances = trace.instances(id);
        return std::any_of(
            instances.begin(), instances.end(), [](const interpret::Instance& instance) {
                return instance.status == interpret::Instance::Status::failed ||
                       instance.status == interpret::Instance::Status::released;
            });
    }
    if (node.kind == NodeKind::event) {
        for (std::size_t s = 0; s < trace.steps().size(); ++s) {
            const auto& step = trace.steps()[s];
            if (step.depth == 0 && step.step.kind == Step::Kind::event &&
                step.step.event.type == node.event && trace.occurrence_at(id, s) == nullptr) {
                return true;
            }
        }
        return false;
    }
    const std::size_t place = node.kind == NodeKind::sequence ? 1 : 0;
    const core::NodeId trigger = interpret::input_of(node, place);
    if (trigger == kNone || core::sort_of(pack[trigger].kind) != core::Sort::occurrence)
        return true;
    for (const auto& occurrence : trace.occurrences(trigger)) {
        if (trace.occurrence_at(id, occurrence.step) == nullptr) return true;
    }
    return false;
}

}  // namespace

std::vector<ConditionCoverage> condition_coverage(
    const core::CorePack& pack, const std::vector<WorkCalendar>& calendars) {
    std::vector<ConditionCoverage> coverage;
    for (std::uint32_t r = 0; r < pack.rules.size(); ++r) {
        std::set<core::NodeId> conditions;
        collect(pack, pack.rules[r].condition, conditions);
        for (const core::NodeId node : conditions) {
            // Nodes are shared by rules: the text is that of this one.
            Span span = node < pack.spans.size() ? pack.spans[node] : Span{};
            for (const auto& [id, place] : pack.rules[r].places) {
                if (id == node) span = place;
            }
            coverage.push_back({r, node, span, false, false});
        }
    }
    std::stable_sort(coverage.begin(), coverage.end(),
        [](const ConditionCoverage& a, const ConditionCoverage& b) {
            return std::tie(a.rule, a.span.begin, a.span.end) <
                   std::tie(b.rule, b.span.begin, b.span.end);
        });
    const Microseconds horizon = decision_horizon(pack);
    for (const core::Example& example : pack.examples) {
        EventData data = example_data(pack, example);
        if (data.order.empty()) continue;
        core::intern_constants(pack, data.dictionary);
        RunOptions options;
        options.until = example_end(example, data, horizon);
        const interpret::RunData run = interpret::make_run_data(pack, data, calendars, options);
        for (std::uint32_t kind = 0; kind < pack.schema.subjects.size(); ++kind) {
            const interpret::Program program = interpret::make_program(pack, kind);
            const auto events = interpret::events_by_subject(pack, run, kind);
            for (std::uint32_t subject = 0; subject < events.size(); ++subject) {
                interpret::SubjectTrace trace(program, run, subject, events[subject]);
                trace.run();
                for (ConditionCoverage& row : coverage) {
                    if (pack.rules[row.rule].subject != kind || (row.held && row.failed)) continue;
                    if (core::sort_of(pack[row.node].kind) == core::Sort::occurrence) {
                        for (const auto& occurrence : trace.occurrences(row.node)) {
                            if (occurrence.state.truth == interpret::Truth::yes) row.held = true;
                        }
                        if (occurrence_failed(pack, trace, row.node)) row.failed = true;
                        continue;
                    }
                    for (std::size_t s = 0; s < trace.steps().size(); ++s) {
                        if (s < trace.birth_step()) continue;
                        const auto state = trace.state(row.node, {s, false}, {});
                        if (state.truth == interpret::Truth::yes) row.held = true;
                        if (state.truth == interpret::Truth::no) row.failed = true;
                    }
                }
            }
        }
    }
    // What one piece of text means may be several nodes.
    std::vector<ConditionCoverage> merged;
    for (const ConditionCoverage& row : coverage) {
        if (!merged.empty() && merged.back().rule == row.rule && merged.back().span == row.span &&
            row.span.file != Span::kNoFile) {
            merged.back().held |= row.held;
            merged.back().failed |= row.failed;
        } else {
            merged.push_back(row);
        }
    }
    return merged;
}

}  // namespace clausal
