#pragma once

#include <array>
#include <memory>
#include <span>

#include "byolab/component.hpp"

namespace torch::nn {
class Module;
}

namespace byolab {

struct Callee;

namespace conformance {
class Bench;
class Specimen;
struct Check;
struct Setup;
}  // namespace conformance

/// All that the host knows of a kind of plugins. Each kind says it in its folder, kinds/<kind>/kind.cpp.
struct HostKind {
  Kind kind = Kind::encoder;
  const char* name = "";       ///< as written in TOML, on the command line and in records: "target_update"
  const char* key = "plugin";  ///< the key that names one: "plugin", or "schedule"
  const char* example = "";    ///< how `plugin new`'s experiment names it, with @name@ for the name
  const char* section = "";    ///< the list [[section]] that names some, for kinds that have one for themselves
  const char* meaning = "";    ///< of the section
  std::array<const char*, 2> reserved{};  ///< keys of the host's in its table, beside those of every kind

  // How calls into one are guarded.
  /// The plugin behind a guard, for another plugin that holds it: see guard/held.hpp.
  std::shared_ptr<Component> (*held)(std::shared_ptr<Component> made, std::shared_ptr<const Callee> who) = nullptr;
  /// The component as a module; null for kinds that are none.
  const torch::nn::Module* (*module)(const Component& component) = nullptr;

  // How `plugin check` tries one.
  int sizes = 1;               ///< that the bench offers
  bool float64 = false;        ///< computes in what it is given, so that float64 can be asked of it
  bool network = false;        ///< convolves or multiplies: tried in bfloat16 and in evaluation mode, too
  bool values_by_call = true;  ///< `values()` gives what `metrics()` declares; an evaluator's `evaluate` does
  std::unique_ptr<conformance::Bench> (*bench)(const conformance::Specimen&, const conformance::Setup&) = nullptr;
  std::vector<conformance::Check> (*checks)() = nullptr;  ///< in the order in which they run
};

/// All kinds, in the order in which they are listed (kinds/list.cpp).
BYOLAB_API std::span<const HostKind* const> host_kinds();
BYOLAB_API const std::vector<Kind>& all_kinds();
BYOLAB_API const HostKind& host_kind(Kind kind);
/// The kind of that name. Throws Error that lists the kinds.
BYOLAB_API Kind kind_named(const std::string& name);

}  // namespace byolab
