#include "app/experiment_file.hpp"

#include <iostream>
#include <map>

#include "train/starting_weights.hpp"

namespace byolab {
namespace {

std::vector<std::filesystem::path> preset_folders(const std::vector<SearchFolder>& folders) {
  std::vector<std::filesystem::path> presets;
  presets.reserve(folders.size());
  for (const SearchFolder& folder : folders) presets.push_back(folder.folder / "presets");
  return presets;
}

void tell_notes(const PluginCatalogue& catalogue) {
  for (const std::string& line : catalogue.notes()) std::cerr << line << '\n';
}

/// Of one key that is set twice, the later one counts.
void tell_repeats(const Document& document) {
  std::map<std::string, const Override*> sets;
  for (const Override& one : document.overrides) {
    const Override*& earlier = sets[one.path];
    if (earlier && earlier->value.place.file != one.value.place.file)
      std::cerr << "note: " << one.value.place.file << " counts, and not " << earlier->value.place.file << '\n';
    earlier = &one;
  }
}

void stop_at(const Problems& problems) {
  if (problems.empty()) return;
  std::cerr << problems.text();
  throw WrongExperiment{};
}

}  // namespace

LoadedExperiment load_experiment(const std::filesystem::path& file, const std::vector<std::string>& sets,
                                 const PluginSearch& search) {
  Problems problems;
  LoadedExperiment loaded;
  loaded.document = read_document(file, sets, problems, preset_folders(search.search()));
  const auto paths = plugin_paths(loaded.document, problems);
  loaded.catalogue = std::make_unique<PluginCatalogue>(search.search(paths));
  tell_notes(*loaded.catalogue);
  tell_repeats(loaded.document);
  loaded.experiment = read_experiment(loaded.document, *loaded.catalogue, problems);
  stop_at(problems);
  return loaded;
}

void check_loads(const LoadedExperiment& loaded) {
  Problems problems;
  StartingWeights().check(loaded.experiment, loaded.document.root, problems);
  stop_at(problems);
}

LoadedSweep load_sweep(const std::filesystem::path& file, const std::vector<std::string>& sets,
                       const PluginSearch& search, const std::filesystem::path& output) {
  Problems problems;
  const Draft draft(file, problems);
  const std::vector<std::filesystem::path> presets = preset_folders(search.search());
  const Document base = draft.with(parse_settings(sets, problems), problems, presets);
  LoadedSweep loaded;
  loaded.catalogue = std::make_unique<PluginCatalogue>(search.search(plugin_paths(base, problems)));
  tell_notes(*loaded.catalogue);
  tell_repeats(base);
  loaded.plan = make_plan(draft, sets, *loaded.catalogue, presets, output, problems);
  stop_at(problems);
  return loaded;
}

}  // namespace byolab
