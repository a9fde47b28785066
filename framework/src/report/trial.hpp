#pragma once

#include <filesystem>
#include <optional>
#include <set>

#include "config/flat_keys.hpp"
#include "record/run_reader.hpp"
#include "record/sweep_reader.hpp"

namespace byolab {

/// A run as analysis sees it.
struct RecordedRun {
  std::filesystem::path file;  ///< its record
  std::string label;           ///< of its arm, if a sweep gives one; else empty
  RunContents contents;
  std::map<std::string, std::string> keys;  ///< of the resolved experiment: see flat_keys
  ListOrders orders;                        ///< of its lists
  std::set<std::string> passive;            ///< those of them that change no result, as the record says
  History history;
  std::vector<PluginInfo> plugins;  ///< that took part; of a row of an index one without a name, for all of them

  std::string run_id() const { return contents.attributes.at("run_id"); }
  std::string name() const { return contents.attributes.at("name"); }
  std::string status() const { return contents.attributes.at("status"); }
  std::string seed() const { return contents.attributes.at("seed"); }
  /// Whether its numbers are a result: it ran to its end, or collapsed, which is an answer, too.
  bool is_result() const { return status() == "finished" || status() == "collapsed"; }
};

/// A column of a group: "knn/top1" names `metrics/knn`'s `top1`, "timing/forward" the epochs' times.
struct Curve {
  const GroupHistory* rows = nullptr;
  std::size_t column = 0;
  const Series* series = nullptr;
  std::string scale;    ///< name of the scale
  std::string dataset;  ///< path in the file: "/metrics/knn/top1"

  const std::vector<float>& values() const { return rows->columns[column]; }
};

/// The curve of a metric; nothing if the run has none of that name. References the trial.
BYOLAB_API std::optional<Curve> find_curve(const RecordedRun& trial, const std::string& metric);
/// The last value; of what training logs, the last that is a number, since a plugin may log something now and then. NaN
/// without one.
BYOLAB_API double last_value(const Curve& curve);
/// "knn/top1" and so on: all metrics of a trial, in the record's order.
BYOLAB_API std::vector<std::string> metric_names(const RecordedRun& trial);

/// Reads a record whole. Throws Error naming the file.
BYOLAB_API RecordedRun read_trial(const std::filesystem::path& file, const std::string& label = {});

/// The index that a word means: sweep.h5, a sweep's folder, or the folder that a sweep was told to write into. Empty if
/// it means none. Throws Error for a folder that holds several sweeps.
BYOLAB_API std::filesystem::path index_of_sweep(const std::filesystem::path& word);

/// What a sweep says of itself, if a sweep is all that the words name.
BYOLAB_API std::optional<SweepHead> sweep_of(const std::vector<std::filesystem::path>& words);

/// The records that a user's words mean, as in `read_trials`, whether or not they are there yet.
BYOLAB_API std::vector<std::filesystem::path> find_records(const std::vector<std::filesystem::path>& words);

/// The runs that a user's words mean: a run's folder or its record, a folder of runs, a sweep's folder or its
/// `sweep.h5`. In the order given, each once, copies of a run's folder too; in a folder by name. `skipped` gets a
/// sentence for each copy, and for each that a sweep or a folder names and that cannot be read. Throws Error for a word
/// that names none.
BYOLAB_API std::vector<RecordedRun> read_trials(const std::vector<std::filesystem::path>& words,
                                                std::vector<std::string>& skipped);

}  // namespace byolab
