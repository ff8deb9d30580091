#include "compiler/llvm/emit_group.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace clausal::compiled {

using core::Node;
using core::NodeKind;
using plan::input_of;

GroupEmitter::GroupEmitter(
    IrWriter& writer, const Plan& plan, const Group& group, std::string sabotage)
    : w_(writer), plan_(plan), pack_(*plan.pack), group_(group), sabotage_(std::move(sabotage)) {
    prefix_ = "g" + std::to_string(group.spec.index);
    for (const NodeId id : group.nodes) {
        const Node& node = pack_[id];
        faults_ = faults_ || node.kind == NodeKind::arithmetic || node.kind == NodeKind::negative ||
                  node.kind == NodeKind::round || node.kind == NodeKind::shift ||
                  (node.kind == NodeKind::aggregate && node.aggregate != core::AggregateOp::count);
    }
}

std::string GroupEmitter::name(const std::string& what) const { return prefix_ + "_" + what; }

bool GroupEmitter::sabotaged(NodeId id) const {
    return !sabotage_.empty() && sabotage_ == core::name_of(pack_[id].kind);
}

std::string GroupEmitter::host(
    const char* function, const char* result, const std::string& arguments) {
    // Kernels get what they need as arguments; host functions look at the step in the context.
    const std::string_view callee = function;
    if (!cold_ && callee.starts_with("ch_") && callee != "ch_unit_refresh" &&
        callee != "ch_family_level" && callee != "ch_fault" && callee != "ch_family_fault" &&
        arguments.find("%ctx") != std::string::npos) {
        needs_context_ = true;
    }
    if (std::string_view(result) == "void") {
        w_.line("call void @{}({})", function, arguments);
        return "";
    }
    return w_.value("call {} @{}({})", result, function, arguments);
}

std::string GroupEmitter::context(std::size_t offset, const char* type) {
    if (const auto known = step_.find(offset); known != step_.end()) return known->second;
    return w_.load(type, w_.offset("%ctx", static_cast<std::int64_t>(offset)));
}

void GroupEmitter::forget(std::size_t mark) {
    while (memo_log_.size() > mark) {
        const auto& [is_state, key] = memo_log_.back();
        if (is_state) {
            states_.erase(key);
        } else {
            values_.erase(key);
        }
        memo_log_.pop_back();
    }
}

// Whether a state or value depends on whose context it is read in.
bool GroupEmitter::reads_frames(NodeId id) {
    if (id == kNone) return false;
    if (const auto found = reads_frames_.find(id); found != reads_frames_.end())
        return found->second;
    const Node& node = pack_[id];
    bool out = node.kind == NodeKind::field || node.kind == NodeKind::time_of ||
               node.kind == NodeKind::elapsed || node.kind == NodeKind::exists_around ||
               ((node.kind == NodeKind::latest || node.kind == NodeKind::aggregate) &&
                   (!node.correlation.empty() || input_of(node, 2) != kNone));
    const bool own_step = node.kind == NodeKind::latest || node.kind == NodeKind::aggregate ||
                          node.kind == NodeKind::hold || node.kind == NodeKind::streak ||
                          node.kind == NodeKind::consecutive || node.kind == NodeKind::shift;
    if (!own_step) {
        for (const NodeId input : node.inputs) {
            out = out ||
                  (input != kNone && !plan::is_occurrence(pack_, input) && reads_frames(input));
        }
    }
    return reads_frames_[id] = out;
}

GroupEmitter::Key GroupEmitter::key_of(NodeId id, const View& view) {
    if (!reads_frames(id) && view.entry_log == kNone) return {id, view.before, "", "", kNone};
    return {id, view.before, view.self.pointer + "/" + view.self.row, view.first.pointer,
        view.entry_log};
}

bool GroupEmitter::has_timers() const { return group_.spec.observes_time; }

void GroupEmitter::emit() {
    for (const std::uint32_t type : fed_types()) emit_step(StepOf::event, type);
    for (const std::uint32_t type : group_.spec.broadcasts) emit_step(StepOf::event, type);
    emit_step(StepOf::birth, kNone);
    emit_step(StepOf::expiry, kNone);
    emit_step(StepOf::deadline, kNone);
    if (group_.spec.outputs) emit_step(StepOf::output, kNone);
    if (group_.spec.one_absence) emit_due();
    emit_dispatch();
    emit_run();
    emit_callbacks();
}

