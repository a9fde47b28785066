#include "train/provenance.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/utsname.h>

#include <fstream>
#include <set>

#include "byolab/library.hpp"
#include "config/describe.hpp"
#include "support/build_commit.hpp"
#include "train/compute.hpp"
#include "train/git_state.hpp"

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

using Used = std::set<std::pair<Kind, std::string>>;

void collect(Kind kind, const std::string& name, const Value& table, const PluginCatalogue& catalogue, Used& used);

/// One that an option names: `value` is its table; a number where a schedule may stand is none.
void collect_nested(const Field& field, const Value& value, const PluginCatalogue& catalogue, Used& used) {
  const bool schedule = field.type == FieldType::schedule;
  const Value* written = value.get_if<Table>() ? value.find(schedule ? "schedule" : "plugin") : nullptr;
  const auto* name = written ? written->get_if<std::string>() : nullptr;
  if (name) collect(schedule ? Kind::schedule : field.kind, *name, value, catalogue, used);
}

/// A plugin, and those in its options, which declare of what kind they are.
void collect(Kind kind, const std::string& name, const Value& table, const PluginCatalogue& catalogue, Used& used) {
  used.emplace(kind, name);
  const Entry* entry = catalogue.find(kind, name);
  if (!entry) return;
  for (const Field& field : fields_of_plugin(*entry)) {
    const bool nests =
        field.type == FieldType::schedule || field.type == FieldType::plugin || field.type == FieldType::plugins;
    const Value* value = nests ? table.find(field.name) : nullptr;
    if (!value) continue;
    if (const List* list = value->get_if<List>())
      for (const Value& element : *list) collect_nested(field, element, catalogue, used);
    else
      collect_nested(field, *value, catalogue, used);
  }
}

Used used_by(const Experiment& experiment, const PluginCatalogue& catalogue) {
  Used used;
  const auto add = [&](const Recipe& recipe) { collect(recipe.kind, recipe.name, recipe.resolved, catalogue, used); };
  for (const Recipe* recipe :
       {&experiment.data.recipe, &experiment.encoder.recipe, &experiment.projector.recipe, &experiment.predictor.recipe,
        &experiment.target.recipe, &experiment.method, &experiment.loss, &experiment.optimizer})
    add(*recipe);
  for (const ViewOptions& view : experiment.views)
    for (const AugmentOptions& op : view.augment) add(op.recipe);
  for (const EvaluateOptions& evaluator : experiment.evaluate) add(evaluator.recipe);
  for (const auto& [kind, listed] : experiment.listed)
    for (const ListedOptions& one : listed) add(one.recipe);
  return used;
}

/// The row of the same kind and name that was added last; null if there is none.
const PluginInfo* last_of(const std::vector<PluginInfo>& plugins, const PluginInfo& one) {
  const auto found = std::find_if(plugins.rbegin(), plugins.rend(), [&](const PluginInfo& other) {
    return other.kind == one.kind && other.name == one.name;
  });
  return found == plugins.rend() ? nullptr : &*found;
}

bool is_same_build(const PluginInfo& a, const PluginInfo& b) { return a.version == b.version && a.sha256 == b.sha256; }

std::string identity_text(const LibraryFile& library) {
  std::string text;
  for (const auto& [key, value] : library.identity) text += key + "=" + value + "\n";
  return text;
}

}  // namespace

std::vector<PluginInfo> plugins_used(const Experiment& experiment, const PluginCatalogue& catalogue) {
  std::vector<PluginInfo> infos;
  for (const auto& [kind, name] : used_by(experiment, catalogue))
    if (const LibraryFile* library = catalogue.library_of(kind, name))
      for (const Listed& listed : library->contents)
        if (listed.kind == kind && listed.name == name)
          infos.push_back({name_of(kind), name, listed.version, library->path.string(), library->sha256,
                           identity_text(*library), 0});
  return infos;
}

std::vector<PluginInfo> continued(std::vector<PluginInfo> so_far, const std::vector<PluginInfo>& now,
                                  std::int64_t step) {
  if (so_far.empty()) return now;
  for (PluginInfo plugin : now) {
    const PluginInfo* last = last_of(so_far, plugin);
    if (last && is_same_build(*last, plugin)) continue;
    plugin.from_step = step;
    so_far.push_back(std::move(plugin));
  }
  return so_far;
}

RunInfo describe_run(const Experiment& experiment, const PluginCatalogue& catalogue, const Compute& compute,
                     const std::string& source, const std::string& command_line,
                     const std::filesystem::path& experiment_folder) {
  RunInfo info;
  info.run_id = experiment.identity;
  info.name = experiment.run.name;
  info.source_toml = source;
  info.resolved_toml = to_toml(experiment.resolved);
  info.command_line = command_line;
  info.seed = static_cast<std::uint64_t>(experiment.run.seed);
  info.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  info.plugins = plugins_used(experiment, catalogue);
  const Circumstances circumstances = circumstances_of(compute, {});
  const GitState git = git_state(experiment_folder);
  info.environment = {{"versions", "byolab " BYOLAB_VERSION ", LibTorch " TORCH_VERSION ", compiler " __VERSION__},
                      {"cpu", processor()},
                      {"device", compute.device.str()},
                      {"dtype", circumstances.dtype},
                      {"memory_format", circumstances.memory_format},
                      {"threads", std::to_string(compute.threads)},
                      {"threads_by", compute.threads_by},
                      {"workers", std::to_string(compute.workers)},
                      {"system", system_name()},
                      {"host", host_name()},
                      {"passive_keys", fmt::format("{}", fmt::join(experiment.passive, "\n"))},
                      {"byolab_commit", build_commit()},
                      {"git", git.commit},
                      {"git_changes", git.changes}};
  return info;
}

void require_plugins(const Experiment& experiment, const PluginCatalogue& catalogue,
                     const std::vector<PluginInfo>& recorded, const std::string& source) {
  std::string differing;
  for (const PluginInfo& mine : plugins_used(experiment, catalogue)) {
    const PluginInfo* found = last_of(recorded, mine);
    if (found && is_same_build(*found, mine)) continue;
    const auto side = [](const PluginInfo& plugin) {
      return fmt::format("version {}, sha256 {} ({})", plugin.version, plugin.sha256.substr(0, 16), plugin.library);
    };
    differing += fmt::format("\n  {} '{}'\n    there: {}\n    here:  {}", mine.kind, mine.name,
                             found ? side(*found) : "none", side(mine));
  }
  if (!differing.empty())
    throw Error(fmt::format("this experiment would not run with the plugins of {}:{}", source, differing),
                "put the libraries that are recorded there in the search path (--plugin-path), or leave --locked out");
}

}  // namespace byolab
