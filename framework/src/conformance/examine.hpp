#pragma once

#include "conformance/check.hpp"

namespace byolab::conformance {

struct CheckResult {
  std::string check, expects;
  Outcome outcome = Outcome::passed;
  std::string sentence;  ///< why it failed, or does not apply
  double seconds = 0;
};

struct PluginReport {
  Kind kind = Kind::encoder;
  std::string name, library;
  std::string options;  ///< what it was tried with, beside its defaults: "depth = 18"
  std::vector<CheckResult> results;
  double seconds_per_call = std::numeric_limits<double>::quiet_NaN();  ///< median; NaN if it could not be measured

  bool passed() const;
};

struct Limits {
  double seconds = 120;    ///< of one check; then its process is ended
  bool sanitized = false;  ///< the process of the checks ends as a program does, so that leaks are told
};

/// Tries everything that is expected of a plugin's kind. The plugin runs in a process of its own: a crash or a hang
/// fails the check that met it, with the name of the call, and the next check starts anew.
/// Forks: to be called before this process computes with LibTorch or has other threads.
BYOLAB_API PluginReport examine(const PluginCatalogue& catalogue, Kind kind, const std::string& name,
                                const Table& options, const Limits& limits);

}  // namespace byolab::conformance
