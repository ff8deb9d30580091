#pragma once
// Bytes of a file through one growing window, so that a record can be looked at as a whole while the
// file is read in pieces.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace clausal {

// Reads up to `size` bytes into `to`, gives how many; 0 at the end.
using ReadBytes = std::function<std::size_t(char* to, std::size_t size)>;

ReadBytes bytes_of(std::string_view text);  // the text must outlive it
// Empty function when the file cannot be opened; *error is what the system says.
ReadBytes bytes_of_file(const std::string& path, std::string* error);

class ByteStream {
public:
    explicit ByteStream(ReadBytes read);
    // Unread bytes in the window.
    std::string_view window() const { return {buffer_.data() + begin_, end_ - begin_}; }
    // Makes the window longer; false at the end of the file or when it is `limit` bytes already.
    bool more(std::size_t limit);
    void skip(std::size_t bytes) {
        begin_ += bytes;
        consumed_ += bytes;
    }
    bool ended() const { return ended_; }
    std::uint64_t consumed() const { return consumed_; }
    // Skips up to and including the next line end (LF, CR or CR LF), however long the line is.
    void skip_line();
    // Skips a UTF-8 byte order mark; true when the stream begins with a UTF-16 one (or looks so).
    bool begins_with_utf16();

private:
    ReadBytes read_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0, end_ = 0;
    std::uint64_t consumed_ = 0;
    bool ended_ = false;
};

// Whether all of `text` is well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

}  // namespace clausal
