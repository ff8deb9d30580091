#include "runtime/engine/run_groups.h"

#include <algorithm>
#include <utility>

#include "runtime/engine/feed.h"
#include "runtime/engine/firing_order.h"
#include "runtime/engine/machine.h"

namespace clausal::engine {

namespace {

template <class Function>
void resolve(Function& target, const std::string& name,
    const std::function<void*(const std::string&)>& find) {
    if (!name.empty()) target = reinterpret_cast<Function>(find(name));
}

abi::GroupSpec bind_callbacks(
    abi::GroupSpec spec, const std::function<void*(const std::string&)>& find) {
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
    for (auto& streak : spec.streaks) resolve(streak.filter, streak.filter_name, find);
    return spec;
}

GroupCode bind_code(
    const abi::GroupSpec& spec, const std::function<void*(const std::string&)>& find) {
    const std::string prefix = "g" + std::to_string(spec.index) + "_";
    GroupCode code;
    resolve(code.run, prefix + "run", find);
    resolve(code.event, prefix + "event", find);
    resolve(code.birth, prefix + "birth", find);
    resolve(code.expiry, prefix + "expiry", find);
    resolve(code.deadline, prefix + "deadline", find);
    if (spec.outputs) resolve(code.output, prefix + "output", find);
    if (spec.one_absence && !spec.absences[0].delayed) resolve(code.due, prefix + "due", find);
    return code;
}

Firing make_firing(const RunRequest& request, const FiringRecord& record,
    const std::vector<std::int64_t>& output) {
    Firing out;
    out.rule = record.rule;
    out.subject = record.subject;
    out.step.time = record.time;
    out.step.kind = static_cast<Step::Kind>(record.kind);
    if (record.reference >= 0) {
        const auto bits = static_cast<std::uint64_t>(record.reference);
        out.step.event = {
            static_cast<std::uint32_t>(bits >> 32U), static_cast<std::uint32_t>(bits)};
    }
    const RuleOutline& rule = (*request.rules)[record.rule];
    std::size_t at = record.values;
    for (const ActionOutline& action : rule.actions) {
        FiredAction fired{action.action, {}};
        if (!rule.stores) {
            fired.values.assign(action.values, kMissing);
            out.actions.push_back(std::move(fired));
            continue;
        }
        fired.values.assign(output.begin() + static_cast<std::ptrdiff_t>(at),
            output.begin() + static_cast<std::ptrdiff_t>(at + action.values));
        at += action.values;
        out.actions.push_back(std::move(fired));
    }
    for (const auto& [word, part] : rule.key_values) {
        const auto& key = request.data->subjects[rule.subject].keys[record.subject];
        std::size_t place = word;
        for (FiredAction& action : out.actions) {
            if (place < action.values.size()) {
                action.values[place] = part < key.size() ? key[part] : kMissing;
                break;
            }
            place -= action.values.size();
        }
    }
    return out;
}

}  // namespace

struct BoundGroups::Group {
    abi::GroupSpec spec;
    GroupCode code;
};

BoundGroups::BoundGroups(const std::vector<const abi::GroupSpec*>& groups,
    const std::function<void*(const std::string&)>& function) {
    for (const abi::GroupSpec* group : groups) {
        groups_.push_back({bind_callbacks(*group, function), bind_code(*group, function)});
    }
}

BoundGroups::~BoundGroups() = default;

Records run_records(const RunRequest& request) {
    Records out;
    out.rules.resize(request.rules->size());
    if (request.data->order.empty()) return out;
    RunData run;
    run.schema = request.schema;
    run.data = request.data;
    run.calendars = request.calendars;
    if (auto zone = Zone::open(request.schema->zone)) run.zone = *zone;
    run.end = request.options.until == kMissing ? request.data->last_time() : request.options.until;
    run.remembered = std::max<std::uint32_t>(request.options.remembered, 2);
    run.constants = request.constants;
    run.counters.resize(request.rules->size());
    bind_tables(run);
    run.births.resize(request.schema->subjects.size());
    FiringRecords written;

    for (const BoundGroups::Group& group : request.groups->groups()) {
        const std::uint32_t kind = group.spec.subject_kind;
        if (group.spec.births && run.births[kind].empty())
            run.births[kind] = find_births(run, kind);
        Machine machine(run, group.spec, group.code);
        Feed(run, machine, request.options.batch).run();
        machine.finish();
        out.overruns.insert(out.overruns.end(), machine.overruns.begin(), machine.overruns.end());
        out.faults.insert(out.faults.end(), machine.faults.begin(), machine.faults.end());
        if (written.empty()) {
            written = std::move(machine.firings);
            out.values = std::move(machine.output);
            continue;
        }
        for (FiringRecord& record : machine.firings) {
            if (record.count == 1) record.values += out.values.size();
            written.push_back(record);
        }
        out.values.insert(out.values.end(), machine.output.begin(), machine.output.end());
    }
    out.firings = in_order_of_outcomes(request, std::move(written));
    count_firings(out.firings, &out.rules);
    for (std::size_t i = 0; i < out.rules.size(); ++i) {
        out.rules[i].suppressed = run.counters[i].suppressed;
        out.rules[i].undecided = run.counters[i].undecided;
        out.rules[i].pending = run.counters[i].pending;
    }
    for (const Overrun& overrun : out.overruns) ++out.rules[overrun.rule].faults;
    sort_overruns(out.overruns);
    for (const RuleFault& fault : out.faults) ++out.rules[fault.rule].faults;
    sort_faults(out.faults);
    return out;
}

Outcomes to_outcomes(const RunRequest& request, const Records& records) {
    Outcomes out;
    out.rules = records.rules;
    out.overruns = records.overruns;
    out.faults = records.faults;
    out.firings.reserve(records.firings.size());
    for (const FiringRecord record : records.firings) {
        out.firings.push_back(make_firing(request, record, records.values));
    }
    return out;
}

Outcomes run_groups(const RunRequest& request) {
    return to_outcomes(request, run_records(request));
}

}  // namespace clausal::engine
