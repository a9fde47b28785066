#include "guard/held_modules.hpp"

#include <algorithm>
#include <vector>

#include <torch/nn/module.h>

#include "api/host_kind.hpp"

namespace byolab {
namespace {

/// A module that a constructor going on in this thread made.
struct MadeModule {
  std::weak_ptr<Component> component;
  const torch::nn::Module* module;
  std::shared_ptr<const Callee> who;
};
thread_local std::vector<MadeModule> made_modules;
thread_local int constructors = 0;  ///< that go on, one within another

std::vector<at::Tensor> tensors_of(const torch::nn::Module& module) {
  std::vector<at::Tensor> tensors = module.parameters();
  for (const at::Tensor& buffer : module.buffers()) tensors.push_back(buffer);
  std::erase_if(tensors, [](const at::Tensor& tensor) { return !tensor.defined(); });
  return tensors;
}

bool holds_all(const torch::nn::Module& outer, const torch::nn::Module& inner) {
  const std::vector<at::Tensor> outers = tensors_of(outer), inners = tensors_of(inner);
  return std::all_of(inners.begin(), inners.end(), [&](const at::Tensor& one) {
    return std::any_of(outers.begin(), outers.end(), [&](const at::Tensor& other) { return other.is_same(one); });
  });
}

/// Null for kinds that are no modules.
const torch::nn::Module* module_of(const Component& component, Kind kind) {
  const auto cast = host_kind(kind).module;
  return cast ? cast(component) : nullptr;
}

}  // namespace

HeldModules::HeldModules() : begin_(made_modules.size()) { ++constructors; }
HeldModules::~HeldModules() {
  --constructors;
  made_modules.erase(made_modules.begin() + static_cast<std::ptrdiff_t>(begin_), made_modules.end());
}

void HeldModules::expect_in(const Component& holder, Kind kind) const {
  const torch::nn::Module* outer = module_of(holder, kind);
  if (!outer) return;
  for (std::size_t i = begin_; i < made_modules.size(); ++i) {
    const auto alive = made_modules[i].component.lock();
    if (alive && !holds_all(*outer, *made_modules[i].module))
      throw Error(
          "it holds " + text_of(*made_modules[i].who) + " and did not register it as a module of its own",
          "register_module(\"name\", held): only then are its parameters trained, moved to the device and kept");
  }
}

void HeldModules::note(const std::shared_ptr<Component>& made, std::shared_ptr<const Callee> who) {
  if (constructors == 0) return;
  if (const torch::nn::Module* module = module_of(*made, who->kind))
    made_modules.push_back({made, module, std::move(who)});
}

}  // namespace byolab
