#include "train/near_run.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <sstream>
#include <tuple>

#include "config/flat_keys.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;
using Keys = std::map<std::string, std::string>;

bool is_length(const std::string& key) { return key == "run.epochs" || key == "run.steps"; }

std::string length_of(const Keys& keys) {
  for (const char* key : {"run.steps", "run.epochs"})
    if (const auto found = keys.find(key); found != keys.end()) return fmt::format("{} = {}", key, found->second);
  return {};
}

/// "evaluate.knn.k" to "knn"; "" for other keys. An evaluator's name may hold dots, its options' names do not.
std::string evaluator_of(const std::string& key) {
  constexpr std::string_view kSection = "evaluate.";
  const auto end = key.rfind('.');
  return key.starts_with(kSection) && end >= kSection.size() ? key.substr(kSection.size(), end - kSection.size()) : "";
}

std::set<std::string> evaluators_of(const Keys& keys) {
  std::set<std::string> names;
  for (const auto& [key, value] : keys)
    if (key.ends_with(".plugin") && !evaluator_of(key).empty()) names.insert(evaluator_of(key));
  return names;
}

/// Settled by the machine where nobody writes them: a record has what they came to.
constexpr std::array kSettled{"run.device", "run.dtype", "run.memory_format", "run.threads"};

std::set<std::string> passive_keys(const Experiment& experiment, const NearRun& run) {
  std::set<std::string> keys(experiment.passive.begin(), experiment.passive.end());
  std::istringstream theirs(run.environment("passive_keys"));
  for (std::string key; std::getline(theirs, key);) keys.insert(key);
  for (const char* key : kSettled) keys.erase(key);
  return keys;
}

/// Whether a key belongs to an evaluator that was added, or to the empty list that there was before.
bool is_added(const std::string& key, const NearRun& run) {
  return key == "evaluate" || std::find(run.added.begin(), run.added.end(), evaluator_of(key)) != run.added.end();
}

bool is_open(const std::string& value) { return value == "auto" || value == "0"; }

void compare_orders(NearRun& run, const Value& there, const Value& here) {
  ListOrders ours = list_orders(here), theirs = list_orders(there);
  for (const std::string& path : in_other_order(ours, theirs))
    run.differing.push_back(
        fmt::format("{}: {} there, {} here", path, fmt::join(theirs[path], ", "), fmt::join(ours[path], ", ")));
}

void compare_keys(NearRun& run, const Experiment& experiment, const Keys& here) {
  const Value resolved = resolved_value(run.contents.resolved_toml);
  Keys there = flat_keys(resolved);
  for (const std::string key : kSettled) {
    const std::string came_to = run.environment(key.substr(4));
    there[key] = is_open(here.at(key)) || came_to.empty() ? here.at(key) : came_to;
  }
  const std::set<std::string> known = evaluators_of(there), passive = passive_keys(experiment, run);
  for (const std::string& name : evaluators_of(here))
    if (!known.contains(name)) run.added.push_back(name);
  const auto text = [](const Keys& keys, const std::string& key) {
    const auto found = keys.find(key);
    return found == keys.end() ? std::string("none") : found->second;
  };
  std::set<std::string> all;
  for (const Keys* keys : std::initializer_list<const Keys*>{&here, &there})
    for (const auto& [key, value] : *keys) all.insert(key);
  for (const std::string& key : all)
    if (!is_length(key) && !passive.contains(key) && !is_added(key, run) && text(here, key) != text(there, key))
      run.differing.push_back(fmt::format("{}: {} there, {} here", key, text(there, key), text(here, key)));
  compare_orders(run, resolved, experiment.resolved);
  if (length_of(there) != length_of(here)) {
    run.length_there = length_of(there);
    run.length_here = length_of(here);
  }
  const std::int64_t wanted = experiment.run.steps > 0
                                  ? experiment.run.steps
                                  : experiment.run.epochs * std::atoll(run.environment("steps_per_epoch").c_str());
  run.too_long = run.steps() > wanted;
  run.same_name = run.contents.attributes["name"] == experiment.run.name;
}

std::vector<fs::path> folders_with_runs(const fs::path& folder) {
  std::error_code none;
  if (fs::exists(folder / "run.h5", none)) return {folder};
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder, none))
    if (fs::exists(entry.path() / "run.h5", none)) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

bool is_like(const NearRun& run, const Circumstances& here) {
  return run.environment("dtype") == here.dtype && run.environment("memory_format") == here.memory_format &&
         run.environment("threads") == std::to_string(here.threads);
}

/// The less, the nearer.
auto distance(const NearRun& run, const Circumstances& here) {
  return std::tuple(!run.same_name, run.differing.size(), !run.length_there.empty() || !run.added.empty(), run.too_long,
                    !is_like(run, here), -run.steps());
}

/// Records say when a run was started to the second; of two of one second, the one that was written last.
bool is_newer(const NearRun& run, const NearRun& other) {
  const auto age = [](const NearRun& one) {
    std::error_code none;
    const auto started = one.contents.attributes.find("started");
    return std::tuple(started == one.contents.attributes.end() ? std::string() : started->second,
                      fs::last_write_time(one.folder / "run.h5", none));
  };
  return age(run) > age(other);
}

}  // namespace

std::string NearRun::environment(const std::string& key) const {
  const auto found = contents.environment.find(key);
  return found == contents.environment.end() ? std::string() : found->second;
}

std::int64_t NearRun::steps() const { return std::atoll(environment("steps").c_str()); }

std::string NearRun::status() const {
  const auto found = contents.attributes.find("status");
  return found == contents.attributes.end() ? "of unknown status" : found->second;
}

std::optional<NearRun> nearest_run(const Experiment& experiment, const fs::path& folder,
                                   const Circumstances& like_here) {
  const Keys here = flat_keys(experiment.resolved);
  std::optional<NearRun> nearest;
  for (const fs::path& path : folders_with_runs(folder)) try {
      NearRun run{path, read_contents(path / "run.h5"), {}, {}, {}, {}};
      compare_keys(run, experiment, here);
      const bool newer =
          nearest && distance(run, like_here) == distance(*nearest, like_here) && is_newer(run, *nearest);
      if (!nearest || newer || distance(run, like_here) < distance(*nearest, like_here)) nearest = std::move(run);
    } catch (const Error&) {  // no record that can be read: nothing to go on with either
    }
  return nearest;
}

}  // namespace byolab
