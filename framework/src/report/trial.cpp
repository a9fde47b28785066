#include "report/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <sstream>

#include "record/sweep_reader.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

struct Found {
  fs::path file;
  std::string label;
};

std::vector<Found> in_sweep(const fs::path& index) {
  std::vector<Found> found;
  for (const SweepEntry& entry : read_sweep(index)) {
    const auto label = entry.fields.find("label");
    found.push_back({entry.file, label == entry.fields.end() ? std::string() : label->second});
  }
  return found;
}

/// Records one or two levels below a folder: `runs/<run>/run.h5`, `runs/<name>/<run>/run.h5`.
std::vector<Found> in_folder(const fs::path& folder, int levels = 2) {
  std::vector<Found> found;
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_directory() && !entry.path().filename().string().starts_with("replaced-")) folders.push_back(entry);
  std::sort(folders.begin(), folders.end());
  for (const fs::path& below : folders) {
    if (fs::exists(below / "run.h5"))
      found.push_back({below / "run.h5", {}});
    else if (levels > 1)
      for (Found& deeper : in_folder(below, levels - 1)) found.push_back(std::move(deeper));
  }
  return found;
}

std::vector<Found> find(const fs::path& word) {
  const char* hint = "name a run's folder or its run.h5, a folder of runs, or a sweep's folder or its sweep.h5";
  if (!fs::exists(word)) throw Error(word.string() + ": no such file or folder", hint);
  if (const fs::path index = index_of_sweep(word); !index.empty()) return in_sweep(index);
  if (!fs::is_directory(word)) return {{word, {}}};
  if (fs::exists(word / "run.h5")) return {{word / "run.h5", {}}};
  std::vector<Found> found = in_folder(word);
  if (found.empty()) throw Error(word.string() + ": no run in this folder", hint);
  return found;
}

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

/// Of two folders with one run in them, the one to look at: a result, else the longer one, else the first.
bool is_better_copy(const RecordedRun& a, const RecordedRun& b) {
  const auto rows = [](const RecordedRun& run) { return run.history.empty() ? 0 : run.history.front().steps.size(); };
  return a.is_result() != b.is_result() ? a.is_result() : rows(a) > rows(b);
}

/// Adds a run, unless it is there already: a folder that was copied holds the same run, and no second one.
void add(std::vector<RecordedRun>& trials, RecordedRun trial, std::vector<std::string>& skipped) {
  const std::string id = trial.run_id();
  const auto same =
      std::find_if(trials.begin(), trials.end(), [&](const RecordedRun& other) { return other.run_id() == id; });
  if (same == trials.end()) return trials.push_back(std::move(trial));
  if (same->label.empty()) same->label = trial.label;
  if (trial.label.empty()) trial.label = same->label;
  if (is_better_copy(trial, *same)) std::swap(*same, trial);
  skipped.push_back(fmt::format("{} and {} hold the same run ({}): it is counted once, as the first of them has it",
                                same->file.string(), trial.file.string(), id));
}

}  // namespace

std::optional<Curve> find_curve(const RecordedRun& trial, const std::string& metric) {
  const auto slash = metric.rfind('/');
  if (slash == std::string::npos) return std::nullopt;
  const std::string short_group = metric.substr(0, slash), column = metric.substr(slash + 1);
  for (const GroupSpec& spec : trial.contents.groups) {
    if (spec.group != "metrics/" + short_group && spec.group != short_group) continue;
    for (const GroupHistory& rows : trial.history) {
      if (rows.group != spec.group) continue;
      for (std::size_t i = 0; i < spec.columns.size(); ++i)
        if (spec.columns[i].name == column)
          return Curve{&rows, i, &spec.columns[i], spec.scale, "/" + spec.group + "/" + column};
    }
  }
  return std::nullopt;
}

double last_value(const Curve& curve) {
  const auto& values = curve.values();
  const bool logged_now_and_then =
      !curve.dataset.starts_with("/metrics/") || curve.dataset.starts_with("/metrics/train/");
  if (!logged_now_and_then && !values.empty()) return values.back();
  for (auto value = values.rbegin(); value != values.rend(); ++value)
    if (!std::isnan(*value)) return *value;
  return std::numeric_limits<double>::quiet_NaN();
}

std::vector<std::string> metric_names(const RecordedRun& trial) {
  std::vector<std::string> names;
  for (const GroupSpec& spec : trial.contents.groups) {
    const bool metric = spec.group.starts_with("metrics/");
    for (const Series& series : spec.columns)
      names.push_back((metric ? spec.group.substr(8) : spec.group) + "/" + series.name);
  }
  return names;
}

RecordedRun read_trial(const fs::path& file, const std::string& label) {
  RecordedRun trial{file, label, read_contents(file), {}, {}, {}, read_history(file), read_plugins(file)};
  try {
    const Value resolved = resolved_value(trial.contents.resolved_toml);
    trial.keys = flat_keys(resolved);
    trial.orders = list_orders(resolved);
    const std::map<std::string, std::string>& environment = trial.contents.environment;
    if (const auto passive = environment.find("passive_keys"); passive != environment.end())
      trial.passive = lines_of(passive->second);
    // A run that went on for longer than it was begun for is no run of either length.
    if (const auto continued = environment.find("continued"); continued != environment.end())
      trial.keys["run.continued"] = continued->second;
  } catch (const Error& error) {
    throw Error(file.string() + ": " + error.what(), error.hint());
  }
  return trial;
}

fs::path index_of_sweep(const fs::path& word) {
  if (!fs::is_directory(word)) return is_sweep_file(word) ? word : fs::path();
  if (fs::exists(word / "run.h5")) return {};
  if (fs::exists(word / "sweep.h5")) return word / "sweep.h5";
  std::vector<fs::path> indexes;
  for (const auto& entry : fs::directory_iterator(word))
    if (fs::exists(entry.path() / "sweep.h5")) indexes.push_back(entry.path() / "sweep.h5");
  if (indexes.size() < 2) return indexes.empty() ? fs::path() : indexes.front();
  std::sort(indexes.begin(), indexes.end());
  std::string names;
  for (const fs::path& index : indexes) names += (names.empty() ? "" : ", ") + index.parent_path().filename().string();
  throw Error(word.string() + " holds several sweeps: " + names, "name the folder of one of them");
}

std::optional<SweepHead> sweep_of(const std::vector<fs::path>& words) {
  if (words.size() != 1) return std::nullopt;
  const fs::path index = index_of_sweep(words[0]);
  if (index.empty()) return std::nullopt;
  return read_sweep_head(index);
}

std::vector<fs::path> find_records(const std::vector<fs::path>& words) {
  std::vector<fs::path> files;
  for (const fs::path& word : words)
    for (const Found& found : find(word)) files.push_back(found.file);
  return files;
}

std::vector<RecordedRun> read_trials(const std::vector<fs::path>& words, std::vector<std::string>& skipped) {
  std::vector<RecordedRun> trials;
  std::set<fs::path> seen;
  for (const fs::path& word : words) {
    const std::vector<Found> found = find(word);
    const bool one_run = found.size() == 1 && index_of_sweep(word).empty();
    for (const auto& [file, label] : found) {
      if (!seen.insert(fs::weakly_canonical(file)).second) continue;
      try {
        add(trials, read_trial(file, label), skipped);
      } catch (const Error& error) {
        if (one_run) throw;
        skipped.push_back(error.what());
      }
    }
  }
  return trials;
}

}  // namespace byolab
