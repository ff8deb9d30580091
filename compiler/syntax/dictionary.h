#pragma once
// All words of the language and all declared names in one trie over folded characters.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/syntax/parse.h"
#include "compiler/syntax/text.h"
#include "compiler/syntax/tokens.h"

namespace clausal::syntax {

enum class WordClass : std::uint8_t { keyword, name, filler };

struct Entry {
    Tok type = Tok::none;  // none for fillers
    WordClass what = WordClass::keyword;
    bool inflected = false;  // a plural made by us
    std::string text;        // canonical
};

// A word of the table as messages show it.
struct TableWord {
    Tok type;
    WordClass what;
    std::string_view canonical;
    std::string_view word;
    bool chinese;
};
const std::vector<TableWord>& table_words();
// The first word of `type` in a language, or "" if it has none.
std::string_view word_for(Tok type, bool chinese);

class Dictionary {
public:
    explicit Dictionary(const NameTable& names);

    // Calls `found(end, entry)` for every entry that matches from `at`; `end` is the position after
    // it. White space as in docs/language/cutting.md.
    template <typename Found>
    void match(const std::u32string& text, std::size_t at, std::size_t stop, Found&& found) const {
        std::uint32_t node = 0;
        std::size_t position = at;
        while (position < stop) {
            const char32_t c = text[position];
            if (is_space(c)) {
                std::size_t next = position;
                while (next < stop && is_space(text[next])) {
                    ++next;
                }
                if (position == at || next >= stop) {
                    return;
                }
                if (is_han(text[position - 1]) == is_han(text[next])) {
                    node = child(node, U' ');
                    if (node == 0) {
                        return;
                    }
                }
                position = next;
                continue;
            }
            node = child(node, c);
            if (node == 0) {
                return;
            }
            ++position;
            for (const Entry& entry : entries_[node]) {
                found(position, entry);
            }
        }
    }

    // Entries of exactly this spelling.
    const std::vector<Entry>* find(std::u32string_view key) const;
    // Whether some declaration of this kind has the canonical name `text`.
    bool has_kind(const std::string& text, std::string_view kind) const;
    const std::vector<const DeclaredName*>& named(const std::string& text) const;
    const NameTable& table() const { return *table_; }
    const std::vector<std::u32string>& name_keys() const { return name_keys_; }

private:
    std::uint32_t child(std::uint32_t node, char32_t c) const {
        const auto found = edges_.find((static_cast<std::uint64_t>(node) << 21U) | c);
        return found == edges_.end() ? 0 : found->second;
    }
    void add(std::u32string_view key, Entry entry);
    void add_name(const std::string& spelling, Tok type, const std::string& canonical);
    void add_plurals(const std::u32string& key, Tok type, const std::string& canonical);

    const NameTable* table_;
    std::unordered_map<std::uint64_t, std::uint32_t> edges_;
    std::vector<std::vector<Entry>> entries_;
    std::unordered_map<std::string, std::vector<const DeclaredName*>> by_name_;
    std::vector<std::u32string> name_keys_;
};

}  // namespace clausal::syntax
