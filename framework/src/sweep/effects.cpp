#include "sweep/effects.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace byolab {
namespace {

/// A value takes its place with it wherever it is put. A removal and a preset are gone once they are done.
void add_places(const Value& value, std::set<std::string>& places) {
  if (const auto* list = value.get_if<List>()) {
    for (const Value& element : *list) add_places(element, places);
  } else if (const auto* table = value.get_if<Table>()) {
    for (const auto& [key, element] : *table)
      if (key != "remove" && key != "preset") add_places(element, places);
  } else {
    places.insert(value.place.text());
  }
}

std::set<std::string> places_in(const Value& root) {
  std::set<std::string> places;
  for (const auto& [section, value] : *root.get_if<Table>())
    if (section != "sweep" && section != "claim") add_places(value, places);
  return places;
}

bool vanishes(const Setting& setting) {
  const std::string &first = setting.keys.front(), &last = setting.keys.back();
  return first == "sweep" || first == "claim" || first == "plugins" || last == "remove" || last == "preset" ||
         setting.path == "run.seed";  // about which the sweep has a word of its own
}

std::set<std::string> places_of(const Setting& setting) {
  std::set<std::string> places;
  if (!vanishes(setting)) add_places(setting.value, places);
  return places;
}

/// Whether two paths can lead to one place, or one below the other.
bool meet(const Setting& a, const Setting& b) {
  const auto is_length = [](const Setting& s) { return s.path == "run.epochs" || s.path == "run.steps"; };
  if (is_length(a) && is_length(b)) return true;
  for (std::size_t i = 0; i < std::min(a.keys.size(), b.keys.size()); ++i)
    if (a.keys[i] != b.keys[i] && a.keys[i] != "*" && b.keys[i] != "*" && b.keys[i] != "remove") return false;
  return true;
}

std::string text_of(const Setting& setting) { return fmt::format("{} = {}", setting.path, setting.value.toml()); }

}  // namespace

void Effects::look(const Value& root, const std::vector<Setting>& applied, std::size_t below, Problems& problems) {
  const std::set<std::string> there = places_in(root);
  const auto is_there = [&](const std::string& place) { return there.contains(place); };
  ++arms_;
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    const auto places = places_of(sets_[i]);
    kept_[i] += places.empty() || std::any_of(places.begin(), places.end(), is_there) ? 1 : 0;
  }
  for (const Setting& setting : applied)
    if (std::none_of(seen_.begin(), seen_.end(), [&](const Setting& s) { return s.path == setting.path; }))
      seen_.push_back(setting);
  for (std::size_t i = below; i < applied.size(); ++i) {
    const auto places = places_of(applied[i]);
    if (std::all_of(places.begin(), places.end(), is_there)) continue;
    const auto by = std::find_if(applied.begin() + static_cast<std::ptrdiff_t>(i) + 1, applied.end(),
                                 [&](const Setting& later) { return meet(applied[i], later); });
    const Setting& other = by == applied.end() ? applied[i] : *by;
    if (by != applied.end() && by->path == applied[i].path && by->value.toml() == applied[i].value.toml()) continue;
    if (!told_.insert(applied[i].path + '\n' + other.path).second) continue;
    if (by == applied.end())
      problems.add(other.place, fmt::format("'{}' has no effect: something else in the arm undoes it", text_of(other)));
    else
      problems.add(other.place, fmt::format("'{}' replaces '{}' of the same arm", text_of(other), text_of(applied[i])),
                   {fmt::format("the other stands at {}; an arm has one value of a key: let one axis set it",
                                applied[i].place.text())});
  }
}

void Effects::judge_sets(std::vector<std::string>& notes, Problems& problems) const {
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    const Setting& set = sets_[i];
    const bool again = std::any_of(sets_.begin() + static_cast<std::ptrdiff_t>(i) + 1, sets_.end(),
                                   [&](const Setting& later) { return later.path == set.path; });
    if (kept_[i] == arms_ || again) continue;
    if (kept_[i] > 0) {
      notes.push_back(fmt::format("'{}' changes {} of {} arms: the others set it themselves, or choose another plugin",
                                  set.place.file, kept_[i], arms_));
      continue;
    }
    const auto by = std::find_if(seen_.begin(), seen_.end(), [&](const Setting& s) { return meet(set, s); });
    std::vector<std::string> hints{"leave it out, or change what the sweep sets"};
    if (by != seen_.end()) hints.front() += fmt::format(": '{}' at {}", by->path, by->place.text());
    problems.add(set.place, fmt::format("'{}' changes nothing: every arm of the sweep replaces it", set.path), hints);
  }
}

}  // namespace byolab
