#pragma once

#include "byolab/capability.hpp"
#include "byolab/networks.hpp"
#include "conformance/tensors.hpp"

namespace byolab::conformance {

/// A network of a few products, of all that encoders can give: vectors, tokens (patches of 4 × 4 pixels), maps.
class MadeUpNetwork final : public Network {
 public:
  static constexpr std::int64_t kPatch = 4, kFeatures = 8, kProjection = 6;

  MadeUpNetwork(const Setup& setup, std::uint64_t seed, bool online);

  Tensors encode(const Tensors& images) override;
  Tensors project(const Tensors& features) override;
  Tensors predict(const Tensors& projections) override;
  at::Tensor tokens(const at::Tensor& images, const at::Tensor& keep) override;
  Tensors maps(const at::Tensor& images) override;

  const std::vector<std::pair<std::string, at::Tensor>>& weights() const { return weights_; }

 private:
  const at::Tensor& weight(std::size_t i) const { return weights_[i].second; }
  Tensors each(const Tensors& tensors, std::size_t weight) const;

  bool online_;
  std::vector<std::pair<std::string, at::Tensor>> weights_;
};

class MadeUpNetworks final : public Networks {
 public:
  explicit MadeUpNetworks(const Setup& setup) : online_(setup, 100, true), target_(setup, 200, false) {}

  Network& online() override { return online_; }
  Network* target() override { return with_target ? &target_ : nullptr; }
  Tensors as_targets(const Tensors& projections) override;
  void solve_predictor(const Tensors&, const Tensors&) override {}

  const std::vector<std::pair<std::string, at::Tensor>>& weights() const { return online_.weights(); }
  bool with_target = true;  ///< as the method's plan wants

 private:
  MadeUpNetwork online_, target_;
};

}  // namespace byolab::conformance
