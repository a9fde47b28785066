#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <map>
#include <set>

#include "sweep/process.hpp"
#include "sweep/signals.hpp"
#include "sweep/slurm.hpp"
#include "sweep/text_file.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kArray = 1000;  // Slurm's MaxArraySize is 1001 unless it is set otherwise
constexpr int kPoll = 2000;           // ms between two looks at the queue

/// Which trial a task of an array is: `slurm/jobs.txt` has a line "ARRAY LIST" for each array that was submitted.
class Submitted {
 public:
  Submitted(const Plan& plan) : folder_(plan.folder / "slurm") {
    fs::create_directories(folder_);
    for (std::size_t i = 0; i < plan.trials.size(); ++i) places_[plan.trials[i].id] = i;
    std::ifstream jobs(folder_ / "jobs.txt");
    std::int64_t array = 0;
    for (std::string list; jobs >> array >> list; ++count_) read_list(array, list);
  }

  fs::path next_list() const { return folder_ / fmt::format("list-{}.txt", count_); }
  fs::path next_script() const { return folder_ / fmt::format("batch-{}.sh", count_); }

  void add(std::int64_t array) {
    const std::string list = next_list().filename().string();
    append_text(folder_ / "jobs.txt", fmt::format("{} {}\n", array, list));
    read_list(array, list);
    ++count_;
  }

  /// Nothing for a task of an earlier form of the sweep.
  std::optional<std::size_t> trial_of(const SlurmTask& task) const {
    const auto found = trials_.find({task.array, task.task});
    return found == trials_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  void read_list(std::int64_t array, const std::string& name) {
    std::ifstream list(folder_ / name);
    std::int64_t task = 0;
    for (std::string id; list >> id; ++task)
      if (const auto place = places_.find(id); place != places_.end()) trials_[{array, task}] = place->second;
  }

  fs::path folder_;
  int count_ = 0;
  std::map<std::string, std::size_t> places_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> trials_;
};

class Follower {
 public:
  Follower(Board& board, const LaunchOptions& options, const SlurmOptions& slurm, SweepObserver& observer)
      : board_(board),
        plan_(board.plan()),
        options_(options),
        asked_(slurm),
        observer_(observer),
        slurm_(slurm_job_name(plan_)),
        submitted_(plan_) {}

  SweepEnd run() {
    const SweepSignals signals;
    queued_ = look_at_queue();
    if (!queued_.empty()) observer_.on_notice(fmt::format("{} trials are in Slurm's queue already", queued_.size()));
    submit(to_do());
    while (!queued_.empty() || !again_.empty()) {
      if (SweepSignals::stops() > 0) break;
      SweepSignals::wait(kPoll);
      follow();
      if (!again_.empty()) submit(std::exchange(again_, {}));
      observer_.on_progress();
      board_.write_index_now_and_then();
    }
    board_.write_index();
    if (SweepSignals::stops() > 0) {
      observer_.on_notice("the jobs go on; the same command follows them again, and with --cancel ends them");
      return SweepEnd::stopped;
    }
    return board_.count(TrialStatus::failed) > 0 ? SweepEnd::failures : SweepEnd::complete;
  }

 private:
  std::string name(std::size_t trial) const {
    return fmt::format("{} seed {}", plan_.trials[trial].label, plan_.trials[trial].seed);
  }

  std::set<std::size_t> look_at_queue() {
    std::set<std::size_t> queued;
    for (const SlurmTask& task : slurm_.tasks())
      if (const auto trial = submitted_.trial_of(task)) {
        queued.insert(*trial);
        if (task.state == "RUNNING") running_.insert(*trial);
        say_reason(task);
      }
    return queued;
  }

  /// Why jobs wait, once each: "ReqNodeNotAvail, UnavailableNodes:n1".
  void say_reason(const SlurmTask& task) {
    static const std::set<std::string> kUsual{"None", "Priority", "Resources", "JobArrayTaskLimit", ""};
    if (task.state == "PENDING" && !kUsual.contains(task.reason) && reasons_.insert(task.reason).second)
      observer_.on_notice("Slurm lets jobs wait: " + task.reason);
  }

