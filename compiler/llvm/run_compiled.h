#pragma once
// The compiled execution of a pack: compile once (or load an object), run over events. Gives exactly
// what the reference evaluator gives.

#include <memory>
#include <string>
#include <vector>

#include "compiler/core/core.h"
#include "compiler/llvm/jit.h"
#include "runtime/calendar/calendar.h"
#include "runtime/engine/outcome.h"
#include "runtime/engine/run_groups.h"

namespace clausal::compiled {

// A pack ready to run. Keeps a pointer to the pack, which must outlive it.
class CompiledPack {
public:
    // Plans and compiles; on failure `error()` says why (it is our fault).
    static CompiledPack compile(const core::CorePack& pack, const CompileOptions& options = {});
    // Plans and links an object that `object()` gave for an equal pack: no code generation.
    static CompiledPack load(const core::CorePack& pack, std::string object);

    const std::string& error() const { return error_; }
    const std::string& object() const { return program_->object(); }
    // Texts of the pack must be interned in `data` (core::intern_constants).
    Outcomes run(const EventData& data, const std::vector<WorkCalendar>& calendars,
        const RunOptions& options) const;
    // The same, flat: no heap block per firing.
    engine::Records run_records(const EventData& data, const std::vector<WorkCalendar>& calendars,
        const RunOptions& options) const;
    std::uint32_t state_bytes_per_subject() const;

    CompiledPack(CompiledPack&&) noexcept;
    CompiledPack& operator=(CompiledPack&&) noexcept;
    ~CompiledPack();

private:
    struct Planned;
    void bind();
    engine::RunRequest request(const EventData& data, const std::vector<WorkCalendar>& calendars,
        const RunOptions& options) const;
    CompiledPack();
    std::unique_ptr<Planned> planned_;
    std::shared_ptr<const Program> program_;
    std::string error_;
};

// Compile and run in one go; an internal failure gives no outcomes and sets *error.
Outcomes run_compiled(const core::CorePack& pack, const EventData& data,
    const std::vector<WorkCalendar>& calendars, const RunOptions& options,
    const CompileOptions& compile_options = {}, std::string* error = nullptr);

// For --dump=llvm: the IR as generated, or (optimised) as compiled.
std::string print_ir(const core::CorePack& pack, bool optimised = false);

}  // namespace clausal::compiled
