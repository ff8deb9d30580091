// Occurrences at one step, the logs and rings they are pushed to, and the states that count them.

#include <algorithm>

#include "compiler/llvm/emit_group.h"

namespace clausal::compiled {

using core::Node;
using core::NodeKind;
using plan::input_of;

const GroupEmitter::Occurrence& GroupEmitter::occurrence(NodeId id) const {
    static const Occurrence none;
    const auto found = id == kNone ? occurrences_.end() : occurrences_.find(id);
    return found == occurrences_.end() ? none : found->second;
}

void GroupEmitter::emit_node(NodeId id) {
    const Node& node = pack_[id];
    if (plan::is_occurrence(pack_, id)) {
        Occurrence out;
        switch (node.kind) {
        case NodeKind::event: out = emit_event(id); break;
        case NodeKind::filtered: out = emit_filtered(id); break;
        case NodeKind::either: out = emit_either(id); break;
        case NodeKind::sequence: out = emit_sequence(id); break;
        case NodeKind::absence_after: out = emit_absence_after(id); break;
        case NodeKind::absence_before: out = emit_absence_before(id); break;
        case NodeKind::rise: out = emit_rise(id); break;
        case NodeKind::rule_output: out = emit_rule_output(id); break;
        case NodeKind::daily:
            if (kind_ == StepOf::deadline) {
                out.truth = host(
                    "ch_daily", "i64", fmt::format("ptr %ctx, i32 {}", group_.daily_of.at(id)));
                out.frame = {id, step_frame_, ""};
                extend_frame(id, out, out.frame, {});
            }
            break;
        default: break;
        }
        if (sabotaged(id) && out.truth != "0") {
            // On purpose: every other one is lost, of events by row, of others by step.
            const std::string number = node.kind == NodeKind::event
                                           ? frame_row(out.frame)
                                           : context(offsetof(abi::Context, step));
            const std::string odd = w_.value("trunc i64 {} to i1", number);
            out.truth = w_.value("select i1 {}, i64 0, i64 {}", odd, out.truth);
        }
        occurrences_[id] = out;
        push_log(id);
        if (const auto mark = group_.mark_of.find(id); mark != group_.mark_of.end()) {
            when(not_false(out.truth), [&] {
                host("ch_mark", "void",
                    fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}", mark->second, out.truth));
            });
        }
    } else if (group_.running_of.count(id) != 0) {
        push_running(id);
    } else if (group_.count_of.count(id) != 0) {
        push_count(id);
    } else if (group_.extreme_of.count(id) != 0) {
        push_extreme(id);
    } else if (group_.latest_cells.count(id) != 0) {
        push_latest(id);
    } else if (node.kind == NodeKind::streak) {
        emit_streak(id);
    } else if (node.kind == NodeKind::consecutive) {
        emit_consecutive(id);
    } else if (node.kind == NodeKind::hold) {
        emit_hold(id);
    }
    late_columns(id);
}

// Adds the node's own derived fields: a frame of its own, where it has some.
void GroupEmitter::extend_frame(
    NodeId id, Occurrence& out, const FrameValue& self, const FrameValue& first) {
    const plan::Frame& layout = group_.frames.at(id);
    const Node& node = pack_[id];
    out.frame.node = id;
    if (node.derived.empty() || out.truth == "0") return;
    const std::string frame = w_.slot(fmt::format("[{} x i64]", layout.words));
    const std::uint32_t kept =
        layout.own < layout.derived.size() ? layout.derived[layout.own].word : layout.words;
    when(not_false(out.truth), [&] {
        w_.line("call void @llvm.memcpy.p0.p0.i64(ptr {}, ptr {}, i64 {}, i1 false)", frame,
            out.frame.pointer, kept * 8);
        View view;
        view.self = self;
        view.first = first;
        for (std::size_t i = 0; i < node.derived.size(); ++i) {
            const plan::Slot& slot = layout.derived[layout.own + i];
            store_value(value(node.derived[i], view), slot.shape,
                w_.offset(frame, std::int64_t{slot.word} * 8));
        }
    });
    out.frame.pointer = frame;
}

// Whether the event's reference, and not another one, holds the subject.
std::string GroupEmitter::event_is_mine(const Node& node) {
    const auto& references = pack_.schema.events[event_].subjects;
    const auto of_kind = std::count_if(references.begin(), references.end(),
        [&](const SubjectReference& r) { return r.kind == group_.spec.subject_kind; });
    if (node.reference == kNone || of_kind <= 1) return "1";
    const std::string tables = w_.load("ptr", w_.offset("%ctx", offsetof(abi::Context, tables)));
    const std::string table =
        w_.offset(tables, static_cast<std::int64_t>(event_ * sizeof(abi::TableView) +
                                                    offsetof(abi::TableView, subjects)));
    const std::string columns = w_.load("ptr", table);
    const std::string column = w_.load("ptr", w_.offset(columns, std::int64_t{node.reference} * 8));
    const std::string holder =
        w_.load("i32", w_.value("getelementptr i32, ptr {}, i64 {}", column, row_));
    const std::string wide = w_.value("zext i32 {} to i64", holder);
    return w_.value("icmp eq i64 {}, {}", wide, context(offsetof(abi::Context, subject)));
}

GroupEmitter::Occurrence GroupEmitter::emit_event(NodeId id) {
    const Node& node = pack_[id];
    Occurrence out;
    if (kind_ != StepOf::event || node.event != event_) return out;
    out.frame = {id, step_frame_, row_};
    const std::string mine = event_is_mine(node);
    out.truth = kTrueText;
    if (const NodeId filter = input_of(node, 0); filter != kNone) {
        View view;
        view.self = out.frame;
        out.truth = state(filter, view);
    }
    event_bases_[id] = truth_if(mine);
    if (mine != "1") out.truth = w_.value("select i1 {}, i64 {}, i64 0", mine, out.truth);
    extend_frame(id, out, out.frame, {});
    return out;
}

GroupEmitter::Occurrence GroupEmitter::emit_filtered(NodeId id) {
    const Node& node = pack_[id];
    Occurrence out = occurrence(node.inputs[0]);
    if (out.truth == "0") return {};
    View view;
    view.self = out.frame;
    if (out.truth == kTrueText) {
        out.truth = state(node.inputs[1], view);
    } else {
        const std::string yes = w_.label("filter"), done = w_.label("filtered"),
                          before = w_.block();
        const std::size_t mark = memo_log_.size();
        w_.branch(not_false(out.truth), yes, done);
        w_.place(yes);
        const std::string truth = both(out.truth, state(node.inputs[1], view));
        const std::string end = w_.block();
        w_.jump(done);
        w_.place(done);
        forget(mark);
        out.truth = w_.value("phi i64 [ {}, %{} ], [ 0, %{} ]", truth, end, before);
    }
    const FrameValue self = out.frame;
    extend_frame(id, out, self, {});
    return out;
}

GroupEmitter::Occurrence GroupEmitter::emit_either(NodeId id) {
    const Node& node = pack_[id];
    Occurrence out;
    std::vector<Occurrence> inputs;
    for (const NodeId input : node.inputs) {
        if (occurrence(input).truth != "0") inputs.push_back(occurrence(input));
    }
    if (inputs.empty()) return out;
    if (inputs.size() == 1) {
        out.truth = inputs[0].truth;
        out.frame.pointer = inputs[0].frame.pointer;
    } else {
        // The first that is true, else the first that is unknown.
        std::string unknown = inputs.back().frame.pointer;
        for (std::size_t i = inputs.size() - 1; i-- > 0;) {
            const std::string here = w_.value("icmp ne i64 {}, 0", inputs[i].truth);
            unknown =
                w_.value("select i1 {}, ptr {}, ptr {}", here, inputs[i].frame.pointer, unknown);
        }
        std::string chosen = unknown;
        for (std::size_t i = inputs.size(); i-- > 0;) {
            const std::string here = w_.value("icmp eq i64 {}, {}", inputs[i].truth, kTrueText);
            chosen =
                w_.value("select i1 {}, ptr {}, ptr {}", here, inputs[i].frame.pointer, chosen);
        }
        out.truth = inputs[0].truth;
        for (std::size_t i = 1; i < inputs.size(); ++i)
            out.truth = any_of(out.truth, inputs[i].truth);
        out.frame.pointer = chosen;
    }
    out.frame.node = id;
    extend_frame(id, out, out.frame, {});
    return out;
}

GroupEmitter::Occurrence GroupEmitter::emit_sequence(NodeId id) {
    const Node& node = pack_[id];
    const std::uint32_t index = group_.pair_of.at(id);
    const Occurrence& first = occurrence(node.inputs[0]);
    const Occurrence& second = occurrence(node.inputs[1]);
    Occurrence out;
    if (second.truth != "0") {
        const std::string earlier =
            w_.slot(fmt::format("[{} x i64]", group_.frames.at(node.inputs[0]).words));
        const std::string yes = w_.label("second"), done = w_.label("sequence"),
                          before = w_.block();
        w_.branch(second.truth == kTrueText ? "true" : not_false(second.truth), yes, done);
        w_.place(yes);
        const abi::PairSpec& spec = group_.spec.pairs[index];
        std::string truth;
        if (spec.latest_only) {
            const std::string kept = w_.load("i64", w_.offset("%state", spec.head));
            std::string matched = w_.value("icmp ne i64 {}, 0", kept);
            if (spec.high != kForever) {
                const std::string time = w_.value("xor i64 {}, {}", kept, kMissing);
                const std::string edge =
                    w_.value("sub i64 {}, {}", context(offsetof(abi::Context, time)), spec.high);
                matched =
                    w_.value("and i1 {}, {}", matched, w_.value("icmp sge i64 {}, {}", time, edge));
            }
            truth = both(second.truth, truth_if(matched));
        } else {
            truth = host("ch_sequence", "i64",
                fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}, ptr {}, ptr {}", index,
                    second.truth, second.frame.pointer, earlier));
        }
        w_.jump(done);
        w_.place(done);
        out.truth = w_.value("phi i64 [ {}, %{} ], [ 0, %{} ]", truth, yes, before);
        out.frame = second.frame;
        const FrameValue self = second.frame;
        extend_frame(id, out, self, {node.inputs[0], earlier, ""});
    }
    const Occurrence& without = occurrence(input_of(node, 3));
    when(not_false(without.truth), [&] {
        host("ch_sequence_without", "void",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}", index, without.truth));
    });
    when(not_false(first.truth), [&] {
        const abi::PairSpec& spec = group_.spec.pairs[index];
        if (spec.latest_only) {
            // Else it is kept when it comes again, old enough.
            if (spec.low > 0) return;
            w_.store("i64",
                w_.value("xor i64 {}, {}", context(offsetof(abi::Context, time)), kMissing),
                w_.offset("%state", spec.head));
            return;
        }
        host("ch_pair_push", "void",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}, ptr {}", index, first.truth,
                first.frame.pointer));
    });
    return out;
}

