#include "app/display.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "app/standard_streams.hpp"

namespace byolab {
namespace {

using Clock = std::chrono::steady_clock;

std::string bar(double share, int width) {
  const int full = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * width));
  std::string text;
  for (int i = 0; i < width; ++i) text += i < full ? "█" : "░";
  return text;
}

}  // namespace

int terminal_width() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 100;
}

std::string cut(const std::string& text, int characters) {
  std::size_t end = 0;
  for (int shown = 0; end < text.size() && shown < characters; ++shown) do
      ++end;
    while (end < text.size() && (text[end] & 0xC0) == 0x80);
  return text.substr(0, end);
}

std::string duration_text(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

bool Display::on_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

Display::Display(std::string label, bool live) : label_(std::move(label)), live_(live) {}

Display::~Display() {
  try {
    clear_live_line();
  } catch (const std::exception&) {  // a terminal that is gone: whatever there was to say has been said
  }
}

void Display::on_start(const std::filesystem::path& folder, const Step&, const std::string& summary) {
  std::istringstream lines(summary);
  for (std::string line; std::getline(lines, line);) print(line);
  print(fmt::format("writes {}", folder.string()));
}

std::string Display::line_of(const StepReport& report) const {
  const Step& step = report.step;
  const std::int64_t epochs = (step.total + step.steps_per_epoch - 1) / step.steps_per_epoch;
  std::string line = fmt::format("epoch {}/{}  step {}/{}  {:.0f} img/s  {} left  loss {:.4f}", step.epoch() + 1,
                                 epochs, step.index + 1, step.total, report.images_per_second,
                                 duration_text(report.seconds_left), report.loss);
  if (!report.rule_metric.empty()) line += fmt::format("  {} {:.5g}", report.rule_metric, report.rule_value);
  if (!top1_by_.empty()) line += fmt::format("  {} top1 {:.4g}", top1_by_, top1_);
  line += fmt::format("  spread {:.3f}{}", report.z_std, report.collapsed ? " COLLAPSED" : "");
  return line;
}

void Display::on_step(const StepReport& report) {
  const auto now = Clock::now();
  const auto interval = live_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10'000);
  if (now - shown_ < interval && !report.step.last()) return;
  shown_ = now;
  if (!live_) return print(line_of(report));
  const double share = static_cast<double>(report.step.index + 1) / static_cast<double>(report.step.total);
  const std::string prefix = label_.empty() ? "" : label_ + "  ";
  show_text("\r\033[K" + cut(prefix + bar(share, 16) + " " + line_of(report), terminal_width() - 1));
  line_shown_ = true;
}

void Display::on_evaluation(const EvaluationReport& report) {
  std::string line = fmt::format("step {}  {}:", report.step, report.evaluator);
  for (const auto& [name, value] : report.values) {
    line += fmt::format("  {} {:.4g}", name, value);
    if (name == "top1" && (top1_by_.empty() || top1_by_ == report.evaluator)) {
      top1_by_ = report.evaluator;
      top1_ = value;
    }
  }
  print(line);
}

void Display::on_notice(const std::string& line) { print(line); }

void Display::print(const std::string& line) {
  clear_live_line();
  show_text(fmt::format("{}{}{}\n", label_, label_.empty() ? "" : "  ", line));
}

void Display::clear_live_line() {
  if (!line_shown_) return;
  show_text("\r\033[K");
  line_shown_ = false;
}

}  // namespace byolab
