#pragma once

#include <string>
#include <string_view>

namespace byolab {

/// The only plugins that the host knows by name: what a section means that names none. BYOL as the reference
/// code has it. [data], [encoder] and [[views]] have no default: they are what an experiment is about.
inline std::string default_plugin(std::string_view section) {
  if (section == "projector" || section == "predictor") return "mlp";
  if (section == "target") return "ema";
  if (section == "method") return "two_networks";
  if (section == "loss") return "byol";
  if (section == "optimizer") return "lars";
  return {};
}

}  // namespace byolab
