#pragma once

#include <byolab/plugin.hpp>

namespace byolab::testing {

/// The maker of a plugin of the build's own libraries, loaded as the host loads them, with options as an
/// experiment writes them: `{{"plugin", "ema"}, {"tau", 0.9}}`. Throws std::runtime_error with the host's text if
/// anything is wrong. For schedules the key is "schedule".
Recipe stock_recipe(Kind kind, Table options);

/// The same, made: `stock<Loss>({{"plugin", "byol"}})`.
template <class Interface>
std::shared_ptr<Interface> stock(Table options, const Context& context = {}) {
  return std::static_pointer_cast<Interface>(stock_recipe(Interface::kKind, std::move(options)).make(context));
}

/// State of a component as a checkpoint keeps it: `Snapshot saved(*ema); … saved.restore(*other);`
class Snapshot {
 public:
  explicit Snapshot(Component& component);
  void restore(Component& component) const;
  std::vector<std::string> names() const;

 private:
  struct Item {
    std::string name;
    at::Tensor tensor;
    std::int64_t integer = 0;
    double number = 0;
  };
  std::vector<Item> items_;
};

/// Each view's prediction against each other view's target, as the method two_networks has them.
inline std::vector<Pair> all_pairs(std::size_t views) {
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < views; ++i)
    for (std::size_t j = 0; j < views; ++j)
      if (i != j) pairs.push_back({i, j});
  return pairs;
}

}  // namespace byolab::testing
