#include "compiler/syntax/lattice.h"

#include <algorithm>
#include <map>

#include "compiler/syntax/literals.h"
#include "runtime/base/limits.h"

namespace clausal::syntax {

namespace {

constexpr std::uint32_t kFillerCost = kTokenCost + 1;
constexpr std::uint32_t kPluralCost = kTokenCost + 2;
constexpr std::uint32_t kTextNameCost = kTokenCost + 400;

class Builder {
public:
    Builder(const FileText& text, const Statement& statement, const Dictionary& words,
        const std::string& source, bool gaps)
        : text_(text.normal),
          chars_(text.normal.chars),
          statement_(statement),
          words_(words),
          source_(source),
          gaps_(gaps),
          stop_(statement.end) {}

    Lattice run() {
        std::size_t start = skip_blank(statement_.begin);
        stop_ = statement_.end;
        while (stop_ > start && is_space(chars_[stop_ - 1])) {
            --stop_;
        }
        queue_[start] = {};
        for (std::size_t i = start; gaps_ && i < stop_; ++i) {
            if (!is_space(chars_[i]) && !cuts_word(i)) {
                queue_[i] = {};
            }
        }
        while (!queue_.empty()) {
            const std::size_t at = queue_.begin()->first;
            queue_.erase(queue_.begin());
            node_of_[at] = 0;
            if (at < stop_) {
                edges_at(at);
            }
            if (lattice_.edges.size() > limits::kMaxLatticeEdges) {
                lattice_.too_large = true;
                break;
            }
        }
        finish();
        return std::move(lattice_);
    }

private:
    std::size_t skip_blank(std::size_t at) const {
        while (at < stop_ && is_space(chars_[at])) {
            ++at;
        }
        return at;
    }
    bool letter_at(std::size_t at) const { return at < stop_ && is_latin(chars_[at]); }
    // No cut inside a run of Latin letters and digits.
    bool cuts_word(std::size_t at) const {
        return at > statement_.begin && at < stop_ && is_latin(chars_[at - 1]) &&
               is_latin(chars_[at]);
    }

    Edge& add(std::size_t begin, std::size_t end, Token token, std::uint32_t cost) {
        Edge edge;
        edge.begin = static_cast<std::uint32_t>(begin);
        edge.end = static_cast<std::uint32_t>(end);
        edge.cost = cost;
        edge.token = std::move(token);
        edge.token.begin = text_.begin[begin];
        edge.token.end = text_.end[end - 1];
        const std::size_t next = skip_blank(end);
        edge.to = static_cast<std::uint32_t>(next);
        if (node_of_.count(next) == 0) {
            queue_[next] = {};
        }
        lattice_.edges.push_back(std::move(edge));
        return lattice_.edges.back();
    }

