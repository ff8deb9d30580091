#include "tests/sim/shrink.h"

namespace clausal::sim {

using core::Node;
using core::NodeId;
using core::NodeKind;

namespace {

class Shrinker {
public:
    Shrinker(Case failing, const std::function<bool(const Case&)>& fails)
        : best_(std::move(failing)), fails_(fails) {}

    Case run() {
        for (bool smaller = true; smaller && tries_ < kMostTries;) {
            smaller = drop_rules();
            smaller = drop_rows() || smaller;
            smaller = simplify_nodes() || smaller;
            smaller = simplify_rules() || smaller;
            smaller = clear_cells() || smaller;
        }
        return best_;
    }

private:
    static constexpr int kMostTries = 6000;

    bool accept(const Case& candidate) {
        ++tries_;
        if (!fails_(candidate)) return false;
        best_ = candidate;
        return true;
    }

    bool drop_rules() {
        bool any = false;
        for (std::size_t i = best_.pack.rules.size(); i-- > 0;) {
            if (best_.pack.rules.size() == 1) break;
            Case candidate = best_;
            candidate.pack.rules.erase(
                candidate.pack.rules.begin() + static_cast<std::ptrdiff_t>(i));
            bool used = false;
            for (Node& node : candidate.pack.nodes) {
                if (node.kind != NodeKind::rule_output) continue;
                if (node.rule == i) node.rule = kNone;
                if (node.rule != kNone && node.rule > i) --node.rule;
            }
            compact(candidate.pack);
            for (const Node& node : candidate.pack.nodes) {
                used = used || (node.kind == NodeKind::rule_output && node.rule == kNone);
            }
            any = (!used && accept(candidate)) || any;
        }
        return any;
    }

    bool drop_rows() {
        bool any = false;
        for (std::size_t chunk = best_.rows.size() / 2 + 1; chunk > 0; chunk /= 2) {
            for (std::size_t at = best_.rows.size(); at > 0;) {
                const std::size_t from = at > chunk ? at - chunk : 0;
                if (at <= best_.rows.size()) {
                    Case candidate = best_;
                    candidate.rows.erase(candidate.rows.begin() + static_cast<std::ptrdiff_t>(from),
                        candidate.rows.begin() + static_cast<std::ptrdiff_t>(at));
                    any = accept(candidate) || any;
                }
                at = from;
            }
        }
        for (std::size_t i = best_.registers.size(); i-- > 0;) {
            Case candidate = best_;
            candidate.registers.erase(candidate.registers.begin() + static_cast<std::ptrdiff_t>(i));
            any = accept(candidate) || any;
        }
        return any;
    }

    bool replace(NodeId id, const Node& by) {
        Case candidate = best_;
        candidate.pack.nodes[id] = by;
        compact(candidate.pack);
        return accept(candidate);
    }

