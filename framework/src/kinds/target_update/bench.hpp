#pragma once

#include "byolab/target_update.hpp"
#include "conformance/tensors.hpp"

namespace byolab::conformance {

/// A target rule with two small networks. Between two updates both networks' buffers and the online parameters
/// move, as in training; the target's parameters move by the rule alone.
class RuleBench final : public Bench {
 public:
  RuleBench(const Specimen& specimen, const Setup& setup);

  std::vector<at::Tensor> step(std::int64_t k) override;
  Component& component() override { return *rule_.object; }
  /// Both networks: what the online one learned is there again, too.
  std::vector<at::Tensor> moved() override;

  std::vector<Law> laws() const {
    return rule_.call("laws()", -1, [](TargetUpdate& rule) { return rule.laws(); });
  }
  const Weights& online() const { return online_; }
  const Weights& target() const { return target_; }
  /// The target just before the newest update.
  const std::vector<at::Tensor>& before(Which which) const {
    return which == Which::buffers ? buffers_before_ : parameters_before_;
  }

 private:
  Weights network(std::uint64_t seed, bool trained) const;
  void train(std::int64_t k);

  Setup setup_;
  Plugged<TargetUpdate> rule_;
  Weights online_, target_;
  std::vector<at::Tensor> parameters_before_, buffers_before_;
};

std::unique_ptr<Bench> make_rule_bench(const Specimen& specimen, const Setup& setup);

// Checks of this kind alone.
Check check_rule_target();
Check check_laws();

}  // namespace byolab::conformance
