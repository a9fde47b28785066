#include "train/run_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "checkpoint/checkpoint_parts.hpp"
#include "train/model_state.hpp"

namespace byolab {
namespace {

constexpr std::pair<const char*, std::string PluginInfo::*> kTexts[]{
    {"kind", &PluginInfo::kind},       {"name", &PluginInfo::name},     {"version", &PluginInfo::version},
    {"library", &PluginInfo::library}, {"sha256", &PluginInfo::sha256}, {"identity", &PluginInfo::identity}};

std::string row_name(std::size_t row) { return fmt::format("plugins/{}/", row); }

void save_plugins(const std::vector<PluginInfo>& plugins, Checkpoint& checkpoint) {
  for (std::size_t row = 0; row < plugins.size(); ++row) {
    checkpoint.integers[row_name(row) + "from_step"] = plugins[row].from_step;
    for (const auto& [name, member] : kTexts) checkpoint.texts[row_name(row) + name] = plugins[row].*member;
  }
}

/// Of a checkpoint of an earlier version, none.
std::vector<PluginInfo> load_plugins(const Checkpoint& checkpoint) {
  std::vector<PluginInfo> plugins;
  for (std::size_t row = 0; checkpoint.integers.contains(row_name(row) + "from_step"); ++row) {
    PluginInfo& plugin = plugins.emplace_back();
    plugin.from_step = checkpoint.integers.at(row_name(row) + "from_step");
    for (const auto& [name, member] : kTexts)
      if (const auto text = checkpoint.texts.find(row_name(row) + name); text != checkpoint.texts.end())
        plugin.*member = text->second;
  }
  return plugins;
}

template <class Value>
const Value& needed(const std::map<std::string, Value>& values, const char* name, const char* type,
                    const std::string& path) {
  const auto found = values.find(name);
  if (found == values.end())
    throw Error(fmt::format("{} is no run's checkpoint: it has no {} '{}'", path, type, name),
                "use another checkpoint of the run, or start it anew with --replace");
  return found->second;
}

GroupHistory with_columns(const GroupSpec& spec, GroupHistory rows) {
  GroupHistory sorted{rows.group, {}, std::move(rows.steps), {}};
  for (const Series& column : spec.columns) {
    const auto found = std::find(rows.names.begin(), rows.names.end(), column.name);
    sorted.names.push_back(column.name);
    if (found == rows.names.end()) {
      sorted.columns.emplace_back(sorted.steps.size(), std::numeric_limits<float>::quiet_NaN());
    } else {
      sorted.columns.push_back(std::move(rows.columns[static_cast<std::size_t>(found - rows.names.begin())]));
      *found = {};  // taken
    }
  }
  for (const std::string& name : rows.names)
    if (!name.empty())
      throw Error(fmt::format("the checkpoint has a column '{}' of {}, which nothing reports now", name, rows.group),
                  "resume with the observers that the run had");
  return sorted;
}

}  // namespace

Checkpoint save_run(const Model& model, const Evaluation& evaluation, const Observers& observers,
                    const Position& position, const std::string& identity, const History& history) {
  Checkpoint checkpoint;
  save_model(model, checkpoint, position.step);
  evaluation.save(checkpoint, position.step);
  observers.save(checkpoint, position.step);
  checkpoint.integers["step"] = position.step;
  checkpoint.numbers["seconds"] = position.seconds;
  checkpoint.texts["started"] = position.started;
  checkpoint.texts["identity"] = identity;
  save_plugins(position.plugins, checkpoint);
  save_history(history, checkpoint);
  return checkpoint;
}

Position load_run(const Checkpoint& checkpoint, Model& model, const Evaluation& evaluation, Observers& observers,
                  const std::string& identity, const std::string& path, const std::vector<std::string>& added) {
  const auto theirs = checkpoint.texts.find("identity");
  if (theirs == checkpoint.texts.end()) throw Error(fmt::format("{} is no run's checkpoint: it has no identity", path));
  if (theirs->second != identity)
    throw Error(fmt::format("{} is the checkpoint of another experiment: its identity is {}, this run's is {}", path,
                            theirs->second, identity),
                "resume with the same TOML, seed, threads and weights to start from; or start anew with --replace");
  const std::int64_t step = needed(checkpoint.integers, "step", "integer", path);
  if (step < 0) throw Error(fmt::format("{} is no run's checkpoint: it stands at step {}", path, step));
  load_model(model, checkpoint, Parts::all, -1);
  evaluation.load(checkpoint, added);
  observers.load(checkpoint);
  return {step, needed(checkpoint.numbers, "seconds", "number", path),
          needed(checkpoint.texts, "started", "text", path), load_plugins(checkpoint)};
}

History rows_for(const std::vector<GroupSpec>& groups, History rows) {
  History sorted;
  for (const GroupSpec& spec : groups) {
    const auto found =
        std::find_if(rows.begin(), rows.end(), [&](const GroupHistory& group) { return group.group == spec.group; });
    sorted.push_back(
        with_columns(spec, found == rows.end() ? GroupHistory{spec.group, {}, {}, {}} : std::move(*found)));
  }
  return sorted;
}

}  // namespace byolab
