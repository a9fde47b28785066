#pragma once

#include "byolab/loss.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldLoss : public HeldModule<Loss> {
 public:
  using HeldModule::HeldModule;
  Needs needs() const override {
    return call("needs()", [](Loss& loss) { return loss.needs(); });
  }
  Needs needs_of(std::size_t view, std::size_t views) const override {
    return call("needs_of()", [&](Loss& loss) { return loss.needs_of(view, views); });
  }
  void stepped(const Step& step) override {
    call("stepped()", step.index, [&](Loss& loss) { loss.stepped(step); });
  }
  at::Tensor forward(const Outputs& outputs, const Step& step) override {
    at::Tensor made = call("forward()", step.index, [&](Loss& loss) {
      const OnLoan loan = loan_of(outputs);
      at::Tensor value = loss.forward(outputs, step);
      check_loss(value, false);
      expect_unchanged(loan, "the outputs of the networks");
      expect_whole(loss);
      return value;
    });
    mark_border(made, who());
    return made;
  }
};

}  // namespace byolab
