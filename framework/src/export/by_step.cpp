#include "export/by_step.hpp"

#include <algorithm>
#include <map>

namespace byolab {
namespace {

/// Of each epoch, how many steps are done after its last one.
std::map<std::int64_t, std::int64_t> ends_of_epochs(const History& history) {
  std::map<std::int64_t, std::int64_t> ends;
  for (const GroupHistory& rows : history) {
    const auto column = std::find(rows.names.begin(), rows.names.end(), "epoch");
    if (rows.group != "metrics/train" || column == rows.names.end()) continue;
    const auto& epochs = rows.columns[static_cast<std::size_t>(column - rows.names.begin())];
    for (std::size_t i = 0; i < rows.steps.size(); ++i) ends[static_cast<std::int64_t>(epochs[i])] = rows.steps[i] + 1;
  }
  return ends;
}

}  // namespace

History by_step(History history) {
  const auto ends = ends_of_epochs(history);
  for (GroupHistory& rows : history)
    if (rows.group == "timing")
      for (std::int64_t& step : rows.steps)
        if (const auto end = ends.find(step); end != ends.end()) step = end->second;
  return history;
}

}  // namespace byolab
