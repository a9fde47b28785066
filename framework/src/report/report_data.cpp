#include "report/report_data.hpp"

#include <algorithm>
#include <cmath>

#include "claims/verdict_json.hpp"
#include "record/embeddings_file.hpp"
#include "report/comparison_json.hpp"
#include "stats/t_test.hpp"

namespace byolab {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPoints = 150;  // a curve's points in the page; of longer ones, means of as many pieces

/// Four digits, as no pixel shows more; not-a-number is null.
Json rounded(double value) {
  if (!std::isfinite(value)) return {};
  if (value == 0) return 0;
  const double scale = std::pow(10, 4 - std::ceil(std::log10(std::abs(value))));
  return std::isfinite(scale) && scale > 0 ? std::round(value * scale) / scale : value;
}

std::string link_of(const RecordedRun& trial, const std::filesystem::path& folder) {
  return std::filesystem::proximate(trial.file, folder).generic_string();
}

std::int64_t steps_of(const RecordedRun& trial) {
  for (const GroupHistory& rows : trial.history)
    if (rows.group == "metrics/train" && !rows.steps.empty()) return rows.steps.back() + 1;
  return 0;
}

std::string attribute(const std::map<std::string, std::string>& from, const char* name) {
  const auto found = from.find(name);
  return found == from.end() ? std::string() : found->second;
}

Json run_json(const RecordedRun& trial, std::size_t arm, const ReportSubject& subject) {
  const auto speed = find_curve(trial, "train/images_per_second"), time = find_curve(trial, "train/wall_time");
  Json json{{"file", link_of(trial, subject.folder)},
            {"name", trial.name()},
            {"arm", arm},
            {"seed", trial.seed()},
            {"status", trial.status()},
            {"reason", attribute(trial.contents.attributes, "reason")},
            {"started", attribute(trial.contents.attributes, "started")},
            {"steps", steps_of(trial)}};
  json["seconds"] = time ? rounded(last_value(*time)) : Json();
  if (speed && !speed->values().empty()) {
    std::vector<float> values = speed->values();
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    json["images_per_second"] = rounded(values[values.size() / 2]);
  }
  for (const char* name : {"command_line", "versions", "cpu", "device", "dtype", "threads", "git"})
    json["environment"][name] = attribute(trial.contents.environment, name);
  return json;
}

/// A curve's rows, or means over pieces of it: {x: […], y: […]}.
Json points(const Curve& curve) {
  const std::size_t n = curve.rows->steps.size(), count = std::min(n, kPoints);
  Json x = Json::array(), y = Json::array();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = i * n / count, end = (i + 1) * n / count;
    double sum = 0;
    for (std::size_t row = begin; row < end; ++row) sum += curve.values()[row];
    x.push_back(curve.rows->steps[(begin + end - 1) / 2]);
    y.push_back(rounded(sum / static_cast<double>(end - begin)));
  }
  return {{"x", std::move(x)}, {"y", std::move(y)}};
}

/// Every metric that is worth a curve: all but clocks and counters.
bool is_shown(const std::string& metric) {
  return metric != "train/epoch" && metric != "train/wall_time" && !metric.ends_with("gradient_norm") &&
         !metric.starts_with("timing/");
}

