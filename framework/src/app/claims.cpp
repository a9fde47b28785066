#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "app/commands.hpp"
#include "claims/verdict.hpp"
#include "claims/verdict_json.hpp"
#include "record/sweep_reader.hpp"
#include "support/text.hpp"

namespace byolab {
namespace {

namespace fs = std::filesystem;

struct ClaimsChoice {
  std::vector<fs::path> paths;
  bool as_json = false;
};

/// A sweep's index, or all that a folder has beneath it; of folders of runs, the trials are not looked into. What may
/// be an index and cannot be read adds to `trouble`.
std::vector<fs::path> indexes_in(const fs::path& path, std::vector<std::string>& trouble) {
  if (!fs::is_directory(path)) {
    if (const std::string reason = trouble_with(path); !reason.empty() || !is_sweep_file(path))
      throw Error(reason.empty() ? path.string() + " is no sweep's index" : reason + ", so it is no sweep's index",
                  "name a sweep.h5, or a folder that holds some");
    return {path};
  }
  std::vector<fs::path> found;
  for (auto at = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied);
       at != fs::end(at); ++at) {
    if (at->is_directory() && at->path().filename() == "trials") at.disable_recursion_pending();
    if (at->path().extension() != ".h5") continue;
    if (is_sweep_file(at->path()))
      found.push_back(at->path());
    else if (at->path().filename() != "run.h5")  // which may be being written
      if (const std::string reason = trouble_with(at->path()); !reason.empty()) trouble.push_back(reason);
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// "6 of 45 trials have results: …"; empty for a sweep that is complete.
std::string progress_text(const fs::path& index) {
  const SweepProgress progress = read_sweep_progress(index);
  if (progress.results == progress.trials) return {};
  return fmt::format("{} of {} trials have results: what follows is of these\n", progress.results, progress.trials);
}

int print_claims(const ClaimsChoice& choice) {
  auto all = nlohmann::ordered_json::array();
  std::string text;
  std::vector<std::string> trouble;
  for (const fs::path& path : choice.paths)
    for (const fs::path& index : indexes_in(path, trouble)) try {
        const std::vector<ClaimRow> claims = read_sweep_claims(index);
        for (const ClaimRow& claim : claims) {
          all.push_back(verdict_json(claim));
          all.back()["sweep"] = index.string();
        }
        if (!claims.empty())
          text += fmt::format("{}{}\n{}{}", text.empty() ? "" : "\n", shown(index), progress_text(index),
                              verdicts_text(claims));
      } catch (const Error& error) {
        trouble.emplace_back(error.what());
      }
  if (all.empty() && trouble.empty())
    throw Error("no sweep here makes a claim",
                "claims are written as [[claim]] in a sweep's TOML file, and judged when it is run");
  if (!all.empty()) fmt::print("{}", choice.as_json ? all.dump(2) + "\n" : text);
  for (const std::string& line : trouble)
    std::cerr << fmt::format("error: {}\n  fix: `byolab sweep` of its file makes a sweep.h5 anew\n", line);
  return trouble.empty() ? 0 : kFailed;
}

}  // namespace

void add_claims(CLI::App& program, Action& action) {
  auto choice = std::make_shared<ClaimsChoice>();
  CLI::App* command = program.add_subcommand("claims", "What sweeps claimed, and what came of it");
  command->add_option("PATH", choice->paths, "Indexes of sweeps (sweep.h5), or folders that hold some")
      ->required()
      ->check(CLI::ExistingPath);
  command->add_flag("--json", choice->as_json, "As JSON");
  command->callback([choice, &action] { action = [choice] { return print_claims(*choice); }; });
}

}  // namespace byolab
