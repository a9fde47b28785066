#include "config/draft.hpp"

#include <algorithm>

#include "config/merge.hpp"
#include "config/presets.hpp"

namespace byolab {
namespace fs = std::filesystem;
namespace {

/// As a comment in the record's copy of the TOML.
std::string source_line(const Override& made) {
  const Place& place = made.value.place;
  return "# " + (place.line > 0 ? made.path + " = " + made.value.toml() : place.file) + '\n';
}

}  // namespace

Draft::Draft(const fs::path& file, Problems& problems) {
  FileReader reader(problems);
  root_ = reader.read(file).value_or(Value(Table{}));
  if (root_.place.file.empty()) root_.place = {file.string(), 0, 0};
  reader_.emplace(reader, ignored_);
}

Document Draft::with(std::vector<Setting> settings, Problems& problems,
                     const std::vector<fs::path>& preset_folders) const {
  Document document;
  document.root = root_;
  FileReader reader(*reader_, problems);
  // [plugins] path and presets say what the other settings can address, so they go first.
  const auto early = std::stable_partition(settings.begin(), settings.end(), [](const Setting& setting) {
    return setting.keys.front() == "plugins" || setting.keys.back() == "preset";
  });
  const auto apply = [&](const Setting& setting) {
    apply_setting(document.root, setting, document.overrides, problems);
  };
  std::for_each(settings.begin(), early, apply);
  std::vector<fs::path> folders = preset_folders;
  for (const fs::path& folder : plugin_paths(document, problems)) folders.push_back(folder / "presets");
  insert_presets(document.root, folders, reader, problems);
  std::for_each(early, settings.end(), apply);

  finish_removals(document.root, problems);
  document.source = reader.source();
  for (const Override& made : document.overrides) document.source += source_line(made);
  document.files = reader.files();
  document.complete = !reader.failed();
  return document;
}

}  // namespace byolab
