#pragma once

#include <cstdint>
#include <optional>

#include "boundary/catalogue.hpp"
#include "byolab/fields.hpp"
#include "config/problems.hpp"

namespace byolab {

/// What everything that reads an experiment has at hand.
struct Reading {
  const Catalogue& catalogue;
  Problems& problems;
  int depth = 0;                          ///< of plugins within plugins
  std::optional<std::int64_t> seed = {};  ///< the run's; nothing before [run] is read
};

/// Whose options are being read.
struct Owner {
  std::string text;                   ///< in messages: "target_update 'ema'", "[run]"
  std::string path;                   ///< in the experiment: "target", "views.augment"
  std::vector<std::string> others;    ///< keys of the same table that are read elsewhere
  std::vector<std::string> reserved;  ///< names that may not be declared
  bool strict = true;                 ///< whether unknown keys are reported
  std::string unnamed = {};           ///< of a plugin that nobody wrote: says so where a key is unknown
};

}  // namespace byolab
