#pragma once

#include <memory>

#include "app/commands.hpp"
#include "config/experiment.hpp"
#include "sweep/plan.hpp"

namespace byolab {

/// An experiment from a TOML file, with the plugins that it may use.
struct LoadedExperiment {
  Document document;
  std::unique_ptr<PluginCatalogue> catalogue;
  Experiment experiment;
};

/// A sweep from a TOML file.
struct LoadedSweep {
  std::unique_ptr<PluginCatalogue> catalogue;
  Plan plan;
};

/// What was wrong with an experiment has been printed; the program ends with exit code 2.
struct WrongExperiment {};

/// Reads and checks a file. Throws WrongExperiment after printing all mistakes.
LoadedExperiment load_experiment(const std::filesystem::path& file, const std::vector<std::string>& sets,
                                 const PluginSearch& search);
/// Whether the weights that it starts from can be read. Throws WrongExperiment as above.
void check_loads(const LoadedExperiment& loaded);
/// Reads a sweep and checks every trial. `output`: "" for [run] output. Throws WrongExperiment as above.
LoadedSweep load_sweep(const std::filesystem::path& file, const std::vector<std::string>& sets,
                       const PluginSearch& search, const std::filesystem::path& output);

}  // namespace byolab