// The frame that names the step: what events, rises and moments of this step have as theirs.
void GroupEmitter::step_header() {
    step_frame_ = w_.slot(fmt::format("[{} x i64]", static_cast<int>(abi::kEntryWords)));
    w_.store(
        "i64", context(offsetof(abi::Context, time)), w_.offset(step_frame_, abi::kEntryTime * 8));
    w_.store(
        "i64", context(offsetof(abi::Context, step)), w_.offset(step_frame_, abi::kEntryStep * 8));
    w_.store("i64", context(offsetof(abi::Context, reference)),
        w_.offset(step_frame_, abi::kEntryReference * 8));
    w_.store("i64", kTrueText, w_.offset(step_frame_, abi::kEntryTruth * 8));
    w_.store("i64", context(offsetof(abi::Context, place)),
        w_.offset(step_frame_, abi::kEntryPlace * 8));
}

void GroupEmitter::emit_snapshots() {
    for (const NodeId id : group_.snapshots) {
        std::string truth;
        std::uint32_t byte = kNone;
        const Node& node = pack_[id];
        if (node.kind == NodeKind::streak) {
            const std::uint32_t index = group_.streak_of.at(id);
            byte = group_.spec.streaks[index].snapshot;
            truth = host("ch_streak", "i64", fmt::format("ptr %ctx, ptr %state, i32 {}", index));
        } else if (node.kind == NodeKind::consecutive) {
            const std::uint32_t index = group_.consecutive_of.at(id);
            byte = group_.spec.consecutives[index].snapshot;
            truth =
                host("ch_consecutive", "i64", fmt::format("ptr %ctx, ptr %state, i32 {}", index));
        } else {
            const std::uint32_t index = group_.hold_of.at(id);
            byte = group_.spec.holds[index].snapshot;
            truth =
                host("ch_hold", "i64", fmt::format("ptr %ctx, ptr %state, i32 {}, i32 1", index));
        }
        w_.store("i8", w_.value("trunc i64 {} to i8", truth), w_.offset("%state", byte));
    }
}

void GroupEmitter::begin_step(StepOf kind, std::uint32_t event) {
    kind_ = kind;
    event_ = event;
    occurrences_.clear();
    event_bases_.clear();
    fired_.clear();
    states_.clear();
    values_.clear();
    memo_log_.clear();
    row_.clear();
    step_.clear();
    units_.clear();
    columns_.clear();
    needs_context_ = cold_ = false;
}

// The step in hand, where code has it at hand instead of in the context.
void GroupEmitter::know_step(const char* kind, const std::string& time, const std::string& subject,
    const std::string& reference, const std::string& step, const std::string& place) {
    step_ = {{offsetof(abi::Context, time), time}, {offsetof(abi::Context, subject), subject},
        {offsetof(abi::Context, reference), reference}, {offsetof(abi::Context, step), step},
        {offsetof(abi::Context, place), place}, {offsetof(abi::Context, kind), kind},
        {offsetof(abi::Context, depth), "0"}};
}

// Code that puts the known step into the context.
std::string GroupEmitter::put_step() const {
    const auto at = [&](std::size_t field) { return step_.at(field); };
    return fmt::format(
        "  call void @put_step(ptr %ctx, i64 {}, i64 {}, i64 {}, i64 {}, i64 {}, i64 {})\n",
        at(offsetof(abi::Context, time)), at(offsetof(abi::Context, subject)),
        at(offsetof(abi::Context, reference)), at(offsetof(abi::Context, step)),
        at(offsetof(abi::Context, place)), at(offsetof(abi::Context, kind)));
}

void GroupEmitter::emit_step(StepOf kind, std::uint32_t event) {
    begin_step(kind, event);
    static constexpr const char* kNames[] = {"event", "birth", "expiry", "deadline", "output"};
    std::string function = name(kNames[static_cast<int>(kind)]);
    const bool is_event = kind == StepOf::event;
    if (is_event) function += "_" + std::to_string(event);
    w_.begin_function(
        fmt::format("define dso_local void @{}(ptr noalias %ctx, ptr %state)", function));
    if (is_event) know_step("0", "%time", "%subject", "%reference", "%step", "%step");
    const std::size_t begin = w_.mark();
    find_units();
    step_header();
    if (is_event) row_ = w_.value("and i64 %reference, 4294967295");
    emit_snapshots();
    for (const NodeId id : group_.nodes) emit_node(id);
    emit_rules();
    if (group_.spec.outputs && kind != StepOf::output)
        host("ch_outputs", "void", "ptr %ctx, ptr %state");
    w_.line("ret void");
    if (is_event) {
        if (needs_context_) w_.insert(begin, put_step());
        // Columns are found once for the whole batch.
        std::string header = fmt::format(
            "define internal void @{}(ptr noalias %ctx, ptr %state, i64 %time, i64 %subject, "
            "i64 %reference, i64 %step",
            function);
        for (const std::uint32_t slot : columns_)
            header += ", ptr noalias readonly %column" + std::to_string(slot);
        w_.set_header(header + ")");
        event_columns_[event] = columns_;
    }
    w_.end_function();
}

