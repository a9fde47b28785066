#pragma once

#include <byolab/plugin.hpp>

/// A weighted sum of losses: Σ_i weights[i] · losses[i]. The reference code's own training is
/// `byol` + `supervised` with `stop_gradient` and `first_view_only`.
class Combined final : public byolab::Loss {
 public:
  struct Options {
    std::vector<byolab::Nested<byolab::Loss>> losses;
    std::vector<double> weights;
  };
  static void describe(byolab::Fields& field, Options& options);
  static byolab::Table try_with() { return {{"losses", byolab::List{"byol", "supervised"}}}; }
  Combined(const Options& options, const byolab::Context& context);

  byolab::Needs needs() const override;
  byolab::Needs needs_of(std::size_t view, std::size_t views) const override;
  at::Tensor forward(const byolab::Outputs& outputs, const byolab::Step& step) override;
  void stepped(const byolab::Step& step) override;
  void state(byolab::State& state) override;
  std::vector<byolab::Metric> metrics() const override;
  std::vector<double> values() const override;

 private:
  struct Term {
    std::string name;  ///< the plugin's, with a number where it comes twice
    double weight = 1;
    std::shared_ptr<byolab::Loss> loss;
    at::Tensor value;  ///< newest, unweighted
  };
  std::vector<Term> terms_;
};
