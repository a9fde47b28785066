#pragma once

#include "byolab/optimizer.hpp"
#include "conformance/tensors.hpp"

namespace byolab::conformance {

/// An optimizer with parameters of several parts and shapes. One of them never gets a gradient.
class OptimizerBench final : public Bench {
 public:
  OptimizerBench(const Specimen& specimen, const Setup& setup, double lr_factor = 1);

  std::vector<at::Tensor> step(std::int64_t k) override { return step_at(k, 500 + k); }
  /// The inputs of step k at another moment of the run, 1000 steps long.
  std::vector<at::Tensor> step_at(std::int64_t k, std::int64_t moment);
  Component& component() override { return *optimizer_.object; }
  std::vector<at::Tensor> moved() override;
  const std::vector<Parameter>& parameters() const { return parameters_; }
  /// As they were handed in at the newest step; undefined where there was none.
  const std::vector<at::Tensor>& gradients() const { return gradients_; }

 private:
  Setup setup_;
  Plugged<Optimizer> optimizer_;
  std::vector<Parameter> parameters_;
  std::vector<at::Tensor> gradients_;
};

std::unique_ptr<Bench> make_optimizer_bench(const Specimen& specimen, const Setup& setup);

// Checks of this kind alone.
Check check_direction();

}  // namespace byolab::conformance