    void edges_at(std::size_t at) {
        const auto piece = std::find_if(statement_.pieces.begin(), statement_.pieces.end(),
            [&](const Piece& each) { return each.begin == at; });
        if (piece != statement_.pieces.end()) {
            Token token;
            token.type = piece->type;
            token.text = piece->text;
            add(piece->begin, piece->end, std::move(token), kTokenCost).is_name = true;
            return;
        }
        if (quotes_at(at)) {
            return;
        }
        const bool after_digit = at > statement_.begin && is_digit(chars_[at - 1]);
        const bool in_word = cuts_word(at);
        const std::size_t wall = next_piece(at);
        if (!in_word) {
            for (Literal& literal : literals_at(text_, at, wall, source_)) {
                const bool number = literal.token.type == Tok::NUM;
                if (number && unit_begins_in(literal.end - 1, at, wall)) {
                    continue;  // 5 千米: the multiplier belongs to the unit
                }
                if (!cuts_word(literal.end) || number) {
                    add(at, literal.end, std::move(literal.token), kTokenCost);
                }
            }
        } else if (!after_digit) {
            return;
        }
        const std::size_t first = lattice_.edges.size();
        words_.match(chars_, at, wall, [&](std::size_t end, const Entry& entry) {
            const bool unit = entry.type == Tok::UNIT || entry.type == Tok::CURRENCY_UNIT ||
                              entry.type == Tok::FREE_UNIT;
            if (cuts_word(end) || (in_word && !unit) || bare_apostrophe(at, end)) {
                return;
            }
            add_word(at, end, entry);
        });
        drop_beaten_plurals(first);
        drop_foreign_witnesses(first);
    }
    // Whether the last sign of a number begins a unit that goes on behind it; then the number without
    // that sign is added.
    bool unit_begins_in(std::size_t last, std::size_t at, std::size_t wall) {
        if (last <= at || !is_cjk_letter(chars_[last])) {
            return false;
        }
        bool unit = false;
        words_.match(chars_, last, wall, [&](std::size_t end, const Entry& entry) {
            unit = unit ||
                   (end > last + 1 && (entry.type == Tok::UNIT || entry.type == Tok::FREE_UNIT));
        });
        if (!unit) {
            return false;
        }
        bool found = false;
        for (Literal& literal : literals_at(text_, at, last, source_)) {
            if (literal.token.type == Tok::NUM && literal.end == last) {
                add(at, literal.end, std::move(literal.token), kTokenCost);
                found = true;
            }
        }
        return found;
    }
    std::size_t next_piece(std::size_t at) const {
        for (const Piece& piece : statement_.pieces) {
            if (piece.begin > at) {
                return std::min(piece.begin, stop_);
            }
        }
        return stop_;
    }
    // `'` alone is a possessive only after s.
    bool bare_apostrophe(std::size_t at, std::size_t end) const {
        const bool sign = chars_[at] == '\'' || chars_[at] == U'’';
        return sign && (at == statement_.begin || !is_latin(chars_[at - 1]) ||
                           (end == at + 1 && chars_[at - 1] != 's'));
    }
    void add_word(std::size_t at, std::size_t end, const Entry& entry) {
        Token token;
        token.type = entry.type;
        token.text = entry.text;
        const std::uint32_t cost = entry.what == WordClass::filler ? kFillerCost
                                   : entry.inflected               ? kPluralCost
                                                                   : kTokenCost;
        Edge& edge = add(at, end, std::move(token), cost);
        edge.is_filler = entry.what == WordClass::filler;
        edge.is_name = entry.what == WordClass::name;
        edge.is_loose = entry.inflected;
    }
    // On one span the exact form beats the plural form.
    void drop_beaten_plurals(std::size_t first) {
        auto& edges = lattice_.edges;
        for (std::size_t i = first; i < edges.size();) {
            const bool beaten =
                edges[i].is_loose && std::any_of(edges.begin() + static_cast<std::ptrdiff_t>(first),
                                         edges.end(), [&](const Edge& other) {
                                             return other.end == edges[i].end && other.is_name &&
                                                    !other.is_loose &&
                                                    other.token.type == edges[i].token.type;
                                         });
            if (beaten) {
                edges.erase(edges.begin() + static_cast<std::ptrdiff_t>(i));
            } else {
                ++i;
            }
        }
    }

    // `A as first` in one sentence does not take the word `first` from the others.
    void drop_foreign_witnesses(std::size_t first) {
        auto& edges = lattice_.edges;
        const auto foreign = [&](const Edge& edge) {
            const auto& declared = words_.named(edge.token.text);
            return edge.is_name && !declared.empty() &&
                   std::all_of(declared.begin(), declared.end(), [&](const DeclaredName* each) {
                       return each->kind == "witness" &&
                              (each->span.end <= text_.begin[statement_.begin] ||
                                  each->span.begin >= text_.end[stop_ - 1]);
                   });
        };
        for (std::size_t i = first; i < edges.size();) {
            const bool word = std::any_of(edges.begin() + static_cast<std::ptrdiff_t>(first),
                edges.end(), [&](const Edge& other) {
                    return other.end == edges[i].end && !other.is_name && !other.is_filler;
                });
            if (word && foreign(edges[i])) {
                edges.erase(edges.begin() + static_cast<std::ptrdiff_t>(i));
            } else {
                ++i;
            }
        }
    }

