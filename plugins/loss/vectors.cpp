#include "vectors.hpp"

#include <ATen/Functions.h>

at::Tensor at_least_float(const at::Tensor& x) { return x.scalar_type() == at::kDouble ? x : x.to(at::kFloat); }

at::Tensor l2_normalize(const at::Tensor& x) {
  const auto wide = at_least_float(x);
  return wide * wide.square().sum(-1, true).clamp_min(1e-12).rsqrt();
}

const at::Tensor& present(const at::Tensor& x, const char* what, const char* loss) {
  if (!x.defined())
    throw byolab::Error(std::string("the loss '") + loss + "' got no " + what,
                        "the host must make what `needs()` names");
  return x;
}

void at_least_two_views(const byolab::Outputs& outputs, const char* loss) {
  if (outputs.views.size() < 2)
    throw byolab::Error(std::string("the loss '") + loss + "' compares views, and the experiment has " +
                            std::to_string(outputs.views.size()),
                        "write two [[views]]");
}
