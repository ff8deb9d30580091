// Sentences of the hostile kind: declared names made of the words of the language. Each sentence is
// made from the tokens that are meant; the cut must find them, or say that there are two readings.
// A silent difference may only be a coarser cut.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/syntax/choose.h"
#include "tests/unit/syntax/parsing.h"

using namespace clausal;
using namespace clausal::syntax;

namespace {

const std::vector<std::string> kFragments = {
    "当",
    "时",
    "后",
    "前",
    "内",
    "次",
    "天",
    "日",
    "月",
    "近",
    "未",
    "无",
    "非",
    "或",
    "与",
    "为",
    "到",
    "至",
    "超",
    "时长",
    "次数",
    "连续",
    "数据",
    "投诉",
    "订单",
    "工单",
    "打开",
    "邮件",
    "报价",
    "异常",
    "内存",
    "天气",
    "模型",
    "交付",
    "客户",
    "日报",
    "当日",
    "次日",
    "用时",
    "首次",
    "之后",
    "没有",
    "合计",
    "平均",
    "小时",
    "分钟",
    "用户",
    "访问",
    "提供",
    "样品",
    "检验",
    "付款",
    "到货",
    "满意",
    "前置",
    "后台",
    "内部",
    "次品",
    "天猫",
    "日内",
    "历史",
    "三方",
    "两地",
    "一次性",
    "退货",
    "账期",
    "升级",
    "通知",
    "回访",
    "签收",
    "延误",
    "周报",
    "发生",
    "中标",
};

struct Vocabulary {
    std::vector<std::string> events;
    std::vector<std::string> fields;  // one per event
    std::vector<std::string> terms;
};

class Generator {
public:
    explicit Generator(unsigned seed) : random_(seed) {}

    std::size_t pick(std::size_t count) { return random_() % count; }
    std::string number() { return std::to_string(1 + pick(40)); }

    Vocabulary vocabulary() {
        std::set<std::string> taken;
        const auto fresh = [&] {
            while (true) {
                std::string name;
                const std::size_t way = taken.empty() ? 9 : pick(10);
                if (way < 4) {  // built on another name: a sign of the language before or after it
                    auto other = taken.begin();
                    std::advance(other, pick(taken.size()));
                    const std::string fragment = kFragments[pick(kFragments.size())];
                    name = way < 2 ? fragment + *other : *other + fragment;
                } else {
                    const std::size_t parts = way == 4 ? 1 : 2 + pick(2);
                    for (std::size_t i = 0; i < parts; ++i) {
                        name += kFragments[pick(kFragments.size())];
                    }
                }
                const NameTable none;
                static const Dictionary language(none);
                const bool is_word = language.find(name_key(name)) != nullptr;
                if (!is_word && taken.insert(name).second) {
                    return name;
                }
            }
        };
        Vocabulary out;
        for (int i = 0; i < 12; ++i) {
            out.events.push_back(fresh());
            out.fields.push_back(fresh());
            out.terms.push_back(fresh());
        }
        return out;
    }

    std::vector<std::string> sentence(const Vocabulary& v) {
        const std::size_t e = pick(v.events.size());
        const std::string& event = v.events[e];
        const std::string& field = v.fields[e];
        const std::string& other = v.events[pick(v.events.size())];
        const std::string& term = v.terms[pick(v.terms.size())];
        const std::vector<std::string> units = {"天", "小时", "周", "分钟"};
        const std::string unit = units[pick(units.size())];
        std::vector<std::string> out;
        switch (pick(9)) {
        case 0: out = {"近", number(), unit, event, "次数", "≥", number()}; break;
        case 1: out = {event, "之后", number(), unit, "内", "没有", other}; break;
        case 2: out = {"连续", number(), "次", term}; break;
        case 3: out = {field, "<", number()}; break;
        case 4: out = {field, "连续", number(), "天", "低于", number()}; break;
        case 5: out = {number(), unit, "没有", event}; break;
        case 6: out = {"近", number(), unit, event, "的", field, "合计", "≥", number()}; break;
        case 7: out = {event, "后", number(), unit, "内", other}; break;
        default: out = {"发生", event}; break;
        }
        if (pick(3) == 0) {
            out.push_back("且");
            const std::size_t f = pick(v.fields.size());
            out.insert(out.end(), {v.fields[f], "≥", number()});
        }
        return out;
    }

private:
    std::mt19937 random_;
};

std::string joined(const std::vector<std::string>& parts, const char* between) {
    std::string out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        out += (i > 0 ? between : "") + parts[i];
    }
    return out;
}

