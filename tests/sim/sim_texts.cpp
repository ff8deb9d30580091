// Random packs as text: the Chinese and the English text must give one core (or be refused for the same
// reasons), and its two executions the same outcomes over random traces.
//   sim_texts [--packs N] [--traces M] [--seed S] [--show] [--refused]

#include <fmt/format.h>

#include <cstdlib>
#include <set>

#include "compiler/driver/load.h"
#include "compiler/interpret/run_reference.h"
#include "compiler/llvm/run_compiled.h"
#include "tests/sim/random_text.h"

namespace clausal::sim {
namespace {

struct Options {
    std::int64_t packs = 100, traces = 2;
    std::uint64_t seed = 1;
    bool show = false, refused = false;
};

struct Totals {
    std::int64_t compiled = 0, refused = 0, pairs = 0, firings = 0, undecided = 0;
    std::set<core::NodeKind> kinds;
};

// Kinds of the errors, without places.
std::set<std::string> errors_of(const LoadedPack& pack) {
    std::set<std::string> out;
    for (const Diagnostic& one : pack.sink.all()) {
        const KindInfo& info = kind_info(one.kind);
        if (info.severity == Severity::error) out.insert(std::string(info.slug));
    }
    return out;
}

std::string findings(const LoadedPack& pack) {
    return render_text(pack.sink.sorted(), pack.sources, Language::english, false);
}

// The first lines that differ.
std::string difference(const std::string& a, const std::string& b) {
    std::size_t from = 0, at = 0;
    while (at < a.size() && at < b.size() && a[at] == b[at]) {
        if (a[at] == '\n') from = at + 1;
        ++at;
    }
    return "zh: " + a.substr(from, a.find('\n', at) - from) +
           "\nen: " + b.substr(from, b.find('\n', at) - from) + "\n";
}

bool same_outcomes(const Options& options, Case& one, std::uint64_t seed, Totals& totals) {
    const compiled::CompiledPack code = compiled::CompiledPack::compile(one.pack);
    if (!code.error().empty()) {
        fmt::print("FAILED: seed {} is not compiled: {}\n", seed, code.error());
        return false;
    }
    for (std::int64_t t = 0; t < options.traces; ++t) {
        random_trace(one, seed * 1000003 + static_cast<std::uint64_t>(t));
        const EventData data = data_of(one);
        const std::vector<WorkCalendar> calendars = calendars_of(one);
        const Outcomes expected = interpret::run_reference(one.pack, data, calendars, one.options);
        ++totals.pairs;
        totals.firings += static_cast<std::int64_t>(expected.firings.size());
        for (const RuleSummary& rule : expected.rules)
            totals.undecided += static_cast<std::int64_t>(rule.undecided);
        for (const std::uint32_t batch : {65536U, 1U}) {
            one.options.batch = batch;
            if (code.run(data, calendars, one.options) == expected) continue;
            fmt::print("FAILED: seed {} trace {} batch {}: the executions differ\n{}", seed, t,
                batch, print(one));
            return false;
        }
    }
    return true;
}

bool check(const Options& options, std::uint64_t seed, Totals& totals) {
    Random random(seed);
    Case one;
    one.grid = random.pick(std::vector<Microseconds>{kHour, 6 * kHour, kDay});
    one.begin = random.pick(std::vector<Microseconds>{20518 * kDay, 20600 * kDay});
    const Texts texts = random_texts(seed, one.grid);
    LoadedPack zh = load_texts({{"rules.clausal", texts.zh}});
    LoadedPack en = load_texts({{"rules.clausal", texts.en}});
    if (options.show) fmt::print("--- seed {}\n{}\n{}\n", seed, texts.zh, texts.en);
    if (zh.ok() != en.ok() || errors_of(zh) != errors_of(en)) {
        fmt::print("FAILED: seed {}: the languages are refused differently\n{}\n{}\n{}\n{}", seed,
            texts.zh, findings(zh), texts.en, findings(en));
        return false;
    }
    if (!zh.ok()) {
        ++totals.refused;
        if (options.refused) fmt::print("--- seed {}\n{}\n{}\n", seed, findings(zh), findings(en));
        return true;
    }
    ++totals.compiled;
    const std::string printed_zh = core::print(*zh.core, true),
                      printed_en = core::print(*en.core, true);
    if (printed_zh != printed_en) {
        fmt::print("FAILED: seed {}: two cores\n{}\n{}\n{}", seed, texts.zh, texts.en,
            difference(printed_zh, printed_en));
        return false;
    }
    for (const core::Node& node : zh.core->nodes) totals.kinds.insert(node.kind);
    one.pack = seed % 2 == 0 ? std::move(*zh.core) : std::move(*en.core);
    if (same_outcomes(options, one, seed, totals)) return true;
    fmt::print("{}\n{}\n", texts.zh, texts.en);
    return false;
}

int run(const Options& options) {
    Totals totals;
    std::int64_t failed = 0;
    for (std::int64_t i = 0; i < options.packs && failed < 5; ++i) {
        if (!check(options, options.seed + static_cast<std::uint64_t>(i), totals)) ++failed;
    }
    fmt::print(
        "{} packs in two languages with one core, {} refused alike; {} pairs, {} firings, {} undecided, {} kinds of nodes\n",
        totals.compiled, totals.refused, totals.pairs, totals.firings, totals.undecided,
        totals.kinds.size());
    if (failed > 0) return 1;
    // Most random packs must be accepted, or little is tested.
    if (totals.compiled < totals.refused * 2) {
        fmt::print("Too many packs are refused.\n");
        return 1;
    }
    return totals.firings > 0 ? 0 : 1;
}

}  // namespace
}  // namespace clausal::sim

int main(int argc, char** argv) {
    clausal::sim::Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name = argv[i];
        if (name == "--show") {
            options.show = true;
        } else if (name == "--refused") {
            options.refused = true;
        } else if (i + 1 < argc && name == "--packs") {
            options.packs = std::strtoll(argv[++i], nullptr, 10);
        } else if (i + 1 < argc && name == "--traces") {
            options.traces = std::strtoll(argv[++i], nullptr, 10);
        } else if (i + 1 < argc && name == "--seed") {
            options.seed = std::strtoull(argv[++i], nullptr, 10);
        } else {
            fmt::print(stderr,
                "usage: sim_texts [--packs N] [--traces M] [--seed S] [--show] [--refused]\n");
            return 2;
        }
    }
    return clausal::sim::run(options);
}
