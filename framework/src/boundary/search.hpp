#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "boundary/catalogue.hpp"
#include "boundary/library_file.hpp"
#include "guard/guard.hpp"

namespace byolab {

/// A folder to look in, and who asked for it: "--plugin-path", "[plugins] path", "BYOLAB_PLUGIN_PATH", "installed".
struct SearchFolder {
  std::filesystem::path folder;
  std::string origin;
};

/// What became of one file, or of a folder that cannot be read (`library` has no path then).
struct Verdict {
  std::filesystem::path path;
  bool taken = false;
  std::string reason, hint;  ///< of a refusal
  bool clashes = false;      ///< refused since another library has a plugin of the same kind and name
  LibraryFile library;       ///< of a library that is taken
};

struct SearchedFolder {
  SearchFolder where;
  std::vector<Verdict> files;
  std::string problem;  ///< "does not exist", "cannot be read: …"; empty if all is well
};

/// The order in which folders are looked through: command line, experiment, environment, installed.
/// Never the current folder by itself.
BYOLAB_API std::vector<SearchFolder> search_folders(const std::vector<std::filesystem::path>& command_line,
                                                    const std::vector<std::filesystem::path>& experiment,
                                                    bool with_installed = true);

/// The plugins of some folders. Looking reads files only; a library is loaded when a plugin of it is asked for.
class BYOLAB_API PluginCatalogue final : public Catalogue {
 public:
  explicit PluginCatalogue(const std::vector<SearchFolder>& folders);

  const Entry* find(Kind kind, const std::string& name) const override;
  std::vector<std::string> names(Kind kind) const override;
  std::string account() const override;

  const std::vector<SearchedFolder>& searched() const { return searched_; }
  /// The library that holds a plugin; null if there is none.
  const LibraryFile* library_of(Kind kind, const std::string& name) const;
  Callee callee(Kind kind, const std::string& name) const;
  /// What a user who put a library or named a folder would want to be told: a line for each library that another one
  /// shadows, and with it all its plugins, and for each folder that cannot be looked into.
  std::vector<std::string> notes() const;
  /// Folders named `presets` beside the plugins, in search order.
  std::vector<std::filesystem::path> preset_folders() const;

 private:
  void take(Verdict& verdict);

  std::vector<SearchedFolder> searched_;
  mutable std::deque<Entry> entries_;  ///< of loaded libraries; pointers into it stay good
};

}  // namespace byolab