  std::vector<std::size_t> to_do() const {
    std::vector<std::size_t> trials;
    for (const std::size_t i : running_order(plan_)) {
      const TrialState& state = board_.state(i);
      const bool failed = state.status == TrialStatus::failed && !options_.retry_failed;
      if (!is_result(state.status) && !failed && !queued_.contains(i)) trials.push_back(i);
    }
    return trials;
  }

  void submit(const std::vector<std::size_t>& trials) {
    for (std::size_t begin = 0; begin < trials.size(); begin += kArray) {
      const std::size_t end = std::min(trials.size(), begin + kArray);
      std::string list;
      for (std::size_t i = begin; i < end; ++i) {
        prepare(plan_.trials[trials[i]]);
        list += plan_.trials[trials[i]].id + '\n';
      }
      write_text(submitted_.next_list(), list);
      write_text(submitted_.next_script(),
                 batch_script(plan_, slurm_.name(), submitted_.next_list(), end - begin, options_, asked_));
      const std::int64_t array = slurm_.submit(submitted_.next_script());
      submitted_.add(array);
      observer_.on_notice(fmt::format("submitted job {}: {} trials", array, end - begin));
      for (std::size_t i = begin; i < end; ++i) {
        queued_.insert(trials[i]);
        steps_before_[trials[i]] = steps_of(trials[i]);
      }
    }
  }

  std::int64_t steps_of(std::size_t trial) const {
    return board_.state(trial).run ? board_.state(trial).run->steps : 0;
  }

  void follow() {
    std::set<std::size_t> still;
    try {
      still = look_at_queue();
    } catch (const Error& error) {
      // The controller may be restarted meanwhile; jobs do not mind.
      if (trouble_ != error.what()) observer_.on_notice(std::string("warning: ") + error.what());
      trouble_ = error.what();
      return;
    }
    trouble_.clear();
    for (const std::size_t trial : queued_)
      if (still.contains(trial)) {
        if (running_.contains(trial) && shown_.insert(trial).second) observer_.on_start(trial);
        if (running_.contains(trial)) board_.look(trial);
      } else {
        take_end(trial);
      }
    std::erase_if(queued_, [&](std::size_t trial) { return !still.contains(trial); });
  }

  /// A job that left the queue: done, or to be submitted again.
  void take_end(std::size_t trial) {
    running_.erase(trial);
    shown_.erase(trial);
    const TrialState state = board_.look(trial);
    if (state.status == TrialStatus::running || is_result(state.status) || state.status == TrialStatus::failed) {
      if (state.status == TrialStatus::running)
        again_.push_back(trial);  // its last second
      else
        observer_.on_end(trial, state);
      return;
    }
    const bool went_on = steps_of(trial) > steps_before_[trial];
    if (went_on) deaths_[trial] = 0;  // as often as the time limit asks for, as long as it gets on
    if (!went_on && ++deaths_[trial] >= options_.tries) {
      const std::string words = last_words(plan_.trials[trial].folder / "log.txt", 0);
      note_failure(plan_.trials[trial],
                   fmt::format("its job ended {} times without getting on: {}", deaths_[trial], words));
      observer_.on_end(trial, board_.look(trial));
      return;
    }
    observer_.on_notice(fmt::format("{}: {}{}{}; submitted again", name(trial), name_of(state.status),
                                    state.reason.empty() ? "" : ", ", state.reason));
    again_.push_back(trial);
  }

  Board& board_;
  const Plan& plan_;
  const LaunchOptions& options_;
  const SlurmOptions& asked_;
  SweepObserver& observer_;
  Slurm slurm_;
  Submitted submitted_;
  std::set<std::size_t> queued_, running_, shown_;
  std::vector<std::size_t> again_;
  std::map<std::size_t, std::int64_t> steps_before_;
  std::map<std::size_t, int> deaths_;
  std::set<std::string> reasons_;
  std::string trouble_;
};

}  // namespace

SweepEnd run_on_slurm(Board& board, const LaunchOptions& options, const SlurmOptions& slurm, SweepObserver& observer) {
  return Follower(board, options, slurm, observer).run();
}

std::size_t cancel_on_slurm(const Plan& plan) {
  const Slurm slurm(slurm_job_name(plan));
  const std::size_t count = slurm.tasks().size();
  slurm.cancel();
  return count;
}

}  // namespace byolab
