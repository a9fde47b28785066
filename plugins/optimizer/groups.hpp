#pragma once

#include <byolab/plugin.hpp>

using Tensors = std::vector<at::Tensor>;

/// Parameters that are moved alike: one call of a foreach operation treats a group. A parameter without a
/// gradient is skipped in that step, as in torch.optim: no decay, no momentum.
struct Group {
  bool bias_or_norm = false;
  double lr_factor = 1;
  Tensors all;                   ///< every member
  std::vector<std::size_t> ids;  ///< their places in the optimizer's list, and in its buffers
};

/// The members of a group that have a gradient, and what belongs to them.
struct Active {
  Tensors values, gradients;
  std::vector<std::size_t> ids;

  /// Of buffers that are as long as the optimizer's list of parameters.
  Tensors of(const Tensors& buffers) const;
};

std::vector<Group> group(const std::vector<byolab::Parameter>& parameters);
Active active(const Group& group);

/// Zeros in the shapes and memory formats of the parameters.
Tensors zeros_like(const std::vector<byolab::Parameter>& parameters);

/// lr · batch / reference; the same lr where `reference` is 0.
double scale_lr(double lr, std::int64_t reference_batch, const byolab::Step& step);

/// Declares `lr_reference_batch`, which all optimizers have.
void describe_reference_batch(byolab::Fields& field, std::int64_t& reference_batch);
