#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "byolab/abi.hpp"

namespace byolab {

using Sha256 = std::array<unsigned char, 32>;

/// SHA-256 of some pieces, one after the other.
BYOLAB_API Sha256 sha256(std::initializer_list<std::string_view> pieces);
BYOLAB_API Sha256 sha256(std::span<const std::string_view> pieces);
/// Lower-case hexadecimal.
BYOLAB_API std::string hex(const Sha256& digest);

}  // namespace byolab
