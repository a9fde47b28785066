#include "report/flat_keys.hpp"

#include <algorithm>
#include <array>

#include "config/toml_reader.hpp"

namespace byolab {
namespace {

const std::string* text_at(const Value& value, const char* key) {
  const Value* found = value.find(key);
  return found ? found->get_if<std::string>() : nullptr;
}

/// Elements of a list of plugins are told apart by name, as in `--set`.
std::string element_name(const Value& element, std::size_t index) {
  for (const char* key : {"name", "plugin"})
    if (const std::string* name = text_at(element, key)) return *name;
  return std::to_string(index);
}

void flatten(const Value& value, const std::string& path, std::map<std::string, std::string>& keys) {
  const auto below = [&](const std::string& name) { return path.empty() ? name : path + "." + name; };
  if (const auto* table = value.get_if<Table>()) {
    for (const auto& [key, element] : *table) flatten(element, below(key), keys);
    return;
  }
  const auto* list = value.get_if<List>();
  const bool tables = list && !list->empty() && list->front().get_if<Table>();
  for (std::size_t i = 0; tables && i < list->size(); ++i)
    flatten((*list)[i], below(element_name((*list)[i], i)), keys);
  if (tables) return;
  const auto* text = value.get_if<std::string>();
  keys[path] = text ? *text : value.toml();
}

}  // namespace

std::map<std::string, std::string> flat_keys(const std::string& resolved_toml) {
  Problems problems;
  const auto root = parse_toml(resolved_toml, "config/resolved", problems);
  if (!root) throw Error("the experiment in the record cannot be read: " + problems.text());
  std::map<std::string, std::string> keys;
  flatten(*root, {}, keys);
  return keys;
}

bool tells_arms_apart(const std::string& key) {
  static constexpr std::array kKeys{"run.seed", "run.name", "run.output", "run.threads", "run.workers", "run.device"};
  static constexpr std::array kSections{"checkpoint.", "record.", "plugins.", "sweep.", "claim."};
  return std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end() &&
         std::none_of(kSections.begin(), kSections.end(), [&](const char* s) { return key.starts_with(s); });
}

}  // namespace byolab
