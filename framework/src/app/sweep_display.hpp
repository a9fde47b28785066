#pragma once

#include <set>

#include "sweep/board.hpp"

namespace byolab {

/// Shows a sweep as it goes: a line a running trial and one for all, redrawn on a terminal; plain lines elsewhere.
class SweepDisplay final : public SweepObserver {
 public:
  explicit SweepDisplay(bool live) : live_(live) {}
  ~SweepDisplay() override { clear(); }
  void follow(const Board& board) { board_ = &board; }

  void on_start(std::size_t trial) override;
  void on_end(std::size_t trial, const TrialState& state) override;
  void on_progress() override;
  void on_notice(const std::string& line) override;

  /// How many trials stand how: "12 of 40 done, 2 running, 1 failed".
  std::string summary() const;
  /// The closing table: each arm with its results.
  void print_table() const;

 private:
  std::string name(std::size_t trial) const;
  std::string line_of(std::size_t trial) const;
  std::string overall() const;
  void print(const std::string& line);
  void draw();
  void clear();

  const Board* board_ = nullptr;
  bool live_;
  int lines_ = 0;  ///< drawn, to be drawn over
  std::set<std::size_t> running_;
};

}  // namespace byolab
