#include "compiler/llvm/jit.h"

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <llvm/AsmParser/Parser.h>
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Linker/Linker.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>

#include "runtime/abi/host.h"
#include "runtime/kernels/bitcode.h"

namespace clausal::compiled {

namespace {

constexpr const char* kTriple = "x86_64-pc-linux-gnu";
constexpr const char* kCpu =
    "x86-64-v2";  // one baseline, so that a built pack runs on any such machine

void initialise_target() {
    static std::once_flag once;
    std::call_once(once, [] {
        LLVMInitializeX86TargetInfo();
        LLVMInitializeX86Target();
        LLVMInitializeX86TargetMC();
        LLVMInitializeX86AsmPrinter();
    });
}

std::string text_of(llvm::Error error) {
    std::string out;
    llvm::raw_string_ostream stream(out);
    stream << error;
    llvm::consumeError(std::move(error));
    return out;
}

struct Unit {
    std::unique_ptr<llvm::LLVMContext> context;
    std::unique_ptr<llvm::Module> module;
    std::unique_ptr<llvm::TargetMachine> machine;
};

std::unique_ptr<llvm::TargetMachine> make_machine(bool optimise, std::string* error) {
    initialise_target();
    const llvm::Target* target = llvm::TargetRegistry::lookupTarget(kTriple, *error);
    if (target == nullptr) return nullptr;
    llvm::TargetOptions options;
    options.EnableFastISel = !optimise;
    auto level = optimise ? llvm::CodeGenOptLevel::Default : llvm::CodeGenOptLevel::None;
    std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
        kTriple, kCpu, "", options, llvm::Reloc::PIC_, llvm::CodeModel::Small, level));
    if (!optimise) machine->setFastISel(true);
    return machine;
}

bool link_kernels(llvm::Module& module, std::string* error) {
    auto bytes = kernels::bitcode();
    auto buffer = llvm::MemoryBuffer::getMemBuffer(
        llvm::StringRef(bytes.data(), bytes.size()), "kernels", false);
    auto kernels_module = llvm::parseBitcodeFile(buffer->getMemBufferRef(), module.getContext());
    if (!kernels_module) {
        *error = text_of(kernels_module.takeError());
        return false;
    }
    std::vector<std::string> names;
    for (const auto& function : **kernels_module) {
        if (!function.isDeclaration()) names.push_back(function.getName().str());
    }
    if (llvm::Linker::linkModules(
            module, std::move(*kernels_module), llvm::Linker::LinkOnlyNeeded)) {
        *error = "kernels do not link";
        return false;
    }
    for (const auto& name : names) {
        if (auto* function = module.getFunction(name);
            function != nullptr && !function->isDeclaration()) {
            function->setLinkage(llvm::GlobalValue::InternalLinkage);
            function->setComdat(nullptr);
        }
    }
    return true;
}

void run_passes(Unit& unit) {
    llvm::LoopAnalysisManager loops;
    llvm::FunctionAnalysisManager functions;
    llvm::CGSCCAnalysisManager calls;
    llvm::ModuleAnalysisManager modules;
    llvm::PipelineTuningOptions tuning;
    tuning.LoopVectorization = false;
    tuning.SLPVectorization = false;
    llvm::PassBuilder builder(unit.machine.get(), tuning);
    builder.registerModuleAnalyses(modules);
    builder.registerCGSCCAnalyses(calls);
    builder.registerFunctionAnalyses(functions);
    builder.registerLoopAnalyses(loops);
    builder.crossRegisterProxies(loops, functions, calls, modules);
    auto passes = builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2);
    passes.run(*unit.module, modules);
}

std::optional<Unit> prepare(
    const std::string& ir, const CompileOptions& options, std::string* error) {
    Unit unit;
    unit.context = std::make_unique<llvm::LLVMContext>();
    llvm::SMDiagnostic diagnostic;
    unit.module =
        llvm::parseAssembly(llvm::MemoryBufferRef(ir, "rules"), diagnostic, *unit.context);
    if (!unit.module) {
        llvm::raw_string_ostream stream(*error);
        diagnostic.print("rules", stream, false);
        return std::nullopt;
    }
    unit.machine = make_machine(options.optimise, error);
    if (!unit.machine) return std::nullopt;
    unit.module->setTargetTriple(kTriple);
    unit.module->setDataLayout(unit.machine->createDataLayout());
    if (options.optimise) {
        if (!link_kernels(*unit.module, error)) return std::nullopt;
        run_passes(unit);
    }
    return unit;
}

}  // namespace

struct Program::Impl {
    std::string object;
    std::unique_ptr<llvm::orc::LLJIT> jit;
};

Program::Program(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Program::~Program() = default;

void* Program::function(std::string_view name) const {
    auto address = impl_->jit->lookup(llvm::StringRef(name.data(), name.size()));
    if (!address) {
        llvm::consumeError(address.takeError());
        return nullptr;
    }
    return address->toPtr<void*>();
}

const std::string& Program::object() const { return impl_->object; }

CompiledProgram load_object(std::string object) {
    initialise_target();
    CompiledProgram out;
    llvm::orc::JITTargetMachineBuilder machine{llvm::Triple(kTriple)};
    machine.setCPU(kCpu);
    auto jit = llvm::orc::LLJITBuilder()
                   .setJITTargetMachineBuilder(std::move(machine))
                   .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                   .setLinkProcessSymbolsByDefault(false)
                   .create();
    if (!jit) {
        out.error = text_of(jit.takeError());
        return out;
    }
    auto impl = std::make_unique<Program::Impl>();
    impl->object = std::move(object);
    impl->jit = std::move(*jit);
    llvm::orc::SymbolMap symbols;
    for (const auto& [name, address] : abi::host_symbols()) {
        symbols[impl->jit->mangleAndIntern(name)] = {
            llvm::orc::ExecutorAddr::fromPtr(address), llvm::JITSymbolFlags::Exported};
    }
    auto& library = impl->jit->getMainJITDylib();
    if (auto error = library.define(llvm::orc::absoluteSymbols(std::move(symbols)))) {
        out.error = text_of(std::move(error));
        return out;
    }
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy(impl->object, "rules.o");
    if (auto error = impl->jit->addObjectFile(std::move(buffer))) {
        out.error = text_of(std::move(error));
        return out;
    }
    out.program = std::make_unique<Program>(std::move(impl));
    return out;
}

CompiledProgram compile_ir(const std::string& ir, const CompileOptions& options) {
    CompiledProgram out;
    auto unit = prepare(ir, options, &out.error);
    if (!unit) return out;
    llvm::SmallVector<char, 0> bytes;
    llvm::raw_svector_ostream stream(bytes);
    llvm::legacy::PassManager emitter;
    if (unit->machine->addPassesToEmitFile(
            emitter, stream, nullptr, llvm::CodeGenFileType::ObjectFile, true)) {
        out.error = "no object emitter";
        return out;
    }
    emitter.run(*unit->module);
    return load_object(std::string(bytes.data(), bytes.size()));
}

std::string optimised_ir(const std::string& ir, const CompileOptions& options, std::string* error) {
    auto unit = prepare(ir, options, error);
    if (!unit) return "";
    std::string out;
    llvm::raw_string_ostream stream(out);
    unit->module->print(stream, nullptr);
    return out;
}

}  // namespace clausal::compiled
