#include "report/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "record/lock.hpp"
#include "stats/holm.hpp"
#include "stats/t_test.hpp"
#include "support/metric_direction.hpp"

namespace byolab {
namespace {

/// The first run of the arm that is the same experiment with the same seed: on another machine, say, or with other data
/// workers. What a seed gave counts once, or n would be no number of seeds. Of runs without keys nothing is known.
std::size_t repeat_of(const RecordedRun& trial, const ComparedArm& arm) {
  for (std::size_t i = 0; i < arm.trials.size(); ++i) {
    const RecordedRun& other = *arm.trials[i];
    const bool counts = &other == &trial || (other.is_result() && !trial.keys.empty());
    if (counts && other.seed() == trial.seed() && differing_keys({&other, &trial}).empty()) return i;
  }
  return 0;  // not reached: it is one of them
}

ArmResult result_of(const ComparedArm& arm, Comparison& table) {
  ArmResult result;
  result.arm = arm.name;
  std::map<std::size_t, std::vector<double>> found;  // by the trial that stands for its repeats
  for (const RecordedRun* trial : arm.trials) {
    const auto curve = find_curve(*trial, table.metric);
    if (!curve || !trial->is_result()) continue;
    table.unit = curve->series->unit;
    table.meaning = curve->series->meaning;
    const double value = last_value(*curve);
    if (std::isnan(value)) {
      ++result.not_a_number;
      continue;
    }
    found[repeat_of(*trial, arm)].push_back(value);
  }
  for (const auto& [trial, values] : found) {
    result.seeds.push_back(arm.trials[trial]->seed());
    result.values.push_back(summarize(values).mean);
  }
  result.summary = summarize(result.values);
  const Direction better = direction_of(table.metric);
  if (!result.values.empty() && better != Direction::unknown) {
    const auto [least, greatest] = std::minmax_element(result.values.begin(), result.values.end());
    result.best = better == Direction::less ? *least : *greatest;
  }
  return result;
}

std::map<std::string, double> by_seed(const ArmResult& arm) {
  std::map<std::string, std::vector<double>> values;
  for (std::size_t i = 0; i < arm.values.size(); ++i) values[arm.seeds[i]].push_back(arm.values[i]);
  std::map<std::string, double> means;
  for (const auto& [seed, list] : values) means[seed] = summarize(list).mean;
  return means;
}

void test_against(ArmResult& arm, const ArmResult& baseline) {
  const auto mine = by_seed(arm), theirs = by_seed(baseline);
  std::vector<double> x, y;
  for (const auto& [seed, value] : mine)
    if (const auto other = theirs.find(seed); other != theirs.end()) {
      x.push_back(value);
      y.push_back(other->second);
    }
  arm.pairs = x.size();
  arm.difference = arm.summary.mean - baseline.summary.mean;
  TTest test;
  if (x.size() >= 2) {
    test = paired_t_test(x, y);
    arm.test = ArmResult::Test::paired;
  } else if (arm.values.size() >= 2 && baseline.values.size() >= 2) {
    test = welch_t_test(arm.values, baseline.values);
    arm.test = ArmResult::Test::welch;
  } else {
    return;
  }
  arm.difference = test.difference;
  arm.low = test.low;
  arm.high = test.high;
  arm.p = test.p;
}

void adjust(std::vector<ArmResult>& arms) {
  std::vector<double> p;
  for (const ArmResult& arm : arms) p.push_back(arm.p);
  const std::vector<double> adjusted = holm(p);
  for (std::size_t i = 0; i < arms.size(); ++i) arms[i].p_holm = adjusted[i];
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void check_metric(const Arms& arms, const std::string& metric) {
  std::vector<std::string> known;
  for (const ComparedArm& arm : arms.arms)
    for (const RecordedRun* trial : arm.trials) {
      if (find_curve(*trial, metric)) return;
      if (known.empty()) known = metric_names(*trial);
    }
  throw Error("no run has a metric '" + metric + "'", "there are: " + listed(known));
}

void check_baseline(const Arms& arms, const std::string& baseline) {
  if (baseline.empty() || arms.find(baseline)) return;
  std::vector<std::string> names;
  for (const ComparedArm& arm : arms.arms) names.push_back("'" + arm.name + "'");
  throw Error("no arm is called '" + baseline + "'", "there are: " + listed(names));
}

}  // namespace

std::vector<std::string> left_out(const std::vector<RecordedRun>& trials) {
  std::vector<std::string> sentences;
  for (const RecordedRun& trial : trials)
    if (!trial.is_result()) {
      const bool killed = trial.status() == "running" && is_abandoned(trial.file.parent_path());
      sentences.push_back(
          fmt::format("{} ({}): not finished, left out", trial.file.string(), killed ? "killed" : trial.status()));
    }
  return sentences;
}

std::vector<std::string> repeats(const Arms& arms) {
  std::vector<std::string> sentences;
  for (const ComparedArm& arm : arms.arms) {
    std::map<std::size_t, std::string> files;
    std::map<std::size_t, std::size_t> times;
    for (const RecordedRun* trial : arm.trials) {
      if (!trial->is_result()) continue;
      const std::size_t first = repeat_of(*trial, arm);
      files[first] += (files[first].empty() ? "" : ", ") + trial->file.string();
      ++times[first];
    }
    for (const auto& [first, count] : times)
      if (count > 1)
        sentences.push_back(fmt::format("arm '{}' has seed {} {} times ({}): their mean counts as one value", arm.name,
                                        arm.trials[first]->seed(), count, files[first]));
  }
  return sentences;
}

std::vector<std::string> default_metrics(const std::vector<RecordedRun>& trials, const std::string& first) {
  std::vector<std::string> metrics;
  for (const RecordedRun& trial : trials)
    for (const std::string& name : metric_names(trial)) {
      std::string column = name;  // of a sweep's table
      std::replace(column.begin(), column.end(), '/', '_');
      if (metrics.empty() && column == first) metrics.push_back(name);
    }
  for (const RecordedRun& trial : trials)
    for (const std::string& name : metric_names(trial))
      if (name.ends_with("/top1") && std::find(metrics.begin(), metrics.end(), name) == metrics.end())
        metrics.push_back(name);
  if (metrics.empty()) metrics.emplace_back("train/loss");
  return metrics;
}

Comparison compare(const Arms& arms, const std::string& metric, const std::string& baseline) {
  check_metric(arms, metric);
  check_baseline(arms, baseline);
  Comparison table{metric, {}, {}, baseline, {}};
  for (const ComparedArm& arm : arms.arms) table.arms.push_back(result_of(arm, table));
  if (baseline.empty()) return table;
  const auto is_baseline = [&](const ArmResult& arm) { return arm.arm == baseline; };
  const ArmResult base = *std::find_if(table.arms.begin(), table.arms.end(), is_baseline);
  for (ArmResult& arm : table.arms)
    if (!is_baseline(arm)) test_against(arm, base);
  adjust(table.arms);
  return table;
}

}  // namespace byolab
