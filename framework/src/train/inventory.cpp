#include "train/inventory.hpp"

#include <fmt/format.h>

#include "guard/given.hpp"
#include "train/model.hpp"

namespace byolab {
namespace {

std::vector<Piece> pieces_of(const torch::nn::Module& module) {
  std::vector<Piece> pieces;
  const auto add = [&](const std::string& name, const at::Tensor& tensor) {
    if (tensor.defined()) pieces.push_back({name, tensor, tensor.sizes().vec(), tensor.scalar_type()});
  };
  for (const auto& item : module.named_parameters()) add(item.key(), item.value());
  for (const auto& item : module.named_buffers()) add(item.key(), item.value());
  return pieces;
}

/// How one piece differs in name and form; empty if it does not.
std::string other_form(const Piece& now, const Piece& made) {
  if (now.name != made.name) return fmt::format("'{}' stands where '{}' was", now.name, made.name);
  if (now.sizes != made.sizes || now.type != made.type)
    return fmt::format("'{}' is {}, and was {}", now.name, shape_text(now.sizes, now.type),
                       shape_text(made.sizes, made.type));
  return {};
}

std::string other_piece(const Piece& now, const Piece& made) {
  const std::string form = other_form(now, made);
  return !form.empty() || now.tensor.is_same(made.tensor) ? form : fmt::format("'{}' is another tensor", now.name);
}

/// The first difference; empty if there is none.
template <class Fault>
std::string difference(const std::vector<Piece>& now, const std::vector<Piece>& made, Fault&& fault_of) {
  for (std::size_t i = 0; i < std::min(now.size(), made.size()); ++i)
    if (std::string fault = fault_of(now[i], made[i]); !fault.empty()) return fault;
  if (now.size() > made.size()) return fmt::format("'{}' is new", now[made.size()].name);
  if (now.size() < made.size()) return fmt::format("'{}' is gone", made[now.size()].name);
  return {};
}

}  // namespace

Inventory take_inventory(const Model& model) {
  Inventory inventory;
  for (const NamedModule& network : model.modules()) inventory[network.name] = pieces_of(*network.module);
  return inventory;
}

void check_twins(const Model& model) {
  const Inventory made = take_inventory(model);
  for (const NamedModule& network : model.modules()) {
    if (!network.name.starts_with("target/")) continue;
    const auto& online = made.at("online/" + network.name.substr(7));
    guarded(*network.callee, "its constructor", -1, [&] {
      if (const std::string fault = difference(made.at(network.name), online, other_form); !fault.empty())
        throw Error("made a second time, for the target, it has other parameters and buffers: " + fault,
                    "what a constructor makes may depend on its options and its context alone");
    });
  }
}

void check_inventory(const Model& model, std::int64_t step) {
  for (const NamedModule& network : model.modules())
    guarded(*network.callee, "forward()", step, [&] {
      const auto& made = model.inventory.at(network.name);
      if (const std::string fault = difference(pieces_of(*network.module), made, other_piece); !fault.empty())
        throw Error("its parameters and buffers are not those that it was made with: " + fault, kMakeAllAtFirst);
    });
}

}  // namespace byolab
