#pragma once

#include "byolab/head.hpp"
#include "byolab/solved_head.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldHead : public HeldModule<Head> {
 public:
  using HeldModule::HeldModule;
  std::int64_t outputs() const override {
    return call("outputs()", [](Head& h) { return h.outputs(); });
  }
  at::Tensor forward(const at::Tensor& x) override {
    return rows(x, "its input", &Head::outputs, [&](Head& h) { return h.forward(x); });
  }
};

template <class Guarded>
class HeldSolved : public Guarded, public SolvedHead {
 public:
  using Capability = SolvedHead;
  using Guarded::Guarded;
  void solve(const at::Tensor& projections, const at::Tensor& targets, const Step& step) override {
    this->call("solve()", step.index,
               [&](Head& head) { capability<SolvedHead>(head)->solve(projections, targets, step); });
  }
};

}  // namespace byolab
