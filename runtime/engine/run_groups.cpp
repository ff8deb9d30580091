#include "runtime/engine/run_groups.h"

#include <algorithm>

#include "runtime/engine/machine.h"

namespace clausal::engine {

namespace {

template <class Function>
void resolve(Function& target, const std::string& name, const std::function<void*(const std::string&)>& find) {
    if (!name.empty()) target = reinterpret_cast<Function>(find(name));
}

abi::GroupSpec bind_callbacks(abi::GroupSpec spec, const std::function<void*(const std::string&)>& find) {
    for (auto& reader : spec.readers) {
        resolve(reader.match, reader.match_name, find);
        resolve(reader.compute, reader.value_name, find);
    }
    for (auto& elapsed : spec.elapsed) resolve(elapsed.match, elapsed.match_name, find);
    for (auto& pair : spec.pairs) {
        resolve(pair.match, pair.match_name, find);
        resolve(pair.correlated, pair.correlated_name, find);
    }
    for (auto& absence : spec.absences) {
        resolve(absence.match, absence.match_name, find);
        resolve(absence.unless, absence.unless_name, find);
    }
    return spec;
}

GroupCode bind_code(const abi::GroupSpec& spec, const std::function<void*(const std::string&)>& find) {
    const std::string prefix = "g" + std::to_string(spec.index) + "_";
    GroupCode code;
    resolve(code.run, prefix + "run", find);
    resolve(code.event, prefix + "event", find);
    resolve(code.birth, prefix + "birth", find);
    resolve(code.expiry, prefix + "expiry", find);
    resolve(code.deadline, prefix + "deadline", find);
    if (spec.outputs) resolve(code.output, prefix + "output", find);
    return code;
}

std::uint64_t packed(EventReference event) { return (std::uint64_t{event.type} << 32U) | event.row; }

// Hands the events that a group reads to its code, in order up to the end, a batch at a time; births of
// a type that it does not read too.
class Feed {
public:
    Feed(const RunData& run, Machine& machine, std::size_t batch) : run_(run), machine_(machine), batch_(batch) {
        buffer_.resize(batch);
    }

    void all() {
        const abi::GroupSpec& spec = machine_.spec;
        if (!spec.births && spec.types.size() == 1 && in_order(spec.types[0])) {
            const auto& table = run_.tables[spec.types[0]];
            const auto rows = static_cast<std::uint64_t>(
                std::upper_bound(table.time, table.time + table.rows, run_.end) - table.time);
            for (std::uint64_t row = 0; row < rows; ++row) give(std::uint64_t{spec.types[0]} << 32U | row);
        } else if (spec.births) {
            with_births();
        } else {
            std::vector<std::uint8_t> reads(run_.tables.size(), 0);
            for (const std::uint32_t type : spec.types) reads[type] = 1;
            const std::size_t count = until_end();
            for (std::size_t i = 0; i < count; ++i) {
                const EventReference event = run_.data->order[i];
                buffer_[filled_] = packed(event);
                filled_ += reads[event.type];
                if (filled_ == batch_) flush();
            }
        }
        flush();
    }

private:
    void give(std::uint64_t reference) {
        buffer_[filled_++] = reference;
        if (filled_ == batch_) flush();
    }
    void flush() {
        machine_.run(buffer_.data(), filled_);
        filled_ = 0;
    }
    std::size_t until_end() const {
        const auto& order = run_.data->order;
        return static_cast<std::size_t>(
            std::partition_point(order.begin(), order.end(), [&](const EventReference& event) {
                return run_.tables[event.type].time[event.row] <= run_.end;
            }) - order.begin());
    }
    // Whether the rows of a table stand in the total order.
    bool in_order(std::uint32_t type) const {
        const EventTable& table = run_.data->tables[type];
        for (std::size_t row = 1; row < table.size(); ++row) {
            if (table.time[row] < table.time[row - 1] ||
                (table.time[row] == table.time[row - 1] && table.sequence[row] < table.sequence[row - 1])) {
                return false;
            }
        }
        return true;
    }
    void with_births() {
        const abi::GroupSpec& spec = machine_.spec;
        std::vector<std::uint8_t> role(run_.tables.size(), 0);
        for (const std::uint32_t type : spec.types) role[type] = 1;
        for (const std::uint32_t type : spec.broadcasts) role[type] = 2;
        const std::vector<EventReference>& births = run_.births[spec.subject_kind];
        const std::size_t count = until_end();
        for (std::size_t i = 0; i < count; ++i) {
            const EventReference event = run_.data->order[i];
            if (role[event.type] == 2) machine_.broadcasts.push_back(packed(event));
            if (role[event.type] == 1) give(packed(event));
            if (role[event.type] != 0) continue;
            const auto& references = run_.schema->events[event.type].subjects;
            for (std::size_t k = 0; k < references.size(); ++k) {
                if (references[k].kind != spec.subject_kind) continue;
                if (births[run_.tables[event.type].subjects[k][event.row]] != event) continue;
                give(packed(event));
                break;
            }
        }
    }

    const RunData& run_;
    Machine& machine_;
    std::size_t batch_, filled_ = 0;
    std::vector<std::uint64_t> buffer_;
};

class Sorter {
public:
    explicit Sorter(const RunRequest& request) : request_(request) {}

