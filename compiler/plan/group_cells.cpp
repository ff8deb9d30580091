// State that several rules share: queues of sliding minima and maxima, and positions of families.

#include "compiler/core/bounds.h"
#include "compiler/plan/group_maker.h"
#include "runtime/kernels/family_cells.h"

namespace clausal::plan {

bool GroupMaker::is_extreme(NodeId id) const {
    const Node& node = pack_[id];
    if (has_before_ || !core::is_sliding_extreme(pack_, node)) return false;
    const Node& value = pack_[node.inputs[1]];
    const Node& of = pack_[node.inputs[0]];
    if (value.kind != NodeKind::field || value.frame != core::Frame::self ||
        !is_sure(node.inputs[0]))
        return false;
    const auto& fields = pack_.schema.events[of.event].fields;
    return value.slot < fields.size() && core::is_numeric(fields[value.slot].type.kind);
}

void GroupMaker::add_extreme(NodeId id) {
    const Node& node = pack_[id];
    abi::ExtremeSpec spec;
    spec.node = id;
    spec.cell = take(sizeof(abi::LogHead));
    spec.length = node.window.length;
    spec.greatest = node.aggregate == core::AggregateOp::maximum;
    group_.extreme_of[id] = add_spec(spec_.extremes, spec);
}

void GroupMaker::add_family(std::size_t index) {
    const Family& family = group_.families[index];
    abi::FamilySpec spec;
    for (const std::uint32_t place : family.places) spec.rules.push_back(group_.rules[place]);
    spec.numbers = family.numbers;
    spec.inclusive = family.inclusive;
    spec.negative = family.greater;
    spec.ranges = spec_.ranges;
    spec_.ranges += static_cast<std::uint32_t>(family.places.size()) + 1;
    if (family.counted != kNone) {
        const Node& counted = pack_[family.counted];
        spec.count = counted.count;
        spec.ring = static_cast<std::uint32_t>(counted.count);
        if (counted.kind == NodeKind::streak) {
            spec.kind = abi::FamilySpec::Kind::streak;
            spec.cell = take(sizeof(kernels::StreakCell) + spec.ring * sizeof(kernels::Positions));
        } else {
            spec.kind = abi::FamilySpec::Kind::units;
            spec.unit = static_cast<std::uint8_t>(counted.unit);
            spec.mode = static_cast<std::uint8_t>(counted.mode);
            if (counted.mode == core::UnitMode::complete)
                ++spec.ring;  // the current unit beside them
            spec.cell = take(sizeof(kernels::UnitsCell) + spec.ring * sizeof(std::uint16_t));
        }
    }
    spec_.families.push_back(std::move(spec));
}

bool GroupMaker::extreme_falls(NodeId comparison) const {
    const Node& node = pack_[comparison];
    bool out = true;
    for (const std::size_t place : {std::size_t{0}, std::size_t{1}}) {
        const auto found = group_.extreme_of.find(node.inputs[place]);
        if (found == group_.extreme_of.end()) continue;
        const core::CompareOp op = place == 0 ? node.compare : mirrored(node.compare);
        const bool below = op == core::CompareOp::lt || op == core::CompareOp::le;
        const bool above = op == core::CompareOp::gt || op == core::CompareOp::ge;
        out = out && (spec_.extremes[found->second].greatest ? above : below) &&
              pack_[node.inputs[1 - place]].kind == NodeKind::constant;
    }
    return out;
}

}  // namespace clausal::plan
