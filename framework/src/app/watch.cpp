#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "app/commands.hpp"
#include "app/display.hpp"
#include "watch/dashboard.hpp"
#include "watch/screen.hpp"

namespace byolab {
namespace {

struct WatchChoice {
  std::vector<std::filesystem::path> runs;
  double every = 2;
  bool plain = false;
};

/// Runs that came since the last look are added; those that are there keep their place.
void find_runs(const WatchChoice& choice, std::vector<Watched>& runs) {
  for (const std::filesystem::path& file : find_records(choice.runs)) {
    const auto same = [&](const Watched& run) { return run.file == file; };
    if (std::none_of(runs.begin(), runs.end(), same)) runs.push_back({file, {}, false, {}});
  }
}

bool all_over(const std::vector<Watched>& runs) {
  return std::all_of(runs.begin(), runs.end(), [](const Watched& run) { return run.is_over(); });
}

/// Lines that changed since they were last printed.
void print_news(const std::vector<Watched>& runs, std::map<std::filesystem::path, std::string>& printed) {
  for (const Watched& run : runs) {
    const std::string line = plain_line(run);
    if (std::exchange(printed[run.file], line) != line) fmt::print("{}\n", line);
  }
  std::fflush(stdout);
}

int watch_runs(const WatchChoice& choice) {
  std::vector<Watched> runs;
  std::map<std::filesystem::path, std::string> printed;
  const Pause pause;
  bool interrupted = false;
  {
    std::optional<Screen> screen;
    do {
      find_runs(choice, runs);
      for (Watched& run : runs) look_again(run);
      if (!screen && Display::on_terminal() && !choice.plain) screen.emplace();
      if (screen)
        screen->show(dashboard(runs, screen->width()));
      else
        print_news(runs, printed);
    } while (!all_over(runs) && !(interrupted = !pause.wait(choice.every)));
  }
  // What was on the screen is gone with it: how things stand remains.
  if (printed.empty()) print_news(runs, printed);
  return interrupted ? kStopped : 0;
}

}  // namespace

void add_watch(CLI::App& program, Action& action) {
  auto choice = std::make_shared<WatchChoice>();
  CLI::App* command = program.add_subcommand("watch", "Follows runs while they go on, until all have ended");
  command->add_option("RUN", choice->runs, "Runs (folders or run.h5), folders of runs, sweeps")->required();
  command->add_option("--every", choice->every, "Seconds between two looks")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  command->add_flag("--plain", choice->plain, "Plain lines, even on a terminal");
  command->callback([choice, &action] { action = [choice] { return watch_runs(*choice); }; });
}

}  // namespace byolab
