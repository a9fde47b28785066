#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/display.hpp"
#include "app/experiment_file.hpp"
#include "app/standard_streams.hpp"
#include "train/trainer.hpp"

namespace byolab {
namespace {

struct DemoChoice : PluginSearch {
  std::filesystem::path folder = "experiments/demo";
  std::vector<std::string> sets;
};

/// A line of the closing table.
struct Row {
  std::string name;
  double knn = 0, linear = 0, z_std = 0;
};

double value_of(const std::vector<EvaluationReport>& reports, const std::string& evaluator, const std::string& metric) {
  for (const EvaluationReport& report : reports)
    if (report.evaluator == evaluator)
      for (const auto& [name, value] : report.values)
        if (name == metric) return value;
  return std::numeric_limits<double>::quiet_NaN();
}

Row row_of(std::string name, const std::vector<EvaluationReport>& reports) {
  return {std::move(name), value_of(reports, "knn", "top1"), value_of(reports, "linear", "top1"),
          value_of(reports, "collapse", "z_std")};
}

RunResult run_arm(const DemoChoice& choice, const std::string& arm) {
  LoadedExperiment loaded = load_experiment(choice.folder / (arm + ".toml"), choice.sets, choice);
  Display display(arm);
  RunRequest request{loaded.experiment, *loaded.catalogue, loaded.document.source, command_line(), Existing::replace};
  request.origin = choice.folder / (arm + ".toml");
  return train(request, display);
}

void print_table(std::vector<Row> rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.linear > b.linear; });
  show("\nWhat was learned, best first by the linear probe (test images; top-1 in %):\n\n  {:<34} {:>6} {:>8} {:>8}\n",
       "", "kNN", "linear", "spread");
  for (const Row& row : rows) show("  {:<34} {:>6.1f} {:>8.1f} {:>8.3f}\n", row.name, row.knn, row.linear, row.z_std);
  show("\n  spread: std of the projections; near 0 means that the network collapsed\n");
}

int demo(const DemoChoice& choice) {
  outlive_readers();
  const RunResult byol = run_arm(choice, "byol");
  if (byol.status != RunStatus::finished) return byol.status == RunStatus::stopped ? kStopped : kFailed;
  const RunResult fixed = run_arm(choice, "fixed_random");
  if (fixed.status != RunStatus::finished) return fixed.status == RunStatus::stopped ? kStopped : kFailed;
  print_table({row_of("random init (untrained)", byol.first), row_of("fixed random target", fixed.last),
               row_of("BYOL (moving-average target)", byol.last)});
  show("\nWritten:\n");
  for (const RunResult* result : {&byol, &fixed})
    show("  {}\n  {}\n", (result->folder / "run.h5").string(), (result->folder / "checkpoint.pt").string());
  show("\nLook closer: byolab show {}    h5dump -n {}\n", byol.folder.string(), (byol.folder / "run.h5").string());
  return 0;
}

}  // namespace

void add_demo(CLI::App& program, Action& action) {
  auto choice = std::make_shared<DemoChoice>();
  CLI::App* command =
      program.add_subcommand("demo", "Trains BYOL and a baseline on drawn shapes, and shows what they learned");
  choice->add_to(*command);
  command->add_option("FOLDER", choice->folder, "Folder with byol.toml and fixed_random.toml")->capture_default_str();
  command->add_option("--set", choice->sets, "Changes a key in both experiments")->type_name("KEY=VALUE");
  command->callback([choice, &action] { action = [choice] { return demo(*choice); }; });
}

}  // namespace byolab