Json curves_json(const ReportSubject& subject) {
  std::vector<std::string> names;
  for (const RecordedRun& trial : subject.trials)
    for (const std::string& name : metric_names(trial))
      if (is_shown(name) && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  Json curves = Json::array();
  for (const std::string& name : names) {
    Json curve{{"metric", name}, {"series", Json::array()}};
    for (std::size_t run = 0; run < subject.trials.size(); ++run) {
      const auto found = find_curve(subject.trials[run], name);
      if (!found || found->rows->steps.empty()) continue;
      curve["unit"] = found->series->unit;
      curve["meaning"] = found->series->meaning;
      curve["dataset"] = found->dataset;
      curve["rows_a_point"] =
          std::max(curve.value("rows_a_point", std::size_t{1}), found->rows->steps.size() / kPoints);
      Json series = points(*found);
      series["run"] = run;
      curve["series"].push_back(std::move(series));
    }
    if (!curve["series"].empty()) curves.push_back(std::move(curve));
  }
  return curves;
}

/// Seconds an epoch of each stage, mean over the epochs.
Json timing_json(const ReportSubject& subject) {
  Json all = Json::array();
  for (std::size_t run = 0; run < subject.trials.size(); ++run)
    for (const GroupHistory& rows : subject.trials[run].history) {
      if (rows.group != "timing" || rows.steps.empty()) continue;
      for (std::size_t c = 0; c < rows.names.size(); ++c) {
        double sum = 0;
        for (const float value : rows.columns[c]) sum += value;
        all.push_back({{"run", run},
                       {"stage", rows.names[c]},
                       {"seconds", rounded(sum / static_cast<double>(rows.steps.size()))}});
      }
    }
  return all;
}

Json tables_json(const ReportSubject& subject) {
  std::vector<Comparison> tables;
  for (const std::string& metric : subject.metrics) tables.push_back(compare(subject.arms, metric, subject.baseline));
  Json json = comparison_json(tables);
  for (std::size_t t = 0; t < tables.size(); ++t)
    for (std::size_t a = 0; a < tables[t].arms.size(); ++a)
      json[t]["arms"][a]["reach"] = rounded(mean_reach(tables[t].arms[a].values));
  return json;
}

/// The value of each differing key in each arm; several, if runs of an arm differ in it.
Json differences_json(const ReportSubject& subject) {
  std::vector<const RecordedRun*> all;
  for (const RecordedRun& trial : subject.trials) all.push_back(&trial);
  Json json{{"keys", Json::array()}, {"arms", Json::array()}};
  const std::vector<std::string> keys = differing_keys(all);
  json["keys"] = keys;
  for (const ComparedArm& arm : subject.arms.arms) {
    Json row = Json::array();
    for (const std::string& key : keys) {
      std::vector<std::string> values;
      for (const RecordedRun* trial : arm.trials) {
        const auto found = trial->keys.find(key);
        const std::string value = found == trial->keys.end() ? "" : found->second;
        if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
      }
      std::string text;
      for (const std::string& value : values) text += (text.empty() ? "" : " | ") + value;
      row.push_back(text);
    }
    json["arms"].push_back(std::move(row));
  }
  return json;
}

}  // namespace

Json report_data(const ReportSubject& subject) {
  Json data{{"title", subject.title}, {"version", BYOLAB_VERSION}};
  data["baseline"] = subject.baseline.empty() ? Json() : Json(subject.baseline);
  std::map<const RecordedRun*, std::size_t> arm_of;
  for (std::size_t a = 0; a < subject.arms.arms.size(); ++a) {
    data["arms"].push_back(subject.arms.arms[a].name);
    for (const RecordedRun* trial : subject.arms.arms[a].trials) arm_of[trial] = a;
  }
  std::vector<std::string> remarks = subject.remarks;
  std::vector<bool> has_embeddings(subject.arms.arms.size(), false);
  data["embeddings"] = Json::array();
  Pictures pictures;
  for (const RecordedRun& trial : subject.trials) {
    data["runs"].push_back(run_json(trial, arm_of.at(&trial), subject));
    // One run an arm: pictures take room.
    if (has_embeddings[arm_of.at(&trial)]) continue;
    const auto file = embeddings_beside(trial.file);
    Json found =
        embeddings_data(file, std::filesystem::proximate(file, subject.folder).generic_string(), pictures, remarks);
    if (found.is_null()) continue;
    has_embeddings[arm_of.at(&trial)] = true;
    found["run"] = data["runs"].size() - 1;
    data["embeddings"].push_back(std::move(found));
  }
  data["pictures"] = pictures.json();
  data["claims"] = Json::array();
  for (const ClaimRow& claim : subject.claims) data["claims"].push_back(verdict_json(claim));
  data["tables"] = tables_json(subject);
  data["curves"] = curves_json(subject);
  data["timing"] = timing_json(subject);
  data["differs"] = differences_json(subject);
  data["remarks"] = remarks;
  return data;
}

}  // namespace byolab
