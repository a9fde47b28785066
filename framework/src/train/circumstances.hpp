#pragma once

#include "config/experiment.hpp"

namespace byolab {

struct Compute;

/// What of a machine and of the data a run's results depend on.
BYOLAB_API Circumstances circumstances_of(const Compute& compute, std::string data_fingerprint);
/// The same of this machine. Throws Error if [run] asks for a device that is not there.
BYOLAB_API Circumstances circumstances_here(const RunOptions& run, std::string data_fingerprint);

/// The resolved experiment with what `auto` and 0 of [run] come to on this machine. For a device that is not here,
/// device and dtype stay as they are written.
BYOLAB_API Value settled_here(const Experiment& experiment);

}  // namespace byolab
