#pragma once

#include "byolab/head.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldHead final : public HeldModule<Head> {
 public:
  using HeldModule::HeldModule;
  std::int64_t outputs() const override {
    return call("outputs()", [](Head& h) { return h.outputs(); });
  }
  at::Tensor forward(const at::Tensor& x) override {
    return rows(x, "its input", &Head::outputs, [&](Head& h) { return h.forward(x); });
  }
  bool adapts() const override {
    return call("adapts()", [](Head& h) { return h.adapts(); });
  }
  void adapt(const at::Tensor& projections, const at::Tensor& targets, const Step& step) override {
    call("adapt()", step.index, [&](Head& h) { h.adapt(projections, targets, step); });
  }
};

}  // namespace byolab
