#include "app/plugin_new.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

#include "api/host_kind.hpp"
#include "byolab/error.hpp"
#include "support/share.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

std::string read_template(const std::string& name) {
  const fs::path path = share_folder() / "templates" / (name + ".in");
  std::ifstream file(path);
  if (!file) throw Error("cannot read the template " + path.string(), "install byolab again: a part of it is missing");
  return {std::istreambuf_iterator<char>(file), {}};
}

constexpr std::size_t kLongest = 64;

/// A project and its library are named after the plugin. These names are taken among a build's targets: by CMake
/// (policy CMP0037), by Ninja and Make, by byolab and LibTorch.
constexpr std::string_view kTaken[] = {"all",     "clean",   "depend",         "edit_cache", "help",
                                       "install", "package", "package_source", "preinstall", "test",
                                       "byolab",  "torch",   "ninja",          "make",       "rebuild_cache"};

void check_name(const std::string& name) {
  if (!is_snake_case(name) || name.back() == '_' || name.find("__") != std::string::npos)
    throw Error("'" + printable(shortened(name)) + "' is no name for a plugin",
                "write small letters, digits and single underscores, a letter first: my_rule");
  if (name.size() > kLongest)
    throw Error("'" + shortened(name) + "' is too long for a plugin's name: it has " + std::to_string(name.size()) +
                    " letters, and files are named after it",
                "write " + std::to_string(kLongest) + " letters or fewer");
  if (std::find(std::begin(kTaken), std::end(kTaken), name) != std::end(kTaken))
    throw Error("a plugin's project cannot be called '" + name + "': the build has a target of that name",
                "choose another name, as my_" + name);
}

/// my_rule → MyRule.
std::string class_name(const std::string& name) {
  std::string text;
  bool begins = true;
  for (const char letter : name) {
    if (letter != '_') text += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
    begins = letter == '_';
  }
  return text;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

/// The block `#{ kind … #}` gives way to the new plugin; of the other kinds' blocks only the marks go. What has no
/// block comes at the end.
std::string with_plugin(const std::string& text, Kind kind) {
  std::istringstream lines(text);
  std::string result;
  bool mine = false, placed = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("#{ ")) {
      mine = line.substr(3) == name_of(kind);
      placed = placed || mine;
      if (mine) result += host_kind(kind).example;
    } else if (line == "#}") {
      mine = false;
    } else if (!mine) {
      result += line + '\n';
    }
  }
  return placed ? result : result + '\n' + host_kind(kind).example;
}

void write(const fs::path& path, const std::string& text, const std::string& name) {
  std::ofstream file(path);
  file << replaced(replaced(text, "@name@", name), "@Name@", class_name(name));
  if (!file.flush())
    throw Error("cannot write " + path.string(), "look at the folder's permissions and the disk's free space");
}

}  // namespace

void make_plugin_project(Kind kind, const std::string& name, const fs::path& folder) {
  check_name(name);
  const std::string kind_text = name_of(kind);
  // Everything is read before anything is written.
  const std::string source = read_template(kind_text + ".cpp"), lists = read_template("CMakeLists.txt");
  const std::string example = with_plugin(read_template("example.toml"), kind);
  const std::string readme = replaced(read_template("README.md"), "@kind@", kind_text);
  if (fs::symlink_status(folder).type() != fs::file_type::not_found)
    throw Error(folder.string() + " exists already", "choose another name, or another place with --folder");
  std::error_code error;
  if (!fs::create_directories(folder, error) || error)
    throw Error("cannot make the folder " + folder.string() + ": " + error.message(),
                "choose another place with --folder");
  try {
    write(folder / (name + ".cpp"), source, name);
    write(folder / "CMakeLists.txt", lists, name);
    write(folder / "example.toml", example, name);
    write(folder / "README.md", readme, name);
  } catch (...) {
    fs::remove_all(folder, error);
    throw;
  }
}

}  // namespace byolab