GroupEmitter::Occurrence GroupEmitter::emit_absence_before(NodeId id) {
    const Node& node = pack_[id];
    const std::uint32_t index = group_.pair_of.at(id);
    const Occurrence& event = occurrence(node.inputs[0]);
    const Occurrence& absent = occurrence(node.inputs[1]);
    Occurrence out;
    if (event.truth != "0") {
        const std::string yes = w_.label("event"), done = w_.label("absence"), before = w_.block();
        w_.branch(event.truth == kTrueText ? "true" : not_false(event.truth), yes, done);
        w_.place(yes);
        const std::string truth = host("ch_absence_before", "i64",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}, ptr {}", index, event.truth,
                event.frame.pointer));
        w_.jump(done);
        w_.place(done);
        out.truth = w_.value("phi i64 [ {}, %{} ], [ 0, %{} ]", truth, yes, before);
        out.frame = event.frame;
        const FrameValue self = event.frame;
        extend_frame(id, out, self, {});
    }
    when(not_false(absent.truth), [&] {
        host("ch_pair_push", "void",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}, ptr {}", index, absent.truth,
                absent.frame.pointer));
    });
    return out;
}

GroupEmitter::Occurrence GroupEmitter::emit_absence_after(NodeId id) {
    const Node& node = pack_[id];
    const Occurrence& start = occurrence(node.inputs[0]);
    const Occurrence& absent = occurrence(input_of(node, 1));
    const Occurrence& unless = occurrence(input_of(node, 3));
    const Occurrence& until = occurrence(input_of(node, 4));
    Occurrence out;
    if (kind_ == StepOf::due) {
        out.truth = kTrueText;
        out.frame = {node.inputs[0], due_frame_, ""};
        const FrameValue decided = out.frame;
        extend_frame(id, out, decided, {});
        return out;
    }
    const bool touched =
        start.truth != "0" || absent.truth != "0" || unless.truth != "0" || until.truth != "0";
    if (!touched && kind_ != StepOf::deadline) return out;
    const abi::AbsenceSpec& spec = group_.spec.absences[group_.absence_of.at(id)];
    if (spec.compact && kind_ == StepOf::event) {
        // Nothing is decided here: later ones close, the start opens.
        if (spec.delayed) {
            when(not_false(absent.truth), [&] {
                const std::string turned =
                    w_.value("xor i64 {}, {}", context(offsetof(abi::Context, time)), kMissing);
                w_.store("i64", turned,
                    w_.offset("%state", spec.head + offsetof(abi::LatestPlace, time)));
                w_.store("i64", event_field(event_, kSequence, row_),
                    w_.offset("%state", spec.head + offsetof(abi::LatestPlace, sequence)));
            });
            return out;
        }
        const std::string count = w_.offset(
            "%state", spec.head + static_cast<std::int64_t>(offsetof(abi::LogHead, count)));
        when(not_false(absent.truth), [&] {
            if (node.correlation.empty() && spec.run_streaks.empty()) {
                w_.store("i32", "0", count);
                return;
            }
            when(w_.value("icmp ne i32 {}, 0", w_.load("i32", count)), [&] {
                {
                    const auto& streaks = spec.run_streaks;
                    const std::string run =
                        streaks.empty()
                            ? "null"
                            : w_.offset("%state", group_.spec.streaks[streaks[0]].marks);
                    const Value key =
                        node.correlation.empty()
                            ? Value{{}, "0", "", std::nullopt}
                            : slot_value(absent.frame, node.correlation[0].second_slot);
                    host("ck_absence_close", "void",
                        fmt::format("ptr {}, ptr {}, i64 {}, ptr {}", pool(),
                            w_.offset("%state", spec.head), key.a, run));
                }
            });
        });
        when(not_false(start.truth), [&] {
            host("ck_absence_open", "void",
                fmt::format("ptr {}, ptr {}, i64 {}, i64 {}, i64 {}, i64 {}", pool(),
                    w_.offset("%state", spec.head), context(offsetof(abi::Context, time)),
                    context(offsetof(abi::Context, step)),
                    context(offsetof(abi::Context, reference)),
                    node.correlation.empty()
                        ? "0"
                        : slot_value(start.frame, node.correlation[0].first_slot).a));
        });
        return out;
    }
    const std::string frame =
        w_.slot(fmt::format("[{} x i64]", group_.frames.at(node.inputs[0]).words));
    const auto pointer = [](const Occurrence& of) {
        return of.frame.pointer.empty() ? "null" : of.frame.pointer;
    };
    out.truth = host("ch_absence", "i64",
        fmt::format(
            "ptr %ctx, ptr %state, i32 {}, i64 {}, ptr {}, i64 {}, ptr {}, i64 {}, ptr {}, i64 {}, ptr {}",
            group_.absence_of.at(id), start.truth, pointer(start), absent.truth, pointer(absent),
            unless.truth, pointer(unless), until.truth, frame));
    out.frame = {node.inputs[0], frame, ""};
    const FrameValue self = out.frame;
    extend_frame(id, out, self, {});
    return out;
}

