// The command line: the only place that knows CLI11. Wrong usage ends with 2, our own failures with 70.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace {

using namespace clausal;
using namespace clausal::cli;

using Arguments = std::vector<std::string>;

// An option that takes one value. Several on one command line would leave open which one is meant.
CLI::Option* add_value(
    CLI::App& command, const std::string& name, std::string& value, const std::string& words) {
    return command.add_option(name, value, words);
}

void add_common(CLI::App& command, Common& common, std::string& language, bool formats) {
    add_value(command, "--lang", language, "language of messages: zh, en or auto / 消息的语言")
        ->check(CLI::IsMember({"zh", "en", "auto"}))
        ->default_str("auto");
    if (formats) {
        add_value(command, "--format", common.format, "form of findings / 诊断的格式")
            ->check(CLI::IsMember({"text", "json", "sarif"}))
            ->default_str("text");
    }
}

// Wrong usage, in the language of the user.
int refuse_command(const Arguments& arguments, const Arguments& commands) {
    std::string all;
    for (const std::string& command : commands) all += (all.empty() ? "" : ", ") + command;
    const std::string near = near_word(arguments[0], commands);
    return say_usage(arguments,
        fmt::format("there is no command `{}`{}; the commands are {}", arguments[0],
            near.empty() ? "" : fmt::format(" (did you mean `{}`?)", near), all),
        fmt::format("没有命令 `{}`{}；命令有 {}", arguments[0],
            near.empty() ? "" : fmt::format("（是否指 `{}`？）", near), all));
}

// `--format=json` -> `--format`; `-ofile` -> `-o`; "" for what is no option.
std::string option_of(const std::string& argument) {
    if (argument.size() < 2 || argument[0] != '-') return {};
    if (argument[1] != '-') return argument.substr(0, 2);
    return argument.substr(0, argument.find('='));
}

class Usage {
public:
    Usage(const Arguments& arguments, const CLI::App* command)
        : arguments_(arguments), command_(command) {}

    int say(const std::string& english, const std::string& chinese) const {
        const std::string help =
            command_ == nullptr ? "clausal --help" : "clausal " + name() + " --help";
        return say_usage(arguments_, fmt::format("{}; see `{}`", english, help),
            fmt::format("{}；参见 `{}`", chinese, help));
    }

    // What the parser would take for something else than the user meant: unknown options, options
    // whose value is missing (it would swallow the next option), and options given twice.
    std::optional<int> refuse_options() const {
        Arguments known;
        for (const CLI::Option* option : command_->get_options())
            for (const std::string& one : option->get_lnames()) known.push_back("--" + one);
        std::set<const CLI::Option*> given;
        for (std::size_t i = 1; i < arguments_.size(); ++i) {
            const std::string& argument = arguments_[i];
            if (argument == "--") break;
            const std::string bare = option_of(argument);
            if (bare.empty()) continue;
            const CLI::Option* option = command_->get_option_no_throw(bare);
            if (option == nullptr) {
                const std::string near = near_word(bare, known);
                return say(fmt::format("`{}` has no option `{}`{}", name(), bare,
                               near.empty() ? "" : fmt::format(" (did you mean `{}`?)", near)),
                    fmt::format("`{}` 没有选项 `{}`{}", name(), bare,
                        near.empty() ? "" : fmt::format("（是否指 `{}`？）", near)));
            }
            const bool flag = option->get_expected_max() == 0;
            const bool several = option->get_expected_max() > 1;
            if (!flag && bare == argument &&
                (i + 1 == arguments_.size() || is_option(arguments_[i + 1]))) {
                return say(
                    fmt::format("`{}` needs a value", bare), fmt::format("`{}` 需要一个值", bare));
            }
            if (flag && bare != argument)
                return say(
                    fmt::format("`{}` takes no value", bare), fmt::format("`{}` 不带值", bare));
            if (!given.insert(option).second && !flag && !several)
                return say(fmt::format("`{}` is given more than once", bare),
                    fmt::format("`{}` 给出了不止一次", bare));
            if (!flag && !several && bare == argument) ++i;  // its value
        }
        return std::nullopt;
    }

