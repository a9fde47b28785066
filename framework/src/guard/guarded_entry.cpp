#include "guard/guarded_entry.hpp"

#include <memory>

#include "guard/held.hpp"
#include "guard/held_modules.hpp"

namespace byolab {
namespace {

using Who = std::shared_ptr<const Callee>;

/// What ends a component: a destructor that throws or crashes is the plugin's, and is to be named as such.
struct Destroyer {
  std::shared_ptr<Component> component;
  Who who;

  void operator()(Component*) {
    const CallScope scope(*who, "its destructor", -1);
    component.reset();
  }
};

std::shared_ptr<Component> make(const Maker& maker, const Who& who, const Context& context) {
  const bool held = is_in_call();  // another plugin makes it, for itself
  std::shared_ptr<Component> made = guarded(*who, "its constructor", -1, [&] {
    const HeldModules within;
    std::shared_ptr<Component> component = maker(context);
    if (component) within.expect_in(*component, who->kind);
    return component;
  });
  Component* const component = made.get();
  std::shared_ptr<Component> ended{component, Destroyer{std::move(made), who}};
  // A schedule is called by others wherever it is made.
  return held || who->kind == Kind::schedule ? guarded_held(std::move(ended), who) : ended;
}

}  // namespace

Entry guarded_entry(Entry entry, Callee callee) {
  const auto who = std::make_shared<const Callee>(std::move(callee));
  entry.read = [who, read = std::move(entry.read)](Fields& fields) -> Maker {
    Maker maker = guarded(*who, kDescribing, -1, [&] { return read(fields); });
    return [who, maker = std::move(maker)](const Context& context) { return make(maker, who, context); };
  };
  if (entry.try_with)
    entry.try_with = [who, try_with = std::move(entry.try_with)](const std::string& folder) {
      return guarded(*who, "try_with()", -1, [&] { return try_with(folder); });
    };
  return entry;
}

}  // namespace byolab
