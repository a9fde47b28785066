#include "boundary/search.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "guard/guarded_entry.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

/// Beside libbyolab.so, so that an installed tree can be moved as a whole.
fs::path installed_folder() {
  Dl_info info{};
  ::dladdr(reinterpret_cast<const void*>(&installed_folder), &info);
  return fs::weakly_canonical(info.dli_fname).parent_path() / "byolab" / "plugins";
}

/// A link may name a library by another name, but not lead out of the folder that the user trusts.
void check_stays_inside(const fs::path& file, const fs::path& folder) {
  std::error_code error;
  if (fs::is_symlink(file, error) && !fs::exists(file, error))
    throw Error("it is a link that leads nowhere, to " + shown(fs::read_symlink(file)), "remove the link, or mend it");
  if (fs::canonical(file).parent_path() != fs::canonical(folder))
    throw Error("it is a link that leads out of its folder, to " + shown(fs::canonical(file)),
                "name that folder in the search path, or copy the library");
}

Verdict judge(const fs::path& file, const fs::path& folder) {
  Verdict verdict{file, false, {}, {}, {}};
  try {
    check_stays_inside(file, folder);
    verdict.library = probe(file);
  } catch (const Error& error) {
    verdict.reason = error.what();
    verdict.hint = error.hint();
  } catch (const fs::filesystem_error& error) {  // the file vanished, …
    verdict.reason = "it cannot be read: " + error.code().message();
  } catch (const std::exception& error) {
    verdict.reason = std::string("it cannot be read: ") + error.what();
  }
  return verdict;
}

SearchedFolder look_into(const SearchFolder& where) {
  SearchedFolder found{where, {}, {}};
  std::error_code error;
  if (!fs::is_directory(where.folder, error)) {
    found.problem = error && error != std::errc::no_such_file_or_directory ? "cannot be read: " + error.message()
                    : fs::exists(where.folder, error)                      ? "is not a folder"
                                                                           : "does not exist";
    return found;
  }
  std::vector<fs::path> files;
  for (fs::directory_iterator at(where.folder, error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == ".so") files.push_back(at->path());
  if (error) found.problem = "cannot be read: " + error.message();
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) found.files.push_back(judge(file, where.folder));
  return found;
}

}  // namespace

std::vector<SearchFolder> search_folders(const std::vector<fs::path>& command_line,
                                         const std::vector<fs::path>& experiment, bool with_installed) {
  std::vector<SearchFolder> folders;
  for (const fs::path& folder : command_line) folders.push_back({folder, "--plugin-path"});
  for (const fs::path& folder : experiment) folders.push_back({folder, "[plugins] path"});
  if (const char* listed = std::getenv("BYOLAB_PLUGIN_PATH")) {
    std::istringstream items{std::string(listed)};
    for (std::string item; std::getline(items, item, ':');)
      if (!item.empty()) folders.push_back({item, "BYOLAB_PLUGIN_PATH"});
  }
  if (with_installed) folders.push_back({installed_folder(), "installed"});
  return folders;
}

PluginCatalogue::PluginCatalogue(const std::vector<SearchFolder>& folders) {
  for (const SearchFolder& folder : folders) {
    searched_.push_back(look_into(folder));
    for (Verdict& verdict : searched_.back().files)
      if (verdict.reason.empty()) take(verdict);
  }
}

void PluginCatalogue::take(Verdict& verdict) {
  const auto refuse = [&](std::string reason, std::string hint) {
    verdict.reason = std::move(reason);
    verdict.hint = std::move(hint);
  };
  for (const SearchedFolder& folder : searched_)
    for (const Verdict& other : folder.files)
      if (other.taken && other.library.path == verdict.library.path) return refuse("it was found before", {});
  for (const Listed& listed : verdict.library.contents)
    if (const LibraryFile* other = library_of(listed.kind, listed.name)) {
      verdict.clashes = true;
      return refuse(fmt::format("{} '{}' is taken by another library: {} has it, and so has {}", name_of(listed.kind),
                                listed.name, shown(other->path), shown(verdict.path)),
                    "rename one of the two, or take one folder out of the search path");
    }
  verdict.taken = true;
}

