#include "compiler/llvm/ir_writer.h"

#include <algorithm>

namespace clausal::compiled {

void IrWriter::begin_function(std::string_view header) {
    header_ = header;
    entry_.clear();
    body_.clear();
    temporaries_ = labels_ = 0;
    block_ = "start";
}

void IrWriter::end_function() {
    functions_ +=
        header_ + " {\nentry:\n" + entry_ + "  br label %start\nstart:\n" + body_ + "}\n\n";
}

std::string IrWriter::slot(std::string_view type, int align) {
    std::string name = fmt::format("%s{}", ++temporaries_);
    fmt::format_to(std::back_inserter(entry_), "  {} = alloca {}, align {}\n", name, type, align);
    return name;
}

void IrWriter::place(const std::string& label) {
    body_ += label + ":\n";
    block_ = label;
}

void IrWriter::jump(const std::string& label) { line("br label %{}", label); }

void IrWriter::branch(const std::string& condition, const std::string& yes, const std::string& no) {
    line("br i1 {}, label %{}, label %{}", condition, yes, no);
}

std::string IrWriter::load(std::string_view type, const std::string& pointer) {
    return value("load {}, ptr {}", type, pointer);
}

void IrWriter::store(std::string_view type, const std::string& stored, const std::string& pointer) {
    line("store {} {}, ptr {}", type, stored, pointer);
}

std::string IrWriter::offset(const std::string& pointer, std::int64_t bytes) {
    if (bytes == 0) return pointer;
    return value("getelementptr i8, ptr {}, i64 {}", pointer, bytes);
}

void IrWriter::declare(std::string_view declaration) {
    if (std::find(declared_.begin(), declared_.end(), declaration) != declared_.end()) return;
    declared_.emplace_back(declaration);
    globals_ += std::string(declaration) + "\n";
}

}  // namespace clausal::compiled
