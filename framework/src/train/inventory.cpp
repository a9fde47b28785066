#include "train/inventory.hpp"

#include <fmt/format.h>

#include "train/given.hpp"
#include "train/model.hpp"

namespace byolab {
namespace {

constexpr const char* kAdvice =
    "make all parameters and buffers in the constructor, and write into them in place: the optimizer, the target and "
    "checkpoints hold on to them";

std::vector<Piece> pieces_of(const torch::nn::Module& module) {
  std::vector<Piece> pieces;
  const auto add = [&](const std::string& name, const at::Tensor& tensor) {
    if (tensor.defined()) pieces.push_back({name, tensor, tensor.sizes().vec(), tensor.scalar_type()});
  };
  for (const auto& item : module.named_parameters()) add(item.key(), item.value());
  for (const auto& item : module.named_buffers()) add(item.key(), item.value());
  return pieces;
}

/// What is wrong with one piece; empty if nothing is.
std::string fault_of(const Piece& now, const Piece& made) {
  if (now.name != made.name) return fmt::format("'{}' stands where '{}' was", now.name, made.name);
  if (now.sizes != made.sizes || now.type != made.type)
    return fmt::format("'{}' is {}, and was {}", now.name, shape_text(now.sizes, now.type),
                       shape_text(made.sizes, made.type));
  if (!now.tensor.is_same(made.tensor)) return fmt::format("'{}' is another tensor", now.name);
  return {};
}

void compare(const std::vector<Piece>& now, const std::vector<Piece>& made) {
  const std::string begin = "its parameters and buffers are not those that it was made with: ";
  for (std::size_t i = 0; i < std::min(now.size(), made.size()); ++i)
    if (const std::string fault = fault_of(now[i], made[i]); !fault.empty()) throw Error(begin + fault, kAdvice);
  if (now.size() > made.size()) throw Error(begin + fmt::format("'{}' is new", now[made.size()].name), kAdvice);
  if (now.size() < made.size()) throw Error(begin + fmt::format("'{}' is gone", made[now.size()].name), kAdvice);
}

}  // namespace

Inventory take_inventory(const Model& model) {
  Inventory inventory;
  for (const NamedModule& network : model.modules()) inventory[network.name] = pieces_of(*network.module);
  return inventory;
}

void check_inventory(const Model& model, std::int64_t step) {
  for (const NamedModule& network : model.modules())
    guarded(*network.callee, "forward()", step,
            [&] { compare(pieces_of(*network.module), model.inventory.at(network.name)); });
}

}  // namespace byolab
