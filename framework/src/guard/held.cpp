#include "guard/held.hpp"

#include "api/host_kind.hpp"
#include "guard/held_modules.hpp"

namespace byolab {

std::shared_ptr<Component> guarded_held(std::shared_ptr<Component> made, std::shared_ptr<const Callee> who) {
  std::shared_ptr<Component> held = host_kind(who->kind).held(std::move(made), who);
  HeldModules::note(held, std::move(who));
  return held;
}

}  // namespace byolab
