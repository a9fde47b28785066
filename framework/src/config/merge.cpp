#include "config/merge.hpp"

#include <algorithm>
#include <set>

#include "config/defaults.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"

namespace byolab {
namespace {

const std::string* text_at(const Value& table, const std::string& key) {
  const Value* value = table.find(key);
  return value ? value->get_if<std::string>() : nullptr;
}

bool asks_removal(const Value& element) {
  const Value* remove = element.find("remove");
  const bool* flag = remove ? remove->get_if<bool>() : nullptr;
  return flag && *flag;
}

/// Whether a table at this path must name its plugin.
bool has_no_default(const std::string& path) {
  return default_plugin(path).empty() &&
         std::ranges::any_of(sections(), [&](const Section& section) { return section.name == path && section.kind; });
}

/// Whether `over` names another plugin, schedule or preset than `base` stands for.
bool starts_anew(const Value& base, const Value& over, const std::string& path) {
  for (const char* key : {"plugin", "schedule", "preset"}) {
    const std::string* named = text_at(over, key);
    if (!named || (std::string(key) == "preset" && path != "views")) continue;
    const std::string* before = text_at(base, key);
    if (!before && std::string(key) == "plugin" && has_no_default(path)) continue;  // its options waited for this name
    const std::string inherited = before ? *before : std::string(key) == "plugin" ? default_plugin(path) : "";
    if (*named != inherited) return true;
  }
  return false;
}

/// What stays of a table when another plugin is named: the keys that the host reads, for they hold for any plugin.
Value keys_of_host(const Value& table, const std::string& path) {
  Value kept = Table{};
  for (const Section& section : sections()) {
    if (section.name != path || !section.kind || !section.host) continue;
    for (const Field& field : section.host())
      if (const Value* value = table.find(field.name)) kept.set(field.name, *value);
  }
  return kept;
}

/// Whether all elements are tables with names of their own, and there are some.
bool merges_by_name(const List& list, const std::string& path) {
  const std::vector<std::string> names = names_of_elements(list, path);
  return !list.empty() && names.size() == list.size() && std::set(names.begin(), names.end()).size() == list.size();
}

Value merge_tables(Value base, Value over, const std::string& path) {
  if (starts_anew(base, over, path)) base = keys_of_host(base, path);
  if (path == "run" && over.find("epochs")) base.erase("steps");
  if (path == "run" && over.find("steps")) base.erase("epochs");
  for (auto& [key, value] : *over.get_if<Table>()) {
    Value* inherited = base.find(key);
    base.set(key, inherited ? merge(std::move(*inherited), std::move(value), below(path, key)) : std::move(value));
  }
  base.place = over.place;
  base.key_place = over.key_place;
  return base;
}

Value merge_lists(Value base, Value over, const std::string& path) {
  List& elements = *base.get_if<List>();
  const List& changes = *over.get_if<List>();
  if (!merges_by_name(elements, path) || !merges_by_name(changes, path)) return over;
  const std::vector<std::string> old_names = names_of_elements(elements, path);
  List merged = elements;
  std::vector<std::string> names = old_names;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::string name = name_of_element(changes[i], path, i);
    const auto found = std::find(names.begin(), names.end(), name);
    const auto at = found - names.begin();
    if (found == names.end()) {
      merged.push_back(changes[i]);
      names.push_back(name);
    } else if (asks_removal(changes[i]) && !asks_removal(merged[at])) {
      merged.erase(merged.begin() + at);
      names.erase(found);
    } else {
      merged[at].erase("remove");  // a base's removal that waits for its preset is taken back by naming it again
      merged[at] = merge(std::move(merged[at]), changes[i], path);
      // By position or by plugin, a name may not survive the merge: positions move, plugins change.
      if (path == "views") merged[at].set("name", name);
    }
  }
  if (path == "views")
    for (std::size_t i = 0; i < merged.size(); ++i)
      if (!merged[i].find("name")) merged[i].set("name", names[i]);
  over.get_if<List>()->swap(merged);
  return over;
}

}  // namespace

Value merge(Value base, Value over, const std::string& path) {
  if (base.get_if<Table>() && over.get_if<Table>()) return merge_tables(std::move(base), std::move(over), path);
  if (base.get_if<List>() && over.get_if<List>()) return merge_lists(std::move(base), std::move(over), path);
  return over;
}

std::string name_of_element(const Value& element, const std::string& path, std::size_t index) {
  if (!element.get_if<Table>()) return {};
  if (const std::string* name = text_at(element, "name")) return *name;
  if (path == "views") return "view" + std::to_string(index + 1);
  const std::string* plugin = text_at(element, "plugin");
  return plugin ? *plugin : std::string{};
}

std::vector<std::string> names_of_elements(const List& list, const std::string& path) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (std::string name = name_of_element(list[i], path, i); !name.empty()) names.push_back(std::move(name));
  return names;
}

void finish_removals(Value& value, Problems& problems, const std::string& path) {
  if (auto* list = value.get_if<List>()) {
    List kept;
    std::vector<std::size_t> unmet;
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (asks_removal((*list)[i]))
        unmet.push_back(i);
      else
        kept.push_back((*list)[i]);
    }
    for (const std::size_t i : unmet) {
      const std::string name = name_of_element((*list)[i], path, i);
      const std::vector<std::string> names = names_of_elements(kept, path);
      problems.add((*list)[i].find("remove")->place, "nothing is named '" + name + "' in '" + path + "', to be removed",
                   {suggestion(name, names, "there are: " + joined(names))});
    }
    *list = std::move(kept);
    for (Value& element : *list) {
      const Value* remove = element.find("remove");
      if (remove && remove->get_if<bool>()) element.erase("remove");
      finish_removals(element, problems, path);
    }
  } else if (auto* table = value.get_if<Table>()) {
    for (auto& [key, element] : *table) finish_removals(element, problems, below(path, key));
  }
}

}  // namespace byolab
