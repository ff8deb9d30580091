#include "compiler/llvm/emit_group.h"

#include <algorithm>
#include <functional>

namespace clausal::compiled {

using core::Node;
using core::NodeKind;
using plan::input_of;

namespace {

constexpr auto kDeadline = static_cast<std::int64_t>(offsetof(abi::StateHeader, deadline));

}  // namespace

GroupEmitter::GroupEmitter(IrWriter& writer, const Plan& plan, const Group& group, std::string sabotage)
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

std::string GroupEmitter::host(const char* function, const char* result, const std::string& arguments) {
    if (std::string_view(result) == "void") {
        w_.line("call void @{}({})", function, arguments);
        return "";
    }
    return w_.value("call {} @{}({})", result, function, arguments);
}

std::string GroupEmitter::context(std::size_t offset, const char* type) {
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
    if (const auto found = reads_frames_.find(id); found != reads_frames_.end()) return found->second;
    const Node& node = pack_[id];
    bool out = node.kind == NodeKind::field || node.kind == NodeKind::time_of || node.kind == NodeKind::elapsed ||
               node.kind == NodeKind::exists_around ||
               ((node.kind == NodeKind::latest || node.kind == NodeKind::aggregate) &&
                (!node.correlation.empty() || input_of(node, 2) != kNone));
    const bool own_step = node.kind == NodeKind::latest || node.kind == NodeKind::aggregate ||
                          node.kind == NodeKind::hold || node.kind == NodeKind::streak ||
                          node.kind == NodeKind::consecutive || node.kind == NodeKind::shift;
    if (!own_step) {
        for (const NodeId input : node.inputs) {
            out = out || (input != kNone && !plan::is_occurrence(pack_, input) && reads_frames(input));
        }
    }
    return reads_frames_[id] = out;
}

GroupEmitter::Key GroupEmitter::key_of(NodeId id, const View& view) {
    if (!reads_frames(id) && view.entry_log == kNone) return {id, view.before, "", "", kNone};
    return {id, view.before, view.self.pointer + "/" + view.self.row, view.first.pointer, view.entry_log};
}

bool GroupEmitter::has_timers() const { return group_.spec.observes_time; }

void GroupEmitter::emit() {
    for (const std::uint32_t type : group_.spec.types) emit_step(StepOf::event, type);
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
    w_.store("i64", context(offsetof(abi::Context, time)), w_.offset(step_frame_, abi::kEntryTime * 8));
    w_.store("i64", context(offsetof(abi::Context, step)), w_.offset(step_frame_, abi::kEntryStep * 8));
    w_.store("i64", context(offsetof(abi::Context, reference)), w_.offset(step_frame_, abi::kEntryReference * 8));
    w_.store("i64", "3", w_.offset(step_frame_, abi::kEntryTruth * 8));
    w_.store("i64", context(offsetof(abi::Context, place)), w_.offset(step_frame_, abi::kEntryPlace * 8));
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
            truth = host("ch_consecutive", "i64", fmt::format("ptr %ctx, ptr %state, i32 {}", index));
        } else {
            const std::uint32_t index = group_.hold_of.at(id);
            byte = group_.spec.holds[index].snapshot;
            truth = host("ch_hold", "i64", fmt::format("ptr %ctx, ptr %state, i32 {}, i32 1", index));
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
}

void GroupEmitter::emit_step(StepOf kind, std::uint32_t event) {
    begin_step(kind, event);
    static constexpr const char* kNames[] = {"event", "birth", "expiry", "deadline", "output"};
    std::string function = name(kNames[static_cast<int>(kind)]);
    const bool is_event = kind == StepOf::event;
    if (is_event) function += "_" + std::to_string(event);
    w_.begin_function(fmt::format("define {} void @{}(ptr noalias %ctx, ptr %state)", is_event ? "internal" : "dso_local", function));
    step_header();
    if (is_event) {
        const std::string reference = context(offsetof(abi::Context, reference));
        row_ = w_.value("and i64 {}, 4294967295", reference);
    }
    emit_snapshots();
    for (const NodeId id : group_.nodes) emit_node(id);
    emit_rules();
    if (group_.spec.outputs && kind != StepOf::output) host("ch_outputs", "void", "ptr %ctx, ptr %state");
    w_.line("ret void");
    w_.end_function();
}

// Where a state is observed at this kind of step.
std::string GroupEmitter::observed(NodeId id) {
    const bool births = group_.spec.births;
    const auto flag = [&](std::size_t offset) { return w_.value("icmp ne i64 {}, 0", context(offset)); };
    switch (kind_) {
    case StepOf::event:
        if (plan_.reads[id][event_]) return births ? flag(offsetof(abi::Context, born)) : "1";
        return births ? flag(offsetof(abi::Context, birth_step)) : "0";
    case StepOf::birth:
        return "1";
    case StepOf::expiry:
        return plan_.momentary[id] ? "0" : "1";
    case StepOf::deadline:
    case StepOf::due:
        if (plan_.momentary[id]) return "0";
        return births ? flag(offsetof(abi::Context, born)) : "1";
    case StepOf::output: {
        std::string any = "0";
        for (std::uint32_t rule = 0; rule < plan_.reads_rules[id].size(); ++rule) {
            if (!plan_.reads_rules[id][rule]) continue;
            if (fired_[rule].empty()) {
                const std::string frame = host("ch_fired", "ptr", fmt::format("ptr %ctx, i32 {}, i32 0, i32 0", rule));
                fired_[rule] = w_.value("icmp ne ptr {}, null", frame);
            }
            any = any == "0" ? fired_[rule] : w_.value("or i1 {}, {}", any, fired_[rule]);
        }
        return any;
    }
    }
    return "1";
}

void GroupEmitter::count_unknown(std::size_t place, const std::string& truth, const std::string& condition) {
    if (truth == "0" || truth == "3") return;
    const std::uint32_t rule = group_.rules[place];
    const std::string shifted = w_.value("add i64 {}, -1", truth);
    const std::string unknown = and_bits(condition, w_.value("icmp ult i64 {}, 2", shifted));
    when(unknown, [&] {
        const std::string counters = context(offsetof(abi::Context, counters), "ptr");
        const auto add = [&](std::size_t offset, const std::string& amount) {
            const std::string at = w_.offset(counters, static_cast<std::int64_t>(rule * sizeof(abi::RuleCounters) + offset));
            w_.store("i64", w_.value("add i64 {}, {}", w_.load("i64", at), amount), at);
        };
        add(offsetof(abi::RuleCounters, undecided), "1");
        if (faults_) {
            const std::string fault = w_.value("icmp eq i64 {}, 1", truth);
            add(offsetof(abi::RuleCounters, faults), w_.value("zext i1 {} to i64", fault));
        }
    });
}

void GroupEmitter::emit_rules() {
    for (std::size_t i = 0; i < group_.rules.size(); ++i) {
        const core::Rule& rule = pack_.rules[group_.rules[i]];
        if (plan::is_occurrence(pack_, rule.condition)) {
            const Occurrence of = occurrence(rule.condition);
            if (of.truth == "0") continue;
            std::string born = "1";
            if (group_.spec.births && kind_ != StepOf::birth && kind_ != StepOf::expiry) {
                born = w_.value("icmp ne i64 {}, 0", context(offsetof(abi::Context, born)));
            }
            count_unknown(i, of.truth, born);
            const std::string is_true = of.truth == "3" ? "1" : w_.value("icmp eq i64 {}, 3", of.truth);
            fire(i, and_bits(born, is_true), of.frame);
            continue;
        }
        const std::string seen = observed(rule.condition);
        if (seen == "0") continue;
        const bool counts = kind_ == StepOf::event && plan_.reads[rule.condition][event_];
        when(seen, [&] {
            const std::string truth = state(rule.condition, {});
            if (counts) count_unknown(i, truth, "1");
            const std::string flag = w_.offset("%state", group_.rule_disarmed[i]);
            const std::string disarmed = w_.load("i8", flag);
            const std::string is_true = w_.value("icmp eq i64 {}, 3", truth);
            const std::string is_false = w_.value("icmp eq i64 {}, 0", truth);
            const std::string armed = w_.value("icmp eq i8 {}, 0", disarmed);
            const std::string rises = w_.value("and i1 {}, {}", is_true, armed);
            const std::string after = w_.value("select i1 {}, i8 0, i8 {}", is_false, disarmed);
            w_.store("i8", w_.value("select i1 {}, i8 1, i8 {}", is_true, after), flag);
            fire(i, rises, {});
        });
    }
}

void GroupEmitter::fire(std::size_t place, const std::string& condition, const FrameValue& self) {
    when(condition, [&] {
        const core::Rule& rule = pack_.rules[group_.rules[place]];
        if (group_.spec.rules[place].plain) {
            host("ck_fire", "void", fmt::format("ptr %ctx, i32 {}", group_.rules[place]));
            return;
        }
        const std::string record = host("ch_fire", "ptr", fmt::format("ptr %ctx, ptr %state, i32 {}", place));
        const std::string emitted = w_.value("icmp ne ptr {}, null", record);
        when(emitted, [&] {
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
                                                        fmt::format("ptr %ctx, i32 {}, ptr {}, i32 {}", group_.rules[place],
                                                                    number(result), wanted.numeric ? wanted.decimals : 0));
                        w_.store("i64", stored, target);
                    }
                }
            }
        });
    });
}

