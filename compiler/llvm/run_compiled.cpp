#include "compiler/llvm/run_compiled.h"

#include "compiler/llvm/from_plan.h"
#include "compiler/plan/from_core.h"
#include "runtime/engine/run_groups.h"

namespace clausal::compiled {

struct CompiledPack::Planned {
    plan::Plan plan;
    std::vector<engine::RuleOutline> rules;
    std::unique_ptr<engine::BoundGroups> groups;
};

void CompiledPack::bind() {
    const plan::Plan& plan = planned_->plan;
    for (const core::Rule& rule : plan.pack->rules) {
        engine::RuleOutline outline;
        outline.id = rule.id;
        outline.subject = rule.subject;
        outline.priority = rule.priority;
        for (const auto& call : rule.actions) {
            outline.actions.push_back(
                {call.action, static_cast<std::uint32_t>(call.values.size())});
        }
        planned_->rules.push_back(std::move(outline));
    }
    std::vector<const abi::GroupSpec*> specs;
    for (const plan::Group& group : plan.groups) {
        specs.push_back(&group.spec);
        for (const abi::RuleSpec& rule : group.spec.rules) {
            planned_->rules[rule.rule].key_values = rule.key_values;
            planned_->rules[rule.rule].stores = rule.stores;
        }
    }
    planned_->groups = std::make_unique<engine::BoundGroups>(
        specs, [&](const std::string& name) { return program_->function(name); });
}

CompiledPack::CompiledPack() = default;
CompiledPack::CompiledPack(CompiledPack&&) noexcept = default;
CompiledPack& CompiledPack::operator=(CompiledPack&&) noexcept = default;
CompiledPack::~CompiledPack() = default;

CompiledPack CompiledPack::compile(const core::CorePack& pack, const CompileOptions& options) {
    CompiledPack out;
    out.planned_ = std::make_unique<Planned>(Planned{plan::make_plan(pack), {}, nullptr});
    CompiledProgram compiled = compile_ir(emit_ir(out.planned_->plan, options.sabotage), options);
    out.program_ = std::move(compiled.program);
    out.error_ = std::move(compiled.error);
    if (out.error_.empty()) out.bind();
    return out;
}

CompiledPack CompiledPack::load(const core::CorePack& pack, std::string object) {
    CompiledPack out;
    out.planned_ = std::make_unique<Planned>(Planned{plan::make_plan(pack), {}, nullptr});
    CompiledProgram loaded = load_object(std::move(object));
    out.program_ = std::move(loaded.program);
    out.error_ = std::move(loaded.error);
    if (out.error_.empty()) out.bind();
    return out;
}

std::uint32_t CompiledPack::state_bytes_per_subject() const { return planned_->plan.state_bytes(); }

engine::RunRequest CompiledPack::request(const EventData& data,
    const std::vector<WorkCalendar>& calendars, const RunOptions& options) const {
    const plan::Plan& plan = planned_->plan;
    const core::CorePack& pack = *plan.pack;
    engine::RunRequest out;
    out.schema = &pack.schema;
    out.data = &data;
    out.calendars = &calendars;
    out.options = options;
    for (const core::NodeId id : plan.text_constants) {
        const core::Node& node = pack[id];
        if (node.type.kind == TypeKind::text) {
            out.constants.push_back(data.dictionary.find(node.text));
            continue;
        }
        std::vector<std::int64_t> words;
        for (const auto& text : node.words) words.push_back(data.dictionary.find(text));
        out.constants.push_back(data.dictionary.find_set(std::move(words)));
    }
    out.rules = &planned_->rules;
    out.groups = planned_->groups.get();
    return out;
}

engine::Records CompiledPack::run_records(const EventData& data,
    const std::vector<WorkCalendar>& calendars, const RunOptions& options) const {
    return engine::run_records(request(data, calendars, options));
}

Outcomes CompiledPack::run(const EventData& data, const std::vector<WorkCalendar>& calendars,
    const RunOptions& options) const {
    return engine::run_groups(request(data, calendars, options));
}

Outcomes run_compiled(const core::CorePack& pack, const EventData& data,
    const std::vector<WorkCalendar>& calendars, const RunOptions& options,
    const CompileOptions& compile_options, std::string* error) {
    const CompiledPack compiled = CompiledPack::compile(pack, compile_options);
    if (!compiled.error().empty()) {
        if (error != nullptr) *error = compiled.error();
        return {};
    }
    return compiled.run(data, calendars, options);
}

std::string print_ir(const core::CorePack& pack, bool optimised) {
    const plan::Plan plan = plan::make_plan(pack);
    const std::string ir = emit_ir(plan);
    std::string error;
    return optimised ? optimised_ir(ir, {}, &error) : ir;
}

}  // namespace clausal::compiled
