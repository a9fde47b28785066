#include "support/stock_plugin.hpp"

#include <stdexcept>

#include "boundary/search.hpp"
#include "config/plugin_reader.hpp"

namespace byolab::testing {
namespace {

const PluginCatalogue& build_catalogue() {
  static const auto& catalogue =
      *new PluginCatalogue(search_folders({std::string(BYOLAB_BINARY_DIR) + "/lib/byolab/plugins"}, {}, false));
  return catalogue;
}

/// The maker, with the plugin's own words in what it throws: the guard's before them must be there, perhaps behind a
/// place, and are taken off.
Maker in_own_words(Maker make, const Callee& callee) {
  return [make = std::move(make), before = text_of(callee) + " failed in its constructor: "](const Context& context) {
    try {
      return make(context);
    } catch (const Error& error) {
      const std::string text = error.what();
      const std::size_t found = text.find(before);
      if (found == std::string::npos) throw std::runtime_error("'" + text + "' does not name the plugin");
      throw Error(text.substr(found + before.size()), error.hint());
    }
  };
}

/// Calls a function for everything that a component declares.
template <class Visit>
class Visitor final : public State {
 public:
  explicit Visitor(Visit visit) : visit_(visit) {}
  void operator()(const std::string& name, at::Tensor& value) override { visit_(name, value); }
  void operator()(const std::string& name, std::int64_t& value) override { visit_(name, value); }
  void operator()(const std::string& name, double& value) override { visit_(name, value); }

 private:
  Visit visit_;
};

}  // namespace

Recipe stock_recipe(Kind kind, Table options) {
  Problems problems;
  Reading reading{build_catalogue(), problems};
  Slot slot;
  slot.kind = kind;
  slot.key = kind == Kind::schedule ? "schedule" : "plugin";
  slot.path = name_of(kind);
  const auto part = read_plugin(reading, slot, Value(std::move(options)));
  if (!problems.empty() || !part) throw std::runtime_error(problems.text());
  Recipe recipe = part->recipe;
  recipe.make = in_own_words(std::move(recipe.make), build_catalogue().callee(kind, recipe.name));
  return recipe;
}

Snapshot::Snapshot(Component& component) {
  const auto keep = [this]<class T>(const std::string& name, T& value) {
    Item item{name, {}};
    if constexpr (std::is_same_v<T, at::Tensor>)
      item.tensor = value.defined() ? value.clone() : at::Tensor();
    else if constexpr (std::is_same_v<T, double>)
      item.number = value;
    else
      item.integer = value;
    items_.push_back(item);
  };
  Visitor visitor(keep);
  component.state(visitor);
}

void Snapshot::restore(Component& component) const {
  std::size_t next = 0;
  const auto give = [&]<class T>(const std::string& name, T& value) {
    const auto& item = items_.at(next++);
    if (item.name != name) throw std::runtime_error("state '" + name + "' where '" + item.name + "' was saved");
    if constexpr (std::is_same_v<T, at::Tensor>)
      value = item.tensor.defined() ? item.tensor.clone() : at::Tensor();
    else if constexpr (std::is_same_v<T, double>)
      value = item.number;
    else
      value = item.integer;
  };
  Visitor visitor(give);
  component.state(visitor);
}

std::vector<std::string> Snapshot::names() const {
  std::vector<std::string> all;
  for (const auto& item : items_) all.push_back(item.name);
  return all;
}

}  // namespace byolab::testing
