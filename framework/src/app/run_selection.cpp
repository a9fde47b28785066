#include "app/run_selection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "report/builds.hpp"
#include "report/index_rows.hpp"

namespace byolab {

void RunSelection::add_to(CLI::App& command) {
  command.add_option("RUN", runs, "Runs (folders or run.h5), folders of runs, sweeps")->required();
  command.add_option("--by", by, "Key that tells the arms apart: name, target.tau, … (may be repeated)")
      ->type_name("KEY");
  command.add_option("--metric", metrics, "What is compared: knn/top1, train/loss, … (may be repeated)")
      ->type_name("GROUP/COLUMN");
  command.add_option("--baseline", baseline, "The arm that the others are compared with; by default the sweep's")
      ->type_name("NAME");
}

namespace {

/// With `--by`, or with equal labels in several sweeps, runs that differ in more than their seeds may come into one
/// arm: their spread is not that of seeds.
void note_mixtures(const Arms& arms, std::vector<std::string>& remarks) {
  for (const ComparedArm& arm : arms.arms) {
    const std::vector<std::string> keys = differing_keys(arm.trials);
    if (!keys.empty())
      remarks.push_back(fmt::format("arm '{}' mixes runs that differ in {}", arm.name, fmt::join(keys, ", ")));
  }
}

/// Of indexes that were kept without their trials. Where runs are grouped by keys, these have none.
void take_last_metrics(const RunSelection& selection, SelectedRuns& selected) {
  if (!selection.by.empty()) return;
  std::vector<std::string> remarks{
      "the trials' records are not there: these are their last metrics, as the index has them"};
  std::set<std::filesystem::path> seen;                  // sweeps share trials
  std::map<std::string, std::set<std::string>> sources;  // of each label
  for (const std::filesystem::path& word : selection.runs)
    if (const std::filesystem::path index = index_of_sweep(word); !index.empty())
      for (RecordedRun& run : results_in_index(index, remarks)) {
        if (!seen.insert(std::filesystem::weakly_canonical(run.file)).second) continue;
        sources[run.label].insert(index.string());
        selected.trials.push_back(std::move(run));
      }
  for (const auto& [label, indexes] : sources)
    if (indexes.size() > 1)
      remarks.push_back(fmt::format("arm '{}' mixes runs of {}, whose settings are not known to be the same", label,
                                    fmt::join(indexes, " and ")));
  if (!selected.trials.empty()) selected.remarks = std::move(remarks);
}

[[noreturn]] void tell_none(const std::vector<std::string>& remarks) {
  std::string sentence = "there is no run to look at";
  if (!remarks.empty()) sentence += ": " + remarks.front();
  if (remarks.size() > 1) sentence += fmt::format(" (and {} more)", remarks.size() - 1);
  throw Error(sentence,
              "name runs, or a sweep whose trials are still there; an index alone has its claims (`byolab claims`) and "
              "each trial's last metrics (`byolab compare` without --by)");
}

}  // namespace

SelectedRuns select_runs(const RunSelection& selection, WithoutRecords without) {
  SelectedRuns selected;
  selected.trials = read_trials(selection.runs, selected.remarks);
  if (selected.trials.empty() && without == WithoutRecords::last_metrics) take_last_metrics(selection, selected);
  if (selected.trials.empty()) tell_none(selected.remarks);
  for (const std::string& sentence : left_out(selected.trials)) selected.remarks.push_back(sentence);
  selected.arms = sort_into_arms(selected.trials, selection.by);
  note_mixtures(selected.arms, selected.remarks);
  for (const std::string& sentence : mixed_builds(selected.arms)) selected.remarks.push_back(sentence);
  for (const std::string& sentence : repeats(selected.arms)) selected.remarks.push_back(sentence);
  const std::optional<SweepHead> sweep = sweep_of(selection.runs);
  selected.title = sweep ? sweep->name : std::string();
  selected.metrics = selection.metrics;
  if (selected.metrics.empty())
    selected.metrics = default_metrics(selected.trials, sweep ? sweep->metric : std::string());
  selected.baseline = selection.baseline.empty() ? known_baseline(selected.arms, selection.runs) : selection.baseline;
  return selected;
}

}  // namespace byolab