    bool operator()(const FiringRecord& a, const FiringRecord& b) const {
        if (a.time != b.time) return a.time < b.time;
        if (a.kind != b.kind) return a.kind < b.kind;
        if (a.reference != b.reference) {
            if (a.reference < 0 || b.reference < 0) return a.reference < 0;
            const auto [time_a, sequence_a] = place(a.reference);
            const auto [time_b, sequence_b] = place(b.reference);
            if (time_a != time_b) return time_a < time_b;
            if (sequence_a != sequence_b) return sequence_a < sequence_b;
        }
        const RuleOutline& left = request_.rules[a.rule];
        const RuleOutline& right = request_.rules[b.rule];
        if (left.subject != right.subject || a.subject != b.subject) {
            const int order = compare_keys(left.subject, a.subject, right.subject, b.subject);
            if (order != 0) return order < 0;
        }
        if (a.depth != b.depth) return a.depth < b.depth;
        if (left.priority != right.priority) return left.priority > right.priority;
        return left.id < right.id;
    }

private:
    std::pair<Microseconds, std::uint64_t> place(std::int64_t reference) const {
        const auto bits = static_cast<std::uint64_t>(reference);
        const EventTable& table = request_.data->tables[bits >> 32U];
        return {table.time[bits & 0xffffffffU], table.sequence[bits & 0xffffffffU]};
    }

    int compare_keys(std::uint32_t kind_a, std::uint32_t a, std::uint32_t kind_b, std::uint32_t b) const {
        const auto& left = request_.data->subjects[kind_a].keys[a];
        const auto& right = request_.data->subjects[kind_b].keys[b];
        for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
            const int order = request_.data->dictionary.text(left[i]).compare(request_.data->dictionary.text(right[i]));
            if (order != 0) return order;
        }
        return left.size() < right.size() ? -1 : left.size() > right.size() ? 1 : 0;
    }

    const RunRequest& request_;
};

Firing make_firing(const RunRequest& request, const FiringRecord& record, const std::vector<std::int64_t>& output) {
    Firing out;
    out.rule = record.rule;
    out.subject = record.subject;
    out.step.time = record.time;
    out.step.kind = static_cast<Step::Kind>(record.kind);
    if (record.reference >= 0) {
        const auto bits = static_cast<std::uint64_t>(record.reference);
        out.step.event = {static_cast<std::uint32_t>(bits >> 32U), static_cast<std::uint32_t>(bits)};
    }
    std::size_t at = record.values;
    for (const ActionOutline& action : request.rules[record.rule].actions) {
        FiredAction fired{action.action, {}};
        fired.values.assign(output.begin() + static_cast<std::ptrdiff_t>(at),
                            output.begin() + static_cast<std::ptrdiff_t>(at + action.values));
        at += action.values;
        out.actions.push_back(std::move(fired));
    }
    return out;
}

// By the instant first, which decides nearly all; then by the rest where instants are equal.
void sort_records(const RunRequest& request, std::vector<FiringRecord>& firings) {
    const Sorter before(request);
    if (std::is_sorted(firings.begin(), firings.end(), before)) return;
    struct Key {
        std::int64_t time;
        std::uint64_t place;
    };
    std::vector<Key> keys(firings.size());
    for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = {firings[i].time, i};
    std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
        return a.time != b.time ? a.time < b.time : a.place < b.place;
    });
    std::vector<FiringRecord> sorted(firings.size());
    for (std::size_t i = 0; i < keys.size(); ++i) sorted[i] = firings[keys[i].place];
    for (std::size_t begin = 0; begin < sorted.size();) {
        std::size_t end = begin + 1;
        while (end < sorted.size() && sorted[end].time == sorted[begin].time) ++end;
        if (end - begin > 1) {
            std::stable_sort(sorted.begin() + static_cast<std::ptrdiff_t>(begin),
                             sorted.begin() + static_cast<std::ptrdiff_t>(end), before);
        }
        begin = end;
    }
    firings = std::move(sorted);
}

}  // namespace

Records run_records(const RunRequest& request, const std::function<void*(const std::string&)>& function) {
    Records out;
    out.rules.resize(request.rules.size());
    if (request.data->order.empty()) return out;
    RunData run;
    run.schema = request.schema;
    run.data = request.data;
    run.calendars = request.calendars;
    if (auto zone = Zone::open(request.schema->zone)) run.zone = *zone;
    run.end = request.options.until == kMissing ? request.data->last_time() : request.options.until;
    run.constants = request.constants;
    run.counters.resize(request.rules.size());
    bind_tables(run);
    run.births.resize(request.schema->subjects.size());

    for (const abi::GroupSpec* group : request.groups) {
        if (group->births && run.births[group->subject_kind].empty()) {
            run.births[group->subject_kind] = find_births(run, group->subject_kind);
        }
        Machine machine(run, bind_callbacks(*group, function), bind_code(*group, function));
        Feed(run, machine, std::max<std::size_t>(request.options.batch, 1)).all();
        machine.finish();
        if (out.firings.empty()) {
            out.firings = std::move(machine.firings);
            out.values = std::move(machine.output);
            continue;
        }
        for (FiringRecord& record : machine.firings) {
            record.values += out.values.size();
            out.firings.push_back(record);
        }
        out.values.insert(out.values.end(), machine.output.begin(), machine.output.end());
    }
    sort_records(request, out.firings);
    for (const FiringRecord& record : out.firings) ++out.rules[record.rule].firings;
    for (std::size_t i = 0; i < out.rules.size(); ++i) {
        out.rules[i].suppressed = run.counters[i].suppressed;
        out.rules[i].undecided = run.counters[i].undecided;
        out.rules[i].pending = run.counters[i].pending;
        out.rules[i].faults = run.counters[i].faults;
    }
    return out;
}

Outcomes to_outcomes(const RunRequest& request, const Records& records) {
    Outcomes out;
    out.rules = records.rules;
    out.firings.reserve(records.firings.size());
    for (const FiringRecord& record : records.firings) {
        out.firings.push_back(make_firing(request, record, records.values));
    }
    return out;
}

Outcomes run_groups(const RunRequest& request, const std::function<void*(const std::string&)>& function) {
    return to_outcomes(request, run_records(request, function));
}

}  // namespace clausal::engine
