#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace byolab {

struct Model;

/// A parameter or buffer as it was when its network was made.
struct Piece {
  std::string name;
  at::Tensor tensor;
  std::vector<std::int64_t> sizes;
  at::ScalarType type = at::kFloat;
};
/// What each network has, by the network's name.
using Inventory = std::map<std::string, std::vector<Piece>>;

Inventory take_inventory(const Model& model);

/// Throws Error, naming the plugin, if the target's networks, which the same plugins made, have other parameters or
/// buffers than the online ones.
void check_twins(const Model& model);

/// The optimizer, the target, and checkpoints hold on to the parameters and buffers that a network was made with.
/// Throws Error, naming the plugin, if one added, dropped, swapped, resized or retyped any since. `step`: −1 outside
/// training.
void check_inventory(const Model& model, std::int64_t step);

}  // namespace byolab
