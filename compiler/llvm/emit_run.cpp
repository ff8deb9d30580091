// The loop over a batch of items, and timers that need no call of the host.

#include <algorithm>
#include <utility>

#include "compiler/llvm/emit_group.h"
#include "runtime/kernels/family_cells.h"
#include "runtime/kernels/kernels.h"

namespace clausal::compiled {

namespace {

constexpr auto kDeadline = static_cast<std::int64_t>(offsetof(abi::StateHeader, deadline));
constexpr std::uint32_t kLine = 64;  // bytes of a cache line
constexpr std::uint32_t kMostPrefetched = 192;

}  // namespace

std::vector<std::uint32_t> GroupEmitter::fed_types() const {
    std::vector<std::uint32_t> out;
    const auto& idle = group_.spec.idle;
    std::copy_if(group_.spec.types.begin(), group_.spec.types.end(), std::back_inserter(out),
        [&](std::uint32_t type) {
            return std::find(idle.begin(), idle.end(), type) == idle.end();
        });
    return out;
}

// Whether the host looks at the context after every event.
bool GroupEmitter::is_eager() const {
    return group_.spec.births || group_.spec.outputs || (has_timers() && !rearms_inline());
}

// The event of Context::reference, for replays of broadcast events; own events come through the loop.
void GroupEmitter::emit_dispatch() {
    begin_step(StepOf::birth, kNone);
    w_.begin_function(
        fmt::format("define dso_local void @{}(ptr %ctx, ptr %state)", name("event")));
    const std::string reference = context(offsetof(abi::Context, reference));
    const std::string type = w_.value("lshr i64 {}, 32", reference);
    std::string cases;
    const std::vector<std::uint32_t>& types = group_.spec.broadcasts;
    for (const std::uint32_t event : types)
        cases += fmt::format(" i64 {}, label %e{}", event, event);
    w_.line("switch i64 {}, label %none [{} ]", type, cases);
    for (const std::uint32_t event : types) {
        w_.place(fmt::format("e{}", event));
        const std::string time = context(offsetof(abi::Context, time)),
                          subject = context(offsetof(abi::Context, subject));
        const std::string step = context(offsetof(abi::Context, step)),
                          columns = event_arguments(event);
        w_.line("call void @{}_{}(ptr %ctx, ptr %state, i64 {}, i64 {}, i64 {}, i64 {}{})",
            name("event"), event, time, subject, reference, step, columns);
        w_.line("ret void");
    }
    w_.place("none");
    w_.line("ret void");
    w_.end_function();
}

// The columns that the function of an event takes.
std::string GroupEmitter::event_arguments(std::uint32_t event) {
    std::string out;
    for (const std::uint32_t slot : event_columns_.at(event))
        out += ", ptr " + column_pointer(event, slot);
    return out;
}

// States lie apart: asks for one that is needed some items later.
void GroupEmitter::prefetch(const std::string& state) {
    const std::uint32_t bytes = group_.spec.state_bytes;
    if (bytes == 0) return;
    const std::uint32_t last = kLine % bytes == 0 ? 0 : std::min(bytes, kMostPrefetched) - 1;
    for (std::uint32_t byte = 0;; byte = std::min(byte + kLine, last)) {
        w_.line("call void @llvm.prefetch.p0(ptr {}, i32 1, i32 3, i32 1)", w_.offset(state, byte));
        if (byte == last) return;
    }
}

// The oldest entry of the ring of the group's one absence.
void GroupEmitter::prefetch_ring(const std::string& state) {
    const std::string head = w_.offset(state, group_.spec.absences[0].head);
    const std::string base = w_.value("zext i32 {} to i64", w_.load("i32", head));
    const std::string first = w_.load("i32", w_.offset(head, offsetof(abi::LogHead, head)));
    const std::string word = w_.value(
        "mul i64 {}, {}", w_.value("zext i32 {} to i64", first), group_.spec.absences[0].words);
    const std::string words = w_.load("ptr", pool());
    const std::string entry = w_.value(
        "getelementptr i64, ptr {}, i64 {}", words, w_.value("add i64 {}, {}", base, word));
    w_.line("call void @llvm.prefetch.p0(ptr {}, i32 1, i32 3, i32 1)", entry);
}

// The loop over a batch of items.
void GroupEmitter::emit_run() {
    begin_step(StepOf::birth, kNone);
    w_.begin_function(fmt::format(
        "define dso_local void @{}(ptr noalias %ctx, ptr noalias readonly %references, ptr noalias readonly %times, "
        "ptr noalias readonly %subjects, i64 %count)",
        name("run")));
    w_.line("%states = load ptr, ptr {}", w_.offset("%ctx", offsetof(abi::Context, states)));
    // On purpose: each batch numbers its steps anew, so what an earlier one left seems to lie ahead.
    if (sabotage_ == "batch") w_.store("i64", "0", w_.offset("%ctx", offsetof(abi::Context, step)));
    for (const std::uint32_t event : fed_types()) run_columns_[event] = event_arguments(event);
    const std::string index = w_.slot("i64");
    steps_ = w_.slot("i64");
    w_.store("i64", "0", index);
    w_.store("i64", w_.load("i64", w_.offset("%ctx", offsetof(abi::Context, step))), steps_);
    w_.jump("loop");
    w_.place("loop");
    const std::string i = w_.load("i64", index);
    w_.branch(w_.value("icmp ult i64 {}, %count", i), "work", "finish");
    w_.place("work");
    const auto at = [&](const char* type, const char* array, const std::string& place) {
        return w_.load(type, w_.value("getelementptr {}, ptr {}, i64 {}", type, array, place));
    };
    const auto state_of = [&](const std::string& subject) {
        return w_.value("getelementptr i8, ptr %states, i64 {}",
            w_.value("mul i64 {}, {}", subject, group_.spec.state_bytes));
    };
    w_.store("i64", w_.value("add i64 {}, 1", i), index);
    const std::string ahead = w_.value("add i64 {}, {}", i, abi::kRunAhead);
    prefetch(state_of(w_.value("zext i32 {} to i64", at("i32", "%subjects", ahead))));
    if (group_.spec.one_absence && !group_.spec.absences[0].delayed) {
        // By then the state is here and says where its ring lies.
        const std::string near = w_.value("add i64 {}, {}", i, abi::kRunAhead / 2);
        prefetch_ring(state_of(w_.value("zext i32 {} to i64", at("i32", "%subjects", near))));
    }
    w_.line("%reference = add i64 {}, 0", at("i64", "%references", i));
    w_.line("%time = add i64 {}, 0", at("i64", "%times", i));
    w_.line("%subject = zext i32 {} to i64", at("i32", "%subjects", i));
    w_.line("%state = getelementptr i8, ptr {}, i64 0", state_of("%subject"));
    const std::vector<std::uint32_t> types = fed_types();
    const auto& delays = group_.spec.delays;
    if (types.size() + delays.size() == 1 && !group_.spec.births) {
        w_.jump(delays.empty() ? fmt::format("e{}", types[0]) : "d0");
    } else {
        std::string cases;
        for (const std::uint32_t event : types)
            cases += fmt::format(" i64 {}, label %e{}", event, event);
        for (std::size_t delay = 0; delay < delays.size(); ++delay) {
            cases += fmt::format(" i64 {}, label %d{}", abi::kDelayed + delay, delay);
        }
        w_.line("switch i64 {}, label %other [{} ]", w_.value("lshr i64 %reference, 32"), cases);
    }
    for (const std::uint32_t event : types) emit_item(event);
    for (std::size_t delay = 0; delay < delays.size(); ++delay) emit_delayed(delay);
    const auto keep_step = [&] {
        w_.store("i64", w_.load("i64", steps_), w_.offset("%ctx", offsetof(abi::Context, step)));
    };
    w_.place("other");
    if (group_.spec.births) {
        keep_step();
        host("ch_birth", "void", "ptr %ctx, i64 %reference");
        w_.store("i64", w_.load("i64", w_.offset("%ctx", offsetof(abi::Context, step))), steps_);
    }
    w_.jump("loop");
    w_.place("finish");
    keep_step();
    w_.line("ret void");
    w_.end_function();
    run_columns_.clear();
}

// What time alone did to the subject before this event.
void GroupEmitter::emit_timers(const std::string& slow_if) {
    const auto step_field = [&] { return w_.offset("%ctx", offsetof(abi::Context, step)); };
    const std::string slow = w_.label("timers"), go = w_.label("go");
    w_.branch(slow_if, slow, go);
    w_.place(slow);
    if (group_.spec.falls_only && !group_.spec.births && !group_.spec.one_absence) {
        emit_looks();
    } else {
        w_.store("i64", w_.load("i64", steps_), step_field());
        if (group_.spec.one_absence) {
            w_.store("i64", "%subject", w_.offset("%ctx", offsetof(abi::Context, subject)));
            w_.line("call void @{}(ptr %ctx, ptr %state, i64 %time)", name("due"));
            rearm("%state", "%time");
        } else {
            host("ch_advance", "void", "ptr %ctx, ptr %state, i64 %subject, i64 %reference");
        }
        w_.store("i64", w_.load("i64", step_field()), steps_);
    }
    w_.jump(go);
    w_.place(go);
}

void GroupEmitter::emit_item(std::uint32_t event) {
    w_.place(fmt::format("e{}", event));
    const bool delayed = group_.spec.one_absence && group_.spec.absences[0].delayed;
    const bool has_header =
        (group_.spec.births || has_timers()) && !delayed && group_.spec.armed_bytes == 0;
    if (group_.spec.births) {
        emit_timers("true");
    } else if (group_.spec.armed_bytes != 0) {
        // Only what has risen can fall.
        const std::string word = fmt::format("i{}", group_.spec.armed_bytes * 8);
        const std::string flags =
            w_.value("load {}, ptr {}, align 1", word, w_.offset("%state", group_.spec.armed_at));
        emit_timers(w_.value("icmp ne {} {}, 0", word, flags));
    } else if (has_header) {
        const std::string deadline = w_.load("i64", w_.offset("%state", kDeadline));
        std::string due = w_.value("icmp slt i64 {}, %time", deadline);
        if (!group_.spec.one_absence && !group_.spec.falls_only) {
            due = w_.value("or i1 {}, {}", due, w_.value("icmp eq i64 {}, 0", deadline));
        }
        emit_timers(due);
    }
    const std::string step = w_.value("add i64 {}, 1", w_.load("i64", steps_));
    w_.store("i64", step, steps_);
    if (is_eager()) {
        know_step("0", "%time", "%subject", "%reference", step, step);
        w_.text(put_step());
        step_.clear();
    }
    w_.line(
        "call void @{}_{}(ptr %ctx, ptr %state, i64 %time, i64 %subject, i64 %reference, i64 {}{})",
        name("event"), event, step, run_columns_.at(event));
    if (group_.spec.outputs) {
        w_.store("i64", w_.load("i64", w_.offset("%ctx", offsetof(abi::Context, step))), steps_);
    }
    // The deadline of the only absence stays where an event does not touch it.
    const bool touches =
        !group_.spec.one_absence || plan_.reads[group_.spec.absences[0].node][event];
    if (has_timers() && has_header && touches) rearm("%state", "%time");
    w_.jump("loop");
}

// An event that comes again because a delay is over.
void GroupEmitter::emit_delayed(std::size_t index) {
    const abi::DelaySpec& delay = group_.spec.delays[index];
    w_.place(fmt::format("d{}", index));
    if (!delay.after_events) {
        // A first of a sequence is old enough now.
        const abi::PairSpec& pair = group_.spec.pairs[group_.pair_of.at(delay.node)];
        const std::string time = w_.value("sub i64 %time, {}", delay.by);
        w_.store("i64", w_.value("xor i64 {}, {}", time, kMissing), w_.offset("%state", pair.head));
        w_.jump("loop");
        return;
    }
    // The deadline of a start: did something close it meanwhile?
    const abi::AbsenceSpec& absence = group_.spec.absences[group_.absence_of.at(delay.node)];
    const auto latest = [&](std::size_t field) {
        return w_.load("i64", w_.offset("%state", static_cast<std::int64_t>(absence.head + field)));
    };
    const std::string closed =
        w_.value("xor i64 {}, {}", latest(offsetof(abi::LatestPlace, time)), kMissing);
    const std::string start = w_.value("sub i64 %time, {}", delay.by);
    const std::string same = w_.label("same"), tie = w_.label("tie"), holds = w_.label("holds");
    w_.branch(w_.value("icmp slt i64 {}, {}", closed, start), holds, same);
    w_.place(same);
    w_.branch(w_.value("icmp eq i64 {}, {}", closed, start), tie, "loop");
    w_.place(tie);
    const std::string row = w_.value("and i64 %reference, 4294967295");
    const std::string started = w_.load("i64",
        w_.value("getelementptr i64, ptr {}, i64 {}", column_pointer(delay.event, kSequence), row));
    const std::string later =
        w_.value("icmp ugt i64 {}, {}", latest(offsetof(abi::LatestPlace, sequence)), started);
    w_.branch(later, "loop", holds);
    w_.place(holds);
    const std::string step = w_.value("add i64 {}, 1", w_.load("i64", steps_));
    w_.store("i64", step, steps_);
    const std::string low = w_.value("and i64 %reference, 4294967295");
    const std::string reference = w_.value("or i64 {}, {}", low, std::uint64_t{delay.event} << 32U);
    w_.line("call void @{}(ptr %ctx, ptr %state, i64 %time, i64 %subject, i64 {}, i64 {})",
        name("due_item"), reference, step);
    w_.jump("loop");
}

// What a decided start leads to. `frame` has its reference, truth and place.
void GroupEmitter::decide_due(
    const std::string& frame, const std::string& time, const std::string& step) {
    w_.store("i64", time, w_.offset(frame, abi::kEntryTime * 8));
    w_.store("i64", step, w_.offset(frame, abi::kEntryStep * 8));
    due_frame_ = frame;
    step_header();
    for (const NodeId id : group_.nodes) emit_node(id);
    emit_rules();
    due_frame_.clear();
}

// A start that comes again at its deadline, open still.
void GroupEmitter::emit_due_item() {
    begin_step(StepOf::due, kNone);
    w_.begin_function(fmt::format(
        "define internal void @{}(ptr noalias %ctx, ptr %state, i64 %time, i64 %subject, "
        "i64 %reference, i64 %step)",
        name("due_item")));
    know_step("2", "%time", "%subject", "%reference", "%step", "%step");
    const std::size_t begin = w_.mark();
    const std::string frame =
        w_.slot(fmt::format("[{} x i64]", group_.spec.absences[0].frame_words));
    w_.store("i64", "%reference", w_.offset(frame, abi::kEntryReference * 8));
    w_.store("i64", kTrueText, w_.offset(frame, abi::kEntryTruth * 8));
    w_.store("i64", "%step", w_.offset(frame, abi::kEntryPlace * 8));
    decide_due(frame, "%time", "%step");
    w_.line("ret void");
    if (needs_context_) w_.insert(begin, put_step());
    w_.end_function();
}

// Deadlines of the group's one absence for one subject, oldest first: nothing else changes by time in
// such a group.
void GroupEmitter::emit_due() {
    const abi::AbsenceSpec& spec = group_.spec.absences[0];
    if (spec.delayed) {
        emit_due_item();
        return;
    }
    begin_step(StepOf::due, kNone);
    w_.begin_function(fmt::format(
        "define dso_local void @{}(ptr noalias %ctx, ptr %state, i64 %limit)", name("due")));
    const std::string frame = w_.slot(fmt::format("[{} x i64]", spec.frame_words));
    const std::string entry = w_.slot("[4 x i64]");
    const std::string bound = w_.value("sub i64 %limit, {}", spec.high);
    const std::string subject = context(offsetof(abi::Context, subject));
    w_.jump("loop");
    w_.place("loop");
    const std::string head = w_.offset("%state", spec.head);
    const std::string front =
        host("ck_front_time", "i64", fmt::format("ptr {}, ptr {}, i32 4", pool(), head));
    w_.branch(w_.value("icmp slt i64 {}, {}", front, bound), "decide", "finish");
    w_.place("decide");
    host("ck_entry_pop", "void", fmt::format("ptr {}, ptr {}, i32 4, ptr {}", pool(), head, entry));
    const std::string started = w_.load("i64", w_.offset(entry, 8)),
                      reference = w_.load("i64", w_.offset(entry, 16));
    w_.store("i64", reference, w_.offset(frame, abi::kEntryReference * 8));
    w_.store("i64", kTrueText, w_.offset(frame, abi::kEntryTruth * 8));
    w_.store("i64", started, w_.offset(frame, abi::kEntryPlace * 8));
    const std::string time = w_.value("add i64 {}, {}", front, spec.high);
    const std::string step = w_.value("add i64 {}, 1", context(offsetof(abi::Context, step)));
    w_.store("i64", step, w_.offset("%ctx", offsetof(abi::Context, step)));
    know_step("2", time, subject, reference, step, started);
    const std::size_t decided = w_.mark();
    for (const std::uint32_t streak : spec.run_streaks) {
        const std::int64_t marks = group_.spec.streaks[streak].marks;
        const std::string counts = w_.value(
            "icmp sge i64 {}, {}", started, w_.load("i64", w_.offset("%state", marks + 8)));
        const std::string run = w_.load("i64", w_.offset("%state", marks));
        w_.store("i64", w_.value("add i64 {}, {}", run, w_.value("zext i1 {} to i64", counts)),
            w_.offset("%state", marks));
    }
    decide_due(frame, time, step);
    if (needs_context_) w_.insert(decided, put_step());
    w_.jump("loop");
    w_.place("finish");
    w_.line("ret void");
    w_.end_function();
}

bool GroupEmitter::rearms_inline() const {
    return !group_.spec.births && !plan::has_other_timers(group_.spec);
}

// Sets the deadline after an event: the earliest instant at which time alone may change something. May
// be too early, never too late.
void GroupEmitter::rearm(const std::string& state, const std::string& time) {
    if (!rearms_inline()) {
        host("ch_rearm", "void", fmt::format("ptr %ctx, ptr {}", state));
        return;
    }
    std::string deadline = std::to_string(kForever);
    const auto earlier = [&](const std::string& candidate) {
        const std::string less = w_.value("icmp slt i64 {}, {}", candidate, deadline);
        deadline = w_.value("select i1 {}, i64 {}, i64 {}", less, candidate, deadline);
    };
    const auto if_true = [&](const std::string& condition, const std::string& candidate) {
        earlier(w_.value("select i1 {}, i64 {}, i64 {}", condition, candidate, kForever));
    };
    for (const auto& absence : group_.spec.absences) {
        if (absence.high == kForever) continue;
        const std::string front = host("ck_front_time", "i64",
            fmt::format(
                "ptr {}, ptr {}, i32 {}", pool(), w_.offset(state, absence.head), absence.words));
        const std::string none = w_.value("icmp eq i64 {}, {}", front, kForever);
        const std::string edge = w_.value("add i64 {}, {}", front, absence.high);
        earlier(w_.value("select i1 {}, i64 {}, i64 {}", none, kForever, edge));
    }
    for (const auto& count : group_.spec.counts) {
        for (const std::uint32_t cell : {count.cell, count.possible}) {
            if (cell == kNone) continue;
            for (const std::uint32_t bound : count.bounds) {
                const std::string nth = host("ck_ring_nth", "i64",
                    fmt::format(
                        "ptr {}, i32 {}, i32 {}", w_.offset(state, cell), count.size, bound));
                const std::string start = w_.value("sub i64 {}, {}", time, count.length);
                const std::string inside = w_.value("icmp sge i64 {}, {}", nth, start);
                if_true(inside, w_.value("add i64 {}, {}", nth, count.length));
            }
        }
    }
    const bool has_units =
        std::any_of(group_.spec.consecutives.begin(), group_.spec.consecutives.end(),
            [](const auto& consecutive) { return consecutive.mode != 1; }) ||
        std::any_of(
            group_.spec.families.begin(), group_.spec.families.end(), [](const auto& family) {
                return family.kind == abi::FamilySpec::Kind::units && family.mode != 1;
            });
    if (has_units) {
        // An event at the very start of a unit finds the next end; the expiry of this instant, which
        // comes behind its events, still waits.
        const std::string old = w_.load("i64",
            w_.offset(state, static_cast<std::int64_t>(offsetof(abi::StateHeader, deadline))));
        if_true(w_.value("icmp eq i64 {}, {}", old, time), old);
    }
    for (const auto& consecutive : group_.spec.consecutives) {
        if (consecutive.mode == 1) continue;
        const auto run_at = [&](std::int64_t byte) {
            const std::string run = w_.load("i16", w_.offset(state, consecutive.cell + byte));
            return w_.value(
                "icmp uge i16 {}, {}", run, std::min<std::int64_t>(consecutive.count, 0xffff));
        };
        std::string holds = run_at(static_cast<std::int64_t>(offsetof(kernels::UnitRun, run)));
        if (consecutive.mode == 2) {
            holds = w_.value("or i1 {}, {}", holds,
                run_at(static_cast<std::int64_t>(offsetof(kernels::UnitRun, before))));
        }
        // The step of the event found the unit.
        const std::string units = w_.load("ptr", w_.offset("%ctx", offsetof(abi::Context, units)));
        const std::string end = w_.load(
            "i64", w_.offset(units,
                       static_cast<std::int64_t>(consecutive.unit * sizeof(abi::UnitCache)) + 8));
        if_true(holds, end);
    }
    for (const auto& family : group_.spec.families) {
        if (family.kind != abi::FamilySpec::Kind::units || family.mode == 1) continue;
        const auto run = family.cell + static_cast<std::int64_t>(offsetof(kernels::UnitsCell, run));
        const std::string units = w_.load("ptr", w_.offset("%ctx", offsetof(abi::Context, units)));
        const std::string end = w_.load("i64",
            w_.offset(units, static_cast<std::int64_t>(family.unit * sizeof(abi::UnitCache)) + 8));
        if_true(
            w_.value("icmp uge i16 {}, {}", w_.load("i16", w_.offset(state, run)), family.count),
            end);
    }
    for (const auto& extreme : group_.spec.extremes) {
        const std::string start = w_.value("sub i64 {}, {}", time, extreme.length + 1);
        const std::string front = host("ck_extreme_front", "i64",
            fmt::format(
                "ptr {}, ptr {}, i64 {}, i32 1", pool(), w_.offset(state, extreme.cell), start));
        if_true(w_.value("icmp ne i64 {}, {}", front, kMissing),
            w_.value("add i64 {}, {}", front, extreme.length));
    }
    w_.store("i64", deadline,
        w_.offset(state, static_cast<std::int64_t>(offsetof(abi::StateHeader, deadline))));
}

}  // namespace clausal::compiled
