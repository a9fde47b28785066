#include "train/kept_checkpoints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "config/suggest.hpp"
#include "record/disk.hpp"
#include "support/metric_direction.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBest = "checkpoint-best.pt";
constexpr std::string_view kBegin = "checkpoint-", kEnd = ".pt";

bool less_is_better(const CheckpointOptions& options) {
  using Better = CheckpointOptions::Better;
  return options.better == Better::automatic ? direction_of(options.best) == Direction::less
                                             : options.better == Better::less;
}

/// checkpoint-best.pt is a name of the file that is there, not of another.
bool is_same(const fs::path& one, const fs::path& other) {
  std::error_code error;
  return fs::equivalent(one, other, error);
}

}  // namespace

std::string kept_name(std::int64_t step) { return fmt::format("{}{}{}", kBegin, step, kEnd); }

std::set<std::int64_t> kept_steps(const fs::path& folder) {
  std::set<std::int64_t> steps;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kBegin) || !name.ends_with(kEnd)) continue;
    std::int64_t step = -1;
    const char* end = name.data() + name.size() - kEnd.size();
    if (std::from_chars(name.data() + kBegin.size(), end, step).ptr == end && kept_name(step) == name)
      steps.insert(step);
  }
  return steps;
}

void link_or_copy(const fs::path& file, const fs::path& name) {
  fs::path fresh = name;
  fresh += ".new";
  std::error_code error;
  fs::remove(fresh, error);
  fs::create_hard_link(file, fresh, error);
  if (error) fs::copy_file(file, fresh, fs::copy_options::overwrite_existing, error);
  if (!error) return with_path(name, [&] { replace_by(name, fresh); });
  const std::string reason = error.message();
  fs::remove(fresh, error);
  throw Error(fmt::format("{}: cannot be made: {}", name.string(), reason),
              "[checkpoint] keep = 1, without best, keeps checkpoint.pt alone");
}

KeptCheckpoints::KeptCheckpoints(const CheckpointOptions& options, fs::path newest,
                                 const std::vector<GroupSpec>& groups)
    : options_(options), newest_(std::move(newest)) {
  if (options_.best.empty()) return;
  evaluator_ = options_.best.substr(0, options_.best.find('/'));
  metric_ = options_.best.substr(evaluator_.size() + 1);
  std::vector<std::string> names;
  for (const GroupSpec& group : groups)
    for (const Series& series : group.columns)
      if (group.group.starts_with("metrics/")) names.push_back(group.group.substr(8) + '/' + series.name);
  if (std::find(names.begin(), names.end(), options_.best) == names.end())
    throw Error(fmt::format("[checkpoint] best = \"{}\": no evaluator gives that metric", options_.best),
                suggestion(options_.best, names, "metrics: " + joined(names)));
}

bool KeptCheckpoints::offer(std::int64_t step, double value) {
  if (step == 0 || std::isnan(value)) return false;
  if (best_step_ > 0 && !(less_is_better(options_) ? value < best_ : value > best_)) return false;
  best_ = value;
  best_step_ = step;
  return true;
}

void KeptCheckpoints::take_up(const History& history, std::int64_t step, Listener& observer) {
  for (const GroupHistory& rows : history) {
    if (evaluator_.empty() || rows.group != "metrics/" + evaluator_) continue;
    const auto column = std::find(rows.names.begin(), rows.names.end(), metric_) - rows.names.begin();
    if (static_cast<std::size_t>(column) == rows.columns.size()) continue;
    for (std::size_t row = 0; row < rows.steps.size(); ++row)
      offer(rows.steps[row], rows.columns[static_cast<std::size_t>(column)][row]);
  }
  if (step > 0) keep(step);  // a kill may have come between the checkpoint and its names
  if (best_step_ > 0 && !fs::exists(newest_.parent_path() / kBest))
    observer.on_notice(fmt::format("note: {} was best at step {}, and no {} is there: the next better one makes it",
                                   options_.best, best_step_, kBest));
}

bool KeptCheckpoints::is_best(const std::vector<EvaluationReport>& reports) {
  bool best = false;
  for (const EvaluationReport& report : reports)
    for (const auto& [name, value] : report.values)
      if (report.evaluator == evaluator_ && name == metric_)
        best |= offer(report.step, static_cast<float>(value));  // as the record has it, and a resumed run reads it
  return best;
}

void KeptCheckpoints::keep(std::int64_t step) {
  const fs::path folder = newest_.parent_path();
  if (best_step_ == step && !is_same(newest_, folder / kBest)) link_or_copy(newest_, folder / kBest);
  const fs::path named = folder / kept_name(step);
  if (options_.keep > 1 && !is_same(newest_, named)) link_or_copy(newest_, named);
  std::set<std::int64_t> steps = kept_steps(folder);
  const std::size_t kept = options_.keep > 1 ? static_cast<std::size_t>(options_.keep) : 0;
  while (steps.size() > kept) {
    std::error_code error;
    fs::remove(folder / kept_name(*steps.begin()), error);
    steps.erase(steps.begin());
  }
}

}  // namespace byolab
