// Which names a statement declares, found by its shape alone.
#include "compiler/syntax/declaration_shape.h"

namespace clausal::syntax {

namespace {

class Reader : ShapeReader {
public:
    using ShapeReader::ShapeReader;

    void read() {
        Range rest{head_length(), statement_.end};
        switch (statement_.keyword) {
        case Tok::PACK: return read_pack(rest);
        case Tok::IMPORT: return read_import(rest);
        case Tok::SUBJECT:
        case Tok::EVENT:
        case Tok::ACTION: return read_with_fields(rest);
        case Tok::PARAMETER: return read_simple(rest, "parameter");
        case Tok::LIST: return read_list(rest);
        case Tok::TABLE: return read_table(rest);
        case Tok::TERM: return read_term(rest);
        case Tok::CALENDAR: return read_simple(rest, "calendar");
        case Tok::RULE: return read_rule(rest);
        case Tok::EXAMPLE: return read_example(rest);
        case Tok::SOURCE: return read_columns(rest);
        default: return read_witnesses(rest);
        }
    }

private:
    // ---- declarations --------------------------------------------------------------------------
    void read_pack(Range rest) {
        std::size_t stop = std::min(find_sign(rest, U","), rest.end);
        for (const std::u32string_view word : {U"版本", U"version"}) {
            stop = std::min(stop, find_word({rest.begin, stop}, word));
        }
        stop = std::min(stop, rest.end);
        const Range name = trim({rest.begin, stop});
        declare_piece(name, "pack", Tok::LABEL);
        if (!name.empty()) {
            statement_.pack = raw(without_quotes(name));
        }
        for (const std::u32string_view word : {U"导入", U"import"}) {
            const std::size_t at = find_word({stop, rest.end}, word);
            if (at != kNone) {
                read_import(
                    {at + word.size(), std::min(find_sign({at, rest.end}, U","), rest.end)});
            }
        }
        for (const std::u32string_view word : {U"虚词", U"fillers", U"filler words"}) {
            const std::size_t at = find_word({stop, rest.end}, word);
            if (at == kNone) {
                continue;
            }
            for (std::size_t i = at; i < rest.end; ++i) {
                const std::size_t close = quote_end(i, rest.end);
                if (close > i) {
                    statement_.fillers.push_back(raw({i + 1, close}));
                }
                i = close;
            }
        }
    }
    void read_import(Range rest) {
        for (const Range part : split(rest, U"、,")) {
            if (!part.empty()) {
                declare_piece(part, "import", Tok::LABEL);
                statement_.imports.push_back(raw(without_quotes(part)));
            }
        }
    }
    void read_simple(Range rest, const char* kind) {
        const Range after = head_name(rest, U"=:(", kind, Tok::NAME);
        if (!statement_.names.empty()) {
            read_aliases(after, 0);
        }
    }
    void read_with_fields(Range rest) {
        const char* kind = statement_.keyword == Tok::SUBJECT ? "subject"
                           : statement_.keyword == Tok::EVENT ? "event"
                                                              : "action";
        Range after = head_name(rest, U"(:,", kind, Tok::NAME);
        if (statement_.names.empty()) {
            return;
        }
        while (true) {
            const std::size_t open = find_sign(after, U"(");
            if (open == kNone) {
                break;
            }
            const std::size_t close = bracket_end(open);
            read_aliases({after.begin, open}, 0);
            if (declares_fields(open)) {
                for (const Range item : split({open + 1, close}, U",")) {
                    read_field(item);
                }
            }
            after.begin = std::min(close + 1, after.end);
        }
        read_aliases(after, 0);
        if (statement_.keyword == Tok::SUBJECT) {
            read_columns(after);
        }
    }
    // Of a subject's brackets only the first, and the one after its register's file, declare fields.
    bool declares_fields(std::size_t open) const {
        return statement_.keyword != Tok::SUBJECT ||
               find_word({statement_.begin, open}, U"=") == kNone;
    }
    std::size_t bracket_end(std::size_t open) const {
        int depth = 0;
        for (std::size_t i = open; i < statement_.end; ++i) {
            i = quote_end(i, statement_.end);
            depth += chars_[i] == '(' ? 1 : 0;
            depth -= chars_[i] == ')' ? 1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return statement_.end;
    }

    static Tok type_word(std::u32string_view word) {
        for (const TableWord& each : table_words()) {
            const bool is_type = (each.type >= Tok::T_TEXT && each.type <= Tok::T_YESNO) ||
                                 each.type == Tok::TIME || each.type == Tok::DATE;
            if (is_type && fold(each.word) == word) {
                return each.type;
            }
        }
        return Tok::none;
    }
    static bool is_known_unit(std::u32string_view word) {
        for (const TableWord& each : table_words()) {
            if ((each.type == Tok::UNIT || each.type == Tok::CURRENCY_UNIT) &&
                fold(each.word) == word) {
                return true;
            }
        }
        return false;
    }

    void read_field(Range item) {
        const std::size_t alias = alias_start(item);
        const Range whole = trim({item.begin, alias});
        if (whole.empty()) {
            return;
        }
        const std::size_t names_before = statement_.names.size();
        if (!read_choice_field(whole) && !read_typed_field(whole)) {
            read_untyped_field(whole);
        }
        if (alias < item.end && statement_.names.size() > names_before) {
            read_aliases({alias, item.end}, names_before);
        }
    }
    bool read_choice_field(Range whole) {
        const std::size_t sign = find_sign(whole, U"<|");
        if (sign == kNone) {
            return false;
        }
        std::vector<Range> parts = split(whole, U"<|");
        const std::vector<Range> first = chunks(parts.front());
        if (first.size() < 2) {
            return false;
        }
        declare_piece({whole.begin, first[first.size() - 2].end}, "field", Tok::NAME);
        parts.front() = first.back();
        for (const Range part : parts) {
            declare_piece(part, "choice", Tok::CELL);
        }
        return true;
    }
    bool read_typed_field(Range whole) {
        const std::vector<Range> words = chunks(whole);
        for (std::size_t i = words.size(); i-- > 1;) {
            const Tok type = type_word(view(words[i]));
            if (type == Tok::none) {
                continue;
            }
            const bool is_plain = i + 1 == words.size();
            const bool takes_unit = type == Tok::T_NUMBER || type == Tok::T_INTEGER;
            const bool takes_more = takes_unit || type == Tok::T_MONEY || type == Tok::T_PERCENT;
            if (!is_plain && !takes_more) {
                continue;
            }
            declare_piece({whole.begin, words[i - 1].end}, "field", Tok::NAME);
            piece(words[i], type);
            if (takes_unit && !is_plain) {
                read_unit({words[i + 1].begin, whole.end});
            }
            return true;
        }
        return false;
    }
    // The unit of a number, unless it is one of ours; a number of decimals may follow.
    void read_unit(Range range) {
        std::vector<Range> words = chunks(range);
        if (!words.empty() && (view(words.front()) == U"in" || view(words.front()) == U"of")) {
            words.erase(words.begin());
        }
        std::size_t count = 0;
        while (count < words.size() && !is_digit(chars_[words[count].begin]) &&
               view(words[count]) != U"with") {
            ++count;
        }
        if (count == 0) {
            return;
        }
        const Range unit{words.front().begin, words[count - 1].end};
        if (!is_known_unit(view(unit))) {
            declare_piece(unit, "unit", Tok::FREE_UNIT);
        }
    }
    void read_untyped_field(Range whole) {
        const std::vector<Range> words = chunks(whole);
        if (words.size() == 2 && is_han(chars_[words[0].begin])) {
            declare_piece(words[0], "role", Tok::NAME);
        } else if (words.size() == 1) {
            declare_piece(whole, "field", Tok::NAME);
        } else {
            declare(whole, "untyped");  // a role and a subject, or one name: the dictionary knows
        }
    }

    void read_list(Range rest) {
        const Range after = head_name(rest, U"=:", "list", Tok::NAME);
        if (after.empty()) {
            return;
        }
        for (const Range part : split({after.begin + 1, after.end}, U"、,")) {
            const bool is_quoted = !part.empty() && closing(chars_[part.begin]) != 0;
            const bool is_file = starts(part.begin, U"文件") || starts(part.begin, U"file");
            if (!part.empty() && !is_quoted && !is_file && !is_digit(chars_[part.begin])) {
                declare_piece(part, "value", Tok::CELL);
            }
        }
    }
    void read_table(Range rest) {
        const Range after = head_name(rest, U"(:", "table", Tok::NAME);
        const std::size_t open = find_sign(after, U"(");
        if (open == kNone) {
            return;
        }
        const std::size_t close = bracket_end(open);
        for (const Range part : split(Range{open + 1, close}, U",→")) {
            const std::size_t arrow = view(part).find(U"->");
            if (arrow == kNone) {
                declare_piece(part, "column", Tok::NAME);
            } else {
                declare_piece({part.begin, part.begin + arrow}, "column", Tok::NAME);
                declare_piece({part.begin + arrow + 2, part.end}, "column", Tok::NAME);
            }
        }
        const std::size_t colon = find_sign({close, after.end}, U":");
        if (colon == kNone) {
            return;
        }
        for (const Range row : split({colon + 1, after.end}, U";")) {
            for (const Range side : split(row, U"→")) {
                read_cells(side);
            }
        }
    }
    void read_cells(Range side) {
        for (Range part : split(side, U",→")) {
            std::size_t from = part.begin;
            const auto flush = [&](std::size_t to) {
                const Range cell = after_comparison(trim({from, to}));
                if (!cell.empty() && is_cell_text(cell)) {
                    declare_piece(cell, "value", Tok::CELL);
                }
            };
            for (std::size_t i = part.begin; i < part.end; ++i) {
                std::size_t length = 0;
                if (chars_[i] == U'且') {
                    length = 1;
                } else if (starts(i, U"and") && apart(i, U"and")) {
                    length = 3;
                } else if (starts(i, U"->") || starts(i, U"=>")) {
                    length = 2;
                }
                if (length > 0) {
                    flush(i);
                    from = i + length;
                    i += length - 1;
                } else {
                    i = quote_end(i, part.end);
                }
            }
            flush(part.end);
        }
    }
    // What a cell like `≥ mid` compares with.
    Range after_comparison(Range cell) const {
        if (cell.empty()) {
            return cell;
        }
        std::size_t at = cell.begin;
        while (at < cell.end && contains(U"<>=≤≥≠", chars_[at])) {
            ++at;
        }
        for (const TableWord& word : table_words()) {
            const std::u32string folded = fold(word.word);
            const std::size_t after = cell.begin + folded.size();
            if (at == cell.begin && word.type >= Tok::LT && word.type <= Tok::ATMOST &&
                !folded.empty() && starts(cell.begin, folded) && after < cell.end &&
                is_space(chars_[after])) {
                at = after;
                break;
            }
        }
        return at == cell.begin ? cell : trim({at, cell.end});
    }
    // A cell is text unless it is quoted, a number, a comparison or a word of the table.
    bool is_cell_text(Range cell) const {
        const char32_t c = chars_[cell.begin];
        if (is_digit(c) || closing(c) != 0 || contains(U"<>=≤≥≠-−¥$€", c)) {
            return false;
        }
        for (const TableWord& word : table_words()) {
            const bool ours =
                word.type == Tok::REST || word.type == Tok::ANY_CELL || word.type == Tok::TRUTH;
            if (ours && fold(word.word) == view(cell)) {
                return false;
            }
            const bool compares = word.type >= Tok::LT && word.type <= Tok::ATMOST;
            const std::u32string folded = compares ? fold(word.word) : std::u32string();
            if (compares && starts(cell.begin, folded) && cell.begin + folded.size() < cell.end &&
                (is_space(chars_[cell.begin + folded.size()]) ||
                    is_digit(chars_[cell.begin + folded.size()]))) {
                return false;
            }
        }
        return true;
    }

    void read_term(Range rest) {
        std::size_t stop = std::min(find_sign(rest, U"="), rest.end);
        stop = std::min(stop, find_word({rest.begin, stop}, U"is"));
        stop = std::min(stop, alias_start(rest));
        const Range name = trim({rest.begin, stop});
        declare_piece(name, "term", Tok::NAME);
        if (statement_.names.empty()) {
            return;
        }
        read_aliases({stop, rest.end}, 0);
        read_with(Range{stop, rest.end});
        read_witnesses({stop, rest.end});
    }
    // `，附 f = …，g = …` / `, with f = …`
    void read_with(Range rest) {
        for (std::size_t i = rest.begin; i < rest.end; ++i) {
            const bool here = chars_[i] == ',';
            std::size_t at = i + 1;
            while (here && at < rest.end && is_space(chars_[at])) {
                ++at;
            }
            const std::size_t length = starts(at, U"附") ? 1 : starts(at, U"with ") ? 5 : 0;
            if (here && length > 0) {
                for (const Range part : split({at + length, rest.end}, U",")) {
                    const std::size_t equals = find_sign(part, U"=");
                    if (equals != kNone) {
                        declare_piece({part.begin, equals}, "field", Tok::NAME);
                    }
                }
                return;
            }
            i = quote_end(i, rest.end);
        }
    }
    // X（甲） … 甲.f and X as first … first's f: 甲 and first are names of events.
    void read_witnesses(Range rest) {
        for (std::size_t i = rest.begin; i < rest.end; ++i) {
            Range name;
            if (chars_[i] == '(') {
                std::size_t end = i + 1;
                while (end < rest.end && end < i + 16 &&
                       (is_cjk_letter(chars_[end]) || is_latin(chars_[end]))) {
                    ++end;
                }
                if (end < rest.end && chars_[end] == ')') {
                    name = {i + 1, end};
                }
            } else if (starts(i, U"as ") && apart(i, U"as")) {
                std::size_t end = i + 3;
                while (end < rest.end && is_latin(chars_[end])) {
                    ++end;
                }
                name = {i + 3, end};
            }
            if (!name.empty() && is_used_as_owner(name)) {
                declare_piece(name, "witness", Tok::NAME);
            }
            i = quote_end(i, rest.end);
        }
    }
    bool is_used_as_owner(Range name) const {
        for (const std::u32string_view after : {U".", U"的", U" 的", U"'s", U"’s"}) {
            const std::u32string use = std::u32string(view(name)) + std::u32string(after);
            const std::size_t at = chars_.find(use, statement_.begin);
            if (at != kNone && at < statement_.end) {
                return true;
            }
        }
        return false;
    }

    void read_rule(Range rest) {
        std::size_t stop = find_sign(rest, U":");
        while (stop != kNone && is_digit(chars_[stop - 1]) && stop + 1 < rest.end &&
               is_digit(chars_[stop + 1])) {
            stop = find_sign({stop + 1, rest.end}, U":");
        }
        if (stop != kNone) {
            std::size_t end = stop;
            for (const std::u32string_view word : {U"版本", U"version"}) {
                end = std::min(end, find_word({rest.begin, end}, word));
            }
            declare_piece({rest.begin, std::min(end, stop)}, "rule", Tok::LABEL);
        }
        read_witnesses(stop == kNone ? rest : Range{stop, rest.end});
    }

    void read_example(Range rest) {
        const std::size_t colon = find_sign(rest, U":");
        if (colon == kNone) {
            return;
        }
        declare_piece({rest.begin, colon}, "example", Tok::LABEL);
        Range body = trim({colon + 1, rest.end});
        std::size_t length = 0;
        if (starts(body.begin, U"同")) {
            length = 1;
        } else if (starts(body.begin, U"as ")) {
            length = 3;
        }
        if (length > 0) {
            const std::size_t stop = find_sign(body, U",。.;");
            piece({body.begin + length, std::min(stop, body.end)}, Tok::LABEL);
            return;
        }
        read_key(body);
    }
    // The key of the example's subject: the last word before the second colon, or its brackets.
    void read_key(Range body) {
        const std::size_t colon = find_sign(body, U":");
        if (colon == kNone) {
            return;
        }
        Range part = trim({body.begin, std::min(colon, find_sign(body, U"("))});
        std::vector<Range> words = chunks(part);
        if (words.empty()) {
            return;
        }
        Range key = words.back();
        if (words.size() == 1) {  // 客户K1
            for (std::size_t i = key.begin + 1; i < key.end; ++i) {
                if (is_latin(chars_[i]) && is_han(chars_[i - 1])) {
                    key.begin = i;
                    break;
                }
            }
        }
        for (const Range each : split(key, U">")) {
            const bool is_quoted = !each.empty() && closing(chars_[each.begin]) != 0;
            if (!each.empty() && !is_quoted) {
                statement_.pieces.push_back({each.begin, each.end, Tok::WORD, raw(each)});
            }
        }
    }

    // Names after 列 / column, in sources and registers.
    void read_columns(Range rest) {
        for (std::size_t i = rest.begin; i < rest.end; ++i) {
            std::size_t length = 0;
            if (chars_[i] == U'列') {
                length = 1;
            } else if (starts(i, U"column") && apart(i, U"column")) {
                length = 6;
            }
            if (length == 0) {
                i = quote_end(i, rest.end);
                continue;
            }
            std::size_t from = i + length;
            while (from < rest.end && is_space(chars_[from])) {
                ++from;
            }
            std::size_t to = from;
            while (to < rest.end && is_column_char(to)) {
                ++to;
            }
            if (to > from && !is_digit(chars_[from])) {
                statement_.pieces.push_back({from, to, Tok::COLUMN_NAME, raw({from, to})});
                i = to - 1;
            } else {
                i = from > i ? from - 1 : i;
            }
        }
    }
    bool is_column_char(std::size_t at) const {
        const char32_t c = chars_[at];
        if (is_latin(c) || is_cjk_letter(c)) {
            return true;
        }
        const bool joins = c == '-' || c == '.';
        return joins && at + 1 < statement_.end && at > 0 && is_latin(chars_[at - 1]) &&
               is_latin(chars_[at + 1]);
    }
    static bool contains(std::u32string_view signs, char32_t c) { return signs.find(c) != kNone; }
};

}  // namespace

void read_declaration(
    const SourceSet& sources, FileId file, const NormalText& text, Statement& statement) {
    Reader(sources, file, text, statement).read();
}

}  // namespace clausal::syntax
