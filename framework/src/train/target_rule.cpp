#include "train/target_rule.hpp"

#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include "guard/given.hpp"
#include "guard/on_loan.hpp"

namespace byolab {
namespace {

/// "encoder layer1.0.conv1.weight".
std::string name_of_tensor(const Weights& weights, const at::Tensor& wanted) {
  for (const PartWeights& part : weights.parts()) {
    for (std::size_t i = 0; i < part.parameters.size(); ++i)
      if (part.parameters[i].is_same(wanted)) return part.part + " " + part.parameter_names[i];
    for (std::size_t i = 0; i < part.buffers.size(); ++i)
      if (part.buffers[i].is_same(wanted)) return part.part + " " + part.buffer_names[i];
  }
  return "weights";
}

std::string shape_of(const at::Tensor& tensor) { return shape_text(tensor.sizes(), tensor.scalar_type()); }

void check_online(const Weights& online, const OnLoan& loan) {
  if (const auto i = loan.changed())
    throw Error(
        fmt::format("it changed the online network's {}", name_of_tensor(online, online.tensors(Which::all)[*i])),
        "a target rule writes the target alone; only an optimizer moves the online network");
}

/// `before`: the target network's own tensors, which the rule may write, and not put others in the place of.
void check_target(const Weights& target, const Weights& online, const std::vector<at::Tensor>& before) {
  const std::vector<at::Tensor> theirs = target.tensors(Which::all), mine = online.tensors(Which::all);
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (theirs.size() != before.size() || !theirs[i].is_same(before[i]))
      throw Error(fmt::format("it put other tensors in the place of the target's {}", name_of_tensor(online, mine[i])),
                  "write into the target's tensors in place: copy_from, average_with, copy_");
    if (theirs[i].sizes() != mine[i].sizes() || theirs[i].scalar_type() != mine[i].scalar_type())
      throw Error(fmt::format("it left the target's {} as {}; expected is {}", name_of_tensor(online, mine[i]),
                              shape_of(theirs[i]), shape_of(mine[i])),
                  "write into the target's tensors in place: copy_from, average_with, copy_");
    if (theirs[i].numel() > 0 && theirs[i].const_data_ptr() == mine[i].const_data_ptr())
      throw Error(
          fmt::format("it left the target's {} in the online network's own memory", name_of_tensor(online, mine[i])),
          "copy the numbers: copy_from, copy_");
  }
}

template <class Function>
void call_rule(Model& model, const char* call, std::int64_t step, const Function& function) {
  const c10::AutoGradMode no_gradient(false);
  model.rule.call(call, step, [&](TargetUpdate& rule) {
    const OnLoan online(model.online.tensors(Which::all));
    const std::vector<at::Tensor> target = model.target.tensors(Which::all);
    function(rule);
    check_online(model.online, online);
    check_target(model.target, model.online, target);
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
