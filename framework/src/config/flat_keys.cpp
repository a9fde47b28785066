#include "config/flat_keys.hpp"

#include <algorithm>

#include "config/merge.hpp"
#include "config/toml_reader.hpp"

namespace byolab {
namespace {

/// Elements of a list of plugins are told apart by name, as in `--set`.
std::string flat_name(const Value& element, const std::string& path, std::size_t index) {
  const std::string name = name_of_element(element, path, index);
  return name.empty() ? std::to_string(index) : name;
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
    flatten((*list)[i], below(flat_name((*list)[i], path, i)), keys);
  if (tables) return;
  const auto* text = value.get_if<std::string>();
  keys[path] = text ? *text : value.toml();
}

void collect_orders(const Value& value, const std::string& path, ListOrders& orders) {
  const auto below = [&](const std::string& name) { return path.empty() ? name : path + "." + name; };
  if (const auto* table = value.get_if<Table>())
    for (const auto& [key, element] : *table) collect_orders(element, below(key), orders);
  const auto* list = value.get_if<List>();
  if (!list || list->empty() || !list->front().get_if<Table>()) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    orders[path].push_back(flat_name((*list)[i], path, i));
    collect_orders((*list)[i], below(orders[path].back()), orders);
  }
}

}  // namespace

std::map<std::string, std::string> flat_keys(const Value& resolved) {
  std::map<std::string, std::string> keys;
  flatten(resolved, {}, keys);
  return keys;
}

ListOrders list_orders(const Value& resolved) {
  ListOrders orders;
  collect_orders(resolved, {}, orders);
  return orders;
}

std::vector<std::string> in_other_order(const ListOrders& one, const ListOrders& other) {
  std::vector<std::string> paths;
  for (const auto& [path, names] : one) {
    const auto found = other.find(path);
    if (path != "evaluate" && found != other.end() && found->second != names &&
        std::is_permutation(names.begin(), names.end(), found->second.begin(), found->second.end()))
      paths.push_back(path);
  }
  return paths;
}

Value resolved_value(const std::string& resolved_toml) {
  Problems problems;
  auto root = parse_toml(resolved_toml, "config/resolved", problems);
  if (!root) throw Error("the experiment in the record cannot be read: " + problems.text());
  return std::move(*root);
}

}  // namespace byolab
