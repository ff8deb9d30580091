#pragma once
// W6: many rules that share event and field and differ in their constants, in three shapes over the
// utilisation of line reports: a streak of reports, consecutive days, and a sliding minimum.

#include <cstdint>
#include <string>
#include <vector>

namespace clausal::bench {

enum class Shape : std::uint8_t { streak, days, minimum };

struct ThresholdRule {
    Shape shape = Shape::streak;
    std::int64_t threshold = 0;  // utilisation below it, scaled by 10^6
};

// `count` rules, the shapes in turn; thresholds spread evenly from 40 % to 52 %, all different within
// a shape. Rule i of the text is rule i of the vector.
std::vector<ThresholdRule> many_rules(std::uint32_t count);

// The rules with their declarations as a rule file, English or Chinese.
std::string many_rules_text(const std::vector<ThresholdRule>& rules, bool chinese);

}  // namespace clausal::bench
