#pragma once

#include <set>

#include "sweep/spec.hpp"

namespace byolab {

/// Whether what is set by hand is still there once all is set: another setting may have replaced it, and a label that
/// names it would not be true.
class Effects {
 public:
  explicit Effects(const std::vector<Setting>& sets) : sets_(sets), kept_(sets.size(), 0) {}

  /// Looks at an arm once its settings are applied: the first `below` of them are the baseline's, which the others may
  /// replace. A problem for each of the others that has no effect, each pair of keys once.
  void look(const Value& root, const std::vector<Setting>& applied, std::size_t below, Problems& problems);

  /// Of the `--set` under all arms: a problem for each without effect in any of them, a note where there is one in
  /// some.
  void judge_sets(std::vector<std::string>& notes, Problems& problems) const;

 private:
  const std::vector<Setting>& sets_;
  std::vector<std::size_t> kept_;  ///< of each --set, the arms that it changes
  std::vector<Setting> seen_;      ///< what arms set themselves, each path once
  std::set<std::string> told_;     ///< pairs of paths
  std::size_t arms_ = 0;
};

}  // namespace byolab
