#pragma once

#include "byolab/loss.hpp"
#include "conformance/tensors.hpp"

namespace byolab::conformance {

/// A loss: a step is forward and backward; its results are the value and all gradients.
class LossBench final : public Bench {
 public:
  LossBench(const Specimen& specimen, const Setup& setup);

  std::vector<at::Tensor> step(std::int64_t k) override;
  Component& component() override { return *loss_.object; }
  torch::nn::Module* module() override { return loss_.object.get(); }
  Function function() override;

  const Needs& needs() const { return needs_; }
  /// What the newest step handed in, with the gradients that came back.
  const Outputs& newest() const { return newest_; }

 private:
  Outputs outputs(std::int64_t k);
  /// What gradient may flow to.
  std::vector<std::pair<std::string, at::Tensor>> leaves(const Outputs& outputs) const;
  at::Tensor forward(const Outputs& outputs, std::int64_t k);

  Setup setup_;
  Plugged<Loss> loss_;
  Needs needs_;
  std::vector<Needs> needs_of_;  ///< of each view
  Outputs newest_;
};

std::unique_ptr<Bench> make_loss_bench(const Specimen& specimen, const Setup& setup);

// Checks of this kind alone.
Check check_loss_target();

}  // namespace byolab::conformance
