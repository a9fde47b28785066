#pragma once

#include <cmath>

#include "record/run_record.hpp"

namespace byolab::testing {

inline RunInfo example_info() {
  RunInfo info;
  info.run_id = "2f9c0a";
  info.name = "émulation";
  info.source_toml = "[run]\nname = \"émulation\"\n";
  info.resolved_toml = "[run]\nname = \"émulation\"\nseed = 7\n";
  info.command_line = "byolab run example.toml";
  info.seed = 7;
  info.environment = {{"versions", "byolab 0.1.0, LibTorch 2.11.0"}, {"cpu", "a processor"}, {"threads", "2"}};
  info.plugins = {{"loss", "byol", "1.0", "lib/libbyolab_loss.so", "00ff", "api=1\ntorch=2.11.0\n"},
                  {"target_update", "ema", "1.0", "lib/libbyolab_target_update.so", "ff00", "api=1\ntorch=2.11.0\n"}};
  return info;
}

/// Groups as a training run has them; "metrics/train" with `columns` columns.
inline std::vector<GroupSpec> example_groups(int columns = 3) {
  GroupSpec train{"metrics/train", {{"loss", "mean loss of the batch"}, {"lr", "learning rate"}}};
  for (int i = 2; i < columns; ++i) train.columns.push_back({"m" + std::to_string(i), "metric " + std::to_string(i)});
  return {train,
          {"metrics/knn", {{"top1", "images whose class was found", "%"}}},
          {"timing", {{"forward", "time in forward", "s"}, {"backward", "time in backward", "s"}}, "epoch"}};
}

/// What column `column` holds at `step`: a function, so that any row can be checked without keeping it.
inline double example_value(std::int64_t step, std::size_t column) {
  return std::sin(static_cast<double>(step)) + static_cast<double>(column);
}

inline void append_example(RunRecord& record, std::int64_t step, std::size_t columns = 3) {
  std::vector<double> row(columns);
  for (std::size_t i = 0; i < columns; ++i) row[i] = example_value(step, i);
  record.append("metrics/train", step, row);
}

/// How many rows of "metrics/train" there are; −1 if any is not what it should be.
inline std::int64_t count_right_rows(const History& history) {
  for (const GroupHistory& group : history) {
    if (group.group != "metrics/train") continue;
    for (std::size_t row = 0; row < group.steps.size(); ++row) {
      if (group.steps[row] != static_cast<std::int64_t>(row)) return -1;
      for (std::size_t c = 0; c < group.columns.size(); ++c)
        if (group.columns[c][row] != static_cast<float>(example_value(group.steps[row], c))) return -1;
    }
    return static_cast<std::int64_t>(group.steps.size());
  }
  return -1;
}

}  // namespace byolab::testing
