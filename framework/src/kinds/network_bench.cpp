#include "kinds/network_bench.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

namespace byolab::conformance {

void NetworkBench::prepare() {
  module()->to(setup_.dtype == at::kBFloat16 ? at::kFloat : setup_.dtype);
  if (setup_.layout == Layout::channels_last)
    for (at::Tensor& parameter : module()->parameters())
      if (parameter.dim() == 4) parameter.set_data(parameter.detach().contiguous(at::MemoryFormat::ChannelsLast));
  module()->train(!setup_.evaluation);
}

std::int64_t NetworkBench::checked_width() const {
  const std::int64_t given = width();
  if (given < 1) throw Failure(fmt::format("it says that its rows have {} numbers: 1 or more were expected", given));
  return given;
}

at::Tensor NetworkBench::checked_forward(const at::Tensor& x, std::int64_t k) {
  const at::Tensor output = timed([&] { return forward(x, k); });
  const std::vector<std::int64_t> wanted{x.size(0), checked_width()};
  if (!output.defined()) throw Failure("forward() gave an undefined tensor");
  if (output.sizes() != at::IntArrayRef(wanted))
    throw Failure(fmt::format("forward() of an input of shape {} gave {}, where {} was expected: [n, {}]",
                              shape_text(x.sizes()), shape_text(output.sizes()), shape_text(wanted), width()));
  if (!output.is_floating_point() || (setup_.dtype != at::kBFloat16 && output.scalar_type() != setup_.dtype))
    throw Failure(fmt::format("forward() of {} gave {}", toString(setup_.dtype), toString(output.scalar_type())));
  return output;
}

at::Tensor NetworkBench::direction(const at::Tensor& output) const {
  return numbers(output.sizes(), {.dtype = output.scalar_type()}, 99);
}

std::vector<at::Tensor> NetworkBench::step(std::int64_t k) {
  const std::int64_t rows = setup_.size == 1 ? 5 : 4;
  const at::Tensor x = input(rows, static_cast<std::uint64_t>(k)).requires_grad_();
  begin(k);
  lend("the input of forward()", x);
  {
    const c10::AutoGradMode no_gradient(false);
    prepare_forward(x.detach(), k);
  }
  const Autocast autocast(at::kCPU, setup_.dtype == at::kBFloat16 ? at::kBFloat16 : at::kFloat);
  const at::Tensor output = checked_forward(x, k);
  std::vector<at::Tensor> results{output.detach()};
  if (setup_.evaluation || !output.requires_grad()) return results;
  module()->zero_grad();
  (output * direction(output)).sum().to(at::kDouble).backward();
  if (x.grad().defined()) results.push_back(x.grad());
  for (const at::Tensor& parameter : module()->parameters())
    if (parameter.grad().defined()) results.push_back(parameter.grad());
  return copies(results);
}

Function NetworkBench::function() {
  const at::Tensor x = input(4, 0).requires_grad_();
  Function function{{{"its input", x}}, {}};
  for (const auto& item : module()->named_parameters())
    if (item.value().requires_grad()) function.inputs.emplace_back("parameter '" + item.key() + "'", item.value());
  {
    const c10::AutoGradMode no_gradient(false);
    prepare_forward(x.detach(), 0);
  }
  function.value = [this, x] {
    begin(0);
    const at::Tensor output = checked_forward(x, 0);
    return (output * direction(output)).sum();
  };
  return function;
}

}  // namespace byolab::conformance
