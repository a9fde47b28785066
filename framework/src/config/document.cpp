#include "config/document.hpp"

#include "config/draft.hpp"
#include "config/expand.hpp"

namespace byolab {
namespace fs = std::filesystem;

Document read_document(const fs::path& file, const std::vector<std::string>& sets, Problems& problems,
                       const std::vector<fs::path>& preset_folders) {
  const Draft draft(file, problems);
  return draft.with(parse_settings(sets, problems), problems, preset_folders);
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
