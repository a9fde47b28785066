#include "clip_gradients.hpp"

#include <algorithm>
#include <cmath>

void ClipGradients::describe(byolab::Fields& field, Options& options) {
  field("max_norm", options.max_norm, "greatest norm of all gradients together",
        {.min = 0, .source = "Pascanu et al. 2013, section 3.2"});
}

void ClipGradients::prepare(const std::vector<byolab::Parameter>& parameters) {
  for (const auto& parameter : parameters)
    if (std::find(parts_.begin(), parts_.end(), parameter.part) == parts_.end()) parts_.push_back(parameter.part);
  values_.assign(parts_.size() + 1, 0);
}

std::vector<byolab::Metric> ClipGradients::metrics() const {
  std::vector<byolab::Metric> all{{"gradient_norm", "L2 norm of all gradients, before they are clipped"}};
  for (const std::string& part : parts_) all.push_back({"gradient_norm_" + part, "the same of this part's"});
  return all;
}

void ClipGradients::gradients_ready(const byolab::Gradients& gradients, const byolab::Step&) {
  const at::Tensor squares = gradients.norms.to(torch::kDouble).square().contiguous();
  std::fill(values_.begin(), values_.end(), 0);
  for (std::size_t i = 0; i < gradients.parameters.size(); ++i) {
    const auto part = std::find(parts_.begin(), parts_.end(), gradients.parameters[i].part);
    const double square = squares.data_ptr<double>()[i];
    values_[0] += square;
    values_[static_cast<std::size_t>(part - parts_.begin()) + 1] += square;
  }
  for (double& value : values_) value = std::sqrt(value);
  if (values_[0] <= options_.max_norm) return;
  for (const auto& parameter : gradients.parameters)
    if (parameter.value.grad().defined()) parameter.value.grad().mul_(options_.max_norm / values_[0]);
}
