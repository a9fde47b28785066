#include "config/experiment.hpp"

#include "config/experiment_reader.hpp"
#include "config/identity_text.hpp"

namespace byolab {

Experiment read_experiment(const Document& document, const Catalogue& catalogue, Problems& problems) {
  return ExperimentReader(document, catalogue, problems).read();
}

}  // namespace byolab
