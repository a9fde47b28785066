#include "support/metric_direction.hpp"

#include <cctype>

namespace byolab {
namespace {

/// "top1", "colour_top5"
bool is_top_k(const std::string& column) {
  const auto top = column.find("top");
  return top != std::string::npos && top + 3 < column.size() &&
         std::isdigit(static_cast<unsigned char>(column[top + 3]));
}

}  // namespace

Direction direction_of(const std::string& metric) {
  const std::string column = metric.substr(metric.rfind('/') + 1);
  if (metric.ends_with("loss") || metric.starts_with("timing/")) return Direction::less;
  return is_top_k(column) || column.find("accuracy") != std::string::npos ? Direction::greater : Direction::unknown;
}

}  // namespace byolab
