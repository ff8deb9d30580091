// Values: words, counts and exact numbers.

#include <algorithm>

#include "compiler/llvm/emit_group.h"

namespace clausal::compiled {

using abi::Rep;
using core::Node;
using core::NodeKind;

namespace {

constexpr const char* kMissingText = "-9223372036854775808";
constexpr const char* kNumberType = "[5 x i64]";

}  // namespace

std::string GroupEmitter::self_pointer(const View& view) const {
    return view.self.pointer.empty() ? "null" : view.self.pointer;
}

std::string GroupEmitter::frame_row(const FrameValue& frame) {
    if (!frame.row.empty()) return frame.row;
    const std::string reference =
        w_.load("i64", w_.offset(frame.pointer, abi::kEntryReference * 8));
    return w_.value("and i64 {}, 4294967295", reference);
}

std::string GroupEmitter::event_field(
    std::uint32_t event, std::uint32_t slot, const std::string& row) {
    std::string column;
    if (kind_ == StepOf::event && event == event_ && !step_.empty()) {
        if (std::find(columns_.begin(), columns_.end(), slot) == columns_.end())
            columns_.push_back(slot);
        column = "%column" + std::to_string(slot);
    } else {
        column = column_pointer(event, slot);
    }
    const std::string cell = w_.value("getelementptr i64, ptr {}, i64 {}", column, row);
    return w_.value("load i64, ptr {}, !invariant.load !0", cell);
}

// A column of an event type; kSequence is that of sequence numbers.
std::string GroupEmitter::column_pointer(std::uint32_t event, std::uint32_t slot) {
    const std::string tables = w_.value(
        "load ptr, ptr {}, !invariant.load !0", w_.offset("%ctx", offsetof(abi::Context, tables)));
    const auto table = [&](std::size_t field) {
        return w_.value("load ptr, ptr {}, !invariant.load !0",
            w_.offset(tables, static_cast<std::int64_t>(event * sizeof(abi::TableView) + field)));
    };
    if (slot == kSequence) return table(offsetof(abi::TableView, sequence));
    const std::string columns = table(offsetof(abi::TableView, columns));
    return w_.value(
        "load ptr, ptr {}, !invariant.load !0", w_.offset(columns, std::int64_t{slot} * 8));
}

Value GroupEmitter::column_value(const Shape& shape, const std::string& entry, std::uint32_t word) {
    const std::string place = w_.offset(entry, std::int64_t{word} * 8);
    Value out{shape, "", "", std::nullopt};
    if (shape.rep == Rep::number) {
        out.a = w_.slot(kNumberType);
        w_.line("call void @llvm.memcpy.p0.p0.i64(ptr {}, ptr {}, i64 40, i1 false)", out.a, place);
        return out;
    }
    out.a = w_.load("i64", place);
    if (shape.rep == Rep::count) out.b = w_.load("i64", w_.offset(place, 8));
    return out;
}

Value GroupEmitter::slot_value(const FrameValue& frame, std::uint32_t slot) {
    const auto found = frame.pointer.empty() && frame.row.empty() ? group_.frames.end()
                                                                  : group_.frames.find(frame.node);
    if (found == group_.frames.end()) return {{}, kMissingText, "", std::nullopt};
    const plan::Frame& layout = found->second;
    if (slot < layout.fields) {
        const Shape shape =
            plan::shape_of_type(pack_.schema.events[layout.event].fields[slot].type);
        return {shape, event_field(layout.event, slot, frame_row(frame)), "", std::nullopt};
    }
    const std::size_t derived = slot - layout.fields;
    if (derived >= layout.derived.size()) return {{}, kMissingText, "", std::nullopt};
    return column_value(layout.derived[derived].shape, frame.pointer, layout.derived[derived].word);
}

Value GroupEmitter::field(const Node& node, const View& view) {
    return slot_value(node.frame == core::Frame::self ? view.self : view.first, node.slot);
}

std::string GroupEmitter::constant_number(const Rational& value) {
    const std::string out = w_.slot(kNumberType);
    const auto put = [&](Int128 whole, int word) {
        __extension__ using Uint128 = unsigned __int128;
        const auto bits = static_cast<Uint128>(whole);
        w_.store("i64", std::to_string(static_cast<std::int64_t>(static_cast<std::uint64_t>(bits))),
            w_.offset(out, word * 8));
        w_.store("i64",
            std::to_string(static_cast<std::int64_t>(static_cast<std::uint64_t>(bits >> 64U))),
            w_.offset(out, word * 8 + 8));
    };
    put(value.numerator, 0);
    put(value.denominator, 2);
    w_.store("i64", "0", w_.offset(out, 32));
    return out;
}

std::string GroupEmitter::number(const Value& value) {
    if (value.constant) return constant_number(*value.constant);
    if (value.shape.rep == Rep::number) return value.a;
    const std::string out = w_.slot(kNumberType);
    if (value.shape.rep == Rep::count) {
        host("ch_number_count", "void",
            fmt::format("ptr {}, i64 {}, i64 {}", out, value.a, value.b));
        const std::string missing = w_.value("icmp eq i64 {}, {}", value.a, kMissingText);
        when(missing, [&] { w_.store("i64", "1", w_.offset(out, 32)); });
    } else {
        host("ch_number_word", "void",
            fmt::format("ptr {}, i64 {}, i32 {}", out, value.a,
                value.shape.numeric ? value.shape.decimals : 0));
    }
    return out;
}

std::string GroupEmitter::word(const Value& value) {
    if (value.shape.rep == Rep::word && !value.constant) return value.a;
    if (value.shape.rep == Rep::count) {
        const std::string same = w_.value("icmp eq i64 {}, {}", value.a, value.b);
        return w_.value("select i1 {}, i64 {}, i64 {}", same, value.a, kMissingText);
    }
    return host("ch_floor_word", "i64", fmt::format("ptr {}", number(value)));
}

std::string GroupEmitter::unknown(const Value& value) {
    if (value.constant) return "0";
    if (value.shape.rep == Rep::number) {
        const std::string status = w_.load("i64", w_.offset(value.a, 32));
        return w_.value("icmp ne i64 {}, 0", status);
    }
    return w_.value("icmp eq i64 {}, {}", value.a, kMissingText);
}

// The word of a value whose shape is the one that plan chose for it.
std::string GroupEmitter::scaled_word(const Value& of, const Shape& shape) {
    if (!of.constant) return word(of);
    const Int128 scaled =
        of.constant->numerator * power_of_ten(shape.decimals) / of.constant->denominator;
    return std::to_string(static_cast<std::int64_t>(scaled));
}

// Stores a value where a frame or a log keeps it: without fault mark.
void GroupEmitter::store_value(
    const Value& stored, const Shape& shape, const std::string& pointer) {
    if (shape.rep == Rep::word) {
        w_.store("i64", scaled_word(stored, shape), pointer);
    } else if (shape.rep == Rep::count) {
        w_.store("i64", stored.a, pointer);
        w_.store("i64", stored.b, w_.offset(pointer, 8));
    } else {
        const std::string from = number(stored);
        w_.line(
            "call void @llvm.memcpy.p0.p0.i64(ptr {}, ptr {}, i64 40, i1 false)", pointer, from);
        const std::string status = w_.load("i64", w_.offset(pointer, 32));
        const std::string fault = w_.value("icmp ugt i64 {}, 1", status);
        w_.store(
            "i64", w_.value("select i1 {}, i64 1, i64 {}", fault, status), w_.offset(pointer, 32));
    }
}

Value GroupEmitter::value(NodeId id, const View& view) {
    const Key key = key_of(id, view);
    if (const auto found = values_.find(key); found != values_.end()) return found->second;
    Value out = value_uncached(id, view);
    if (sabotaged(id) && pack_[id].kind == NodeKind::missing) {
        // On purpose wrong: there after all; no set of texts may be made up.
        if (out.shape.type != TypeKind::texts) out.a = "0";
    } else if (sabotaged(id)) {
        out = one_more(out);
    }
    values_[key] = out;
    memo_log_.emplace_back(false, key);
    return out;
}

// On purpose wrong: one more than the value; texts, which cannot be counted up, are lost.
Value GroupEmitter::one_more(const Value& value) {
    Value out = value;
    if (out.constant) {
        out.constant->numerator += out.constant->denominator;
        return out;
    }
    if (out.shape.rep == Rep::number) {
        out.a = w_.slot(kNumberType);
        w_.line(
            "call void @llvm.memcpy.p0.p0.i64(ptr {}, ptr {}, i64 40, i1 false)", out.a, value.a);
        const std::string numerator = w_.value("load i128, ptr {}, align 8", out.a);
        const std::string denominator =
            w_.value("load i128, ptr {}, align 8", w_.offset(out.a, 16));
        w_.line("store i128 {}, ptr {}, align 8",
            w_.value("add i128 {}, {}", numerator, denominator), out.a);
        return out;
    }
    if (out.shape.type == TypeKind::text || out.shape.type == TypeKind::texts) {
        out.a = kMissingText;
        return out;
    }
    const std::string missing = w_.value("icmp eq i64 {}, {}", value.a, kMissingText);
    out.a = w_.value(
        "select i1 {}, i64 {}, i64 {}", missing, value.a, w_.value("add i64 {}, 1", value.a));
    if (out.shape.rep == Rep::count) out.b = w_.value("add i64 {}, 1", value.b);
    return out;
}

Value GroupEmitter::value_uncached(NodeId id, const View& view) {
    const Node& node = pack_[id];
    const auto code = [&](std::string text) {
        Shape shape;
        shape.type = node.type.kind;
        return Value{shape, std::move(text), "", std::nullopt};
    };
    if (view.entry_log != kNone) {
        for (const auto& column : group_.logs[view.entry_log].columns) {
            if (column.node == id)
                return column_value(column.shape, view.self.pointer, column.word);
        }
    }
    switch (node.kind) {
    case NodeKind::constant: {
        if (core::is_numeric(node.type.kind)) {
            return Value{plan::shape_of(pack_, group_, id, kNone, kNone), "", "", node.number};
        }
        if (const auto slot = plan_.constant_slot.find(id); slot != plan_.constant_slot.end()) {
            const std::string constants = w_.value("load ptr, ptr {}, !invariant.load !0",
                w_.offset("%ctx", offsetof(abi::Context, constants)));
            return code(w_.value("load i64, ptr {}, !invariant.load !0",
                w_.offset(constants, std::int64_t{slot->second} * 8)));
        }
        return code(std::to_string(node.code));
    }
    case NodeKind::missing: {
        Value out = code(kMissingText);
        out.shape = plan::shape_of(pack_, group_, id, kNone, kNone);
        return out;
    }
    case NodeKind::field: return field(node, view);
    case NodeKind::subject_field: {
        Value out =
            code(host("ch_subject_field", "i64", fmt::format("ptr %ctx, i32 {}", node.slot)));
        out.shape = plan::shape_of(pack_, group_, id, kNone, kNone);
        return out;
    }
    case NodeKind::latest: return latest(id, view);
    case NodeKind::aggregate: return aggregate(id, view);
    case NodeKind::arithmetic: return arithmetic(id, view);
    case NodeKind::negative:
    case NodeKind::round: {
        const std::string of = number(value(node.inputs[0], view));
        const std::string out = w_.slot(kNumberType);
        if (node.kind == NodeKind::negative) {
            host("ch_negative", "void", fmt::format("ptr {}, ptr {}", out, of));
        } else {
            host("ch_round", "void",
                fmt::format("ptr {}, ptr {}, i32 {}, i32 {}", out, of,
                    static_cast<int>(node.rounding), node.round_decimals));
        }
        return {plan::shape_of(pack_, group_, id, kNone, kNone), out, "", std::nullopt};
    }
    case NodeKind::choose: return choose(id, view);
    case NodeKind::time_of: {
        const FrameValue& frame = node.frame == core::Frame::self ? view.self : view.first;
        if (frame.pointer.empty()) return code(kMissingText);
        return code(w_.load("i64", frame.pointer));
    }
    case NodeKind::now: return code(context(offsetof(abi::Context, time)));
    case NodeKind::date_of: {
        const std::string instant = number(value(node.inputs[0], view));
        const std::string out = w_.slot(kNumberType);
        host("ch_date_of", "void", fmt::format("ptr %ctx, ptr {}, ptr {}", instant, out));
        return {plan::shape_of(pack_, group_, id, kNone, kNone), out, "", std::nullopt};
    }
    case NodeKind::add_days: {
        const std::string date = number(value(node.inputs[0], view));
        const std::string count = number(value(node.inputs[1], view));
        const std::string out = w_.slot(kNumberType);
        host("ch_add_days", "void",
            fmt::format("ptr %ctx, ptr {}, ptr {}, i32 {}, ptr {}", date, count,
                static_cast<std::int32_t>(node.calendar), out));
        return {plan::shape_of(pack_, group_, id, kNone, kNone), out, "", std::nullopt};
    }
    case NodeKind::add_working_time: {
        const std::string from = number(value(node.inputs[0], view));
        const std::string length = number(value(node.inputs[1], view));
        const std::string out = w_.slot(kNumberType);
        host("ch_add_working_time", "void",
            fmt::format("ptr %ctx, ptr {}, ptr {}, i32 {}, ptr {}", from, length,
                static_cast<std::int32_t>(node.calendar), out));
        return {plan::shape_of(pack_, group_, id, kNone, kNone), out, "", std::nullopt};
    }
    case NodeKind::weekday: {
        const std::string date = number(value(node.inputs[0], view));
        const std::string out = w_.slot(kNumberType);
        host("ch_weekday", "void", fmt::format("ptr {}, ptr {}", date, out));
        return {plan::shape_of(pack_, group_, id, kNone, kNone), out, "", std::nullopt};
    }
    case NodeKind::elapsed: {
        const std::string out = w_.slot(kNumberType);
        context_of_[id] = view.self.node;
        host("ch_elapsed", "void",
            fmt::format("ptr %ctx, ptr %state, i32 {}, ptr {}, ptr {}",
                group_.elapsed_of.at({id, view.before}), self_pointer(view), out));
        return {plan::shape_of(pack_, group_, id, kNone, kNone), out, "", std::nullopt};
    }
    case NodeKind::keyword_density: {
        const std::string text = word(value(node.inputs[0], view));
        const std::string out = w_.slot(kNumberType);
        host("ch_density", "void",
            fmt::format("ptr %ctx, i32 {}, i64 {}, ptr {}", group_.text_of.at(id), text, out));
        return {plan::shape_of(pack_, group_, id, kNone, kNone), out, "", std::nullopt};
    }
    case NodeKind::closed_units: {
        Value out = code(host("ch_closed_units", "i64",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i32 {}", static_cast<int>(node.unit),
                view.before ? 1 : 0)));
        out.shape = plan::shape_of(pack_, group_, id, kNone, kNone);
        return out;
    }
    case NodeKind::key_part:
        return code(host("ch_key_part", "i64", fmt::format("ptr %ctx, i32 {}", node.slot)));
    default: return code(kMissingText);  // not a value: core never asks
    }
}

