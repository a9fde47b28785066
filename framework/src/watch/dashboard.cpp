#include "watch/dashboard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "record/lock.hpp"
#include "watch/sparkline.hpp"

namespace byolab {
namespace {

constexpr std::size_t kBar = 24, kCurve = 48, kShortCurve = 16;

std::int64_t integer(const std::map<std::string, std::string>& from, const char* name) {
  const auto found = from.find(name);
  return found == from.end() || found->second.empty() ? 0 : std::strtoll(found->second.c_str(), nullptr, 10);
}

std::string time_text(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

/// Cuts or fills text to so many characters of UTF-8.
std::string fit(const std::string& text, std::size_t width, bool fill = false) {
  std::string out;
  std::size_t shown = 0;
  for (std::size_t at = 0; at < text.size(); ++shown) {
    if (shown == width) return out;
    do out += text[at++];
    while (at < text.size() && (text[at] & 0xC0) == 0x80);
  }
  return fill && shown < width ? out + std::string(width - shown, ' ') : out;
}

std::string bar(double share) {
  const auto full = static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * kBar));
  std::string text;
  for (std::size_t i = 0; i < kBar; ++i) text += i < full ? "█" : "░";
  return text;
}

/// Loss, spread and the evaluators' top1, as far as there are any.
std::vector<std::string> shown_metrics(const RecordedRun& trial) {
  std::vector<std::string> shown;
  for (const std::string& name : metric_names(trial))
    if (name == "train/loss" || name == "train/z_std" || name.ends_with("/top1")) shown.push_back(name);
  return shown;
}

std::string value_text(const Curve& curve) {
  const double value = last_value(curve);
  if (std::isnan(value)) return "–";
  return fmt::format("{:.4g}{}", value, curve.series->unit == "%" ? " %" : "");
}

std::string progress_text(const Progress& progress, bool running) {
  std::string text = fmt::format("step {}", progress.step);
  if (progress.steps) text += fmt::format("/{}", progress.steps);
  text += fmt::format("  {:.0f} images/s", progress.images_per_second);
  if (running && progress.steps) text += fmt::format("  {} left", time_text(progress.seconds_left));
  return text;
}

std::vector<std::string> one_run(const Watched& run) {
  const RecordedRun& trial = *run.trial;
  const Progress progress = progress_of(trial);
  const bool running = !run.is_over();
  const double share = progress.steps ? static_cast<double>(progress.step) / static_cast<double>(progress.steps) : 0;
  std::vector<std::string> lines{fmt::format("{}  seed {}  {}", trial.name(), trial.seed(), run.status()),
                                 run.file.string(), "",
                                 (progress.steps ? bar(share) + "  " : "") + progress_text(progress, running), ""};
  for (const std::string& name : shown_metrics(trial)) {
    const auto curve = find_curve(trial, name);
    lines.push_back(fit(name, 16, true) + " " + fit(sparkline(curve->values(), kCurve), kCurve, true) + "  " +
                    value_text(*curve));
  }
  return lines;
}

std::string one_line(const Watched& run, std::size_t name_width, bool with_curve) {
  const std::string name = fit(run.file.parent_path().filename().string(), name_width, true) + "  ";
  if (!run.trial) return name + (run.trouble.empty() ? "waiting for its record" : run.trouble);
  const Progress progress = progress_of(*run.trial);
  std::string line =
      name + fit(run.status(), 10, true) + "  " + fit(progress_text(progress, !run.is_over()), 44, with_curve);
  for (const std::string& metric : shown_metrics(*run.trial)) {
    const auto curve = find_curve(*run.trial, metric);
    const std::string label = metric.starts_with("train/") ? metric.substr(6) : metric;
    line += "  " + label + " ";
    if (with_curve && metric == "train/loss")
      line += fit(sparkline(curve->values(), kShortCurve), kShortCurve, true) + " ";
    line += value_text(*curve);
  }
  return line;
}

std::size_t name_width(const std::vector<Watched>& runs) {
  std::size_t width = 0;
  for (const Watched& run : runs) width = std::max(width, run.file.parent_path().filename().string().size());
  return std::min<std::size_t>(width, 32);
}

}  // namespace

std::string Watched::status() const {
  if (!trial) return "waiting";
  return abandoned ? "killed" : trial->status();
}

Progress progress_of(const RecordedRun& trial) {
  Progress progress;
  progress.steps = integer(trial.contents.environment, "steps");
  if (const auto loss = find_curve(trial, "train/loss"); loss && !loss->rows->steps.empty())
    progress.step = loss->rows->steps.back() + 1;
  const auto speed = find_curve(trial, "train/images_per_second"), time = find_curve(trial, "train/wall_time");
  if (speed && !speed->values().empty()) progress.images_per_second = speed->values().back();
  progress.seconds_left = NAN;
  if (time && progress.step > 0 && !time->values().empty())
    progress.seconds_left = time->values().back() / static_cast<double>(progress.step) *
                            static_cast<double>(std::max<std::int64_t>(0, progress.steps - progress.step));
  return progress;
}

void look_again(Watched& run) {
  if (run.is_over() && !run.abandoned) return;
  try {
    // Before the record: a run that ends in between is read as ended, not as abandoned.
    const bool abandoned = is_abandoned(run.file.parent_path());
    if (!std::filesystem::exists(run.file)) return;
    run.trial = read_trial(run.file);
    run.abandoned = abandoned && run.trial->status() == "running";
    run.trouble.clear();
  } catch (const std::exception& error) {
    run.trouble = error.what();  // between two of its writes, perhaps: the next look tells
  }
}

std::vector<std::string> dashboard(const std::vector<Watched>& runs, std::size_t width) {
  std::vector<std::string> lines;
  if (runs.size() == 1 && runs.front().trial) {
    lines = one_run(runs.front());
  } else {
    const auto over =
        static_cast<std::size_t>(std::count_if(runs.begin(), runs.end(), [](const Watched& r) { return r.is_over(); }));
    lines = {fmt::format("{} runs, {} ended", runs.size(), over), ""};
    for (const Watched& run : runs) lines.push_back(one_line(run, name_width(runs), true));
  }
  for (std::string& line : lines) line = fit(line, width);
  return lines;
}

std::string plain_line(const Watched& run) {
  return one_line(run, run.file.parent_path().filename().string().size(), false);
}

}  // namespace byolab
