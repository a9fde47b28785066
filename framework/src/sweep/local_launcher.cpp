#include "sweep/local_launcher.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <deque>
#include <map>
#include <thread>

#include "record/lock.hpp"
#include "support/allowance.hpp"
#include "sweep/memory.hpp"
#include "sweep/process.hpp"
#include "sweep/signals.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kMemoryAside = std::int64_t{512} << 20;
constexpr int kTroubles = 3;
constexpr int kLook = 200;  // ms between two looks at what does not send a signal

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct Running {
  std::size_t trial;
  Clock::time_point since;
  std::uintmax_t log_begin;  ///< size of the log before this start
  bool out_of_time = false;
};

struct Ended {
  Running running;
  int status;  ///< as wait4 gives it
};

class Launcher {
 public:
  Launcher(Board& board, const LaunchOptions& options, SweepObserver& observer)
      : board_(board),
        plan_(board.plan()),
        options_(options),
        observer_(observer),
        jobs_(options.jobs > 0 ? options.jobs : default_jobs(board.plan().threads)) {
    for (const std::size_t trial : running_order(plan_)) sort_in(trial);
  }

  SweepEnd run() {
    const SweepSignals signals;
    while (open()) {
      const std::vector<Ended> ended = reap();
      obey_signals();
      while (stops_ == 0 && room()) try_next();  // first: a free core does not wait for records to be read
      for (const Ended& one : ended) take_end(one);
      if (!running_.empty() || !elsewhere_.empty()) SweepSignals::wait(kLook);
      if (seconds_since(looked_) >= 1) look_around();
    }
    board_.write_index();
    const bool left = count({TrialStatus::waiting, TrialStatus::stopped, TrialStatus::lost}) > 0;
    std::error_code none;
    if (!left) fs::remove_all(plan_.output / "images", none);  // who has them mapped keeps them
    if (stops_ > 0) return SweepEnd::stopped;
    return count({TrialStatus::failed}) > 0 ? SweepEnd::failures : left ? SweepEnd::stopped : SweepEnd::complete;
  }

 private:
  /// What is to become of a trial as it is found.
  void sort_in(std::size_t trial) {
    const TrialState& state = board_.state(trial);
    if (state.status == TrialStatus::running) {
      elsewhere_.push_back(trial);
      observer_.on_notice(fmt::format("{} is being run by {}: waiting for it", name(trial), state.writer));
    } else if (is_result(state.status)) {
      if (options_.retry_changed && !changed_plugins(*state.run, plan_).empty()) {
        replace_.push_back(trial);
        waiting_.push_back(trial);
      }
    } else if (state.status != TrialStatus::failed || options_.retry_failed) {
      if (state.status == TrialStatus::failed && !can_resume(plan_.trials[trial])) replace_.push_back(trial);
      waiting_.push_back(trial);
    }
  }

  std::string name(std::size_t trial) const {
    return fmt::format("{} seed {}", plan_.trials[trial].label, plan_.trials[trial].seed);
  }

  /// Whether one more trial fits: a free place, and memory for what this sweep's trials have needed so far.
  bool room() {
    if (waiting_.empty() || static_cast<int>(running_.size()) >= jobs_) return false;
    if (running_.empty()) return true;
    if (peak_ == 0) {
      for (const auto& [process, trial] : running_) peak_ = std::max(peak_, peak_memory(process));
      const bool young = std::any_of(running_.begin(), running_.end(),
                                     [](const auto& r) { return seconds_since(r.second.since) < 2; });
      if (young && peak_ < kMemoryAside) {
        // Nothing is known of these trials yet: enough that there is plenty.
        peak_ = 0;
        return memory_left() > 4 * kMemoryAside;
      }
    }
    std::int64_t needed = peak_ + kMemoryAside;
    for (const auto& [process, trial] : running_) needed += std::max<std::int64_t>(0, peak_ - memory_of(process));
    if (memory_left() > needed) return true;
    if (!memory_said_)
      observer_.on_notice(
          fmt::format("memory is short (a trial takes {} MB): fewer trials run at a time", peak_ >> 20));
    memory_said_ = true;
    return false;
  }

  /// A trial that cannot be started stops no other; but where three in a row cannot, the rest could not either.
  void try_next() {
    const std::size_t index = waiting_.front();
    waiting_.pop_front();
    try {
      start_trial(index);
      troubles_ = 0;
    } catch (const std::exception& error) {
      board_.set(index, TrialStatus::failed, error.what());
      observer_.on_end(index, board_.state(index));
      if (++troubles_ < kTroubles || waiting_.empty()) return;
      observer_.on_notice(
          fmt::format("{} trials in a row could not be started: the other {} wait", troubles_, waiting_.size()));
      waiting_.clear();
    }
  }

  void start_trial(std::size_t index) {
    const Trial& trial = plan_.trials[index];
    if (writer_of(trial.folder)) {  // another sweep in this folder was faster
      elsewhere_.push_back(index);
      return;
    }
    const auto replace = std::find(replace_.begin(), replace_.end(), index);
    prepare(trial);
    note_start(trial);
    Command command{
        trial_command(trial, options_, replace != replace_.end()), {}, trial.folder / "log.txt", options_.nice};
    command.environment["BYOLAB_IMAGES"] = (plan_.output / "images").string();
    if (replace != replace_.end()) replace_.erase(replace);
    std::error_code none;
    const std::uintmax_t size = fs::file_size(command.log, none);
    const pid_t process = start(command);
    running_[process] = {index, Clock::now(), none ? 0 : size};
    board_.set_running(index);
    observer_.on_start(index);
  }

  std::size_t count(std::initializer_list<TrialStatus> statuses) const {
    std::size_t all = 0;
    for (const TrialStatus status : statuses) all += board_.count(status);
    return all;
  }

