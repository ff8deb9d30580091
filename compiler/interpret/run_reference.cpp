#include "compiler/interpret/run_reference.h"

#include <algorithm>

namespace clausal::interpret {

RunData make_run_data(const core::CorePack& pack, const EventData& data,
    const std::vector<WorkCalendar>& calendars, const RunOptions& options) {
    RunData run;
    run.data = &data;
    run.calendars = &calendars;
    if (auto zone = Zone::open(pack.schema.zone)) run.zone = *zone;
    run.end = options.until == kMissing ? data.last_time() : options.until;
    run.remembered = std::max<std::size_t>(options.remembered, 2);
    run.place.resize(data.tables.size());
    for (std::size_t type = 0; type < data.tables.size(); ++type) {
        run.place[type].resize(data.tables[type].size());
    }
    for (std::size_t i = 0; i < data.order.size(); ++i) {
        run.place[data.order[i].type][data.order[i].row] = i;
    }
    return run;
}

std::vector<std::vector<EventReference>> events_by_subject(
    const core::CorePack& pack, const RunData& run, std::uint32_t kind) {
    const EventData& data = *run.data;
    const std::size_t subjects = data.subjects.at(kind).size();
    std::vector<std::vector<EventReference>> own(subjects);
    std::vector<EventReference> broadcast;
    for (const EventReference event : data.order) {
        if (data.tables[event.type].time[event.row] > run.end) break;
        const EventType& type = pack.schema.events[event.type];
        if (type.subjects.empty()) broadcast.push_back(event);
        for (std::size_t r = 0; r < type.subjects.size(); ++r) {
            if (type.subjects[r].kind != kind) continue;
            const std::uint32_t subject = data.tables[event.type].subjects[r][event.row];
            if (subject >= subjects) continue;
            if (own[subject].empty() || !(own[subject].back() == event))
                own[subject].push_back(event);
        }
    }
    const auto earlier = [&](EventReference a, EventReference b) {
        return run.place[a.type][a.row] < run.place[b.type][b.row];
    };
    const auto& registers = data.subjects.at(kind).registers;
    for (std::size_t subject = 0; subject < own.size(); ++subject) {
        std::vector<EventReference>& events = own[subject];
        const bool registered = subject < registers.size() && !registers[subject].empty();
        if (events.empty() && !registered) continue;  // never born
        const auto middle = static_cast<std::ptrdiff_t>(events.size());
        events.insert(events.end(), broadcast.begin(), broadcast.end());
        std::inplace_merge(events.begin(), events.begin() + middle, events.end(), earlier);
    }
    return own;
}

Outcomes run_reference_with_expiries(const core::CorePack& pack, const EventData& data,
    const std::vector<WorkCalendar>& calendars, const RunOptions& options,
    const std::vector<Microseconds>& expiries) {
    Outcomes outcomes;
    outcomes.rules.resize(pack.rules.size());
    const RunData run = make_run_data(pack, data, calendars, options);
    std::vector<TraceFiring> firings;
    for (std::uint32_t kind = 0; kind < pack.schema.subjects.size(); ++kind) {
        const Program program = make_program(pack, kind);
        if (program.rules.empty() || data.order.empty()) continue;
        const auto events = events_by_subject(pack, run, kind);
        for (std::uint32_t subject = 0; subject < events.size(); ++subject) {
            if (events[subject].empty()) continue;
            SubjectTrace trace(program, run, subject, events[subject], expiries);
            trace.run();
            outcomes.overruns.insert(
                outcomes.overruns.end(), trace.overruns().begin(), trace.overruns().end());
            outcomes.faults.insert(
                outcomes.faults.end(), trace.faults().begin(), trace.faults().end());
            firings.insert(firings.end(), trace.firings().begin(), trace.firings().end());
            for (std::size_t i = 0; i < program.rules.size(); ++i) {
                RuleSummary& total = outcomes.rules[program.rules[i]];
                const RuleSummary& one = trace.summaries()[i];
                total.firings += one.firings;
                total.suppressed += one.suppressed;
                total.undecided += one.undecided;
                total.pending += one.pending;
                total.faults += one.faults;
            }
        }
    }
    const auto place_of = [&](const Step& step) {
        return step.event.type == kNone ? 0 : run.place[step.event.type][step.event.row] + 1;
    };
    const auto key_of = [&](const TraceFiring& firing) {
        const SubjectTable& table = data.subjects[pack.rules[firing.firing.rule].subject];
        std::vector<std::string_view> key;
        for (const std::int64_t part : table.keys[firing.firing.subject]) {
            key.push_back(data.dictionary.text(part));
        }
        return key;
    };
    std::stable_sort(
        firings.begin(), firings.end(), [&](const TraceFiring& a, const TraceFiring& b) {
            const Step &x = a.firing.step, &y = b.firing.step;
            if (x.time != y.time) return x.time < y.time;
            if (x.kind != y.kind) return x.kind < y.kind;
            if (place_of(x) != place_of(y)) return place_of(x) < place_of(y);
            if (const auto left = key_of(a), right = key_of(b); left != right) return left < right;
            if (a.depth != b.depth) return a.depth < b.depth;
            const core::Rule &p = pack.rules[a.firing.rule], &q = pack.rules[b.firing.rule];
            if (p.priority != q.priority) return p.priority > q.priority;
            return p.id < q.id;
        });
    for (const Overrun& overrun : outcomes.overruns) ++outcomes.rules[overrun.rule].faults;
    sort_overruns(outcomes.overruns);
    sort_faults(outcomes.faults);
    for (TraceFiring& firing : firings) outcomes.firings.push_back(std::move(firing.firing));
    return outcomes;
}

Outcomes run_reference(const core::CorePack& pack, const EventData& data,
    const std::vector<WorkCalendar>& calendars, const RunOptions& options) {
    return run_reference_with_expiries(pack, data, calendars, options, {});
}

}  // namespace clausal::interpret