// Moves the arm flag by what is observed: whether the state rises. Nothing at a look back, where time
// alone can only make it fall (emit_looks).
std::optional<std::string> GroupEmitter::rise(std::uint32_t disarmed_at, const std::string& truth) {
    const std::string flag = w_.offset("%state", disarmed_at);
    const std::string disarmed = w_.load("i8", flag);
    const std::string is_true = w_.value("icmp eq i64 {}, {}", truth, kTrueText);
    const std::string is_false = w_.value("icmp eq i64 {}, 0", truth);
    const std::string armed = w_.value("icmp eq i8 {}, 0", disarmed);
    const std::string after = w_.value("select i1 {}, i8 0, i8 {}", is_false, disarmed);
    if (kind_ == StepOf::expiry && group_.spec.falls_only) {
        w_.store("i8", after, flag);
        return std::nullopt;
    }
    w_.store("i8", w_.value("select i1 {}, i8 1, i8 {}", is_true, after), flag);
    return w_.value("and i1 {}, {}", is_true, armed);
}

GroupEmitter::Occurrence GroupEmitter::emit_rise(NodeId id) {
    const Node& node = pack_[id];
    Occurrence out;
    const std::string seen = observed(node.inputs[0]);
    if (seen == "0") return out;
    const std::string result = w_.slot("i64");
    w_.store("i64", "0", result);
    when(seen, [&] {
        const std::string truth = state(node.inputs[0], {});
        if (const auto rises = rise(group_.disarmed.at(id), truth))
            w_.store("i64", truth_if(*rises), result);
    });
    out.truth = w_.load("i64", result);
    out.frame = {id, step_frame_, ""};
    extend_frame(id, out, out.frame, {});
    return out;
}

