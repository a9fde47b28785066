#include "sweep/board.hpp"

#include <algorithm>
#include <cmath>

#include "claims/verdict.hpp"

namespace byolab {
namespace {

std::int64_t steps_of(const TrialState& state) { return state.run ? state.run->steps : 0; }

/// A trial costs its steps, and about as much as twenty more for starting, and evaluating at its end.
constexpr std::int64_t kHalfExtra = 10;
std::int64_t work_of(const TrialState& state) {
  return steps_of(state) + (steps_of(state) > 0 ? kHalfExtra : 0) + (is_result(state.status) ? kHalfExtra : 0);
}

/// NaN if the run has no such metric.
float value_of(const TrialState& state, const std::string& metric) {
  if (state.run)
    for (const auto& [name, value] : state.run->metrics)
      if (name == metric) return value;
  return std::numeric_limits<float>::quiet_NaN();
}

bool has(const TrialState& state, const std::string& metric) {
  return state.run && std::any_of(state.run->metrics.begin(), state.run->metrics.end(),
                                  [&](const auto& m) { return m.first == metric; });
}

}  // namespace

Board::Board(const Plan& plan, SweepObserver& observer)
    : plan_(plan), observer_(observer), states_(plan.trials.size()) {
  for (std::size_t i = 0; i < states_.size(); ++i) work_at_start_ += work_of(look(i));
}

std::size_t Board::count(TrialStatus status) const {
  return static_cast<std::size_t>(
      std::count_if(states_.begin(), states_.end(), [&](const TrialState& s) { return s.status == status; }));
}

const TrialState& Board::look(std::size_t trial) { return states_[trial] = look_at(plan_.trials[trial]); }

void Board::set_running(std::size_t trial) {
  set(trial, TrialStatus::running, {});
  ++states_[trial].tries;
}

void Board::set(std::size_t trial, TrialStatus status, const std::string& reason) {
  states_[trial].status = status;
  states_[trial].reason = reason;
}

std::string Board::metric() const {
  if (!plan_.metric.empty()) return plan_.metric;
  for (const char* usual : {"linear_top1", "knn_top1"})
    for (const TrialState& state : states_)
      if (has(state, usual)) return usual;
  for (const TrialState& state : states_)
    for (const auto& metric : state.run ? state.run->metrics : decltype(RunSummary::metrics){})
      if (!metric.first.starts_with("train_")) return metric.first;
  return {};
}

bool Board::chooses_on_test() const {
  const std::string name = metric();
  return std::any_of(plan_.on_test.begin(), plan_.on_test.end(),
                     [&](const std::string& evaluator) { return name.starts_with(evaluator + "_"); });
}

std::optional<std::size_t> Board::best() const {
  const std::string name = metric();
  const Direction better = plan_.better == Direction::unknown ? direction_of(name) : plan_.better;
  if (better == Direction::unknown) return std::nullopt;
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const float value = value_of(states_[i], name);
    if (!has_numbers(states_[i].status) || std::isnan(value)) continue;
    const float before = best ? value_of(states_[*best], name) : value;
    if (!best || (better == Direction::less ? value < before : value > before)) best = i;
  }
  return best;
}

double Board::seconds_left(const std::vector<std::size_t>& open) const {
  std::int64_t done = -work_at_start_, left = 0;
  for (const TrialState& state : states_) done += work_of(state);
  for (const std::size_t i : open)
    left += std::max<std::int64_t>(0, plan_.trials[i].steps + 2 * kHalfExtra - work_of(states_[i]));
  const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  return done > 0 ? seconds / static_cast<double>(done) * static_cast<double>(left) : -1;
}

SweepRow Board::row_of(std::size_t index) const {
  const Trial& trial = plan_.trials[index];
  const TrialState& state = states_[index];
  SweepRow row;
  row.id = trial.id;
  row.label = trial.label;
  row.values = trial.values;
  row.seed = trial.seed;
  row.settings = trial.settings;
  row.status = name_of(state.status);
  row.reason = state.reason;
  row.tries = state.tries;
  if (state.run) {
    row.steps = state.run->steps;
    row.seconds = state.run->seconds;
    row.plugins = plugins_digest(state.run->plugins);
    row.started = state.run->started;
    row.cpu = state.run->cpu;
    row.dtype = state.run->dtype;
    row.file = (std::filesystem::path("..") / "trials" / trial.id / "run.h5").string();
    row.metrics = state.run->metrics;
  }
  return row;
}

std::vector<SweepRow> Board::rows() const {
  std::vector<SweepRow> all;
  for (std::size_t i = 0; i < states_.size(); ++i) all.push_back(row_of(i));
  return all;
}

void Board::write_index_now_and_then() {
  const double pause = std::max(5.0, 20 * writing_seconds_);
  if (std::chrono::duration<double>(Clock::now() - written_).count() > pause) write_index();
}

void Board::write_index() {
  const Clock::time_point start = Clock::now();
  try {
    std::filesystem::create_directories(plan_.folder);
    SweepTable table{plan_.name, plan_.baseline, metric(), plan_.source, plan_.axes, rows(), {}};
    table.claims = judge(plan_.claims, table.rows);
    write_sweep(plan_.index(), table);
    trouble_.clear();
  } catch (const std::exception& error) {
    // It is derived from the runs: what matters is with them, and the next write may succeed.
    if (trouble_ != error.what())
      observer_.on_notice(std::string("warning: the index was not written: ") + error.what());
    trouble_ = error.what();
  }
  written_ = Clock::now();
  writing_seconds_ = std::chrono::duration<double>(written_ - start).count();
}

}  // namespace byolab
