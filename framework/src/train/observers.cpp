#include "train/observers.hpp"

#include <ATen/Functions.h>
#include <fmt/format.h>

#include "guard/on_loan.hpp"
#include "train/gradients.hpp"
#include "train/model_state.hpp"

namespace byolab {
namespace {

std::vector<at::Tensor> values_of(const std::vector<Parameter>& parameters) {
  std::vector<at::Tensor> values;
  for (const Parameter& parameter : parameters) values.push_back(parameter.value);
  return values;
}

/// One that scales gradients may put others in their place, as long as they are of the same form. Gives their norms, of
/// which the next observer is told.
at::Tensor norms_of_scaled(const std::vector<Parameter>& parameters, const std::vector<at::Tensor>& before) {
  const std::vector<at::Tensor> after = gradients_of(parameters);
  bool same = after.size() == before.size();
  for (std::size_t i = 0; same && i < after.size(); ++i)
    same = after[i].sizes() == before[i].sizes() && after[i].scalar_type() == before[i].scalar_type();
  if (!same)
    throw Error("it dropped, added or reshaped a gradient", "scale gradients in place: parameter.value.grad().mul_(…)");
  at::Tensor norms = gradient_norms(parameters);
  if (!norms.isfinite().all().item<bool>())
    throw Error("it left a gradient that is not finite", "scale each gradient by a finite number ≥ 0");
  return norms;
}

}  // namespace

Observers::Observers(const Experiment& experiment, const PluginCatalogue& catalogue, const Context& context,
                     const Model& model) {
  const auto listed = experiment.listed.find(Kind::observer);
  if (listed == experiment.listed.end()) return;
  for (const ListedOptions& options : listed->second) {
    One one{options.name, options.passive, make_plugged<Observer>(options.recipe, catalogue, context)};
    const OnLoan loan(values_of(model.parameters));
    one.plugged.call("prepare()", -1, [&](Observer& observer) {
      observer.prepare(model.parameters);
      expect_unchanged(loan, "the parameters");
    });
    one.plugged.call("scales_gradients()", -1, [&](Observer& observer) {
      if (one.passive && observer.scales_gradients())
        throw Error("it scales gradients, and its class says kPassive: it would be left out of the run's identity",
                    "drop kPassive, or scale no gradients");
    });
    observers_.push_back(std::move(one));
  }
  state_names_ = declared_state(components());
}

std::vector<NamedComponent> Observers::components() const {
  std::vector<NamedComponent> all;
  for (const One& one : observers_)
    all.push_back({"state/observe/" + one.name, one.plugged.object.get(), one.plugged.callee});
  return all;
}

void Observers::save(Checkpoint& checkpoint, std::int64_t step) const {
  save_states(components(), state_names_, checkpoint, step);
  for (const One& one : observers_) checkpoint.texts["observe/" + one.name] = one.plugged.callee.name;
  if (!stopped_by_.empty()) checkpoint.texts["observe_stopped"] = stopped_by_;
}

void Observers::load(const Checkpoint& checkpoint) {
  std::vector<NamedComponent> known = components();
  for (const One& one : observers_)
    if (one.passive && !checkpoint.texts.contains("observe/" + one.name))
      std::erase_if(known, [&](const NamedComponent& each) { return each.name == "state/observe/" + one.name; });
  load_states(known, checkpoint, -1);
  const auto stopped = checkpoint.texts.find("observe_stopped");
  if (stopped != checkpoint.texts.end()) stopped_by_ = stopped->second;
}

void Observers::start(const std::string& folder, const Step& first) const {
  for (const One& one : observers_)
    one.plugged.call("start()", first.index, [&](Observer& observer) { observer.start({folder, one.name, first}); });
}

void Observers::before_step(const Step& step) const {
  for (const One& one : observers_)
    one.plugged.call("before_step()", step.index, [&](Observer& observer) { observer.before_step(step); });
}

void Observers::gradients_ready(const std::vector<Parameter>& parameters, at::Tensor norms, const Step& step) const {
  for (const One& one : observers_)
    one.plugged.call("gradients_ready()", step.index, [&](Observer& observer) {
      const std::vector<at::Tensor> gradients = gradients_of(parameters);
      const bool scales = observer.scales_gradients();
      const OnLoan weights(values_of(parameters)), lent(scales ? std::vector<at::Tensor>{} : gradients);
      const OnLoan lent_norms({norms});
      observer.gradients_ready({parameters, norms}, step);
      expect_unchanged(weights, "a parameter");
      expect_unchanged(lent_norms, "the norms of the gradients");
      if (lent.changed())
        throw Error("it changed a gradient", "override scales_gradients() to return true, for an observer that may");
      if (scales) norms = norms_of_scaled(parameters, gradients);
    });
}

void Observers::after_step(const Row& row, const Step& step) {
  for (const One& one : observers_)
    one.plugged.call("after_step()", step.index, [&](Observer& observer) { observer.after_step(row, step); });
  ask_to_stop(step);
}

/// All are asked, so that the reason names each that wants it.
void Observers::ask_to_stop(const Step& step) {
  for (const One& one : observers_) {
    const std::string why = one.plugged.call("should_stop()", step.index, [&](Observer& observer) {
      std::string reason = observer.should_stop(step);
      if (one.passive && !reason.empty())
        throw Error("it wants to stop the run, and its class says kPassive", "drop kPassive, or give back \"\"");
      return reason;
    });
    if (!why.empty())
      stopped_by_ += fmt::format("{}observer '{}' after {} steps: {}", stopped_by_.empty() ? "" : "; ", one.name,
                                 step.index + 1, why);
  }
}

void Observers::epoch_end(const Step& step) const {
  for (const One& one : observers_)
    one.plugged.call("epoch_end()", step.index, [&](Observer& observer) { observer.epoch_end(step); });
}

void Observers::evaluated(const Row& row) const {
  for (const One& one : observers_)
    one.plugged.call("evaluated()", row.step, [&](Observer& observer) { observer.evaluated(row); });
}

std::vector<std::string> Observers::end(const Ending& ending) const {
  std::vector<std::string> trouble;
  for (const One& one : observers_) {
    try {
      one.plugged.call("end()", ending.steps, [&](Observer& observer) { observer.end(ending); });
    } catch (const std::exception& error) {
      trouble.emplace_back(error.what());
    }
  }
  return trouble;
}

}  // namespace byolab
