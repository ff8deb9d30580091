// The command line: the only place that knows CLI11. Wrong usage ends with 2, our own failures with 70.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace {

using namespace clausal;
using namespace clausal::cli;

void add_common(CLI::App& command, Common& common, std::string& language, bool formats) {
    command.add_option("--lang", language, "language of messages: zh, en or auto / 消息的语言")
        ->check(CLI::IsMember({"zh", "en", "auto"}))
        ->default_str("auto");
    if (formats) {
        command.add_option("--format", common.format, "form of findings / 诊断的格式")
            ->check(CLI::IsMember({"text", "json", "sarif"}))
            ->default_str("text");
    }
}

// Wrong usage, in the language of the user.
int refuse_command(
    const std::vector<std::string>& arguments, const std::vector<std::string>& commands) {
    std::string all;
    for (const std::string& command : commands) all += (all.empty() ? "" : ", ") + command;
    const std::string near = near_word(arguments[0], commands);
    return say_usage(arguments,
        fmt::format("there is no command `{}`{}; the commands are {}", arguments[0],
            near.empty() ? "" : fmt::format(" (did you mean `{}`?)", near), all),
        fmt::format("没有命令 `{}`{}；命令有 {}", arguments[0],
            near.empty() ? "" : fmt::format("（是否指 `{}`？）", near), all));
}

int refuse_usage(
    const std::vector<std::string>& arguments, const CLI::ParseError& error, const CLI::App& app) {
    const std::string what = error.what();
    const std::string name = what.substr(0, what.find(": "));  // `--until: 1 required TEXT missing`
    const std::string command = arguments.empty() ? "" : arguments[0];
    const CLI::App* chosen = nullptr;
    for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (one->get_name() == command) chosen = one;
    }
    const std::string help =
        chosen == nullptr ? "clausal --help" : "clausal " + command + " --help";
    const auto say = [&](const std::string& english, const std::string& chinese) {
        return say_usage(arguments, fmt::format("{}; see `{}`", english, help),
            fmt::format("{}；参见 `{}`", chinese, help));
    };
    const std::string kind = error.get_name();
    if (chosen == nullptr) return say("a command is missing", "缺少命令");
    if (kind == "RequiredError") {
        const std::string missing = what.substr(0, what.find(" is required"));
        return say(fmt::format("`{}` needs {}", command, missing),
            fmt::format("`{}` 需要 {}", command, missing));
    }
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        std::vector<std::string> options;
        for (const CLI::Option* option : chosen->get_options()) {
            for (const std::string& one : option->get_lnames()) options.push_back("--" + one);
        }
        for (const std::string& argument : arguments) {
            const std::string bare = argument.substr(0, argument.find('='));
            if (!bare.starts_with("-") || chosen->get_option_no_throw(bare) != nullptr) continue;
            const std::string near = near_word(bare, options);
            return say(fmt::format("`{}` has no option `{}`{}", command, bare,
                           near.empty() ? "" : fmt::format(" (did you mean `{}`?)", near)),
                fmt::format("`{}` 没有选项 `{}`{}", command, bare,
                    near.empty() ? "" : fmt::format("（是否指 `{}`？）", near)));
        }
        const std::size_t colon = what.find(": ");
        const std::string extra = colon == std::string::npos ? what : what.substr(colon + 2);
        return say(fmt::format("`{}` takes no further argument `{}`", command, extra),
            fmt::format("`{}` 不接受多余的参数 `{}`", command, extra));
    }
    if (kind == "ValidationError" && what.find(" not in {") != std::string::npos) {
        const std::size_t begin = name.size() + 2;
        const std::size_t end = what.find(" not in {");
        std::string choices = what.substr(end + 9);
        if (!choices.empty() && choices.back() == '}') choices.pop_back();
        const std::string value = end > begin ? what.substr(begin, end - begin) : "";
        return say(fmt::format("`{}` cannot be `{}`; write one of {}", name, value, choices),
            fmt::format("`{}` 不能是 `{}`；请写 {} 之一", name, value, choices));
    }
    if (kind == "ArgumentMismatch")
        return say(fmt::format("`{}` needs a value", name), fmt::format("`{}` 需要一个值", name));
    return say(what, "命令行写法有误：" + what);
}

