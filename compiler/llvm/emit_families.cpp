// Threshold families (compiler/plan/threshold_families.h): one evaluation for all rules of a family.
// In place of a truth there are two positions in the sorted thresholds, in place of an arm flag per rule
// one position; and sliding minima and maxima kept as queues, on which many families stand.

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/llvm/emit_group.h"
#include "runtime/kernels/family_cells.h"

namespace clausal::compiled {

using core::Node;
using core::NodeKind;
using plan::Family;

namespace {

constexpr const char* kMissingText = "-9223372036854775808";
constexpr std::int32_t kMostDecimals =
    9;  // thresholds times so much fit a word (threshold_families.cpp)

std::string count_of(const Family& family) { return std::to_string(family.places.size()); }

}  // namespace

std::string GroupEmitter::smaller(const std::string& a, const std::string& b) {
    return w_.value("select i1 {}, i64 {}, i64 {}", w_.value("icmp slt i64 {}, {}", a, b), a, b);
}

std::string GroupEmitter::larger(const std::string& a, const std::string& b) {
    return w_.value("select i1 {}, i64 {}, i64 {}", w_.value("icmp sgt i64 {}, {}", a, b), a, b);
}

// Thresholds as words: `x < entry` for whole x, ascending.
std::string GroupEmitter::thresholds(std::size_t index, std::int32_t decimals) {
    const Family& family = group_.families[index];
    const std::string table = fmt::format("{}_thresholds_{}_{}", prefix_, index, decimals);
    if (!tables_.emplace(table, true).second) return "@" + table;
    std::string entries;
    for (std::size_t i = 0; i < family.numbers.size(); ++i) {
        const Rational& number = family.numbers[i];
        const Int128 scaled = number.numerator * power_of_ten(decimals);
        Int128 floor = scaled / number.denominator;
        if (scaled % number.denominator < 0) --floor;
        const bool at_once = scaled % number.denominator == 0 && family.inclusive[i] == 0;
        entries += fmt::format(
            "{} i64 {}", i == 0 ? "" : ",", static_cast<std::int64_t>(floor) + (at_once ? 0 : 1));
    }
    w_.global(fmt::format(
        "@{} = internal constant [{} x i64] [{} ]", table, family.numbers.size(), entries));
    return "@" + table;
}

std::string GroupEmitter::family_table(
    std::size_t index, const char* what, const std::vector<std::uint32_t>& entries) {
    const std::string table = fmt::format("{}_{}_{}", prefix_, what, index);
    if (!tables_.emplace(table, true).second) return "@" + table;
    std::string list;
    for (std::size_t i = 0; i < entries.size(); ++i)
        list += fmt::format("{} i32 {}", i == 0 ? "" : ",", entries[i]);
    w_.global(fmt::format("@{} = internal constant [{} x i32] [{} ]", table, entries.size(), list));
    return "@" + table;
}

// --- evaluation -----------------------------------------------------------------------------------

// The comparison whose constant varies.
GroupEmitter::Levels GroupEmitter::compared(std::size_t index, const View& view) {
    const Family& family = group_.families[index];
    const std::string all = count_of(family);
    const auto level = [&](std::int32_t decimals, const std::string& of) {
        const std::string turned = family.greater ? w_.value("sub i64 0, {}", of) : of;
        return host("ck_level", "i64",
            fmt::format("ptr {}, i64 {}, i64 {}", thresholds(index, decimals), all, turned));
    };
    Value value{};
    if (const auto ring = group_.count_of.find(family.value); ring != group_.count_of.end()) {
        const abi::CountSpec& spec = group_.spec.counts[ring->second];
        const std::string edge =
            w_.value("sub i64 {}, {}", context(offsetof(abi::Context, time)), spec.length);
        const auto number_in = [&](std::uint32_t cell) {
            return host("ck_ring_count", "i64",
                fmt::format("ptr {}, i32 {}, i64 {}", w_.offset("%state", cell), spec.size, edge));
        };
        value.shape.rep = abi::Rep::count;
        value.a = number_in(spec.cell);
        value.b = spec.possible == kNone ? value.a : number_in(spec.possible);
    } else {
        value = this->value(family.value, view);
    }
    Levels out;
    std::string unknown;
    if (value.shape.rep == abi::Rep::count) {
        const std::string low = level(0, value.a);
        const std::string high = value.b == value.a ? low : level(0, value.b);
        out.sure = family.greater ? low : high;
        out.maybe = family.greater ? high : low;
        unknown = w_.value("icmp eq i64 {}, {}", value.a, kMissingText);
    } else if (value.shape.rep == abi::Rep::word && !value.constant && value.shape.numeric &&
               value.shape.decimals <= kMostDecimals) {
        out.sure = out.maybe = level(value.shape.decimals, value.a);
        unknown = w_.value("icmp eq i64 {}, {}", value.a, kMissingText);
    } else {
        out.sure = out.maybe = host("ch_family_level", "i64",
            fmt::format("ptr %ctx, i32 {}, ptr {}", index, number(value)));
        unknown = w_.value("icmp slt i64 {}, 0", out.sure);
        if (faults_) {
            const std::string fault = w_.value("icmp sgt i64 {}, {}", out.sure, -abi::kUnknown);
            out.fault =
                w_.value("select i1 {}, i64 {}, i64 0", fault, w_.value("sub i64 0, {}", out.sure));
        }
    }
    out.sure = w_.value("select i1 {}, i64 {}, i64 {}", unknown, all, out.sure);
    out.maybe = w_.value("select i1 {}, i64 0, i64 {}", unknown, out.maybe);
    if (sabotage_ == "threshold_family")
        out.sure = smaller(w_.value("add i64 {}, 1", out.sure), all);
    return out;
}

// What is remembered of the streak or of the units.
GroupEmitter::Levels GroupEmitter::counted(std::size_t index) {
    const abi::FamilySpec& spec = group_.spec.families[index];
    const std::string all = count_of(group_.families[index]);
    const std::string cell = w_.offset("%state", spec.cell);
    Levels out;
    if (spec.kind == abi::FamilySpec::Kind::streak) {
        const std::string both = host("ck_family_streak", "i64",
            fmt::format("ptr {}, i64 {}, i64 {}", cell, spec.count, all));
        out.sure = w_.value("lshr i64 {}, 32", both);
        out.maybe = w_.value("and i64 {}, 4294967295", both);
        return out;
    }
    out.sure = out.maybe = host("ck_family_units", "i64",
        fmt::format("ptr {}, i64 {}, i32 {}, i64 {}, i64 {}, i64 {}", cell, unit_index(spec.unit),
            spec.mode, spec.ring, spec.count, all));
    return out;
}

// A conjunction with what all rules share.
GroupEmitter::Levels GroupEmitter::both_levels(
    std::size_t index, const std::string& shared, const Levels& of) {
    if (shared == kTrueText) return of;
    const std::string all = count_of(group_.families[index]);
    if (shared == "0") return {all, all};
    const std::string is_true = w_.value("icmp eq i64 {}, {}", shared, kTrueText),
                      is_false = w_.value("icmp eq i64 {}, 0", shared);
    Levels out;
    out.sure = w_.value("select i1 {}, i64 {}, i64 {}", is_true, of.sure, all);
    out.maybe = w_.value("select i1 {}, i64 {}, i64 {}", is_false, all, of.maybe);
    return out;
}

GroupEmitter::Levels GroupEmitter::levels(std::size_t index, NodeId id, const View& view) {
    const Family& family = group_.families[index];
    if (id == family.comparison) return compared(index, view);
    const Node& node = pack_[id];
    if (id == family.counted) return counted(index);
    if (node.kind == NodeKind::not_)
        return levels(index, node.inputs[0], view);  // turned when they were sorted
    std::string shared = node.kind == NodeKind::and_ ? kTrueText : "0";
    Levels out;
    for (const NodeId input : node.inputs) {
        if (std::find(family.above.begin(), family.above.end(), input) != family.above.end()) {
            out = levels(index, input, view);
        } else {
            shared = node.kind == NodeKind::and_ ? both(shared, state(input, view))
                                                 : any_of(shared, state(input, view));
        }
    }
    if (node.kind == NodeKind::and_) return both_levels(index, shared, out);
    if (shared == "0") return out;
    const std::string is_true = w_.value("icmp eq i64 {}, {}", shared, kTrueText),
                      is_false = w_.value("icmp eq i64 {}, 0", shared);
    out.sure = w_.value("select i1 {}, i64 0, i64 {}", is_true, out.sure);
    out.maybe = w_.value("select i1 {}, i64 {}, i64 0", is_false, out.maybe);
    return out;
}

// --- what is remembered ----------------------------------------------------------------------------

void GroupEmitter::push_family(std::size_t index) {
    const Family& family = group_.families[index];
    const abi::FamilySpec& spec = group_.spec.families[index];
    if (family.counted == kNone) return;
    const Node& node = pack_[family.counted];
    const Node& of = pack_[node.inputs[0]];
    const std::string cell = w_.offset("%state", spec.cell);
    View view;
    if (spec.kind == abi::FamilySpec::Kind::units) {
        const Occurrence& there = occurrence(node.inputs[0]);
        if (there.truth == "0") return;
        when(
            there.truth == kTrueText ? "1" : w_.value("icmp eq i64 {}, {}", there.truth, kTrueText),
            [&] {
                view.self = there.frame;
                const Levels at = levels(index, node.inputs[1], view);
                // Unknown for all thresholds, or decided for all.
                when(w_.value("icmp eq i64 {}, {}", at.sure, at.maybe), [&] {
                    host("ck_family_units_push", "void",
                        fmt::format("ptr {}, i64 {}, i32 {}, i64 {}, i64 {}", cell,
                            unit_index(spec.unit), spec.mode == 1 ? 1 : 0, spec.ring, at.sure));
                });
            });
        return;
    }
    // A base step is every event of the type; its outcome that of the filters.
    std::string base = "0", others = kTrueText;
    NodeId filter = kNone;
    if (of.kind == NodeKind::event) {
        if (kind_ != StepOf::event || of.event != event_) return;
        base = event_is_mine(of);
        filter = of.inputs[0];
        view.self = {node.inputs[0], step_frame_, row_};
    } else {
        const auto found = event_bases_.find(plan::streak_base(pack_, of.inputs[0]));
        if (found == event_bases_.end()) return;
        base = found->second == kTrueText
                   ? "1"
                   : w_.value("icmp eq i64 {}, {}", found->second, kTrueText);
        others = occurrence(of.inputs[0]).truth;
        filter = of.inputs[1];
        view.self = occurrence(of.inputs[0]).frame;
    }
    when(base, [&] {
        const Levels at = both_levels(index, others, levels(index, filter, view));
        host("ck_family_streak_push", "void",
            fmt::format("ptr {}, i64 {}, i64 {}, i64 {}", cell, spec.count, at.sure, at.maybe));
    });
}

void GroupEmitter::push_extreme(NodeId id) {
    const abi::ExtremeSpec& spec = group_.spec.extremes[group_.extreme_of.at(id)];
    if (kind_ != StepOf::event) return;
    // What has left the window goes before anything new comes (emit_looks relies on it); where deadlines
    // are kept, what leaves at this very instant is still to be seen at its expiry.
    const std::string head = w_.offset("%state", spec.cell);
    const std::string edge = w_.value("sub i64 {}, {}", context(offsetof(abi::Context, time)),
        spec.length + (group_.spec.falls_only ? 0 : 1));
    host("ck_extreme_trim", "void", fmt::format("ptr {}, ptr {}, i64 {}", pool(), head, edge));
    const Occurrence& of = occurrence(pack_[id].inputs[0]);
    if (of.truth == "0") return;
    when(of.truth == kTrueText ? "1" : w_.value("icmp eq i64 {}, {}", of.truth, kTrueText), [&] {
        View view;
        view.self = of.frame;
        const std::string word = value(pack_[id].inputs[1], view).a;
        when(w_.value("icmp ne i64 {}, {}", word, kMissingText), [&] {
            host("ck_extreme_push", "void",
                fmt::format("ptr {}, ptr {}, i64 {}, i64 {}", pool(), head,
                    context(offsetof(abi::Context, time)),
                    spec.greatest ? w_.value("sub i64 0, {}", word) : word));
        });
    });
}

Value GroupEmitter::extreme(NodeId id) {
    const abi::ExtremeSpec& spec = group_.spec.extremes[group_.extreme_of.at(id)];
    const std::string edge =
        w_.value("sub i64 {}, {}", context(offsetof(abi::Context, time)), spec.length);
    std::string front = host("ck_extreme_front", "i64",
        fmt::format("ptr {}, ptr {}, i64 {}, i32 0", pool(), w_.offset("%state", spec.cell), edge));
    if (spec.greatest)
        front = w_.value("sub i64 0, {}", front);  // of the lowest value it is itself
    return {plan::shape_of(pack_, group_, id, kNone, kNone), front, "", std::nullopt};
}

// Before an event: sees whatever fell since the last one. Time alone makes states of this group fall only,
// so their last value before the event says it all - but for a minimum that becomes unknown when its
// window is empty: what it was last is seen just before that. What is true at a look was true at the
// last event too (or came with an event of the same instant): looks arm, and never fire.
void GroupEmitter::emit_looks() {
    const auto look = [&](const std::string& at) {
        know_step("1", at, "%subject", "-1", w_.load("i64", steps_), "-1");
        w_.text(put_step());
        step_.clear();
        w_.line("call void @{}(ptr %ctx, ptr %state)", name("expiry"));
    };
    const std::string last = w_.value("add i64 %time, -1");
    std::vector<std::string> ends;  // just before each window is empty
    for (const abi::ExtremeSpec& spec : group_.spec.extremes) {
        const std::string latest = host("ck_extreme_last", "i64",
            fmt::format("ptr {}, ptr {}", pool(), w_.offset("%state", spec.cell)));
        const std::string end = w_.value("add i64 {}, {}", latest, spec.length - 1);
        const std::string none = w_.value("icmp eq i64 {}, {}", latest, kMissingText);
        ends.push_back(w_.value("select i1 {}, i64 {}, i64 {}", none, last, end));
    }
    std::string done = kMissingText;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        std::string next = last;
        for (const std::string& end : ends) {
            const std::string later = w_.value("icmp sgt i64 {}, {}", end, done);
            next = smaller(next, w_.value("select i1 {}, i64 {}, i64 {}", later, end, last));
        }
        when(w_.value("icmp slt i64 {}, {}", next, last), [&] { look(next); });
        done = next;
    }
    look(last);
}