// Where a state is observed at this kind of step.
std::string GroupEmitter::observed(NodeId id) {
    const bool births = group_.spec.births;
    const auto flag = [&](std::size_t offset) {
        return w_.value("icmp ne i64 {}, 0", context(offset));
    };
    switch (kind_) {
    case StepOf::event:
        if (plan_.reads[id][event_]) return births ? flag(offsetof(abi::Context, born)) : "1";
        return births ? flag(offsetof(abi::Context, birth_step)) : "0";
    case StepOf::birth: return "1";
    case StepOf::expiry: return plan_.momentary[id] ? "0" : "1";
    case StepOf::deadline:
    case StepOf::due:
        if (plan_.momentary[id]) return "0";
        return births ? flag(offsetof(abi::Context, born)) : "1";
    case StepOf::output: {
        std::string any = "0";
        for (std::uint32_t rule = 0; rule < plan_.reads_rules[id].size(); ++rule) {
            if (!plan_.reads_rules[id][rule]) continue;
            if (fired_[rule].empty()) {
                const std::string frame =
                    host("ch_fired", "ptr", fmt::format("ptr %ctx, i32 {}, i32 0, i32 0", rule));
                fired_[rule] = w_.value("icmp ne ptr {}, null", frame);
            }
            any = any == "0" ? fired_[rule] : w_.value("or i1 {}, {}", any, fired_[rule]);
        }
        return any;
    }
    }
    return "1";
}

void GroupEmitter::count_unknown(
    std::size_t place, const std::string& truth, const std::string& condition) {
    if (truth == "0" || truth == kTrueText) return;
    const std::uint32_t rule = group_.rules[place];
    const std::string shifted = w_.value("add i64 {}, -1", truth);
    const std::string unknown =
        and_bits(condition, w_.value("icmp ult i64 {}, {}", shifted, abi::kUnknown));
    when(unknown, [&] {
        const std::string counters = context(offsetof(abi::Context, counters), "ptr");
        const auto add = [&](std::size_t offset, const std::string& amount) {
            const std::string at = w_.offset(
                counters, static_cast<std::int64_t>(rule * sizeof(abi::RuleCounters) + offset));
            w_.store("i64", w_.value("add i64 {}, {}", w_.load("i64", at), amount), at);
        };
        add(offsetof(abi::RuleCounters, undecided), "1");
        if (!faults_ || truth == kUnknownText) return;
        when(w_.value("icmp ne i64 {}, {}", truth, kUnknownText), [&] {
            host("ch_fault", "void",
                fmt::format("ptr %ctx, i32 {}, i64 {}, i64 {}, i64 {}", rule, truth,
                    context(offsetof(abi::Context, subject)),
                    context(offsetof(abi::Context, time))));
        });
    });
}

void GroupEmitter::emit_rules() {
    for (std::size_t i = 0; i < group_.rules.size(); ++i) {
        if (group_.family_of[i] != kNone) continue;
        const core::Rule& rule = pack_.rules[group_.rules[i]];
        if (plan::is_occurrence(pack_, rule.condition)) {
            const Occurrence of = occurrence(rule.condition);
            if (of.truth == "0") continue;
            std::string born = "1";
            if (group_.spec.births && kind_ != StepOf::birth && kind_ != StepOf::expiry) {
                born = w_.value("icmp ne i64 {}, 0", context(offsetof(abi::Context, born)));
            }
            count_unknown(i, of.truth, born);
            const std::string is_true =
                of.truth == kTrueText ? "1" : w_.value("icmp eq i64 {}, {}", of.truth, kTrueText);
            fire(i, and_bits(born, is_true), of.frame);
            continue;
        }
        const std::string seen = observed(rule.condition);
        if (seen == "0") continue;
        const bool counts = kind_ == StepOf::event && plan_.reads[rule.condition][event_];
        when(seen, [&] {
            const std::string truth = state(rule.condition, {});
            if (counts) count_unknown(i, truth, "1");
            if (const auto rises = rise(group_.rule_disarmed[i], truth)) fire(i, *rises, {});
        });
    }
    emit_families();
}

