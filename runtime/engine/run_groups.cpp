#include "runtime/engine/run_groups.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "runtime/engine/feed.h"
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

constexpr std::size_t kMostInserted = 6;

class Sorter {
public:
    explicit Sorter(const RunRequest& request) : request_(request), rank_(request.rules->size()) {
        // Rules by priority and id, so that firings compare a number.
        std::vector<std::uint32_t> order(rank_.size());
        std::iota(order.begin(), order.end(), 0U);
        const auto& rules = *request.rules;
        const auto earlier = [&](std::uint32_t a, std::uint32_t b) {
            return rules[a].priority != rules[b].priority ? rules[a].priority > rules[b].priority
                                                          : rules[a].id < rules[b].id;
        };
        std::sort(order.begin(), order.end(), earlier);
        for (std::uint32_t i = 0, rank = 0; i < order.size(); ++i) {
            if (i > 0 && earlier(order[i - 1], order[i])) ++rank;
            rank_[order[i]] = rank;
        }
        for (const RuleOutline& rule : rules) kind_.push_back(rule.subject);
    }

    std::uint32_t rank(std::uint32_t rule) const { return rank_[rule]; }

    // Of one subject at one step: only the rank may differ.
    bool same_step(const FiringRecord& a, const FiringRecord& b) const {
        return a.time == b.time && a.kind == b.kind && a.reference == b.reference &&
               a.subject == b.subject && a.depth == b.depth && kind_[a.rule] == kind_[b.rule];
    }

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
        const std::uint32_t left = kind_[a.rule], right = kind_[b.rule];
        if (left != right || a.subject != b.subject) {
            const int order = compare_keys(left, a.subject, right, b.subject);
            if (order != 0) return order < 0;
        }
        if (a.depth != b.depth) return a.depth < b.depth;
        return rank_[a.rule] < rank_[b.rule];
    }

private:
    std::pair<Microseconds, std::uint64_t> place(std::int64_t reference) const {
        const auto bits = static_cast<std::uint64_t>(reference);
        const EventTable& table = request_.data->tables[bits >> 32U];
        return {table.time[bits & 0xffffffffU], table.sequence[bits & 0xffffffffU]};
    }

    int compare_keys(
        std::uint32_t kind_a, std::uint32_t a, std::uint32_t kind_b, std::uint32_t b) const {
        const auto& left = request_.data->subjects[kind_a].keys[a];
        const auto& right = request_.data->subjects[kind_b].keys[b];
        for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
            const int order = request_.data->dictionary.text(left[i]).compare(
                request_.data->dictionary.text(right[i]));
            if (order != 0) return order;
        }
        return left.size() < right.size() ? -1 : left.size() > right.size() ? 1 : 0;
    }

    const RunRequest& request_;
    std::vector<std::uint32_t> rank_, kind_;  // by rule
};

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

// Firings in the order of their instants, by radix sort; equal ones keep their order.
FiringRecords by_time(FiringRecords firings) {
    struct Key {
        std::uint64_t time;
        std::uint64_t place;
    };
    constexpr unsigned kDigit = 11;
    std::int64_t least = kForever, most = kMissing;
    for (const FiringRecord& firing : firings) {
        least = std::min(least, firing.time);
        most = std::max(most, firing.time);
    }
    std::vector<Key> keys(firings.size()), other(firings.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        keys[i] = {
            static_cast<std::uint64_t>(firings[i].time) - static_cast<std::uint64_t>(least), i};
    }
    const std::uint64_t range =
        static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
    if (keys.size() < 4096) {
        std::stable_sort(
            keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.time < b.time; });
    } else {
        for (unsigned shift = 0; shift < 64 && range >> shift != 0; shift += kDigit) {
            std::vector<std::size_t> counts(std::size_t{1} << kDigit, 0);
            const auto digit = [&](const Key& key) {
                return (key.time >> shift) & ((1U << kDigit) - 1);
            };
            for (const Key& key : keys) ++counts[digit(key)];
            std::size_t sum = 0;
            for (std::size_t& count : counts) sum += std::exchange(count, sum);
            for (const Key& key : keys) other[counts[digit(key)]++] = key;
            keys.swap(other);
        }
    }
    FiringRecords sorted(firings.size());
    for (std::size_t i = 0; i < keys.size(); ++i) sorted[i] = firings[keys[i].place];
    return sorted;
}

