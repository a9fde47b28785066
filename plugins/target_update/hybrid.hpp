#pragma once

#include <byolab/plugin.hpp>

/// A rule of its own for each part of the target: an averaged projector over the online encoder, say (Pham et al.
/// 2022, "On the pros and cons of momentum encoder in self-supervised visual representation learning"). A part
/// with the rule `online` is copied at each step.
class Hybrid final : public byolab::TargetUpdate, public byolab::RestartsOnline {
 public:
  struct Options {
    byolab::Nested<byolab::TargetUpdate> encoder{byolab::Table{{"plugin", "online"}}};
    byolab::Nested<byolab::TargetUpdate> projector{byolab::Table{{"plugin", "ema"}}};
  };
  static void describe(byolab::Fields& field, Options& options);
  Hybrid(const Options& options, const byolab::Context& context);

  void start(byolab::Weights& target, const byolab::Weights& online) override;
  void update(byolab::Weights& target, const byolab::Weights& online, const byolab::Step& step) override;
  bool restarts_online(const byolab::Step& step) const override;
  std::vector<byolab::Law> laws() const override;
  void state(byolab::State& state) override;
  std::vector<byolab::Metric> metrics() const override;
  std::vector<double> values() const override;

 private:
  struct Rule {
    std::string part;
    std::shared_ptr<byolab::TargetUpdate> rule;
  };
  std::vector<Rule> rules_;
};