    int refuse(const CLI::ParseError& error) const {
        const std::string what = error.what();
        const std::size_t colon = what.find(": ");
        const std::string option = what.substr(0, colon);  // `--until: 1 required TEXT missing`
        const std::string rest = colon == std::string::npos ? what : what.substr(colon + 2);
        const std::string kind = error.get_name();
        if (kind == "RequiredError") {
            const std::string missing = what.substr(0, what.find(" is required"));
            const bool swallowed =
                missing == "PACK" &&
                std::find(arguments_.begin(), arguments_.end(), "--data") != arguments_.end();
            if (swallowed) {
                return say(
                    fmt::format("`{}` needs PACK: write it before `--data`, which takes all names "
                                "after it",
                        name()),
                    fmt::format(
                        "`{}` 需要 PACK：请写在 `--data` 之前，它会取走后面的所有名称", name()));
            }
            return say(fmt::format("`{}` needs {}", name(), missing),
                fmt::format("`{}` 需要 {}", name(), missing));
        }
        if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
            return say(fmt::format("`{}` takes no further argument `{}`", name(), rest),
                fmt::format("`{}` 不接受多余的参数 `{}`", name(), rest));
        }
        const std::size_t choices = rest.find(" not in {");
        if (choices != std::string::npos) {
            std::string all;
            for (const char c : rest.substr(choices + 9))
                all += c == ',' ? ", " : c == '}' ? "" : std::string(1, c);
            const std::string value = rest.substr(0, choices);
            return say(fmt::format("`{}` cannot be `{}`; write one of {}", option, value, all),
                fmt::format("`{}` 不能是 `{}`；请写 {} 之一", option, value, all));
        }
        const std::size_t range = rest.find(" not in range ");
        if (range != std::string::npos && rest.starts_with("Value ")) {
            const std::string value = rest.substr(6, range - 6);
            std::string limits = rest.substr(range + 14);
            std::string limits_zh = limits;
            if (const std::size_t to = limits.find(" to "); to != std::string::npos)
                limits_zh.replace(to, 4, " 到 ");
            return say(
                fmt::format("`{}` cannot be `{}`; write a number from {}", option, value, limits),
                fmt::format("`{}` 不能是 `{}`；请写 {} 的数", option, value, limits_zh));
        }
        return say(what, "命令行写法有误：" + what);
    }

private:
    std::string name() const { return command_ == nullptr ? "clausal" : command_->get_name(); }
    bool is_option(const std::string& argument) const {
        const std::string bare = option_of(argument);
        return argument == "--" ||
               (!bare.empty() && command_->get_option_no_throw(bare) != nullptr);
    }
    const Arguments& arguments_;
    const CLI::App* command_;  // nullptr: none was named
};

// Help in one language: descriptions are written as "English / 中文".
class HelpFormatter : public CLI::Formatter {
public:
    explicit HelpFormatter(Language language) : chinese_(language == Language::chinese) {
        column_width(kColumn);
        if (!chinese_) return;
        label("Usage", "用法");
        label("Positionals", "参数");
        label("Options", "选项");
        label("Subcommands", "命令");
        label("OPTIONS", "选项");
        label("SUBCOMMAND", "命令");
        label("REQUIRED", "必需");
    }
    std::string make_option_desc(const CLI::Option* option) const override {
        return chosen(option->get_description());
    }
    std::string make_description(const CLI::App* app) const override {
        return chosen(app->get_description()) + "\n";
    }
    std::string make_subcommand(const CLI::App* app) const override {
        std::stringstream out;
        CLI::detail::format_help(out, app->get_name(), chosen(app->get_description()), kColumn);
        return out.str();
    }

private:
    static constexpr std::size_t kColumn = 36;
    std::string chosen(const std::string& text) const {
        const std::size_t bar = text.find(" / ");
        if (bar == std::string::npos) return text;
        return chinese_ ? text.substr(bar + 3) : text.substr(0, bar);
    }
    bool chinese_;
};

// `--lang en check PACK` -> `check PACK --lang en`: what holds for all commands may stand before
// the command. `help` and `help COMMAND` are `--help`.
Arguments command_first(Arguments arguments) {
    std::size_t at = 0;
    while (at < arguments.size() &&
           (option_of(arguments[at]) == "--lang" || option_of(arguments[at]) == "--format")) {
        at += arguments[at].find('=') == std::string::npos ? 2 : 1;
    }
    if (at > 0 && at < arguments.size()) {
        const Arguments before(arguments.begin(), arguments.begin() + static_cast<long>(at));
        arguments.erase(arguments.begin(), arguments.begin() + static_cast<long>(at));
        const bool command = !arguments[0].starts_with("-");
        arguments.insert(arguments.begin() + (command ? 1 : 0), before.begin(), before.end());
    }
    if (!arguments.empty() && arguments[0] == "help") {
        arguments.erase(arguments.begin());
        arguments.insert(
            arguments.begin() + (arguments.empty() || arguments[0].starts_with("-") ? 0 : 1),
            "--help");
    }
    return arguments;
}

