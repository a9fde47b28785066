#include "train/step_profile.hpp"

#include <fmt/format.h>
#include <torch/csrc/autograd/profiler_kineto.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

#include "byolab/error.hpp"

namespace byolab {
namespace {

namespace profiler = torch::autograd::profiler;
namespace detail = torch::profiler::impl;

constexpr std::int64_t kWarmUp = 5, kSteps = 10;
constexpr std::size_t kLines = 20;

struct Total {
  double seconds = 0;
  std::int64_t calls = 0;
};

/// Seconds of each name less what was called within it, on its thread.
std::map<std::string, Total> self_times(const std::vector<profiler::KinetoEvent>& events) {
  std::map<std::uint64_t, std::vector<const profiler::KinetoEvent*>> threads;
  for (const auto& event : events) threads[event.startThreadId()].push_back(&event);
  std::map<std::string, Total> totals;
  for (auto& [thread, line] : threads) {
    std::stable_sort(line.begin(), line.end(), [](const auto* a, const auto* b) {
      return a->startNs() != b->startNs() ? a->startNs() < b->startNs() : a->durationNs() > b->durationNs();
    });
    std::vector<const profiler::KinetoEvent*> open;
    for (const auto* event : line) {
      while (!open.empty() && open.back()->endNs() <= event->startNs()) open.pop_back();
      const double seconds = static_cast<double>(event->durationNs()) * 1e-9;
      if (!open.empty()) totals[open.back()->name()].seconds -= seconds;
      totals[event->name()].seconds += seconds;
      totals[event->name()].calls += 1;
      open.push_back(event);
    }
  }
  return totals;
}

/// As a reader knows it: LibTorch names an operation's way back by the C++ type that makes it.
std::string label_of(std::string name) {
  static const std::string node = "torch::autograd::CppNode<", hidden = "(anonymous namespace)::";
  const std::size_t begin = name.find(node);
  if (begin == std::string::npos || name.back() != '>') return name;
  name.pop_back();
  name.erase(begin, node.size());
  if (const std::size_t at = name.find(hidden); at != std::string::npos) name.erase(at, hidden.size());
  return name + ", backward";
}

std::string table_of(const std::map<std::string, Total>& totals, std::int64_t steps) {
  std::vector<std::pair<std::string, Total>> lines(totals.begin(), totals.end());
  std::sort(lines.begin(), lines.end(),
            [](const auto& a, const auto& b) { return a.second.seconds > b.second.seconds; });
  double all = 0;
  for (const auto& [name, total] : lines) all += total.seconds;
  std::string text =
      fmt::format("{:<52} {:>10} {:>7} {:>12}\n", fmt::format("wall time by itself, mean of {} steps", steps),
                  "ms/step", "share", "calls/step");
  for (std::size_t i = 0; i < std::min(kLines, lines.size()); ++i) {
    const auto& [name, total] = lines[i];
    text += fmt::format("{:<52} {:>10.2f} {:>6.1f}% {:>12.1f}\n", label_of(name).substr(0, 52),
                        total.seconds / static_cast<double>(steps) * 1000, total.seconds / all * 100,
                        static_cast<double>(total.calls) / static_cast<double>(steps));
  }
  return text;
}

}  // namespace

StepProfile::StepProfile(std::filesystem::path trace) : trace_(std::move(trace)) {
  if (trace_.empty()) return;
  const auto type = std::filesystem::symlink_status(trace_).type();
  const bool there = type != std::filesystem::file_type::not_found;
  if (there && type != std::filesystem::file_type::regular)
    throw Error(trace_.string() + " is no ordinary file (a link, a folder, a device): no profile is written there",
                "name a file, or one that is not there yet");
  if (std::ofstream probe(trace_, std::ios::app); !probe)
    throw Error(trace_.string() + " cannot be written", "name a file in a folder that is there");
  if (!there) std::filesystem::remove(trace_);
}

StepProfile::~StepProfile() {
  if (on_) profiler::disableProfiler();
}

void StepProfile::before_step() {
  if (trace_.empty() || on_ || looked_at_ > 0 || steps_ < kWarmUp) return;
  ::setenv("KINETO_LOG_LEVEL", "5", 0);  // it complains of a missing GPU
  const detail::ProfilerConfig config(detail::ProfilerState::KINETO);
  const std::set<detail::ActivityType> activities{detail::ActivityType::CPU};
  profiler::prepareProfiler(config, activities);
  profiler::enableProfiler(config, activities);
  on_ = true;
}

bool StepProfile::after_step() {
  ++steps_;
  if (on_) ++looked_at_;
  return on_ && looked_at_ == kSteps;
}

std::string StepProfile::finish() {
  if (!on_ && !trace_.empty() && looked_at_ == 0)
    return fmt::format("note: {} was not written: a profile begins after the first {} steps, and there were {}",
                       trace_.string(), kWarmUp, steps_);
  if (!on_) return {};
  on_ = false;
  const auto result = profiler::disableProfiler();
  result->save(trace_.string());
  return table_of(self_times(result->events()), looked_at_);
}

}  // namespace byolab
