#include "train/optimize.hpp"

#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "guard/given.hpp"

namespace byolab {
namespace {

/// What an optimizer must leave a parameter as.
struct TensorForm {
  std::vector<std::int64_t> sizes;
  at::ScalarType type;
};

std::vector<TensorForm> forms_of(const std::vector<Parameter>& parameters) {
  std::vector<TensorForm> forms;
  forms.reserve(parameters.size());
  for (const Parameter& parameter : parameters)
    forms.push_back({parameter.value.sizes().vec(), parameter.value.scalar_type()});
  return forms;
}

void check_parameter(const Parameter& parameter, const TensorForm& wanted) {
  const at::Tensor& value = parameter.value;
  const std::string name = fmt::format("{} {}", parameter.part, parameter.name);
  if (value.sizes() != at::IntArrayRef(wanted.sizes) || value.scalar_type() != wanted.type)
    throw Error(fmt::format("it left {} as {}; expected is {}", name, shape_text(value.sizes(), value.scalar_type()),
                            shape_text(wanted.sizes, wanted.type)),
                "write into the parameters in place: add_, mul_, copy_");
  if (!value.requires_grad())
    throw Error(fmt::format("it froze {}: from now on it gets no gradient", name),
                "an optimizer moves parameters; `freeze = true` in the part's table freezes them");
  if (value.numel() > 0 && (value.layout() != c10::kStrided || !value.has_storage() || !value.const_data_ptr()))
    throw Error(fmt::format("it left {} without its numbers", name), "write into the parameters in place");
}

template <class Function>
void call_optimizer(Model& model, const char* call, std::int64_t step, const Function& function) {
  const c10::AutoGradMode no_gradient(false);
  model.optimizer.call(call, step, [&](Optimizer& optimizer) {
    const std::vector<TensorForm> forms = forms_of(model.parameters);
    function(optimizer);
    for (std::size_t i = 0; i < forms.size(); ++i) check_parameter(model.parameters[i], forms[i]);
  });
}

}  // namespace

void start_optimizer(Model& model) {
  call_optimizer(model, "start()", -1, [&](Optimizer& optimizer) { optimizer.start(model.parameters); });
}

void optimize(Model& model, const Step& step) {
  call_optimizer(model, "step()", step.index, [&](Optimizer& optimizer) { optimizer.step(step); });
}

}  // namespace byolab
