#include "compiler/syntax/dictionary.h"

#include <algorithm>

namespace clausal::syntax {

namespace {

std::vector<TableWord> make_table() {
    std::vector<TableWord> all;
    bool chinese = false;
    const auto add = [&](Tok type, WordClass what, std::string_view canonical,
                         std::initializer_list<std::string_view> words) {
        for (const std::string_view word : words) {
            all.push_back({type, what, canonical, word, chinese});
        }
    };
#define CLAUSAL_WORDS(token, ...) add(Tok::token, WordClass::keyword, "", {__VA_ARGS__});
#define CLAUSAL_VALUE(token, canonical, ...) \
    add(Tok::token, WordClass::keyword, canonical, {__VA_ARGS__});
#define CLAUSAL_FILLER(...) add(Tok::none, WordClass::filler, "", {__VA_ARGS__});
#include "grammar/words_en.def"
    chinese = true;
#include "grammar/words_zh.def"
#undef CLAUSAL_WORDS
#undef CLAUSAL_VALUE
#undef CLAUSAL_FILLER
    return all;
}

// Where a spelling leaves room for the event: leaves … unopened.
std::size_t slot_of(const std::u32string& key) {
    return std::min(key.find(U'…'), key.find(U"..."));
}

bool ends_latin_word(const std::u32string& key) {
    return !key.empty() && is_latin(key.back()) && !is_digit(key.back());
}

}  // namespace

std::string_view token_name(Tok token) {
    static constexpr std::string_view kNames[] = {
        "none",
#define CLAUSAL_TOKEN(name) #name,
#include "grammar/tokens.def"
#undef CLAUSAL_TOKEN
    };
    const auto index = static_cast<std::size_t>(token);
    return index < kTokens ? kNames[index] : "none";
}

const std::vector<TableWord>& table_words() {
    static const std::vector<TableWord> words = make_table();
    return words;
}

std::string_view word_for(Tok type, bool chinese) {
    std::string_view other;
    for (const TableWord& word : table_words()) {
        if (word.type == type && word.what == WordClass::keyword) {
            if (word.chinese == chinese) {
                return word.word;
            }
            if (other.empty()) {
                other = word.word;
            }
        }
    }
    return other;
}

Dictionary::Dictionary(const NameTable& names) : table_(&names) {
    entries_.emplace_back();
    for (const TableWord& word : table_words()) {
        add(name_key(word.word), {word.type, word.what, false, std::string(word.canonical)});
    }
    for (const std::string& filler : names.fillers) {
        add(name_key(filler), {Tok::none, WordClass::filler, false, ""});
    }
    std::vector<const DeclaredName*> subjects;
    for (const DeclaredName& name : names.names) {
        by_name_[name.text].push_back(&name);
        if (name.kind == "subject") {
            subjects.push_back(&name);
        }
    }
    for (const DeclaredName& name : names.names) {
        if (name.kind == "pack" || name.kind == "rule" || name.kind == "example" ||
            name.kind == "import") {
            continue;
        }
        if (name.kind == "untyped" ||
            name.kind == "field") {  // `payer customer` is a role and a subject
            bool is_role = false;
            for (const DeclaredName* subject : subjects) {
                const std::string tail = " " + subject->text;
                if (name.kind == "untyped" && name.text.size() > tail.size() &&
                    name.text.compare(name.text.size() - tail.size(), tail.size(), tail) == 0) {
                    const std::string role = name.text.substr(0, name.text.size() - tail.size());
                    add_name(role, Tok::NAME, role);
                    is_role = true;
                }
            }
            if (is_role) {
                continue;
            }
        }
        const Tok type = name.kind == "unit" ? Tok::FREE_UNIT : Tok::NAME;
        add_name(name.text, type, name.text);
        for (const std::string& also : name.also) {
            add_name(also, type, name.text);
        }
    }
    // Plurals last, so that an exact name always beats one.
    for (const DeclaredName& name : names.names) {
        if (name.kind == "pack" || name.kind == "rule" || name.kind == "example" ||
            name.kind == "import") {
            continue;
        }
        const Tok type = name.kind == "unit" ? Tok::FREE_UNIT : Tok::NAME;
        add_plurals(name_key(name.text), type, name.text);
        for (const std::string& also : name.also) {
            add_plurals(name_key(also), type, name.text);
        }
    }
}

void Dictionary::add(std::u32string_view key, Entry entry) {
    if (key.empty() || key.size() > 200) {
        return;
    }
    std::uint32_t node = 0;
    for (const char32_t c : key) {
        const std::uint64_t edge = (static_cast<std::uint64_t>(node) << 21U) | c;
        const auto [at, is_new] =
            edges_.try_emplace(edge, static_cast<std::uint32_t>(entries_.size()));
        if (is_new) {
            entries_.emplace_back();
        }
        node = at->second;
    }
    for (const Entry& old : entries_[node]) {
        if (old.type == entry.type && old.what == entry.what &&
            (entry.what == WordClass::name || old.text == entry.text)) {
            return;
        }
    }
    if (entry.type == Tok::FREE_UNIT && !entries_[node].empty()) {  // a declared unit replaces ours
        for (Entry& old : entries_[node]) {
            if (old.type == Tok::FREE_UNIT) {
                if (!entry.inflected) {
                    old = std::move(entry);
                }
                return;
            }
        }
    }
    entries_[node].push_back(std::move(entry));
}

void Dictionary::add_name(const std::string& spelling, Tok type, const std::string& canonical) {
    std::u32string key = name_key(spelling);
    if (const std::size_t slot = slot_of(key); slot != std::u32string::npos) {
        const auto trimmed = [](std::u32string side) {
            while (!side.empty() && is_space(side.back())) {
                side.pop_back();
            }
            while (!side.empty() && is_space(side.front())) {
                side.erase(0, 1);
            }
            return side;
        };
        const std::size_t after = key.find_first_not_of(U"….", slot);
        add(trimmed(key.substr(0, slot)), {Tok::SLOT_BEGIN, WordClass::name, false, canonical});
        if (after != std::u32string::npos) {
            add(trimmed(key.substr(after)), {Tok::SLOT_END, WordClass::name, false, canonical});
        }
        return;
    }
    add(key, {type, WordClass::name, false, canonical});
    name_keys_.push_back(std::move(key));
}

void Dictionary::add_plurals(const std::u32string& key, Tok type, const std::string& canonical) {
    if (!ends_latin_word(key) || slot_of(key) != std::u32string::npos) {
        return;
    }
    const auto plural = [&](const std::u32string& spelling) {
        add(spelling, {type, WordClass::name, true, canonical});
    };
    plural(key + U"s");
    const std::size_t blank = key.find(U' ');  // open the mail: opens the mail
    if (type == Tok::NAME && blank != std::u32string::npos && blank > 1 && key[blank - 1] != 's') {
        plural(key.substr(0, blank) + U"s" + key.substr(blank));
    }
    if (type == Tok::NAME) {  // opened the mail, visited: the past of a regular verb
        const std::u32string verb = blank == std::u32string::npos ? key : key.substr(0, blank);
        const std::u32string rest = blank == std::u32string::npos ? U"" : key.substr(blank);
        if (verb.size() > 2 && ends_latin_word(verb)) {
            const bool silent = verb.back() == 'e';
            const bool to_i =
                verb.back() == 'y' && std::u32string_view(U"aeiou").find(verb[verb.size() - 2]) ==
                                          std::u32string_view::npos;
            plural((to_i ? verb.substr(0, verb.size() - 1) + U"i" : verb) +
                   (silent ? U"d" : U"ed") + rest);
        }
    }
    const char32_t last = key.back();
    if (last == 's' || last == 'x' || last == 'h' || last == 'z') {
        plural(key + U"es");
    }
    if (last == 'y' && key.size() > 1) {
        plural(key.substr(0, key.size() - 1) + U"ies");
    }
    if (type == Tok::FREE_UNIT && last == 's' &&
        key.size() > 2) {  // declared as miles, used as mile
        plural(key.substr(0, key.size() - 1));
    }
}

const std::vector<Entry>* Dictionary::find(std::u32string_view key) const {
    std::uint32_t node = 0;
    for (const char32_t c : key) {
        node = child(node, c);
        if (node == 0) {
            return nullptr;
        }
    }
    return entries_[node].empty() ? nullptr : &entries_[node];
}

const std::vector<const DeclaredName*>& Dictionary::named(const std::string& text) const {
    static const std::vector<const DeclaredName*> none;
    const auto found = by_name_.find(text);
    return found == by_name_.end() ? none : found->second;
}

bool Dictionary::has_kind(const std::string& text, std::string_view kind) const {
    const auto& all = named(text);
    return std::any_of(
        all.begin(), all.end(), [&](const DeclaredName* name) { return name->kind == kind; });
}

}  // namespace clausal::syntax
