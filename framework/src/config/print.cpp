#include "config/experiment.hpp"

namespace byolab {
namespace {

bool is_list_of_tables(const Value& value) {
  const auto* list = value.get_if<List>();
  return list && !list->empty() && list->front().get_if<Table>();
}

std::string line(const std::string& key, const Value& value) {
  const std::string text = Value(Table{{key, value}}).toml();  // "{ key = value }", the key quoted where it must be
  return text.substr(2, text.size() - 4) + '\n';
}

/// `header` is "[run]", "[[views]]"; plain keys first, since they would belong to a later header otherwise.
std::string section(const std::string& header, const std::string& path, const Value& table) {
  std::string out = header + '\n', lists;
  for (const auto& [key, value] : *table.get_if<Table>()) {
    if (path == "views" && is_list_of_tables(value)) {
      const std::string below = "views." + key;
      for (const Value& element : *value.get_if<List>()) lists += '\n' + section("[[" + below + "]]", below, element);
    } else {
      out += line(key, value);
    }
  }
  return out + lists;
}

}  // namespace

std::string to_toml(const Value& resolved) {
  std::string plain, out;
  for (const auto& [key, value] : *resolved.get_if<Table>()) {
    if (is_list_of_tables(value)) {
      for (const Value& element : *value.get_if<List>()) out += '\n' + section("[[" + key + "]]", key, element);
    } else if (value.get_if<Table>()) {
      out += '\n' + section('[' + key + ']', key, value);
    } else {
      plain += line(key, value);
    }
  }
  out = plain + out;
  return out.starts_with('\n') ? out.substr(1) : out;
}

}  // namespace byolab