GroupEmitter::Occurrence GroupEmitter::emit_rule_output(NodeId id) {
    const Node& node = pack_[id];
    Occurrence out;
    if (kind_ != StepOf::output) return out;
    const plan::Frame& layout = group_.frames.at(id);
    std::uint32_t first_word = 0, words = 0;
    const core::Rule& rule = pack_.rules[node.rule];
    for (std::uint32_t call = 0; call < std::min<std::size_t>(node.slot, rule.actions.size());
        ++call)
        first_word += static_cast<std::uint32_t>(rule.actions[call].values.size());
    words = layout.own < layout.derived.size() || layout.own > 0 ? layout.own : 0;
    const std::string frame = host("ch_fired", "ptr",
        fmt::format("ptr %ctx, i32 {}, i32 {}, i32 {}", node.rule, first_word, words));
    out.truth = truth_if(w_.value("icmp ne ptr {}, null", frame));
    out.frame = {id, frame, ""};
    extend_frame(id, out, out.frame, {});
    return out;
}

// --- logs ---------------------------------------------------------------------------------------

// A column whose value depends on a node that comes later in the step is filled when that was updated.
bool GroupEmitter::waits(std::uint32_t log, std::size_t column) const {
    const NodeId of = group_.logs[log].of;
    std::vector<NodeId> todo{group_.logs[log].columns[column].node};
    std::vector<bool> seen(pack_.nodes.size(), false);
    while (!todo.empty()) {
        const NodeId id = todo.back();
        todo.pop_back();
        if (id == kNone || seen[id]) continue;
        seen[id] = true;
        const Node& node = pack_[id];
        if (id > of && (plan::is_occurrence(pack_, id) || node.kind == NodeKind::streak ||
                           node.kind == NodeKind::consecutive || node.kind == NodeKind::hold ||
                           group_.latest_cells.count(id) != 0 || group_.count_of.count(id) != 0 ||
                           group_.running_of.count(id) != 0 || group_.extreme_of.count(id) != 0)) {
            return true;
        }
        todo.insert(todo.end(), node.inputs.begin(), node.inputs.end());
        if (node.window.since != kNone) todo.push_back(node.window.since);
    }
    // Readers of its own log must see the entry, columns included.
    return false;
}