    // ---- quotes --------------------------------------------------------------------------------
    std::size_t find_close(std::size_t at) const {
        const char32_t open = chars_[at];
        char32_t close = 0;
        switch (open) {
        case U'"': close = U'"'; break;
        case U'“': close = U'”'; break;
        case U'「': close = U'」'; break;
        case U'‘': close = U'’'; break;
        case U'\'': close = U'\''; break;
        default: return 0;
        }
        for (std::size_t i = at + 1; i < stop_; ++i) {
            const bool possessive = (close == '\'' || close == U'’') && letter_at(i + 1);
            if (chars_[i] == close && !possessive) {
                return i;
            }
        }
        return 0;
    }
    // Edges of a quote that opens or closes at `at`; true when nothing else may begin here.
    bool quotes_at(std::size_t at) {
        const char32_t c = chars_[at];
        const bool text_quote = c == '"' || c == U'“';
        const bool opens = text_quote || c == U'「' || c == U'‘' ||
                           (c == '\'' && (at == statement_.begin || !is_latin(chars_[at - 1])));
        if (opens) {
            const std::size_t close = find_close(at);
            if (close > at + 1) {
                return open_quote(at, close, text_quote);
            }
            if (close == at + 1 && text_quote) {
                Token token;
                token.type = Tok::TEXT;
                add(at, close + 1, std::move(token), kTokenCost);
            }
            return c != '\'';
        }
        if (c == U'」' || c == U'’' || c == '\'') {
            Token token;
            token.type = Tok::RQ;
            add(at, at + 1, std::move(token), kTokenCost);
        }
        return false;
    }
    bool open_quote(std::size_t at, std::size_t close, bool text_quote) {
        const std::uint32_t from = text_.begin[at + 1];
        const std::string inner = source_.substr(from, text_.end[close - 1] - from);
        if (text_quote) {
            Token token;
            token.type = Tok::TEXT;
            token.text = inner;
            add(at, close + 1, std::move(token), kTokenCost);
        }
        bool is_name = false;
        if (const auto* entries = words_.find(name_key(inner))) {
            for (const Entry& entry : *entries) {
                if (entry.what == WordClass::name) {
                    Token token;
                    token.type = entry.type;
                    token.text = entry.text;
                    Edge& edge = add(
                        at, close + 1, std::move(token), text_quote ? kTextNameCost : kTokenCost);
                    edge.is_name = true;
                    edge.is_loose = text_quote;
                    is_name = true;
                }
            }
        }
        if (!text_quote && !is_name) {
            Token token;
            token.type = Tok::LQ;
            add(at, at + 1, std::move(token), kTokenCost);
        }
        return true;
    }

    // Turns positions into node numbers and looks at the shape.
    void finish() {
        node_of_[stop_] = 0;
        std::uint32_t number = 0;
        for (auto& [position, node] : node_of_) {
            node = number++;
            lattice_.positions.push_back(static_cast<std::uint32_t>(position));
        }
        lattice_.out.resize(number);
        std::vector<Edge> kept;
        kept.reserve(lattice_.edges.size());
        for (Edge& edge : lattice_.edges) {
            const auto from = node_of_.find(edge.begin);
            const auto to = node_of_.find(edge.to);
            if (from == node_of_.end() || to == node_of_.end()) {
                continue;
            }
            edge.from = from->second;
            edge.to = to->second;
            lattice_.out[edge.from].push_back(static_cast<std::uint32_t>(kept.size()));
            kept.push_back(std::move(edge));
        }
        lattice_.edges = std::move(kept);
        look_at_paths();
    }
    void look_at_paths() {
        const std::uint32_t end = lattice_.end_node();
        std::vector<char> from_start(end + 1, 0);
        std::vector<char> to_end(end + 1, 0);
        from_start[0] = 1;
        for (std::uint32_t node = 0; node <= end; ++node) {
            if (from_start[node] == 0) {
                continue;
            }
            lattice_.furthest = node;
            for (const std::uint32_t edge : lattice_.out[node]) {
                from_start[lattice_.edges[edge].to] = 1;
            }
        }
        to_end[end] = 1;
        for (std::uint32_t node = end; node-- > 0;) {
            for (const std::uint32_t edge : lattice_.out[node]) {
                to_end[node] = static_cast<char>(to_end[node] | to_end[lattice_.edges[edge].to]);
            }
        }
        lattice_.reaches_end = from_start[end] != 0 && end > 0;
        lattice_.is_single_path = lattice_.reaches_end;
        for (std::uint32_t node = 0; node < end && lattice_.is_single_path; ++node) {
            if (from_start[node] == 0) {
                continue;
            }
            std::size_t ways = 0;
            for (const std::uint32_t edge : lattice_.out[node]) {
                const Edge& each = lattice_.edges[edge];
                ways += to_end[each.to] != 0 ? 1 : 0;
                ways += each.is_filler ? 1 : 0;
            }
            lattice_.is_single_path = ways <= 1;
        }
    }

    const NormalText& text_;
    const std::u32string& chars_;
    const Statement& statement_;
    const Dictionary& words_;
    const std::string& source_;
    bool gaps_;
    std::size_t stop_;
    std::map<std::size_t, std::uint32_t> node_of_;
    struct Nothing {};
    std::map<std::size_t, Nothing> queue_;
    Lattice lattice_;
};

}  // namespace

Lattice make_lattice(const FileText& text, const Statement& statement, const Dictionary& words,
    const std::string& source, bool gaps) {
    return Builder(text, statement, words, source, gaps).run();
}

}  // namespace clausal::syntax
