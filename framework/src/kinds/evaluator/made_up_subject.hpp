#pragma once

#include "byolab/evaluator.hpp"
#include "conformance/tensors.hpp"

namespace byolab::conformance {

/// What an evaluator is tried on: made-up features, three classes that stand apart, two networks.
class MadeUpSubject final : public Subject {
 public:
  /// `size` 1: without labels and without a second network.
  explicit MadeUpSubject(const Setup& setup);

  const Embedded& train() override { return train_; }
  const Embedded& held_out() override { return held_out_; }
  std::pair<at::Tensor, at::Tensor> labels(const std::string& set) override;
  const PairedViews& pairs() override { return pairs_; }
  std::int64_t classes(const std::string& set) override;
  const Weights& online() override { return online_; }
  const Weights* target() override { return bare_ ? nullptr : &target_; }
  Step step() const override { return {10, 100, 10, 32}; }
  std::uint64_t seed() const override { return 7; }

  /// Everything that an evaluator can reach.
  std::vector<std::pair<std::string, at::Tensor>> all() const;

 private:
  Embedded embedded(std::int64_t rows, const Setup& setup, std::uint64_t seed) const;

  bool bare_;
  Embedded train_, held_out_;
  PairedViews pairs_;
  Weights online_, target_;
};

}  // namespace byolab::conformance
