#pragma once

#include <ATen/ThreadLocalState.h>

#include <memory>
#include <utility>

#include "plugins/search.hpp"

namespace byolab {

/// A component with the name of the plugin that it is; every call into it is guarded.
template <class Interface>
struct Plugged {
  std::shared_ptr<Interface> object;
  Callee callee;

  explicit operator bool() const { return object != nullptr; }

  /// `encoder.call("forward", k, [&](Encoder& encoder) { return encoder.forward(x); })`
  template <class Function>
  decltype(auto) call(const char* name, std::int64_t step, Function&& function) const {
    // LibTorch's state of this thread (autocast, inference and gradient modes) is lent: it comes back as it was.
    const at::ThreadLocalStateGuard lent{at::ThreadLocalState()};
    return guarded(callee, name, step, [&]() -> decltype(auto) { return std::forward<Function>(function)(*object); });
  }
};

/// Makes what a recipe of this catalogue describes; the catalogue has put the guard around constructor and destructor.
template <class Interface>
Plugged<Interface> make_plugged(const Recipe& recipe, const PluginCatalogue& catalogue, const Context& context) {
  // The kind was checked when the recipe was made, so that this never needs a plugin's type information.
  return {std::static_pointer_cast<Interface>(recipe.make(context)), catalogue.callee(recipe.kind, recipe.name)};
}

}  // namespace byolab
