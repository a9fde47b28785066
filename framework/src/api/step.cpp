#include "byolab/step.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace byolab {
namespace {

/// The shortest decimal that reads back as the same number: "0.1", not "0.100000".
std::string shortest(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

double exact_steps(const Cadence& cadence, const Step& step) {
  switch (cadence.unit) {
    case Cadence::Unit::steps:
      return cadence.count;
    case Cadence::Unit::epochs:
      return cadence.count * static_cast<double>(step.steps_per_epoch);
    case Cadence::Unit::percent:
      return cadence.count / 100.0 * static_cast<double>(step.total);
  }
  return 0;
}

}  // namespace

std::int64_t Cadence::in_steps(const Step& step) const {
  if (!(count > 0)) return 0;
  // Beyond 2^62 llround is undefined; no run has so many steps.
  const double exact = std::min(exact_steps(*this, step), 0x1p62);
  return std::max<std::int64_t>(1, std::llround(exact));
}

bool Cadence::due(const Step& step) const {
  const std::int64_t span = in_steps(step);
  return span > 0 && (step.index + 1) % span == 0;
}

std::string Cadence::text() const {
  switch (unit) {
    case Unit::steps:
      return shortest(count) + (count == 1 ? " step" : " steps");
    case Unit::epochs:
      return shortest(count) + (count == 1 ? " epoch" : " epochs");
    case Unit::percent:
      return shortest(count) + " %";
  }
  return {};
}

}  // namespace byolab
