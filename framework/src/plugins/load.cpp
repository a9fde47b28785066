#include <fmt/format.h>

#include <boost/dll/shared_library.hpp>
#include <map>
#include <mutex>
#include <regex>

#include "byolab/library.hpp"
#include "plugins/guard.hpp"
#include "plugins/library_file.hpp"

namespace byolab {
namespace {

namespace dll = boost::dll;

/// Collects what one library enrolls, and checks the names.
class Collector final : public Registry {
 public:
  void add(Entry entry) override {
    static const std::regex name("[a-z][a-z0-9_]*"), version("[^\\s]+");
    if (!std::regex_match(entry.name, name))
      throw Error(fmt::format("it enrolls '{}', which is no plugin name", entry.name), "use snake_case: letters, digits, _");
    if (!std::regex_match(entry.version, version) || entry.summary.find('\n') != std::string::npos)
      throw Error(fmt::format("{} '{}' has a version with spaces or a summary of several lines", name_of(entry.kind), entry.name));
    for (const Entry& other : entries)
      if (other.kind == entry.kind && other.name == entry.name)
        throw Error(fmt::format("it enrolls {} '{}' twice", name_of(entry.kind), entry.name));
    entries.push_back(std::move(entry));
  }
  std::vector<Entry> entries;
};

/// What the dynamic linker said. Boost.DLL puts it in brackets, between words of its own and those of an errno
/// that says nothing ("Bad file descriptor" for an undefined symbol).
std::string linker_sentence(const std::exception& error) {
  static constexpr std::string_view kBefore = "dlerror system message: ";
  const std::string text = error.what();
  const std::size_t begin = text.find(kBefore), end = text.rfind("): ");
  if (begin == std::string::npos || end == std::string::npos || end < begin) return text;
  return text.substr(begin + kBefore.size(), end - begin - kBefore.size());
}

/// Keeps every library mapped until the process ends: a module, an exception or an autograd node may outlive
/// all objects that the host knows of, and its code must still be there. Leaked on purpose.
dll::shared_library& keep(dll::shared_library library) {
  static auto& kept = *new std::vector<std::unique_ptr<dll::shared_library>>;
  kept.push_back(std::make_unique<dll::shared_library>(std::move(library)));
  return *kept.back();
}

dll::shared_library open(const std::filesystem::path& path) {
  try {
    return dll::shared_library(path, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  } catch (const std::exception& error) {
    throw Error("the dynamic linker refuses it: " + linker_sentence(error), "build it again against this SDK");
  }
}

std::vector<Entry> enroll(const Library& library) {
  Collector collector;
  try {
    library.enroll(collector);
  } catch (const Error& error) {
    throw Error("its BYOLAB_PLUGINS block failed: " + std::string(error.what()), error.hint());
  } catch (const std::exception& error) {
    throw Error("its BYOLAB_PLUGINS block failed: " + std::string(error.what()));
  } catch (...) {
    throw Error("its BYOLAB_PLUGINS block threw something that is no std::exception");
  }
  if (collector.entries.empty()) throw Error("its BYOLAB_PLUGINS block enrolls nothing");
  return std::move(collector.entries);
}

}  // namespace

std::vector<Entry> load(const std::filesystem::path& path) {
  static std::mutex mutex;
  static std::map<std::filesystem::path, std::vector<Entry>> loaded;
  const std::lock_guard lock(mutex);
  const std::filesystem::path file = std::filesystem::canonical(path);
  if (const auto found = loaded.find(file); found != loaded.end()) return found->second;

  const Callee callee{Kind::encoder, "(any)", file.string()};
  const CallScope scope(callee, "its static constructors or its BYOLAB_PLUGINS block", -1);
  dll::shared_library& library = keep(open(file));
  if (!library.has("byolab_plugin_library")) throw Error("it does not export byolab_plugin_library", "build it with byolab_add_plugin");
  return loaded[file] = enroll(library.get<const Library>("byolab_plugin_library"));
}

}  // namespace byolab