int run(int argc, char** argv) {
    const Arguments arguments = command_first({argv + std::min(argc, 1), argv + argc});
    CLI::App app{
        "Clausal: rules in Chinese and English, compiled / Clausal：用中文和英文写、编译执行的规则",
        "clausal"};
    app.formatter(std::make_shared<HelpFormatter>(usage_language(arguments)));
    app.set_help_flag("-h,--help", "print this help / 显示本帮助");
    app.set_version_flag(
        "--version", std::string("clausal ") + CLAUSAL_VERSION, "print the version / 显示版本");
    app.require_subcommand(1);
    std::string language = "auto";
    std::function<int()> chosen;
    add_value(app, "--lang", language, "language of messages: zh, en or auto / 消息的语言")
        ->check(CLI::IsMember({"zh", "en", "auto"}));

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
    const auto add_put_aside = [](CLI::App* command, std::string& path) {
        command->add_option("--put-aside", path,
            "write the rows put aside to this CSV file / 把搁置的行写入这个 CSV 文件");
    };
    add_put_aside(dry_command, dry_options.put_aside);
    dry_command->add_flag(
        "--strict", dry_options.strict, "refuse rows that cannot be read / 有坏行即拒绝");
    dry_command->add_flag(
        "--reference", dry_options.reference, "run by the reference evaluator / 用参考求值器");
    add_common(*dry_command, dry_options.common, language, true);

    ImportOptions import_options;
    auto* import_command = app.add_subcommand("import", "add events to a store / 导入事件");
    import_command->add_option("PACK", import_options.pack, "file or folder / 文件或目录")
        ->required();
    import_command->add_option("--store", import_options.store, "database file / 数据库文件")
        ->required();
    import_command
        ->add_option("FILE", import_options.files, "data files or folders / 数据文件或目录")
        ->required();
    add_put_aside(import_command, import_options.put_aside);
    import_command->add_flag(
        "--strict", import_options.strict, "refuse rows that cannot be read / 有坏行即拒绝");
    add_common(*import_command, import_options.common, language, false);

    RunStoreOptions run_options;
    auto* run_command = app.add_subcommand("run", "run a pack over a store / 在数据库上运行");
    run_command->add_option("PACK", run_options.pack, "file or folder / 文件或目录")->required();
    run_command->add_option("--store", run_options.store, "database file / 数据库文件")->required();
    run_command->add_option("--until", run_options.until, "run to this instant / 运行到此时刻");
    add_remember(run_command, run_options.remember);
    add_common(*run_command, run_options.common, language, true);

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

    Arguments commands;
    for (const CLI::App* command : app.get_subcommands(nullptr))
        commands.push_back(command->get_name());
    const bool named = !arguments.empty() && !arguments[0].starts_with("-");
    if (named && std::find(commands.begin(), commands.end(), arguments[0]) == commands.end())
        return refuse_command(arguments, commands);
    const Usage usage(arguments, named ? app.get_subcommand(arguments[0]) : nullptr);
    const bool asks = std::any_of(arguments.begin(), arguments.end(), [](const std::string& each) {
        return each == "--help" || each == "-h" || each == "--version";
    });
    if (!named && !asks) return usage.say("a command is missing", "缺少命令");
    if (named && !asks) {
        if (const auto refused = usage.refuse_options()) return *refused;
    }
    try {
        app.parse(Arguments(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::Success& asked) {  // --help, --version
        app.exit(asked);
        return kExitFine;
    } catch (const CLI::ParseError& error) {
        return usage.refuse(error);
    }
    return chosen();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const int code = run(argc, argv);
        std::cout.flush();
        if (std::cout && std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
        fmt::print(stderr, "error: the output could not be written / 错误：无法写出结果\n");
        return clausal::cli::kExitFindings;
    } catch (const std::exception& error) {
        fmt::print(stderr,
            "internal error: {}\nThis is a fault of clausal, not of your files. / 这是 clausal 自身的错误，与您的文件无关。\n",
            error.what());
    } catch (...) {
        fmt::print(stderr, "internal error / 内部错误\n");
    }
    return clausal::cli::kExitInternal;
}