void GroupEmitter::fire(std::size_t place, const std::string& condition, const FrameValue& self) {
    when(condition, [&] {
        const core::Rule& rule = pack_.rules[group_.rules[place]];
        if (group_.spec.rules[place].plain) {
            host("ck_fire", "void",
                fmt::format("ptr %ctx, i32 {}, i64 {}, i64 {}, i64 {}, i64 {}, i64 {}",
                    group_.rules[place], context(offsetof(abi::Context, subject)),
                    context(offsetof(abi::Context, time)),
                    context(offsetof(abi::Context, reference)),
                    context(offsetof(abi::Context, depth)), context(offsetof(abi::Context, kind))));
            return;
        }
        // Firings are few: the step goes to the context only here.
        const bool was_cold = std::exchange(cold_, true);
        if (!step_.empty() && !was_cold) w_.text(put_step());
        const std::string record =
            host("ch_fire", "ptr", fmt::format("ptr %ctx, ptr %state, i32 {}", place));
        const std::string emitted = w_.value("icmp ne ptr {}, null", record);
        when(emitted,
            [&] { store_actions(rule, std::to_string(group_.rules[place]), record, self); });
        cold_ = was_cold;
    });
}

// Fills the record of a firing with the values of its actions.
void GroupEmitter::store_actions(const core::Rule& rule, const std::string& rule_number,
    const std::string& record, const FrameValue& self) {
    View view;
    view.self = self;
    std::int64_t at = 0;
    for (const auto& call : rule.actions) {
        const auto& fields = pack_.schema.actions[call.action].fields;
        for (std::size_t i = 0; i < call.values.size(); ++i, at += 8) {
            const std::string target = w_.offset(record, at);
            if (call.values[i] == kNone) {
                w_.store("i64", "-9223372036854775808", target);
                continue;
            }
            if (pack_[call.values[i]].kind == NodeKind::key_part && !group_.spec.outputs) continue;
            const Value result = value(call.values[i], view);
            const Shape wanted = plan::shape_of_type(fields[i].type);
            if (!wanted.numeric && result.shape.rep == abi::Rep::word) {
                w_.store("i64", word(result), target);
            } else if (result.shape.rep == abi::Rep::word && !result.constant &&
                       result.shape.decimals == wanted.decimals) {
                w_.store("i64", result.a, target);
            } else {
                const std::string stored = host("ch_store", "i64",
                    fmt::format("ptr %ctx, i32 {}, i32 {}, ptr {}, i32 {}", rule_number, at / 8,
                        number(result), wanted.numeric ? wanted.decimals : 0));
                w_.store("i64", stored, target);
            }
        }
    }
}

