#include "conformance/specimen.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/host_kind.hpp"
#include "config/describe.hpp"
#include "config/plugin_reader.hpp"

namespace byolab::conformance {
namespace {

/// The first mistake. What stands in no user's line, only the plugin's author can mend, and is told how.
Error first_of(const Problems& problems) {
  const auto list = problems.sorted();
  if (list.empty()) return Error("its options cannot be read");
  const std::string hint = list.front().hints.empty() ? "" : list.front().hints.front();
  const bool missing = list.front().sentence.ends_with(" is missing");  // a required option
  return missing ? Error(list.front().sentence + " (" + hint + ")", "give the plugin's options with --set key=value")
                 : Error(list.front().sentence, hint);
}

}  // namespace

std::vector<Field> Specimen::fields() const {
  const Entry* entry = catalogue_.find(kind_, name_);
  if (!entry) throw Error(fmt::format("there is no {} '{}'", byolab::name_of(kind_), name_));
  return fields_of_plugin(*entry);
}

std::optional<Recipe> Specimen::read(const Table& over, Problems& problems) const {
  Value table{options_};
  for (const auto& [key, value] : over) table.set(key, value);
  Slot slot;
  slot.kind = kind_;
  slot.key = host_kind(kind_).key;
  slot.path = byolab::name_of(kind_);
  table.set(slot.key, name_);
  Reading reading{catalogue_, problems};
  auto part = read_plugin(reading, slot, table);
  if (!part) return std::nullopt;
  return std::move(part->recipe);
}

Specimen Specimen::as_it_asks(const std::string& folder) const {
  Specimen tried = *this;
  const Entry* entry = catalogue_.find(kind_, name_);
  if (!entry || !entry->try_with) return tried;
  if (folder.empty())
    throw Error("there is no folder for the files that it is tried with", "set TMPDIR to one that can be written");
  const std::vector<Field> declared = fields();
  const auto required = [&](const std::string& key) {
    return std::any_of(declared.begin(), declared.end(),
                       [&](const Field& field) { return field.name == key && field.about.required; });
  };
  Value table{options_};
  for (const auto& [key, value] : entry->try_with(folder))
    if (!table.find(key) && (options_.empty() || required(key))) tried.options_.emplace_back(key, value);
  return tried;
}

std::string Specimen::options_text() const {
  std::string text;
  for (const auto& [key, value] : options_) text += (text.empty() ? "" : ", ") + key + " = " + value.toml();
  return text;
}

std::string Specimen::wrong_options() const {
  Problems problems;
  read({}, problems);
  std::string text;
  for (const Problem& problem : problems.sorted())
    text += (text.empty() ? "" : "; ") + problem.sentence +
            (problem.hints.empty() ? "" : " (" + problem.hints.front() + ")");
  return text;
}

Recipe Specimen::recipe(const Table& over) const {
  Problems problems;
  auto recipe = read(over, problems);
  if (!problems.empty() || !recipe) throw first_of(problems);
  return std::move(*recipe);
}

bool Specimen::takes(const Table& over) const {
  Problems problems;
  const auto recipe = read(over, problems);
  return recipe && problems.empty();
}

}  // namespace byolab::conformance
