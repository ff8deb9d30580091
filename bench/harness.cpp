// clausal_bench: measures the rules W1..W6 against hand-written C++, against a bare scan of the same
// rows, and from process start, all in one run, and prints the tables of bench/README.md.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "bench/cold_start.h"
#include "bench/core_rules.h"
#include "bench/generate.h"
#include "bench/hand_written/hand_written.h"
#include "bench/measure.h"
#include "bench/ours.h"
#include "bench/rules/many_rules.h"
#include "bench/scan.h"

namespace clausal::bench {
namespace {

namespace fs = std::filesystem;

struct Options {
    GenerateOptions data{5'000'000, 100'000, 1, 60};
    int repetitions = 7;
    std::string rules = CLAUSAL_BENCH_RULES;
    std::string clausal = CLAUSAL_BENCH_COMMAND;
    std::string folder;              // for files made on the way; "" = a new one in the system's
    std::vector<std::string> parts;  // memory, many, sqlite, cold; empty: all
    bool from_core() const { return rules == "core"; }  // core rules made by hand instead of text
    bool wants(const char* part) const {
        return parts.empty() || std::find(parts.begin(), parts.end(), part) != parts.end();
    }
};

struct Case {
    int number;
    const char* name;
    const char* what;
    Firings (*hand_written)(const EventData&);
    std::vector<Event> reads;
};
const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        {1, "W1", "sentence 1", hand_written_w1, {kQuoteEmail, kQuoteEmailOpened, kWebsiteVisit}},
        {2, "W2", "5 complaints in 7 days", hand_written_w2, {kComplaint}},
        {3, "W3", "enquiry without upload in 2 h", hand_written_w3, {kEnquiry, kUpload}},
        {4, "W4", "utilisation < 65 % on 5 days", hand_written_w4, {kLineReport}},
        {5, "W5", "policy 3 to 30 days before delay", hand_written_w5,
            {kPolicyDocument, kLogisticsDelay}},
    };
    return all;
}

// Compiles W<n> for the numbers given, or all of W1..W5; null after a message.
std::unique_ptr<Ours> compile(const Options& options, const std::vector<int>& numbers) {
    std::vector<std::string> ids;
    for (const int number : numbers) ids.push_back(fmt::format("W{}", number));
    std::string error;
    std::optional<core::CorePack> pack;
    if (options.from_core())
        pack = core_rules(numbers.empty() ? std::vector<int>{1, 2, 3, 4, 5} : numbers);
    else
        pack = load_rules(options.rules, ids, &error);
    std::unique_ptr<Ours> ours = pack ? Ours::compile(std::move(*pack), &error) : nullptr;
    if (ours == nullptr) std::fprintf(stderr, "%s\n", error.c_str());
    return ours;
}

void print_memory(const Options& options, EventData& data) {
    fmt::print(
        "\n### In memory, one thread\n\n"
        "| rule | rows | firings | hand-written | compiled | ratio of least times | median ratio | same firings |\n"
        "|---|--:|--:|--:|--:|--:|--:|---|\n");
    for (const Case& one : cases()) {
        std::size_t rows = 0;
        for (const Event type : one.reads) rows += data.tables[type].size();
        Firings expected;
        engine::Records got;
        std::vector<std::function<void()>> ways = {[&] { expected = one.hand_written(data); }};
        const auto ours = compile(options, {one.number});
        if (ours != nullptr) {
            ours->prepare(data);
            ways.push_back([&] { got = ours->run(data); });
        }
        const std::vector<Timing> timings = take_turns(ways, options.repetitions);
        const auto rate = [&](const Timing& timing) {
            return fmt::format(
                "{:.1f} M rows/s", static_cast<double>(rows) / timing.least() * 1e-6);
        };
        std::string right = "– | – | – | –";
        if (ours != nullptr) {
            const Ratio r = ratio(timings[1], timings[0]);
            right = fmt::format("{} | {:.2f} | {:.2f} | {}", rate(timings[1]), r.of_least, r.median,
                firings_of(got) == expected ? "yes" : "**no**");
        }
        fmt::print("| {} {} | {} | {} | {} | {} |\n", one.name, one.what, rows, expected.size(),
            rate(timings[0]), right);
        std::fflush(stdout);
    }
    const auto together = compile(options, {});
    const std::size_t by_hand = state_bytes_w1() + state_bytes_w2() + state_bytes_w3() +
                                state_bytes_w4() + state_bytes_w5();
    fmt::print(
        "\nState for W1 to W5 together, bytes a subject: hand-written {}, compiled {} (at most 200).\n",
        by_hand,
        together != nullptr ? fmt::format("{}", together->state_bytes()) : std::string("–"));
}

std::string write_many(
    const Options& options, const std::vector<ThresholdRule>& rules, std::string_view name) {
    const std::string path = (fs::path(options.folder) / fmt::format("{}.clausal", name)).string();
    std::ofstream(path, std::ios::binary) << many_rules_text(rules, false);
    return path;
}

void print_many(const Options& options, EventData& data) {
    const std::size_t rows = data.tables[kLineReport].size();
    fmt::print(
        "\n### Many rules over one event and field (W6)\n\n"
        "| rules | firings | hand-written, ns an event | compiled, ns an event | ratio | same firings |\n"
        "|---|--:|--:|--:|--:|---|\n");
    // "One of them" is the mean of one rule of each shape, alone.
    const std::vector<ThresholdRule> three = many_rules(3);
    std::vector<std::pair<std::string, std::vector<ThresholdRule>>> sets;
    sets.emplace_back("one, streak", std::vector<ThresholdRule>{three[0]});
    sets.emplace_back("one, days", std::vector<ThresholdRule>{three[1]});
    sets.emplace_back("one, minimum", std::vector<ThresholdRule>{three[2]});
    sets.emplace_back("100", many_rules(100));
    sets.emplace_back("1,000", many_rules(1000));
    std::vector<double> by_hand;
    std::vector<double> compiled;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const auto& [name, rules] = sets[i];
        Firings expected;
        engine::Records got;
        std::vector<std::function<void()>> ways = {
            [&] { expected = hand_written_w6(data, rules); }};
        std::string error;
        std::optional<core::CorePack> pack;
        if (options.from_core())
            pack = core_many_rules(rules);
        else
            pack = load_rules(write_many(options, rules, fmt::format("w6_{}", i)), {}, &error);
        const auto ours = pack ? Ours::compile(std::move(*pack), &error) : nullptr;
        if (ours != nullptr) {
            ours->prepare(data);
            ways.push_back([&] { got = ours->run(data); });
        } else {
            std::fprintf(stderr, "W6 %s: %s\n", name.c_str(), error.c_str());
        }
        const std::vector<Timing> timings = take_turns(ways, options.repetitions);
        const double scale = 1e9 / static_cast<double>(rows);
        by_hand.push_back(timings[0].least() * scale);
        std::string right = "– | – | –";
        if (ours != nullptr) {
            compiled.push_back(timings[1].least() * scale);
            right = fmt::format("{:.1f} | {:.2f} | {}", compiled.back(),
                by_hand.back() / compiled.back(), firings_of(got) == expected ? "yes" : "**no**");
        }
        fmt::print("| {} | {} | {:.1f} | {} |\n", name, expected.size(), by_hand.back(), right);
        std::fflush(stdout);
    }
    const auto times = [](const std::vector<double>& cost) {
        if (cost.size() < 5) return std::string("–");
        return fmt::format("{:.1f}", cost[4] / ((cost[0] + cost[1] + cost[2]) / 3));
    };
    fmt::print(
        "\n1,000 rules cost, in costs of one (the mean of the three shapes): hand-written {}, compiled {} "
        "(at most 10).\n",
        times(by_hand), times(compiled));
}