void GroupEmitter::fill_column(std::uint32_t log, std::size_t index, const std::string& entry) {
    const plan::LogColumn& column = group_.logs[log].columns[index];
    View view;
    view.self = occurrence(group_.logs[log].of).frame;
    // The entry may move while the value is computed only by pushes, which values do not make.
    const std::string place = w_.offset(entry, std::int64_t{column.word} * 8);
    if (core::sort_of(pack_[column.node].kind) == core::Sort::value) {
        store_value(value(column.node, view), column.shape, place);
    } else {
        w_.store("i64", state(column.node, view), place);
    }
}

void GroupEmitter::push_log(NodeId id) {
    const auto found = group_.log_of.find(id);
    const Occurrence& of = occurrence(id);
    if (found == group_.log_of.end() || of.truth == "0") return;
    const std::uint32_t log = found->second;
    when(not_false(of.truth), [&] {
        const std::string entry = host("ch_log", "ptr",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}, ptr {}, i32 {}", log, of.truth,
                of.frame.pointer, group_.frames.at(id).words));
        for (std::size_t i = 0; i < group_.logs[log].columns.size(); ++i) {
            if (!waits(log, i)) fill_column(log, i, entry);
        }
    });
}

void GroupEmitter::late_columns(NodeId id) {
    for (std::uint32_t log = 0; log < group_.logs.size(); ++log) {
        const Occurrence& of = occurrence(group_.logs[log].of);
        if (of.truth == "0" || group_.logs[log].of > id) continue;
        for (std::size_t i = 0; i < group_.logs[log].columns.size(); ++i) {
            if (group_.logs[log].columns[i].node != id || !waits(log, i)) continue;
            when(not_false(of.truth), [&] {
                const std::string entry =
                    host("ch_log_last", "ptr", fmt::format("ptr %ctx, ptr %state, i32 {}", log));
                fill_column(log, i, entry);
            });
        }
    }
}

// --- states that count ---------------------------------------------------------------------------

