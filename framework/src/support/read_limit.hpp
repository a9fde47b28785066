#pragma once

#include <cstdint>
#include <string>

#include "byolab/abi.hpp"

namespace byolab {

/// How much memory a file may take when it is read. A small one that declares much is damaged, or made to do harm: what
/// is declared is charged here before it is allocated. BYOLAB_READ_LIMIT=MB sets the limit where a real file needs
/// more.
class BYOLAB_API ReadLimit {
 public:
  /// Of a file of so many bytes. Throws Error if BYOLAB_READ_LIMIT is no number.
  explicit ReadLimit(std::uint64_t file_bytes);
  /// `count` items of `width` bytes each, of what `what` names. Throws Error if that is more than is left.
  void charge(std::uint64_t count, std::uint64_t width, const std::string& what);

 private:
  std::uint64_t file_bytes_, limit_, left_;
};

}  // namespace byolab
