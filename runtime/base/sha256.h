#pragma once
// SHA-256 (libcrypto).

#include <string>
#include <string_view>

namespace clausal {

std::string sha256_hex(std::string_view data);

}  // namespace clausal
