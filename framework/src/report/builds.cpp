#include "report/builds.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace byolab {
namespace {

constexpr const char* kSomePlugin = "some plugin";  // of an index, which has one digest for all of a trial's

using Builds =
    std::map<std::string, std::string>;  // "loss my_loss" to its SHA-256; several, if it was resumed with another

Builds builds_of(const RecordedRun& trial) {
  Builds builds;
  for (const PluginInfo& plugin : trial.plugins) {
    std::string& build = builds[plugin.name.empty() ? kSomePlugin : plugin.kind + " " + plugin.name];
    build += (build.empty() ? "" : "+") + plugin.sha256;
  }
  return builds;
}

struct Member {
  const RecordedRun* run;
  std::string name;
};

/// Plugins of which these runs have several builds; a plugin that a run has not is no other build.
std::vector<std::string> differing(const std::vector<Member>& trials) {
  Builds first;
  std::set<std::string> names;
  for (const Member& trial : trials)
    for (const auto& [name, build] : builds_of(*trial.run))
      if (const auto [known, fresh] = first.emplace(name, build); !fresh && known->second != build) names.insert(name);
  return {names.begin(), names.end()};
}

std::string named_shortly(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 3;
  const std::vector<std::string> shown(names.begin(),
                                       names.begin() + static_cast<std::ptrdiff_t>(std::min(kShown, names.size())));
  const std::size_t more = names.size() - shown.size();
  return fmt::format("{}{}", fmt::join(shown, ", "), more > 0 ? fmt::format(" and {} other plugins", more) : "");
}

/// "93297d50: seed 0, seed 1; 8b3430f7: seed 2"
std::string by_build(const std::string& plugin, const std::vector<Member>& trials) {
  std::map<std::string, std::vector<std::string>> members;
  std::vector<std::string> order, parts;
  for (const Member& trial : trials) {
    const Builds builds = builds_of(*trial.run);
    const auto build = builds.find(plugin);
    if (build == builds.end()) continue;
    if (!members.contains(build->second)) order.push_back(build->second);
    std::vector<std::string>& names = members[build->second];
    if (names.empty() || names.back() != trial.name) names.push_back(trial.name);
  }
  constexpr std::size_t kShown = 6;
  for (const std::string& build : order) {
    std::vector<std::string>& all = members[build];
    const std::size_t more = all.size() > kShown ? all.size() - kShown : 0;
    all.resize(all.size() - more);
    parts.push_back(fmt::format("{}: {}{}", build.substr(0, 8), fmt::join(all, ", "),
                                more > 0 ? fmt::format(" and {} more", more) : ""));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

std::vector<std::string> mixed_builds(const Arms& arms) {
  std::vector<std::string> sentences;
  std::vector<Member> all;
  for (const ComparedArm& arm : arms.arms) {
    std::vector<Member> results;
    for (const RecordedRun* trial : arm.trials)
      if (trial->is_result()) results.push_back({trial, "seed " + trial->seed()});
    for (const Member& result : results) all.push_back({result.run, "arm '" + arm.name + "'"});
    if (const auto names = differing(results); !names.empty())
      sentences.push_back(fmt::format("arm '{}' mixes runs made with different builds of {} ({})", arm.name,
                                      named_shortly(names), by_build(names.front(), results)));
  }
  if (!sentences.empty()) return sentences;
  std::vector<std::string> names = differing(all);
  std::erase(names, kSomePlugin);  // arms have different ones
  if (!names.empty())
    sentences.push_back(fmt::format("the arms were made with different builds of {} ({})", named_shortly(names),
                                    by_build(names.front(), all)));
  return sentences;
}

}  // namespace byolab
