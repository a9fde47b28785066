#include "train/resume.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "checkpoint/checkpoint.hpp"
#include "config/toml_reader.hpp"
#include "support/hash.hpp"
#include "train/starting_weights.hpp"
#include "train/trainer.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

const char* const kContinues = "continues";

/// Of a run that goes on with another's networks after so many steps.
std::string continued_identity(const std::string& identity, const std::string& from, const std::string& step) {
  return hex(sha256({identity, fmt::format("\ncontinues {} from step {}", from, step)})).substr(0, 16);
}

/// The identity that a recorded experiment has here and now: another than its record's, if its data, the weights that
/// it starts from, or its plugins' options are others by now.
std::string identity_now(const NearRun& near, const ResumeQuestion& asked) {
  Problems problems;
  Document document;
  auto root = parse_toml(near.contents.resolved_toml, near.folder.string(), problems);
  if (!root) return {};
  document.root = std::move(*root);
  Experiment experiment = read_experiment(document, asked.catalogue, problems);
  if (!problems.empty()) return {};
  Circumstances circumstances = asked.circumstances;
  circumstances.weights = StartingWeights().digest(experiment);
  identify(experiment, circumstances);
  const std::string from = near.environment(kContinues);
  return from.empty() ? experiment.identity
                      : continued_identity(experiment.identity, from, near.environment("continues_step"));
}

std::string identity_of(const NearRun& near) {
  const auto found = near.contents.attributes.find("run_id");
  return found == near.contents.attributes.end() ? std::string() : found->second;
}

std::int64_t step_of(const fs::path& checkpoint) {
  const Checkpoint whole = read_checkpoint(checkpoint);
  const auto step = whole.integers.find("step");
  if (step == whole.integers.end()) throw Error(checkpoint.string() + " is no run's checkpoint: it has no step");
  return step->second;
}

/// Why a run that has the same keys is another one.
std::string other_circumstances(const NearRun& near, const ResumeQuestion& asked) {
  const std::string data = near.environment("data");
  if (!data.empty() && data != asked.circumstances.data) return "its images are others than those that are there now";
  return "its images, the weights that it starts from, or its plugins' options are others than those that are there "
         "now";
}

[[noreturn]] void tell_nearest(const ResumeQuestion& asked, const fs::path& folder,
                               const std::optional<NearRun>& near) {
  const bool other = fs::exists(folder / "run.h5");
  std::string sentence = fmt::format("--resume finds nothing to go on with: {} {}",
                                     other ? "another run is in" : "there is no run", folder.string());
  const char* begin = "leave --resume out to begin a new run";
  if (!near) throw Error(sentence + fmt::format(", nor any other in {}", asked.experiment.run.output), begin);
  sentence += fmt::format("\n  nearest  {} ({}, of {} steps); it differs:", near->folder.string(), near->status(),
                          near->steps());
  std::vector<std::string> lines = near->differing;
  if (!near->same_name)
    lines.insert(lines.begin(), fmt::format("run.name: {} there, {} here", near->contents.attributes.at("name"),
                                            asked.experiment.run.name));
  if (!near->length_there.empty())
    lines.push_back(fmt::format("{} there, {} here", near->length_there, near->length_here));
  for (const std::string& name : near->added) lines.push_back(fmt::format("evaluate.{}: none there", name));
  if (near->same_keys() && identity_now(*near, asked) != identity_of(*near))
    lines.push_back(other_circumstances(*near, asked));
  if (lines.empty()) lines.emplace_back("nothing: it is this very run, in another folder");
  for (const std::string& line : lines) sentence += "\n    " + line;
  throw Error(sentence,
              "write what the run had, to go on with it (more epochs or steps, and evaluators that it has not, may be "
              "asked for); or leave --resume out to begin a new run");
}

[[noreturn]] void tell_no_checkpoint(const NearRun& near) {
  throw Error(fmt::format("{} has no checkpoint to go on from", near.folder.string()),
              "leave --resume out to begin a new run");
}

RunOptions::Dtype dtype_of(const std::string& name) {
  if (name == "float64") return RunOptions::Dtype::float64;
  return name == "bfloat16" ? RunOptions::Dtype::bfloat16 : RunOptions::Dtype::float32;
}

/// A text for people, and for `compare`, which sorts by it.
std::string continuation_text(const NearRun& near, std::int64_t step, const ResumeQuestion& asked) {
  const std::string before = near.environment("continued").empty() ? fmt::format("begun for {} steps", near.steps())
                                                                   : near.environment("continued");
  if (asked.steps == near.steps()) return fmt::format("{}; evaluators added at step {}", before, step);
  return fmt::format("{}; from step {} on for {} steps in all", before, step, asked.steps);
}

