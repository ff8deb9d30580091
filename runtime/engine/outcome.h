#pragma once
// What a run gives: firings in the deterministic output order, and counts that a person asks for.
// Both executions produce exactly this, and are compared by it.

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <vector>

#include "runtime/base/decimal.h"
#include "runtime/base/limits.h"
#include "runtime/base/types.h"
#include "runtime/events/event_data.h"

namespace clausal {

// A step of a subject's trace: an event, or what time alone changed. For a deadline step `event` is
// the event that started it (the absence's start); for a moment without one it is {kNone, kNone}.
struct Step {
    Microseconds time = 0;
    enum class Kind : std::uint8_t { event, expiry, deadline } kind = Kind::event;
    EventReference event{kNone, kNone};
    bool operator==(const Step&) const = default;
};

struct FiredAction {
    std::uint32_t action = 0;
    std::vector<std::int64_t> values;  // by ActionType::fields, kMissing where unknown
    bool operator==(const FiredAction&) const = default;
};

struct Firing {
    std::uint32_t rule = 0;
    std::uint32_t subject = 0;  // of the rule's subject kind
    Step step;
    std::vector<FiredAction> actions;
    bool operator==(const Firing&) const = default;
};

struct RuleSummary {
    std::uint64_t firings = 0;
    std::uint64_t suppressed = 0;  // by `at most`
    std::uint64_t undecided =
        0;  // occurrences, or state evaluations at event steps, whose result was unknown
    std::uint64_t pending = 0;  // starts whose deadline lies after the end
    std::uint64_t faults = 0;   // of its expressions, and subjects with an overrun
    bool operator==(const RuleSummary&) const = default;
};

// A rule had to remember more occurrences for a subject than RunOptions::remembered: what it forgot is
// unknown from then on.
struct Overrun {
    std::uint32_t rule = 0, subject = 0;
    Microseconds time = 0;  // of the occurrence that was one too many, the first such
    bool operator==(const Overrun&) const = default;
};

// An expression of a rule had no result for a subject, because a number became too large or was divided
// by zero: the condition is undecided at that step, or the action was fired without the value.
struct RuleFault {
    std::uint32_t rule = 0, subject = 0;
    Microseconds time = 0;
    Fault reason = Fault::none;
    std::uint32_t value =
        kNone;  // word of FiredAction::values, through all actions; kNone: the condition
    bool operator==(const RuleFault&) const = default;
};

struct Outcomes {
    std::vector<Firing>
        firings;  // SEMANTICS 8: instant, events before deadlines, place of the causing event, subject key, priority, rule id
    std::vector<RuleSummary> rules;
    std::vector<Overrun> overruns;  // by time, rule, subject; one per rule and subject
    std::vector<RuleFault> faults;  // by time, rule, subject, value, reason
    bool operator==(const Outcomes&) const = default;
};

inline void sort_overruns(std::vector<Overrun>& overruns) {
    std::sort(overruns.begin(), overruns.end(), [](const Overrun& a, const Overrun& b) {
        return std::tie(a.time, a.rule, a.subject) < std::tie(b.time, b.rule, b.subject);
    });
}

inline void sort_faults(std::vector<RuleFault>& faults) {
    std::sort(faults.begin(), faults.end(), [](const RuleFault& a, const RuleFault& b) {
        return std::tie(a.time, a.rule, a.subject, a.value, a.reason) <
               std::tie(b.time, b.rule, b.subject, b.value, b.reason);
    });
}

struct RunOptions {
    Microseconds until = kMissing;  // kMissing: the last event
    std::uint32_t batch = 65536;    // events a batch; never changes the result
    // Occurrences that a node looks back at, per subject (semantics, section 9); at least 2.
    std::uint32_t remembered = limits::kMaxRemembered;
};

}  // namespace clausal
