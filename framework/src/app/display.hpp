#pragma once

#include <chrono>
#include <string>

#include "train/listener.hpp"

namespace byolab {

/// Shows a run as it goes: one line that is redrawn on a terminal, plain lines now and then elsewhere.
class BYOLAB_API Display final : public Listener {
 public:
  /// `label` stands before each line ("byol"); empty: none. `live`: redraw (a terminal), or print lines.
  explicit Display(std::string label = {}, bool live = on_terminal());
  ~Display() override;

  void on_start(const std::filesystem::path& folder, const Step& first, const std::string& summary) override;
  void on_step(const StepReport& report) override;
  void on_evaluation(const EvaluationReport& report) override;
  void on_notice(const std::string& line) override;

  static bool on_terminal();
  /// The line of a step, as both forms show it.
  std::string line_of(const StepReport& report) const;

 private:
  void print(const std::string& line);
  void clear_live_line();

  std::string label_;
  bool live_, line_shown_ = false;
  std::string top1_by_;  ///< the first evaluator that reports a `top1`; "": none so far
  double top1_ = 0;      ///< its newest
  std::chrono::steady_clock::time_point shown_{};
};

/// Columns of the terminal.
int terminal_width();
/// Cuts text to so many characters, counting UTF-8 sequences once.
std::string cut(const std::string& text, int characters);

/// Seconds as "12 s", "3:05" or "1:02:33".
BYOLAB_API std::string duration_text(double seconds);

}  // namespace byolab
