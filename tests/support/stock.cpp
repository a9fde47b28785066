#include "support/stock.hpp"

#include <torch/csrc/jit/serialization/pickle.h>

#include <fstream>
#include <iterator>
#include <optional>

#include "config/plugin_reader.hpp"
#include "config/toml_reader.hpp"
#include "plugins/search.hpp"

namespace byolab::testing {

namespace {

const PluginCatalogue& stock() {
  static const auto& catalogue =
      *new PluginCatalogue(std::vector<SearchFolder>{{BYOLAB_BINARY_DIR "/lib/byolab/plugins", "test"}});
  return catalogue;
}

}  // namespace

std::shared_ptr<Component> make_stock(Kind kind, const std::string& path, const std::string& toml,
                                      const Context& context) {
  Problems problems;
  const auto table = parse_toml(toml, "test.toml", problems);
  Reading reading{stock(), problems};
  std::optional<Part> part;
  if (table) part = read_plugin(reading, {kind, "plugin", path, {}, {}}, *table);
  if (!part || !problems.empty()) throw Error(problems.text());
  return part->recipe.make(context);
}

std::shared_ptr<Augmentation> make_from_table(const Value& table, const Context& context) {
  Problems problems;
  Reading reading{stock(), problems};
  const auto part = read_plugin(reading, {Kind::augmentation, "plugin", "views.augment", {}, {}}, table);
  if (!part || !problems.empty()) throw Error(problems.text());
  return std::static_pointer_cast<Augmentation>(part->recipe.make(context));
}

std::shared_ptr<Augmentation> make_augmentation(const std::string& toml, const Context& context) {
  Problems problems;
  const auto table = parse_toml(toml, "test.toml", problems);
  if (!table) throw Error(problems.text());
  return make_from_table(*table, context);
}

Reference::Reference(const std::string& name) {
  std::ifstream file(BYOLAB_SOURCE_DIR "/tests/reference/" + name + ".pt", std::ios::binary);
  if (!file) throw Error("tests/reference/" + name + ".pt is missing", "run tests/reference/" + name + ".py");
  values_ = torch::jit::pickle_load(std::vector<char>(std::istreambuf_iterator<char>(file), {}));
}

at::Tensor Reference::operator()(const std::string& key) const {
  const at::Tensor tensor = values_.toGenericDict().at(key).toTensor();
  return tensor.is_floating_point() ? tensor.to(at::kFloat) : tensor;
}

}  // namespace byolab::testing
