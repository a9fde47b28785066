#pragma once

#include <byolab/plugin.hpp>

/// Scales all gradients together so that their norm is at most `max_norm` (Pascanu et al. 2013, section 3.2), and
/// logs the norms that they had, by part.
class ClipGradients final : public byolab::Observer {
 public:
  struct Options {
    double max_norm = 1;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit ClipGradients(const Options& options) : options_(options) {}

  void prepare(const std::vector<byolab::Parameter>& parameters) override;
  bool scales_gradients() const override { return true; }
  void gradients_ready(const byolab::Gradients& gradients, const byolab::Step& step) override;
  std::vector<byolab::Metric> metrics() const override;
  std::vector<double> values() const override { return values_; }

 private:
  Options options_;
  std::vector<std::string> parts_;  ///< in the order in which they come
  std::vector<double> values_;      ///< the norm of all, then of each part
};
