#include "config/cadence_text.hpp"

#include <charconv>
#include <cmath>

namespace byolab {

std::optional<Cadence> parse_cadence(std::string_view text) {
  if (text == "never") return epochs(0);
  Cadence cadence;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, cadence.count);
  if (error != std::errc{} || !std::isfinite(cadence.count) || cadence.count < 0) return std::nullopt;
  std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  if (unit == "step" || unit == "steps")
    cadence.unit = Cadence::Unit::steps;
  else if (unit == "epoch" || unit == "epochs")
    cadence.unit = Cadence::Unit::epochs;
  else if (unit == "%")
    cadence.unit = Cadence::Unit::percent;
  else
    return std::nullopt;
  return cadence;
}

}  // namespace byolab
