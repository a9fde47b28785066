#include "train/run_folder.hpp"

#include <fmt/format.h>

#include "record/run_reader.hpp"
#include "train/kept_checkpoints.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

fs::path made(fs::path path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    throw Error(fmt::format("{} cannot be made: {}", path.string(), error.message()),
                "choose another folder: --set run.output=FOLDER");
  return path;
}

std::vector<std::int64_t> training_steps(const History& history) {
  for (const GroupHistory& rows : history)
    if (rows.group == "metrics/train") return rows.steps;
  return {};
}

}  // namespace

// It is locked first: while another process writes the run, nothing else that could be said helps.
RunFolder::RunFolder(fs::path path, Existing existing, Listener& observer)
    : path_(made(std::move(path))), observer_(observer), lock_(path_) {
  const bool resumes = existing == Existing::resume || existing == Existing::go_on;
  if (resumes && !fs::exists(checkpoint())) take_newest_kept();
  const bool there = fs::exists(record()) || fs::exists(checkpoint());
  if (there && existing == Existing::refuse)
    throw Error(
        fmt::format("{} holds a run already", path_.string()),
        "--resume goes on with it (or shows it, if it is finished), if it is of this very experiment; --replace "
        "moves it aside and starts anew");
  // Without a checkpoint a resumed run begins anew, and must not do so over rows that an earlier start recorded.
  const bool nothing_to_resume = resumes && !fs::exists(checkpoint());
  if (there && (existing == Existing::replace || nothing_to_resume)) move_aside();
}

void RunFolder::take_newest_kept() const {
  const std::set<std::int64_t> steps = kept_steps(path_);
  if (steps.empty()) return;
  const std::string name = kept_name(*steps.rbegin());
  link_or_copy(path_ / name, checkpoint());
  observer_.on_notice(fmt::format("checkpoint.pt was missing: {} takes its place", name));
}

bool RunFolder::ended(const History& history) const {
  try {
    const std::string status = read_contents(record()).attributes["status"];
    return (status == name_of(RunStatus::finished) || status == name_of(RunStatus::collapsed)) &&
           training_steps(read_history(record())) == training_steps(history);
  } catch (const std::exception&) {
    return false;
  }
}

void RunFolder::move_aside() const {
  int number = 1;
  while (fs::exists(path_ / fmt::format("replaced-{}", number))) ++number;
  const fs::path aside = path_ / fmt::format("replaced-{}", number);
  fs::create_directory(aside);
  std::vector<std::string> names{"run.h5", "run.embeddings.h5", "checkpoint.pt", "checkpoint-best.pt"};
  for (const std::int64_t step : kept_steps(path_)) names.push_back(kept_name(step));
  for (const std::string& name : names)
    if (fs::exists(path_ / name)) fs::rename(path_ / name, aside / name);
  observer_.on_notice(fmt::format("the earlier record was moved to {}; this run begins at step 0", aside.string()));
}

void RunFolder::keep_damaged_record() const {
  if (!fs::exists(record())) return observer_.on_notice("run.h5 was missing: it is made anew from the checkpoint");
  try {
    read_history(record());
  } catch (const std::exception& error) {
    const fs::path aside = path_ / "run.damaged.h5";
    fs::rename(record(), aside);
    observer_.on_notice(
        fmt::format("run.h5 could not be read: it is made anew from the checkpoint, and kept as {} ({})",
                    aside.filename().string(), error.what()));
  }
}

}  // namespace byolab
