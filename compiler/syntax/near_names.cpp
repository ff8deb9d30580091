#include "compiler/syntax/near_names.h"

#include <algorithm>

namespace clausal::syntax {

namespace {

// The stretch of `window` nearest to `key` (Sellers' algorithm).
Near best_match(const std::u32string& window, std::size_t offset, const std::u32string& key) {
    std::vector<std::size_t> cost(key.size() + 1);
    std::vector<std::size_t> start(key.size() + 1);
    for (std::size_t i = 0; i <= key.size(); ++i) {
        cost[i] = i;
        start[i] = 0;
    }
    Near best{key.size() + 1, key.size(), {}, key};
    for (std::size_t j = 1; j <= window.size(); ++j) {
        std::size_t diagonal = cost[0];
        std::size_t diagonal_start = start[0];
        cost[0] = 0;
        start[0] = j;
        for (std::size_t i = 1; i <= key.size(); ++i) {
            const std::size_t replace = diagonal + (window[j - 1] == key[i - 1] ? 0 : 1);
            diagonal = cost[i];
            const std::size_t replace_start = diagonal_start;
            diagonal_start = start[i];
            if (replace <= cost[i] + 1 && replace <= cost[i - 1] + 1) {
                cost[i] = replace;
                start[i] = i == 1 ? j - 1 : replace_start;
            } else if (cost[i] <= cost[i - 1]) {
                ++cost[i];
            } else {
                cost[i] = cost[i - 1] + 1;
                start[i] = start[i - 1];
            }
        }
        const auto off = [&](std::size_t length) {
            return length > key.size() ? length - key.size() : key.size() - length;
        };
        const std::size_t length = j - start.back();
        const bool same =
            cost.back() == best.distance && off(length) < off(best.place.end - best.place.begin);
        if (cost.back() < best.distance || same) {
            best.distance = cost.back();
            best.place = {offset + start.back(), offset + j};
        }
    }
    return best;
}

// Signs that are typed one for the other: of one reading, or alike to the eye.
constexpr std::u32string_view kAlike[] = {
#define CLAUSAL_ALIKE(signs) U##signs,
#include "grammar/alike_zh.def"
#undef CLAUSAL_ALIKE
};

bool alike(char32_t a, char32_t b) {
    return std::any_of(std::begin(kAlike), std::end(kAlike), [&](std::u32string_view group) {
        return group.find(a) != group.npos && group.find(b) != group.npos;
    });
}

// Letters changed, left out, added or exchanged with their neighbour.
std::size_t slips(const std::u32string& a, const std::u32string& b) {
    std::vector<std::vector<std::size_t>> cost(
        a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                cost[i][j] = i + j;
                continue;
            }
            const std::size_t change = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({change, cost[i - 1][j] + 1, cost[i][j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[a.size()][b.size()];
}
}  // namespace

Stretch whole_words(const std::u32string& chars, const Statement& statement, Stretch place) {
    while (place.begin > statement.begin && is_latin(chars[place.begin]) &&
           is_latin(chars[place.begin - 1])) {
        --place.begin;
    }
    while (place.end < statement.end && is_latin(chars[place.end - 1]) &&
           is_latin(chars[place.end])) {
        ++place.end;
    }
    while (place.begin + 1 < place.end && is_space(chars[place.begin])) {
        ++place.begin;
    }
    while (place.begin + 1 < place.end && is_space(chars[place.end - 1])) {
        --place.end;
    }
    return place;
}

bool is_slip(const std::u32string& written, const std::u32string& key) {
    if (key.empty() || written.size() > key.size() + 2 || key.size() > written.size() + 2) {
        return false;
    }
    std::u32string text = written;
    for (char32_t& c : text) {
        c = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
    }
    const std::size_t distance = slips(text, key);
    if (is_latin(key.front())) {
        return distance <= (key.size() >= 8 ? 2U : key.size() >= 4 ? 1U : 0U);
    }
    if (distance != 1 || text.size() != key.size()) {
        return distance == 0 || (distance == 1 && key.size() >= 3);
    }
    for (std::size_t i = 0; key.size() < 3 && i < key.size(); ++i) {
        const bool exchanged = i + 1 < key.size() && text[i] == key[i + 1];
        if (text[i] != key[i] && !exchanged) {
            return alike(text[i], key[i]);
        }
        if (exchanged && text[i] != key[i]) {
            return true;
        }
    }
    return true;
}

std::vector<Near> near_names(
    const std::u32string& chars, const Statement& statement, const Dictionary& words, Stretch gap) {
    std::size_t from = gap.begin;
    const auto in_name = [&](char32_t c) { return is_cjk_letter(c) || is_latin(c) || c == ' '; };
    while (from > statement.begin && gap.begin - from < 14 && in_name(chars[from - 1])) {
        --from;
    }
    std::size_t to = gap.end;
    while (to < statement.end && to - gap.end < 14 && in_name(chars[to])) {
        ++to;
    }
    const std::u32string window = chars.substr(from, to - from);
    std::vector<Near> found;
    for (const std::u32string& key : words.name_keys()) {
        Near near = best_match(window, from, key);
        // Two for letters exchanged; what is more than a slip is left out where it is known whole.
        const std::size_t least = is_latin(key.front()) && key.size() > 4 ? 2 : 1;
        const std::size_t most = std::max<std::size_t>(least, key.size() / 3);
        const bool touches = near.place.begin < gap.end && near.place.end > gap.begin;
        // Short Latin words are all alike.
        const std::size_t share = !is_latin(key.front()) || key.size() > 4 ? 2 : 4;
        // Two signs with one in common say little, unless they stand just there.
        const bool loose = key.size() == 2 && near.distance > 0 && near.place.begin < gap.begin &&
                           chars[near.place.begin] != key.front();
        const auto inside = [&](std::size_t at, std::size_t far) {
            return at > far && at + far < chars.size() && is_latin(chars[at - 1]) &&
                   is_latin(chars[at]) && is_latin(chars[at - far]) &&
                   is_latin(chars[at + far - 1]);
        };
        if (loose || inside(near.place.begin, 2) || inside(near.place.end, 2)) {
            continue;
        }
        if (key.size() >= 2 && near.distance <= most && touches &&
            near.distance * share <= key.size()) {
            found.push_back(std::move(near));
        }
    }
    std::sort(found.begin(), found.end(), [](const Near& a, const Near& b) {
        const auto score = [](const Near& n) { return n.distance * 1000 / n.length; };
        return score(a) != score(b) ? score(a) < score(b) : a.key < b.key;
    });
    found.erase(std::unique(found.begin(), found.end(),
                    [](const Near& a, const Near& b) { return a.key == b.key; }),
        found.end());
    if (found.size() > 3) {
        found.resize(3);
    }
    return found;
}

}  // namespace clausal::syntax