// --- rules -------------------------------------------------------------------------------------------

void GroupEmitter::emit_families() {
    for (std::size_t i = 0; i < group_.families.size(); ++i) push_family(i);
    for (std::size_t i = 0; i < group_.families.size(); ++i) {
        if (group_.families[i].is_state) {
            emit_state_family(i);
        } else {
            emit_occurrence_family(i);
        }
    }
}

// One position says which rules have fired and are not armed again: those from it on. It moves down to
// what is true, firing on its way, and up past what is false.
void GroupEmitter::emit_state_family(std::size_t index) {
    const Family& family = group_.families[index];
    const std::string seen = observed(family.condition);
    if (seen == "0") return;
    const bool counts = kind_ == StepOf::event && plan_.reads[family.condition][event_];
    when(seen, [&] {
        const Levels at = levels(index, family.condition, {});
        if (counts) count_undecided(index, at, "1");
        const std::string all = count_of(family);
        const std::string place = w_.offset("%state", group_.spec.families[index].position);
        const std::string disarmed =
            w_.value("zext i16 {} to i64", w_.value("load i16, ptr {}, align 1", place));
        const std::string before = w_.value("sub i64 {}, {}", all, disarmed);
        // A look back only arms: nothing rises there (emit_looks).
        const bool falls = kind_ == StepOf::expiry && group_.spec.falls_only;
        const std::string after = larger(falls ? before : smaller(before, at.sure), at.maybe);
        const std::string kept =
            w_.value("trunc i64 {} to i16", w_.value("sub i64 {}, {}", all, after));
        w_.line("store i16 {}, ptr {}, align 1", kept, place);
        if (!falls)
            when(w_.value("icmp slt i64 {}, {}", at.sure, before),
                [&] { fire_family(index, at.sure, before, {}); });
    });
}

