#pragma once
// Writes LLVM IR as text: numbered temporaries, labels, and functions with their entry block kept
// apart, so that stack slots of any place of the function are allocated once.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace clausal::compiled {

class IrWriter {
public:
    // Starts a function; its text is complete after end_function.
    void begin_function(std::string_view header);
    void end_function();

    void set_header(std::string header) { header_ = std::move(header); }
    // A place in the body, and text put there later.
    std::size_t mark() const { return body_.size(); }
    void insert(std::size_t mark, const std::string& lines) { body_.insert(mark, lines); }
    void text(const std::string& lines) { body_ += lines; }

    // `%t1 = <text>`; returns the name.
    template <class... Args>
    std::string value(fmt::format_string<Args...> format, Args&&... args) {
        std::string name = fmt::format("%t{}", ++temporaries_);
        body_ += "  " + name + " = ";
        fmt::format_to(std::back_inserter(body_), format, std::forward<Args>(args)...);
        body_ += '\n';
        return name;
    }
    template <class... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) {
        body_ += "  ";
        fmt::format_to(std::back_inserter(body_), format, std::forward<Args>(args)...);
        body_ += '\n';
    }
    // A stack slot in the entry block.
    std::string slot(std::string_view type, int align = 8);
    std::string label(std::string_view stem) { return fmt::format("{}{}", stem, ++labels_); }
    void place(const std::string& label);  // starts the block
    void jump(const std::string& label);   // ends the block
    void branch(const std::string& condition, const std::string& yes, const std::string& no);
    const std::string& block() const { return block_; }  // the current one, for phi nodes

    std::string load(std::string_view type, const std::string& pointer);
    void store(std::string_view type, const std::string& value, const std::string& pointer);
    std::string offset(const std::string& pointer, std::int64_t bytes);  // pointer + bytes

    void global(std::string text) { globals_ += text + "\n"; }
    void declare(std::string_view declaration);  // once each
    std::string finish() const { return globals_ + functions_; }

private:
    std::string header_, entry_, body_, block_, functions_, globals_;
    std::vector<std::string> declared_;
    int temporaries_ = 0, labels_ = 0;
};

}  // namespace clausal::compiled
