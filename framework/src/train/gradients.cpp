#include "train/gradients.hpp"

#include <ATen/Functions.h>
#include <c10/core/GradMode.h>

namespace byolab {

std::vector<at::Tensor> gradients_of(const std::vector<Parameter>& parameters) {
  std::vector<at::Tensor> gradients;
  for (const Parameter& parameter : parameters)
    if (parameter.value.grad().defined()) gradients.push_back(parameter.value.grad());
  return gradients;
}

at::Tensor gradient_norms(const std::vector<Parameter>& parameters) {
  const c10::AutoGradMode no_gradient(false);
  const std::vector<at::Tensor> gradients = gradients_of(parameters);
  if (gradients.empty()) return at::zeros({static_cast<std::int64_t>(parameters.size())});
  std::vector<at::Tensor> norms = at::_foreach_norm(gradients);
  const at::Tensor none = at::zeros_like(norms.front());
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (!parameters[i].value.grad().defined()) norms.insert(norms.begin() + static_cast<std::ptrdiff_t>(i), none);
  return at::stack(norms);
}

}  // namespace byolab