// The event of Context::reference, for replays of broadcast events.
void GroupEmitter::emit_dispatch() {
    w_.begin_function(fmt::format("define dso_local void @{}(ptr %ctx, ptr %state)", name("event")));
    const std::string reference = context(offsetof(abi::Context, reference));
    const std::string type = w_.value("lshr i64 {}, 32", reference);
    std::string cases;
    // Only broadcast events are replayed; own events come through the loop.
    const std::vector<std::uint32_t>& types = group_.spec.broadcasts;
    for (const std::uint32_t event : types) cases += fmt::format(" i64 {}, label %e{}", event, event);
    w_.line("switch i64 {}, label %none [{} ]", type, cases);
    for (const std::uint32_t event : types) {
        w_.place(fmt::format("e{}", event));
        w_.line("call void @{}_{}(ptr %ctx, ptr %state)", name("event"), event);
        w_.line("ret void");
    }
    w_.place("none");
    w_.line("ret void");
    w_.end_function();
}

// The loop over a batch of events.
void GroupEmitter::emit_run() {
    w_.begin_function(fmt::format(
        "define dso_local void @{}(ptr noalias %ctx, ptr noalias readonly %references, ptr noalias readonly %times, "
        "ptr noalias readonly %subjects, i64 %count)", name("run")));
    const std::string states = w_.load("ptr", w_.offset("%ctx", offsetof(abi::Context, states)));
    // On purpose: each batch numbers its steps anew, so what an earlier one left seems to lie ahead.
    if (sabotage_ == "batch") w_.store("i64", "0", w_.offset("%ctx", offsetof(abi::Context, step)));
    const std::string index = w_.slot("i64");
    w_.store("i64", "0", index);
    w_.jump("loop");
    w_.place("loop");
    const std::string i = w_.load("i64", index);
    w_.branch(w_.value("icmp ult i64 {}, %count", i), "work", "finish");
    w_.place("work");
    const auto at = [&](const char* type, const char* array, const std::string& place) {
        return w_.load(type, w_.value("getelementptr {}, ptr {}, i64 {}", type, array, place));
    };
    const auto state_of = [&](const std::string& subject) {
        const std::string offset = w_.value("mul i64 {}, {}", subject, group_.spec.state_bytes);
        return w_.value("getelementptr i8, ptr {}, i64 {}", states, offset);
    };
    const std::string reference = at("i64", "%references", i);
    w_.store("i64", w_.value("add i64 {}, 1", i), index);
    // States lie apart: ask for the one that is needed some events later.
    const std::string ahead = w_.value("add i64 {}, {}", i, abi::kRunAhead);
    const std::string coming = state_of(w_.value("zext i32 {} to i64", at("i32", "%subjects", ahead)));
    const std::uint32_t last = std::min<std::uint32_t>(group_.spec.state_bytes, 192) - 1;
    for (std::uint32_t byte = 0; group_.spec.state_bytes > 0 && byte <= last; byte = byte == last ? last + 1 : std::min(byte + 64, last)) {
        w_.line("call void @llvm.prefetch.p0(ptr {}, i32 1, i32 3, i32 1)", w_.offset(coming, byte));
    }
    const std::string type = w_.value("lshr i64 {}, 32", reference);
    const std::string time = at("i64", "%times", i);
    const std::string subject = w_.value("zext i32 {} to i64", at("i32", "%subjects", i));
    const std::string state = state_of(subject);
    const auto set = [&](std::size_t field, const std::string& text) {
        w_.store("i64", text, w_.offset("%ctx", static_cast<std::int64_t>(field)));
    };
    std::string cases;
    for (const std::uint32_t event : group_.spec.types) cases += fmt::format(" i64 {}, label %e{}", event, event);
    w_.line("switch i64 {}, label %other [{} ]", type, cases);
    for (const std::uint32_t event : group_.spec.types) {
        w_.place(fmt::format("e{}", event));
        set(offsetof(abi::Context, subject), subject);
        std::string due = "true";
        if (!group_.spec.births && has_timers()) {
            const std::string deadline = group_.spec.armed_bytes != 0 || (group_.spec.one_absence && group_.spec.absences[0].queued)
                                             ? "0"
                                             : w_.load("i64", w_.offset(state, kDeadline));
            due = w_.value("icmp slt i64 {}, {}", deadline, time);
            if (!group_.spec.one_absence && !group_.spec.falls_only) {
                due = w_.value("or i1 {}, {}", due, w_.value("icmp eq i64 {}, 0", deadline));
            }
        }
        if (group_.spec.armed_bytes != 0) {
            // Only what has risen can fall.
            const std::string word = fmt::format("i{}", group_.spec.armed_bytes * 8);
            const std::string flags = w_.value("load {}, ptr {}, align 1", word, w_.offset(state, group_.spec.armed_at));
            due = w_.value("icmp ne {} {}, 0", word, flags);
        }
        const bool queued = group_.spec.one_absence && group_.spec.absences[0].queued;
        if (queued) {
            const std::string queue = w_.value("load ptr, ptr {}, !invariant.load !0",
                                               w_.offset("%ctx", offsetof(abi::Context, queue)));
            const std::string next = w_.load("i64", w_.offset(queue, offsetof(abi::Queue, next)));
            const std::string bound = w_.value("sub i64 {}, {}", time, group_.spec.absences[0].high);
            due = w_.value("icmp slt i64 {}, {}", next, bound);
        }
        if (group_.spec.births || has_timers()) {
            const std::string slow = w_.label("timers"), go = w_.label("go");
            w_.branch(due, slow, go);
            w_.place(slow);
            if (group_.spec.one_absence) {
                w_.line("call void @{}(ptr %ctx, ptr {}, i64 {})", name("due"), state, time);
            } else if (group_.spec.falls_only) {
                // One look just before this instant sees whatever fell since.
                set(offsetof(abi::Context, time), w_.value("add i64 {}, -1", time));
                set(offsetof(abi::Context, kind), "1");
                set(offsetof(abi::Context, depth), "0");
                w_.line("call void @{}(ptr %ctx, ptr {})", name("expiry"), state);
            } else {
                host("ch_advance", "void", fmt::format("ptr %ctx, ptr {}, i64 {}, i64 {}", state, subject, reference));
            }
            w_.jump(go);
            w_.place(go);
            if (queued) set(offsetof(abi::Context, subject), subject);
        }
        const std::string step = w_.value("add i64 {}, 1", context(offsetof(abi::Context, step)));
        set(offsetof(abi::Context, step), step);
        set(offsetof(abi::Context, place), step);
        set(offsetof(abi::Context, time), time);
        set(offsetof(abi::Context, kind), "0");
        set(offsetof(abi::Context, depth), "0");
        set(offsetof(abi::Context, reference), reference);
        w_.line("call void @{}_{}(ptr %ctx, ptr {})", name("event"), event, state);
        if (has_timers() && !queued && group_.spec.armed_bytes == 0) rearm(state, time);
        w_.jump("loop");
    }
    w_.place("other");
    host("ch_birth", "void", fmt::format("ptr %ctx, i64 {}", reference));
    w_.jump("loop");
    w_.place("finish");
    w_.line("ret void");
    w_.end_function();
}

