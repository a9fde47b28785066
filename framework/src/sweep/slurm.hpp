#pragma once

#include "sweep/local_launcher.hpp"

namespace byolab {

/// What Slurm is asked for.
struct SlurmOptions {
  std::string partition;           ///< "": Slurm's default
  std::string memory;              ///< as sbatch's --mem: "4G"; "": Slurm's default
  std::vector<std::string> extra;  ///< further options of sbatch: "--account=lab"
};

/// A task of a job array, as squeue shows it.
struct SlurmTask {
  std::int64_t array = 0, task = 0;
  std::string state, reason;  ///< "RUNNING", "PENDING"; "Resources"
};

/// Slurm's own programs, asked about one sweep's jobs. Throws Error with their words if they fail.
class Slurm {
 public:
  /// `name` is the jobs' name, by which they are found again.
  explicit Slurm(std::string name) : name_(std::move(name)) {}
  /// Submits a script; gives the array's number.
  std::int64_t submit(const std::filesystem::path& script) const;
  /// What of this sweep is waiting or running.
  std::vector<SlurmTask> tasks() const;
  void cancel() const;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

/// The batch script of a job array: task i runs the trial in line i + 1 of `list`.
BYOLAB_API std::string batch_script(const Plan& plan, const std::string& job_name, const std::filesystem::path& list,
                                    std::size_t tasks, const LaunchOptions& options, const SlurmOptions& slurm);

/// Name of a sweep's jobs: one folder, one name.
BYOLAB_API std::string slurm_job_name(const Plan& plan);

/// Submits what is not done yet as job arrays and follows them; a trial that ran into the time limit, or whose job
/// or node was lost, is submitted again and goes on from its checkpoint. Ctrl-C stops following: the jobs go on,
/// and the same command follows them again.
BYOLAB_API SweepEnd run_on_slurm(Board& board, const LaunchOptions& options, const SlurmOptions& slurm,
                                 SweepObserver& observer);

/// Cancels all jobs of a sweep; running trials write a checkpoint first. Gives their number.
BYOLAB_API std::size_t cancel_on_slurm(const Plan& plan);

}  // namespace byolab
