#include "app/sweep_display.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/display.hpp"
#include "app/standard_streams.hpp"

namespace byolab {
namespace {

/// NaN if there is none of that name.
float metric_of(const TrialState& state, const std::string& metric) {
  if (state.run)
    for (const auto& [name, value] : state.run->metrics)
      if (name == metric) return value;
  return std::numeric_limits<float>::quiet_NaN();
}

std::size_t widest_label(const Plan& plan) {
  std::size_t width = 4;
  for (const Trial& trial : plan.trials) width = std::max(width, trial.label.size());
  return std::min<std::size_t>(width, 48);
}

}  // namespace

std::string SweepDisplay::name(std::size_t trial) const {
  return fmt::format("{} seed {}", board_->plan().trials[trial].label, board_->plan().trials[trial].seed);
}

std::string SweepDisplay::line_of(std::size_t index) const {
  const Trial& trial = board_->plan().trials[index];
  const TrialState& state = board_->state(index);
  std::string line = fmt::format("{:<{}}  {:<9}", name(index), widest_label(board_->plan()) + 7, name_of(state.status));
  if (state.run) {
    line += fmt::format("  step {}/{}", state.run->steps, trial.steps);
    if (state.run->seconds > 0) line += fmt::format("  {}", duration_text(state.run->seconds));
    for (const std::string& shown : {std::string("train_loss"), board_->metric()})
      if (const float value = metric_of(state, shown); !std::isnan(value))
        line += fmt::format("  {} {:.4g}", shown, value);
  }
  if (!state.reason.empty()) line += "  " + state.reason;
  return line;
}

std::string SweepDisplay::summary() const {
  std::string text = fmt::format("{} of {} done", board_->count(TrialStatus::done), board_->states().size());
  for (const TrialStatus status : {TrialStatus::collapsed, TrialStatus::diverged, TrialStatus::running,
                                   TrialStatus::failed, TrialStatus::stopped, TrialStatus::lost, TrialStatus::waiting})
    if (const std::size_t count = board_->count(status)) text += fmt::format(", {} {}", count, name_of(status));
  return text;
}

std::string SweepDisplay::overall() const {
  std::string line = summary();
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < board_->states().size(); ++i)
    if (const TrialStatus status = board_->state(i).status; !is_result(status) && status != TrialStatus::failed)
      open.push_back(i);
  if (const double left = board_->seconds_left(open); left >= 0 && !open.empty())
    line += fmt::format("; {} left", duration_text(left));
  if (const auto best = board_->best())
    line += fmt::format("; best {}{} {:.4g}: {}", board_->metric(), board_->chooses_on_test() ? " (test images)" : "",
                        metric_of(board_->state(*best), board_->metric()), name(*best));
  return line;
}

void SweepDisplay::on_start(std::size_t trial) {
  running_.insert(trial);
  if (live_)
    draw();
  else
    print(fmt::format("{}  started{}", name(trial),
                      board_->state(trial).tries > 1 ? fmt::format(" (try {})", board_->state(trial).tries) : ""));
}

void SweepDisplay::on_end(std::size_t trial, const TrialState&) {
  running_.erase(trial);
  print(line_of(trial) + (live_ ? "" : "  [" + overall() + "]"));
}

void SweepDisplay::on_progress() {
  if (live_) draw();
}

void SweepDisplay::on_notice(const std::string& line) { print(line); }

void SweepDisplay::print(const std::string& line) {
  clear();
  show("{}\n", line);
  if (live_ && board_ && !running_.empty()) draw();
}

void SweepDisplay::draw() {
  clear();
  const int width = terminal_width() - 1;
  for (const std::size_t trial : running_) show("{}\n", cut(line_of(trial), width));
  show("{}\n", cut(overall(), width));
  lines_ = static_cast<int>(running_.size()) + 1;
}

void SweepDisplay::clear() {
  if (lines_ > 0) show("\033[{}A\033[J", lines_);
  lines_ = 0;
}

void SweepDisplay::print_table() const {
  const Plan& plan = board_->plan();
  const std::string metric = board_->metric();
  const std::size_t width = widest_label(plan);
  if (metric.empty()) return;
  show("\n  {:<{}}  {:>5}  {:>10}  {:>10}  {:>10}   ({}, over the seeds)\n", "", width, "seeds", "mean", "least",
       "greatest", metric);
  for (std::size_t i = 0; i < plan.trials.size();) {
    std::vector<float> values;
    const std::string& label = plan.trials[i].label;
    for (; i < plan.trials.size() && plan.trials[i].label == label; ++i)
      if (const float value = metric_of(board_->state(i), metric);
          has_numbers(board_->state(i).status) && !std::isnan(value))
        values.push_back(value);
    if (values.empty()) {
      show("  {:<{}}  {:>5}\n", label, width, 0);
      continue;
    }
    double sum = 0;
    for (const float value : values) sum += static_cast<double>(value);
    const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
    show("  {:<{}}  {:>5}  {:>10.4g}  {:>10.4g}  {:>10.4g}{}\n", label, width, values.size(),
         sum / static_cast<double>(values.size()), *least, *greatest, label == plan.baseline ? "   baseline" : "");
  }
}

}  // namespace byolab
