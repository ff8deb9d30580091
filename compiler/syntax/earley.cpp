#include "compiler/syntax/earley.h"

#include <algorithm>
#include <unordered_map>

#include "runtime/base/limits.h"

namespace clausal::syntax {

namespace {

constexpr std::uint32_t kNo = 0xffffffffU;
constexpr std::uint32_t kInfinite = 0xffffffffU;

struct Item {
    std::uint16_t state = 0;
    std::uint32_t origin = 0;  // node where its rule began
    std::uint32_t node = 0;
    std::uint32_t cost = kInfinite;  // cheapest tokens since origin
    std::uint32_t best_link = kNo;
    std::uint32_t links = kNo;
    bool queued = false;
};

// How an item came to be: from `previous` by an edge, or by the finished rule `child`.
struct Link {
    std::uint32_t previous = kNo;
    std::uint32_t edge = kNo;
    std::uint32_t child = kNo;
    std::uint32_t next = kNo;
};

struct Waiter {
    std::uint32_t item;
    std::uint16_t next_state;
};

class Chart {
public:
    Chart(const Lattice& lattice, const std::vector<char>& allowed)
        : grammar_(grammar_automaton()), lattice_(lattice), allowed_(allowed) {
        const std::size_t nodes = lattice.positions.size();
        at_node_.resize(nodes);
        ids_.resize(nodes);
        waiting_.resize(nodes);
        look_.resize(nodes);
        for (std::size_t node = 0; node < nodes; ++node) {
            look_[node] = next_tokens(static_cast<std::uint32_t>(node));
        }
    }

    Cut run() {
        Cut cut;
        cut.useful.assign(lattice_.edges.size(), 0);
        const auto start = static_cast<std::size_t>(Rule::statement);
        const std::uint32_t first = item(grammar_.rule_start[start], 0, 0);
        improve(first, 0, kNo);
        for (std::uint32_t node = 0; node < at_node_.size(); ++node) {
            if (at_node_[node].empty()) {
                continue;
            }
            cut.furthest = node;
            while (!work_[node].empty()) {
                const std::uint32_t id = work_[node].back();
                work_[node].pop_back();
                items_[id].queued = false;
                advance(id);
                if (items_.size() > limits::kMaxEarleyItems) {
                    cut.too_large = true;
                    return cut;
                }
            }
        }
        finish(cut);
        return cut;
    }

private:
    bool is_allowed(std::uint32_t edge) const { return allowed_.empty() || allowed_[edge] != 0; }

    // Tokens that may begin at a node, also behind fillers.
    TokSet next_tokens(std::uint32_t node) const {
        TokSet result;
        std::vector<std::uint32_t> nodes = {node};
        for (std::size_t i = 0; i < nodes.size() && i < 64; ++i) {
            for (const std::uint32_t id : lattice_.out[nodes[i]]) {
                const Edge& edge = lattice_.edges[id];
                if (!is_allowed(id)) {
                    continue;
                }
                if (edge.is_filler) {
                    if (std::find(nodes.begin(), nodes.end(), edge.to) == nodes.end()) {
                        nodes.push_back(edge.to);
                    }
                } else {
                    result.set(static_cast<std::size_t>(edge.token.type));
                }
            }
        }
        return result;
    }

    std::uint32_t item(std::uint16_t state, std::uint32_t origin, std::uint32_t node) {
        const std::uint64_t key = (static_cast<std::uint64_t>(origin) << 16U) | state;
        const auto [at, is_new] =
            ids_[node].try_emplace(key, static_cast<std::uint32_t>(items_.size()));
        if (is_new) {
            Item created;
            created.state = state;
            created.origin = origin;
            created.node = node;
            items_.push_back(created);
            at_node_[node].push_back(at->second);
        }
        return at->second;
    }
    void improve(std::uint32_t id, std::uint32_t cost, std::uint32_t link) {
        Item& each = items_[id];
        if (cost < each.cost) {
            each.cost = cost;
            each.best_link = link;
            if (!each.queued) {
                each.queued = true;
                if (work_.size() < at_node_.size()) {
                    work_.resize(at_node_.size());
                }
                work_[each.node].push_back(id);
            }
        }
    }
    void reach(std::uint16_t state, std::uint32_t origin, std::uint32_t node, Link link,
        std::uint32_t cost) {
        const std::uint32_t id = item(state, origin, node);
        std::uint32_t at = items_[id].links;
        while (at != kNo) {
            const Link& old = links_[at];
            if (old.previous == link.previous && old.edge == link.edge && old.child == link.child) {
                break;
            }
            at = old.next;
        }
        if (at == kNo) {
            link.next = items_[id].links;
            at = static_cast<std::uint32_t>(links_.size());
            items_[id].links = at;
            links_.push_back(link);
        }
        improve(id, cost, at);
    }

