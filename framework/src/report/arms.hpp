#pragma once

#include "report/trial.hpp"

namespace byolab {

/// Runs that differ in their seed alone (or in what the user says does not matter).
struct ComparedArm {
  std::string name;
  std::vector<std::string> values;         ///< of the keys that tell the arms apart, in their order
  std::vector<const RecordedRun*> trials;  ///< in the order of their seeds
};

/// Trials sorted into arms, in the order in which these first come.
struct Arms {
  std::vector<std::string> keys;  ///< what tells the arms apart; empty if a sweep's labels do
  std::vector<ComparedArm> arms;
  const ComparedArm* find(const std::string& name) const;
};

/// Keys of the resolved experiments that are not the same in all trials; seed, name and folders set aside.
BYOLAB_API std::vector<std::string> differing_keys(const std::vector<const RecordedRun*>& trials);

/// `by`: keys of the experiment ("target.tau", or "name" for [run] name), whose values tell the arms apart. Without
/// any: a sweep's labels if every trial has one, else all keys that differ. An arm is called by the label, by
/// its runs' [run] name if that is its own, else by its values: "target.tau=0.99, loss.plugin=byol".
/// Throws Error for a key that no trial has.
BYOLAB_API Arms sort_into_arms(const std::vector<RecordedRun>& trials, const std::vector<std::string>& by);

/// That of the sweep that the words name, if it is one of the arms; else empty.
BYOLAB_API std::string known_baseline(const Arms& arms, const std::vector<std::filesystem::path>& words);

}  // namespace byolab