  bool open() const { return !running_.empty() || (stops_ == 0 && !(waiting_.empty() && elsewhere_.empty())); }

  std::vector<Ended> reap() {
    std::vector<Ended> all;
    int status = 0;
    rusage usage{};
    for (pid_t process; (process = ::wait4(-1, &status, WNOHANG, &usage)) > 0;) {
      const auto found = running_.find(process);
      if (found == running_.end()) continue;
      peak_ = std::max<std::int64_t>(peak_, std::int64_t{usage.ru_maxrss} * 1024);
      all.push_back({found->second, status});
      running_.erase(found);
    }
    return all;
  }

  void take_end(const Ended& end) {
    const auto& [ended, status] = end;
    const std::size_t index = ended.trial;
    const TrialState& state = board_.look(index);
    if (state.status == TrialStatus::running) {  // another process took the trial before this one could
      elsewhere_.push_back(index);
      return;
    }
    if (is_result(state.status) ||
        (WIFEXITED(status) && state.status == TrialStatus::stopped && WEXITSTATUS(status) == 130)) {
      if (ended.out_of_time && !is_result(state.status))
        observer_.on_notice(fmt::format("{}: the time limit was reached", name(index)));
    } else if (WIFSIGNALED(status) || WEXITSTATUS(status) > 128) {  // a run that has to stop at once exits like a shell
      take_death(ended, status);
    } else if (state.status != TrialStatus::failed) {
      const std::string words = last_words(plan_.trials[index].folder / "log.txt", ended.log_begin);
      fail(index, words.empty() ? end_text(status) : words);
    }
    observer_.on_end(index, board_.state(index));
    board_.write_index_now_and_then();
  }

  void fail(std::size_t trial, const std::string& reason) try {
    note_failure(plan_.trials[trial], reason);
    board_.look(trial);
  } catch (const std::exception& error) {  // its folder is gone, or full: the others' are not
    board_.set(trial, TrialStatus::failed, fmt::format("{} ({})", reason, error.what()));
  }

  /// A process that was killed, by a user, for memory or by a fault of its own: once may be chance.
  void take_death(const Running& ended, int status) {
    if (stops_ > 0 || ended.out_of_time) {
      board_.set(ended.trial, TrialStatus::stopped, "it had no time to write a checkpoint");
      return;
    }
    const int deaths = ++deaths_[ended.trial];
    if (deaths >= options_.tries) {
      const std::string words = last_words(plan_.trials[ended.trial].folder / "log.txt", ended.log_begin);
      fail(ended.trial, fmt::format("{}, {} time{}{}{}", end_text(status), deaths, deaths == 1 ? "" : "s",
                                    words.empty() ? "" : "; its last line: ", words));
    } else {
      observer_.on_notice(fmt::format("{}: {}; it goes on from its last checkpoint, if it has one", name(ended.trial),
                                      end_text(status)));
      waiting_.push_back(ended.trial);
    }
  }

  void look_around() {
    looked_ = Clock::now();
    for (auto& [process, running] : running_) {
      if (writer_of(plan_.trials[running.trial].folder)) board_.look(running.trial);
      if (options_.time_limit > 0 && !running.out_of_time && seconds_since(running.since) > options_.time_limit) {
        running.out_of_time = true;
        ::kill(process, SIGTERM);
      }
    }
    std::erase_if(elsewhere_, [&](std::size_t trial) {
      if (board_.look(trial).status == TrialStatus::running) return false;
      if (is_result(board_.state(trial).status))
        observer_.on_end(trial, board_.state(trial));
      else
        waiting_.push_front(trial);
      return true;
    });
    observer_.on_progress();
    board_.write_index_now_and_then();
  }

  void obey_signals() {
    const int asked = SweepSignals::stops();
    if (asked == stops_) return;
    if (stops_ == 0) {
      observer_.on_notice(running_.empty()
                              ? "stopping"
                              : fmt::format("stopping: {} trial{} to write a checkpoint first (again to kill them)",
                                            running_.size(), running_.size() == 1 ? "" : "s"));
      elsewhere_.clear();
    }
    for (const auto& [process, running] : running_)
      if (asked > 1 || !running.out_of_time) ::kill(process, asked > 1 ? SIGKILL : SIGTERM);
    stops_ = asked;
  }

  Board& board_;
  const Plan& plan_;
  const LaunchOptions& options_;
  SweepObserver& observer_;
  int jobs_, stops_ = 0, troubles_ = 0;
  std::deque<std::size_t> waiting_;
  std::map<pid_t, Running> running_;
  std::vector<std::size_t> elsewhere_;  ///< run by another process: watched, not started
  std::vector<std::size_t> replace_;    ///< begin anew
  std::map<std::size_t, int> deaths_;
  std::int64_t peak_ = 0;  ///< bytes that a trial of this sweep has needed
  bool memory_said_ = false;
  Clock::time_point looked_ = Clock::now();
};

}  // namespace

int default_jobs(int threads) { return std::max(1, allowed_processors().threads / std::max(1, threads)); }

std::vector<std::string> trial_command(const Trial& trial, const LaunchOptions& options, bool replace) {
  std::vector<std::string> words{options.program.string(),
                                 "run",
                                 (trial.folder / "trial.toml").string(),
                                 "--folder",
                                 trial.folder.string(),
                                 replace ? "--replace" : "--go-on",
                                 "--plain"};
  words.insert(words.end(), options.run_words.begin(), options.run_words.end());
  return words;
}

SweepEnd run_here(Board& board, const LaunchOptions& options, SweepObserver& observer) {
  return Launcher(board, options, observer).run();
}

}  // namespace byolab