// By the instant first, which decides nearly all; then by the rest where instants are equal.
void sort_records(const RunRequest& request, FiringRecords& firings) {
    bool sorted = true, ties = false;
    for (std::size_t i = 1; i < firings.size(); ++i) {
        sorted = sorted && firings[i - 1].time <= firings[i].time;
        ties = ties || firings[i - 1].time == firings[i].time;
    }
    if (!sorted) firings = by_time(std::move(firings));
    if (sorted && !ties) return;
    const Sorter before(request);
    std::vector<std::uint64_t> keys;
    std::vector<FiringRecord> moved_firings;
    for (std::size_t begin = 0; begin + 1 < firings.size();) {
        std::size_t end = begin + 1;
        while (end < firings.size() && firings[end].time == firings[begin].time) ++end;
        const auto first = firings.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = firings.begin() + static_cast<std::ptrdiff_t>(end);
        if (end - begin > kMostInserted &&
            std::all_of(first, last,
                [&](const FiringRecord& firing) { return before.same_step(*first, firing); })) {
            // Many rules of one step: numbers are sorted, and each firing moves once.
            keys.clear();
            for (auto at = first; at != last; ++at) {
                keys.push_back(std::uint64_t{before.rank(at->rule)} << 32U |
                               static_cast<std::uint64_t>(at - first));
            }
            std::sort(keys.begin(), keys.end());
            moved_firings.assign(first, last);
            for (std::size_t i = 0; i < keys.size(); ++i) {
                firings[begin + i] = moved_firings[keys[i] & 0xffffffffU];
            }
        } else if (end - begin > kMostInserted) {
            std::stable_sort(first, last, before);
        } else {
            // Few firings share an instant, most often; sorting them needs no memory.
            for (auto next = first + 1; next < last; ++next) {
                if (!before(*next, *(next - 1))) continue;
                const FiringRecord moved = *next;
                auto hole = next;
                for (; hole != first && before(moved, *(hole - 1)); --hole) *hole = *(hole - 1);
                *hole = moved;
            }
        }
        begin = end;
    }
}

void count_firings(const FiringRecords& firings, std::vector<RuleSummary>* rules) {
    for (std::size_t begin = 0; begin < firings.size();) {
        const std::uint32_t rule = firings[begin].rule;
        std::size_t end = begin + 1;
        while (end < firings.size() && firings[end].rule == rule) ++end;
        (*rules)[rule].firings += end - begin;
        begin = end;
    }
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

    for (const BoundGroups::Group& group : request.groups->groups()) {
        const std::uint32_t kind = group.spec.subject_kind;
        if (group.spec.births && run.births[kind].empty())
            run.births[kind] = find_births(run, kind);
        Machine machine(run, group.spec, group.code);
        Feed(run, machine, request.options.batch).run();
        machine.finish();
        out.overruns.insert(out.overruns.end(), machine.overruns.begin(), machine.overruns.end());
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
    count_firings(out.firings, &out.rules);
    for (std::size_t i = 0; i < out.rules.size(); ++i) {
        out.rules[i].suppressed = run.counters[i].suppressed;
        out.rules[i].undecided = run.counters[i].undecided;
        out.rules[i].pending = run.counters[i].pending;
        out.rules[i].faults = run.counters[i].faults;
    }
    for (const Overrun& overrun : out.overruns) ++out.rules[overrun.rule].faults;
    sort_overruns(out.overruns);
    return out;
}

Outcomes to_outcomes(const RunRequest& request, const Records& records) {
    Outcomes out;
    out.rules = records.rules;
    out.overruns = records.overruns;
    out.firings.reserve(records.firings.size());
    for (const FiringRecord& record : records.firings) {
        out.firings.push_back(make_firing(request, record, records.values));
    }
    return out;
}

Outcomes run_groups(const RunRequest& request) {
    return to_outcomes(request, run_records(request));
}

}  // namespace clausal::engine