void GroupEmitter::emit_occurrence_family(std::size_t index) {
    const Family& family = group_.families[index];
    const Node& node = pack_[family.condition];
    std::string holds = kTrueText;
    View view;
    NodeId filter = kNone;
    if (node.kind == NodeKind::event) {
        if (kind_ != StepOf::event || node.event != event_) return;
        holds = truth_if(event_is_mine(node));
        filter = node.inputs[0];
        view.self = {family.condition, step_frame_, row_};
    } else {
        const Occurrence& of = occurrence(node.inputs[0]);
        if (of.truth == "0") return;
        holds = of.truth;
        filter = node.inputs[1];
        view.self = of.frame;
    }
    std::string born = "1";
    if (group_.spec.births && kind_ != StepOf::birth && kind_ != StepOf::expiry) {
        born = w_.value("icmp ne i64 {}, 0", context(offsetof(abi::Context, born)));
    }
    when(and_bits(born, not_false(holds)), [&] {
        Levels at = levels(index, filter, view);
        const std::string fault = at.fault;
        at = both_levels(index, holds, at);
        at.fault = fault;
        FrameValue self = view.self;
        self.node = family.condition;
        count_undecided(index, at, "1");
        const std::string all = count_of(family);
        when(w_.value("icmp slt i64 {}, {}", at.sure, all),
            [&] { fire_family(index, at.sure, all, self); });
    });
}