Value GroupEmitter::latest(NodeId id, const View& view) {
    if (const auto found = group_.latest_cells.find(id); found != group_.latest_cells.end()) {
        const plan::LatestCell& cell = found->second;
        const std::string turned = w_.load("i64", w_.offset("%state", cell.cell));
        std::string known;
        if (cell.length == kForever) {
            known = w_.value("icmp ne i64 {}, 0", turned);
        } else {
            // None is the lowest time: outside of every window.
            const std::string edge =
                w_.value("sub i64 {}, {}", context(offsetof(abi::Context, time)), cell.length);
            known = w_.value(
                "icmp sgt i64 {}, {}", w_.value("xor i64 {}, {}", turned, kMissingText), edge);
        }
        const std::string kept = w_.load("i64", w_.offset("%state", cell.cell + 8));
        return {cell.shape, w_.value("select i1 {}, i64 {}, i64 {}", known, kept, kMissingText), "",
            std::nullopt};
    }
    const std::uint32_t index = group_.reader_of.at({id, view.before});
    const abi::ReaderSpec& reader = group_.spec.readers[index];
    context_of_[id] = view.self.node;
    const Shape shape = plan::shape_of(pack_, group_, id, kNone, kNone);
    const std::string entry = host("ch_latest", "ptr",
        fmt::format("ptr %ctx, ptr %state, i32 {}, ptr {}", index, self_pointer(view)));
    const std::string found = w_.value("icmp ne ptr {}, null", entry);
    const std::string yes = w_.label("found"), done = w_.label("latest"), before = w_.block();
    Value out{shape, "", "", std::nullopt};
    std::string kept;
    if (shape.rep == Rep::number) {
        kept = w_.slot(kNumberType);
        w_.store("i64", "1", w_.offset(kept, 32));
    }
    w_.branch(found, yes, done);
    w_.place(yes);
    if (shape.rep == Rep::number) {
        if (!reader.value_name.empty()) {
            w_.line("call void @{}(ptr %ctx, ptr %state, ptr {}, ptr {})", reader.value_name, entry,
                kept);
        } else {
            w_.line("call void @llvm.memcpy.p0.p0.i64(ptr {}, ptr {}, i64 40, i1 false)", kept,
                w_.offset(entry, std::int64_t{reader.value.word} * 8));
        }
        const std::string status = w_.load("i64", w_.offset(kept, 32));
        const std::string missing = w_.value("icmp ne i64 {}, 0", status);
        w_.store("i64", w_.value("zext i1 {} to i64", missing), w_.offset(kept, 32));
        w_.jump(done);
        w_.place(done);
        out.a = kept;
        return out;
    }
    const Value column = column_value(shape, entry, reader.value.word);
    w_.jump(done);
    w_.place(done);
    out.a = w_.value("phi i64 [ {}, %{} ], [ {}, %{} ]", column.a, yes, kMissingText, before);
    if (shape.rep == Rep::count)
        out.b = w_.value("phi i64 [ {}, %{} ], [ 0, %{} ]", column.b, yes, before);
    return out;
}