Resumed continuation(const ResumeQuestion& asked, const NearRun& near, const fs::path& folder, bool own_folder) {
  const fs::path checkpoint = near.folder / "checkpoint.pt";
  if (!fs::exists(checkpoint)) tell_no_checkpoint(near);
  const std::int64_t step = step_of(checkpoint);
  Resumed resumed;
  resumed.from = near.folder;
  resumed.from_identity = identity_of(near);
  resumed.added = near.added;
  asked.experiment.identity =
      continued_identity(asked.experiment.identity, resumed.from_identity, std::to_string(step));
  resumed.folder = own_folder ? folder : run_folder(asked.experiment);
  if (fs::exists(resumed.folder) && fs::equivalent(resumed.folder, near.folder))
    throw Error(fmt::format("{} holds the run that is to be continued", folder.string()),
                "the longer run is one of its own: leave --folder out, or name another");
  resumed.environment = {{kContinues, resumed.from_identity},
                         {"continues_step", std::to_string(step)},
                         {"continues_folder", fs::absolute(near.folder).string()},
                         {"continued", continuation_text(near, step, asked)}};
  if (asked.steps != near.steps())
    resumed.environment.emplace_back(
        "schedules", fmt::format("before step {} those of a run of {} steps, then those of one of {}", step,
                                 near.steps(), asked.steps));
  return resumed;
}

/// A run that was continued before, and is resumed: its record keeps saying so.
Resumed as_before(const NearRun& near) {
  Resumed resumed{near.folder};
  for (const char* key : {kContinues, "continues_step", "continues_folder", "continued", "schedules"})
    if (const std::string text = near.environment(key); !text.empty()) resumed.environment.emplace_back(key, text);
  return resumed;
}

}  // namespace

Compute as_recorded(Compute here, const RunOptions& run, const NearRun& near, Listener& observer) {
  const Circumstances before = circumstances_of(here, {});
  const std::string device = near.environment("device");
  if (!device.empty() && device != "cpu" && run.device == "auto")
    throw Error(fmt::format("{} was computed on the device '{}', and byolab computes on the CPU only, for now",
                            near.folder.string(), device),
                "leave --resume out to begin a new run on the CPU");
  RunOptions there = run;
  if (run.device == "auto" && !device.empty()) there.device = device;
  if (run.dtype == RunOptions::Dtype::automatic) there.dtype = dtype_of(near.environment("dtype"));
  if (run.memory_format == RunOptions::MemoryFormat::automatic)
    there.memory_format = near.environment("memory_format") == "contiguous" ? RunOptions::MemoryFormat::contiguous
                                                                            : RunOptions::MemoryFormat::channels_last;
  if (run.threads == 0) there.threads = std::atoll(near.environment("threads").c_str());
  const Compute settled = settle_compute(there);
  const Circumstances now = circumstances_of(settled, {});
  if (now.threads != before.threads || now.dtype != before.dtype || now.memory_format != before.memory_format ||
      now.device != before.device)
    observer.on_notice(
        fmt::format("computes as the run that is resumed: {}, {}, {}, {} thread{} (this machine by itself: {}, {}, {}, "
                    "{})",
                    now.device, now.dtype, now.memory_format, now.threads, now.threads == 1 ? "" : "s", before.device,
                    before.dtype, before.memory_format, before.threads));
  return settled;
}

Resumed find_resumed(const ResumeQuestion& asked, const fs::path& folder, bool own_folder,
                     const std::optional<NearRun>& near) {
  const bool there = fs::exists(folder / "run.h5") || fs::exists(folder / "checkpoint.pt");
  const bool is_near = near && fs::exists(folder) && fs::equivalent(near->folder, folder);
  if (there && (!is_near || identity_of(*near) == asked.experiment.identity)) return {folder};
  if (!near || !near->same_keys()) tell_nearest(asked, folder, near);
  if (identity_now(*near, asked) != identity_of(*near)) tell_nearest(asked, folder, near);
  if (near->length_there.empty() && near->added.empty()) {  // continued before, or its folder got another name
    if (own_folder && !is_near) tell_nearest(asked, folder, near);
    if (!fs::exists(near->folder / "checkpoint.pt")) tell_no_checkpoint(*near);
    asked.experiment.identity = identity_of(*near);
    return as_before(*near);
  }
  const bool longer = asked.steps > near->steps(), as_long = asked.steps == near->steps();
  if (!longer && !(as_long && !near->added.empty())) tell_nearest(asked, folder, near);
  return continuation(asked, *near, folder, own_folder);
}

}  // namespace byolab
