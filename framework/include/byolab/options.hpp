#pragma once

#include <functional>
#include <memory>

#include "byolab/context.hpp"
#include "byolab/schedule.hpp"
#include "byolab/value.hpp"

namespace byolab {

using Maker = std::function<std::shared_ptr<Component>(const Context&)>;

/// A plugin with its options read and checked, ready to be made (any number of times).
struct Recipe {
  Kind kind = Kind::schedule;
  std::string name;
  Value resolved;  ///< the table with every default filled in
  Maker make;
};

/// An option that is a number or a schedule. Its default may be either:
/// `Schedule lr = 0.3;`, `Schedule tau{Table{{"schedule", "cosine"}, {"from", 0.996}, {"to", 1.0}}};`
class __attribute__((visibility("default"))) Schedule {
 public:
  Schedule(double constant) : value_(constant) {}
  explicit Schedule(Value value) : value_(std::move(value)) {}
  Schedule(Value value, std::shared_ptr<const ScheduleCurve> curve)
      : value_(std::move(value)), curve_(std::move(curve)) {}
  /// The value at a step. Throws Error if the schedule was named but never read by `Fields`.
  double operator()(const Step& step) const;
  const Value& value() const { return value_; }

 private:
  Value value_;
  std::shared_ptr<const ScheduleCurve> curve_;
};

/// An option that is a plugin. Default: `Nested<Loss> inner{Table{{"plugin", "byol"}}};`
template <class Interface>
class Nested {
 public:
  Nested() = default;
  explicit Nested(Value value) { recipe_.resolved = std::move(value); }
  Nested(Recipe recipe) : recipe_(std::move(recipe)) {}

  std::shared_ptr<Interface> make(const Context& context) const {
    if (!recipe_.make) throw Error("a nested plugin was named but never read by Fields");
    // The kind was checked when the recipe was made, so that this never needs RTTI.
    return std::static_pointer_cast<Interface>(recipe_.make(context));
  }
  const Value& value() const { return recipe_.resolved; }
  const std::string& name() const { return recipe_.name; }

 private:
  Recipe recipe_;
};

}  // namespace byolab