    void advance(std::uint32_t id) {
        const Item now = items_[id];
        const Automaton::State& state = grammar_.states[now.state];
        for (const Automaton::Call& call : state.calls) {
            if ((grammar_.rule_first[call.rule] & look_[now.node]).any()) {
                enter(id, now, call);
            }
        }
        for (const std::uint32_t edge_id : lattice_.out[now.node]) {
            if (is_allowed(edge_id)) {
                cross(id, now, state, edge_id);
            }
        }
        if (state.ends_rule && now.origin != now.node) {
            complete(id, now, state.rule);
        }
    }
    void enter(std::uint32_t id, const Item& now, const Automaton::Call& call) {
        auto& waiters = waiting_[now.node][call.rule];
        const bool known = std::any_of(waiters.begin(), waiters.end(),
            [&](const Waiter& w) { return w.item == id && w.next_state == call.next; });
        if (!known) {
            waiters.push_back({id, call.next});
        }
        improve(item(grammar_.rule_start[call.rule], now.node, now.node), 0, kNo);
    }
    void cross(
        std::uint32_t id, const Item& now, const Automaton::State& state, std::uint32_t edge_id) {
        const Edge& edge = lattice_.edges[edge_id];
        if (edge.is_filler) {
            // Only where a rule is under way, or at the very beginning: one place per filler.
            if (now.origin != now.node || now.node == 0) {
                reach(
                    now.state, now.origin, edge.to, {id, edge_id, kNo, kNo}, now.cost + edge.cost);
            }
            return;
        }
        for (const Automaton::Shift& shift : state.shifts) {
            if (shift.token == edge.token.type) {
                reach(
                    shift.next, now.origin, edge.to, {id, edge_id, kNo, kNo}, now.cost + edge.cost);
            }
        }
    }
    void complete(std::uint32_t id, const Item& now, std::uint16_t rule) {
        const auto found = waiting_[now.origin].find(rule);
        if (found == waiting_[now.origin].end()) {
            return;
        }
        const std::vector<Waiter> waiters = found->second;
        for (const Waiter& waiter : waiters) {
            const Item before = items_[waiter.item];
            reach(waiter.next_state, before.origin, now.node, {waiter.item, kNo, id, kNo},
                before.cost + now.cost);
        }
    }

    // The finished statement, if the whole lattice is one.
    std::uint32_t final_item() const {
        std::uint32_t best = kNo;
        const auto rule = static_cast<std::uint16_t>(Rule::statement);
        for (const std::uint32_t id : at_node_.back()) {
            const Item& each = items_[id];
            const Automaton::State& state = grammar_.states[each.state];
            if (each.origin == 0 && state.rule == rule && state.ends_rule &&
                (best == kNo || each.cost < items_[best].cost)) {
                best = id;
            }
        }
        return best;
    }
    void finish(Cut& cut) {
        const std::uint32_t goal = lattice_.end_node() > 0 ? final_item() : kNo;
        if (goal != kNo) {
            cut.complete = true;
            cut.best = way_to(goal);
            mark_useful(goal, cut.useful);
            return;
        }
        std::uint32_t cheapest = kNo;
        for (const std::uint32_t id : at_node_[cut.furthest]) {
            const Automaton::State& state = grammar_.states[items_[id].state];
            for (const Automaton::Shift& shift : state.shifts) {
                cut.expected.set(static_cast<std::size_t>(shift.token));
            }
            for (const Automaton::Call& call : state.calls) {
                cut.expected |= grammar_.rule_first[call.rule];
            }
            if (items_[id].origin == 0 &&
                (cheapest == kNo || items_[id].cost < items_[cheapest].cost)) {
                cheapest = id;
            }
        }
        cut.prefix = prefix_to(cut.furthest);
    }
    // The edges of the cheapest derivation of `goal`, first to last.
    std::vector<std::uint32_t> way_to(std::uint32_t goal) const {
        std::vector<std::uint32_t> edges;
        std::vector<std::uint32_t> stack = {goal};
        while (!stack.empty()) {
            const std::uint32_t id = stack.back();
            stack.pop_back();
            const std::uint32_t link_id = items_[id].best_link;
            if (link_id == kNo) {
                continue;
            }
            const Link& link = links_[link_id];
            stack.push_back(link.previous);
            if (link.child != kNo) {
                stack.push_back(link.child);
            } else {
                edges.push_back(link.edge);
            }
        }
        std::reverse(edges.begin(), edges.end());
        return edges;
    }
    // Some row of edges that leads to `node`, for messages.
    std::vector<std::uint32_t> prefix_to(std::uint32_t node) const {
        std::vector<std::uint32_t> edges;
        while (node > 0) {
            std::uint32_t found = kNo;
            for (const std::uint32_t id : at_node_[node]) {
                for (std::uint32_t at = items_[id].links; at != kNo; at = links_[at].next) {
                    const std::uint32_t edge = links_[at].edge;
                    if (edge != kNo &&
                        (found == kNo || lattice_.edges[edge].from < lattice_.edges[found].from)) {
                        found = edge;
                    }
                }
            }
            if (found == kNo) {
                break;
            }
            edges.push_back(found);
            node = lattice_.edges[found].from;
        }
        std::reverse(edges.begin(), edges.end());
        return edges;
    }
    void mark_useful(std::uint32_t goal, std::vector<char>& useful) const {
        std::vector<char> seen(items_.size(), 0);
        std::vector<std::uint32_t> stack = {goal};
        seen[goal] = 1;
        const auto visit = [&](std::uint32_t id) {
            if (id != kNo && seen[id] == 0) {
                seen[id] = 1;
                stack.push_back(id);
            }
        };
        while (!stack.empty()) {
            const std::uint32_t id = stack.back();
            stack.pop_back();
            for (std::uint32_t at = items_[id].links; at != kNo; at = links_[at].next) {
                if (links_[at].edge != kNo) {
                    useful[links_[at].edge] = 1;
                }
                visit(links_[at].previous);
                visit(links_[at].child);
            }
        }
    }

    const Automaton& grammar_;
    const Lattice& lattice_;
    const std::vector<char>& allowed_;
    std::vector<Item> items_;
    std::vector<Link> links_;
    std::vector<std::vector<std::uint32_t>> at_node_;
    std::vector<std::vector<std::uint32_t>> work_;
    std::vector<std::unordered_map<std::uint64_t, std::uint32_t>> ids_;
    std::vector<std::unordered_map<std::uint16_t, std::vector<Waiter>>> waiting_;
    std::vector<TokSet> look_;
};

}  // namespace

Cut run_earley(const Lattice& lattice, const std::vector<char>& allowed) {
    return Chart(lattice, allowed).run();
}

}  // namespace clausal::syntax
