#include <fmt/format.h>

#include <boost/dll/shared_library.hpp>
#include <map>
#include <mutex>

#include "boundary/library_file.hpp"
#include "byolab/library.hpp"
#include "guard/guard.hpp"
#include "guard/load_watchdog.hpp"
#include "support/mapped_code.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

namespace dll = boost::dll;

/// Collects what one library enrolls, and checks the names.
class Collector final : public Registry {
 public:
  void add(Entry entry) override {
    if (!is_snake_case(entry.name))
      throw Error(fmt::format("it enrolls '{}', which is no plugin name", printable(shortened(entry.name))),
                  "use snake_case: letters, digits, _");
    if (entry.version.empty() || entry.version.find(' ') != std::string::npos || !is_printable(entry.version) ||
        !is_printable(entry.summary))
      throw Error(fmt::format("{} '{}' has a version with spaces or a summary of several lines", name_of(entry.kind),
                              entry.name),
                  "both are printed in lists: write them without control characters, in UTF-8");
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

void check_unchanged(const std::filesystem::path& path, const std::optional<FileStamp>& probed) {
  if (probed && stamp_of(path) != *probed)
    throw Error("it was replaced while it was being loaded", "start again, once nobody builds or copies it");
}

dll::shared_library open(const std::filesystem::path& path, const Callee& callee) {
  const CallScope scope(callee, "its static constructors", -1);
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

std::vector<Entry> load(const std::filesystem::path& path, const std::optional<FileStamp>& probed) {
  static std::mutex mutex;
  static std::map<std::filesystem::path, std::vector<Entry>> loaded;
  const std::lock_guard lock(mutex);
  const std::filesystem::path file = std::filesystem::canonical(path);
  if (const auto found = loaded.find(file); found != loaded.end()) return found->second;

  const Callee callee{{}, {}, file.string()};
  watch_loading();
  check_unchanged(file, probed);  // before any of its code runs
  dll::shared_library& library = keep(open(file, callee));
  note_code_of(file);
  check_unchanged(file, probed);  // what the linker opened is what was judged
  if (!library.has("byolab_plugin_library"))
    throw Error("it does not export byolab_plugin_library", "build it with byolab_add_plugin");
  const CallScope scope(callee, "its BYOLAB_PLUGINS block", -1);
  return loaded[file] = enroll(library.get<const Library>("byolab_plugin_library"));
}

}  // namespace byolab
