#pragma once

#include "conformance/tensors.hpp"

namespace byolab::conformance {

/// What encoders and heads have in common: rows in, one vector a row out, weights that learn. A step is forward and
/// backward in training mode, or forward alone in evaluation mode; its results are the outputs and all gradients.
class NetworkBench : public Bench {
 public:
  explicit NetworkBench(const Setup& setup) : setup_(setup) {}

  std::vector<at::Tensor> step(std::int64_t k) override;
  Function function() override;

 protected:
  /// Moves the module to the setup's dtype and memory format. Call it once the plugin is made.
  void prepare();
  virtual at::Tensor input(std::int64_t rows, std::uint64_t seed) const = 0;
  /// Called before the forward of a step, without gradient.
  virtual void prepare_forward(const at::Tensor& /*x*/, std::int64_t /*k*/) {}
  virtual at::Tensor forward(const at::Tensor& x, std::int64_t k) = 0;
  virtual std::int64_t width() const = 0;

  Setup setup_;

 private:
  std::int64_t checked_width() const;
  at::Tensor checked_forward(const at::Tensor& x, std::int64_t k);
  /// A fixed direction, so that the scalar Σ direction · output depends on each output in its own way.
  at::Tensor direction(const at::Tensor& output) const;
};

}  // namespace byolab::conformance
