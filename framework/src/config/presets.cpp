#include "config/presets.hpp"

#include <algorithm>

#include "config/expand.hpp"
#include "config/field_text.hpp"
#include "config/merge.hpp"
#include "config/suggest.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

std::optional<fs::path> find_preset(const std::string& name, const Place& place, const std::vector<fs::path>& folders,
                                    Problems& problems) {
  if (name.find('/') != std::string::npos || name.ends_with(".toml")) return absolute_path(name, place);
  std::error_code error;
  for (const fs::path& folder : folders)
    if (fs::path file = folder / (name + ".toml"); fs::is_regular_file(file, error)) return file;
  const std::vector<std::string> names = preset_names(folders);
  std::string looked;
  for (const fs::path& folder : folders) looked += (looked.empty() ? "" : ", ") + folder.string();
  problems.add(place, "no preset is named '" + name + "'",
               {suggestion(name, names, "presets: " + joined(names)),
                "looked in: " + (looked.empty() ? "no folder, since no plugins were found" : looked)});
  return std::nullopt;
}

}  // namespace

std::vector<std::string> preset_names(const std::vector<fs::path>& folders) {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::path& folder : folders)
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void insert_presets(Value& root, const std::vector<fs::path>& folders, FileReader& reader, Problems& problems) {
  Value* section = root.find("views");
  List* views = section ? section->get_if<List>() : nullptr;
  if (!views) return;
  for (Value& view : *views) {
    const Value* preset = view.find("preset");
    if (!preset) continue;
    const Place place = preset->place;
    if (const auto* name = preset->get_if<std::string>()) {
      if (const auto text = expand(*name, place, "views.preset", problems))
        if (const auto file = find_preset(*text, place, folders, problems))
          if (auto base = reader.read(*file, place)) {
            view.erase("preset");
            view = merge(std::move(*base), std::move(view), "views");
          }
      view.erase("preset");
    } else {
      problems.add(place, "'preset' must be a name or a path, found " + type_with_article(*preset));
      view.erase("preset");
    }
  }
}

}  // namespace byolab
