#include "runtime/events/byte_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "runtime/events/limits.h"

namespace clausal {

ReadBytes bytes_of(std::string_view text) {
    return [text](char* to, std::size_t size) mutable {
        const std::size_t count = std::min(size, text.size());
        std::copy_n(text.begin(), count, to);
        text.remove_prefix(count);
        return count;
    };
}

ReadBytes bytes_of_file(const std::string& path, std::string* error) {
    std::shared_ptr<std::FILE> file(std::fopen(path.c_str(), "rb"), [](std::FILE* f) {
        if (f != nullptr) std::fclose(f);
    });
    // A folder opens on some systems, and only reading it fails.
    const int first = file ? std::fgetc(file.get()) : EOF;
    if (!file || (first == EOF && std::ferror(file.get()) != 0)) {
        if (error != nullptr) *error = std::strerror(errno);
        return {};
    }
    if (first != EOF) std::ungetc(first, file.get());  // a pipe cannot be rewound
    return [file](char* to, std::size_t size) { return std::fread(to, 1, size, file.get()); };
}

ByteStream::ByteStream(ReadBytes read) : read_(std::move(read)) {}

bool ByteStream::more(std::size_t limit) {
    if (ended_ || end_ - begin_ >= limit) return false;
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() - end_ < limits::kReadChunkBytes)
        buffer_.resize(end_ + limits::kReadChunkBytes);
    const std::size_t got = read_(buffer_.data() + end_, buffer_.size() - end_);
    end_ += got;
    if (got == 0) ended_ = true;
    return got > 0;
}

void ByteStream::skip_line() {
    for (;;) {
        const std::string_view text = window();
        const std::size_t at = text.find_first_of("\r\n");
        if (at != std::string_view::npos) {
            if (text[at] == '\r' && at + 1 == text.size() && more(limits::kMaxRecordBytes + 2))
                continue;
            const bool pair = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
            skip(at + (pair ? 2 : 1));
            return;
        }
        skip(text.size());
        if (!more(limits::kMaxRecordBytes)) return;
    }
}

bool ByteStream::begins_with_utf16() {
    while (window().size() < 4 && more(limits::kMaxRecordBytes)) {
    }
    const std::string_view text = window();
    if (text.starts_with("\xEF\xBB\xBF")) {
        skip(3);
        return false;
    }
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
    // Without a mark: ASCII with every second byte NUL.
    return text.size() >= 4 && ((text[0] == 0 && text[1] != 0 && text[2] == 0 && text[3] != 0) ||
                                   (text[0] != 0 && text[1] == 0 && text[2] != 0 && text[3] == 0));
}

bool is_utf8(std::string_view text) {
    const auto* p = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = p + text.size();
    while (p < end) {
        while (end - p >= 8) {  // eight ASCII bytes at a time
            std::uint64_t word = 0;
            std::memcpy(&word, p, 8);
            if ((word & 0x8080808080808080ULL) != 0) break;
            p += 8;
        }
        if (p == end) break;
        const unsigned char first = *p;
        if (first < 0x80) {
            ++p;
            continue;
        }
        int length = 0;
        std::uint32_t code = 0;
        std::uint32_t lowest = 0;
        if (first >= 0xC2 && first <= 0xDF) {
            length = 2;
            code = first & 0x1FU;
            lowest = 0x80;
        } else if (first >= 0xE0 && first <= 0xEF) {
            length = 3;
            code = first & 0x0FU;
            lowest = 0x800;
        } else if (first >= 0xF0 && first <= 0xF4) {
            length = 4;
            code = first & 0x07U;
            lowest = 0x10000;
        } else
            return false;
        if (end - p < length) return false;
        for (int i = 1; i < length; ++i) {
            if ((p[i] & 0xC0U) != 0x80) return false;
            code = (code << 6U) | (p[i] & 0x3FU);
        }
        if (code < lowest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
        p += length;
    }
    return true;
}

}  // namespace clausal
