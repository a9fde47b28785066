#pragma once

#include <string>
#include <vector>

#include <torch/types.h>

namespace byolab::testing {

/// A file that a script in tests/reference wrote with torch.save: names to tensors, lists and further tables.
class ReferenceFile {
 public:
  /// `ReferenceFile("losses")` reads tests/reference/losses.pt.
  explicit ReferenceFile(const std::string& topic);
  at::Tensor tensor(const std::string& name) const;
  std::vector<at::Tensor> tensors(const std::string& name) const;
  std::vector<std::string> strings(const std::string& name) const;
  std::vector<std::vector<std::int64_t>> shapes(const std::string& name) const;
  ReferenceFile table(const std::string& name) const;

 private:
  ReferenceFile() = default;
  c10::IValue at(const std::string& name) const;
  c10::IValue value_;
};

/// Largest |a − b| / (1 + |b|), NaN and wrong shapes included as infinity.
double error(const at::Tensor& a, const at::Tensor& b);

}  // namespace byolab::testing
