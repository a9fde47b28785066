#include "train/provenance.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/utsname.h>

#include <fstream>
#include <set>

#include "byolab/library.hpp"

namespace byolab {
namespace {

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  return "unknown";
}

std::string system_name() {
  utsname name{};
  ::uname(&name);
  return fmt::format("{} {} {}", name.sysname, name.release, name.machine);
}

std::string host_name() {
  utsname name{};
  ::uname(&name);
  return name.nodename;
}

/// HEAD of the repository in which the program was started; empty outside of one. Read from its files: a
/// record must not depend on a git program.
std::string git_state() {
  namespace fs = std::filesystem;
  for (fs::path folder = fs::current_path(); ; folder = folder.parent_path()) {
    std::string head;
    if (std::ifstream file(folder / ".git" / "HEAD"); file && std::getline(file, head)) {
      if (!head.starts_with("ref: ")) return head;
      const std::string branch = head.substr(5);
      std::string commit;
      if (std::ifstream reference(folder / ".git" / branch); reference) std::getline(reference, commit);
      return fmt::format("{} ({})", commit.empty() ? "unknown commit" : commit, branch);
    }
    if (folder == folder.root_path()) return {};
  }
}

/// Names of all plugins in a resolved table, nested ones too.
void collect(const Value& value, std::set<std::string>& names) {
  if (const Table* table = value.get_if<Table>())
    for (const auto& [key, child] : *table) {
      if (const auto* name = child.get_if<std::string>(); name && (key == "plugin" || key == "schedule")) names.insert(*name);
      collect(child, names);
    }
  if (const List* list = value.get_if<List>())
    for (const Value& child : *list) collect(child, names);
}

std::string identity_text(const LibraryFile& library) {
  std::string text;
  for (const auto& [key, value] : library.identity) text += key + "=" + value + "\n";
  return text;
}

}  // namespace

std::vector<PluginInfo> plugins_used(const Value& resolved, const PluginCatalogue& catalogue) {
  std::set<std::string> names;
  collect(resolved, names);
  std::vector<PluginInfo> used;
  for (const Kind kind : all_kinds())
    for (const std::string& name : names)
      if (const LibraryFile* library = catalogue.library_of(kind, name))
        for (const Listed& listed : library->contents)
          if (listed.kind == kind && listed.name == name)
            used.push_back({name_of(kind), name, listed.version, library->path.string(), library->sha256, identity_text(*library)});
  return used;
}

RunInfo describe_run(const Experiment& experiment, const PluginCatalogue& catalogue, const Compute& compute,
                     const std::string& source, const std::string& command_line) {
  RunInfo info;
  info.run_id = experiment.identity;
  info.name = experiment.run.name;
  info.source_toml = source;
  info.resolved_toml = to_toml(experiment.resolved);
  info.command_line = command_line;
  info.seed = static_cast<std::uint64_t>(experiment.run.seed);
  info.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  info.plugins = plugins_used(experiment.resolved, catalogue);
  const Circumstances circumstances = circumstances_of(compute, {});
  info.environment = {{"versions", "byolab " BYOLAB_VERSION ", LibTorch " TORCH_VERSION ", compiler " __VERSION__},
                      {"cpu", processor()},
                      {"device", compute.device.str()},
                      {"dtype", circumstances.dtype},
                      {"memory_format", circumstances.memory_format},
                      {"threads", std::to_string(compute.threads)},
                      {"workers", std::to_string(compute.workers)},
                      {"system", system_name()},
                      {"host", host_name()},
                      {"git", git_state()}};
  return info;
}

void require_plugins(const Experiment& experiment, const PluginCatalogue& catalogue,
                     const std::vector<PluginInfo>& recorded, const std::string& source) {
  std::string differing;
  for (const PluginInfo& mine : plugins_used(experiment.resolved, catalogue)) {
    const auto same_name = [&](const PluginInfo& other) { return other.kind == mine.kind && other.name == mine.name; };
    const auto found = std::find_if(recorded.begin(), recorded.end(), same_name);
    if (found != recorded.end() && found->version == mine.version && found->sha256 == mine.sha256) continue;
    const auto side = [](const PluginInfo& plugin) {
      return fmt::format("version {}, sha256 {} ({})", plugin.version, plugin.sha256.substr(0, 16), plugin.library);
    };
    differing += fmt::format("\n  {} '{}'\n    there: {}\n    here:  {}", mine.kind, mine.name,
                             found == recorded.end() ? "none" : side(*found), side(mine));
  }
  if (!differing.empty())
    throw Error(fmt::format("this experiment would not run with the plugins of {}:{}", source, differing),
                "put the libraries that are recorded there in the search path (--plugin-path), or leave --locked out");
}

}  // namespace byolab
