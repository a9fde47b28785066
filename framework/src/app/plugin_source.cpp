#include "app/plugin_source.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "app/process.hpp"
#include "byolab/error.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

/// Where this byolab is installed: its program is bin/byolab, its package lib/cmake/byolab.
fs::path prefix() {
  Dl_info info{};
  ::dladdr(reinterpret_cast<const void*>(&prefix), &info);
  return fs::weakly_canonical(info.dli_fname).parent_path().parent_path();
}

/// What these keep until the end is no leak of a plugin's. The host is not named: it is in every plugin's stack.
constexpr const char* kLeaks = "leak:libtorch\nleak:libc10\nleak:libgomp\nleak:ld-linux\nleak:libcu\n";

void write(const fs::path& path, const char* text) {
  fs::remove(path);  // should it be a link, it is not followed
  if (!(std::ofstream(path) << text))
    throw Error("cannot write " + path.string(), "look at the folder's permissions and the disk's free space");
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path build(const SourceCheck& check, const std::string& sanitizer) {
  const fs::path folder = fs::absolute(check.folder) / ("build-" + sanitizer), root = prefix();
  if (!fs::exists(root / "lib/cmake/byolab"))
    throw Error(fmt::format("{} is no installed byolab: a plugin project has nothing to build against", root.string()),
                "cmake --install build --prefix FOLDER, and use FOLDER/bin/byolab");
  const std::string log = (folder / "check.log").string();
  fs::create_directories(folder);
  const std::vector<std::vector<std::string>> commands = {
      {"cmake", "-S", fs::absolute(check.folder).string(), "-B", folder.string(),
       "-DCMAKE_PREFIX_PATH=" + root.string(), "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DBYOLAB_SANITIZE=" + sanitizer},
      {"cmake", "--build", folder.string()}};
  for (const auto& command : commands)
    if (run_process(command, {}, log) != 0)
      throw Error(
          fmt::format("{} does not build with the {} sanitizer:\n{}", check.folder.string(), sanitizer, text_of(log)),
          "it must build without one, too: cmake -S … -B … -DCMAKE_PREFIX_PATH=" + root.string());
  return folder;
}

std::vector<std::string> libraries(const fs::path& folder) {
  std::vector<std::string> found;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".so") found.push_back(entry.path().string());
  std::sort(found.begin(), found.end());
  if (found.empty())
    throw Error(fmt::format("the project made no library in {}", folder.string()), "byolab_add_plugin makes one");
  return found;
}

std::vector<std::string> environment(const fs::path& folder, const std::string& sanitizer) {
  const fs::path leaks = folder / "leaks.txt";
  write(leaks, kLeaks);
  return {"LD_PRELOAD=" + text_of(folder / "byolab-sanitizer.txt"), "BYOLAB_SANITIZER=" + sanitizer,
          // The host's containers and signal handlers are its own.
          "ASAN_OPTIONS=detect_leaks=1:detect_container_overflow=0:detect_odr_violation=0:protect_shadow_gap=0:handle_"
          "segv=0:handle_abort=0",
          "LSAN_OPTIONS=print_suppressions=0:suppressions=" + leaks.string(),
          "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1",
          "TSAN_OPTIONS=halt_on_error=1:report_signal_unsafe=0:handle_segv=0:handle_abort=0"};
}

}  // namespace

int check_source(const SourceCheck& check) {
  if (!fs::exists(check.folder / "CMakeLists.txt"))
    throw Error(fmt::format("{} is no plugin project: it has no CMakeLists.txt", check.folder.string()),
                "byolab plugin new makes one");
  int worst = 0;
  for (const std::string sanitizer : {"address", "thread"}) {
    if (check.sanitizer != sanitizer && check.sanitizer != "both") continue;
    const fs::path folder = build(check, sanitizer);
    if (!check.json) fmt::print("with the {} sanitizer:\n", sanitizer);
    std::fflush(stdout);
    std::vector<std::string> command{(prefix() / "bin/byolab").string(), "plugin", "check"};
    for (const std::string& library : libraries(folder)) command.push_back(library);
    for (const std::string& set : check.sets) command.insert(command.end(), {"--set", set});
    if (!check.kind.empty()) command.insert(command.end(), {"--kind", check.kind});
    if (check.json) command.emplace_back("--json");
    worst = std::max(worst, run_process(command, environment(folder, sanitizer), {}));
  }
  return worst;
}

}  // namespace byolab
