#pragma once

#include <memory>
#include <string>

#include <torch/types.h>

#include "byolab/augmentation.hpp"
#include "byolab/context.hpp"
#include "byolab/value.hpp"

namespace byolab::testing {

/// The stock plugin of a TOML table, loaded from its library as the host does:
/// `make_augmentation("plugin = \"solarize\"\np = 1.0")`. Throws Error with the problems found.
/// `path`: where the table would stand in an experiment.
std::shared_ptr<Component> make_stock(Kind kind, const std::string& path, const std::string& toml,
                                      const Context& context = {});
std::shared_ptr<Augmentation> make_augmentation(const std::string& toml, const Context& context = {});
std::shared_ptr<Augmentation> make_from_table(const Value& table, const Context& context = {});

/// A dictionary that torch.save wrote: tests/reference/<name>.pt.
class Reference {
 public:
  explicit Reference(const std::string& name);
  at::Tensor operator()(const std::string& key) const;  ///< float32 if it holds fractions

 private:
  c10::IValue values_;
};

}  // namespace byolab::testing
