#include "kinds/optimizer/bench.hpp"

#include <c10/core/GradMode.h>

namespace byolab::conformance {
namespace {

struct Shape {
  const char *part, *name;
  std::vector<std::int64_t> sizes;
};
const std::vector<Shape> kParameterSizes[] = {{{"encoder", "conv.weight", {6, 3, 3, 3}},
                                               {"encoder", "bn.weight", {6}},
                                               {"projector", "linear.weight", {5, 6}},
                                               {"predictor", "linear.bias", {5}},
                                               {"loss", "unused", {4, 2}}},
                                              {{"encoder", "weight", {1, 1}}, {"loss", "unused", {1}}},
                                              {{"encoder", "weight", {64, 33}},
                                               {"encoder", "bias", {64}},
                                               {"predictor", "weight", {128, 64}},
                                               {"loss", "unused", {3}}}};

}  // namespace

OptimizerBench::OptimizerBench(const Specimen& specimen, const Setup& setup, double lr_factor) : setup_(setup) {
  optimizer_ = specimen.make<Optimizer>(setup.options, {});
  Setup usual = setup;
  usual.fill = Fill::usual;
  std::uint64_t seed = 0;
  for (const auto& [part, name, sizes] : kParameterSizes[setup.size])
    parameters_.push_back(
        {part, name, numbers(sizes, usual, 100 + seed++).requires_grad_(), sizes.size() <= 1, lr_factor});
  const c10::AutoGradMode no_gradient(false);
  optimizer_.call("start()", -1, [&](Optimizer& optimizer) { optimizer.start(parameters_); });
}

std::vector<at::Tensor> OptimizerBench::step_at(std::int64_t k, std::int64_t moment) {
  std::uint64_t seed = 1000 + 20 * static_cast<std::uint64_t>(k);
  begin(k);
  const bool scales = optimizer_.call("scales_gradients()", k, [](Optimizer& one) { return one.scales_gradients(); });
  gradients_.clear();
  for (const Parameter& parameter : parameters_) {
    at::Tensor value = parameter.value;
    if (parameter.name == "unused") {
      lend("a parameter without gradient", value);
      gradients_.emplace_back();
      continue;
    }
    value.mutable_grad() = numbers(value.sizes(), setup_, seed++);
    gradients_.push_back(value.grad().clone());
    lend("the gradient of a parameter", value.grad(), scales);
  }
  const c10::AutoGradMode no_gradient(false);
  timed([&] { optimizer_.call("step()", k, [&](Optimizer& optimizer) { optimizer.step({moment, 1000, 10, 256}); }); });
  return copies(moved());
}

std::vector<at::Tensor> OptimizerBench::moved() {
  std::vector<at::Tensor> values;
  for (const Parameter& parameter : parameters_) values.push_back(parameter.value.detach());
  return values;
}

std::unique_ptr<Bench> make_optimizer_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<OptimizerBench>(specimen, setup);
}

}  // namespace byolab::conformance
