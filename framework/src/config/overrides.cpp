#include "config/overrides.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>

#include "api/host_kind.hpp"
#include "config/expand.hpp"
#include "config/field_text.hpp"
#include "config/merge.hpp"
#include "config/suggest.hpp"
#include "config/toml_depth.hpp"
#include "config/toml_reader.hpp"

namespace byolab {
namespace {

/// The '=' that ends the path: the first outside quotes.
std::size_t find_equals(const std::string& text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0)
      quote = text[i] == quote ? 0 : quote;
    else if (text[i] == '"' || text[i] == '\'')
      quote = text[i];
    else if (text[i] == '=')
      return i;
  }
  return std::string::npos;
}

bool is_choice(const std::string& key) { return key == "plugin" || key == "schedule" || key == "preset"; }

/// How deep the table lies whose plugin, schedule or preset a setting chooses, by key or as a whole table; one that
/// chooses none lies below all.
std::size_t depth_of_choice(const Setting& setting) {
  if (is_choice(setting.keys.back())) return setting.keys.size() - 1;
  if (const auto* table = setting.value.get_if<Table>())
    for (const auto& [key, value] : *table)
      if (is_choice(key)) return setting.keys.size();
  return std::numeric_limits<std::size_t>::max();
}

bool is_position(const std::string& key) {
  return !key.empty() && key.find_first_not_of("0123456789") == std::string::npos;
}

bool is_section_of_kind(const std::string& path) {
  return std::any_of(host_kinds().begin(), host_kinds().end(),
                     [&](const HostKind* kind) { return !path.empty() && path == kind->section; });
}

bool is_known_list(const std::string& path) {
  return path == "views" || path == "views.augment" || path == "evaluate" || is_section_of_kind(path);
}

class Setter {
 public:
  explicit Setter(const Setting& setting) : setting_(setting) {}

  /// The number of places where something was set.
  int apply(Value& node, std::span<const std::string> keys, const std::string& path) {
    if (auto* list = node.get_if<List>()) return apply_to_list(*list, keys, path);
    if (node.get_if<Table>()) return apply_to_table(node, keys, path);
    fail("'" + path + "' is " + type_with_article(node) + ", and has no key '" + keys.front() + "'", {});
    return 0;
  }

  std::string before, failure, hint;

 private:
  void fail(std::string sentence, std::string what_to_do) {
    if (!failure.empty()) return;
    failure = std::move(sentence);
    hint = std::move(what_to_do);
  }

  void note(const Value* old) {
    if (before.empty() && old) before = old->toml();
  }

  int apply_to_table(Value& table, std::span<const std::string> keys, const std::string& path) {
    const std::string& key = keys.front();
    const std::string key_path = below(path, key);
    Value* old = table.find(key);
    if (keys.size() == 1) {
      note(old);
      write(table, key, path);
      return 1;
    }
    if (!old) {
      if (is_known_list(key_path)) {
        fail("'" + key_path + "' has no elements", "write [[" + key_path + "]] in the file");
        return 0;
      }
      Value fresh;
      fresh.place = fresh.key_place = setting_.place;
      table.set(key, fresh);
      old = table.find(key);
    }
    return apply(*old, keys.subspan(1), key_path);
  }

  /// As in merging, a choice discards what belonged to another one, and epochs and steps exclude each other.
  void write(Value& table, const std::string& key, const std::string& path) {
    Value single = Table{{key, setting_.value}};
    single.place = table.place;
    single.key_place = table.key_place;
    if (const Value* name = table.find("name"); name && is_choice(key)) single.set("name", *name);
    table = merge(std::move(table), std::move(single), path);
  }