// A step at which its occurrences, or the ones it counts since, may have come.
void GroupEmitter::push_running(NodeId id) {
    const Node& node = pack_[id];
    const Occurrence& of = occurrence(node.inputs[0]);
    const Occurrence& since =
        occurrence(node.window.kind == core::Window::Kind::since ? node.window.since : kNone);
    if (of.truth == "0" && since.truth == "0") return;
    const auto push = [&](const std::string& value) {
        host("ch_running", "void",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i64 {}, ptr {}, i64 {}",
                group_.running_of.at(id), of.truth, value, since.truth));
    };
    const NodeId value_node = plan::input_of(node, 1);
    if (value_node == kNone || of.truth == "0") {
        std::string any = not_false(of.truth);
        if (since.truth != "0")
            any = any == "0" ? not_false(since.truth)
                             : w_.value("or i1 {}, {}", any, not_false(since.truth));
        when(any, [&] { push("null"); });
        return;
    }
    when(not_false(of.truth), [&] {
        View view;
        view.self = of.frame;
        push(number(value(value_node, view)));
    });
    if (since.truth == "0") return;
    const std::string none = w_.value("icmp eq i64 {}, 0", of.truth);
    when(w_.value("and i1 {}, {}", none, not_false(since.truth)), [&] { push("null"); });
}