void print_sqlite(const Options& options, const EventData& data) {
    const std::string path = (fs::path(options.folder) / "events.db").string();
    fs::remove(path);
    const auto ours = compile(options, {});
    const Schema schema = ours != nullptr ? ours->pack().schema : bench_schema();
    std::optional<std::string> failure;
    if (ours != nullptr) failure = make_store(ours->pack(), path);
    if (!failure) failure = write_sqlite(data, schema, path);
    if (failure) {
        std::fprintf(stderr, "%s\n", failure->c_str());
        return;
    }
    Scan bare;
    Scan fetched;
    std::size_t firings = 0;
    EventData columns;
    std::optional<engine::Records> outcomes;
    std::string error;
    const std::vector<Timing> timings =
        take_turns({[&] { bare = bare_scan(path, schema, false); },
                       [&] { fetched = bare_scan(path, schema, true); },
                       [&] {
                           columns = EventData();
                           if (read_sqlite(path, schema, &columns)) return;
                           firings = 0;
                           for (const Case& one : cases())
                               firings += one.hand_written(columns).size();
                       },
                       [&] {
                           if (ours != nullptr) outcomes = run_from_store(*ours, path, &error);
                       }},
            options.repetitions);
    if (!bare.error.empty()) {
        std::fprintf(stderr, "%s\n", bare.error.c_str());
        return;
    }
    if (!error.empty()) std::fprintf(stderr, "%s\n", error.c_str());
    fmt::print(
        "\n### From SQLite rows, W1 to W5 together ({} rows)\n\n"
        "| | ns a row | against the bare scan (least) | (median) | firings |\n|---|--:|--:|--:|--:|\n",
        bare.rows);
    const auto line = [&](const char* name, const Timing& timing, std::string count) {
        const Ratio r = ratio(timing, timings[1]);
        fmt::print("| {} | {:.0f} | {:.2f} | {:.2f} | {} |\n", name,
            timing.least() * 1e9 / static_cast<double>(bare.rows), r.of_least, r.median, count);
    };
    line("sqlite3_step only, no column fetched", timings[0], "");
    line("bare scan: step and fetch the needed columns", timings[1], "");
    line("hand-written W1 to W5 from the rows", timings[2], fmt::format("{}", firings));
    if (outcomes) {
        line("compiled W1 to W5 from the rows", timings[3],
            fmt::format("{}", outcomes->firings.size()));
    } else {
        fmt::print("| compiled W1 to W5 from the rows | – | – | – | – |\n");
    }
    fs::remove(path);
}

