#include "kinds/loss/bench.hpp"

namespace byolab::conformance {
namespace {

bool flows(const at::Tensor& tensor) {
  return tensor.defined() && tensor.grad().defined() && tensor.grad().abs().max().item<double>() > 0;
}

void try_loss(const Specimen& specimen) {
  LossBench bench(specimen, {});
  for (std::int64_t k = 0; k < 2; ++k) {
    bench.step(k);
    bool any = false, predictions = false;
    for (const ViewOutputs& view : bench.newest().views) {
      if (view.target.defined() && (view.target.requires_grad() || view.target.grad().defined()))
        throw Failure("after forward() the target asks for gradients: it is handed in without, and must stay so");
      predictions = predictions || flows(view.prediction);
      any = any || predictions || flows(view.projection) || flows(view.features);
    }
    for (const at::Tensor& parameter : bench.module()->parameters()) any = any || flows(parameter);
    if (!any)
      throw Failure("no gradient reaches features, projections, predictions or parameters: nothing would be trained");
    if (bench.needs().prediction && !predictions)
      throw Failure("needs() asks for predictions, and no gradient reaches them: the predictor would not be trained");
  }
}

}  // namespace

/// The host hands a loss targets without gradient, unless the experiment asks for one: a loss fails if it puts one
/// there after all.
Check check_loss_target() { return {"target", "no gradient into the target", try_loss}; }

}  // namespace byolab::conformance
