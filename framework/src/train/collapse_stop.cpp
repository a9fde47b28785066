#include "train/collapse_stop.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace byolab {

bool stays_collapsed(const RunOptions& run, const GroupHistory& training, const Step& step) {
  const auto span = static_cast<std::size_t>(run.collapsed_for.in_steps(step));
  if (training.steps.size() < span || training.steps.empty()) return false;
  const auto column = std::find(training.names.begin(), training.names.end(), "z_std") - training.names.begin();
  const std::vector<float>& spread = training.columns[static_cast<std::size_t>(column)];
  const auto low = [&](float value) { return static_cast<double>(value) < run.collapsed_below; };
  return std::all_of(spread.end() - static_cast<std::ptrdiff_t>(std::max<std::size_t>(span, 1)), spread.end(), low);
}

std::string collapse_text(const RunOptions& run, std::int64_t steps) {
  return fmt::format("z_std stayed below {} for {}, up to step {}", run.collapsed_below, run.collapsed_for.text(),
                     steps);
}

}  // namespace byolab
