#include "hybrid.hpp"

void Hybrid::describe(byolab::Fields& field, Options& options) {
  field("encoder", options.encoder, "the rule of the encoder's weights");
  field("projector", options.projector, "the rule of the projector's weights");
}

Hybrid::Hybrid(const Options& options, const byolab::Context& context)
    : rules_{{"encoder", options.encoder.make(context)}, {"projector", options.projector.make(context)}} {}

void Hybrid::start(byolab::Weights& target, const byolab::Weights& online) {
  for (const auto& [part, rule] : rules_) {
    auto mine = target.only(part);
    rule->start(mine, online.only(part));
  }
}

// `only` gives the same tensors, so that what a rule does to a part it does to the network.
void Hybrid::update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step& step) {
  for (const auto& [part, rule] : rules_) {
    auto mine = target.only(part);
    if (rule->has_network())
      rule->update(mine, online.only(part), step);
    else
      mine.copy_from(online.only(part));
  }
}

bool Hybrid::restarts_online(const byolab::Step& step) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& one) {
    const auto* restarts = byolab::capability<byolab::RestartsOnline>(*one.rule);
    return restarts && restarts->restarts_online(step);
  });
}

void Hybrid::state(byolab::State& state) {
  for (const auto& [part, rule] : rules_) {
    byolab::PrefixedState prefixed(state, part);
    rule->state(prefixed);
  }
}

std::vector<byolab::Metric> Hybrid::metrics() const {
  std::vector<byolab::Metric> all;
  for (const auto& [part, rule] : rules_)
    for (auto metric : rule->metrics()) {
      metric.name = part + "_" + metric.name;
      metric.meaning = "of the " + part + ": " + metric.meaning;
      all.push_back(std::move(metric));
    }
  return all;
}

std::vector<double> Hybrid::values() const {
  std::vector<double> all;
  for (const auto& one : rules_)
    for (const double value : one.rule->values()) all.push_back(value);
  return all;
}

std::vector<byolab::Law> Hybrid::laws() const {
  using byolab::Table, byolab::Which;
  const Table fixed{{"plugin", "fixed_random"}}, copied{{"plugin", "online"}};
  const Table averaged{{"plugin", "ema"}, {"tau", 0.5}};
  return {{Table{{"encoder", fixed}, {"projector", fixed}}, 1, Which::all},
          {Table{{"encoder", copied}, {"projector", copied}}, 0, Which::all},
          {Table{{"encoder", averaged}, {"projector", averaged}}, 0.5}};
}
