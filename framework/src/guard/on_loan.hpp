#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

#include "byolab/outputs.hpp"

namespace byolab {

/// Tensors that a plugin may read, and not write. What it writes through LibTorch shows in a tensor's version, other
/// memory in its address; what it writes through a raw pointer goes unseen. Costs some nanoseconds a tensor.
class OnLoan {
 public:
  explicit OnLoan(std::vector<at::Tensor> tensors = {});

  void add(const at::Tensor& tensor);
  /// The place of the first tensor that is no longer as it was lent.
  std::optional<std::size_t> changed() const;

 private:
  struct Mark {
    std::int64_t version = 0;
    const void* data = nullptr;
    bool operator==(const Mark&) const = default;
  };
  static Mark mark_of(const at::Tensor& tensor);

  std::vector<at::Tensor> tensors_;
  std::vector<Mark> marks_;
};

/// All that a loss is given.
OnLoan loan_of(const Outputs& outputs);

/// Throws Error "it changed {what}, …" if anything lent was changed. To be called inside the guarded call, which adds
/// the plugin, the call and the step.
void expect_unchanged(const OnLoan& loan, const std::string& what);

}  // namespace byolab