Value GroupEmitter::aggregate(NodeId id, const View& view) {
    if (group_.extreme_of.count(id) != 0) return extreme(id);
    if (const auto running = group_.running_of.find(id); running != group_.running_of.end()) {
        const std::string out = w_.slot("[10 x i64]");
        host("ch_running_read", "void",
            fmt::format("ptr %ctx, ptr %state, i32 {}, i32 {}, ptr {}", running->second,
                view.before ? 1 : 0, out));
        return count_value(id, out);
    }
    const std::uint32_t index = group_.reader_of.at({id, view.before});
    context_of_[id] = view.self.node;
    const std::string out = w_.slot("[10 x i64]");
    host("ch_aggregate", "void",
        fmt::format(
            "ptr %ctx, ptr %state, i32 {}, ptr {}, ptr {}", index, self_pointer(view), out));
    return count_value(id, out);
}

// What a host function left for an aggregate: a number, or two, the bounds of a count.
Value GroupEmitter::count_value(NodeId id, const std::string& out) {
    const Shape shape = plan::shape_of(pack_, group_, id, kNone, kNone);
    if (shape.rep != Rep::count) return {shape, out, "", std::nullopt};
    const std::string status = w_.load("i64", w_.offset(out, 32));
    const std::string known = w_.value("icmp eq i64 {}, 0", status);
    const std::string low = w_.load("i64", out);
    const std::string high = w_.load("i64", w_.offset(out, 40));
    Value count{shape, w_.value("select i1 {}, i64 {}, i64 {}", known, low, kMissingText), high,
        std::nullopt};
    return count;
}

