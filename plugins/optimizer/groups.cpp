#include "groups.hpp"

#include <ATen/Functions.h>

std::vector<Group> group(const std::vector<byolab::Parameter>& parameters) {
  std::vector<Group> groups;
  for (std::size_t id = 0; id < parameters.size(); ++id) {
    const auto& parameter = parameters[id];
    Group* home = nullptr;
    for (auto& one : groups)
      if (one.bias_or_norm == parameter.bias_or_norm && one.lr_factor == parameter.lr_factor) home = &one;
    if (!home) home = &groups.emplace_back(Group{parameter.bias_or_norm, parameter.lr_factor, {}, {}});
    home->all.push_back(parameter.value);
    home->ids.push_back(id);
  }
  return groups;
}

Active active(const Group& group) {
  Active found;
  for (std::size_t i = 0; i < group.all.size(); ++i) {
    const auto& gradient = group.all[i].grad();
    if (!gradient.defined()) continue;
    found.values.push_back(group.all[i]);
    found.gradients.push_back(gradient);
    found.ids.push_back(group.ids[i]);
  }
  return found;
}

Tensors Active::of(const Tensors& buffers) const {
  Tensors found;
  found.reserve(ids.size());
  for (const auto id : ids) found.push_back(buffers[id]);
  return found;
}

Tensors zeros_like(const std::vector<byolab::Parameter>& parameters) {
  Tensors zeros;
  for (const auto& parameter : parameters) zeros.push_back(at::zeros_like(parameter.value));
  return zeros;
}

double scale_lr(double lr, std::int64_t reference_batch, const byolab::Step& step) {
  if (reference_batch == 0) return lr;
  return lr * static_cast<double>(step.batch_size) / static_cast<double>(reference_batch);
}

void describe_reference_batch(byolab::Fields& field, std::int64_t& reference_batch) {
  field("lr_reference_batch", reference_batch,
        "the learning rate is multiplied by batch size / this; 0 takes it as it is written",
        {.min = 0, .unit = "images", .source = "256: Goyal et al. 2017, Grill et al. 2020 (section 3.3) and SimSiam"});
}
