#include "train/forward.hpp"

#include "guard/border.hpp"
#include "guard/on_loan.hpp"
#include "train/method_plan.hpp"
#include "train/networks.hpp"

namespace byolab {
namespace {

OnLoan loan_of(const Batch& batch) {
  OnLoan loan(batch.views);
  loan.add(batch.labels);
  return loan;
}

}  // namespace

Outputs forward(const Model& model, const Batch& batch, bool joint, const Compute& compute, const Step& step) {
  ModelNetworks networks(model, joint, compute, step);
  Outputs outputs = model.method.call("forward()", step.index, [&](Method& method) {
    const Autocast autocast(compute.device.type(), compute.dtype);
    const OnLoan loan = loan_of(batch);
    Outputs made = method.forward(networks, batch, step);
    check_outputs(made, model.plan);
    expect_unchanged(loan, "the views or the labels");
    return made;
  });
  outputs.labels = batch.labels;
  for (ViewOutputs& view : outputs.views)
    for (at::Tensor* tensor : {&view.features, &view.projection, &view.prediction, &view.target}) {
      mark_border(*tensor, model.method.callee);
      *tensor = at_least_float32(*tensor);
    }
  return outputs;
}

}  // namespace byolab
