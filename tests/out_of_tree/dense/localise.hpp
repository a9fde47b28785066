#pragma once

#include <byolab/plugin.hpp>

/// Whether the last feature map points to an object: whether the centre of one of its cells lies in a box, of the cell
/// whose vector is longest (`hit`), and of the one for which a linear read-out, fitted to the training images' cells by
/// ridge regression, says so most (`readout_hit`). `chance` is the share of all cells whose centre does.
class Localise final : public byolab::Evaluator {
 public:
  struct Options {
    double ridge = 1e-3;
    std::int64_t batch = 64;
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit Localise(const Options& options) : options_(options) {}

  byolab::Asks asks() const override { return {.maps = true, .annotations = true}; }
  std::vector<byolab::Metric> metrics() const override;
  std::vector<double> evaluate(byolab::Subject& subject) override;

 private:
  struct Cells {
    at::Tensor vectors, inside;  ///< [images, cells, channels] float64; [images, cells] float64, 1 within a box
  };
  Cells cells_of(byolab::Subject& subject, byolab::Split split) const;
  /// [channels + 1]: what each channel, and 1, counts for.
  at::Tensor readout(const Cells& cells) const;

  Options options_;
};
