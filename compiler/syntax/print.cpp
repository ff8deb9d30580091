#include <array>

#include <fmt/format.h>

#include "compiler/syntax/parse.h"

namespace clausal::syntax {

namespace {

std::string_view kind_name(NodeKind kind) {
    static constexpr std::string_view kNames[] = {
#define CLAUSAL_NODE(name, roles) #name,
#include "compiler/syntax/node_kinds.def"
#undef CLAUSAL_NODE
    };
    return kNames[static_cast<std::size_t>(kind)];
}

// In the order of Op; the assertion below keeps the two in step.
constexpr std::array kOps = std::to_array<std::string_view>({"none", "zone", "version", "language",
    "currency", "lateness", "filler", "rank", "header", "separator", "file", "working_days",
    "hours", "days", "event_id", "also", "in_english", "in_chinese", "text", "texts", "number",
    "integer", "money", "percent", "duration", "instant", "date", "boolean", "choice",
    "choice_ordered", "csv", "ndjson", "sqlite", "as_fraction", "as_percent", "time", "id", "plus",
    "minus", "times", "divide", "lt", "le", "eq", "ne", "ge", "gt", "up", "down", "nearest", "any",
    "each", "permille", "permyriad", "count", "sum", "average", "minimum", "maximum", "spread",
    "distinct", "percentile", "deviation", "yes", "no", "plain", "with_data", "complete", "first",
    "next", "must", "must_not", "daily", "otherwise", "day", "week", "month", "year", "this_one",
    "previous", "within", "still"});
static_assert(kOps.size() == static_cast<std::size_t>(Op::still) + 1);

std::string moment_text(const MomentParts& m) {
    const auto part = [](std::int32_t value) {
        return value < 0 ? "_" : fmt::format("{:02}", value);
    };
    std::string out = fmt::format("{}-{}-{} {}:{}:{}", part(m.year), part(m.month), part(m.day),
        part(m.hour), part(m.minute), part(m.second));
    if (m.microsecond >= 0) {
        out += fmt::format(".{:06}", m.microsecond);
    }
    if (m.has_offset) {
        out += fmt::format(" {:+}", m.offset_minutes);
    }
    return out;
}

void print_node(const SyntaxTree& tree, NodeId id, int depth, std::string& out) {
    out.append(static_cast<std::size_t>(depth) * 2, ' ');
    if (id == kNoNode) {
        out += "-\n";
        return;
    }
    const Node& node = tree[id];
    out += kind_name(node.kind);
    if (node.op != Op::none) {
        out += fmt::format(" {}", kOps.at(static_cast<std::size_t>(node.op)));
    }
    if (node.kind == NodeKind::moment) {
        out += " " + moment_text(node.moment);
    } else if (!node.text.empty()) {
        out += fmt::format(" \"{}\"", node.text);
    }
    if (node.has_number) {
        out += " " + to_string(node.number);
    }
    out += '\n';
    if (depth > 4000) {
        return;
    }
    for (const NodeId child : node.children) {
        print_node(tree, child, depth + 1, out);
    }
}

}  // namespace

std::string print(const SyntaxTree& tree) {
    std::string out;
    if (tree.root != kNoNode) {
        print_node(tree, tree.root, 0, out);
    }
    return out;
}

}  // namespace clausal::syntax
