#include "runtime/engine/firing_order.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace clausal::engine {

namespace {

constexpr std::size_t kMostInserted = 6;

// The order of steps, and of rules within one.
class Order {
public:
    explicit Order(const RunRequest& request)
        : request_(request), by_rank_(request.rules->size()), rank_(by_rank_.size()) {
        // Rules by priority and id, so that firings compare a number.
        const auto& rules = *request.rules;
        std::iota(by_rank_.begin(), by_rank_.end(), 0U);
        std::stable_sort(by_rank_.begin(), by_rank_.end(), [&](std::uint32_t a, std::uint32_t b) {
            return rules[a].priority != rules[b].priority ? rules[a].priority > rules[b].priority
                                                          : rules[a].id < rules[b].id;
        });
        for (std::uint32_t i = 0; i < by_rank_.size(); ++i) rank_[by_rank_[i]] = i;
        for (const RuleOutline& rule : rules) kind_.push_back(rule.subject);
    }

    std::uint32_t rank(std::uint32_t rule) const { return rank_[rule]; }
    std::uint32_t of_rank(std::uint32_t rank) const { return by_rank_[rank]; }

    // Of one subject at one step.
    bool same_step(const FiringRecord& a, const FiringRecord& b) const {
        return a.time == b.time && a.kind == b.kind && a.reference == b.reference &&
               a.subject == b.subject && a.depth == b.depth && kind_[a.rule] == kind_[b.rule];
    }

    // Below zero where the step of `a` comes first; zero: only the rules may differ.
    int compare_steps(const FiringRecord& a, const FiringRecord& b) const {
        if (a.time != b.time) return a.time < b.time ? -1 : 1;
        if (a.kind != b.kind) return a.kind < b.kind ? -1 : 1;
        if (a.reference != b.reference) {
            if (a.reference < 0 || b.reference < 0) return a.reference < 0 ? -1 : 1;
            const auto [time_a, sequence_a] = place(a.reference);
            const auto [time_b, sequence_b] = place(b.reference);
            if (time_a != time_b) return time_a < time_b ? -1 : 1;
            if (sequence_a != sequence_b) return sequence_a < sequence_b ? -1 : 1;
        }
        const std::uint32_t left = kind_[a.rule], right = kind_[b.rule];
        if (left != right || a.subject != b.subject) {
            const int order = compare_keys(left, a.subject, right, b.subject);
            if (order != 0) return order;
        }
        return a.depth == b.depth ? 0 : a.depth < b.depth ? -1 : 1;
    }
    // The order of steps; and of records of one rule each, the whole order.
    bool steps_before(const FiringRecord& a, const FiringRecord& b) const {
        return compare_steps(a, b) < 0;
    }
    bool before(const FiringRecord& a, const FiringRecord& b) const {
        const int order = compare_steps(a, b);
        return order != 0 ? order < 0 : rank_[a.rule] < rank_[b.rule];
    }

private:
    std::pair<Microseconds, std::uint64_t> place(std::int64_t reference) const {
        const auto bits = static_cast<std::uint64_t>(reference);
        const EventTable& table = request_.data->tables[bits >> 32U];
        return {table.time[bits & 0xffffffffU], table.sequence[bits & 0xffffffffU]};
    }

    int compare_keys(
        std::uint32_t kind_a, std::uint32_t a, std::uint32_t kind_b, std::uint32_t b) const {
        const auto& left = request_.data->subjects[kind_a].keys[a];
        const auto& right = request_.data->subjects[kind_b].keys[b];
        for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
            const int order = request_.data->dictionary.text(left[i]).compare(
                request_.data->dictionary.text(right[i]));
            if (order != 0) return order;
        }
        return left.size() < right.size() ? -1 : left.size() > right.size() ? 1 : 0;
    }

    const RunRequest& request_;
    std::vector<std::uint32_t> by_rank_;      // rules
    std::vector<std::uint32_t> rank_, kind_;  // by rule
};

// Few share an instant, most often; sorting them needs no memory. Equal ones keep their order.
template <class Before>
void sort_few(FiringRecords::iterator first, FiringRecords::iterator last, const Before& before) {
    if (static_cast<std::size_t>(last - first) > kMostInserted) {
        std::stable_sort(first, last, before);
        return;
    }
    for (auto next = first + 1; next < last; ++next) {
        if (!before(*next, *(next - 1))) continue;
        const FiringRecord moved = *next;
        auto hole = next;
        for (; hole != first && before(moved, *(hole - 1)); --hole) *hole = *(hole - 1);
        *hole = moved;
    }
}

