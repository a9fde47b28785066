#pragma once

#include <filesystem>

#include "record/run_record.hpp"

namespace byolab {

/// How a run stands, in few words: what a sweep's table shows of it.
struct RunSummary {
  std::string run_id, status, reason;
  std::int64_t steps = 0;                              ///< rows of metrics/train
  double seconds = 0;                                  ///< in training, over all starts
  std::vector<std::pair<std::string, float>> metrics;  ///< newest of each: "knn_top1", "train_loss", …
  std::vector<PluginInfo> plugins;                     ///< kind, name, version, sha256
  std::string started, cpu, dtype;                     ///< ISO 8601; of the newest start, as in /environment
};

/// Reads no more than the last row of each column. Throws Error as `read_contents` does.
BYOLAB_API RunSummary read_summary(const std::filesystem::path& record);

}  // namespace byolab
