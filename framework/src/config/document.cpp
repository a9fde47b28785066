#include "config/document.hpp"

#include <algorithm>
#include <optional>

#include "config/expand.hpp"
#include "config/file_reader.hpp"
#include "config/merge.hpp"
#include "config/overrides.hpp"
#include "config/presets.hpp"

namespace byolab {
namespace fs = std::filesystem;

Document read_document(const fs::path& file, const std::vector<std::string>& sets, Problems& problems,
                       const std::vector<fs::path>& preset_folders) {
  Document document;
  FileReader reader(problems);
  document.root = reader.read(file).value_or(Value(Table{}));
  if (document.root.place.file.empty()) document.root.place = {file.string(), 0, 0};

  std::vector<Setting> settings = parse_settings(sets, problems);
  // [plugins] path and presets say what the other settings can address, so they go first.
  const auto early = std::stable_partition(settings.begin(), settings.end(), [](const Setting& setting) {
    return setting.keys.front() == "plugins" || setting.keys.back() == "preset";
  });
  std::for_each(settings.begin(), early,
                [&](const Setting& setting) { apply_setting(document.root, setting, document.overrides, problems); });

  std::vector<fs::path> folders = preset_folders;
  for (const fs::path& folder : plugin_paths(document, problems)) folders.push_back(folder / "presets");
  insert_presets(document.root, folders, reader, problems);

  std::for_each(early, settings.end(),
                [&](const Setting& setting) { apply_setting(document.root, setting, document.overrides, problems); });
  finish_removals(document.root, problems);
  document.source = reader.source();
  for (const Override& made : document.overrides) document.source += "# " + made.value.place.file + '\n';
  document.files = reader.files();
  document.complete = !reader.failed();
  return document;
}

std::vector<fs::path> plugin_paths(const Document& document, Problems& problems) {
  const Value* section = document.root.find("plugins");
  const Value* paths = section ? section->find("path") : nullptr;
  if (!paths) return {};
  List list = paths->get_if<List>() ? *paths->get_if<List>() : List{*paths};
  std::vector<fs::path> out;
  for (const Value& path : list) {
    const auto* text = path.get_if<std::string>();
    if (!text) continue;  // the reader of [plugins] reports it
    if (const auto full = expand(*text, path.place, "plugins.path", problems))
      out.emplace_back(absolute_path(*full, path.place));
  }
  return out;
}

}  // namespace byolab