// The conjunction of the filters above an absence, at this step; only looked at where it closes.
std::string GroupEmitter::streak_filters(NodeId of) {
    const Node& node = pack_[of];
    if (node.kind != NodeKind::filtered) return kTrueText;
    return occurrence(of).truth;
}

void GroupEmitter::emit_streak(NodeId id) {
    const Node& node = pack_[id];
    const std::uint32_t index = group_.streak_of.at(id);
    const abi::StreakSpec& spec = group_.spec.streaks[index];
    const NodeId of = node.inputs[0];
    const Occurrence& without = occurrence(input_of(node, 1));
    if (spec.runs_only) {
        if (spec.absence != kNone) return;  // the host counts where instances close
        const auto base = event_bases_.find(plan::streak_base(pack_, of));
        if (base == event_bases_.end()) return;
        when(not_false(base->second), [&] {
            const std::string truth =
                spec.negated ? negate(occurrence(of).truth) : occurrence(of).truth;
            const auto count = [&](std::int64_t word, const std::string& holds) {
                const std::string at = w_.offset("%state", spec.marks + word * 8);
                const std::string longer = w_.value("add i64 {}, 1", w_.load("i64", at));
                w_.store("i64", w_.value("select i1 {}, i64 {}, i64 0", holds, longer), at);
            };
            count(0, w_.value("icmp eq i64 {}, {}", truth, kTrueText));
            count(1, w_.value("icmp ne i64 {}, 0", truth));
        });
        return;
    }
    if (spec.absence != kNone) {
        const NodeId absence = plan::streak_absence(pack_, of);
        const Occurrence& start = occurrence(pack_[absence].inputs[0]);
        host("ch_streak_absence", "void",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}, i64 {}", index, start.truth,
                spec.filter_name.empty() ? streak_filters(of) : std::string(kTrueText)));
    } else {
        const NodeId base = plan::streak_base(pack_, of);
        std::string base_truth = occurrence(base).truth;
        if (pack_[of].kind == NodeKind::event ||
            (pack_[of].kind == NodeKind::filtered && pack_[base].kind == NodeKind::event &&
                plan::filters_event(pack_, of))) {
            // Every event of its type: the filter says whether it was an X, not whether it was one of the base.
            const auto found = event_bases_.find(base);
            base_truth = found == event_bases_.end() ? "0" : found->second;
        }
        const std::string of_truth = occurrence(of).truth;
        when(not_false(base_truth), [&] {
            host("ch_streak_push", "void",
                fmt::format(
                    "ptr %ctx, ptr %state, i32 {}, i64 {}, i64 {}", index, base_truth, of_truth));
        });
    }
    when(not_false(without.truth), [&] {
        host("ch_streak_without", "void",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}", index, without.truth));
    });
}

void GroupEmitter::emit_consecutive(NodeId id) {
    const Node& node = pack_[id];
    const Occurrence& of = occurrence(node.inputs[0]);
    if (of.truth == "0") return;
    const std::string is_true =
        of.truth == kTrueText ? "1" : w_.value("icmp eq i64 {}, {}", of.truth, kTrueText);
    when(is_true, [&] {
        View view;
        view.self = of.frame;
        const std::string truth = state(node.inputs[1], view);
        const std::uint32_t index = group_.consecutive_of.at(id);
        if (node.unit != core::Unit::working_day) {
            const std::string good = w_.value("icmp eq i64 {}, {}", truth, kTrueText);
            // Asked so, nothing branches on which of true and false it is.
            const std::string shifted = w_.value("add i64 {}, -1", truth);
            when(w_.value("icmp uge i64 {}, {}", shifted, abi::kUnknown), [&] {
                host("ck_units_push", "void",
                    fmt::format("ptr {}, i64 {}, i32 {}, i32 {}",
                        w_.offset("%state", group_.spec.consecutives[index].cell),
                        unit_index(group_.spec.consecutives[index].unit),
                        static_cast<int>(node.mode), w_.value("zext i1 {} to i32", good)));
            });
            return;
        }
        host("ch_consecutive_push", "void",
            fmt::format(
                "ptr %ctx, ptr %state, i32 {}, i64 {}", group_.consecutive_of.at(id), truth));
    });
}

void GroupEmitter::emit_hold(NodeId id) {
    const Node& node = pack_[id];
    when(observed(node.inputs[0]), [&] {
        const std::string truth = state(node.inputs[0], {});
        host("ch_hold_observe", "void",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}", group_.hold_of.at(id), truth));
    });
}

}  // namespace clausal::compiled