// Whether every cut of `found` is a cut of `meant`.
bool is_coarser(const std::string& found, const std::string& meant) {
    const auto cuts = [](const std::string& tokens) {
        std::set<std::size_t> places;
        std::size_t length = 0;
        for (const char c : tokens) {
            if (c == '|') {
                places.insert(length);
            } else {
                ++length;
            }
        }
        return places;
    };
    const auto a = cuts(found);
    const auto b = cuts(meant);
    return std::includes(b.begin(), b.end(), a.begin(), a.end());
}

struct Tally {
    int right = 0;
    int ambiguous = 0;
    int rejected = 0;
    int coarser = 0;
    int wrong = 0;
};

void run_pack(unsigned seed, int sentences, Tally& tally) {
    Generator generate(seed);
    const Vocabulary v = generate.vocabulary();
    std::string text = "主体 主。动作 做（主）。\n";
    for (std::size_t i = 0; i < v.events.size(); ++i) {
        text += "事件 " + v.events[i] + "（主，" + v.fields[i] + " 数）。\n";
        text += "术语 " + v.terms[i] + " = 「" + v.events[i] + "」 其中 「" + v.fields[i] +
                "」 > 3。\n";
    }
    const std::size_t declarations = 2 + 2 * v.events.size();
    std::vector<std::string> meant;
    for (int i = 0; i < sentences; ++i) {
        const std::vector<std::string> tokens = generate.sentence(v);
        meant.push_back("当|" + joined(tokens, "|") + "|时|触发|做");
        text += "当" + joined(tokens, "") + "时触发做\n";
    }
    SourceSet sources;
    const FileId file = sources.add("generated", text);
    Sink sink;
    const NameTable names = collect_names(sources, file, sink);
    const Dictionary words(names);
    const FileText statements = read_statements(sources, file, sink);
    REQUIRE(statements.statements.size() == declarations + meant.size());
    for (std::size_t i = 0; i < meant.size(); ++i) {
        Sink own;
        const Choice choice = choose_cut(
            sources, file, statements, statements.statements[declarations + i], words, own);
        if (!choice.ok) {
            const bool two = !own.all().empty() && (own.all()[0].kind == kind::two_readings ||
                                                       own.all()[0].kind == kind::negation_or_name);
            ++(two ? tally.ambiguous : tally.rejected);
            if (!two || std::getenv("CLAUSAL_SHOW") != nullptr) {
                MESSAGE((two ? "two readings: " : "rejected: ")
                        << meant[i] << "\n"
                        << render_text(own.all(), sources, Language::english, false));
            }
            continue;
        }
        std::vector<std::string> found;
        for (const Token& token : choice.tokens) {
            found.emplace_back(sources.text({file, token.begin, token.end}));
        }
        const std::string cut = joined(found, "|");
        if (cut == meant[i]) {
            ++tally.right;
        } else if (is_coarser(cut, meant[i])) {
            ++tally.coarser;
            if (std::getenv("CLAUSAL_SHOW") != nullptr)
                MESSAGE("coarser: " << cut << " for " << meant[i]);
        } else {
            ++tally.wrong;
            MESSAGE("wrong: " << cut << " for " << meant[i]);
        }
    }
}

}  // namespace

TEST_CASE("10,000 hostile sentences: at least 99 % right, never silently another meaning") {
    Tally tally;
    for (unsigned pack = 0; pack < 100; ++pack) {
        run_pack(pack + 1, 100, tally);
    }
    MESSAGE("right " << tally.right << ", two readings " << tally.ambiguous << ", rejected "
                     << tally.rejected << ", coarser " << tally.coarser << ", wrong "
                     << tally.wrong);
    CHECK(tally.right >= 9900);
    CHECK(tally.rejected == 0);
    CHECK(tally.wrong == 0);
}
