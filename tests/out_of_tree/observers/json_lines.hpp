#pragma once

#include <byolab/plugin.hpp>
#include <fstream>

/// Writes every row of the record to a file of JSON lines, too, and flushes it.
class JsonLines final : public byolab::Observer {
 public:
  static constexpr bool kPassive = true;
  struct Options {
    std::string file = "rows.jsonl";
  };
  static void describe(byolab::Fields& field, Options& options);
  explicit JsonLines(const Options& options) : options_(options) {}

  void start(const byolab::RunView& run) override;
  void after_step(const byolab::Row& row, const byolab::Step&) override { write(row); }
  void evaluated(const byolab::Row& row) override { write(row); }
  void state(byolab::State& state) override { state("written", written_); }

 private:
  void write(const byolab::Row& row);

  Options options_;
  std::ofstream file_;
  std::int64_t written_ = 0;  ///< bytes
};
