#include "compiler/llvm/from_plan.h"

#include "compiler/llvm/emit_group.h"

namespace clausal::compiled {

namespace {

// Puts a step into the context, for host functions.
std::string put_step() {
    std::string out =
        "define internal void @put_step(ptr %ctx, i64 %time, i64 %subject, i64 %reference, i64 %step, "
        "i64 %place, i64 %kind) alwaysinline {\n";
    int number = 0;
    const auto put = [&](std::size_t field, const char* value) {
        out +=
            fmt::format("  %p{} = getelementptr i8, ptr %ctx, i64 {}\n  store i64 {}, ptr %p{}\n",
                number, field, value, number);
        ++number;
    };
    put(offsetof(abi::Context, time), "%time");
    put(offsetof(abi::Context, subject), "%subject");
    put(offsetof(abi::Context, reference), "%reference");
    put(offsetof(abi::Context, step), "%step");
    put(offsetof(abi::Context, place), "%place");
    put(offsetof(abi::Context, kind), "%kind");
    put(offsetof(abi::Context, depth), "0");
    return out + "  ret void\n}\n";
}

}  // namespace

std::string emit_ir(const plan::Plan& plan, const std::string& sabotage) {
    IrWriter writer;
    writer.global(
        "; rules of pack " + plan.pack->schema.pack.substr(0, plan.pack->schema.pack.find('\n')));
    writer.global("!0 = !{}");
    writer.global("declare i64 @llvm.umin.i64(i64, i64)\ndeclare i64 @llvm.umax.i64(i64, i64)");
    writer.global("declare void @llvm.prefetch.p0(ptr, i32, i32, i32)");
    writer.global("declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)");
#define CLAUSAL_HOST(name, result, parameters) \
    writer.global("declare " result " @" #name "(" parameters ") nounwind");
#include "runtime/abi/host_functions.def"
#undef CLAUSAL_HOST
#define CLAUSAL_KERNEL(name, result, parameters) \
    writer.global("declare " result " @" #name "(" parameters ") nounwind");
#include "runtime/kernels/kernels.def"
#undef CLAUSAL_KERNEL
    writer.global(put_step());
    for (const plan::Group& group : plan.groups) GroupEmitter(writer, plan, group, sabotage).emit();
    return writer.finish();
}

}  // namespace clausal::compiled