// Functions that host functions call for each candidate: correlation, pairs, values with an elapsed.
void GroupEmitter::emit_callbacks() {
    const auto reset = [&] {
        kind_ = StepOf::birth;
        occurrences_.clear();
        states_.clear();
        values_.clear();
        memo_log_.clear();
        step_frame_.clear();
        row_.clear();
        step_.clear();
        units_.clear();
    };
    const auto match = [&](const std::string& function,
                           const std::vector<core::Correlation>& correlation, NodeId pair,
                           NodeId first, NodeId self, bool before) {
        reset();
        w_.begin_function(fmt::format(
            "define dso_local i64 @{}(ptr %ctx, ptr %state, ptr %first, ptr %self)", function));
        const FrameValue first_frame{first, "%first", ""}, self_frame{self, "%self", ""};
        std::string out = kTrueText;
        for (const auto& same : correlation) {
            const Value a = slot_value(first_frame, same.first_slot);
            const Value b = slot_value(self_frame, same.second_slot);
            const std::string equal = compare(a, b, core::CompareOp::eq);
            out = both(out, truth_if(w_.value("icmp eq i64 {}, {}", equal, kTrueText)));
        }
        if (pair != kNone) {
            View view;
            view.first = first_frame;
            view.self = self_frame;
            view.before = before;
            const std::string yes = w_.label("pair"), done = w_.label("done");
            const std::string correlated =
                out == kTrueText ? "true" : w_.value("icmp ne i64 {}, 0", out);
            const std::string start = w_.block();
            w_.branch(correlated, yes, done);
            w_.place(yes);
            const std::string truth = state(pair, view);
            const std::string end = w_.block();
            w_.jump(done);
            w_.place(done);
            out = w_.value("phi i64 [ {}, %{} ], [ 0, %{} ]", truth, end, start);
        }
        w_.line("ret i64 {}", out);
        w_.end_function();
    };
    const auto context_of = [&](NodeId id) {
        const auto found = context_of_.find(id);
        return found == context_of_.end() ? kNone : found->second;
    };
    for (const auto& pair : group_.spec.pairs) {
        const Node& node = pack_[pair.node];
        const bool sequence = node.kind == NodeKind::sequence;
        const NodeId first = sequence ? node.inputs[0] : node.inputs[1];
        const NodeId self = sequence ? node.inputs[1] : node.inputs[0];
        if (!pair.match_name.empty())
            match(pair.match_name, node.correlation, input_of(node, 2), first, self, false);
        if (!pair.correlated_name.empty())
            match(pair.correlated_name, node.correlation, kNone, first, self, false);
    }
    for (const auto& absence : group_.spec.absences) {
        const Node& node = pack_[absence.node];
        if (!absence.match_name.empty()) {
            match(absence.match_name, node.correlation, input_of(node, 2), node.inputs[0],
                input_of(node, 1), false);
        }
        if (!absence.unless_name.empty()) {
            match(absence.unless_name, node.unless_correlation, input_of(node, 5), node.inputs[0],
                input_of(node, 3), false);
        }
    }
    for (const auto& streak : group_.spec.streaks) {
        if (streak.filter_name.empty()) continue;
        reset();
        w_.begin_function(
            fmt::format("define dso_local i64 @{}(ptr %ctx, ptr %state, ptr %first, ptr %self)",
                streak.filter_name));
        std::vector<NodeId> filters;
        NodeId below = pack_[streak.node].inputs[0];
        for (; pack_[below].kind == NodeKind::filtered; below = pack_[below].inputs[0])
            filters.push_back(below);
        Occurrence closed;
        closed.truth = kTrueText;
        closed.frame = {pack_[below].inputs[0], "%first", ""};
        const FrameValue start = closed.frame;
        extend_frame(below, closed, start, {});
        occurrences_[below] = closed;
        for (auto filter = filters.rbegin(); filter != filters.rend(); ++filter)
            occurrences_[*filter] = emit_filtered(*filter);
        w_.line("ret i64 {}", occurrence(filters.front()).truth);
        w_.end_function();
    }
    // Values first: they may still settle the context of an elapsed.
    for (const auto& reader : group_.spec.readers) {
        if (reader.value_name.empty()) continue;
        reset();
        const Node& node = pack_[reader.node];
        w_.begin_function(
            fmt::format("define dso_local void @{}(ptr %ctx, ptr %state, ptr %self, ptr %out)",
                reader.value_name));
        View view;
        view.self = {node.inputs[0], "%self", ""};
        view.entry_log = reader.log;
        view.before = reader.before;
        const std::string result = number(value(node.inputs[1], view));
        w_.line("call void @llvm.memcpy.p0.p0.i64(ptr %out, ptr {}, i64 40, i1 false)", result);
        w_.line("ret void");
        w_.end_function();
    }
    // Users before what they read: a pair settles the context of the readers in it.
    std::vector<std::pair<NodeId, std::function<void()>>> matches;
    for (const auto& reader : group_.spec.readers) {
        if (reader.match_name.empty()) continue;
        matches.emplace_back(reader.node, [&] {
            const Node& node = pack_[reader.node];
            match(reader.match_name, node.correlation, input_of(node, 2), context_of(reader.node),
                node.inputs[0], reader.before);
        });
    }
    for (const auto& elapsed : group_.spec.elapsed) {
        if (elapsed.match_name.empty()) continue;
        matches.emplace_back(elapsed.node, [&] {
            const Node& node = pack_[elapsed.node];
            match(elapsed.match_name, node.correlation, input_of(node, 1), context_of(elapsed.node),
                node.inputs[0], elapsed.before);
        });
    }
    std::stable_sort(matches.begin(), matches.end(),
        [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [node, emit] : matches) emit();
}

}  // namespace clausal::compiled