void GroupEmitter::count_undecided(
    std::size_t index, const Levels& of, const std::string& condition) {
    if (of.sure == of.maybe) return;
    const std::string some = w_.value("icmp slt i64 {}, {}", of.maybe, of.sure);
    when(and_bits(condition, some), [&] {
        host("ck_family_unknown", "void",
            fmt::format("ptr %ctx, i64 {}, i64 {}, i64 {}", group_.spec.families[index].ranges,
                of.maybe, of.sure));
        if (of.fault == "0") return;
        when(w_.value("icmp sgt i64 {}, 0", of.fault), [&] {
            host("ch_family_fault", "void",
                fmt::format("ptr %ctx, i32 {}, i64 {}, i64 {}, i64 {}, i64 {}, i64 {}", index,
                    of.maybe, of.sure, of.fault, context(offsetof(abi::Context, subject)),
                    context(offsetof(abi::Context, time))));
        });
    });
}

// Fires the rules of the thresholds [from, to). Their actions are compiled once for all rules that have
// the same ones.
void GroupEmitter::fire_family(
    std::size_t index, const std::string& from, const std::string& to, const FrameValue& self) {
    const Family& family = group_.families[index];
    const std::string rules = family_table(index, "rules", group_.spec.families[index].rules);
    const bool plain = std::all_of(family.places.begin(), family.places.end(),
        [&](std::uint32_t place) { return group_.spec.rules[place].plain; });
    if (plain) {
        host("ck_family_fire", "void",
            fmt::format("ptr %ctx, ptr {}, i64 {}, i64 {}, i64 {}, i64 {}, i64 {}, i64 {}, i64 {}",
                rules, from, to, context(offsetof(abi::Context, subject)),
                context(offsetof(abi::Context, time)), context(offsetof(abi::Context, reference)),
                context(offsetof(abi::Context, depth)), context(offsetof(abi::Context, kind))));
        return;
    }
    // Firings are few: the step goes to the context only here.
    const bool was_cold = std::exchange(cold_, true);
    if (!step_.empty() && !was_cold) w_.text(put_step());
    std::map<std::vector<std::uint32_t>, std::uint32_t> same_actions;
    std::vector<std::uint32_t> class_of;
    std::vector<std::uint32_t> first_of;  // rule, by class
    for (const std::uint32_t place : family.places) {
        std::vector<std::uint32_t> calls;
        for (const auto& call : pack_.rules[group_.rules[place]].actions) {
            calls.push_back(call.action);
            calls.push_back(static_cast<std::uint32_t>(call.values.size()));
            calls.insert(calls.end(), call.values.begin(), call.values.end());
        }
        const auto [found, added] =
            same_actions.try_emplace(calls, static_cast<std::uint32_t>(first_of.size()));
        if (added) first_of.push_back(group_.rules[place]);
        class_of.push_back(found->second);
    }
    const std::string places = family_table(index, "places", family.places);
    const std::string classes = family_table(index, "classes", class_of);
    const std::string at = w_.slot("i64");
    w_.store("i64", from, at);
    const std::string loop = w_.label("members"), body = w_.label("member"),
                      store = w_.label("emitted"), done = w_.label("fired");
    w_.jump(loop);
    w_.place(loop);
    const std::string i = w_.load("i64", at);
    w_.branch(w_.value("icmp slt i64 {}, {}", i, to), body, done);
    w_.place(body);
    w_.store("i64", w_.value("add i64 {}, 1", i), at);
    const auto entry = [&](const std::string& table) {
        return w_.load("i32", w_.value("getelementptr i32, ptr {}, i64 {}", table, i));
    };
    const std::string rule = entry(rules);
    const std::string record =
        host("ch_fire", "ptr", fmt::format("ptr %ctx, ptr %state, i32 {}", entry(places)));
    w_.branch(w_.value("icmp ne ptr {}, null", record), store, loop);
    w_.place(store);
    std::string cases;
    const std::string first = w_.label("actions");
    std::vector<std::string> labels;
    for (std::uint32_t c = 0; c < first_of.size(); ++c) {
        labels.push_back(c == 0 ? first : w_.label("actions"));
        cases += fmt::format(" i32 {}, label %{}", c, labels.back());
    }
    w_.line("switch i32 {}, label %{} [{} ]", entry(classes), first, cases);
    for (std::uint32_t c = 0; c < first_of.size(); ++c) {
        w_.place(labels[c]);
        const std::size_t mark = memo_log_.size();
        store_actions(pack_.rules[first_of[c]], rule, record, self);
        forget(mark);
        w_.jump(loop);
    }
    w_.place(done);
    cold_ = was_cold;
}

}  // namespace clausal::compiled
