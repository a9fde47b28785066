#include "sweep/estimate.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "record/run_reader.hpp"
#include "support/temporary_folder.hpp"
#include "sweep/process.hpp"
#include "train/stop_signal.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kSteps = 30;

struct Probe {
  const Trial* trial;
  fs::path folder;
  pid_t process = 0;
  Clock::time_point begin;
  double seconds = 0;  ///< from its start to the end of the last recorded step
  bool ended = false;
};

/// One trial an arm, spread over all of them.
std::vector<std::size_t> choose(const Plan& plan, const std::vector<std::size_t>& trials, std::size_t count) {
  std::vector<std::size_t> arms;
  for (const std::size_t i : trials)
    if (plan.trials[i].steps > 0 && (arms.empty() || plan.trials[arms.back()].label != plan.trials[i].label))
      arms.push_back(i);
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < std::min(count, arms.size()); ++i)
    chosen.push_back(arms[i * arms.size() / std::min(count, arms.size())]);
  return chosen;
}

void begin(Probe& probe, const LaunchOptions& options) {
  fs::create_directory(probe.folder);
  std::ofstream(probe.folder / "trial.toml") << probe.trial->toml;
  std::vector<std::string> words{options.program.string(), "run",    (probe.folder / "trial.toml").string(), "--folder",
                                 probe.folder.string(),    "--plain"};
  words.insert(words.end(), options.run_words.begin(), options.run_words.end());
  probe.begin = Clock::now();
  probe.process = start({words, {}, probe.folder / "log.txt", options.nice});
}

std::int64_t recorded_steps(const Probe& probe) {
  try {
    return fs::exists(probe.folder / "run.h5") ? read_summary(probe.folder / "run.h5").steps : 0;
  } catch (const Error&) {
    return 0;  // it is just being made
  }
}

/// Whether a probe has shown enough; it is ended then.
bool look(Probe& probe) {
  int status = 0;
  const bool gone = ::waitpid(probe.process, &status, WNOHANG) != 0;
  if (!gone && recorded_steps(probe) < kSteps) return false;
  probe.seconds = std::chrono::duration<double>(Clock::now() - probe.begin).count();
  probe.ended = true;
  if (!gone) {
    ::kill(probe.process, SIGKILL);
    ::waitpid(probe.process, &status, 0);
  } else if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) < 3)) {
    throw Error(fmt::format("the calibration run of '{}' failed ({}): {}", probe.trial->label, end_text(status),
                            last_words(probe.folder / "log.txt", 0)),
                "byolab sweep … --dry-run --no-calibrate lists the trials all the same");
  }
  return true;
}

/// Whatever happens, no process is left behind.
struct Probes : std::vector<Probe> {
  ~Probes() {
    for (Probe& probe : *this)
      if (probe.process > 0 && !probe.ended) {
        ::kill(probe.process, SIGKILL);
        ::waitpid(probe.process, nullptr, 0);
      }
  }
};

/// Adds what one probe says, as its share of the mean.
void add(Calibration& sum, const Probe& probe, double share) {
  const History history = read_history(probe.folder / "run.h5", {"metrics/train"});
  const GroupHistory& train = history.at(0);
  const auto column = std::find(train.names.begin(), train.names.end(), "wall_time") - train.names.begin();
  const std::vector<float>& wall = train.columns[static_cast<std::size_t>(column)];
  if (wall.empty()) return;
  // The first step warms up: memory, plans of the kernels.
  const double step = wall.size() > 1
                          ? static_cast<double>(wall.back() - wall.front()) / static_cast<double>(wall.size() - 1)
                          : static_cast<double>(wall.front());
  sum.image += share * step / static_cast<double>(probe.trial->step_images);
  sum.evaluation += share * std::max(0.0, static_cast<double>(wall.front()) - step);
  sum.start += share * std::max(0.0, probe.seconds - static_cast<double>(wall.back()));
}

}  // namespace

Calibration calibrate(const Plan& plan, const std::vector<std::size_t>& trials, const LaunchOptions& options) {
  const StopSignal stop;  // Ctrl-C leaves no folder behind
  const TemporaryFolder folder("calibration");
  const int jobs = options.jobs > 0 ? options.jobs : default_jobs(plan.threads);
  Probes probes;
  Calibration result;
  for (const std::size_t i : choose(plan, trials, static_cast<std::size_t>(jobs)))
    probes.push_back({&plan.trials[i], folder.path() / std::to_string(probes.size()), 0, {}, 0, false});
  for (Probe& probe : probes) begin(probe, options);
  for (std::size_t ended = 0; ended < probes.size();) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (StopSignal::received()) {
      result.stopped = true;
      return result;
    }
    for (Probe& probe : probes)
      if (!probe.ended && look(probe)) ++ended;
  }
  for (const Probe& probe : probes) add(result, probe, 1.0 / static_cast<double>(probes.size()));
  result.trials = static_cast<int>(probes.size());
  return result;
}

}  // namespace byolab
