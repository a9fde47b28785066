#pragma once

#include <chrono>

#include "record/sweep_file.hpp"
#include "sweep/trial_state.hpp"

namespace byolab {

/// Follows a sweep. All calls come from one thread; `trial` is a place in Plan::trials.
class BYOLAB_API SweepObserver {
 public:
  virtual ~SweepObserver() = default;
  virtual void on_start(std::size_t /*trial*/) {}
  /// A trial has ended, or has been found as it is.
  virtual void on_end(std::size_t /*trial*/, const TrialState&) {}
  /// Every second or so: time to redraw.
  virtual void on_progress() {}
  virtual void on_notice(const std::string& /*line*/) {}
};

/// How all trials of a sweep stand: read from their folders, and kept while they are run. Writes the index.
class BYOLAB_API Board {
 public:
  Board(const Plan& plan, SweepObserver& observer);

  const Plan& plan() const { return plan_; }
  const TrialState& state(std::size_t trial) const { return states_[trial]; }
  const std::vector<TrialState>& states() const { return states_; }
  std::size_t count(TrialStatus status) const;
  /// Reads a trial's folder again.
  const TrialState& look(std::size_t trial);
  void set_running(std::size_t trial);
  /// What its folder does not tell, until it is read again.
  void set(std::size_t trial, TrialStatus status, const std::string& reason);

  /// The metric by which the best trial is told: the sweep's, or the first that is usual.
  std::string metric() const;
  /// Whether that metric is one of test images: what is chosen by it has been fitted to them.
  bool chooses_on_test() const;
  /// Why the index was not written the last time; empty if it was.
  const std::string& trouble() const { return trouble_; }
  /// The trial with the best value of it; nothing if no result has one, or which values are better is not known.
  std::optional<std::size_t> best() const;

  /// The index's table.
  std::vector<SweepRow> rows() const;

  /// Seconds until all trials have ended, from what this session has seen; negative if nothing has been seen yet.
  /// `open`: trials that are still to be run or are running.
  double seconds_left(const std::vector<std::size_t>& open) const;

  /// Writes the index, if that was last done long enough ago for it to cost at most a twentieth of the time.
  void write_index_now_and_then();
  void write_index();

 private:
  using Clock = std::chrono::steady_clock;
  SweepRow row_of(std::size_t trial) const;

  const Plan& plan_;
  SweepObserver& observer_;
  std::vector<TrialState> states_;
  std::int64_t work_at_start_ = 0;
  Clock::time_point began_ = Clock::now(), written_ = Clock::now();
  double writing_seconds_ = 0;
  std::string trouble_;
};

}  // namespace byolab
