#pragma once

#include <memory>
#include <utility>

#include "boundary/search.hpp"

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