// Deadlines of the group's one absence, oldest first: nothing else changes by time in such a group.
void GroupEmitter::emit_due() {
    const abi::AbsenceSpec& spec = group_.spec.absences[0];
    begin_step(StepOf::due, kNone);
    // Where starts are queued the state is found from the queue.
    w_.begin_function(fmt::format("define dso_local void @{}(ptr noalias %ctx, ptr {}, i64 %limit)", name("due"),
                                  spec.queued ? "%unused" : "%state"));
    const auto set = [&](std::size_t field, const std::string& text) {
        w_.store("i64", text, w_.offset("%ctx", static_cast<std::int64_t>(field)));
    };
    const std::string frame = w_.slot(fmt::format("[{} x i64]", spec.frame_words));
    const auto word = [&](std::uint32_t place) { return w_.load("i64", w_.offset(frame, std::int64_t{place} * 8)); };
    const std::string entry = w_.slot("[4 x i64]");
    const std::string bound = w_.value("sub i64 %limit, {}", spec.high);
    w_.jump("loop");
    w_.place("loop");
    std::string front;
    if (spec.queued) {
        const std::string some = host("ck_queue_pop", "i32", fmt::format("ptr %ctx, i64 {}, ptr {}", bound, entry));
        w_.branch(w_.value("icmp ne i32 {}, 0", some), "decide", "finish");
        w_.place("decide");
        front = w_.load("i64", entry);
        const std::string started = w_.load("i64", w_.offset(entry, 16));
        const std::string subject = w_.load("i64", w_.offset(entry, 24));
        const std::string states = w_.load("ptr", w_.offset("%ctx", offsetof(abi::Context, states)));
        const std::string offset = w_.value("mul i64 {}, {}", subject, group_.spec.state_bytes);
        w_.line("%state = getelementptr i8, ptr {}, i64 {}", states, offset);
        const std::string latest = w_.load("i64", w_.offset("%state", spec.head));
        w_.branch(w_.value("icmp sgt i64 {}, {}", latest, started), "loop", "holds");
        w_.place("holds");
        set(offsetof(abi::Context, subject), subject);
        w_.store("i64", w_.load("i64", w_.offset(entry, 8)), w_.offset(frame, abi::kEntryReference * 8));
        w_.store("i64", "3", w_.offset(frame, abi::kEntryTruth * 8));
        w_.store("i64", started, w_.offset(frame, abi::kEntryPlace * 8));
    } else {
        const std::string head = w_.offset("%state", spec.head);
        front = host("ck_front_time", "i64", fmt::format("ptr {}, ptr {}, i32 4", pool(), head));
        w_.branch(w_.value("icmp slt i64 {}, {}", front, bound), "decide", "finish");
        w_.place("decide");
        host("ck_entry_pop", "void", fmt::format("ptr {}, ptr {}, i32 4, ptr {}", pool(), head, entry));
        w_.store("i64", w_.load("i64", w_.offset(entry, 16)), w_.offset(frame, abi::kEntryReference * 8));
        w_.store("i64", "3", w_.offset(frame, abi::kEntryTruth * 8));
        w_.store("i64", w_.load("i64", w_.offset(entry, 8)), w_.offset(frame, abi::kEntryPlace * 8));
    }
    const std::string time = w_.value("add i64 {}, {}", front, spec.high);
    const std::string started = word(abi::kEntryPlace);
    const std::string step = w_.value("add i64 {}, 1", context(offsetof(abi::Context, step)));
    set(offsetof(abi::Context, step), step);
    set(offsetof(abi::Context, time), time);
    set(offsetof(abi::Context, kind), "2");
    set(offsetof(abi::Context, depth), "0");
    set(offsetof(abi::Context, reference), word(abi::kEntryReference));
    set(offsetof(abi::Context, place), word(abi::kEntryPlace));
    for (const std::uint32_t streak : spec.run_streaks) {
        const std::int64_t marks = group_.spec.streaks[streak].marks;
        const std::string counts = w_.value("icmp sge i64 {}, {}", started, w_.load("i64", w_.offset("%state", marks + 8)));
        const std::string run = w_.load("i64", w_.offset("%state", marks));
        w_.store("i64", w_.value("add i64 {}, {}", run, w_.value("zext i1 {} to i64", counts)), w_.offset("%state", marks));
    }
    w_.store("i64", time, w_.offset(frame, abi::kEntryTime * 8));
    w_.store("i64", step, w_.offset(frame, abi::kEntryStep * 8));
    due_frame_ = frame;
    step_header();
    for (const NodeId id : group_.nodes) emit_node(id);
    emit_rules();
    w_.jump("loop");
    w_.place("finish");
    w_.line("ret void");
    w_.end_function();
    due_frame_.clear();
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
    };
    const auto match = [&](const std::string& function, const std::vector<core::Correlation>& correlation, NodeId pair,
                           NodeId first, NodeId self, bool before) {
        reset();
        w_.begin_function(fmt::format("define dso_local i64 @{}(ptr %ctx, ptr %state, ptr %first, ptr %self)", function));
        const FrameValue first_frame{first, "%first", ""}, self_frame{self, "%self", ""};
        std::string out = "3";
        for (const auto& same : correlation) {
            const Value a = slot_value(first_frame, same.first_slot);
            const Value b = slot_value(self_frame, same.second_slot);
            const std::string equal = compare(a, b, core::CompareOp::eq);
            out = both(out, truth_if(w_.value("icmp eq i64 {}, 3", equal)));
        }
        if (pair != kNone) {
            View view;
            view.first = first_frame;
            view.self = self_frame;
            view.before = before;
            const std::string yes = w_.label("pair"), done = w_.label("done");
            const std::string correlated = out == "3" ? "true" : w_.value("icmp ne i64 {}, 0", out);
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
        if (!pair.match_name.empty()) match(pair.match_name, node.correlation, input_of(node, 2), first, self, false);
        if (!pair.correlated_name.empty()) match(pair.correlated_name, node.correlation, kNone, first, self, false);
    }
    for (const auto& absence : group_.spec.absences) {
        const Node& node = pack_[absence.node];
        if (!absence.match_name.empty()) {
            match(absence.match_name, node.correlation, input_of(node, 2), node.inputs[0], input_of(node, 1), false);
        }
        if (!absence.unless_name.empty()) {
            match(absence.unless_name, node.unless_correlation, input_of(node, 5), node.inputs[0], input_of(node, 3), false);
        }
    }
    // Values first: they may still settle the context of an elapsed.
    for (const auto& reader : group_.spec.readers) {
        if (reader.value_name.empty()) continue;
        reset();
        const Node& node = pack_[reader.node];
        w_.begin_function(fmt::format("define dso_local void @{}(ptr %ctx, ptr %state, ptr %self, ptr %out)", reader.value_name));
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
            match(reader.match_name, node.correlation, input_of(node, 2), context_of(reader.node), node.inputs[0],
                  reader.before);
        });
    }
    for (const auto& elapsed : group_.spec.elapsed) {
        if (elapsed.match_name.empty()) continue;
        matches.emplace_back(elapsed.node, [&] {
            const Node& node = pack_[elapsed.node];
            match(elapsed.match_name, node.correlation, input_of(node, 1), context_of(elapsed.node), node.inputs[0],
                  elapsed.before);
        });
    }
    std::stable_sort(matches.begin(), matches.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [node, emit] : matches) emit();
}

}  // namespace clausal::compiled