void print_cold(const Options& options) {
    GenerateOptions few;
    few.events = 200;
    few.subjects = 5;
    const std::string data = (fs::path(options.folder) / "events.csv").string();
    write_csv(generate(few), data);
    const std::string many = write_many(options, many_rules(1000), "w6_1000");
    const std::string built = (fs::path(options.folder) / "built.pack").string();
    fmt::print(
        "\n### From process start to the end of a run over 200 events (wall clock)\n\n"
        "| | least, ms | median, ms | limit |\n|---|--:|--:|--:|\n");
    const auto line = [&](const char* name, const std::vector<std::string>& arguments,
                          const char* limit) {
        const Timing timing = time_process(arguments, options.repetitions * 2);
        if (timing.seconds.empty()) {
            fmt::print("| {} | – | – | {} |\n", name, limit);
            std::fprintf(stderr, "%s: the command does not end with 0\n", name);
            return;
        }
        fmt::print("| {} | {:.1f} | {:.1f} | {} |\n", name, timing.least() * 1e3,
            timing.median() * 1e3, limit);
    };
    line("`clausal --version`", {options.clausal, "--version"}, "");
    line(
        "W1 to W5 from text", {options.clausal, "dry-run", options.rules, "--data", data}, "60 ms");
    line("1,000 rules of W6 from text", {options.clausal, "dry-run", many, "--data", data},
        "3,000 ms");
    run_process({options.clausal, "build", options.rules, "-o", built});
    line(
        "W1 to W5 from a built pack", {options.clausal, "dry-run", built, "--data", data}, "40 ms");
}

bool parse(int argc, char** argv, Options* options) {
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        if (i + 1 == argc) return false;
        const std::string value = argv[++i];
        if (name == "--events")
            options->data.events = std::strtoull(value.c_str(), nullptr, 10);
        else if (name == "--subjects")
            options->data.subjects =
                static_cast<std::uint32_t>(std::strtoul(value.c_str(), nullptr, 10));
        else if (name == "--seed")
            options->data.seed = std::strtoull(value.c_str(), nullptr, 10);
        else if (name == "--repetitions")
            options->repetitions = std::atoi(value.c_str());
        else if (name == "--rules")
            options->rules = value;
        else if (name == "--clausal")
            options->clausal = value;
        else if (name == "--folder")
            options->folder = value;
        else if (name == "--part")
            options->parts.push_back(value);
        else
            return false;
    }
    return options->repetitions > 0 && options->data.events > 0 && options->data.subjects > 0;
}

int run(int argc, char** argv) {
    Options options;
    if (!parse(argc, argv, &options)) {
        std::fprintf(stderr,
            "usage: clausal_bench [--events N] [--subjects N] [--seed N] [--repetitions N] "
            "[--rules FILE] [--clausal PROGRAM] [--folder DIR] "
            "[--part memory|many|sqlite|cold]...\n");
        return 2;
    }
    const bool own_folder = options.folder.empty();
    if (own_folder) {
        std::string pattern = (fs::temp_directory_path() / "clausal-bench-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) return 70;
        options.folder = pattern;
    }
    if (options.wants("memory") || options.wants("many") || options.wants("sqlite")) {
        EventData data = generate(options.data);
        fmt::print("{} events, {} customers and regions, {} repetitions.\n", data.order.size(),
            options.data.subjects, options.repetitions);
        if (options.wants("memory")) print_memory(options, data);
        if (options.wants("many")) print_many(options, data);
        if (options.wants("sqlite")) print_sqlite(options, data);
    }
    if (options.wants("cold")) print_cold(options);
    if (own_folder) fs::remove_all(options.folder);
    return 0;
}

}  // namespace
}  // namespace clausal::bench

int main(int argc, char** argv) { return clausal::bench::run(argc, argv); }
