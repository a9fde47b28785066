#pragma once

#include <filesystem>
#include <map>
#include <set>

#include "boundary/search.hpp"
#include "claims/claim.hpp"
#include "config/draft.hpp"
#include "sweep/spec.hpp"

namespace byolab {

/// One run of a sweep: an arm with a seed.
struct Trial {
  std::string id;  ///< the run's identity, 16 hex digits
  std::string label;
  std::vector<std::string> values;  ///< on each axis, as in Arm
  std::int64_t seed = 0;
  std::string settings;          ///< what differs from the file: "target.plugin = \"ema\", target.tau = 0.99"
  std::string toml;              ///< the whole experiment, nothing left implicit
  std::int64_t steps = 0;        ///< its length
  std::int64_t step_images = 0;  ///< images that a step trains on, accumulation included
  double evaluations = 0;        ///< rounds of all evaluators between its first and its last
  std::filesystem::path folder;  ///< <output>/trials/<id>
};

/// What a sweep is going to do.
struct Plan {
  std::string name;                       ///< [sweep] name, by default the file's
  std::filesystem::path output;           ///< holds `trials/`, which all sweeps in this folder share
  std::filesystem::path folder;           ///< <output>/<name>: the sweep's own
  std::string source;                     ///< the TOML as written
  std::vector<std::string> axes;          ///< their names
  std::string baseline;                   ///< label of the arm that others are compared with; "" if there is none
  std::string metric;                     ///< as [sweep] says, or ""
  Direction better = Direction::unknown;  ///< values of it, as [sweep] says or its name tells
  std::set<std::string> on_test;          ///< evaluators that look at test images in some trial
  int threads = 1;                        ///< of each trial
  std::map<std::string, std::string> libraries;  ///< "target_update ema" to its library's SHA-256
  std::vector<Claim> claims;
  std::vector<Trial> trials;       ///< all seeds of an arm after one another; each id once
  std::vector<std::string> notes;  ///< what a user should know, a line each

  std::filesystem::path index() const { return folder / "sweep.h5"; }
};

/// Reads a sweep, makes every trial's experiment and checks it as `byolab run` would. `sets` are the `--set` of
/// the command line, laid over the file before the sweep varies it. `output`: "" for [run] output.
/// Never throws for what a user wrote: all problems are added, each once, with the first trial that has it.
BYOLAB_API Plan make_plan(const Draft& draft, const std::vector<std::string>& sets, const PluginCatalogue& catalogue,
                          const std::vector<std::filesystem::path>& presets, std::filesystem::path output,
                          Problems& problems);

/// Order in which trials are run: all arms with the first seed, then with the next, so that a sweep that is
/// stopped half-way has something of everything.
BYOLAB_API std::vector<std::size_t> running_order(const Plan& plan);

}  // namespace byolab
