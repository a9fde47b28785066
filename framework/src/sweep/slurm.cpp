#include "sweep/slurm.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdio>
#include <sstream>

#include "support/hash.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char letter : word) out += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return out + "'";
}

/// What a program prints. Throws Error with its words if it fails.
std::string output_of(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (!pipe) throw Error("no process can be started");
  std::string text;
  char block[4096];
  for (std::size_t size; (size = std::fread(block, 1, sizeof block, pipe)) > 0;) text.append(block, size);
  const int status = ::pclose(pipe);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const std::string program = command.substr(0, command.find(' '));
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
    throw Error("there is no " + program + " here",
                "run this where Slurm's programs are, or leave --launcher slurm out");
  if (status != 0) throw Error(fmt::format("{} failed: {}", program, text), "is Slurm running here? sinfo tells");
  return text;
}

/// Slurm's own form of a span: days-hours:minutes:seconds.
std::string slurm_time(double seconds) {
  const auto whole = static_cast<long>(std::ceil(seconds));
  return fmt::format("{}-{:02}:{:02}:{:02}", whole / 86400, whole / 3600 % 24, whole / 60 % 60, whole % 60);
}

}  // namespace

std::int64_t Slurm::submit(const fs::path& script) const {
  const std::string answer = output_of("sbatch --parsable " + quoted(script.string()));
  // Warnings may stand before it; a cluster's name behind it, after a semicolon.
  const std::string last = answer.substr(answer.rfind('\n') + 1);
  try {
    return std::stoll(last);
  } catch (const std::exception&) {
    throw Error("sbatch gave no job number: " + answer);
  }
}

std::vector<SlurmTask> Slurm::tasks() const {
  std::istringstream lines(output_of("squeue -h -r -n " + quoted(name_) + " -o '%F %K %T %r'"));
  std::vector<SlurmTask> tasks;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    SlurmTask task;
    if (words >> task.array >> task.task >> task.state) {
      std::getline(words >> std::ws, task.reason);
      tasks.push_back(std::move(task));
    }
  }
  return tasks;
}

void Slurm::cancel() const { output_of("scancel -n " + quoted(name_)); }

std::string slurm_job_name(const Plan& plan) {
  return fmt::format("byolab-{}-{}", plan.name, hex(sha256({plan.folder.string()})).substr(0, 8));
}

std::string batch_script(const Plan& plan, const std::string& job_name, const fs::path& list, std::size_t tasks,
                         const LaunchOptions& options, const SlurmOptions& slurm) {
  std::string text = "#!/bin/bash\n";
  const auto ask = [&](const std::string& option) { text += "#SBATCH " + option + "\n"; };
  ask("--job-name=" + job_name);
  ask(fmt::format("--array=0-{}{}", tasks - 1, options.jobs > 0 ? fmt::format("%{}", options.jobs) : ""));
  ask("--ntasks=1");
  ask(fmt::format("--cpus-per-task={}", plan.threads));
  if (!slurm.partition.empty()) ask("--partition=" + slurm.partition);
  if (!slurm.memory.empty()) ask("--mem=" + slurm.memory);
  if (options.time_limit > 0) ask("--time=" + slurm_time(options.time_limit));
  ask("--signal=B:TERM@60");  // to this script, which byolab takes the place of: time for a checkpoint
  ask("--no-requeue");        // what is lost is submitted again by who follows it
  ask("--output=/dev/null");
  for (const std::string& option : slurm.extra) ask(option);
  text += fmt::format("id=$(sed -n \"$((SLURM_ARRAY_TASK_ID + 1))p\" {})\n", quoted(list.string()));
  text += fmt::format("cd {}/\"$id\" || exit 1\n", quoted((plan.output / "trials").string()));
  text += "exec >>log.txt 2>&1 </dev/null\n";
  text += "echo \"start $(date -u +%Y-%m-%dT%H:%M:%SZ) $(hostname) job $SLURM_JOB_ID\" >>tries.txt\n";
  text += fmt::format("export BYOLAB_IMAGES={}\n", quoted((plan.output / "images").string()));
  text += fmt::format("exec {} run trial.toml --folder . --go-on --plain", quoted(options.program.string()));
  for (const std::string& word : options.run_words) text += " " + quoted(word);
  return text + "\n";
}

}  // namespace byolab
