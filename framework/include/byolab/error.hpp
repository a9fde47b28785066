#pragma once

#include <stdexcept>
#include <string>

#include "byolab/abi.hpp"

namespace byolab {

/// A failure that a user can act on: `what()` is one sentence that says what was wrong and what was
/// expected; `hint()` says what to do. The host adds where it happened (plugin, call, step).
class __attribute__((visibility("default"))) Error : public std::runtime_error {
 public:
  explicit Error(const std::string& sentence, std::string hint = {});
  ~Error() override;  // out of line: its type information lives in libbyolab.so alone

  const std::string& hint() const { return hint_; }

 private:
  std::string hint_;
};

}  // namespace byolab