// In the order of their instants, by radix sort; equal ones keep their order.
FiringRecords by_time(const FiringRecords& firings) {
    struct Key {
        std::uint64_t time;
        std::uint64_t place;
    };
    constexpr unsigned kDigit = 11;
    std::int64_t least = kForever, most = kMissing;
    for (const FiringRecord& firing : firings) {
        least = std::min(least, firing.time);
        most = std::max(most, firing.time);
    }
    std::vector<Key> keys(firings.size()), other(firings.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        keys[i] = {
            static_cast<std::uint64_t>(firings[i].time) - static_cast<std::uint64_t>(least), i};
    }
    const std::uint64_t range =
        static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
    if (keys.size() < 4096) {
        std::stable_sort(
            keys.begin(), keys.end(), [](const Key& a, const Key& b) { return a.time < b.time; });
    } else {
        for (unsigned shift = 0; shift < 64 && range >> shift != 0; shift += kDigit) {
            std::vector<std::size_t> counts(std::size_t{1} << kDigit, 0);
            const auto digit = [&](const Key& key) {
                return (key.time >> shift) & ((1U << kDigit) - 1);
            };
            for (const Key& key : keys) ++counts[digit(key)];
            std::size_t sum = 0;
            for (std::size_t& count : counts) sum += std::exchange(count, sum);
            for (const Key& key : keys) other[counts[digit(key)]++] = key;
            keys.swap(other);
        }
    }
    FiringRecords sorted(firings.size());
    for (std::size_t i = 0; i < keys.size(); ++i) sorted[i] = firings[keys[i].place];
    return sorted;
}

// Calls `of` with the begin and end of each range of records of one instant.
template <class Function>
void each_instant(const FiringRecords& records, const Function& of) {
    for (std::size_t begin = 0; begin < records.size();) {
        std::size_t end = begin + 1;
        while (end < records.size() && records[end].time == records[begin].time) ++end;
        of(begin, end);
        begin = end;
    }
}

// Makes a list of records that hold several rules: those of one step become one record where nothing
// is stored with them.
class Joiner {
public:
    Joiner(const RunRequest& request, const Order& order, std::size_t size, std::size_t records)
        : rules_of_(*request.rules), order_(order), size_(size) {
        rules_.resize(size);
        steps_.reserve(records);
    }

    // Records of one step.
    void add(const FiringRecord* first, const FiringRecord* last) {
        if (last - first == 1 && first->count <= 1) {
            steps_.push_back(*first);
            return;
        }
        sort_rules(first, last);
        FiringRecord step{};
        const auto close = [&] {
            if (step.count == 1) {
                step.rule = rules_[--used_];
                step.values = 0;
            }
            if (step.count > 0) steps_.push_back(step);
            step.count = 0;
        };
        for (const std::uint64_t key : keys_) {
            const std::uint32_t rule = order_.of_rank(static_cast<std::uint32_t>(key >> 32U));
            const FiringRecord& record = first[key & 0xffffffffU];
            const bool stores = rules_of_[rule].stores;
            // Subjects of two kinds may have equal keys.
            if (stores || (step.count > 0 && !order_.same_step(step, record))) close();
            if (stores) {
                steps_.push_back(record);
                continue;
            }
            if (step.count == 0) {
                step = record;
                step.rule = rule;
                step.count = 0;
                step.values = used_;
            }
            ++step.count;
            rules_[used_++] = rule;
        }
        close();
    }

