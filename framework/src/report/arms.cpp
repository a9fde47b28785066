#include "report/arms.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

namespace byolab {
namespace {

constexpr const char* kAbsent = "–";  // this trial has no such key: another plugin's

/// Each seed may start from weights of its own: `load = "runs/first/${run.seed}"` is one setting, whatever it came to.
std::string with_seed_named(const std::string& path, const std::string& seed) {
  std::string text;
  for (std::size_t i = 0; i < path.size();) {
    const std::size_t end = std::min(path.find_first_not_of("0123456789", i), path.size());
    const std::string digits = path.substr(i, end - i);
    text += digits == seed && !seed.empty() ? "${run.seed}" : digits.empty() ? path.substr(i, 1) : digits;
    i = std::max(end, i + 1);
  }
  return text;
}

std::string value_of(const RecordedRun& trial, const std::string& key) {
  if (key == "name") return trial.name();
  const auto found = trial.keys.find(key);
  if (found == trial.keys.end()) {
    const auto order = trial.orders.find(key);
    return order == trial.orders.end() ? kAbsent : fmt::format("{}", fmt::join(order->second, ", "));
  }
  return found->second.find('/') == std::string::npos ? found->second : with_seed_named(found->second, trial.seed());
}

/// Whether a key may tell two arms apart: seed, name, folders, checkpoints and the like do not.
bool tells_arms_apart(const std::string& key) {
  static constexpr std::array kKeys{"run.seed",    "run.name",   "run.output",   "run.threads",
                                    "run.workers", "run.device", "run.watchdog", "data.root"};
  static constexpr std::array kSections{"checkpoint.", "record.", "plugins.", "sweep.", "claim."};
  const bool is_cadence = key.starts_with("evaluate.") && key.ends_with(".every");
  return !is_cadence && std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end() &&
         std::none_of(kSections.begin(), kSections.end(), [&](const char* s) { return key.starts_with(s); });
}

/// What a run's own record says of a key: plugins declare which of their options change no result. Some of the host's
/// are declared so because the machine settles them, or what a file holds counts in the path's place: these may.
bool is_passive(const RecordedRun& trial, const std::string& key) {
  static constexpr std::array kSettled{"run.dtype", "run.memory_format"};
  return trial.passive.contains(key) && !key.ends_with(".load") &&
         std::find(kSettled.begin(), kSettled.end(), key) == kSettled.end();
}

void check_keys(const std::vector<RecordedRun>& trials, const std::vector<std::string>& keys) {
  for (const std::string& key : keys)
    if (std::none_of(trials.begin(), trials.end(),
                     [&](const RecordedRun& t) { return key == "name" || t.keys.contains(key); }))
      throw Error("no run has a key '" + key + "' to sort by",
                  "write it as --set does (target.tau); the record's config/resolved has all of them");
}

/// Whether [run] name tells the arms apart as the keys do.
bool names_tell_apart(const std::vector<ComparedArm>& arms) {
  std::set<std::string> names;
  for (const ComparedArm& arm : arms) {
    for (const RecordedRun* trial : arm.trials)
      if (trial->name() != arm.trials.front()->name()) return false;
    if (!names.insert(arm.trials.front()->name()).second) return false;
  }
  return true;
}

std::string values_text(const std::vector<std::string>& keys, const ComparedArm& arm) {
  if (keys.size() == 1) return arm.values[0];
  std::string text;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (arm.values[i] != kAbsent) text += (text.empty() ? "" : ", ") + keys[i] + "=" + arm.values[i];
  return text;
}

Arms by_label(const std::vector<RecordedRun>& trials) {
  Arms result;
  for (const RecordedRun& trial : trials) {
    auto arm = std::find_if(result.arms.begin(), result.arms.end(),
                            [&](const ComparedArm& a) { return a.name == trial.label; });
    if (arm == result.arms.end()) arm = result.arms.insert(arm, ComparedArm{trial.label, {}, {}});
    arm->trials.push_back(&trial);
  }
  return result;
}

Arms by_keys(const std::vector<RecordedRun>& trials, std::vector<std::string> keys) {
  Arms result{std::move(keys), {}};
  for (const RecordedRun& trial : trials) {
    std::vector<std::string> values;
    for (const std::string& key : result.keys) values.push_back(value_of(trial, key));
    auto arm =
        std::find_if(result.arms.begin(), result.arms.end(), [&](const ComparedArm& a) { return a.values == values; });
    if (arm == result.arms.end()) arm = result.arms.insert(arm, ComparedArm{{}, std::move(values), {}});
    arm->trials.push_back(&trial);
  }
  return result;
}

}  // namespace

const ComparedArm* Arms::find(const std::string& name) const {
  const auto found = std::find_if(arms.begin(), arms.end(), [&](const ComparedArm& arm) { return arm.name == name; });
  return found == arms.end() ? nullptr : &*found;
}

std::vector<std::string> differing_keys(const std::vector<const RecordedRun*>& trials) {
  std::set<std::string> all;
  for (const RecordedRun* trial : trials)
    for (const auto& [key, value] : trial->keys) all.insert(key);
  std::vector<std::string> differing;
  for (const std::string& key : all) {
    const auto same = [&](const RecordedRun* trial) { return value_of(*trial, key) == value_of(*trials.front(), key); };
    const auto passive = [&](const RecordedRun* trial) { return is_passive(*trial, key); };
    if (tells_arms_apart(key) && std::none_of(trials.begin(), trials.end(), passive) &&
        !std::all_of(trials.begin(), trials.end(), same))
      differing.push_back(key);
  }
  std::set<std::string> orders;
  for (const RecordedRun* trial : trials)
    for (const std::string& path : in_other_order(trials.front()->orders, trial->orders)) orders.insert(path);
  differing.insert(differing.end(), orders.begin(), orders.end());
  return differing;
}

namespace {

/// Runs of an arm in the order of their seeds.
Arms by_seed(Arms arms) {
  const auto seed = [](const RecordedRun* trial) { return std::strtoull(trial->seed().c_str(), nullptr, 10); };
  for (ComparedArm& arm : arms.arms)
    std::stable_sort(arm.trials.begin(), arm.trials.end(),
                     [&](const RecordedRun* a, const RecordedRun* b) { return seed(a) < seed(b); });
  return arms;
}

}  // namespace

Arms sort_into_arms(const std::vector<RecordedRun>& trials, const std::vector<std::string>& by) {
  check_keys(trials, by);
  const bool labelled =
      std::all_of(trials.begin(), trials.end(), [](const RecordedRun& t) { return !t.label.empty(); });
  if (by.empty() && labelled && !trials.empty()) return by_seed(by_label(trials));
  std::vector<const RecordedRun*> pointers;
  for (const RecordedRun& trial : trials) pointers.push_back(&trial);
  Arms result = by_keys(trials, by.empty() ? differing_keys(pointers) : by);
  const bool by_name = by.empty() && names_tell_apart(result.arms);
  for (ComparedArm& arm : result.arms) arm.name = by_name ? arm.trials.front()->name() : values_text(result.keys, arm);
  return by_seed(std::move(result));
}

std::string known_baseline(const Arms& arms, const std::vector<std::filesystem::path>& words) {
  const std::optional<SweepHead> sweep = sweep_of(words);
  return sweep && arms.find(sweep->baseline) ? sweep->baseline : std::string();
}

}  // namespace byolab
