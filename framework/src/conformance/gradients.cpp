#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <memory>

#include "checkpoint/checkpoint_parts.hpp"
#include "conformance/tensors.hpp"

// Backward against central differences, along random directions, one for each input and parameter.
namespace byolab::conformance {
namespace {

/// Steps of the difference, and what two right slopes may differ by. A kink (ReLU, max) between the two points
/// spoils a slope; with thousands of units some are always near one, so smaller steps get their turn.
struct Precision {
  std::array<double, 3> steps;
  double tolerance, epsilon;
};

/// A plugin that computes in float32 whatever it is given is tried with what float32 can tell.
Precision precision_of(const at::Tensor& value) {
  if (value.scalar_type() == at::kDouble) return {{1e-6, 1e-7, 1e-8}, 1e-4, 1e-14};
  return {{1e-2, 3e-3, 1e-3}, 5e-2, 1e-6};
}

/// What a plugin declares to keep from call to call (a queue, a running mean): put back before each call, so that all
/// begin alike.
class Kept {
 public:
  Kept(Bench& bench, Callee callee) : bench_(bench), callee_(std::move(callee)) {
    guarded(callee_, "state()", -1, [&] { save_state(bench_.component(), state_, "state"); });
    for (auto& [name, tensor] : state_.tensors) tensor = tensor.clone();
    if (torch::nn::Module* module = bench_.module()) buffers_ = copies(module->buffers());
  }

  void put_back() const {
    const c10::AutoGradMode no_gradient(false);
    guarded(callee_, "state()", -1, [&] { load_state(bench_.component(), state_, "state"); });
    if (!bench_.module()) return;
    const std::vector<at::Tensor> buffers = bench_.module()->buffers();
    for (std::size_t i = 0; i < std::min(buffers.size(), buffers_.size()); ++i)
      at::Tensor(buffers[i]).copy_(buffers_[i]);
  }

 private:
  Bench& bench_;
  Callee callee_;
  Checkpoint state_;
  std::vector<at::Tensor> buffers_;
};

/// The bench's function, every call of which finds the same state.
Function from_one_state(Bench& bench, const Callee& callee) {
  Function function = bench.function();
  function.value = [kept = std::make_shared<const Kept>(bench, callee), inner = std::move(function.value)] {
    kept->put_back();
    return inner();
  };
  return function;
}

void try_twice(const Function& function) {
  const at::Tensor first = function.value().detach(), second = function.value().detach();
  if (difference({first}, {second}) > 1e-6)
    throw Failure(
        fmt::format("called twice with the same input and the same declared state it gave {:.6g} and {:.6g}: what it "
                    "keeps from call to call must be a buffer, or declared in state()",
                    first.item<double>(), second.item<double>()));
}

double slope(const Function& function, at::Tensor input, const at::Tensor& direction, double step) {
  const c10::AutoGradMode no_gradient(false);
  const at::Tensor here = input.clone();
  input.copy_(here + step * direction);
  const double above = function.value().item<double>();
  input.copy_(here - step * direction);
  const double below = function.value().item<double>();
  input.copy_(here);
  return (above - below) / (2 * step);
}

void try_input(const Function& function, const std::string& name, const at::Tensor& input, const at::Tensor& gradient,
               const at::Tensor& value, const Precision& precision) {
  double expected = 0, found = 0;
  std::uint64_t seed = 7000;
  for (const double step : precision.steps) {
    const at::Tensor direction = numbers(input.sizes(), {.dtype = at::kDouble}, seed++);
    expected = slope(function, input, direction, step);
    found = gradient.defined() ? (gradient * direction).sum().item<double>() : 0;
    const double rounding = precision.epsilon * std::abs(value.item<double>()) / step;
    const double larger = std::max({std::abs(expected), std::abs(found), 1e-3});
    if (std::abs(expected - found) <= precision.tolerance * larger + rounding) return;
  }
  throw Failure(
      fmt::format("the slope along a direction of {} is {:.6g} by finite differences, and {:.6g} by backward()", name,
                  expected, found));
}

void try_gradients(const Specimen& specimen) {
  const auto bench = make_bench(specimen, {.dtype = at::kDouble});
  const Function function = from_one_state(*bench, specimen.callee());
  try_twice(function);
  const at::Tensor value = function.value();
  if (!value.requires_grad()) throw Failure("its output has no gradient, though its input asks for one");
  std::vector<at::Tensor> leaves;
  for (const auto& [name, input] : function.inputs) leaves.push_back(input);
  for (at::Tensor& leaf : leaves) leaf.mutable_grad().reset();
  value.backward();
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& leaf : leaves) gradients.push_back(leaf.grad().defined() ? leaf.grad().clone() : at::Tensor());
  for (std::size_t i = 0; i < leaves.size(); ++i)
    try_input(function, function.inputs[i].first, leaves[i], gradients[i], value.detach(), precision_of(value));
}

}  // namespace

Check check_gradients() { return {"gradients", "backward() agrees with finite differences in float64", try_gradients}; }

}  // namespace byolab::conformance
