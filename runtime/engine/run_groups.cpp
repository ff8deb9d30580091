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

// The events that a group reads, in order up to the end; births of a type that it does not read too.
void select_events(const RunData& run, Machine& machine, std::vector<std::uint64_t>* own) {
    const abi::GroupSpec& spec = machine.spec;
    std::vector<std::uint8_t> role(run.tables.size(), 0);
    for (const std::uint32_t type : spec.types) role[type] = 1;
    for (const std::uint32_t type : spec.broadcasts) role[type] = 2;
    if (!spec.births) {
        // One type whose rows are in order needs no merge.
        std::size_t rows = 0;
        for (const std::uint32_t type : spec.types) rows += run.tables[type].rows;
        own->resize(rows);
        std::size_t count = 0;
        for (const EventReference& event : run.data->order) {
            if (role[event.type] == 0) continue;
            if (run.tables[event.type].time[event.row] > run.end) break;
            (*own)[count++] = packed(event);
        }
        own->resize(count);
        return;
    }
    const std::vector<EventReference>& births = run.births[spec.subject_kind];
    for (const EventReference& event : run.data->order) {
        if (run.tables[event.type].time[event.row] > run.end) break;
        if (role[event.type] == 2) machine.broadcasts.push_back(packed(event));
        if (role[event.type] == 1) own->push_back(packed(event));
        if (role[event.type] != 0) continue;
        const auto& references = run.schema->events[event.type].subjects;
        for (std::size_t i = 0; i < references.size(); ++i) {
            if (references[i].kind != spec.subject_kind) continue;
            if (births[run.tables[event.type].subjects[i][event.row]] != event) continue;
            own->push_back(packed(event));
            break;
        }
    }
}

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

}  // namespace

Outcomes run_groups(const RunRequest& request, const std::function<void*(const std::string&)>& function) {
    Outcomes out;
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

    std::vector<FiringRecord> firings;
    std::vector<std::int64_t> output;
    for (const abi::GroupSpec* group : request.groups) {
        if (group->births && run.births[group->subject_kind].empty()) {
            run.births[group->subject_kind] = find_births(run, group->subject_kind);
        }
        Machine machine(run, bind_callbacks(*group, function), bind_code(*group, function));
        std::vector<std::uint64_t> events;
        select_events(run, machine, &events);
        const std::size_t batch = std::max<std::size_t>(request.options.batch, 1);
        for (std::size_t at = 0; at < events.size(); at += batch) {
            machine.run(events.data() + at, std::min(batch, events.size() - at));
        }
        machine.finish();
        for (FiringRecord& record : machine.firings) {
            record.values += output.size();
            firings.push_back(record);
        }
        output.insert(output.end(), machine.output.begin(), machine.output.end());
    }
    std::stable_sort(firings.begin(), firings.end(), Sorter(request));
    out.firings.reserve(firings.size());
    for (const FiringRecord& record : firings) {
        out.firings.push_back(make_firing(request, record, output));
        ++out.rules[record.rule].firings;
    }
    for (std::size_t i = 0; i < out.rules.size(); ++i) {
        out.rules[i].suppressed = run.counters[i].suppressed;
        out.rules[i].undecided = run.counters[i].undecided;
        out.rules[i].pending = run.counters[i].pending;
        out.rules[i].faults = run.counters[i].faults;
    }
    return out;
}

}  // namespace clausal::engine
