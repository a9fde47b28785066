#include "combined.hpp"

#include <algorithm>

void Combined::describe(byolab::Fields& field, Options& options) {
  field("losses", options.losses, "the losses that are added", {.required = true});
  field("weights", options.weights, "what each is multiplied with, in the same order; without them, 1 each");
}

Combined::Combined(const Options& options, const byolab::Context& context) {
  const auto count = options.losses.size();
  if (count == 0) throw byolab::Error("the loss 'combined' has no losses", "write [[loss.losses]]");
  if (!options.weights.empty() && options.weights.size() != count)
    throw byolab::Error("'combined' has " + std::to_string(count) + " losses and " +
                            std::to_string(options.weights.size()) + " weights",
                        "write one weight for each loss, or none");
  for (std::size_t i = 0; i < count; ++i) {
    auto name = options.losses[i].name();
    const auto taken = [&](const Term& term) { return term.name == name; };
    if (std::any_of(terms_.begin(), terms_.end(), taken)) name += "_" + std::to_string(i);
    const double weight = options.weights.empty() ? 1 : options.weights[i];
    terms_.push_back({name, weight, options.losses[i].make(context), {}});
    register_module(name, terms_.back().loss);
  }
}

namespace {

/// Pairs are looked at by all that read predictions or targets, or by none.
void add(byolab::Needs& all, const byolab::Needs& one) {
  all.target |= one.target;
  all.prediction |= one.prediction;
  all.labels |= one.labels;
  all.projection |= one.projection;
  all.pairs &= one.pairs || !(one.target || one.prediction);
}

constexpr byolab::Needs kNothing{.target = false, .prediction = false, .projection = false, .pairs = true};

}  // namespace

byolab::Needs Combined::needs() const {
  byolab::Needs all = kNothing;
  for (const auto& term : terms_) add(all, term.loss->needs());
  return all;
}

byolab::Needs Combined::needs_of(std::size_t view, std::size_t views) const {
  byolab::Needs all = kNothing;
  for (const auto& term : terms_) add(all, term.loss->needs_of(view, views));
  return all;
}

void Combined::stepped(const byolab::Step& step) {
  for (auto& term : terms_) term.loss->stepped(step);
}

at::Tensor Combined::forward(const byolab::Outputs& outputs, const byolab::Step& step) {
  at::Tensor sum;
  for (auto& term : terms_) {
    const auto value = term.loss->forward(outputs, step);
    term.value = value.detach();
    sum = sum.defined() ? sum + term.weight * value : term.weight * value;
  }
  return sum;
}

void Combined::state(byolab::State& state) {
  for (const auto& term : terms_) {
    byolab::PrefixedState prefixed(state, term.name);
    term.loss->state(prefixed);
  }
}

std::vector<byolab::Metric> Combined::metrics() const {
  std::vector<byolab::Metric> all;
  for (const auto& term : terms_) {
    all.push_back({"loss_" + term.name, "the loss '" + term.name + "', before its weight"});
    for (auto metric : term.loss->metrics()) {
      metric.name = term.name + "_" + metric.name;
      all.push_back(std::move(metric));
    }
  }
  return all;
}

std::vector<double> Combined::values() const {
  std::vector<double> all;
  for (const auto& term : terms_) {
    all.push_back(term.value.defined() ? term.value.item<double>() : std::numeric_limits<double>::quiet_NaN());
    for (const double value : term.loss->values()) all.push_back(value);
  }
  return all;
}
