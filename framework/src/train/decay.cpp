#include "train/decay.hpp"

#include <algorithm>

#include "byolab/capability.hpp"
#include "config/suggest.hpp"
#include "support/text.hpp"

namespace byolab {

std::set<std::string> without_decay(const Component& component, const torch::nn::Module& module, const Callee& callee) {
  const auto* able = capability<WithoutDecay>(component);
  if (!able) return {};
  return guarded(callee, "without_decay()", -1, [&] {
    const std::vector<std::string> names = able->without_decay(), known = module.named_parameters().keys();
    for (const std::string& name : names)
      if (std::find(known.begin(), known.end(), name) == known.end())
        throw Error("it names '" + printable(shortened(name)) + "', and has no parameter of that name",
                    suggestion(name, known, "parameters: " + joined(known)));
    return std::set<std::string>(names.begin(), names.end());
  });
}

}  // namespace byolab
