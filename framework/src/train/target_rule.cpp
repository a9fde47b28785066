#include "train/target_rule.hpp"

#include <c10/core/GradMode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace byolab {
namespace {

/// What changes when a tensor is written through LibTorch, or given another memory.
struct Mark {
  std::int64_t version = 0;
  const void* data = nullptr;
  bool operator==(const Mark&) const = default;
};

std::vector<Mark> marks_of(const std::vector<at::Tensor>& tensors) {
  std::vector<Mark> marks;
  marks.reserve(tensors.size());
  for (const at::Tensor& tensor : tensors) marks.push_back({tensor._version(), tensor.const_data_ptr()});
  return marks;
}

/// "encoder layer1.0.conv1.weight" of the i-th of `tensors(Which::all)`.
std::string name_of_tensor(const Weights& weights, std::size_t i) {
  for (const Which which : {Which::parameters, Which::buffers})
    for (const PartWeights& part : weights.parts()) {
      const auto& names = which == Which::parameters ? part.parameter_names : part.buffer_names;
      const at::Tensor wanted = weights.tensors(Which::all)[i];
      const auto& tensors = which == Which::parameters ? part.parameters : part.buffers;
      for (std::size_t k = 0; k < names.size(); ++k)
        if (tensors[k].is_same(wanted)) return part.part + " " + names[k];
    }
  return "weights";
}

std::string shape_of(const at::Tensor& tensor) {
  return fmt::format("{} [{}]", at::toString(tensor.scalar_type()), fmt::join(tensor.sizes(), ", "));
}

void check_online(const Weights& online, const std::vector<Mark>& before, const std::vector<Mark>& after) {
  for (std::size_t i = 0; i < before.size(); ++i)
    if (before[i] != after[i])
      throw Error(fmt::format("it changed the online network's {}", name_of_tensor(online, i)),
                  "a target rule writes the target alone; only an optimizer moves the online network");
}

void check_target(const Weights& target, const Weights& online) {
  const std::vector<at::Tensor> theirs = target.tensors(Which::all), mine = online.tensors(Which::all);
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (theirs[i].sizes() != mine[i].sizes() || theirs[i].scalar_type() != mine[i].scalar_type())
      throw Error(fmt::format("it left the target's {} as {}; expected is {}", name_of_tensor(online, i),
                              shape_of(theirs[i]), shape_of(mine[i])),
                  "write into the target's tensors in place: copy_from, average_with, copy_");
    if (theirs[i].numel() > 0 && theirs[i].const_data_ptr() == mine[i].const_data_ptr())
      throw Error(fmt::format("it left the target's {} in the online network's own memory", name_of_tensor(online, i)),
                  "copy the numbers: copy_from, copy_");
  }
}

template <class Function>
void call_rule(Model& model, const char* call, std::int64_t step, const Function& function) {
  const c10::AutoGradMode no_gradient(false);
  model.rule.call(call, step, [&](TargetUpdate& rule) {
    const std::vector<at::Tensor> online = model.online.tensors(Which::all);
    const std::vector<Mark> before = marks_of(online);
    function(rule);
    check_online(model.online, before, marks_of(online));
    check_target(model.target, model.online);
  });
}

}  // namespace

void start_target(Model& model) {
  call_rule(model, "start()", -1, [&](TargetUpdate& rule) { rule.start(model.target, model.online); });
}

void update_target(Model& model, const Step& step) {
  if (!model.has_target()) return;
  call_rule(model, "update()", step.index, [&](TargetUpdate& rule) { rule.update(model.target, model.online, step); });
}

}  // namespace byolab
