#pragma once
// The syntax tree: what the text says, before any name is looked up. It is the same for Chinese and
// English. Node kinds and the roles of their children are in node_kinds.def; nodes live in one
// vector and are named by NodeId. Made by parse.h, read by names/, printed by print.h.

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/source/source_file.h"
#include "runtime/base/decimal.h"

namespace clausal::syntax {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xffffffffU;

enum class NodeKind : std::uint8_t {
#define CLAUSAL_NODE(name, roles) name,
#include "compiler/syntax/node_kinds.def"
#undef CLAUSAL_NODE
};

enum class Op : std::uint8_t {
    none,
    // settings
    zone,
    version,
    language,
    currency,
    lateness,
    filler,
    rank,
    header,
    separator,
    file,
    working_days,
    hours,
    days,
    event_id,
    // spellings
    also,
    in_english,
    in_chinese,
    // types
    text,
    texts,
    number,
    integer,
    money,
    percent,
    duration,
    instant,
    date,
    boolean,
    choice,
    choice_ordered,
    // sources
    csv,
    ndjson,
    sqlite,
    as_fraction,
    as_percent,
    time,
    id,
    // arithmetic and comparison
    plus,
    minus,
    times,
    divide,
    lt,
    le,
    eq,
    ne,
    ge,
    gt,
    up,
    down,
    nearest,
    any,
    each,
    permille,
    permyriad,
    // aggregates
    count,
    sum,
    average,
    minimum,
    maximum,
    spread,
    distinct,
    percentile,
    deviation,
    // others
    yes,
    no,
    plain,
    with_data,
    complete,
    first,
    next,
    must,
    must_not,
    daily,
    otherwise,
    day,
    week,
    month,
    year,
    this_one,
    previous,
    // of a silence: T 内没有 B may be awaited after an event; still no B is
    within,
    still,
};

// Parts of a moment that were written; -1 = left out (examples take it from the moment before).
// `24:00` is hour 24.
struct MomentParts {
    std::int32_t year = -1, month = -1, day = -1, hour = -1, minute = -1, second = -1,
                 microsecond = -1;
    std::int32_t offset_minutes = 0;  // of an explicit zone
    bool has_offset = false;          // `Z` or `+08:00` was written
    bool operator==(const MomentParts&) const = default;
};

struct Node {
    NodeKind kind{};
    Op op = Op::none;
    Span span;
    std::string text;  // canonical words; a declared alias is replaced by the declared name
    Decimal number;    // for kinds that have one
    bool has_number = false;
    MomentParts moment;  // for `moment`
    std::vector<NodeId> children;
};

// A place where two readings were possible and a rule of the language chose; printed by
// `check --readings`, together with the words that were ignored as fillers.
struct Reading {
    enum class Kind : std::uint8_t { coarser_cut, filler, differs_from_longest, scope };
    Kind kind{};
    Span span;
    std::string chosen;  // with | between tokens
    std::string other;
};

struct SyntaxTree {
    FileId file = 0;
    std::vector<Node> nodes;
    NodeId root = kNoNode;  // NodeKind::file
    std::vector<Reading> readings;

    const Node& operator[](NodeId id) const { return nodes.at(id); }
    Node& operator[](NodeId id) { return nodes.at(id); }
};

}  // namespace clausal::syntax
