#pragma once

#include "boundary/search.hpp"
#include "byolab/fields.hpp"
#include "config/problems.hpp"
#include "train/plugged.hpp"

namespace byolab::conformance {

/// The plugin under examination, with the options that the user gave.
class Specimen {
 public:
  Specimen(const PluginCatalogue& catalogue, Kind kind, std::string name, Table options)
      : catalogue_(catalogue), kind_(kind), name_(std::move(name)), options_(std::move(options)) {}

  Kind kind() const { return kind_; }
  const std::string& name() const { return name_; }
  Callee callee() const { return catalogue_.callee(kind_, name_); }

  /// What the plugin declares.
  std::vector<Field> fields() const;
  /// With the options that the plugin itself wants to be tried with: all of them if the user gave none, else those that
  /// are required and not written. It may write files into `folder`. Throws Error as the plugin does.
  Specimen as_it_asks(const std::string& folder) const;
  bool has_options() const { return !options_.empty(); }
  /// "depth = 18, width = 4"; "" if there are none.
  std::string options_text() const;
  /// What is wrong with the options; empty if nothing is.
  std::string wrong_options() const;
  /// The plugin with `over` laid over its options. Throws Error with the host's words if they are refused.
  Recipe recipe(const Table& over = {}) const;
  /// The plugin made; every call into it is guarded.
  template <class Interface>
  Plugged<Interface> make(const Table& over, const Context& context) const {
    return make_plugged<Interface>(recipe(over), catalogue_, context);
  }
  /// Whether the host takes these options; nothing is made.
  bool takes(const Table& over) const;

 private:
  std::optional<Recipe> read(const Table& over, Problems& problems) const;

  const PluginCatalogue& catalogue_;
  Kind kind_;
  std::string name_;
  Table options_;
};

}  // namespace byolab::conformance
