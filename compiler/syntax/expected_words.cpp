#include "compiler/syntax/expected_words.h"

namespace clausal::syntax {

namespace {

bool has_chinese(std::string_view word) {
    return !word.empty() && static_cast<unsigned char>(word.front()) >= 0xE0;
}

}  // namespace

Argument expected_words(const Cut& cut, bool is_chinese) {
    Argument argument{"expected", "", ""};
    std::size_t count = 0;
    const auto add = [&](const std::string& english, const std::string& chinese) {
        if (count++ < 6) {
            argument.value += (argument.value.empty() ? "" : ", ") + english;
            argument.value_zh += (argument.value_zh.empty() ? "" : "、") + chinese;
        }
    };
    const auto is_expected = [&](Tok type) {
        return cut.expected.test(static_cast<std::size_t>(type));
    };
    if (is_expected(Tok::NAME)) {
        add("a declared name", "已声明的名称");
    }
    if (is_expected(Tok::NUM)) {
        add("a number", "数字");
    }
    if (is_expected(Tok::TEXT)) {
        add("a text in quotes", "引号中的文本");
    }
    if (is_expected(Tok::DAY_DATE) || is_expected(Tok::CLOCK)) {
        add("a date or time", "日期或时刻");
    }
    if (is_expected(Tok::LABEL)) {
        add("a name", "名称");
    }
    const std::size_t first = static_cast<std::size_t>(Tok::LP);
    for (std::size_t type = first; type < kTokens; ++type) {
        const Tok token = static_cast<Tok>(type);
        const bool ours = token != Tok::LQ && token != Tok::RQ;
        if (ours && is_expected(token)) {
            const std::string english(word_for(token, false));
            const std::string chinese(word_for(token, true));
            const bool of_statement = is_chinese ? has_chinese(chinese) : !has_chinese(english);
            if (!english.empty() && (of_statement || english.size() == 1)) {
                add("`" + english + "`", "`" + chinese + "`");
            }
        }
    }
    if (argument.value.empty()) {
        argument.value = "the end of the sentence";
        argument.value_zh = "句子的结尾";
    } else if (count > 6) {
        argument.value += " …";
        argument.value_zh += " 等";
    }
    return argument;
}

}  // namespace clausal::syntax
