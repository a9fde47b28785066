#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "byolab/abi.hpp"

namespace byolab {

/// The weights of one part of a network. Names and order are equal in the online and the target network.
struct PartWeights {
  std::string part;  ///< "encoder" or "projector"
  std::vector<std::string> parameter_names, buffer_names;
  std::vector<at::Tensor> parameters;
  std::vector<at::Tensor> buffers;  ///< BatchNorm's running statistics and counts
};

/// Which of the weights an operation touches.
enum class Which { parameters, buffers, all };

/// The weights that a target rule sees, by part and by kind. Tensors, never modules: a tensor belongs to
/// LibTorch, a module's code to some plugin. All operations run without gradient.
class __attribute__((visibility("default"))) Weights {
 public:
  Weights() = default;
  explicit Weights(std::vector<PartWeights> parts) : parts_(std::move(parts)) {}

  const std::vector<PartWeights>& parts() const { return parts_; }
  /// The same tensors, of one part alone. Throws Error if there is no such part.
  Weights only(const std::string& part) const;
  /// this ← other, exactly.
  void copy_from(const Weights& other, Which which = Which::all);
  /// this ← keep · this + (1 − keep) · other. Exact at both ends: keep = 0 copies, keep = 1 does nothing.
  /// Integer buffers (BatchNorm's counter) are copied unless keep = 1. Throws Error unless keep is in [0, 1].
  void average_with(const Weights& other, double keep, Which which = Which::parameters);
  /// ‖this − other‖ over the parameters, L2.
  double distance(const Weights& other) const;
  /// L2 norm of all parameters.
  double norm() const;
  std::vector<at::Tensor> tensors(Which which) const;

 private:
  std::vector<PartWeights> parts_;
};

}  // namespace byolab