    FiringList take() {
        rules_.resize(used_);
        return FiringList(std::move(steps_), std::move(rules_), size_);
    }

private:
    // Fills keys_: rank << 32 | record. Thresholds rise, and ranks with them or against them, so most often
    // nothing is left to sort but a few ascending runs.
    void sort_rules(const FiringRecord* first, const FiringRecord* last) {
        keys_.clear();
        for (const FiringRecord* record = first; record != last; ++record) {
            const auto place = static_cast<std::uint64_t>(record - first);
            const auto* rules = record->count > 1
                                    ? reinterpret_cast<const std::uint32_t*>(record->values)
                                    : &record->rule;
            const std::size_t begin = keys_.size();
            const std::size_t count = std::max<std::size_t>(record->count, 1);
            for (std::size_t i = 0; i < count; ++i)
                keys_.push_back(std::uint64_t{order_.rank(rules[i])} << 32U | place);
            if (count > 1 && keys_[begin] > keys_[begin + 1])
                std::reverse(keys_.begin() + static_cast<std::ptrdiff_t>(begin), keys_.end());
        }
        constexpr std::size_t kMostMerged = 4;
        std::size_t ends[kMostMerged];  // of ascending runs
        std::size_t runs = 0;
        for (std::size_t i = 1; i <= keys_.size(); ++i) {
            if (i < keys_.size() && keys_[i - 1] < keys_[i]) continue;
            if (runs == kMostMerged) {
                std::sort(keys_.begin(), keys_.end());
                return;
            }
            ends[runs++] = i;
        }
        const auto at = [&](std::size_t place) {
            return keys_.begin() + static_cast<std::ptrdiff_t>(place);
        };
        for (std::size_t i = 1; i < runs; ++i) {
            merged_.resize(ends[i]);
            std::merge(at(0), at(ends[i - 1]), at(ends[i - 1]), at(ends[i]), merged_.begin());
            std::copy(merged_.begin(), merged_.end(), keys_.begin());
        }
    }

    const std::vector<RuleOutline>& rules_of_;
    const Order& order_;
    std::size_t size_, used_ = 0;
    FiringRecords steps_;
    RuleNumbers rules_;
    std::vector<std::uint64_t> keys_, merged_;
};

}  // namespace

// By the instant first, which decides nearly all; then by the rest where instants are equal.
FiringList in_order_of_outcomes(const RunRequest& request, FiringRecords written) {
    bool sorted = true, ties = false;
    std::size_t size = 0;
    for (std::size_t i = 0; i < written.size(); ++i) {
        size += written[i].count;
        if (i == 0) continue;
        sorted = sorted && written[i - 1].time <= written[i].time;
        ties = ties || written[i - 1].time == written[i].time;
    }
    if (!sorted) written = by_time(written);
    const bool single = size == written.size();
    if (single && sorted && !ties) return FiringList(std::move(written), {}, size);
    const Order order(request);
    const auto at = [&](std::size_t place) {
        return written.begin() + static_cast<std::ptrdiff_t>(place);
    };
    if (single) {
        const auto before = [&](const FiringRecord& a, const FiringRecord& b) {
            return order.before(a, b);
        };
        each_instant(written, [&](std::size_t begin, std::size_t end) {
            const bool many = end - begin > kMostInserted;
            if (many && std::all_of(at(begin), at(end), [&](const FiringRecord& record) {
                    return order.same_step(written[begin], record);
                })) {
                std::stable_sort(at(begin), at(end), [&](const auto& a, const auto& b) {
                    return order.rank(a.rule) < order.rank(b.rule);
                });
            } else if (end - begin > 1) {
                sort_few(at(begin), at(end), before);
            }
        });
        return FiringList(std::move(written), {}, size);
    }
    Joiner joiner(request, order, size, written.size());
    each_instant(written, [&](std::size_t begin, std::size_t end) {
        const bool one_step = std::all_of(at(begin) + 1, at(end),
            [&](const FiringRecord& record) { return order.same_step(written[begin], record); });
        if (!one_step) {
            sort_few(at(begin), at(end), [&](const FiringRecord& a, const FiringRecord& b) {
                return order.steps_before(a, b);
            });
        }
        while (begin < end) {
            std::size_t next = begin + 1;
            while (next < end &&
                   (one_step || order.compare_steps(written[begin], written[next]) == 0)) {
                ++next;
            }
            joiner.add(&written[begin], &written[begin] + (next - begin));
            begin = next;
        }
    });
    return joiner.take();
}

void count_firings(const FiringList& firings, std::vector<RuleSummary>* rules) {
    const FiringRecords& steps = firings.steps();
    for (std::size_t begin = 0; begin < steps.size();) {
        const FiringRecord& step = steps[begin];
        std::size_t end = begin + 1;
        if (step.count > 1) {
            const std::uint32_t* of = firings.rules().data() + step.values;
            for (std::uint32_t i = 0; i < step.count; ++i) ++(*rules)[of[i]].firings;
        } else {
            while (end < steps.size() && steps[end].count == 1 && steps[end].rule == step.rule)
                ++end;
            (*rules)[step.rule].firings += end - begin;
        }
        begin = end;
    }
}

}  // namespace clausal::engine