int run(int argc, char** argv) {
    CLI::App app{
        "Clausal: rules in Chinese and English, compiled / 用中文和英文写、编译执行的规则"};
    app.set_version_flag("--version", std::string("clausal ") + CLAUSAL_VERSION);
    app.require_subcommand(1);
    std::string language = "auto";
    std::function<int()> chosen;

    CheckOptions check_options;
    auto* check_command = app.add_subcommand("check", "find mistakes in a pack / 检查规则包");
    check_command->add_option("PACK", check_options.pack, "file or folder / 文件或目录")
        ->required();
    check_command->add_option("--data", check_options.data,
        "where calendars and registers lie, besides the pack / 日历和名册所在处");
    check_command->add_flag("--readings", check_options.readings,
        "print every bound and reading in words / 用文字列出每个界限和读法");
    add_common(*check_command, check_options.common, language, true);

    BuildOptions build_options;
    auto* build_command = app.add_subcommand("build", "compile a pack into one file / 编译规则包");
    build_command->add_option("PACK", build_options.pack, "file or folder / 文件或目录")
        ->required();
    build_command->add_option("-o,--output", build_options.output, "file to write / 输出文件");
    build_command->add_option("--dump", build_options.dump, "print one form instead / 打印某一阶段")
        ->check(CLI::IsMember({"tokens", "syntax", "names", "types", "core", "plan", "llvm"}));
    build_command->add_flag("--by-place", build_options.by_place,
        "core: declarations by place instead of by name / 用位置代替名称");
    add_common(*build_command, build_options.common, language, true);

    FormatOptions format_options;
    auto* format_command = app.add_subcommand("fmt", "format the files of a pack / 排版规则文件");
    format_command->add_option("PACK", format_options.pack, "file or folder / 文件或目录")
        ->required();
    format_command->add_flag(
        "--check", format_options.check, "write nothing, exit 1 if a file would change / 只检查");
    add_common(*format_command, format_options.common, language, false);

    TestOptions test_options;
    auto* test_command = app.add_subcommand("test", "run the examples of a pack / 运行示例");
    test_command->add_option("PACK", test_options.pack, "file or folder / 文件或目录")->required();
    test_command->add_option(
        "--junit", test_options.junit, "also write JUnit XML to this file / 另存 JUnit XML");
    test_command->add_flag(
        "--reference", test_options.reference, "run by the reference evaluator / 用参考求值器");
    add_common(*test_command, test_options.common, language, false);

    DryRunOptions dry_options;
    auto* dry_command =
        app.add_subcommand("dry-run", "show what a pack would do, write nothing / 试运行，不写入");
    dry_command->add_option("PACK", dry_options.pack, "file or folder / 文件或目录")->required();
    dry_command->add_option("--data", dry_options.data,
        "data files or folders; without it those beside the pack / 数据文件或目录；不写则用规则包旁边的");
    dry_command
        ->add_option("--firings", dry_options.firings,
            "print the firings as table, csv or ndjson / 打印触发")
        ->check(CLI::IsMember({"table", "csv", "ndjson"}));
    dry_command->add_option("--until", dry_options.until, "run to this instant / 运行到此时刻");
    const auto add_remember = [](CLI::App* command, std::uint32_t& remember) {
        command
            ->add_option("--remember", remember,
                "occurrences a condition looks back at, per subject / 每个主体最多回看的次数")
            ->check(CLI::Range(2U, 1'000'000'000U));
    };
    add_remember(dry_command, dry_options.remember);
    dry_command->add_flag(
        "--strict", dry_options.strict, "refuse rows that cannot be read / 有坏行即拒绝");
    dry_command->add_flag(
        "--reference", dry_options.reference, "run by the reference evaluator / 用参考求值器");
    add_common(*dry_command, dry_options.common, language, false);

    ImportOptions import_options;
    auto* import_command = app.add_subcommand("import", "add events to a store / 导入事件");
    import_command->add_option("PACK", import_options.pack, "file or folder / 文件或目录")
        ->required();
    import_command->add_option("--store", import_options.store, "database file / 数据库文件")
        ->required();
    import_command
        ->add_option("FILE", import_options.files, "data files or folders / 数据文件或目录")
        ->required();
    import_command->add_flag(
        "--strict", import_options.strict, "refuse rows that cannot be read / 有坏行即拒绝");
    add_common(*import_command, import_options.common, language, false);

    RunStoreOptions run_options;
    auto* run_command = app.add_subcommand("run", "run a pack over a store / 在数据库上运行");
    run_command->add_option("PACK", run_options.pack, "file or folder / 文件或目录")->required();
    run_command->add_option("--store", run_options.store, "database file / 数据库文件")->required();
    run_command->add_option("--until", run_options.until, "run to this instant / 运行到此时刻");
    add_remember(run_command, run_options.remember);
    add_common(*run_command, run_options.common, language, false);

    ExplainOptions explain_options;
    auto* explain_command = app.add_subcommand("explain", "what a code means / 解释诊断代码");
    explain_command->add_option("CODE", explain_options.code, "for example CL301 / 例如 CL301")
        ->required();
    add_common(*explain_command, explain_options.common, language, false);

    const auto choose = [&](CLI::App* command, Common& common, std::function<int()> action) {
        command->callback([&, action] {
            if (language == "zh") common.language = Language::chinese;
            if (language == "en") common.language = Language::english;
            chosen = action;
        });
    };
    choose(check_command, check_options.common, [&] { return cli::check(check_options); });
    choose(build_command, build_options.common, [&] { return cli::build(build_options); });
    choose(format_command, format_options.common, [&] { return cli::format(format_options); });
    choose(test_command, test_options.common, [&] { return cli::test(test_options); });
    choose(dry_command, dry_options.common, [&] { return cli::dry_run(dry_options); });
    choose(import_command, import_options.common, [&] { return cli::import(import_options); });
    choose(run_command, run_options.common, [&] { return cli::run_store(run_options); });
    choose(explain_command, explain_options.common, [&] { return cli::explain(explain_options); });

    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    std::vector<std::string> commands;
    for (const CLI::App* command : app.get_subcommands(nullptr))
        commands.push_back(command->get_name());
    if (!arguments.empty() && !arguments[0].starts_with("-") &&
        std::find(commands.begin(), commands.end(), arguments[0]) == commands.end()) {
        return refuse_command(arguments, commands);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked) {  // --help, --version
        app.exit(asked);
        return kExitFine;
    } catch (const CLI::ParseError& error) {
        return refuse_usage(arguments, error, app);
    }
    return chosen();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr,
            "internal error: {}\nThis is a fault of clausal, not of your files. / 这是 clausal 自身的错误，与您的文件无关。\n",
            error.what());
    } catch (...) {
        fmt::print(stderr, "internal error / 内部错误\n");
    }
    return clausal::cli::kExitInternal;
}
