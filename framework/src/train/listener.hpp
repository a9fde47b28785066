#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "byolab/step.hpp"
#include "record/run_record.hpp"

namespace byolab {

/// One row of training metrics, for a display.
struct StepReport {
  Step step;
  double loss = 0;
  double z_std = 0;              ///< collapse indicator: see `spread_of`
  bool collapsed = false;        ///< as [run] collapsed_below and collapsed_for have it
  double images_per_second = 0;  ///< over the last second or so
  double seconds_left = 0;       ///< at the mean pace of this start, evaluations included
  std::string rule_metric;       ///< the first metric that the target rule declares; "" if it has none
  double rule_value = 0;         ///< its value
};

/// What one evaluator found.
struct EvaluationReport {
  std::int64_t step = 0;  ///< optimizer steps done; 0: the untrained network
  std::string evaluator;
  std::vector<std::pair<std::string, double>> values;
};

/// Follows a run. All calls come from the training thread.
class BYOLAB_API Listener {
 public:
  virtual ~Listener() = default;
  /// `summary`: lines.
  virtual void on_start(const std::filesystem::path& /*folder*/, const Step& /*first*/,
                        const std::string& /*summary*/) {}
  virtual void on_step(const StepReport&) {}
  virtual void on_evaluation(const EvaluationReport&) {}
  virtual void on_notice(const std::string& /*line*/) {}
};

/// What a run came to.
struct RunResult {
  RunStatus status = RunStatus::finished;
  std::string reason;
  std::filesystem::path folder;
  std::int64_t steps = 0;
  double seconds = 0, images_per_second = 0;  ///< of all starts; of this one, evaluations included
  double evaluation_seconds = 0;              ///< of this start
  std::vector<EvaluationReport> first, last;  ///< of the untrained and of the final network
};

}  // namespace byolab
