#pragma once

#include "byolab/evaluator.hpp"
#include "conformance/tensors.hpp"

namespace byolab::conformance {

/// What an evaluator is tried on: made-up features, three classes that stand apart, two networks; images of 32 × 32
/// with one object each, and maps of two scales.
class MadeUpSubject final : public Subject {
 public:
  /// `size` 1: without labels and without a second network. `asks`: what else it gives, as a run does.
  MadeUpSubject(const Setup& setup, const Asks& asks);

  const Embedded& train() override { return train_; }
  const Embedded& held_out() override { return held_out_; }
  std::pair<at::Tensor, at::Tensor> labels(const std::string& set) override;
  const PairedViews& pairs() override { return pairs_; }
  std::int64_t classes(const std::string& set) override;
  const Weights& online() override { return online_; }
  const Weights* target() override { return bare_ ? nullptr : &target_; }
  Step step() const override { return {10, 100, 10, 32}; }
  std::uint64_t seed() const override { return 7; }
  std::int64_t size(Split split) override {
    return split == Split::train ? train_.features.size(0) : held_out_.features.size(0);
  }
  at::Tensor images(Split split, std::int64_t begin, std::int64_t end) override;
  std::vector<std::vector<Annotation>> annotations(Split split, std::int64_t begin, std::int64_t end) override;
  std::vector<at::Tensor> maps(const at::Tensor& images, Side side) override;

  /// Everything that an evaluator can reach.
  std::vector<std::pair<std::string, at::Tensor>> all() const;

 private:
  Embedded embedded(std::int64_t rows, const Setup& setup, std::uint64_t seed) const;

  Setup setup_;
  Asks asks_;
  bool bare_;
  Embedded train_, held_out_;
  PairedViews pairs_;
  Weights online_, target_;
};

}  // namespace byolab::conformance
