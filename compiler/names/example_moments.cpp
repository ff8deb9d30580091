// Moments of examples: what is left out comes from the moment before.

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>

#include "compiler/diagnostics/kinds_names.h"
#include "compiler/diagnostics/kinds_syntax.h"
#include "compiler/names/resolver.h"

namespace clausal::names {
namespace {

// One more than an example may have, so that what is too much is seen and said.
constexpr std::size_t kMostDays = 100'001;

bool exists(const syntax::MomentParts& parts) {
    using namespace date;
    return parts.month > 0 && parts.day > 0 &&
           year_month_day(year{parts.year}, month{static_cast<unsigned>(parts.month)},
               day{static_cast<unsigned>(parts.day)})
               .ok();
}

}  // namespace

std::int64_t days_of(const syntax::MomentParts& parts) {
    using namespace date;
    return sys_days(year{parts.year} / month{static_cast<unsigned>(parts.month)} /
                    day{static_cast<unsigned>(parts.day)})
        .time_since_epoch()
        .count();
}

std::optional<Microseconds> Resolver::moment(const Tree& tree, SyntaxId id, ExampleState& state) {
    const syntax::Node& node = tree[id];
    syntax::MomentParts parts = node.moment;
    if (parts.year < 0) parts.year = state.last.year;
    if (parts.month < 0) parts.month = state.last.month;
    if (parts.day < 0) parts.day = state.last.day;
    if (parts.year < 0 || parts.month < 0 || parts.day < 0) {
        state.wrong_moment = true;
        sink_.report(kind::first_moment_incomplete, node.span);
        return std::nullopt;
    }
    if (!exists(parts)) {
        state.wrong_moment = true;
        for (const Diagnostic& other : sink_.all()) {
            if (other.kind == kind::bad_moment && other.span == node.span) return std::nullopt;
        }
        sink_.report(kind::impossible_date, node.span,
            {{"date", fmt::format("{:04}-{:02}-{:02}", parts.year, parts.month, parts.day), ""}});
        return std::nullopt;
    }
    state.last.year = parts.year;
    state.last.month = parts.month;
    state.last.day = parts.day;
    const Microseconds time = std::max(parts.hour, 0) * kHour +
                              std::max(parts.minute, 0) * kMinute +
                              std::max(parts.second, 0) * kSecond + std::max(parts.microsecond, 0);
    const Microseconds local = days_of(parts) * kDay + time;
    if (parts.has_offset) return local - parts.offset_minutes * kMinute;
    Microseconds instant = local;
    if (zone_->to_instant(local, &instant) == Zone::Local::nonexistent) {
        sink_.report(kind::daylight_gap, node.span,
            {{"moment",
                 fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", parts.year, parts.month, parts.day,
                     std::max(parts.hour, 0), std::max(parts.minute, 0)),
                 ""},
                {"zone", zone_->name(), ""}});
    }
    return instant;
}

std::vector<Microseconds> Resolver::moments(
    const Tree& tree, SyntaxId id, ExampleState& state, bool every_day) {
    const syntax::Node& node = tree[id];
    std::vector<Microseconds> out;
    if (node.kind == SyntaxKind::when_list) {
        // "daily at 23:00 from … to …": a time of day beside a range of days.
        const syntax::Node* time = nullptr;
        bool has_range = false;
        for (const SyntaxId child : node.children) {
            if (child == kNoNode) continue;
            has_range = has_range || tree[child].kind == SyntaxKind::moment_range;
            if (tree[child].kind == SyntaxKind::moment && tree[child].moment.day < 0)
                time = &tree[child];
        }
        for (const SyntaxId child : node.children) {
            if (child == kNoNode || (has_range && time == &tree[child])) continue;
            const std::vector<Microseconds> more = moments(tree, child, state, every_day);
            const Microseconds shift = has_range && time != nullptr
                                           ? std::max(time->moment.hour, 0) * kHour +
                                                 std::max(time->moment.minute, 0) * kMinute
                                           : 0;
            for (const Microseconds t : more) out.push_back(t + shift);
        }
        return out;
    }
    if (node.kind == SyntaxKind::moment) {
        if (const auto t = moment(tree, id, state)) out.push_back(*t);
        return out;
    }
    if (node.kind != SyntaxKind::moment_range || node.children.size() < 2) return out;
    syntax::MomentParts time = tree[node.children[0]].moment;
    const syntax::MomentParts& end_parts = tree[node.children[1]].moment;
    if (time.hour < 0) time = end_parts;
    if (node.children.size() > 2 && node.children[2] != kNoNode)
        time = tree[node.children[2]].moment;
    if (!moment(tree, node.children[0], state)) return out;
    const std::int64_t from = days_of(state.last);
    if (!moment(tree, node.children[1], state)) return out;
    const std::int64_t to = days_of(state.last);
    for (std::int64_t day = from; day <= to && out.size() < kMostDays; ++day) {
        const Microseconds local = day * kDay + std::max(time.hour, 0) * kHour +
                                   std::max(time.minute, 0) * kMinute +
                                   std::max(time.second, 0) * kSecond;
        Microseconds instant = local;
        zone_->to_instant(local, &instant);
        out.push_back(time.has_offset ? local - time.offset_minutes * kMinute : instant);
    }
    return out;
}

// A date without a time means its whole day: its start, and the start of the next one.
std::vector<std::pair<Microseconds, Microseconds>> Resolver::expected_moments(
    const Tree& tree, SyntaxId id, ExampleState& state) {
    const syntax::Node& node = tree[id];
    std::vector<std::pair<Microseconds, Microseconds>> out;
    const bool has_range =
        std::any_of(node.children.begin(), node.children.end(), [&](SyntaxId child) {
            return child != kNoNode && tree[child].kind == SyntaxKind::moment_range;
        });
    if (node.kind == SyntaxKind::when_list && !has_range) {
        for (const SyntaxId child : node.children) {
            if (child == kNoNode) continue;
            const auto more = expected_moments(tree, child, state);
            out.insert(out.end(), more.begin(), more.end());
        }
        return out;
    }
    const bool whole_day = node.kind == SyntaxKind::moment && node.moment.hour < 0;
    for (const Microseconds t : moments(tree, id, state, false)) {
        Microseconds end = kMissing;
        if (whole_day) zone_->to_instant((days_of(state.last) + 1) * kDay, &end);
        out.emplace_back(t, end);
    }
    return out;
}

}  // namespace clausal::names