Value GroupEmitter::arithmetic(NodeId id, const View& view) {
    const Node& node = pack_[id];
    const std::string left = number(value(node.inputs[0], view));
    const std::string right = number(value(node.inputs[1], view));
    const std::string out = w_.slot(kNumberType);
    host("ch_arithmetic", "void",
        fmt::format(
            "ptr {}, ptr {}, ptr {}, i32 {}", out, left, right, static_cast<int>(node.arithmetic)));
    const auto kind = [&](std::size_t place) { return pack_[node.inputs[place]].type.kind; };
    if (node.type.kind == TypeKind::duration && kind(0) == TypeKind::date &&
        kind(1) == TypeKind::date) {
        const std::string day = constant_number({kDay, 1});
        host("ch_arithmetic", "void", fmt::format("ptr {}, ptr {}, ptr {}, i32 2", out, out, day));
    }
    if (node.type.kind == TypeKind::instant || node.type.kind == TypeKind::date) {
        host("ch_floor", "void", fmt::format("ptr {}, ptr {}", out, out));
    }
    return {plan::shape_of(pack_, group_, id, kNone, kNone), out, "", std::nullopt};
}

Value GroupEmitter::choose(NodeId id, const View& view) {
    const Node& node = pack_[id];
    const std::string condition = state(node.inputs[0], view);
    const Value then = value(node.inputs[1], view), otherwise = value(node.inputs[2], view);
    const Shape shape = plan::shape_of(pack_, group_, id, view.self.node, view.first.node);
    const std::string take = w_.value("icmp eq i64 {}, {}", condition, kTrueText);
    Value out{shape, "", "", std::nullopt};
    if (shape.rep == Rep::number) {
        const std::string a = number(then), b = number(otherwise);
        out.a = w_.value("select i1 {}, ptr {}, ptr {}", take, a, b);
        return out;
    }
    if (shape.rep == Rep::word) {
        const std::string a = scaled_word(then, shape), b = scaled_word(otherwise, shape);
        out.a = w_.value("select i1 {}, i64 {}, i64 {}", take, a, b);
        return out;
    }
    return out;  // never a count: an interval is unknown here
}

}  // namespace clausal::compiled
