#include "watch/sparkline.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace byolab {
namespace {

constexpr const char* kBlocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

/// Mean of the numbers among some values; NaN of none.
double mean_of(std::span<const float> values) {
  double sum = 0, count = 0;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    sum += value;
    count += 1;
  }
  return sum / count;
}

}  // namespace

std::string sparkline(std::span<const float> values, std::size_t width) {
  const std::size_t count = std::min(values.size(), width);
  std::vector<double> means;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = i * values.size() / count, end = (i + 1) * values.size() / count;
    means.push_back(mean_of(values.subspan(begin, end - begin)));
  }
  double least = INFINITY, greatest = -INFINITY;
  for (const double mean : means)
    if (!std::isnan(mean)) least = std::min(least, mean), greatest = std::max(greatest, mean);
  std::string text;
  for (const double mean : means) {
    const double height = greatest > least ? (mean - least) / (greatest - least) : 0;
    text += std::isnan(mean) ? " " : kBlocks[std::min(7, static_cast<int>(height * 8))];
  }
  return text;
}

}  // namespace byolab
