// What the record costs: 100,000 steps of 50 metrics, written as a run of so many milliseconds a step writes them.
// usage: record_bench FILE [milliseconds a step]      prints microseconds a step, and the file's size

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "framework/record/example_run.hpp"
#include "record/run_record.hpp"

int main(int count, char** words) {
  using Clock = std::chrono::steady_clock;
  if (count < 2) return std::fprintf(stderr, "usage: record_bench FILE [milliseconds a step]\n"), 2;
  constexpr int kSteps = 100'000, kColumns = 50;
  const double step_ms = count > 2 ? std::atof(words[2]) : 20;
  const int between = std::max(1, static_cast<int>(2000 / step_ms));  // steps in the two seconds between two flushes
  std::vector<double> row(kColumns);
  const auto start = Clock::now();
  {
    byolab::RunRecord record(words[1], byolab::testing::example_info(), byolab::testing::example_groups(kColumns), {},
                             std::chrono::hours(1));
    for (int step = 0; step < kSteps; ++step) {
      for (int i = 0; i < kColumns; ++i) row[static_cast<std::size_t>(i)] = step * 0.001 + i;
      record.append("metrics/train", step, row);
      if ((step + 1) % between == 0) record.flush();
    }
    record.finish(byolab::RunStatus::finished);
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("%.2f us a step, %.3f %% of a step of %.0f ms; %.1f MB\n", seconds / kSteps * 1e6,
              seconds / kSteps * 1e5 / step_ms, step_ms,
              static_cast<double>(std::filesystem::file_size(words[1])) / 1e6);
}
