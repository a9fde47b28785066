#include <ATen/Functions.h>
#include <fmt/format.h>

#include "conformance/loss_bench.hpp"
#include "conformance/rule_bench.hpp"

// No gradient into the target. The host hands a loss targets without gradient (unless the experiment asks for one),
// so a loss fails if it puts one there after all; a rule fails if the target hangs on the online network.
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

void try_rule(const Specimen& specimen) {
  RuleBench bench(specimen, {});
  for (std::int64_t k = 0; k < 3; ++k) {
    bench.step(k);
    const auto target = bench.target().tensors(Which::all), online = bench.online().tensors(Which::all);
    for (std::size_t i = 0; i < target.size(); ++i) {
      if (target[i].requires_grad()) throw Failure("after update() a weight of the target asks for gradients");
      if (target[i].is_alias_of(online[i]))
        throw Failure(
            "after update() a weight of the target shares its memory with the online network's: training would move "
            "both; copy the numbers");
    }
  }
}

}  // namespace

Check check_target() {
  return {"target", "no gradient into the target",
          [](const Specimen& specimen) { specimen.kind() == Kind::loss ? try_loss(specimen) : try_rule(specimen); }};
}

}  // namespace byolab::conformance