const LibraryFile* PluginCatalogue::library_of(Kind kind, const std::string& name) const {
  for (const SearchedFolder& folder : searched_)
    for (const Verdict& verdict : folder.files)
      if (verdict.taken)
        for (const Listed& listed : verdict.library.contents)
          if (listed.kind == kind && listed.name == name) return &verdict.library;
  return nullptr;
}

std::vector<std::string> PluginCatalogue::notes() const {
  std::vector<std::string> lines;
  for (const SearchedFolder& folder : searched_) {
    if (!folder.problem.empty())
      lines.push_back(fmt::format("note: no plugins of {} ({}): it {}", shown(folder.where.folder), folder.where.origin,
                                  folder.problem));
    for (const Verdict& verdict : folder.files)
      if (verdict.clashes)
        lines.push_back(fmt::format("note: none of the {} plugins of {} is taken: {}", verdict.library.contents.size(),
                                    shown(verdict.path.filename()), verdict.reason));
  }
  return lines;
}

Callee PluginCatalogue::callee(Kind kind, const std::string& name) const {
  const LibraryFile* library = library_of(kind, name);
  return {kind, name, library ? library->path.string() : std::string("?")};
}

const Entry* PluginCatalogue::find(Kind kind, const std::string& name) const {
  const auto known = [&](const Entry& entry) { return entry.kind == kind && entry.name == name; };
  if (const auto found = std::find_if(entries_.begin(), entries_.end(), known); found != entries_.end()) return &*found;
  const LibraryFile* library = library_of(kind, name);
  if (!library) return nullptr;
  try {
    const std::vector<Entry> loaded = load(library->path, library->stamp);
    const auto found = std::find_if(loaded.begin(), loaded.end(), known);
    if (found == loaded.end()) throw Error("it does not enroll what its record lists", "build it again");
    entries_.push_back(guarded_entry(*found, callee(kind, name)));
    return &entries_.back();
  } catch (const Error& error) {
    throw Error(fmt::format("plugin library {} cannot be used: {}", shown(library->path), error.what()), error.hint());
  }
}

std::vector<std::string> PluginCatalogue::names(Kind kind) const {
  std::vector<std::string> names;
  for (const SearchedFolder& folder : searched_)
    for (const Verdict& verdict : folder.files)
      if (verdict.taken)
        for (const Listed& listed : verdict.library.contents)
          if (listed.kind == kind) names.push_back(listed.name);
  std::sort(names.begin(), names.end());
  return names;
}

namespace {

/// The first few; a folder that is no plugin folder may hold thousands.
std::string refusals(const std::vector<Verdict>& files) {
  constexpr std::size_t kShown = 5;
  std::string text;
  std::size_t refused = 0;
  for (const Verdict& verdict : files)
    if (!verdict.taken && ++refused <= kShown)
      text += fmt::format("\n    {} refused: {}", shown(verdict.path.filename()), verdict.reason);
  if (refused > kShown)
    text += fmt::format("\n    and {} more refused (byolab plugin list --explain names all)", refused - kShown);
  return text;
}

}  // namespace

std::string PluginCatalogue::account() const {
  std::string text = "looked in:";
  for (const SearchedFolder& folder : searched_) {
    text += fmt::format("\n  {}  ({})", shown(folder.where.folder), folder.where.origin);
    if (!folder.problem.empty()) text += "  " + folder.problem;
    const auto taken =
        std::count_if(folder.files.begin(), folder.files.end(), [](const Verdict& v) { return v.taken; });
    if (folder.problem.empty()) text += fmt::format("  {} plugin librar{}", taken, taken == 1 ? "y" : "ies");
    text += refusals(folder.files);
  }
  return text;
}

std::vector<fs::path> PluginCatalogue::preset_folders() const {
  std::vector<fs::path> folders;
  for (const SearchedFolder& folder : searched_)
    if (fs::is_directory(folder.where.folder / "presets")) folders.push_back(folder.where.folder / "presets");
  return folders;
}

}  // namespace byolab
