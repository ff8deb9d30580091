#pragma once
// LLVM IR text -> machine code that can be called, saved and loaded. The only folder that sees LLVM;
// this header does not. Code holds no host address: host functions are found by name when an object
// is linked, data comes in through a context pointer. So an object can be kept in a file.

#include <memory>
#include <string>
#include <string_view>

namespace clausal::compiled {

struct CompileOptions {
    bool optimise = true;  // O2 with kernels inlined; else the fast instruction selector
    // Tests only: the name of a core node kind whose generated code is made wrong on purpose, so that
    // the comparison of the two executions can be seen to fail; "batch": what is carried over from one
    // batch to the next is made wrong. Empty: none.
    std::string sabotage;
};

// Machine code in memory.
class Program {
public:
    // Address of a generated function; nullptr when there is none of that name.
    void* function(std::string_view name) const;
    // The object file as linked: can be written to disk and given to `load_object`.
    const std::string& object() const;

    struct Impl;
    explicit Program(std::unique_ptr<Impl> impl);
    ~Program();

private:
    std::unique_ptr<Impl> impl_;
};

struct CompiledProgram {
    // Null on failure. Not shared here: what jit.cpp makes has no type information, as LLVM has none.
    std::unique_ptr<const Program> program;
    std::string error;  // ours to explain: a generated program always compiles
};

// Compiles IR text. Kernels that it calls are linked in from bitcode and inlined when optimising.
CompiledProgram compile_ir(const std::string& ir, const CompileOptions& options);
// Links an object made by compile_ir, without any code generation.
CompiledProgram load_object(std::string object);
// The IR after kernels were linked in and passes were run, for people.
std::string optimised_ir(const std::string& ir, const CompileOptions& options, std::string* error);

}  // namespace clausal::compiled