  int apply_to_list(List& list, std::span<const std::string> keys, const std::string& path) {
    const std::vector<std::string> names = names_of_elements(list, path);
    const bool drops =
        keys.size() == 2 && keys[1] == "remove" && setting_.value.get_if<bool>() && *setting_.value.get_if<bool>();
    int count = 0;
    List kept;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const bool meant = keys.front() == "*" || name_of_element(list[i], path, i) == keys.front();
      if (meant && keys.size() > 1 && drops) {
        note(&list[i]);
        ++count;
        continue;
      }
      if (meant && keys.size() > 1) count += apply(list[i], keys.subspan(1), path);
      kept.push_back(std::move(list[i]));
    }
    list = std::move(kept);
    if (count == 0 && is_position(keys.front()))
      fail("'" + path + "' has names, not positions: there is no element '" + keys.front() + "'",
           "there are: " + joined(names) + "; * means all of them");
    else if (keys.size() == 1)
      fail("'" + setting_.path + "' names a whole element of '" + path + "'",
           "set one of its keys, " + setting_.path + ".KEY=…, or drop it: " + setting_.path + ".remove=true");
    else if (count == 0)
      fail(
          list.empty() ? "'" + path + "' has no elements" : "nothing is named '" + keys.front() + "' in '" + path + "'",
          suggestion(keys.front(), names, "there are: " + joined(names)));
    return count;
  }

  const Setting& setting_;
};

}  // namespace

std::optional<std::vector<std::string>> keys_of_path(const std::string& path) {
  std::vector<std::string> keys(1);
  char quote = 0;
  bool quoted = false;
  for (const char letter : path) {
    if (quote != 0) {
      if (letter == quote)
        quote = 0;
      else
        keys.back() += letter;
    } else if (letter == '"' || letter == '\'') {
      quote = letter;
      quoted = true;
    } else if (letter == '.') {
      if (keys.back().empty() && !quoted) return std::nullopt;
      keys.emplace_back();
      quoted = false;
    } else {
      keys.back() += letter;
    }
  }
  if (quote != 0 || (keys.back().empty() && !quoted)) return std::nullopt;
  return keys;
}

void put_choices_first(std::vector<Setting>& settings) {
  std::stable_sort(settings.begin(), settings.end(),
                   [](const Setting& a, const Setting& b) { return depth_of_choice(a) < depth_of_choice(b); });
}

std::vector<Setting> parse_settings(const std::vector<std::string>& texts, Problems& problems) {
  std::vector<Setting> settings;
  for (const std::string& text : texts) {
    Setting setting;
    setting.place = override_place(text);
    const std::size_t equals = find_equals(text);
    if (equals == std::string::npos) {
      problems.add(setting.place, "there is no '=' in it", {"write --set section.key=value"});
      continue;
    }
    setting.path = text.substr(0, equals);
    if (setting.path.find('[') != std::string::npos && setting.path.find_first_of("'\"") == std::string::npos) {
      problems.add(setting.place, "'" + setting.path + "' has a bracket",
                   {"elements are named by a dot and their name, or * for all: --set views.*.augment.solarize.p=0"});
      continue;
    }
    const auto keys = keys_of_path(setting.path);
    if (!keys) {
      problems.add(setting.place, "'" + setting.path + "' is no path of keys", {"write --set section.key=value"});
      continue;
    }
    if (keys->size() > static_cast<std::size_t>(kDeepestToml)) {
      problems.add(setting.place, "its path has " + std::to_string(keys->size()) +
                                      " keys, and no experiment nests deeper than " + std::to_string(kDeepestToml));
      continue;
    }
    setting.keys = *keys;
    const auto value = parse_value(text.substr(equals + 1), setting.place, problems);
    if (!value) continue;
    setting.value = *value;
    settings.push_back(std::move(setting));
  }
  put_choices_first(settings);
  return settings;
}

void apply_setting(Value& root, const Setting& setting, std::vector<Override>& done, Problems& problems) {
  Setter setter(setting);
  if (setter.apply(root, setting.keys, {}) == 0) {
    std::vector<std::string> hints;
    if (!setter.hint.empty()) hints.push_back(setter.hint);
    problems.add(setting.place, setter.failure, std::move(hints));
    return;
  }
  done.push_back({setting.path, setting.value, setter.before});
}

}  // namespace byolab
