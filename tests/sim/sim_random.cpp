// Random packs over random traces: the reference and the compiled execution must give the same.
//   sim_random [--packs N] [--traces M] [--seed S] [--batch B] [--against compiled|expiries]
//              [--kind NAME] [--expect-failure] [--all-constructs] [--mutations] [--table] [--show]
//              [--no-shrink]
// Each pair runs with one event a batch, with a few, and with all in one, unless --batch names one size.
// A failure prints a seed that gives it again, and a smaller case of its kind. --all-constructs fails
// unless every construct occurred in a pack that fired; --mutations changes options, one by one, and
// fails unless each change is seen.

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>

#include "compiler/interpret/run_reference.h"
#include "tests/sim/constructs.h"
#include "tests/sim/mutations.h"
#include "tests/sim/random_case.h"
#include "tests/sim/shrink.h"

#ifdef CLAUSAL_SIM_COMPILED
#include "compiler/llvm/run_compiled.h"
#endif

namespace clausal::sim {
namespace {

// What runs a pack over data, made once per pack.
using Prepared =
    std::function<Outcomes(const EventData&, const std::vector<WorkCalendar>&, const RunOptions&)>;
using Execution = Prepared (*)(const core::CorePack&);

#ifdef CLAUSAL_SIM_COMPILED
// CLAUSAL_SIM_OPTIMISE=1 optimises; CLAUSAL_SABOTAGE=<node kind> makes generated code wrong on purpose.
Prepared with_code(const core::CorePack& pack, const char* sabotage) {
    compiled::CompileOptions options;
    options.optimise = std::getenv("CLAUSAL_SIM_OPTIMISE") != nullptr;
    if (sabotage != nullptr) options.sabotage = sabotage;
    auto code =
        std::make_shared<compiled::CompiledPack>(compiled::CompiledPack::compile(pack, options));
    if (!code->error().empty()) fmt::print(stderr, "does not compile: {}\n", code->error());
    return [code](const EventData& data, const std::vector<WorkCalendar>& calendars,
               const RunOptions& run) {
        return code->error().empty() ? code->run(data, calendars, run) : Outcomes{};
    };
}
Prepared with_machine_code(const core::CorePack& pack) {
    return with_code(pack, std::getenv("CLAUSAL_SABOTAGE"));
}
Prepared with_right_code(const core::CorePack& pack) { return with_code(pack, nullptr); }
#endif

// The reference again, with expiry steps where nothing lies: by definition they change nothing.
Prepared with_more_expiries(const core::CorePack& pack) {
    return [&pack](const EventData& data, const std::vector<WorkCalendar>& calendars,
               const RunOptions& options) {
        std::vector<Microseconds> instants;
        for (const EventReference event : data.order) {
            const Microseconds time = data.tables[event.type].time[event.row];
            for (const Microseconds distance : {Microseconds{0}, kHour, kHour / 2, 6 * kHour, kDay})
                instants.push_back(time + distance);
        }
        return interpret::run_reference_with_expiries(pack, data, calendars, options, instants);
    };
}

struct Options {
    std::int64_t packs = 100, traces = 2;
    std::uint64_t seed = 1;
    std::optional<std::uint32_t> batch;
    std::optional<core::NodeKind> kind;
    bool expect_failure = false, show = false, shrink = true, all_constructs = false, table = false,
         mutations = false;
    Execution execution = nullptr;
    Execution unbroken = nullptr;  // what must agree where a broken one differs
};

std::string print_outcomes(const Case& one, const Outcomes& outcomes, const EventData& data) {
    std::string out;
    for (const Firing& firing : outcomes.firings) {
        const core::Rule& rule = one.pack.rules[firing.rule];
        const char* kinds[] = {"event", "expiry", "deadline"};
        out += fmt::format("  {:8.4f} {} {} {}",
            static_cast<double>(firing.step.time - one.begin) / static_cast<double>(one.grid),
            kinds[static_cast<int>(firing.step.kind)],
            firing.step.event.type == kNone
                ? std::string("-")
                : fmt::format("{}#{}", one.pack.schema.events[firing.step.event.type].name,
                      firing.step.event.row),
            rule.id);
        out += " of";
        for (const std::int64_t part : data.subjects[rule.subject].keys[firing.subject]) {
            out += ' ' + data.dictionary.text(part);
        }
        for (const FiredAction& action : firing.actions) {
            out += fmt::format(" {}(", one.pack.schema.actions[action.action].name);
            for (const std::int64_t value : action.values)
                out += value == kMissing ? "? " : fmt::format("{} ", value);
            out += ')';
        }
        out += '\n';
    }
    for (std::size_t i = 0; i < outcomes.rules.size(); ++i) {
        const RuleSummary& s = outcomes.rules[i];
        out += fmt::format("  {}: {} firings, {} suppressed, {} undecided, {} pending, {} faults\n",
            one.pack.rules[i].id, s.firings, s.suppressed, s.undecided, s.pending, s.faults);
    }
    for (const Overrun& overrun : outcomes.overruns) {
        out += fmt::format("  overrun of {} for subject {} at {:.4f}\n",
            one.pack.rules[overrun.rule].id, overrun.subject,
            static_cast<double>(overrun.time - one.begin) / static_cast<double>(one.grid));
    }
    return out;
}

bool differs(const Case& one, Execution execution) {
    const EventData data = data_of(one);
    const std::vector<WorkCalendar> calendars = calendars_of(one);
    return !(interpret::run_reference(one.pack, data, calendars, one.options) ==
             execution(one.pack)(data, calendars, one.options));
}

void report(const Case& one, Execution execution) {
    const EventData data = data_of(one);
    const std::vector<WorkCalendar> calendars = calendars_of(one);
    fmt::print("{}", print(one));
    fmt::print("reference:\n{}",
        print_outcomes(
            one, interpret::run_reference(one.pack, data, calendars, one.options), data));
    fmt::print(
        "other:\n{}", print_outcomes(one, execution(one.pack)(data, calendars, one.options), data));
}

// How often the packs had a construct, and what came of it.
struct Counts {
    std::int64_t packs = 0, fired = 0, undecided = 0;
};

struct Totals {
    std::int64_t pairs = 0, runs = 0, firings = 0, faults = 0, suppressed = 0, pending = 0,
                 overruns = 0, divided = 0, overflowed = 0;
};

std::vector<std::uint32_t> batches_of(const Options& options) {
    if (options.batch) return {*options.batch};
    return {65536, 1, 3, 64};
}

// 1: it failed; 0: as expected, it failed; nullopt: no difference.
std::optional<int> compare_pair(const Options& options, Case& one, std::uint64_t seed,
    std::int64_t trace, const Prepared& prepared, const EventData& data, const Outcomes& expected,
    Totals& totals) {
    const std::vector<WorkCalendar> calendars = calendars_of(one);
    for (const std::uint32_t batch : batches_of(options)) {
        one.options.batch = batch;
        ++totals.runs;
        if (prepared(data, calendars, one.options) == expected) continue;
        const std::string again =
            fmt::format("sim_random --seed {} --packs 1 --traces {} --batch {}{}", seed, trace + 1,
                batch, options.kind ? fmt::format(" --kind {}", core::name_of(*options.kind)) : "");
        if (options.expect_failure) {
            // Only a difference that the deliberate mistake made counts.
            if (options.unbroken != nullptr &&
                !(options.unbroken(one.pack)(data, calendars, one.options) == expected)) {
                fmt::print("Seed {} differs without any deliberate mistake.\n", seed);
                return 1;
            }
            fmt::print("As expected, seed {} differs; again: {}\n", seed, again);
            return 0;
        }
        fmt::print("FAILED: seed {} trace {}; again: {}\n", seed, trace, again);
        if (options.shrink) {
            report(shrink(one, [&](const Case& c) { return differs(c, options.execution); }),
                options.execution);
        } else {
            report(one, options.execution);
        }
        return 1;
    }
    return std::nullopt;
}

// All that a run must have met.
std::vector<std::string> all_names() {
    std::vector<std::string> names = construct_names();
#ifdef CLAUSAL_SIM_COMPILED
    names.insert(names.end(), path_names().begin(), path_names().end());
#endif
    return names;
}

void count(const std::vector<bool>& met, std::size_t from, bool fired, bool undecided,
    std::vector<Counts>& counts) {
    for (std::size_t k = 0; k < met.size(); ++k) {
        if (!met[k]) continue;
        ++counts[from + k].packs;
        if (fired) ++counts[from + k].fired;
        if (undecided) ++counts[from + k].undecided;
    }
}

// Prints the table; false: a construct never occurred in a pack that fired.
bool print_constructs(const std::vector<Counts>& counts, bool table) {
    bool covered = true;
    const std::vector<std::string> names = all_names();
    for (std::size_t k = 0; k < counts.size(); ++k) {
        const Counts& c = counts[k];
        const std::string& name = names[k];
        if (table)
            fmt::print("  {:40} in {} packs, {} fired, {} undecided\n", name, c.packs, c.fired,
                c.undecided);
        if (c.fired == 0) fmt::print("{} never occurred in a pack that fired.\n", name);
        covered = covered && c.fired > 0;
    }
    return covered;
}

// Each option, changed in some pack, must change the outcomes of the reference over some trace.
int run_mutations(const Options& options) {
    std::vector<Counts> counts(mutations().size());  // packs that have it, pairs that show it
    for (std::int64_t i = 0; i < options.packs; ++i) {
        const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(i);
        const auto force = options.kind.value_or(static_cast<core::NodeKind>(seed % kKinds));
        Case one = random_case(seed, force);
        Random random(seed);
        std::vector<std::pair<std::size_t, core::CorePack>> changed;
        for (std::size_t k = 0; k < mutations().size(); ++k) {
            if (counts[k].fired >= 3) continue;
            core::CorePack pack = one.pack;
            if (!mutations()[k].change(pack, one.grid, random)) continue;
            ++counts[k].packs;
            changed.emplace_back(k, std::move(pack));
        }
        for (std::int64_t t = 0; t < options.traces && !changed.empty(); ++t) {
            random_trace(one, seed * 1000003 + static_cast<std::uint64_t>(t));
            const EventData data = data_of(one);
            const std::vector<WorkCalendar> calendars = calendars_of(one);
            const Outcomes right = interpret::run_reference(one.pack, data, calendars, one.options);
            for (const auto& [k, pack] : changed) {
                if (!(interpret::run_reference(pack, data, calendars, one.options) == right))
                    ++counts[k].fired;
            }
        }
    }
    std::int64_t unseen = 0;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        if (options.table) {
            fmt::print("  {:48} in {} packs, seen in {} pairs\n", mutations()[k].name,
                counts[k].packs, counts[k].fired);
        }
        if (counts[k].fired > 0) continue;
        ++unseen;
        fmt::print("{}: no outcome shows it.\n", mutations()[k].name);
    }
    fmt::print("{} options changed, {} not seen\n", counts.size(), unseen);
    return unseen == 0 ? 0 : 1;
}

int run(const Options& options) {
    if (options.mutations) return run_mutations(options);
    std::vector<Counts> counts(all_names().size());
    Totals totals;
    for (std::int64_t i = 0; i < options.packs; ++i) {
        const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(i);
        const auto force = options.kind.value_or(static_cast<core::NodeKind>(seed % kKinds));
        Case one = random_case(seed, force);
        const Prepared prepared = options.execution(one.pack);
        bool fired = false, undecided = false;
        std::vector<bool> met(construct_names().size(), false);
        for (std::int64_t t = 0; t < options.traces; ++t) {
            random_trace(one, seed * 1000003 + static_cast<std::uint64_t>(t));
            if (options.table || options.all_constructs) {
                const std::vector<bool> here = constructs_in(one);
                for (std::size_t k = 0; k < met.size(); ++k) met[k] = met[k] || here[k];
            }
            const EventData data = data_of(one);
            const Outcomes expected =
                interpret::run_reference(one.pack, data, calendars_of(one), one.options);
            ++totals.pairs;
            totals.firings += static_cast<std::int64_t>(expected.firings.size());
            fired = fired || !expected.firings.empty();
            for (const RuleSummary& rule : expected.rules) {
                undecided = undecided || rule.undecided > 0;
                totals.faults += static_cast<std::int64_t>(rule.faults);
                totals.suppressed += static_cast<std::int64_t>(rule.suppressed);
                totals.pending += static_cast<std::int64_t>(rule.pending);
            }
            totals.overruns += static_cast<std::int64_t>(expected.overruns.size());
            for (const RuleFault& fault : expected.faults)
                ++(fault.reason == Fault::overflow ? totals.overflowed : totals.divided);
            if (options.show) {
                fmt::print("--- seed {} trace {}\n{}{}", seed, t, print(one),
                    print_outcomes(one, expected, data));
            }
            if (const auto end =
                    compare_pair(options, one, seed, t, prepared, data, expected, totals))
                return *end;
        }
        count(met, 0, fired, undecided, counts);
#ifdef CLAUSAL_SIM_COMPILED
        if (options.table || options.all_constructs)
            count(paths_in(one.pack), met.size(), fired, undecided, counts);
#endif
    }
    fmt::print(
        "{} packs, {} pairs, {} runs without a difference; {} firings, {} suppressed, {} pending, {} faults: {} divisions by zero, {} overflows, {} overruns\n",
        options.packs, totals.pairs, totals.runs, totals.firings, totals.suppressed, totals.pending,
        totals.faults, totals.divided, totals.overflowed, totals.overruns);
    if (options.expect_failure) {
        fmt::print("No difference was found, though one was expected.\n");
        return 1;
    }
    if (!options.table && !options.all_constructs) return 0;
    const bool met_all = print_constructs(counts, options.table);
    const bool all_outcomes = totals.suppressed > 0 && totals.pending > 0 && totals.divided > 0 &&
                              totals.overflowed > 0 && totals.overruns > 0;
    if (!all_outcomes) fmt::print("Some kind of outcome never came.\n");
    return (met_all && all_outcomes) || !options.all_constructs ? 0 : 1;
}

std::optional<Options> parse(int argc, char** argv) {
    Options options;
    options.execution = with_more_expiries;
#ifdef CLAUSAL_SIM_COMPILED
    options.execution = with_machine_code;
    options.unbroken = with_right_code;
#endif
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--expect-failure") {
            options.expect_failure = true;
            continue;
        }
        if (name == "--show") {
            options.show = true;
            continue;
        }
        if (name == "--no-shrink") {
            options.shrink = false;
            continue;
        }
        if (name == "--all-constructs") {
            options.all_constructs = true;
            continue;
        }
        if (name == "--mutations") {
            options.mutations = true;
            continue;
        }
        if (name == "--table") {
            options.table = true;
            continue;
        }
        if (i + 1 == argc) return std::nullopt;
        const char* value = argv[++i];
        const std::int64_t number = std::strtoll(value, nullptr, 10);
        if (name == "--packs")
            options.packs = number;
        else if (name == "--traces")
            options.traces = number;
        else if (name == "--seed")
            options.seed = static_cast<std::uint64_t>(number);
        else if (name == "--batch")
            options.batch = static_cast<std::uint32_t>(number);
        else if (name == "--kind") {
            for (std::size_t k = 0; k < kKinds; ++k) {
                if (std::strcmp(core::name_of(static_cast<core::NodeKind>(k)), value) == 0)
                    options.kind = static_cast<core::NodeKind>(k);
            }
            if (!options.kind) return std::nullopt;
        } else if (name == "--against" && std::strcmp(value, "expiries") == 0) {
            options.execution = with_more_expiries;
        } else if (name != "--against") {
            return std::nullopt;
        }
    }
    return options;
}

}  // namespace
}  // namespace clausal::sim

int main(int argc, char** argv) {
    const auto options = clausal::sim::parse(argc, argv);
    if (!options) {
        fmt::print(stderr,
            "usage: sim_random [--packs N] [--traces M] [--seed S] [--batch B] [--kind NAME]\n"
            "                  [--against compiled|expiries] [--expect-failure] [--all-constructs] [--mutations] [--table] [--show]\n"
            "                  [--no-shrink]\n");
        return 2;
    }
    return clausal::sim::run(*options);
}
