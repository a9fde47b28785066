#pragma once

#include "byolab/method.hpp"
#include "kinds/held.hpp"

namespace byolab {

class HeldMethod : public HeldModule<Method> {
 public:
  using HeldModule::HeldModule;
  MethodPlan plan(const std::vector<View>& views) override {
    return call("plan()", [&](Method& method) { return method.plan(views); });
  }
  Outputs forward(Networks& networks, const Batch& batch, const Step& step) override {
    Outputs made = call("forward()", step.index, [&](Method& method) {
      const OnLoan loan(batch.views);
      Outputs outputs = method.forward(networks, batch, step);
      expect_unchanged(loan, "the views");
      expect_whole(method);
      return outputs;
    });
    for (const ViewOutputs& view : made.views)
      for (const at::Tensor& tensor : {view.features, view.projection, view.prediction, view.target})
        mark_border(tensor, who());
    return made;
  }
  void stepped(const Step& step) override {
    call("stepped()", step.index, [&](Method& method) { method.stepped(step); });
  }
};

}  // namespace byolab