    bool simplify_nodes() {
        bool any = false;
        for (std::size_t i = best_.pack.nodes.size(); i-- > 0;) {
            if (i >= best_.pack.nodes.size()) continue;
            const auto id = static_cast<NodeId>(i);
            const Node node = best_.pack.nodes[i];
            const core::Sort sort = core::sort_of(node.kind);
            bool done = false;
            if (sort == core::Sort::state && node.kind != NodeKind::truth) {
                for (const std::int64_t truth : {1, 0, 2}) {
                    Node constant;
                    constant.kind = NodeKind::truth;
                    constant.truth = truth;
                    if (!done) done = replace(id, constant);
                }
            }
            if (sort == core::Sort::value && node.kind != NodeKind::constant) {
                Node constant;
                constant.kind = NodeKind::constant;
                constant.type = node.type;
                constant.number = Rational{1, 1};
                constant.text = "x";
                constant.code = 1;
                if (!done) done = replace(id, constant);
            }
            // A node in place of itself: one of its inputs of the same sort.
            for (const NodeId input : node.inputs) {
                if (done || input == kNone) continue;
                const Node& inner = best_.pack.nodes[input];
                if (core::sort_of(inner.kind) != sort) continue;
                if (sort == core::Sort::value && !(inner.type == node.type)) continue;
                done = replace(id, inner);
            }
            if (!done) {
                for (std::size_t place = 0; place < node.inputs.size() && !done; ++place) {
                    const bool optional = (node.kind == NodeKind::event && place == 0) ||
                                          (node.kind == NodeKind::sequence && place >= 2) ||
                                          (node.kind == NodeKind::absence_after && place >= 1) ||
                                          (node.kind == NodeKind::absence_before && place == 2) ||
                                          (node.kind == NodeKind::streak && place == 1) ||
                                          (node.kind == NodeKind::exists_around && place == 2) ||
                                          (node.kind == NodeKind::elapsed && place == 1);
                    if (!optional || node.inputs[place] == kNone) continue;
                    Node simpler = node;
                    simpler.inputs[place] = kNone;
                    done = replace(id, simpler);
                }
                if (!done &&
                    (node.kind == NodeKind::and_ || node.kind == NodeKind::or_ ||
                        node.kind == NodeKind::either) &&
                    node.inputs.size() > 1) {
                    for (std::size_t place = 0; place < node.inputs.size() && !done; ++place) {
                        Node simpler = node;
                        simpler.inputs.erase(
                            simpler.inputs.begin() + static_cast<std::ptrdiff_t>(place));
                        done = replace(id, simpler);
                    }
                }
                if (!done && !node.correlation.empty()) {
                    Node simpler = node;
                    simpler.correlation.clear();
                    done = replace(id, simpler);
                }
                if (!done && node.low > 0) {
                    Node simpler = node;
                    simpler.low = 0;
                    done = node.kind != NodeKind::cluster && replace(id, simpler);
                }
                if (!done && node.window.kind != core::Window::Kind::all &&
                    node.window.offset > 0) {
                    Node simpler = node;
                    simpler.window.offset = 0;
                    done = replace(id, simpler);
                }
            }
            any = any || done;
        }
        return any;
    }

    bool simplify_rules() {
        bool any = false;
        for (std::size_t i = 0; i < best_.pack.rules.size(); ++i) {
            const auto change = [&](const auto& edit) {
                Case candidate = best_;
                edit(candidate.pack.rules[i]);
                compact(candidate.pack);
                any = accept(candidate) || any;
            };
            const core::Rule rule = best_.pack.rules[i];
            if (!rule.actions.empty()) {
                const bool read = [&] {
                    for (const Node& node : best_.pack.nodes) {
                        if (node.kind == NodeKind::rule_output && node.rule == i) return true;
                    }
                    return false;
                }();
                if (!read) change([](core::Rule& r) { r.actions.pop_back(); });
            }
            if (rule.limit.count > 0) change([](core::Rule& r) { r.limit = {}; });
            if (rule.priority != 0) change([](core::Rule& r) { r.priority = 0; });
            if (rule.until != kForever) change([](core::Rule& r) { r.until = kForever; });
            if (rule.from > 0) change([](core::Rule& r) { r.from = core::Rule{}.from; });
        }
        return any;
    }

    bool clear_cells() {
        bool any = false;
        Case plain = best_;
        plain.options.batch = 65536;
        if (best_.options.batch != 65536) any = accept(plain) || any;
        plain = best_;
        plain.options.remembered = RunOptions{}.remembered;
        if (best_.options.remembered != plain.options.remembered) any = accept(plain) || any;
        for (std::size_t row = 0; row < best_.rows.size(); ++row) {
            for (std::size_t f = 4; f < best_.rows[row].cells.size(); ++f) {
                if (best_.rows[row].cells[f].missing) continue;
                Case candidate = best_;
                candidate.rows[row].cells[f] = {};
                any = accept(candidate) || any;
            }
        }
        return any;
    }

    Case best_;
    const std::function<bool(const Case&)>& fails_;
    int tries_ = 0;
};

}  // namespace

Case shrink(Case failing, const std::function<bool(const Case&)>& fails) {
    return Shrinker(std::move(failing), fails).run();
}

}  // namespace clausal::sim
