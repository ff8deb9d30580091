#pragma once
// The firings of a run without a heap block each: what those of one subject at one step have in common
// is held once, with the rules in the order of outcomes.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/abi/context.h"

namespace clausal::engine {

using abi::FiringRecord;

// Leaves new elements as they are: code fills them.
template <class Value>
struct Unfilled : std::allocator<Value> {
    template <class Other>
    struct rebind {
        using other = Unfilled<Other>;
    };
    template <class Other>
    void construct(Other* place) noexcept {
        ::new (static_cast<void*>(place)) Other;
    }
    template <class Other, class First, class... More>
    void construct(Other* place, First&& first, More&&... more) {
        ::new (static_cast<void*>(place))
            Other{std::forward<First>(first), std::forward<More>(more)...};
    }
};
using FiringRecords = std::vector<FiringRecord, Unfilled<FiringRecord>>;
using RuleNumbers = std::vector<std::uint32_t, Unfilled<std::uint32_t>>;

// Reads as a list of firings, each a FiringRecord of one rule.
class FiringList {
public:
    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = FiringRecord;
        using difference_type = std::ptrdiff_t;
        using pointer = const FiringRecord*;
        using reference = FiringRecord;

        Iterator(const FiringRecord* step, const std::uint32_t* rules)
            : step_(step), rules_(rules) {}
        FiringRecord operator*() const {
            FiringRecord out = *step_;
            if (out.count > 1) {
                out.rule = rules_[out.values + at_];
                out.values = 0;  // nothing is stored
                out.count = 1;
            }
            return out;
        }
        Iterator& operator++() {
            if (++at_ >= step_->count) {
                ++step_;
                at_ = 0;
            }
            return *this;
        }
        bool operator==(const Iterator& other) const {
            return step_ == other.step_ && at_ == other.at_;
        }

    private:
        const FiringRecord* step_;
        const std::uint32_t* rules_;
        std::uint32_t at_ = 0;  // of the rules of the step
    };

    FiringList() = default;
    // Where the count of a record is above 1, its rules are those from `values` on.
    FiringList(FiringRecords steps, RuleNumbers rules, std::size_t size)
        : steps_(std::move(steps)), rules_(std::move(rules)), size_(size) {}

    Iterator begin() const { return {steps_.data(), rules_.data()}; }
    Iterator end() const { return {steps_.data() + steps_.size(), rules_.data()}; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const FiringRecords& steps() const { return steps_; }
    const RuleNumbers& rules() const { return rules_; }

private:
    FiringRecords steps_;
    RuleNumbers rules_;
    std::size_t size_ = 0;
};

}  // namespace clausal::engine
