#pragma once

#include <cstdint>
#include <string>

#include "byolab/abi.hpp"

namespace byolab {

/// Where training stands. `index` counts optimizer steps from 0; it is what the paper calls k.
struct Step {
  std::int64_t index = 0;
  std::int64_t total = 1;            ///< K, all steps of the run
  std::int64_t steps_per_epoch = 1;  ///< ≥ 1
  std::int64_t batch_size = 1;       ///< images an optimizer step sees, over all accumulated parts

  std::int64_t epoch() const { return index / steps_per_epoch; }
  bool last() const { return index + 1 >= total; }
};

/// A span of training, written in TOML as "100 steps", "1 epoch", "0.5 epochs" or "5 %" (of the run).
struct __attribute__((visibility("default"))) Cadence {
  enum class Unit { steps, epochs, percent };
  double count = 1;
  Unit unit = Unit::epochs;

  /// The span in steps, rounded; at least 1 if `count` is positive, 0 if it is 0 ("never").
  std::int64_t in_steps(const Step& step) const;
  /// True once every span: at the end of step `in_steps − 1`, `2·in_steps − 1`, …
  bool due(const Step& step) const;
  std::string text() const;
};

inline Cadence steps(double count) { return {count, Cadence::Unit::steps}; }
inline Cadence epochs(double count) { return {count, Cadence::Unit::epochs}; }
inline Cadence percent(double count) { return {count, Cadence::Unit::percent}; }

}  // namespace byolab
