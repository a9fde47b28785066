#include "kinds/target_update/bench.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

namespace byolab::conformance {
namespace {

using Shapes = std::vector<std::vector<std::int64_t>>;

/// Shapes of the encoder's and the projector's parameters.
const std::pair<Shapes, Shapes> kWeightSizes[] = {
    {{{6, 3, 3, 3}, {4, 6}, {4}}, {{5, 4}, {5}}}, {{{1}}, {{1, 1}}}, {{{64, 33}, {64}, {64}}, {{128, 64}}}};

}  // namespace

RuleBench::RuleBench(const Specimen& specimen, const Setup& setup) : setup_(setup) {
  rule_ = specimen.make<TargetUpdate>(setup.options, {});
  online_ = network(1000, true);
  target_ = network(2000, false);
  const c10::AutoGradMode no_gradient(false);
  rule_.call("start()", -1, [&](TargetUpdate& rule) { rule.start(target_, online_); });
}

/// Parameters ask for gradients where they are trained. Buffers: running statistics and a counter, as BatchNorm has.
Weights RuleBench::network(std::uint64_t seed, bool trained) const {
  std::vector<PartWeights> parts;
  for (const bool encoder : {true, false}) {
    PartWeights part{encoder ? "encoder" : "projector", {}, {}, {}, {}};
    for (const auto& shape : encoder ? kWeightSizes[setup_.size].first : kWeightSizes[setup_.size].second) {
      part.parameter_names.push_back("weight" + std::to_string(part.parameters.size()));
      part.parameters.push_back(numbers(shape, setup_, seed++).requires_grad_(trained));
    }
    part.buffer_names = {"running_mean", "num_batches_tracked"};
    part.buffers = {numbers({4}, setup_, seed++), at::tensor(static_cast<std::int64_t>(seed), at::kLong)};
    parts.push_back(std::move(part));
  }
  return Weights(std::move(parts));
}

void RuleBench::train(std::int64_t k) {
  std::uint64_t seed = 3000 + 50 * static_cast<std::uint64_t>(k);
  std::vector<at::Tensor> moving = online_.tensors(Which::all);
  for (const at::Tensor& buffer : target_.tensors(Which::buffers)) moving.push_back(buffer);
  for (at::Tensor& tensor : moving) {
    if (tensor.is_floating_point())
      tensor.add_(numbers(tensor.sizes(), {.dtype = setup_.dtype, .fill = setup_.fill}, seed++));
    else
      tensor.add_(1);
  }
}

std::vector<at::Tensor> RuleBench::step(std::int64_t k) {
  const c10::AutoGradMode no_gradient(false);
  train(k);
  begin(k);
  for (const at::Tensor& tensor : online_.tensors(Which::all)) lend("the online network's weights", tensor);
  parameters_before_ = copies(target_.tensors(Which::parameters));
  buffers_before_ = copies(target_.tensors(Which::buffers));
  timed([&] {
    rule_.call("update()", k, [&](TargetUpdate& rule) { rule.update(target_, online_, {k, 1000, 10, 32}); });
  });
  return copies(target_.tensors(Which::all));
}

std::vector<at::Tensor> RuleBench::moved() {
  std::vector<at::Tensor> all = target_.tensors(Which::all);
  for (const at::Tensor& tensor : online_.tensors(Which::all)) all.push_back(tensor);
  return all;
}

std::unique_ptr<Bench> make_rule_bench(const Specimen& specimen, const Setup& setup) {
  return std::make_unique<RuleBench>(specimen, setup);
}

}  // namespace byolab::conformance
