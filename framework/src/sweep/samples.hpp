#pragma once

#include "config/table_reader.hpp"

namespace byolab {

/// Values drawn at random for some keys: `ranges = { "optimizer.lr" = { from = 1e-4, to = 0.1, scale = "log" } }`.
/// A draw is a function of (seed, key, number of the sample): more samples or more keys change no earlier one.
struct Range {
  enum class Scale { linear, log, integer, log_integer };
  std::string key;
  Place place;
  Scale scale = Scale::linear;
  double from = 0, to = 1;  ///< both included
  List choice;              ///< drawn from these if there are any

  /// At full precision: what is shown of it, is shown in full.
  Value draw(std::uint64_t seed, std::int64_t sample) const;
};

/// Reads one range; problems are added.
Range read_range(const std::string& key, const Value& written, Problems& problems);

}  // namespace byolab
